"""What a feed says, whichever format carries it: clean text, absolute addresses, whole seconds of UTC.

Cleaning is done here, once, so that no character loses a feed and all formats say the same.
"""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.errors import RenderError
from pipeline.feed.characters import line, tags, text
from pipeline.feed.uris import uri
from pipeline.records import dataclass

#: What the documents name as their generator. No version: an upgrade would change every feed's bytes.
GENERATOR = "daycast"
#: Minutes a reader may keep an RSS feed before it asks again.
TTL = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedImage:
    """An image at an absolute address."""

    url: str
    #: ``image/png``.
    media_type: str | None = None
    #: Pixels; None where unknown.
    width: int | None = None
    height: int | None = None
    #: Plain text.
    alt: str | None = None

    def __post_init__(self) -> None:
        """Clean what was given."""
        keep = object.__setattr__
        keep(self, "url", uri(self.url))
        keep(self, "media_type", line(self.media_type or "") or None)
        keep(self, "alt", line(self.alt or "") or None)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedItem:
    """An entry as readers get it.

    Raises RenderError where a date has no zone.
    """

    #: Permanent: a changed one shows the item to every subscriber again. A ``tag:`` URI, or what the writer
    #: stored; the permalink only where it equals ``url``.
    guid: str
    url: str
    #: Plain text; the address where there is none.
    title: str
    published: datetime
    #: None where nothing changed after ``published``.
    updated: datetime | None = None
    #: Plain text; the title where there is none.
    summary: str
    #: The full text, sanitised, every address in it absolute.
    html: str
    author: str = ""
    #: Each once, without ``#``.
    categories: tuple[str, ...] = ()
    image: FeedImage | None = None
    #: BCP 47; None where it is the feed's.
    language: str | None = None

    def __post_init__(self) -> None:
        """Clean what was given."""
        keep = object.__setattr__
        keep(self, "url", uri(self.url))
        keep(self, "guid", line(self.guid) or self.url)
        keep(self, "title", line(self.title) or self.url)
        keep(self, "published", _second(self.published, f"feed item {self.guid}: published"))
        if self.updated is not None:
            updated = _second(self.updated, f"feed item {self.guid}: updated")
            keep(self, "updated", updated if updated > self.published else None)
        keep(self, "summary", line(self.summary) or self.title)
        keep(self, "html", text(self.html))
        keep(self, "author", line(self.author))
        keep(self, "categories", tags(self.categories))
        keep(self, "language", _language(self.language or "") or None)

    @property
    def changed(self) -> datetime:
        """When what it says last changed."""
        return self.updated or self.published


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A channel and its items, newest first.

    Raises RenderError where ``started`` has no zone.
    """

    title: str
    #: Plain text; the title where there is none.
    description: str
    #: The HTML page it is the feed of.
    home_url: str
    #: BCP 47.
    language: str
    author: str
    #: A ``tag:`` URI of the feed itself.
    id: str
    #: Where each format is published.
    rss_url: str
    atom_url: str
    json_url: str
    #: A WebSub hub.
    hub: str | None = None
    items: tuple[FeedItem, ...]
    #: The series is finished and all of it is in here (RFC 5005 §2).
    complete: bool = False
    image: FeedImage | None = None
    #: The date of a feed that has no item yet.
    started: datetime

    def __post_init__(self) -> None:
        """Clean what was given."""
        keep = object.__setattr__
        for name in ("home_url", "rss_url", "atom_url", "json_url"):
            keep(self, name, uri(getattr(self, name)))
        keep(self, "hub", uri(self.hub or "") or None)
        keep(self, "id", line(self.id))
        keep(self, "title", line(self.title) or self.home_url)
        keep(self, "description", line(self.description) or self.title)
        keep(self, "author", line(self.author))
        keep(self, "language", _language(self.language))
        keep(self, "started", _second(self.started, f"feed {self.id}: started"))

    @property
    def changed(self) -> datetime:
        """When what it says last changed: the newest date of an item, never the clock's."""
        return max((item.changed for item in self.items), default=self.started)


def _second(moment: datetime, place: str) -> datetime:
    if moment.utcoffset() is None:
        raise RenderError(f"{place} is {moment.isoformat()}, which names no zone; give it one, such as UTC")
    return moment.astimezone(UTC).replace(microsecond=0)


def _language(code: str) -> str:
    # `en_GB` is a locale's name; feeds want BCP 47's `en-GB`.
    return line(code).replace("_", "-")
