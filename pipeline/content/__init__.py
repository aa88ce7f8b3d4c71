"""Load series and entries from front-matter Markdown, tolerant of other tools' ways, strict about meaning.

Broken input is data: ``load`` raises nothing for it and tells everything in ``Loaded.problems``.
"""

from __future__ import annotations

from pipeline.content.folder import LastGood
from pipeline.content.identity import store_ids
from pipeline.content.keys import CHANNEL_KEYS, ENTRY_KEYS, LINKEDIN_KEYS, SERIES_KEYS, Key
from pipeline.content.load import Loaded, load
from pipeline.content.notes import CODES
from pipeline.content.single import body_of, parse_entry, parse_series

__all__ = [
    "CHANNEL_KEYS",
    "CODES",
    "ENTRY_KEYS",
    "LINKEDIN_KEYS",
    "SERIES_KEYS",
    "Key",
    "LastGood",
    "Loaded",
    "body_of",
    "load",
    "parse_entry",
    "parse_series",
    "store_ids",
]
