"""Lay out what is to be published where and when. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pipeline.delivery import Slot
from pipeline.model import Entry, Series
from pipeline.plan import due_days
from pipeline.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A slot with what it is about."""

    slot: Slot
    series: Series
    entry: Entry

    @property
    def key(self) -> str:
        """The slot's key."""
        return self.slot.key


def slots_of(all_series: Iterable[Series]) -> tuple[Planned, ...]:
    """Every slot of every written entry that has an instant, oldest first, drafts included."""
    found = []
    for series in all_series:
        due = due_days(series)
        for entry in series.written:
            moment = entry.date if entry.recap else due.get(entry.day)
            if moment is not None:
                found += [
                    planned(series, entry, channel, moment) for channel in dict.fromkeys(series.channels_of(entry))
                ]
    return tuple(sorted(found, key=lambda one: (one.slot.due, one.slot.series, one.entry.day, one.slot.channel)))


def planned(series: Series, entry: Entry, channel: str, due: datetime) -> Planned:
    """The slot of an entry on a channel."""
    slot = Slot(series=series.id, entry=entry.key, channel=channel, due=due)
    return Planned(slot=slot, series=series, entry=entry)


def next_due(planned: Iterable[Planned], now: datetime) -> datetime | None:
    """The next instant after ``now`` at which something is due; None where nothing is."""
    return min((one.slot.due for one in planned if one.slot.due > now and not one.entry.draft), default=None)


def channels_in(all_series: Iterable[Series]) -> frozenset[str]:
    """The names of every channel that an entry goes to."""
    return frozenset(name for series in all_series for entry in series.written for name in series.channels_of(entry))
