"""Bring ledger and journals together: neither may forget what the other knows is out.

The journal travels with git, the ledger stays where it is; either may be an older copy, or gone. What forbids sending
wins, and what only one of them has is written into the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from pipeline.delivery import FINAL, DeliveryState
from pipeline.ledger.fold import Book, Standing
from pipeline.ledger.lines import Event, Line
from pipeline.ledger.rows import Row
from pipeline.ledger.store import Ledger
from pipeline.records import dataclass

_AS_EVENT: dict[DeliveryState, Event] = {
    "published": "published",
    "retry": "not-sent",
    "held": "not-sent",
    "late": "not-sent",
    "rejected": "rejected",
    "unconfirmed": "unconfirmed",
    "skipped": "skipped",
    "withdrawn": "withdrawn",
}

#: States in which a person's wish to try again is known already.
_FREE: frozenset[DeliveryState] = frozenset(("planned", "claimed", "retry", "held", "late"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What must be written where, so that both say the same."""

    #: Slots whose row follows the journal, and that row as it was compared.
    to_ledger: tuple[tuple[str, Standing, Row | None], ...]
    #: Outcomes and decisions that the journal lacks.
    to_journal: tuple[Line, ...]


def difference(book: Book, rows: Iterable[Row], *, busy: Collection[str] = ()) -> Difference:
    """What ledger and journals do not share. Pure.

    ``busy`` are owners at work elsewhere right now: they write down themselves what came of their claims.
    """
    to_ledger: list[tuple[str, Standing, Row | None]] = []
    to_journal: list[Line] = []
    seen: set[str] = set()
    for row in rows:
        standing = book.slots.get(row.key)
        if standing is not None:
            seen.add(row.key)
            if _journal_knows_more(standing, row):
                to_ledger.append((row.key, standing, row))
            elif row.owner not in busy and _ledger_knows_more(standing, row):
                to_journal += _outcomes(row, standing)
        elif row.owner not in busy and (
            row.state in FINAL or (row.attempts and row.state in ("rejected", "unconfirmed"))
        ):
            to_journal += _outcomes(row, None)
    to_ledger += [
        (key, standing, None) for key, standing in book.slots.items() if key not in seen and standing.state != "planned"
    ]
    return Difference(to_ledger=tuple(sorted(to_ledger, key=lambda one: one[0])), to_journal=tuple(to_journal))


def apply(ledger: Ledger, changes: Difference, *, now: datetime) -> None:
    """Make the ledger follow the journals. Raises LedgerError."""
    for key, standing, row in changes.to_ledger:
        ledger.take(key, standing, seen=row, now=now)


def _journal_knows_more(standing: Standing, row: Row) -> bool:
    """Whether the row must follow. Never from what forbids sending to what allows it, unless somebody decided so."""
    if row.state == "withdrawn" or (standing.state == row.state and standing.attempts <= row.attempts):
        return False
    if standing.state in ("withdrawn", "published"):
        return True
    if row.state == "published":
        return False
    if row.state == "unconfirmed" and row.owner is None and standing.attempts >= row.attempts:
        return standing.state != "sending"  # all that the row knows, it has from the journal
    if standing.state == "sending":
        foreign = any(claim != row.claim for claim in standing.open)
        return foreign and row.state not in ("unconfirmed", "sending")
    if standing.attempts != row.attempts:
        return standing.attempts > row.attempts
    if row.state == "sending":
        return True
    if standing.decided:
        return not (standing.state == "retry" and row.decided and row.state in _FREE)
    return standing.state in ("unconfirmed", "rejected") and row.state in ("planned", "retry", "held", "late")


def _ledger_knows_more(standing: Standing, row: Row) -> bool:
    if row.state == "published":
        return standing.state not in ("published", "withdrawn")
    if row.state in FINAL:
        return standing.state not in FINAL
    return standing.state == "sending" and standing.open == (row.claim,) and row.state in _AS_EVENT


def _outcomes(row: Row, standing: Standing | None) -> list[Line]:
    claims = standing.open if standing and standing.open else (row.claim if row.owner else None,)
    if row.state in ("skipped", "withdrawn"):
        claims = (None,)
    return [
        Line(
            at=row.at,
            event=_AS_EVENT[row.state],
            key=row.key,
            attempt=max(row.attempts, standing.attempts if standing else 0),
            claim=claim,
            due=row.due,
            digest=row.digest,
            source=row.source,
            remote_id=row.remote_id,
            url=row.url,
            reason=row.reason or row.note or None,
            until=row.retry_at,
        )
        for claim in claims
    ]
