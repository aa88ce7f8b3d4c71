"""Work out a new series from one that has run: its files with other dates, as drafts. Nothing is written here."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from pipeline.content.files import INDEX
from pipeline.errors import ContentError
from pipeline.model import Entry, Series
from pipeline.plan import due_days
from pipeline.rearrange import front
from pipeline.rearrange.change import Change
from pipeline.rearrange.days import LINK, Desk, dated, days_later, loaded
from pipeline.records import replace
from pipeline.render.edition import alias_path, permalink, place

#: What belongs to the run that was: what went out, and where its copies are known.
_LEFT = frozenset({"receipts.jsonl", "import-report.md"})
#: Keys of an entry that would speak of the run that was, beside the ``url`` of a post in a channel's table.
_DROPPED = ("guid", "aliases", "approved", "updated", "canonical_url")


def again(desk: Desk, start: date, slug: str, *, title: str | None, ready: bool) -> tuple[Change, Series]:
    """The files of a new series ``slug`` that begins on ``start``, as the desk's series is now; and that new series.

    Entries are drafts unless ``ready``. Raises ContentError where a file cannot be carried over as a whole.
    """
    files = dict(_files(desk))
    # As the files say, without the moments at which something went out.
    series = loaded(desk.project.config, files)
    desk = replace(desk, series=series)
    if series.cadence is None:
        raise ContentError(f"{desk.index}: has no start, so there are no dates to move; give it one")
    if "{series}" not in desk.project.config.site.permalink:
        raise ContentError(
            f"[site] permalink is '{desk.project.config.site.permalink}', so each new page would have the address of "
            "the old one; put {series} into it, with aliases in the old entries"
        )
    home = f"{PurePosixPath(series.folder).parent}/{slug}"
    _must_be_free(desk, home, slug)
    moved = start - series.cadence.start
    links = old_addresses(desk)
    written: dict[str, bytes] = {}
    for path, data in files.items():
        written[f"{home}/{PurePosixPath(path).relative_to(series.folder)}"] = data
    written[f"{home}/{INDEX}"] = _index(desk, written[f"{home}/{INDEX}"], start, slug, title)
    for entry in series.written:
        path = f"{home}/{PurePosixPath(entry.path).relative_to(series.folder)}"
        source = _entry(desk, entry, written[path], moved, ready=ready)
        written[path] = _linked(source, entry, desk, links)
    after = loaded(desk.project.config, written)
    return Change(said=_proven(desk, after, home, slug), written=written, renamed={}), after


def _must_be_free(desk: Desk, home: str, slug: str) -> None:
    for other in desk.project.series:
        if slug in (other.slug, other.id):
            raise ContentError(f"there is a series '{slug}' already; choose another name with --as")
    if (desk.project.root / home).exists():
        raise ContentError(f"{home}: is there already; choose another name with --as")


def _files(desk: Desk) -> Iterator[tuple[str, bytes]]:
    """Every file of the series that is content, with its bytes."""
    top = desk.project.root / desk.series.folder
    for folder, names, files in os.walk(top):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            place = Path(folder) / name
            path = place.relative_to(desk.project.root).as_posix()
            if name.startswith(".") or (name in _LEFT and Path(folder) == top):
                continue
            if not place.resolve().is_relative_to(desk.project.root.resolve()):
                raise ContentError(f"{path}: leads out of the project; put the file itself there")
            yield path, desk.read(path)


def _index(desk: Desk, source: bytes, start: date, slug: str, title: str | None) -> bytes:
    path, series = desk.index, desk.series
    for key, value in (("start", start.isoformat()), ("id", slug), ("title", title), ("rerun_of", series.id)):
        if value is None:
            continue
        line = series.lines.get(key)
        if key == "start":
            if line is None:
                continue  # its entries have dates of their own, and these move
            value += front.value_on(source, line, path).strip("\"'")[10:]  # a time of day behind it
        if line is not None:
            source = front.with_value(source, line, value, path)
        else:
            source = front.with_new(source, key, value, path, quoted=key != "start")
    return source


def _entry(desk: Desk, entry: Entry, source: bytes, moved: timedelta, *, ready: bool) -> bytes:
    """An entry's file with its own date moved, without what speaks of the run that was."""
    if entry.date is not None:
        source = dated(desk, entry, days_later(desk, entry.date, moved.days))
    held_on = entry.lines.get("draft")
    becomes_draft = not ready and not entry.draft
    if becomes_draft and held_on is not None:
        source = front.with_value(source, held_on, "true", entry.path)
    gone = [(entry.lines[key], "") for key in _DROPPED if key in entry.lines]
    gone += [(entry.lines[f"{name}.url"], name) for name, table in entry.overrides.items() if "url" in table]
    for line, name in sorted(gone, reverse=True):
        if name:
            alone = len(entry.overrides[name]) == 1
            source = front.without_inside(source, entry.lines[name], line, "url", entry.path, alone=alone)
        else:
            source = front.without(source, line, entry.path)
    if becomes_draft and held_on is None:
        source = front.with_new(source, "draft", "true", entry.path)
    return source


def old_addresses(desk: Desk) -> Mapping[str, str]:
    """Addresses of the old pages, as links may write them, without a slash at the end → the file, relative to the
    series' folder.
    """
    site, series = desk.project.config.site, desk.series
    found: dict[str, str] = {}
    for entry in series.written:
        to = str(PurePosixPath(entry.path).relative_to(series.folder))
        places = [place(site, permalink(site, series, entry))]
        places += [place(site, alias_path(alias)) for alias in entry.aliases]
        for one in places:
            for address in (one.absolute, one.url):
                found[unquote(address).rstrip("/")] = to
    return found


def _linked(source: bytes, entry: Entry, desk: Desk, links: Mapping[str, str]) -> bytes:
    """A file whose links to the old days lead to the new ones."""
    folder = PurePosixPath(entry.path).relative_to(desk.series.folder).parent
    old = PurePosixPath(desk.series.folder).name

    def target(found):  # type: ignore[no-untyped-def]
        to = found["to"]
        try:
            parts = urlsplit(to)
        except ValueError:
            return found[0]
        if parts.scheme or to.startswith("/"):
            file = links.get(unquote(to).rstrip("/"))
            if file is not None:
                return f"{found['before']}{os.path.relpath(file, folder)}"
            return found[0]
        whole = os.path.normpath(f"{folder}/{to}")
        if whole.startswith(f"../{old}/"):
            return f"{found['before']}{os.path.relpath(whole.removeprefix(f'../{old}/'), folder)}"
        return found[0]

    text = source.decode("utf-8", "surrogateescape")
    return LINK.sub(target, text).encode("utf-8", "surrogateescape")


def _proven(desk: Desk, after: Series, home: str, slug: str) -> tuple[str, ...]:
    """Which day moves from when to when. Raises ContentError where the new series is not as it should be."""
    before_due, after_due = due_days(desk.series), due_days(after)
    old = {str(PurePosixPath(entry.path).relative_to(desk.series.folder)): entry for entry in desk.series.written}
    said = []
    if after.slug != slug or after.id != slug:
        raise ContentError(
            f"{home}/{INDEX}: the new series would not be '{slug}'; take its slug out of the front matter"
        )
    for entry in after.written:
        was = old.pop(str(PurePosixPath(entry.path).relative_to(home)))
        if entry.day != was.day:
            raise ContentError(
                f"{was.path}: would be day {entry.day}; give it 'day: {was.day}' in its front matter first"
            )
        for key in _DROPPED:
            if getattr(entry, key):
                raise ContentError(f"{was.path}: its {key} cannot be taken out of this front matter; write it on lines")
        for name, table in was.overrides.items():
            if {key: value for key, value in table.items() if key != "url"} != entry.overrides.get(name, {}):
                raise ContentError(
                    f"{was.path}: the url in its {name} table cannot be taken out of this front matter; "
                    "write it on a line of its own"
                )
        if entry.recap:
            continue  # it goes out with the last day
        when, then = before_due.get(was.day), after_due.get(entry.day)
        if then is not None and then <= desk.now:
            raise ContentError(f"day {entry.day} would be due on {desk.told(then)}, which is over; begin later")
        said.append(f"day {entry.day}: {desk.told(when)} → {desk.told(then)}  {entry.title}")
    if old:
        raise ContentError(f"{next(iter(old.values())).path}: would not be read in its new place")
    return tuple(said)
