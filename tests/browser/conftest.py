"""A browser, and the sample site of the system tests for it to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import sites
from tests.system.conftest import (
    command,
    leave_out,
    node_package,
    note,
    project,
    project_below,
    pytest_configure,
    pytest_terminal_summary,
    web,
    web_below,
)
from tests.system.web import NOW, Served, Site, daycast, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = [
    "command",
    "leave_out",
    "node_package",
    "note",
    "project",
    "project_below",
    "pytest_configure",
    "pytest_terminal_summary",
    "web",
    "web_below",
]

#: What docs/howto/put-the-blog-online.md promises.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: Root needs the first; the rest keep the browser from calling home.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser(leave_out: Callable[[str, str], None], command: Callable[[str, str], str]) -> Iterator[Browser]:
    """A headless Chromium."""
    executable = command("browser", "chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        leave_out("browser", "no playwright: run `make test-system`")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=SWITCHES)
        yield running
        running.close()


def built(root: Path, files: Mapping[str, str | bytes], url: str) -> Site:
    """A small project, built."""
    for path, text in files.items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    daycast("build", "--now", NOW, root=root)
    return Site(root / "output/site", url)


@pytest.fixture(scope="session")
def web_full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A site with a page of every kind and an entry of everything, under the strictest policy."""
    site = built(tmp_path_factory.mktemp("full"), sites.full(), "https://full.example")
    with served(site, {"Content-Security-Policy": POLICY}) as running:
        yield running


@pytest.fixture(scope="session")
def web_arabic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A site that is read from right to left."""
    site = built(tmp_path_factory.mktemp("arabic"), sites.arabic(), "https://walk.example")
    with served(site) as running:
        yield running
