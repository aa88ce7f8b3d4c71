"""A thread of life: what a process holds for as long as it lives, and what is seen when it ends."""

from __future__ import annotations

import os
import select
from pathlib import Path


class Thread:
    """A named pipe. A pid would not do: it is there until somebody asks for the exit code of what was killed."""

    def __init__(self, path: Path) -> None:
        """``path`` is where a process finds it."""
        os.mkfifo(path)
        self._end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        #: What a shell runs to hold the thread and hang.
        self.hang = f"exec 9> {path}; echo here >&9; sleep 600"

    def was_held_and_cut(self) -> bool:
        """Whether somebody held it and nobody does any more; what was just killed is given a moment to be gone."""
        said = b""
        while select.select([self._end], [], [], 30)[0]:
            more = os.read(self._end, 100)
            if not more:
                break
            said += more
        else:
            return False
        os.close(self._end)
        return said == b"here\n"
