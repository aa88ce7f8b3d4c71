"""An entry beside everything it becomes. `pytest --update-golden` writes what is made now; read the difference."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.config import parse
from pipeline.one_entry import render_entry
from pipeline.project import load

CASES = Path(__file__).parent / "cases"
NOW = datetime(2026, 11, 1, tzinfo=UTC)
SETTINGS = parse(
    {
        "site": {"title": "Golden", "url": "https://golden.example", "zone": "Europe/Berlin", "author": "Ada Example"},
        "feed": {"authority": "golden.example,2026"},
        "categories": {"82": "Technology"},
        "channels": {"linkedin": {"mentions": {"acme": {"name": "Acme (Holding)", "urn": "urn:li:organization:7"}}}},
    },
    source="daycast.toml",
)


def artifacts(case: Path, root: Path) -> dict[str, bytes]:
    folder = root / "series" / "golden"
    folder.mkdir(parents=True)
    for file in case.glob("*.md"):
        (folder / file.name).write_bytes(file.read_bytes())
    project = load(root, SETTINGS)
    (series,) = project.series
    (entry,) = series.entries
    made = render_entry(project, series, entry, NOW)
    assert made.linkedin is not None
    assert made.item is not None
    told = sorted(f"{problem.severity}: {problem}" for problem in (*project.problems, *made.problems))
    return {
        "linkedin.txt": made.linkedin.to_paste(),
        "linkedin.json": made.linkedin.to_send(),
        "body.html": made.rendered.document.html.encode(),
        "item.xml": made.item,
        "problems.txt": "".join(f"{line}\n" for line in told).encode(),
    }


@pytest.mark.parametrize("case", sorted(path for path in CASES.iterdir() if path.is_dir()), ids=lambda path: path.name)
def test_an_entry_becomes_what_lies_beside_it(case, tmp_path, pytestconfig):
    made = artifacts(case, tmp_path)
    if pytestconfig.getoption("--update-golden"):
        for name, content in made.items():
            (case / name).write_bytes(content)
    assert made == {name: (case / name).read_bytes() for name in made}
