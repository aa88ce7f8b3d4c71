"""Projects to run the command line on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import INDEX, TOML, Folder, entry


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Folder:
    return Folder(tmp_path, capsys)


@pytest.fixture
def walks(folder: Folder) -> Folder:
    """A series of 30 days with five entries, three of them out at NOW."""
    folder.write({"daycast.toml": TOML, "series/walks/_index.md": INDEX})
    folder.write({f"series/walks/day-{day:02d}.md": entry(day) for day in range(1, 6)})
    return folder
