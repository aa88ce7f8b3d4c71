"""Hold a project as loaded, and find what a person names in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Literal

from pipeline import content, history
from pipeline.config import Config
from pipeline.content.approval import unapproved
from pipeline.errors import ConfigError, ContentError, LedgerError, Problem
from pipeline.fresh import Seen, look_closely
from pipeline.kept import Kept, sign_of
from pipeline.last_good import LastGood
from pipeline.ledger.database import is_shared
from pipeline.ledger.fold import Book, bound, fold
from pipeline.ledger.journal import FILE, path_of, read
from pipeline.ledger.lines import Line
from pipeline.model import Cadence, Entry, LatePolicy, Mention, Series
from pipeline.plan import due_days, out, plan, recap_of
from pipeline.records import dataclass, replace

#: Code of the problem that a journal cannot be read: then nothing is sent.
DAMAGED_JOURNAL = "journal-damaged"
_KEPT = (Series, Entry, Cadence, LatePolicy, Mention, date, time, datetime, timedelta, timezone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project as loaded: what is written and what is wrong with it."""

    #: Where sources are read.
    root: Path
    #: Where ``output/``, ``.daycast/`` and the journals are: the root, unless sources come from a commit.
    home: Path
    config: Config
    #: Entries that are out have the instant at which they went out as their date.
    series: tuple[Series, ...]
    problems: tuple[Problem, ...]
    #: Bytes of each source file that is good now, by path.
    sources: Mapping[str, bytes]
    #: Paths of all source files, good or not, and of those that a last good version stands in for.
    paths: frozenset[str]
    #: What the journals say.
    book: Book
    #: Slugs of series without their texts, since nothing of them has changed.
    partial: frozenset[str] = frozenset()
    #: What was seen of the sources before they were loaded; None where nobody looked.
    seen: Seen | None = None


def load(
    root: Path,
    config: Config,
    *,
    home: Path | None = None,
    earlier: Mapping[str, bytes] = MappingProxyType({}),
    at: datetime | None = None,
    partly: bool = False,
    only: str | None = None,
) -> Project:
    """Read everything below ``series/``. What is broken is in ``problems`` and stays in its last good version.

    ``home`` is the project's own folder where ``root`` is a copy of some of it. ``earlier`` are good versions that
    somebody has seen since the last build, by path. With ``at``, the moment it is, the project knows what was seen of
    its sources right before, so that a build can tell what has changed; with ``partly``, what has not comes without its
    texts. ``only`` is the folder of the one series that is wanted (``series/<name>``): what others claim of its
    addresses, and where links to them lead, stays unknown.
    """
    home = home or root
    store = LastGood(home)
    seen = look_closely(str(root), at.timestamp()) if at is not None and home == root and not earlier else None
    sources = Kept(home, "sources", _KEPT)
    kept = _kept(sources, seen) if seen is not None and partly else {}

    def good(path: str) -> bytes | None:
        return earlier.get(path) or store.text(path)

    def below(folder: str) -> dict[str, bytes]:
        return {
            **store.below(folder),
            **{path: text for path, text in earlier.items() if path.startswith(f"{folder}/")},
        }

    loaded = content.load(root, config, last_good=good, known=below, kept=kept, only=only)
    loaded = _held(root, config, loaded)
    if seen is not None and partly and loaded.clean:
        _keep(sources, seen, loaded)
    renamed = {entry.path for series in loaded.series for entry in series.entries if entry.stale}
    book, damage = _book(home, config, loaded.series)
    opened = [_opened(series, root, config) for series in loaded.series]
    return Project(
        seen=seen,
        root=root,
        home=home,
        config=config,
        series=tuple(_whole(_placed(series, book), config) for series in opened),
        problems=(*loaded.problems, *damage),
        sources=loaded.sources,
        paths=frozenset(loaded.paths) | renamed,
        book=book,
        partial=frozenset(series.slug for series in kept.values()) if loaded.used else frozenset(),
    )


def with_journals(project: Project) -> Project:
    """The project with the texts that it has, and what its journals say now."""
    book, damage = _book(project.home, project.config, project.series)
    return replace(
        project,
        seen=None,
        series=tuple(_following(series, _placed(series, book)) for series in project.series),
        problems=(*(one for one in project.problems if one.code != DAMAGED_JOURNAL), *damage),
        book=book,
    )


def _following(before: Series, after: Series) -> Series:
    """A series whose recap follows its last day, where it went with that and the day has moved."""
    last, recap = before.length or 0, after.recap
    if recap is None or recap.date is None or recap.date != due_days(before).get(last):
        return after
    return replace(after, recap=replace(recap, date=due_days(after).get(last)))


def _held(root: Path, config: Config, loaded: content.Loaded) -> content.Loaded:
    """What was loaded, with a word at each entry that nobody has approved as it is, where that is wanted."""
    wanted = config.publish.require_approval
    if wanted == "never":
        return loaded
    merged = history.merged(root, "series") if wanted == "merge" else frozenset()

    def reason(entry: Entry) -> str:
        if entry.draft:
            return ""  # its writer is not done with it
        if wanted == "merge":
            return "" if entry.path in merged else "waits until it is merged: no merge has brought it as it is"
        if entry.path not in loaded.sources:
            return entry.held  # as it was found when it was loaded, or a version that was good before
        return unapproved(entry, loaded.sources[entry.path])

    series = tuple(
        replace(
            one,
            entries=tuple(replace(entry, held=reason(entry)) for entry in one.entries),
            recap=replace(one.recap, held=reason(one.recap)) if one.recap is not None else None,
        )
        for one in loaded.series
    )
    return replace(loaded, series=series)


def _kept(store: Kept, seen: Seen) -> dict[str, Series]:
    """The series that were loaded from what is seen now, by folder."""
    found = {}
    for name, sign in seen.folders.items():
        held = store.get(name)
        if isinstance(held, tuple) and len(held) == 2 and held[0] == sign_of(seen.setting, sign):
            found[f"series/{name}"] = held[1]
    return found


def _keep(store: Kept, seen: Seen, loaded: content.Loaded) -> None:
    """Keep what was loaded, without its texts."""
    for series in loaded.series:
        name = PurePosixPath(series.folder).name
        if series.folder in loaded.clean and name in seen.folders:
            bare = replace(
                series,
                intro="",
                entries=tuple(replace(entry, body="") for entry in series.entries),
                recap=replace(series.recap, body="") if series.recap is not None else None,
            )
            store.put(name, (sign_of(seen.setting, seen.folders[name]), bare))
    store.only(seen.folders)


def _book(home: Path, config: Config, all_series: tuple[Series, ...]) -> tuple[Book, tuple[Problem, ...]]:
    """What the series' journals say, and which of them cannot be read. Raises LedgerError for those in a database."""
    if is_shared(config.ledger.url):
        from pipeline.ledger.store import Ledger

        ledger = Ledger(config.ledger.url, home)
        try:
            return fold(ledger.journal()), ()
        finally:
            ledger.close()
    books = []
    damage = []
    for series in all_series:
        try:
            lines = read(path_of(home, series.folder), series=series.id)
        except LedgerError as error:
            lines = _readable(path_of(home, series.folder))
            where, _, said = str(error).partition(": ")
            line = where.rpartition(":")[2]
            damage.append(
                Problem(
                    path=f"{series.folder}/{FILE}",
                    line=int(line) if line.isdecimal() else None,
                    severity="error",
                    code=DAMAGED_JOURNAL,
                    message=said,
                )
            )
        if lines:
            books.append(fold(lines))
    return bound(books), tuple(damage)


def _readable(path: Path) -> tuple[Line, ...]:
    """What can be read of a damaged journal, so that nothing that is out disappears; nothing is sent by it."""
    try:
        return read(path, damaged=True)
    except LedgerError:
        return ()


def _opened(series: Series, root: Path, config: Config) -> Series:
    """A series with the recap that it wants."""
    if not series.recaps:
        return series if series.recap is None else replace(series, recap=None)
    from pipeline import recap
    from pipeline.render.language import Languages
    from pipeline.render.templates import folders

    if not recap.wants_recap(series):
        return replace(series, recap=None)
    words = Languages(folders(root, config.site.theme)).of(series.language or config.site.language)
    return recap.with_opening(series, words, approval=config.publish.require_approval != "never")


def _whole(series: Series, config: Config) -> Series:
    """A series whose recap has its instant and its days, now that those are where they belong."""
    if series.recap is None:
        return series
    from pipeline import recap

    return recap.with_days(recap.dated(series), config.accounts)


def _placed(series: Series, book: Book) -> Series:
    """A series whose entries keep the instants at which they went out, whatever its plan says since.

    A date that an entry gives itself counts, unless it was published by hand before it. An entry that is left out on
    every channel is held back like a draft, so that the blog has no page of it.
    """

    def date_of(entry: Entry) -> datetime | None:
        key = f"{series.id}/{entry.key}"
        return book.moved.get(key) or entry.date or book.settled.get(key)

    def left_out(entry: Entry) -> bool:
        keys = [f"{series.id}/{entry.key}/{channel}" for channel in series.channels_of(entry)]
        return "blog" in series.channels_of(entry) and all(
            key in book.slots and book.slots[key].state == "skipped" for key in keys
        )

    def waits(entry: Entry) -> bool:
        """Whether it is held back: what has begun to go out stays, whatever becomes of its approval."""
        keys = (f"{series.id}/{entry.key}/{channel}" for channel in series.channels_of(entry))
        return bool(entry.held) and not any(key in book.slots for key in keys)

    known = series.id in book.begun or any(key.startswith(f"{series.id}/") for key in book.moved)
    if not known and not any(entry.held for entry in series.written):
        return series

    def placed(entry: Entry) -> Entry:
        held = entry.held if waits(entry) else ""
        moment, draft = date_of(entry), entry.draft or left_out(entry) or bool(held)
        same = (moment, draft, held) == (entry.date, entry.draft, entry.held)
        return entry if same else replace(entry, date=moment, draft=draft, held=held)

    return replace(
        series,
        entries=tuple(placed(entry) for entry in series.entries),
        recap=None if series.recap is None else placed(series.recap),
    )


def series_named(project: Project, name: str | None) -> tuple[Series, ...]:
    """The series of that slug or id, or all of them for None. Raises ConfigError where there is none."""
    chosen = tuple(item for item in project.series if name in (None, item.slug, item.id))
    if chosen:
        return chosen
    names = ", ".join(item.slug for item in project.series)
    if not names:
        raise ConfigError("there is no series that can be read in series/; see 'daycast check'")
    raise ConfigError(f"there is no series named '{name}'; there are: {names}")


def find_entry(
    project: Project, wanted: int | Literal["recap"] | None, now: datetime, *, series: str | None
) -> tuple[Series, Entry]:
    """The entry of a day or the recap, or the newest day that is out where ``wanted`` is None.

    Raises ContentError that says what there is instead; ConfigError for a series that is not there.
    """
    chosen = series_named(project, series)
    if wanted is None:
        posted = [day for item in chosen for day in out(plan(item, now, zone=project.config.site.zone))]
        newest = max(posted, key=lambda day: (day.due or now, day.day), default=None)
        if newest is None or newest.entry is None:
            raise ContentError("nothing is out yet; name a day, such as 'render day 1'")
        return newest.series, newest.entry
    if wanted == "recap":
        return _recap_in(chosen)
    having = [(item, entry) for item in chosen for entry in item.entries if entry.day == wanted]
    if len(having) > 1:
        names = ", ".join(item.slug for item, _ in having)
        raise ContentError(f"several series have a day {wanted}: {names}; say which with --series")
    if not having:
        days = "; ".join(f"{item.slug}: {spans([e.day for e in item.entries])}" for item in chosen)
        raise ContentError(f"no day {wanted} is written ({days})")
    return having[0]


def _recap_in(chosen: Sequence[Series]) -> tuple[Series, Entry]:
    found = [(item, item.recap) for item in chosen if item.recap is not None]
    if len(found) > 1:
        names = ", ".join(item.slug for item, _ in found)
        raise ContentError(f"several series have a recap: {names}; say which with --series")
    if not found:
        raise ContentError(f"no recap: write 'recap: true' in {chosen[0].folder}/_index.md, with the series' length")
    return found[0]


def is_out(project: Project, series: Series, entry: Entry, now: datetime) -> bool:
    """Whether an entry is out at ``now``."""
    zone = project.config.site.zone
    if entry.recap:
        planned = recap_of(series, now, zone=zone)
        return planned is not None and planned.state == "out"
    return any(day.entry is entry for day in out(plan(series, now, zone=zone)))


def spans(days: Sequence[int]) -> str:
    """``1-7, 9``: days in words, for a sentence."""
    if not days:
        return "nothing yet"
    spans: list[list[int]] = []
    for day in sorted(days):
        if spans and day == spans[-1][1] + 1:
            spans[-1][1] = day
        else:
            spans.append([day, day])
    return ", ".join(f"{a}" if a == b else f"{a}-{b}" for a, b in spans)
