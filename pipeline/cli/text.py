"""Convert Markdown to LinkedIn text: the text to paste, or with --wire the API's form of it.

Reads FILE, or standard input for '-' or nothing. Needs no project; inside one it uses its settings.
Over the limit, or empty: the text still goes to stdout, the sentence to stderr, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from pathlib import Path

from pipeline import config
from pipeline.cli import say
from pipeline.cli.run import add_now, now_of
from pipeline.config import PLACEHOLDER_URL, Config
from pipeline.content import body_of
from pipeline.errors import ContentError
from pipeline.linkedin_text import Note, convert
from pipeline.project import load
from pipeline.records import replace
from pipeline.render.edition import edition
from pipeline.render.links import CONTENT, Links, is_source

_FILE = "the link to '{dest}' is to a file, whose page is not known here, so only its label is in the post"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``text``."""
    parser.add_argument("file", nargs="?", default="-", metavar="FILE", help="a Markdown file; - for standard input")
    add_now(parser)
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--wire", action="store_true", help="print the escaped form that goes over LinkedIn's API")
    form.add_argument("--json", action="store_true", help="print both forms with numbers, fold, links and warnings")


def run(options: argparse.Namespace, here: Path) -> int:
    """Convert one text."""
    root = config.find_root(here)
    settings = config.load(root) if root is not None else Config()
    linkedin = settings.linkedin
    body = body_of(_read(options.file, here))
    files: list[str] = []
    known = _links(root, settings, here / options.file, now_of(options)) if root is not None else None

    def link(dest: str) -> str | None:
        """A page for a file of the project; nothing for a file whose page is not known here."""
        if known is not None:
            where = known.follow(dest)
            return where.absolute if where is not None else None
        if not is_source(dest):
            return None
        files.append(dest)
        return ""

    made = convert(
        body,
        link=link,
        base=None if settings.site.url == PLACEHOLDER_URL else f"{settings.site.url}/",
        mentions=linkedin.mentions,
        softbreak=" " if linkedin.softbreak == "space" else "\n",
        limit=linkedin.limit,
        hashtag_style=linkedin.hashtag_style,
        escape_urls=linkedin.escape_urls,
    )
    notes = [Note(message=_FILE.format(dest=dest), code="link-relative") for dest in dict.fromkeys(files)]
    made = replace(made, warnings=(*made.warnings, *notes))
    if options.json:
        say.as_json(made.as_json())
    else:
        print(made.commentary if options.wire else made.plain)
        for note in made.warnings:
            print(f"warning: {note}", file=sys.stderr)
    for sentence in made.errors:
        print(f"error: {sentence}", file=sys.stderr)
    return 1 if made.errors else 0


def _links(root: Path, settings: Config, path: Path, now: datetime) -> Links | None:
    """Where the links of a source file of the project lead; None for any other text."""
    source = path.resolve()
    if not source.is_relative_to(root.resolve() / CONTENT) or not source.is_file():
        return None
    made = edition(load(root, settings).series, settings.site, now)
    return Links(edition=made, root=root, source=source.relative_to(root.resolve()).as_posix())


def _read(name: str, here: Path) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else (here / name).read_bytes()
    except OSError as error:
        raise ContentError(f"{name}: cannot be read: {error.strerror}") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ContentError(f"{name}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
