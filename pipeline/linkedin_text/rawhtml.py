"""Take the text out of raw HTML in Markdown: tags and comments dropped, entities decoded once."""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.linkedin_text.code import code_lines
from pipeline.linkedin_text.marks import mark_literal, unmarked
from pipeline.patterns import pattern

#: Elements whose content is not text.
MUTE = frozenset({"script", "style", "template"})
#: Elements that stand on lines of their own.
# fmt: off
BREAKING = frozenset({
    "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr",
    "html", "li", "main", "menu", "nav", "ol", "option", "p", "pre", "section", "summary", "table", "tbody", "tfoot",
    "thead", "title", "tr", "ul",
})
# fmt: on
#: Elements of which a post keeps nothing, or not what they mean, by what to write instead.
LOST = {
    "a": "the address of the raw HTML link is not in the text; write [label](address)",
    "img": "the raw HTML image is not part of the post; write ![alt](file)",
    **{
        tag: f"the raw HTML <{tag}> is not part of the post; say or link what it shows"
        for tag in ("audio", "canvas", "embed", "iframe", "math", "object", "svg", "video")
    },
    **{
        tag: f"LinkedIn has no strikethrough, so the text in <{tag}> reads as if it stood; say it in words"
        for tag in ("del", "s", "strike")
    },
    "sup": "LinkedIn has no superscript, so the text in <sup> reads as if it stood on the line",
}
_TOKEN = pattern(
    r"<!--(?:-?>|.*?-->|(?P<open>.*+))|<[?!][^>]*+(?:>|\Z)"
    r"|<(?P<close>/?)(?P<tag>[A-Za-z][A-Za-z0-9:-]*+)(?P<rest>(?:[^<>\"']++|\"[^\"]*+\"|'[^']*+')*+)>",
    re.DOTALL,
)
_HASH = pattern(r"&(?:#0*(?:35|65283)|#[xX]0*(?:23|[fF]{2}03)|num);")
_SPACE = pattern(r"[ \t\n\r\f]+")


class Tag:
    """An HTML tag: its name in lower case, whether it closes, and what is lost with it."""

    __slots__ = ("closes", "lost", "name")

    def __init__(self, token: re.Match[str]) -> None:
        self.name: str = token["tag"].lower()
        self.closes: bool = token["close"] == "/"
        has_address = self.name != "a" or "href" in token["rest"].lower()
        self.lost: str | None = LOST.get(self.name) if has_address and not self.closes else None


def tag_of(html: str) -> Tag | None:
    """The tag a piece of inline HTML is; None for a comment and the like."""
    token = _TOKEN.match(html)
    return Tag(token) if token is not None and token["tag"] else None


def lines_of(html: str, *, softbreak: str, lose: Callable[[str], None]) -> list[str]:
    """The lines of marked text of a block of HTML; ``lose`` is told, in a sentence, of each thing that is lost."""
    lines = _Lines(softbreak)
    at = 0
    mute = ""
    for token in _TOKEN.finditer(html):
        if not mute:
            lines.text(html[at : token.start()])
        at = token.end()
        if token["open"] is not None:
            lose("the HTML comment is never closed; end it with -->")
        if not token["tag"]:
            continue
        tag = Tag(token)
        if mute:
            if tag.closes and tag.name == mute:
                mute = ""
            continue
        if tag.name in MUTE:
            mute = "" if tag.closes else tag.name
        else:
            lines.tag(tag)
            if tag.lost:
                lose(tag.lost)
    if mute:
        lose(f"the <{mute}> of this HTML block is not closed in it; what follows is read as text")
    else:
        lines.text(html[at:])
    return lines.made()


class _Lines:
    """Lines in the making."""

    def __init__(self, softbreak: str) -> None:
        self._softbreak = softbreak
        self._lines: list[list[str]] = [[]]
        self._verbatim = False

    def text(self, raw: str) -> None:
        if not raw:
            return
        if self._verbatim:
            first, *others = code_lines(_decoded(raw if self._lines[-1] else raw.removeprefix("\n")).expandtabs(4))
            self._lines[-1].append(mark_literal(first))
            self._lines += [[mark_literal(line)] for line in others]
        else:
            self._lines[-1].append(_text(_SPACE.sub(self._space, raw)))

    def _space(self, space: re.Match[str]) -> str:
        return self._softbreak if "\n" in space[0] else " "

    def tag(self, tag: Tag) -> None:
        if tag.name == "br":
            self._lines.append([])
        elif tag.name in BREAKING:
            self._verbatim = tag.name == "pre" and not tag.closes
            if "".join(self._lines[-1]).strip(" \n"):
                self._lines.append([])
            else:
                self._lines[-1] = []
        elif tag.name in ("td", "th"):
            self._lines[-1].append(" ")

    def made(self) -> list[str]:
        lines = [line.strip(" ") for made in self._lines for line in "".join(made).strip(" \n").split("\n")]
        while lines and not lines[-1]:
            lines.pop()
        while lines and not lines[0]:
            del lines[0]
        return lines


def _decoded(text: str) -> str:
    if "&" not in text:
        return text
    from html import unescape

    return unmarked(unescape(text))


def _text(raw: str) -> str:
    """Text with its entities decoded once, where an escaped ``#`` starts no hashtag."""
    if "&" not in raw:
        return raw
    pieces: list[str] = []
    at = 0
    for sign in _HASH.finditer(raw):
        pieces += (_decoded(raw[at : sign.start()]), mark_literal(_decoded(sign[0])))
        at = sign.end()
    return "".join([*pieces, _decoded(raw[at:])])
