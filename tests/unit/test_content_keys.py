"""The tables of keys say what is true: the reference pages are made from them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline import content
from pipeline.content import CHANNEL_KEYS, CODES, ENTRY_KEYS, LINKEDIN_KEYS, SERIES_KEYS, Key, parse_entry, parse_series
from pipeline.model import Series

SERIES = Series(slug="soil", id="soil", title="Soil", length=30, path="series/soil/_index.md")


@pytest.mark.parametrize("key", ENTRY_KEYS, ids=lambda key: key.name)
def test_the_example_of_an_entry_key_is_read_without_a_word(key: Key) -> None:
    frame = "".join(f"{name}: {value}\n" for name, value in (("title", "A"), ("day", "2")) if name != key.name)
    entry, found = parse_entry(
        f"---\n{frame}{key.name}: {key.example}\n---\n".encode(), path="series/soil/x.md", series=SERIES
    )
    assert found == ()
    assert entry is not None
    assert entry.lines[key.name] > 1


@pytest.mark.parametrize("key", SERIES_KEYS, ids=lambda key: key.name)
def test_the_example_of_a_series_key_is_read_without_a_word(key: Key) -> None:
    frame = "length: 3\n" if key.name == "label" else ""
    series, found = parse_series(f"---\n{frame}{key.name}: {key.example}\n---\n".encode(), path="series/soil/_index.md")
    assert found == ()
    assert series is not None
    assert key.name in series.lines


@pytest.mark.parametrize("key", LINKEDIN_KEYS, ids=lambda key: key.name)
def test_the_example_of_a_linkedin_key_is_read_without_a_word(key: Key) -> None:
    source = f"---\ntitle: A\nday: 2\nlinkedin:\n  {key.name}: {key.example}\n---\n".encode()
    entry, found = parse_entry(source, path="series/soil/x.md", series=SERIES)
    assert found == ()
    assert entry is not None
    assert list(entry.overrides["linkedin"]) == [key.name]


@pytest.mark.parametrize(
    "keys", [ENTRY_KEYS, SERIES_KEYS, *CHANNEL_KEYS.values()], ids=["entry", "series", *CHANNEL_KEYS]
)
def test_no_name_means_two_keys(keys: tuple[Key, ...]) -> None:
    names = [name.lower().replace("_", "") for key in keys for name in (key.name, *key.aliases)]
    assert sorted(set(names)) == sorted(names)


def test_every_code_that_is_told_is_explained_and_the_other_way_round() -> None:
    source = "".join(path.read_text() for path in Path(content.__file__).parent.glob("*.py") if path.name != "notes.py")
    told = set(re.findall(r'(?:error|warn|Error)\(\s*"([a-z0-9-]+)"', source))
    taken = {"day-taken", "slug-taken", "id-taken", "guid-taken"}
    assert told <= CODES.keys()
    assert {code for code in CODES if f'"{code}"' in source} | taken == CODES.keys()
