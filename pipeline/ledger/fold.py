"""Say from the lines of a journal where each slot stands. Pure, and whatever the order of the lines.

Two places may share a journal through git, and git joins their lines as it finds them. So nothing here depends on
order or on clocks that agree: an outcome belongs to the intent whose claim it names, a decision covers the attempts
up to the one it names, and of two facts the one that forbids sending wins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from pipeline.delivery import DeliveryState, Receipt
from pipeline.ledger.lines import OUTCOMES, Line
from pipeline.records import dataclass

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one slot stands by its journal."""

    state: DeliveryState
    #: Intents so far.
    attempts: int
    #: Of the last thing that happened. UTC.
    at: datetime
    receipt: Receipt | None = None
    reason: str = ""
    #: Of ``retry``: not before this moment. UTC.
    retry_at: datetime | None = None
    #: A person decided the state; for ``retry``: it goes out at once, however late.
    decided: bool = False
    #: SHA-256 of what was sent last, and of the entry's file then.
    digest: str | None = None
    source: str | None = None
    due: datetime | None = None
    #: Claims of intents that have no outcome.
    open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """All that the journals say."""

    #: By slot key.
    slots: Mapping[str, Standing]
    #: Instant of each entry that was published by hand before its time, by ``<series id>/<entry key>``. UTC.
    moved: Mapping[str, datetime]
    #: Instant at which each entry went out, by the same key: a later change of the plan does not move it. UTC.
    settled: Mapping[str, datetime]
    #: Ids of the series that are paused.
    paused: frozenset[str]
    #: Where the ledgers are that these journals went with, by the series' id; empty where they are still here.
    elsewhere: Mapping[str, str]
    #: When each series began to publish, by its id: the first thing that its journal tells of a slot. UTC.
    begun: Mapping[str, datetime]
    #: When something last left for each channel's account, or may have, by the channel's name. UTC.
    left: Mapping[str, datetime]


def fold(lines: Iterable[Line]) -> Book:
    """Where everything stands."""
    by_key: dict[str, set[Line]] = defaultdict(set)
    for line in lines:
        by_key[line.key].add(line)
    slots: dict[str, Standing] = {}
    moved: dict[str, datetime] = {}
    settled: dict[str, datetime] = {}
    paused: set[str] = set()
    elsewhere: dict[str, str] = {}
    begun: dict[str, datetime] = {}
    left: dict[str, datetime] = {}
    for key, found in by_key.items():
        depth = key.count("/")
        if depth >= 2:
            slots[key] = standing(found)
            series, channel = key.partition("/")[0], key.split("/")[2]
            first = min(line.at for line in found)
            begun[series] = min(first, begun.get(series, first))
            sent = [line.at for line in found if line.event == "intent"]
            if sent and slots[key].state not in ("retry", "rejected", "planned"):
                left[channel] = max(*sent, left.get(channel, sent[0]))
            out = [line for line in found if line.event == "published" and line.due]
            went_out = [line.due for line in out if line.due and (line.claim or line.due <= line.at)]
            if went_out:
                entry = "/".join(key.split("/")[:2])
                settled[entry] = min(*went_out, settled.get(entry, went_out[0]))
        elif depth == 1:
            moves = [(line.at, line.due) for line in found if line.event == "moved" and line.due is not None]
            if moves:
                moved[key] = max(moves)[1]
        else:
            switches = [(line.at, line.event == "paused") for line in found if line.event in ("paused", "resumed")]
            if switches and max(switches)[1]:
                paused.add(key)
            copies = [(line.at, line.event, line.reason or "") for line in found if line.event.startswith("copied-")]
            if copies and max(copies)[1] == "copied-away":
                elsewhere[key] = max(copies)[2]
    return Book(
        slots=slots,
        moved=moved,
        settled=settled,
        paused=frozenset(paused),
        elsewhere=elsewhere,
        begun=begun,
        left=left,
    )


def bound(books: Iterable[Book]) -> Book:
    """What the books of several series say together."""
    each = tuple(books)
    left: dict[str, datetime] = {}
    for book in each:
        for channel, moment in book.left.items():
            left[channel] = max(moment, left.get(channel, moment))
    return Book(
        slots=_joined(book.slots for book in each),
        moved=_joined(book.moved for book in each),
        settled=_joined(book.settled for book in each),
        paused=frozenset().union(*(book.paused for book in each)),
        elsewhere=_joined(book.elsewhere for book in each),
        begun=_joined(book.begun for book in each),
        left=left,
    )


def _joined(maps: Iterable[Mapping[str, _T]]) -> dict[str, _T]:
    made: dict[str, _T] = {}
    for one in maps:
        made |= one
    return made


def standing(lines: Iterable[Line]) -> Standing:
    """Where the slot of these lines (at least one, all of one key) stands."""
    known = sorted(set(lines), key=_order)
    attempts = max(line.attempt for line in known)
    last = max(line.at for line in known)
    due = next((line.due for line in reversed(known) if line.due is not None), None)
    sent = [line for line in known if line.digest is not None]
    digest, source = (sent[-1].digest, sent[-1].source) if sent else (None, None)
    published = [line for line in known if line.event == "published"]
    receipt = _receipt(published)

    def made(state: DeliveryState, line: Line, *, decided: bool = False, **more: object) -> Standing:
        return Standing(
            state=state,
            attempts=attempts,
            at=last,
            reason=line.reason or "",
            decided=decided,
            receipt=receipt,
            digest=digest,
            source=source,
            due=due,
            **more,  # type: ignore[arg-type]
        )

    for line in reversed(known):
        if line.event == "withdrawn":
            return made("withdrawn", line, decided=True)
    if published:
        return made("published", published[-1])
    decisions = [line for line in known if line.event in ("skipped", "retry")]
    decision = decisions[-1] if decisions else None
    covered = decision.attempt if decision else 0
    live = [line for line in known if line.attempt > covered and line.event in OUTCOMES | {"intent"}]
    answered = {line.claim for line in live if line.event in OUTCOMES}
    unanswered = [line for line in live if line.event == "intent" and line.claim not in answered]
    if unanswered:
        return made("sending", unanswered[-1], open=tuple(str(line.claim) for line in unanswered))
    # Of one claim, a clear answer settles an unclear one: somebody has looked.
    clear = {line.claim for line in live if line.event in OUTCOMES and line.event != "unconfirmed"}
    doubts = [line for line in live if line.event == "unconfirmed" and (line.claim is None or line.claim not in clear)]
    refusals = [line for line in live if line.event == "rejected"]
    if doubts:
        return made("unconfirmed", doubts[-1])
    if refusals:
        return made("rejected", refusals[-1])
    if live:
        return made("retry", live[-1], retry_at=live[-1].until or live[-1].at)
    if decision is None:
        return made("planned", known[-1])
    if decision.event == "skipped":
        return made("skipped", decision, decided=True)
    return made("retry", decision, decided=True, retry_at=decision.at)


def _receipt(published: list[Line]) -> Receipt | None:
    if not published:
        return None
    # Of answers to sends the first counts; what a person said last corrects it.
    said = [line for line in reversed(published) if line.claim is None]
    ranked = [*said, *(line for line in published if line.claim is not None)]
    named = next((line for line in ranked if line.remote_id), ranked[0])
    urls = [line.url for line in (*said, named, *ranked) if line.url]
    return Receipt(remote_id=named.remote_id, url=next(iter(urls), None), note=published[-1].reason or "")


def _order(line: Line) -> tuple[int, int, datetime, str, str]:
    """By attempt, then what happens within one: the intent, its outcome, then decisions by their time."""
    rank = 0 if line.event == "intent" else 1 if line.event in OUTCOMES else 2
    return (line.attempt, rank, line.at, line.event, repr(line))
