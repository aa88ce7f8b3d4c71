"""Feeds for the tests: a full one, an empty one, and whatever a test wants to be different."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from lxml import etree

from pipeline.feed import Feed, FeedImage, FeedItem, guid

AUTHORITY = "example.org,2026"
HOME = "https://example.org/genai/"
#: When the sample's Day 1 came out.
FIRST = datetime(2026, 10, 19, 7, 0, tzinfo=UTC)
NAMES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "fh": "http://purl.org/syndication/history/1.0",
    "media": "http://search.yahoo.com/mrss/",
}


def item(day: int = 1, **changes: Any) -> FeedItem:
    """Day ``day`` of the sample series."""
    values: dict[str, Any] = {
        "guid": guid(AUTHORITY, "genai", f"day-{day:02d}"),
        "url": f"{HOME}day-{day}/",
        "title": f"Day {day}",
        "published": FIRST + timedelta(days=day - 1),
        "summary": f"What day {day} is about.",
        "html": f"<p>Day {day}, in full.</p>",
        "author": "Ada Example",
    }
    return FeedItem(**{**values, **changes})


def feed(*items: FeedItem, **changes: Any) -> Feed:
    """The sample series with these items."""
    values: dict[str, Any] = {
        "title": "30 days of generative AI",
        "description": "One idea a day.",
        "home_url": HOME,
        "language": "en-GB",
        "author": "Ada Example",
        "id": guid(AUTHORITY, "genai", "feed"),
        "rss_url": f"{HOME}feed.xml",
        "atom_url": f"{HOME}atom.xml",
        "json_url": f"{HOME}feed.json",
        "items": items,
        "started": datetime(2026, 10, 19, tzinfo=UTC),
    }
    return Feed(**{**values, **changes})


def full() -> Feed:
    """A finished series that uses every field and is hard to write."""
    return feed(
        item(
            3,
            guid=f"{HOME}day-3/",
            title="تعلم الآلة ببساطة",
            summary="اليوم الثالث: 2 < 3 & Vec<T>",
            html='<p dir="rtl" lang="ar">مرحبا 👩‍💻</p>',
            language="ar",
            categories=("ذكاء",),
        ),
        item(
            2,
            title="Vec<T> & friends: 2 < 3 👩‍💻",
            summary="Why Vec<T> is not &lt;T&gt;, and 2 < 3.",
            html='<p>Fish &amp; chips</p>\n<pre><code>if (a[b[0]]&gt;c) { x = "]]>"; }</code></pre>',
            updated=FIRST + timedelta(days=9, hours=1),
            categories=("AI", "C++ & Rust"),
            image=FeedImage(
                url=f"{HOME}day-2/vector.png", media_type="image/png", width=1200, height=630, alt='A "Vec<T>" & co'
            ),
        ),
        item(1, image=FeedImage(url="https://images.example/one.jpg")),
        hub="https://hub.example/",
        complete=True,
        image=FeedImage(url="https://example.org/logo.png", media_type="image/png", width=144, height=144),
    )


def first(document: bytes, path: str) -> etree._Element:
    """The first element at a path with the prefixes of ``NAMES``. Raises LookupError where there is none."""
    for element in every(document, path):
        return element
    raise LookupError(f"no {path} in {document.decode()}")


def every(document: bytes, path: str) -> list[etree._Element]:
    """The elements at a path."""
    return etree.fromstring(document).findall(path, NAMES)


def texts(document: bytes, path: str) -> list[str]:
    """The texts of the elements at a path."""
    return [element.text or "" for element in every(document, path)]
