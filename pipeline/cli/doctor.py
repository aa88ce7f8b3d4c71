"""Examine everything that publishing needs: settings, zones, clock, ledger, journal, deploy, pages, accounts.

Exit code 1 where something would keep a day from going out.
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from pipeline.channels.contract import Names
from pipeline.cli import live, say
from pipeline.cli.run import settings
from pipeline.errors import ConfigError, ContentError
from pipeline.project import Project
from pipeline.publish.doctor import examine
from pipeline.publish.due import load_sources


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``doctor``."""
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    parser.add_argument("--offline", action="store_true", help="leave out what needs the network")
    parser.add_argument("--whose", metavar="MARK", help="only say who a recipient is that a receipt names by a mark")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Examine the project."""
    root, config = settings(here)
    project = load_sources(root, config)
    if options.whose is not None:
        return _whose(project, options.whose)
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


def _whose(project: Project, mark: str) -> int:
    """Name the people behind a mark, on the terminal and nowhere else."""
    if re.fullmatch(r"[0-9a-fA-F]{6,24}", mark) is None:
        raise ConfigError(
            f"--whose is '{mark}', expected a mark such as 608cf9cb, of 6 digits and letters a to f or more"
        )
    found = [
        f"{name}: {who}"
        for name, channel in live.channels_of(project).items()
        if isinstance(channel, Names)
        for who in channel.whose(mark)
    ]
    if not found:
        raise ContentError(f"{mark} is nobody of those who get mails now: they may have been taken out of the list")
    print("\n".join(found))
    return 0
