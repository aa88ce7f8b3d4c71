"""R19: a month of a thousand series in one process, which holds no more files and no more memory by looking."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.fault.soak import DAYS, REST

#: Until everything has been loaded that ever is.
WARM = 5
GROWTH = 0.05
#: Bytes that a look may hold of each slot that is out. A start leaves little free for it to go into.
HELD = 4096
#: Series whose month weighs little beside the program.
SMALL = 20


def test_a_month_of_many_series_holds_no_more_at_its_end(tmp_path, many, record_figure):
    series = many(SMALL, 1000)
    # In a fresh process: what a test session has freed before would hide what this one takes.
    done = subprocess.run(
        [sys.executable, "-m", "tests.fault.soak", str(tmp_path), str(series)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    days = [json.loads(line) for line in done.stdout.splitlines()]
    assert [day["posts"] for day in days] == [series * min(day, DAYS) for day in range(1, DAYS + REST + 1)]
    warm, end, rest = days[WARM], days[DAYS - 1], days[-1]
    assert {day["files"] for day in days[WARM:]} == {end["files"]}
    # What is remembered of each slot that is out is held in memory too; looking itself may hold nothing.
    growth = end["resident"] / warm["resident"] - 1
    idle = rest["resident"] / end["resident"] - 1
    assert idle <= GROWTH, [day["resident"] >> 10 for day in days]
    held = (end["resident"] - warm["resident"]) / (end["posts"] - warm["posts"])
    assert growth <= GROWTH or held <= HELD, [day["resident"] >> 10 for day in days]
    record_figure(
        "R19",
        f"{DAYS} days x {series:,} series, {end['posts']:,} posts, each once: {end['files']} files open all along, "
        f"resident {growth:+.1%} ({held:,.0f} bytes a post, {end['resident'] >> 20} MiB), "
        f"{idle:+.1%} in {REST} looks without any",
    )
