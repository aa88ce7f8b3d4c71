"""Say when each day of a series comes to somebody who begins with day 1 on a later date. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice

from pipeline.model import Cadence, Series
from pipeline.plan import dates
from pipeline.records import dataclass, replace
from pipeline.wallclock import instant, local


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """Those who begin on one date."""

    start: date
    #: When each day of the series comes to them, up to now: the first is day 1's. UTC.
    instants: tuple[datetime, ...]


def cohorts(series: Series, now: datetime) -> tuple[Cohort, ...]:
    """Everybody who has begun within as many dates as the series has days, the newest first; none in the future.

    Only the weekdays and the time of the series' cadence count: whoever comes later has no holidays of then.
    """
    cadence, count = series.cadence, _days(series)
    if not series.drip or cadence is None or count == 0:
        return ()
    begun = list(_moments(cadence, _first(cadence, count, now), now))
    places = range(len(begun) - 1, max(-1, len(begun) - 1 - count), -1)
    return tuple(
        Cohort(start=local(begun[place], cadence.zone).date(), instants=tuple(begun[place : place + count]))
        for place in places
    )


def next_drip(series: Series, now: datetime) -> datetime | None:
    """When something next comes to somebody; None where the series does not drip. UTC."""
    cadence = series.cadence
    if not series.drip or cadence is None or _days(series) == 0:
        return None
    here = max(local(now, cadence.zone).date(), cadence.start)
    coming = (instant(day, cadence.time, cadence.zone) for day in islice(dates(_plain(cadence, here)), 3))
    return next((moment for moment in coming if moment > now), None)


def _days(series: Series) -> int:
    return max([series.length or 0, *(entry.day for entry in series.entries)], default=0)


def _plain(cadence: Cadence, start: date) -> Cadence:
    return replace(cadence, start=start, skip=frozenset())


def _first(cadence: Cadence, count: int, now: datetime) -> date:
    """A date early enough for ``count`` dates up to now, and not before the series begins."""
    weeks = -(-count // len(cadence.weekdays)) + 1
    return max(cadence.start, local(now, cadence.zone).date() - timedelta(weeks=weeks))


def _moments(cadence: Cadence, first: date, now: datetime) -> Iterator[datetime]:
    for day in dates(_plain(cadence, first)):
        moment = instant(day, cadence.time, cadence.zone)
        if moment > now:
            return
        yield moment
