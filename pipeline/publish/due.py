"""Publish what is due: the one tick behind ``publish due``, the scheduler and every hand that publishes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

from pipeline import history
from pipeline.channels.contract import Channel, Site
from pipeline.channels.registry import open_channels
from pipeline.config import Config
from pipeline.delivery import NEEDS_A_PERSON, Published, Unconfirmed, digest_of
from pipeline.drip import next_drip
from pipeline.errors import ConfigError, NotSentError, Problem
from pipeline.last_good import FOLDER
from pipeline.ledger.fold import Standing
from pipeline.ledger.rows import Row
from pipeline.ledger.store import Ledger
from pipeline.project import Project, load
from pipeline.publish import presence
from pipeline.publish.contexts import contexts
from pipeline.publish.decisions import record_out
from pipeline.publish.moves import watch
from pipeline.publish.recover import recover, release_harmless
from pipeline.publish.run import Compared, Run, Tell, check_ledger, never, reconcile, silent
from pipeline.publish.share import sharer
from pipeline.publish.site import SiteResult, publish_site
from pipeline.publish.slots import Planned, channels_in, next_due, slots_of
from pipeline.publish.social import Said, find_again, publish_account, send
from pipeline.publish.stop import stopped
from pipeline.records import dataclass, replace

#: Name of the mark that the journals could not be shared.
_UNSHARED = "unshared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What one tick did."""

    now: datetime
    site: SiteResult
    said: tuple[Said, ...] = ()
    #: Why nothing was sent at all, in sentences.
    stopped: tuple[str, ...] = ()
    #: The next moment at which there is something to do; None where nothing is planned.
    next_at: datetime | None = None
    #: Why the journals could not be shared afterwards; None where they were.
    unshared: str | None = None
    #: Names of the channels that post, which the project's slots go to.
    accounts: frozenset[str] = frozenset()
    #: What of the plan has moved, in sentences.
    moved: tuple[str, ...] = ()
    #: Deliveries that wait for a person, from this tick or an earlier one.
    waiting: tuple[Row, ...] = ()
    #: What is due and waits until somebody approves it.
    held: tuple[Planned, ...] = ()
    #: Files that are broken: what they hold may be due, and nobody knows.
    problems: tuple[Problem, ...] = ()

    @property
    def calm(self) -> bool:
        """Whether nothing was done and nothing waits: then, unless a file changes, so it stays until ``next_at``."""
        busy = self.site.settled or self.site.failure or self.site.notes or self.said or self.moved
        return not (busy or self.needs_a_person)

    @property
    def needs_a_person(self) -> bool:
        """Whether somebody has to do something before all of this is out."""
        return bool(self.stopped or self.site.failure or self.unshared or self.waiting or self.held or self.problems)


def load_sources(
    root: Path,
    config: Config,
    *,
    into: Path | None = None,
    earlier: Mapping[str, bytes] = MappingProxyType({}),
    at: datetime | None = None,
) -> Project:
    """The project as it is to be sent: from the working tree, or from the last commit.

    ``earlier`` are good versions of files that somebody has seen, by path. ``into`` is the folder for a copy of what
    was committed; None is one in ``.daycast/``. ``at`` is the moment it is, for a build that makes only what changed.
    Raises PipelineError.
    """
    if config.publish.source == "worktree":
        return load(root, config, earlier=earlier, at=at)
    into = into or root / FOLDER / "committed"
    commit = history.snapshot(root, into)
    return load(into / commit, config, home=root)


@contextmanager
def looked_at(root: Path, config: Config) -> Iterator[Project]:
    """The same for a command that only looks: nothing is left behind in the project."""
    with TemporaryDirectory(prefix="daycast-") as folder:
        yield load_sources(root, config, into=Path(folder))


def publish_entry(
    project: Project,
    keys: frozenset[str],
    *,
    clock: Callable[[], datetime],
    wait: Callable[[float], None],
    runner: str | None,
    tell: Tell = silent,
    channels: Mapping[str, Channel] | None = None,
) -> Report:
    """Publish the slots of these keys at once, whatever their pace, lateness and pauses between tries.

    Each is due already: whoever publishes before the time has moved the entry's instant first. Raises as `publish_due`.
    """
    return publish_due(project, clock=clock, wait=wait, runner=runner, tell=tell, channels=channels, only=keys)


def publish_due(
    project: Project,
    *,
    clock: Callable[[], datetime],
    wait: Callable[[float], None],
    runner: str | None,
    tell: Tell = silent,
    patient: bool = True,
    channels: Mapping[str, Channel] | None = None,
    part: str | None = None,
    only: frozenset[str] | None = None,
    stopping: Callable[[], bool] = never,
) -> Report:
    """Publish everything that is due and open: the site first, then each account by itself.

    ``runner`` is the name of this place. ``patient`` waits for a page to go live; otherwise it is looked at once.
    ``part`` does the site only (empty) or one account only (its name). ``only`` are the keys that a person asked for.
    ``channels`` takes the place of those that are installed. ``stopping`` ends it after the send in hand.

    Raises LedgerError where ledger or journals cannot be trusted or written: then nothing is sent.
    """
    now = clock()
    planned = slots_of(project.series)
    names = channels_in(project.series)
    opened = (
        channels if channels is not None else open_channels(project.home, project.config, names, clock=clock, hold=True)
    )
    ledger = Ledger(project.config.ledger.url, project.home)
    try:
        with presence.present(project.home, runner, ledger) as owner:
            check_ledger(ledger, now)
            compared = reconcile(project, ledger, owner, now)
            book = compared.book
            if only is None:  # a person's wish for one day says nothing of the others
                ledger.put_mark("tick", now.isoformat(), now=now)
            run = Run(
                project=project,
                ledger=ledger,
                channels=opened,
                owner=owner,
                clock=clock,
                wait=wait,
                tell=tell,
                context=contexts(project, now),
                share=sharer(project),
                stopping=stopping,
            )
            dead = recover(run, planned)
            release_harmless(run, book)
            moves = watch(project, ledger, now) if not part else ()
            for sentence in moves:
                tell("moved", sentence.partition(":")[0], sentence)
            reasons = stopped(project, runner)
            drips = [moment for series in project.series if (moment := next_drip(series, now)) is not None]
            coming = min((moment for moment in (next_due(planned, now), *drips) if moment is not None), default=None)
            accounts = frozenset(name for name in names if not isinstance(opened[name], Site))
            problems = tuple(problem for problem in project.problems if problem.severity == "error")
            if reasons:
                report = Report(now=now, site=SiteResult(), stopped=reasons, next_at=coming)
            else:
                due = _due(planned, now, compared, only)
                report = _publish(
                    run, due, compared=compared, dead=dead, patient=patient, part=part, only=only, next_at=coming
                )
            return replace(
                report,
                accounts=accounts,
                moved=moves,
                waiting=needing(ledger.unsettled(), planned, now),
                held=() if part or only else _held(planned, now, compared),
                problems=problems,
            )
    finally:
        ledger.close()


def _due(
    planned: Sequence[Planned], now: datetime, compared: Compared, only: frozenset[str] | None
) -> tuple[Planned, ...]:
    """What is due and not at its end; of each series on each channel also the newest, which others are judged by, and
    what an entry names a post of that no journal knows.
    """
    due = [
        one
        for one in planned
        if one.slot.due <= now
        and not one.entry.draft
        and one.slot.series not in compared.book.paused
        and (only is None or one.key in only)
    ]
    newest = {(one.slot.series, one.slot.channel): one.key for one in due}
    return tuple(
        one
        for one in due
        if one.key not in compared.settled
        or newest[one.slot.series, one.slot.channel] == one.key
        or _post_unknown(one, compared.book.slots.get(one.key))
    )


def _post_unknown(one: Planned, standing: Standing | None) -> bool:
    """Whether an entry names its post, and what is recorded is only that it is out: it was before daycast."""
    if standing is None or standing.state != "published" or "url" not in one.entry.overrides.get(one.slot.channel, {}):
        return False
    return standing.receipt is None or not (standing.receipt.remote_id or standing.receipt.url)


def _held(planned: Iterable[Planned], now: datetime, compared: Compared) -> tuple[Planned, ...]:
    """What is due and held back, of series that are not paused."""
    return tuple(
        one
        for one in planned
        if one.slot.due <= now
        and one.entry.held
        and one.slot.series not in compared.book.paused
        and one.key not in compared.settled
    )


def _publish(
    run: Run,
    due: Sequence[Planned],
    *,
    compared: Compared,
    dead: frozenset[str],
    patient: bool,
    part: str | None,
    only: frozenset[str] | None,
    next_at: datetime | None,
) -> Report:
    before = _journals(run)
    rows = {row.key: row for row in run.ledger.unsettled()}
    rows |= {one.key: row for one in due if one.key in compared.settled and (row := run.ledger.row(one.key))}
    on_site = [one for one in due if isinstance(run.channels[one.slot.channel], Site)]
    posts = [
        one for one in due if not isinstance(run.channels[one.slot.channel], Site) and part in (None, one.slot.channel)
    ]
    _take_what_is_out(run, posts, rows)
    rows |= find_again(run, rows, {one.key: one for one in posts})
    site = SiteResult()
    if not part:
        site = publish_site(run, on_site, rows, dead=dead, at_once=only is not None)
    accounts: dict[str, list[Planned]] = defaultdict(list)
    for one in posts:
        accounts[one.slot.channel].append(one)
    jobs = [
        partial(_by_hand, run, ones, dead=dead)
        if only is not None
        else partial(
            publish_account,
            run,
            name,
            ones,
            book=compared.book,
            rows={one.key: rows[one.key] for one in ones if one.key in rows},
            dead=dead,
            patient=patient,
            changed_at=cache(partial(_changed_at, run)),
        )
        for name, ones in sorted(accounts.items())
    ]
    said: list[Said] = []
    try:
        if len(jobs) > 1:
            # One thread an account, so that a slow channel keeps nobody waiting.
            with ThreadPoolExecutor(len(jobs)) as pool:
                for future in [pool.submit(job) for job in jobs]:
                    said += future.result()
        else:
            for job in jobs:
                said += job()
    finally:
        unshared = _share_outcomes(run, before)
    again = (row.retry_at for row in run.ledger.unsettled() if row.state == "retry")
    moments = [moment for moment in (next_at, *again) if moment is not None and moment > run.clock()]
    return Report(now=run.clock(), site=site, said=tuple(said), next_at=min(moments, default=None), unshared=unshared)


def _journals(run: Run) -> str:
    """A digest of all that the journals tell; constant where nobody shares them."""
    if run.share is None:
        return ""
    return digest_of(repr([run.lines(series) for series in run.project.series]).encode())


def _share_outcomes(run: Run, before: str) -> str | None:
    """Share what the journals tell since ``before``, or what could not be shared earlier. Gives why that failed."""
    if run.share is None or (_journals(run) == before and run.ledger.mark(_UNSHARED) is None):
        return None
    try:
        run.push()
    except NotSentError as error:
        run.ledger.put_mark(_UNSHARED, "yes", now=run.clock())
        run.tell("unshared", "", str(error))
        return str(error)
    run.ledger.drop_mark(_UNSHARED)
    return None


def needing(rows: Iterable[Row], planned: Iterable[Planned], now: datetime) -> tuple[Row, ...]:
    """The deliveries that wait for a person; not those that a draft or a new date holds back."""
    by_key = {one.key: one for one in planned}
    found = []
    for row in rows:
        one = by_key.get(row.key)
        ahead = one is not None and (one.entry.draft or one.slot.due > now)
        if row.state in NEEDS_A_PERSON and not (ahead and row.state in ("late", "held")):
            found.append(row)
    return tuple(found)


def _by_hand(run: Run, due: Sequence[Planned], *, dead: frozenset[str]) -> list[Said]:
    said = []
    for one in due:
        row = run.ledger.row(one.key)
        if row is not None and row.state == "published":  # looked for, and found
            said.append(Said(one=one, outcome=Published(row.receipt)))
            continue
        if row is not None and row.state == "unconfirmed":
            said.append(Said(one=one, outcome=Unconfirmed(row.reason or "it was looked for, and nobody can tell yet")))
            continue
        if row is not None and row.state in ("skipped", "withdrawn", "rejected"):
            continue
        result = send(run, one, dead=dead, patient=True, at_once=True)
        if result is not None:
            said.append(result)
    return said


def _take_what_is_out(run: Run, due: Sequence[Planned], rows: dict[str, Row]) -> None:
    """A ``url`` in a channel's table of an entry says that it is out: a person posted it."""
    for one in due:
        url = one.entry.overrides.get(one.slot.channel, {}).get("url")
        row = rows.get(one.key)
        known = row is not None and row.state == "published" and bool(row.remote_id or row.url)
        if isinstance(url, str) and not known and (row is None or row.state not in ("withdrawn", "claimed", "sending")):
            try:
                row = record_out(run, one, url, reason="from the entry's front matter")
                rows |= {one.key: row} if row is not None else {}
            except ConfigError as error:
                run.ledger.wait(one.slot, "held", f"{one.entry.path}: {error}", now=run.clock())


def _changed_at(run: Run, path: str) -> datetime | None:
    if run.project.root != run.home:
        return None  # from a commit: nobody is still typing
    return history.changed_at(run.home, path)
