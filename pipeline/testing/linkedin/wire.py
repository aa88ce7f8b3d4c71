"""HTTP/1.1 on a socket, one request for each connection."""

from __future__ import annotations

import http.client
import socket
import struct
from collections.abc import Mapping
from io import BufferedIOBase

from pipeline.testing.linkedin.records import Reply, Request

#: Bytes of a line of the head.
_LINE = 64 << 10


class NoHttpError(Exception):
    """What was sent is no request."""


def read_head(reader: BufferedIOBase) -> Request | None:
    """A request without its body; None where the client went away. Raises NoHttpError."""
    line = reader.readline(_LINE)
    if not line.endswith(b"\n"):
        return None
    words = line.decode("latin-1").split()
    if len(words) != 3:
        raise NoHttpError("no request line")
    try:
        message = http.client.parse_headers(reader)
    except http.client.HTTPException as error:
        raise NoHttpError("no headers") from error
    headers: dict[str, str] = {}
    for name, value in message.items():
        name = name.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return Request(number=0, method=words[0], path=words[1], headers=headers, body=b"")


def read_body(reader: BufferedIOBase, head: Request) -> bytes | None:
    """The body of a request; None where the client went away before its end. Raises NoHttpError."""
    if head.headers.get("transfer-encoding", "").lower() == "chunked":
        return _chunks(reader)
    length = head.headers.get("content-length", "0")
    if not (length.isascii() and length.isdigit()):
        raise NoHttpError("no length")
    body = reader.read(int(length))
    return body if len(body) == int(length) else None


def _chunks(reader: BufferedIOBase) -> bytes | None:
    found = bytearray()
    while True:
        line = reader.readline(_LINE)
        if not line:
            return None
        try:
            size = int(line.partition(b";")[0], 16)
        except ValueError as error:
            raise NoHttpError("no length of a chunk") from error
        if size == 0:
            while reader.readline(_LINE).strip():
                pass
            return bytes(found)
        found += reader.read(size)
        reader.readline(_LINE)


def written(reply: Reply, headers: Mapping[str, str]) -> bytes:
    """The bytes of an answer, with more headers than it has itself; the connection ends with it."""
    every = {**headers, "Connection": "close", **reply.headers}
    if reply.status not in (204, 304):
        every.setdefault("Content-Length", str(len(reply.body)))
    first = f"HTTP/1.1 {reply.status} {http.client.responses.get(reply.status, 'Unknown')}"
    lines = [first, *(f"{name}: {value}" for name, value in every.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1") + reply.body


def reset(connection: socket.socket) -> None:
    """Let the close that follows be a reset: what was sent arrives, and no end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
