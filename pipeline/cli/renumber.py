"""Close the gaps between the days that are written, so that they are 1, 2, 3 and so on. What is out never moves."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli import rearranging
from pipeline.rearrange.days import renumber


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``renumber``."""
    parser.add_argument("series", nargs="?", metavar="SERIES", help="the series, where there are several")
    rearranging.add_arguments(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Renumber."""
    return rearranging.rearranged(options, here, options.series, renumber)
