"""Say where links, tags and mentions are in a Bluesky text: in bytes of UTF-8, as facets have it.

Pure. The rules: app.bsky.richtext.facet and the reference detector of @atproto/api, read 2026-11.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.patterns import pattern
from pipeline.records import dataclass

_LINK = pattern(r"(?:^|(?<=[\s(]))https?://[^\s<>\"]+", re.IGNORECASE)
_TAG = pattern(r"(?:^|(?<=\s))[#＃](?!\ufe0f)([^\s\u00ad\u2060\u200a-\u200d]*[^\d\s\u00ad\u2060\u200a-\u200d\W]\S*)")
_MENTION = pattern(
    r"(?:^|(?<=[\s(]))@((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?)\b", re.IGNORECASE
)
#: Characters of a tag (app.bsky.richtext.facet#tag, 2026-11).
_LONGEST_TAG = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A piece of a text that leads somewhere."""

    #: In bytes of UTF-8.
    start: int
    end: int
    #: ``link``, ``tag`` or ``mention``, and where it leads: an address, a tag without ``#``, a handle without ``@``.
    kind: str
    target: str


def found_in(text: str) -> tuple[Found, ...]:
    """Every link, tag and mention of a text, in order."""
    return tuple(sorted(_found(text), key=lambda one: one.start))


def _found(text: str) -> Iterator[Found]:
    taken: list[tuple[int, int]] = []
    for match in _LINK.finditer(text):
        address = match.group().rstrip(".,;:!?'\"…")
        if address.endswith(")") and "(" not in address:
            address = address[:-1]
        taken.append((match.start(), match.start() + len(address)))
        yield _at(text, match.start(), len(address), "link", address)
    for match in _TAG.finditer(text):
        tag = re.sub(r"[^\w]+$", "", match.group(1))
        if tag and len(tag) <= _LONGEST_TAG and not _inside(match.start(), taken):
            yield _at(text, match.start(), len(tag) + 1, "tag", tag)
    for match in _MENTION.finditer(text):
        if not _inside(match.start(), taken):
            yield _at(text, match.start(), len(match.group()), "mention", match.group(1).lower())


def _inside(place: int, taken: list[tuple[int, int]]) -> bool:
    return any(start <= place < end for start, end in taken)


def _at(text: str, start: int, length: int, kind: str, target: str) -> Found:
    first = len(text[:start].encode())
    return Found(start=first, end=first + len(text[start : start + length].encode()), kind=kind, target=target)
