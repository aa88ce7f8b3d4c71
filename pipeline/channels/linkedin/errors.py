"""What LinkedIn's answers mean, and what to do about each.

The codes and their causes: error tables of posts-api, images-api and versioning, and answers seen in other projects'
logs, as of 2026-11. Whether something was created is what decides: a refusal created nothing, a failure of the server
may have.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal, assert_never

from pipeline.channels.linkedin.api import permalink
from pipeline.errors import (
    ChannelError,
    DuplicateError,
    NotAuthorizedError,
    NotSentError,
    RejectedError,
    UnconfirmedError,
)
from pipeline.http import Response, date_of, retry_after
from pipeline.patterns import pattern
from pipeline.records import dataclass
from pipeline.secrets import redact

#: ``again``: nothing was created, and the same may well pass later. ``fix``: nothing was created, and a person must
#: change the entry. ``account``: the same for the account. ``duplicate``: out already. ``unclear``: who knows.
Kind = Literal["again", "fix", "account", "duplicate", "unclear"]

#: LinkedIn names no wait with a 429, and says that quotas start anew at 00:00 UTC (rate-limits, 2026-11). Most are
#: not about the day's quota but about a burst, and a post at midnight would be no post of that day.
WAIT_AFTER_429 = timedelta(minutes=15)

_CODE = pattern(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b|\bCONFLICT\b")
_DUPLICATE_OF = pattern(r"duplicate of (urn:li:(?:share|ugcPost|activity):\d+)", re.IGNORECASE)
_LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """One row: an answer and what it says of the world. ``{name}``, ``{version}`` and ``{product}`` are filled in."""

    status: int
    #: Codes that the answer may hold; none: any answer of this status.
    codes: tuple[str, ...] = ()
    kind: Kind
    sentence: str


_LOGIN = "run 'daycast login {name}'"
_SAME = "what is on LinkedIn is as it was"

#: First fitting, first taken.
TABLE = (
    Meaning(
        status=400,
        codes=("FIELD_LENGTH_TOO_LONG", "FIELD_ARRAY_SIZE_TOO_HIGH"),
        kind="fix",
        sentence="a text is longer than LinkedIn takes: shorten the entry, and set [channels.{name}] limit to the "
        "number LinkedIn names",
    ),
    Meaning(
        status=400,
        codes=("MEDIA_ASSET_WAITING_UPLOAD", "EXPIRED_UPLOAD_URL"),
        kind="again",
        sentence="LinkedIn does not have the files yet: they are uploaded again with the next try",
    ),
    Meaning(
        status=400,
        codes=("MEDIA_ASSET_PROCESSING_FAILED",),
        kind="fix",
        sentence="LinkedIn cannot read one of the files: save it anew, images as JPG, PNG or GIF",
    ),
    Meaning(
        status=400,
        codes=("VERSION_MISSING",),
        kind="account",
        sentence="LinkedIn misses the version of its API: set [channels.{name}] version",
    ),
    Meaning(
        status=400,
        codes=("INVALID_URN_TYPE", "INVALID_URN_ID", "INVALID_URN"),
        kind="fix",
        sentence="one of the URNs is none that LinkedIn knows: look at author and mentions of [channels.{name}]",
    ),
    Meaning(
        status=400,
        codes=("MISSING_FIELD",),
        kind="fix",
        sentence="LinkedIn misses a field: give the entry what is named here (a document needs a title)",
    ),
    Meaning(
        status=400,
        codes=("INVALID_VALUE_FOR_FIELD",),
        kind="fix",
        sentence="LinkedIn does not take a value: change what is named here in the entry or in [channels.{name}]",
    ),
    Meaning(
        status=400,
        kind="fix",
        sentence="LinkedIn does not take the request as it is: change what it names in the entry or in "
        "[channels.{name}]",
    ),
    Meaning(
        status=401,
        codes=("EMPTY_ACCESS_TOKEN",),
        kind="account",
        sentence=f"LinkedIn got no token: {_LOGIN}",
    ),
    Meaning(
        status=401,
        codes=("REVOKED_ACCESS_TOKEN",),
        kind="account",
        sentence=f"the token was revoked: {_LOGIN}",
    ),
    Meaning(
        status=401,
        codes=("EXPIRED_ACCESS_TOKEN",),
        kind="account",
        sentence=f"the token has expired, as all do after 60 days: {_LOGIN}",
    ),
    Meaning(
        status=401,
        kind="account",
        sentence=f"LinkedIn does not take the token (it has expired, or is not whole): {_LOGIN}",
    ),
    Meaning(
        status=403,
        kind="account",
        sentence="the token may not do this: add the product {product} to your app at "
        f"https://www.linkedin.com/developers/apps, then {_LOGIN}",
    ),
    Meaning(
        status=404,
        kind="fix",
        sentence="there is no such thing on LinkedIn: look at author and api_base of [channels.{name}]",
    ),
    Meaning(
        status=407,
        kind="again",
        sentence="a proxy wants credentials, and passed nothing on: look at HTTPS_PROXY of this machine",
    ),
    Meaning(
        status=409,
        kind="again",
        sentence="two changes met at LinkedIn, and it made neither: tried once more",
    ),
    Meaning(
        status=413,
        kind="fix",
        sentence="a file is larger than LinkedIn takes (documents: 100 MB): make it smaller",
    ),
    Meaning(
        status=415,
        kind="fix",
        sentence="a file is of a kind that LinkedIn does not take: use JPG, PNG or GIF for images, PDF for documents",
    ),
    Meaning(
        status=422,
        codes=("DUPLICATE_POST",),
        kind="duplicate",
        sentence="the same text is out already: change the entry's text, or where this is that post, resolve the slot "
        "with its address",
    ),
    Meaning(
        status=422,
        kind="fix",
        sentence="LinkedIn does not know what to make of the request: change what it names in the entry; where it "
        "names nothing of yours, set [channels.{name}] version to the one daycast comes with",
    ),
    Meaning(
        status=425,
        kind="again",
        sentence="LinkedIn was not ready to read the request",
    ),
    Meaning(
        status=426,
        kind="account",
        sentence="LinkedIn's API no longer has, or does not yet have, version {version}: set [channels.{name}] version "
        "(or DAYCAST_LINKEDIN_VERSION) to a current one, the year and month of a release",
    ),
    Meaning(
        status=429,
        kind="again",
        sentence="LinkedIn takes no more requests for now (150 a day and member; the count starts anew at 00:00 UTC)",
    ),
    Meaning(status=408, kind="unclear", sentence="LinkedIn gave up waiting in the middle of it"),
)
_REDIRECT = "it was sent elsewhere, and went nowhere: look at api_base of [channels.{name}], and at this network"
_REFUSED = "LinkedIn refused: change what it names"
_SERVER = "LinkedIn failed in the middle of it"
_ODD = "this is no answer of LinkedIn's"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Whom the sentences speak to."""

    #: Of the channel's instance.
    name: str
    version: str
    author: str | None

    @property
    def product(self) -> str:
        """The product that an app needs in order to post as this author (developer portal, 2026-11)."""
        if (self.author or "").startswith("urn:li:organization:"):
            return "'Community Management API' (and have a role of the page that may post)"
        return "'Share on LinkedIn'"


def codes_in(response: Response) -> frozenset[str]:
    """The codes in an answer, wherever it has them: LinkedIn puts them in three places."""
    return frozenset(_CODE.findall(response.body[:65536].decode("utf-8", "replace")))


def meaning_of(response: Response) -> Meaning:
    """What an answer that is no success means."""
    codes = codes_in(response)
    for row in TABLE:
        if row.status == response.status and (not row.codes or not codes.isdisjoint(row.codes)):
            return row
    status = response.status
    if 300 <= status < 400:
        return Meaning(status=status, kind="fix", sentence=_REDIRECT)
    if 400 <= status < 500:
        return Meaning(status=status, kind="fix", sentence=_REFUSED)
    return Meaning(status=status, kind="unclear", sentence=_SERVER if status >= 500 else _ODD)


def error_of(
    response: Response,
    *,
    action: str,
    account: Account,
    unclear: str,
    repeatable: bool,
    clock: Callable[[], datetime] | None = None,
) -> ChannelError:
    """The error that an answer is: what was tried, what LinkedIn said, and what to do.

    ``action`` says what was tried: ``publish``. ``unclear`` is what to do where nobody knows whether it was done; with
    ``repeatable`` that does not matter, and it is simply tried again. ``clock`` tells the moment from which a wait
    counts; without one it is the answer's ``Date``.
    """
    row = meaning_of(response)
    told = row.sentence.format(name=account.name, version=account.version, product=account.product)
    said = f"{action}: LinkedIn answered {_said(response)}: {told}"
    match row.kind:
        case "again":
            return NotSentError(said, retry_at=_again_at(response, clock))
        case "fix":
            return RejectedError(said)
        case "account":
            return NotAuthorizedError(said)
        case "duplicate":
            found = _DUPLICATE_OF.search(response.body.decode("utf-8", "replace"))
            if found is None:
                return RejectedError(said)
            return DuplicateError(said, remote_id=found[1], url=permalink(found[1]))
        case "unclear":
            return NotSentError(said) if repeatable else UnconfirmedError(f"{said}; {unclear}")
        case never:
            assert_never(never)


def _again_at(response: Response, clock: Callable[[], datetime] | None) -> datetime | None:
    date = response.headers.get("date")
    now = clock() if clock is not None else date_of(date)
    if now is None:
        return None
    asked = retry_after(response.headers.get("retry-after"), date=date, now=now)
    if asked is None and response.status == 429:
        return now + WAIT_AFTER_429
    return asked


def _said(response: Response) -> str:
    """``422 DUPLICATE_POST (Content is a duplicate of …; request 0F3A…)``: an answer, short, for a person."""
    codes = " ".join(sorted(codes_in(response)))
    words = [_message(response)]
    request = response.headers.get("x-li-uuid")  # by which LinkedIn's support finds a request
    if request:
        words.append(f"request {_clipped(request)}")
    inside = "; ".join(word for word in words if word)
    return " ".join(part for part in (str(response.status), codes, f"({inside})" if inside else "") if part)


def _message(response: Response) -> str:
    try:
        found = json.loads(response.body)
    except ValueError:
        return ""
    message = found.get("message") if isinstance(found, dict) else None
    return _clipped(message) if isinstance(message, str) else ""


def _clipped(text: str) -> str:
    line = redact(" ".join("".join(char if char.isprintable() else " " for char in text).split()))
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
