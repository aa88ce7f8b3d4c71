"""Look after the ledger.

ledger rebuild    make it anew from the receipts.jsonl files; the old one is kept beside it
ledger migrate    make or update its tables in PostgreSQL
ledger copy URL   copy it, with all that it remembers, into the database of that URL
ledger export     write the receipts.jsonl files anew from a ledger in PostgreSQL
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pipeline.cli import live, say
from pipeline.cli.run import settings
from pipeline.config import Config
from pipeline.errors import ConfigError
from pipeline.ledger import agenda
from pipeline.ledger.postgres import with_schema
from pipeline.publish import moving
from pipeline.publish.due import load_sources
from pipeline.publish.rebuild import rebuild
from pipeline.worker import queue
from pipeline.workspace import open_workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ledger``."""
    parser.add_argument("action", choices=("rebuild", "migrate", "copy", "export"), help="what to do")
    parser.add_argument("url", nargs="?", help="of 'copy': where to, as [ledger] url has it")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Look after the ledger."""
    if (options.url is not None) != (options.action == "copy"):
        raise ConfigError(
            "ledger copy needs the URL to copy to, such as postgresql://daycast@db.example/daycast"
            if options.action == "copy"
            else f"ledger {options.action} takes no URL; what it looks after is [ledger] url"
        )
    root, config = settings(here, workspace=options.action == "migrate")
    now = live.clock_of(options)()
    match options.action:
        case "migrate":
            _migrate(root, config)
        case "copy":
            copied = moving.copy(load_sources(root, config), options.url, now)
            parts = (
                say.count(copied.deliveries, "delivery"),
                say.count(copied.attempts, "attempt"),
                say.count(copied.marks, "mark"),
            )
            print(f"{', '.join(parts)} copied; now write that URL into [ledger] url")
        case "export":
            for path, lines in moving.export(load_sources(root, config)):
                print(f"{path}: {say.count(lines, 'line')}")
        case _:
            made = rebuild(load_sources(root, config), now)
            kept = f"; the old one is {say.path(made.kept)}" if made.kept else ""
            print(f"{say.count(made.slots, 'slot')} from {say.count(made.journals, 'journal')}{kept}")
    return 0


def _migrate(root: Path, config: Config) -> None:
    """Make or update the tables of a ledger; in a workspace those of each project, and what workers share."""
    if config.workspace is None:
        urls = {config.ledger.url: ""}
    else:
        found = open_workspace(root, config)
        for trouble in found.troubles:
            print(trouble, file=sys.stderr)
        urls = {with_schema(found.url, member.name): f"{member.name}: " for member in found.members}
    for url, name in urls.items():
        before, after = moving.migrate(url)
        print(name + (f"at version {after}, nothing to do" if before == after else f"from version {before} to {after}"))
    made = [agenda.migrate(config.ledger.url), queue.migrate(config.ledger.url)]
    if any(made):
        print("the tables that workers share are made")
