"""The channel: an entry as one status.

An ``Idempotency-Key`` keeps a second try from being a second status, for an hour and as long as the first has been
written down by then (statuses API; post_status_service, 2026-11). So nothing is tried again before a minute is over,
and then it is looked for first, by its text and time.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from pipeline.channels.contract import Context, Finding, Setup
from pipeline.channels.mastodon.counting import length
from pipeline.channels.short import short_of
from pipeline.channels.web import (
    Server,
    base_of,
    fingerprint_of,
    language_of,
    list_in,
    looked_for,
    needed,
    object_in,
    password_of,
    text_in,
    written,
)
from pipeline.delivery import Artifact, Media, Receipt, digest_of
from pipeline.errors import ChannelError, NotSentError, RejectedError, UnconfirmedError
from pipeline.records import dataclass, replace
from pipeline.render.documents import media_type

TEMPLATE = "mastodon.txt.j2"
MOST_IMAGES = 4
#: After which a lost status is looked for, and a clock of theirs that is behind ours.
PATIENCE, SLACK = timedelta(seconds=60), timedelta(minutes=5)
#: Of our own in the frozen body; no server sees it.
_BEGUN = "daycast_begun"


class MastodonChannel:
    """An instance of the channel: one account."""

    idempotent = False

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Options:
        """The keys of ``[channels.mastodon]``."""

        #: Such as ``https://mastodon.social``.
        service: str
        visibility: Literal["public", "unlisted", "private", "direct"] = "public"
        #: Characters of a status, as the server has set it.
        limit: int = 500
        #: What becomes of a long text; without it, it is cut, and ``check`` tells.
        long: Literal["cut", "thread"] | None = None
        #: Whether the blog's address is the last line.
        link: bool = True
        #: Seconds for one request.
        timeout: int = 30

    def __init__(self, setup: Setup, options: Options) -> None:
        """Raises ConfigError where a token would travel unencrypted."""
        self.name = setup.name
        self._setup = setup
        self._options = options
        self._base = base_of(setup, "service", options.service)

    def render(self, context: Context) -> Artifact:
        """The status as JSON. Raises RenderError."""
        options = self._options
        short = short_of(
            context,
            self.name,
            template=TEMPLATE,
            limit=options.limit,
            measure=length,
            link=options.link,
            most_images=MOST_IMAGES,
            long=options.long,
        )
        language = language_of(context).partition("-")[0].lower()
        statuses = [{"status": text, "visibility": options.visibility, "language": language} for text in short.parts]
        seen = [statuses, [[image.digest, image.alt] for image in short.images]]
        return Artifact(
            media_type="application/json",
            body=written({"statuses": statuses}),
            text=short.text,
            digest=digest_of(written(seen)),
            media=short.images,
            measured=short.measured,
            notes=short.notes,
        )

    def prepare(self, artifact: Artifact, *, key: str, root: Path) -> Artifact:  # noqa: ARG002 (uploads have no key)
        """Upload the pictures with what they show, and note the moment."""
        server = self._server()
        asked = json.loads(artifact.body)
        found = [self._uploaded(server, image, root) for image in artifact.media]
        if found:
            asked["statuses"][0]["media_ids"] = found
        if self._setup.clock is not None:
            asked[_BEGUN] = self._setup.clock().astimezone(UTC).isoformat()
        return replace(artifact, body=written(asked))

    def publish(self, artifact: Artifact, *, key: str) -> Receipt:
        """Post it; of a thread one after the other, each below the one before."""
        statuses = json.loads(artifact.body)["statuses"]
        look = looked_for(key, after=", a minute from now,")
        server = self._server()
        ids: list[str] = []
        url = None
        for number, one in enumerate(statuses, 1):
            status = {**one, "in_reply_to_id": ids[-1]} if ids else one
            mark = hashlib.sha256(f"{key}\0{artifact.digest}\0{number}".encode()).hexdigest()[:40]
            try:
                got = server.ask(
                    "POST",
                    "/api/v1/statuses",
                    action="publish",
                    value=status,
                    headers={"Idempotency-Key": mark},
                    unclear=look,
                )
            except ChannelError as error:
                if not ids or isinstance(error, UnconfirmedError):
                    raise
                raise UnconfirmedError(f"part {number} of {len(statuses)}: {error}; {look}") from error
            found = object_in(got)
            identity = text_in(found, "id")
            if identity is None:
                raise UnconfirmedError(f"publish: Mastodon answered {got.status} and named no status; {look}")
            url = url or text_in(found, "url")
            ids.append(identity)
        return Receipt(remote_id=" ".join(ids), url=url)

    def find(self, artifact: Artifact, *, key: str) -> Receipt | None:  # noqa: ARG002 (the text is what is looked for)
        """Look through the account's newest statuses for this text, once a minute has passed."""
        asked = json.loads(artifact.body)
        begun = datetime.fromisoformat(asked[_BEGUN]) if _BEGUN in asked else None
        if begun is not None and self._setup.clock is not None and self._setup.clock() < begun + PATIENCE:
            raise NotSentError("look for the status: Mastodon may still be writing it down; looked for in a minute")
        server = self._server()
        me = text_in(
            object_in(server.ask("GET", "/api/v1/accounts/verify_credentials", action="look for the status")), "id"
        )
        if me is None:
            raise NotSentError("look for the status: Mastodon does not say whose token it is")
        query = urlencode({"limit": 40, "exclude_reblogs": "true"})
        got = server.ask("GET", f"/api/v1/accounts/{me}/statuses?{query}", action="look for the status")
        known: dict[str, Mapping[str, object]] = {}
        for one in list_in(got):
            made = text_in(one, "created_at")
            if begun is None or made is None or _moment(made) >= begun - SLACK:
                known.setdefault(_folded(_text_of(str(one.get("content", "")))), one)
        there = [known.get(_folded(str(one["status"]))) for one in asked["statuses"]]
        out = [one for one in there if one is not None]
        if not out:
            return None
        if len(out) < len(there):
            raise NotSentError(f"look for the status: {len(out)} of {len(there)} parts of the thread are out")
        return Receipt(remote_id=" ".join(text_in(one, "id") or "" for one in out), url=text_in(out[0], "url"))

    def update(self, receipt: Receipt, artifact: Artifact) -> None:
        """Put the text in place of the status's, part for part; its pictures stay."""
        statuses, ids = json.loads(artifact.body)["statuses"], _ids(receipt)
        if len(statuses) != len(ids):
            raise RejectedError(f"it is out in {len(ids)} parts and would have {len(statuses)}: change it by hand")
        for identity, status in zip(ids, statuses, strict=True):
            self._server().ask(
                "PUT",
                f"/api/v1/statuses/{identity}",
                action="update",
                value={"status": status["status"], "language": status["language"]},
                unclear="its text may have been changed: run 'daycast update' again, which does no harm",
            )

    def retract(self, receipt: Receipt) -> None:
        """Delete the status, or all of a thread; that it is gone already is no error."""
        for identity in reversed(_ids(receipt)):
            self._server().ask(
                "DELETE",
                f"/api/v1/statuses/{identity}",
                action="retract",
                unclear="it may be gone: run 'daycast retract' again, which does no harm",
                fine=(404, 410),
            )

    @property
    def fingerprint(self) -> str:
        """Differs when the token or the server does."""
        return fingerprint_of(password_of(self._setup), self._base)

    def diagnose(self, *, now: datetime, last_day: datetime | None) -> tuple[Finding, ...]:  # noqa: ARG002 (it ends never)
        """Whose token it is, and whether the server's limit is the one that is set."""
        try:
            server = self._server()
            account = object_in(server.ask("GET", "/api/v1/accounts/verify_credentials", action="ask who it is"))
            instance = object_in(server.ask("GET", "/api/v2/instance", action="ask for limits", fine=(404,)))
        except ChannelError as error:
            return (Finding(level="error", code="no-account", message=str(error)),)
        found = [Finding(level="ok", code="account", message=f"posts as @{text_in(account, 'acct') or '?'}")]
        most = text_in(instance, "configuration", "statuses", "max_characters")
        if most is not None and most.isdecimal() and int(most) < self._options.limit:
            message = f"the server takes {most} characters: set [channels.{self.name}] limit = {most}"
            found.append(Finding(level="error", code="limit", message=message))
        return tuple(found)

    def _server(self) -> Server:
        return Server(
            called="Mastodon",
            base=self._base,
            headers={"Authorization": f"Bearer {needed(self._setup, what='token')}"},
            timeout=self._options.timeout,
            clock=self._setup.clock,
        )

    def _uploaded(self, server: Server, image: Media, root: Path) -> str:
        kind = media_type(image.source) or "application/octet-stream"
        # The same for the same picture: nothing of it is left to chance.
        edge = uuid.uuid5(uuid.NAMESPACE_OID, image.digest).hex
        name = f"{image.digest[:16]}.{image.source.rpartition('.')[2]}"
        lines = (
            f"--{edge}",
            'Content-Disposition: form-data; name="description"',
            "",
            image.alt,
            f"--{edge}",
            f'Content-Disposition: form-data; name="file"; filename="{name}"',
            f"Content-Type: {kind}",
            "",
            "",
        )
        head = "\r\n".join(lines).encode()
        got = server.ask(
            "POST",
            "/api/v2/media",
            action=f"upload {image.source}",
            body=head + (root / image.source).read_bytes() + f"\r\n--{edge}--\r\n".encode(),
            headers={"Content-Type": f"multipart/form-data; boundary={edge}"},
        )
        identity = text_in(object_in(got), "id")
        if identity is None:
            raise NotSentError(f"upload {image.source}: Mastodon named no attachment")
        if got.status == 202:  # it is still being looked at
            ready = server.ask("GET", f"/api/v1/media/{identity}", action=f"upload {image.source}")
            if ready.status == 206:
                raise NotSentError(f"upload {image.source}: Mastodon is still working on it")
        return identity


def _ids(receipt: Receipt) -> list[str]:
    ids = (receipt.remote_id or "").split()
    if not ids or not all(identity.isalnum() for identity in ids):
        raise RejectedError(f"the receipt holds '{receipt.remote_id}', which is no status's id: do it by hand")
    return ids


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _text_of(content: str) -> str:
    """The text of a status, of its HTML."""
    spaced = re.sub(r"<br\s*/?>|</p>\s*<p>", "\n", content, flags=re.IGNORECASE)
    return html.unescape(re.sub(r"<[^>]*>", "", spaced))


def _folded(text: str) -> str:
    return " ".join(text.split())
