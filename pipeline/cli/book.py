"""Make a book of a series: an EPUB and a PDF of every entry that is no draft.

  book 30days     output/books/30days.epub and output/books/30days.pdf, with cover, contents, notes and links

A series with 'recap: true' has its book made by the build as soon as its last day is out.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli import say
from pipeline.cli.run import settings
from pipeline.errors import ConfigError
from pipeline.project import load, series_named


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``book``."""
    parser.add_argument("series", nargs="?", metavar="SERIES", help="the series, where there are several")
    parser.add_argument("--json", action="store_true", help="print what was made as JSON")


def run(options: argparse.Namespace, here: Path) -> int:
    """Make the books."""
    from pipeline.book import write_books

    root, config = settings(here)
    project = load(root, config)
    chosen = series_named(project, options.series)
    if len(chosen) > 1:
        names = ", ".join(one.slug for one in chosen)
        raise ConfigError(f"there are several series: {names}; say which: 'daycast book {chosen[0].slug}'")
    made, paths = write_books(project, chosen[0])
    if options.json:
        say.as_json(
            {
                "series": chosen[0].slug,
                "title": made.book.title,
                "chapters": len(made.book.chapters),
                "days": sum(bool(one.label) for one in made.book.chapters),
                "files": [{"path": f"output/{path}", "bytes": len(data)} for path, data in made.files.items()],
                "notes": list(made.notes),
            }
        )
    else:
        chapters, days = len(made.book.chapters), sum(bool(one.label) for one in made.book.chapters)
        said = say.count(days, "day") + (f" in {say.count(chapters, 'chapter')}" if chapters != days else "")
        for path, data in zip(paths, made.files.values(), strict=True):
            print(f"{say.path(path)}: {said}, {len(data):,} bytes")
        for note in made.notes:
            print(f"{chosen[0].path}: {note}")
    return 0 if made.complete else 1
