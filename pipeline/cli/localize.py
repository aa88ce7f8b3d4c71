"""Bring pictures home that lie elsewhere: each is fetched, put beside its entry, and named there.

  localize                    of every entry
  localize 30days             of a series
  localize day 2              of one day

It shows first what would change, and asks. A picture that cannot be had stays where it is and is named.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pipeline.cli import live, say
from pipeline.cli.run import settings
from pipeline.project import load, series_named


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``localize``."""
    parser.add_argument("what", nargs="*", metavar="SERIES | day N", help="a series, or a day: 'day 2'")
    parser.add_argument("--series", metavar="S", help="the series, where several have that day")
    parser.add_argument("--dry-run", action="store_true", help="only show which pictures lie elsewhere; fetch none")
    parser.add_argument("--yes", action="store_true", help="do it without asking")
    parser.add_argument("--json", action="store_true", help="print it as JSON; does not ask")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Localize."""
    from pipeline.importers.localize import localized, remote
    from pipeline.rearrange.change import apply, difference

    root, config = settings(here)
    project = load(root, config)
    now = live.clock_of(options)()
    if len(options.what) == 1 and any(one.slug == options.what[0] for one in project.series):
        entries = series_named(project, options.what[0])[0].entries
    elif options.what:
        options.day = options.what
        entries = (live.named_entry(project, options, now)[1],)
    else:
        chosen = series_named(project, options.series) if options.series else project.series
        entries = tuple(entry for series in chosen for entry in series.entries)
    found = [(entry, number, address) for entry in entries for number, address in remote(entry)]
    if options.dry_run or not found:
        if options.json:
            say.as_json({"elsewhere": [f"{one.path}:{number}: {address}" for one, number, address in found]})
        elif found:
            for one, number, address in found:
                print(f"{one.path}:{number}: {address}")
            pictures = len({address for _, _, address in found})
            places = f" in {len(found):,} places" if len(found) != pictures else ""
            print(f"{say.count(pictures, 'picture')} elsewhere{places}; nothing was fetched")
        else:
            print("every picture is here")
        return 0
    made = localized(project, entries)
    if options.json:
        say.as_json(
            {"moved": list(made.change.said), "written": sorted(made.change.written), "failed": dict(made.failed)}
        )
    else:
        texts = {path: data for path, data in made.change.written.items() if path.endswith(".md")}
        for line in difference(root, type(made.change)(said=(), written=texts, renamed={})):
            print(line)
        for path in sorted(set(made.change.written) - set(texts)):
            print(f"new {path}: {len(made.change.written[path]):,} bytes")
    for where, reason in made.failed.items():
        print(f"{where}: {reason}", file=sys.stderr)
    if made.change:
        if not live.confirmed("Write these files?", yes=options.yes or options.json):
            print("nothing was written", file=sys.stderr)
            return 1
        apply(root, made.change)
        if not options.json:
            print(f"{say.count(len(made.change.said), 'picture')} brought here")
    return 1 if made.failed else 0
