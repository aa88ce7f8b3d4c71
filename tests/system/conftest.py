"""The sample site, built and served once, and the tools that look at it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.system.web import NODE, Project, Served, build_sample, served

LEFT_OUT = pytest.StashKey[dict[str, str]]()
NOTES = pytest.StashKey[list[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash.setdefault(LEFT_OUT, {})
    config.stash.setdefault(NOTES, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    # tests/browser has these hooks as well: what one has said the other leaves.
    for note in config.stash[NOTES]:
        terminalreporter.write_line(note)
    if left_out := config.stash[LEFT_OUT]:
        terminalreporter.write_line(
            "left out: " + ", ".join(f"{what} ({why})" for what, why in sorted(left_out.items())), yellow=True
        )
    config.stash[NOTES], config.stash[LEFT_OUT] = [], {}


@pytest.fixture(scope="session")
def note(pytestconfig: pytest.Config) -> Callable[[str], None]:
    """Say something at the end of the run that is not a failure."""
    return pytestconfig.stash[NOTES].append


@pytest.fixture(scope="session")
def leave_out(pytestconfig: pytest.Config) -> Callable[[str, str], None]:
    """Leave a look out for want of a tool and say so at the end; where everything must be there, fail."""

    def leave(what: str, why: str) -> None:
        if os.environ.get("CI"):
            pytest.fail(f"{what} would be left out: {why}; see .ci/debian-packages", pytrace=False)
        pytestconfig.stash[LEFT_OUT][what] = why
        pytest.skip(f"{what}: {why}")

    return leave


@pytest.fixture(scope="session")
def command(leave_out: Callable[[str, str], None]) -> Callable[[str, str], str]:
    """``command("Nu", "java")``: where the command is that a look needs."""

    def find(what: str, name: str) -> str:
        found = shutil.which(name)
        if found is None:
            leave_out(what, f"no {name}")
        return str(found)

    return find


@pytest.fixture(scope="session")
def node_package(leave_out: Callable[[str, str], None]) -> Callable[[str, str], Path]:
    """``node_package("axe", "axe-core")``: the folder of a package from the lock."""

    def find(what: str, name: str) -> Path:
        folder = NODE / "node_modules" / name
        if not folder.is_dir():
            leave_out(what, f"no {name}: install npm, then `make test-system`")
        return folder

    return find


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The sample series, built for the top of a host."""
    return build_sample(tmp_path_factory.mktemp("sample") / "project", url="https://blog.example.org")


@pytest.fixture(scope="session")
def project_below(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The sample series, built for a folder of a host."""
    return build_sample(tmp_path_factory.mktemp("below") / "project", url="https://example.org/a/blog")


@pytest.fixture(scope="session")
def web(project: Project) -> Iterator[Served]:
    """The sample site, served."""
    with served(project.site) as running:
        yield running


@pytest.fixture(scope="session")
def web_below(project_below: Project) -> Iterator[Served]:
    """The sample site in a folder of a host, served."""
    with served(project_below.site) as running:
        yield running
