"""What the words of a text are: clean, folded for comparison, counted, made into an id."""

from __future__ import annotations

import re
import unicodedata

from pipeline.patterns import pattern

#: What XML 1.0 and HTML forbid: controls but for tab and line feed, noncharacters, halves of surrogate pairs.
_FORBIDDEN = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_CONTROL_BYTES = bytes([*range(9), 11, 12, *range(14, 32), 127])

#: Scripts that write words without spaces, counted by the character.
#: As text: it is compiled, for two milliseconds, by the first text that may have one.
_UNSPACED = "[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
_NO_UNSPACED_BYTES = bytes(byte for byte in range(256) if not (0xE3 <= byte <= 0xE9 or byte == 0xEF))

_WORD = pattern(r"\S+")

_TYPOGRAPHIC = str.maketrans("‘’‚‛“”„‟‐‑‒–—―\u2212", "''''\"\"\"\"-------")
_ASCII_SLUG = {code: " " for code in range(128) if not chr(code).isalnum() and chr(code) != "_"}
_EMOJI_JOINERS = pattern("[\u200d\ufe00-\ufe0f]")
#: The least a paragraph must say to stand for the whole text.
_SUMMARY_WORDS = 5


def readable(text: str) -> tuple[str, bytes]:
    """The text without forbidden characters, its lines ended by ``\\n`` alone, and the same in UTF-8."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        source = text.encode()
    except UnicodeEncodeError:
        text = without_controls(text)
        return text, text.encode()
    # Looking at bytes costs a twentieth of searching the text. C2 and EF begin U+0080-00BF and U+F000-FFFF.
    if len(source.translate(None, _CONTROL_BYTES)) != len(source) or b"\xc2" in source or b"\xef" in source:
        clean = without_controls(text)
        if clean != text:
            return clean, clean.encode()
    return text, source


def without_controls(text: str) -> str:
    """The text without the characters that neither HTML nor XML may have."""
    return _FORBIDDEN.sub("", text)


def one_line(text: str) -> str:
    """The text with every run of white space as one space."""
    return " ".join(text.split())


def folded(text: str) -> str:
    """The text as a reader compares it: case, quotation marks, dashes and white space aside."""
    return one_line(unicodedata.normalize("NFKC", text).translate(_TYPOGRAPHIC).casefold())


def count_words(text: str, source: bytes) -> int:
    """Words between spaces and line ends; Chinese and Japanese count by the character.

    ``source`` holds at least the text's characters in UTF-8: a look at its bytes tells most texts apart.
    """
    text = text.strip()
    characters = 0
    if not text.isascii() and source.translate(None, _NO_UNSPACED_BYTES):
        text, characters = re.subn(_UNSPACED, " ", text)
    if characters or "  " in text:
        return len(_WORD.findall(text)) + characters
    # One word, one space: counting the spaces costs a tenth of counting the words.
    return text.count(" ") + text.count("\n") + 1 if text else 0


def says_something(text: str) -> bool:
    """True where the text has five words that are no hashtags."""
    if "#" not in text and text.isascii():
        return text.count(" ") + text.count("\n") >= _SUMMARY_WORDS - 1
    words = text.split()
    if len(words) >= _SUMMARY_WORDS:
        return sum(not word.startswith("#") for word in words) >= _SUMMARY_WORDS
    return len(re.findall(_UNSPACED, text)) >= _SUMMARY_WORDS


def slug(text: str) -> str:
    """The id of a heading: ``whats-new-in-3-12`` for "What's new in 3.12?". Letters of every script stay."""
    lowered = text.lower().replace("'", "")
    if lowered.isascii():
        return "-".join(lowered.translate(_ASCII_SLUG).split()) or "section"
    lowered = unicodedata.normalize("NFC", _EMOJI_JOINERS.sub("", lowered).replace("’", ""))
    kept = "".join(_slug_character(character) for character in lowered)
    return "-".join(part for part in kept.split("-") if part) or "section"


def _slug_character(character: str) -> str:
    # A vowel sign of Hindi or Thai is a mark, no letter, and its word is another one without it.
    if character.isalnum() or character == "_" or unicodedata.category(character)[0] == "M":
        return character
    return "-"
