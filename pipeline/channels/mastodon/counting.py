"""Count a text as Mastodon does: any address is 23, a mention is its name alone (StatusLengthValidator, 4.5)."""

from __future__ import annotations

import re

from pipeline.channels.short import graphemes
from pipeline.patterns import pattern

_ADDRESS = pattern(r"https?://[^\s<>\"]+", re.IGNORECASE)
_MENTION = pattern(r"(?<![\w/])@([a-z0-9_]+(?:[a-z0-9_.-]+[a-z0-9_]+)?)@[a-z0-9.-]+[a-z0-9]", re.IGNORECASE)
_OF_AN_ADDRESS = "x" * 23


def length(text: str) -> int:
    """Characters of a text as the server counts them."""
    return graphemes(_MENTION.sub(r"@\1", _ADDRESS.sub(_OF_AN_ADDRESS, text)))
