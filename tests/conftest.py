"""What every test runs under."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.support_postgres import Server, running

# A busy machine is no failure: Hypothesis counts examples, not milliseconds.
settings.register_profile("daycast", deadline=None)
settings.load_profile("daycast")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--update-golden`` (write what is made now as what is expected) and ``--full`` (many more cases)."""
    parser.addoption("--update-golden", action="store_true", help="write the golden files anew")
    parser.addoption("--full", action="store_true", help="run fault tests with their full counts")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A real PostgreSQL."""
    with running() as server:
        yield server
