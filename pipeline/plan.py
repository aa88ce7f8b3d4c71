"""Say which day of a series falls on which instant, and what is out. Pure: no clock, no files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from pipeline.model import Cadence, Entry, Series, State
from pipeline.records import dataclass
from pipeline.wallclock import instant, local

#: A cadence whose weekdays and skip dates leave no date for this long has none.
_LONGEST_PAUSE = timedelta(days=3660)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDay:
    """One day of a series: written or not, out or not."""

    series: Series
    day: int
    state: State
    #: None where neither the cadence nor the entry gives a date.
    due: datetime | None
    #: IANA name; the zone ``local`` is told in.
    zone: str
    entry: Entry | None
    #: What is unusual about this day, in words; mostly empty.
    note: str = ""

    @property
    def label(self) -> str:
        """``#Day7/30``."""
        return self.series.label_of(self.day)

    @property
    def local(self) -> datetime | None:
        """The wall time at which it is due, aware."""
        return None if self.due is None else local(self.due, self.zone)


def dates(cadence: Cadence) -> Iterator[date]:
    """The local dates of a cadence, for ever: the start or the first allowed date after it, then on."""
    day = cadence.start
    last = day
    while day - last <= _LONGEST_PAUSE:
        if day.weekday() in cadence.weekdays and day not in cadence.skip:
            yield day
            last = day
        if day == date.max:
            return
        day += timedelta(days=1)


def instants(cadence: Cadence) -> Iterator[datetime]:
    """The instants (UTC) of a cadence, each after the one before.

    A date that a zone leaves out altogether, as Samoa did with 30 December 2011, has none of its own.
    """
    before: datetime | None = None
    for day in dates(cadence):
        moment = instant(day, cadence.time, cadence.zone)
        if before is None or moment > before:
            yield moment
            before = moment


def due_days(series: Series) -> dict[int, datetime]:
    """The instant (UTC) of each day from 1 to the series' length, and of each written day beyond it."""
    given = {entry.day: entry.date for entry in series.entries if entry.date is not None}
    if series.cadence is None:
        return dict(sorted(given.items()))
    cadence = series.cadence
    last = max([series.length or 0, *(entry.day for entry in series.entries)], default=0)
    found: dict[int, datetime] = {}
    for number, moment in zip(range(1, last + 1), instants(cadence), strict=False):
        found[number] = given.get(number) or moment
    return {**found, **{day: moment for day, moment in given.items() if day not in found}}


def due_of(series: Series, entry: Entry) -> datetime | None:
    """The instant (UTC) of one entry of a series, or of its recap."""
    return entry.date if entry.recap else due_days(series).get(entry.day)


def recap_of(series: Series, now: datetime, *, zone: str) -> PlannedDay | None:
    """The recap of a series with its state at ``now``; None where it has none."""
    recap = series.recap
    if recap is None:
        return None
    here = series.cadence.zone if series.cadence else zone
    state = _state(recap, recap.date, now)
    return PlannedDay(series=series, day=recap.day, state=state, due=recap.date, zone=here, entry=recap)


def plan(series: Series, now: datetime, *, zone: str) -> tuple[PlannedDay, ...]:
    """Every day of a series in day order, with its state at ``now``.

    ``zone`` is used for a series that has no cadence.
    """
    here = series.cadence.zone if series.cadence else zone
    due = due_days(series)
    entries = {entry.day: entry for entry in series.entries}
    days = sorted(entries.keys() | due.keys() | set(range(1, (series.length or 0) + 1)))
    planned = []
    before: tuple[str, datetime] | None = None
    for day in days:
        entry, moment = entries.get(day), due.get(day)
        on_cadence = series.cadence is not None and (entry is None or entry.date is None)
        note = _note(series.cadence if on_cadence else None, entry, moment, before, here)
        planned.append(
            PlannedDay(
                series=series, day=day, state=_state(entry, moment, now), due=moment, zone=here, entry=entry, note=note
            )
        )
        if moment is not None and on_cadence:
            before = series.label_of(day), moment
    return tuple(planned)


def out(planned: Iterable[PlannedDay]) -> tuple[PlannedDay, ...]:
    """The days that are out, in day order."""
    return tuple(day for day in planned if day.state == "out")


def _state(entry: Entry | None, due: datetime | None, now: datetime) -> State:
    if entry is None:
        return "missing"
    if entry.draft:
        return "waiting" if entry.held else "draft"
    return "out" if due is not None and due <= now else "to come"


def _note(
    cadence: Cadence | None, entry: Entry | None, due: datetime | None, before: tuple[str, datetime] | None, zone: str
) -> str:
    """What is unusual about a day; ``cadence`` is None for one that does not follow it."""
    if due is None:
        return "no date: give the entry a date, or the series a start" if entry else ""
    if cadence is None:
        return ""
    notes = []
    here = local(due, zone)
    if before is not None:
        earlier = local(before[1], zone).utcoffset()
        now_off = here.utcoffset()
        if earlier is not None and now_off is not None and earlier != now_off:
            way = "forward" if now_off > earlier else "back"
            notes.append(f"clocks went {way} {_hours(abs(now_off - earlier))} since {before[0]}")
    wanted = cadence.time
    if (here.hour, here.minute) != (wanted.hour, wanted.minute):
        notes.append(f"{wanted:%H:%M} does not exist on this date; it goes out at {here:%H:%M}")
    return "; ".join(notes)


def _hours(gap: timedelta) -> str:
    minutes = int(gap.total_seconds()) // 60
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"
