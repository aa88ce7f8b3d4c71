"""A month of many series in a process of its own: ``python -m tests.fault.soak FOLDER SERIES`` tells of each day.

Each day is looked at when all of it is due, and once more when nothing is. Then nothing is due any more, and it goes on
being looked at. A line of JSON a day: posts so far, open files, bytes resident.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
from datetime import timedelta
from pathlib import Path

from tests.fault.world import FIRST, INDEX, TOML, Posts, World, tick

DAY = timedelta(days=1)
DAYS = 30
#: Looks after the last day.
REST = 15
IDLE = timedelta(hours=6)


class Counting(Posts):
    """A channel whose world only counts."""

    def __init__(self, world: World) -> None:
        super().__init__("post", world)
        self.keys: list[str] = []

    def _accept(self, key: str, text: str) -> str:  # noqa: ARG002
        self.keys.append(key)
        return f"urn:test:{len(self.keys)}"


def make(root: Path, series: int) -> None:
    """A project of many series, each with an entry a day."""
    root.mkdir()
    (root / "daycast.toml").write_text(TOML.format(site="", more=""))
    index = INDEX.replace("09:00", "07:00").replace("Europe/Berlin", "UTC").format(channels="post", more="")
    old = (FIRST - DAY).timestamp()
    for number in range(series):
        folder = root / f"series/walk-{number:04}"
        folder.mkdir(parents=True)
        (folder / "_index.md").write_text(index.replace("id: walk\n", f"id: walk-{number:04}\n"))
        for day in range(1, DAYS + 1):
            path = folder / f"day-{day:02}.md"
            path.write_text(f"---\ntitle: Walk {day}\n---\nWe walked {day} miles, {number} times.\n")
            os.utime(path, (old, old))


def open_files() -> int:
    """How many files this process has open."""
    return len(list(Path("/proc/self/fd" if sys.platform == "linux" else "/dev/fd").iterdir()))


def resident() -> int:
    """Bytes of this process that are in memory."""
    gc.collect()
    if sys.platform == "linux":
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def main(folder: Path, series: int) -> None:
    """Live through the month."""
    root = folder / "project"
    make(root, series)
    channel = Counting(World(folder))
    for day in range(DAYS + REST):
        for later in (timedelta(), IDLE):
            if day < DAYS or later:
                tick(root, FIRST + day * DAY + later, {"post": channel})
        told = {"posts": len(channel.keys), "files": open_files(), "resident": resident()}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
    assert len(set(channel.keys)) == len(channel.keys), "a slot was sent twice"


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
