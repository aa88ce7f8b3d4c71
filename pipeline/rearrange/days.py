"""Work out what files become when days move. Nothing is written here, and what is out never moves."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import islice, takewhile
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from pipeline import content
from pipeline.config import Config
from pipeline.content.days import Label, label_of, numbered
from pipeline.errors import ContentError
from pipeline.model import Entry, Series, day_key
from pipeline.plan import dates, due_days, instants, plan
from pipeline.project import Project, spans
from pipeline.rearrange import front
from pipeline.rearrange.change import Change
from pipeline.records import dataclass
from pipeline.wallclock import instant, local

_NUMBER = re.compile(r"\d+")
#: A date and a time as front matter has them.
_WRITTEN = re.compile(
    r"\d{4}-\d{2}-\d{2}(?P<between>[Tt ]|[ ]+)\d{2}:\d{2}(?P<seconds>:\d{2})?(?P<rest>\.\d+)?(?P<space>[ ]?)"
    r"(?P<offset>[Zz]|[+-]\d{2}:?\d{2})?"
)
#: A destination of a link in Markdown, in brackets or in a definition.
LINK = re.compile(r"(?P<before>\]\(\s*<?|^[ ]{0,3}\[[^\]\n]+\]:\s*<?)(?P<to>[^\s)>#?]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A series, and what must be known of it before anything of it is moved."""

    project: Project
    series: Series
    now: datetime

    @property
    def zone(self) -> str:
        """In which its dates are told."""
        return self.series.cadence.zone if self.series.cadence else self.project.config.site.zone

    @property
    def index(self) -> str:
        """Path of its ``_index.md``. Raises ContentError where there is none."""
        if not self.series.declared:
            raise ContentError(f"{self.series.folder}: has no _index.md to write it into; make one with a start")
        return self.series.path

    def entry(self, day: int) -> Entry | None:
        """The entry of a day."""
        return next((entry for entry in self.series.entries if entry.day == day), None)

    def read(self, path: str) -> bytes:
        """A file's bytes. Raises ContentError."""
        try:
            return (self.project.root / path).read_bytes()
        except OSError as error:
            raise ContentError(f"{path}: cannot be read: {error.strerror}") from error

    def told(self, moment: datetime | None) -> str:
        """A moment in the series' zone: ``Fri 30 Oct 2026 09:00``."""
        return "no date" if moment is None else f"{local(moment, self.zone):%a %d %b %Y %H:%M}"


def shift(desk: Desk, first: int, by: int) -> Change:
    """Move the dates of day ``first`` and all after it by ``by`` dates of the cadence. Raises ContentError."""
    series = desk.series
    if by == 0:
        raise ContentError("--by is 0, which moves nothing")
    last = max([series.length or 0, *(entry.day for entry in series.entries)], default=0)
    if not 1 <= first <= last:
        raise ContentError(f"--from is {first}, expected a number from 1 to {last}, the last day of {series.slug}")
    moving = [entry for entry in series.entries if entry.day >= first]
    _must_stay(desk, moving)
    written: dict[str, bytes] = {}
    for entry in moving:
        if entry.date is not None:
            written[entry.path] = dated(desk, entry, days_later(desk, entry.date, by))
    if series.cadence is not None and _follows(desk, first):
        source = desk.read(desk.index)
        line = series.lines.get("skip")
        if by > 0:
            written[desk.index] = front.with_skipped(source, line, _dates_from(desk, first)[:by], desk.index)
        else:
            if line is None:
                raise _no_room(desk, first, by)
            written[desk.index] = front.without_skipped(source, line, _skipped_before(desk, first, -by), desk.index)
    return _checked(desk, written, {}, {entry.path: entry.day for entry in series.entries})


def leave_out(desk: Desk, day: date) -> Change:
    """Let the series have no entry on a date: what follows moves on. Raises ContentError."""
    cadence = desk.series.cadence
    if cadence is None:
        raise ContentError(f"{desk.series.slug} has no start, so that it has no dates to leave out")
    if day in cadence.skip:
        raise ContentError(f"{day} is left out of {desk.series.slug} already")
    here = [number for number, moment in due_days(desk.series).items() if local(moment, desk.zone).date() == day]
    if not here:
        raise ContentError(f"{desk.series.slug} has nothing on {day}")
    # What is out has the instant of that as its date: by the number, it is known to be here.
    moving = [
        entry for entry in desk.series.entries if entry.day in here or (entry.day >= here[0] and entry.date is None)
    ]
    _must_stay(desk, moving)
    source = front.with_skipped(desk.read(desk.index), desk.series.lines.get("skip"), [day], desk.index)
    return _checked(desk, {desk.index: source}, {}, {entry.path: entry.day for entry in desk.series.entries})


def insert(desk: Desk, day: int, title: str, made: Callable[[Series, str, int], bytes]) -> Change:
    """A new entry on ``day``; what is on it and after it moves on by one. ``made`` gives its bytes.

    Raises ContentError.
    """
    series = desk.series
    last = max([series.length or 0, *(entry.day for entry in series.entries)], default=0)
    if not 1 <= day <= last + 1:
        raise ContentError(f"day is {day}, expected a number from 1 to {last + 1}")
    _names_days(desk)
    numbers = {entry.day: entry.day + 1 for entry in series.entries if entry.day >= day}
    length = max([day, *(numbers.get(entry.day, entry.day) for entry in series.entries)])
    grows = (series.length, length) if series.length is not None and length > series.length else None
    written, renamed, days = _renumbered(desk, numbers, length=grows)
    path = f"{series.folder}/{day_key(day)}.md"
    if path in {*days, *written} or ((desk.project.root / path).exists() and path not in renamed):
        raise ContentError(f"{path} is there already; rename it")
    written[path] = made(series, title, day)
    days[path] = day
    if grows is not None and "length" in series.lines:
        source, line = desk.read(desk.index), series.lines["length"]
        written[desk.index] = front.with_value(source, line, str(length), desk.index)
    return _checked(desk, written, renamed, days)


def swap(desk: Desk, one: int, other: int) -> Change:
    """Exchange two days: each entry takes the other's day and date. Raises ContentError."""
    _names_days(desk)
    if one == other:
        raise ContentError(f"both are day {one}")
    for day in (one, other):
        if desk.entry(day) is None:
            raise ContentError(f"{desk.series.slug} has no day {day} to swap")
    written, renamed, days = _renumbered(desk, {one: other, other: one}, exchanged=True)
    before = due_days(desk.series)
    return _checked(desk, written, renamed, days, wanted={day: before.get(day) for day in (one, other)})


def renumber(desk: Desk) -> Change:
    """Close the gaps between days that are written. Raises ContentError."""
    _names_days(desk)
    days = sorted(entry.day for entry in desk.series.entries)
    numbers = {day: place for place, day in enumerate(days, 1) if day != place}
    written, renamed, places = _renumbered(desk, numbers)
    return _checked(desk, written, renamed, places)


# ── what may not be ──────────────────────────────────────────────────────────────────────────────


def _stays(desk: Desk, entries: Iterable[Entry]) -> list[Entry]:
    """What of them is out, or is known to a journal."""
    out = {day.day for day in plan(desk.series, desk.now, zone=desk.zone) if day.state == "out"}
    known = {key.rpartition("/")[0] for key in desk.project.book.slots}
    return [entry for entry in entries if entry.day in out or f"{desk.series.id}/{entry.key}" in known]


def _must_stay(desk: Desk, entries: Iterable[Entry]) -> None:
    """Refuse to touch what is out, or what a journal knows of."""
    if stays := _stays(desk, entries):
        is_one = len(stays) == 1
        names = f"day{'' if is_one else 's'} {spans([entry.day for entry in stays])}"
        state = "is out or has a receipt" if is_one else "are out or have receipts"
        raise ContentError(f"{names} of {desk.series.slug} {state}, and what is out never moves")


def _names_days(desk: Desk) -> None:
    nameless = [entry.path for entry in desk.series.entries if not entry.names_day]
    if nameless:
        raise ContentError(
            f"{nameless[0]}: names no day, so its day is its place by date; give it another date, or write its 'day'"
        )


def _no_room(desk: Desk, first: int, by: int) -> ContentError:
    return ContentError(f"day {first} of {desk.series.slug} cannot move by {by}: there is no date before it to move to")


# ── dates ────────────────────────────────────────────────────────────────────────────────────────


def _follows(desk: Desk, first: int) -> bool:
    """Whether a day from ``first`` on takes its date from the cadence, written or not."""
    last = max([desk.series.length or 0, *(entry.day for entry in desk.series.entries)], default=0)
    own = {entry.day for entry in desk.series.entries if entry.date is not None}
    return any(day not in own for day in range(first, last + 1))


def _dates_from(desk: Desk, first: int) -> list[date]:
    assert desk.series.cadence is not None
    return list(islice(dates(desk.series.cadence), first - 1, first + 400))


def _skipped_before(desk: Desk, first: int, count: int) -> list[date]:
    """The last dates that are left out between the day before ``first`` and ``first``. Raises ContentError."""
    cadence = desk.series.cadence
    assert cadence is not None
    upto = _dates_from(desk, first)[0]
    before = next(islice(dates(cadence), first - 2, None)) if first > 1 else date.min
    between = sorted(day for day in cadence.skip if before < day < upto and day.weekday() in cadence.weekdays)
    if len(between) < count:
        raise _no_room(desk, first, -count)
    return between[-count:]


def days_later(desk: Desk, moment: datetime, days: int) -> datetime:
    """So many dates later, at the same time of day by the clock there."""
    here = local(moment, desk.zone)
    return instant(here.date() + timedelta(days=days), here.time(), desk.zone)


def dated(desk: Desk, entry: Entry, moment: datetime) -> bytes:
    """The file of an entry with another date, told as exactly as it was."""
    line = _date_line(entry)
    source = desk.read(entry.path)
    written = front.value_on(source, line, entry.path).strip("\"'")
    return front.with_value(source, line, _told_alike(desk, entry, written, moment), entry.path)


def _told_alike(desk: Desk, entry: Entry, written: str, moment: datetime) -> str:
    """A moment in the form that a date is written in: its precision, its separators, and the kind of its offset."""
    here = local(moment, desk.zone)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", written):
        return f"{here:%Y-%m-%d}"
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    offset = found["offset"]
    if offset in ("Z", "z"):
        here = moment.astimezone(UTC)
    elif offset:
        assert entry.date is not None
        kept = datetime.fromisoformat(f"2000-01-01T00:00{offset if ':' in offset else f'{offset[:3]}:{offset[3:]}'}")
        if local(entry.date, desk.zone).utcoffset() != kept.utcoffset():
            here = moment.astimezone(kept.tzinfo)  # another clock than the series'
    seconds = f":{here:%S}{found['rest'] or ''}" if found["seconds"] else ""
    if offset and offset not in ("Z", "z"):
        said = f"{here:%z}"
        offset = f"{said[:3]}:{said[3:]}" if ":" in offset else said
    return f"{here:%Y-%m-%d}{found['between']}{here:%H:%M}{seconds}{found['space']}{offset or ''}"


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────


def _renumbered(
    desk: Desk, numbers: Mapping[int, int], *, exchanged: bool = False, length: tuple[int, int] | None = None
) -> tuple[dict[str, bytes], dict[str, str], dict[str, int]]:
    """What files become where days get other numbers: bytes, new paths, and the day of every path afterwards.

    With ``exchanged``, a date of an entry's own goes with the day, to the entry that takes it. ``length`` is the
    announced number of days, before and after: what is not out tells the new one.
    """
    series = desk.series
    label = label_of(series.label)
    moving = [entry for entry in series.entries if entry.day in numbers]
    _must_stay(desk, moving)
    renamed: dict[str, str] = {}
    widths = _Widths.of(desk, label)
    for entry in moving:
        renamed |= _new_paths(desk, entry, label, numbers[entry.day], widths.name)
    for path, after in renamed.items():
        if after not in renamed and (desk.project.root / after).exists():
            raise ContentError(f"{path} would become {after}, which is there already; rename that")
    given = {entry.day: entry for entry in moving}
    written: dict[str, bytes] = {}
    days: dict[str, int] = {}
    for entry in series.entries:
        new = numbers.get(entry.day, entry.day)
        path = renamed.get(entry.path, entry.path)
        days[path] = new
        before = desk.read(entry.path)
        source = before
        if new != entry.day or (length is not None and not _stays(desk, [entry])):
            source = _with_day(entry, source, label, new, widths, length)
        if new != entry.day and (other := given.get(new)) is not None:
            source = _with_date_of(desk, entry, source, other, exchanged=exchanged)
        source = _with_links(entry.path, path, source, renamed)
        if source != before:
            written[path] = source
    return written, renamed, days


@dataclass(frozen=True, slots=True, kw_only=True)
class _Widths:
    """To how many digits the writer of a series fills up numbers with zeros; 0 where none has any."""

    name: int
    slug: int
    label: int

    @classmethod
    def of(cls, desk: Desk, label: Label) -> _Widths:
        entries = desk.series.entries
        lines = [(line, entry.day) for entry in entries for line in (entry.title, entry.body.partition("\n")[0])]
        return cls(
            name=max((_zeros(_name(desk, PurePosixPath(entry.path))) for entry in entries), default=0),
            slug=max((_zeros(entry.slug) for entry in entries if "slug" in entry.lines), default=0),
            label=max((label.zeros_in(line, day) for line, day in lines), default=0),
        )


def _zeros(text: str) -> int:
    number = _NUMBER.search(text)
    return len(number[0]) if number is not None and number[0].startswith("0") else 0


def _name(desk: Desk, path: PurePosixPath) -> str:
    """What an entry's file is called, or the folder that is its own."""
    return path.parent.name if _is_bundle(desk, path) else path.stem


def _is_bundle(desk: Desk, path: PurePosixPath) -> bool:
    return path.stem == "index" and path.parent != PurePosixPath(desk.series.folder)


def _new_paths(desk: Desk, entry: Entry, label: Label, new: int, width: int) -> dict[str, str]:
    """Where the file of an entry goes, with the folder that is its own; nothing where its name tells no day."""
    path = PurePosixPath(entry.path)
    bundle, name = _is_bundle(desk, path), _name(desk, path)
    number = _NUMBER.search(name)
    if number is None or int(number[0]) != entry.day or (label.in_name(name) != entry.day and number.start() != 0):
        return {}
    other = f"{name[: number.start()]}{numbered(number[0], new, width)}{name[number.end() :]}"
    if not bundle:
        return {entry.path: f"{path.parent}/{other}{path.suffix}"}
    place = desk.project.root / path.parent
    inside = sorted(file.relative_to(place).as_posix() for file in place.rglob("*") if file.is_file())
    return {f"{path.parent}/{file}": f"{path.parent.parent}/{other}/{file}" for file in inside}


def _with_day(
    entry: Entry, source: bytes, label: Label, new: int, widths: _Widths, length: tuple[int, int] | None
) -> bytes:
    """A file that names another day wherever it names its own: front matter, title, slug, first line."""
    for key in ("day", "title", "slug"):
        line = entry.lines.get(key)
        if line is None:
            continue
        old = front.line_of(source, line)
        if key == "title":
            text = label.renumbered(old, entry.day, new, width=widths.label, length=length)
        else:
            value = front.value_on(source, line, entry.path).strip("\"'")
            number = _NUMBER.search(value)
            named = number is not None and int(number[0]) == entry.day
            if number is None or not named or (key == "slug" and label.in_name(value) != entry.day):
                continue
            width = widths.slug if key == "slug" else 0
            other = f"{value[: number.start()]}{numbered(number[0], new, width)}{value[number.end() :]}"
            source = front.with_value(source, line, other, entry.path)
            continue
        source = front.with_line(source, line, text)
    opening = front.line_of(source, entry.body_line) if entry.body else ""
    if not opening:
        return source
    text = label.renumbered(opening, entry.day, new, width=widths.label, length=length)
    return front.with_line(source, entry.body_line, text)


def _with_date_of(desk: Desk, entry: Entry, source: bytes, other: Entry, *, exchanged: bool) -> bytes:
    """A file with the date of the entry whose day it takes, where both have one of their own.

    With ``exchanged``, it also gets the date that only the other has, and loses the one that only itself has.
    """
    if entry.date is not None and other.date is not None:
        changed = dated(desk, entry, other.date)
        line = entry.lines["date"]
        return front.with_line(source, line, front.line_of(changed, line))
    if not exchanged or entry.date is other.date:
        return source
    having = entry if other.date is None else other
    line = _date_line(having)
    if having is entry:
        return front.without(source, line, entry.path)
    written = front.value_on(desk.read(other.path), line, other.path).strip("\"'")
    return front.with_new(source, "date", written, entry.path, quoted=front.is_toml(source))


def _date_line(entry: Entry) -> int:
    line = entry.lines.get("date")
    if line is None:
        raise ContentError(f"{entry.path}: its date is not in its front matter; move it there")
    return line


def _with_links(before: str, after: str, source: bytes, renamed: Mapping[str, str]) -> bytes:
    """A file whose links lead to where files are afterwards."""

    def target(found: re.Match[str]) -> str:
        to = found["to"]
        if "://" in to or to.startswith(("/", "#")):
            return found[0]
        place = PurePosixPath(_normal(f"{PurePosixPath(before).parent}/{to}"))
        if str(place) not in renamed and before == after:
            return found[0]
        goes = renamed.get(str(place), str(place))
        if goes == str(place) and PurePosixPath(before).parent == PurePosixPath(after).parent:
            return found[0]
        return f"{found['before']}{_relative(goes, str(PurePosixPath(after).parent))}"

    text = source.decode("utf-8", "surrogateescape")
    return LINK.sub(target, text).encode("utf-8", "surrogateescape")


def _normal(path: str) -> str:
    import posixpath

    return posixpath.normpath(path)


def _relative(path: str, folder: str) -> str:
    import posixpath

    return posixpath.relpath(path, folder)


# ── the proof ────────────────────────────────────────────────────────────────────────────────────


def _checked(
    desk: Desk,
    written: Mapping[str, bytes],
    renamed: Mapping[str, str],
    days: Mapping[str, int],
    *,
    wanted: Mapping[int, datetime | None] = MappingProxyType({}),
) -> Change:
    """The change, once the files that it would leave have been loaded and say what they should.

    ``wanted`` are instants that days must have then.
    Raises ContentError where they do not: then a file names its day in a way that is not understood here.
    """
    kept = {path: data for path, data in written.items() if not _same(desk, path, data, renamed)}
    after = _loaded(desk, kept, renamed)
    found = {entry.path: entry.day for entry in after.entries}
    for path, day in days.items():
        if found.get(path) != day:
            said = f"would be day {found[path]}" if path in found else "could not be read"
            raise ContentError(
                f"{path}: {said} where day {day} is wanted; give it 'day: {day}' in its front matter first"
            )
    due = due_days(after)
    for day, moment in wanted.items():
        if due.get(day) != moment:
            raise ContentError(
                f"day {day} would be due on {desk.told(due.get(day))} where {desk.told(moment)} is wanted; "
                "write its date on a line 'date: …' first"
            )
    return Change(said=_said(desk, after, renamed), written=kept, renamed=dict(renamed))


def _same(desk: Desk, path: str, data: bytes, renamed: Mapping[str, str]) -> bool:
    return path not in renamed.values() and (desk.project.root / path).is_file() and desk.read(path) == data


def _loaded(desk: Desk, written: Mapping[str, bytes], renamed: Mapping[str, str]) -> Series:
    series = desk.series
    files = {entry.path for entry in series.entries} | ({series.path} if series.declared else set())
    return loaded(desk.project.config, {**{renamed.get(path, path): desk.read(path) for path in files}, **written})


def loaded(config: Config, files: Mapping[str, bytes]) -> Series:
    """The series that the files would be. Raises ContentError where they hold an error."""
    with tempfile.TemporaryDirectory(prefix="daycast-") as name:
        root = Path(name)
        for path, data in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(data)
        found = content.load(root, config)
    for problem in found.problems:
        if problem.severity == "error":
            raise ContentError(f"this would leave an error: {problem}")
    return next(iter(found.series))


def _said(desk: Desk, after: Series, renamed: Mapping[str, str]) -> tuple[str, ...]:
    """Which day moves from where to where, a sentence each."""
    before_due, after_due = due_days(desk.series), due_days(after)
    was = {renamed.get(entry.path, entry.path): entry for entry in desk.series.entries}
    said = []
    for entry in after.entries:
        old = was.get(entry.path)
        if old is None:
            moment = after_due.get(entry.day)
            if moment is not None and moment <= desk.now:
                raise _is_over(desk, after, entry.day, moment, renumbered=True)
            said.append(f"day {entry.day} is new: {entry.title}, {desk.told(moment)}")
            continue
        day = f"day {old.day}" if old.day == entry.day else f"day {old.day} → day {entry.day}"
        one, two = before_due.get(old.day), after_due.get(entry.day)
        when = "" if one == two else f": {desk.told(one)} → {desk.told(two)}"
        if old.day != entry.day or when:
            said.append(f"{day}{when}  {entry.title}")
        if two is not None and two <= desk.now and one != two:
            raise _is_over(desk, after, entry.day, two, renumbered=old.day != entry.day)
    unwritten = [day for day in after_due if all(entry.day != day for entry in after.entries)]
    moved = [day for day in unwritten if day in before_due and before_due[day] != after_due[day]]
    if moved:
        said.append(f"and what is not written yet: {spans(moved)}")
    return tuple(said)


def _is_over(desk: Desk, after: Series, day: int, moment: datetime, *, renumbered: bool) -> ContentError:
    """That a day would be due in the past; where it gets that date with a number, what moves the date first."""
    remedy = ""
    on_cadence = [] if after.cadence is None else list(islice(instants(after.cadence), day - 1, day + 400))
    if renumbered and moment in on_cadence[:1]:
        by = sum(1 for _ in takewhile(lambda one: one <= desk.now, on_cadence))
        remedy = f"; 'daycast shift {desk.series.slug} --from {day} --by {by}' first gives it a date that is to come"
    return ContentError(f"day {day} would be due on {desk.told(moment)}, which is over{remedy}")
