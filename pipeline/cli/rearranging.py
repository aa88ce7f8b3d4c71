"""What the commands that move days share: the series, the difference, the question, and the change."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from pipeline import history
from pipeline.cli import live, say
from pipeline.cli.run import settings
from pipeline.errors import ConfigError, ContentError
from pipeline.project import load, series_named
from pipeline.rearrange.change import Change, apply, difference
from pipeline.rearrange.days import Desk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of them all."""
    parser.add_argument("--dry-run", action="store_true", help="only show what would change")
    parser.add_argument("--yes", action="store_true", help="do it without asking")
    parser.add_argument("--json", action="store_true", help="print what moves as JSON")
    live.add_now(parser)


def rearranged(options: argparse.Namespace, here: Path, name: str | None, work_out: Callable[[Desk], Change]) -> int:
    """Show what a change does, and do it unless told otherwise. Raises ContentError and ConfigError."""
    root, config = settings(here)
    project = load(root, config)
    chosen = series_named(project, name)
    if len(chosen) > 1:
        names = ", ".join(series.slug for series in chosen)
        raise ConfigError(f"there are several series: {names}; say which")
    broken = [problem for problem in project.problems if problem.severity == "error"]
    if broken:
        say.problems(broken)
        raise ContentError("days are moved only where every file can be read; mend these first")
    change = work_out(Desk(project=project, series=chosen[0], now=live.clock_of(options)()))
    if not change:
        print("nothing to move")
        return 0
    if options.json:
        say.as_json(
            {
                "moves": list(change.said),
                "written": sorted(change.written),
                "renamed": dict(sorted(change.renamed.items())),
                "applied": not options.dry_run,
            }
        )
    else:
        _show(root, change)
    if options.dry_run:
        return 0
    if not live.confirmed("Change these files?", yes=options.yes or options.json):
        print("nothing was changed", file=sys.stderr)
        return 1
    apply(root, change)
    if not options.json:
        changed = say.count(len({*change.written, *change.renamed.values()}), "file")
        print(f"{changed} changed{'; git undoes it' if history.is_kept(root) else ''}")
    return 0


def _show(root: Path, change: Change) -> None:
    for line in difference(root, change):
        colour = say.bold if line.startswith(("+++", "---", "rename")) else say.dim if line.startswith("@@") else str
        print(colour(line))
    print()
    for sentence in change.said:
        print(sentence)
