"""Do a part of the work in a process of its own, where the system can split a process in two."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Self

from pipeline.errors import PipelineError, RenderError

_DONE, _FAILED, _BROKEN = b"d", b"f", b"b"


def processors() -> int:
    """How many processes may work side by side: 1 where a process cannot be split, or has several threads."""
    if not hasattr(os, "fork") or threading.active_count() > 1:
        return 1
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Apart:
    """A task in a process of its own. Use it as a context: its end is the end of the process."""

    def __init__(self, task: Callable[[], bytes]) -> None:
        """Begin at once. ``task`` sees everything as it is now, and what it gives comes back by ``result``."""
        sys.stdout.flush()
        sys.stderr.flush()
        self._source, sink = os.pipe()
        self._process = os.fork()
        if self._process == 0:
            os.close(self._source)
            _run(task, sink)
        os.close(sink)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, whatever it does."""
        os.close(self._source)
        if self._process:
            os.kill(self._process, signal.SIGKILL)
            os.waitpid(self._process, 0)

    def result(self) -> bytes:
        """What the task gave, once it is done. Raises the PipelineError that it ended with, as RenderError."""
        parts = []
        while part := os.read(self._source, 1 << 20):
            parts.append(part)
        process, self._process = self._process, 0
        _, status = os.waitpid(process, 0)
        data = b"".join(parts)
        kind, rest = data[:1], data[1:]
        if kind == _DONE:
            return rest
        if kind == _FAILED:
            raise RenderError(rest.decode("utf-8", "replace"))
        if kind == _BROKEN:
            raise RuntimeError(rest.decode("utf-8", "replace"))
        raise RenderError(f"a process of this build ended early (status {status}); run it again")


def _run(task: Callable[[], bytes], sink: int) -> None:
    """Do the task, say what came of it, and end this process without anything that ends the other."""
    try:
        try:
            data = _DONE + task()
        except PipelineError as error:
            data = _FAILED + str(error).encode("utf-8", "replace")
        except Exception:  # noqa: BLE001 - the other process raises it
            data = _BROKEN + traceback.format_exc().encode("utf-8", "replace")
        while data:
            data = data[os.write(sink, data[: 1 << 20]) :]
    except BaseException:  # noqa: BLE001 - interrupted, or nobody listens: the other process tells
        os._exit(1)
    finally:
        os._exit(0)
