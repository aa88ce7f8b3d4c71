"""Keep what was looked at until something has changed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from pipeline import config, fresh
from pipeline.errors import PipelineError
from pipeline.preview.views import Seen, look
from pipeline.publish.due import load_sources


class Shelf:
    """The newest look at a project. Safe to share between threads."""

    def __init__(self, root: Path, clock: Callable[[], datetime], *, runner: str | None) -> None:
        """``clock`` tells the moment, UTC."""
        self._root, self._clock, self._runner = root, clock, runner
        self._lock = threading.Lock()
        self._seen: Seen | None = None
        #: Every file as it was good last, by its path.
        self._good: dict[str, bytes] = {}
        self._sign = ""
        #: Why the newest look failed; empty where it did not. Then the one before it stays.
        self.trouble = ""

    def seen(self) -> Seen:
        """The project as it is now, or as it was before its settings broke. Raises PipelineError where it never was."""
        with self._lock:
            now = self._clock()
            sign = f"{fresh.look(str(self._root), now.timestamp())} {now:%Y-%m-%d %H:%M}"
            if sign != self._sign or self._seen is None:
                try:
                    project = load_sources(self._root, config.load(self._root), earlier=self._good)
                    self._good |= project.sources
                    self._seen = look(project, now, runner=self._runner)
                    self._sign, self.trouble = sign, ""
                except PipelineError as error:
                    if self._seen is None:
                        raise
                    self.trouble = str(error)
            return self._seen

    def forget(self) -> None:
        """Look anew the next time."""
        with self._lock:
            self._sign = ""
