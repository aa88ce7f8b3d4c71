"""R19: a month of a thousand series in one process, which holds no more files and hardly more memory at its end."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.fault.soak import DAYS

#: Until everything has been loaded that ever is.
WARM = 5
GROWTH = 1.05


def test_a_month_of_many_series_holds_no_more_at_its_end(tmp_path, many, record_figure):
    series = many(20, 1000)
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
    assert [day["posts"] for day in days] == [series * day for day in range(1, DAYS + 1)]
    warm, end = days[WARM], days[-1]
    assert {day["files"] for day in days[WARM:]} == {end["files"]}
    assert end["resident"] <= GROWTH * warm["resident"], [day["resident"] >> 10 for day in days]
    record_figure(
        "R19",
        f"{DAYS} days x {series:,} series, {end['posts']:,} posts, each once: {end['files']} files open all along, "
        f"resident {100 * (end['resident'] / warm['resident'] - 1):+.1f} % ({end['resident'] >> 20} MiB)",
    )
