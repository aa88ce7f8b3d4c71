"""Lighthouse on a phone: home, series and the heaviest entry."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import SWITCHES
from tests.system.web import Kind, Served

#: A busy machine may cost performance a few points; nothing else may cost one.
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}


@pytest.mark.parametrize("kind", ["home", "series", "entry"])
def test_lighthouse_finds_nothing_to_mend(
    web: Served,
    kind: Kind,
    command: Callable[[str, str], str],
    node_package: Callable[[str, str], Path],
    note: Callable[[str], None],
    tmp_path: Path,
) -> None:
    page = max(web.site.pages_of(kind), key=lambda page: page.file.stat().st_size)
    told = tmp_path / "lighthouse.json"
    ran = subprocess.run(
        [
            *(command("Lighthouse", "node"), str(node_package("Lighthouse", "lighthouse") / "cli/index.js")),
            *(web.at(page), "--output=json", f"--output-path={told}", "--quiet", "--no-enable-error-reporting"),
            f"--chrome-flags={' '.join(['--headless=new', *SWITCHES])}",
        ],
        env={**os.environ, "CHROME_PATH": command("Lighthouse", "chromium"), "HOME": str(tmp_path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(told.read_text(encoding="utf-8"))
    scores = {name: round(100 * part["score"]) for name, part in found["categories"].items()}
    failed = [
        f"{audit['id']}: {audit['title']}"
        for audit in found["audits"].values()
        if audit["score"] is not None and audit["score"] < 1 and audit["scoreDisplayMode"] == "binary"
    ]
    note(f"Lighthouse {kind}: {'/'.join(str(scores[name]) for name in LEAST)}")
    assert {name: scores[name] for name in LEAST if scores[name] < LEAST[name]} == {}, failed
