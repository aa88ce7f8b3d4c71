"""A build that is killed at any moment heals on the next run."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE = Path(__file__).parent.parent.parent / "series"
NOW = "2026-11-23T12:00:00+00:00"
#: Runs the build and kills its own process, as `kill -9` would, right before the Nth file is replaced.
KILLED = """
import os, signal, sys
from pipeline import output
replace, left = os.replace, int(sys.argv[1])
def counted(*paths):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    replace(*paths)
output.os.replace = counted
from pipeline.cli import main
sys.exit(main(["-C", sys.argv[2], "build", "--now", sys.argv[3]]))
"""


def output(root: Path) -> dict[str, bytes]:
    top = root / "output"
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()}


def project(root: Path) -> Path:
    shutil.copytree(SAMPLE, root / "series")
    (root / "daycast.toml").write_text('[site]\nurl = "https://x.example"\n[feed]\nauthority = "x.example,2026"\n')
    return root


def run(root: Path, now: str = NOW) -> int:
    return subprocess.run(
        [sys.executable, "-m", "pipeline", "-C", root, "build", "-q", "--now", now], capture_output=True, check=False
    ).returncode


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    root = project(tmp_path_factory.mktemp("clean"))
    assert run(root) == 0
    return output(root)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX's; Windows ends a process otherwise")
@pytest.mark.parametrize("survived", [0, 1, 2, 5, 11, 17, 23, 29, 40])
def test_a_killed_build_heals(tmp_path, clean, survived):
    root = project(tmp_path)
    killed = subprocess.run([sys.executable, "-c", KILLED, str(survived), root, NOW], capture_output=True, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert run(root) == 0
    assert output(root) == clean


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX's; Windows ends a process otherwise")
def test_a_killed_build_leaves_nothing_of_what_is_deleted_afterwards(tmp_path):
    root = project(tmp_path)
    subprocess.run([sys.executable, "-c", KILLED, "30", root, NOW], capture_output=True, check=False)
    shutil.rmtree(root / "series/30daysofgenerativeai")
    run(root)
    assert [path for path in output(root) if "30daysofgenerativeai" in path] == []


#: The same in a build by two processes, of which the counted one is the first (0) or the other (1).
KILLED_OF_TWO = """
import os, signal, sys
from pipeline import apart, chapters, output
chapters._WORTH = 1
apart.processors = lambda: 2
first, which, replace, left = os.getpid(), int(sys.argv[4]), os.replace, int(sys.argv[1])
def counted(*paths):
    global left
    if (os.getpid() == first) == (which == 0):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    replace(*paths)
output.os.replace = counted
from pipeline.cli import main
sys.exit(main(["-C", sys.argv[2], "build", "-q", "--now", sys.argv[3]]))
"""


def two_series(root: Path) -> Path:
    project(root)
    shutil.copytree(root / "series/30daysofgenerativeai", root / "series/again")
    index = root / "series/again/_index.md"
    index.write_text(index.read_text().replace("id: 30daysofgenerativeai\n", "").replace("title: ", "title: Again "))
    return root


@pytest.fixture(scope="module")
def clean_two(tmp_path_factory):
    root = two_series(tmp_path_factory.mktemp("two"))
    assert run(root) == 0
    return output(root)


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX's; Windows ends a process otherwise")
@pytest.mark.parametrize("which", [0, 1], ids=["first", "other"])
@pytest.mark.parametrize("survived", [0, 3, 9, 15])
def test_a_build_of_two_processes_heals_whichever_is_killed(tmp_path, clean_two, survived, which):
    root = two_series(tmp_path)
    words = [sys.executable, "-c", KILLED_OF_TWO, str(survived), str(root), NOW, str(which)]
    killed = subprocess.run(words, capture_output=True, check=False, text=True)
    assert killed.returncode == (-signal.SIGKILL if which == 0 else 1)
    assert which == 0 or "ended early" in killed.stderr
    assert run(root) == 0
    assert output(root) == clean_two


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX's; Windows ends a process otherwise")
@pytest.mark.parametrize("survived", range(0, 40, 3))
def test_a_build_of_what_has_changed_heals(tmp_path, survived):
    root = two_series(tmp_path)
    assert run(root) == 0
    day = root / "series/again/day-02.md"
    day.write_text(day.read_text().replace("title: ", "title: Once more ") + "\nOne more line.\n")
    os.utime(day, (1_700_000_000, 1_700_000_000))
    subprocess.run([sys.executable, "-c", KILLED, str(survived), root, NOW], capture_output=True, check=False)
    assert run(root) == 0
    healed = output(root)
    shutil.rmtree(root / "output")
    shutil.rmtree(root / ".daycast")
    assert run(root) == 0
    assert output(root) == healed


def test_two_builds_at_once_give_what_one_gives(tmp_path, clean):
    root = project(tmp_path)
    command = [sys.executable, "-m", "pipeline", "-C", str(root), "build", "-q", "--now", NOW]
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(2)]
    assert [process.wait() for process in both] == [0, 0]
    assert output(root) == clean
