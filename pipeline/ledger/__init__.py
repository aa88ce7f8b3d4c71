"""Remember what was sent: the ledger, a database of this machine, and the journals, files that travel with git."""

from __future__ import annotations

from pipeline.ledger.fold import Book, Standing, bound, fold, standing
from pipeline.ledger.lines import Event, Line, stamp
from pipeline.ledger.rows import Row
from pipeline.ledger.store import Ledger
from pipeline.ledger.sync import Difference, apply, difference

__all__ = [
    "Book",
    "Difference",
    "Event",
    "Ledger",
    "Line",
    "Row",
    "Standing",
    "apply",
    "bound",
    "difference",
    "fold",
    "stamp",
    "standing",
]
