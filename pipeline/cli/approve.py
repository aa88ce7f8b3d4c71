"""Approve a day as it is: its file, and exactly what is posted of it.

With [publish] require_approval, what is not approved waits, and any change makes it wait again. --renderer approves
every day whose file is as it was and whose post reads otherwise, as after an upgrade. Without a day, it shows where
each stands.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pipeline.channels.contract import Channel
from pipeline.cli import live, say
from pipeline.cli.run import settings
from pipeline.content.approval import unapproved
from pipeline.errors import ConfigError, ContentError
from pipeline.model import Entry, Series
from pipeline.project import Project, load
from pipeline.publish.approval import approval_of, renderer_changed
from pipeline.rearrange import front
from pipeline.rearrange.change import Change, apply


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``approve``."""
    parser.add_argument("day", nargs="*", metavar="day N", help="which day: 'day 2', '2' or 'day-02'")
    parser.add_argument("--series", metavar="S", help="the series, where several have that day")
    parser.add_argument("--renderer", action="store_true", help="approve anew what only reads otherwise")
    parser.add_argument("--json", action="store_true", help="print where each entry stands as JSON")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Approve, or show."""
    root, config = settings(here)
    project = load(root, config)
    now = live.clock_of(options)()
    channels = live.channels_of(project)
    if options.renderer and options.day:
        raise ConfigError("--renderer takes every day that reads otherwise; name no day with it")
    if options.day:
        series, entry = live.named_entry(project, options, now)
        chosen = [(series, entry)]
    elif options.renderer:
        chosen = [
            (series, entry)
            for series, entry in _approved(project)
            if renderer_changed(project, channels, series, entry, now) is not None
        ]
    else:
        return _show(project, channels, now, as_json=options.json)
    approved = []
    for series, entry in chosen:
        if not (root / entry.path).is_file():
            raise ContentError(f"{entry.path}: is not written: write what the recap opens with, and approve it then")
        source = (root / entry.path).read_bytes()
        mark = approval_of(project, channels, series, entry, now, source)
        line = entry.lines.get("approved")
        written = (
            front.with_new(source, "approved", mark, entry.path, quoted=True)
            if line is None
            else front.with_value(source, line, mark, entry.path)
        )
        apply(root, Change(said=(), written={entry.path: written}, renamed={}))
        approved.append({"series": series.slug, "entry": entry.key, "path": entry.path, "approved": mark})
        if not options.json:
            print(f"{series.slug} {entry.called}: approved  {entry.title}")
    if options.json:
        say.as_json(approved)
    elif not chosen:
        print("nothing reads otherwise than it was approved")
    return 0


def _approved(project: Project) -> list[tuple[Series, Entry]]:
    """The entries whose files are as they were approved."""
    return [
        (series, entry)
        for series in project.series
        for entry in series.written
        if entry.approved and not unapproved(entry, project.sources.get(entry.path, b""))
    ]


def _show(project: Project, channels: Mapping[str, Channel], now: datetime, *, as_json: bool) -> int:
    stands = []
    for series in project.series:
        for entry in series.written:
            reason = unapproved(entry, project.sources.get(entry.path, b""))
            if not reason:
                reason = renderer_changed(project, channels, series, entry, now) or ""
            stands.append((series, entry, reason))
    if as_json:
        say.as_json(
            [
                {"series": series.slug, "entry": entry.key, "path": entry.path, "reason": reason or None}
                for series, entry, reason in stands
            ]
        )
    else:
        for series, entry, reason in stands:
            print(f"{say.mark('error' if reason else 'ok')} {series.slug} {entry.called}: {reason or 'approved'}")
    return 1 if any(reason for _, _, reason in stands) else 0
