"""Every byte of a feed that uses every field, and of one that has no item.

``--update-golden`` writes the files anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.feed import atom, item_document, json_feed, rss
from tests.feed_samples import feed, full

GOLDEN = Path(__file__).parents[1] / "golden" / "feed"

DOCUMENTS = {
    "full.rss.xml": lambda: rss(full()),
    "full.atom.xml": lambda: atom(full()),
    "full.json": lambda: json_feed(full()),
    "empty.rss.xml": lambda: rss(feed()),
    "empty.atom.xml": lambda: atom(feed()),
    "empty.json": lambda: json_feed(feed()),
    "item.rss.xml": lambda: item_document(full(), full().items[1]),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_is_its_golden_file(name: str, request: pytest.FixtureRequest) -> None:
    made = DOCUMENTS[name]()
    if request.config.getoption("--update-golden"):
        (GOLDEN / name).write_bytes(made)
    assert made == (GOLDEN / name).read_bytes()


def test_every_golden_file_is_of_a_document() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == set(DOCUMENTS)
