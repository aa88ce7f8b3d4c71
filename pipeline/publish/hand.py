"""Publish one day by hand: the same slot that the schedule would reach, so it will not go out twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from pipeline.channels.contract import Channel, Finds, Site
from pipeline.errors import ContentError
from pipeline.ledger.lines import Line
from pipeline.ledger.rows import Row
from pipeline.model import Entry, Series
from pipeline.project import Project
from pipeline.publish.decisions import Desk, move
from pipeline.publish.slots import Planned, planned
from pipeline.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The slots that a person wants out now."""

    keys: frozenset[str]
    #: Those that are out already, with their rows.
    out: tuple[Row, ...]


def wanted_slots(
    series: Series, entry: Entry, channels: Mapping[str, Channel], *, channel: str | None, now: datetime
) -> tuple[Planned, ...]:
    """The slots of an entry on a channel (None: on all), with those of the site, which a post points at.

    Raises ContentError where the entry is a draft, waits for somebody to approve it, or goes to no such channel.
    """
    if entry.stale:
        raise ContentError(f"{entry.path}: is broken, so its text is not certain; mend it ('daycast check' says how)")
    if entry.held:
        raise ContentError(f"{entry.path}: {entry.held}")
    if entry.draft:
        raise ContentError(
            f"{entry.path}: is a draft; take 'draft: true' out to publish it (a day that was skipped is wanted again "
            "with 'daycast resolve KEY --retry')"
        )
    names = series.channels_of(entry)
    if channel is not None and channel not in names:
        raise ContentError(f"{entry.path} does not go to {channel}, only to {', '.join(names)}; see its 'channels'")
    chosen = [name for name in names if channel in (None, name) or isinstance(channels[name], Site)]
    return tuple(planned(series, entry, name, now) for name in dict.fromkeys(chosen))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standings:
    """Where the slots stand that a person wants out now."""

    out: tuple[Row, ...]
    #: Refused or left out before: a person wants them after all.
    again: tuple[Row, ...]


def standings(
    project: Project,
    series: Series,
    slots: tuple[Planned, ...],
    row_of: Callable[[str], Row | None],
    channels: Mapping[str, Channel],
) -> Standings:
    """What is out of the slots, and what is to be tried again.

    Raises ContentError where they cannot be published: paused, withdrawn, in hand, or perhaps out already.
    """
    if series.id in project.book.paused:
        raise ContentError(f"{series.slug} is paused; 'daycast resume {series.slug}' starts it again")
    out = []
    again = []
    for one in slots:
        row = row_of(one.key)
        channel = channels[one.slot.channel]
        match row.state if row else "planned":
            case "published":
                assert row is not None
                out.append(row)
            case "withdrawn":
                raise ContentError(f"{one.key}: was withdrawn, which is final")
            case "unconfirmed" if not channel.idempotent and not isinstance(channel, Finds):
                raise ContentError(
                    f"{one.key}: may be out already; look, then say "
                    f"'daycast resolve {one.key} --published URL' or '--retry'"
                )
            case "sending" | "claimed" if not isinstance(channel, Site):
                assert row is not None
                raise ContentError(f"{one.key}: is in the hands of {row.owner} right now; see 'daycast status'")
            case "rejected" | "skipped":
                assert row is not None
                again.append(row)
            case _:
                pass
    return Standings(out=tuple(out), again=tuple(again))


def make_ready(
    desk: Desk,
    series: Series,
    entry: Entry,
    slots: tuple[Planned, ...],
    due: datetime | None,
    channels: Mapping[str, Channel],
) -> Wanted:
    """Record that an entry goes out now: its instant moves here if it lies ahead, and refusals are tried again.

    Raises ContentError as `standings` does.
    """
    found = standings(desk.project, series, slots, desk.row, channels)
    lines = [
        Line(at=desk.now, event="retry", key=row.key, attempt=row.attempts, reason="published by hand")
        for row in found.again
    ]
    if lines:
        desk.write(series, lines)
    keys = frozenset(one.key for one in slots) - {row.key for row in found.out}
    if keys and (due is None or due > desk.now):
        move(desk, series, entry.key, desk.now)
    return Wanted(keys=keys, out=found.out)
