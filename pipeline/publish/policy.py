"""Decide what a slot that is due does now: go out, wait, be late, be skipped. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from pipeline.delivery import FINAL, DeliveryState
from pipeline.ledger.rows import Row
from pipeline.publish.slots import Planned
from pipeline.records import dataclass

#: Why the slots that were due long before a series began to publish do not go out.
BEFORE = "before daycast"
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Send:
    """It goes out now."""


@dataclass(frozen=True, slots=True)
class Wait:
    """It does not go out now; ``until`` (UTC) is when it may, where that is known."""

    reason: str
    until: datetime | None = None
    state: DeliveryState = "planned"


@dataclass(frozen=True, slots=True)
class Skip:
    """It will not go out."""

    reason: str


Decision: TypeAlias = Send | Wait | Skip


def decide(
    due: Sequence[Planned],
    rows: Mapping[str, Row],
    now: datetime,
    *,
    begun: Mapping[str, datetime],
    last_sent: datetime | None,
    changed: Mapping[str, datetime] = {},
    by_hand: bool = False,
) -> tuple[tuple[Planned, Decision], ...]:
    """What each slot of one account does that is due at ``now`` and open, oldest first.

    ``due`` is all that is due there, settled or not. ``begun`` is when each series began to publish, by its id.
    ``last_sent`` is when something last left for the account. ``changed`` tells when an entry's text last changed, by
    its path. ``by_hand``: a person posts there, and what was handed over waits for them however long.

    Where posts keep a distance, one slot is sent: the next one is decided anew once it is known when that one left. A
    series keeps its order: what comes after a slot that is tried again later waits for it. What a person has asked for
    waits for neither.
    """
    open_slots = [one for one in due if _open(rows.get(one.key))]
    newest = {one.slot.series: one.key for one in due}
    behind: dict[str, Planned] = {}
    decided: list[tuple[Planned, Decision]] = []
    sending = False
    for one in open_slots:
        row = rows.get(one.key)
        decision = _decide(
            one,
            row,
            now,
            newest=newest[one.slot.series] == one.key,
            begun=begun.get(one.slot.series, now),
            changed=changed,
            handed_over=by_hand and row is not None and row.state == "held",
        )
        if isinstance(decision, Send):
            gap = one.series.policy.min_gap
            free = None if last_sent is None else last_sent + gap
            asked = row is not None and row.decided
            if one.slot.series in behind and not asked:
                decision = Wait(f"goes out after {behind[one.slot.series].key}, which is tried again first")
            elif sending and gap and not asked:
                decision = Wait(f"goes out after the one before it, {_words(gap)} apart (min_gap)")
            elif free is not None and free > now and not by_hand and not asked:
                decision = Wait(f"waits for {_words(gap)} between two posts of one account (min_gap)", free)
            else:
                sending = not by_hand
        elif isinstance(decision, Wait) and decision.state == "retry" and decision.until is not None:
            behind.setdefault(one.slot.series, one)
        decided.append((one, decision))
    return tuple(decided)


def _decide(
    one: Planned,
    row: Row | None,
    now: datetime,
    *,
    newest: bool,
    begun: datetime,
    changed: Mapping[str, datetime],
    handed_over: bool,
) -> Decision:
    policy = one.series.policy
    late_by = now - one.slot.due
    asked = row is not None and row.decided
    if not asked and not handed_over:
        if row is None and one.slot.due < begun - policy.max_late:
            return Skip(BEFORE)
        if policy.catch_up == "skip" and late_by > policy.late_after:
            return Skip(f"{_words(late_by)} late, and the series says catch_up: skip")
        if policy.catch_up == "latest" and not newest and late_by > policy.late_after:
            return Skip("a newer day is due, and the series says catch_up: latest")
        if late_by > policy.max_late:
            return Wait(
                f"was due at {one.slot.due:%Y-%m-%d %H:%M} UTC, longer ago than max_late ({_words(policy.max_late)}): "
                f"'daycast resolve {one.key} --retry' sends it now, '--skip' leaves it out",
                state="late",
            )
    if row is not None and row.retry_at is not None and row.retry_at > now:
        return Wait(row.reason or "tried again later", row.retry_at, state=row.state)
    if one.entry.stale:
        return Wait(f"{one.entry.path} is broken; mend it ('daycast check' says how)", state="held")
    since = changed.get(one.entry.path)
    if not asked and not handed_over and since is not None and one.slot.due < since <= now < since + policy.settle:
        return Wait(
            f"was changed after its instant; goes out {_words(policy.settle)} after the last change (settle)",
            since + policy.settle,
        )
    return Send()


def pause(key: str, tries: int, now: datetime, *, at_least: datetime | None = None) -> datetime:
    """When to try again after ``tries`` failures to send: 1 min, doubled up to 1 h, ± 20 % by the key.

    ``at_least`` is what the channel asked for.
    """
    doubled: int = 2 ** min(max(tries - 1, 0), 10)
    base = min(_FIRST_PAUSE * doubled, _LONGEST_PAUSE)
    spread: float = hashlib.sha256(f"{key} {tries}".encode()).digest()[0] / 255 * 0.4 + 0.8
    return max(now + base * spread, at_least or now)


def _open(row: Row | None) -> bool:
    """Whether a slot may still go out by itself."""
    return row is None or not (row.state in FINAL or row.state in ("claimed", "sending", "rejected", "unconfirmed"))


def _words(span: timedelta) -> str:
    """``2 h 5 min``."""
    minutes = round(span.total_seconds() / 60)
    days, rest = divmod(minutes, 1440)
    hours, left = divmod(rest, 60)
    parts = [f"{days} d"] * bool(days) + [f"{hours} h"] * bool(hours) + [f"{left} min"] * bool(left)
    return " ".join(parts[:2]) or f"{round(span.total_seconds())} s"
