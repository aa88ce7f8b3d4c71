"""Make the chapters of a build, or take them from the last one; some in a process beside this one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import partial
from pathlib import Path, PurePosixPath

from pipeline.apart import Apart
from pipeline.errors import Problem
from pipeline.feed import FeedImage, FeedItem
from pipeline.fresh import Seen
from pipeline.kept import Kept, packed, sign_of
from pipeline.model import Series
from pipeline.output import SITE, Output, Work
from pipeline.records import dataclass
from pipeline.render.chapter import Frame, Shown, make_chapter, taken
from pipeline.render.context import EntryCard, Link, Stamp
from pipeline.render.edition import Edition, Posted, SeriesEdition
from pipeline.render.lists import File, Intro, Sheet

#: Entries from which on another process is worth its start.
_WORTH = 100
_LISTS = "lists"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A chapter that is written: what is kept of it."""

    #: Of everything it was made from.
    key: str
    #: Of daycast, settings and templates alone.
    setting: str
    #: Paths in the project outside the series' folder that it links to, and how they stood.
    outside: tuple[str, ...]
    outside_sign: str
    #: Its files below ``output/``, with time (nanoseconds) and size (bytes).
    files: Mapping[str, tuple[int, int]]
    #: Digests: of each card by source path, and of what is found of all.
    signs: Mapping[str, str]
    search_sign: str
    items: Mapping[str, FeedItem]
    assets: Mapping[str, str]
    sources: Mapping[str, str]
    problems: tuple[Problem, ...]
    #: The chapter's `Shown`, packed: most builds need little of it.
    shown: bytes


KEPT_CLASSES: tuple[type, ...] = (
    Done, Shown, EntryCard, Stamp, Link, Intro, FeedItem, FeedImage, Problem, Work,
    datetime, date, time, timedelta, timezone,
)  # fmt: skip


class Bookshelf:
    """The chapters of a build: a `Shelf` for its lists."""

    def __init__(self, kept: Kept, done: Mapping[str, Done]) -> None:
        """``done`` is by the series' slug, in the site's order."""
        self._kept = kept
        self._done = done
        self._shown: dict[str, Shown] = {}

    def card(self, posted: Posted) -> EntryCard:
        """An entry that is out."""
        return self._of(posted.series).cards[posted.entry.path]

    def sign(self, posted: Posted) -> str:
        """A digest of its card."""
        return self._done[posted.series.slug].signs[posted.entry.path]

    def cards(self, series: Series) -> Mapping[str, EntryCard]:
        """Every entry of a series that is out, by source path."""
        return self._of(series).cards

    def intro(self, series: Series) -> Intro | None:
        """The text about a series."""
        return self._of(series).intro

    def series_sign(self, series: Series) -> str:
        """A digest of all that the page of a series shows."""
        return self._done[series.slug].key

    def found(self, posted: Posted) -> str:
        """An entry with a page in the index of the search."""
        return self._of(posted.series).search[posted.entry.path]

    def search_sign(self, series: Series) -> str:
        """A digest of all that is found of a series."""
        return self._done[series.slug].search_sign

    def items(self) -> dict[str, FeedItem]:
        """What the site's own feeds show, by source path."""
        return {path: item for done in self._done.values() for path, item in done.items.items()}

    def sources(self) -> Iterator[tuple[str, str]]:
        """The chapters' files of the site, each with the source it was made from."""
        for done in self._done.values():
            yield from done.sources.items()

    def assets(self) -> dict[str, str]:
        """Files to copy: source path → path below the site's root."""
        found: dict[str, str] = {}
        for done in self._done.values():
            for source, path in done.assets.items():
                found.setdefault(source, path)
        return found

    def alone(self) -> frozenset[str]:
        """Slugs of the series that lead to no other: what is theirs depends on nobody else."""
        return frozenset(slug for slug, done in self._done.items() if not done.outside)

    def problems(self) -> Iterator[Problem]:
        """Everything that came up."""
        for done in self._done.values():
            yield from done.problems

    def _of(self, series: Series) -> Shown:
        shown = self._shown.get(series.slug)
        if shown is None:
            shown = self._shown[series.slug] = self._kept.unpacked(self._done[series.slug].shown)
        return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A chapter to be made."""

    made: SeriesEdition
    key: str
    #: The one of an earlier build by the same daycast.
    before: Done | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a build does about its chapters."""

    #: Those that stand as they are, by the series' slug.
    done: Mapping[str, Done]
    #: Those to be made.
    wanted: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapters:
    """The chapters of one build."""

    frame: Frame
    output: Output
    kept: Kept
    #: What was seen of the sources before they were loaded; None where nothing may be taken from an earlier build.
    seen: Seen | None
    elsewhere: Mapping[str, tuple[Link, ...]]

    @property
    def frame_sign(self) -> str:
        """A digest of what every page shows."""
        frame = self.frame
        return sign_of(self.seen and self.seen.setting, frame.pages.site, frame.with_text)

    @property
    def _setting(self) -> str:
        return self.seen.setting if self.seen is not None else ""

    def planned(self) -> Plan:
        """Which chapters stand as they are, and which are to be made."""
        frame_sign = self.frame_sign
        done: dict[str, Done] = {}
        wanted: list[Wanted] = []
        for made in self.frame.edition.series:
            key = self._key(made, frame_sign)
            held = None if self.seen is None else self.kept.get(made.series.slug)
            if isinstance(held, Done) and self._still(held, key):
                done[made.series.slug] = held
            else:
                before = held if isinstance(held, Done) and held.setting == self._setting else None
                wanted.append(Wanted(made=made, key=key, before=before))
        return Plan(done=done, wanted=tuple(wanted))

    def all(self, plan: Plan, tick: Callable[[int], None], processes: int) -> Bookshelf:
        """Have every chapter in ``output/``. ``tick`` is told how many entries are done now. Raises RenderError."""
        series = self.frame.edition.series
        tick(sum(len(made.posted) for made in series if made.series.slug in plan.done))
        done = {**plan.done, **dict(self._make(plan.wanted, tick, processes))}
        ordered = {made.series.slug: done[made.series.slug] for made in series}
        if self.seen is not None and plan.wanted:
            self.kept.only((*ordered, _LISTS))
        return Bookshelf(self.kept, ordered)

    def _key(self, made: SeriesEdition, frame_sign: str) -> str:
        """A digest of everything a chapter is made from, but for what it links to elsewhere."""
        name = PurePosixPath(made.series.folder).name
        paths = [posted.entry.path for posted in made.posted]
        now = self.frame.edition.now
        return sign_of(
            frame_sign,
            self.seen and self.seen.folders.get(name),
            made.place,
            [(day.day, day.state, day.due, day.due is not None and day.due <= now) for day in made.planned],
            made.recap and (made.recap.state, made.recap.due),
            made.series.cadence is not None and made.series.cadence.start <= now.astimezone(UTC).date(),
            [(posted.entry.path, posted.due, posted.place) for posted in made.posted],
            [self.elsewhere.get(path) for path in paths],
            [path for path in paths if path in self.frame.in_feeds],
            self.frame.pages.spelled(made),
            made.cohorts,
        )

    def _still(self, held: Done, key: str) -> bool:
        if held.key != key or held.outside_sign != self._standing(held.outside):
            return False
        made = (source for source in held.assets if not source.startswith("series/"))
        return all((self.frame.root / source).is_file() for source in made) and self.output.stands(held.files)

    def _standing(self, paths: Sequence[str]) -> str:
        """A digest of how paths in the project stand: what an address leads to, or that it leads nowhere."""
        return sign_of([_standing(self.frame.edition, self.frame.root / path, path) for path in paths])

    def _make(
        self, wanted: Sequence[Wanted], tick: Callable[[int], None], processes: int
    ) -> Iterator[tuple[str, Done]]:
        weights = [1 + len(one.made.posted) for one in wanted]
        shares = _shares(weights, max(1, min(processes, sum(weights) // _WORTH)))
        if len(shares) < 2:
            yield from self._written(wanted, self.output, tick)
            return
        with ExitStack() as stack:
            others = []
            for share in shares[1:]:
                part, worker = wanted[share], self.output.beside(share.start)
                others.append((part, stack.enter_context(Apart(partial(self._apart, part, worker)))))
            yield from self._written(wanted[shares[0]], self.output, tick)
            for part, other in others:
                found, work = self.kept.unpacked(other.result())
                self.output.join(work)
                yield from found
                tick(sum(len(one.made.posted) for one in part))

    def _apart(self, wanted: Sequence[Wanted], output: Output) -> bytes:
        return packed((list(self._written(wanted, output, lambda _: None)), output.work()))

    def _written(
        self, wanted: Sequence[Wanted], output: Output, tick: Callable[[int], None]
    ) -> Iterator[tuple[str, Done]]:
        for one in wanted:
            made = one.made
            shown = None if one.before is None else self.kept.unpacked(one.before.shown)
            code = shown.code if isinstance(shown, Shown) else {}
            chapter = make_chapter(made, self.frame, lambda: tick(1), code)
            told = chapter.told
            output.announce(chapter.files)
            for path, content in chapter.files.items():
                output.write(path, content)
            done = Done(
                key=one.key,
                setting=self._setting,
                outside=told.outside,
                outside_sign=self._standing(told.outside),
                files={path: output.written[path] for path in chapter.files},
                signs={path: sign_of(card) for path, card in told.shown.cards.items()},
                search_sign=sign_of(told.shown.search),
                items=told.items,
                assets=told.assets,
                sources=told.sources,
                problems=told.problems,
                shown=packed(told.shown),
            )
            if (
                self.seen is not None
                and not made.series.stale
                and not any(entry.stale for entry in made.series.written)
            ):
                self.kept.put(made.series.slug, done)
            yield made.series.slug, done


class Sheets:
    """The rest of the site: what nobody has claimed, and what differs from the last build."""

    def __init__(self, *, output: Output, kept: Kept | None, frame_sign: str) -> None:
        self._output = output
        self._kept = kept
        self._frame_sign = frame_sign
        found = kept.get(_LISTS) if kept is not None else None
        self._before: dict[str, tuple[str, tuple[int, int]]] = found if isinstance(found, dict) else {}
        self._now: dict[str, tuple[str, tuple[int, int]]] = {}
        self._claimed: dict[str, str] = {}
        self.problems: list[Problem] = []

    def claim(self, sources: Iterator[tuple[str, str]]) -> None:
        """Let files of the site be what they are."""
        self._claimed.update(sources)

    def write(self, file: File) -> None:
        """Write a file, unless another stands there."""
        if self._free(file.path, file.source):
            self._output.write(f"{SITE}/{file.path}", file.content)

    def add(self, sheet: Sheet, source: str = "") -> None:
        """Make a file unless another stands there, or it would show what it shows."""
        if not self._free(sheet.path, source or sheet.source):
            return
        path = f"{SITE}/{sheet.path}"
        if self._kept is None:
            self._output.write(path, sheet.make())
            return
        sign = sign_of(self._frame_sign, sheet.shows)
        held = self._before.get(path)
        if held is None or held[0] != sign or not self._output.stands({path: held[1]}):
            self._output.write(path, sheet.make())
        self._now[path] = (sign, self._output.written[path])

    def finish(self) -> None:
        """Remember what was shown."""
        if self._kept is not None and self._now != self._before:
            self._kept.put(_LISTS, self._now)

    def _free(self, path: str, source: str) -> bool:
        if path in self._claimed:
            self.problems.append(taken(File(path=path, content=b"", source=source), self._claimed[path]))
            return False
        self._claimed[path] = source
        return True


def _standing(edition: Edition, place: Path, path: str) -> object:
    for candidate in (path, f"{path}.md", f"{path}/index.md"):
        if candidate in edition.known:
            posted = edition.posted.get(candidate)
            return "ahead" if posted is None else (posted.place, posted.entry.canonical_url)
    for made in edition.series:
        if path in (made.series.path, made.series.folder):
            return made.place
    try:
        found = place.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _shares(weights: Sequence[int], count: int) -> list[slice]:
    """Up to ``count`` neighbouring shares of about the same weight."""
    total = sum(weights)
    shares: list[slice] = []
    start, reached = 0, 0
    for place, weight in enumerate(weights, 1):
        reached += weight
        if reached * count >= total * (len(shares) + 1):
            shares.append(slice(start, place))
            start = place
    return shares
