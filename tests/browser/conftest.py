"""A browser, and the sample site of the system tests for it to look at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

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
