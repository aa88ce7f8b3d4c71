"""What somebody else wrote leads to no machine but those of the public internet: nothing else is even connected to."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator, Mapping

import pytest

from pipeline.errors import NotSentError, UnconfirmedError
from pipeline.http import Response, send, wire
from pipeline.http.public import is_public

#: Addresses that SSRF is tried with, each a way to write or to hide what is not public.
REFUSED = (
    *("http://127.0.0.1/", "http://127.1/", "http://127.0.0.1:22/", "http://127.255.255.254/", "http://2130706433/"),
    *(
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://017700000001/",
        "http://0/",
        "http://0.0.0.0/",
    ),
    *("http://localhost/", "http://LOCALHOST/", "http://localhost./", "http://localhost.localdomain/"),
    *("http://[::1]/", "http://[::]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::ffff:127.0.0.1]/"),
    *("http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[64:ff9b::10.0.0.1]/"),
    *("http://[64:ff9b:1::1]/", "http://[2002:7f00:1::]/", "http://[2001:0:7f00:1::]/", "http://[fe80::1]/"),
    *(
        "http://[fe80::1%25lo]/",
        "http://[fc00::1]/",
        "http://[fd12:3456::1]/",
        "http://[fec0::1]/",
        "http://[ff02::1]/",
    ),
    *("http://[2001:db8::1]/", "http://[100::1]/", "http://10.0.0.1/", "http://10.255.255.255/", "http://172.16.0.1/"),
    *("http://172.31.255.255/", "http://192.168.0.1/", "http://192.168.255.255/", "http://169.254.169.254/"),
    *("http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/", "http://100.64.0.1/"),
    *(
        "http://100.127.255.254/",
        "http://192.0.0.1/",
        "http://192.0.2.1/",
        "http://198.18.0.1/",
        "http://198.51.100.1/",
    ),
    *(
        "http://203.0.113.1/",
        "http://224.0.0.1/",
        "http://239.255.255.255/",
        "http://240.0.0.1/",
        "http://255.255.255.255/",
    ),
    *("http://example.com@127.0.0.1/", "http://127.0.0.1@example.com/", "http://user:pass@93.184.216.34/"),
    *("http://93.184.216.34:8080/", "http://93.184.216.34:22/", "https://93.184.216.34:80/", "ftp://93.184.216.34/"),
    *("file:///etc/passwd", "gopher://127.0.0.1/", "//127.0.0.1/", "http:///", "http://", "data:text/plain,x", ""),
    *(
        "http://127。0。0。1/",
        "http://①②⑦.0.0.1/",
        "http://127.0.0.1\\@example.com/",
        "http://[::1",
        "http://127.0.0.1:x/",
    ),
)


@pytest.fixture
def connects() -> Iterator[list[object]]:
    """Every address that is connected to meanwhile."""
    found: list[object] = []
    open_ = [True]

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if open_[0] and event == "socket.connect":
            found.append(arguments[1])

    sys.addaudithook(hook)
    yield found
    open_[0] = False


def test_there_are_enough_of_them() -> None:
    assert len(set(REFUSED)) >= 60


@pytest.mark.parametrize("url", REFUSED)
def test_nothing_that_is_not_public_is_connected_to(url: str, connects: list[object]) -> None:
    with pytest.raises((NotSentError, UnconfirmedError)) as caught:
        send("GET", url, timeout=5, public=True)
    assert "nothing was sent" in str(caught.value)
    assert connects == []


def test_a_name_is_looked_up_once_and_every_private_answer_left_out(
    monkeypatch: pytest.MonkeyPatch, connects: list[object]
) -> None:
    """A resolver that answers otherwise the second time gains nothing: there is no second time."""
    asked: list[str] = []

    def answers(host: str, port: int, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        address = "10.0.0.1" if len(asked) == 1 else "93.184.216.34"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    with pytest.raises(NotSentError, match="not on the public internet"):
        send("GET", "https://rebinds.example/", timeout=5, public=True)
    assert asked == ["rebinds.example"]
    assert connects == []


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1/", "http://169.254.169.254/", "file:///etc/passwd", "http://a:b@c/"]
)
def test_a_redirect_is_looked_at_anew(monkeypatch: pytest.MonkeyPatch, target: str, connects: list[object]) -> None:
    begun = wire.exchange

    def redirects(method: str, url: str, **more: object) -> Response:
        if "first" in url:
            headers: Mapping[str, str] = {"location": target}
            return Response(status=302, headers=headers, body=b"")
        return begun(method, url, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(wire, "exchange", redirects)
    with pytest.raises((NotSentError, UnconfirmedError)):
        send("GET", "https://first.example/", timeout=5, follow=True, public=True)
    assert connects == []


def test_no_proxy_is_asked(monkeypatch: pytest.MonkeyPatch, connects: list[object]) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    with pytest.raises(NotSentError):
        send("GET", "http://10.0.0.1/", timeout=5, public=True)
    assert connects == []


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_what_is_public_is_public(address: str) -> None:
    assert is_public(address)
