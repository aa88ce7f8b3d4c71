"""What a worker does for one project: look at its files, and publish what is due on one account.

Both may run twice, or at once on two machines: what has been sent the ledger tells, and the agenda is made from files.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from pipeline import config, fresh
from pipeline.channels.contract import Site
from pipeline.channels.registry import open_channels
from pipeline.config import Config
from pipeline.delivery import FINAL, NEEDS_A_PERSON, DeliveryState
from pipeline.errors import ConfigError, LedgerError, PipelineError
from pipeline.ledger.agenda import Account, Agenda, Item
from pipeline.ledger.database import is_shared
from pipeline.ledger.postgres import database_in, schema_in
from pipeline.ledger.store import Ledger
from pipeline.project import Project
from pipeline.publish.due import Report, load_sources, publish_due
from pipeline.publish.notices import tell_what_needs_people
from pipeline.publish.run import Tell
from pipeline.publish.slots import channels_in, slots_of
from pipeline.records import dataclass
from pipeline.secrets import redact

#: How long one job may go on taking slots: then the next tenant has its turn, and what is left is queued anew.
TURN = timedelta(seconds=30)
#: When a slot that does not go out now is looked at again: one that waits for its page, one that somebody else has,
#: one that a person has to look at.
SOON, HELD, LATER = timedelta(seconds=30), timedelta(seconds=30), timedelta(minutes=5)
#: When an account looks again whether the site is out, which comes first.
_SITE = timedelta(seconds=5)
#: How often people are told what needs them.
_TELLS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A project's work on this machine."""

    #: The project's name on the agenda.
    project: str
    root: Path
    #: The database of the agenda.
    url: str
    clock: Callable[[], datetime]
    wait: Callable[[float], None]
    runner: str | None
    tell: Tell
    #: Whether to end after the send in hand.
    stopping: Callable[[], bool]


def look(work: Work) -> Report | None:
    """Bring agenda and site up to what a project's files say. None where nothing has changed.

    Raises PipelineError where the project cannot be read or its site not be brought out; the agenda says so too.
    """
    now = work.clock()
    with Agenda(work.url) as agenda:
        try:
            settings = _settings(work)
            sign = f"{fresh.look(str(work.root), now.timestamp())} {_decisions(work, settings.ledger.url)}"
            told = agenda.tells(work.project, now, _TELLS)
            if agenda.sign(work.project) == sign:
                if told:
                    _tell_people(work, load_sources(work.root, settings, at=now))
                agenda.looked(work.project, sign=sign, trouble=agenda.trouble(work.project), now=now)
                return None
            project = load_sources(work.root, settings, at=now)
            agenda.plan(work.project, _items(project))
            report = _published(work, project, "", work.stopping)
            if told:
                _tell_people(work, load_sources(work.root, settings, at=now))
        except PipelineError as error:
            agenda.looked(work.project, sign=None, trouble=redact(str(error)), now=now)
            raise
        trouble = _trouble(report)
        if trouble is not None:
            work.tell("trouble", "", trouble)
        agenda.looked(work.project, sign=sign, trouble=trouble, now=now)
        return report


def publish(work: Work, account: str) -> Report | None:
    """Publish what is due on one account of a project; an empty name is the site's. None where no slot is in hand.

    What it took is let go again whatever comes of it. Raises PipelineError where nothing could be sent.
    """
    one = Account(work.project, account)
    with Agenda(work.url) as agenda:
        began = work.clock()
        keys = agenda.in_hand(one, began)
        if not keys:
            return None
        if account and agenda.site_first(work.project, began):
            agenda.settle(one, dict.fromkeys(keys, began + _SITE))
            return None
        try:
            settings = _settings(work)
            project = load_sources(work.root, settings, at=began)
            report = _published(work, project, account, lambda: work.stopping() or work.clock() - began > TURN)
            ledger = Ledger(settings.ledger.url, work.root)
            try:
                states = ledger.states(keys)
            finally:
                ledger.close()
        except PipelineError:
            agenda.settle(one, dict.fromkeys(keys, work.clock() + HELD))
            raise
        now = work.clock()
        stopped = LATER if report.stopped else timedelta()
        agenda.settle(one, {key: _next(states.get(key), now, now - began > TURN, stopped) for key in keys})
        if not account:
            agenda.troubled(work.project, _trouble(report))
            agenda.wake_accounts(work.project, now)
    return report


def _published(work: Work, project: Project, part: str, stopping: Callable[[], bool]) -> Report:
    return publish_due(
        project,
        clock=work.clock,
        wait=work.wait,
        runner=work.runner,
        tell=work.tell,
        patient=False,
        part=part,
        stopping=stopping,
    )


def _settings(work: Work) -> Config:
    """The project's settings. Raises ConfigError where they name another ledger: by that one nothing may be sent."""
    found = config.load(work.root)
    if (
        not is_shared(found.ledger.url)
        or schema_in(found.ledger.url) != work.project
        or database_in(found.ledger.url) != database_in(work.url)
    ):
        raise ConfigError(f"{work.root}: [ledger] url names no longer the ledger of '{work.project}'; nothing is sent")
    return found


def _next(
    stands: tuple[DeliveryState, datetime | None] | None, now: datetime, cut: bool, stopped: timedelta
) -> datetime | None:
    """When a slot is looked at again; None where it is at its end."""
    if stands is None:
        return now + (stopped or (timedelta() if cut else SOON))
    state, until = stands
    if state in FINAL:
        return None
    if state in NEEDS_A_PERSON:
        return now + LATER
    if state in ("claimed", "sending"):
        return now + HELD
    if cut and (until is None or until <= now):
        return now
    return until if until is not None and until > now else now + SOON


def _items(project: Project) -> list[Item]:
    """Every slot of a project; what is out, a draft or paused has nothing to wake for."""
    channels = open_channels(project.home, project.config, channels_in(project.series), hold=True)
    ledger = Ledger(project.config.ledger.url, project.home)
    try:
        settled = ledger.settled()
    finally:
        ledger.close()
    return [
        Item(
            key=one.key,
            account="" if isinstance(channels[one.slot.channel], Site) else one.slot.channel,
            due=one.slot.due,
            wake=None
            if one.key in settled or one.entry.draft or one.slot.series in project.book.paused
            else one.slot.due,
        )
        for one in slots_of(project.series)
    ]


def _decisions(work: Work, url: str) -> int:
    """What changes when a person decides something anywhere: files do not tell."""
    ledger = Ledger(url, work.root)
    try:
        return ledger.decided()
    finally:
        ledger.close()


def _trouble(report: Report) -> str | None:
    """What is wrong with a project after a look; None where nothing is."""
    found = [*report.stopped, *map(str, report.problems), *([report.site.failure] if report.site.failure else [])]
    return "; ".join(found) or None


def _tell_people(work: Work, project: Project) -> None:
    try:
        tell_what_needs_people(project, clock=work.clock, runner=work.runner, tell=work.tell, beat=True)
    except LedgerError as error:
        work.tell("trouble", work.project, str(error))
