"""Look at a whole series before its first day: is everything there, and will it last to the end?

Days that are written, changes of clocks, limits, links, pictures, accounts until the last day, and whether the site
answers. Exit code 1 where something would keep a day from going out.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli import live, say
from pipeline.cli.run import settings
from pipeline.project import series_named, spans
from pipeline.publish.due import looked_at
from pipeline.publish.preflight import Preflight, preflight


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``preflight``."""
    parser.add_argument("series", nargs="?", metavar="SERIES", help="the series; without it, each of them")
    parser.add_argument("--offline", action="store_true", help="leave out what needs the network, and say so")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Look."""
    root, config = settings(here)
    now = live.clock_of(options)()
    with looked_at(root, config) as project:
        channels = live.channels_of(project)
        found = [
            preflight(project, series, channels, now, online=not options.offline)
            for series in series_named(project, options.series)
        ]
    if options.json:
        say.as_json([_json(one) for one in found])
    else:
        for one in found:
            _show(one)
    return 0 if all(one.ready for one in found) else 1


def _json(found: Preflight) -> dict[str, object]:
    return {
        "series": found.series.slug,
        "plan": found.plan,
        "ready": found.ready,
        "findings": [
            {"area": one.area, "level": one.level, "message": one.message, "days": list(one.days)}
            for one in found.findings
        ],
    }


def _show(found: Preflight) -> None:
    print(say.bold(found.series.title) + f"  {found.plan}")
    width = max(len(one.area) for one in found.findings)
    for one in found.findings:
        print(f"  {say.mark(one.level)} {one.area:<{width}}  {one.message}")
    errors = sum(one.level == "error" for one in found.findings)
    if not found.ready:
        print(f"{say.count(errors, 'thing')} to mend before it can go out\n")
    elif found.later:
        print(f"ready, but for {'day' if len(found.later) == 1 else 'days'} {spans(found.later)}\n")
    else:
        print("ready\n")
