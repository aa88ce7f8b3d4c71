"""Run a whole process and tell what it took."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """What a process took, with those that it waited for."""

    #: Seconds on the wall.
    wall: float
    #: Seconds of user and system, all processes together.
    cpu: float
    #: Of the largest process, in MiB.
    memory: float


def took(command: Sequence[str], folder: Path) -> Took:
    """Run a command once. Raises RuntimeError where it fails."""
    environment = {**os.environ, "CI": "true", "NO_COLOR": "1", "PYTHONWARNINGS": "ignore"}
    # A program that is used has its byte code beside it; some machines for tests forbid to write it.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    begun = time.perf_counter()
    with subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stderr is not None
        said = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(
            f"{' '.join(command)}: exit code {process.returncode}: {said[-800:].decode(errors='replace')}"
        )
    return Took(wall=wall, cpu=usage.ru_utime + usage.ru_stime, memory=usage.ru_maxrss / 1024)


def median(runs: Sequence[Took]) -> Took:
    """The middle of each figure."""
    return Took(
        wall=statistics.median(run.wall for run in runs),
        cpu=statistics.median(run.cpu for run in runs),
        memory=statistics.median(run.memory for run in runs),
    )


def in_turn(
    commands: Mapping[str, tuple[Sequence[str], Path]], runs: int, before: Callable[[str, int], None]
) -> dict[str, Took]:
    """The medians of commands that are run one after the other, again and again: what else goes on hits all alike."""
    found: dict[str, list[Took]] = {name: [] for name in commands}
    for turn in range(runs):
        for name, (command, folder) in commands.items():
            before(name, turn)
            found[name].append(took(command, folder))
    return {name: median(each) for name, each in found.items()}
