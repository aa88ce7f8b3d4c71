"""Advice on a series as a whole: gaps, drafts, dates out of order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from pipeline.errors import Problem
from pipeline.model import Series
from pipeline.plan import PlannedDay


def series_advice(series: Series, planned: Sequence[PlannedDay], *, broken: bool) -> Iterator[Problem]:
    """What a look at the whole plan shows. ``broken``: some of its files cannot be read, so days may be in them."""
    written = [day for day in planned if day.entry is not None]
    last = max((day.day for day in written), default=0)
    gaps = [day.label for day in planned if day.entry is None and day.day < last]
    if gaps and not broken:
        yield _advice(series, "gap", f"{_listed(gaps)} {'is' if len(gaps) == 1 else 'are'} missing before day {last}")
    drafts = [day.label for day in written if day.state == "draft"]
    if drafts:
        yield _advice(series, "drafts", f"{len(drafts)} of {len(written)} entries are drafts: {_listed(drafts)}")
    waiting = [day.label for day in written if day.state == "waiting"]
    if waiting:
        message = f"{len(waiting)} of {len(written)} entries wait until somebody approves them: {_listed(waiting)}"
        yield _advice(series, "unapproved", message)
    before: tuple[datetime, PlannedDay] | None = None
    for day in written:
        if day.due is None or day.entry is None:
            continue
        if before is not None and day.due <= before[0]:
            yield Problem(
                path=day.entry.path,
                line=day.entry.lines.get("date"),
                severity="warning",
                code="dates-out-of-order",
                message=f"{day.label} is due {day.local:%Y-%m-%d %H:%M}, not after {before[1].label} "
                f"({before[1].local:%Y-%m-%d %H:%M}); change its date or its day",
            )
        before = (day.due, day)
    for day in planned:
        if day.note and "does not exist" in day.note:
            yield _advice(series, "clock-change", f"{day.label}: {day.note}")


def _advice(series: Series, code: str, message: str) -> Problem:
    return Problem(path=series.path, line=None, severity="warning", code=code, message=message)


def _listed(names: Sequence[str], most: int = 6) -> str:
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
