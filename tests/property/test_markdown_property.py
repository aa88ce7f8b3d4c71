"""Whatever a writer types, page and feed are sound HTML and say the same."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import html5lib
import pyromark
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.markdown import Document, plain, to_html
from tests.unit.test_markdown_raw import dangers

PAGE = "/blog/walk/day-02/"
ABSOLUTE = "https://e.org/blog/walk/day-02/"
XHTML = "{http://www.w3.org/1999/xhtml}"
OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_TASKLISTS
    | pyromark.Options.ENABLE_GFM
    | pyromark.Options.ENABLE_HEADING_ATTRIBUTES
)

WORD = st.sampled_from(
    ["a", "fox", "Größe", "日本", "🚀", "1.", "-", "&", "&amp;", "&#60;", "\\*", "'", '"', "(", ")", "+", "  "]
)
#: Pieces that mean something, in any order.
MARKUP = st.sampled_from(
    [
        "*",
        "**",
        "_",
        "~~",
        "`",
        "```",
        "~~~",
        "[",
        "]",
        "](",
        ")",
        "![",
        "<",
        ">",
        "> ",
        "- ",
        "1. ",
        "- [ ] ",
        "- [x] ",
        "# ",
        "## ",
        "|",
        "|-|-:|",
        "\n",
        "\n\n",
        "\\\n",
        "  \n",
        "    ",
        "\t",
        "---\n",
        "===\n",
        "[^1]",
        "[^1]: ",
        "[^a]: ",
        "> [!NOTE]\n",
        " {#id .c}",
        " {x}",
        "[r]: /u 't'\n",
        "[r]",
        "https://e.org/a_(b)",
        "www.e.org",
        "a@e.org",
        "<https://e.org>",
        "javascript:",
        "&#x1;",
        "&#9;",
        '"',
        " 't'",
        "\x00",
        "\r",
        "\x85",
    ]
)
HTML = st.sampled_from(
    [
        "<b>",
        "</b>",
        "<div>",
        "</div>",
        "<p",
        "<a href='x'>",
        "</a>",
        "<!--",
        "-->",
        "<img src=x>",
        "<script>",
        "</script>",
        "<svg>",
        "<table>",
        "<td>",
        "<pre>",
        "<li>",
        "<details>",
        "<x-y>",
        "<T>",
        "<textarea>",
        "<style>",
        "</p>",
        "<h1>",
        "<p id=a>",
        "<b onclick=x>",
        "='",
        "='\"",
    ]
)
WITHOUT_HTML = st.lists(MARKUP | WORD, max_size=30).map("".join)
ANYTHING = st.lists(MARKUP | WORD | HTML, max_size=30).map("".join) | st.text()


def written(markdown: str) -> Document:
    return to_html(
        markdown, page_url=PAGE, page_absolute=ABSOLUTE, title="A fox", link=lambda _: None, image=lambda _: None
    )


def parsed(html: str) -> Any:
    return html5lib.parseFragment(html, namespaceHTMLElements=False)


def attributes(html: str, *names: str) -> list[str]:
    return [node.attrib[name] for node in parsed(html).iter() for name in names if name in node.attrib]


def text(html: str) -> str:
    """What a reader reads, white space and the page's own marks aside."""
    tree = parsed(html)
    for node in tree.iter():
        if node.get("class") == "anchor":
            node.text = None
    return "".join("".join(tree.itertext()).replace("☐ ", "").replace("☑ ", "").split())


@given(WITHOUT_HTML)
@example("- [ ] \n- ```")
@example("# [a](b)\n\n|\n|-|\n| [^1] |\n\n[^1]: # c")
def test_html_is_well_formed_to_the_strictest_parser(markdown: str) -> None:
    document = written(markdown)
    if not document.raw_html:
        for html in (document.html, document.feed_html):
            html5lib.HTMLParser(strict=True).parse(f"<!DOCTYPE html><title>a</title><main>{html}</main>")


@given(ANYTHING)
def test_page_and_feed_have_the_same_text(markdown: str) -> None:
    document = written(markdown)
    assert text(document.html) == text(document.feed_html)


@given(ANYTHING)
def test_addresses_are_rooted_on_the_page_and_absolute_in_the_feed(markdown: str) -> None:
    document = written(markdown)
    on_page = attributes(document.html, "href", "src", "cite", "poster")
    in_feed = attributes(document.feed_html, "href", "src", "cite", "poster")
    assert [url for url in on_page if not re.match(r"/(?!/)|#|https?://|mailto:|tel:", url)] == []
    assert [url for url in in_feed if not re.match(r"https?://|mailto:|tel:", url)] == []
    assert [url for url in on_page + in_feed if re.search(r"[^!-~]|[\"<>\\^`{|}\[\]]", url)] == []


@given(ANYTHING)
def test_nothing_that_can_run_survives_whatever_is_typed(markdown: str) -> None:
    document = written(markdown)
    assert dangers(document.html) == dangers(document.feed_html) == []


@given(ANYTHING)
def test_ids_are_unique_and_the_feed_has_none(markdown: str) -> None:
    document = written(markdown)
    ids = attributes(document.html, "id")
    assert len(ids) == len(set(ids))
    assert {heading.id for heading in document.headings} <= set(ids)
    assert attributes(document.feed_html, "id", "tabindex", "loading", "style") == []
    assert parsed(document.html).find(".//h1") is parsed(document.feed_html).find(".//h1") is None


@given(ANYTHING)
def test_lines_lie_in_the_text(markdown: str) -> None:
    document = written(markdown)
    last = len(re.split("\r\n|\r|\n", markdown))
    lines = [link.line for link in document.links] + [image.line for image in document.images]
    lines += [note.line for note in document.warnings]
    assert [line for line in lines if not 1 <= line <= last] == []


@given(ANYTHING)
def test_plain_text_is_one_line(markdown: str) -> None:
    said = plain(markdown)
    assert said == " ".join(said.split())


@given(st.text(st.characters(exclude_characters="\\\\`*_[]<>&~", exclude_categories=["Cc", "Cs", "Cn"])))
def test_text_without_markup_is_its_own_plain_text(words: str) -> None:
    assert plain(words) == " ".join(words.split())


#: What the writer words in its own way: footnotes, alerts, attributes, captions; and controls, which it drops.
OWN_WAY = re.compile(r"\^|!NOTE|\{|'t'|\"|&#x1|[\x00\x85\r]")


@given(st.lists((MARKUP | WORD).filter(lambda piece: not OWN_WAY.search(piece)), max_size=30).map("".join))
def test_the_text_is_what_the_parser_s_own_writer_makes_of_it(markdown: str) -> None:
    document = to_html(markdown, page_url=PAGE, page_absolute=ABSOLUTE, link=lambda _: None, image=lambda _: None)
    theirs = pyromark.html(markdown, options=OPTIONS)
    # A link without a label shows its address, and one that may not be leaves its label: of images too.
    if not document.raw_html and not document.warnings and "></a>" not in theirs:
        assert text(document.html) == "".join(unescape(re.sub(r"<[^>]*>", "", theirs)).split())
