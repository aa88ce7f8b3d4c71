"""Check everything a reader or LinkedIn would see: errors are facts, warnings are advice.

With --strict advice fails too. --fix stores an id in each entry that has no day and no id of its own.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.check import check
from pipeline.cli import say
from pipeline.cli.run import add_now, now_of, settings
from pipeline.content import store_ids
from pipeline.errors import Problem
from pipeline.project import load
from pipeline.publish.tried import channel_problems
from pipeline.records import replace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``check``."""
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print the problems as JSON")
    form.add_argument("--github", action="store_true", help="print the problems as annotations for GitHub Actions")
    parser.add_argument("--strict", action="store_true", help="exit with 1 for advice as well")
    parser.add_argument("--fix", action="store_true", help="write what can be written for you: ids of entries")
    add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Check the project."""
    root, config = settings(here)
    project = load(root, config)
    if options.fix:
        for path in store_ids(root, project.series):
            print(f"{path}: id stored")
        project = load(root, config)
    now = now_of(options)
    found = check(project, now)
    told = {*found.problems, *channel_problems(project, now)}
    found = replace(found, problems=tuple(sorted(told, key=_order)))
    if options.json:
        say.as_json([say.problem_json(problem) for problem in found.problems])
    elif options.github:
        for problem in found.problems:
            print(_annotation(problem))
    else:
        say.problems(found.problems)
        waiting = f", {found.unapproved:,} not approved" if found.unapproved else ""
        print(
            f"{say.count(found.entries, 'entry')} in {found.series:,} series"
            f" ({say.count(found.drafts, 'draft')}{waiting}): {say.count(len(found.errors), 'error')}, "
            f"{say.count(len(found.warnings), 'warning')}"
        )
    return 1 if found.errors or (options.strict and found.warnings) else 0


def _order(problem: Problem) -> tuple[str, int, str, str]:
    return problem.path, problem.line or 0, problem.severity, problem.message


def _annotation(problem: Problem) -> str:
    # https://docs.github.com/actions/reference/workflow-commands (2026-11): these characters are escaped.
    message = problem.message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    path = problem.path.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    line = f",line={problem.line}" if problem.line else ""
    return f"::{problem.severity} file={path}{line},title={problem.code}::{message}"
