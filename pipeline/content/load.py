"""Load every series of a project: the files that are good, and last good versions of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from pipeline.config import PLACEHOLDER_URL, Config
from pipeline.content.draft import Setting
from pipeline.content.files import INDEX, Folder, folders_of
from pipeline.content.folder import LastGood, assemble, listed, shown
from pipeline.content.head import Head, head_of, undeclared
from pipeline.content.notes import Notes
from pipeline.content.settle import Claimed, settled
from pipeline.content.slug import slugified
from pipeline.errors import Problem
from pipeline.model import DEFAULT_CHANNELS, Series
from pipeline.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Everything below ``series/``."""

    #: By slug.
    series: tuple[Series, ...]
    #: By path and line.
    problems: tuple[Problem, ...]
    #: Bytes of each file that is good now, by path, ``_index.md`` included. Of a series whose ``_index.md`` is
    #: broken there are none: it stays as it was as a whole.
    sources: Mapping[str, bytes]
    #: Every Markdown file that is there, good or not, sorted.
    paths: tuple[str, ...]
    #: Folders that were read, of which there is nothing to say: as long as they are the same, so is their series.
    clean: frozenset[str] = frozenset()
    #: Whether what was kept stands for its folders.
    used: bool = False


def nothing(path: str) -> LastGood | None:  # noqa: ARG001 - the signature of a store of last good versions
    """The last good version of a file where none are kept."""
    return None


def load(
    root: Path,
    config: Config,
    *,
    last_good: Callable[[str], LastGood | None] = nothing,
    known: Callable[[str], Mapping[str, LastGood]] = lambda _: {},
    kept: Mapping[str, Series] = MappingProxyType({}),
    only: str | None = None,
) -> Loaded:
    """Load the series of the project at ``root``. Never raises for what the files hold: that is in ``problems``.

    ``last_good`` gives the last good bytes of a file by its path; they stand in for a file that is broken now.
    ``known`` gives all there are below a folder; they stand in for a file that is broken and was renamed.
    ``kept`` are series that were ``clean`` before, by folder; they are not read again, unless another claims the same.
    ``only`` is the folder of the one series to load.
    """
    notes: dict[str, Notes] = {}
    folders = {folder.path: folder for folder in folders_of(str(root), notes, kept, only)}
    heads = {path: _head(folder, folder.index, config, _head_notes(folder)) for path, folder in folders.items()}
    if kept and not _apart(heads.values(), kept.values()):
        return load(root, config, last_good=last_good, known=known)
    broken = {path for path, folder in folders.items() if _head_notes(folder).broken}

    def fall_back(path: str) -> Head | None:
        return _earlier_head(folders[path], heads[path], config, last_good)

    standing, held = settled(
        {path: head for path, head in heads.items() if path not in broken},
        {path: head for path in sorted(broken) if (head := fall_back(path)) is not None},
        claims=_claims,
        fall_back=fall_back,
        collide=lambda path, what, others: _collide(
            folders[path], what, [heads[other] for other in others], heads[path]
        ),
    )
    series: list[Series] = [*kept.values()]
    problems: list[Problem] = []
    sources: dict[str, bytes] = {}
    clean: set[str] = set()
    for path, folder in folders.items():
        head = heads[path]
        stands = path in standing
        earlier = last_good if stands else nothing
        made = assemble(
            head,
            folder.files,
            _setting(head, config),
            last_good=earlier,
            notes_of=folder.notes_of,
            known=partial(known, path) if stands else dict,
        )
        if stands:
            problems += made.advice
            series.append(made.series)
            if not made.advice and not made.series.stale and len(made.good) == len(folder.files):
                clean.add(path)
            present = {name: data for name, data in folder.files.items() if data is not None and name in made.good}
            sources |= present if folder.index is None else {f"{path}/{INDEX}": folder.index, **present}
        elif path in held:
            series.append(_held(held[path], folder, config, last_good))
        notes |= folder.notes
        if any(note.found for note in folder.notes.values()):
            clean.discard(path)
    problems += [problem for note in notes.values() for problem in note.found]
    return Loaded(
        series=tuple(sorted(series, key=lambda one: one.slug)),
        problems=tuple(sorted(problems, key=lambda one: (one.path, one.line or 0, one.severity, one.message))),
        sources=dict(sorted(sources.items())),
        paths=tuple(sorted([*_paths(folders.values(), kept.values())])),
        clean=frozenset(clean),
        used=bool(kept),
    )


def _apart(heads: Iterable[Head], kept: Iterable[Series]) -> bool:
    """Whether nothing that was read claims what is kept."""
    slugs, ids = {series.slug for series in kept}, {series.id for series in kept}
    return not any(head.slug in slugs or (head.id or head.slug) in ids for head in heads)


def _paths(folders: Iterable[Folder], kept: Iterable[Series]) -> Iterator[str]:
    for folder in folders:
        yield from folder.paths()
    for series in kept:
        yield from (entry.path for entry in series.entries)
        if series.declared:
            yield series.path


def _head_notes(folder: Folder) -> Notes:
    return folder.notes_of(f"{folder.path}/{INDEX}" if folder.has_index else folder.path)


def _head(folder: Folder, index: bytes | None, config: Config, notes: Notes) -> Head:
    slug = slugified(folder.name)
    if not slug:
        message = "gives no slug; name the folder in lower-case letters, digits and hyphens, such as series/my-topic"
        notes.error("bad-slug", None, message)
    if index is None:
        return undeclared(slug or "series", folder.path, config.site.zone)
    return head_of(f"{folder.path}/{INDEX}", index, slug or "series", config.site.zone, notes)


def _earlier_head(
    folder: Folder, head: Head, config: Config, last_good: Callable[[str], LastGood | None]
) -> Head | None:
    """The last good head of a folder; where it never had an ``_index.md``, the same one if anything of it was good."""
    if not folder.has_index:
        known = bool(slugified(folder.name)) and any(last_good(path) is not None for path in folder.files)
        return head if known else None
    index = last_good(f"{folder.path}/{INDEX}")
    notes = Notes(folder.path)
    earlier = None if index is None else _head(folder, index, config, notes)
    return None if notes.broken else earlier


def _held(head: Head, folder: Folder, config: Config, last_good: Callable[[str], LastGood | None]) -> Series:
    """A series as it was when all of its files were last good."""
    texts = {path: text for path in folder.files if (text := last_good(path)) is not None}
    return assemble(head, texts, _setting(head, config), last_good=nothing, notes_of=Notes, stale=True).series


def _setting(head: Head, config: Config) -> Setting:
    return Setting(
        time=head.time,
        zone=head.zone,
        categories=config.categories,
        channels=tuple(dict.fromkeys((*DEFAULT_CHANNELS, *head.channels))),
        kinds={name: table.type for name, table in config.channels.items()},
        host="" if config.site.url == PLACEHOLDER_URL else urlsplit(config.site.url).hostname or "",
        base_path=config.site.base_path,
    )


def _claims(head: Head) -> tuple[Claimed, Claimed]:
    return Claimed("slug", head.slug), Claimed("id", head.id or head.slug)


def _collide(folder: Folder, what: Claimed, others: list[Head], head: Head) -> None:
    notes = _head_notes(folder)
    names = listed([other.path for other in others])
    if what.kind == "slug":
        notes.error(
            "series-taken", None, f"the series' slug {shown(what)} is claimed by {names} too; rename one of the folders"
        )
    elif any(other.slug != head.slug for other in others):
        line = head.lines.get("id")
        notes.error(
            "id-taken", line, f"id {shown(what)} is claimed by {names} too; give the copy an id of its own, or none"
        )
