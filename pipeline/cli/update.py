"""Change the text of what is out: show the difference, ask, then edit the post in place."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli import live
from pipeline.cli.run import settings
from pipeline.errors import PipelineError
from pipeline.publish import decisions, edits
from pipeline.publish.contexts import contexts
from pipeline.publish.due import load_sources
from pipeline.publish.stop import stopped


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``update``."""
    live.add_day(parser)
    parser.add_argument("--channel", metavar="C", help="only this channel")
    parser.add_argument("--yes", action="store_true", help="change it without asking")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Update the day."""
    root, config = settings(here)
    project = load_sources(root, config)
    reasons = stopped(project, live.runner())
    if reasons:
        raise PipelineError("; ".join(reasons))
    now = live.clock_of(options)()
    series, entry = live.named_entry(project, options, now)
    channels = live.channels_of(project)
    context = contexts(project, now)(series, entry.path)

    with decisions.opened(project, now) as desk:
        for one in edits.out_of(desk, series, entry, channels, channel=options.channel):
            change = edits.change(desk, one, channels[one.slot.channel], context)
            if not change.needed:
                print(f"{one.key}: is as it was sent")
                continue
            print(f"{one.key}:\n{change.difference}", end="")
            if live.confirmed(f"Change {one.key}?", yes=options.yes):
                edits.update(desk, channels[one.slot.channel], change)
                print(f"{one.key}: updated")

    return 0
