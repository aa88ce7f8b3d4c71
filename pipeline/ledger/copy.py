"""Copy a ledger from one database to another, with all that it remembers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from pipeline.errors import LedgerError
from pipeline.ledger.moments import stamp
from pipeline.ledger.rows import COLUMNS
from pipeline.ledger.store import MOVED, Ledger
from pipeline.records import dataclass

if TYPE_CHECKING:
    from pipeline.ledger.lines import Line

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


def copy(source: Ledger, target: Ledger, *, journal: Callable[[], Iterable[Line]], now: datetime) -> Copied:
    """Copy everything, while nobody else can write into the source, which says from then on that it has moved.

    ``journal`` gives the lines of the journal that the target is to keep, where it keeps one. The source's word is
    written before the target's copy is there for others to see: whatever happens in between, nothing is sent from both.
    Raises LedgerError where something is in hand, or the target holds a ledger already.
    """
    counts = {}
    with target.database.telling(), source.database.telling():
        into, of = target.connection, source.connection
        with target.database.transaction(into), source.database.transaction(of):
            source.database.shut(of)
            if busy := source.in_hand():
                who = busy[0]
                raise LedgerError(
                    f"{who.key}: is in the hands of {who.owner} right now; copy when nothing is being sent"
                )
            if not is_empty(target):
                raise LedgerError(f"{target.database.name}: holds a ledger already; nothing is copied over it")
            for table, columns in _TABLES.items():
                counts[table] = _fill(target, table, columns, _wanted(source, table, columns))
            if target.keeps_journal:
                target.note_lines(journal())
            found = {table: _count(target, table) for table in _TABLES}
            if found["delivery"] != counts["delivery"] or found["mark"] != counts["mark"]:
                raise LedgerError(f"{target.database.name}: {found} rows came of {counts}; nothing is copied")
            of.execute(
                "INSERT INTO mark (name, value, at) VALUES (?, ?, ?) "
                "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                (MOVED, target.database.address, stamp(now)),
            )
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
