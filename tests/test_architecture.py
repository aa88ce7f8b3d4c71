"""The house stands as docs/design.md draws it."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import grimp
import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[1]

#: Each foreign library and the rooms that know it. A new one needs a home here, and a version in pyproject.toml.
HOMES = {
    "PIL": {"images"},
    "apscheduler": {"scheduler"},
    "feedgen": {"feed"},
    "fontTools": {"cards"},
    "fontpkg_inter": {"cards"},
    "frontmatter": {"content"},
    "bs4": {"importers"},
    "css_inline": {"channels"},
    "defusedxml": {"importers"},
    "imagesize": {"render"},
    "markdownify": {"importers"},
    "jinja2": {"render"},
    "lxml": {"book", "feed"},
    "mcp": {"verbs"},
    "nh3": {"markdown"},
    "obstore": {"targets"},
    "pygments": {"markdown"},
    "pyromark": {"linkedin_text", "markdown"},
    "procrastinate": {"worker"},
    "prometheus_client": {"worker"},
    "psycopg": {"ledger"},
    "pydantic": {"verbs"},
    "pytest": {"testing"},
    "regex": {"channels"},
    "requests": {"http"},
    "shtab": {"cli"},
    "starlette": {"preview"},
    "typst": {"cards"},
    "tzlocal": {"host"},
    "urllib3": {"http"},
    "uvicorn": {"preview"},
    "watchfiles": {"preview"},
    "yaml": {"content"},
}

#: The rooms that may read a clock; everything else is given the moment.
SHELLS = {"cli", "scheduler", "testing"}
CLOCKS = {
    ("date", "today"),
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("time", "gmtime"),
    ("time", "localtime"),
    ("time", "time"),
    ("time", "time_ns"),
}


def room(module: str) -> str:
    return module.split(".")[1] if "." in module else module


def test_every_module_has_its_floor_and_imports_only_from_below(capsys: pytest.CaptureFixture[str]) -> None:
    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert code == 0, capsys.readouterr().out


def test_each_foreign_library_lives_in_its_own_room() -> None:
    graph = grimp.build_graph("pipeline", include_external_packages=True, cache_dir=None)
    found: dict[str, set[str]] = defaultdict(set)
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            library = imported.split(".")[0]
            if library != "pipeline" and library not in sys.stdlib_module_names:
                found[library].add(room(module))
    assert found == HOMES


def test_only_the_shells_read_a_clock() -> None:
    readers = set()
    for path in (ROOT / "pipeline").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Attribute(value=ast.Name(id=owner) | ast.Attribute(attr=owner), attr=name):
                    if (owner, name) in CLOCKS:
                        readers.add(path.relative_to(ROOT / "pipeline").parts[0].removesuffix(".py"))
    assert readers <= SHELLS


def test_the_command_starts_without_its_libraries() -> None:
    seen = subprocess.run(
        [sys.executable, "-c", "import sys, pipeline.cli; print(*{name.split('.')[0] for name in sys.modules})"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert set(seen.split()) & (set(HOMES) | {"apscheduler", "asyncio", "requests", "zoneinfo"}) == set()
