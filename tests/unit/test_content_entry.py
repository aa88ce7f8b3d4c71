"""One entry by itself: every key, every name for it, and what other tools write."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from pipeline.content import parse_entry
from pipeline.model import Cadence, Entry, Series

SERIES = Series(
    slug="soil",
    id="soil",
    title="Thirty days of soil",
    length=30,
    cadence=Cadence(start=date(2026, 10, 1), time=time(9, 0), zone="Europe/Berlin"),
    path="series/soil/_index.md",
)
FRAME = "title: A\nday: 2\n"


def parse(text: str, *, path: str = "series/soil/day-02.md", series: Series = SERIES) -> tuple[Entry | None, list[str]]:
    """The entry of a text and what is told of it, without its path."""
    entry, found = parse_entry(
        text.encode(), path=path, series=series, categories={"82": "Technology"}, host="notes.example"
    )
    return entry, [
        f"{problem.severity} {problem.code} {str(problem).removeprefix(path + ':').strip()}" for problem in found
    ]


def good(lines: str, *, path: str = "series/soil/day-02.md") -> Entry:
    """The entry of front matter below the frame, which must be good and give no warning."""
    entry, told = parse(f"---\n{FRAME}{lines}\n---\nText.\n", path=path)
    assert told == []
    assert entry is not None
    return entry


def told(lines: str) -> list[str]:
    """What is told of front matter below the frame, which takes lines 2 and 3."""
    return parse(f"---\n{FRAME}{lines}\n---\nText.\n")[1]


def test_an_entry_is_its_front_matter_and_its_body() -> None:
    text = "---\ntitle: A\nday: 2\n---\n\n\nFirst.\n\nLast.\n\n"
    assert parse(text)[0] == Entry(
        path="series/soil/day-02.md",
        series="soil",
        day=2,
        slug="day-02",
        title="A",
        body="First.\n\nLast.",
        body_line=7,
        lines={"title": 2, "day": 3},
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param("---\ntitle: Day 2\n---\nBody", 4, id="dashes"),
        pytest.param("---\ntitle: Day 2\n...\nBody", 4, id="dots"),
        pytest.param("---  \ntitle: Day 2\n---\t\n\nBody", 5, id="space behind the dashes"),
        pytest.param("\n\n---\ntitle: Day 2\n---\nBody", 6, id="blank lines before"),
        pytest.param('+++\ntitle = "Day 2"\n+++\nBody', 4, id="TOML"),
        pytest.param('{\n  "title": "Day 2"\n}\n\nBody', 5, id="JSON"),
        pytest.param('{"title": "Day 2"}\nBody', 2, id="JSON on one line"),
    ],
)
def test_the_body_knows_its_line_below_any_front_matter(text: str, line: int) -> None:
    entry, _ = parse(text)
    assert entry is not None
    assert (entry.title, entry.body, entry.body_line) == ("Day 2", "Body", line)


def test_a_file_without_front_matter_is_an_entry_if_it_says_title_and_day() -> None:
    entry, problems = parse("# Day 2/30: *Roots*\n\nText.", path="series/soil/roots.md")
    assert problems == []
    assert entry is not None
    assert (entry.day, entry.title, entry.slug) == (2, "Day 2/30: Roots", "roots")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param(
            "---\ntitle: A\nday: 2\n",
            "error unclosed 1: front matter starts here and never ends; write a line '---' below it",
            id="YAML",
        ),
        pytest.param(
            "+++\ntitle = 1\n",
            "error unclosed 1: front matter starts here and never ends; write a line '+++' below it",
            id="TOML",
        ),
        pytest.param(
            '{"title": "A"\n',
            "error unclosed 1: front matter starts here and never ends; close its '{' with a '}'",
            id="JSON",
        ),
        pytest.param(
            "+++\na = \n+++\n", "error bad-front-matter 2: front matter is not valid TOML: invalid value", id="bad TOML"
        ),
        pytest.param(
            '{"a": }\n', "error bad-front-matter 1: front matter is not valid JSON: expecting value", id="bad JSON"
        ),
        pytest.param(
            "+++\na = 1\nb = 2\na = 3\n+++\n",
            "error duplicate-key 4: 'a' is there twice, first on line 2; keep one of them",
            id="double in TOML",
        ),
        pytest.param(
            "---\nsummary: " + "x" * 65536 + "\n---\n",
            "error too-big 2: front matter is longer than 64 KiB; move text into the body below it",
            id="too long",
        ),
        pytest.param(
            "+++\na = " + "[" * 3000 + "\n+++\n",
            "error too-big 2: front matter nests deeper than 20 levels; flatten it",
            id="deep TOML",
        ),
        pytest.param(
            '{"a": ' + "[" * 30 + "]" * 30 + "}\n",
            "error too-big 1: front matter nests deeper than 20 levels; flatten it",
            id="deep JSON",
        ),
    ],
)
def test_front_matter_that_cannot_be_read_is_one_error(text: str, sentence: str) -> None:
    assert parse(text) == (None, [sentence])


def test_a_double_key_in_json_names_both_lines() -> None:
    _, problems = parse('{\n"title": "A",\n"day": 2,\n"title": "B"\n}\nBody')
    assert problems == ["error duplicate-key 4: 'title' is there twice, first on line 2; keep one of them"]


# Titles


def test_without_a_title_the_first_heading_counts_and_stays_in_the_body() -> None:
    entry, _ = parse("---\nday: 2\n---\n```sh\n# no heading\n```\n\n# **Roots** & threads ##\n")
    assert entry is not None
    assert (entry.title, "# **Roots**" in entry.body) == ("Roots & threads", True)


def test_no_title_at_all_is_an_error_with_a_remedy() -> None:
    assert parse("---\nday: 2\n---\n#Day2/30 text")[1] == [
        "error no-title 4: has no title; write 'title: …' in its front matter, or start its text with a '# heading'"
    ]


def test_a_title_is_one_trimmed_line() -> None:
    assert good("summary: s").title == "A"
    entry, _ = parse('---\nday: 2\ntitle: "  one\n  two  "\n---\n')
    assert entry is not None
    assert entry.title == "one two"


# Hashtags that YAML takes for comments


def test_a_value_that_is_all_hashtags_is_recovered() -> None:
    entry, problems = parse("---\ntitle: #Day2/30 Roots\nexcerpt: #Day2/30 #soil Who lives here?\n---\n")
    assert entry is not None
    assert (entry.title, entry.summary, entry.day) == ("#Day2/30 Roots", "#Day2/30 #soil Who lives here?", 2)
    assert problems == [
        "warning yaml-trap 2: YAML takes '#Day2/30 Roots' for a comment; put the value in quotes: "
        "title: '#Day2/30 Roots'",
        "warning yaml-trap 3: YAML takes '#Day2/30 #soil Who lives here?' for a comment; put the value in quotes: "
        "excerpt: '#Day2/30 #soil Who lives here?'",
    ]


def test_a_hashtag_behind_a_title_is_recovered() -> None:
    entry, problems = parse("---\ntitle: Day 2 #soil # a note\n---\n")
    assert entry is not None
    assert entry.title == "Day 2 #soil # a note"
    assert len(problems) == 1


def test_a_comment_stays_a_comment() -> None:
    assert good("summary: s # a note").summary == "s"
    assert good("draft: false #todo").draft is False


def test_a_hashtag_above_a_value_is_an_error() -> None:
    assert told("summary: #Day2\n  and more") == [
        "error yaml-trap 5: YAML takes '#Day2' for a comment and goes on in the next line; put the "
        "whole value in quotes"
    ]


def test_hashtags_in_a_list_of_tags_are_recovered() -> None:
    entry, problems = parse("---\ntitle: A\nday: 2\ntags:\n  - #soil\n  - roots\n---\n")
    assert entry is not None
    assert entry.tags == ("soil", "roots")
    assert problems == ["warning yaml-trap 5: YAML takes '#soil' for a comment; put the value in quotes: - '#soil'"]


@pytest.mark.parametrize(
    ("value", "read"), [("1.10", "1.1"), ("no", "False"), ("12:30", "750"), ("007", "7"), ("0x10", "16")]
)
def test_a_text_that_other_tools_read_as_something_else_is_kept_and_told(value: str, read: str) -> None:
    entry, problems = parse(f"---\ntitle: {value}\nday: 2\n---\n")
    assert entry is not None
    assert entry.title == value
    assert problems == [
        f"warning yaml-trap 2: other YAML tools read '{value}' as {read}; put it in quotes: title: '{value}'"
    ]


@pytest.mark.parametrize("value", ["2026", "2026-10-19", "Day 2", "Norway", "'no'", '"1.10"', "3.5", "True"])
def test_a_text_that_prints_the_same_everywhere_is_no_trap(value: str) -> None:
    assert parse(f"---\ntitle: {value}\nday: 2\n---\n")[1] == []


# Dates


@pytest.mark.parametrize(
    ("written", "utc"),
    [
        ("2026-10-19", "2026-10-19T07:00"),
        ("2026-12-19", "2026-12-19T08:00"),
        ("'2026-10-19'", "2026-10-19T07:00"),
        ("2026-10-19 10:15", "2026-10-19T08:15"),
        ("2026-10-19 9:00:30", "2026-10-19T07:00:30"),
        ("2026-10-19T09:00:00", "2026-10-19T07:00"),
        ("2026-10-19T09:00:00Z", "2026-10-19T09:00"),
        ("2026-10-19T09:00:00.123456+05:30", "2026-10-19T03:30"),
        ("2026-10-19 09:00:00 +0200", "2026-10-19T07:00"),
        ("2026-10-19 09:00 UTC", "2026-10-19T09:00"),
        ("2026/10/19", "2026-10-19T07:00"),
        ("Mon, 19 Oct 2026 09:00:00 +0000", "2026-10-19T09:00"),
        ("Mon, 19 Oct 2026 09:00:00 GMT", "2026-10-19T09:00"),
        ("19 October 2026", "2026-10-19T07:00"),
        ("'Oct 19 2026'", "2026-10-19T07:00"),
        ("October 19th, 2026", "2026-10-19T07:00"),
        ("Mon Oct 19 2026 09:00:00 GMT+0200 (Central European Summer Time)", "2026-10-19T07:00"),
        # In Berlin the clock goes from 02:00 to 03:00 on 2026-03-29, and from 03:00 to 02:00 on 2026-10-25.
        ("2026-03-29 02:30", "2026-03-29T01:30"),
        ("2026-10-25 02:30", "2026-10-25T00:30"),
    ],
)
def test_a_date_is_an_instant_in_utc(written: str, utc: str) -> None:
    assert good(f"date: {written}").date == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize("written", ["19.10.2026", "10/19/2026", "tomorrow", "2026", "2026-10", "20261019", "x" * 100])
def test_a_date_that_can_be_read_two_ways_or_none_is_an_error(written: str) -> None:
    (sentence,) = told(f"date: {written}")
    assert sentence.endswith("expected a date such as 2026-10-19 or 2026-10-19T09:00:00+02:00")


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("2026-02-30", "day is out of range for month"),
        ("2026-13-01", "month must be in 1..12"),
        ("2026-10-19 25:00", "hour must be in 0..23"),
        ("0026-10-19", "the year 0026 is not between 1900 and 2999"),
        ("2026-10-19T09:00:00+25:00", "there is no offset +25:00"),
    ],
)
def test_a_date_that_does_not_exist_says_why(written: str, reason: str) -> None:
    assert told(f"date: {written}") == [f"error bad-date 4: date is '{written}', which is no date ({reason})"]


def test_the_zero_time_of_hugo_is_no_date() -> None:
    assert good("date: 0001-01-01T00:00:00Z").date is None


def test_a_date_in_the_file_name_counts_where_there_is_no_other() -> None:
    entry, _ = parse("---\ntitle: Day 2\n---\n", path="series/soil/2026-10-19-roots.md")
    assert entry is not None
    assert entry.date == datetime(2026, 10, 19, 7, 0, tzinfo=UTC)


# Names for keys


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        *((f"{name}: 2026-10-19T09:00:00Z", "date", datetime(2026, 10, 19, 9, tzinfo=UTC)) for name in (
            "publishDate", "pubDate", "published_at", "published", "PublishDate", "publish_date", "pub-date", "Date",
            "datePublished", "date_published",
        )),
        *((f"{name}: 2026-10-19T09:00:00Z", "updated", datetime(2026, 10, 19, 9, tzinfo=UTC)) for name in (
            "lastmod", "modified", "updated_at", "last_modified_at", "updatedDate", "date_updated",
        )),
        *((f"{name}: Short.", "summary", "Short.") for name in ("excerpt", "description", "subtitle")),
        ("custom_excerpt: Short.", "summary", "Short."),
        ("keywords: [a, b]", "tags", ("a", "b")),
        ("tags: a, b , a", "tags", ("a", "b")),
        ("tags: '#a #b'", "tags", ("a", "b")),
        ("tags: 'living soil #roots'", "tags", ("living soil", "roots")),
        ("tags: machine learning", "tags", ("machine learning",)),
        ("tags: ['#a', A, b]", "tags", ("a", "b")),
        ("tags: [{name: a, slug: x}, b]", "tags", ("a", "b")),
        ("category: Tools, sharp", "category", ("Tools, sharp",)),
        ("categories: Tools, Soil", "category", ("Tools", "Soil")),
        ("categories: [82, Soil]", "category", ("Technology", "Soil")),
        ("category: 82", "category", ("Technology",)),
        *((f"{name}: a.png", "image", "a.png") for name in (
            "cover_image", "heroImage", "featured_image", "feature_image", "cover", "thumbnail", "coverImage",
        )),
        ("cover: {image: a.png, alt: An A}", "image_alt", "An A"),
        ("heroImage: {src: a.png, alt: An A}", "image", "a.png"),
        ("images: [a.png, b.png]", "image", "a.png"),
        ("cover: '[[a.png]]'", "image", "a.png"),
        ("cover: false", "image", None),
        ("cover_image_alt: An A", "image_alt", "An A"),
        ("authors: [Ada, Ben]", "author", "Ada, Ben"),
        ("author: {name: Ada, url: x}", "author", "Ada"),
        ("published: false", "draft", True),
        ("published: true", "draft", False),
        ("draft: yes", "draft", True),
        ("draft: 'off'", "draft", False),
        ("saveAsDraft: true", "draft", True),
        ("canonical: https://a.example/b", "canonical_url", "https://a.example/b"),
        ("canonicalURL: https://a.example/b", "canonical_url", "https://a.example/b"),
        ("redirect_from: /old/", "aliases", ("/old/",)),
        ("permalink: /2023/day-2/", "aliases", ("/2023/day-2/",)),
        ("url: posts/day-2/", "aliases", ("/posts/day-2/",)),
        ("url: https://notes.example/posts/day-2.html", "aliases", ("/posts/day-2.html",)),
        ("aliases: [/a/, /b.html]", "aliases", ("/a/", "/b.html")),
        ("aliases: [/a/]\npermalink: /b/", "aliases", ("/a/", "/b/")),
        ("channels: [Blog, rss]", "channels", ("blog", "rss")),
        ("channels: blog, linkedin", "channels", ("blog", "linkedin")),
        ("channels: []", "channels", ()),
        ("guid: https://a.example/?p=82", "guid", "https://a.example/?p=82"),
        ("id: the-stack", "id", "the-stack"),
        ("slug: the-stack", "slug", "the-stack"),
    ],
)  # fmt: skip
def test_every_name_of_a_key_is_understood(line: str, field: str, value: object) -> None:
    assert getattr(good(line), field) == value


@pytest.mark.parametrize("null", ["", " ~", " null", ' ""', " ''", " '  '"])
@pytest.mark.parametrize(
    "key", ["date", "summary", "tags", "author", "image", "draft", "canonical_url", "slug", "linkedin"]
)
def test_null_and_empty_text_are_as_good_as_no_key(key: str, null: str) -> None:
    entry = good(f"{key}:{null}")
    assert (entry, entry.extra) == (good(""), {})


def test_a_key_counts_before_its_other_names_and_the_difference_is_told() -> None:
    entry, problems = parse(f"---\n{FRAME}description: Long.\nsummary: Short.\n---\n")
    assert entry is not None
    assert (entry.summary, entry.extra) == ("Short.", {"description": "Long."})
    assert problems == [
        "warning two-names 4: description and summary are two names for one thing and differ; "
        "summary counts, delete the other"
    ]


def test_two_names_that_agree_are_no_matter() -> None:
    assert good("lastmod: 2026-01-02\nupdated: 2026-01-02").updated is not None


def test_of_two_other_names_the_better_known_counts_silently() -> None:
    assert good("subtitle: B\nexcerpt: A").summary == "A"


@pytest.mark.parametrize("status", ["draft", "private", "Pending"])
def test_a_status_of_another_tool_holds_an_entry_back(status: str) -> None:
    entry = good(f"status: {status}")
    assert (entry.draft, entry.extra) == (True, {"status": status})


def test_a_draft_that_says_so_twice_differently_is_held_back() -> None:
    entry, problems = parse("---\ntitle: T\nday: 2\ndraft: false\nPublished: no\n---\nB")
    assert entry is not None
    assert (entry.draft, [problem.split()[1] for problem in problems]) == (True, ["two-names"])


def test_of_two_dates_the_later_one_counts() -> None:
    entry, problems = parse("---\ntitle: T\nday: 2\ndate: 2026-10-05\npublishDate: 2027-05-05\n---\nB")
    assert entry is not None
    assert entry.date is not None
    assert (entry.date.year, [problem.split()[1] for problem in problems]) == (2027, ["two-names"])


@pytest.mark.parametrize("day", ["#Day2/30", "Day 2", "Day2/30", "'#Day 2/30'"])
def test_a_day_written_as_a_label_is_recovered(day: str) -> None:
    entry, problems = parse(f"---\ntitle: T\nday: {day}\n---\nB")
    assert entry is not None
    assert (entry.day, [problem.split()[1] for problem in problems]) == (2, ["yaml-trap"])


@pytest.mark.parametrize(
    "text",
    [
        '---toml\ntitle = "T"\nday = 2\ndraft = true\n---\nB',
        '---json\n{"title": "T", "day": 2, "draft": true}\n---\nB',
        "---yaml\ntitle: T\nday: 2\ndraft: true\n---\nB",
        "--- YAML\ntitle: T\nday: 2\ndraft: true\n---\nB",
    ],
    ids=["toml", "json", "yaml", "spaced"],
)
def test_a_fence_may_name_its_syntax(text: str) -> None:
    entry, problems = parse(text)
    assert entry is not None
    assert (entry.title, entry.draft, entry.body, problems) == ("T", True, "B", [])


@pytest.mark.parametrize(
    "line",
    [
        "permalink: /:year/:title/",
        "permalink: https://other.example/a/",
        "url: https://other.example",
        "permalink: false",
    ],
)
def test_an_address_that_is_none_of_this_site_stays_an_extra_key(line: str) -> None:
    entry = good(line)
    assert (entry.aliases, list(entry.extra)) == ((), [line.partition(":")[0]])


@pytest.mark.parametrize(
    "alias", ["Day Two", "//evil.example/", "/../etc/", "https://other.example/a", "/a?b", "/a\\b", "/"]
)
def test_an_alias_that_is_no_path_here_is_left_out(alias: str) -> None:
    (sentence,) = told(f"aliases: ['{alias}']")
    assert sentence.startswith(f"warning ignored-value 4: aliases has '{alias}', which is no path on this site")


def test_an_unknown_number_of_a_category_is_left_out_and_told() -> None:
    assert told("category: 15") == [
        "warning unknown-category 4: category 15 is a number of another tool and is left out; "
        'name it in daycast.toml: [categories] 15 = "…"'
    ]


def test_unknown_keys_are_kept_for_templates() -> None:
    assert good("weight: 10\nlayout: post\nfeatured: yes\nmap: {a: [1, x]}").extra == {
        "weight": 10,
        "layout": "post",
        "featured": "yes",
        "map": {"a": [1, "x"]},
    }


@pytest.mark.parametrize(
    ("key", "meant"), [("sumary", "summary"), ("auther", "author"), ("chanels", "channels"), ("Linkedn", "linkedin")]
)
def test_a_key_that_looks_like_a_slip_is_told(key: str, meant: str) -> None:
    assert told(f"{key}: x") == [f"warning maybe-typo 4: {key} is no key that daycast knows; is '{meant}' meant?"]


@pytest.mark.parametrize(
    "key", ["layout", "type", "weight", "toc", "series", "lang", "math", "cuid", "pin", "created", "tagline"]
)
def test_a_key_of_another_tool_is_no_slip(key: str) -> None:
    assert told(f"{key}: x") == []


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("draft: maybe", "bad-value 4: draft is 'maybe', expected true or false"),
        ("summary: [a]", "bad-value 4: summary is a list, expected text"),
        ("author: [[a]]", "bad-value 4: author holds a list, expected texts; put the item in quotes"),
        ("tags: [a: b]", "bad-value 4: tags holds a table, expected texts; put the item in quotes"),
        (
            "canonical_url: /a",
            "bad-value 4: canonical_url is '/a', expected an address such as https://example.org/post",
        ),
        (
            "canonical_url: 'javascript:x'",
            "bad-value 4: canonical_url is 'javascript:x', expected an address such as https://example.org/post",
        ),
        (
            "date: [2026-10-19]",
            "bad-date 4: date is a list, expected a date such as 2026-10-19 or 2026-10-19T09:00:00+02:00",
        ),
        (
            "image: {alt: x}",
            "bad-value 4: image names no picture, expected a path, an address, or a table with src and alt",
        ),
        ("id: a/b", "bad-id 4: id is 'a/b', expected letters, digits, '.', '_' and '-', at most 80; write id: b"),
        ("channels: [a b]", "bad-channel 4: channels has 'a b', expected names such as blog, rss, linkedin"),
        (
            "linkedin: a text",
            "bad-channel 4: linkedin is text, expected a table with keys such as text, hook and hashtags",
        ),
        ("linkedin: {long: cut}", "bad-value 4: linkedin: long is 'cut', expected one of error, summary"),
        ("linkedin: {link: maybe}", "bad-value 4: linkedin: link is 'maybe', expected one of card, text, none"),
        (
            "linkedin: {url: https://example.org/post}",
            "bad-value 4: linkedin: url is 'https://example.org/post', expected the post's address or URN, such as "
            "https://www.linkedin.com/feed/update/urn:li:share:7141138937766391808/",
        ),
        ("linkedin: {format: article}", "bad-value 4: linkedin: format is 'article', expected one of carousel"),
    ],
)
def test_a_value_of_the_wrong_type_is_named_with_what_is_expected(line: str, sentence: str) -> None:
    assert told(line) == [f"error {sentence}"]


def test_a_draft_whose_value_is_wrong_names_it_and_is_broken() -> None:
    assert parse(f"---\n{FRAME}draft: ture\n---\n")[0] is None


@pytest.mark.parametrize(
    ("slug", "better"),
    [
        ("Day 2", "day-2"),
        ("/posts/Größe/", "grosse"),
        ("a_b", "a-b"),
        ("con", "another-name"),
        ("'-'", "another-name"),
        ("a" * 81, "a" * 80),
    ],
)
def test_a_slug_that_is_none_is_refused_with_a_better_one(slug: str, better: str) -> None:
    (sentence,) = told(f"slug: {slug}")
    assert sentence.endswith(f"write slug: {better}")


# Channels


def test_a_table_for_linkedin_is_typed() -> None:
    entry = good(
        "linkedin:\n  text: 5\n  hook: |\n    One\n    two\n  hashtags: '#a, b'\n  images: [a.png, "
        "{src: b.png, alt: B}]\n"
        "  long: summary\n  link: none\n  first_comment: ~\n  own: yes"
    )
    assert entry.overrides == {
        "linkedin": {
            "text": "5",
            "hook": "One\ntwo",
            "hashtags": ("a", "b"),
            "images": ("a.png", {"src": "b.png", "alt": "B"}),
            "long": "summary",
            "link": "none",
            "own": "yes",
        }
    }
    assert (entry.lines["linkedin"], entry.lines["linkedin.hook"]) == (4, 6)


@pytest.mark.parametrize(
    "post",
    [
        "urn:li:share:7141138937766391808",
        "urn:li:ugcPost:7141138937766391808",
        "urn:li:activity:7141138937766391808",
        "https://www.linkedin.com/feed/update/urn:li:share:7141138937766391808/",
        "https://de.linkedin.com/posts/mara_walks-activity-7141138937766391808-abcd",
        "https://linkedin.com/posts/mara_walks-activity-7141138937766391808-abcd?utm_source=share",
    ],
)
def test_a_post_that_is_out_is_named_by_its_address_or_urn(post: str) -> None:
    assert good(f"linkedin: {{url: '{post}'}}").overrides == {"linkedin": {"url": post}}


@pytest.mark.parametrize(
    "other",
    [
        "urn:li:person:abc",
        "urn:li:share:",
        "http://www.linkedin.com/feed/",
        "https://www.linkedin.com.evil.example/feed/",
        "https://evil.example/www.linkedin.com/",
    ],
)
def test_nothing_else_makes_a_day_count_as_done(other: str) -> None:
    entry, problems = parse(f"---\n{FRAME}linkedin: {{url: '{other}'}}\n---\n")
    assert entry is None
    assert problems[0].startswith("error bad-value 4: linkedin: url is")


def test_a_slip_in_the_table_is_told() -> None:
    assert told("linkedin: {hok: x}") == [
        "warning maybe-typo 4: linkedin has hok, which it does not know; is 'hook' meant?"
    ]


def test_a_hashtag_in_the_table_is_recovered() -> None:
    entry, problems = parse(f"---\n{FRAME}linkedin:\n  hook: #Day2 is here\n---\n")
    assert entry is not None
    assert entry.overrides == {"linkedin": {"hook": "#Day2 is here"}}
    assert problems[0].startswith("warning yaml-trap 5: YAML takes '#Day2 is here' for a comment")


def test_a_table_of_another_channel_is_kept_as_written() -> None:
    entry, _ = parse(
        "---\ntitle: T\nday: 2\nblog: {layout: wide}\nmastodon: {text: x}\nchannels: [blog, mastodon]\n---\nB"
    )
    assert entry is not None
    assert (entry.overrides, entry.extra) == ({"blog": {"layout": "wide"}, "mastodon": {"text": "x"}}, {})


def test_everything_wrong_with_an_entry_is_told_at_once() -> None:
    entry, problems = parse("---\ntitle: a: b\nday: 31\ndate: soon\nslug: A B\ndraft: perhaps\n---\n")
    assert entry is None
    assert [problem.split()[1] for problem in problems] == ["yaml-trap", "bad-slug", "bad-date", "bad-value", "bad-day"]
