"""Clean text for every format at once: nothing that XML 1.0 forbids or that reorders a reader's page."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.patterns import pattern

#: What XML 1.0 (§2.2) forbids, what it discourages (U+007F to U+009F), and the carriage return.
_UNWANTED = pattern("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: The same of text in ASCII, which takes half the time to search for.
_UNWANTED_ASCII = pattern("[\x00-\x08\x0b-\x1f\x7f]")
#: Line breaks by other names; PowerPoint writes U+000B for one within a paragraph.
_BREAKS = "\r\v\f\x85"
_SPACES = pattern("[ \t\n\u2028\u2029]+")
#: U+202D and U+202E turn everything after them around, a list of titles included.
_OVERRIDES = dict.fromkeys((0x202D, 0x202E))
_OPENS, _CLOSES = "\u2066\u2067\u2068", "\u2069"
_BIDI = pattern("[\u202d\u202e\u2066-\u2068]")


def text(value: str) -> str:
    """The text without what XML 1.0 cannot carry or should not; every line break is ``\\n``."""
    if (_UNWANTED_ASCII if value.isascii() else _UNWANTED).search(value) is None:
        return value
    return _UNWANTED.sub(lambda found: "\n" if found[0] in _BREAKS else "", value.replace("\r\n", "\n"))


def line(value: str) -> str:
    """The text on one line, trimmed, its direction kept to itself: no bidi overrides, isolates closed."""
    one = text(value)
    if _BIDI.search(one):
        one = _closed(one.translate(_OVERRIDES))
    return _SPACES.sub(" ", one).strip(" ")


def tags(values: Iterable[str]) -> tuple[str, ...]:
    """Each tag once, whatever its case, without ``#``; the first spelling wins."""
    found: dict[str, str] = {}
    for value in values:
        tag = line(value).lstrip("# ")
        if tag:
            found.setdefault(tag.casefold(), tag)
    return tuple(found.values())


def _closed(value: str) -> str:
    depth = 0
    for character in value:
        if character in _OPENS:
            depth += 1
        elif character == _CLOSES and depth:
            depth -= 1
    return value + _CLOSES * depth
