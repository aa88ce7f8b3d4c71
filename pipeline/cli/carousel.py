"""Make a day's document for LinkedIn: a PDF to leaf through, of the entry's headings.

  carousel day 2     output/linkedin/<series>/day-02.pdf: a cover, a slide for each heading or ---, and where it goes on

An entry with 'linkedin: {format: carousel}' in its front matter is posted as this document by itself.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli import live, say
from pipeline.cli.run import settings
from pipeline.one_entry import write_carousel
from pipeline.publish.due import load_sources


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``carousel``."""
    live.add_day(parser)
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Make the document."""
    root, config = settings(here)
    project = load_sources(root, config)
    now = live.clock_of(options)()
    series, entry = live.named_entry(project, options, now)
    made, path = write_carousel(project, series, entry, now)
    print(f"{say.path(root / 'output' / path)}: {say.count(made.pages, 'page')}, {len(made.data):,} bytes")
    for note in made.notes:
        print(f"{entry.path}: {note}")
    return 0
