"""What channels that speak to a server over HTTP share: an address, a secret, requests, and what answers mean."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from urllib.parse import urlsplit

from pipeline import http
from pipeline.channels.contract import Context, Setup
from pipeline.config import FILE, PLACEHOLDER_URL
from pipeline.digests import sha256
from pipeline.errors import (
    ChannelError,
    ConfigError,
    NotAuthorizedError,
    NotSentError,
    RejectedError,
    UnconfirmedError,
)
from pipeline.http import Response, date_of, retry_after
from pipeline.records import dataclass, field
from pipeline.secrets import LOOPBACK, redact, remember, variable

_LONGEST = 300
#: Of answers that are no success: nothing was done, and the same may pass later.
_AGAIN = (407, 425, 429)


def base_of(setup: Setup, key: str, url: str) -> str:
    """The address of a server, without a slash at its end. Raises ConfigError where a secret would travel in clear."""
    try:
        parts = urlsplit(url)
        good = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        good = good and bool(parts.hostname) and parts.username is None
    except ValueError:
        good = False
    if not good:
        where = f"{setup.config.source or FILE}: [channels.{setup.name}] {key}"
        raise ConfigError(
            f"{where} is '{url}', expected https://… (http only on this machine), without a password in it"
        )
    return url.rstrip("/")


def password_of(setup: Setup, env: Mapping[str, str] = os.environ) -> str | None:
    """An instance's secret: ``DAYCAST_<NAME>_PASSWORD``, else what the setup finds; None where there is none."""
    found = env.get(variable(setup.name, "PASSWORD"), "").strip()
    if found:
        remember(found)
        return found
    found = setup.secret() or ""
    remember(found)
    return found or None


def needed(setup: Setup, *, what: str = "password") -> str:
    """An instance's secret. Raises NotAuthorizedError that says where it is looked for."""
    try:
        found = password_of(setup)
    except ConfigError as error:
        raise NotAuthorizedError(str(error)) from error
    if found is None:
        names = [variable(setup.name, "PASSWORD"), variable(setup.name)]
        first, other = names if what == "password" else names[::-1]
        raise NotAuthorizedError(f"there is no {what} for {setup.name}: set {first} ({other} is read as well)")
    return found


def looked_for(key: str, *, after: str = "") -> str:
    """What to do about a send that got no answer, on a channel that can look whether it is out."""
    return (
        f"the next 'daycast publish due' or look of the schedule{after} finds out whether it is there; "
        f"or look yourself, then 'daycast resolve {key} --published URL' or '--retry'"
    )


def sent_again(key: str, *, harmless: bool, out: str) -> str:
    """The same on a channel that cannot look; ``harmless`` where sending again changes nothing there."""
    if harmless:
        return "it is sent again by itself, which changes nothing where it has arrived"
    return f"it may {out}: look there, then 'daycast resolve {key} --published URL' or '--retry'"


def fingerprint_of(*parts: str | None) -> str:
    """A short text that differs when one of the parts does, and tells none of them."""
    return sha256("\0".join(part or "" for part in parts).encode())[:12]


def address_of(context: Context) -> str | None:
    """The canonical address of an entry; None where it has none yet."""
    posted = context.posted
    if posted.entry.canonical_url:
        return posted.entry.canonical_url
    if posted.place is None or context.config.site.url == PLACEHOLDER_URL:
        return None
    return posted.place.absolute


def key_of(context: Context, name: str) -> str:
    """The slot's key: the same text that ``publish`` is given."""
    return f"{context.posted.series.id}/{context.posted.entry.key}/{name}"


def language_of(context: Context) -> str:
    """BCP 47, of the series or the site."""
    return context.posted.series.language or context.config.site.language


def author_of(context: Context) -> str:
    """Who wrote an entry; empty where nobody says."""
    return context.posted.entry.author or context.posted.series.author or context.config.site.author


def written(value: object) -> bytes:
    """JSON that is the same for the same value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One server, as one account."""

    #: What sentences call it: ``Mastodon``.
    called: str
    base: str
    #: Of every request.
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    #: Seconds for one request.
    timeout: float = 30.0
    clock: Callable[[], datetime] | None = None

    def ask(
        self,
        method: str,
        path: str,
        *,
        action: str,
        value: object = None,
        body: bytes | None = None,
        headers: Mapping[str, str] = MappingProxyType({}),
        unclear: str | None = None,
        fine: tuple[int, ...] = (),
    ) -> Response:
        """Make one request; ``value`` goes as JSON.

        ``unclear`` says what to do where nobody knows whether it was done; None means that it may simply be made again.
        Answers of 2xx and of ``fine`` are given back. Raises NotSentError, RejectedError, NotAuthorizedError and, with
        ``unclear``, UnconfirmedError.
        """
        sent = dict(self.headers) | dict(headers)
        if value is not None:
            body = written(value)
            sent = {"Content-Type": "application/json", **sent}
        try:
            got = http.send(method, f"{self.base}{path}", headers=sent, body=body, timeout=self.timeout)
        except UnconfirmedError as error:
            if unclear is None:
                raise NotSentError(f"{action}: {error}") from error
            raise UnconfirmedError(f"{action}: {error}; {unclear}") from error
        except NotSentError as error:
            raise NotSentError(f"{action}: {error}", retry_at=error.retry_at) from error
        if 200 <= got.status < 300 or got.status in fine:
            return got
        raise self.error(got, action=action, unclear=unclear)

    def error(self, got: Response, *, action: str, unclear: str | None) -> ChannelError:
        """What an answer that is no success means: whether something was done is what decides."""
        said = f"{action}: {self.called} answered {got.status}{_said(got)}"
        match got.status:
            case 401 | 403:
                return NotAuthorizedError(f"{said}: this account may not; look at its password or token")
            case status if status in _AGAIN:
                return NotSentError(said, retry_at=self._again_at(got))
            case status if 300 <= status < 500 and status != 408:
                return RejectedError(said)
            case _:
                return NotSentError(said) if unclear is None else UnconfirmedError(f"{said}; {unclear}")

    def _again_at(self, got: Response) -> datetime | None:
        date = got.headers.get("date")
        now = self.clock() if self.clock is not None else date_of(date)
        return None if now is None else retry_after(got.headers.get("retry-after"), date=date, now=now)


def object_in(got: Response) -> Mapping[str, object]:
    """The JSON object that an answer is; empty where it is none."""
    try:
        found = json.loads(got.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def list_in(got: Response) -> list[Mapping[str, object]]:
    """The objects of the JSON list that an answer is; empty where it is none."""
    try:
        found = json.loads(got.body)
    except ValueError:
        return []
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def text_in(found: Mapping[str, object], *path: str) -> str | None:
    """The text, or number as a text, at a place in nested objects."""
    value: object = found
    for key in path:
        value = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _said(got: Response) -> str:
    found = object_in(got)
    words = [text_in(found, key) for key in ("error", "message", "error_description", "code")]
    line = " ".join(word for word in dict.fromkeys(words) if word)
    line = redact(" ".join("".join(char if char.isprintable() else " " for char in line).split()))
    return f" ({line[:_LONGEST]}{'…' if len(line) > _LONGEST else ''})" if line else ""
