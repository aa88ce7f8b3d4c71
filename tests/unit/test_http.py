"""One request, once: what left, what came back, and in what time."""

from __future__ import annotations

import gzip
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.errors import NotSentError, UnconfirmedError
from pipeline.http import place_of, retry_after, send

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Two: a\r\nX-Two: b\r\n\r\nhi"
Answer = Callable[[socket.socket], None]


class Server:
    """Answers each connection, one after the other, with what it was given; keeps what it received."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.answers: list[bytes | Answer] = []
        self.received: list[bytes] = []
        self.stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while not self.stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                answer = self.answers.pop(0) if self.answers else OK
                try:
                    if callable(answer):
                        answer(connection)
                    else:
                        self.received.append(request(connection))
                        connection.sendall(answer)
                except OSError:
                    continue

    def close(self) -> None:
        self.stopped.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)


def request(connection: socket.socket) -> bytes:
    """A whole request."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return data
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def reset(connection: socket.socket) -> None:
    """End with a reset in place of an end."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.close()


def test_an_answer_has_status_headers_by_lower_case_name_and_body(server):
    got = send("GET", f"{server.url}/a")
    assert (got.status, got.body, got.headers["x-two"]) == (200, b"hi", "a, b")


def test_a_request_carries_what_it_was_given_and_nothing_of_the_machine(server, monkeypatch, tmp_path):
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login me password hunter22\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    send("POST", f"{server.url}/a?b=c", headers={"X-Own": "1"}, body=b"body")
    head, _, body = server.received[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    names = {line.partition(b":")[0].lower() for line in lines[1:]}
    assert (lines[0], body) == (b"POST /a?b=c HTTP/1.1", b"body")
    assert names == {b"host", b"user-agent", b"accept", b"accept-encoding", b"connection", b"content-length", b"x-own"}


def test_credentials_in_an_address_are_not_sent_and_not_told(server):
    url = f"http://me:hunter22@127.0.0.1:{server.port}/a?key=hunter22"
    send("GET", url)
    assert b"authorization" not in server.received[0].lower()
    assert place_of(url) == f"http://127.0.0.1:{server.port}/a"


# ── redirects ────────────────────────────────────────────────────────────────────────────────────


def redirect(to: str, status: int = 302) -> bytes:
    return f"HTTP/1.1 {status} Moved\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n".encode()


def test_a_redirect_of_a_post_is_an_answer_and_never_followed(server):
    server.answers = [redirect("/b", 307)]
    assert send("POST", f"{server.url}/a", body=b"x", follow=True).status == 307
    assert len(server.received) == 1


def test_a_redirect_of_a_get_is_followed_only_where_asked(server):
    server.answers = [redirect("/b"), redirect("/b"), OK]
    assert send("GET", f"{server.url}/a").status == 302
    assert send("GET", f"{server.url}/a", follow=True).status == 200
    assert server.received[-1].startswith(b"GET /b ")


def test_the_fourth_redirect_is_one_too_many(server):
    server.answers = [redirect("/b")] * 4
    with pytest.raises(UnconfirmedError, match="redirected more than 3 times"):
        send("GET", f"{server.url}/a", follow=True)
    assert len(server.received) == 4


def test_a_redirect_takes_credentials_to_no_other_host(server):
    server.answers = [redirect(f"http://localhost:{server.port}/b"), OK]
    send("GET", f"{server.url}/a", headers={"Authorization": "Bearer hunter22", "X-Own": "1"}, follow=True)
    assert b"hunter22" in server.received[0]
    assert b"hunter22" not in server.received[1]
    assert b"x-own" in server.received[1].lower()


def test_a_redirect_leads_to_no_file(server):
    server.answers = [redirect("file:///etc/passwd")]
    with pytest.raises(UnconfirmedError, match="no web address"):
        send("GET", f"{server.url}/a", follow=True)


# ── nothing left ─────────────────────────────────────────────────────────────────────────────────


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


NOT_SENT = {
    "refused": (lambda: f"http://127.0.0.1:{closed_port()}/a", "the connection was refused"),
    "no such host": (lambda: "http://nowhere.invalid/a", "could not be looked up"),
    "a host that cannot be": (lambda: f"http://{'x' * 70}.example/a", "nothing was sent"),
    "no address": (lambda: "http://", "nothing was sent"),
    "no scheme": (lambda: "example.org/a", "nothing was sent"),
    "another scheme": (lambda: "ftp://example.org/a", "no web address"),
}


@pytest.mark.parametrize("case", NOT_SENT)
def test_without_a_connection_nothing_was_sent(case):
    url, sentence = NOT_SENT[case]
    with pytest.raises(NotSentError, match=sentence):
        send("POST", url(), body=b"x", timeout=5)


def test_a_server_that_speaks_no_tls_was_sent_nothing(server):
    seen = []

    def plain(connection):
        seen.append(connection.recv(65536))
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    server.answers = [plain]
    with pytest.raises(NotSentError, match="no secure connection"):
        send("POST", f"https://127.0.0.1:{server.port}/a", body=b"the post")
    assert b"the post" not in seen[0]


def test_a_handshake_that_hangs_ends_in_time_with_nothing_sent(server):
    server.answers = [lambda _: server.stopped.wait(20) and None]
    with pytest.raises(NotSentError, match=r"no connection within 0\.3 s; nothing was sent"):
        send("POST", f"https://127.0.0.1:{server.port}/a", body=b"x", timeout=0.3)
    server.stopped.set()


#: For localhost, signed by itself, valid for a hundred years; with a key that guards nothing.
CERTIFICATE = """\
-----BEGIN CERTIFICATE-----
MIIBpDCCAUugAwIBAgIUZgvORHPu9XDYpYogUdkXXWpQ35cwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNTAyNDA0N1oYDzIxMjYxMTAx
MDI0MDQ3WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARfp7yrg7yzr0ceQrb5XS26yGkY/m9q+owJorVVDpMVBOx2KQHmeSL1
1Wv9QA2kj2w/u/jN+ArNvfBzhSz/27mSo3kwdzAdBgNVHQ4EFgQUnwtsMzGpwWHg
x8jU9urrYnzlBCEwHwYDVR0jBBgwFoAUnwtsMzGpwWHgx8jU9urrYnzlBCEwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwDgYDVR0PAQH/BAQD
AgKEMAoGCCqGSM49BAMCA0cAMEQCIAF8euhYd4Vg/t3o8GaH6y5JW695yimUwfFL
xKcQP8txAiBKns6UA8Q8x3Yl6p6E3Lv9PI1Rp/C0ffohtvsT4Y+BnQ==
-----END CERTIFICATE-----
"""
KEY = """\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQguOVlRnwsVZ+hnmyT
39lQ+un1v5/R8l1Dlu04jJsrRJ6hRANCAARfp7yrg7yzr0ceQrb5XS26yGkY/m9q
+owJorVVDpMVBOx2KQHmeSL11Wv9QA2kj2w/u/jN+ArNvfBzhSz/27mS
-----END PRIVATE KEY-----
"""


def certificate(folder: Path) -> None:
    (folder / "cert.pem").write_text(CERTIFICATE)
    (folder / "key.pem").write_text(KEY)


def test_a_certificate_nobody_vouches_for_is_refused_before_anything_is_sent(server, tmp_path):
    certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")

    def secure(connection):
        with pytest.raises((ssl.SSLError, OSError)):
            context.wrap_socket(connection, server_side=True).recv(10)

    server.answers = [secure]
    with pytest.raises(NotSentError, match="the certificate is not to be trusted"):
        send("POST", f"https://localhost:{server.port}/a", body=b"x")


def test_a_server_that_is_trusted_through_the_environment_is_sent_to(server, tmp_path, monkeypatch):
    certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "cert.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")

    def secure(connection):
        with context.wrap_socket(connection, server_side=True) as inner:
            server.received.append(request(inner))
            inner.sendall(OK)

    server.answers = [secure]
    assert send("POST", f"https://localhost:{server.port}/a", body=b"x").status == 200
    assert server.received[0].endswith(b"\r\n\r\nx")


# ── something left ───────────────────────────────────────────────────────────────────────────────


def then(what: Callable[[socket.socket], object], *, sent: bytes = b"") -> Answer:
    def answer(connection: socket.socket) -> None:
        request(connection)
        connection.sendall(sent)
        what(connection)

    return answer


def nothing(_: socket.socket) -> None:
    """End the connection."""


UNCLEAR = {
    "reset": (then(reset), "broke off"),
    "closed": (then(nothing), "without an answer"),
    "garbage": (then(nothing, sent=b"\0\1\2\3 what\r\n\r\n"), "the answer makes no sense"),
    "half a status line": (then(nothing, sent=b"HTTP/1.1 20"), "broke off in its middle"),
    "half a header": (then(nothing, sent=b"HTTP/1.1 201 Created\r\nx-restli-id: urn:li:sha"), "broke off in its mid"),
    "headers without an end": (then(nothing, sent=b"HTTP/1.1 201 Created\r\nx-a: b\r\n"), "broke off in its middle"),
    "half a body": (then(nothing, sent=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf"), "broke off in its mid"),
    "half a chunk": (
        then(nothing, sent=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhalf"),
        "broke off in its middle",
    ),
    "a chunk that is none": (
        then(nothing, sent=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nwhat\r\n"),
        "answer",
    ),
    "endless headers": (
        then(nothing, sent=b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 200 + b"\r\n"),
        "the answer makes no sense",
    ),
}


@pytest.mark.parametrize("case", UNCLEAR)
def test_after_the_first_byte_anything_unclear_is_unconfirmed(case, server):
    answer, sentence = UNCLEAR[case]
    server.answers = [answer]
    with pytest.raises(UnconfirmedError, match=sentence):
        send("POST", f"{server.url}/a", body=b"x")


def test_an_answer_cut_at_any_byte_is_never_an_answer_and_never_unsent(server):
    whole = b"HTTP/1.1 201 Created\r\nx-restli-id: urn:li:share:7141138937766391808\r\nContent-Length: 0\r\n\r\n"
    for end in (nothing, reset):
        for length in range(len(whole)):
            server.answers = [then(end, sent=whole[:length])]
            with pytest.raises(UnconfirmedError):
                send("POST", f"{server.url}/a", body=b"x")


def drip(connection: socket.socket, data: bytes, stopped: threading.Event) -> None:
    for byte in data:
        if stopped.wait(0.02):
            return
        connection.sendall(bytes([byte]))


DRIPS = {
    "headers": b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 90,
    "a body": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000,
    "a body that ends with the connection": b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 1000,
    "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 100,
    "100 Continue, for ever": b"HTTP/1.1 100 Continue\r\n\r\n" * 100,
}


@pytest.mark.parametrize("what", DRIPS)
def test_a_server_that_drips_is_cut_off_when_the_time_is_over(what, server):
    server.answers = [then(lambda connection: drip(connection, DRIPS[what], server.stopped))]
    with pytest.raises(UnconfirmedError, match=r"sent, but not answered in full within 0\.5 s"):
        send("POST", f"{server.url}/a", body=b"x", timeout=0.5)


def test_a_server_that_never_answers_is_cut_off(server):
    server.answers = [then(lambda _: server.stopped.wait(20))]
    with pytest.raises(UnconfirmedError, match="not answered in full"):
        send("POST", f"{server.url}/a", body=b"x", timeout=0.3)
    server.stopped.set()


def test_a_server_that_never_reads_is_cut_off(server):
    server.answers = [lambda _: server.stopped.wait(20) and None]
    with pytest.raises(UnconfirmedError, match="not answered in full"):
        send("PUT", f"{server.url}/a", body=bytes(64 << 20), timeout=0.5)
    server.stopped.set()


# ── size ─────────────────────────────────────────────────────────────────────────────────────────

LONG = {
    "told": b"Content-Length: 100000\r\n\r\n" + b"x" * 100_000,
    "until the end": b"\r\n" + b"x" * 100_000,
    "in chunks": b"Transfer-Encoding: chunked\r\n\r\n" + b"ffff\r\n" + b"x" * 65535 + b"\r\n0\r\n\r\n",
    "compressed": b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(bytes(10 << 20)),
}


@pytest.mark.parametrize("how", LONG)
def test_an_answer_over_the_limit_is_not_read(how, server):
    server.answers = [b"HTTP/1.1 200 OK\r\n" + LONG[how]]
    with pytest.raises(UnconfirmedError, match="longer than 20,000 bytes"):
        send("GET", f"{server.url}/a", limit=20_000)


def test_what_a_server_compresses_unasked_is_read(server):
    server.answers = [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"hello")]
    assert send("GET", f"{server.url}/a").body == b"hello"


def test_an_error_tells_neither_query_nor_header_nor_body(server):
    server.answers = [then(reset)]
    with pytest.raises(UnconfirmedError) as raised:
        send("POST", f"{server.url}/a?k=hunter22", headers={"Authorization": "Bearer hunter22"}, body=b"hunter22")
    error: BaseException | None = raised.value
    assert "hunter22" not in str(error)
    assert error is not None
    assert error.__cause__ is None
    assert str(error).startswith(f"POST {server.url}/a: ")


# ── Retry-After ──────────────────────────────────────────────────────────────────────────────────

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DATE = "Mon, 23 Nov 2026 09:00:00 GMT"
FORMS: dict[str, tuple[str | None, str | None, float | None]] = {
    "seconds": ("120", DATE, 120),
    "zero": ("0", DATE, 1),
    "negative": ("-5", DATE, 1),
    "a fraction": ("1.5", DATE, 1.5),
    "huge": ("9" * 400, DATE, 86_400),
    "a date": ("Mon, 23 Nov 2026 09:05:00 GMT", DATE, 300),
    "a date gone by": ("Mon, 23 Nov 2026 08:00:00 GMT", DATE, 1),
    "a date far away": ("Tue, 23 Nov 2027 09:00:00 GMT", DATE, 86_400),
    "a date of a server whose clock is wrong": ("Mon, 23 Nov 2026 12:05:00 GMT", "Mon, 23 Nov 2026 12:00:00 GMT", 300),
    "a date of a server without one": ("Mon, 23 Nov 2026 09:05:00 GMT", None, 300),
    "a date of the old form": ("Monday, 23-Nov-26 09:05:00 GMT", DATE, 300),
    "a date of the oldest form": ("Mon Nov 23 09:05:00 2026", DATE, 300),
    "garbage": ("soon", DATE, None),
    "not a number": ("nan", DATE, None),
    "a date that is none": ("Mon, 99 Nov 2026 99:00:00 GMT", DATE, None),
    "empty": (" ", DATE, None),
    "absent": (None, DATE, None),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_wait_that_is_asked_for_is_between_a_second_and_a_day(form):
    value, date, seconds = FORMS[form]
    expected = None if seconds is None else NOW + timedelta(seconds=seconds)
    assert retry_after(value, date=date, now=NOW) == expected
