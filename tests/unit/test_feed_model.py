"""A feed's values are clean, absolute and in UTC from the moment they are made."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from pipeline.errors import RenderError
from pipeline.feed import FeedImage
from pipeline.feed.characters import text
from tests.feed_samples import FIRST, HOME, feed, item


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param("a\x00b\x1bc", "abc", id="control characters"),
        pytest.param("a\x7f\x80b", "ab", id="delete and C1"),
        pytest.param("a\ufffe\uffffb", "ab", id="noncharacters"),
        pytest.param("a\ud83db", "ab", id="lone surrogate"),
        pytest.param("a\r\nb\rc", "a b c", id="line ends"),
        pytest.param("a\vb\x85c", "a b c", id="PowerPoint's line break and NEL"),
        pytest.param(" \t a \u2028 b \n", "a b", id="spaces"),
        pytest.param("10\u00a0km", "10\u00a0km", id="a space that is meant stays"),
        pytest.param("👩‍💻 العربية", "👩‍💻 العربية", id="emoji and right-to-left stay"),
        pytest.param("a\u202eb\u202dc", "abc", id="direction overrides"),
        pytest.param("\u2067مرحبا", "\u2067مرحبا\u2069", id="open isolate"),
        pytest.param("\u2067مرحبا\u2069", "\u2067مرحبا\u2069", id="closed isolate stays"),
    ],
)
def test_a_title_is_cleaned(given: str, kept: str) -> None:
    assert item(title=given).title == kept


def test_html_keeps_its_lines_and_spaces() -> None:
    assert item(html="<pre>\r\n  a\tb\n\n</pre>\x00").html == "<pre>\n  a\tb\n\n</pre>"


def test_tags_lose_their_hash_and_their_doubles() -> None:
    assert item(categories=("#AI", "ai", " Rust ", "#", "", "#AI ")).categories == ("AI", "Rust")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param("https://example.org/a%20b/?q=1&r=[2]#c", "https://example.org/a%20b/?q=1&r=%5B2%5D#c", id="kept"),
        pytest.param("https://example.org/größe ja/", "https://example.org/gr%C3%B6%C3%9Fe%20ja/", id="path"),
        pytest.param("https://bücher.example:8080/?q=ü", "https://xn--bcher-kva.example:8080/?q=%C3%BC", id="host"),
        pytest.param("https://bücher.example", "https://xn--bcher-kva.example", id="host alone"),
        pytest.param("http://[::1]:8000/", "http://[::1]:8000/", id="IPv6"),
        pytest.param("https://example.org/100%/", "https://example.org/100%25/", id="stray percent"),
        pytest.param("https://example.org/\n", "https://example.org/", id="line end"),
        pytest.param("https://ü..example/", "https://%C3%BC..example/", id="no host at all"),
        pytest.param("mailto:a b@example.org", "mailto:a%20b@example.org", id="no authority"),
    ],
)
def test_an_address_is_percent_encoded(given: str, kept: str) -> None:
    assert item(url=given).url == kept


def test_addresses_of_a_feed_are_percent_encoded() -> None:
    made = feed(home_url="https://example.org/ü/", hub="https://hub.example/ü", image=FeedImage(url=f"{HOME}ü.png"))
    assert (made.home_url, made.hub, made.image and made.image.url) == (
        "https://example.org/%C3%BC/",
        "https://hub.example/%C3%BC",
        f"{HOME}%C3%BC.png",
    )


def test_a_language_is_bcp_47() -> None:
    assert (feed(language="en_GB").language, item(language="pt_BR").language) == ("en-GB", "pt-BR")


def test_dates_are_whole_seconds_of_utc() -> None:
    berlin = timezone(timedelta(hours=2))
    assert item(published=datetime(2026, 10, 19, 9, 0, 0, 999_999, berlin)).published == FIRST


@pytest.mark.parametrize("name", ["published", "updated"])
def test_a_date_without_zone_is_refused_with_the_item_named(name: str) -> None:
    dated: dict[str, Any] = {name: datetime.fromisoformat("2026-10-19T07:00:00")}
    with pytest.raises(RenderError, match=f"genai/day-01: {name} is 2026-10-19T07:00:00, which"):
        item(**dated)


def test_a_start_without_zone_is_refused() -> None:
    with pytest.raises(RenderError, match="genai/feed: started is"):
        feed(started=datetime.fromisoformat("2026-10-19"))


@pytest.mark.parametrize("before", [timedelta(0), timedelta(days=1)], ids=["same", "earlier"])
def test_an_update_that_is_not_after_publication_is_none(before: timedelta) -> None:
    assert item(updated=FIRST - before).updated is None


def test_an_item_without_title_goes_by_its_address() -> None:
    assert item(title="\x00 ").title == f"{HOME}day-1/"


def test_an_item_without_summary_is_summed_up_by_its_title() -> None:
    assert item(summary="").summary == "Day 1"


def test_an_item_without_guid_goes_by_its_address() -> None:
    assert item(guid=" ").guid == f"{HOME}day-1/"


def test_a_feed_without_texts_goes_by_its_address() -> None:
    made = feed(title="", description="")
    assert (made.title, made.description) == (HOME, HOME)


def test_every_character_that_xml_allows_and_likes_is_kept_and_no_other() -> None:
    for code in range(sys.maxunicode + 1):
        wanted = (
            code in (0x9, 0xA)
            or 0x20 <= code <= 0x7E
            or 0xA0 <= code <= 0xD7FF
            or 0xE000 <= code <= 0xFFFD
            or code >= 0x10000
        )
        expected = chr(code) if wanted else "\n" if chr(code) in "\r\v\f\x85" else ""
        assert text(chr(code)) == expected, hex(code)
