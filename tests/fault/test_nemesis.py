"""R2: histories of several channels, a site and a shared journal, in which anything outside and inside may fail.

Runs stand still at some step while others come and go; ledger and journal are lost, damaged or put back from copies.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from functools import partial

from tests.fault.histories import run
from tests.fault.world import together


def live(folder, seeds):
    """Live through the histories of some seeds; what came of each is a line in a file."""
    with open(folder / f"{os.getpid()}.jsonl", "a") as file:
        for seed in seeds:
            place = folder / str(seed)
            place.mkdir()
            history, wrong = run(seed, place)
            told = {"seed": seed, "wrong": wrong, "story": history.story if wrong else [], "faults": history.faults}
            file.write(json.dumps(told) + "\n")
            file.flush()
            if not wrong:
                shutil.rmtree(place)


def test_no_history_posts_twice_or_loses_or_hides_anything(tmp_path, many, record_figure):
    count, workers = many(30, 2000), os.cpu_count() or 1
    codes = together(*(partial(live, tmp_path, range(first, count, workers)) for first in range(workers)))
    assert set(codes) == {0}
    told = [json.loads(line) for path in sorted(tmp_path.glob("*.jsonl")) for line in path.read_text().splitlines()]
    wrong = [f"seed {one['seed']}: {one['wrong']}\n  " + "\n  ".join(one["story"]) for one in told if one["wrong"]]
    assert not wrong, f"{len(wrong)} of {count}; run() of tests/fault/histories.py replays a seed:\n" + "\n".join(wrong)
    assert len(told) == count
    faults: Counter[str] = Counter()
    for one in told:
        faults.update(one["faults"])
    assert len(faults) >= 10
    words = f"{count:,} histories of several channels, {len(faults)} kinds of fault, {faults.total():,} faults"
    record_figure("R2", f"{words}: 0 violations")
