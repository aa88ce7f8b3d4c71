"""Find out beforehand what would keep a day from going out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from pipeline import deploy, history
from pipeline.channels.absent import Absent
from pipeline.channels.contract import NOT_ASKED, ByHand, Channel, Diagnoses, Holds, Site
from pipeline.config import PLACEHOLDER_URL
from pipeline.delivery import NEEDS_A_PERSON
from pipeline.errors import LedgerError, NotSentError, PipelineError
from pipeline.ledger.database import is_shared
from pipeline.ledger.journal import path_of, read
from pipeline.ledger.store import Ledger
from pipeline.plan import due_days
from pipeline.project import Project
from pipeline.publish.contexts import contexts
from pipeline.publish.peek import peeked
from pipeline.publish.preflight import of_files, problems_of
from pipeline.publish.run import check_ledger
from pipeline.publish.slots import Planned, channels_in, next_due, slots_of
from pipeline.publish.social import account_held
from pipeline.publish.stop import stopped
from pipeline.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is well, soon not, or not."""

    #: What it is about: ``settings``, ``clock``, ``ledger``, ``journal``, ``deploy``, ``site`` or a channel's name.
    area: str
    #: ``ok``, ``warning`` or ``error``.
    level: str
    code: str
    message: str


def examine(
    project: Project, channels: Mapping[str, Channel], now: datetime, *, runner: str | None, online: bool
) -> tuple[Finding, ...]:
    """Everything that publishing needs, looked at once. Publishes nothing."""
    planned = slots_of(project.series)
    findings = [*_settings(project, planned, now, runner), *_ledger(project, now), *_journal(project)]
    findings += _series(project, now)
    findings += _deploy(project, online=online)
    findings += _site(project, planned, now, online=online)
    findings += _channels(project, channels, planned, now, online=online)
    return tuple(findings)


def _settings(project: Project, planned: tuple[Planned, ...], now: datetime, runner: str | None) -> Iterator[Finding]:
    errors = [problem for problem in project.problems if problem.severity == "error"]
    if errors:
        yield _found(
            "settings",
            "error",
            "problems",
            f"{len(errors)} {'error' if len(errors) == 1 else 'errors'} in the files; see 'daycast check'",
        )
    for reason in stopped(project, runner):
        yield _found("settings", "warning", "stopped", reason)
    for series in project.series:
        if series.cadence is None and series.entries:
            yield _found(
                "settings", "warning", "no-cadence", f"{series.slug}: has no start, so only dated entries go out"
            )
    coming = next_due(planned, now)
    said = f"the next instant is {coming:%Y-%m-%d %H:%M} UTC" if coming else "nothing is planned ahead"
    yield _found("settings", "ok", "plan", said)


def _ledger(project: Project, now: datetime) -> Iterator[Finding]:
    try:
        with peeked(project, now) as ledger:
            check_ledger(ledger, now)
            waiting = [row.key for row in ledger.rows() if row.state in NEEDS_A_PERSON]
            last = ledger.moment("tick")
        writable = Ledger(project.config.ledger.url, project.home)
        try:
            writable.try_writing(now)
        finally:
            writable.close()
    except LedgerError as error:
        yield _found("ledger", "error", "ledger", str(error))
        return
    yield _found("ledger", "ok", "ledger", "is whole and can be written; the clock agrees with it")
    if waiting:
        yield _found("ledger", "error", "needs-you", f"{', '.join(waiting)}: see 'daycast status'")
    seen = f"{last:%Y-%m-%d %H:%M} UTC" if last else "never"
    yield _found("ledger", "ok", "tick", f"a scheduler or 'publish due' last looked: {seen}")


def _journal(project: Project) -> Iterator[Finding]:
    from pipeline.channels.mail.recipients import FILE as MAILS

    if is_shared(project.config.ledger.url):
        yield _found("journal", "ok", "journal", "is in the ledger's database")
        return
    for series in project.series:
        path = path_of(project.home, series.folder)
        try:
            if path.exists():
                with path.open("ab"):
                    pass
            read(path, series=series.id)
            shared = _shared(project.home, path)
            mails = path.with_name(MAILS)
            if shared is None and mails.exists():
                shared = _shared(project.home, mails)
        except OSError as error:
            yield _found("journal", "error", "journal", f"{series.folder}/{path.name}: {error.strerror}")
            continue
        except LedgerError as error:
            yield _found("journal", "error", "journal", str(error))
            continue
        yield _found(
            "journal", "ok" if shared is None else "warning", "journal", shared or f"{series.slug}: is in order"
        )
    if project.config.journal.sync is not None:
        try:
            history.can_push(project.home)
        except NotSentError as error:
            yield _found("journal", "error", "push", str(error))
        else:
            yield _found("journal", "ok", "push", "can be pushed")


def _shared(home: Path, path: Path) -> str | None:
    """What keeps a journal from being joined by git; None where nothing does."""
    merge = history.merge_driver(home, path.relative_to(home).as_posix())
    if merge is None or merge == "union":
        return None
    return (
        f"{path.relative_to(home)}: git would stop at lines added in two places; add the line "
        f"'series/**/{path.name} merge=union' to .gitattributes"
    )


def _series(project: Project, now: datetime) -> Iterator[Finding]:
    """What `preflight` finds in the files of each series that is not over."""
    going = [series for series in project.series if max(due_days(series).values(), default=now) > now]
    problems = problems_of(project, now) if going else ()
    for series in going:
        wrong = [one for one in of_files(project, series, now, problems) if one.level != "ok"]
        for one in wrong:
            # A day that is not written keeps nothing else from going out: its writer is reminded.
            level = "warning" if one.area == "days" else one.level
            yield _found(series.slug, level, one.area.replace(" ", "-"), f"{one.area}: {one.message}")
        if not wrong:
            yield _found(series.slug, "ok", "ready", "is ready to its last day")


def _site(project: Project, planned: tuple[Planned, ...], now: datetime, *, online: bool) -> Iterator[Finding]:
    site = project.config.site
    if site.url == PLACEHOLDER_URL:
        yield _found(
            "site", "warning", "no-address", "[site] url is not set: posts have no link, and nothing is waited for"
        )
        return
    if project.config.deploy.command is None and project.config.deploy.target is None:
        yield _found(
            "deploy",
            "warning",
            "no-deploy",
            "[deploy] has neither command nor target: something else has to bring output/site online",
        )
    if not online:
        return
    context = contexts(project, now, keep=False)
    newest = [one for one in planned if one.slot.channel == "blog" and one.slot.due <= now and not one.entry.draft][-1:]
    for one in newest:
        place = context(one.series, one.entry.path).posted.place
        url = one.entry.canonical_url or (place.absolute if place else None)
        reason = deploy.probe(url, one.entry.title) if url else None
        if reason is None:
            yield _found("site", "ok", "live", f"{url} answers and names '{one.entry.title}'")
        else:
            yield _found("site", "error", "not-live", reason)


def _deploy(project: Project, *, online: bool) -> Iterator[Finding]:
    settings = project.config.deploy
    if settings.target is None:
        return
    from pipeline.targets.looked_at import look

    try:
        said = look(settings.target, root=project.home, endpoint=settings.endpoint, online=online)
        yield _found("deploy", "ok", "target", said)
    except NotSentError as error:
        yield _found("deploy", "error", "target", str(error))


def _channels(
    project: Project,
    channels: Mapping[str, Channel],
    planned: tuple[Planned, ...],
    now: datetime,
    *,
    online: bool,
) -> Iterator[Finding]:
    used = {one.slot.channel for one in planned} | channels_in(project.series)
    for name, channel in sorted(channels.items()):
        if isinstance(channel, Site) or name not in used:
            continue
        if isinstance(channel, Absent):
            yield _found(name, "error", "not-there", channel.reason)
            continue
        if isinstance(channel, ByHand) and channel.by_hand:
            yield _found(name, "ok", "by-hand", "posts are handed to you: no token is needed")
            continue
        if not online:
            yield _found(name, "ok", "offline", "is not examined: it would need the network")
            continue
        if not isinstance(channel, Diagnoses):
            continue
        last = max((one.slot.due for one in planned if one.slot.channel == name), default=None)
        found = channel.diagnose(now=now, last_day=last)
        for one in found:
            yield _found(name, one.level, one.code, one.message)
        if isinstance(channel, Holds) and any(one.code == NOT_ASKED for one in found):
            yield from _held(project, channel)
        elif isinstance(channel, Holds) and not any(one.level == "error" for one in found):
            yield from _release(project, name)


def _held(project: Project, channel: Channel) -> Iterator[Finding]:
    """Say that an account is held that cannot be asked."""
    ledger = Ledger(project.config.ledger.url, project.home)
    try:
        held = account_held(ledger, channel)
    except PipelineError as error:
        held = str(error)
    finally:
        ledger.close()
    if held is not None:
        yield _found(channel.name, "error", "held", held)


def _release(project: Project, name: str) -> Iterator[Finding]:
    """Let an account go on that was held and is well again."""
    ledger = Ledger(project.config.ledger.url, project.home)
    try:
        if ledger.mark(f"hold:{name}") is not None:
            ledger.drop_mark(f"hold:{name}")
            yield _found(name, "ok", "released", "was held and is well again: what is due goes out at the next look")
    except PipelineError as error:
        yield _found(name, "error", "held", str(error))
    finally:
        ledger.close()


def _found(area: str, level: str, code: str, message: str) -> Finding:
    return Finding(area=area, level=level, code=code, message=message)
