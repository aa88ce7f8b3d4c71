"""Take back what is out, by its receipt, after asking. It is never sent again. A pause does not stop this."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli import live
from pipeline.cli.run import settings
from pipeline.publish import decisions, edits
from pipeline.publish.due import load_sources


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``retract``."""
    live.add_day(parser)
    parser.add_argument("--channel", metavar="C", help="only this channel")
    parser.add_argument("--yes", action="store_true", help="take it back without asking")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Retract the day."""
    root, config = settings(here)
    project = load_sources(root, config)
    now = live.clock_of(options)()
    series, entry = live.named_entry(project, options, now)
    channels = live.channels_of(project)
    with decisions.opened(project, now) as desk:
        for one in edits.out_of(desk, series, entry, channels, channel=options.channel):
            row = desk.row(one.key)
            where = row.url or row.remote_id if row else ""
            if live.confirmed(f"Delete {one.key} ({where}) for good?", yes=options.yes):
                edits.retract(desk, one, channels[one.slot.channel])
                print(f"{one.key}: withdrawn")
    return 0
