"""An entry is out everywhere or nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.system.web import Project, build_sample, copy_sample

URL = "https://blog.example.org"
#: Found in no other file.
WORD = "quizzacious"
ENTRY = f"""\
---
day: 30
title: The {WORD} last day
slug: {WORD}
tags: [{WORD}]
date: 2026-12-02T09:00:00Z
image: {WORD}.svg
---

A {WORD} text.
"""
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><title>A square</title></svg>'


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample with another last day, due on 2 December 2026 at 9:00 UTC."""
    root = tmp_path_factory.mktemp("cutoff") / "project"
    copy_sample(root)
    series = root / "series" / "30daysofgenerativeai"
    (series / "day-30.md").unlink()
    (series / f"{WORD}.md").write_text(ENTRY, encoding="utf-8")
    (series / f"{WORD}.svg").write_text(PICTURE, encoding="utf-8")
    return root


def holding_it(project: Project) -> set[str]:
    """Names of the site's files that have the word in their name or their bytes."""
    return {
        name
        for path in project.site.folder.rglob("*")
        if path.is_file()
        and WORD in (name := path.relative_to(project.site.folder).as_posix()) + path.read_text("utf-8", "replace")
    }


def test_an_entry_to_come_is_in_no_file(root: Path) -> None:
    assert holding_it(build_sample(root, url=URL, now="2026-12-02T08:59:59Z")) == set()


def test_an_entry_that_is_out_is_everywhere(root: Path) -> None:
    assert holding_it(build_sample(root, url=URL, now="2026-12-02T09:00:00Z")) >= {
        "index.html",
        "30daysofgenerativeai/index.html",
        f"30daysofgenerativeai/{WORD}/index.html",
        "30daysofgenerativeai/recap/index.html",
        "30daysofgenerativeai/feed.xml",
        "30daysofgenerativeai/atom.xml",
        "30daysofgenerativeai/feed.json",
        "feed.xml",
        "atom.xml",
        "feed.json",
        "sitemap.xml",
        "tags/index.html",
        f"tags/{WORD}/index.html",
    }


def test_an_entry_put_off_again_leaves_no_trace(root: Path) -> None:
    build_sample(root, url=URL, now="2026-12-02T09:00:00Z")
    assert holding_it(build_sample(root, url=URL, now="2026-12-02T08:59:59Z")) == set()
