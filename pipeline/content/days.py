"""Find the day an entry names: in its file name, its title, its slug, or its first line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from pipeline.content.slug import slugified
from pipeline.patterns import pattern

#: Of a day and of a length.
MOST_DAYS = 9999

_EMPHASIS = pattern(r"[*_`~]+")
_HEADING = pattern(r" {0,3}#[ \t]+(\S.*)")
_FENCE = pattern(r" {0,3}(`{3,}|~{3,})")
#: What may stand between a text's start, or another part of it, and the label.
_SEPARATOR = pattern(r"(?:^|[:|–—\-(\[,•·>/])[\W_]*\Z")
_LEADING = pattern(r"0*(\d{1,4})(?=[-_. ]|$)", re.ASCII)
_DATED = pattern(r"\d{4}-\d{2}-\d{2}(?=[-_. ]|$)", re.ASCII)
_LITERAL_LENGTH = pattern(r"\{n\}\s*(?:/|of|von|de)\s*(\d{1,5})\b", re.ASCII)


class Named(NamedTuple):
    """A day found in a text."""

    day: int
    #: The length said with it: the 30 of ``#Day2/30``.
    length: int | None
    #: Where the label ends in the text as it was searched.
    end: int


class Label:
    """How the days of a series are written, made from a pattern such as ``#Day{n}/{length}``."""

    def __init__(self, pattern: str) -> None:
        """``pattern`` holds ``{n}`` once."""
        before, _, after = pattern.partition("{n}")
        word = before.strip().lstrip("#").strip()
        self._bare = not word
        joined = r"[\s_-]*".join(re.escape(part) for part in re.split(r"[\s_-]+", word))
        own = re.escape(after.partition("{length}")[0].strip()) if "{length}" in after else ""
        between = "|".join(filter(None, ("/", r"out\s+of", "of", own)))
        length = rf"\s*(?:{between})\s*0*(\d{{1,5}})"
        self._text = re.compile(
            rf"(?<!\w)(#\s?)?{joined}[\s_.:#-]{{0,3}}0*(\d{{1,5}})(?:{length})?(?!\w|[.,:]\d)", re.IGNORECASE
        )
        #: The word as file names and slugs have it: ``day``, ``tag``, ``week``.
        self.word = slugified(word) or "day"
        words = "|".join(re.escape(part) for part in dict.fromkeys((self.word, "day")))
        self._name = re.compile(rf"(?:{words})-*0*(\d{{1,5}})(?=-|of\d|$)", re.ASCII)
        self._whole = re.compile(rf"({words})-*0*(\d{{1,5}})", re.ASCII)

    def in_text(self, text: str) -> Named | None:
        """The day a title or a line names: ``Day2/30 – …``, ``**#Day 2**``, ``Soil: Day 2``; not ``the day 2 us``."""
        plain = plain_of(text)
        for found in self._text.finditer(plain):
            hashed, day, length = found.groups()
            if hashed or length or (not self._bare and _SEPARATOR.search(plain, 0, found.start())):
                return Named(int(day), int(length) if length else None, found.end())
        return None

    def in_name(self, name: str) -> int | None:
        """The day a file name or a slug starts with: ``day-02``, ``Day2-30-foo``, ``tag_7``."""
        found = self._name.match(slugified(name) or name)
        return int(found[1]) if found else None

    def renumbered(
        self, text: str, old: int, new: int, *, width: int = 0, length: tuple[int, int] | None = None
    ) -> str:
        """A title or a line that names day ``old`` with ``new`` in its place; else as it is.

        Zeros before a number stay; one without any gets them up to ``width``. ``length`` is the announced number of
        days as it was and as it is now: where the line tells it, it follows.
        """
        named = self.in_text(text)
        if named is None or named.day != old:
            return text
        for found in self._text.finditer(text):
            if int(found[2]) == old:
                start, end = self._number(found)
                if length is not None and found[3] and int(found[3]) == length[0]:
                    text = f"{text[: found.start(3)]}{length[1]}{text[found.end(3) :]}"
                return f"{text[:start]}{numbered(text[start:end], new, width)}{text[end:]}"
        return text

    def zeros_in(self, text: str, day: int) -> int:
        """How many digits a title or a line that names a day gives it, where it fills them up with zeros; else 0."""
        named, found = self.in_text(text), self._text.search(text)
        if named is None or named.day != day or found is None:
            return 0
        start, end = self._number(found)
        return end - start if text[start] == "0" else 0

    @staticmethod
    def _number(found: re.Match[str]) -> tuple[int, int]:
        """Where the number of a label stands, zeros included."""
        start = found.start(2)
        while start > found.start() and found.string[start - 1] == "0":
            start -= 1
        return start, found.end(2)

    def slug_of(self, name: str) -> str:
        """The slug of a file name: ``day2`` → ``day-02``, ``My entry`` → ``my-entry``; empty where nothing is left."""
        slug = slugified(name)
        whole = self._whole.fullmatch(slug)
        return f"{whole[1]}-{int(whole[2]):02d}" if whole else slug


def numbered(written: str, new: int, width: int) -> str:
    """A number in place of one that is ``written`` so: as many digits where that has zeros, else ``width`` at least."""
    return f"{new:0{len(written) if written.startswith('0') else width}}"


def plain_of(text: str) -> str:
    """The start of a line without the marks of emphasis, as labels are searched in it."""
    return _EMPHASIS.sub("", text[:400])


@lru_cache(maxsize=256)
def label_of(pattern: str) -> Label:
    """The label of a pattern, made once."""
    return Label(pattern)


def literal_length(pattern: str) -> int | None:
    """The length that a label's pattern itself names: the 30 of ``#Day{n}/30``."""
    found = _LITERAL_LENGTH.search(pattern)
    return int(found[1]) if found else None


def without_length(pattern: str) -> str:
    """The pattern of a label for a series without a length: ``#Day{n}/{length}`` → ``#Day{n}``."""
    return re.sub(r"\s*(?:/|\bout of\b|\bof\b|\bvon\b|\bde\b|-)?\s*\{length\}", "", pattern)


def leading_number(name: str) -> int | None:
    """The number a file name starts with: the 2 of ``02-title``; None for a date."""
    found = _LEADING.match(name)
    return int(found[1]) if found and not _DATED.match(name) else None


def leading_date(name: str) -> str | None:
    """The date a file name starts with, as Jekyll has it: ``2026-10-19-title``."""
    found = _DATED.match(name)
    return found[0] if found else None


def first_lines(body: str) -> tuple[str, ...]:
    """The first line of a body that shows; where that is a heading, the one below it as well."""
    start = body[:2000]
    while start.startswith("<!--") and "-->" in start:
        start = start.partition("-->")[2].lstrip()
    line, _, rest = start.partition("\n")
    if line[:1] == "#" and _HEADING.fullmatch(line):
        return line.strip(), rest.lstrip().partition("\n")[0].strip()
    return (line.strip(),)


def first_heading(body: str) -> str | None:
    """The text of the first ``# heading``, outside of code."""
    if "#" not in body:
        return None
    fence = ""
    for line in body.split("\n"):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and mark[1].startswith(fence) and not line.strip(" `~"):
            fence = ""
        elif not fence and (found := _HEADING.fullmatch(line)):
            text = found[1].rstrip()
            closing = text.rstrip("#")
            text = closing if closing.endswith((" ", "\t")) or not closing else text
            return " ".join(re.sub(r"[*`]+", "", text).split()) or None
    return None


def most_common(values: Iterable[int]) -> int | None:
    """The value that is there most often, of several the largest; None where there is none."""
    counts: dict[int, int] = {}
    for value in values:
        counts[value] = counts.get(value, 0) + 1
    return max(counts, key=lambda value: (counts[value], value), default=None)
