"""What a ledger asks of the database that holds it: SQLite's file, or a schema of PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol


class Cursor(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int:
        """How many rows the statement changed."""

    def fetchone(self) -> Any:
        """The next row; None where there is none."""

    def fetchall(self) -> list[Any]:
        """The rows that are left."""

    def __iter__(self) -> Iterator[Any]:
        """The rows that are left, one after the other."""


class Connection(Protocol):
    """A connection of one thread. Statements have ``?`` where a value comes."""

    def execute(self, sql: str, values: Any = (), /) -> Cursor:
        """Run a statement."""

    def executemany(self, sql: str, values: Any, /) -> object:
        """Run a statement for each of several rows of values."""

    def close(self) -> None:
        """End it."""


class Database(Protocol):
    """Where the tables are."""

    #: As errors call it; never with a password.
    name: str
    #: What ``[ledger] url`` says where it is there; never with a password.
    address: str
    #: Whether the journal is a table of it too, written with the change that it tells of.
    keeps_journal: bool

    def connect(self, owner: str | None) -> Connection:
        """A connection; ``owner`` is who is at work as long as it stands. Raises LedgerError."""

    def usable(self, connection: Connection) -> bool:
        """Whether a connection still stands."""

    def prepare(self, connection: Connection) -> bool:
        """See that the tables are there, are of this version and are whole. Gives True where they are new.

        Raises LedgerError.
        """

    def transaction(self, connection: Connection) -> AbstractContextManager[None]:
        """A write, whole or not at all."""

    def shut(self, connection: Connection) -> None:
        """Let nobody else write until the transaction in hand is over."""

    def try_writing(self, connection: Connection, moment: str) -> None:
        """Write something and take it back."""

    def telling(self) -> AbstractContextManager[None]:
        """Turn what the database raises into a LedgerError that says what to do."""

    def at_work(self, connection: Connection, owners: Collection[str]) -> frozenset[str] | None:
        """Those owners that have a connection; None where the database cannot tell."""

    @property
    def damaged(self) -> str:
        """What to do where a row has changed by itself, as the end of a sentence."""


def database_of(url: str, root: Path, *, trial: bool = False) -> Database:
    """The database of a ``[ledger] url``. Raises ConfigError.

    ``trial`` is for a look: whatever is written is taken back at the end.
    """
    if url.startswith(("postgresql://", "postgres://")):
        from pipeline.ledger.postgres import Postgres

        return Postgres(url, trial=trial)
    from pipeline.ledger.connect import SQLite, place_of

    return SQLite(place_of(url, root))


def is_shared(url: str) -> bool:
    """Whether a ``[ledger] url`` names a database that many machines share, which keeps the journal as well."""
    return url.startswith(("postgresql://", "postgres://"))
