"""What went in and what came of it: requests, answers, posts, uploads and the log."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, parse_qsl, urlencode

from pipeline.testing.linkedin.little_text import Mention

#: In place of tokens and of an app's secrets.
HIDDEN = "***"
_SECRET_FIELDS = frozenset(("client_secret", "code", "token", "access_token", "refresh_token"))
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as it was read."""

    #: 1 for the first that the server read.
    number: int
    method: str
    #: As it was sent, with its query.
    path: str
    #: Lower-case names; holds the token.
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def route(self) -> str:
        """The path without its query."""
        return self.path.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        """The query's fields, the first of each name."""
        return _firsts(self.path.partition("?")[2])

    @property
    def form(self) -> dict[str, str]:
        """The fields of a form, the first of each name; none where the body is no form."""
        if self.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            return {}
        return _firsts(self.body.decode("utf-8", "replace"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer to a request."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    #: LinkedIn's name of what is wrong: ``DUPLICATE_POST``.
    code: str | None = None
    #: The post that the request created.
    post: Post | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One line of the log: a request, and what was done with it."""

    #: By the server's clock.
    at: datetime
    #: Empty for a connection that was dropped before anything was read, as ``path`` is.
    method: str
    #: As it was sent, with its query.
    path: str
    #: Lower-case names; a token is ``***``.
    headers: Mapping[str, str]
    #: Secrets in a form are ``***``.
    body: bytes
    #: Of the answer; None where there is none, or none that is HTTP.
    status: int | None
    #: LinkedIn's name of what is wrong: ``DUPLICATE_POST``.
    code: str | None
    #: The kind of fault that this request met: ``reset``.
    fault: str | None
    #: The post it created.
    urn: str | None
    #: What people see of that post.
    visible: str | None
    #: Bytes of the whole answer, head and body, had nothing gone wrong on its way.
    size: int

    @property
    def created(self) -> bool:
        """Whether a post was created."""
        return self.urn is not None

    def line(self) -> str:
        """The record as a line of JSON, without its newline."""
        try:
            body: dict[str, str] = {"body": self.body.decode()}
        except UnicodeDecodeError:
            body = {"base64": base64.b64encode(self.body).decode()}
        found = {
            "at": self.at.isoformat(),
            "method": self.method,
            "path": self.path,
            "headers": dict(self.headers),
            **body,
            "status": self.status,
            "code": self.code,
            "fault": self.fault,
            "created": self.created,
            "urn": self.urn,
            "visible": self.visible,
            "size": self.size,
        }
        return json.dumps(found)


def records_in(log: Path) -> tuple[Record, ...]:
    """The records of a log that a server in another process writes; a last line still being written is left out."""
    lines = log.read_bytes().split(b"\n")[:-1]
    return tuple(_record(json.loads(line)) for line in lines)


def _record(found: dict[str, Any]) -> Record:
    found.pop("created")
    encoded = found.pop("base64", None)
    body = base64.b64decode(encoded) if encoded is not None else found.pop("body").encode()
    return Record(**{**found, "at": datetime.fromisoformat(found["at"]), "body": body})


def without_secrets(request: Request) -> tuple[dict[str, str], bytes]:
    """Headers and body of a request as they may be kept."""
    headers = {name: HIDDEN if name == "authorization" else value for name, value in request.headers.items()}
    if not request.form:
        return headers, request.body
    fields = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    hidden = [(name, HIDDEN if name in _SECRET_FIELDS else value) for name, value in fields]
    return headers, urlencode(hidden, safe="*").encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change of a post's text."""

    at: datetime
    commentary: str
    visible: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment below a post."""

    at: datetime
    urn: str
    actor: str
    #: Plain, as it was sent.
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A post as it stands."""

    at: datetime
    #: ``urn:li:share:7400000000000000001``
    urn: str
    author: str
    #: Little text, as it was sent last.
    commentary: str
    #: What people see of it: less than was meant where little text breaks.
    visible: str
    #: Index in ``commentary`` of the character at which the post ends too early; None where it does not.
    cut: int | None
    #: Without their sign, in order.
    hashtags: tuple[str, ...]
    mentions: tuple[Mention, ...]
    #: As it was sent; None for a post of text alone.
    content: Mapping[str, object] | None
    visibility: str
    #: The request's, to the byte.
    body: bytes
    deleted: bool = False
    #: Oldest first.
    edits: tuple[Edit, ...] = ()
    comments: tuple[Comment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file, announced or uploaded."""

    at: datetime
    kind: Literal["image", "document"]
    urn: str
    owner: str
    status: Literal["WAITING_UPLOAD", "AVAILABLE", "PROCESSING_FAILED"] = "WAITING_UPLOAD"
    data: bytes = field(default=b"", repr=False)


def _firsts(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}
