"""The channel: an entry as one post, under a record key that is its own for ever.

``com.atproto.repo.putRecord`` writes it, since a second ``createRecord`` of one key fails on a PDS (seen on 0.4,
2026-11); ``getRecord`` tells whether it is there, so that nothing stays in doubt.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from pipeline.channels.bluesky.facets import found_in
from pipeline.channels.bluesky.tid import tid
from pipeline.channels.contract import Context, Finding, Setup
from pipeline.channels.short import card_picture, graphemes, short_of
from pipeline.channels.web import (
    Server,
    base_of,
    fingerprint_of,
    key_of,
    language_of,
    looked_for,
    needed,
    object_in,
    password_of,
    text_in,
    written,
)
from pipeline.delivery import Artifact, Media, Receipt, digest_of
from pipeline.errors import ChannelError, NotAuthorizedError, NotSentError, RejectedError, UnconfirmedError
from pipeline.records import dataclass, replace
from pipeline.render.documents import media_type

TEMPLATE = "bluesky.txt.j2"
COLLECTION = "app.bsky.feed.post"
#: Characters and bytes of a post's text, images of a post, bytes of an image (lexicons, 2026-11).
MOST, MOST_BYTES, MOST_IMAGES, LARGEST = 300, 3000, 4, 1_000_000
_BLOB = "daycast-blob:"
#: Between the parts of a thread, so that they sort as they are read.
_STEP = timedelta(milliseconds=1)


class BlueskyChannel:
    """An instance of the channel: one account."""

    #: Not on its own: what is in doubt is looked for under its key first.
    idempotent = False

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Options:
        """The keys of ``[channels.bluesky]``."""

        #: Such as ``mara.bsky.social``.
        handle: str
        #: The account's server, its PDS.
        service: str = "https://bsky.social"
        #: Where people read it.
        app: str = "https://bsky.app"
        #: How the blog's address travels: as a card below the text, as its last line, or not at all.
        link: Literal["card", "text", "none"] = "card"
        #: What becomes of a long text; without it, it is cut, and ``check`` tells.
        long: Literal["cut", "thread"] | None = None
        #: Seconds for one request.
        timeout: int = 30

    def __init__(self, setup: Setup, options: Options) -> None:
        """Raises ConfigError where a password would travel unencrypted."""
        self.name = setup.name
        self._setup = setup
        self._options = options
        self._base = base_of(setup, "service", options.service)

    def render(self, context: Context) -> Artifact:
        """The record, with the digests of pictures where their blobs will be. Raises RenderError."""
        options = self._options
        short = short_of(
            context,
            self.name,
            template=TEMPLATE,
            limit=MOST,
            measure=graphemes,
            link=options.link == "text",
            most_images=MOST_IMAGES,
            fits=lambda text: len(text.encode()) <= MOST_BYTES,
            long=options.long,
        )
        due = context.posted.due.astimezone(UTC)
        records = [_record(text, due + number * _STEP, language_of(context)) for number, text in enumerate(short.parts)]
        record = records[0]
        media = short.images
        if media:
            record["embed"] = {
                "$type": "app.bsky.embed.images",
                "images": [{"image": _BLOB + image.digest, "alt": image.alt} for image in media],
            }
        elif options.link == "card" and short.address:
            external: dict[str, object] = {
                "uri": short.address,
                "title": context.posted.entry.title,
                "description": context.summary,
            }
            picture = card_picture(context)
            if picture is not None:
                external["thumb"] = _BLOB + picture.digest
                media = (picture,)
            record["embed"] = {"$type": "app.bsky.embed.external", "external": external}
        key = key_of(context, self.name)
        posts = [{"rkey": tid(due + number * _STEP, key), "record": one} for number, one in enumerate(records)]
        body = written({"repo": options.handle, "collection": COLLECTION, "posts": posts})
        seen = [{name: value for name, value in one.items() if name != "createdAt"} for one in records]
        return Artifact(
            media_type="application/json",
            body=body,
            text=short.text,
            digest=digest_of(written(seen)),
            media=media,
            measured=short.measured,
            notes=short.notes,
        )

    def prepare(self, artifact: Artifact, *, key: str, root: Path) -> Artifact:  # noqa: ARG002 (a blob has no key)
        """Sign in, find out who is mentioned, upload the pictures, and put it all into the record."""
        server, repo = self._signed_in()
        asked = json.loads(artifact.body)
        record = asked["posts"][0]["record"]
        blobs = {}
        for image in artifact.media:
            data = (root / image.source).read_bytes()
            if len(data) > LARGEST:
                if _is_thumb(record, image):
                    record["embed"]["external"].pop("thumb")
                    continue
                raise RejectedError(f"{image.source}: has {len(data):,} bytes; Bluesky takes images up to {LARGEST:,}")
            kind = media_type(image.source) or "application/octet-stream"
            got = server.ask(
                "POST",
                "/xrpc/com.atproto.repo.uploadBlob",
                action=f"upload {image.source}",
                body=data,
                headers={"Content-Type": kind},
            )
            blob = object_in(got).get("blob")
            if not isinstance(blob, dict):
                raise NotSentError(f"upload {image.source}: Bluesky named no blob")
            blobs[_BLOB + image.digest] = blob
        posts = [
            {**one, "record": self._with_mentions(server, _filled(one["record"], blobs))} for one in asked["posts"]
        ]
        return replace(artifact, body=written({**asked, "repo": repo, "posts": posts}))

    def publish(self, artifact: Artifact, *, key: str) -> Receipt:
        """Write the record; of a thread one after the other, each below the one before."""
        asked = json.loads(artifact.body)
        server = self._signed_in()[0]
        look = looked_for(key)
        made: list[dict[str, str]] = []
        for number, one in enumerate(asked["posts"], 1):
            record = one["record"]
            if made:
                record = {**record, "reply": {"root": made[0], "parent": made[-1]}}
            value = {"repo": asked["repo"], "collection": asked["collection"], "rkey": one["rkey"], "record": record}
            try:
                got = object_in(
                    server.ask("POST", "/xrpc/com.atproto.repo.putRecord", action="publish", value=value, unclear=look)
                )
            except ChannelError as error:
                if not made or isinstance(error, UnconfirmedError):
                    raise
                raise UnconfirmedError(f"part {number} of {len(asked['posts'])}: {error}; {look}") from error
            uri, cid = text_in(got, "uri"), text_in(got, "cid")
            if uri is None:
                raise UnconfirmedError(f"publish: Bluesky named no record; {look}")
            made.append({"uri": uri, "cid": cid or ""})
        return self._receipt([one["uri"] for one in made])

    def find(self, artifact: Artifact, *, key: str) -> Receipt | None:  # noqa: ARG002 (the record's key is in the body)
        """Look whether the record is there; of a thread, all of it. A part of one is written over next time."""
        asked = json.loads(artifact.body)
        server = self._signed_in()[0]
        found = []
        for one in reversed(asked["posts"]):
            query = urlencode({"repo": asked["repo"], "collection": asked["collection"], "rkey": one["rkey"]})
            got = server.ask(
                "GET", f"/xrpc/com.atproto.repo.getRecord?{query}", action="look for the post", fine=(400, 404)
            )
            uri = text_in(object_in(got), "uri")
            if uri is None and text_in(object_in(got), "error") == "RecordNotFound":
                return None
            if uri is None:
                why = f"{got.status} {text_in(object_in(got), 'error') or ''}".rstrip()
                raise NotSentError(f"look for the post: Bluesky answered {why}")
            found.append(uri)
        return self._receipt(found[::-1])

    def retract(self, receipt: Receipt) -> None:
        """Delete the record, or all of a thread; that it is gone already is no error."""
        for uri in reversed((receipt.remote_id or "").split() or [""]):
            parts = uri.removeprefix("at://").split("/")
            if len(parts) != 3:
                raise RejectedError(f"the receipt holds '{uri}', which is no record's address: delete it by hand")
            self._signed_in()[0].ask(
                "POST",
                "/xrpc/com.atproto.repo.deleteRecord",
                action="retract",
                value={"repo": parts[0], "collection": parts[1], "rkey": parts[2]},
                unclear="it may be gone: run 'daycast retract' again, which does no harm",
            )

    @property
    def fingerprint(self) -> str:
        """Differs when the password, the handle or the server does."""
        return fingerprint_of(password_of(self._setup), self._options.handle, self._base)

    def diagnose(self, *, now: datetime, last_day: datetime | None) -> tuple[Finding, ...]:  # noqa: ARG002 (it ends never)
        """Whether the account can be signed in to."""
        try:
            self._signed_in()
        except ChannelError as error:
            return (Finding(level="error", code="no-session", message=str(error)),)
        return (Finding(level="ok", code="session", message=f"signed in as {self._options.handle}"),)

    def _signed_in(self) -> tuple[Server, str]:
        """The server with a session, and the account's DID."""
        password = needed(self._setup, what="app password")
        server = Server(called="Bluesky", base=self._base, timeout=self._options.timeout, clock=self._setup.clock)
        got = server.ask(
            "POST",
            "/xrpc/com.atproto.server.createSession",
            action="sign in",
            value={"identifier": self._options.handle, "password": password},
        )
        token = text_in(object_in(got), "accessJwt")
        did = text_in(object_in(got), "did")
        if token is None or did is None:
            raise NotAuthorizedError("sign in: Bluesky answered without a session")
        return replace(server, headers={"Authorization": f"Bearer {token}"}), did

    def _with_mentions(self, server: Server, record: dict[str, object]) -> dict[str, object]:
        facets = record.get("facets")
        if not isinstance(facets, list):
            return record
        kept = []
        for facet in facets:
            [feature] = facet["features"]
            if feature["$type"].endswith("#mention"):
                did = self._did(server, feature["did"])
                if did is None:
                    continue  # nobody of that name: it stays text
                facet = {**facet, "features": [{**feature, "did": did}]}
            kept.append(facet)
        return {**record, "facets": kept} if kept else {name: one for name, one in record.items() if name != "facets"}

    def _did(self, server: Server, handle: str) -> str | None:
        query = urlencode({"handle": handle})
        got = server.ask(
            "GET", f"/xrpc/com.atproto.identity.resolveHandle?{query}", action=f"look up @{handle}", fine=(400, 404)
        )
        return text_in(object_in(got), "did")

    def _receipt(self, uris: Sequence[str]) -> Receipt:
        rkey = uris[0].rpartition("/")[2]
        url = f"{self._options.app.rstrip('/')}/profile/{self._options.handle}/post/{rkey}"
        return Receipt(remote_id=" ".join(uris), url=url)


def _record(text: str, moment: datetime, language: str) -> dict[str, object]:
    """A post without what is embedded in it."""
    record: dict[str, object] = {
        "$type": COLLECTION,
        "text": text,
        "langs": [language],
        "createdAt": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z",
    }
    facets = [
        {"index": {"byteStart": one.start, "byteEnd": one.end}, "features": [_feature(one.kind, one.target)]}
        for one in found_in(text)
    ]
    return {**record, "facets": facets} if facets else record


def _feature(kind: str, target: str) -> Mapping[str, str]:
    name = {"link": "uri", "tag": "tag", "mention": "did"}[kind]
    return {"$type": f"app.bsky.richtext.facet#{kind}", name: target}


def _is_thumb(record: Mapping[str, object], image: Media) -> bool:
    embed = record.get("embed")
    external = embed.get("external") if isinstance(embed, dict) else None
    return isinstance(external, dict) and external.get("thumb") == _BLOB + image.digest


def _filled(value: object, blobs: Mapping[str, object]) -> dict[str, object]:
    """A record with its blobs in place of their digests."""

    def fill(one: object) -> object:
        if isinstance(one, dict):
            return {name: fill(item) for name, item in one.items()}
        if isinstance(one, list):
            return [fill(item) for item in one]
        return blobs.get(one, one) if isinstance(one, str) else one

    made = fill(value)
    assert isinstance(made, dict)
    return made
