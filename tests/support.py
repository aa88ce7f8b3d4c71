"""A project on disk, and the command line run on it in this process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.cli import main

INDEX = """\
---
id: walk
title: Thirty walks
hashtag: thirtyWalks
length: 30
start: 2026-10-19
time: "09:00"
zone: Europe/Berlin
---
A walk a day.
"""
TOML = '[site]\ntitle = "Walks"\nurl = "https://walks.example"\n\n[feed]\nauthority = "walks.example,2026"\n'
#: After day 3, before day 4.
NOW = "2026-10-21T12:00:00+02:00"


def entry(day: int, title: str = "", *, extra: str = "", body: str = "") -> str:
    text = body or f"We walked {day} miles along the river and back."
    return f"---\ntitle: {title or f'Walk number {day}'}\n{extra}---\n{text}\n"


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


class Folder:
    """A project's folder, and daycast run in it."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self._capsys = capsys

    def write(self, files: Mapping[str, str | bytes]) -> None:
        for name, content in files.items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    def read(self, name: str) -> str:
        return (self.path / name).read_text(encoding="utf-8")

    def daycast(self, *words: str) -> Ran:
        self._capsys.readouterr()
        try:
            code = main(["-C", str(self.path), *words])
        except SystemExit as exit_:  # argparse's
            code = int(exit_.code or 0)
        captured = self._capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    def inside(self, name: str) -> Folder:
        """A folder in this one, to run daycast in."""
        return Folder(self.path / name, self._capsys)

    def site(self) -> dict[str, bytes]:
        """Every file below output/site/, by path."""
        top = self.path / "output/site"
        return {
            path.relative_to(top).as_posix(): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()
        }
