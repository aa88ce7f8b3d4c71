"""Move the dates of a day and all after it; the days keep their numbers.

Days on the cadence move by its dates: what is left out is written into 'skip' of _index.md. An entry with a date of its
own gets another. What is out never moves.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli import rearranging
from pipeline.rearrange.days import shift


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``shift``."""
    parser.add_argument("series", nargs="?", metavar="SERIES", help="the series, where there are several")
    parser.add_argument("--from", dest="first", type=int, required=True, metavar="N", help="the first day that moves")
    parser.add_argument("--by", type=int, required=True, metavar="K", help="how many dates later; less than 0: earlier")
    rearranging.add_arguments(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Shift."""
    return rearranging.rearranged(options, here, options.series, lambda desk: shift(desk, options.first, options.by))
