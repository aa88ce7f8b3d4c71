"""Send again after a pause: one series, or everything."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli import live
from pipeline.cli.pause import switch


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``resume``."""
    parser.add_argument("series", nargs="?", metavar="SERIES", help="the series")
    parser.add_argument("--all", action="store_true", help="everything: takes the file PAUSE away")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Resume."""
    return switch(options, here, on=False)
