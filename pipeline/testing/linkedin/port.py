"""A port on the loopback that may be closed and opened again, with a thread for each connection."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

#: Seconds to wait for a thread's end.
_PATIENCE = 5


class Port:
    """Hands each connection to a function, in a thread of its own, and closes it afterwards."""

    def __init__(self, wanted: int, serve: Callable[[socket.socket], None]) -> None:
        """``wanted``: 0 for any that is free."""
        self._serve = serve
        self._lock = threading.RLock()
        self._stopped = False
        self._listener: socket.socket | None = None
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()
        # Bound and never listening, it keeps the port while the listener is away: nobody else gets it meanwhile.
        self._held = _bound(wanted)
        self.number: int = self._held.getsockname()[1]

    def accept(self) -> None:
        """Listen, again or still."""
        with self._lock:
            if self._listener is None and not self._stopped:
                self._listener = _bound(self.number)
                self._listener.listen(128)
                self._begin(self._accept, self._listener)

    def refuse(self) -> None:
        """Stop listening, so that the system refuses who wants to connect."""
        with self._lock:
            listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
            listener.close()

    def close(self) -> None:
        """End all connections and give the port back."""
        with self._lock:
            self._stopped = True
            for connection in self._open:
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.refuse()
        for thread in tuple(self._threads):
            thread.join(_PATIENCE)
        self._held.close()

    def _begin(self, work: Callable[[socket.socket], None], handed: socket.socket) -> None:
        thread = threading.Thread(target=work, args=(handed,), name="fake-linkedin", daemon=True)
        self._threads = [one for one in self._threads if one.is_alive()]
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                if self._stopped:
                    connection.close()
                    return
                self._open.add(connection)
                self._begin(self._attend, connection)

    def _attend(self, connection: socket.socket) -> None:
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._serve(connection)
        except OSError:
            return  # the client went away, or the port is being closed
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()


def _bound(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        made.bind(("127.0.0.1", port))
    except OSError:
        made.close()
        raise
    return made
