"""dev.to, and other sites that run Forem: an entry as an article that names its first home.

A second article of the same canonical address is refused by some and taken by others (API v1, unverified 2026-11), so
the account's own articles are looked through before anything is made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from pipeline.channels.contract import Context, Finding, Setup
from pipeline.channels.markdown import markdown_of
from pipeline.channels.web import (
    Server,
    address_of,
    base_of,
    fingerprint_of,
    list_in,
    looked_for,
    needed,
    object_in,
    password_of,
    text_in,
    written,
)
from pipeline.delivery import Artifact, Receipt, digest_of
from pipeline.errors import ChannelError, RejectedError, UnconfirmedError
from pipeline.markdown import uncoloured
from pipeline.patterns import pattern
from pipeline.records import dataclass
from pipeline.render.documents import render_document

#: Of an article: tags, and characters of a title (forem's models, 2026-11).
MOST_TAGS, LONGEST_TITLE = 4, 128
_NOT_IN_A_TAG = pattern(r"[^a-z0-9]")
_PAGE = 100
#: Pages of one's own articles that are looked through.
_MOST_PAGES = 50
_KIND = "application/vnd.forem.api-v1+json"


class ForemChannel:
    """An instance of the channel: one account."""

    idempotent = False

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Options:
        """The keys of ``[channels.forem]``."""

        service: str = "https://dev.to"
        #: The number of an organization to publish under.
        organization: int | None = None
        #: Seconds for one request.
        timeout: int = 30

    def __init__(self, setup: Setup, options: Options) -> None:
        """Raises ConfigError where a key would travel unencrypted."""
        self.name = setup.name
        self._setup = setup
        self._options = options
        self._base = base_of(setup, "service", options.service)

    def render(self, context: Context) -> Artifact:
        """The article as JSON: Markdown with absolute links, series, summary, picture, canonical address, four tags."""
        entry, series = context.posted.entry, context.posted.series
        own: Mapping[str, object] = entry.overrides.get(self.name, {})
        picture = render_document(context.posted, context.edition, context.root, None, uncoloured).picture
        tags = _tags(own.get("hashtags") or entry.tags)
        notes = []
        if tags[MOST_TAGS:]:
            notes.append(f"an article has {MOST_TAGS} tags: {', '.join(tags[MOST_TAGS:])} left out")
        if len(entry.title) > LONGEST_TITLE:
            notes.append(f"a title has {LONGEST_TITLE} characters: '{entry.title[LONGEST_TITLE:]}' left out")
        article: dict[str, object] = {
            "title": entry.title[:LONGEST_TITLE],
            "body_markdown": str(own.get("text") or markdown_of(context)),
            "published": True,
            "series": series.title,
            "description": context.summary,
            "tags": tags[:MOST_TAGS],
        }
        address = address_of(context)
        if address is not None:
            article["canonical_url"] = address
        if picture is not None:
            article["main_image"] = picture.absolute
        if self._options.organization is not None:
            article["organization_id"] = self._options.organization
        body = written({"article": article})
        text = f"{entry.title}\n\n{article['body_markdown']}"
        return Artifact(media_type="application/json", body=body, text=text, digest=digest_of(body), notes=tuple(notes))

    def publish(self, artifact: Artifact, *, key: str) -> Receipt:
        """Publish it, unless the account has it already."""
        before = self.find(artifact, key=key)
        if before is not None:
            return Receipt(remote_id=before.remote_id, url=before.url, note="it was there already")
        unclear = looked_for(key)
        got = self._server().ask(
            "POST",
            "/api/articles",
            action="publish",
            body=artifact.body,
            headers={"Content-Type": "application/json"},
            unclear=unclear,
        )
        receipt = _receipt(object_in(got))
        if receipt is None:
            raise UnconfirmedError(f"publish: Forem answered {got.status} and named no article; {unclear}")
        return receipt

    def find(self, artifact: Artifact, *, key: str) -> Receipt | None:  # noqa: ARG002 (its address is what is looked for)
        """Look through the account's articles for the canonical address; without one, for the title."""
        wanted = json.loads(artifact.body)["article"]
        for one in self._mine():
            same = one.get("canonical_url") == wanted.get("canonical_url")
            if "canonical_url" not in wanted:
                same = one.get("title") == wanted["title"]
            if same and one.get("published") is not False:
                return _receipt(one)
        return None

    def update(self, receipt: Receipt, artifact: Artifact) -> None:
        """Put the article in place of the one that is out."""
        self._server().ask(
            "PUT",
            f"/api/articles/{_id(receipt)}",
            action="update",
            body=artifact.body,
            headers={"Content-Type": "application/json"},
            unclear="it may have been changed: run 'daycast update' again, which does no harm",
        )

    def retract(self, receipt: Receipt) -> None:
        """Make a draft of it again, since the API deletes nothing."""
        self._server().ask(
            "PUT",
            f"/api/articles/{_id(receipt)}",
            action="retract",
            value={"article": {"published": False}},
            unclear="it may be gone: run 'daycast retract' again, which does no harm",
            fine=(404,),
        )

    @property
    def fingerprint(self) -> str:
        """Differs when the key or the site does."""
        return fingerprint_of(password_of(self._setup), self._base)

    def diagnose(self, *, now: datetime, last_day: datetime | None) -> tuple[Finding, ...]:  # noqa: ARG002 (it ends never)
        """Whose key it is."""
        try:
            me = object_in(self._server().ask("GET", "/api/users/me", action="ask who it is"))
        except ChannelError as error:
            return (Finding(level="error", code="no-account", message=str(error)),)
        return (Finding(level="ok", code="account", message=f"publishes as {text_in(me, 'username') or '?'}"),)

    def _server(self) -> Server:
        return Server(
            called="Forem",
            base=self._base,
            headers={"api-key": needed(self._setup, what="API key"), "Accept": _KIND},
            timeout=self._options.timeout,
            clock=self._setup.clock,
        )

    def _mine(self) -> Iterator[Mapping[str, object]]:
        server = self._server()
        for page in range(1, _MOST_PAGES + 1):
            path = f"/api/articles/me/all?per_page={_PAGE}&page={page}"
            found = list_in(server.ask("GET", path, action="look through your articles"))
            yield from found
            if len(found) < _PAGE:
                return


def _tags(names: object) -> list[str]:
    """Of letters and digits alone, as Forem takes them."""
    listed = names if isinstance(names, (list, tuple)) else str(names).split(",")
    made = dict.fromkeys(_NOT_IN_A_TAG.sub("", str(name).lower()) for name in listed)
    return [tag for tag in made if tag]


def _receipt(found: Mapping[str, object]) -> Receipt | None:
    identity = text_in(found, "id")
    return None if identity is None else Receipt(remote_id=identity, url=text_in(found, "url"))


def _id(receipt: Receipt) -> str:
    if receipt.remote_id is None or not receipt.remote_id.isdecimal():
        raise RejectedError(f"the receipt holds '{receipt.remote_id}', which is no article's number: do it by hand")
    return receipt.remote_id
