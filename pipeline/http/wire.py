"""One exchange on its own connection: connected first, marked before its first byte, cut off when its time is over.

A connection is never used twice: whether a byte left on one that the server may have closed meanwhile is uncertain.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from time import monotonic
from typing import Any, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NameResolutionError, NewConnectionError

from pipeline import __version__
from pipeline.errors import ChannelError, NotSentError, UnconfirmedError
from pipeline.http import Response, place_of
from pipeline.http.public import NotPublicError, is_public

_CHUNK = 64 << 10


class _TooLateError(OSError):
    """The time of the exchange is over."""


class _TooLongError(Exception):
    """The answer is longer than it may be."""


class Deadline:
    """A moment to be done by."""

    def __init__(self, timeout: float) -> None:
        """``timeout``: seconds from now."""
        self.timeout = timeout
        self._end = monotonic() + timeout

    @property
    def left(self) -> float:
        """Seconds left; never quite none, since a socket takes 0 for something else."""
        return max(self._end - monotonic(), 0.001)


class _Exchange:
    """Whether a byte has left, and the hand on the switch that ends everything."""

    def __init__(self, deadline: Deadline, *, public: bool) -> None:
        self.deadline = deadline
        self.public = public
        self.begun = False
        self.over = False
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Cut the connection when the time is over. A socket's own timeout starts anew with each byte that drips in."""
        watch = threading.Timer(self.deadline.left, self._cut)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()
            with self._lock:
                for handle in self._sockets:
                    handle.close()
                self._sockets.clear()

    def connected(self, made: socket.socket) -> None:
        """Keep a second handle: the first is lost to the TLS layer for the length of the handshake."""
        with self._lock:
            if self.over:
                made.close()
                raise _TooLateError
            self._sockets.append(made.dup())

    def begin(self) -> None:
        """The next byte is the request's."""
        with self._lock:
            if self.over:
                raise _TooLateError
            self.begun = True

    def _cut(self) -> None:
        with self._lock:
            self.over = True
            for handle in self._sockets:
                with _ignored():
                    handle.shutdown(socket.SHUT_RDWR)


@contextmanager
def _ignored() -> Iterator[None]:
    try:
        yield
    except OSError:  # the other side was first
        return


class _Lines(io.BufferedReader):
    """A reader that can insist on whole lines: a header that ends with the connection is a piece of one."""

    strict = False
    _empty = True

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        nothing_came = self._empty and not line  # which http.client tells by itself
        self._empty = False
        ended = not line.endswith(b"\n") and (size is None or size < 0 or len(line) < size)
        if self.strict and ended and not nothing_came:
            raise http.client.IncompleteRead(line)
        return line


class _WholeHeaders(http.client.HTTPResponse):
    """A response whose headers have come to their end."""

    def begin(self) -> None:
        lines = _Lines(self.fp.detach())  # from the reader that HTTPResponse has just made
        self.fp = lines
        lines.strict = True
        super().begin()
        lines.strict = False


class _Marked:
    """What both kinds of connection do alike: connect in time, then mark the first byte."""

    _exchange: _Exchange
    _armed = False
    response_class: Any = _WholeHeaders

    def _new_conn(self) -> socket.socket:
        connection = cast(HTTPConnection, self)
        left = self._exchange.deadline
        try:
            found = _addresses(connection._dns_host, connection.port, left.left)
            if self._exchange.public:
                found = [one for one in found if is_public(str(one[4][0]))]
                if not found:
                    raise NotPublicError
        except socket.gaierror as error:
            raise NameResolutionError(connection.host, connection, error) from error
        failed: OSError = _TooLateError()
        for index, (family, kind, protocol, _, address) in enumerate(found):
            made = None
            try:
                made = socket.socket(family, kind, protocol)
                # An address that swallows everything leaves time for the next one.
                made.settimeout(left.left / (len(found) - index))
                made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                made.connect(address)
                made.settimeout(left.left)
                self._exchange.connected(made)
            except OSError as error:
                if made is not None:
                    made.close()
                failed = error
            else:
                return made
        raise NewConnectionError(connection, "no connection") from failed

    def request(self, *args: Any, **options: Any) -> None:
        connection = cast(HTTPConnection, self)
        if connection.sock is None:
            connection.connect()
        self._armed = True
        super().request(*args, **options)  # type: ignore[misc]

    def send(self, data: Any) -> None:
        if self._armed:
            self._exchange.begin()
        super().send(data)  # type: ignore[misc]


class _Plain(_Marked, HTTPConnection):
    def __init__(self, *args: Any, exchange: _Exchange, **options: Any) -> None:
        self._exchange = exchange
        super().__init__(*args, **options)


class _Secure(_Marked, HTTPSConnection):
    def __init__(self, *args: Any, exchange: _Exchange, **options: Any) -> None:
        self._exchange = exchange
        super().__init__(*args, **options)


class _Adapter(HTTPAdapter):
    """Makes the connections of one exchange."""

    def __init__(self, exchange: _Exchange) -> None:
        self._exchange = exchange
        super().__init__(max_retries=0)

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **options)
        pool.ConnectionCls = _Secure if pool.scheme == "https" else _Plain
        pool.conn_kw["exchange"] = self._exchange
        return pool


def exchange(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None,
    deadline: Deadline,
    limit: int,
    public: bool,
) -> Response:
    """Send one request and read its answer. Raises as ``pipeline.http.send``."""
    made = _Exchange(deadline, public=public)
    try:
        with made.watched(), requests.Session() as session, closing(_Adapter(made)) as adapter:
            session.auth = _as_given
            session.headers.clear()
            session.headers.update(
                {
                    "User-Agent": f"daycast/{__version__}",
                    "Accept": "*/*",
                    "Accept-Encoding": "identity",
                    "Connection": "close",
                }
            )
            prepared = session.prepare_request(requests.Request(method, url, headers=dict(headers), data=body))
            # What the environment says of proxies and of certificates to trust.
            settings: Any = session.merge_environment_settings(prepared.url, {}, True, None, None)
            if public:
                settings["proxies"] = {}  # which would look the name up by itself
            got = adapter.send(prepared, timeout=deadline.left, **settings)
            with got:
                data = _body(got.raw, got.headers.get("Content-Encoding", ""), limit)
                found = {name.lower(): value for name, value in got.headers.items()}
                if made.over and "content-length" not in found and "transfer-encoding" not in found:
                    raise _TooLateError  # where the end of the connection is the end of the body, ours looks like it
                return Response(status=got.status_code, headers=found, body=data)
    except _TooLongError:
        where = f"{method} {place_of(url)}"
        raise UnconfirmedError(f"{where}: the answer is longer than {limit:,} bytes and was not read") from None
    except (requests.RequestException, HTTPError, OSError, http.client.HTTPException, ValueError, zlib.error) as error:
        raise _translated(error, made, f"{method} {place_of(url)}") from None


def _as_given(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leaves a request as it is: with this for credentials, requests does not look for some in ``.netrc``."""
    return request


def _addresses(host: str, port: int, seconds: float) -> list[tuple[Any, ...]]:
    """Where a name leads, within so many seconds; the system's resolver knows no such limit."""
    found: list[tuple[Any, ...]] = []
    failed: list[socket.gaierror] = []

    def look_up() -> None:
        try:
            found.extend(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM))
        except socket.gaierror as error:
            failed.append(error)
        except UnicodeError:
            failed.append(socket.gaierror(socket.EAI_NONAME, "no host name"))

    thread = threading.Thread(target=look_up, daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if thread.is_alive():
        raise socket.gaierror(socket.EAI_AGAIN, "no answer in time")
    return list(found)


def _body(raw: urllib3.HTTPResponse, encoding: str, limit: int) -> bytes:
    """The body, at most so long; what a server compressed unasked grows no further either."""
    data = bytearray()
    for chunk in raw.stream(_CHUNK, decode_content=False):
        data += chunk
        if len(data) > limit:
            raise _TooLongError
    if encoding.strip().lower() not in ("gzip", "x-gzip", "deflate") or not data:
        return bytes(data)
    opened = zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(bytes(data), limit + 1)
    if len(opened) > limit:
        raise _TooLongError
    return opened


def _translated(error: BaseException, made: _Exchange, where: str) -> ChannelError:
    if not made.begun:
        if made.over:
            return NotSentError(f"{where}: no connection within {made.deadline.timeout:g} s; nothing was sent")
        return NotSentError(f"{where}: {_reason(error)}; nothing was sent")
    if made.over or any(isinstance(link, TimeoutError) for link in _chain(error)):
        return UnconfirmedError(f"{where}: sent, but not answered in full within {made.deadline.timeout:g} s")
    return UnconfirmedError(f"{where}: sent, but {_after(error)}")


def _reason(error: BaseException) -> str:
    """Why there is no connection."""
    for link in _chain(error):
        match link:
            case NotPublicError():
                return "it leads to a machine that is not on the public internet"
            case ssl.SSLCertVerificationError():
                return f"the certificate is not to be trusted ({link.verify_message})"
            case ssl.SSLError():
                return "no secure connection could be made"
            case socket.gaierror():
                return "the name of the host could not be looked up"
            case ConnectionRefusedError():
                return "the connection was refused"
            case TimeoutError() | _TooLateError():
                return "no connection in time"
            case OSError(strerror=str(text)) if text:
                return f"no connection ({text})"
            case requests.exceptions.InvalidURL() | requests.exceptions.MissingSchema():
                return "this is no web address"
    return "the request could not be made"


def _after(error: BaseException) -> str:
    """What went wrong once something had left."""
    for link in _chain(error):
        match link:
            case http.client.RemoteDisconnected():
                return "the connection ended without an answer"
            case ConnectionError():
                return "the connection broke off before the answer was complete"
            case http.client.IncompleteRead() | urllib3.exceptions.IncompleteRead():
                return "the answer broke off in its middle"
            case http.client.HTTPException() | zlib.error():
                return "the answer makes no sense"
    return "the answer could not be read"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and what it wraps, innermost first."""
    seen: list[BaseException] = []
    ahead: list[object] = [error]
    while ahead:
        link = ahead.pop()
        if isinstance(link, BaseException) and link not in seen:
            seen.append(link)
            ahead += [*link.args, getattr(link, "reason", None), link.__cause__, link.__context__]
    return reversed(seen)
