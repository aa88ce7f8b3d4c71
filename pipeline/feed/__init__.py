"""Feeds of one model in three formats: RSS 2.0, Atom and JSON Feed.

All hold the same items, ids, dates and bodies in the same order, and the same feed gives the same bytes.
RSS and Atom are written twice: by feedgen, which says what is right (``as_rss``, ``as_atom``), and byte for byte the
same without it (``direct``), which is what a build uses.
"""

from __future__ import annotations

from pipeline.feed import direct
from pipeline.feed.model import Feed, FeedImage, FeedItem
from pipeline.feed.uris import guid
from pipeline.records import replace

__all__ = ["Feed", "FeedImage", "FeedItem", "atom", "guid", "item_document", "json_feed", "rss"]


def rss(feed: Feed) -> bytes:
    """The feed as RSS 2.0 (``application/rss+xml``), UTF-8."""
    if _usual(feed):
        return direct.rss(feed)
    from pipeline.feed.as_rss import document

    return document(feed)


def atom(feed: Feed) -> bytes:
    """The feed as Atom (``application/atom+xml``), UTF-8."""
    if _usual(feed):
        return direct.atom(feed)
    from pipeline.feed.as_atom import document

    return document(feed)


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed 1.1 (``application/feed+json``), UTF-8."""
    from pipeline.feed.as_json import document

    return document(feed)


def item_document(feed: Feed, item: FeedItem) -> bytes:
    """One item as an RSS document of its own, under the channel of its feed."""
    return rss(replace(feed, items=(item,), complete=False))


def _usual(feed: Feed) -> bool:
    """Whether nothing is without an address: else feedgen leaves out an element here and there, or refuses."""
    images = [feed.image, *(item.image for item in feed.items)]
    addresses = (feed.id, feed.home_url, feed.rss_url, feed.atom_url, *(item.url for item in feed.items))
    return all(addresses) and all(image.url for image in images if image is not None)
