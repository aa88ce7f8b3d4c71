"""Tell what a series does not say of itself from its entries: length, hashtag, label, title, start."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from pipeline.content.days import (
    MOST_DAYS,
    Label,
    first_lines,
    label_of,
    literal_length,
    most_common,
    plain_of,
    without_length,
)
from pipeline.content.draft import Draft
from pipeline.content.head import Head
from pipeline.model import DEFAULT_LABEL, Cadence, Entry, Series
from pipeline.patterns import pattern
from pipeline.records import dataclass
from pipeline.wallclock import local

#: ``#Tag7/30`` in a folder that says nothing of its label.
_OTHER_LABEL = pattern(r"#([^\W\d_]+)\s?0*\d{1,4}\s?/\s?0*\d{1,4}(?!\w)")
#: Hashtags right behind a label.
_RUN = pattern(r"[\s|,·:–—-]*#(\w+)")
_TAG = pattern(r"(?<!\w)#(\d{1,4}[^\W\d_]\w*)")
_TAG_LENGTH = pattern(r"(\d{1,3})(?=[^\W\d_])", re.ASCII)
_UNIT_OF = pattern(r"(?<=\d)\s*(days?|weeks?|months?|posts?|tage?|wochen?)(of)?(?=[A-Z]|$)", re.IGNORECASE)
_CAMEL = pattern(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """What a series announces, said or derived."""

    title: str
    hashtag: str | None
    #: With ``{length}`` only where there is a length.
    label: str
    length: int | None


def announced(head: Head, drafts: Sequence[Draft]) -> Announced:
    """What the series announces: what its head says, else what its entries show."""
    pattern = head.label or (DEFAULT_LABEL if head.declared else _pattern(drafts))
    label = label_of(pattern)
    length = head.length or literal_length(pattern)
    if length is None and "{length}" in pattern:
        length = _length(drafts, label) or _length_of_tag(head.hashtag)
    hashtag = head.hashtag
    if hashtag is None and not head.declared:
        hashtag = _hashtag(drafts, label, length)
    if length is None and "{length}" in pattern:
        length = _length_of_tag(hashtag)
    return Announced(
        title=head.title or _title(hashtag) or _title_of_folder(head.slug),
        hashtag=hashtag,
        label=pattern if length is not None else without_length(pattern),
        length=length,
    )


def series_of(head: Head, said: Announced, entries: Sequence[Entry], *, stale: bool = False) -> Series:
    """The series of a head and its entries, which are in day order."""
    return Series(
        slug=head.slug,
        id=head.id or head.slug,
        title=said.title,
        hashtag=said.hashtag,
        label=said.label,
        length=said.length,
        cadence=_cadence(head, entries),
        channels=head.channels,
        policy=head.policy,
        drip=head.drip,
        recaps=head.recaps,
        rerun_of=head.rerun_of,
        author=head.author,
        language=head.language,
        description=head.description,
        intro=head.intro,
        intro_line=head.intro_line,
        entries=tuple(entries),
        path=head.path,
        declared=head.declared,
        extra=head.extra,
        lines=head.lines,
        stale=stale,
    )


def _cadence(head: Head, entries: Iterable[Entry]) -> Cadence | None:
    """The cadence: from the start the head names, else from the lowest day that has a date; None where none has."""
    start = head.start or _start(head, entries)
    if start is None:
        return None
    return Cadence(start=start, time=head.time, zone=head.zone, weekdays=head.weekdays, skip=head.skip)


def _pattern(drafts: Sequence[Draft]) -> str:
    label = label_of(DEFAULT_LABEL)
    words: dict[str, int] = {}
    for draft in drafts:
        for text in _texts(draft):
            if label.in_text(text):
                return DEFAULT_LABEL
            for word in _OTHER_LABEL.findall(plain_of(text)):
                words[word] = words.get(word, 0) + 1
    best = max(words, key=lambda word: (words[word], word), default=None)
    return DEFAULT_LABEL if best is None else f"#{best}{{n}}/{{length}}"


def _texts(draft: Draft) -> tuple[str, ...]:
    return draft.values.get("title", ""), *first_lines(draft.body), (draft.values.get("summary") or "")[:400]


def _length(drafts: Sequence[Draft], label: Label) -> int | None:
    found = []
    for draft in drafts:
        said = (named.length for text in _texts(draft) if (named := label.in_text(text)))
        length = next((length for length in said if length and length <= MOST_DAYS), None)
        if length is not None:
            found.append(length)
    return most_common(found)


def _length_of_tag(hashtag: str | None) -> int | None:
    found = _TAG_LENGTH.match(hashtag or "")
    return int(found[1]) or None if found else None


def _hashtag(drafts: Sequence[Draft], label: Label, length: int | None) -> str | None:
    """The constant tag: one that starts with the length (``#30daysof…``), else the one right behind most labels."""
    with_length: dict[str, int] = {}
    behind: dict[str, int] = {}
    for draft in drafts:
        seen: set[str] = set()
        near: set[str] = set()
        for text in _texts(draft):
            plain = plain_of(text)
            seen |= {tag for tag in _TAG.findall(plain) if _length_of_tag(tag) == (length or -1)}
            named = label.in_text(text)
            if named and (run := _RUN.match(plain, named.end)):
                near.add(run[1])
        for tag in seen:
            with_length[tag] = with_length.get(tag, 0) + 1
        for tag in near:
            behind[tag] = behind.get(tag, 0) + 1
    behind = {tag: count for tag, count in behind.items() if count * 2 >= len(drafts) and not tag.isdecimal()}
    for found in (with_length, behind):
        if found:
            return max(found, key=lambda tag: (found[tag], tag))
    return None


def _title(hashtag: str | None) -> str | None:
    """``30daysofGenerativeAI`` → ``30 days of Generative AI``."""
    if not hashtag:
        return None
    spaced = _UNIT_OF.sub(lambda found: f" {found[1]}{' of' if found[2] else ''} ", hashtag)
    words = " ".join(_CAMEL.sub(" ", spaced.replace("_", " ")).split())
    return words[:1].upper() + words[1:]


def _title_of_folder(slug: str) -> str:
    words = slug.replace("-", " ")
    return words[:1].upper() + words[1:]


def _start(head: Head, entries: Iterable[Entry]) -> date | None:
    dated = [(entry.day, entry.date) for entry in entries if entry.date is not None]
    if not dated:
        return None
    day, moment = min(dated)
    start = local(moment, head.zone).date()
    left = day - 1
    while left:
        start -= timedelta(days=1)
        if start.weekday() in head.weekdays and start not in head.skip:
            left -= 1
    return start
