"""Write the workflow by which GitHub Actions publishes a project; the plan says when it runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.config import FILE
from pipeline.errors import ConfigError
from pipeline.model import EVERY_DAY, Cadence, Series
from pipeline.plan import instants
from pipeline.records import dataclass, replace
from pipeline.render.templates import Templates, built_in
from pipeline.secrets import variable
from pipeline.wallclock import local

WORKFLOW = ".github/workflows/daycast.yml"
#: For ``[journal] sync``: commits the journals and nothing else, and pushes. Where somebody has pushed since the
#: checkout, the push fails: nothing is sent, and the next run knows what the other one did.
SYNC = (
    "git add series/*/receipts.jsonl"
    " && (git diff --cached --quiet -- series/*/receipts.jsonl || git commit -qm Receipts -- series/*/receipts.jsonl)"
    " && git push -q"
)
#: Minutes after a slot at which GitHub is asked to run. It starts late when it is busy, most of all on the hour, and
#: leaves runs out (its documentation of the event ``schedule``, read 2026-11-23); each run catches up with all.
TRIES = (2, 17, 47, 107)

_DAY = 24 * 60
_YEAR = timedelta(days=366)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """When the workflow runs for some series that go out at the same times."""

    #: A sentence for each series.
    notes: tuple[str, ...]
    #: Cron expressions, in UTC.
    crons: tuple[str, ...]


def times(all_series: Iterable[Series], now: datetime) -> tuple[Times, ...]:
    """When to run for each series in the year from ``now`` on, whatever the clocks do in it. No expression twice."""
    alike: dict[frozenset[tuple[int, int]], list[str]] = {}
    for series in all_series:
        planned = frozenset(_slots(_regular(series.cadence, now))) if series.cadence else frozenset()
        if series.cadence:
            alike.setdefault(planned, []).append(f"{series.slug}: {_told(series.cadence, planned)}")
        dated = (entry.date for entry in series.entries if entry.date is not None and entry.date > now)
        own = frozenset(_slots(dated)) - planned
        if own:
            alike.setdefault(own, []).append(f"{series.slug}: entries with a date of their own")
    found = []
    said: set[str] = set()
    for slots, notes in alike.items():
        crons = tuple(cron for cron in _crons(slots) if cron not in said)
        said.update(crons)
        found.append(Times(notes=tuple(notes), crons=crons))
    return tuple(found)


def make_workflow(
    root: Path, all_series: Collection[Series], *, accounts: Collection[str], settings: str | None, now: datetime
) -> Path:
    """Write the workflow. Gives its file.

    ``accounts`` are the instances that take a token, ``settings`` the file of the project's settings. Raises
    ConfigError where there is one already, or where GitHub would not find it.
    """
    path = root / WORKFLOW
    if path.exists():
        raise ConfigError(
            f"{path} is there already and stays as it is; take it away to have it made anew from the plan"
        )
    top = next((folder for folder in (root, *root.parents) if (folder / ".git").exists()), root)
    if top != root:
        raise ConfigError(
            f"{root} lies inside the repository {top}, and GitHub looks for workflows at its top only; "
            "give the project a repository of its own"
        )
    used = {name for series in all_series for name in series.channels}
    used |= {name for series in all_series for entry in series.entries for name in series.channels_of(entry)}
    context = {
        "times": times(all_series, now),
        "tokens": [variable(name) for name in sorted(accounts) if name in used],
        "settings": settings or FILE,
    }
    text = Templates((built_in(),)).render("scaffold/github.yml.j2", context)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return path


def _regular(cadence: Cadence, now: datetime) -> Iterator[datetime]:
    """The instants of a cadence in the year that begins now, or with its start."""
    begin = max(cadence.start, local(now, cadence.zone).date())
    end: datetime | None = None
    for moment in instants(replace(cadence, start=begin)):
        end = end or moment + _YEAR
        if moment >= end:
            return
        yield moment


def _slots(moments: Iterable[datetime]) -> Iterator[tuple[int, int]]:
    """Weekday (Monday is 0) and minute of the day of each instant, in UTC."""
    for moment in moments:
        there = moment.astimezone(UTC)
        yield there.weekday(), there.hour * 60 + there.minute


def _told(cadence: Cadence, slots: Collection[tuple[int, int]]) -> str:
    """``09:00 Europe/Berlin (07:00 or 08:00 UTC), mon-fri``."""
    there = " or ".join(f"{minute // 60:02}:{minute % 60:02}" for minute in sorted({minute for _, minute in slots}))
    days = "" if cadence.weekdays == EVERY_DAY else f", {_ranges(cadence.weekdays, _WEEKDAYS)}"
    return f"{cadence.time:%H:%M} {cadence.zone} ({there} UTC){days}"


def _crons(slots: Iterable[tuple[int, int]]) -> Iterator[str]:
    """The expressions for these slots, those of one minute and the same weekdays in one."""
    runs: dict[tuple[int, int], set[int]] = defaultdict(set)
    for weekday, minute in slots:
        for after in TRIES:
            late = minute + after
            late += late % 30 == 0  # the full and the half hour are when everybody runs
            runs[late % _DAY // 60, late % 60].add((weekday + late // _DAY) % 7)
    hours: dict[tuple[int, frozenset[int]], list[int]] = defaultdict(list)
    for (hour, minute), weekdays in sorted(runs.items()):
        hours[minute, frozenset(weekdays)].append(hour)
    for (minute, days), wanted in sorted(hours.items(), key=lambda item: (item[0][0], sorted(item[0][1]))):
        # To cron Sunday is 0.
        week = "*" if days == EVERY_DAY else _ranges({(day + 1) % 7 for day in days})
        yield f"{minute} {_ranges(wanted)} * * {week}"


def _ranges(numbers: Iterable[int], names: Collection[str] = ()) -> str:
    """``7,8``, ``7-9``, ``mon-fri``: three in a row or more as a range."""
    known = list(names)
    spans: list[list[int]] = []
    for number in sorted(numbers):
        if spans and number == spans[-1][-1] + 1:
            spans[-1].append(number)
        else:
            spans.append([number])
    parts = []
    for span in spans:
        words = [known[number] if known else str(number) for number in span]
        parts += [f"{words[0]}-{words[-1]}"] if len(span) > 2 else words
    return ",".join(parts)
