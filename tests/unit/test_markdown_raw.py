"""Raw HTML: what is harmless stays, what can run or reach out of the entry does not."""

from __future__ import annotations

import re
from typing import Any

import html5lib
import pytest

from pipeline.markdown import Document, ImageTarget, ImageUse, LinkUse, Target, to_html

PAGE = "/blog/walk/day-02/"
ABSOLUTE = "https://e.org/blog/walk/day-02/"
XHTML = "{http://www.w3.org/1999/xhtml}"


def written(markdown: str) -> Document:
    return to_html(
        markdown,
        page_url=PAGE,
        page_absolute=ABSOLUTE,
        link={"b.md": Target(url="/blog/b/", absolute="https://e.org/blog/b/")}.get,
        image={"c.png": ImageTarget(url="/blog/c.png", absolute="https://e.org/blog/c.png")}.get,
    )


@pytest.mark.parametrize(
    "html",
    [
        "<p>H<sub>2</sub>O, E=mc<sup>2</sup>, <kbd>Ctrl</kbd>, <mark>a</mark>, <abbr>HTML</abbr></p>",
        "<details>\n<summary>More</summary>\n<p>Text</p>\n</details>",
        '<figure class="wide">\n<blockquote cite="https://x.y/">a</blockquote>\n<figcaption>b</figcaption>\n</figure>',
        '<p lang="de" dir="ltr" title="a &amp; b">c</p>',
        '<table>\n<tbody><tr><th scope="row">a</th><td colspan="2">b</td></tr></tbody>\n</table>',
        '<video src="https://x.y/a.mp4" width="320" height="240"></video>',
        '<a href="https://x.y/?a=b&amp;c=d" rel="nofollow">e</a>',
        '<div aria-label="a" role="note">b</div>',
    ],
    ids=["inline", "details", "figure", "language", "table", "video", "link", "label"],
)
def test_harmless_html_stays_as_it_is(html: str) -> None:
    assert written(html).html.strip() in (html, f"<p>{html}</p>")


def test_markdown_between_tags_is_markdown() -> None:
    html = written("<details>\n<summary>More</summary>\n\nSee *this* `x`\n\n</details>\n\nEnd").html
    assert html == (
        "<details>\n<summary>More</summary>\n<p>See <em>this</em> <code>x</code></p>\n</details>\n<p>End</p>\n"
    )


def test_what_the_writer_makes_survives_beside_raw_html() -> None:
    body = (
        "## A {.b}\n\n- [x] c[^1]\n\n> [!TIP]\n> d\n\n|e|f|\n|-|-:|\n|g|h|\n\n```python\ni = 1\n```\n\n"
        '![j](https://k.l/m.png "n")\n\n![o](https://k.l/p.png)\n\n[^1]: q\n'
    )
    alone, beside = written(body), written(f"{body}\n<br>\n")
    html = beside.html.replace("<br>\n", "")
    assert sorted(re.findall(r'[\w-]+="[^"]+"|<\w+', html)) == sorted(re.findall(r'[\w-]+="[^"]+"|<\w+', alone.html))
    assert beside.feed_html.replace("<br>\n", "") == alone.feed_html


@pytest.mark.parametrize(
    ("html", "on_page", "in_feed"),
    [
        pytest.param('<a href="b.md">x</a>', "/blog/b/", "https://e.org/blog/b/", id="mapped link"),
        pytest.param("<img alt=x src='c.png'>", "/blog/c.png", "https://e.org/blog/c.png", id="mapped image"),
        pytest.param("<video src=d.mp4></video>", PAGE + "d.mp4", ABSOLUTE + "d.mp4", id="relative"),
        pytest.param('<a href="#e">x</a>', "#e", ABSOLUTE + "#e", id="fragment"),
        pytest.param('<a href="//x.y/z">x</a>', "https://x.y/z", "https://x.y/z", id="protocol-relative"),
        pytest.param('<a href="&#x2f;f&#32;g">x</a>', "/f%20g", "https://e.org/f%20g", id="entities"),
    ],
)
def test_addresses_of_raw_html_are_mapped_too(html: str, on_page: str, in_feed: str) -> None:
    document = written(html)
    assert re.findall('(?:href|src)="([^"]*)"', document.html) == [on_page]
    assert re.findall('(?:href|src)="([^"]*)"', document.feed_html) == [in_feed]


def test_links_and_images_of_raw_html_are_told() -> None:
    document = written('a\n\n<p><a href="b.md">x</a>\n<img src="c.png" alt="y">\n</p>')
    assert document.links == (LinkUse(dest="b.md", text="", line=3),)
    assert document.images == (ImageUse(dest="c.png", alt="y", line=3),)


def test_a_feed_has_no_ids_and_roles() -> None:
    document = written('<p id="a" role="note" aria-label="b">c</p>')
    assert document.html == '<p id="a" role="note" aria-label="b">c</p>'
    assert document.feed_html == "<p>c</p>"


def test_an_id_is_given_once() -> None:
    html = written('<p id="a">b</p>\n<p id="a">c</p>\n<p id="fn-1">d</p>\n<p id="e f">g</p>').html
    assert html == '<p id="a">b</p>\n<p>c</p>\n<p>d</p>\n<p>g</p>'


def test_the_page_keeps_its_only_h1() -> None:
    document = written("<h1>a</h1>\n\n# b")
    assert (document.html.count("<h1"), document.feed_html.count("<h1"), document.html.count("<h2")) == (0, 0, 2)


@pytest.mark.parametrize(
    "html",
    [
        "<div>",
        "<b><i>",
        "</div></section></main>",
        "<table><tr><td>",
        "<details>",
        "<ul><li>",
        '<div title="',
        "<!--",
        "<div <p",
        "<a href='x",
    ],
)
def test_unclosed_tags_do_not_reach_beyond_the_entry(html: str) -> None:
    document = written(f"before\n\n{html}\n\nafter")
    for made in (document.html, document.feed_html):
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        tree = parser.parse(f"<!doctype html><title>x</title><main>{made}<p id=end>end</p></main>")
        assert tree.find("body/main/p[@id='end']") is not None
        assert "before" in made


def test_a_document_whose_only_html_goes_has_none() -> None:
    document = written("a <!-- more --> b <script>c</script>")
    assert (document.html, document.raw_html) == ("<p>a  b </p>\n", False)


def test_a_name_that_is_no_element_is_read() -> None:
    document = written("A `Vec<u8>` is a Vec<T> of </T>")
    assert document.html == "<p>A <code>Vec&lt;u8&gt;</code> is a Vec&lt;T&gt; of &lt;/T&gt;</p>\n"
    assert [note.message for note in document.warnings] == [
        "<T> is no HTML element and is shown as text: write it as `<T>`"
    ]


def test_what_goes_is_noted_with_its_line() -> None:
    document = written(
        'one\n\n<script>x</script>\n\n<p><iframe src="y"></iframe>\n<img src="z"></p>\n<a href="data:x">b</a>'
    )
    assert [(note.code, note.line) for note in document.warnings] == [
        ("raw-html", 3),
        ("no-alt", 5),
        ("link-scheme", 5),
        ("raw-html", 5),
    ]


_ELEMENTS = (
    "a abbr audio b blockquote br code del details div em figcaption figure h2 h3 h4 h5 h6 hr i img input ins kbd li"
    " mark ol p pre q s section small source span strong sub summary sup table tbody td th thead time tr u ul video wbr"
)
_ATTRIBUTES = (
    "alt checked cite class colspan controls datetime decoding dir disabled height hreflang href id lang loading loop"
    " muted open poster rel reversed role rowspan scope src start tabindex title type value width"
)
#: Everything the output may consist of.
ELEMENTS = set(_ELEMENTS.split())
ATTRIBUTES = set(_ATTRIBUTES.split())
ADDRESSES = {"cite", "href", "poster", "src"}
HARMLESS = re.compile(r"(?:https?://[^/]|mailto:|tel:|#|/(?!/))")

ATTACKS = [
    # Elements
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//x.y/z.js></SCRIPT>",
    "<script/x>alert(1)</script/x>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script\n>alert(1)</script\n>",
    "<<script>alert(1);//<</script>",
    "<script x='>'>alert(1)</script>",
    "</p><script>alert(1)</script>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<base href=javascript:alert(1)//>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=javascript:alert(1)>",
    "<style>@import 'javascript:alert(1)';</style>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input type=image src=x onerror=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<frameset onload=alert(1)>",
    "<body onload=alert(1)>",
    "<applet code=javascript:alert(1)></applet>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<keygen autofocus onfocus=alert(1)>",
    "<x-tag onclick=alert(1)>x</x-tag>",
    "<xss id=x tabindex=1 onfocus=alert(1)></xss>",
    # Event handlers and styles
    "<img src=x onerror=alert(1)>",
    "<img src=x:x oNeRrOr=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=`x`onerror=alert(1)>",
    "<img src='x'onerror=alert(1)>",
    "<img src=x onerror\n=\nalert(1)>",
    "<a onmouseover=alert(1)>x</a>",
    "<details open ontoggle=alert(1)>",
    "<video src=x onerror=alert(1)></video>",
    "<audio src onloadstart=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    '<div style="width:expression(alert(1))">x</div>',
    # Schemes
    "<a href=javascript:alert(1)>x</a>",
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "<a href='java&#x09;script:alert(1)'>x</a>",
    "<a href='&#106;&#97;vascript&colon;alert(1)'>x</a>",
    "<a href='&#x6A&#x61vascript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href=data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='/\\x.y'>x</a>",
    "<a href='\\\\x.y'>x</a>",
    "<img src='data:image/svg+xml,<svg onload=alert(1)>'>",
    "<img srcset='javascript:alert(1) 1x' alt>",
    "<video poster=javascript:alert(1) src=https://a.b></video>",
    "<q cite=javascript:alert(1)>x</q>",
    "[x](javascript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](JaVaScRiPt&#58;alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#x1;javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "<javascript:alert(1)>",
    "![x](javascript:alert(1))",
    "[x][y]\n\n[y]: javascript:alert(1)",
    "[![x](javascript:alert(1))](vbscript:x)",
    # Breaking out of attributes and text
    '[x](https://a.b/"onmouseover=alert(1)//)',
    '[x](<https://a.b/"><script>alert(1)</script>>)',
    "[x](https://a.b '\"><script>alert(1)</script>')",
    '!["><script>alert(1)</script>](https://a.b)',
    "![x](https://a.b \"' onerror='alert(1)\")",
    '![x" onerror="alert(1)](y.png "z\\" onload=\\"a")',
    '## x {#"><script>alert(1)</script>}',
    '## x {."onclick=alert(1)//}',
    '## "><img src=x onerror=alert(1)>',
    '```"><script>alert(1)</script>\nx\n```',
    "```html\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    'https://a.b/"onmouseover="alert(1)',
    "https://a.b/<script>alert(1)</script>",
    'a[^"><script>]\n\n[^"><script>]: x',
    '|<script>alert(1)</script>|\n|-|\n|"onclick=|',
    "<div title='x\" onclick=\"alert(1)'>x</div>",
    '<div title="\n\nx" onclick="alert(1)',
    # SVG, MathML and mutation
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'/></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    "<svg><foreignObject><iframe srcdoc='x'></iframe></foreignObject></svg>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<math href=javascript:alert(1)>x</math>",
    "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id=</style><img onerror=alert(1) src>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<listing>&lt;img src=1 onerror=alert(1)&gt;</listing>",
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
    "<textarea></textarea><script>alert(1)</script>",
    '<title><a href="</title><img src=x onerror=alert(1)>">',
    "<!--><img src=x onerror=alert(1)>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[><script>alert(1)</script>]]>",
    "<?xml-stylesheet href='javascript:alert(1)'?><x>",
    "<!doctype html [<!entity x '<script>alert(1)</script>'>]>&x;",
    "<table><td><style></table><img src=x onerror=alert(1)></style>",
    "<select><option><style></option></select><img src=x onerror=alert(1)></style>",
    "<plaintext><script>alert(1)</script>",
    "<a id=x><a id=x name=y href=javascript:alert(1)>x</a>",
    "<p id=fn-1 class=anchor><a href=//x.y>x</a>",
    "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
]


def elements(html: str) -> list[tuple[str, dict[Any, str]]]:
    tree = html5lib.parseFragment(html)
    return [(node.tag, node.attrib) if isinstance(node.tag, str) else ("a comment", {}) for node in tree.iter()][1:]


def dangers(html: str) -> list[str]:
    """What in the HTML, parsed as a browser does, is not on the list of harmless things."""
    found = []
    for tag, attributes in elements(html):
        name = tag.removeprefix(XHTML)
        if name not in ELEMENTS:
            found.append(f"<{tag}>")
        for key, value in attributes.items():
            if key not in ATTRIBUTES and not str(key).startswith("aria-"):
                found.append(f"<{name} {key}>")
            if key in ADDRESSES and not HARMLESS.match(value):
                found.append(f"{name} {key}={value}")
            if name == "input" and key == "type" and value != "checkbox":
                found.append(f"<input type={value}>")
    return found


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize(
    "around",
    ["{}", "x {} y", "<b>{}</b>\n\n<i>x", "- {}\n\n<br>", "> {}", "<div>\n{}\n</div>", "| {} |\n|-|\n| <u> |"],
    ids=["alone", "inline", "in an element", "item", "quotation", "block", "cell"],
)
def test_nothing_that_can_run_survives(attack: str, around: str) -> None:
    document = written(around.format(attack))
    assert dangers(document.html) == []
    assert dangers(document.feed_html) == []


def test_the_search_for_dangers_finds_some() -> None:
    found = dangers("<script>x</script><p onclick=x style=x><a href=javascript:x><svg><!--x--><input type=text>")
    assert len(found) == 7


@pytest.mark.parametrize("name", ["script", "style", "template", "textarea", "title", "svg"])
def test_what_such_an_element_holds_in_a_line_is_no_text(name: str) -> None:
    document = written(f"a <{name} x='y'>hidden **words** `code`</{name}> b")
    assert (document.html, "hidden" in document.feed_html) == ("<p>a  b</p>\n", False)


def test_a_raw_image_that_shows_nothing_is_gone() -> None:
    assert "<img" not in written('a <img src="data:image/svg+xml,x" alt="b"> c').html
