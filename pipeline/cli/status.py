"""Show where every slot stands: what is out, what is due, what needs you, gaps and streak.

Exit code 1 when something needs a person.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pipeline.cli import live, say
from pipeline.cli.run import settings
from pipeline.errors import ConfigError, LedgerError
from pipeline.model import day_key
from pipeline.plan import plan
from pipeline.project import Project, series_named, spans
from pipeline.publish.due import looked_at
from pipeline.publish.peek import peeked
from pipeline.publish.run import check_ledger
from pipeline.publish.status import SIGNS, Delivery, Status, facts_of, status
from pipeline.render.ics import Event, calendar
from pipeline.wallclock import local


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``status``."""
    parser.add_argument("series", nargs="?", metavar="SERIES", help="only this series")
    parser.add_argument("--json", action="store_true", help="print all of it as JSON")
    parser.add_argument(
        "--ics", action="store_true", help="print a calendar for yourself (iCalendar), drafts and gaps included"
    )
    parser.add_argument("--all", action="store_true", help="every project of the workspace, a line each")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Show the status."""
    root, config = settings(here, workspace=True)
    now = live.clock_of(options)()
    if options.all or config.workspace is not None:
        from pipeline.cli.overview import show_all

        if options.series or options.ics:
            raise ConfigError("--all shows whole projects: no series, and not --ics")
        return show_all(root, config, now, as_json=options.json)
    with looked_at(root, config) as project, peeked(project, now) as ledger:
        only = None
        if options.series:
            only = frozenset(series.slug for series in series_named(project, options.series))
        try:
            check_ledger(ledger, now)
        except LedgerError as error:
            print(f"daycast: {error}", file=sys.stderr)
        found = status(project, ledger, live.channels_of(project), now, runner=live.runner(), only=only)
    if options.json and options.ics:
        raise ConfigError("--json and --ics do not go together")
    if options.ics:
        sys.stdout.flush()
        sys.stdout.buffer.write(_calendar(project, found))
        sys.stdout.buffer.flush()
    elif options.json:
        say.as_json(_json(found))
    else:
        _show(found)
    return 1 if found.needs_a_person else 0


def _json(found: Status) -> dict[str, object]:
    return {
        "now": live.iso(found.now),
        "scheduler": {"last_tick": live.iso(found.last_tick) if found.last_tick else None},
        "stopped": list(found.stopped),
        "problems": [say.problem_json(problem) for problem in found.problems],
        "series": [
            {
                "series": one.slug,
                "title": one.title,
                "paused": one.paused,
                "gaps": list(one.gaps),
                "streak": one.streak,
                "longest_streak": one.longest,
                "ahead": one.progress.ahead,
                "next_gap": one.progress.next_gap,
                "next_gap_at": live.iso(one.progress.next_gap_at) if one.progress.next_gap_at else None,
                "next_day": one.progress.next_day,
                "next_at": live.iso(one.progress.next_at) if one.progress.next_at else None,
            }
            for one in found.series
        ],
        "deliveries": [
            {
                "key": one.key,
                "series": one.series,
                "day": one.day,
                "channel": one.channel,
                "state": one.state,
                "due": live.iso(one.due, one.zone),
                "url": one.url,
                "remote_id": one.remote_id,
                "reason": one.reason or None,
                "next": live.iso(one.next_at, one.zone) if one.next_at else None,
                "attempts": one.attempts,
                "drift": one.drift,
                "overdue": one.overdue,
            }
            for one in found.deliveries
        ],
    }


def _calendar(project: Project, found: Status) -> bytes:
    """Every day with a date, with what is to be done about it."""
    shown = {one.slug for one in found.series}
    events = []
    for series in project.series:
        for day in plan(series, found.now, zone=project.config.site.zone) if series.slug in shown else ():
            if day.due is None:
                continue
            deliveries = [one for one in found.deliveries if one.series == series.slug and one.day == day.day]
            title = day.entry.title if day.entry is not None else "not written"
            sign = {"draft": "✎ ", "waiting": "◷ ", "missing": "✗ "}.get(day.state, "")
            events.append(
                Event(
                    uid=f"{series.id}/{day_key(day.day)}@daycast",
                    at=day.due,
                    summary=f"{sign}{day.label} {title}",
                    description="\n".join(f"{one.channel}: {one.state}" for one in deliveries) or day.state,
                    url=next((one.url for one in deliveries if one.url), None),
                )
            )
    name = found.series[0].title if len(found.series) == 1 else project.config.site.title
    return calendar(name, sorted(events, key=lambda event: (event.at, event.uid)))


def _show(found: Status) -> None:
    for sentence in found.stopped:
        print(f"nothing is sent from here: {sentence}\n")
    for series in found.series:
        deliveries = [one for one in found.deliveries if one.series == series.slug]
        facts = facts_of(series)
        if series.gaps:
            facts.append(f"behind: {spans(series.gaps)}")
        if series.paused:
            facts.append("paused")
        print(say.bold(series.title) + f"  {', '.join(facts)}")
        for day in dict.fromkeys(one.day for one in deliveries):
            ones = [one for one in deliveries if one.day == day]
            _show_day(ones)
        print()
    last = f"{found.last_tick:%Y-%m-%d %H:%M:%S} UTC" if found.last_tick else "never"
    print(f"last look of a scheduler or 'publish due': {last}")
    say.problems(found.problems)
    needs = [one for one in found.deliveries if one.needs_a_person]
    if needs:
        print(
            f"{say.count(len(needs), 'slot')} {'needs' if len(needs) == 1 else 'need'} you: "
            + ", ".join(one.key for one in needs)
        )


def _show_day(ones: list[Delivery]) -> None:
    first = ones[0]
    when = local(first.due, first.zone)
    states = "  ".join(f"{SIGNS[one.state]} {one.channel} {one.state}" for one in ones)
    print(f"  {when:%Y-%m-%d %H:%M}  {first.called:<7} {states}  {say.dim(first.title)}")
    for one in ones:
        if one.reason:
            again = f" (again at {live.iso(one.next_at, one.zone)})" if one.next_at else ""
            print(f"      {one.channel}: {'overdue: ' if one.overdue else ''}{one.reason}{again}")
        if one.url and one.state == "published" and not one.on_site:
            print(f"      {one.channel}: {one.url}")
        if one.edited:
            print(f"      {one.channel}: {one.edited}")
