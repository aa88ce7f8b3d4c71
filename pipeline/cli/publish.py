"""Publish: everything that is due, or one day by hand.

  publish due                 what is due on every channel, and what failed to be sent before
  publish day 2               that day now, on all its channels; the schedule will not send it again
  publish day 2 --dry-run     exactly what would be sent; nothing is touched

The site is built and deployed first; a post goes out once its page is live. What a channel may have got is never sent
again by itself: it is 'unconfirmed' until you look ('daycast resolve').
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime
from pathlib import Path

from pipeline.cli import live, quick, say
from pipeline.cli.run import settings
from pipeline.delivery import Published
from pipeline.errors import ConfigError, ContentError
from pipeline.project import Project, series_named
from pipeline.publish.due import Report, load_sources, looked_at, publish_due
from pipeline.publish.notices import tell_what_needs_people
from pipeline.publish.now import publish_now
from pipeline.publish.peek import peeked
from pipeline.publish.rehearse import Rehearsed, digest_of_all, rehearse_day, rehearse_due
from pipeline.publish.stop import stopped


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``publish``."""
    parser.add_argument("day", nargs="+", metavar="due | day N", help="'due', or one day: 'day 2', '2' or 'day-02'")
    parser.add_argument("--series", metavar="S", help="only this series; needed where several have that day")
    parser.add_argument("--channel", metavar="C", help="only this channel (and the site, which its posts point at)")
    parser.add_argument("--dry-run", action="store_true", help="print exactly what would be sent, touch nothing")
    parser.add_argument(
        "--only-if",
        metavar="SHOWN",
        help="day N, unless it has changed since '--dry-run --json' said this of it ('shown')",
    )
    parser.add_argument("--json", action="store_true", help="print what was done as JSON")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Publish."""
    root, config = settings(here)
    due = options.day == ["due"]
    if due and (options.series or options.channel) and not options.dry_run:
        raise ConfigError("publish due takes all that is due; --series and --channel go with 'day N' or --dry-run")
    if options.only_if is not None and (due or options.dry_run):
        raise ConfigError("--only-if goes with 'day N', and not with --dry-run")
    clock = live.clock_of(options)
    if options.dry_run:
        with looked_at(root, config) as project:
            return _dry_run(project, options, clock(), due=due)
    started = time.time()
    project = load_sources(root, config, at=datetime.fromtimestamp(started, UTC))
    if due:
        report = publish_due(project, clock=clock, wait=live.waiting(), runner=live.runner())
    else:
        made = _by_hand(project, options)
        if made is None:
            return 0
        report = made
    tell_what_needs_people(project, clock=clock, runner=live.runner(), beat=due)
    if report.site.report is not None and options.now is None:
        quick.remember(project, report.site.report)
    if options.json:
        say.as_json(live.report_json(report))
    else:
        live.show_report(report)
        quiet = not (report.site.settled or report.site.failure or report.said)
        if due and quiet and not (report.stopped or report.waiting or report.held):
            coming = f"; next at {live.iso(report.next_at, config.site.zone)}" if report.next_at else ""
            print(f"nothing is due{coming}")
            if options.now is None:
                quick.calm(project, report, started, f"nothing is due{coming}")
    if due:
        return 1 if report.needs_a_person else 0
    failed = report.stopped or report.site.failure or report.unshared
    return 1 if failed or not all(isinstance(said.outcome, Published) for said in report.said) else 0


def _by_hand(project: Project, options: argparse.Namespace) -> Report | None:
    clock = live.clock_of(options)
    series, entry = live.named_entry(project, options, clock())
    if options.only_if is not None:
        _unchanged(project, options)
    done = publish_now(
        project,
        series,
        entry,
        live.channels_of(project),
        channel=options.channel,
        clock=clock,
        wait=live.waiting(),
        runner=live.runner(),
    )
    for row in done.out:
        if not options.json and (options.channel in (None, row.key.rpartition("/")[2])):
            print(f"{row.key}: is out already  {row.url or row.remote_id or ''}".rstrip())
    if done.report is None and options.json:
        say.as_json({"now": live.iso(clock()), "deliveries": [], "waiting": []})
    return done.report


def _unchanged(project: Project, options: argparse.Namespace) -> None:
    """Raise ContentError where what would be sent differs from what a dry run showed, seen from the same moment."""
    shown, _, said = options.only_if.partition("@")
    try:
        at = datetime.fromisoformat(said).astimezone(UTC)
    except ValueError as error:
        raise ConfigError(f"--only-if is '{options.only_if}', expected the 'shown' of '--dry-run --json'") from error
    series, entry = live.named_entry(project, options, at)
    with peeked(project, at) as ledger:
        found = rehearse_day(project, ledger, live.channels_of(project), series, entry, at, channel=options.channel)
    if digest_of_all(found) != shown:
        raise ContentError(f"{entry.path}: what would go out has changed since it was shown; nothing was sent")


def _dry_run(project: Project, options: argparse.Namespace, now: datetime, *, due: bool) -> int:
    channels = live.channels_of(project)
    if options.channel is not None and options.channel not in channels:
        raise ConfigError(f"--channel is '{options.channel}', expected one of {', '.join(channels)}")
    reasons = stopped(project, live.runner())
    found: tuple[Rehearsed, ...] = ()
    if not reasons:
        with peeked(project, now) as ledger:
            if due:
                names = {series.id for series in series_named(project, options.series)} if options.series else None
                found = tuple(
                    one
                    for one in rehearse_due(project, ledger, channels, now)
                    if options.channel in (None, one.key.split("/")[2])
                    and (names is None or one.key.partition("/")[0] in names)
                )
            else:
                series, entry = live.named_entry(project, options, now)
                found = rehearse_day(project, ledger, channels, series, entry, now, channel=options.channel)
    if options.json:
        say.as_json(
            {
                "now": live.iso(now),
                "stopped": list(reasons),
                "deliveries": [_as_json(one) for one in found],
                "shown": f"{digest_of_all(found)}@{now.isoformat()}",
            }
        )
    else:
        for reason in reasons:
            print(f"nothing would be sent: {reason}")
        for one in found:
            _show(one)
        if not found and not reasons:
            print("nothing would be sent")
    return 1 if reasons or (not due and any(one.kind == "none" for one in found)) else 0


def _show(one: Rehearsed) -> None:
    print(f"{say.bold(one.key)}\n{one.shown}\n")


def _as_json(one: Rehearsed) -> dict[str, object]:
    return {
        "key": one.key,
        "kind": one.kind,
        "media_type": one.media_type,
        "body": one.body.decode("utf-8", "replace"),
        "text": one.text,
        "media": [{"source": media.source, "alt": media.alt} for media in one.media],
        "comment": one.comment,
        "reason": one.reason or None,
        "shown": one.shown,
    }
