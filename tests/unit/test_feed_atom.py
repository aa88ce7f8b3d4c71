"""Atom as RFC 4287 has it, past every trap of the library that writes it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.feed import FeedImage, atom
from tests.feed_samples import FIRST, HOME, every, feed, first, full, item, texts

LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def test_updated_is_the_newest_change_not_the_clock() -> None:
    made = atom(feed(item(2), item(1, updated=FIRST + timedelta(days=3))))
    assert texts(made, "atom:updated") == ["2026-10-22T07:00:00+00:00"]


def test_an_empty_feed_is_as_old_as_the_series() -> None:
    assert texts(atom(feed()), "atom:updated") == ["2026-10-19T00:00:00+00:00"]


def test_atom_entry_has_content_and_summary() -> None:
    made = atom(feed(item(summary="Vec<T> & co", html="<p>Vec&lt;T&gt;</p>")))
    assert (texts(made, "atom:entry/atom:summary"), texts(made, "atom:entry/atom:content")) == (
        ["Vec<T> & co"],
        ["<p>Vec&lt;T&gt;</p>"],
    )


def test_content_is_html_and_summary_is_text() -> None:
    made = atom(feed(item()))
    assert (first(made, "atom:entry/atom:content").get("type"), first(made, "atom:entry/atom:summary").get("type")) == (
        "html",
        None,
    )


def test_an_entry_has_one_link_even_with_an_image() -> None:
    made = atom(feed(item(image=FeedImage(url=f"{HOME}a.png", media_type="image/png"))))
    assert [dict(link.items()) for link in every(made, "atom:entry/atom:link")] == [{"href": f"{HOME}day-1/"}]


def test_the_lead_image_stands_bare_in_the_entry() -> None:
    image = FeedImage(url=f"{HOME}a.png", media_type="image/png", width=1200, height=630)
    made = first(atom(feed(item(image=image))), "atom:entry/media:content")
    assert (made.get("url"), made.get("width"), made.get("height")) == (f"{HOME}a.png", "1200", "630")


def test_the_feed_links_itself_its_hub_and_its_page() -> None:
    made = atom(feed(item(), hub="https://hub.example/"))
    assert [(link.get("rel"), link.get("href")) for link in every(made, "atom:link")] == [
        ("self", f"{HOME}atom.xml"),
        ("hub", "https://hub.example/"),
        ("alternate", HOME),
    ]


def test_entries_keep_their_order() -> None:
    made = atom(feed(item(3), item(2), item(1)))
    assert texts(made, "atom:entry/atom:title") == ["Day 3", "Day 2", "Day 1"]


def test_an_edit_moves_updated_and_not_published() -> None:
    made = atom(feed(item(updated=FIRST + timedelta(hours=2))))
    assert (texts(made, "atom:entry/atom:published"), texts(made, "atom:entry/atom:updated")) == (
        ["2026-10-19T07:00:00+00:00"],
        ["2026-10-19T09:00:00+00:00"],
    )


def test_an_entry_that_nobody_edited_was_updated_when_published() -> None:
    assert texts(atom(feed(item())), "atom:entry/atom:updated") == ["2026-10-19T07:00:00+00:00"]


def test_dates_agree_with_rss_to_the_second() -> None:
    made = atom(feed(item(published=FIRST + timedelta(microseconds=1))))
    assert texts(made, "atom:entry/atom:published") == ["2026-10-19T07:00:00+00:00"]


@pytest.mark.parametrize(
    ("author", "named"),
    [pytest.param("Bo", "Bo", id="author"), pytest.param("", "30 days of generative AI", id="none")],
)
def test_a_feed_always_has_an_author(author: str, named: str) -> None:
    assert texts(atom(feed(author=author)), "atom:author/atom:name") == [named]


def test_an_entry_in_another_language_says_so() -> None:
    made = atom(feed(item(2, language="de"), item(1, language="en-GB")))
    assert [entry.get(LANG) for entry in every(made, "atom:entry")] == ["de", None]


def test_the_feed_says_its_language() -> None:
    assert first(atom(feed(language="en_GB")), ".").get(LANG) == "en-GB"


@pytest.mark.parametrize("complete", [True, False], ids=["finished", "running"])
def test_only_a_finished_series_says_that_it_is_complete(complete: bool) -> None:
    assert len(every(atom(feed(item(), complete=complete)), "fh:complete")) == complete


def test_the_generator_is_daycast() -> None:
    made = first(atom(feed()), "atom:generator")
    assert (made.text, dict(made.items())) == ("daycast", {})


def test_an_empty_full_text_stays_empty() -> None:
    assert texts(atom(feed(item(html=""))), "atom:entry/atom:content") == [""]


def test_no_stylesheet_no_doctype_no_byte_order_mark() -> None:
    made = atom(full())
    assert (made.startswith(b"<?xml version='1.0' encoding='UTF-8'?>\n<feed "), made.count(b"<?"), b"<!D" in made) == (
        True,
        1,
        False,
    )
