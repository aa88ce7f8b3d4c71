"""Publish one day by hand: the same slot that the schedule would reach, so it will not go out twice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.channels.contract import Channel, Site
from pipeline.errors import ContentError
from pipeline.ledger import Line, Row
from pipeline.model import Entry, Series
from pipeline.publish.decisions import Desk, move
from pipeline.publish.slots import Planned, planned


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

    Raises ContentError where the entry is a draft or goes to no such channel.
    """
    if entry.stale:
        raise ContentError(f"{entry.path}: is broken, so its text is not certain; mend it ('daycast check' says how)")
    if entry.draft:
        raise ContentError(f"{entry.path}: is a draft; take 'draft: true' out to publish it")
    names = series.channels_of(entry)
    if channel is not None and channel not in names:
        raise ContentError(f"{entry.path} does not go to {channel}, only to {', '.join(names)}; see its 'channels'")
    chosen = [name for name in names if channel in (None, name) or isinstance(channels[name], Site)]
    return tuple(planned(series, entry, name, now) for name in dict.fromkeys(chosen))


def make_ready(
    desk: Desk,
    series: Series,
    entry: Entry,
    slots: tuple[Planned, ...],
    due: datetime | None,
    channels: Mapping[str, Channel],
) -> Wanted:
    """Record that an entry goes out now: its instant moves here if it lies ahead, and refusals are tried again.

    Raises ContentError where that cannot be: paused, withdrawn, in hand, or perhaps out already.
    """
    if series.id in desk.project.book.paused:
        raise ContentError(f"{series.slug} is paused; 'daycast resume {series.slug}' starts it again")
    rows = {one.key: desk.row(one.key) for one in slots}
    out = []
    again = []
    for one in slots:
        row = rows[one.key]
        match row.state if row else "planned":
            case "published":
                assert row is not None
                out.append(row)
            case "withdrawn":
                raise ContentError(f"{one.key}: was withdrawn, which is final")
            case "unconfirmed":
                raise ContentError(
                    f"{one.key}: may be out already; look, then say "
                    f"'daycast resolve {one.key} --published URL' or '--retry'"
                )
            case "sending" | "claimed" if not isinstance(channels[one.slot.channel], Site):
                assert row is not None
                raise ContentError(f"{one.key}: is in the hands of {row.owner} right now; see 'daycast status'")
            case "rejected" | "skipped":
                assert row is not None
                again.append((one, row))
            case _:
                pass
    if again:
        desk.write(
            series,
            [
                Line(at=desk.now, event="retry", key=one.key, attempt=row.attempts, reason="published by hand")
                for one, row in again
            ],
        )
    keys = frozenset(one.key for one in slots) - {row.key for row in out}
    if keys and (due is None or due > desk.now):
        move(desk, series, entry.key, desk.now)
    return Wanted(keys=keys, out=tuple(out))
