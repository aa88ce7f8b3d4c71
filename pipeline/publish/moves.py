"""Notice that the plan has moved: a changed time or zone, or new rules for a zone. What is out stays where it was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from pipeline.ledger.moments import moment_of, stamp
from pipeline.ledger.store import Ledger
from pipeline.model import Series
from pipeline.plan import due_days
from pipeline.project import Project
from pipeline.wallclock import local

#: What the names of its marks begin with.
_PLAN = "plan:"


def moved(before: Mapping[str, object], series: Series, known: Mapping[str, datetime], zone: str) -> tuple[str, ...]:
    """What has moved since ``before`` (as `noted` gave it), a sentence each. Pure.

    ``known`` are the entries whose instant the journal tells: those that are out, or were moved by hand.
    """
    was = before.get("due")
    if not isinstance(was, Mapping):
        return ()
    found = []
    due, own, had = due_days(series), _own(series), before.get("own")
    as_before = before.get("cadence") == _cadence(series)
    for entry in series.entries:
        old, now_due = was.get(entry.key), due.get(entry.day)
        if not isinstance(old, str) or now_due is None or f"{series.id}/{entry.key}" in known:
            continue
        earlier = _moment(old)
        if earlier is not None and earlier != now_due:
            same = as_before and isinstance(had, Mapping) and had.get(entry.key) == own.get(entry.key)
            why = f"the rules of {zone} changed" if same else "its plan changed"
            found.append(
                f"{series.id}/{entry.key}: {why}: due {local(now_due, zone):%Y-%m-%d %H:%M} {zone}, "
                f"formerly {local(earlier, zone):%Y-%m-%d %H:%M}"
            )
    return tuple(found)


def noted(series: Series) -> dict[str, object]:
    """What to remember of a plan, to notice later that it has moved."""
    due = due_days(series)
    return {
        "cadence": _cadence(series),
        "own": _own(series),
        "due": {entry.key: stamp(due[entry.day]) for entry in series.entries if entry.day in due},
    }


def watch(project: Project, ledger: Ledger, now: datetime) -> tuple[str, ...]:
    """Say what has moved in every series since the last look, and remember the plans as they are."""
    said: list[str] = []
    known = {**project.book.settled, **project.book.moved}
    before = ledger.marks(_PLAN)
    after = {}
    for series in project.series:
        name = f"{_PLAN}{series.id}"
        text = json.dumps(noted(series), sort_keys=True)
        if text == before.get(name):
            continue
        after[name] = text
        if name in before:
            zone = series.cadence.zone if series.cadence else project.config.site.zone
            said += moved(_parsed(before[name]), series, known, zone)
    if after:
        ledger.put_marks(after, now=now)
    return tuple(said)


def _parsed(text: str) -> Mapping[str, object]:
    """What was noted; nothing where the note is damaged."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _moment(text: str) -> datetime | None:
    """The moment that was noted; None where the note is damaged."""
    try:
        return moment_of(text)
    except ValueError:
        return None


def _own(series: Series) -> dict[str, str]:
    """The dates that entries have of their own, and of those that are out."""
    return {entry.key: stamp(entry.date) for entry in series.entries if entry.date is not None}


def _cadence(series: Series) -> str:
    cadence = series.cadence
    if cadence is None:
        return ""
    days = ",".join(str(day) for day in sorted(cadence.weekdays))
    skip = ",".join(day.isoformat() for day in sorted(cadence.skip))
    return f"{cadence.start} {cadence.time} {cadence.zone} {days} {skip}"
