"""Marked text: plain text with fences around what must not be read as text.

The fences are non-characters (Unicode 16.0, section 23.7: for internal use, never interchanged), so no writer's text
holds them; where one does, they are dropped on the way in.
"""

from __future__ import annotations

import re
import unicodedata

from pipeline.patterns import pattern

#: Opens a piece that is escaped as a whole: no hashtag, no address in it.
LITERAL = "\ufdd0"
#: Opens an address.
URL = "\ufdd1"
#: Opens a mention's name, which `URN` ends.
MENTION = "\ufdd2"
URN = "\ufdd3"
#: Closes each of them.
END = "\ufdd4"
ALL = LITERAL + URL + MENTION + URN + END
#: What indents: LinkedIn does not keep ordinary spaces at the start of a line.
NBSP = "\u00a0"

_HIDDEN = f"{URN}[\\w:-]*+{END}?|[{ALL}]"
_CONTROL = pattern("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff]")
_MEANT = {"\t": " ", "\x0b": "\n", "\x0c": "\n", "\r": "\n", "\u2028": "\n", "\u2029": "\n"}
_TRAILING = f"(?<! ) ++(?=[{ALL}]*+(?:\n|\\Z))"
_BLANK = f"{LITERAL}[^{ALL}]*+{END}|\n{{3,}}"
_JOINED = f"([{ALL}])([^{ALL}])"
_EDGE = " \n" + ALL
#: U+034F, which looks like nothing and keeps what follows from composing with what precedes it.
_JOINER = "\u034f"


def plain_of(marked: str) -> str:
    """The text as read: marked text without its marks."""
    return marked if marked.isascii() else re.sub(_HIDDEN, "", marked)


def prose_of(marked: str) -> str:
    """The text as read, without code, addresses and other pieces that were never prose."""
    return plain_of(re.sub(f"[{LITERAL}{URL}][^{ALL}]*+{END}", " ", marked))


def mark_literal(text: str) -> str:
    """A piece of marked text that is escaped as a whole, whatever it holds."""
    return f"{LITERAL}{unmarked(text)}{END}" if text else ""


def mark_url(url: str) -> str:
    """A piece of marked text that is an address."""
    return f"{URL}{unmarked(url)}{END}"


def mark_mention(name: str, urn: str) -> str:
    """A piece of marked text that mentions a page."""
    return f"{MENTION}{unmarked(name)}{URN}{unmarked(urn)}{END}"


def unmarked(text: str) -> str:
    """Foreign text without characters that would be taken for marks."""
    if not text.isascii():
        for mark in ALL:
            if mark in text:
                text = text.replace(mark, "")
    return text


def without_surrogates(text: str) -> str:
    """The text as Unicode: halves that belong together joined, stray ones replaced by U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def tidy(marked: str) -> str:
    """Marked text fit for a post: no control characters, no trailing spaces, one blank line at most.

    Blank lines within a literal piece stay, as do all other spaces. Nothing but spaces, newlines and control
    characters is lost.
    """
    if not marked.isascii():
        try:
            marked.encode()
        except UnicodeEncodeError:
            marked = without_surrogates(marked)
    if _CONTROL.search(marked):
        marked = _CONTROL.sub(lambda m: _MEANT.get(m[0], ""), marked.replace("\r\n", "\n"))
    if " \n" in marked or f" {END}" in marked:
        marked = re.sub(_TRAILING, "", marked)
    if "\n\n\n" in marked:
        marked = re.sub(_BLANK, lambda m: "\n\n" if m[0][0] == "\n" else m[0], marked)
    return edged(marked)


def edged(marked: str) -> str:
    """Marked text without spaces and newlines at its ends, within a mark or outside."""
    if not marked or (marked[0] not in _EDGE and marked[-1] not in _EDGE):
        return marked
    kept = marked.rstrip(_EDGE)
    tail = "".join(c for c in marked[len(kept) :] if c in ALL)
    start = len(kept) - len(kept.lstrip(_EDGE))
    head = "".join(c for c in kept[:start] if c in ALL)
    return head + kept[start:] + tail


def normalized(marked: str) -> str:
    """Marked text in NFC that still is in NFC when the marks are taken away."""
    marked = unicodedata.normalize("NFC", marked)
    if not unicodedata.is_normalized("NFC", plain_of(marked)):
        marked = re.sub(_JOINED, _kept_apart, marked)
    return marked


def _kept_apart(joint: re.Match[str]) -> str:
    mark, char = joint.groups()
    combines = unicodedata.category(char)[0] == "M" or "\u1161" <= char <= "\u11c2"
    return f"{mark}{_JOINER}{char}" if combines else joint[0]
