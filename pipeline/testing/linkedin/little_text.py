"""What LinkedIn shows of a ``commentary``: a reader of little text that stops, as LinkedIn does, where it breaks.

The grammar (LinkedIn, little-text-format, read 2026-11-23)::

    Text            ::= ( NON_RESERVED+ | an escaped reserved character )+
    MentionElement  ::= '@' FallbackText? '(' Urn ')'
    HashtagElement  ::= '#' SINGLE_WORD
    HashtagTemplate ::= '{hashtag|' ( '#' | '＃' ) '|' Text '}'

It owes nothing to `pipeline.linkedin_text`, on whose output it is a check, and is strict where LinkedIn's pages leave
room: a bare ``#`` starts a hashtag only if no letter or digit stands before it and its word has a letter.
"""

from __future__ import annotations

import unicodedata

from pipeline.patterns import pattern
from pipeline.records import dataclass

RESERVED = frozenset("|{}@[]()<>#\\*_~")
_SIGNS = ("\\#", "#", "＃")
_URN = pattern(r"urn:li:[A-Za-z]+:[A-Za-z0-9-]+(?:_[A-Za-z0-9-]+)*")
_JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """Somebody named in a post."""

    #: Empty where the commentary names only the URN.
    name: str
    urn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A commentary as people see it."""

    visible: str
    #: Index in the commentary of the character at which the post ends too early; None where all of it is shown.
    cut: int | None
    #: Without their sign, in order.
    hashtags: tuple[str, ...]
    mentions: tuple[Mention, ...]


def shown(commentary: str) -> Shown:
    """What people see: hashtags with their sign, mentions by name, and nothing from the first broken rule on."""
    visible: list[str] = []
    hashtags: list[str] = []
    mentions: list[Mention] = []
    at, cut = 0, None
    while at < len(commentary):
        text, at = _text(commentary, at)
        visible.append(text)
        if at == len(commentary):
            break
        if (tag := _template(commentary, at)) is not None:
            sign, word, at = tag
            visible.append(sign + word)
            hashtags.append(word)
        elif (mention := _mention(commentary, at)) is not None:
            found, at = mention
            visible.append(found.name or found.urn)
            mentions.append(found)
        elif (bare := _bare(commentary, at, "".join(visible)[-1:])) is not None:
            word, at = bare
            visible.append("#" + word)
            hashtags.append(word)
        else:
            cut = at
            break
    return Shown(visible="".join(visible), cut=cut, hashtags=tuple(hashtags), mentions=tuple(mentions))


def _text(source: str, at: int) -> tuple[str, int]:
    """Text from a place on, unescaped, and where it ends: at a reserved character that is not escaped."""
    found = []
    while at < len(source):
        if source[at] not in RESERVED:
            found.append(source[at])
            at += 1
        elif source[at] == "\\" and source[at + 1 : at + 2] in RESERVED:
            found.append(source[at + 1])
            at += 2
        else:
            break
    return "".join(found), at


def _template(source: str, at: int) -> tuple[str, str, int] | None:
    """``{hashtag|\\#|word}``: sign, word and where it ends. The page shows its sign bare, answers show it escaped."""
    if not source.startswith("{hashtag|", at):
        return None
    at += len("{hashtag|")
    sign = next((sign for sign in _SIGNS if source.startswith(sign + "|", at)), None)
    if sign is None:
        return None
    word, end = _text(source, at + len(sign) + 1)
    return (sign[-1], word, end + 1) if word and source.startswith("}", end) else None


def _mention(source: str, at: int) -> tuple[Mention, int] | None:
    """``@[Name](urn:li:organization:1)`` or ``@(urn:li:organization:1)``, and where it ends."""
    if source[at] != "@":
        return None
    at, name = at + 1, ""
    if source.startswith("[", at):
        name, at = _text(source, at + 1)
        if not name or not source.startswith("]", at):
            return None
        at += 1
    if not source.startswith("(", at):
        return None
    urn = _URN.match(source, at + 1)
    if urn is None or not source.startswith(")", urn.end()):
        return None
    return Mention(name=name, urn=urn.group()), urn.end() + 1


def _bare(source: str, at: int, before: str) -> tuple[str, int] | None:
    """``#word``: the word and where it ends."""
    if source[at] != "#" or (before and _in_word(before)):
        return None
    end = at + 1
    while end < len(source) and _in_word(source[end]):
        end += 1
    word = source[at + 1 : end]
    return (word, end) if any(char.isalpha() for char in word) else None


def _in_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LMN" or char in _JOINERS
