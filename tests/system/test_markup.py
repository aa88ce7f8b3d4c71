"""The Nu HTML checker finds no error in any page."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from tests.system.web import Served


def test_the_nu_checker_finds_no_error(
    web: Served,
    command: Callable[[str, str], str],
    node_package: Callable[[str, str], Path],
    note: Callable[[str], None],
) -> None:
    assert nu_errors(web, command, node_package, note) == []


def nu_errors(
    web: Served,
    command: Callable[[str, str], str],
    node_package: Callable[[str, str], Path],
    note: Callable[[str], None],
) -> list[str]:
    """What the checker says of every page of a site, but for what it says of CSS."""
    java = command("Nu", "java")
    jar = node_package("Nu", "vnu-jar") / "build" / "dist" / "vnu.jar"
    pages = [page.file for page in web.site.pages]
    run = subprocess.run(
        [java, "-jar", jar, "--format", "json", "--stdout", "--exit-zero-always", *pages],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=300,
        check=True,
    )
    messages = json.loads(run.stdout)["messages"]
    # Its CSS grammar lags behind browsers: there it advises.
    style = Counter(m["message"] for m in messages if m["message"].startswith("CSS:"))
    for message, count in style.most_common():
        note(f"Nu, not counted: {count} × {message}")
    return [
        f"{Path(m['url'].removeprefix('file:')).relative_to(web.site.folder)}:{m.get('lastLine')}: {m['message']}"
        for m in messages
        if m["type"] != "info" and not m["message"].startswith("CSS:")
    ]
