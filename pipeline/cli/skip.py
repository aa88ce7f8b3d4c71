"""Leave a day out: what of it is not out yet will not go out.

With a date, such as 2026-12-25, let the series have nothing on it: every day from there on moves to the next date. That
is shown first, and asked.
"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from pipeline.cli import live, rearranging
from pipeline.cli.run import settings
from pipeline.errors import ConfigError
from pipeline.patterns import pattern
from pipeline.publish import decisions
from pipeline.publish.due import load_sources
from pipeline.rearrange.days import leave_out

_DATE = pattern(r"\d{4}-\d{2}-\d{2}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``skip``."""
    live.add_day(parser)
    rearranging.add_arguments(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Skip the day."""
    words: list[str] = options.day
    if len(words) == 1 and _DATE.fullmatch(words[0]):
        try:
            day = date.fromisoformat(words[0])
        except ValueError as error:
            raise ConfigError(f"'{words[0]}' is no date: {error}") from error
        return rearranging.rearranged(options, here, options.series, lambda desk: leave_out(desk, day))
    if options.dry_run or options.json:
        raise ConfigError("--dry-run and --json go with a date; 'daycast status' shows what a day is about")
    root, config = settings(here)
    project = load_sources(root, config)
    now = live.clock_of(options)()
    series, entry = live.named_entry(project, options, now)
    with decisions.opened(project, now) as desk:
        keys = decisions.skip_day(desk, series, entry.key)
    for key in keys:
        print(f"{key}: skipped")
    return 0
