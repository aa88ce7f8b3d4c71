"""Run a LinkedIn of one's own in a process of its own, until SIGTERM or SIGINT.

Its port is the first line it writes; each record goes to ``--log`` as a line of JSON before its answer leaves.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

from pipeline.testing.linkedin.accounts import REVIEWED, SELF_SERVE
from pipeline.testing.linkedin.faults import fault_from
from pipeline.testing.linkedin.records import Record
from pipeline.testing.linkedin.server import FakeLinkedIn


def main(argv: Sequence[str] | None = None) -> int:
    """The command; gives its exit code."""
    parser = _parser()
    asked = parser.parse_args(argv)
    if asked.now.tzinfo is None:
        parser.error(f"--now is {asked.now.isoformat()}: give its zone, as in {asked.now.isoformat()}+00:00")
    began = time.monotonic()
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 (what a handler is called with)
        stopped.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    with asked.log.open("a", encoding="utf-8") as log:
        server = FakeLinkedIn(
            clock=lambda: asked.now + timedelta(seconds=time.monotonic() - began),
            port=asked.port,
            ids=asked.ids,
            daily=asked.daily or None,
            duplicate_window=timedelta(seconds=asked.duplicate_window),
            versions=asked.version,
            on_record=lambda record: _write(log, record),
        )
        server.add_token(asked.token, member=asked.member, scopes=REVIEWED if asked.reviewed else SELF_SERVE)
        for text in asked.fault:
            try:
                fault, match = fault_from(json.loads(text), stopped.wait)
                options: dict[str, Any] = match
                server.fail(fault, **options)
            except (ValueError, TypeError) as error:
                parser.error(f"--fault {text}: {error}")
        with server:
            sys.stdout.write(f"{server.port}\n")
            sys.stdout.flush()
            stopped.wait()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipeline.testing.linkedin", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any that is free (default)")
    parser.add_argument("--log", type=Path, required=True, metavar="FILE", help="where records are appended")
    parser.add_argument("--token", required=True, help="that is known")
    parser.add_argument("--member", required=True, help="whose token it is: ABC of urn:li:person:ABC")
    parser.add_argument("--reviewed", action="store_true", help="the token has all scopes, not the self-serve ones")
    parser.add_argument(
        "--now",
        type=datetime.fromisoformat,
        default="2026-11-23T12:00:00+00:00",
        metavar="ISO",
        help="what its clock says at the start (default %(default)s); it runs on from there",
    )
    parser.add_argument(
        "--fault", action="append", default=[], metavar="JSON", help='may be repeated: {"kind": "reset", "after": 9}'
    )
    parser.add_argument("--ids", choices=("share", "ugcPost", "number", "missing"), default="share")
    parser.add_argument("--daily", type=int, default=150, help="requests of a member and day; 0: no limit")
    parser.add_argument("--duplicate-window", type=float, default=600, metavar="SECONDS")
    parser.add_argument("--version", action="append", help="of the API, alive whatever the clock says")
    return parser


def _write(log: TextIO, record: Record) -> None:
    log.write(record.line() + "\n")
    log.flush()


if __name__ == "__main__":
    sys.exit(main())
