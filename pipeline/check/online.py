"""Ask whether what entries link to is still there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from pipeline.errors import NotSentError, UnconfirmedError

if TYPE_CHECKING:
    from pipeline.http import Response

#: Seconds for one address, and how many are asked at a time.
_TIMEOUT, _AT_ONCE = 10.0, 8
#: What says for certain that a page is gone; anything else may be a mood of the server.
_GONE = (404, 410, 451)


def ask(method: str, address: str) -> Response:
    """What a public address answers. Raises NotSentError and UnconfirmedError."""
    from pipeline.http import send

    return send(method, address, timeout=_TIMEOUT, follow=True, public=True, limit=16 << 20)


def dead(addresses: Iterable[str], ask: Callable[[str, str], Response] = ask) -> Mapping[str, str]:
    """Those of the addresses that lead nowhere, with the reason. What does not answer for certain is not among them."""
    from concurrent.futures import ThreadPoolExecutor

    asked = sorted(set(addresses))
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        found = zip(asked, pool.map(lambda address: _reason(address, ask), asked), strict=True)
        return {address: reason for address, reason in found if reason}


def _reason(address: str, ask: Callable[[str, str], Response]) -> str:
    address = address.partition("#")[0]
    try:
        answer = ask("HEAD", address)
        if answer.status >= 400:  # some know no HEAD
            answer = ask("GET", address)
    except NotSentError as error:
        return "leads to a host that is not there" if "could not be looked up" in str(error) else ""
    except UnconfirmedError:
        return ""
    return f"answers with {answer.status}" if answer.status in _GONE else ""
