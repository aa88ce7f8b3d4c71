"""The index that a page searches in: what is out, small, and always the same for the same entries."""

from __future__ import annotations

import json
from collections.abc import Iterable

from pipeline.patterns import pattern
from pipeline.render.context import EntryCard

#: Of a site with more entries, only titles, labels, tags and summaries are searched: the index stays small.
MOST_WITH_TEXT = 1000
#: Letters and digits of a text that count; the rest of a very long one is not searched.
_LONGEST = 20_000
_WORD = pattern(r"\w+")
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def fragment(card: EntryCard, text: str) -> str:
    """JSON of one entry: its address, title, label, date, summary, tags, and the words it may be found by.

    ``text`` is the entry's own, plain; empty where only the rest is searched.
    """
    shown = f"{card.title} {card.summary}".casefold()
    words = dict.fromkeys(_WORD.findall(text[:_LONGEST].casefold()))
    extra = [word for word in words if len(word) > 2 and word not in shown]
    told = {
        "u": card.url,
        "t": card.title,
        "l": card.label,
        "d": card.date.human,
        "s": card.summary,
        "g": " ".join(tag.title for tag in card.tags),
        "w": " ".join(extra),
    }
    return _ENCODER.encode(told)


def search_index(fragments: Iterable[str]) -> bytes:
    """The JSON that the search page loads, of that of each entry, newest first."""
    return f"[{','.join(fragments)}]".encode()
