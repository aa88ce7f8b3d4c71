"""Record that you have posted a day by hand, with the post's link if you have it."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from pipeline.channels.contract import Site
from pipeline.cli import live
from pipeline.cli.run import settings
from pipeline.errors import ContentError
from pipeline.publish import decisions
from pipeline.publish.due import load_sources


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``done``."""
    parser.add_argument("day", nargs="+", metavar="day N [URL]", help="which day, and the post's link or URN")
    parser.add_argument("--series", metavar="S", help="the series, where several have that day")
    parser.add_argument("--channel", metavar="C", help="the channel, where the day goes to several")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Record the post."""
    root, config = settings(here)
    project = load_sources(root, config)
    now = live.clock_of(options)()
    url = options.day.pop() if len(options.day) > 1 and re.search(r"[:.]", options.day[-1]) else None
    series, entry = live.named_entry(project, options, now)
    channels = live.channels_of(project)
    names = [name for name in series.channels_of(entry) if not isinstance(channels[name], Site)]
    if options.channel is None and len(names) > 1:
        raise ContentError(f"{entry.path} goes to {', '.join(names)}; say which with --channel")
    if not names and options.channel is None:
        raise ContentError(f"{entry.path} goes to no channel that is posted by hand; see its 'channels'")
    with decisions.opened(project, now) as desk:
        row = decisions.done(desk, series, entry.key, options.channel or names[0], url)
    print(f"{row.key}: published  {row.url or row.remote_id or '(no link)'}")
    return 0
