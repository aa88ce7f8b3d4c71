"""Log the steps of a run: a line for people or an object for programs, without secrets."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Collection
from datetime import UTC, datetime

from pipeline.cli import live
from pipeline.publish.run import Tell
from pipeline.secrets import redact

#: Steps that a person follows; ``--log-format json`` has every one.
TOLD = frozenset(
    (
        *("started", "health", "metrics", "stopped", "built", "deployed", "recorded", "skipped", "moved", "gate"),
        *(
            "live",
            "not recorded",
            "handed out",
            "recovered",
            "freed",
            "found out",
            "lost",
            "swept",
            "hub",
            "notice",
            "notice failed",
        ),
        *("heartbeat failed", "trouble", "published", "commented", "waits", "unshared"),
    )
)


def log(clock: Callable[[], datetime], *, json: bool, told: Collection[str] = TOLD, project: str = "") -> Tell:
    """What logs to stdout. ``project`` names it in each line, where one log is of several."""
    lock = threading.Lock()

    def human(step: str, key: str, text: str = "") -> None:
        if step in told:
            line = " ".join(word for word in (f"{clock():%Y-%m-%d %H:%M:%S}Z", project, step, key, text) if word)
            with lock:
                _write(line)

    def machine(step: str, key: str, text: str = "") -> None:
        from json import dumps

        said = {
            "at": live.iso(clock()),
            "project": project or None,
            "event": step,
            "key": key or None,
            "text": text or None,
        }
        with lock:
            _write(dumps({name: value for name, value in said.items() if value is not None}))

    return machine if json else human


def _write(line: str) -> None:
    """One write a line: several processes may share the stream."""
    sys.stdout.write(f"{redact(line)}\n")
    sys.stdout.flush()


class Shell:
    """What a worker's job gets: the clock, and a log that names the project."""

    def __init__(self, project: str, *, json: bool) -> None:
        """``project`` is in each line."""
        self.tell = log(self.clock, json=json, project=project)
        self.wait = live.waiting()

    def clock(self) -> datetime:
        """The moment."""
        return datetime.now(UTC)
