"""Copy a ledger from one database to another, with all that it remembers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.errors import LedgerError
from pipeline.ledger.rows import COLUMNS
from pipeline.records import dataclass

if TYPE_CHECKING:
    from pipeline.ledger.lines import Line
    from pipeline.ledger.store import Ledger

#: The mark that a ledger leaves behind where it was copied from: where it is now.
MOVED = "moved"
_TABLES = {
    "delivery": (*COLUMNS, "seal"),
    "attempt": tuple("at key attempt event claim digest remote_id url reason due until source".split()),
    "mark": ("name", "value", "at"),
}
_BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """How much was copied."""

    deliveries: int
    attempts: int
    marks: int


def copy(source: Ledger, target: Ledger, *, journal: Iterable[Line], now: datetime) -> Copied:
    """Copy everything, in one transaction of the target, then say in the source that it has moved.

    ``journal`` are the lines of the journal that the target is to keep, where it keeps one. Raises LedgerError where
    something is in hand, or the target holds a ledger already.
    """
    busy = source.in_hand()
    if busy:
        who = busy[0]
        raise LedgerError(f"{who.key}: is in the hands of {who.owner} right now; copy when nothing is being sent")
    if not is_empty(target):
        raise LedgerError(f"{target.database.name}: holds a ledger already; nothing is copied over it")
    counts = {}
    with target.database.telling(), source.database.telling():
        into = target.connection
        with target.database.transaction(into):
            for table, columns in _TABLES.items():
                wanted = _wanted(source, table, columns)
                counts[table] = _fill(target, table, columns, wanted)
            if target.keeps_journal:
                target.note_lines(journal)
            found = {table: _count(target, table) for table in _TABLES}
            if found["delivery"] != counts["delivery"] or found["mark"] != counts["mark"]:
                raise LedgerError(f"{target.database.name}: {found} rows came of {counts}; nothing is copied")
    source.put_mark(MOVED, target.database.name, now=now)
    return Copied(deliveries=counts["delivery"], attempts=counts["attempt"], marks=counts["mark"])


def is_empty(ledger: Ledger) -> bool:
    """Whether nothing has been written into a ledger yet."""
    with ledger.database.telling():
        return not any(_count(ledger, table) for table in _TABLES)


def _wanted(source: Ledger, table: str, columns: Sequence[str]) -> Iterator[tuple[object, ...]]:
    # The journal goes its own way: as files on one side, as rows on the other.
    where = " WHERE NOT line" if table == "attempt" and source.keeps_journal else ""
    where = f" WHERE name <> '{MOVED}'" if table == "mark" else where
    order = {"delivery": "key", "attempt": "id", "mark": "name"}[table]
    sql = f"SELECT {', '.join(columns)} FROM {table}{where} ORDER BY {order}"  # noqa: S608 (names of our own)
    return iter(source.connection.execute(sql))


def _fill(target: Ledger, table: str, columns: Sequence[str], rows: Iterator[tuple[object, ...]]) -> int:
    marks = ", ".join("?" * len(columns))
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608
    count = 0
    while batch := [tuple(row) for row in islice(rows, _BATCH)]:
        target.connection.executemany(sql, batch)
        count += len(batch)
    return count


def _count(ledger: Ledger, table: str) -> int:
    return int(ledger.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608
