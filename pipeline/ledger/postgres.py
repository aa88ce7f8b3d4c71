"""Open a ledger in PostgreSQL: the one place that knows psycopg.

A project's ledger is a schema of its own, which ``schema`` in the URL names: a tenant can be dumped, moved or dropped
by itself, and a role can be given one and no other. Everything else of the URL, and what it leaves out, is libpq's
matter: ``PGPASSWORD``, ``~/.pgpass``, ``sslmode``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from pipeline.errors import ConfigError, LedgerError, remedy_of
from pipeline.ledger.postgres_schema import LEDGER, Tables
from pipeline.patterns import pattern

if TYPE_CHECKING:
    from psycopg import Connection as Wire

    from pipeline.ledger.database import Connection, Cursor

#: The schema of a URL that names none.
SCHEMA = "daycast"
AGAIN = "nothing is sent until it answers, then it goes out by itself"
_SCHEMA = pattern(r"[a-z_][a-z0-9_]{0,62}")
#: Seconds without an answer after which a connection counts as gone: a cut cable must not hold a run for hours.
_LIBPQ = {
    "connect_timeout": "10",
    "keepalives_idle": "15",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",
    "application_name": "daycast",
}


def split(url: str) -> tuple[str, str]:
    """The URL as libpq takes it, and the schema. Raises ConfigError."""
    parts = urlsplit(url)
    told = dict(parse_qsl(parts.query, keep_blank_values=True))
    schema = told.pop("schema", SCHEMA)
    if _SCHEMA.fullmatch(schema) is None:
        raise ConfigError(
            f"[ledger] url names the schema '{schema}', expected small letters, digits and _, such as schema=acme"
        )
    return parts._replace(query=urlencode(_LIBPQ | told)).geturl(), schema


def schema_in(url: str) -> str:
    """The schema that a URL names. Raises ConfigError."""
    return split(url)[1]


def database_in(url: str) -> tuple[str, ...]:
    """What tells one database from another: where its server is, and its name; whoever asks."""
    parts = urlsplit(url)
    told = dict(parse_qsl(parts.query, keep_blank_values=True))
    host = told.get("host") or parts.hostname or ""
    return host, told.get("port") or str(parts.port or 5432), told.get("dbname") or parts.path.strip("/")


def with_schema(url: str, schema: str) -> str:
    """The same database, another project's ledger."""
    parts = urlsplit(url)
    told = dict(parse_qsl(parts.query, keep_blank_values=True)) | {"schema": schema}
    return parts._replace(query=urlencode(told)).geturl()


def wire(url: str) -> Wire[tuple[Any, ...]]:
    """A connection as psycopg gives it, in the URL's schema; each statement is its own transaction.

    Raises ConfigError where psycopg is not installed; what psycopg raises.
    """
    if find_spec("psycopg") is None:
        raise ConfigError(f"[ledger] url names PostgreSQL, which needs psycopg: {remedy_of('postgres')}")
    import psycopg

    address, schema = split(url)
    return psycopg.connect(address, autocommit=True, options=f"-c search_path={schema}")


class Session:
    """A connection, whose statements have ``?`` where a value comes."""

    def __init__(self, raw: Wire[tuple[Any, ...]]) -> None:
        """``raw`` is psycopg's."""
        self.raw = raw

    def execute(self, sql: str, values: Sequence[object] = ()) -> Cursor:
        """Run a statement."""
        return self.raw.execute(_marked(sql), values)

    def executemany(self, sql: str, values: Sequence[Sequence[object]]) -> object:
        """Run a statement for each of several rows of values."""
        cursor = self.raw.cursor()
        cursor.executemany(_marked(sql), values)
        return cursor

    def close(self) -> None:
        """End it."""
        self.raw.close()


class TablesError(LedgerError):
    """The tables are not there yet, or of a version that this daycast cannot work with."""


def migrated(url: str, tables: Tables = LEDGER) -> tuple[int, int]:
    """Make tables where ``url`` says, or bring them to this version. Gives the version before, 0 for none, and now.

    Raises LedgerError.
    """
    database = Postgres(url, tables=tables)
    with database.telling():
        connection = database.connect(None)
        try:
            return database.migrate(connection)
        finally:
            connection.close()


class Postgres:
    """A schema of a PostgreSQL database: a ledger with its journal, unless other tables are named."""

    keeps_journal = True
    damaged = "nothing is sent; restore the database from its backup"

    def __init__(self, url: str, *, trial: bool = False, tables: Tables = LEDGER) -> None:
        """``url`` is ``[ledger] url``. Raises ConfigError."""
        self._url = url
        self._tables = tables
        self._trial = trial
        parts = urlsplit(url)
        self.schema = split(url)[1]
        #: Without user and password.
        self.address = self.name = f"postgresql://{parts.netloc.rpartition('@')[2]}{parts.path} (schema {self.schema})"

    def connect(self, owner: str | None) -> Session:
        """A connection. As long as it stands, ``owner`` is at work. Raises LedgerError."""
        with self.telling():
            made = Session(wire(self._url))
            if owner is not None:
                made.execute("SELECT pg_advisory_lock_shared(?)", (_number(owner),))
            if self._trial:
                made.execute("BEGIN")
            return made

    def usable(self, connection: Connection) -> bool:
        """Whether a connection still stands."""
        assert isinstance(connection, Session)
        return not connection.raw.closed and not connection.raw.broken

    def prepare(self, connection: Connection) -> bool:
        """See that the tables are there and of a version that this daycast works with. Raises TablesError."""
        with self.telling():
            found = self._version(connection)
        number, reads = found or (0, 0)
        wanted = self._tables.version
        if number < wanted:
            has = f"has schema version {number}, and this daycast needs {wanted}" if found else "has no tables"
            raise TablesError(f"{self.name}: {has}; run 'daycast ledger migrate'")
        if reads > wanted:
            raise TablesError(
                f"{self.name}: has schema version {number}, and this daycast knows up to {wanted}; update daycast"
            )
        return False

    def migrate(self, connection: Connection) -> tuple[int, int]:
        """Bring the tables to this version. Gives the version before, 0 where there were none, and the one now."""
        with self.telling(), self.alone(connection):
            connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{self.schema}"')
            before, _ = self._version(connection) or (0, 0)
            if before >= self._tables.version:
                return before, before
            for step in self._tables.steps[before:]:
                for statement in step:
                    connection.execute(statement)
            connection.execute("CREATE TABLE IF NOT EXISTS version (number BIGINT NOT NULL, reads BIGINT NOT NULL)")
            connection.execute("DELETE FROM version")
            connection.execute("INSERT INTO version VALUES (?, ?)", (self._tables.version, self._tables.reads))
            return before, self._tables.version

    def put_aside(self, connection: Connection) -> None:
        """Keep the tables under another schema's name: this one is free."""
        number = 1
        with self.telling(), self.transaction(connection):
            while connection.execute("SELECT to_regnamespace(?)", (f'"{self.schema}_old_{number}"',)).fetchone()[0]:
                number += 1
            connection.execute(f'ALTER SCHEMA "{self.schema}" RENAME TO "{self.schema}_old_{number}"')

    def _version(self, connection: Connection) -> tuple[int, int] | None:
        """The version of the tables, and the oldest whose daycast works with them; None where there are none."""
        there = connection.execute("SELECT to_regclass(?)", (f'"{self.schema}".version',)).fetchone()
        if there is None or there[0] is None:
            return None
        found = connection.execute("SELECT number, reads FROM version").fetchone()
        return None if found is None else (int(found[0]), int(found[1]))

    @contextmanager
    def alone(self, connection: Connection) -> Iterator[None]:
        """A change of tables: of several that begin at once, one makes it and the others find it made."""
        with self.transaction(connection):
            connection.execute("SELECT pg_advisory_xact_lock(?)", (_number(f"migrate {self.schema}"),))
            yield

    @contextmanager
    def transaction(self, connection: Connection) -> Iterator[None]:
        """A write, whole or not at all."""
        assert isinstance(connection, Session)
        with connection.raw.transaction():
            yield

    def shut(self, connection: Connection) -> None:
        """Let nobody else write until the transaction in hand is over."""
        connection.execute("LOCK TABLE delivery, attempt, mark IN SHARE ROW EXCLUSIVE MODE")

    def try_writing(self, connection: Connection, moment: str) -> None:
        """Write something and take it back."""
        assert isinstance(connection, Session)
        with connection.raw.transaction(force_rollback=True):
            connection.execute("INSERT INTO mark VALUES ('tried', '', ?)", (moment,))

    @contextmanager
    def telling(self) -> Iterator[None]:
        """Turn what PostgreSQL raises into a LedgerError that says what to do."""
        if find_spec("psycopg") is None:
            raise ConfigError(f"[ledger] url names PostgreSQL, which needs psycopg: {remedy_of('postgres')}")
        import psycopg

        try:
            yield
        except (psycopg.OperationalError, psycopg.InterfaceError) as error:
            raise LedgerError(f"{self.name}: does not answer: {_said(error)}; {AGAIN}") from error
        except psycopg.Error as error:
            raise LedgerError(f"{self.name}: refuses: {_said(error)}; nothing is sent until it does not") from error

    def at_work(self, connection: Connection, owners: Collection[str]) -> frozenset[str]:
        """Those owners that have a connection to this database."""
        if not owners:
            return frozenset()
        numbers = {_number(owner): owner for owner in owners}
        found = connection.execute(
            "SELECT DISTINCT (classid::bigint << 32) | objid::bigint FROM pg_locks WHERE locktype = 'advisory' "
            "AND objsubid = 1 AND granted "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        return frozenset(numbers[number] for (number,) in found if number in numbers)


def _marked(sql: str) -> str:
    return sql.replace("%", "%%").replace("?", "%s")


def _number(name: str) -> int:
    """A name as PostgreSQL's advisory locks take it: a signed number of 64 bits."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


def _said(error: Exception) -> str:
    """The first line of what the server or libpq said, without the address it names: that may hold a password."""
    line = str(error).strip().partition("\n")[0] or type(error).__name__
    return re.sub(r"postgres(?:ql)?://\S+", "postgresql://…", line)
