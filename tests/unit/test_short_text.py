"""Cutting for short channels: whole sentences, else whole words, and nothing in the middle of what leads somewhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.channels.mastodon.counting import length
from pipeline.channels.short import graphemes
from pipeline.short_text import arranged, cut, threaded

WORDS = st.lists(
    st.sampled_from(
        ["river", "https://mill.example/a?b=c", "#walks", "@mara@m.example", "Ende.", "👩‍👩‍👧", "日本。", "a"]
    ),
    max_size=80,
)


@given(words=WORDS, room=st.integers(0, 200), joint=st.sampled_from([" ", "\n\n", "\n"]))
def test_what_is_left_are_whole_words_from_the_start(words: list[str], room: int, joint: str) -> None:
    text = joint.join(words)
    made = cut(text, room, graphemes)
    assert graphemes(made) <= room or made == ""
    kept = made.removesuffix("…").split()
    whole = [word.rstrip(",;:–-") for word in text.split()]
    assert [word.rstrip(",;:–-") for word in kept] == whole[: len(kept)]


@given(words=WORDS, limit=st.integers(10, 300))
def test_head_and_tail_stay_whole(words: list[str], limit: int) -> None:
    made = arranged("#Day2/30", " ".join(words), "https://walks.example/2/", limit, graphemes)
    if made is None:
        assert limit < graphemes("#Day2/30\n\nhttps://walks.example/2/")
    else:
        assert graphemes(made) <= limit
        assert made.startswith("#Day2/30")
        assert made.endswith("https://walks.example/2/")


@given(words=WORDS, limit=st.integers(30, 200))
def test_a_thread_loses_nothing(words: list[str], limit: int) -> None:
    parts = threaded("#Day2/30", " ".join(words), "https://walks.example/2/", limit, graphemes, 100)
    assert parts is not None
    assert all(0 < graphemes(part) <= limit for part in parts)
    assert parts[0].startswith("#Day2/30")
    assert parts[-1].endswith("https://walks.example/2/")
    said = " ".join(parts).split()
    assert said == ["#Day2/30", *" ".join(words).split(), "https://walks.example/2/"] or not words


def test_a_thread_of_too_many_parts_is_none() -> None:
    text = "We walked two miles. " * 50
    assert threaded("", text, "", 60, len, 5) is None
    assert threaded("", "x" * 70, "", 60, len, 5) is None
    assert threaded("#Day1", "Short.", "", 60, len, 5) == ("#Day1\n\nShort.",)


@pytest.mark.parametrize(
    ("text", "room", "made"),
    [
        ("It fits.", 8, "It fits."),
        ("One sentence. Two sentences here.", 20, "One sentence."),
        ("One very long sentence that has no end", 20, "One very long…"),
        ("Short. And then a very long sentence without end", 40, "Short. And then a very long sentence…"),
        ("Unbreakableunbreakable", 10, ""),
        ("see https://mill.example/very/long/path now", 30, "see…"),
        ("First paragraph\n\nSecond paragraph of words", 24, "First paragraph"),
        ("日本語です。とても長い文です。", 8, ""),
        ("", 5, ""),
    ],
)
def test_cuts(text: str, room: int, made: str) -> None:
    assert cut(text, room, len) == made


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("abc", 3),
        ("e\u0301", 1),
        ("👩‍👩‍👧", 1),
        ("🇩🇪🇫🇷", 2),
        ("👍🏽", 1),
        ("நி", 1),
        ("a\r\nb", 3),
    ],
)
def test_characters_are_what_people_see(text: str, count: int) -> None:
    assert graphemes(text) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("https://example.org/" + "x" * 200, 23),
        ("see http://a.b now", 4 + 23 + 4),
        ("@mara@very.long.example hello", len("@mara hello")),
        ("mail me@example.org", len("mail me@example.org")),
    ],
)
def test_mastodon_counts_addresses_and_people_otherwise(text: str, count: int) -> None:
    assert length(text) == count


def test_no_address_is_ever_cut() -> None:
    text = "Look at https://mill.example/a/b/c/d and https://mill.example/e/f/g/h too, friends"
    for room in range(len(text)):
        for found in re.findall(r"https://\S+", cut(text, room, len)):
            assert found.rstrip("…") in text.split()


@pytest.mark.parametrize(
    ("text", "room", "left"),
    [
        ("Take this. Then “P.S. forward it to me.” And so on for ever.", 20, "Take this."),
        ("Take this one. Then “P.S. forward it to me.” And so on.", 45, "Take this one. Then “P.S. forward it to me.”"),
        ("Er sagt: „Ja. Nein. Vielleicht.“ Und dann noch sehr viel mehr.", 34, "Er sagt: „Ja. Nein. Vielleicht.“"),
        ("We walked a mile. Some towns, e.g. the one with the mill, are near.", 33, "We walked a mile."),
        ("We list them (it is short. Really.) here. And more.", 43, "We list them (it is short. Really.) here."),
        ("We met at noon. Then came Dr. Lindqvist, who knew the mill, and Mrs. Berg.", 30, "We met at noon."),
        ("We met at noon. The mill vs. the river, and we went on.", 30, "We met at noon."),
        ("Wir kamen an. Prof. Dr. Berg bzw. ihre Mühle war da, und wir gingen.", 25, "Wir kamen an."),
        ("Wir kamen an. Es gab Brot, Käse, z. B. Gouda usw. und viel mehr.", 26, "Wir kamen an."),
        ("We kept on. House No. 7 is at the river, and we knocked.", 22, "We kept on."),
        ("We kept on. It is house No. 7 at the river, and we knocked.", 28, "We kept on. It is house…"),
        ("We asked. The miller said no. Then it rained on us all.", 30, "We asked. The miller said no."),
        ("What to do first of all.\n\n1. Walk to the mill\n2. And back", 30, "What to do first of all."),
    ],
)
def test_an_abbreviation_is_no_end_and_no_quotation_stays_open(text: str, room: int, left: str) -> None:
    assert cut(text, room, graphemes) == left


@given(
    st.lists(st.sampled_from(["Dr.", "z. B.", "We", "walked.", "No.", "7", "etc."]), max_size=30), st.integers(1, 90)
)
def test_every_text_of_abbreviations_can_be_cut_and_threaded(words: list[str], room: int) -> None:
    text = " ".join(words)
    assert len(cut(text, room, len)) <= room
    parts = threaded("", text, "", room, len, 99)
    assert parts is None or " ".join(parts).split() == text.split()


def test_no_part_of_a_thread_ends_in_an_abbreviation() -> None:
    text = "We met at noon by the mill. Then came Dr. Lindqvist and Mrs. Berg from St. Ives, who knew it all. " * 6
    for room in range(80, 200, 7):
        parts = threaded("", text, "", room, len, 25)
        assert parts is not None
        assert not [part for part in parts if part.endswith(("Dr.", "Mrs.", "St."))]
