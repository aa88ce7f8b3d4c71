"""JSON Feed 1.1 to the letter, readable as it is."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from pipeline.feed import FeedImage, json_feed
from tests.feed_samples import FIRST, HOME, feed, full, item


def test_an_item_says_everything() -> None:
    made = item(
        updated=FIRST + timedelta(hours=2),
        categories=("AI",),
        image=FeedImage(url=f"{HOME}a.png"),
        language="de",
    )
    assert json.loads(json_feed(feed(made)))["items"] == [
        {
            "id": "tag:example.org,2026:genai/day-01",
            "url": f"{HOME}day-1/",
            "title": "Day 1",
            "content_html": "<p>Day 1, in full.</p>",
            "summary": "What day 1 is about.",
            "image": f"{HOME}a.png",
            "date_published": "2026-10-19T07:00:00+00:00",
            "date_modified": "2026-10-19T09:00:00+00:00",
            "authors": [{"name": "Ada Example"}],
            "tags": ["AI"],
            "language": "de",
        }
    ]


def test_the_feed_says_everything() -> None:
    made: dict[str, Any] = json.loads(
        json_feed(feed(hub="https://hub.example/", image=FeedImage(url="https://example.org/logo.png")))
    )
    assert made == {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "30 days of generative AI",
        "home_page_url": HOME,
        "feed_url": f"{HOME}feed.json",
        "description": "One idea a day.",
        "icon": "https://example.org/logo.png",
        "authors": [{"name": "Ada Example"}],
        "language": "en-GB",
        "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
        "items": [],
    }


def test_what_is_not_known_is_left_out() -> None:
    made = json.loads(json_feed(feed(item(author=""), author="", language="")))
    assert (set(made), set(made["items"][0])) == (
        {"version", "title", "home_page_url", "feed_url", "description", "items"},
        {"id", "url", "title", "content_html", "summary", "date_published"},
    )


def test_letters_of_every_script_are_written_as_they_are() -> None:
    assert "👩‍💻 العربية".encode() in json_feed(feed(item(title="👩‍💻 العربية")))


def test_each_item_has_a_line_of_its_own() -> None:
    lines = json_feed(full()).decode().split("\n")
    assert [line[:7] for line in lines if line.startswith('{"id"')] == ['{"id": '] * 3


def test_the_document_ends_with_its_line() -> None:
    assert json_feed(feed()).endswith(b'"items": []\n}\n')
