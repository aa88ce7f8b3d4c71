"""What is measured is the same every time, and told as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bench import corpus
from bench.build import MODES, table
from bench.processes import Took, median


def test_a_seed_makes_the_same_posts() -> None:
    assert list(corpus.posts(40)) == list(corpus.posts(40))
    assert list(corpus.posts(40, seed=1)) != list(corpus.posts(40, seed=2))
    words = [len(post.body.split()) for post in corpus.posts(60)]
    assert all(250 < count < 550 for count in words)


def test_every_tool_gets_the_same_text(tmp_path: Path) -> None:
    bodies = []
    for layout in corpus.FOLDERS:
        corpus.write(3, tmp_path / layout, layout)
        post = list(corpus.posts(3))[1]
        bodies.append(corpus.path_of(tmp_path / layout, layout, post).read_text(encoding="utf-8").endswith(post.body))
        assert corpus.middle(tmp_path / layout, layout) == corpus.path_of(tmp_path / layout, layout, post)
    assert bodies == [True] * 4


def test_ours_are_good_posts(tmp_path: Path) -> None:
    corpus.write(40, tmp_path, "daycast")
    ran = subprocess.run(
        [sys.executable, "-m", "pipeline", "-C", tmp_path, "build", "-q"], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_table_tells_ratios() -> None:
    slow, fast = Took(wall=2.0, cpu=4.0, memory=10.0), Took(wall=1.0, cpu=1.0, memory=40.0)
    found = {30: {mode: {"a": slow, "b": fast} for mode in MODES}}
    lines = table(found, "a", "b").splitlines()
    assert lines[0] == "| b ÷ a | 30 posts |"
    assert "| cold build, wall | 0.50 (1.00 s) |" in lines
    assert "| cold build, CPU | 0.25 |" in lines
    assert "| cold build, memory | 4.00 |" in lines


def test_the_median_is_of_each_figure() -> None:
    runs = [Took(wall=wall, cpu=cpu, memory=1.0) for wall, cpu in ((1.0, 9.0), (2.0, 8.0), (9.0, 1.0))]
    assert median(runs) == Took(wall=2.0, cpu=8.0, memory=1.0)
