"""RSS 2.0 as readers want it, past every trap of the library that writes it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from types import FrameType
from typing import Any

import pytest

from pipeline.feed import FeedImage, as_rss, item_document, rss
from tests.feed_samples import FIRST, HOME, every, feed, first, full, item, texts


class Shown(HTMLParser):
    """The text of HTML, without its elements."""

    text = ""

    def handle_data(self, data: str) -> None:
        self.text += data


def test_last_build_date_is_the_newest_change_not_the_clock() -> None:
    made = rss(feed(item(2), item(1, updated=FIRST + timedelta(days=3))))
    assert texts(made, "channel/lastBuildDate") == ["Thu, 22 Oct 2026 07:00:00 +0000"]


def test_an_empty_feed_has_no_last_build_date() -> None:
    assert texts(rss(feed()), "channel/lastBuildDate") == []


def test_channel_link_is_the_page_not_the_feed() -> None:
    assert texts(rss(feed(item(), hub="https://hub.example/")), "channel/link") == [HOME]


def test_the_feed_names_itself_once() -> None:
    links = every(rss(full()), "channel/atom:link[@rel='self']")
    assert [dict(link.items()) for link in links] == [
        {"href": f"{HOME}feed.xml", "rel": "self", "type": "application/rss+xml"}
    ]


def test_hub_survives_in_rss() -> None:
    made = rss(feed(item(), hub="https://hub.example/"))
    assert [link.get("href") for link in every(made, "channel/atom:link[@rel='hub']")] == ["https://hub.example/"]


def test_a_feed_without_hub_names_none() -> None:
    assert every(rss(feed(item())), "channel/atom:link[@rel='hub']") == []


def test_items_keep_their_order() -> None:
    assert texts(rss(feed(item(3), item(2), item(1))), "channel/item/title") == ["Day 3", "Day 2", "Day 1"]


def test_items_follow_everything_the_channel_says() -> None:
    channel = first(rss(full()), "channel")
    assert [str(element.tag) for element in channel][-3:] == ["item", "item", "item"]


def test_the_full_text_stands_beside_the_summary() -> None:
    made = rss(feed(item()))
    assert (texts(made, "channel/item/description"), texts(made, "channel/item/content:encoded")) == (
        ["What day 1 is about."],
        ["<p>Day 1, in full.</p>"],
    )


def test_a_summary_reads_the_same_to_a_reader_that_takes_it_for_html() -> None:
    reader = Shown()
    reader.feed(texts(rss(feed(item(summary="Vec<T>, 2 < 3 & &lt;b&gt;"))), "channel/item/description")[0])
    reader.close()
    assert reader.text == "Vec<T>, 2 < 3 & &lt;b&gt;"


def test_a_title_is_escaped_by_xml_alone() -> None:
    assert texts(rss(feed(item(title="Q&A: Vec<T>"))), "channel/item/title") == ["Q&A: Vec<T>"]


def test_the_end_of_a_cdata_section_does_not_end_the_text() -> None:
    html = "<code>a[b[0]]>c</code>]]>]]&gt;"
    assert texts(rss(feed(item(html=html))), "channel/item/content:encoded") == [html]


def test_no_space_is_added_around_the_full_text() -> None:
    assert b"<content:encoded><![CDATA[<p>Day 1, in full.</p>]]></content:encoded>" in rss(feed(item()))


def test_an_empty_full_text_stays_empty() -> None:
    made = rss(feed(item(html="")))
    assert (texts(made, "channel/item/description"), texts(made, "channel/item/content:encoded")) == (
        ["What day 1 is about."],
        [""],
    )


def test_a_tag_uri_is_no_permalink() -> None:
    made = first(rss(feed(item())), "channel/item/guid")
    assert (made.text, made.get("isPermaLink")) == ("tag:example.org,2026:genai/day-01", "false")


def test_a_guid_that_is_the_address_is_a_permalink() -> None:
    assert first(rss(feed(item(guid=f"{HOME}day-1/"))), "channel/item/guid").get("isPermaLink") == "true"


def test_a_stored_guid_of_another_address_is_no_permalink() -> None:
    made = first(rss(feed(item(guid="http://old.example/?p=7"))), "channel/item/guid")
    assert (made.text, made.get("isPermaLink")) == ("http://old.example/?p=7", "false")


def test_the_author_is_named_without_an_address() -> None:
    made = rss(feed(item()))
    assert (texts(made, "channel/item/dc:creator"), texts(made, "channel/item/author")) == (["Ada Example"], [])


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        pytest.param(datetime(2026, 1, 1, tzinfo=UTC), "Thu, 01 Jan 2026 00:00:00 +0000", id="new year"),
        pytest.param(datetime(2024, 2, 29, 23, 59, 59, 1, UTC), "Thu, 29 Feb 2024 23:59:59 +0000", id="leap day"),
    ],
)
def test_dates_are_english_and_complete(moment: datetime, written: str) -> None:
    assert texts(rss(feed(item(published=moment))), "channel/item/pubDate") == [written]


def test_locale_is_not_needed() -> None:
    called: set[str] = set()

    def note(frame: FrameType, event: str, function: Any) -> None:
        if event == "call":
            called.add(frame.f_code.co_name)
        elif event == "c_call":
            called.add(function.__name__)

    made = full()
    sys.setprofile(note)
    try:
        rss(made)
        as_rss.document(made)
    finally:
        sys.setprofile(None)
    assert called & {"rss_str", "setlocale", "strftime"} == {"rss_str"}


def test_an_edit_is_dated_and_does_not_move_the_publication() -> None:
    made = rss(feed(item(updated=FIRST + timedelta(hours=2))))
    assert (texts(made, "channel/item/pubDate"), texts(made, "channel/item/atom:updated")) == (
        ["Mon, 19 Oct 2026 07:00:00 +0000"],
        ["2026-10-19T09:00:00+00:00"],
    )


def test_an_item_that_nobody_edited_has_no_update() -> None:
    assert texts(rss(feed(item())), "channel/item/atom:updated") == []


def test_the_lead_image_stands_bare_in_the_item() -> None:
    image = FeedImage(url=f"{HOME}a.png", media_type="image/png", width=1200, height=630)
    made = first(rss(feed(item(image=image))), "channel/item/media:content")
    assert dict(made.items()) == {
        "url": f"{HOME}a.png",
        "medium": "image",
        "type": "image/png",
        "width": "1200",
        "height": "630",
    }


def test_an_image_of_unknown_size_claims_none() -> None:
    made = first(rss(feed(item(image=FeedImage(url=f"{HOME}a.png")))), "channel/item/media:content")
    assert dict(made.items()) == {"url": f"{HOME}a.png", "medium": "image"}


def test_the_words_of_an_image_travel_with_it() -> None:
    made = rss(feed(item(image=FeedImage(url=f"{HOME}a.png", alt="Two <b> & a tree"))))
    assert texts(made, "channel/item/media:content/media:description") == ["Two <b> & a tree"]


def test_the_channel_image_bears_the_title_and_link_of_the_channel() -> None:
    made = rss(feed(title="Q & A", image=FeedImage(url=f"{HOME}logo.png")))
    assert [(child.tag, child.text) for child in first(made, "channel/image")] == [
        ("url", f"{HOME}logo.png"),
        ("title", "Q & A"),
        ("link", HOME),
    ]


@pytest.mark.parametrize(
    ("width", "height", "named"),
    [
        pytest.param(144, 400, ["144", "400"], id="largest allowed"),
        pytest.param(145, 100, [], id="too wide"),
        pytest.param(100, 401, [], id="too tall"),
        pytest.param(100, None, [], id="half known"),
    ],
)
def test_the_channel_image_names_a_size_only_within_the_limits_of_rss(
    width: int, height: int | None, named: list[str]
) -> None:
    made = rss(feed(image=FeedImage(url=f"{HOME}logo.png", width=width, height=height)))
    assert texts(made, "channel/image/width") + texts(made, "channel/image/height") == named


def test_an_item_in_another_language_says_so() -> None:
    made = rss(feed(item(2, language="de"), item(1, language="en-GB")))
    assert [element.findtext("{*}language") for element in every(made, "channel/item")] == ["de", None]


@pytest.mark.parametrize("complete", [True, False], ids=["finished", "running"])
def test_only_a_finished_series_says_that_it_is_complete(complete: bool) -> None:
    assert len(every(rss(feed(item(), complete=complete)), "channel/fh:complete")) == complete


def test_the_generator_is_daycast() -> None:
    assert texts(rss(feed()), "channel/generator") == ["daycast"]


def test_no_stylesheet_no_doctype_no_byte_order_mark() -> None:
    made = rss(full())
    assert (made.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<rss "), made.count(b"<?"), b"<!D" in made) == (
        True,
        1,
        False,
    )


def test_a_single_item_stands_under_its_channel() -> None:
    made = full()
    document = item_document(made, made.items[2])
    assert (texts(document, "channel/title"), texts(document, "channel/item/title")) == ([made.title], ["Day 1"])


def test_a_single_item_is_never_the_complete_series() -> None:
    made = full()
    assert every(item_document(made, made.items[0]), "channel/fh:complete") == []
