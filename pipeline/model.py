"""The nouns: series, entries and their cadence. Inert: no I/O, no clock, no rendering.

Every datetime is aware; instants are UTC, wall time is a date, a time and an IANA zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Literal

from pipeline.records import dataclass, field

#: What a series goes to unless it says otherwise.
DEFAULT_CHANNELS = ("blog", "rss", "linkedin")
DEFAULT_LABEL = "#Day{n}/{length}"
#: The label and the key of what goes out with the last day.
RECAP_LABEL, RECAP = "#Recap", "recap"
EVERY_DAY = frozenset(range(7))

#: What goes out of the days that were missed: all of them, oldest first; only the newest; none.
CatchUp = Literal["all", "latest", "skip"]
#: ``out``: published at the cutoff; ``to come``: written, its instant lies ahead; ``draft``: held back by
#: its writer; ``waiting``: held back until somebody approves it, or a recap until its last day is out;
#: ``missing``: the series has this day, nobody has written it.
State = Literal["out", "to come", "draft", "waiting", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A LinkedIn organization that may be mentioned: its page's exact name and URN."""

    name: str
    urn: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """Wall time in a zone: which local dates a series has, and at what time."""

    start: date
    time: time
    #: IANA name, such as ``Europe/Berlin``.
    zone: str
    #: Monday is 0.
    weekdays: frozenset[int] = EVERY_DAY
    skip: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class LatePolicy:
    """What becomes of posts that could not go out at their instant. Blog and feeds always catch up."""

    catch_up: CatchUp = "all"
    #: With ``skip`` and ``latest``: how late a post is missed.
    late_after: timedelta = timedelta(hours=1)
    #: Between two posts of one account.
    min_gap: timedelta = timedelta(minutes=60)
    #: Later than this, a person decides.
    max_late: timedelta = timedelta(hours=24)
    #: How long a text that was changed after its instant must stay as it is.
    settle: timedelta = timedelta(minutes=15)


#: What a series says that says nothing of it.
ON_TIME = LatePolicy()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One Markdown file of a series: front matter, typed, and its body."""

    #: POSIX path relative to the project's root.
    path: str
    #: Slug of the series it belongs to.
    series: str
    day: int
    #: The entry names its day itself (front matter, file name, title, slug or first line); False where the
    #: day is only its place in the order of the folder.
    names_day: bool = True
    #: The entry's own stored ``id``: its identity where it names no day.
    id: str | None = None
    slug: str
    title: str
    #: Markdown without front matter.
    body: str
    #: The line of the file on which the body starts, from 1.
    body_line: int = 1
    summary: str | None = None
    #: Instant in UTC; overrides the cadence.
    date: datetime | None = None
    updated: datetime | None = None
    tags: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    author: str | None = None
    #: As written: a path relative to the file, or a URL.
    image: str | None = None
    image_alt: str | None = None
    draft: bool = False
    #: What ``daycast approve`` wrote.
    approved: str | None = None
    #: Why it is held back although its writer says that it is ready, in words: nobody has approved it as it is, or its
    #: recap waits for a day. Such an entry is a ``draft`` too. Empty where it is not.
    held: str = ""
    #: None: what the series says.
    channels: tuple[str, ...] | None = None
    canonical_url: str | None = None
    guid: str | None = None
    aliases: tuple[str, ...] = ()
    #: One table per channel, as written: ``{"linkedin": {"hook": …}}``.
    overrides: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    #: Keys daycast does not know, for templates.
    extra: Mapping[str, object] = field(default_factory=dict)
    #: Line of each front matter key, by its canonical name.
    lines: Mapping[str, int] = field(default_factory=dict)
    #: True where the file is broken now and this is its last good version.
    stale: bool = False
    #: True for the recap of its series: it is no day, and ``day`` is the one after the last.
    recap: bool = False

    @property
    def key(self) -> str:
        """The part of slot key and guid that names this entry within its series, for ever: ``day-02``."""
        if self.recap:
            return RECAP
        if self.names_day:
            return day_key(self.day)
        return self.id or self.slug

    @property
    def called(self) -> str:
        """What commands call it: ``day 2``, ``recap``."""
        return RECAP if self.recap else f"day {self.day}"

    @property
    def reached(self) -> int:
        """How far its series is with it: its day; with the recap, the last one."""
        return self.day - 1 if self.recap else self.day


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A folder of entries with one plan: ``series/<slug>/``."""

    slug: str
    #: Identity for slot keys and guids; the folder's name unless ``_index.md`` stores one.
    id: str
    title: str
    #: Without ``#``.
    hashtag: str | None = None
    #: ``{n}`` is the day, ``{length}`` the announced number of days.
    label: str = DEFAULT_LABEL
    #: The N in ``#DayK/N``: announced, so it may exceed ``len(entries)``; None for an endless series.
    length: int | None = None
    cadence: Cadence | None = None
    channels: tuple[str, ...] = DEFAULT_CHANNELS
    policy: LatePolicy = ON_TIME
    #: Whether there are feeds for those who begin with day 1 later.
    drip: bool = False
    #: Whether it ends with a recap.
    recaps: bool = False
    #: The id of the series that this one runs again.
    rerun_of: str | None = None
    author: str | None = None
    #: BCP 47, such as ``en`` or ``en-GB``; None: the site's.
    language: str | None = None
    description: str | None = None
    #: Markdown of ``_index.md``.
    intro: str = ""
    intro_line: int = 1
    #: In day order.
    entries: tuple[Entry, ...] = ()
    #: What goes out with the last day, beside it; None where there is none.
    recap: Entry | None = None
    #: POSIX path of ``_index.md`` (or of the folder, where there is none) relative to the root.
    path: str
    #: True where there is an ``_index.md``.
    declared: bool = True
    extra: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    stale: bool = False

    @property
    def folder(self) -> str:
        """POSIX path of its folder relative to the root; its last part may differ from the slug."""
        return self.path.removesuffix("/_index.md")

    def label_of(self, day: int) -> str:
        """``#Day7/30``: the label of a day of this series, or that of its recap."""
        if self.recap is not None and day == self.recap.day:
            return RECAP_LABEL
        return self.label.replace("{n}", str(day)).replace("{length}", str(self.length or ""))

    @property
    def written(self) -> tuple[Entry, ...]:
        """Everything that goes out: the entries in day order, then the recap."""
        return self.entries if self.recap is None else (*self.entries, self.recap)

    def channels_of(self, entry: Entry) -> tuple[str, ...]:
        """The channels an entry goes to."""
        return self.channels if entry.channels is None else entry.channels


def day_key(day: int) -> str:
    """``day-02``: at least two digits, whatever the length, so that 99 → 100 changes no key."""
    return f"day-{day:02d}"
