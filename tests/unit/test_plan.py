"""Which day falls on which instant, and what is out."""

from datetime import UTC, date, datetime, time
from itertools import islice

import pytest

from pipeline.model import Cadence, Entry, Series
from pipeline.plan import dates, out, plan


def cadence(**changes):
    return Cadence(**{"start": date(2026, 10, 19), "time": time(9), "zone": "Europe/Berlin", **changes})


def entry(day, **changes):
    given = {
        "path": f"series/s/day-{day:02d}.md",
        "series": "s",
        "day": day,
        "slug": f"day-{day:02d}",
        "title": "T",
        "body": "",
    }
    return Entry(**{**given, **changes})


def series(*entries, **changes):
    given = {"slug": "s", "id": "s", "title": "S", "path": "series/s/_index.md", "length": 3, "cadence": cadence()}
    return Series(**{**given, "entries": entries, **changes})


NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)


def states(made, now=NOON):
    return [day.state for day in plan(made, now, zone="UTC")]


def test_every_day_of_the_length_has_a_state():
    assert states(series(entry(1), entry(2, draft=True))) == ["out", "draft", "missing"]


def test_an_entry_is_out_at_its_very_instant():
    due = datetime(2026, 10, 19, 7, tzinfo=UTC)
    assert states(series(entry(1), length=1), now=due) == ["out"]


def test_an_entry_is_not_out_a_microsecond_before():
    just_before = datetime(2026, 10, 19, 6, 59, 59, 999999, tzinfo=UTC)
    assert states(series(entry(1), length=1), now=just_before) == ["to come"]


def test_an_own_date_overrides_the_cadence():
    own = datetime(2023, 2, 15, 6, 36, 19, tzinfo=UTC)
    assert plan(series(entry(2, date=own)), NOON, zone="UTC")[1].due == own


def test_days_beyond_the_length_are_planned_as_well():
    assert [day.day for day in plan(series(entry(5)), NOON, zone="UTC")] == [1, 2, 3, 4, 5]


def test_an_endless_series_ends_with_what_is_written():
    assert [day.day for day in plan(series(entry(2), length=None), NOON, zone="UTC")] == [1, 2]


def test_a_series_without_cadence_has_only_its_dated_entries():
    dated = entry(4, date=NOON)
    assert [day.day for day in plan(series(dated, length=None, cadence=None), NOON, zone="UTC")] == [4]


def test_an_entry_without_any_date_is_never_out():
    made = plan(series(entry(1), length=None, cadence=None), NOON, zone="UTC")
    assert (made[0].state, made[0].note) == ("to come", "no date: give the entry a date, or the series a start")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({}, ["19", "20", "21", "22"], id="every day"),
        pytest.param({"weekdays": frozenset({0, 2})}, ["19", "21", "26", "28"], id="Mondays and Wednesdays"),
        pytest.param({"skip": frozenset({date(2026, 10, 20)})}, ["19", "21", "22", "23"], id="a skipped date"),
        pytest.param({"start": date(2026, 10, 20), "weekdays": frozenset({0})}, ["26", "02", "09", "16"], id="off"),
    ],
)  # fmt: skip
def test_dates_follow_weekdays_and_skips(given, expected):
    assert [f"{day:%d}" for day in islice(dates(cadence(**given)), 4)] == expected


def test_a_cadence_without_any_date_ends():
    assert list(dates(cadence(weekdays=frozenset()))) == []


def test_a_clock_change_inside_the_series_is_noted_once():
    week = series(*(entry(day) for day in range(1, 10)), length=9)
    notes = {day.day: day.note for day in plan(week, NOON, zone="UTC") if day.note}
    assert notes == {7: "clocks went back 1 h since #Day6/9"}


def test_a_time_that_does_not_exist_is_noted():
    night = series(entry(1), length=1, cadence=cadence(start=date(2027, 3, 28), time=time(2, 30)))
    assert plan(night, NOON, zone="UTC")[0].note == "02:30 does not exist on this date; it goes out at 03:30"


def test_out_keeps_day_order():
    made = series(entry(2), entry(1), length=2)
    assert [day.day for day in out(plan(made, datetime(2027, 1, 1, tzinfo=UTC), zone="UTC"))] == [1, 2]
