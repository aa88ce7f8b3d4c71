"""Put dates, tags and sentences into the words and shapes a reader sees."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

#: Words a reader gets through in a minute (Brysbaert 2019: 238 for English non-fiction).
WORDS_PER_MINUTE = 238
#: Characters of a summary that search results and cards show.
SUMMARY_LENGTH = 200


#: What a day is called in a label, unless the label says otherwise.
DAY = "Day"
#: First parts of the languages that are written from right to left.
_RTL = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"))


def is_rtl(language: str) -> bool:
    """Whether a language (BCP 47) is written from right to left."""
    return language.partition("-")[0].lower() in _RTL


@lru_cache(maxsize=1 << 14)
def tag_slug(name: str) -> str:
    """The address part of a tag: ``C++ & AI`` → ``c-plus-plus-ai``. Letters of every script are kept."""
    spoken = name.replace("#", " sharp ").replace("+", " plus ")
    letters = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", spoken).casefold())
    kept = "".join(c if c.isalnum() or unicodedata.category(c)[0] == "M" else "-" for c in letters)
    return "-".join(part for part in kept.split("-") if part) or "tag"


def noun_of(label: str) -> str:
    """What a label calls a day of its series: ``#Week{n}`` → ``Week``; ``Day`` where it is no word."""
    word = label.partition("{n}")[0].strip().lstrip("#＃").strip(" -_:")
    return word if word.isalpha() else DAY


def shorten(text: str, length: int = SUMMARY_LENGTH) -> str:
    """At most ``length`` characters of a text, ended at a word with an ellipsis where it is longer."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    if text[length - 1] != " " and " " in cut:
        cut = cut.rsplit(" ", 1)[0]
    return cut.rstrip(" ,;:.–—-") + "…"


def without_label(text: str, label: str, hashtag: str | None) -> str:
    """A text without the label and the series' hashtag that it opens with: they are no part of what it says."""
    rest = text.strip()
    for opening in (label, f"#{hashtag}" if hashtag else ""):
        if opening and rest[: len(opening)].casefold() == opening.casefold():
            rest = rest[len(opening) :].lstrip(" \t\n–—-:|·")
    return rest or text.strip()


def reading_time(words: int) -> int:
    """Minutes, from 1."""
    return max(1, round(words / WORDS_PER_MINUTE))
