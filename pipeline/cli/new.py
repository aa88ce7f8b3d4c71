"""Add the next entry to a series, as a draft: draft: true keeps it back until you take that line out."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli.run import settings
from pipeline.errors import ConfigError
from pipeline.project import load, series_named
from pipeline.scaffold import make_entry


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``new``."""
    parser.add_argument("title", metavar="TITLE", help="the entry's title, in quotes")
    parser.add_argument("--series", metavar="S", help="the series, where there are several")
    parser.add_argument("--day", type=int, metavar="N", help="its day (the one after the last that is written)")


def run(options: argparse.Namespace, here: Path) -> int:
    """Write the entry."""
    root, config = settings(here)
    project = load(root, config)
    title = " ".join(options.title.split())
    if not title:
        raise ConfigError("the title is empty; give the entry one")
    if options.day is not None and options.day < 1:
        raise ConfigError(f"--day is {options.day}, expected a number from 1")
    chosen = series_named(project, options.series)
    if len(chosen) > 1:
        names = ", ".join(series.slug for series in chosen)
        raise ConfigError(f"there are several series: {names}; say which with --series")
    path = make_entry(root, chosen[0], title, day=options.day)
    print(path.relative_to(root))
    return 0
