"""Serve the preview on the loopback until Ctrl-C, and end at once then, however many pages are open."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from types import FrameType

from pipeline.errors import PipelineError

HOST = "127.0.0.1"


def bound(port: int) -> socket.socket:
    """A socket that listens on the loopback; 0 is any free port. Raises PipelineError where it is taken."""
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((HOST, port))
    except (OSError, OverflowError) as error:
        made.close()
        raise PipelineError(
            f"port {port} cannot be had ({getattr(error, 'strerror', None) or error}); another preview may run, "
            "or name another port with --port (0 takes any that is free)"
        ) from error
    return made


def serve(
    root: Path,
    *,
    port: int,
    clock: Callable[[], datetime],
    runner: str | None,
    ready: Callable[[str], None],
) -> None:
    """Serve the project at ``root``; ``ready`` is told the address once it answers. Raises PipelineError."""
    import uvicorn

    from pipeline.preview.app import make

    with closing(bound(port)) as listening:
        number = int(listening.getsockname()[1])
        app, events = make(root, number, secrets.token_urlsafe(24), clock, runner=runner)

        class Server(uvicorn.Server):
            async def startup(self, sockets: list[socket.socket] | None = None) -> None:
                await super().startup(sockets)
                if self.started:
                    ready(f"http://{HOST}:{number}/")

            def handle_exit(self, sig: int, frame: FrameType | None) -> None:
                # The streams of open pages would keep the server waiting.
                events.end()
                super().handle_exit(sig, frame)

        settings = uvicorn.Config(
            app,
            log_level="critical",
            access_log=False,
            timeout_graceful_shutdown=1,
            server_header=False,
            lifespan="on",
            ws="none",
        )
        try:
            Server(settings).run(sockets=[listening])
        except KeyboardInterrupt:
            return
