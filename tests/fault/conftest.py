"""Figures that fault tests have found, printed at the end of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

_FIGURES = pytest.StashKey[list[str]]()


@pytest.fixture
def record_figure(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Note a figure under the name of its bar."""
    figures = request.config.stash.setdefault(_FIGURES, [])
    return lambda bar, text: figures.append(f"{bar}: {text}")


@pytest.fixture
def many(request: pytest.FixtureRequest) -> Callable[[Any, Any], Any]:
    """How many cases: the first number, with ``--full`` the second."""
    return lambda small, full: full if request.config.getoption("full") else small


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print them."""
    figures: list[str] = config.stash.get(_FIGURES, list[str]())
    for line in sorted(figures):
        terminalreporter.write_line(line)
