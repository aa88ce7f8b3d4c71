"""Dates, tags and sentences as a reader sees them."""

import pytest

from pipeline.render.words import noun_of, reading_time, shorten, tag_slug, without_label


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Machine Learning", "machine-learning"),
        ("C++", "c-plus-plus"),
        ("C#", "c-sharp"),
        ("Überblick", "überblick"),
        ("हिन्दी", "हिन्दी"),
        ("日本語 & AI", "日本語-ai"),
        ("../../etc", "etc"),
        ("!!!", "tag"),
        ("ＡＩ", "ai"),
    ],
)
def test_a_tag_has_one_address(name, slug):
    assert tag_slug(name) == slug


@pytest.mark.parametrize(
    ("text", "short"),
    [
        pytest.param("short", "short", id="short stays"),
        pytest.param("one two three", "one two…", id="ends at a word"),
        pytest.param("one two, three", "one two…", id="without its comma"),
        pytest.param("a\n b", "a b", id="on one line"),
        pytest.param("x" * 20, "x" * 9 + "…", id="one long word"),
    ],
)
def test_a_summary_ends_at_a_word(text, short):
    assert shorten(text, 10) == short


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("#Day2/30 #walks What we saw", "What we saw"),
        ("#day2/30 – What we saw", "What we saw"),
        ("What we saw on #Day2/30", "What we saw on #Day2/30"),
        ("#Day2/30", "#Day2/30"),
    ],
)
def test_the_label_is_no_part_of_what_a_text_says(text, rest):
    assert without_label(text, "#Day2/30", "walks") == rest


@pytest.mark.parametrize(("words", "minutes"), [(0, 1), (238, 1), (480, 2), (2380, 10)])
def test_reading_takes_a_minute_at_least(words, minutes):
    assert reading_time(words) == minutes


@pytest.mark.parametrize(
    ("label", "noun"),
    [("#Day{n}/{length}", "Day"), ("#Week{n}", "Week"), ("Tag {n}", "Tag"), ("#30x{n}", "Day"), ("{n}", "Day")],
)
def test_a_label_tells_what_a_day_is_called(label, noun):
    assert noun_of(label) == noun
