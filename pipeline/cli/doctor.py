"""Examine everything that publishing needs: settings, zones, clock, ledger, journal, deploy, pages, accounts.

Exit code 1 where something would keep a day from going out.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli import live, say
from pipeline.cli.run import settings
from pipeline.publish.doctor import examine
from pipeline.publish.due import load_sources


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``doctor``."""
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument("--offline", action="store_true", help="leave out what needs the network")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Examine the project."""
    root, config = settings(here)
    project = load_sources(root, config)
    findings = examine(
        project,
        live.channels_of(project),
        live.clock_of(options)(),
        runner=live.runner(),
        online=not options.offline,
    )
    if options.json:
        say.as_json(
            [{"area": one.area, "level": one.level, "code": one.code, "message": one.message} for one in findings]
        )
    else:
        for one in findings:
            print(f"{say.mark(one.level)} {one.area}: {one.message}")
    return 1 if any(one.level == "error" for one in findings) else 0
