"""Turn wall time in a zone into instants: one per local date, in every zone and year.

A time that a clock change skips moves forward by the gap, or back by it where forward would be the next date; a time
that happens twice takes the first.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.errors import ConfigError


@cache
def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name.

    Raises ConfigError for a name that is none: an unknown zone is never UTC in disguise.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, UnicodeError) as error:
        raise ConfigError(
            f"zone is '{name}', expected an IANA name such as Europe/Berlin or America/New_York"
        ) from error


def instant(day: date, wall: time, zone: str) -> datetime:
    """The UTC instant of a wall time on a local date (PEP 495: ``fold=0`` goes forward, ``fold=1`` back)."""
    meant = datetime.combine(day, wall.replace(tzinfo=None, fold=0), zone_of(zone))
    found = meant.astimezone(UTC)
    # No gap is longer than three hours but the days that a zone left out whole, which neither way leads back to.
    if wall.hour >= 21 and found.astimezone(meant.tzinfo).date() != day:
        back = meant.replace(fold=1).astimezone(UTC)
        if back.astimezone(meant.tzinfo).date() == day:
            return back
    return found


def local(moment: datetime, zone: str) -> datetime:
    """The wall time of an instant in a zone, aware."""
    return moment.astimezone(zone_of(zone))


_UNITS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


def span(text: str) -> timedelta:
    """The length of time of a text such as ``90s``, ``10m``, ``24h`` or ``2d``; ``0`` is none.

    Raises ValueError for anything else.
    """
    text = text.strip().lower()
    if text == "0":
        return timedelta()
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz ")
    unit = text[len(number) :].strip()
    if unit not in _UNITS or not number.isascii() or not number.isdecimal() or len(number) > 6:
        raise ValueError(f"'{text}' is no length of time such as 90s, 10m, 24h or 2d")
    return timedelta(seconds=int(number) * _UNITS[unit])
