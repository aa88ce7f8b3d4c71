"""Let programs that speak the Model Context Protocol look at a project, on standard input and output.

They may read: plan, status, check, render, rehearse, preflight, verify. With --write they may also build, pause, note
what was posted by hand, and publish, for which a person is asked each time. It needs the extra: daycast[mcp].
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

from pipeline.cli.run import settings
from pipeline.errors import ConfigError, remedy_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``mcp``."""
    parser.add_argument("--write", action="store_true", help="also let them build, pause, note, and publish when asked")


def run(options: argparse.Namespace, here: Path) -> int:
    """Serve until the input ends."""
    root, _ = settings(here)
    if find_spec("mcp") is None:
        raise ConfigError(f"what speaks the protocol is not installed: {remedy_of('mcp')}")
    from pipeline.verbs import server

    server(root, write=options.write, clock=lambda: datetime.now(UTC)).run("stdio")
    return 0
