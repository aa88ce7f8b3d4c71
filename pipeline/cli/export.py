"""Write the plan for other programs: CSV for a spreadsheet, JSON for a script, ICS for a calendar.

  export csv > plan.csv
  export ics 30days > plan.ics

Every day of every series (or of one): number, title, state, when, where it goes, its page, and the posts that are out.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pipeline.cli import say
from pipeline.cli.run import add_now, now_of, settings
from pipeline.project import load, series_named

FORMATS = ("csv", "json", "ics")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``export``."""
    parser.add_argument("format", choices=FORMATS)
    parser.add_argument("series", nargs="?", metavar="SERIES", help="only this series")
    add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Export."""
    from pipeline import exported

    root, config = settings(here)
    project = load(root, config)
    chosen = series_named(project, options.series) if options.series else project.series
    found = exported.rows(project, chosen, now_of(options))
    if options.format == "ics":
        data = exported.as_ics(found, chosen[0].title if len(chosen) == 1 else config.site.title)
    else:
        data = (exported.as_csv(found) if options.format == "csv" else exported.as_json(found)).encode()
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    say.problems(project.problems, warnings=False)
    return 1 if any(problem.severity == "error" for problem in project.problems) else 0
