"""Send one HTTP request, once, within a total time, and know for certain whether any of it left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from urllib.parse import urljoin, urlsplit

from pipeline.errors import NotSentError, UnconfirmedError
from pipeline.patterns import pattern
from pipeline.records import dataclass

#: Redirects that are followed at most.
MOST_REDIRECTS = 3
#: What a server may ask us to wait, at least and at most.
SHORTEST_WAIT, LONGEST_WAIT = timedelta(seconds=1), timedelta(hours=24)
_REDIRECTS = (301, 302, 303, 307, 308)
_NUMBER = pattern(r"[+-]?[0-9]+(\.[0-9]*)?")
#: Headers that are meant for the host they were written for.
_PRIVATE = ("authorization", "cookie", "proxy-authorization")
_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a server answered, whole."""

    status: int
    #: By lower-case name; a name that comes several times has its values joined by a comma.
    headers: Mapping[str, str]
    body: bytes


def send(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] = _NONE,
    body: bytes | None = None,
    timeout: float = 30.0,
    follow: bool = False,
    limit: int = 4 << 20,
    public: bool = False,
) -> Response:
    """Send a request once and read its answer; ``timeout`` is in seconds, for everything together.

    ``public`` is for addresses that somebody else wrote (a picture in an archive, a link in a text): then only https
    and http on their own ports are asked, without a proxy, and only machines of the public internet. The address that
    was looked up is the one that is connected to, and each redirect is looked at anew.

    ``limit`` is in bytes, of the body as read. With ``follow``, redirects of GET and HEAD are followed, three at most,
    within the same time, without credentials once the host is another; any other redirect is an answer like any other.

    Raises NotSentError where not one byte of the request left, UnconfirmedError for everything unclear after the first.
    """
    from pipeline.http.public import refuse_private
    from pipeline.http.wire import Deadline, exchange

    deadline = Deadline(timeout)
    following = follow and method in ("GET", "HEAD")
    for _ in range(MOST_REDIRECTS + 1):
        if public:
            refuse_private(url)
        got = exchange(method, url, headers=headers, body=body, deadline=deadline, limit=limit, public=public)
        target = got.headers.get("location")
        if not following or got.status not in _REDIRECTS or target is None:
            return got
        here, url = url, urljoin(url, target)
        if urlsplit(url).scheme not in ("http", "https"):
            raise UnconfirmedError(f"{method} {place_of(here)}: redirected to what is no web address")
        if _origin(url) != _origin(here):
            headers = {name: value for name, value in headers.items() if name.lower() not in _PRIVATE}
    raise UnconfirmedError(f"{method} {place_of(url)}: redirected more than {MOST_REDIRECTS} times")


def place_of(url: str) -> str:
    """Scheme, host and path of an address: what may be told of it. Queries and credentials may be secrets."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an address that is none"
    host = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{host}{port}{parts.path}"


def retry_after(value: str | None, *, date: str | None, now: datetime) -> datetime | None:
    """The moment that a ``Retry-After`` header asks to wait for, between a second and 24 hours from ``now``.

    ``value`` is a number of seconds or an HTTP date (RFC 9110, 10.2.3). A date is taken relative to ``date``, the
    answer's ``Date`` header, so that it does not matter how wrong the server's clock is. None for absent or garbage.
    """
    text = (value or "").strip()
    if _NUMBER.fullmatch(text):
        # A float, since a number of any length has one: infinity, which is clamped.
        seconds = min(max(float(text), SHORTEST_WAIT.total_seconds()), LONGEST_WAIT.total_seconds())
        return now + timedelta(seconds=seconds)
    until = date_of(text)
    if until is None:
        return None
    return now + min(max(until - (date_of(date) or now), SHORTEST_WAIT), LONGEST_WAIT)


def date_of(value: str | None) -> datetime | None:
    """An HTTP date as an instant in UTC; None for absent or garbage."""
    from email.utils import parsedate_to_datetime

    try:
        found = parsedate_to_datetime((value or "").strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _origin(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc


__all__ = ["NotSentError", "Response", "UnconfirmedError", "date_of", "place_of", "retry_after", "send"]
