"""Wall time becomes instants: one per local date, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import available_timezones

import pytest

from pipeline.errors import ConfigError
from pipeline.wallclock import instant, local, zone_of

TIMES = (time(0, 0), time(0, 30), time(1, 30), time(2, 30), time(23, 30))
FIRST = date(2026, 1, 1)
DAYS = 2 * 365


def clock_change(day, zone):
    """By how much the zone's clocks move between this local date's start and the next one's."""
    before = datetime.combine(day, time(), zone_of(zone))
    after = datetime.combine(day + timedelta(days=1), time(), zone_of(zone))
    return after.replace(tzinfo=None) - before.replace(tzinfo=None) - (after.astimezone(UTC) - before.astimezone(UTC))


@pytest.mark.parametrize("wall", TIMES, ids=str)
def test_every_zone_has_one_instant_for_every_date_of_two_years(wall):
    dates = [FIRST + timedelta(days=n) for n in range(DAYS)]
    broken = []
    for zone in sorted(available_timezones()):
        moments = [instant(day, wall, zone) for day in dates]
        if any(a >= b for a, b in pairwise(moments)):
            broken.append((zone, "not one after the other"))
        for moment, day in zip(moments, dates, strict=True):
            moved = local(moment, zone).replace(tzinfo=None) - datetime.combine(day, wall)
            if moved and abs(moved) != clock_change(day, zone):
                broken.append((zone, f"{day} moved by {moved}"))
            if local(moment, zone).date() != day:
                broken.append((zone, f"{day} is another date"))
    assert broken == []


@pytest.mark.parametrize(
    ("day", "wall", "zone", "expected"),
    [
        pytest.param(
            date(2027, 3, 28), time(2, 30), "Europe/Berlin", "2027-03-28T01:30", id="a gap moves forward by it"
        ),
        pytest.param(date(2027, 10, 31), time(2, 30), "Europe/Berlin", "2027-10-31T00:30", id="a fold takes the first"),
        pytest.param(date(2027, 9, 5), time(0, 0), "America/Santiago", "2027-09-05T04:00", id="midnight skipped"),
        pytest.param(
            date(2026, 3, 28), time(23, 30), "America/Nuuk", "2026-03-29T00:30", id="a gap at the day's end moves back"
        ),
        pytest.param(date(2011, 12, 30), time(23, 30), "Pacific/Apia", "2011-12-31T09:30", id="a day that never was"),
        pytest.param(date(2027, 10, 3), time(2, 15), "Australia/Lord_Howe", "2027-10-02T15:45", id="half-hour gap"),
        pytest.param(date(2026, 10, 20), time(9, 0), "Europe/Berlin", "2026-10-20T07:00", id="an ordinary day"),
    ],
)
def test_a_clock_change_has_one_answer(day, wall, zone, expected):
    assert instant(day, wall, zone) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize("name", ["Europe/Atlantis", "", "../etc/passwd", "Mars", "/UTC", "é"])
def test_an_unknown_zone_is_an_error_and_never_utc(name):
    with pytest.raises(ConfigError, match="expected an IANA name"):
        zone_of(name)
