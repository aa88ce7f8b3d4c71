"""Write a feed as JSON Feed 1.1 (jsonfeed.org, 2020-08-07)."""

from __future__ import annotations

import json

from pipeline.feed.model import Feed, FeedItem

_VERSION = "https://jsonfeed.org/version/1.1"


def document(feed: Feed) -> bytes:
    """The JSON Feed document of a feed, one item a line."""
    channel: dict[str, object] = {
        "version": _VERSION,
        "title": feed.title,
        "home_page_url": feed.home_url,
        "feed_url": feed.json_url,
        "description": feed.description,
    }
    if feed.image:
        channel["icon"] = feed.image.url
    if feed.author:
        channel["authors"] = [{"name": feed.author}]
    if feed.language:
        channel["language"] = feed.language
    if feed.hub:
        channel["hubs"] = [{"type": "WebSub", "url": feed.hub}]
    head = ",\n".join(f"{_text(name)}: {_text(value)}" for name, value in channel.items())
    # Item by item: with `indent` the standard library leaves its encoder in C.
    items = ",\n".join(_text(_item(item, feed.language)) for item in feed.items)
    listed = f"[\n{items}\n]" if items else "[]"
    return f'{{\n{head},\n"items": {listed}\n}}\n'.encode()


def _item(item: FeedItem, feed_language: str) -> dict[str, object]:
    made: dict[str, object] = {
        "id": item.guid,
        "url": item.url,
        "title": item.title,
        "content_html": item.html,
        "summary": item.summary,
    }
    if item.image:
        made["image"] = item.image.url
    made["date_published"] = item.published.isoformat()
    if item.updated:
        made["date_modified"] = item.updated.isoformat()
    if item.author:
        made["authors"] = [{"name": item.author}]
    if item.categories:
        made["tags"] = list(item.categories)
    if item.language and item.language != feed_language:
        made["language"] = item.language
    return made


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
