"""Publish: everything that is due, or one day by hand.

  publish due                 what is due on every channel, and what failed to be sent before
  publish day 2               that day now, on all its channels; the schedule will not send it again
  publish day 2 --dry-run     exactly what would be sent; nothing is touched

The site is built and deployed first; a post goes out once its page is live. What a channel may have got is never sent
again by itself: it is 'unconfirmed' until you look ('daycast resolve').
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from pipeline.channels.contract import Site
from pipeline.cli import live, say
from pipeline.cli.run import settings
from pipeline.config import Config
from pipeline.errors import ConfigError, ContentError, PipelineError, RenderError
from pipeline.project import Project
from pipeline.publish import decisions, hand
from pipeline.publish.due import Report, contexts, load_sources, publish_due, publish_entry
from pipeline.publish.notices import tell_what_needs_people
from pipeline.publish.peek import peeked
from pipeline.publish.policy import Send, decide
from pipeline.publish.slots import slots_of
from pipeline.publish.stop import stopped


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``publish``."""
    parser.add_argument("day", nargs="+", metavar="due | day N", help="'due', or one day: 'day 2', '2' or 'day-02'")
    parser.add_argument("--series", metavar="S", help="only this series; needed where several have that day")
    parser.add_argument("--channel", metavar="C", help="only this channel (and the site, which its posts point at)")
    parser.add_argument("--dry-run", action="store_true", help="print exactly what would be sent, touch nothing")
    parser.add_argument("--json", action="store_true", help="print what was done as JSON")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Publish."""
    root, config = settings(here)
    due = options.day == ["due"]
    if due and (options.series or options.channel) and not options.dry_run:
        raise ConfigError("publish due takes all that is due; --series and --channel go with 'day N' or --dry-run")
    clock = live.clock_of(options)
    project = load_sources(root, config)
    if options.dry_run:
        return _dry_run(project, options, clock(), due=due)
    if due:
        report = publish_due(project, clock=clock, wait=live.waiting(), runner=live.runner())
    else:
        made = _by_hand(project, config, options)
        if made is None:
            return 0
        report = made
    tell_what_needs_people(project, clock=clock, runner=live.runner(), beat=due)
    if options.json:
        say.as_json(live.report_json(report))
    else:
        live.show_report(report)
        if due and not (report.site.settled or report.said or report.stopped or report.waiting):
            coming = f"; next at {live.iso(report.next_at, config.site.zone)}" if report.next_at else ""
            print(f"nothing is due{coming}")
    if due:
        return 1 if report.needs_a_person else 0
    failed = report.stopped or report.site.failure or report.unshared
    mine = [said for said in report.said if not _went_out(said)]
    return 1 if failed or mine else 0


def _went_out(said: object) -> bool:
    from pipeline.delivery import Published
    from pipeline.publish.social import Said

    assert isinstance(said, Said)
    return isinstance(said.outcome, Published)


def _by_hand(project: Project, config: Config, options: argparse.Namespace) -> Report | None:
    clock = live.clock_of(options)
    now = clock()
    series, entry = live.named_entry(project, options, now)
    channels = live.channels_of(project)
    slots = hand.wanted_slots(series, entry, channels, channel=options.channel, now=now)
    reasons = stopped(project, live.runner())
    if reasons:
        raise PipelineError("; ".join(reasons))
    due = next((one.slot.due for one in slots_of([series]) if one.entry.path == entry.path), None)
    with decisions.opened(project, now) as desk:
        wanted = hand.make_ready(desk, series, entry, slots, due, channels)
    for row in wanted.out:
        if not options.json and (options.channel in (None, row.key.rpartition("/")[2])):
            print(f"{row.key}: is out already  {row.url or row.remote_id or ''}".rstrip())
    if not wanted.keys:
        if options.json:
            say.as_json({"now": live.iso(now), "deliveries": [], "waiting": []})
        return None
    return publish_entry(
        load_sources(project.home, config), wanted.keys, clock=clock, wait=live.waiting(), runner=live.runner()
    )


def _dry_run(project: Project, options: argparse.Namespace, now: datetime, *, due: bool) -> int:
    channels = live.channels_of(project)
    with peeked(project, now) as ledger:
        rows = {row.key: row for row in ledger.rows()}
        if due:
            chosen = []
            ready = [one for one in slots_of(project.series) if one.slot.due <= now and not one.entry.draft]
            for name in sorted({one.slot.channel for one in ready}):
                mine = [one for one in ready if one.slot.channel == name and one.slot.series not in project.book.paused]
                decided = decide(mine, rows, now, begun=project.book.begun, last_sent=ledger.last_sent(name))
                chosen += [one for one, decision in decided if isinstance(decision, Send)]
            chosen = [
                one
                for one in chosen
                if options.channel in (None, one.slot.channel) and options.series in (None, one.series.slug)
            ]
        else:
            series, entry = live.named_entry(project, options, now)
            slots = hand.wanted_slots(series, entry, channels, channel=options.channel, now=now)
            moved = tuple(
                replace(one, entries=tuple(replace(e, date=now) if e is entry else e for e in one.entries))
                if one is series
                else one
                for one in project.series
            )
            if all(one.slot.due > now for one in slots_of([series]) if one.entry is entry):
                project = replace(project, series=moved)
            chosen = [one for one in slots if not (row := rows.get(one.key)) or row.state != "published"]
            if options.channel:
                chosen = [one for one in chosen if one.slot.channel == options.channel]
    shown: list[dict[str, object]] = []
    failed = False
    context = contexts(project, now)
    for one in chosen:
        channel = channels[one.slot.channel]
        series = next(series for series in project.series if series.slug == one.series.slug)
        try:
            artifact = channel.render(context(series, one.entry.path))
        except (RenderError, ContentError) as error:
            failed = True
            shown.append({"key": one.key, "error": str(error)})
            continue
        kind = "site" if isinstance(channel, Site) else "post"
        shown.append(
            {
                "key": one.key,
                "kind": kind,
                "media_type": artifact.media_type,
                "body": artifact.body.decode("utf-8", "replace"),
                "text": artifact.text,
                "media": [{"source": media.source, "alt": media.alt} for media in artifact.media],
                "comment": artifact.comment,
            }
        )
    if options.json:
        say.as_json({"now": live.iso(now), "deliveries": shown})
    else:
        for item in shown:
            print(say.bold(str(item["key"])))
            if "error" in item:
                print(f"  cannot be sent: {item['error']}\n")
                continue
            whole = str(item["body"]).rstrip()
            print(f"{whole if item['kind'] == 'post' else item['text'] or 'on the site, which has no address yet'}\n")
        if not shown:
            print("nothing would be sent")
    return 1 if failed else 0
