"""Tell every open page that something has changed, and every one that it is over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

#: Milliseconds: changes within one are one; how often it is looked.
_DEBOUNCE, _STEP = 50, 20
#: Seconds between two signs of life, so that a connection that is gone is noticed.
_BEAT = 15.0


class Events:
    """The listeners."""

    def __init__(self) -> None:
        self._queues: set[asyncio.Queue[str | None]] = set()
        self._over = False

    async def listen(self) -> AsyncIterator[str]:
        """Server-sent events for one page, until it goes or everything ends."""
        queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._queues.add(queue)
        try:
            yield "retry: 500\n\n"
            if self._over:  # a page that came while it ended
                yield _event("ended")
                return
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), _BEAT)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if event is None:
                    return
                yield _event(event)
        finally:
            self._queues.discard(queue)

    def tell(self, event: str | None) -> None:
        """Tell all; None ends their connections."""
        for queue in list(self._queues):
            queue.put_nowait(event)

    def end(self) -> None:
        """Tell all, and whoever still comes, that it is over, and end their connections."""
        self._over = True
        self.tell("ended")
        self.tell(None)


def _event(name: str) -> str:
    return f"event: {name}\ndata: \n\n"


async def watch(root: Path, events: Events, stop: asyncio.Event) -> None:
    """Tell of every change of what a project is made from, until ``stop``."""
    from watchfiles import awatch

    places = [root / name for name in ("series", "templates", "daycast.toml", "pyproject.toml", "PAUSE")]
    present = [place for place in places if place.exists()]
    async for _ in awatch(*present, debounce=_DEBOUNCE, step=_STEP, stop_event=stop, raise_interrupt=False):
        events.tell("changed")
