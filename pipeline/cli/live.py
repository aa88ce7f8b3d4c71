"""What the commands that touch the ledger share: the clock, this place's name, channels, and reports in words."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from pipeline.channels.contract import Channel
from pipeline.channels.registry import open_channels
from pipeline.cli import say
from pipeline.cli.run import moment
from pipeline.delivery import Held, Outcome, Published, Rejected, Retry, Unconfirmed, words_of
from pipeline.errors import ContentError
from pipeline.model import Entry, Series
from pipeline.project import Project, find_entry
from pipeline.publish.due import Report
from pipeline.publish.slots import channels_in
from pipeline.render.words import noun_of
from pipeline.wallclock import local

RUNNER = "DAYCAST_RUNNER"


def add_now(parser: argparse.ArgumentParser) -> None:
    """The option that sets the moment a command takes for now."""
    parser.add_argument("--now", type=moment, metavar="ISO", help="take this moment for now (UTC without an offset)")


def add_day(parser: argparse.ArgumentParser) -> None:
    """The arguments that name an entry."""
    parser.add_argument("day", nargs="+", metavar="day N", help="which day: 'day 2', '2' or 'day-02'; or 'recap'")
    parser.add_argument("--series", metavar="S", help="the series, where several have that day")


def clock_of(options: argparse.Namespace) -> Callable[[], datetime]:
    """What tells the moment: always ``--now``, else the clock."""
    given: datetime | None = options.now
    return (lambda: given) if given is not None else (lambda: datetime.now(UTC))


def runner() -> str | None:
    """The name of this place."""
    return os.environ.get(RUNNER) or None


def waiting() -> Callable[[float], None]:
    """What lets seconds pass."""
    return lambda seconds: void(threading.Event().wait(seconds))


def void(_: object) -> None:
    """Give nothing."""


def named_entry(project: Project, options: argparse.Namespace, now: datetime) -> tuple[Series, Entry]:
    """The entry that ``day N`` and ``--series`` name. Raises ConfigError or ContentError."""
    from pipeline.cli.render import wanted_day

    wanted = wanted_day(options.day, {noun_of(series.label) for series in project.series})
    try:
        return find_entry(project, wanted, now, series=options.series)
    except ContentError:
        say.problems(project.problems, warnings=False)
        raise


def channels_of(project: Project) -> Mapping[str, Channel]:
    """Every channel that a slot of the project goes to. Raises ConfigError."""
    names = channels_in(project.series) | set(project.config.channels)
    return open_channels(project.home, project.config, sorted(names), hold=True)


def confirmed(question: str, *, yes: bool) -> bool:
    """Ask on a terminal; elsewhere ``--yes`` is needed. Raises ContentError without either."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise ContentError(f"{question} There is no terminal to answer on; with --yes it is done without being asked")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def outcome_json(outcome: Outcome | None) -> dict[str, object]:
    """The same for ``--json``."""
    match outcome:
        case None:
            return {"state": "planned"}
        case Published(receipt):
            return {
                "state": "published",
                "url": receipt.url,
                "remote_id": receipt.remote_id,
                "reason": receipt.note or None,
            }
        case Retry(reason, at):
            return {"state": "retry", "reason": reason, "next": iso(at)}
        case Rejected(reason) | Held(reason) | Unconfirmed(reason):
            return {"state": type(outcome).__name__.lower(), "reason": reason}


def show_report(report: Report) -> None:
    """Say what a tick did, a line a slot."""
    for sentence in (*report.moved, *report.stopped):
        print(sentence, file=sys.stderr)
    say.problems(report.problems)
    if report.site.failure:
        print(f"site: {report.site.failure}", file=sys.stderr)
    for one, outcome in report.site.settled:
        print(f"{one.key}: {words_of(outcome)}")
    for said in report.said:
        if said.outcome is not None:
            print(f"{said.one.key}: {words_of(said.outcome)}")
        elif said.waits:
            again = f" (again at {iso(said.until, zone_of(said.one.series))})" if said.until else ""
            print(f"{said.one.key}: {'skipped: ' if said.skipped else ''}{said.waits}{again}")
        if said.comment:
            print(f"{said.one.key}: {said.comment}")
    for note in report.site.notes:
        print(note, file=sys.stderr)
    if report.unshared:
        print(report.unshared, file=sys.stderr)
    spoken = {said.one.key for said in report.said}
    for row in report.waiting:
        if row.key not in spoken:
            print(f"{row.key}: {row.state}: {row.reason or ''}", file=sys.stderr)
    for one in report.held:
        print(f"{one.key}: held: {one.entry.held}", file=sys.stderr)


def zone_of(series: Series) -> str:
    """The zone of a series' instants; UTC where it has none."""
    return series.cadence.zone if series.cadence else "UTC"


def report_json(report: Report) -> dict[str, object]:
    """The same for ``--json``."""
    slots: list[dict[str, object]] = [{"key": one.key, **outcome_json(out)} for one, out in report.site.settled]
    for said in report.said:
        slots.append({"key": said.one.key, **outcome_json(said.outcome)})
        if said.waits:
            slots[-1]["reason"] = said.waits
            slots[-1] |= {"next": iso(said.until)} if said.until else {}
        if said.comment:
            slots[-1]["comment"] = said.comment
    return {
        "now": iso(report.now),
        "deliveries": slots,
        "site": {"failure": report.site.failure, "notes": list(report.site.notes)},
        "stopped": list(report.stopped),
        "moved": list(report.moved),
        "problems": [say.problem_json(problem) for problem in report.problems],
        "unshared": report.unshared,
        "waiting": [{"key": row.key, "state": row.state, "reason": row.reason} for row in report.waiting]
        + [{"key": one.key, "state": "held", "reason": one.entry.held} for one in report.held],
        "next": iso(report.next_at) if report.next_at else None,
    }


def iso(at: datetime, zone: str = "UTC") -> str:
    """A moment with its offset: ``2026-10-20T09:00:00+02:00``."""
    return local(at, zone).isoformat(timespec="seconds")
