"""Open the ledger's file: the one place that knows SQLite.

WAL, ``synchronous=FULL``: a commit is on the disk before the next line of the program runs. Every write begins with
``BEGIN IMMEDIATE``: a read that turns into a write would fail at once, whatever the busy timeout.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import host
from pipeline.errors import ConfigError, LedgerError
from pipeline.ledger.moments import stamp
from pipeline.ledger.schema import MIGRATIONS, VERSION

if TYPE_CHECKING:
    from pipeline.ledger.database import Connection

#: Seconds to wait for another process's write.
_BUSY = 30.0
REPAIR = "nothing is sent; run 'daycast ledger rebuild', which makes it anew from the receipts.jsonl files"
AGAIN = "nothing is sent until it can, then it goes out by itself"


def place_of(url: str, root: Path) -> Path:
    """The file of a ``sqlite:///`` URL; a relative one starts at the project's root. Raises ConfigError."""
    scheme, separator, rest = url.partition(":///")
    if scheme != "sqlite" or not separator or not rest:
        raise ConfigError(
            f"[ledger] url is '{url}', expected a file such as sqlite:///.daycast/ledger.db, "
            "or a database such as postgresql://daycast@db.example/daycast"
        )
    return root / rest


def connect(place: Path) -> sqlite3.Connection:
    """A connection to the database file, which is made where there is none. Raises LedgerError."""
    with telling(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        if not place.exists():
            os.close(os.open(place, os.O_CREAT | os.O_RDWR, 0o600))
        found = sqlite3.connect(place, timeout=_BUSY, isolation_level=None, check_same_thread=False)
        try:
            if found.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                # The change of mode does not wait for others by itself.
                with host.locked(place.with_name(f"{place.name}.lock")):
                    found.execute("PRAGMA journal_mode=WAL")
            found.execute("PRAGMA synchronous=FULL")
            found.execute("PRAGMA trusted_schema=OFF")
            # Pages of the ledger that SQLite keeps, in KiB: a look reads each once.
            found.execute("PRAGMA cache_size=-256")
        except sqlite3.Error:
            found.close()
            raise
        return found


def migrate(connection: sqlite3.Connection, place: Path) -> bool:
    """Bring the tables to this version. Gives True where there were none. Raises LedgerError for a newer version."""
    with telling(place):
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == VERSION:
            return False
        with transaction(connection):
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise LedgerError(
                    f"{place.name}: has schema version {version}, and this daycast knows up to {VERSION}; "
                    f"update daycast; if it was never newer the file is damaged: {REPAIR}"
                )
            tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            if version == 0 and tables:
                raise LedgerError(f"{place.name}: has tables but no schema version, so it is damaged: {REPAIR}")
            for step in MIGRATIONS[version:]:
                for statement in step:
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version={VERSION}")
            return bool(version == 0)


def examine(connection: sqlite3.Connection, place: Path) -> None:
    """Raise LedgerError where the database's own check finds damage."""
    with telling(place):
        for (word,) in connection.execute("PRAGMA integrity_check(1)"):
            if word != "ok":
                raise LedgerError(f"{place.name}: is damaged ({word}): {REPAIR}")


def beat(place: Path, now: datetime) -> None:
    """Note that somebody looked, in a ledger that is there; nothing else of it is looked at. Raises LedgerError."""
    with telling(place), closing(connect(place)) as connection, transaction(connection):
        connection.execute(
            "INSERT INTO mark (name, value, at) VALUES ('tick', ?, ?) ON CONFLICT (name) DO UPDATE "
            "SET value = excluded.value, at = excluded.at",
            (now.isoformat(), stamp(now)),
        )


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """A write, whole or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@contextmanager
def telling(place: Path) -> Iterator[None]:
    """Turn what SQLite and the disk raise into a LedgerError that says what to do."""
    try:
        yield
    except sqlite3.OperationalError as error:
        said = str(error)
        if any(
            word in said for word in ("full", "readonly", "read-only", "locked", "busy", "disk I/O", "unable to open")
        ):
            raise LedgerError(f"{place.name}: cannot be written: {said}; {AGAIN}") from error
        raise LedgerError(f"{place.name}: is damaged ({said}): {REPAIR}") from error
    except (sqlite3.Error, OverflowError, ValueError) as error:
        raise LedgerError(f"{place.name}: is damaged ({error}): {REPAIR}") from error
    except OSError as error:
        raise LedgerError(f"{place}: cannot be written: {error.strerror}; {AGAIN}") from error


class SQLite:
    """A ledger in a file of its own; its journal is the ``receipts.jsonl`` files."""

    keeps_journal = False
    damaged = REPAIR

    def __init__(self, place: Path) -> None:
        """``place`` is the file."""
        self.place = place
        self.name = place.name
        self.address = f"sqlite:///{place}"

    def connect(self, owner: str | None) -> Connection:  # noqa: ARG002
        """A connection; who is at work, lock files tell."""
        return connect(self.place)

    def usable(self, connection: Connection) -> bool:  # noqa: ARG002
        """Always: a file does not hang up."""
        return True

    def prepare(self, connection: Connection) -> bool:
        """Make the tables, or bring them to this version, and look whether they are whole."""
        assert isinstance(connection, sqlite3.Connection)
        new = migrate(connection, self.place)
        examine(connection, self.place)
        return new

    def transaction(self, connection: Connection) -> AbstractContextManager[None]:
        """A write, whole or not at all."""
        assert isinstance(connection, sqlite3.Connection)
        return transaction(connection)

    def shut(self, connection: Connection) -> None:
        """Nothing more to do: a write that has begun keeps all others out."""

    def try_writing(self, connection: Connection, moment: str) -> None:
        """Write something and take it back."""
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.execute("INSERT INTO mark VALUES ('tried', '', ?)", (moment,))
        finally:
            connection.execute("ROLLBACK")

    def telling(self) -> AbstractContextManager[None]:
        """Turn what SQLite and the disk raise into a LedgerError that says what to do."""
        return telling(self.place)

    def at_work(self, connection: Connection, owners: Collection[str]) -> frozenset[str] | None:  # noqa: ARG002
        """Unknown here."""
        return None
