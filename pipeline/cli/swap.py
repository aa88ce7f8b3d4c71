"""Exchange two days: each entry takes the other's number and date."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli import rearranging
from pipeline.rearrange.days import swap


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``swap``."""
    parser.add_argument("one", type=int, metavar="N", help="a day")
    parser.add_argument("other", type=int, metavar="M", help="the day it changes places with")
    parser.add_argument("--series", metavar="S", help="the series, where there are several")
    rearranging.add_arguments(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Swap."""
    return rearranging.rearranged(options, here, options.series, lambda desk: swap(desk, options.one, options.other))
