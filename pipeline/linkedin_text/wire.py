"""LinkedIn's "little text": the language a post's ``commentary`` is written in.

The grammar (LinkedIn, "little Text Format", Marketing API reference, read 2026-11-23)::

    Text            ::= ( NON_RESERVED+ | \\| \\{ \\} \\@ \\[ \\] \\( \\) \\< \\> \\# \\\\ \\* \\_ \\~ )+
    MentionElement  ::= '@' '[' Text ']' '(' Urn ')'
    HashtagElement  ::= '#' SINGLE_WORD
    HashtagTemplate ::= '{hashtag|' ( '#' | '＃' ) '|' Text '}'

One reserved character left bare, mostly ``(``, and the post is published cut at that point, with status 201.
"""

from __future__ import annotations

import re

#: The backslash comes first: see `escape`.
RESERVED = "\\|{}@[]()<>#*_~"

_CLASS = re.escape(RESERVED)
_CHAR = rf"(?:[^{_CLASS}]|\\[{_CLASS}])"
_ELEMENTS = (
    rf"|\{{hashtag\|(?P<sign>\\?#|＃)\|(?P<word>{_CHAR}++)\}}"
    rf"|@\[(?P<name>{_CHAR}++)\]\(urn:[\w:.-]++\)"
    r"|(?P<bare>#(?=[^\W_]))"
)
_ESCAPED = rf"\\([{_CLASS}])"
#: In an address where addresses are not escaped anything may stand bare but what cuts a post.
_RAW = r"(?i:https?://|www\.)"
_RAW_URL = rf"{_RAW}(?:[^\s\\|{{}}\[\]()<>@]++|@(?!\[)|\\.)++"
_ELEMENT = rf"(?P<text>{_CHAR}++){_ELEMENTS}"
_RAW_ELEMENT = rf"(?P<url>{_RAW_URL})|(?P<text>{_CHAR}(?:(?!{_RAW}){_CHAR})*+){_ELEMENTS}"


def units(text: str) -> int:
    """The length of a text as LinkedIn counts: UTF-16 code units (an emoji mostly has two or more)."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def escape(text: str) -> str:
    """A text whose reserved characters each have one backslash.

    Equal to one pass over the text, and several times as fast: the backslash is first, and no later replacement makes
    a character that is still to be replaced.
    """
    for char in RESERVED:
        if char in text:
            text = text.replace(char, "\\" + char)
    return text


def escape_url(url: str) -> str:
    """An address for the wire where addresses are to stay raw: only what would cut the post is escaped."""
    if not re.match(_RAW_URL, url):
        return escape(url)
    for char in "\\|{}[]()<>":
        if char in url:
            url = url.replace(char, "\\" + char)
    return url


def unescape(commentary: str, *, raw_urls: bool = False) -> str:
    """The text as read of little text: a hashtag template gives ``#tag``, a mention its name.

    ``raw_urls`` reads what ``escape_urls=False`` writes, where ``# @ * _ ~`` stand bare in addresses that start with
    ``http://``, ``https://`` or ``www.``; the grammar itself does not allow that.

    Raises ValueError, with the place, where the text breaks the grammar.
    """
    match = re.compile(_RAW_ELEMENT if raw_urls else _ELEMENT).match
    plain: list[str] = []
    at = 0
    while at < len(commentary):
        element = match(commentary, at)
        if element is None:
            raise ValueError(f"{commentary[at]!r} at {at} is neither escaped nor part of a hashtag or a mention")
        kind = element.lastgroup
        if kind == "bare":
            plain.append("#")
        elif kind is not None:
            sign = element["sign"][-1] if kind == "word" else ""
            plain.append(sign + re.sub(_ESCAPED, r"\1", element[kind]))
        at = element.end()
    return "".join(plain)
