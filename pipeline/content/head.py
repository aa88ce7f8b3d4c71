"""Read a series' ``_index.md`` by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any, get_args

from pipeline.content import dates, front, values
from pipeline.content.channels import channels_of
from pipeline.content.days import MOST_DAYS, first_heading
from pipeline.content.draft import gathered, identity_of
from pipeline.content.keys import SERIES_NAMES
from pipeline.content.notes import Notes, clipped
from pipeline.content.text import decode
from pipeline.content.tree import Scalar, kind_of, value_of
from pipeline.content.values import Field
from pipeline.errors import ConfigError
from pipeline.model import DEFAULT_CHANNELS, EVERY_DAY, ON_TIME, CatchUp, LatePolicy
from pipeline.patterns import pattern
from pipeline.records import dataclass, field, replace
from pipeline.wallclock import span, zone_of

DEFAULT_TIME = time(9)
#: Dates in all ranges of ``skip``.
MOST_SKIPPED = 3660

_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            ("mon", "monday"),
            ("tue", "tues", "tuesday"),
            ("wed", "weds", "wednesday"),
            ("thu", "thur", "thurs", "thursday"),
            ("fri", "friday"),
            ("sat", "saturday"),
            ("sun", "sunday"),
        )
    )
    for name in names
}
_WORDS = {
    "all": EVERY_DAY,
    "daily": EVERY_DAY,
    "every day": EVERY_DAY,
    "weekdays": frozenset(range(5)),
    "weekend": frozenset((5, 6)),
    "weekends": frozenset((5, 6)),
}
_RANGE = pattern(r"([a-z]+)\s*(?:-|–|\.\.|to)\s*([a-z]+)")
_PLACEHOLDER = pattern(r"\{[^{}]*\}|[{}]")
_HASHTAG = pattern(r"(?=.*[^\W\d_])\w+")
#: RFC 5646, the forms in use: language, script, region, variants, private use.
_LANGUAGE = pattern(
    r"[a-z]{2,3}(?:-[A-Za-z]{3}){0,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?"
    r"(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(?:-x(?:-[A-Za-z0-9]{1,8})+)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What ``_index.md`` says of a series; None and defaults for what it does not."""

    slug: str
    #: POSIX path of ``_index.md``, or of the folder where there is none.
    path: str
    declared: bool = False
    id: str | None = None
    title: str | None = None
    hashtag: str | None = None
    label: str | None = None
    length: int | None = None
    start: date | None = None
    time: time
    zone: str
    weekdays: frozenset[int] = EVERY_DAY
    skip: frozenset[date] = frozenset()
    channels: tuple[str, ...] = DEFAULT_CHANNELS
    policy: LatePolicy = ON_TIME
    drip: bool = False
    recaps: bool = False
    rerun_of: str | None = None
    author: str | None = None
    language: str | None = None
    description: str | None = None
    intro: str = ""
    intro_line: int = 1
    extra: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)


def undeclared(slug: str, folder: str, zone: str) -> Head:
    """The head of a folder without ``_index.md``."""
    return Head(slug=slug, path=folder, time=DEFAULT_TIME, zone=zone)


def head_of(path: str, source: bytes, slug: str, zone: str, notes: Notes) -> Head:
    """Read an ``_index.md``. Everything wrong with it is in ``notes``; the head holds what could be read all the same.

    ``zone`` is the site's, for a series that names none.
    """
    text = decode(source, notes)
    found = front.read(text, notes) if text is not None else None
    if found is None:
        return Head(slug=slug, path=path, declared=True, time=DEFAULT_TIME, zone=zone)
    fields, extra = gathered(found.table, SERIES_NAMES, notes)

    def get(key: str) -> Field | None:
        return fields.get(key)

    start, clock = _start(get("start"), notes)
    wall = values.wall_of(one, notes) if (one := get("time")) else clock
    return Head(
        slug=slug,
        path=path,
        declared=True,
        id=identity_of(one, notes) if (one := get("id")) else None,
        title=values.line_of(one, notes) if (one := get("title")) else first_heading(found.body),
        hashtag=_hashtag(one, notes) if (one := get("hashtag")) else None,
        label=_label(one, notes) if (one := get("label")) else None,
        length=_length(one, notes) if (one := get("length")) else None,
        start=start,
        time=wall or DEFAULT_TIME,
        zone=_zone(one, notes) or zone if (one := get("zone")) else zone,
        weekdays=_weekdays(one, notes) if (one := get("weekdays")) else EVERY_DAY,
        skip=_skip(one, notes) if (one := get("skip")) else frozenset(),
        channels=channels_of(one, notes) if (one := get("channels")) else DEFAULT_CHANNELS,
        policy=_policy(fields, notes),
        drip=bool(values.truth_of(one, notes)) if (one := get("drip")) else False,
        recaps=bool(values.truth_of(one, notes)) if (one := get("recap")) else False,
        rerun_of=identity_of(one, notes) if (one := get("rerun_of")) else None,
        author=values.names_of(one, notes) if (one := get("author")) else None,
        language=_language(one, notes) if (one := get("language")) else None,
        description=values.text_of(one, notes) if (one := get("description")) else None,
        intro=found.body,
        intro_line=found.body_line,
        extra={name: value_of(one.node) for name, one in extra.items()},
        lines={name: one.line for name, one in fields.items()},
    )


def _start(field: Field | None, notes: Notes) -> tuple[date | None, time | None]:
    """The date, and the time of day where it says one."""
    if field is None:
        return None, None
    day = values.day_of(field, field.node, notes)
    clock = dates.clock_of(field.node.text) if day is not None and type(field.node) is Scalar else None
    return day, clock


def _hashtag(field: Field, notes: Notes) -> str | None:
    text = values.line_of(field, notes)
    tag = (text or "").lstrip("#＃")
    if text is None or _HASHTAG.fullmatch(tag):
        return tag or None
    nearest = re.sub(r"\W+", "", tag)
    remedy = f"; write hashtag: {nearest}" if _HASHTAG.fullmatch(nearest) else ""
    notes.error(
        "bad-value", field.line, f"hashtag is '{clipped(text)}', expected one word of letters, digits and '_'{remedy}"
    )
    return None


def _label(field: Field, notes: Notes) -> str | None:
    text = values.line_of(field, notes)
    if text is None:
        return None
    found = _PLACEHOLDER.findall(text)
    if found.count("{n}") == 1 and set(found) <= {"{n}", "{length}"} and len(text) <= 100:
        return text
    form = "expected text with {n} once for the day and, if there is one, {length}"
    notes.error("bad-value", field.line, f"label is '{clipped(text)}', {form}, such as \"#Day{{n}}/{{length}}\"")
    return None


def _length(field: Field, notes: Notes) -> int | None:
    text = field.node.text.strip() if type(field.node) is Scalar else ""
    if text.isascii() and text.isdecimal() and len(text) <= 9 and 1 <= int(text) <= MOST_DAYS:
        return int(text)
    shown = f"'{clipped(text)}'" if type(field.node) is Scalar else kind_of(field.node)
    notes.error(
        "bad-value", field.line, f"length is {shown}, expected a number from 1 to {MOST_DAYS}, or no length at all"
    )
    return None


def _zone(field: Field, notes: Notes) -> str | None:
    text = values.line_of(field, notes)
    if text is None:
        return None
    try:
        zone_of(text)
    except ConfigError as error:
        notes.error("bad-zone", field.line, str(error))
        return None
    return text


def _weekdays(field: Field, notes: Notes) -> frozenset[int]:
    found: set[int] = set()
    for text in values.list_of(field, notes):
        word = text.lower()
        ends = _RANGE.fullmatch(word)
        if word in _WEEKDAYS:
            found.add(_WEEKDAYS[word])
        elif word in _WORDS:
            found |= _WORDS[word]
        elif ends and ends[1] in _WEEKDAYS and ends[2] in _WEEKDAYS:
            first, last = _WEEKDAYS[ends[1]], _WEEKDAYS[ends[2]]
            found |= {(first + step) % 7 for step in range((last - first) % 7 + 1)}
        else:
            form = "expected weekdays such as mon-fri or [mon, wed, fri]"
            notes.error("bad-value", field.line, f"weekdays has '{clipped(text)}', {form}")
    if not found and not notes.broken:
        notes.error(
            "bad-value",
            field.line,
            "weekdays is empty, expected at least one, such as [mon]; without the key it is all",
        )
    return frozenset(found) or EVERY_DAY


def _policy(fields: Mapping[str, Field], notes: Notes) -> LatePolicy:
    """What the series says of posts that are late."""
    told: dict[str, Any] = {}
    if field := fields.get("catch_up"):
        told["catch_up"] = values.choice_of(field, get_args(CatchUp), notes)
    for name in ("late_after", "min_gap", "max_late", "settle"):
        if field := fields.get(name):
            told[name] = _span(field, notes)
    return replace(ON_TIME, **{name: value for name, value in told.items() if value is not None})


def _span(field: Field, notes: Notes) -> timedelta | None:
    text = values.line_of(field, notes)
    if text is None:
        return None
    try:
        return span(text)
    except ValueError:
        form = "expected a length of time such as 90s, 10m, 24h or 2d"
        notes.error("bad-value", field.line, f"{field.key} is '{clipped(text)}', {form}")
        return None


def _skip(field: Field, notes: Notes) -> frozenset[date]:
    found: set[date] = set()
    for text in values.list_of(field, notes):
        first, dots, last = text.partition("..")
        one = values.day_of(field, Scalar(first, field.line), notes)
        two = values.day_of(field, Scalar(last, field.line), notes) if dots else one
        if one is None or two is None:
            continue
        days = (two - one).days + 1
        if days < 1:
            notes.error(
                "bad-date", field.line, f"skip has '{clipped(text)}', which ends before it starts; swap the dates"
            )
        elif len(found) + days > MOST_SKIPPED:
            notes.error(
                "bad-date", field.line, f"skip leaves out more than {MOST_SKIPPED} dates; give the series a later start"
            )
            break
        else:
            found |= {one + timedelta(days=step) for step in range(days)}
    return frozenset(found)


def _language(field: Field, notes: Notes) -> str | None:
    text = values.line_of(field, notes)
    if text is None or _LANGUAGE.fullmatch(text):
        return text
    parts = text.replace("_", "-").partition(".")[0].split("-")
    near = "-".join(_cased(at, part) for at, part in enumerate(parts))
    remedy = f"; write language: {near}" if _LANGUAGE.fullmatch(near) and len(parts[0]) < 4 else ""
    form = "expected a BCP 47 tag such as en, en-GB or pt-BR"
    notes.error("bad-language", field.line, f"language is '{clipped(text)}', {form}{remedy}")
    return None


def _cased(at: int, part: str) -> str:
    if at == 0:
        return part.lower()
    return part.upper() if len(part) == 2 else part.title() if len(part) == 4 and part.isalpha() else part.lower()
