"""Approve a day as it is: its file, and exactly what is posted of it.

With [publish] require_approval, what is not approved waits, and any change makes it wait again. --renderer approves
what is not out, whose file is as it was and whose post reads otherwise, as after an upgrade. Without a day, it shows
where each stands.
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
    wanted = config.publish.require_approval
    if wanted == "merge" and (options.day or options.renderer):
        raise ConfigError(
            'nothing was approved: [publish] require_approval is "merge", so that a merge approves an entry, and '
            "'daycast approve' does not"
        )
    if options.day:
        series, entry = live.named_entry(project, options, now)
        chosen = [(series, entry)]
    elif options.renderer:
        chosen = [
            (series, entry)
            for series, entry in _approved(project)
            if not _is_settled(project, series, entry)
            and renderer_changed(project, channels, series, entry, now) is not None
        ]
    else:
        return _show(project, channels, now, as_json=options.json)
    approved = []
    for series, entry in chosen:
        if not (root / entry.path).is_file():
            raise ContentError(f"{entry.path}: is not written: write what the recap opens with, and approve it then")
        if entry.draft and not entry.held:
            raise ContentError(
                f"{entry.path}: is a draft, and taking 'draft: true' out would change what was approved; take it out, "
                "and approve it then"
            )
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
    elif wanted == "never":
        print(_OFF)
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
    wanted = project.config.publish.require_approval
    stands = []
    for series in project.series:
        for entry in series.written:
            state, reason = "approved", ""
            if _is_settled(project, series, entry):
                state = "out"
            elif entry.draft and not entry.held:
                state = "a draft"
            elif wanted == "merge":
                state, reason = "merged", entry.held
            elif not entry.approved and wanted == "never":
                state = "not approved"
            else:
                reason = unapproved(entry, project.sources.get(entry.path, b""))
                reason = reason or renderer_changed(project, channels, series, entry, now) or ""
            stands.append((series, entry, state, reason))
    if as_json:
        say.as_json(
            [
                {"series": series.slug, "entry": entry.key, "path": entry.path, "reason": reason or None}
                for series, entry, _, reason in stands
            ]
        )
    else:
        for series, entry, state, reason in stands:
            mark = say.mark("error" if reason else "ok" if state in ("approved", "merged", "out") else "left out")
            print(f"{mark} {series.slug} {entry.called}: {reason or state}")
        if wanted == "never":
            print(_OFF)
    return 1 if wanted != "never" and any(reason for *_, reason in stands) else 0


_OFF = "nothing waits for it: [publish] require_approval is off"


def _is_settled(project: Project, series: Series, entry: Entry) -> bool:
    """Whether an entry is out, or left out, on every channel: whatever becomes of its approval then."""
    known = (project.book.slots.get(f"{series.id}/{entry.key}/{name}") for name in series.channels_of(entry))
    return all(one is not None and one.state in ("published", "skipped", "withdrawn") for one in known)
