"""Settle what runs that have ended left behind."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.delivery import Unconfirmed
from pipeline.errors import LostClaimError
from pipeline.ledger.fold import Book, standing
from pipeline.ledger.lines import Line
from pipeline.ledger.rows import Row
from pipeline.model import Series
from pipeline.publish import presence
from pipeline.publish.run import Books, Run, outcome_line
from pipeline.publish.slots import Planned
from pipeline.records import replace


def recover(run: Books, planned: Sequence[Planned]) -> frozenset[str]:
    """Settle what a run that has ended left in hand. Gives the owners that are known to be gone.

    A run that is certainly at work on this machine keeps what it has, however long. Of a claim that was announced in
    the journal the bytes may be out, even if the ledger does not say ``sending``: it may be an older copy.
    """
    in_hand = run.ledger.in_hand()
    owners = {row.owner for row in in_hand if row.owner and row.owner != run.owner}
    alive = run.ledger.at_work(owners)
    if alive is None:
        dead, busy = presence.gone(run.home, owners), presence.at_work(run.home, run.owner)
    else:
        # On another machine it may be frozen for ever with its connections open: there the lease is the limit.
        dead, busy = frozenset(owners) - alive, frozenset()
    by_key = {one.key: one for one in planned}
    now = run.clock()
    for row in in_hand:
        over = row.lease is not None and row.lease < now
        if row.owner == run.owner or row.owner in busy or not (over or row.owner in dead):
            continue
        one = by_key.get(row.key)
        series = one.series if one else run.series_of(row.key)
        if row.state == "claimed" and not (series is not None and _announced(run, series, row)):
            run.ledger.free(row.key, "the run that had it ended before anything left", now=now)
            run.tell("freed", row.key)
            continue
        outcome = Unconfirmed(f"the run that sent it ({row.owner}) ended before the answer: it may be out")
        counted = row if row.state == "sending" else replace(row, attempts=row.attempts + 1)
        told = outcome_line(counted, outcome, at=now)
        try:
            settled = run.ledger.settle(row, outcome, now=now, lines=[told])
        except LostClaimError:
            continue  # another run has settled it
        if series is not None:
            run.write(series, [told])
            if counted is not row:  # the ledger has not counted the attempt that the journal announced
                known = standing(run.lines(series, row.key))
                run.ledger.take(row.key, known, seen=settled, now=now)
        run.tell("recovered", row.key, type(outcome).__name__)
    if not run.ledger.keeps_journal:
        presence.sweep(run.home, {row.owner for row in run.ledger.in_hand() if row.owner})
    return dead


def release_harmless(run: Run, book: Book) -> None:
    """Try again what is unconfirmed on a channel where sending again changes nothing, as after the loss of a ledger."""
    for row in run.ledger.unsettled():
        channel = run.channels.get(row.key.split("/")[2])
        series = run.series_of(row.key)
        if row.state != "unconfirmed" or channel is None or not channel.idempotent or series is None:
            continue
        known = book.slots.get(row.key)
        line = Line(
            at=run.clock(),
            event="retry",
            key=row.key,
            attempt=max(row.attempts, known.attempts if known else 0),
            due=row.due,
            reason="sending it again changes nothing",
        )
        run.write(series, [line])
        lines = {*run.lines(series, row.key), line}
        run.ledger.take(row.key, standing(lines), seen=row, now=run.clock(), lines=[line])
        run.tell("recovered", row.key, "Retry")


def _announced(run: Books, series: Series, row: Row) -> bool:
    """Whether the journal has an intent of this claim."""
    return any(line.event == "intent" and line.claim == row.claim for line in run.lines(series, row.key))
