"""Add a day between others, as a draft: what is on it and after it moves on by one."""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli import rearranging
from pipeline.cli.render import wanted_day
from pipeline.errors import ConfigError
from pipeline.rearrange.days import insert
from pipeline.scaffold.files import entry_text


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``insert``."""
    parser.add_argument("day", nargs="+", metavar="day N TITLE", help="which day it becomes, and its title in quotes")
    parser.add_argument("--series", metavar="S", help="the series, where there are several")
    rearranging.add_arguments(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Insert."""
    *words, title = options.day
    day = wanted_day(words) if words else None
    if day is None or day == "recap":
        raise ConfigError('insert takes a day and a title, such as: insert day 9 "What I left out"')
    if not title.strip():
        raise ConfigError("the title is empty; give the entry one")
    return rearranging.rearranged(
        options, here, options.series, lambda desk: insert(desk, day, " ".join(title.split()), entry_text)
    )
