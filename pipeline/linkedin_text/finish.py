"""Turn marked text into what is read and what goes over the wire."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

from pipeline.linkedin_text import marks
from pipeline.linkedin_text.fold import boundary, fold
from pipeline.linkedin_text.pieces import pieces_of
from pipeline.linkedin_text.result import Image, LinkedInText, Note
from pipeline.linkedin_text.wire import RESERVED, escape, units

_STYLED = "[\U0001d400-\U0001d7ff]++(?: [\U0001d400-\U0001d7ff]++)*+"


def finish(
    marked: str,
    *,
    limit: int = 3000,
    hashtag_style: Literal["template", "bare"] = "template",
    escape_urls: bool = True,
    media: bool = False,
    links: Iterable[str] = (),
    images: Iterable[Image] = (),
    warnings: Iterable[Note] = (),
) -> LinkedInText:
    """Both forms of marked text, which may hold anything a template has put around its pieces.

    Outside the marked pieces, addresses are found as GFM finds them, and a hashtag is a ``#`` or ``＃`` that no letter,
    mark, digit, ``_``, ``#``, ``&`` or ``/`` precedes, with the letters, digits, marks and ``_`` after it, at least
    one of them a letter. ``hashtag_style`` writes it as LinkedIn's template, whose extent is ours, or bare, whose
    extent LinkedIn decides. With ``escape_urls=False`` addresses keep ``# @ * _ ~`` bare, which LinkedIn's grammar
    forbids and some clients do; what would cut the post stays escaped.

    ``limit`` holds for both forms, in UTF-16 code units: which of the two LinkedIn counts is not documented. Nothing is
    ever cut; a text that is too long is an error that says where it would have to end. A text may be empty where
    ``media`` or ``images`` go with it. ``links``, ``images`` and ``warnings`` are those of `compose`.
    """
    marked = marks.tidy(marked)
    template = hashtag_style == "template"
    pieces = pieces_of(marked, template=template, escape_urls=escape_urls)
    plain = "".join(pieces.plain)
    if not plain.isascii() and not unicodedata.is_normalized("NFC", plain):
        pieces = pieces_of(marks.normalized(marked), template=template, escape_urls=escape_urls)
        plain = "".join(pieces.plain)
    wire = pieces.wire()
    commentary = "".join(wire)
    plain_units, wire_units = units(plain), units(commentary)
    images = tuple(images)
    errors: tuple[Note, ...] = ()
    if not plain and not media and not images:
        errors = (Note(message="nothing to publish: the text is empty and no media goes with it", code="empty"),)
    elif max(plain_units, wire_units) > limit:
        end = _fitting_end(pieces.plain, wire, limit)
        errors = (_too_long(plain, end, plain_units=plain_units, wire_units=wire_units, limit=limit),)
    return LinkedInText(
        plain=plain,
        commentary=commentary,
        units=plain_units,
        wire_units=wire_units,
        fold=fold(plain),
        hashtags=tuple(dict.fromkeys(pieces.hashtags)),
        mentions=tuple(dict.fromkeys(pieces.mentions)),
        links=tuple(dict.fromkeys([*pieces.links, *links])),
        images=images,
        warnings=tuple(dict.fromkeys([*warnings, *pieces.notes, *_styled(plain)])),
        errors=errors,
    )


def _styled(plain: str) -> list[Note]:
    # All of U+1D400 to U+1D7FF, and nothing else, has this high surrogate; an unaligned match only costs a search.
    if plain.isascii() or b"\x35\xd8" not in plain.encode("utf-16-le"):
        return []
    styled = re.search(_STYLED, plain)
    if styled is None:
        return []
    return [
        Note(
            message=f"'{styled[0][:40]}' is written in mathematical letters, which screen readers spell out or "
            "skip and search does not find; use plain letters",
            code="styled-letters",
            near=styled[0],
        )
    ]


def _too_long(plain: str, end: int, *, plain_units: int, wire_units: int, limit: int) -> Note:
    kept = plain[:end].rstrip()
    words = kept[-200:].split()
    tail = " ".join(words[-6:])
    tail = tail[boundary(tail, max(0, len(tail) - 60)) :]
    where = f"after '…{tail}' ({units(kept):,} units)" if tail else "before its first word"
    return Note(
        message=f"the text has {plain_units:,} UTF-16 units as read and {wire_units:,} on the wire, and the limit is "
        f"{limit:,} for both; it would have to end {where}",
        code="too-long",
    )


def _fitting_end(plain: list[str], wire: list[str], limit: int) -> int:
    """Where the longest start of the text ends of which both forms fit.

    Between words; within a word, and then between graphemes, only where it is longer than 200 characters.
    """
    text = "".join(plain)
    end = read = sent = 0
    for piece, form in zip(plain, wire, strict=True):
        if max(read + units(piece), sent + units(form)) <= limit:
            read += units(piece)
            sent += units(form)
            end += len(piece)
            continue
        if form == escape(piece):
            for char in piece:
                read += units(char)
                sent += units(char) + (char in RESERVED)
                if max(read, sent) > limit:
                    break
                end += 1
        break
    if text[end : end + 1].isspace():
        return end
    last = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
    return last if last > max(0, end - 200) else boundary(text, end)
