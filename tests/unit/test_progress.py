"""Where a writer is in a series."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from pipeline.model import Cadence, Entry, Series
from pipeline.progress import longest_run, progress


def series(*days: int, drafts: tuple[int, ...] = (), length: int | None = 6) -> Series:
    def entry(day: int) -> Entry:
        return Entry(
            path=f"series/s/day-{day:02}.md",
            series="s",
            day=day,
            slug=f"d{day}",
            title="T",
            body="",
            draft=day in drafts,
        )

    cadence = Cadence(start=date(2026, 10, 19), time=time(9), zone="UTC")
    entries = tuple(entry(day) for day in days)
    return Series(
        slug="s", id="s", title="S", path="series/s/_index.md", length=length, cadence=cadence, entries=entries
    )


#: After day 2.
NOW = datetime(2026, 10, 20, 12, tzinfo=UTC)


def test_what_is_written_ahead_is_counted_up_to_the_next_gap() -> None:
    found = progress(series(1, 2, 3, 4, 6), NOW)
    assert (found.ahead, found.next_gap, found.behind) == (2, 5, ())
    assert found.next_gap_at == datetime(2026, 10, 23, 9, tzinfo=UTC)
    assert (found.next_day, found.next_at) == (3, datetime(2026, 10, 21, 9, tzinfo=UTC))


def test_a_draft_is_not_written_yet() -> None:
    found = progress(series(1, 2, 3, drafts=(2, 3)), NOW)
    assert (found.ahead, found.next_gap, found.behind) == (0, 3, (2,))


def test_everything_written_has_no_gap() -> None:
    found = progress(series(1, 2, 3, 4, 5, 6), NOW)
    assert (found.ahead, found.next_gap, found.next_gap_at) == (4, None, None)


def test_when_it_is_over_nothing_comes_next() -> None:
    found = progress(series(1, 2, 3, 4, 5), datetime(2026, 11, 1, tzinfo=UTC))
    assert (found.ahead, found.next_day, found.next_at, found.behind) == (0, None, None, (6,))


@pytest.mark.parametrize("length", [1, 365])
def test_a_series_of_any_length(length: int) -> None:
    found = progress(series(*range(1, length + 1), length=length), datetime(2026, 10, 1, tzinfo=UTC))
    assert (found.ahead, found.next_gap, found.next_day) == (length, None, 1)


@pytest.mark.parametrize(
    ("days", "good", "longest"),
    [((), (), 0), ((1, 2, 3), (1, 2, 3), 3), ((1, 2, 3, 4), (1, 2, 4), 2), ((1, 2), (), 0), ((1, 3, 7), (1, 3, 7), 3)],
)
def test_the_longest_run(days: tuple[int, ...], good: tuple[int, ...], longest: int) -> None:
    assert longest_run(days, good) == longest
