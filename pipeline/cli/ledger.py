"""Look after the ledger.

ledger rebuild    make it anew from the receipts.jsonl files; the old one is kept beside it
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli import live, say
from pipeline.cli.run import settings
from pipeline.publish.due import load_sources
from pipeline.publish.rebuild import rebuild


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``ledger``."""
    parser.add_argument("action", choices=("rebuild",), help="what to do")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Rebuild the ledger."""
    root, config = settings(here)
    made = rebuild(load_sources(root, config), live.clock_of(options)())
    kept = f"; the old one is {say.path(made.kept)}" if made.kept else ""
    print(f"{say.count(made.slots, 'slot')} from {say.count(made.journals, 'journal')}{kept}")
    return 0
