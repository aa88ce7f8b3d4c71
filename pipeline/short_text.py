"""Cut a text to what a short channel takes, or into several such: at sentences, else words, never in a link or a tag.

Lengths are what the channel counts: ``measure`` says how long a text is there. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.patterns import pattern

#: Stands where words are missing.
ELLIPSIS = "…"
#: A piece that must not be cut: white space before it, then everything up to the next white space.
_PIECE = pattern(r"\s*\S+")
#: Ends of sentences, with what may close them; CJK full stops need no space behind.
_SENTENCE = pattern(r".*[.!?…。！？][\"'”“’»)\]]*$", re.DOTALL)
#: What ends like a sentence and is none: ``P.S.``, ``e.g.``, the number of a list.
_NONE = pattern(r"\W*(?:(?:[^\W\d_]\.)+|[0-9]{1,2}\.)\W*")
#: The last word of a piece, where a full stop stands behind it.
_LAST = pattern(r"([^\W\d_]+)\.[^\w.!?…]*$")
#: Words that mostly stand before others with a full stop behind them, in the languages that daycast speaks.
_SHORT = frozenset(
    "Mr Mrs Ms Mx Dr Prof Rev St Sr Jr Gen Col Sgt Capt Lt Gov Mt Ft Inc Ltd Corp Jan Feb Apr Aug Sept Oct Nov Dec "
    "vs etc approx dept cf eg ie viz resp incl excl "
    "Hr Hrn Fr Dipl Ing Str bzw usw ca evtl ggf inkl exkl zzgl bspw vgl sog Mio Mrd Std Tel geb gest z B d h u a "
    "Sra Dra Sres Ud Uds pág págs ej aprox Exmo Exma Sig Sigg Dott env av "
    "tel ul np tzn tj itd itp".split()
)
#: Such words before a number alone: ``No. 7``; elsewhere they are words.
_COUNTING = frozenset(
    "No Nos no nos Nr nr pp Fig fig Figs figs Vol vol vols Art art Abs Kap Bd S p n núm num cap".split()
)
#: Marks that open and close what is not to be left open; German closes with what English opens with.
_PAIRS = (("(", ")"), ("«", "»"), ("„", "“"))
#: How much of the room sentences must fill, so that words are not preferred to them.
_ENOUGH = 0.5


def cut(text: str, room: int, measure: Callable[[str], int]) -> str:
    """As much of a text as fits into ``room``, as ``measure`` counts.

    The whole text; else whole paragraphs or sentences, if they fill half of the room; else whole words and an ellipsis;
    an empty text where not even a word fits.
    """
    text = text.strip()
    if measure(text) <= room:
        return text
    fits, sentences = _fitting(text, room, measure)
    if measure(sentences) >= room * _ENOUGH:
        return sentences.strip()
    while fits and measure(_closed(fits)) > room:
        last = fits.rstrip().rfind(" ")
        newline = fits.rstrip().rfind("\n")
        fits = fits[: max(last, newline, 0)]
    shortened = _closed(fits) if fits.strip() else ""
    return shortened if measure(shortened) > measure(sentences) else sentences.strip()


def _fitting(text: str, room: int, measure: Callable[[str], int]) -> tuple[str, str]:
    """The start of a text that fits, in whole words and in whole sentences."""
    fits = sentences = rough = ""
    for found in _PIECE.finditer(text):
        longer = text[: found.end()]
        if measure(longer) > room:
            break
        rough = longer
        behind = text[found.end() :]
        short = _abbreviated(found.group(), behind)
        fits = fits if short and behind.strip() else longer
        ends = _SENTENCE.match(found.group()) is not None and not short
        if (ends or behind.startswith("\n\n")) and not _open(longer):
            sentences = longer
    return fits or rough, sentences


def _abbreviated(piece: str, behind: str) -> bool:
    """Whether what ends with a full stop goes on: an abbreviation, or the number of a list."""
    if _NONE.fullmatch(piece) is not None:
        return True
    last = _LAST.search(piece)
    if last is None:
        return False
    return last[1] in _SHORT or (last[1] in _COUNTING and behind.lstrip()[:1].isdecimal())


def _open(text: str) -> bool:
    """Whether a quotation or a parenthesis has begun and not ended."""
    pairs = _PAIRS if "„" in text else (*_PAIRS, ("“", "”"))
    return any(text.count(opening) > text.count(closing) for opening, closing in pairs)


def threaded(
    head: str, body: str, tail: str, limit: int, measure: Callable[[str], int], most: int
) -> tuple[str, ...] | None:
    """The whole text as a thread: the head opens the first part, the tail ends the last one.

    None where it would have more than ``most`` parts, or a word, head or tail is longer than one.
    """
    parts: list[str] = []
    before, rest = head.strip(), body.strip()
    if not rest:
        before, rest = "", before
    while rest and len(parts) < most:
        opening = f"{before}\n\n" if before else ""
        whole = "\n\n".join(part for part in (before, rest, tail.strip()) if part)
        if measure(whole) <= limit:
            return (*parts, whole)
        room = limit - measure(opening)
        if measure(rest) <= room:
            piece = rest  # all but the tail
        else:
            fits, sentences = _fitting(rest, room, measure)
            piece = sentences if measure(sentences) >= room * _ENOUGH else fits
        if measure(before) > limit or not (piece or before):
            return None
        parts.append(f"{opening}{piece}".strip())
        before, rest = "", rest[len(piece) :].strip()
    if rest or len(parts) >= most or measure(tail.strip()) > limit:
        return None
    return (*parts, tail.strip()) if tail.strip() else tuple(parts)


def _closed(text: str) -> str:
    return text.rstrip(" \t\n,;:–-") + ELLIPSIS


def arranged(head: str, body: str, tail: str, limit: int, measure: Callable[[str], int]) -> str | None:
    """Head and tail whole, and of the body what fits between; None where head and tail alone are too long."""

    def joined(middle: str) -> str:
        return "\n\n".join(part for part in (head.strip(), middle, tail.strip()) if part)

    whole = joined(body.strip())
    if measure(whole) <= limit:
        return whole
    frame = joined("")
    if measure(frame) > limit:
        return None
    gap = measure(joined("x")) - measure(frame) - 1
    return joined(cut(body, limit - measure(frame) - gap, measure))
