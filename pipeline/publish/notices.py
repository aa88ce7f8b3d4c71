"""Tell people, once per event, what needs them. Never in the way of a publish."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial

from pipeline import notify
from pipeline.channels.contract import Channel, Diagnoses, Finding
from pipeline.channels.registry import open_channels
from pipeline.config import Config
from pipeline.ledger.store import Ledger
from pipeline.model import day_key
from pipeline.progress import progress
from pipeline.project import Project
from pipeline.publish.handout import path_of
from pipeline.publish.run import Tell, silent
from pipeline.publish.slots import Planned, channels_in, slots_of
from pipeline.publish.status import Status, status
from pipeline.wallclock import local


def events_of(status: Status, planned: Mapping[str, Planned], texts: Callable[[Planned], str]) -> list[notify.Event]:
    """What somebody has to know of, as events: what is refused, unconfirmed, late, held or overdue.

    ``texts`` gives the handout of a slot that is to be posted by hand; empty where it has none.
    """
    found = []
    for delivery in status.deliveries:
        if not delivery.needs_a_person:
            continue
        one = planned.get(delivery.key)
        text = texts(one) if one is not None and delivery.state == "held" else ""
        kind = "handout" if text else "overdue" if delivery.overdue else delivery.state
        subject = f"{delivery.key}: {'post it by hand' if text else kind}"
        found.append(
            notify.Event(
                kind=kind,
                key=delivery.key,
                subject=subject,
                text=f"{delivery.reason}\n\n{text}" if text else delivery.reason,
                url=delivery.url,
                occasion=f"{delivery.key}#{delivery.attempts}",
            )
        )
    found += [
        notify.Event(
            kind="broken",
            key=problem.path,
            subject=f"{problem.path}: broken",
            text=f"{problem}; what it holds does not go out until it is mended",
            url=None,
            occasion=problem.path,
        )
        for problem in status.problems
    ]
    return found


def reminders(project: Project, now: datetime) -> list[notify.Event]:
    """The day of each series that comes next and is not written, or not ready, once it is near enough."""
    before = project.config.notify.remind
    found: list[notify.Event] = []
    if before is None:
        return found
    for series in project.series:
        where = progress(series, now)
        day, at = where.next_day, where.next_at
        if day is None or at is None or series.id in project.book.paused or day != where.next_gap or at - now > before:
            continue
        entry = next((entry for entry in series.entries if entry.day == day), None)
        state = "not written" if entry is None else "not approved" if entry.held else "still a draft"
        zone = series.cadence.zone if series.cadence else project.config.site.zone
        found.append(
            notify.Event(
                kind="unwritten",
                key=f"{series.id}/{day_key(day)}",
                subject=f"{series.label_of(day)} of {series.title} is {state}",
                text=f"It is due on {local(at, zone):%A, %d %B at %H:%M} ({zone}), and it is {state}.",
                url=None,
                occasion=f"{series.id}/{day_key(day)}#{at:%Y-%m-%d}",
            )
        )
    return found


def account_events(channels: Mapping[str, Channel], planned: Iterable[Planned], now: datetime) -> list[notify.Event]:
    """What is about to go wrong with an account: a token or a version that ends. Asks the channel."""
    last: dict[str, datetime] = {}
    for one in planned:
        last[one.slot.channel] = max(one.slot.due, last.get(one.slot.channel, one.slot.due))
    found = []
    for name, channel in channels.items():
        if not isinstance(channel, Diagnoses) or name not in last:
            continue
        found += [
            notify.Event(
                kind="account",
                key=name,
                subject=f"{name}: {one.code}",
                text=one.message,
                url=None,
                occasion=f"{name}#{one.code}",
            )
            for one in _diagnosed(channel, now, last[name])
            if one.level != "ok"
        ]
    return found


def _diagnosed(channel: Diagnoses, now: datetime, last_day: datetime) -> tuple[Finding, ...]:
    """What a channel finds out about itself; its own failure to do so is a finding."""
    try:
        return channel.diagnose(now=now, last_day=last_day)
    except Exception as error:  # noqa: BLE001 - a channel's fault keeps no notice back
        return (Finding(level="error", code="not-examined", message=f"{type(error).__name__}: {error}"),)


def tell_people(project: Project, ledger: Ledger, events: Sequence[notify.Event], now: datetime, tell: Tell) -> None:
    """Send each event that was not sent before; one that could not be sent is tried again the next time.

    What is well again is forgotten, so that it is told anew when it comes back.
    """
    names = {f"told:{event.kind}:{event.occasion}": event for event in events}
    for name in ledger.marks("told:"):
        if name not in names and not name.startswith("told:account:"):
            ledger.drop_mark(name)
    for name, event in names.items():
        if not ledger.put_mark(name, "yes", now=now):
            continue
        tell("notice", event.key, event.subject)
        failures = notify.send(event, project.config.notify, root=project.home)
        for failure in failures:
            tell("notice failed", event.key, failure)
        if failures:
            ledger.drop_mark(name)


def tell_what_needs_people(
    project: Project,
    *,
    clock: Callable[[], datetime],
    runner: str | None,
    tell: Tell = silent,
    beat: bool = False,
) -> tuple[str, ...]:
    """Look at everything once more and tell people what needs them. Gives the keys of the slots that are overdue.

    Accounts are asked once a day how long they last. ``beat`` calls ``[notify] heartbeat_url``.
    Raises LedgerError where ledger or journals cannot be read.
    """
    now = clock()
    planned = slots_of(project.series)
    channels = open_channels(project.home, project.config, channels_in(project.series), hold=True)
    ledger = Ledger(project.config.ledger.url, project.home)
    try:
        found = status(project, ledger, channels, now, runner=runner)
        events = events_of(found, {one.key: one for one in planned}, partial(_handout, project))
        events += reminders(project, now)
        if _wanted(project) and ledger.put_mark("accounts", f"{now:%Y-%m-%d}", now=now):
            events += account_events(channels, planned, now)
        if _wanted(project):
            tell_people(project, ledger, events, now, tell)
    finally:
        ledger.close()
    if beat:
        call_heartbeat(project.config, tell)
    return tuple(one.key for one in found.deliveries if one.overdue)


def call_heartbeat(config: Config, tell: Tell) -> None:
    """Tell whoever waits for it that a look went well; nothing where nobody does."""
    url = config.notify.heartbeat_url
    failure = notify.beat(url) if url is not None else None
    if failure:
        tell("heartbeat failed", "", failure)


def _handout(project: Project, one: Planned) -> str:
    """The handout of a slot as it was written; empty where there is none."""
    place = project.home / path_of(one)
    return place.read_text(encoding="utf-8") if place.is_file() else ""


def _wanted(project: Project) -> bool:
    """Whether anybody is to be told anything."""
    settings = project.config.notify
    return any((settings.command, settings.webhook, settings.email))
