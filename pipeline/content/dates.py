"""Read dates and times of day as people and other tools write them, and refuse those that can be read two ways."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone

from pipeline.patterns import pattern
from pipeline.wallclock import instant

DATE_FORM = "a date such as 2026-10-19 or 2026-10-19T09:00:00+02:00"
DAY_FORM = "a date such as 2026-10-19"
TIME_FORM = "a time such as 09:00"

#: Outside of these a date is a slip, and arithmetic on it would leave the calendar.
YEARS = range(1900, 3000)

_ISO = pattern(
    r"""(\d{4})([-/])(\d{1,2})\2(\d{1,2})
        (?:(?:T|t|[ ]+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?[ ]*(Z|z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?""",
    re.VERBOSE | re.ASCII,
)
#: ``19 October 2026``, ``Mon, 19 Oct 2026 09:00:00 +0200`` (RFC 5322), with what may follow the date.
_DAY_FIRST = pattern(
    r"(?:[a-z]{3,9},?\s+)?(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})\.?,?\s+(\d{4})(.*)", re.IGNORECASE | re.ASCII
)
#: ``Oct 19 2026``, ``October 19th, 2026``, and what JavaScript prints: ``Mon Oct 19 2026 09:00:00 GMT+0200 (CEST)``.
_MONTH_FIRST = pattern(
    r"(?:[a-z]{3,9},?\s+)??([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(.*)", re.IGNORECASE | re.ASCII
)
_CLOCK = pattern(
    r",?\s*(?:at\s+)?(\d{1,2}):(\d{2})(?::(\d{2}))?\s*(?:(Z|UTC|GMT)?([+-]\d{2}:?\d{2})?|(UT))(?:\s*\([^()]*\))?",
    re.IGNORECASE | re.ASCII,
)
_WALL = pattern(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.0+)?)?", re.ASCII)
_MONTHS = {
    name[:length]: number
    for number, name in enumerate(
        ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
         "december"), 1
    )
    for length in {3, 4 if name == "september" else 3, len(name)}
}  # fmt: skip


def instant_of(text: str, wall: time, zone: str) -> datetime | None:
    """The UTC instant of a date as written, to the second; None where it is none.

    A date without a time means ``wall``, one without an offset the wall time in ``zone``.
    Raises ValueError with the reason for a date that looks right and does not exist.
    """
    text = text.strip()
    if len(text) > 80:
        return None
    found = _ISO.fullmatch(text)
    if found:
        year, _, month, day, hour, minute, second, offset = found.groups()
        return _moment(year, int(month), day, hour, minute, second, offset, wall, zone)
    if (found := _DAY_FIRST.fullmatch(text)) and (number := _MONTHS.get(found[2].lower())):
        return _worded(found[3], number, found[1], found[4], wall, zone)
    if (found := _MONTH_FIRST.fullmatch(text)) and (number := _MONTHS.get(found[1].lower())):
        return _worded(found[3], number, found[2], found[4], wall, zone)
    return None


def date_of(text: str) -> date | None:
    """The local date as written, without its time; None where it is none. Raises ValueError as ``instant_of``."""
    found = _ISO.fullmatch(text.strip())
    return None if found is None else _date(found[1], int(found[3]), found[4])


def wall_of(text: str) -> time | None:
    """The time of day as written: ``9:00``, ``09:00``; None where it is none. Raises ValueError for ``25:00``."""
    found = _WALL.fullmatch(text.strip())
    return None if found is None else time(int(found[1]), int(found[2]), int(found[3] or 0))


def clock_of(text: str) -> time | None:
    """The time of day that a date says with it, without offset: the 09:00 of ``2026-10-19T09:00``."""
    found = _ISO.fullmatch(text.strip())
    if found is None or found[5] is None or found[8] is not None:
        return None
    try:
        return time(int(found[5]), int(found[6]))
    except ValueError:
        return None


def is_zero(text: str) -> bool:
    """True for Go's zero time, which Hugo writes where there is no date."""
    return text.startswith("0001-01-01")


def _worded(year: str, month: int, day: str, rest: str, wall: time, zone: str) -> datetime | None:
    if not rest.strip():
        return _moment(year, month, day, None, None, None, None, wall, zone)
    clock = _CLOCK.fullmatch(rest)
    if clock is None:
        return None
    offset = clock[5] or clock[4] or clock[6]
    return _moment(year, month, day, clock[1], clock[2], clock[3], offset, wall, zone)


def _moment(
    year: str,
    month: int,
    day: str,
    hour: str | None,
    minute: str | None,
    second: str | None,
    offset: str | None,
    wall: time,
    zone: str,
) -> datetime:
    here = _date(year, month, day)
    if hour is None or minute is None:
        return instant(here, wall, zone)
    clock = time(int(hour), int(minute), min(int(second or 0), 59))
    if offset is None:
        return instant(here, clock, zone)
    return datetime.combine(here, clock, _offset(offset)).astimezone(UTC)


def _date(year: str, month: int, day: str) -> date:
    if int(year) not in YEARS:
        raise ValueError(f"the year {year} is not between {YEARS.start} and {YEARS.stop - 1}")
    return date(int(year), month, int(day))


def _offset(text: str) -> timezone:
    if text[0] not in "+-":
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[3:].replace(":", "") or 0)
    if minutes >= 24 * 60:
        raise ValueError(f"there is no offset {text}")
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
