"""Start in the middle: record that the first days went out elsewhere, so that they are not sent."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli import live, say
from pipeline.cli.run import settings
from pipeline.errors import ConfigError
from pipeline.project import series_named
from pipeline.publish import decisions
from pipeline.publish.due import load_sources


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``adopt``."""
    parser.add_argument("series", metavar="SERIES", help="the series")
    parser.add_argument("--through", type=int, required=True, metavar="N", help="the last day that is out already")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Adopt the days."""
    if options.through < 1:
        raise ConfigError(f"--through is {options.through}, expected a day from 1")
    root, config = settings(here)
    project = load_sources(root, config)
    [series] = series_named(project, options.series)
    with decisions.opened(project, live.clock_of(options)()) as desk:
        keys = decisions.adopt(desk, series, options.through)
    print(f"{series.slug}: {say.count(len(keys), 'slot')} up to day {options.through} recorded as out")
    return 0
