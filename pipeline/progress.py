"""Say where a writer is in a series: written ahead, the next gap, what is behind, and the longest run. Pure."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from pipeline.model import Series
from pipeline.plan import due_days
from pipeline.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a series stands at a moment."""

    #: Days that are to come and written, in a row from the next one on: how long one may be ill.
    ahead: int
    #: The first day that is to come and not written, or still a draft, and when it is due (UTC); None without one.
    next_gap: int | None
    next_gap_at: datetime | None
    #: Days that were due and are not written, or still drafts.
    behind: tuple[int, ...]
    #: The next day that comes, and when (UTC); None where none does.
    next_day: int | None
    next_at: datetime | None


def progress(series: Series, now: datetime) -> Progress:
    """Where a series stands at ``now``."""
    written = {entry.day for entry in series.entries if not entry.draft}
    due = due_days(series)
    to_come = sorted((moment, day) for day, moment in due.items() if moment > now)
    gap = next(((moment, day) for moment, day in to_come if day not in written), None)
    ahead = next((place for place, (_, day) in enumerate(to_come) if day not in written), len(to_come))
    return Progress(
        ahead=ahead,
        next_gap=gap[1] if gap else None,
        next_gap_at=gap[0] if gap else None,
        behind=tuple(day for day, moment in sorted(due.items()) if moment <= now and day not in written),
        next_day=to_come[0][1] if to_come else None,
        next_at=to_come[0][0] if to_come else None,
    )


def longest_run(days: Collection[int], good: Collection[int]) -> int:
    """The most neighbours among ``days`` (every day that was due) that are all ``good``."""
    longest = run = 0
    for day in sorted(days):
        run = run + 1 if day in good else 0
        longest = max(longest, run)
    return longest
