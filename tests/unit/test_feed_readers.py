"""Feed readers, each written by somebody else, read what the feed says."""

from __future__ import annotations

from calendar import timegm
from collections.abc import Callable
from datetime import UTC, datetime
from time import struct_time
from typing import Any

import atoma
import fastfeedparser
import feedparser
import pytest

from pipeline.feed import Feed, atom, json_feed, rss
from tests.feed_samples import HOME, feed, full, item

# atoma 0.0.17 asks elements for their truth value, which Python 3.12 and later deprecate.
pytestmark = pytest.mark.filterwarnings("ignore:Testing an element's truth value:DeprecationWarning:atoma")

XML = pytest.mark.parametrize("write", [rss, atom], ids=["rss", "atom"])


def read(document: bytes, *, sanitize: bool = False) -> Any:
    """What feedparser finds, without the repairs it makes to HTML unless asked for."""
    return feedparser.parse(document, sanitize_html=sanitize, resolve_relative_uris=False)


def moment(parsed: struct_time) -> datetime:
    return datetime.fromtimestamp(timegm(parsed), UTC)


@XML
def test_feedparser_has_nothing_to_complain_about(write: Callable[[Feed], bytes]) -> None:
    assert not read(write(full())).bozo


@XML
def test_feedparser_has_nothing_to_complain_about_in_an_empty_feed(write: Callable[[Feed], bytes]) -> None:
    assert not read(write(feed())).bozo


@XML
def test_feedparser_reads_every_item(write: Callable[[Feed], bytes]) -> None:
    made = full()
    assert [
        (
            entry.id,
            entry.link,
            entry.title,
            moment(entry.published_parsed),
            moment(entry.updated_parsed if "updated" in entry else entry.published_parsed),
            entry.content[0].value,
            entry.author,
            tuple(tag.term for tag in entry.get("tags", ())),
        )
        for entry in read(write(made)).entries
    ] == [
        (
            each.guid,
            each.url,
            each.title,
            each.published,
            each.changed,
            each.html,
            each.author,
            each.categories,
        )
        for each in made.items
    ]


@XML
def test_feedparser_reads_the_channel(write: Callable[[Feed], bytes]) -> None:
    made = full()
    channel = read(write(made)).feed
    assert (channel.title, channel.link, channel.subtitle, channel.language, channel.generator) == (
        made.title,
        made.home_url,
        made.description,
        made.language,
        "daycast",
    )


@XML
def test_feedparser_finds_the_hub(write: Callable[[Feed], bytes]) -> None:
    links = read(write(full())).feed.links
    assert [link.href for link in links if link.rel == "hub"] == ["https://hub.example/"]


@XML
def test_feedparser_finds_the_lead_image(write: Callable[[Feed], bytes]) -> None:
    images = [entry.get("media_content") for entry in read(write(full())).entries]
    assert [image and image[0]["url"] for image in images] == [
        None,
        f"{HOME}day-2/vector.png",
        "https://images.example/one.jpg",
    ]


@XML
def test_a_summary_survives_a_reader_that_removes_unsafe_html(write: Callable[[Feed], bytes]) -> None:
    shown = read(write(feed(item(summary="Vec<T> and 2 < 3"))), sanitize=True).entries[0]
    escaped = "Vec&lt;T&gt; and 2 &lt; 3"
    expected = {"text/html": escaped, "text/plain": "Vec<T> and 2 < 3"}
    assert shown.summary == expected[shown.summary_detail.type]


def by_atoma(document: bytes, write: Callable[[Feed], bytes]) -> list[tuple[Any, ...]]:
    if write is rss:
        return [
            (each.guid, each.link, each.title, each.pub_date, each.content_encoded)
            for each in atoma.parse_rss_bytes(document).items
        ]
    if write is atom:
        return [
            (each.id_, each.links[0].href, each.title.value, each.published, each.content.value)
            for each in atoma.parse_atom_bytes(document).entries
        ]
    return [
        (each.id_, each.url, each.title, each.date_published, each.content_html)
        for each in atoma.parse_json_feed_bytes(document).items
    ]


@pytest.mark.parametrize("write", [rss, atom, json_feed], ids=["rss", "atom", "json"])
def test_atoma_reads_every_item(write: Callable[[Feed], bytes]) -> None:
    made = full()
    assert by_atoma(write(made), write) == [
        (each.guid, each.url, each.title, each.published, each.html) for each in made.items
    ]


@pytest.mark.parametrize("write", [rss, atom, json_feed], ids=["rss", "atom", "json"])
def test_atoma_reads_an_empty_feed(write: Callable[[Feed], bytes]) -> None:
    assert by_atoma(write(feed()), write) == []


@pytest.mark.parametrize("write", [rss, atom, json_feed], ids=["rss", "atom", "json"])
def test_fastfeedparser_reads_every_item(write: Callable[[Feed], bytes]) -> None:
    made = full()
    assert [
        (each.id, each.link, each.title, datetime.fromisoformat(each.published), each.content[0]["value"])
        for each in fastfeedparser.parse(write(made)).entries
    ] == [(each.guid, each.url, each.title, each.published, each.html) for each in made.items]
