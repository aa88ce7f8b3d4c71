"""Time whole commands as multiples of a bare ``python -c pass``.

``python -m bench.start --sizes 30,10000 --runs 15``
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from pathlib import Path

from bench import corpus
from bench.build import PLACE
from bench.processes import in_turn, took


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="30,10000")
    parser.add_argument("--runs", type=int, default=15)
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    rows: dict[str, list[str]] = {}
    for size in sizes:
        for name, times in _measured(size, options.runs).items():
            rows.setdefault(name, []).append(f"{times:.1f}")
    print(f"| × bare Python | {' | '.join(f'{size:,} posts' for size in sizes)} |")
    print(f"|---|{'---:|' * len(sizes)}")
    for name, cells in rows.items():
        print(f"| {name} | {' | '.join(cells)} |")


def _measured(size: int, runs: int) -> dict[str, float]:
    site = PLACE / f"start-{size}"
    shutil.rmtree(site, ignore_errors=True)
    corpus.write(size, site, "daycast")
    script = Path(sys.executable).with_name("daycast")
    post = corpus.middle(site, "daycast")
    day = ["render", "day", str(int(post.stem[4:])), "--series", post.parent.name, "--channel", "linkedin"]
    bare = ([sys.executable, "-c", "pass"], site)
    took([str(script), "build", "-q"], site)

    def edited(name: str, turn: int) -> None:
        if name == "edited":
            post.write_text(f"{post.read_text(encoding='utf-8')}\nEdited {turn}.\n", encoding="utf-8")
            time.sleep(0.1)

    commands = {
        "`--version`": ["--version"],
        "`--help`": ["--help"],
        "`build`, nothing changed": ["build", "-q"],
        "`render day N --channel linkedin`, nothing changed": day,
    }
    found: dict[str, float] = {}
    for name, words in commands.items():
        time.sleep(0.2)
        times = in_turn({"bare": bare, "it": ([str(script), *words], site)}, runs, lambda *_: None)
        found[name] = times["it"].wall / times["bare"].wall
    times = in_turn({"bare": bare, "edited": ([str(script), *day], site)}, runs, edited)
    found["`render day N --channel linkedin`, just edited"] = times["edited"].wall / times["bare"].wall
    took([str(script), "publish", "due"], site)  # posts of the past are noted as such
    took([str(script), "publish", "due"], site)
    times = in_turn({"bare": bare, "it": ([str(script), "publish", "due"], site)}, runs, lambda *_: None)
    found["`publish due`, nothing due"] = times["it"].wall / times["bare"].wall
    shutil.rmtree(site)
    return found


if __name__ == "__main__":
    main()
