"""Write one file that shows a reviewer a day: its posts, its page and what 'check' finds.

  share day 5     output/share/<series>/day-05.html, to send to somebody or to open

It asks nobody for anything, holds no script, and tells search engines to pass by. Nothing is published.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from pipeline.cli import live, say
from pipeline.cli.run import settings
from pipeline.publish.due import load_sources


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``share``."""
    live.add_day(parser)
    parser.add_argument("--json", action="store_true", help="print where it is as JSON")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Write the file."""
    from pipeline.preview.share import share, write
    from pipeline.preview.views import look

    root, config = settings(here)
    project = load_sources(root, config)
    now = live.clock_of(options)()
    series, entry = live.named_entry(project, options, now)
    seen = look(project, now, runner=live.runner())
    shared = share(seen, series, entry)
    write(seen, shared)
    path = root / "output" / shared.path
    if options.json:
        told = {
            "series": series.slug,
            "day": entry.day,
            "path": f"output/{shared.path}",
            "bytes": len(shared.data),
            "mark": shared.mark,
            "left_out": list(shared.left_out),
        }
        print(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    print(f"{say.path(path)}: {len(shared.data):,} bytes")
    for address in shared.left_out:
        print(f"{entry.path}: {address} is no file of this project and left out; a copy beside the entry would show")
    return 0
