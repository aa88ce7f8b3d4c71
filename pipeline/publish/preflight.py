"""Look at a whole series before its first day, and at what is left of it on every other: can it go to its end?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from pipeline import deploy
from pipeline.channels.contract import ByHand, Channel, Diagnoses, Site
from pipeline.check.run import check
from pipeline.config import PLACEHOLDER_URL
from pipeline.errors import Problem
from pipeline.model import Series
from pipeline.plan import PlannedDay, due_days, plan
from pipeline.project import Project, spans
from pipeline.records import dataclass
from pipeline.render.edition import place
from pipeline.wallclock import local

#: A day that is due sooner and not written is an error.
SOON = timedelta(hours=24)
#: What a problem of a file is about, by its code; anything else is about the text.
_AREAS = {
    "too-long": "limits",
    "empty": "limits",
    "too-many-images": "limits",
    "link-missing": "links",
    "link-nowhere": "links",
    "link-scheme": "links",
    "link-empty": "links",
    "image-missing": "images",
    "no-alt": "alt text",
}
#: What is told of the days already.
_OF_DAYS = frozenset({"drafts", "unapproved", "gap"})
#: What is said where there is nothing to say of an area.
_WELL = {
    "limits": "every text fits",
    "links": "every link leads somewhere",
    "images": "every picture is there",
    "alt text": "every picture says what it shows",
    "text": "nothing to look at",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is well, that should be looked at, or that keeps a day from going out."""

    #: ``days``, ``clock``, ``limits``, ``links``, ``images``, ``alt text``, ``text``, ``site`` or a channel's name.
    area: str
    #: ``ok``, ``warning``, ``error``, or ``left out`` where it was not looked at.
    level: str
    message: str
    #: Which days it is about; none: all of them.
    days: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preflight:
    """A series, looked at from now to its last day."""

    series: Series
    #: When and where: ``30 days, Mon 19 Oct 2026 to Tue 17 Nov 2026, 09:00 Europe/Berlin``.
    plan: str
    findings: tuple[Finding, ...]

    @property
    def later(self) -> tuple[int, ...]:
        """Days that go nowhere as they are, and have time: not written, drafts, or not approved."""
        return tuple(
            sorted({day for one in self.findings if (one.area, one.level) == ("days", "warning") for day in one.days})
        )

    @property
    def ready(self) -> bool:
        """Whether nothing keeps a day from going out, as far as one can see."""
        return not any(one.level == "error" for one in self.findings)


def preflight(
    project: Project, series: Series, channels: Mapping[str, Channel], now: datetime, *, online: bool
) -> Preflight:
    """Everything a series needs until its last day. Publishes nothing; ``online`` asks accounts and the site."""
    planned = plan(series, now, zone=project.config.site.zone)
    findings = [*of_files(project, series, now, problems_of(project, now))]
    findings += _channels(series, channels, planned, now, online=online)
    findings += _site(project, online=online)
    return Preflight(series=series, plan=_told(series, planned), findings=tuple(findings))


def problems_of(project: Project, now: datetime) -> tuple[Problem, ...]:
    """What `check` says of the project once every day is out: a link to a day that is to come leads somewhere then."""
    ends = [moment for series in project.series for moment in due_days(series).values()]
    return check(project, max([now, *ends])).problems


def of_files(project: Project, series: Series, now: datetime, problems: Iterable[Problem]) -> tuple[Finding, ...]:
    """What the files alone tell: days, clock, texts. ``problems`` are those of `problems_of`."""
    planned = plan(series, now, zone=project.config.site.zone)
    return (*_days(planned, now), *_clock(planned, now), *_texts(series, problems))


def _told(series: Series, planned: Iterable[PlannedDay]) -> str:
    moments = [day.local for day in planned if day.local is not None]
    if not moments:
        return "no dates"
    first, last = min(moments), max(moments)
    length = series.length or len(moments)
    zone = series.cadence.zone if series.cadence else "UTC"
    days = f"{length} {'day' if length == 1 else 'days'}, {first:%a %d %b %Y}"
    return f"{days}{f' to {last:%a %d %b %Y}' if last.date() != first.date() else ''}, {first:%H:%M} {zone}"


def _days(planned: Iterable[PlannedDay], now: datetime) -> Iterator[Finding]:
    planned = tuple(planned)
    unready = {"missing": "not written", "draft": "still a draft", "waiting": "waiting to be approved"}
    written = [day for day in planned if day.state not in ("missing", "draft")]
    level = "ok" if len(written) == len(planned) else "warning"
    yield Finding(area="days", level=level, message=f"{len(written)} of {len(planned)} written")
    for state, said in unready.items():
        late = [day.day for day in planned if day.state == state and day.due is not None and day.due <= now + SOON]
        rest = [day.day for day in planned if day.state == state and day.day not in late]
        if late:
            yield Finding(area="days", level="error", message=f"due and {said}: {spans(late)}", days=tuple(late))
        if rest:
            yield Finding(area="days", level="warning", message=f"{said}: {spans(rest)}", days=tuple(rest))
    undated = [day.day for day in planned if day.due is None]
    if undated:
        yield Finding(area="days", level="error", message=f"no date: {spans(undated)}", days=tuple(undated))


def _clock(planned: Iterable[PlannedDay], now: datetime) -> Iterator[Finding]:
    changes = [day for day in planned if day.note and day.due is not None and day.due > now]
    for day in changes:
        assert day.due is not None
        here = local(day.due, day.zone)
        moved = "does not exist" in day.note
        said = f"{day.label}, {here:%a %d %b %Y %H:%M}: {day.note}"
        yield Finding(area="clock", level="warning" if moved else "ok", message=said, days=(day.day,))
    if not changes:
        yield Finding(area="clock", level="ok", message="clocks do not change on the way")


def _texts(series: Series, problems: Iterable[Problem]) -> Iterator[Finding]:
    days = {entry.path: entry.day for entry in series.entries}
    found: dict[str, list[Finding]] = {area: [] for area in _WELL}
    for problem in problems:
        if not problem.path.startswith(f"{series.folder}/") and problem.path != series.folder:
            continue
        if problem.code in _OF_DAYS:
            continue
        day = (days[problem.path],) if problem.path in days else ()
        area = _AREAS.get(problem.code, "text")
        found[area].append(Finding(area=area, level=problem.severity, message=str(problem), days=day))
    for area, findings in found.items():
        yield from findings or [Finding(area=area, level="ok", message=_WELL[area])]


def _channels(
    series: Series,
    channels: Mapping[str, Channel],
    planned: Iterable[PlannedDay],
    now: datetime,
    *,
    online: bool,
) -> Iterator[Finding]:
    names = {name for entry in series.entries for name in series.channels_of(entry)} | set(series.channels)
    last = max((day.due for day in planned if day.due is not None), default=None)
    for name in sorted(names):
        channel = channels.get(name)
        if channel is None or isinstance(channel, Site):
            continue
        if isinstance(channel, ByHand) and channel.by_hand:
            yield Finding(area=name, level="ok", message="posts are handed to you: no token is needed")
        elif not isinstance(channel, Diagnoses):
            yield Finding(area=name, level="ok", message="cannot be asked how it is")
        elif not online:
            yield Finding(area=name, level="left out", message="was not asked: that needs the network")
        else:
            for one in channel.diagnose(now=now, last_day=last):
                yield Finding(area=name, level=one.level, message=one.message)


def _site(project: Project, *, online: bool) -> Iterator[Finding]:
    site = project.config.site
    if site.url == PLACEHOLDER_URL:
        yield Finding(area="site", level="warning", message="[site] url is not set: posts have no link")
    elif not online:
        yield Finding(area="site", level="left out", message=f"{site.url} was not asked: that needs the network")
    else:
        home = place(site, "/").absolute
        reason = deploy.probe(home, site.title)
        yield Finding(area="site", level="error" if reason else "ok", message=reason or f"{home} answers")
