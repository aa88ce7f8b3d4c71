"""Whoever begins later gets one day after the other."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest

from pipeline.drip import cohorts, next_drip
from pipeline.model import Cadence, Entry, Series


def series(days: int, *, zone: str = "Europe/Berlin", drip: bool = True, **cadence: object) -> Series:
    given = {"start": date(2026, 10, 19), "time": time(9), "zone": zone, **cadence}
    entries = tuple(
        Entry(path=f"series/s/{day}.md", series="s", day=day, slug=f"d{day}", title="T", body="")
        for day in range(1, days + 1)
    )
    return Series(
        slug="s",
        id="s",
        title="S",
        path="series/s/_index.md",
        entries=entries,
        drip=drip,
        cadence=Cadence(**given),  # type: ignore[arg-type]
    )


def at(day: int, hour: int = 12, month: int = 10) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


def test_one_begins_on_each_date_since_the_start() -> None:
    found = cohorts(series(5), at(21))
    assert [cohort.start.day for cohort in found] == [21, 20, 19]
    assert [len(cohort.instants) for cohort in found] == [1, 2, 3]


def test_nobody_begins_in_the_future() -> None:
    assert [cohort.start.day for cohort in cohorts(series(5), at(21, 6))] == [20, 19]
    assert cohorts(series(5), at(19, 6)) == ()


def test_only_the_last_dates_are_offered_and_each_ends() -> None:
    found = cohorts(series(3), at(20, month=12))
    assert [cohort.start.isoformat() for cohort in found] == ["2026-12-20", "2026-12-19", "2026-12-18"]
    assert [len(cohort.instants) for cohort in found] == [1, 2, 3]


def test_the_time_of_day_stays_through_a_change_of_clocks() -> None:
    found = cohorts(series(9), at(27))
    oldest = found[-1]
    assert [moment.hour for moment in oldest.instants] == [7] * 6 + [8] * 3


def test_weekdays_count_and_holidays_of_then_do_not() -> None:
    made = series(4, weekdays=frozenset((0, 2)), skip=frozenset((date(2026, 10, 21),)))
    assert [cohort.start.day for cohort in cohorts(made, at(29))] == [28, 26, 21, 19]


def test_what_comes_next_is_told_for_ever() -> None:
    assert next_drip(series(3), at(21)) == datetime(2026, 10, 22, 7, tzinfo=UTC)
    assert next_drip(series(3), at(20, month=12)) == datetime(2026, 12, 21, 8, tzinfo=UTC)
    assert next_drip(series(3), at(1)) == datetime(2026, 10, 19, 7, tzinfo=UTC)
    weekly = series(3, weekdays=frozenset((6,)))
    assert next_drip(weekly, at(21)) == datetime(2026, 10, 25, 8, tzinfo=UTC)


@pytest.mark.parametrize("made", [series(3, drip=False), series(0)])
def test_who_does_not_drip_has_none(made: Series) -> None:
    assert (cohorts(made, at(25)), next_drip(made, at(25))) == ((), None)


@pytest.mark.parametrize("days", [1, 365])
def test_a_series_of_any_length(days: int) -> None:
    now = at(19) + timedelta(days=800)
    found = cohorts(series(days), now)
    assert len(found) == days
    assert [len(cohort.instants) for cohort in found] == list(range(1, days + 1))
    assert found[-1].instants[-1] <= now
