"""Write a feed as Atom (RFC 4287) with feedgen, and what feedgen lacks beside it."""

from __future__ import annotations

from functools import partial

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from feedgen.feed import FeedGenerator
from lxml.etree import _Element

from pipeline.feed.elements import complete, media_content
from pipeline.feed.model import GENERATOR, Feed, FeedItem
from pipeline.feed.names import HISTORY, MEDIA

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def document(feed: Feed) -> bytes:
    """The Atom document of a feed.

    RFC 4287 demands an author: where the feed has none, its title stands in.
    """
    generator = FeedGenerator()
    generator.id(feed.id)
    generator.title(feed.title)
    generator.subtitle(feed.description)
    generator.updated(feed.changed)
    generator.author(name=feed.author or feed.title)
    generator.link(href=feed.atom_url, rel="self", type="application/atom+xml")
    if feed.hub:
        generator.link(href=feed.hub, rel="hub")
    generator.link(href=feed.home_url, rel="alternate", type="text/html")
    if feed.language:
        generator.language(feed.language)
    generator.generator(GENERATOR)
    if feed.image:
        generator.logo(feed.image.url)
    generator.register_extension("daycast", partial(_FeedElements, feed), rss=False)
    for item in feed.items:
        entry = generator.add_entry(order="append")
        entry.id(item.guid)
        entry.title(item.title)
        entry.updated(item.changed)
        entry.published(item.published)
        # One link only: feedgen 1.0.0 writes every entry link without its rel and type.
        entry.link(href=item.url)
        if item.author:
            entry.author(name=item.author)
        entry.summary(item.summary)
        entry.content(item.html, type="html")
        entry.category([{"term": category} for category in item.categories])
        entry.register_extension("daycast", partial(_EntryElements, item, feed.language), rss=False)
    document: bytes = generator.atom_str(pretty=True)
    return document


class _FeedElements(BaseExtension):  # type: ignore[misc]
    def __init__(self, feed: Feed) -> None:
        self._feed = feed

    def extend_ns(self) -> dict[str, str]:
        return {"fh": HISTORY, "media": MEDIA}

    def extend_atom(self, element: _Element) -> _Element:
        if self._feed.complete:
            complete(element)
        return element


class _EntryElements(BaseEntryExtension):  # type: ignore[misc]
    def __init__(self, item: FeedItem, feed_language: str) -> None:
        self._item = item
        self._feed_language = feed_language

    def extend_atom(self, element: _Element) -> _Element:
        item = self._item
        if item.language and item.language != self._feed_language:
            element.set(_XML_LANG, item.language)
        if item.image:
            media_content(element, item.image)
        return element
