"""A server for tests of channels: answers each path as it is told, keeps what it was asked, and fails as it is told."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Literal, Self

#: ``reset``: the connection ends without an answer, after the request was carried out. ``cut``: in the middle of one.
Fault = Literal["reset", "cut"]


@dataclass(frozen=True)
class Request:
    """What a client asked."""

    method: str
    #: With its query.
    path: str
    #: By lower-case name.
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> object:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What a server says."""

    status: int = 200
    #: Bytes go as they are, anything else as JSON.
    body: object = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class FakeServer:
    """A server on ``http://127.0.0.1:PORT``, from ``with`` until its end."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self._answers: dict[str, Answer | Callable[[Request], Answer]] = {}
        self._faults: dict[str, Fault] = {}
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = Request(self.command, self.path, headers, self.rfile.read(length))
                fake.asked.append(request)
                self._say(*fake._reply(request))

            def _say(self, reply: Answer, fault: Fault | None) -> None:
                if fault == "reset":
                    with suppress(OSError):
                        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    self.connection.close()
                    return
                data = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data) + (10 if fault == "cut" else 0)))
                self.end_headers()
                self.wfile.write(data)
                if fault == "cut":
                    self.wfile.flush()
                    self.connection.shutdown(socket.SHUT_RDWR)

            def log_message(self, format: str, *args: object) -> None:
                pass

        for verb in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            setattr(Handler, f"do_{verb}", Handler.answer)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def on(self, place: str, answer: Answer | Callable[[Request], Answer]) -> None:
        """Answer ``POST /path`` (the query does not count) so, from now on."""
        self._answers[place] = answer

    def fail(self, place: str, fault: Fault | None) -> None:
        """Fail at a place from now on, after the request was carried out; None: no more."""
        self._faults.pop(place, None)
        if fault is not None:
            self._faults[place] = fault

    def requests(self, place: str) -> list[Request]:
        """What was asked at a place, in order."""
        return [one for one in self.asked if f"{one.method} {one.path.partition('?')[0]}" == place]

    def _reply(self, request: Request) -> tuple[Answer, Fault | None]:
        place = f"{request.method} {request.path.partition('?')[0]}"
        answer = self._answers.get(place, Answer(404, {"error": "NotFound"}))
        return (answer(request) if callable(answer) else answer), self._faults.get(place)
