"""WordPress: an entry as a post, in two steps: a draft under our slug, then ``publish``.

A server that has the slug already silently takes ``day-2-2`` (seen on 6.1, 2026-11), so it is looked for before
anything is made; a mark in the post's text tells ours from others. The second step may be made again without harm.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from pipeline.channels.contract import Context, Finding, Setup
from pipeline.channels.short import card_picture
from pipeline.channels.web import (
    Server,
    address_of,
    base_of,
    fingerprint_of,
    key_of,
    list_in,
    needed,
    object_in,
    password_of,
    text_in,
    written,
)
from pipeline.delivery import Artifact, Media, Receipt, digest_of
from pipeline.errors import ChannelError, NotSentError, RejectedError
from pipeline.markdown import uncoloured
from pipeline.records import dataclass, replace
from pipeline.render.documents import media_type, render_document
from pipeline.render.escape import escaped

_API = "/wp-json/wp/v2"
_ANY = "publish,future,draft,pending,private"


class WordPressChannel:
    """An instance of the channel: one user of one site."""

    #: What is frozen names the draft; to publish it twice is to publish it once.
    idempotent = True

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Options:
        """The keys of ``[channels.wordpress]``."""

        url: str
        user: str
        #: Names or numbers that every entry gets, beside its own.
        categories: tuple[str | int, ...] = ()
        #: Whether a last line leads to the entry's own address.
        origin: bool = True
        #: Seconds for one request.
        timeout: int = 60

    def __init__(self, setup: Setup, options: Options) -> None:
        """Raises ConfigError where a password would travel unencrypted."""
        self.name = setup.name
        self._setup = setup
        self._options = options
        self._base = base_of(setup, "url", options.url)

    def render(self, context: Context) -> Artifact:
        """The post as JSON, with names in place of numbers."""
        entry = context.posted.entry
        own: Mapping[str, object] = entry.overrides.get(self.name, {})
        rendered = render_document(context.posted, context.edition, context.root, None, uncoloured)
        address = address_of(context)
        content = rendered.document.feed_html
        if address is not None and self._options.origin:
            shown = escaped(address.partition("://")[2].rstrip("/"))
            content += f'<p><a href="{escaped(address)}" rel="canonical">{shown}</a></p>\n'
        picture = card_picture(context)
        post: dict[str, object] = {
            "title": entry.title,
            "slug": str(own.get("slug") or entry.slug),
            "content": f"{content}{_mark(key_of(context, self.name))}",
            "excerpt": context.summary,
            "date_gmt": context.posted.due.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
            "categories": list(dict.fromkeys([*self._options.categories, *entry.category])),
            "tags": list(entry.tags),
            "featured": picture.digest if picture else None,
        }
        body = written(post)
        seen = {name: value for name, value in post.items() if name != "date_gmt"}
        return Artifact(
            media_type="application/json",
            body=body,
            text=f"{entry.title}\n\n{rendered.document.text}",
            digest=digest_of(written(seen)),
            media=(picture,) if picture else (),
        )

    def prepare(self, artifact: Artifact, *, key: str, root: Path) -> Artifact:
        """Upload the picture, find or make categories and tags, and put the post there as a draft."""
        server = self._server()
        # A user that is none may ask for less, and is told so in other words.
        server.ask("GET", f"{_API}/users/me", action="sign in")
        post = json.loads(artifact.body)
        made = {name: post[name] for name in ("title", "slug", "content", "excerpt", "date_gmt")}
        made["categories"] = [self._term(server, "categories", one) for one in post["categories"]]
        made["tags"] = [self._term(server, "tags", one) for one in post["tags"]]
        if artifact.media:
            made["featured_media"] = self._picture(server, artifact.media[0], root)
        known = self._known(server, post["slug"], key)
        if known is None:
            got = object_in(
                server.ask("POST", f"{_API}/posts", action="make a draft", value={**made, "status": "draft"})
            )
        elif text_in(known, "status") == "publish":
            got = dict(known)  # out already: nothing of it is changed by publishing it
        else:
            path = f"{_API}/posts/{text_in(known, 'id')}"
            got = object_in(server.ask("POST", path, action="change the draft", value=made))
        number = text_in(got, "id")
        if number is None:
            raise NotSentError("make a draft: WordPress named no post")
        slug = text_in(got, "slug") or text_in(got, "generated_slug")
        if slug and slug != post["slug"]:
            server.ask("DELETE", f"{_API}/posts/{number}?force=true", action="take the draft back", fine=(404, 410))
            raise RejectedError(
                f"make a draft: the slug '{post['slug']}' is taken there, WordPress would make it '{slug}'"
            )
        return replace(artifact, body=written({"id": int(number), "post": made}))

    def publish(self, artifact: Artifact, *, key: str) -> Receipt:
        """Publish the draft; again, if need be."""
        asked = json.loads(artifact.body)
        unclear = f"it is tried again, which does no harm; or 'daycast resolve {key} --published URL'"
        got = self._server().ask(
            "POST",
            f"{_API}/posts/{asked['id']}",
            action="publish",
            value={"status": "publish"},
            unclear=unclear,
        )
        found = object_in(got)
        if text_in(found, "status") == "future":
            note = "WordPress's clock is behind: it publishes the post when its own says so"
            return Receipt(remote_id=str(asked["id"]), url=text_in(found, "link"), note=note)
        return Receipt(remote_id=str(asked["id"]), url=text_in(found, "link"))

    def find(self, artifact: Artifact, *, key: str) -> Receipt | None:  # noqa: ARG002 (its number is in the body)
        """Look whether the draft is out."""
        number = json.loads(artifact.body).get("id")
        if number is None:
            return None
        path = f"{_API}/posts/{number}?context=edit"
        got = self._server().ask("GET", path, action="look for the post", fine=(404, 410))
        found = object_in(got)
        if got.status != 200 or text_in(found, "status") != "publish":
            return None
        return Receipt(remote_id=str(number), url=text_in(found, "link"))

    def update(self, receipt: Receipt, artifact: Artifact) -> None:
        """Put title, text and excerpt in place of those that are out; its address stays."""
        post = json.loads(artifact.body)
        server = self._server()
        value = {name: post[name] for name in ("title", "content", "excerpt")}
        value["categories"] = [self._term(server, "categories", one) for one in post["categories"]]
        value["tags"] = [self._term(server, "tags", one) for one in post["tags"]]
        server.ask(
            "POST",
            f"{_API}/posts/{_id(receipt)}",
            action="update",
            value=value,
            unclear="it may have been changed: run 'daycast update' again, which does no harm",
        )

    def retract(self, receipt: Receipt) -> None:
        """Put the post into the bin; that it is gone already is no error."""
        self._server().ask(
            "DELETE",
            f"{_API}/posts/{_id(receipt)}",
            action="retract",
            unclear="it may be gone: run 'daycast retract' again, which does no harm",
            fine=(404, 410),
        )

    @property
    def fingerprint(self) -> str:
        """Differs when the password, the user or the site does."""
        return fingerprint_of(password_of(self._setup), self._options.user, self._base)

    def diagnose(self, *, now: datetime, last_day: datetime | None) -> tuple[Finding, ...]:  # noqa: ARG002 (it ends never)
        """Whether the user may publish."""
        try:
            me = object_in(self._server().ask("GET", f"{_API}/users/me?context=edit", action="ask who it is"))
        except ChannelError as error:
            return (Finding(level="error", code="no-account", message=str(error)),)
        may = me.get("capabilities")
        if isinstance(may, dict) and not may.get("publish_posts"):
            message = f"{self._options.user} may not publish: give the user the role of an author or editor"
            return (Finding(level="error", code="role", message=message),)
        return (
            Finding(level="ok", code="account", message=f"publishes as {text_in(me, 'name') or self._options.user}"),
        )

    def _server(self) -> Server:
        # An application password is shown with spaces and works with and without them.
        secret = f"{self._options.user}:{needed(self._setup, what='application password')}"
        return Server(
            called="WordPress",
            base=self._base,
            headers={"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"},
            timeout=self._options.timeout,
            clock=self._setup.clock,
        )

    def _known(self, server: Server, slug: str, key: str) -> Mapping[str, object] | None:
        """Our own post of that slug, whatever became of it. Raises RejectedError where the slug is somebody else's."""
        query = urlencode({"slug": slug, "status": _ANY, "context": "edit"})
        found = list_in(server.ask("GET", f"{_API}/posts?{query}", action="look for the slug"))
        for one in found:
            if _mark(key) in (text_in(one, "content", "raw") or ""):
                return one
        if found:
            raise RejectedError(f"look for the slug: '{slug}' is another post's there: {text_in(found[0], 'link')}")
        return None

    def _term(self, server: Server, kind: str, wanted: str | int) -> int:
        """The number of a category or tag, which is made where there is none of that name.

        Digits are a category's number, as other tools export it; of a tag they are a name first (``2026``).
        """
        if isinstance(wanted, int) or (wanted.isdecimal() and kind == "categories"):
            return int(wanted)
        query = urlencode({"search": wanted, "per_page": 100})
        found = list_in(server.ask("GET", f"{_API}/{kind}?{query}", action=f"look for '{wanted}'"))
        for one in found:
            if _folded(text_in(one, "name") or "") == _folded(wanted):
                return int(text_in(one, "id") or 0)
        if wanted.isdecimal():
            got = server.ask("GET", f"{_API}/{kind}/{wanted}", action=f"look for '{wanted}'", fine=(404,))
            if got.status == 200:
                return int(wanted)
        got = server.ask("POST", f"{_API}/{kind}", action=f"make '{wanted}'", value={"name": wanted}, fine=(400,))
        made = object_in(got)
        number = text_in(made, "id") or text_in(made, "data", "term_id")  # of one that is there under another spelling
        if number is None:
            raise RejectedError(f"make '{wanted}': WordPress answered {got.status} ({text_in(made, 'message') or '?'})")
        return int(number)

    def _picture(self, server: Server, image: Media, root: Path) -> int:
        """The number of a picture in the library, which is uploaded where it is not there yet."""
        slug = f"daycast-{image.digest[:16]}"
        query = urlencode({"slug": slug, "context": "edit"})
        found = list_in(server.ask("GET", f"{_API}/media?{query}", action=f"look for {image.source}"))
        if found:
            return int(text_in(found[0], "id") or 0)
        ending = image.source.rpartition(".")[2].lower()
        got = server.ask(
            "POST",
            f"{_API}/media",
            action=f"upload {image.source}",
            body=(root / image.source).read_bytes(),
            headers={
                "Content-Type": media_type(image.source) or "application/octet-stream",
                "Content-Disposition": f'attachment; filename="{slug}.{ending}"',
            },
        )
        number = text_in(object_in(got), "id")
        if number is None:
            raise NotSentError(f"upload {image.source}: WordPress named no picture")
        server.ask("POST", f"{_API}/media/{number}", action=f"describe {image.source}", value={"alt_text": image.alt})
        return int(number)


def _mark(key: str) -> str:
    """A comment at the end of a post, by which it is ours."""
    return f"<!-- daycast {hashlib.sha256(key.encode()).hexdigest()[:24]} -->"


def _folded(text: str) -> str:
    import html

    return " ".join(html.unescape(text).split()).casefold()


def _id(receipt: Receipt) -> str:
    if receipt.remote_id is None or not receipt.remote_id.isdecimal():
        raise RejectedError(f"the receipt holds '{receipt.remote_id}', which is no post's number: do it by hand")
    return receipt.remote_id
