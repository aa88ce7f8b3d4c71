"""Settle a slot by hand: say that it is out, try it again at once, or leave it out.

resolve KEY --published URL    it is out there; paste the post's link, or its URN from 'Embed this post'
resolve KEY --retry            it is not out: send it now; what may be out goes out word for word as before
resolve KEY --skip             it shall not go out
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli import live
from pipeline.cli.run import settings
from pipeline.publish import decisions
from pipeline.publish.due import load_sources


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``resolve``."""
    parser.add_argument("key", metavar="KEY", help="the slot, as 'daycast status' names it: SERIES/day-02/linkedin")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--published", metavar="URL", help="it is out at this address, or under this URN")
    which.add_argument("--retry", action="store_true", help="it is not out: it is due at once")
    which.add_argument("--skip", action="store_true", help="it shall not go out")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Settle the slot."""
    root, config = settings(here)
    project = load_sources(root, config)
    with decisions.opened(project, live.clock_of(options)()) as desk:
        row = decisions.resolve(
            desk,
            options.key,
            published=options.published,
            retry=options.retry,
            skip=options.skip,
            channels=live.channels_of(project),
        )
    what = "due at once: the next 'publish due' or scheduler sends it" if options.retry else row.state
    print(f"{row.key}: {what}" + (f"  {row.url or row.remote_id}" if row.url or row.remote_id else ""))
    return 0
