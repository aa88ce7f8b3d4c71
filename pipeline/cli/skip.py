"""Leave a day out: what of it is not out yet will not go out."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli import live
from pipeline.cli.run import settings
from pipeline.publish import decisions
from pipeline.publish.due import load_sources


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``skip``."""
    live.add_day(parser)
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Skip the day."""
    root, config = settings(here)
    project = load_sources(root, config)
    now = live.clock_of(options)()
    series, entry = live.named_entry(project, options, now)
    with decisions.opened(project, now) as desk:
        keys = decisions.skip_day(desk, series, entry.key)
    for key in keys:
        print(f"{key}: skipped")
    return 0
