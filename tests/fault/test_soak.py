"""R19: a month of a thousand series in one process, which holds no more files and no more memory at its end."""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
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
    """Write down what this process holds."""
    with open(told, "a") as file:
        file.write(json.dumps({"files": open_files(), "memory": memory(), "blocks": sys.getallocatedblocks()}) + "\n")


def live(root, world, told):
    """The month; what the process holds is written down at the end of each day."""
    channels = {"post": KINDS["plain"]("post", world)}
    for day in range(DAYS):
        for minutes in LOOKS:
            tick(root, FIRST + day * DAY + minutes * MINUTE, channels)
        note(told)


def begin(root, world, told):
    """What a process holds that only begins when the month is over, finds all of it in the books, and is warm."""
    for day in range(DAYS, DAYS + WARM):
        for minutes in LOOKS:
            tick(root, FIRST + day * DAY + minutes * MINUTE, {"post": KINDS["plain"]("post", world)})
    note(told)


def test_a_month_of_many_series_holds_no_more_at_its_end(tmp_path, many, record_figure):
    series = many(20, 100)
    root, world, told = tmp_path / "project", World(tmp_path), tmp_path / "told.jsonl"
    make_many(root, series)
    assert in_a_process(partial(live, root, world, told)) == 0
    counts = world.counts()
    assert (len(counts), set(counts.values())) == (series * DAYS, {1})
    assert in_a_process(partial(begin, root, world, told)) == 0
    *days, fresh = [json.loads(line) for line in told.read_text().splitlines()]
    assert len(days) == DAYS
    warm, end = days[WARM], days[-1]
    assert {day["files"] for day in (*days[WARM:], fresh)} == {end["files"]}
    # The books grow with what is in them; so memory is compared with that of a process that has read them just now.
    assert end["memory"] <= GROWTH * fresh["memory"], [day["memory"] >> 20 for day in (*days, fresh)]
    assert end["blocks"] <= GROWTH * warm["blocks"]
    record_figure(
        "R19",
        f"{DAYS} days x {series:,} series, {len(counts):,} posts, each once: {end['files']} files open all along, "
        f"{percent(end['blocks'], warm['blocks'])} objects, memory {percent(end['memory'], warm['memory'])} and "
        f"{percent(end['memory'], fresh['memory'])} against a process that has just begun ({end['memory'] >> 20} MiB)",
    )


def percent(now, before):
    return f"{100 * (now / before - 1):+.1f} %"
