"""Settle which day each entry of a folder is, and by which slug it goes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from pipeline.content.days import MOST_DAYS, Label, first_lines, leading_number
from pipeline.content.draft import Draft
from pipeline.content.notes import clipped
from pipeline.content.tree import Scalar, kind_of
from pipeline.model import Entry, day_key
from pipeline.patterns import pattern
from pipeline.records import dataclass

_NUMBER = pattern(r"\+?0*(\d{1,6})", re.ASCII)


class Claim(NamedTuple):
    """What an entry says of its own day."""

    #: None where ``day`` is there and no number.
    day: int | None
    #: Who says so, in words.
    source: str
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """How the entries of one folder come by their days."""

    label: Label
    #: Of the series; None for an endless one.
    length: int | None
    #: Every file that names no day otherwise starts with a number within the series (or did): these are days.
    leading: bool
    #: Where no entry names a day: the place of each by its path.
    places: Mapping[str, int]

    @property
    def range(self) -> str:
        """``a number from 1 to 30``."""
        return f"a number from 1 to {self.length or MOST_DAYS}"


def naming_of(
    drafts: Iterable[Draft], label: Label, length: int | None, *, known: Callable[[str], bool] = lambda _: False
) -> Naming:
    """How a folder names its days, from all of its entries, those that are broken included.

    ``known`` tells of a path whether it was good before: where all that were begin with a number, numbers are what
    they go by, and one more file without a number changes nobody else's day.
    """
    every = sorted(drafts, key=lambda draft: draft.path)
    silent = {draft.path: leading_number(draft.name) for draft in every if claim_of(draft, label) is None}
    numbered = {path for path, number in silent.items() if number and number <= (length or MOST_DAYS)}
    leading = bool(numbered) and len(numbered) == len(silent)
    if numbered and not leading:
        before = [path for path in silent if known(path)]
        leading = bool(before) and numbered.issuperset(before)
    places: dict[str, int] = {}
    if not leading and len(silent) == len(every):
        order = sorted(every, key=_by_date)
        places = {draft.path: place for place, draft in enumerate(order, 1)}
    return Naming(label=label, length=length, leading=leading, places=places)


def claim_of(draft: Draft, label: Label) -> Claim | None:
    """What an entry says of its day: its ``day``, file name, title, slug or first line, the first of them that does."""
    if draft.day is not None:
        node, line = draft.day.node, draft.day.line
        found = _NUMBER.fullmatch(node.text.strip()) if type(node) is Scalar else None
        if found is None and type(node) is Scalar and (said := label.in_text(_written(node))):
            return Claim(said.day, "day", line)
        return Claim(int(found[1]) if found else None, "day", line)
    if (number := label.in_name(draft.name)) is not None:
        return Claim(number, "the file name", None)
    if named := label.in_text(draft.values.get("title", "")):
        return Claim(named.day, "the title", draft.lines.get("title"))
    if draft.slug and (number := label.in_name(draft.slug)) is not None:
        return Claim(number, "the slug", draft.lines.get("slug"))
    for opening in first_lines(draft.body):
        if named := label.in_text(opening):
            return Claim(named.day, "the first line", draft.body_line)
    return None


def _written(node: Scalar) -> str:
    """A value as it stands in the line, with what YAML took for a comment."""
    return node.text.strip() or (node.lost or "").strip()


def entry_of(draft: Draft, naming: Naming, series: str, *, stale: bool = False) -> Entry | None:
    """The entry, or None where it is broken; what is wrong with its day is added to the draft's notes."""
    if not draft.readable:
        return None
    claim = claim_of(draft, naming.label)
    day = _day(draft, claim, naming)
    if day is None or draft.broken:
        return None
    names_day = draft.path not in naming.places
    if not names_day and not draft.values.get("id"):
        draft.notes.warn(
            "no-identity",
            None,
            f"names no day and stores no id, so that it would go out again under another name; write 'day: {day}' in "
            "its front matter, or run 'daycast check --fix', which stores an id",
        )
    return Entry(
        path=draft.path,
        series=series,
        day=day,
        names_day=names_day,
        slug=draft.slug or naming.label.slug_of(draft.name) or day_key(day),
        body=draft.body,
        body_line=draft.body_line,
        lines=draft.lines,
        stale=stale,
        **draft.values,
    )


def _day(draft: Draft, claim: Claim | None, naming: Naming) -> int | None:
    notes = draft.notes
    if claim is None:
        place = leading_number(draft.name) if naming.leading else naming.places.get(draft.path)
        if place is None:
            notes.error(
                "no-day",
                None,
                "names no day although other entries of its series do; write 'day: …' in its front matter, name the "
                f"file {naming.label.word}-NN.md, or start its name with '_' if it is no entry",
            )
        elif place > (naming.length or MOST_DAYS):
            message = f"is number {place} in the order of its folder, but the series has {naming.length} days"
            notes.error("bad-day", None, f"{message}; raise the series' length, or write 'day: …' in each entry")
            return None
        return place
    day = claim.day
    if day is None or not 1 <= day <= (naming.length or MOST_DAYS):
        if draft.day is not None and claim.source == "day":
            node = draft.day.node
            said = "day is " + (f"'{clipped(node.text)}'" if type(node) is Scalar else kind_of(node))
        else:
            said = f"{claim.source} says day {day}"
        notes.error("bad-day", claim.line, f"{said}, expected {naming.range}")
        return None
    if (
        draft.day is not None
        and type(draft.day.node) is Scalar
        and _NUMBER.fullmatch(draft.day.node.text.strip()) is None
    ):
        written = clipped(_written(draft.day.node))
        notes.warn("yaml-trap", claim.line, f"day is '{written}', and taken for {day}; write day: {day}")
    _compare(draft, claim, day, naming.label)
    return day


def _compare(draft: Draft, claim: Claim, day: int, label: Label) -> None:
    """Warn where the file name or the title says another day than the one that counts."""
    if claim.source == "day" and (number := label.in_name(draft.name)) not in (None, day):
        other, line = f"the file name says {number}", claim.line
    elif claim.source in ("day", "the file name") and (named := label.in_text(draft.values.get("title", ""))):
        if named.day == day:
            return
        other, line = f"the title says {named.day}", draft.lines.get("title")
    else:
        return
    counts = "'day' counts" if claim.source == "day" else f"{claim.source} counts"
    draft.notes.warn("day-differs", line, f"is day {day}, but {other}; {counts}, make them agree")


def _by_date(draft: Draft) -> tuple[bool, datetime | None, str]:
    date = draft.values.get("date")
    return date is None, date, draft.path
