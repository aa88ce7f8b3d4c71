"""Stop sending: one series, or everything.

--all makes a file PAUSE at the project's root; commit it, and it stops the other places too.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli import live
from pipeline.cli.run import settings
from pipeline.errors import ConfigError
from pipeline.project import series_named
from pipeline.publish import decisions
from pipeline.publish.due import load_sources
from pipeline.publish.stop import pause_file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``pause``."""
    parser.add_argument("series", nargs="?", metavar="SERIES", help="the series")
    parser.add_argument("--all", action="store_true", help="everything")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Pause."""
    return switch(options, here, on=True)


def switch(options: argparse.Namespace, here: Path, *, on: bool) -> int:
    """Pause or resume a series, or everything."""
    if bool(options.series) == options.all:
        raise ConfigError("name one series, or say --all")
    root, config = settings(here)
    word = "paused" if on else "resumed"
    if options.all:
        file = pause_file(root)
        if on:
            file.write_text("Nothing is sent while this file is here. 'daycast resume --all' takes it away.\n")
        else:
            file.unlink(missing_ok=True)
        print(f"everything is {word}")
        return 0
    project = load_sources(root, config)
    [series] = series_named(project, options.series)
    with decisions.opened(project, live.clock_of(options)()) as desk:
        decisions.pause_series(desk, series, on=on)
    print(f"{series.slug} is {word}")
    return 0
