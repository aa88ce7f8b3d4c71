"""What holds of every LinkedIn text, whatever the Markdown and whatever a template does with its pieces."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.linkedin_text import compose, convert, escape, finish, mark_literal, plain_of, unescape, units
from pipeline.linkedin_text.fold import boundary
from pipeline.model import Mention

RESERVED = frozenset("|{}@[]()<>#\\*_~")
MENTIONS = {"acme": Mention(name="Acme (B_1) #x", urn="urn:li:organization:7")}
MARKS = "\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4"

FRAGMENTS = st.sampled_from(
    [
        *"\\`*_~[]()<>#!|&-+=.:;{}@^\"'/\n\t ",
        *("\n\n", "  \n", "\\\n", "\n> ", "\n- ", "\n  - ", "\n1. ", "\n   ", "\n    ", "\n# ", "\n---\n", "\n```\n"),
        *(
            "**",
            "__",
            "~~",
            "``",
            "](",
            "![",
            "[^a]",
            "\n[^a]: ",
            "\n[^b]: ",
            "[^b]",
            "[x] ",
            "\n- [ ] ",
            "\n> [!NOTE]\n",
        ),
        *(
            "\n| a | b |\n|---|---|\n| ",
            " | ",
            " |\n",
            "https://x.io/a_(b)?c#d",
            "www.x.io",
            "<https://y.io>",
            "<me@x.org>",
        ),
        *("<br>", "<!-- ", " -->", "<div>\n", "</div>", "<script>", "</script>", "<pre>", "<b>", "<img src=a>", "<p>"),
        *(
            "[l](https://www.linkedin.com/company/acme)",
            "[l](https://linkedin.com/in/a)",
            "[l](b.md)",
            "[l](https://z.io)",
        ),
        *("#tag", "＃日本", "#हिन्दी", "\\#", "&#35;", "&amp;", "&lt;", "&#xFDD0;", "&nbsp;", "#️⃣", "C#", "#Day2/30"),
        *(
            "e\u0301",
            "\u0301",
            "\u0338",
            "👩‍💻",
            "🇫🇷",
            "\u200d",
            "\ud800",
            "\u2028",
            "\x00",
            "\ufdd0",
            "\ufdd4",
            "ﬁ",
            "𝗯",
            "\u1161",
        ),
    ]
)
MARKDOWN = st.lists(FRAGMENTS | st.text(max_size=4) | st.sampled_from(["a", "b c", "Word", "7"]), max_size=25).map(
    "".join
)
MARKED = st.lists(
    st.sampled_from(
        [*MARKS, "#a", "https://x.io/", "urn:li:organization:1", "\n", " ", "(b)", "C#", "\u0301", "www.x.io_"]
    )
    | st.text(max_size=4),
    max_size=20,
).map("".join)
STYLES = st.sampled_from(["template", "bare"])


def read(wire: str) -> tuple[str, list[str], list[tuple[str, str]]]:
    """The text, the template hashtags and the mentions of little text, read one character after the other."""
    text: list[str] = []
    hashtags: list[str] = []
    mentions: list[tuple[str, str]] = []
    at = 0

    def until(closing: str) -> str:
        nonlocal at
        taken = []
        while wire[at] != closing:
            if wire[at] == "\\":
                at += 1
                assert wire[at] in RESERVED
            else:
                assert wire[at] not in RESERVED
            taken.append(wire[at])
            at += 1
        at += 1
        return "".join(taken)

    while at < len(wire):
        char = wire[at]
        if char == "\\":
            assert wire[at + 1] in RESERVED
            text.append(wire[at + 1])
            at += 2
        elif wire.startswith(("{hashtag|\\#|", "{hashtag|＃|"), at):
            at = wire.index("|", at + len("{hashtag|")) + 1
            sign = wire[at - 2]
            hashtags.append(until("}"))
            text.append(sign + hashtags[-1])
        elif wire.startswith("@[", at):
            at += 2
            name = until("]")
            end = wire.index(")", at)
            assert wire[at] == "("
            mentions.append((name, wire[at + 1 : end]))
            text.append(name)
            at = end + 1
        else:
            assert char not in RESERVED, f"{char!r} at {at} of {wire!r}"
            text.append(char)
            at += 1
    return "".join(text), hashtags, mentions


@given(MARKDOWN)
def test_the_wire_says_exactly_what_the_text_says(markdown: str) -> None:
    made = convert(markdown, mentions=MENTIONS, base="https://blog.example.com")
    text, hashtags, mentions = read(made.commentary)
    assert text == made.plain == unescape(made.commentary)
    assert tuple(dict.fromkeys(hashtags)) == made.hashtags
    assert tuple(dict.fromkeys(mentions)) == tuple((mention.name, mention.urn) for mention in made.mentions)


@given(MARKED, STYLES, st.booleans())
def test_whatever_a_template_makes_of_the_pieces_can_be_sent(marked: str, style: str, escape_urls: bool) -> None:
    made = finish(marked, hashtag_style=style, escape_urls=escape_urls)  # type: ignore[arg-type]
    assert unescape(made.commentary, raw_urls=not escape_urls) == made.plain


@given(MARKDOWN, STYLES)
def test_the_other_styles_say_the_same(markdown: str, style: str) -> None:
    made = convert(markdown, mentions=MENTIONS, hashtag_style=style, escape_urls=False)  # type: ignore[arg-type]
    assert unescape(made.commentary, raw_urls=True) == made.plain
    assert made.plain == convert(markdown, mentions=MENTIONS).plain


@given(MARKDOWN)
def test_the_text_is_clean(markdown: str) -> None:
    plain = convert(markdown, mentions=MENTIONS).plain
    assert unicodedata.is_normalized("NFC", plain)
    assert not [c for c in plain if c != "\n" and (unicodedata.category(c) in {"Cc", "Cs"} or c in MARKS)]
    assert not re.search(r" \n| \Z|\A[ \n]|\n\Z", plain)


@given(MARKDOWN)
def test_the_text_without_code_has_one_blank_line_at_most(markdown: str) -> None:
    made = convert(re.sub(r"[`~<]|    |\t", "", markdown), mentions=MENTIONS)
    assert "\n\n\n" not in made.plain


@given(MARKDOWN)
def test_the_numbers_are_those_of_the_text(markdown: str) -> None:
    made = convert(markdown, mentions=MENTIONS)
    assert (made.units, made.wire_units) == tuple(
        len(form.encode("utf-16-le")) // 2 for form in (made.plain, made.commentary)
    )
    for start, end in made.fold.values():
        assert (start, 0 <= end <= made.units) == (0, True)
        made.plain.encode("utf-16-le")[: 2 * end].decode("utf-16-le")


def letters(text: str) -> list[str]:
    """The words of a text, however their letters are composed."""
    return unicodedata.normalize("NFD", text).replace("\u034f", "").split()


@given(MARKDOWN)
def test_marked_text_reads_as_the_finished_text_does(markdown: str) -> None:
    composed = compose(markdown, mentions=MENTIONS)
    marked = composed.marked
    assert marked[:1] != "\n"
    assert marked[-1:] != "\n"
    assert letters(finish(plain_of(marked)).plain) == letters(finish(marked).plain)


@given(MARKDOWN, st.integers(1, 60))
def test_a_text_over_the_limit_would_fit_where_it_is_told_to_end(markdown: str, limit: int) -> None:
    made = convert(markdown, mentions=MENTIONS, limit=limit, media=True)
    assert bool(made.errors) == (max(made.units, made.wire_units) > limit)
    if made.errors and (end := re.search(r"\(([\d,]+) units\)\Z", made.errors[0].message)):
        assert int(end[1].replace(",", "")) <= limit


@given(MARKDOWN)
def test_a_note_names_a_line_of_the_markdown(markdown: str) -> None:
    made = convert(markdown)
    lines = {note.line for note in made.warnings} | {image.line for image in made.images}
    assert lines - {None} <= set(range(1, len(re.split(r"\r\n?|\n", markdown)) + 1))


@given(st.text())
def test_escaping_is_one_pass(text: str) -> None:
    assert escape(text) == re.sub(r"[|{}@\[\]()<>#\\*_~]", r"\\\g<0>", text)


@given(st.text())
def test_a_literal_is_never_a_hashtag_or_an_address(text: str) -> None:
    made = finish(mark_literal(f"#a https://x.io/ {text}"))
    assert (made.hashtags, made.links) == ((), ())


@given(st.text(alphabet=st.sampled_from("aé👩‍💻🇫🇷\u0301\u094d\u0915\u200d\U0001f3fd\u1100\u1161 ")), st.integers(0, 40))
def test_a_boundary_is_not_within_a_cluster(text: str, at: int) -> None:
    at = min(at, len(text))
    end = boundary(text, at)
    assert end <= at
    if 0 < end < len(text):
        assert not unicodedata.combining(text[end])
        assert "\u200d" not in text[end - 1 : end + 1]


@given(st.text())
def test_units_count_characters_beyond_the_first_plane_twice(text: str) -> None:
    assert units(text) == len(text) + sum(c > "\uffff" for c in text)


WORD = st.text(alphabet="abcdefgh", min_size=1, max_size=5)


@st.composite
def inline(draw: st.DrawFn) -> tuple[str, list[str]]:
    """Inline Markdown, and the words a reader sees of it."""
    words = draw(st.lists(WORD, min_size=1, max_size=4))
    shapes = (
        "{}",
        "**{}**",
        "*{}*",
        "~~{}~~",
        "`{}`",
        "[{}](https://x.io)",
        "![{}](a.png)",
        "<b>{}</b>",
        "<!-- {} -->",
        "***{}***",
        "[{}](<b c.md> 'd')",
        "{}\\\nz",
        "{}<br>",
        "[**{}**][r]",
    )
    written, seen = [], []
    for word in words:
        shape = draw(st.sampled_from(shapes))
        written.append(shape.format(word))
        if shape not in ("![{}](a.png)", "<!-- {} -->"):
            seen.append(word)
    # A line that begins with a comment is HTML to its end, says CommonMark.
    return " ".join(["z", *written]), seen


@st.composite
def document(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A document of known structure, and the words a reader sees of it, in order."""
    shapes = (
        "{}",
        "# {}",
        "> {}",
        "- {}",
        "1. {}",
        "- [x] {}",
        "> - {}",
        "- > {}",
        "| h |\n|---|\n| {} |",
        "```py\n{}\n```",
        "- a\n\n  {}",
        "<div>\n\n{}\n\n</div>",
    )
    written, seen = [], []
    for _ in range(draw(st.integers(1, 4))):
        shape = draw(st.sampled_from(shapes))
        if "```" in shape:
            text = draw(WORD)
            words = [text]
        else:
            text, words = draw(inline())
            text = text.replace("\\\n", " ") if "|" in shape or shape.startswith("#") else text
        written.append(shape.format(text))
        seen += words
    return "\n\n".join([*written, "[r]: https://x.io/r"]), seen


@given(document())
def test_no_markup_is_left_and_no_word_is_lost(made: tuple[str, list[str]]) -> None:
    markdown, words = made
    plain = convert(markdown).plain
    assert not re.search(r"[*_`~#|<>\\\[\]!]|\]\(", plain)
    at = 0
    for word in words:
        at = plain.index(word, at) + len(word)


@pytest.mark.parametrize("char", sorted(RESERVED))
@given(before=st.text(alphabet="ab \n", max_size=5), after=st.text(alphabet="ab \n", max_size=5))
def test_a_reserved_character_of_a_literal_has_its_backslash(char: str, before: str, after: str) -> None:
    made = finish(f"x{mark_literal(before + char + after)}x")
    assert f"\\{char}" in made.commentary
