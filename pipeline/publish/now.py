"""Publish one entry at once, because a person says so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from pipeline.channels.contract import Channel
from pipeline.errors import PipelineError
from pipeline.ledger.rows import Row
from pipeline.model import Entry, Series
from pipeline.project import Project, with_journals
from pipeline.publish import decisions, hand
from pipeline.publish.due import Report, publish_entry
from pipeline.publish.slots import slots_of
from pipeline.publish.stop import stopped
from pipeline.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of it."""

    #: None where all of it is out already.
    report: Report | None
    #: What was out before.
    out: tuple[Row, ...]


def publish_now(
    project: Project,
    series: Series,
    entry: Entry,
    channels: Mapping[str, Channel],
    *,
    channel: str | None,
    clock: Callable[[], datetime],
    wait: Callable[[float], None],
    runner: str | None,
) -> Done:
    """Publish an entry on one channel (None: on all of its channels). Its slots are those of the schedule.

    Raises ContentError where it cannot be published, PipelineError where nothing may be sent from here, and
    LedgerError where ledger or journals cannot be trusted or written.
    """
    now = clock()
    slots = hand.wanted_slots(series, entry, channels, channel=channel, now=now)
    reasons = stopped(project, runner)
    if reasons:
        raise PipelineError("; ".join(reasons))
    due = next((one.slot.due for one in slots_of([series]) if one.entry.path == entry.path), None)
    with decisions.opened(project, now) as desk:
        wanted = hand.make_ready(desk, series, entry, slots, due, channels)
    if not wanted.keys:
        return Done(report=None, out=wanted.out)
    # The texts stay those that were looked at, whatever is saved meanwhile.
    report = publish_entry(with_journals(project), wanted.keys, clock=clock, wait=wait, runner=runner)
    return Done(report=report, out=wanted.out)
