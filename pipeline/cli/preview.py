"""Look at everything before it goes out: the calendar, and each day as LinkedIn, blog, feed and picture, in a browser.

Pages follow what you save. From them you can publish, record a post as done, resolve and pause. Only this machine
can reach it. Ctrl-C ends it.
"""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from pathlib import Path

from pipeline.cli import live
from pipeline.cli.run import project_root
from pipeline.errors import ConfigError, remedy_of

PORT = 8720
_NEEDED = ("starlette", "uvicorn", "watchfiles")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``preview``."""
    parser.add_argument("--port", type=int, default=PORT, metavar="N", help=f"the port ({PORT}); 0 takes any free one")
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Serve the preview."""
    if any(find_spec(name) is None for name in _NEEDED):
        raise ConfigError(f"the preview is not installed: {remedy_of('preview')}")
    root = project_root(here)
    from pipeline.preview.serve import serve

    def ready(address: str) -> None:
        print(f"preview of {root} at {address} (Ctrl-C ends it)", flush=True)
        if not options.no_browser:
            import webbrowser

            webbrowser.open(address)

    serve(root, port=options.port, clock=live.clock_of(options), runner=live.runner(), ready=ready)
    return 0
