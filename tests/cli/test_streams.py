"""Closed, full and broken streams end a command with a sentence or in silence, never in a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
POSIX = pytest.mark.skipif(os.name == "nt", reason="descriptors are closed the POSIX way")
COMMANDS = {
    "help": ["--help"],
    "version": ["--version"],
    "plan": ["plan"],
    "text": ["text", "README.md"],
    "render": ["render", "2", "--channel", "linkedin"],
    "completion": ["completion", "bash"],
}


def run(words, redirect):
    command = " ".join([f"'{sys.executable}' -m pipeline", *words, redirect])
    return subprocess.run(["/bin/sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)


@POSIX
@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.parametrize("redirect", [">&-", "2>&-", "<&-", "| true", "| head -c 1"])
def test_a_closed_stream_is_no_traceback(words, redirect):
    ran = run(words, redirect)
    assert "Traceback" not in ran.stderr
    assert "Exception" not in ran.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only some systems have a device that is always full")
@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_a_full_disk_is_a_sentence(words):
    ran = run(words, ">/dev/full")
    assert (ran.returncode, ran.stderr.count("daycast: the output cannot be written")) == (1, 1)


@POSIX
def test_init_without_standard_input_asks_nothing(tmp_path):
    ran = run(["-C", f"'{tmp_path}'", "init", "blog"], "<&-")
    assert (ran.returncode, (tmp_path / "blog/daycast.toml").is_file()) == (0, True)
