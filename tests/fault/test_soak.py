"""R19: a month of a thousand series in one process, which holds no more files and no more memory at its end."""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import tracemalloc
from datetime import timedelta
from functools import partial
from pathlib import Path

from tests.fault.world import FIRST, INDEX, KINDS, MINUTE, TOML, World, in_a_process, tick

DAY = timedelta(days=1)
DAYS = 30
#: Until everything has been loaded that ever is.
WARM = 5
#: Minutes from 07:00 UTC at which a day is looked at; in winter all is due an hour later.
LOOKS = (0, 60, 720)
GROWTH = 1.05


def make_many(root, series):
    """A project of many series, each with an entry a day."""
    root.mkdir()
    (root / "daycast.toml").write_text(TOML.format(site="", more=""))
    old = (FIRST - DAY).timestamp()
    for number in range(series):
        folder = root / f"series/walk-{number:04}"
        folder.mkdir(parents=True)
        text = INDEX.format(channels="post", more="").replace("id: walk\n", f"id: walk-{number:04}\n")
        (folder / "_index.md").write_text(text)
        for day in range(1, DAYS + 1):
            path = folder / f"day-{day:02}.md"
            path.write_text(f"---\ntitle: Walk {day}\n---\nWe walked {day} miles, {number} times.\n")
            os.utime(path, (old, old))


def open_files():
    """How many files this process has open."""
    folder = Path("/proc/self/fd" if sys.platform == "linux" else "/dev/fd")
    return len(list(folder.iterdir()))


def memory():
    """Bytes that this process holds in memory."""
    gc.collect()
    if sys.platform == "linux":
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def note(told):
    """Write down what this process holds: files, what its objects take, and what the system counts."""
    resident = memory()
    with open(told, "a") as file:
        held, _ = tracemalloc.get_traced_memory()
        file.write(json.dumps({"files": open_files(), "held": held, "resident": resident}) + "\n")


def live(root, world, told):
    """The month; what the process holds is written down at the end of each day."""
    channels = {"post": KINDS["plain"]("post", world)}
    tracemalloc.start()
    for day in range(DAYS):
        for minutes in LOOKS:
            tick(root, FIRST + day * DAY + minutes * MINUTE, channels)
        note(told)


def test_a_month_of_many_series_holds_no_more_at_its_end(tmp_path, many, record_figure):
    series = many(20, 100)
    root, world, told = tmp_path / "project", World(tmp_path), tmp_path / "told.jsonl"
    make_many(root, series)
    assert in_a_process(partial(live, root, world, told)) == 0
    counts = world.counts()
    assert (len(counts), set(counts.values())) == (series * DAYS, {1})
    days = [json.loads(line) for line in told.read_text().splitlines()]
    assert len(days) == DAYS
    warm, end = days[WARM], days[-1]
    assert {day["files"] for day in days[WARM:]} == {end["files"]}
    assert end["held"] <= GROWTH * warm["held"], [day["held"] >> 10 for day in days]
    # Nothing is demanded of what the system counts: a heap keeps the pages of the largest look at books that grow.
    record_figure(
        "R19",
        f"{DAYS} days x {series:,} series, {len(counts):,} posts, each once: {end['files']} files open all along, "
        f"held {percent(end['held'], warm['held'])}, resident {percent(end['resident'], warm['resident'])} "
        f"({end['resident'] >> 20} MiB)",
    )


def percent(now, before):
    return f"{100 * (now / before - 1):+.1f} %"
