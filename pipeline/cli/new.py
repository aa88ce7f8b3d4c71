"""Add the next entry to a series, as a draft: draft: true keeps it back until you take that line out."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli import say
from pipeline.cli.run import settings
from pipeline.errors import ContentError
from pipeline.project import load
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
    chosen = [series for series in project.series if options.series in (None, series.slug, series.id)]
    if len(chosen) != 1:
        say.problems(project.problems, warnings=False)
        names = ", ".join(series.slug for series in project.series) or "none"
        which = "say which series with --series" if len(chosen) > 1 else "there is no such series"
        raise ContentError(f"{which}; there are: {names}")
    path = make_entry(root, chosen[0], " ".join(options.title.split()), day=options.day)
    print(path.relative_to(root))
    return 0
