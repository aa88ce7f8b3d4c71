"""Texts that try to run a script, and the places of an entry that a text can stand in."""

from __future__ import annotations

import json

#: What each of them tries to do.
CALL = "alert(1)"
#: HTML as it stands in a body, a title, anywhere.
MARKUP = (
    "<script>alert(1)</script>",
    "<SCRIPT>alert(1)</SCRIPT >",
    "<script\n>alert(1)</script\n>",
    "<script/x>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script src=data:text/javascript,alert(1)></script>",
    "<script type=module>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<!--><script>alert(1)</script>-->",
    "<!--!><img src=x onerror=alert(1)>-->",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror='alert(1)'>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=`x`onerror=alert(1)>",
    "<IMG SRC=x ONERROR=alert(1)>",
    "<img src=x:alert(1) onerror=eval(src)>",
    "<img src=x onerror\n=\nalert(1)>",
    "<img src=x onload=alert(1) onerror=alert(1)//",
    '<img """><script>alert(1)</script>">',
    "<img src=x srcset=x onerror=alert(1) loading=eager>",
    "<image src=x onerror=alert(1)>",
    "<picture><source srcset=x><img src=x onerror=alert(1)></picture>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><script>alert&#40;1)</script></svg>",
    "<svg><script href=data:text/javascript,alert(1) /></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><set onbegin=alert(1) attributeName=x>",
    "<svg><a xlink:href=javascript:alert(1)><text y=9>x</text></a></svg>",
    "<svg><a><animate attributeName=href values=javascript:alert(1) /><text y=9>x</text></a></svg>",
    "<svg><use href=\"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>#x\"></svg>",
    "<svg><foreignObject><body onload=alert(1)></foreignObject></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><title><img src=x onerror=alert(1)></title></svg>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<math><annotation-xml encoding=text/html><img src=x onerror=alert(1)></annotation-xml></math>",
    "<math href=javascript:alert(1)>x</math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<noembed><img src=x onerror=alert(1)></noembed>",
    '<xmp><p title="</xmp><img src=x onerror=alert(1)>">',
    "<plaintext><img src=x onerror=alert(1)>",
    "<template><script>alert(1)</script></template>",
    "<table><td background=javascript:alert(1)><script>alert(1)</script>",
    "<select><style></select><img src=x onerror=alert(1)></style>",
    "<body onload=alert(1)>",
    "<body onpageshow=alert(1)>",
    "<html onmouseover=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<iframe srcdoc=&lt;script&gt;parent.alert(1)&lt;/script&gt;></iframe>",
    "<iframe src='data:text/html,<script>alert(1)</script>'></iframe>",
    "<iframe onload=alert(1)></iframe>",
    "<frameset onload=alert(1)>",
    "<object data=javascript:alert(1)></object>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    "<object onerror=alert(1)>",
    "<embed src=javascript:alert(1)>",
    '<embed src=\'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>\'>',
    "<applet code=x onerror=alert(1)>",
    "<audio src=x onerror=alert(1)>",
    "<video src=x onerror=alert(1)></video>",
    "<video><source onerror=alert(1)></video>",
    "<video poster=javascript:alert(1)></video>",
    "<track onload=alert(1) default>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)>",
    "<textarea autofocus onfocus=alert(1)>",
    "<button autofocus onfocus=alert(1)>x</button>",
    "<keygen autofocus onfocus=alert(1)>",
    "<a autofocus onfocus=alert(1) href=x>x</a>",
    "<div tabindex=1 autofocus onfocus=alert(1)>x</div>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<div style='animation:x' onanimationstart=alert(1)>x</div>",
    "<style>@keyframes x{}</style><div style='animation-name:x' onanimationend=alert(1)></div>",
    "<div style='background:url(javascript:alert(1))'>x</div>",
    "<div style='width:expression(alert(1))'>x</div>",
    "<style>@import 'javascript:alert(1)';</style>",
    "<style>body{background:url('javascript:alert(1)')}</style>",
    "<link rel=stylesheet href=javascript:alert(1)>",
    "<link rel=import href='data:text/html,<script>alert(1)</script>'>",
    "<link rel=preload as=script href=x onerror=alert(1)>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<meta http-equiv=refresh content='0;url=data:text/html,<script>alert(1)</script>'>",
    "<base href='javascript:/a/-alert(1)///////'>",
    "<form action=javascript:alert(1)><input type=submit></form>",
    "<form><button formaction=javascript:alert(1)>x</button></form>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<dialog open onclose=alert(1)><form method=dialog><button>x</button></form></dialog>",
    "<p oncontentvisibilityautostatechange=alert(1) style=content-visibility:auto>x</p>",
    "<p onscrollend=alert(1) onbeforematch=alert(1) hidden=until-found>x</p>",
    "<x onclick=alert(1) autofocus tabindex=0 onfocus=alert(1)>x</x>",
    "<custom-element onpointerrawupdate=alert(1)>x</custom-element>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='java&Tab;script:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='&#x6A;&#x61;vascript:alert(1)'>x</a>",
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='vbscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg=='>x</a>",
    "<a href=x onmouseover=alert(1) style='position:fixed;inset:0'>x</a>",
    '<a href="x" title=\'" onmouseover=alert(1) x="\'>x</a>',
    "<area href=javascript:alert(1) shape=default>",
    "<map name=m><area href=javascript:alert(1)></map><img usemap=#m src=x>",
    "<blockquote cite=javascript:alert(1)>x</blockquote>",
    "<portal src=javascript:alert(1)>",
)
#: Markdown that makes links, images and code of them.
MARKDOWN = (
    "[x](javascript:alert(1))",
    "[x](JAVASCRIPT:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](<javascript:alert('1')>)",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:alert(1))",
    "[x](file:///etc/passwd)",
    "[x](//evil.example/%0ajavascript:alert(1))",
    "[x](\\javascript:alert(1))",
    '[x](https://a.example/"onmouseover=alert(1)//)',
    "[x](x 'a\" onmouseover=\"alert(1)')",
    "[x][r]\n\n[r]: javascript:alert(1)",
    "[r]\n\n[r]: <data:text/html,<script>alert(1)</script>>",
    "<javascript:alert(1)>",
    "<data:text/html,alert(1)>",
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](x.png)',
    "![x](x.png 'a\" onerror=\"alert(1)')",
    "![x](data:image/svg+xml,<svg/onload=alert(1)>)",
    "![`<img src=x onerror=alert(1)>`](x.png)",
    "[![x](javascript:alert(1))](javascript:alert(1))",
    "# x <img src=x onerror=alert(1)>",
    '## x {#"onmouseover=alert(1)}',
    "`<script>alert(1)</script>`",
    "```\n</code></pre><script>alert(1)</script>\n```",
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "```x onmouseover=alert(1)\nx\n```",
    "~~~ '><img/src=x onerror=alert(1)>\nx\n~~~",
    "[^1]\n\n[^1]: <img src=x onerror=alert(1)>",
    '[^"><img src=x onerror=alert(1)>]\n\n[^"><img src=x onerror=alert(1)>]: x',
    "| a <img src=x onerror=alert(1)> |\n| --- |\n| <script>alert(1)</script> |",
    "- [ ] <img src=x onerror=alert(1)>",
    "term <svg onload=alert(1)>\n: x",
    "> <img src=x onerror=alert(1)>",
    "http://a.example/<script>alert(1)</script>",
    'http://a.example/"onmouseover=alert(1)',
    "{{ '<script>alert(1)</script>' }} {% raw %}<script>alert(1)</script>{% endraw %}",
    "*<img src=x onerror=alert(1)>*",
    "a <b\n\nonmouseover=alert(1)>x</b>",
)
#: What breaks out of an attribute, a JSON document, a URL.
PIECES = (
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    '" onmouseover="alert(1)',
    "' autofocus onfocus='alert(1)",
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "\\u003cscript>alert(1)</script>",
    "\u2028</script><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&quot; onmouseover=&quot;alert(1)",
    "javascript:alert(1)",
    "{{ 7 * 7 }}<img src=x onerror=alert(1)>",
)
#: Front matter that a page, a feed or a list shows.
FIELDS = ("title", "summary", "author", "tags", "categories", "image", "body")


def count() -> int:
    """How many there are, each in its places."""
    return len(MARKUP) + len(MARKDOWN) + len(PIECES) * len(FIELDS)


def project() -> dict[str, str]:
    """Files of a series whose every entry tries it, by path."""
    files = {
        "daycast.toml": '[site]\ntitle = "T <img src=x onerror=alert(1)>"\nurl = "https://walks.example"\n'
        'author = "</title><script>alert(1)</script>"\n',
    }
    bodies = [*MARKUP, *MARKDOWN]
    length = len(bodies) + len(PIECES)
    files["series/walk/_index.md"] = (
        f'---\nid: walk\ntitle: "W <script>alert(1)</script>"\nlength: {length}\nstart: 2024-01-01\n'
        f'description: \'"><img src=x onerror=alert(1)>\'\nauthor: "<svg onload=alert(1)>"\nhashtag: walk\n---\n'
        f"{MARKUP[0]}\n\n{MARKUP[17]}\n\n{MARKDOWN[0]}\n"
    )
    for day, body in enumerate(bodies, 1):
        title = body.splitlines()[0][:60]
        files[f"series/walk/day-{day:03}.md"] = f"---\ntitle: {json.dumps(title)}\n---\nBefore.\n\n{body}\n\nAfter.\n"
    for day, piece in enumerate(PIECES, len(bodies) + 1):
        told = json.dumps(piece)
        files[f"series/walk/day-{day:03}.md"] = (
            f"---\ntitle: {told}\nsummary: {told}\nauthor: {told}\ntags: [{told}, plain]\ncategories: [{told}]\n"
            f'image: {{src: "https://pictures.example/a.png", alt: {told}}}\nextra: {told}\n---\n'
            f"# {piece}\n\n## {piece}\n\n## Third\n\n### Fourth\n\nText.\n"
        )
    return files
