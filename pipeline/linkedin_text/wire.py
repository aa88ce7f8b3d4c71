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
_TEXT = rf"(?:[^{_CLASS}]++|\\[{_CLASS}])++"
_ELEMENT = re.compile(
    rf"(?P<text>{_TEXT})"
    rf"|\{{hashtag\|(?P<sign>\\?\#|＃)\|(?P<word>{_TEXT})\}}"
    rf"|@\[(?P<name>{_TEXT})\]\((?P<urn>urn:[\w:.-]++)\)"
    r"|(?P<bare>\#(?=[^\W_]))"
)
#: What may stand bare in an address where addresses are not escaped: anything but what cuts a post.
_RAW_URL = re.compile(r"(?:https?://|www\.)(?:[^\s\\|{}\[\]()<>@]++|@(?!\[)|\\.)++", re.IGNORECASE)
_URL_START = re.compile(r"https?://|www\.", re.IGNORECASE)
_ESCAPED = re.compile(rf"\\([{_CLASS}])")


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
    plain: list[str] = []
    at = 0
    while at < len(commentary):
        if raw_urls and (url := _RAW_URL.match(commentary, at)):
            plain.append(_ESCAPED.sub(r"\1", url[0]))
            at = url.end()
            continue
        element = _ELEMENT.match(commentary, at)
        if element is None:
            raise ValueError(f"{commentary[at]!r} at {at} is neither escaped nor part of a hashtag or a mention")
        end = element.end()
        if element["text"] is not None:
            if raw_urls and (url := _URL_START.search(commentary, at + 1, end)):
                end = url.start()
            plain.append(_ESCAPED.sub(r"\1", commentary[at:end]))
        elif element["word"] is not None:
            plain.append(element["sign"][-1] + _ESCAPED.sub(r"\1", element["word"]))
        elif element["name"] is not None:
            plain.append(_ESCAPED.sub(r"\1", element["name"]))
        else:
            plain.append("#")
        at = end
    return "".join(plain)
