"""Three formats, one feed: the same items, ids, dates and texts, the same bytes each time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest

from pipeline.feed import Feed, atom, json_feed, rss
from tests.feed_samples import feed, full, item, texts

WRITERS = {"rss": rss, "atom": atom, "json": json_feed}
every_format = pytest.mark.parametrize("write", WRITERS.values(), ids=WRITERS.keys())


@every_format
def test_the_same_feed_gives_the_same_bytes(write: Callable[[Feed], bytes]) -> None:
    assert write(full()) == write(full())


@every_format
def test_threads_do_not_disturb_each_other(write: Callable[[Feed], bytes]) -> None:
    expected = write(full())
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: write(full()), range(16))) == {expected}


def test_every_format_holds_the_same_ids_in_the_same_order() -> None:
    made = full()
    ids = [each.guid for each in made.items]
    assert (
        texts(rss(made), "channel/item/guid"),
        texts(atom(made), "atom:entry/atom:id"),
        [each["id"] for each in json.loads(json_feed(made))["items"]],
    ) == (ids, ids, ids)


def test_every_format_holds_the_same_full_texts() -> None:
    made = full()
    bodies = [each.html for each in made.items]
    assert (
        texts(rss(made), "channel/item/content:encoded"),
        texts(atom(made), "atom:entry/atom:content"),
        [each["content_html"] for each in json.loads(json_feed(made))["items"]],
    ) == (bodies, bodies, bodies)


def test_every_format_holds_the_same_summaries() -> None:
    made = full()
    summaries = [each.summary for each in made.items]
    assert (
        [unescape(text) for text in texts(rss(made), "channel/item/description")],
        texts(atom(made), "atom:entry/atom:summary"),
        [each["summary"] for each in json.loads(json_feed(made))["items"]],
    ) == (summaries, summaries, summaries)


@every_format
def test_control_characters_never_lose_the_feed(write: Callable[[Feed], bytes]) -> None:
    dirty = "a\x00\x0b\x1f\x7f\x9f\ud800\ufffe\uffffb"
    made = feed(
        item(
            title=dirty,
            summary=dirty,
            html=dirty,
            author=dirty,
            categories=(dirty,),
            guid=dirty,
            url=f"https://{dirty}/",
        ),
        title=dirty,
        description=dirty,
        author=dirty,
    )
    assert b"a" in write(made)


@every_format
def test_every_character_there_is_can_be_written(write: Callable[[Feed], bytes]) -> None:
    all_of_them = "".join(map(chr, range(sys.maxunicode + 1)))
    made = feed(item(title=all_of_them, html=all_of_them))
    document = write(made)
    found = json.loads(document)["items"][0]["content_html"] if write is json_feed else _full_text(document)
    assert found == made.items[0].html


def _full_text(document: bytes) -> str:
    return (texts(document, "channel/item/content:encoded") or texts(document, "atom:entry/atom:content"))[0]


def test_the_library_for_xml_is_not_loaded_before_it_is_needed() -> None:
    loaded = (
        "import sys, pipeline.feed; print([n for n in ('feedgen', 'lxml', 'dateutil', 'json') if n in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert run.stdout == "[]\n"
