"""The two channels of the site itself: the blog's pages and the feeds. Building and deploying publishes on them."""

from __future__ import annotations

from pipeline.channels.contract import Context, Setup
from pipeline.config import PLACEHOLDER_URL
from pipeline.delivery import Artifact, Receipt, digest_of
from pipeline.render.edition import RSS, place


class _OnSite:
    """What both do alike."""

    idempotent = True

    def __init__(self, setup: Setup) -> None:
        self.name = setup.name

    def address(self, context: Context) -> str | None:
        """Where a person sees the entry; None where the site has no address yet, or the entry none of its own."""
        return None if context.config.site.url == PLACEHOLDER_URL else self._absolute(context)

    def render(self, context: Context) -> Artifact:
        """The address; its identity is that of the text that is behind it."""
        entry = context.posted.entry
        address = self.address(context) or ""
        return Artifact(
            media_type="text/uri-list",
            body=f"{address}\r\n".encode() if address else b"",
            text=address,
            digest=digest_of(f"{entry.path}\0{entry.title}\0{entry.body}".encode()),
        )

    def publish(self, artifact: Artifact, *, key: str) -> Receipt:  # noqa: ARG002 (a slot's key changes nothing here)
        """What is built and deployed is out."""
        return Receipt(remote_id=None, url=artifact.text or None)

    def _absolute(self, context: Context) -> str | None:
        raise NotImplementedError


class Blog(_OnSite):
    """An entry's page."""

    def _absolute(self, context: Context) -> str | None:
        return context.posted.place.absolute if context.posted.place else None


class Rss(_OnSite):
    """The feeds of an entry's series."""

    def _absolute(self, context: Context) -> str | None:
        return place(context.edition.site, f"/{context.posted.series.slug}/{RSS}").absolute
