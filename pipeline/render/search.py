"""The index that a page searches in: what is out, small, and always the same for the same entries."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from html import unescape

from pipeline.render.context import EntryCard

#: Of a site with more entries, only titles, labels, tags and summaries are searched: the index stays small.
MOST_WITH_TEXT = 1000
#: Letters and digits of a text that count; the rest of a very long one is not searched.
_LONGEST = 20_000
_TAG = re.compile(r"<[^>]+>")
_WORD = re.compile(r"\w+")
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def fragment(card: EntryCard, html: str) -> str:
    """JSON of one entry: its address, title, label, date, summary, tags, and the words it may be found by.

    ``html`` is the entry's text; empty where only the rest is searched.
    """
    text = unescape(_TAG.sub(" ", html))[:_LONGEST].casefold()
    shown = f"{card.title} {card.summary}".casefold()
    extra = dict.fromkeys(word for word in _WORD.findall(text) if len(word) > 2 and word not in shown)
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
