"""Write the blog and feeds to output/site/ and the LinkedIn texts to output/linkedin/.

Only what differs is written; what nothing makes any more is removed. A broken entry stays in its last good
version and makes the exit code 1.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.build import build
from pipeline.cli import say
from pipeline.cli.run import add_now, now_of, settings
from pipeline.project import load


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``build``."""
    add_now(parser)
    parser.add_argument("--json", action="store_true", help="print what was done as JSON")
    parser.add_argument("-q", "--quiet", action="store_true", help="say only what is wrong")


def run(options: argparse.Namespace, here: Path) -> int:
    """Build the project."""
    root, config = settings(here)
    report = build(load(root, config), now_of(options), progress=None if options.quiet else say.progress())
    if options.json:
        say.as_json(
            {
                "out": report.out,
                "changed": list(report.changed),
                "unchanged": report.unchanged,
                "removed": list(report.removed),
                "problems": [say.problem_json(problem) for problem in report.problems],
            }
        )
    else:
        if not options.quiet:
            parts = [f"{say.count(len(report.changed), 'file')} written", f"{report.unchanged:,} unchanged"]
            if report.removed:
                parts.append(f"{len(report.removed):,} removed")
            print(f"{say.count(report.out, 'entry')} out; {', '.join(parts)}, in {say.path(root / 'output')}")
        say.problems(report.problems, warnings=not options.quiet)
    return 1 if report.failed else 0
