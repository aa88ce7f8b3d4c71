"""Make a series of a folder: read its files, settle days and claims, and put last good versions in for broken ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TypeAlias

from pipeline.content.days import label_of
from pipeline.content.derive import announced, series_of
from pipeline.content.draft import Draft, Setting, draft_of
from pipeline.content.head import Head
from pipeline.content.naming import Naming, claim_of, entry_of, naming_of
from pipeline.content.notes import Notes
from pipeline.content.recap import about_recap, recap_in, recap_of
from pipeline.content.settle import Claimed, settled
from pipeline.errors import Problem
from pipeline.model import Entry, Series
from pipeline.records import dataclass, replace

#: The last good source text of a file.
LastGood: TypeAlias = bytes

_REMEDY = {
    "day": "give one of them another day",
    "slug": "give one of them another slug",
    "id": "give one of them another id; if it is a copy, delete its id",
    "guid": "delete the guid of the copy",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """A series and what came up on the way."""

    series: Series
    #: What is to be said of the series as a whole.
    advice: tuple[Problem, ...]
    #: Paths of the entries that stand in their present version.
    good: frozenset[str]


def assemble(
    head: Head,
    sources: Mapping[str, bytes | None],
    setting: Setting,
    *,
    last_good: Callable[[str], LastGood | None],
    notes_of: Callable[[str], Notes],
    known: Callable[[], Mapping[str, LastGood]] = dict,
    stale: bool = False,
) -> Assembled:
    """The series of a head and the texts of its entries, by path; None is a text that cannot be read.

    A broken entry gives way to its last good version, or is left out; what is wrong with it goes to the notes of its
    path. A broken one that has none may have been renamed: then entries that were good once (``known``, by path) and
    whose file is gone stay, unless something else took their place. With ``stale`` the texts are last good versions
    themselves.
    """
    every = sources
    own = recap_in(head, every)
    sources = {path: source for path, source in sources.items() if path != own}
    drafts = [_read(path, source, setting, notes_of(path)) for path, source in sources.items()]
    earlier: dict[str, Draft | None] = {}

    def version(path: str) -> Draft | None:
        if path not in earlier:
            source = last_good(path)
            draft = None if source is None else draft_of(path, source, setting, Notes(path))
            earlier[path] = None if draft is None or draft.broken else draft
        return earlier[path]

    used = [version(draft.path) or draft if draft.broken else draft for draft in drafts]
    whole = [draft for draft in used if draft.readable]
    said = announced(head, whole)
    label = label_of(said.label)
    naming = naming_of(used, label, said.length, known=lambda path: version(path) is not None)
    now: dict[str, Entry] = {}
    before: dict[str, Entry] = {}
    notes = {draft.path: draft.notes for draft in drafts}

    @cache
    def earlier_naming() -> Naming:
        return naming_of(filter(None, map(version, sources)), label, said.length)

    def fall_back(path: str) -> Entry | None:
        draft = version(path)
        if draft is None:
            return None
        # One entry that starts to name a day leaves the others without: in their last good versions they had places.
        named = naming.leading or claim_of(draft, label) is not None
        return entry_of(draft, naming if named else earlier_naming(), head.slug, stale=True)

    for draft in drafts:
        entry = entry_of(draft, naming, head.slug, stale=stale)
        if entry is not None:
            now[draft.path] = entry
        elif (older := fall_back(draft.path)) is not None:
            before[draft.path] = older
    if any(path not in now and path not in before for path in sources):
        before |= _renamed(known(), sources, now, lambda draft: entry_of(draft, naming, head.slug, stale=True), setting)
    standing, older_ones = settled(
        now, before, claims=_claims, fall_back=fall_back, collide=lambda *what: _collide(notes, now, *what)
    )
    entries = sorted([*standing.values(), *older_ones.values()], key=lambda entry: (entry.day, entry.path))
    series = series_of(head, said, entries, stale=stale)
    good = frozenset(standing)
    if own is not None:
        draft = _read(own, every[own], setting, notes_of(own))
        if not draft.broken:
            good |= {own}
        told = version(own) if draft.broken else draft
        if told is None:
            series = replace(series, recaps=False)  # what its writer has written instead of ours cannot be read
        else:
            series = replace(series, recap=recap_of(told, series, stale=stale or draft.broken))
    return Assembled(series=series, advice=(*_about(head, series), *about_recap(head, series)), good=good)


def _read(path: str, source: bytes | None, setting: Setting, notes: Notes) -> Draft:
    return Draft(path, notes) if source is None else draft_of(path, source, setting, notes)


def _renamed(
    known: Mapping[str, LastGood],
    sources: Mapping[str, bytes | None],
    now: Mapping[str, Entry],
    entry_from: Callable[[Draft], Entry | None],
    setting: Setting,
) -> dict[str, Entry]:
    """Last good versions of files that are gone, but for those whose day, slug or id something present has."""
    taken = {claim for entry in now.values() for claim in _claims(entry)}
    found: dict[str, Entry] = {}
    for path, source in known.items():
        if path in sources or not path.endswith(".md") or path.endswith("/_index.md"):
            continue
        draft = draft_of(path, source, setting, Notes(path))
        entry = None if draft.broken else entry_from(draft)
        if entry is not None and taken.isdisjoint(_claims(entry)):
            found[path] = entry
    return found


def _claims(entry: Entry) -> Iterable[Claimed]:
    yield Claimed("day", entry.day)
    yield Claimed("slug", entry.slug)
    if entry.id is not None:
        yield Claimed("id", entry.id)
    if not entry.names_day and entry.id is None:
        yield Claimed("id", entry.key)
    if entry.guid is not None:
        yield Claimed("guid", entry.guid)


def _collide(
    notes: Mapping[str, Notes], entries: Mapping[str, Entry], path: str, what: Claimed, others: list[str]
) -> None:
    line = entries[path].lines.get(what.kind)
    notes[path].error(
        f"{what.kind}-taken",
        line,
        f"{what.kind} {shown(what)} is claimed by {listed(others)} too; {_REMEDY[what.kind]}",
    )


def shown(what: Claimed) -> str:
    """The claimed thing as a sentence has it."""
    return str(what.value) if what.kind == "day" else f"'{what.value}'"


def listed(paths: list[str]) -> str:
    """Paths in a sentence: the first three, and how many more."""
    most = 3
    rest = f" and {len(paths) - most} more" if len(paths) > most else ""
    return ", ".join(paths[:most]) + rest


def _about(head: Head, series: Series) -> Iterable[Problem]:
    """What is to be said of the series as a whole."""
    if not head.declared:
        yield _advice(
            head.path,
            None,
            "no-index",
            f"has no _index.md; {_derived(series)}; write that into {head.path}/_index.md to keep it",
        )
    elif head.label and "{length}" in head.label and series.length is None:
        remedy = f"write 'length: 30', or label: \"{series.label}\""
        yield _advice(
            head.path, head.lines.get("label"), "no-length", f"label shows a length, but the series has none; {remedy}"
        )
    if series.cadence is None and (head.declared or series.entries):
        yield _advice(
            head.path,
            None,
            "no-start",
            "says no start, and no entry has a date, so that nothing is due; write 'start: 2026-10-19'",
        )


def _derived(series: Series) -> str:
    """What the series is taken to be, in words."""
    parts = [f"title '{series.title}'", f"label '{series.label}'"]
    if series.length is not None:
        parts.append(f"length {series.length}")
    if series.hashtag is not None:
        parts.append(f"hashtag {series.hashtag}")
    if series.cadence is not None:
        cadence = series.cadence
        parts.append(f"start {cadence.start}, time {cadence.time:%H:%M}, zone {cadence.zone}")
    return f"taken from its entries: {', '.join(parts)}"


def _advice(path: str, line: int | None, code: str, message: str) -> Problem:
    return Problem(path=path, line=line, message=message, severity="warning", code=code)
