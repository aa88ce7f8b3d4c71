"""Say exactly what would be sent now, and touch nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial

from pipeline import history
from pipeline.channels.contract import ByHand, Channel, Finds, Site
from pipeline.delivery import Media, digest_of
from pipeline.errors import ContentError, RenderError
from pipeline.ledger.rows import Row
from pipeline.ledger.store import Ledger
from pipeline.model import Entry, Series
from pipeline.project import Project
from pipeline.publish import hand
from pipeline.publish.attempt import in_doubt
from pipeline.publish.contexts import contexts
from pipeline.publish.policy import Send, Skip, decide
from pipeline.publish.run import lines_of
from pipeline.publish.slots import Planned, slots_of
from pipeline.publish.social import account_held
from pipeline.records import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """One slot that would go out, or why it would not."""

    key: str
    #: ``post``, ``handout`` (given to a person), ``site`` (built and deployed) or ``none``.
    kind: str
    media_type: str = ""
    #: The bytes, before media have their remote names.
    body: bytes = b""
    #: As a person reads it.
    text: str = ""
    media: tuple[Media, ...] = ()
    comment: str | None = None
    #: Of ``none``: why it does not go out now.
    reason: str = ""
    #: Differs when the artifact does, or the entry's file; empty for ``none``.
    digest: str = ""

    @property
    def shown(self) -> str:
        """What a person sees of it, below its key."""
        if self.kind == "none":
            return f"not now: {self.reason}"
        if self.kind != "post":
            return (self.text or "on the site, which has no address yet").rstrip()
        lines = [self.body.decode("utf-8", "replace").rstrip()]
        lines += [f"with {media.source}: {media.alt or 'no alt text'}" for media in self.media]
        lines += [f"first comment: {self.comment}"] if self.comment else []
        return "\n".join(lines)


def digest_of_all(found: Sequence[Rehearsed]) -> str:
    """What differs when anything that would go out does: SHA-256 as hex, shortened."""
    told = [
        [one.key, one.kind, one.digest, one.shown, [[media.source, media.digest, media.alt] for media in one.media]]
        for one in sorted(found, key=lambda one: one.key)
        if one.kind != "none"
    ]
    return digest_of(json.dumps(told).encode())[:32]


def rehearse_due(
    project: Project, ledger: Ledger, channels: Mapping[str, Channel], now: datetime
) -> tuple[Rehearsed, ...]:
    """What ``publish due`` would do at ``now``. Pages are not looked at: whether they are live only sending tells."""
    rows = {row.key: row for row in ledger.rows()}
    ready = [
        one
        for one in slots_of(project.series)
        if one.slot.due <= now and not one.entry.draft and one.slot.series not in project.book.paused
    ]
    found: list[Rehearsed] = []
    changed_at = cache(partial(history.changed_at, project.home))
    for name in sorted({one.slot.channel for one in ready}):
        mine = [one for one in ready if one.slot.channel == name]
        channel = channels[name]
        if isinstance(channel, Site):
            open_ones = [one for one in mine if not _settled(rows.get(one.key))]
            found += _made(project, ledger, open_ones, channels, now)
        else:
            found += _account(project, ledger, name, mine, channels, rows, now, changed_at)
    return tuple(found)


def rehearse_day(
    project: Project,
    ledger: Ledger,
    channels: Mapping[str, Channel],
    series: Series,
    entry: Entry,
    now: datetime,
    *,
    channel: str | None,
) -> tuple[Rehearsed, ...]:
    """What ``publish day N`` would do at ``now``. Raises ContentError as that does."""
    slots = hand.wanted_slots(series, entry, channels, channel=channel, now=now)
    out = {row.key for row in hand.standings(project, series, slots, ledger.row, channels).out}
    due = next((one.slot.due for one in slots_of([series]) if one.entry.path == entry.path), None)
    if due is None or due > now:
        moved = tuple(replace(each, date=now) if each is entry else each for each in series.entries)
        recap = replace(entry, date=now) if entry.recap else series.recap
        changed = replace(series, entries=moved, recap=recap)
        project = replace(project, series=tuple(changed if each is series else each for each in project.series))
        slots = tuple(replace(one, series=changed) for one in slots)
    wanted = [one for one in slots if one.key not in out and channel in (None, one.slot.channel)]
    held = {one.slot.channel: account_held(ledger, channels[one.slot.channel]) for one in wanted}
    doubts = [one for one in wanted if (row := ledger.row(one.key)) is not None and row.state == "unconfirmed"]
    doubts = [one for one in doubts if isinstance(channels[one.slot.channel], Finds)]
    kept = [one for one in wanted if not held[one.slot.channel] and one not in doubts]
    refused = [_not(one, "may be out already; whether it is, is looked for first") for one in doubts]
    refused += [
        _not(one, str(held[one.slot.channel])) for one in wanted if held[one.slot.channel] and one not in doubts
    ]
    return (*_made(project, ledger, kept, channels, now), *refused)


def _account(
    project: Project,
    ledger: Ledger,
    name: str,
    due: Sequence[Planned],
    channels: Mapping[str, Channel],
    rows: Mapping[str, Row],
    now: datetime,
    changed_at: Callable[[str], datetime | None],
) -> list[Rehearsed]:
    channel = channels[name]
    changed = {}
    if project.root == project.home:
        for one in due:
            moment = None if _settled(rows.get(one.key)) else changed_at(one.entry.path)
            if moment is not None:
                changed[one.entry.path] = moment
    moments = (ledger.last_sent(name), project.book.left.get(name))
    decided = decide(
        [one for one in due if "url" not in one.entry.overrides.get(name, {})],
        rows,
        now,
        begun=project.book.begun,
        last_sent=max((moment for moment in moments if moment), default=None),
        changed=changed,
        by_hand=isinstance(channel, ByHand) and channel.by_hand,
    )
    held = account_held(ledger, channel)
    found: list[Rehearsed] = []
    for one, decision in decided:
        match decision:
            case Send() if held is None:
                found += _made(project, ledger, [one], channels, now)
            case Send():
                found.append(_not(one, str(held)))
            case Skip(reason):
                found.append(_not(one, f"will be skipped: {reason}"))
            case wait:
                found.append(_not(one, wait.reason))
    return found


def _made(
    project: Project,
    ledger: Ledger,
    chosen: Sequence[Planned],
    channels: Mapping[str, Channel],
    now: datetime,
) -> list[Rehearsed]:
    context = contexts(project, now, keep=False)
    found = []
    for one in chosen:
        channel, row = channels[one.slot.channel], ledger.row(one.key)
        file = digest_of(project.sources.get(one.entry.path, b""))
        try:
            here = context(one.series, one.entry.path)
            made = channel.render(here)
        except (RenderError, ContentError) as error:
            found.append(_not(one, str(error)))
            continue
        if isinstance(channel, Site):
            found.append(Rehearsed(key=one.key, kind="site", text=made.text, digest=f"{made.digest} {file}"))
        elif isinstance(channel, ByHand) and channel.by_hand:
            text = channel.handout(made, here)
            digest = f"{made.digest} {file}"
            found.append(Rehearsed(key=one.key, kind="handout", text=text, media=made.media, digest=digest))
        elif row is not None and row.payload is not None and _again(project, ledger, one, row):
            text = row.shown or ""
            kind = row.media_type or ""
            frozen = row.digest or ""
            found.append(
                Rehearsed(key=one.key, kind="post", media_type=kind, body=row.payload, text=text, digest=frozen)
            )
        else:
            found.append(
                Rehearsed(
                    key=one.key,
                    kind="post",
                    media_type=made.media_type,
                    body=made.body,
                    text=made.text,
                    media=made.media,
                    comment=made.comment,
                    digest=f"{made.digest} {file}",
                )
            )
    return found


def _again(project: Project, ledger: Ledger, one: Planned, row: Row) -> bool:
    """Whether what was frozen before goes out again, unchanged."""
    if not row.decided or row.attempts == 0:
        return False
    return in_doubt(lines_of(ledger, project.home, one.series, one.key))


def _settled(row: Row | None) -> bool:
    return row is not None and row.state in ("published", "skipped", "withdrawn", "claimed", "sending")


def _not(one: Planned, reason: str) -> Rehearsed:
    return Rehearsed(key=one.key, kind="none", reason=reason)
