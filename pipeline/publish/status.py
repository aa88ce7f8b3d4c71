"""Say where every slot stands, in words: the calendar, what is overdue, gaps and streak."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache, partial

from pipeline import history
from pipeline.channels.contract import ByHand, Channel, Site
from pipeline.delivery import NEEDS_A_PERSON, DeliveryState, digest_of
from pipeline.errors import ContentError, Problem, RenderError
from pipeline.ledger.rows import Row
from pipeline.ledger.store import Ledger
from pipeline.model import RECAP, Series
from pipeline.progress import Progress, longest_run, progress
from pipeline.project import Project
from pipeline.publish.contexts import contexts
from pipeline.publish.policy import Skip, Wait, decide
from pipeline.publish.slots import Planned, slots_of
from pipeline.publish.stop import stopped
from pipeline.publish.ways import edited
from pipeline.records import dataclass

#: A slot may be this late before it is called overdue: a tick, a build and a deploy.
OVERDUE = timedelta(minutes=15)
#: Each state as a sign, beside its word: nobody depends on colour.
SIGNS: dict[DeliveryState, str] = {
    "planned": "·",
    "claimed": "…",
    "sending": "…",
    "published": "✓",
    "retry": "↻",
    "rejected": "✗",
    "unconfirmed": "?",
    "late": "!",
    "held": "!",
    "skipped": "-",
    "withdrawn": "-",
}
_OPEN: frozenset[DeliveryState] = frozenset(("planned", "retry", "claimed", "sending"))


#: What the next look leaves out by itself; it needs nobody.
_SKIPPED = "will be skipped: "


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One slot as ``status`` shows it."""

    key: str
    #: The series' slug, and its zone.
    series: str
    zone: str
    day: int
    #: What commands call the entry: ``day 2``, ``recap``.
    called: str
    title: str
    channel: str
    state: DeliveryState
    #: UTC.
    due: datetime
    url: str | None
    remote_id: str | None
    #: In words; empty for what is planned ahead or out without remarks.
    reason: str
    #: When it is tried again; UTC.
    next_at: datetime | None
    attempts: int
    #: What is out differs from what the entry would give now.
    drift: bool
    overdue: bool
    #: Whether it is on the site, where its address says nothing new.
    on_site: bool = False
    #: What to say of the drift, in words; empty where there is none.
    edited: str = ""

    @property
    def left_out(self) -> bool:
        """Whether the next look will leave it out for good."""
        return self.state == "planned" and self.reason.startswith(_SKIPPED)

    @property
    def needs_a_person(self) -> bool:
        """Whether it stays as it is until somebody does something."""
        return self.state in NEEDS_A_PERSON or self.overdue


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesStatus:
    """A series at a glance."""

    slug: str
    title: str
    paused: bool
    #: Days in a row that went out, up to now, and the most there ever were.
    streak: int
    longest: int
    #: What is written and what is not.
    progress: Progress

    @property
    def gaps(self) -> tuple[int, ...]:
        """Days that were due and are not written, or still drafts."""
        return self.progress.behind


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Everything ``status`` tells."""

    now: datetime
    #: When a scheduler or ``publish due`` last looked; UTC; None: never.
    last_tick: datetime | None
    #: Why nothing is sent from here.
    stopped: tuple[str, ...]
    series: tuple[SeriesStatus, ...]
    #: Files that are broken: what they hold may be due, and nobody knows.
    problems: tuple[Problem, ...]
    #: By instant.
    deliveries: tuple[Delivery, ...]

    @property
    def needs_a_person(self) -> bool:
        """Whether something needs a person."""
        return bool(self.problems) or any(delivery.needs_a_person for delivery in self.deliveries)


def status(
    project: Project,
    ledger: Ledger,
    channels: Mapping[str, Channel],
    now: datetime,
    *,
    runner: str | None,
    only: frozenset[str] | None = None,
) -> Status:
    """Where everything stands at ``now``. Writes nothing.

    ``only`` are slugs of series; None is all of them.
    """
    chosen = [series for series in project.series if only is None or series.slug in only]
    planned = slots_of(chosen)
    rows = {row.key: row for row in ledger.rows()}
    last_tick = ledger.moment("tick")
    reasons = stopped(project, runner)
    waits = _waits(project, planned, rows, ledger, channels, now)
    drifted = _drifted(project, planned, rows, channels, now)
    deliveries = []
    for one in planned:
        row = rows.get(one.key)
        state, reason, next_at = _where(one, row, waits.get(one.key), now, project.book.paused, reasons, last_tick)
        deliveries.append(
            Delivery(
                key=one.key,
                series=one.series.slug,
                zone=one.series.cadence.zone if one.series.cadence else project.config.site.zone,
                day=one.entry.day,
                called=one.entry.called,
                title=one.entry.title,
                channel=one.slot.channel,
                state=state,
                due=one.slot.due,
                url=row.url if row else None,
                remote_id=row.remote_id if row else None,
                reason=reason,
                next_at=next_at,
                attempts=row.attempts if row else 0,
                drift=one.key in drifted,
                overdue=not reason.startswith(_SKIPPED)
                and _overdue(one, state, now, next_at, project.book.paused, reasons),
                on_site=isinstance(channels.get(one.slot.channel), Site),
                edited=edited(channels.get(one.slot.channel), one.entry.called) if one.key in drifted else "",
            )
        )
    keys = {one.key for one in planned}
    deliveries += [
        _unplanned(row, series, channels)
        for series in chosen
        for row in rows.values()
        if row.key not in keys and row.series == series.id and row.state != "planned"
    ]
    gone = {series.slug: progress(series, now) for series in chosen}
    of_series = {series.slug: [one for one in deliveries if one.series == series.slug] for series in chosen}
    return Status(
        now=now,
        last_tick=last_tick,
        stopped=reasons,
        problems=tuple(problem for problem in project.problems if problem.severity == "error"),
        series=tuple(
            SeriesStatus(
                slug=series.slug,
                title=series.title,
                paused=series.id in project.book.paused,
                streak=_streak(of_series[series.slug], gone[series.slug].behind, now),
                longest=_longest(of_series[series.slug], gone[series.slug].behind, now),
                progress=gone[series.slug],
            )
            for series in chosen
        ),
        deliveries=tuple(deliveries),
    )


def facts_of(series: SeriesStatus) -> list[str]:
    """Where a writer is in a series, a few words each; what is behind is left to who shows it."""
    where = series.progress
    longest = f", {series.longest} at most" if series.longest > series.streak else ""
    facts = [f"{series.streak} in a row{longest}", f"{where.ahead} written ahead"]
    if where.next_gap is not None and where.next_gap_at is not None:
        facts.append(f"next gap: day {where.next_gap} on {where.next_gap_at:%Y-%m-%d}")
    return facts


def _where(
    one: Planned,
    row: Row | None,
    waits: tuple[DeliveryState, str, datetime | None] | None,
    now: datetime,
    paused: frozenset[str],
    reasons: tuple[str, ...],
    last_tick: datetime | None,
) -> tuple[DeliveryState, str, datetime | None]:
    state: DeliveryState = row.state if row else "planned"
    reason = (row.reason or row.note or "") if row else ""
    next_at = row.retry_at if row and row.state == "retry" else None
    if row is not None and state in ("claimed", "sending"):
        return state, f"in the hands of {row.owner} since {row.at:%Y-%m-%d %H:%M:%S} UTC", None
    if state in ("late", "held") and one.slot.due > now:
        return "planned", "", None
    if state == "planned" and one.slot.due > now and one.entry.held and one.entry.approved:
        return state, one.entry.held, None  # who approved it will not look again by themselves
    if state not in ("planned", "retry", "held", "late") or one.slot.due > now:
        return state, reason if one.slot.due <= now or state != "planned" else "", next_at
    if one.entry.held:
        return "held", one.entry.held, None
    if one.entry.draft:
        return "planned", "a draft: take 'draft: true' out, and it goes out", None
    if one.slot.series in paused:
        return state, f"{one.series.slug} is paused: 'daycast resume {one.series.slug}'", None
    if reasons:
        return state, reasons[0], None
    if waits is not None and (row is None or row.state != "held" or waits[0] != "planned"):
        return waits
    if not reason:
        seen = f"the last look was at {last_tick:%Y-%m-%d %H:%M} UTC" if last_tick else "nothing has looked yet"
        reason = f"due, and waits for 'daycast schedule' or 'daycast publish due' ({seen})"
    return state, reason, next_at


def _unplanned(row: Row, series: Series, channels: Mapping[str, Channel]) -> Delivery:
    """A delivery whose entry, date or channel is gone from the files."""
    _, entry, channel = row.key.split("/")[:3]
    number = entry.rpartition("-")[2]
    return Delivery(
        key=row.key,
        series=series.slug,
        zone=series.cadence.zone if series.cadence else "UTC",
        day=int(number) if number.isdecimal() else 0,
        called=f"day {int(number)}" if number.isdecimal() else entry,
        title="(no longer in the files)",
        channel=channel,
        state=row.state,
        due=row.due or row.at,
        url=row.url,
        remote_id=row.remote_id,
        reason=row.reason or row.note or "it is no longer in the files",
        next_at=None,
        attempts=row.attempts,
        drift=False,
        overdue=False,
        on_site=isinstance(channels.get(channel), Site),
    )


def _waits(
    project: Project,
    planned: Iterable[Planned],
    rows: Mapping[str, Row],
    ledger: Ledger,
    channels: Mapping[str, Channel],
    now: datetime,
) -> dict[str, tuple[DeliveryState, str, datetime | None]]:
    """What the policy would say right now to each slot that is due on a channel that posts."""
    found: dict[str, tuple[DeliveryState, str, datetime | None]] = {}
    due = [one for one in planned if one.slot.due <= now and not one.entry.draft]
    changed_at = cache(partial(history.changed_at, project.home))  # asks git, and an entry has several channels
    for name in {one.slot.channel for one in due}:
        channel = channels.get(name)
        if isinstance(channel, Site):
            continue
        here = [one for one in due if one.slot.channel == name and one.slot.series not in project.book.paused]
        decided = decide(
            here,
            rows,
            now,
            changed=_changed(project, here, rows, changed_at),
            begun=project.book.begun,
            last_sent=ledger.last_sent(name),
            by_hand=isinstance(channel, ByHand) and channel.by_hand,
        )
        for one, decision in decided:
            match decision:
                case Wait(reason, until, state):
                    found[one.key] = state, reason, until
                case Skip(reason):
                    found[one.key] = "planned", f"{_SKIPPED}{reason}", None
                case _:
                    pass
    return found


def _changed(
    project: Project,
    due: Iterable[Planned],
    rows: Mapping[str, Row],
    changed_at: Callable[[str], datetime | None],
) -> dict[str, datetime]:
    """When each entry that is still to go out last changed; from a commit, nobody is still typing."""
    if project.root != project.home:
        return {}
    waiting = {
        one.entry.path for one in due if one.key not in rows or rows[one.key].state in ("planned", "retry", "held")
    }
    found = {path: changed_at(path) for path in waiting}
    return {path: moment for path, moment in found.items() if moment is not None}


def _overdue(
    one: Planned,
    state: DeliveryState,
    now: datetime,
    next_at: datetime | None,
    paused: frozenset[str],
    reasons: tuple[str, ...],
) -> bool:
    if state not in _OPEN or one.entry.draft or one.slot.series in paused:
        return False
    if next_at is not None and next_at > now and state == "planned":
        return False  # it waits for its turn
    return now - one.slot.due > OVERDUE or bool(reasons and one.slot.due <= now)


def _drifted(
    project: Project,
    planned: Iterable[Planned],
    rows: Mapping[str, Row],
    channels: Mapping[str, Channel],
    now: datetime,
) -> set[str]:
    """Keys of what is out and would read differently now. Looks closer only where the entry's file has changed."""
    context = contexts(project, now, keep=False)
    found = set()
    for one in planned:
        row = rows.get(one.key)
        channel = channels.get(one.slot.channel)
        if (
            row is None
            or row.state != "published"
            or row.digest is None
            or channel is None
            or isinstance(channel, Site)
        ):
            continue
        if row.source == digest_of(project.sources.get(one.entry.path, b"")):
            continue
        try:
            now_reads = channel.render(context(one.series, one.entry.path)).digest
        except (RenderError, ContentError):
            now_reads = ""
        if now_reads != row.digest:
            found.add(one.key)
    return found


def _longest(deliveries: list[Delivery], gaps: tuple[int, ...], now: datetime) -> int:
    """The most days in a row that were out on every channel."""
    days = {d.day for d in deliveries if d.due <= now and d.called != RECAP} | set(gaps)
    bad = {d.day for d in deliveries if d.due <= now and d.state != "published"} | set(gaps)
    return longest_run(days, days - bad)


def _streak(deliveries: list[Delivery], gaps: tuple[int, ...], now: datetime) -> int:
    """Days in a row, the newest first, that are out on every channel; a day still on its way does not break it."""
    days = sorted({d.day for d in deliveries if d.due <= now and d.called != RECAP} | set(gaps), reverse=True)
    count = 0
    for place, day in enumerate(days):
        states = {d.state for d in deliveries if d.day == day}
        if day not in gaps and states <= {"published"}:
            count += 1
        elif place == 0 and states <= {"published", "planned", "claimed", "sending", "retry"} and day not in gaps:
            continue
        else:
            break
    return count
