"""Publish what the site carries: build it, deploy it, and record every slot that it brings out.

Doing it again changes nothing, so a site that could not be deployed is simply built and deployed again.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from pipeline import deploy
from pipeline.build import BuildReport, build
from pipeline.channels.contract import Site
from pipeline.config import FILE
from pipeline.delivery import Outcome, Published, Receipt, Retry, digest_of, words_of
from pipeline.drip import next_drip
from pipeline.errors import LostClaimError, NotSentError, RenderError
from pipeline.last_good import FOLDER
from pipeline.ledger.journal import FILE as JOURNAL
from pipeline.ledger.journal import room
from pipeline.ledger.lines import Line
from pipeline.ledger.moments import moment_of
from pipeline.ledger.rows import Row
from pipeline.output import OUTPUT, SITE
from pipeline.project import Project
from pipeline.publish.policy import pause
from pipeline.publish.run import Run, outcome_line
from pipeline.publish.slots import Planned
from pipeline.records import dataclass
from pipeline.render.edition import ATOM, JSON, RSS

#: How long a deploy may take; its slots are claimed for as long.
_DEPLOY = timedelta(minutes=30)
#: Names of marks: what was deployed last, and the feeds' digests that the hub knows of.
_DEPLOYED, _FEEDS = "site", "feeds"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteResult:
    """What came of building and deploying."""

    #: None where there was nothing to do.
    report: BuildReport | None = None
    #: Why the site is not deployed; None where it is.
    failure: str | None = None
    #: What went out with it, and what did not.
    settled: tuple[tuple[Planned, Outcome], ...] = ()
    #: What did not work beside it, in sentences: the hub.
    notes: tuple[str, ...] = ()


def publish_site(
    run: Run, due: Sequence[Planned], rows: Mapping[str, Row], *, dead: frozenset[str], at_once: bool = False
) -> SiteResult:
    """Build and deploy where a slot of the site is due, or where sources changed since the last deploy.

    Raises LedgerError where ledger or journal cannot be written.
    """
    now = run.clock()
    deployed = run.ledger.mark(_DEPLOYED)
    failed_before = _failed(deployed)
    if failed_before is not None and failed_before.settings != _settings(run.project):
        # Somebody has mended what failed: that is tried at once.
        failed_before, at_once = None, True
    wanted = [one for one in due if _open(rows.get(one.key)) and (at_once or _free(rows.get(one.key), run))]
    state = sources_digest(run.project.root, run.home) + _dripped(run.project, now)
    if deployed is None and not wanted:
        # A fresh clone has nothing to say of what is deployed; the next change or slot deploys.
        run.ledger.put_mark(_DEPLOYED, state, now=now)
        return SiteResult()
    if not wanted and deployed == state:
        return SiteResult()
    if not wanted and failed_before is not None and failed_before.again > now:
        return SiteResult(failure=f"{failed_before.reason} (again at {failed_before.again:%Y-%m-%d %H:%M:%S} UTC)")
    claimed = _claim(run, wanted, dead=dead, at_once=at_once)
    if wanted and not claimed and _elsewhere(run, wanted):
        return SiteResult()
    report, failure = _bring_out(run)
    now = run.clock()
    if failure is None:
        run.ledger.put_mark(_DEPLOYED, state, now=now)
    else:
        tries = 1 if failed_before is None else failed_before.tries + 1
        again = pause(_DEPLOYED, tries, now)
        told = f"failed {tries} {again.isoformat()} {_settings(run.project)}: {failure}"
        run.ledger.put_mark(_DEPLOYED, told, now=now)
    settled = _settle(run, claimed, failure)
    notes = () if failure else _ping(run, {one.series.slug for one, _ in claimed})
    return SiteResult(report=report, failure=failure, settled=settled, notes=notes)


def _dripped(project: Project, now: datetime) -> str:
    """What changes each time something comes to somebody who began later; empty where no series drips."""
    coming = {series.slug: next_drip(series, now) for series in project.series if series.drip}
    return "".join(f" {slug} {moment}" for slug, moment in coming.items())


def sources_digest(root: Path, home: Path) -> str:
    """A digest that changes when a source of the site does: names, sizes and times of change.

    Of what was committed contents instead, since a commit of something else gives every file another time.
    """
    seen = []
    for top in ("series", "templates"):
        for folder, folders, files in os.walk(os.path.join(root, top)):
            folders.sort()
            name = folder[len(str(root)) :]
            seen += [
                f"{name}/{file} {_trace(os.path.join(folder, file), whole=root != home)}"
                for file in sorted(files)
                if file != JOURNAL
            ]
    seen += [f"{name} {_trace(os.path.join(home, name), whole=False)}" for name in (FILE, "pyproject.toml")]
    return digest_of("\n".join(seen).encode("utf-8", "surrogateescape"))


def _trace(path: str, *, whole: bool) -> str:
    try:
        if whole:
            with open(path, "rb") as file:
                return digest_of(file.read())
        found = os.stat(path)
    except OSError:
        return "is not there"
    return f"{found.st_size} {found.st_mtime_ns}"


def _open(row: Row | None) -> bool:
    return row is None or row.state in ("planned", "retry", "held", "late", "rejected", "unconfirmed")


def _free(row: Row | None, run: Run) -> bool:
    return row is None or row.retry_at is None or row.retry_at <= run.clock()


@dataclass(frozen=True, slots=True)
class _Failed:
    """A deploy that failed: how often, when it is tried again, with which settings, and why."""

    tries: int
    again: datetime
    settings: str
    reason: str


def _failed(mark: str | None) -> _Failed | None:
    """What is known of a deploy that failed; None where it did not, or nobody knows."""
    found = re.fullmatch(r"failed (\d{1,6}) (\S+) ([0-9a-f]{12}): (.*)", mark or "", re.DOTALL)
    try:
        return None if found is None else _Failed(int(found[1]), moment_of(found[2]), found[3], found[4])
    except ValueError:
        return None


def _settings(project: Project) -> str:
    """A text that differs when what says where the site goes does."""
    return digest_of(repr(project.config.deploy).encode())[:12]


def _elsewhere(run: Run, wanted: Sequence[Planned]) -> bool:
    """Whether another run is bringing the site out right now."""
    return any(row.state in ("claimed", "sending") for one in wanted if (row := run.ledger.row(one.key)))


def _claim(run: Run, wanted: Sequence[Planned], *, dead: frozenset[str], at_once: bool) -> list[tuple[Planned, Row]]:
    """Claim, freeze and announce every slot, each journal written once."""
    if not wanted:
        return []
    room(run.home / FOLDER, *{run.home / one.series.folder for one in wanted})
    now = run.clock()
    claimed: list[tuple[Planned, Row]] = []
    intents: dict[str, list[Line]] = defaultdict(list)
    for one in wanted:
        artifact = run.channels[one.slot.channel].render(run.context(one.series, one.entry.path))
        row = run.ledger.claim(one.slot, owner=run.owner, now=now, until=now + _DEPLOY, at_once=at_once, dead=dead)
        if row is None:
            continue
        source = digest_of(run.project.sources.get(one.entry.path, b""))
        row = run.ledger.freeze(row, artifact, source=source, now=now, until=now + _DEPLOY)
        run.tell("claimed", one.key)
        claimed.append((one, row))
        intents[one.series.id].append(
            Line(
                at=now,
                event="intent",
                key=one.key,
                attempt=row.attempts + 1,
                claim=row.claim,
                due=one.slot.due,
                digest=row.digest,
                source=row.source,
            )
        )
    for series in {one.series.id: one.series for one, _ in claimed}.values():
        run.write(series, intents[series.id])
    begun = []
    told = {line.key: line for lines in intents.values() for line in lines}
    for one, row in claimed:
        try:
            begun.append((one, run.ledger.begin(row, now=now, until=now + _DEPLOY, line=told[one.key])))
        except LostClaimError:
            run.tell("lost", one.key)
    if begun:
        run.tell("sending", begun[0][0].key)
    return begun


def _bring_out(run: Run) -> tuple[BuildReport | None, str | None]:
    """Build and deploy. Gives the report, and why it is not out."""
    report = None
    try:
        report = build(run.project, run.clock())
        run.tell("built", "", f"{len(report.changed)} changed")
        settings = run.project.config.deploy
        if settings.command is not None or settings.target is not None:
            said = deploy.bring_online(
                settings, root=run.home, site=run.home / OUTPUT / SITE, timeout=_DEPLOY.total_seconds() / 2
            )
            run.tell("deployed", "", said)
    except NotSentError as error:
        return report, str(error)
    except RenderError as error:
        return report, f"the site cannot be built: {error}"
    return report, None


def _settle(
    run: Run, claimed: Sequence[tuple[Planned, Row]], failure: str | None
) -> tuple[tuple[Planned, Outcome], ...]:
    now = run.clock()
    settled: list[tuple[Planned, Outcome]] = []
    lines: dict[str, list[Line]] = defaultdict(list)
    for one, row in claimed:
        channel = run.channels[one.slot.channel]
        context = run.context(one.series, one.entry.path)
        outcome: Outcome
        if failure is not None:
            outcome = Retry(failure, pause(one.key, row.epoch, now))
        elif one.entry.path in context.edition.refused:
            outcome = Retry("its address on the site belongs to another entry; 'daycast check' names it", now + _DEPLOY)
        else:
            assert isinstance(channel, Site)
            outcome = Published(Receipt(remote_id=None, url=channel.address(context)))
        line = outcome_line(row, outcome, at=now)
        try:
            run.ledger.settle(row, outcome, now=now, lines=[line])
        except LostClaimError:
            run.tell("lost", one.key)
        lines[one.series.id].append(line)
        settled.append((one, outcome))
    for series in {one.series.id: one.series for one, _ in claimed}.values():
        run.write(series, lines[series.id])
    for one, outcome in settled:
        run.tell("recorded", one.key, words_of(outcome))
    return tuple(settled)


def _ping(run: Run, went_out: Collection[str]) -> tuple[str, ...]:
    """Tell the hub about the feeds whose bytes are new since it was last told.

    Where nobody remembers what it was told, as in a fresh clone: those of the series in ``went_out``, and the site's.
    """
    hub = run.project.config.feed.hub
    if hub is None:
        return ()
    site = run.home / OUTPUT / SITE
    there = {
        path.relative_to(site).as_posix(): digest_of(path.read_bytes())
        for name in (RSS, ATOM, JSON)
        for path in sorted(site.rglob(name))
    }
    known = run.ledger.mark(_FEEDS)
    if known is None:
        changed = [path for path in there if path.count("/") == 0 or path.partition("/")[0] in went_out]
    else:
        told = {path: digest for digest, _, path in (line.partition(" ") for line in known.splitlines())}
        changed = [path for path, digest in there.items() if told.get(path) != digest]
    base = run.project.config.site.url
    notes = deploy.ping(hub, [f"{base}/{path}" for path in changed]) if changed else ()
    if not notes:
        listing = "\n".join(f"{digest} {path}" for path, digest in there.items())
        run.ledger.put_mark(_FEEDS, listing, now=run.clock())
    for note in notes:
        run.tell("hub", "", note)
    return notes
