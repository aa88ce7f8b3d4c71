"""Estimate where LinkedIn folds a post behind "…more", and where a text may be cut at all."""

from __future__ import annotations

import re
import unicodedata

from pipeline.linkedin_text.wire import units

#: Lines shown before "…more".
_LINES = 3
#: By device: characters on a line (its width in columns) and UTF-16 units shown at most.
_DEVICES = {"mobile": (47, 140), "desktop": (70, 210)}
#: Characters whose width must be looked up.
_UNEVEN = "[^\n -\u02ff\u2010-\u2027\u2030-\u205e\u2190-\u2319]"


def fold(plain: str) -> dict[str, tuple[int, int]]:
    """By device, from where to where the text shows before "…more", in UTF-16 units of ``plain``.

    An estimate: LinkedIn publishes no rule and folds by rendered lines, which depend on font and window. What is known
    are observations (collected 2026-11-23): three lines on desktop and mobile since September 2024, a blank third line
    not shown (John Espirian); about 140 characters on mobile and 210 on desktop (AuthoredUp, 372,000 posts). So: three
    lines of 47 or 70 columns, wide characters counting two, and no more than those units. The end lies between
    graphemes and is the whole length where everything shows.
    """
    return {device: (0, _shown(plain, columns, most)) for device, (columns, most) in _DEVICES.items()}


def _shown(plain: str, columns: int, most: int) -> int:
    at = end = 0
    for line in range(_LINES):
        if line == _LINES - 1 and plain.startswith("\n", at):
            break
        end, at = _line(plain, at, columns)
        if at >= len(plain):
            end = len(plain)
            break
    if units(plain[:end]) > most:
        wide = plain[:end].encode("utf-16-le")[: 2 * most]
        end = boundary(plain, len(wide.decode("utf-16-le", "ignore")))
    return units(plain[:end] if end == len(plain) else plain[:end].rstrip())


def _line(text: str, start: int, columns: int) -> tuple[int, int]:
    """Where the line's text ends and where the next line starts, laid out by words."""
    over = start + columns
    seen = text[start : over + 1]
    if not seen.isascii() and re.search(_UNEVEN, seen):
        over = _overflow(text, start, columns)
    newline = text.find("\n", start, over + 1)
    if newline >= 0:
        return newline, newline + 1
    if over >= len(text):
        return len(text), len(text)
    space = text.rfind(" ", start + 1, over + 1)
    if space >= 0:
        return space, space + 1
    cut = boundary(text, over)
    if cut <= start:
        cut = over
        while cut < len(text) and _joins(text, cut):
            cut += 1
    return cut, cut


def _overflow(text: str, start: int, columns: int) -> int:
    """The place of the first character that does not fit into a line, newlines aside."""
    width = 0
    for at in range(start, len(text)):
        if text[at] == "\n":
            return at
        width += _columns(text[at])
        if width > columns:
            return at
    return len(text)


def _columns(char: str) -> int:
    if char.isascii():
        return 1
    if unicodedata.combining(char) or unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def boundary(text: str, at: int) -> int:
    """The last place at or before ``at`` that is not within a grapheme (UAX #29, near enough and never too fine)."""
    while 0 < at < len(text) and _joins(text, at):
        at -= 1
    return at


def _joins(text: str, at: int) -> bool:
    before, after = text[at - 1], text[at]
    if before.isascii() and after.isascii():
        return False
    if after in "\u200c\u200d" or unicodedata.category(after)[0] == "M":
        return True
    if "\U0001f3fb" <= after <= "\U0001f3ff" or "\U000e0020" <= after <= "\U000e007f":
        return True
    if before == "\u200d" or unicodedata.combining(before) == 9:
        return True
    if "\u1100" <= before <= "\u11ff" and "\u1160" <= after <= "\u11ff":
        return True
    return _is_flag(before) and _is_flag(after) and _flags_before(text, at) % 2 == 1


def _is_flag(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _flags_before(text: str, at: int) -> int:
    start = at
    while start > 0 and _is_flag(text[start - 1]):
        start -= 1
    return at - start
