"""The LinkedIn text room: Markdown to what is read and what goes over the wire."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any, Literal

import pytest

from pipeline.linkedin_text import (
    Image,
    LinkedInText,
    Note,
    compose,
    convert,
    escape,
    finish,
    mark_literal,
    plain_of,
    unescape,
    units,
)
from pipeline.model import Mention

VECTORS = json.loads((Path(__file__).parents[1] / "vectors/linkedin.json").read_text(encoding="utf-8"))
MENTIONS = {
    "microsoft": Mention(name="Microsoft", urn="urn:li:organization:1035"),
    "foobar": Mention(name="Foo (Bar) Inc.", urn="urn:li:organization:42"),
}
BASES = {"link_relative_with_base": "https://blog.example.com"}
UNKNOWN = {"mention_company_unknown"}
NBSP = "\u00a0"


def codes(made: LinkedInText) -> list[str]:
    return [note.code for note in (*made.warnings, *made.errors)]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_a_vector_has_both_its_forms(vector: dict[str, str]) -> None:
    name = vector["name"]
    made = convert(vector["markdown"], base=BASES.get(name), mentions={} if name in UNKNOWN else MENTIONS)
    assert (made.plain, made.commentary) == (vector["plain"], vector["commentary"])


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("length_3000_ok", False),
        ("length_3001_error", True),
        ("length_emoji_utf16", True),
        ("length_wire_inflation", True),
    ],
)
def test_the_limit_holds_for_both_forms_in_utf_16_units(name: str, refused: bool) -> None:
    [markdown] = [vector["markdown"] for vector in VECTORS if vector["name"] == name]
    assert codes(convert(markdown)) == ["too-long"] * refused


#: What is not in the vectors: by id, Markdown, and the text as read. The wire form is checked by `unescape`.
READS = {
    "windows line ends": ("a\r\nb\r\n\r\nc", "a b\n\nc"),
    "byte order mark": ("\ufeff# Title", "Title"),
    "decomposed letters": ("cafe\u0301", "café"),
    "letters composed across markup": ("*e*\u0301 e&#769;", "é é"),
    "no compatibility forms": ("½ ™ ﬁ", "½ ™ ﬁ"),
    "control characters": ("a\x01b&#1;c\td", "abc d"),
    "line separator": ("a\u2028b", "a\nb"),
    "entities decoded once": ("&amp;lt; &copy; &#x1F600;", "&lt; © 😀"),
    "no-break space stays": ("10&nbsp;km", f"10{NBSP}km"),
    "lone surrogate": ("a\ud800b", "a\ufffdb"),
    "marks in the text": ("a\ufdd0b &#xFDD4;c", "ab c"),
    "soft break in emphasis": ("*a\nb*", "a b"),
    "hard break before a blank line": ("a\\\n\nb", "a\\\n\nb"),
    "many blank lines": ("a\n\n\n\n\nb", "a\n\nb"),
    "heading in a list": ("- # a\n- b", "• a\n• b"),
    "heading id": ("## Setup {#setup}\n\nx", "Setup\n\nx"),
    "braces in a heading": ("## Use {name}", "Use {name}"),
    "heading with a trailing hash": ("# a #", "a"),
    "seven hashes": ("####### a", "####### a"),
    "code block keeps its blank lines": ("```\na\n\n\n\nb\n```", "a\n\n\n\nb"),
    "code block without outer blank lines": ("x\n\n```\n\na  \n\n```\n\ny", "x\n\na\n\ny"),
    "indented code": ("a\n\n    b\n      c", f"a\n\nb\n{NBSP * 2}c"),
    "tabs in code": ("```\n\tx\ty\n```", f"{NBSP * 4}x   y"),
    "code block in an item": ("- a\n\n  ```\n  b\n    c\n  ```", f"• a\n{NBSP * 2}b\n{NBSP * 4}c"),
    "empty code block": ("a\n\n```\n```\n\nb", "a\n\nb"),
    "markup in code": ("`**a** &amp; #b`", "**a** &amp; #b"),
    "ordered from three": ("3. a\n4. b", "3. a\n4. b"),
    "ordered with parentheses": ("1) a\n2) b", "1. a\n2. b"),
    "fourth level": ("- a\n  - b\n    - c\n      - d", f"• a\n{NBSP * 2}◦ b\n{NBSP * 4}▪ c\n{NBSP * 6}▪ d"),
    "list in a list's first line": ("- - a\n  - b", f"• ◦ a\n{NBSP * 2}◦ b"),
    "two lists": ("- a\n\n* b", "• a\n\n• b"),
    "empty item": ("- a\n-\n- b", "• a\n• b"),
    "hard break in an item": ("- a\\\n  b", f"• a\n{NBSP * 2}b"),
    "text after a nested block": ("- ```\n  a\n  ```\n  b", f"• a\n{NBSP * 2}b"),
    "loose nested list": ("- a\n\n  - b\n\n  - c\n\n- d", f"• a\n{NBSP * 2}◦ b\n\n{NBSP * 2}◦ c\n\n• d"),
    "ordered task": ("1. [x] a\n2. [ ] b", "1. ☑ a\n2. ☐ b"),
    "nested task": ("- a\n  - [x] b", f"• a\n{NBSP * 2}☑ b"),
    "quote in an item": ("- > a\n  >\n  > b", f"• “a\n\n{NBSP * 2}b”"),
    "list in a quote": ("> - a\n> - b", "“• a\n• b”"),
    "quote in a quote": ("> a\n>\n> > b", "“a\n\n“b””"),
    "empty quote": ("a\n\n>\n\nb", "a\n\nb"),
    "alert": ("> [!NOTE]\n> a\n>\n> b", "Note: a\n\nb"),
    "rule at the ends": ("---\n\na\n\n***", "a"),
    "two rules": ("a\n\n---\n\n---\n\nb", "a\n\n———\n\nb"),
    "dashes typed as text": ("———", "———"),
    "table with empty cells": ("| a | |\n|---|---|\n| 1 | 2 |\n| | |\n| | 3 |", "• a: 1 · 2\n• 3"),
    "table without rows": ("| a | b |\n|---|---|", "• a · b"),
    "table with a pipe": ("| a |\n|---|\n| x \\| `y\\|z` |", "• a: x | y|z"),
    "table head with a colon": ("| a: |\n|---|\n| b |", "• a: b"),
    "table head too long to repeat": (f"| {'a' * 90} | b |\n|---|---|\n| 1 | 2 |", f"• {'a' * 90} · b\n• 1 · 2"),
    "line break in a cell": ("| a |\n|---|\n| b<br>c |", f"• a: b\n{NBSP * 2}c"),
    "table in an item": ("- x\n  | a |\n  |---|\n  | b |", f"• x\n{NBSP * 2}• a: b"),
    "footnotes by first reference": ("x[^b] y[^a] z[^b]\n\n[^a]: A\n[^b]: B", "x[1] y[2] z[1]\n\n[1] B\n[2] A"),
    "footnote in a footnote": ("x[^a] y[^c]\n\n[^a]: A[^b]\n[^b]: B\n[^c]: C", "x[1] y[2]\n\n[1] A[3]\n[2] C\n[3] B"),
    "footnotes that refer to each other": ("x[^a]\n\n[^a]: A[^b]\n[^b]: B[^a]", "x[1]\n\n[1] A[2]\n[2] B[1]"),
    "footnote of two paragraphs": ("x[^a]\n\n[^a]: A\n\n    B", f"x[1]\n\n[1] A\n{NBSP * 2}B"),
    "footnote in the middle": ("x[^a]\n\n[^a]: A\n\ny", "x[1]\n\ny\n\n[1] A"),
    "footnote defined in a quote": ("x[^a]\n\n> q\n>\n> [^a]: A", "x[1]\n\n“q”\n\n[1] A"),
    "footnote of another case": ("x[^A]\n\n[^a]: A", "x[1]\n\n[1] A"),
    "image in a sentence": ("a ![b](c.png) d", "a d"),
    "image on its own line": ("a\n![b](c.png)\nd", "a d"),
    "image in an item": ("- ![b](c.png)\n- d", "• d"),
    "image as a link": ("[![b](c.png)](https://x.io)", "https://x.io"),
    "comment in a sentence": ("a <!-- b --> c", "a c"),
    "comment on its own": ("a\n\n<!-- b\n\nc -->\n\nd", "a\n\nd"),
    "inline tags": ("a <b>b</b> <kbd>c</kbd>", "a b c"),
    "line break tags": ("a<br>b<br/> c<BR>\nd", "a\nb\nc\nd"),
    "two line break tags": ("a<br><br>b", "a\n\nb"),
    "scripts and styles": ("<script>\na\n</script>\n\nb <script>c</script> d\n\n<style>\ne\n</style>", "b d"),
    "script in a block": ("<div><script>a()</script>b</div>", "b"),
    "block tags": ("<div>\n<p>a\nb</p><p>c</p>\n</div>", "a b\nc"),
    "preformatted": ("<pre>\na\n  b *c*\n</pre>", f"a\n{NBSP * 2}b *c*"),
    "entities in a block": ("<div>&amp;lt; &#35;a</div>", "&lt; #a"),
    "details around Markdown": ("<details>\n<summary>a</summary>\n\n**b**\n\n</details>", "a\n\nb"),
    "unclosed comment": ("a\n\n<div>b <!-- c", "a\n\nb"),
    "link with code": ("[`a_b`](https://x.io)", "a_b (https://x.io)"),
    "link with a space at its end": ("[a ](https://x.io)b", "a (https://x.io) b"),
    "link by collapsed reference": ("[a][]\n\n[a]: https://x.io", "a (https://x.io)"),
    "link to a path with spaces": ("[a](<https://x.io/b c>)", "a (https://x.io/b%20c)"),
    "link without a scheme": ("[a](//x.io/b)", "a (https://x.io/b)"),
    "autolink": ("<https://x.io/a_b>", "https://x.io/a_b"),
    "autolink to a mailbox": ("<me@x.org>", "me@x.org"),
    "autolink of another scheme": ("<ftp://x.io> <mailto:me@x.org>", "ftp://x.io mailto:me@x.org"),
    "label equal but for its case": ("[Example.com](https://www.example.com/)", "https://www.example.com/"),
    "label that is the address": ("[me@x.org](mailto:me@x.org)", "me@x.org"),
    "mailbox without a label": ("[](mailto:me@x.org)", "me@x.org"),
    "page of a school": ("[a](https://www.linkedin.com/school/mit)", "a (https://www.linkedin.com/school/mit)"),
    "article on LinkedIn": ("[a](https://www.linkedin.com/pulse/b)", "a (https://www.linkedin.com/pulse/b)"),
    "undefined footnote": ("a[^1]", "a[^1]"),
    "wikilink and math": ("[[a]] $b$", "[[a]] $b$"),
}


@pytest.mark.parametrize(("markdown", "plain"), READS.values(), ids=READS)
def test_markdown_reads_as_a_careful_person_would_have_typed_it(markdown: str, plain: str) -> None:
    assert convert(markdown).plain == plain


@pytest.mark.parametrize("markdown", [case[0] for case in READS.values()], ids=READS)
def test_the_wire_form_unescaped_is_the_text(markdown: str) -> None:
    made = convert(markdown)
    assert unescape(made.commentary) == made.plain


#: By id, Markdown and the hashtags LinkedIn is told.
TAGS = {
    "in emphasis": ("**#Day2**/30", ["Day2"]),
    "started in emphasis": ("*#Day*2", ["Day2"]),
    "escaped": ("\\#a b\\#c", []),
    "escaped backslash": ("\\\\#a", ["a"]),
    "entity": ("&#35;a &#x23;b &num;c", []),
    "entity beside a tag": ("&amp; #a", ["a"]),
    "in code": ("`#a`", []),
    "in a code block": ("```\n#a\n```", []),
    "in an address": ("https://x.io/?#a www.x.io/-#b <https://x.io/?#c> [d](https://x.io/?#d)", []),
    "after an address": ("https://x.io #a", ["a"]),
    "fullwidth sign": ("＃日本", ["日本"]),
    "vowel signs": ("#हिन्दी", ["हिन्दी"]),
    "joiner within": ("#می\u200cشود", ["می\u200cشود"]),
    "underscore": ("#my_tag #_", ["my_tag"]),
    "digit first": ("#100DaysOfCode #3D", ["100DaysOfCode", "3D"]),
    "digits only": ("#1 #2024 #½", []),
    "keycap": ("#️⃣ #1️⃣", []),
    "after punctuation": ('(#a) "#b" -#c …#d', ["a", "b", "c", "d"]),
    "after an emoji": ("🚀#a", ["a"]),
    "after a mark": ("❤️#a", []),
    "after a letter": ("C#a é#b 日#c", []),
    "after a literal letter": ("`C`#a", []),
    "after a footnote": ("x[^1]#a\n\n[^1]: y", ["a"]),
    "after an ampersand and a slash": ("R&#D /#a", []),
    "doubled": ("##a ＃#b", []),
    "in a heading": ("# On #a", ["a"]),
    "in a table": ("| h |\n|---|\n| #a |", ["a"]),
    "in HTML": ("<div>#a &#35;b</div>", ["a"]),
    "at the start of each line": ("#a\n#b\\\n#c\n\n#d", ["a", "b", "c", "d"]),
    "twice": ("#a #b #a", ["a", "b"]),
    "in a link to LinkedIn's own page of it": ("[#AI](https://www.linkedin.com/feed/hashtag/ai)", ["AI"]),
}


@pytest.mark.parametrize(("markdown", "hashtags"), TAGS.values(), ids=TAGS)
def test_a_hashtag_is_what_the_rule_says(markdown: str, hashtags: list[str]) -> None:
    assert list(convert(markdown).hashtags) == hashtags


@pytest.mark.parametrize(
    ("sign", "wire"), [("#", "{hashtag|\\#|a\\_b}"), ("＃", "{hashtag|＃|a\\_b}")], ids=["ascii", "fullwidth"]
)
def test_a_hashtag_goes_out_as_linkedins_template(sign: str, wire: str) -> None:
    assert convert(f"{sign}a_b").commentary == wire


def test_a_bare_hashtag_is_the_only_sign_that_is_not_escaped() -> None:
    made = convert("#Day2/30 C# #1 `#a` ##b #a_b", hashtag_style="bare")
    assert made.commentary == "#Day2/30 C\\# \\#1 \\#a \\#\\#b #a\\_b"


def test_a_bare_hashtag_reads_back() -> None:
    made = convert("#Day2/30 of #thirtyDays (C#)", hashtag_style="bare")
    assert unescape(made.commentary) == made.plain


def test_a_raw_address_keeps_what_does_not_cut_the_post() -> None:
    made = convert("See https://x.io/a_b?c=~d#e, [f](https://x.io/g_(h)) and (i_j)", escape_urls=False)
    assert made.commentary == "See https://x.io/a_b?c=~d#e, f \\(https://x.io/g_\\(h\\)\\) and \\(i\\_j\\)"


@pytest.mark.parametrize(
    "markdown",
    ["https://x.io/a_b#c d_e", "[a_b](https://x.io/c_(d))", "<https://x.io/@[a]>#b", "www.x.io/a_b! c"],
)
def test_a_raw_address_reads_back_where_it_may(markdown: str) -> None:
    made = convert(markdown, escape_urls=False)
    assert unescape(made.commentary, raw_urls=True) == made.plain


def test_a_raw_address_breaks_linkedins_own_grammar() -> None:
    made = convert("https://x.io/a_b", escape_urls=False)
    with pytest.raises(ValueError, match="'_' at 14 is neither escaped"):
        unescape(made.commentary)


WARNINGS = {
    "strikethrough": ("a\n\n~~b~~", "strikethrough", 3),
    "hashtag with a hyphen": ("#dev-ops", "hashtag-cut", None),
    "hashtag with signs": ("#C++", "hashtag-cut", None),
    "hashtag with a dot": ("#Node.js", "hashtag-cut", None),
    "hashtag with an apostrophe": ("#women’s", "hashtag-cut", None),
    "hashtag at a hashtag": ("#a#b", "hashtag-cut", None),
    "hashtag of digits": ("We are #1", "hashtag-digits", None),
    "hashtag for a heading": ("#1What I learned", "hashtag-number", None),
    "unknown company": ("a\nb [c](https://www.linkedin.com/company/c)", "mention-unknown", 2),
    "company by another name": ("[MS](https://linkedin.com/company/Microsoft/)", "mention-label", 1),
    "member": ("[a](https://de.linkedin.com/in/a)", "link-reduced", 1),
    "feed": ("[a](https://www.linkedin.com/feed/update/urn:li:share:1)", "link-reduced", 1),
    "relative": ("[a](b.md)", "link-relative", 1),
    "scheme": ("[a](javascript:b)", "link-scheme", 1),
    "no address": ("[a]()", "link-empty", 1),
    "fragment": ("[a](#b)", "link-fragment", 1),
    "www": ("[a](www.x.io)", "link-bare", 1),
    "hashtag in a label": ("[on #a](https://x.io)", "hashtag-in-link", 1),
    "raw image": ("<p>\n<img src=a>", "html-lost", 1),
    "raw frame": ('a <iframe src="b"></iframe>', "html-lost", 1),
    "raw link": ('a <a href="b">c</a>', "html-lost", 1),
    "open comment": ("<div><!-- a", "html-lost", 1),
    "open script": ("<div><script>a", "html-lost", 1),
    "unused footnote": ("a\n\n[^b]: c", "footnote-unused", 3),
    "undefined footnote": ("a[^b]", "footnote-undefined", None),
    "mathematical letters": ("𝗯𝗼𝗹𝗱 𝘁𝗲𝘅𝘁", "styled-letters", None),
    "address broken by emphasis": ("https://x.io/__init__.py", "address-broken", 1),
}


@pytest.mark.parametrize(("markdown", "code", "line"), WARNINGS.values(), ids=WARNINGS)
def test_a_loss_is_a_warning_with_its_line(markdown: str, code: str, line: int | None) -> None:
    assert [(note.code, note.line) for note in convert(markdown, mentions=MENTIONS).warnings] == [(code, line)]


@pytest.mark.parametrize(
    "markdown",
    [
        "#Day2/30 of #100DaysOfCode, #café",
        "#AI. #ML! (#LLM)",
        "#30DaysOfAI",
        "\\#1 in our hearts",
        "a \\[^1] b",
        "<a id=b></a>c <b>d</b> <!-- e --> f<br>g",
        "<me@x.org> <https://x.io> [me@x.org](mailto:me@x.org)",
        "[a](b.md)",
        "*https://x.io/a* __https://x.io/b__",
        "H<sub>2</sub>O",
        "| a |\n|---|\n| b |",
    ],
)
def test_what_is_fine_is_not_warned_of(markdown: str) -> None:
    assert codes(convert(markdown, base="https://blog.example.com/")) == []


def test_the_entries_files_are_asked_for_before_all_else() -> None:
    asked: list[str] = []

    def link(dest: str) -> str | None:
        asked.append(dest)
        return "https://blog.example.com/day-3/" if dest == "day-03.md" else None

    made = convert("[next](day-03.md) [x](https://x.io)", link=link)
    assert (made.plain, asked) == (
        "next (https://blog.example.com/day-3/) x (https://x.io)",
        ["day-03.md", "https://x.io"],
    )


def test_a_link_to_what_is_not_out_is_its_label_without_a_word() -> None:
    made = convert("see [day three](day-03.md), [](day-03.md) soon", link=lambda _: "")
    assert (made.plain, codes(made)) == ("see day three, soon", [])


@pytest.mark.parametrize(
    ("dest", "url"),
    [
        ("day-3", "https://x.io/blog/day-3"),
        ("/day-3", "https://x.io/day-3"),
        ("../day-3?a=1#b", "https://x.io/day-3?a=1#b"),
    ],
)
def test_a_relative_link_starts_at_the_base(dest: str, url: str) -> None:
    assert convert(f"[a]({dest})", base="https://x.io/blog").links == (url,)


def test_links_are_listed_once_in_their_order() -> None:
    made = convert("https://b.io, [x](https://a.io) https://b.io (www.c.io/d_(e)). <https://d.io>")
    assert made.links == ("https://b.io", "https://a.io", "https://www.c.io/d_(e)", "https://d.io")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://x.io/a.", "https://x.io/a"),
        ("https://x.io/a?!*", "https://x.io/a"),
        ("(https://x.io/a)", "https://x.io/a"),
        ("(https://x.io/a_(b))", "https://x.io/a_(b)"),
        ("“https://x.io/a”", "https://x.io/a"),
        ("https://x.io/a。", "https://x.io/a"),
        ("HTTPS://X.io/A", "HTTPS://X.io/A"),
        ("see:https://x.io", "https://x.io"),
        ("http://localhost:8000/a", "http://localhost:8000/a"),
    ],
)
def test_a_bare_address_ends_where_a_reader_thinks_it_does(text: str, url: str) -> None:
    assert finish(text).links == (url,)


@pytest.mark.parametrize(
    "text", ["ahttps://x.io", "https://", "https://...", "www.", "http:/x", "ftp://x.io", "awww.x.io"]
)
def test_what_is_no_address_is_not_listed(text: str) -> None:
    assert finish(text).links == ()


@pytest.mark.parametrize("urn", ["urn:li:organization:1)", "", "1035", "urn:li:organization:1 2"])
def test_a_mention_that_would_break_the_wire_is_a_name(urn: str) -> None:
    made = convert("[a](https://linkedin.com/company/a)", mentions={"a": Mention(name="A", urn=urn)})
    assert (made.commentary, made.mentions) == ("a", ())


def test_a_mention_is_found_by_the_last_part_of_its_address() -> None:
    made = convert("<https://www.linkedin.com/company/Microsoft/about/?trk=x>", mentions=MENTIONS)
    assert (made.plain, made.mentions) == ("Microsoft", (MENTIONS["microsoft"],))


def test_an_image_goes_beside_the_text_with_its_line() -> None:
    made = convert("a\n\nb ![c *d* `e_f`](img/g.png 'h')\n![](https://x.io/i.png)")
    assert made.images == (
        Image(src="img/g.png", alt="c d e_f", line=3),
        Image(src="https://x.io/i.png", alt="", line=4),
    )


def test_of_images_in_an_image_only_the_outer_one_counts() -> None:
    made = convert("![a ![b](c.png) [d](https://x.io)](e.png)")
    assert (made.images, made.links) == ((Image(src="e.png", alt="a b d", line=1),), ())


@pytest.mark.parametrize("images", ["![a](b.png)", ""])
def test_an_empty_text_needs_something_beside_it(images: str) -> None:
    assert codes(convert(images)) == ([] if images else ["empty"])


def test_an_empty_text_may_go_with_media_from_elsewhere() -> None:
    assert codes(convert("<!-- nothing -->", media=True)) == []


LIMITS = {
    "wire": ("one two (three) four", 14, "20", "22", "after '…one two' (7 units)"),
    "hashtag": ("one #two three", 15, "14", "26", "after '…one' (3 units)"),
    "emoji": ("😀" * 1500 + " and so on", 2999, "3,010", "3,010", f"after '…{'😀' * 60}' (2,998 units)"),
    "grapheme": ("👩‍💻👩‍💻", 9, "10", "10", "after '…👩‍💻' (5 units)"),
    "nothing": ("#toolong", 9, "8", "20", "before its first word"),
}


@pytest.mark.parametrize(("markdown", "limit", "read", "wire", "where"), LIMITS.values(), ids=LIMITS)
def test_a_text_over_the_limit_says_where_it_would_have_to_end(
    markdown: str, limit: int, read: str, wire: str, where: str
) -> None:
    [error] = convert(markdown, limit=limit).errors
    assert error.message == (
        f"the text has {read} UTF-16 units as read and {wire} on the wire, and the limit is {limit:,} for both; "
        f"it would have to end {where}"
    )


def test_a_text_over_the_limit_is_never_cut() -> None:
    assert convert("word " * 2000, limit=10).units == 9999


def test_where_a_text_would_have_to_end_it_fits() -> None:
    text = " ".join(f"#tag{n} (word)" for n in range(400))
    made = convert(text, limit=3000)
    end = int(made.errors[0].message.split(" (")[-1].split(" units")[0].replace(",", ""))
    assert not convert(text[:end], limit=3000).errors
    assert convert(text[: text.index(" ", end + 1)], limit=3000).errors


FOLDS = {
    "short": ("Short.", 6, 6),
    "long line": ("word " * 60, 134, 209),
    "one long word": ("a" * 300, 140, 210),
    "fourth line": ("a\\\nb\\\nc\\\nd", 5, 5),
    "three lines": ("a\\\nb\\\nc", 5, 5),
    "blank third line": ("a\\\nb\n\nc", 3, 3),
    "blank second line": ("a\n\nb\n\nc", 4, 4),
    "wide letters": ("日" * 300, 69, 105),
    "graphemes": ("👩‍💻" * 100, 140, 210),
    "flags": ("🇫🇷" * 100, 140, 208),
    "letters with many marks": ("e" + "\u0323" * 300, 0, 0),
}


@pytest.mark.parametrize(("markdown", "mobile", "desktop"), FOLDS.values(), ids=FOLDS)
def test_the_fold_is_three_lines_or_the_usual_number_of_units(markdown: str, mobile: int, desktop: int) -> None:
    assert convert(markdown).fold == {"mobile": (0, mobile), "desktop": (0, desktop)}


def test_what_a_template_writes_is_escaped_and_tagged_like_the_rest() -> None:
    body = compose("Learned *(a lot)* about `#code`.\n\nhttps://x.io/?#top")
    made = finish(f"#Day2/30 (today)\n\n{body.marked}\n\n\n\n→ {mark_literal('https://x.io/a_#b')} #AI \n")
    assert made.commentary == (
        "{hashtag|\\#|Day2}/30 \\(today\\)\n\nLearned \\(a lot\\) about \\#code.\n\nhttps://x.io/?\\#top\n\n"
        "→ https://x.io/a\\_\\#b {hashtag|\\#|AI}"
    )


def test_what_a_template_cuts_apart_is_text() -> None:
    marked = compose("[a](https://www.linkedin.com/company/microsoft) and `#b` #c", mentions=MENTIONS).marked
    made = [finish(f"{marked[:length]}… #d") for length in range(len(marked))]
    assert [unescape(text.commentary) for text in made] == [text.plain for text in made]
    assert all("urn" not in text.plain and text.hashtags[-1] == "d" for text in made)


def test_the_marks_of_a_text_read_as_nothing() -> None:
    marked = compose(
        "[a](https://www.linkedin.com/company/microsoft) `#b` https://x.io[^1]\n\n[^1]: c", mentions=MENTIONS
    )
    assert plain_of(marked.marked) == "Microsoft #b https://x.io[1]\n\n[1] c"


def test_a_composed_text_has_no_newline_at_its_ends() -> None:
    assert compose("---\n\n![a](b)\n\n    \n# c\n\n<br>\n\n---\n").marked == "c"


def test_the_json_has_these_keys_and_shapes() -> None:
    made = convert(
        "#a [Microsoft](https://www.linkedin.com/company/microsoft) ~~b~~ https://x.io ![c](d.png)",
        mentions=MENTIONS,
        limit=5,
    )
    assert json.loads(json.dumps(made.as_json())) == {
        "plain": "#a Microsoft b https://x.io",
        "commentary": "{hashtag|\\#|a} @[Microsoft](urn:li:organization:1035) b https://x.io",
        "units": 27,
        "wire_units": 68,
        "fold": {"mobile": [0, 27], "desktop": [0, 27]},
        "hashtags": ["a"],
        "mentions": [{"name": "Microsoft", "urn": "urn:li:organization:1035"}],
        "links": ["https://x.io"],
        "images": [{"src": "d.png", "alt": "c"}],
        "warnings": [f"line 1: {made.warnings[0].message}"],
        "errors": [made.errors[0].message],
    }


def test_a_note_says_its_line_where_it_has_one() -> None:
    assert [str(Note(message="m", code="c", line=line)) for line in (None, 3)] == ["m", "line 3: m"]


@pytest.mark.parametrize(("text", "length"), [("abc", 3), ("é", 1), ("😀", 2), ("🇫🇷", 4), ("👩‍💻", 5), ("\ud800", 1)])
def test_units_are_utf_16_code_units(text: str, length: int) -> None:
    assert units(text) == length


def test_each_reserved_character_gets_one_backslash() -> None:
    assert escape("\\|{}@[]()<>#*_~!") == "\\\\\\|\\{\\}\\@\\[\\]\\(\\)\\<\\>\\#\\*\\_\\~!"


@pytest.mark.parametrize(
    "commentary",
    [
        "a(b",
        "a)",
        "# a",
        "\\a",
        "\\",
        "a\\",
        "{hashtag|\\#|}",
        "{hashtag|a|b}",
        "@[a]",
        "@[a](b)",
        "@[](urn:li:x:1)",
        "a_b",
        "#",
    ],
)
def test_text_that_is_not_little_text_does_not_read_back(commentary: str) -> None:
    with pytest.raises(ValueError, match="is neither escaped nor part of a hashtag or a mention"):
        unescape(commentary)


@pytest.mark.parametrize(
    ("commentary", "plain"),
    [
        ("{hashtag|#|a}", "#a"),
        ("{hashtag|\\#|a\\_b}c", "#a_bc"),
        ("#a #1", "#a #1"),
        ("@[A \\(B\\)](urn:li:organization:1)!", "A (B)!"),
        ("", ""),
    ],
)
def test_little_text_of_others_reads_back(commentary: str, plain: str) -> None:
    assert unescape(commentary) == plain


def test_a_thousand_quotes_in_each_other_close_again() -> None:
    assert convert("> " * 1000 + "a").plain == "“" * 1000 + "a" + "”" * 1000


def test_a_thousand_lists_in_each_other_are_not_indented_out_of_sight() -> None:
    made = convert("- " * 1000 + "a\\\n" + "  " * 1000 + "b")
    assert made.plain.endswith(f" a\n{NBSP * 20}b")


NASTY: dict[str, Callable[[int], str]] = {
    "quotes": lambda n: ">" * n + "a",
    "items": lambda n: "- " * n + "a",
    "lazy lines": lambda n: "- " * n + "a" + "\\\nb" * n,
    "stars": lambda n: "*a **b " * n,
    "brackets": lambda n: "[" * n + "a" + "](b)" * n,
    "images": lambda n: "![a" * n + "](b)" * n,
    "footnote chain": lambda n: "[^0]\n\n" + "\n".join(f"[^{i}]: [^{i + 1}]" for i in range(n)) + f"\n[^{n}]: a",
    "undefined footnotes": lambda n: "[^" * n,
    "hashes": lambda n: "#a# ##b " * n,
    "schemes": lambda n: "https://" * n + " " + "a://" * n,
    "closing parentheses": lambda n: "https://x.io" + ")" * n,
    "open tags": lambda n: "<div>\n" + '<a "' * n,
    "open comments": lambda n: "<div>\n" + "<!--" * n + "<!" * n,
    "breaks": lambda n: "a<br>" * n,
    "table": lambda n: f"| {'a' * n} |\n|---|\n" + "| b |\n" * n,
    "spaces": lambda n: "a" + " " * n + "`b`" + "\n" * n + "c",
    "marks": lambda n: "`a`\u0301" * n,
    "joined emoji": lambda n: "👩\u200d" * n,
    "struck": lambda n: "~~a~~ " * n,
}


@pytest.mark.parametrize("made_of", NASTY.values(), ids=NASTY)
def test_twice_the_text_is_twice_the_work_at_most(made_of: Callable[[int], str]) -> None:
    once, twice = (_calls(partial(convert, made_of(size), limit=10)) for size in (300, 600))
    assert twice <= 2.2 * once + 400


@pytest.mark.parametrize("made_of", NASTY.values(), ids=NASTY)
def test_a_text_does_not_outgrow_its_source(made_of: Callable[[int], str]) -> None:
    source = made_of(2000)
    assert len(convert(source).commentary) <= 16 * len(source)


def _calls(work: Callable[[], object]) -> int:
    """How many functions, Python's own included, a piece of work calls."""
    count = 0

    def counted(_: FrameType, event: str, __: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("softbreak", [" ", "\n", ""])
def test_a_line_break_becomes_what_is_asked_for(softbreak: str) -> None:
    assert convert("a\nb", softbreak=softbreak).plain == f"a{softbreak}b"


def test_a_line_break_kept_in_an_item_is_indented() -> None:
    assert convert("- a\n  b", softbreak="\n").plain == f"• a\n{NBSP * 2}b"


@pytest.mark.parametrize("style", ["template", "bare"])
def test_the_same_text_gives_the_same_bytes(style: Literal["template", "bare"]) -> None:
    markdown = "".join(f"{vector['markdown']}\n\n" for vector in VECTORS)
    one, other = (json.dumps(convert(markdown, hashtag_style=style).as_json()) for _ in range(2))
    assert one == other
