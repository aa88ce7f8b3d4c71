"""Whatever a writer types, three documents parse and agree."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from html import unescape
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from pipeline.feed import Feed, FeedImage, FeedItem, as_atom, as_rss, atom, direct, guid, json_feed, rss
from pipeline.records import replace
from tests.feed_samples import NAMES, feed, full

#: Surrogates too: a file name or an escape in front matter can bring them in.
ANYTHING = st.text(
    st.one_of(
        st.characters(exclude_categories=()),
        st.sampled_from("<>&\"']]>\r\n\t\x00\x0b\x1b\x7f\x85\ud800\ufffe\u202e\u2067\u2069#% 👩\u200d💻م"),
    )
)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
MOMENTS = st.datetimes(datetime.fromisoformat("1990-01-02"), datetime.fromisoformat("2200-01-01"), timezones=ZONES)


@st.composite
def items(draw: st.DrawFn) -> FeedItem:
    """An item of anything at all."""
    return FeedItem(
        guid=guid("example.org,2026", draw(ANYTHING), draw(ANYTHING)),
        url="https://example.org/" + draw(ANYTHING),
        title=draw(ANYTHING),
        published=draw(MOMENTS),
        updated=draw(st.none() | MOMENTS),
        summary=draw(ANYTHING),
        html=draw(ANYTHING),
        author=draw(ANYTHING),
        categories=tuple(draw(st.lists(ANYTHING, max_size=3))),
        language=draw(st.sampled_from([None, "en-GB", "ar"])),
    )


@st.composite
def feeds(draw: st.DrawFn) -> Feed:
    """A feed of anything at all."""
    return feed(
        *draw(st.lists(items(), max_size=3)),
        title=draw(ANYTHING),
        description=draw(ANYTHING),
        author=draw(ANYTHING),
        complete=draw(st.booleans()),
    )


def of_model(made: Feed) -> list[dict[str, Any]]:
    return [
        {
            "id": each.guid,
            "url": each.url,
            "title": each.title,
            "published": each.published,
            "updated": each.updated,
            "summary": each.summary,
            "html": each.html,
            "author": each.author or None,
            "tags": list(each.categories),
        }
        for each in made.items
    ]


def text(element: etree._Element, path: str) -> str | None:
    found = element.find(path, NAMES)
    return None if found is None else found.text or ""


def date(written: str | None) -> datetime | None:
    return None if written is None else datetime.fromisoformat(written)


def of_rss(document: bytes) -> list[dict[str, Any]]:
    return [
        {
            "id": text(each, "guid"),
            "url": text(each, "link"),
            "title": text(each, "title"),
            "published": datetime.strptime(text(each, "pubDate") or "", "%a, %d %b %Y %H:%M:%S %z"),
            "updated": date(text(each, "atom:updated")),
            "summary": unescape(text(each, "description") or ""),
            "html": text(each, "content:encoded"),
            "author": text(each, "dc:creator"),
            "tags": [tag.text for tag in each.findall("category")],
        }
        for each in etree.fromstring(document).findall("channel/item")
    ]


def of_atom(document: bytes) -> list[dict[str, Any]]:
    made = []
    for each in etree.fromstring(document).findall("atom:entry", NAMES):
        published, updated = date(text(each, "atom:published")), date(text(each, "atom:updated"))
        link = each.find("atom:link", NAMES)
        made.append(
            {
                "id": text(each, "atom:id"),
                "url": None if link is None else link.get("href"),
                "title": text(each, "atom:title"),
                "published": published,
                "updated": None if updated == published else updated,
                "summary": text(each, "atom:summary"),
                "html": text(each, "atom:content"),
                "author": text(each, "atom:author/atom:name"),
                "tags": [tag.get("term") for tag in each.findall("atom:category", NAMES)],
            }
        )
    return made


def of_json(document: bytes) -> list[dict[str, Any]]:
    return [
        {
            "id": each["id"],
            "url": each["url"],
            "title": each["title"],
            "published": date(each["date_published"]),
            "updated": date(each.get("date_modified")),
            "summary": each["summary"],
            "html": each["content_html"],
            "author": each.get("authors", [{"name": None}])[0]["name"],
            "tags": each.get("tags", []),
        }
        for each in json.loads(document)["items"]
    ]


@given(feeds())
def test_three_documents_parse_and_agree(made: Feed) -> None:
    expected = of_model(made)
    assert (of_rss(rss(made)), of_atom(atom(made)), of_json(json_feed(made))) == (expected, expected, expected)


@given(ANYTHING, ANYTHING)
def test_an_id_is_ascii_without_space(series_id: str, key: str) -> None:
    made = guid("example.org,2026", series_id, key)
    assert made.isascii()
    assert made.split() == [made]


@given(ANYTHING)
def test_cleaning_what_is_clean_changes_nothing(anything: str) -> None:
    def made(value: str) -> FeedItem:
        return FeedItem(
            guid=value,
            url="https://example.org/" + value,
            title=value,
            published=datetime(2026, 10, 19, tzinfo=UTC),
            summary=value,
            html=value,
        )

    once = made(anything)
    assert (made(once.title).title, made(once.html).html) == (once.title, once.html)


@given(ANYTHING)
def test_encoding_an_address_twice_changes_nothing(anything: str) -> None:
    once = feed(home_url="https://example.org/" + anything).home_url
    assert feed(home_url=once).home_url == once


IMAGES = st.builds(
    FeedImage,
    url=ANYTHING,
    media_type=st.none() | ANYTHING,
    width=st.none() | st.integers(0, 500),
    height=st.none() | st.integers(0, 500),
    alt=st.none() | ANYTHING,
)


@st.composite
def any_feeds(draw: st.DrawFn) -> Feed:
    """A feed in which every field may be anything."""
    made = draw(feeds())
    changes: dict[str, Any] = {
        "items": tuple(
            replace(
                each,
                image=draw(st.none() | IMAGES),
                guid=draw(st.just(each.guid) | st.just(each.url) | ANYTHING),
                url=draw(st.just(each.url) | ANYTHING),
                language=draw(st.none() | st.just("en-GB") | ANYTHING),
            )
            for each in made.items
        ),
        "image": draw(st.none() | IMAGES),
        "hub": draw(st.none() | ANYTHING),
        "language": draw(st.just("en-GB") | ANYTHING),
        "home_url": draw(st.just(made.home_url) | ANYTHING),
        "rss_url": draw(st.just(made.rss_url) | ANYTHING),
        "atom_url": draw(st.just(made.atom_url) | ANYTHING),
    }
    return replace(made, **changes)


def outcome(write: Callable[[Feed], bytes], made: Feed) -> bytes | str:
    try:
        return write(made)
    except ValueError as error:
        return str(error)


@given(any_feeds())
@settings(deadline=None)
def test_both_ways_to_write_a_feed_give_the_same_bytes(made: Feed) -> None:
    assert outcome(rss, made) == outcome(as_rss.document, made)
    assert outcome(atom, made) == outcome(as_atom.document, made)


def test_no_feed_of_a_site_needs_the_slow_way() -> None:
    made = full()
    assert direct.rss(made) == as_rss.document(made)
    assert direct.atom(made) == as_atom.document(made)
    code = (
        "import sys, datetime as d; from pipeline.feed import *; t = d.datetime(2026, 1, 1, tzinfo=d.UTC);"
        "i = FeedItem(guid='g', url='https://x/1', title='t', published=t, summary='s', html='h');"
        "f = Feed(title='t', description='d', home_url='https://x/', language='en', author='a', id='i', items=(i,),"
        "rss_url='https://x/r', atom_url='https://x/a', json_url='https://x/j', started=t);"
        "rss(f), atom(f), json_feed(f); print('feedgen' in sys.modules, 'lxml' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "False False\n"
