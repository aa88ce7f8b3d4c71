"""Markdown becomes a page's HTML and a feed's, rule by rule."""

from __future__ import annotations

import re

import pytest

from pipeline.markdown import Document, HeadingInfo, ImageTarget, ImageUse, LinkUse, Target, to_html

PAGE = "/blog/walk/day-02/"
ABSOLUTE = "https://e.org/blog/walk/day-02/"


def nowhere(_: str) -> None:
    return None


def written(markdown: str, *, title: str | None = None, taken: tuple[str, ...] = ()) -> Document:
    return to_html(
        markdown, page_url=PAGE, page_absolute=ABSOLUTE, title=title, link=nowhere, image=nowhere, taken=taken
    )


def page(markdown: str) -> str:
    return written(markdown).html


def feed(markdown: str) -> str:
    return written(markdown).feed_html


def codes(markdown: str) -> list[tuple[str, int]]:
    return [(note.code, note.line) for note in written(markdown).warnings]


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        pytest.param("One\ntwo", "<p>One\ntwo</p>\n", id="soft break"),
        pytest.param("One\\\ntwo  \nthree", "<p>One<br>\ntwo<br>\nthree</p>\n", id="hard break"),
        pytest.param(
            "*a* **b** ~~c~~ `d < e`",
            "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d &lt; e</code></p>\n",
            id="inline",
        ),
        pytest.param('1 < 2 & 3 > "2"', '<p>1 &lt; 2 &amp; 3 &gt; "2"</p>\n', id="no more is escaped than must be"),
        pytest.param("***", "<hr>\n", id="rule"),
        pytest.param("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n", id="quotation"),
        pytest.param("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n", id="tight list"),
        pytest.param("1. a\n\n2. b", "<ol>\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ol>\n", id="loose list"),
        pytest.param("7. a", '<ol start="7">\n<li>a</li>\n</ol>\n', id="list from seven"),
        pytest.param("    a < b\n", '<pre tabindex="0"><code>a &lt; b\n</code></pre>\n', id="indented code"),
        pytest.param("", "", id="nothing"),
        pytest.param("#Day2/30 #walk", "<p>#Day2/30 #walk</p>\n", id="a hashtag is no heading"),
    ],
)
def test_plain_markup_is_written_as_bare_html(markdown: str, html: str) -> None:
    assert page(markdown) == html


def test_page_and_feed_are_one_text_where_nothing_differs() -> None:
    document = written("One *two*\n\n- three")
    assert document.feed_html is document.html


# Headings


def test_a_heading_has_an_id_and_a_link_to_itself_on_the_page_alone() -> None:
    document = written("## What's new & old?")
    assert document.html == (
        '<h2 id="whats-new-old">What\'s new &amp; old?'
        ' <a class="anchor" href="#whats-new-old" aria-label="Link to What\'s new &amp; old?">#</a></h2>\n'
    )
    assert document.feed_html == "<h2>What's new &amp; old?</h2>\n"


@pytest.mark.parametrize(
    ("headings", "ids"),
    [
        pytest.param("## A\n## A\n## A", ["a", "a-2", "a-3"], id="repeated"),
        pytest.param("## A\n## A 2\n## A", ["a", "a-2", "a-3"], id="a number taken"),
        pytest.param("## A\n## B {#a}", ["a-2", "a"], id="the chosen id wins"),
        pytest.param("## A {#x}\n## B {#x}", ["x", "x-2"], id="chosen twice"),
        pytest.param(
            "## Größe ändern\n## हिन्दी\n## 日本語", ["größe-ändern", "हिन्दी", "日本語"], id="letters of every script"
        ),
        pytest.param("## 🚀\n## ⚙️\n## ?!", ["section", "section-2", "section-3"], id="no letters"),
        pytest.param("## A `b` [c](https://d.e) *f*", ["a-b-c-f"], id="markup"),
        pytest.param("## Python 3.12", ["python-3-12"], id="full stop"),
        pytest.param("## Fn 1\n\nx[^a]\n\n[^a]: y", ["fn-1-2"], id="a footnote's id"),
        pytest.param('<p id="a">x</p>\n\n## A', ["a-2"], id="an id in raw HTML"),
    ],
)
def test_ids_are_slugs_and_unique(headings: str, ids: list[str]) -> None:
    document = written(headings)
    assert [heading.id for heading in document.headings] == ids
    assert re.findall(r'<h2 id="([^"]*)"', document.html) == ids


def test_ids_step_aside_for_those_of_the_page_around() -> None:
    assert [heading.id for heading in written("## Main\n## Toc", taken=("main",)).headings] == ["main-2", "toc"]


def test_a_heading_takes_classes_and_no_other_attribute() -> None:
    assert page("## A {#b .c .d onclick=x}").startswith('<h2 id="b" class="c d">A <a')


def test_braces_that_name_no_id_are_read() -> None:
    document = written("## Fill in {name}\n\nUse {name}\n---")
    assert [heading.text for heading in document.headings] == ["Fill in {name}", "Use {name}"]


@pytest.mark.parametrize(
    ("markdown", "levels"),
    [
        pytest.param("## A\n### B\n###### C", [2, 3, 4], id="below the title"),
        pytest.param("### A\n##### B\n### C", [2, 3, 2], id="none is skipped"),
        pytest.param("# A\n## B\n###### C", [2, 3, 4], id="all one down below a heading of the first level"),
        pytest.param("## A\n# B", [2, 2], id="wherever that is"),
    ],
)
def test_no_heading_competes_with_the_title_of_the_page(markdown: str, levels: list[int]) -> None:
    document = written(markdown)
    assert [heading.level for heading in document.headings] == levels
    assert [int(level) for level in re.findall(r"<h(\d)", document.feed_html)] == levels


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        pytest.param("# What's *new*", "What’s new", id="quotes and emphasis"),
        pytest.param("# DAY 2 - go", "Day 2 – Go", id="case and dashes"),
        pytest.param("What `x` is\n===", "What `x` is", id="underlined, and Markdown in the title"),
    ],
)
def test_a_first_heading_that_repeats_the_title_is_left_out(heading: str, title: str) -> None:
    document = written(f"{heading}\n\nText[^1]\n\n## More\n\n[^1]: Note", title=title)
    assert document.headings == (HeadingInfo(level=2, id="more", text="More"),)
    assert document.html.startswith("<p>Text")


@pytest.mark.parametrize(
    ("markdown", "title"),
    [
        pytest.param("# C++", "C#", id="another title"),
        pytest.param("## Day 2", "Day 2", id="another level"),
        pytest.param("## Before\n# Day 2", "Day 2", id="not the first"),
        pytest.param("# Day 2", None, id="no title"),
    ],
)
def test_any_other_heading_stays(markdown: str, title: str | None) -> None:
    assert len(written(markdown, title=title).headings) == markdown.count("\n") + 1


def test_a_title_left_out_leaves_nothing_behind() -> None:
    document = written("# [Day 2](x.md) ![a](b.png)\n\nText", title="Day 2")
    assert (document.html, document.feed_html, document.words) == ("<p>Text</p>\n", "<p>Text</p>\n", 1)


def test_an_empty_heading_is_none() -> None:
    assert page("##\n\ntext") == "<p>text</p>\n"


# Links


@pytest.mark.parametrize(
    ("dest", "on_page", "in_feed"),
    [
        pytest.param("https://x.y/a?b=c&d#e", "https://x.y/a?b=c&amp;d#e", "https://x.y/a?b=c&amp;d#e", id="remote"),
        pytest.param("//x.y/a", "https://x.y/a", "https://x.y/a", id="protocol-relative"),
        pytest.param("#notes", "#notes", ABSOLUTE + "#notes", id="fragment"),
        pytest.param("../a.md", "/blog/walk/a.md", "https://e.org/blog/walk/a.md", id="relative"),
        pytest.param("/a/", "/a/", "https://e.org/a/", id="from the root"),
        pytest.param("?a=b", PAGE + "?a=b", ABSOLUTE + "?a=b", id="query"),
        pytest.param("/../..//x.y", "/x.y", "https://e.org/x.y", id="above the root"),
        pytest.param("mailto:a@b.c", "mailto:a@b.c", "mailto:a@b.c", id="mail"),
        pytest.param("tel:+49-30", "tel:+49-30", "tel:+49-30", id="telephone"),
        pytest.param("<a b[c].pdf>", PAGE + "a%20b%5Bc%5D.pdf", ABSOLUTE + "a%20b%5Bc%5D.pdf", id="to be encoded"),
    ],
)
def test_links_are_root_relative_on_the_page_and_absolute_in_the_feed(dest: str, on_page: str, in_feed: str) -> None:
    document = written(f"[a]({dest})")
    assert document.html == f'<p><a href="{on_page}">a</a></p>\n'
    assert document.feed_html == f'<p><a href="{in_feed}">a</a></p>\n'


def test_link_and_image_say_where_things_live() -> None:
    document = to_html(
        "[day 3](day-03.md) ![fox](fox 1.png) ![fox](<fox 1.png>) [later](day-04.md) ![gone](gone.png)",
        page_url=PAGE,
        page_absolute=ABSOLUTE,
        link={
            "day-03.md": Target(url="/blog/3/", absolute="https://e.org/blog/3/"),
            "day-04.md": Target(url="", absolute=""),
        }.get,
        image={
            "fox 1.png": ImageTarget(url="/blog/fox 1.png", absolute="https://e.org/blog/fox 1.png", width=3, height=4),
            "gone.png": ImageTarget(url="", absolute=""),
        }.get,
    )
    assert document.html == (
        '<p><a href="/blog/3/">day 3</a> ![fox](fox 1.png)'
        ' <img src="/blog/fox%201.png" alt="fox" width="3" height="4" loading="lazy" decoding="async"> later gone</p>\n'
    )
    assert document.feed_html == (
        '<p><a href="https://e.org/blog/3/">day 3</a> ![fox](fox 1.png)'
        ' <img src="https://e.org/blog/fox%201.png" alt="fox" width="3" height="4"> later gone</p>\n'
    )
    assert document.warnings == ()


def test_a_link_keeps_its_title() -> None:
    assert page('[a](https://x.y "b \\"c\\" <d>")') == (
        '<p><a href="https://x.y" title="b &quot;c&quot; &lt;d&gt;">a</a></p>\n'
    )


def test_a_link_without_a_label_shows_its_address() -> None:
    assert page("[](https://x.y/?a&b)") == '<p><a href="https://x.y/?a&amp;b">https://x.y/?a&amp;b</a></p>\n'


@pytest.mark.parametrize(
    "dest",
    [
        "javascript:a",
        "JaVaScRiPt:a",
        "&#106;avascript:a",
        "<java&#10;script:a>",
        "data:text/html,a",
        "vbscript:a",
        "file:///etc/passwd",
        "ftp://a.b",
        "x:y",
        "<java\u200bscript:a>",
        "http:a",
        "https:///a",
        "http://a b/",
        "https://[x]/",
    ],
)
def test_the_label_of_a_link_that_may_not_be_stays(dest: str) -> None:
    document = written(f"one\n\n[a *b*]({dest if ' ' not in dest else f'<{dest}>'})")
    assert document.html == document.feed_html == "<p>one</p>\n<p>a <em>b</em></p>\n"
    assert [(note.code, note.line) for note in document.warnings] == [("link-scheme", 3)]


def test_a_link_without_an_address_is_a_label_and_noted() -> None:
    assert (page("[a]()"), codes("[a]()")) == ("<p>a</p>\n", [("link-empty", 1)])


def test_all_links_and_images_are_told_with_their_lines() -> None:
    document = written(
        "[one *two*](a.md)\nhttps://b.c and\n<d@e.f>\n\n![g](h.png)\n[![i](j.png)][k]\n\n[k]: https://l.m\n"
    )
    assert document.links == (
        LinkUse(dest="a.md", text="one two", line=1),
        LinkUse(dest="https://b.c", text="https://b.c", line=2),
        LinkUse(dest="mailto:d@e.f", text="d@e.f", line=3),
        LinkUse(dest="https://l.m", text="i", line=6),
    )
    assert document.images == (ImageUse(dest="h.png", alt="g", line=5), ImageUse(dest="j.png", alt="i", line=6))


# Bare addresses


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        pytest.param("see https://a.b/c.", [("https://a.b/c", "https://a.b/c")], id="full stop"),
        pytest.param("(https://a.b/c_(d))", [("https://a.b/c_(d)", "https://a.b/c_(d)")], id="parentheses"),
        pytest.param("[https://a.b]", [("https://a.b", "https://a.b")], id="brackets"),
        pytest.param("“https://a.b/”", [("https://a.b/", "https://a.b/")], id="quotation marks"),
        pytest.param(
            "www.a.b, HTTP://A.B!",
            [("https://www.a.b", "www.a.b"), ("http://A.B", "HTTP://A.B")],
            id="www and capitals",
        ),
        pytest.param(
            "https://a.b/?c=d&e=f", [("https://a.b/?c=d&amp;e=f", "https://a.b/?c=d&amp;e=f")], id="ampersand"
        ),
        pytest.param("次https://a.b/c。次", [("https://a.b/c", "https://a.b/c")], id="Japanese punctuation"),
        pytest.param(
            "https://münchen.de/ü", [("https://xn--mnchen-3ya.de/%C3%BC", "https://münchen.de/ü")], id="beyond ASCII"
        ),
        pytest.param("mail a.b+c@d.org.", [("mailto:a.b+c@d.org", "a.b+c@d.org")], id="e-mail"),
        pytest.param(
            "http://localhost:8000/a", [("http://localhost:8000/a", "http://localhost:8000/a")], id="host alone"
        ),
        pytest.param(
            "`https://a.b` xhttps://a.b x@y @z@mastodon.social a@b. http:// ftp://a.b www. a@b.c-",
            [],
            id="none of them",
        ),
        pytest.param("    https://a.b", [], id="in a block of code"),
        pytest.param("<code>https://a.b</code> <kbd>www.a.b</kbd>", [], id="in raw code"),
    ],
)
def test_bare_addresses_in_text_are_links(text: str, linked: list[tuple[str, str]]) -> None:
    assert re.findall(r'<a href="([^"]*)">([^<]*)</a>', page(text)) == linked


def test_no_link_stands_in_another() -> None:
    assert page("[a https://b.c](https://d.e)").count("<a ") == 1
    assert page('<a href="https://a.b">https://b.c</a>').count("<a ") == 1


# Images


def test_every_image_waits_until_it_is_near() -> None:
    assert page("![a](https://x.y/a.png) ![b](https://x.y/b.png)") == (
        '<p><img src="https://x.y/a.png" alt="a" loading="lazy" decoding="async">'
        ' <img src="https://x.y/b.png" alt="b" loading="lazy" decoding="async"></p>\n'
    )


def test_an_image_alone_with_a_title_is_a_figure() -> None:
    document = written('![a *b*](https://x.y/a.png "c & d")')
    assert document.html == (
        '<figure>\n<img src="https://x.y/a.png" alt="a b" loading="lazy" decoding="async">\n'
        "<figcaption>c &amp; d</figcaption>\n</figure>\n"
    )
    assert document.feed_html == (
        '<figure>\n<img src="https://x.y/a.png" alt="a b">\n<figcaption>c &amp; d</figcaption>\n</figure>\n'
    )


@pytest.mark.parametrize(
    "markdown", ['a ![b](https://c.d "e")', '![b](https://c.d "e") a', '[![b](https://c.d "e")](f)']
)
def test_an_image_with_a_title_in_company_keeps_the_title(markdown: str) -> None:
    assert 'title="e"' in page(markdown)
    assert "<figure>" not in page(markdown)


def test_an_image_without_alternative_text_is_noted() -> None:
    assert (page("a\n\n![](https://a.b)"), codes("a\n\n![](https://a.b)")) == (
        '<p>a</p>\n<p><img src="https://a.b" alt="" loading="lazy" decoding="async"></p>\n',
        [("no-alt", 3)],
    )


@pytest.mark.parametrize("dest", ["data:image/png;base64,AA", "javascript:a", "mailto:a@b.c", "tel:1"])
def test_an_image_that_may_not_be_leaves_its_alternative_text(dest: str) -> None:
    assert (page(f"![a < b]({dest})"), codes(f"![a]({dest})")) == ("<p>a &lt; b</p>\n", [("link-scheme", 1)])


# Tables, tasks, footnotes, alerts, code


def test_a_table_scrolls_by_itself_and_aligns_by_class() -> None:
    document = written("| a | b | c |\n|:--|--:|:-:|\n| 1 | **2** | |\n")
    assert document.html == (
        '<div class="table" role="region" tabindex="0" aria-label="Table">\n<table>\n<thead>\n'
        '<tr><th class="left">a</th><th class="right">b</th><th class="center">c</th></tr>\n</thead>\n<tbody>\n'
        '<tr><td class="left">1</td><td class="right"><strong>2</strong></td><td class="center"></td></tr>\n'
        "</tbody>\n</table>\n</div>\n"
    )
    assert document.feed_html.startswith('<table>\n<thead>\n<tr><th class="left">a</th>')
    assert document.feed_html.endswith("</tbody>\n</table>\n")


def test_no_two_tables_have_one_name() -> None:
    table = "|a|\n|-|\n|b|\n\n"
    assert re.findall('aria-label="([^"]*)"', page(table * 3)) == ["Table", "Table 2", "Table 3"]


def test_an_empty_corner_is_no_header() -> None:
    assert "<tr><td></td><th>a</th></tr>" in page("| | a |\n|-|-|\n| b | c |")


def test_a_task_is_a_named_box_on_the_page_and_a_character_in_the_feed() -> None:
    document = written("- [ ] a\n- [x] b\n\n\n1. [x] c\n\n   d")
    assert document.html == (
        '<ul>\n<li class="task"><input type="checkbox" disabled aria-label="Incomplete task"> a</li>\n'
        '<li class="task"><input type="checkbox" disabled checked aria-label="Completed task"> b</li>\n</ul>\n'
        '<ol>\n<li class="task"><p><input type="checkbox" disabled checked aria-label="Completed task"> c</p>\n'
        "<p>d</p>\n</li>\n</ol>\n"
    )
    assert document.feed_html.startswith('<ul>\n<li class="task">☐ a</li>\n<li class="task">☑ b</li>\n</ul>\n')


def test_a_footnote_leads_there_and_back() -> None:
    document = written("a[^x] b[^x]\n\n[^x]: c\n")
    assert document.html == (
        '<p>a<sup><a id="fnref-1" href="#fn-1" role="doc-noteref">1</a></sup>'
        ' b<sup><a id="fnref-1-2" href="#fn-1" role="doc-noteref">1</a></sup></p>\n'
        '<section class="footnotes" role="doc-endnotes" aria-label="Footnotes">\n<ol>\n'
        '<li id="fn-1">\n<p>c <a href="#fnref-1" role="doc-backlink" aria-label="Back to reference 1">↩</a>'
        ' <a href="#fnref-1-2" role="doc-backlink" aria-label="Back to reference 1-2">↩</a></p>\n</li>\n'
        "</ol>\n</section>\n"
    )
    assert document.feed_html == (
        f'<p>a<sup><a href="{ABSOLUTE}#fn-1">1</a></sup> b<sup><a href="{ABSOLUTE}#fn-1">1</a></sup></p>\n'
        '<section class="footnotes">\n<ol>\n'
        f'<li>\n<p>c <a href="{ABSOLUTE}#fnref-1">↩</a> <a href="{ABSOLUTE}#fnref-1-2">↩</a></p>\n</li>\n'
        "</ol>\n</section>\n"
    )


def test_footnotes_are_numbered_by_their_first_reference() -> None:
    html = feed('b[^"><b>] a[^a] [^B]\n\n[^a]: first\n[^b]: second [^c]\n[^c]: third\n[^"><b>]: zero')
    assert re.findall(r"<p>(\w+)", html) == ["b", "zero", "first", "second", "third"]


def test_a_footnote_that_ends_in_no_paragraph_has_its_way_back_too() -> None:
    assert '</ul>\n<p> <a href="#fnref-1"' in page("a[^1]\n\n[^1]: - b")


def test_a_footnote_nobody_refers_to_is_left_out_and_noted() -> None:
    markdown = "a\n\n[^1]: b\n\n    ## c\n\n[^2]: d [^1]"
    assert (page(markdown), codes(markdown)) == ("<p>a</p>\n", [("footnote-unused", 3), ("footnote-unused", 7)])
    assert written(markdown).headings == ()


def test_of_two_footnotes_with_one_label_the_first_counts() -> None:
    assert "second" not in page("a[^1]\n\n[^1]: first\n\n[^1]: second")


@pytest.mark.parametrize("kind", ["Note", "Tip", "Important", "Warning", "Caution"])
def test_an_alert_is_labelled_and_a_quotation_in_the_feed(kind: str) -> None:
    document = written(f"> [!{kind.upper()}]\n> a")
    assert document.html == (
        f'<div class="alert alert-{kind.lower()}" role="note">\n<p class="alert-title">{kind}</p>\n<p>a</p>\n</div>\n'
    )
    assert document.feed_html == f"<blockquote>\n<p><strong>{kind}</strong></p>\n<p>a</p>\n</blockquote>\n"


def test_code_is_coloured_on_the_page_and_plain_in_the_feed() -> None:
    document = written("```Python title='a'\nx = '<'\n```")
    assert document.html == (
        '<pre tabindex="0"><code class="language-python">x <span class="o">=</span>'
        ' <span class="s1">&#39;&lt;&#39;</span>\n</code></pre>\n'.replace("&#39;", "'")
    )
    assert document.feed_html == "<pre><code class=\"language-python\">x = '&lt;'\n</code></pre>\n"


def test_code_of_an_unknown_language_is_plain() -> None:
    assert page("```frobnic<a\n&\n```") == '<pre tabindex="0"><code class="language-frobnic">&amp;\n</code></pre>\n'


# The whole


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        pytest.param("", 0, id="none"),
        pytest.param("One two.\nThree\n\n- four\n- five", 5, id="across blocks"),
        pytest.param("# A b\n\n[c d](https://e.f) `g h`", 6, id="markup is no word"),
        pytest.param("a  b   c", 3, id="runs of spaces"),
        pytest.param("日本語 and 中文", 6, id="by the character"),
        pytest.param("| a | b |\n|---|---|\n| c | d |", 4, id="table"),
        pytest.param("```\nx = 1\n\ny\n```", 4, id="code"),
        pytest.param("x <b>y z</b>\n\n<div>a b</div>", 5, id="raw HTML"),
    ],
)
def test_words_are_counted(markdown: str, words: int) -> None:
    assert written(markdown).words == words


@pytest.mark.parametrize(
    ("markdown", "first"),
    [
        pytest.param(
            "**#Day2**/30 #a #b #c #d #e\n\nHere it *says* a\n`thing` or two.\n\nMore of it is to come.",
            "Here it says a thing or two.",
            id="the label is no summary",
        ),
        pytest.param(
            "# A title of very many words\n\nToo short.\n\nThis one is [long enough](a.md).",
            "This one is long enough.",
            id="headings and short ones pass",
        ),
        pytest.param(
            "a[^1]\n\n[^1]: Five words in a note.\n\nFive words in the text.",
            "Five words in the text.",
            id="nor is a footnote",
        ),
        pytest.param("これは長い文章です。", "これは長い文章です。", id="Japanese"),
        pytest.param("Short.", "", id="none"),
    ],
)
def test_the_first_paragraph_that_says_something_is_told(markdown: str, first: str) -> None:
    assert written(markdown).first_paragraph == first


def test_characters_that_html_forbids_are_dropped() -> None:
    document = written('a\x00\x08b\x7f\x9d\ufffe\ud800 c&#1;d\r\ne `f\x1b`\rg [h](https://i.j/\x02k "l&#3;m")')
    assert document.html == '<p>ab cd\ne <code>f</code>\ng <a href="https://i.j/k" title="lm">h</a></p>\n'


@pytest.mark.parametrize(
    "markdown",
    [
        pytest.param(">" * 1000 + " a", id="quotations"),
        pytest.param("".join("  " * depth + "- a\n" for depth in range(300)), id="lists"),
        pytest.param("*" * 2000 + "a" + "*" * 2000, id="emphasis"),
        pytest.param("<div>" * 1000, id="elements"),
        pytest.param("![" * 500 + "a" + "](b)" * 500, id="images"),
    ],
)
def test_deep_nesting_is_balanced(markdown: str) -> None:
    html = page(markdown)
    for tag in ("blockquote", "ul", "li", "em", "strong", "div"):
        assert html.count(f"<{tag}>") == html.count(f"</{tag}>")
    assert "a" in html or "<div>" in html


@pytest.mark.parametrize(
    "unit",
    [
        "https://",
        "www.",
        "a@",
        "(",
        "<a ",
        "<a x='",
        "<!--",
        "<script",
        "<script>",
        "[a](<",
        "https://a.b)))",
        "# a\n",
        "|a",
        "<b\n",
        "a.",
        "&#1;",
        "[^1]",
        "a@b.",
        "- [ ] ",
        "<a b=c",
    ],
)
def test_long_input_takes_no_longer_than_its_length(unit: str) -> None:
    from time import process_time

    def seconds(times: int) -> float:
        start = process_time()
        page(unit * times)
        return process_time() - start

    seconds(10)
    # Linear is a factor of 8, quadratic one of 64; a few milliseconds are noise.
    assert min(seconds(8000) for _ in range(3)) < 0.05 + 24 * seconds(1000)
