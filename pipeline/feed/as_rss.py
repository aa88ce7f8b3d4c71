"""Write a feed as RSS 2.0 (rssboard.org, 2.0.11) with feedgen, and what feedgen lacks beside it.

No locale and no clock: feedgen's own RSS dates switch the locale of the whole process, so they are not used.
"""

from __future__ import annotations

from functools import partial
from html import escape

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml.etree import _Element

from pipeline.feed.dates import rfc822
from pipeline.feed.elements import child, complete, media_content
from pipeline.feed.model import GENERATOR, TTL, Feed, FeedItem
from pipeline.feed.names import ATOM, DC, HISTORY, MEDIA, SPECIFICATION, TALLEST, WIDEST


def document(feed: Feed) -> bytes:
    """The RSS 2.0 document of a feed."""
    generator = _Rss()
    generator.title(feed.title)
    generator.description(feed.description)
    generator.link(href=feed.rss_url, rel="self", type="application/rss+xml")
    # The last link becomes the channel's <link>.
    generator.link(href=feed.home_url, rel="alternate")
    if feed.language:
        generator.language(feed.language)
    generator.generator(GENERATOR)
    generator.docs(SPECIFICATION)
    generator.ttl(TTL)
    if feed.image:
        width, height = feed.image.width, feed.image.height
        sized = width and height and width <= WIDEST and height <= TALLEST
        generator.image(
            url=feed.image.url,
            title=feed.title,
            link=feed.home_url,
            width=str(width) if sized else None,
            height=str(height) if sized else None,
        )
    generator.register_extension("daycast", partial(_ChannelElements, feed), atom=False)
    for item in feed.items:
        entry = generator.add_entry(order="append")
        entry.title(item.title)
        entry.link(href=item.url)
        entry.guid(item.guid, permalink=item.guid == item.url)
        # Readers take a description for HTML: plain text is escaped once for them, and once more by XML.
        entry.description(escape(item.summary, quote=False), isSummary=True)
        entry.content(item.html, type="CDATA")
        entry.category([{"term": category} for category in item.categories])
        entry.register_extension("daycast", partial(_ItemElements, item, feed.language), atom=False)
    document: bytes = generator.rss_str(pretty=True)
    return document


class _Rss(FeedGenerator):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        # It starts as now() and no method takes it back (feedgen 1.0.0); _ChannelElements writes the right one.
        self._FeedGenerator__rss_lastBuildDate = None


class _ChannelElements(BaseExtension):  # type: ignore[misc]
    def __init__(self, feed: Feed) -> None:
        self._feed = feed

    def extend_ns(self) -> dict[str, str]:
        return {"dc": DC, "fh": HISTORY, "media": MEDIA}

    def extend_rss(self, rss: _Element) -> _Element:
        channel = rss[0]
        if self._feed.hub:
            child(channel, f"{{{ATOM}}}link", href=self._feed.hub, rel="hub")
        if self._feed.items:
            child(channel, "lastBuildDate", rfc822(self._feed.changed))
        if self._feed.complete:
            complete(channel)
        return rss


class _ItemElements(BaseEntryExtension):  # type: ignore[misc]
    def __init__(self, item: FeedItem, feed_language: str) -> None:
        self._item = item
        self._feed_language = feed_language

    def extend_rss(self, element: _Element) -> _Element:
        item = self._item
        child(element, "pubDate", rfc822(item.published))
        if item.updated:
            child(element, f"{{{ATOM}}}updated", item.updated.isoformat())
        if item.author:
            # <author> would have to be an e-mail address.
            child(element, f"{{{DC}}}creator", item.author)
        if item.language and item.language != self._feed_language:
            child(element, f"{{{DC}}}language", item.language)
        if item.image:
            media_content(element, item.image)
        return element
