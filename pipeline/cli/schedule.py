"""Publish by the clock, in the foreground, until SIGTERM or Ctrl-C: then finish the send in hand and exit 0.

One scheduler runs for a project. It looks every half minute and at each due instant; whatever was missed meanwhile is
caught up as the series says (catch_up, max_late, min_gap). Each event is a line on stdout.
"""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from pipeline.cli import live
from pipeline.cli.logs import log
from pipeline.cli.run import settings
from pipeline.errors import ConfigError
from pipeline.publish.run import Tell
from pipeline.scheduler import Clockwork, Health, serve


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``schedule``."""
    parser.add_argument(
        "--log-format", choices=("human", "json"), default="human", help="a line for people or an object for programs"
    )
    parser.add_argument(
        "--health", metavar="HOST:PORT", help="answer GET / there: 200 while all is well, else 503 and why"
    )
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Run the scheduler."""
    root, _ = settings(here)
    clock = _clock(options.now)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    health = Health()
    tell = log(clock, json=options.log_format == "json")
    server = _health_server(options.health, health, clock, tell) if options.health else None
    try:
        serve(
            root,
            clock=clock,
            wait=live.waiting(),
            alarm=Clockwork(clock, stop),
            runner=live.runner(),
            tell=tell,
            health=health,
        )
    finally:
        if server is not None:
            server()
    return 0


def _clock(start: datetime | None) -> Callable[[], datetime]:
    """The clock, or one that starts at ``start`` and runs on."""
    if start is None:
        return lambda: datetime.now(UTC)
    began = datetime.now(UTC)
    return lambda: start + (datetime.now(UTC) - began)


def _health_server(address: str, health: Health, clock: Callable[[], datetime], tell: Tell) -> Callable[[], None]:
    """Answer for the scheduler's health. Gives what ends it."""
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    host, colon, port = address.rpartition(":")
    if not colon or not port.isdecimal():
        raise ConfigError(f"--health is '{address}', expected an address such as 127.0.0.1:8911")

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reason = health.bad(clock())
            body = (f"{reason}\n" if reason else "ok\n").encode()
            self.send_response(503 if reason else 200)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *words: object) -> None:
            """Log nothing: a probe each few seconds is no event."""

    try:
        server = ThreadingHTTPServer((host, int(port)), Answer)
    except (OSError, OverflowError) as error:
        raise ConfigError(f"--health {address}: cannot be listened on: {error}") from error
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    tell("health", "", f"http://{host}:{server.server_port}/")

    def end() -> None:
        server.shutdown()
        server.server_close()

    return end
