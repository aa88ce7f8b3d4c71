"""Wait on a port of this machine for the browser to come back from a consent page."""

from __future__ import annotations

import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from pipeline.errors import ConfigError, NotAuthorizedError
from pipeline.records import dataclass, field
from pipeline.secrets import remember

PATH = "/callback"
#: Seconds that a browser may take over one request.
_SLOWEST = 10
_DONE = "You may close this page and go back to the terminal."
_REFUSED = "This is not what the terminal waits for. Start again there."


@dataclass(slots=True)
class Callback:
    """What came back."""

    #: To be given to the consent page, letter for letter as the app names it.
    redirect_uri: str
    state: str = field(repr=False)
    _came: threading.Event = field(default_factory=threading.Event)
    _code: str | None = None
    _error: str = ""

    def code(self, seconds: float) -> str:
        """The code, once it is there. Raises NotAuthorizedError where consent was refused or nothing came in time."""
        if not self._came.wait(seconds):
            raise NotAuthorizedError(f"log in: nobody came back from LinkedIn within {seconds:g} s; start again")
        if self._code is None:
            raise NotAuthorizedError(f"log in: LinkedIn says: {self._error}; start again, and allow what it asks")
        return self._code

    def take(self, query: str) -> bool:
        """Take what a browser brings; False where it is not the one that we sent, or the second."""
        found = parse_qs(query, max_num_fields=20)
        state = found.get("state", [""])[0]
        if self._came.is_set() or not hmac.compare_digest(state.encode(), self.state.encode()):
            return False
        self._code = found.get("code", [None])[0]
        if self._code is not None:
            remember(self._code)
        told = found.get("error_description") or found.get("error") or ["no code, and no reason why"]
        self._error = " ".join("".join(char if char.isprintable() else " " for char in told[0]).split())[:200]
        self._came.set()
        return True


@contextmanager
def listening(port: int, state: str) -> Iterator[Callback]:
    """Listen on 127.0.0.1 for the length of a ``with`` block. Raises ConfigError where the port is taken."""
    try:
        server = _Server(("127.0.0.1", port), _Handler)
    except OSError as error:
        raise ConfigError(f"--port {port}: {error.strerror}; choose another, and add it to your app as well") from error
    port = server.server_address[1]
    server.callback = Callback(redirect_uri=f"http://localhost:{port}{PATH}", state=state)
    server.hosts = frozenset((f"localhost:{port}", f"127.0.0.1:{port}"))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server.callback
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    callback: Callback
    hosts: frozenset[str]


class _Handler(BaseHTTPRequestHandler):
    timeout = _SLOWEST
    server_version, sys_version = "daycast", ""
    _headers: ClassVar = {
        "Content-Type": "text/plain; charset=utf-8",
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Connection": "close",
    }

    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, _Server)
        parts = urlsplit(self.path)
        # A page elsewhere can point a name of its own at 127.0.0.1; it cannot change what Host says then.
        if self.headers.get("Host", "") not in server.hosts:
            self._answer(421, _REFUSED)
        elif parts.path != PATH:
            self._answer(404, _REFUSED)
        elif not server.callback.take(parts.query):
            self._answer(403, _REFUSED)
        else:
            self._answer(200, _DONE)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the line would hold the code."""

    def _answer(self, status: int, text: str) -> None:
        body = f"{text}\n".encode()
        self.send_response(status)
        for name, value in self._headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
