"""What holds for every text and every tree of files."""

from __future__ import annotations

import tempfile
import time
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.config import Config
from pipeline.content import Loaded, body_of, load, parse_entry, parse_series
from pipeline.content.flat import read_flat
from pipeline.content.mend import quoted
from pipeline.content.notes import Notes
from pipeline.content.slug import is_slug, slugified
from pipeline.content.tree import FrontMatterError, Table
from pipeline.content.yaml_tree import fastest_parser, python_parser, read_yaml
from pipeline.model import Series

SERIES = Series(slug="soil", id="soil", title="Soil", length=30, path="series/soil/_index.md")

WORDS = st.sampled_from([
    "title", "day", "date", "slug", "tags", "summary", "linkedin", "hook", "aliases", "draft", "published", "cover",
    "id", "zone", "time", "weekdays", "skip", "length", "label", "hashtag", "start", "language", "channels", "updated",
    "category", "image_alt", "canonical_url", "permalink", "status", "extra", "<<",
])  # fmt: skip
PIECES = st.sampled_from([
    "\n", "\n\n", "---\n", "...\n", "+++\n", "{", "}", "[", "]", ": ", ":", " #", "#Day2/30", "- ", "'", '"', "\\",
    "|\n  ", ">-\n  ", "&a ", "*a", "!t ", "!!int ", "@x", "`", "%", "?", ",", "\t", "  ", " = ", "{{ x }}", "<!-- ",
    " -->", "# ", "```\n", "é", "土", "\u2028", "\ufeff", "\x07", "\x85", "\ufffe", "🌱", "2026-10-19", "09:00",
    "mon-fri", "Europe/Berlin", "..", "/a/", "no", "~", "1.10",
])  # fmt: skip
SOUP = st.lists(st.one_of(PIECES, WORDS, st.text(max_size=6)), max_size=40).map("".join)
FRONT = st.builds(lambda fence, text: f"{fence}\n{text}\n{fence}\nbody", st.sampled_from(["---", "+++"]), SOUP)
TEXT = st.one_of(SOUP, FRONT, st.builds(lambda text: "{" + text + "}\nbody", SOUP))


@given(text=TEXT)
def test_no_text_breaks_the_reading_of_an_entry(text: str) -> None:
    entry, found = parse_entry(text.encode(errors="surrogatepass"), path="series/soil/x.md", series=SERIES)
    assert (entry is None) == any(problem.severity == "error" for problem in found)
    assert all(
        problem.line is None or 1 <= problem.line <= text.count("\n") + text.count("\r") + 1 for problem in found
    )
    assert all("\n" not in problem.message for problem in found)


@given(text=TEXT)
def test_no_text_breaks_the_reading_of_a_series(text: str) -> None:
    series, found = parse_series(text.encode(errors="surrogatepass"), path="series/soil/_index.md")
    assert (series is None) == any(problem.severity == "error" for problem in found)


@given(data=st.binary(max_size=300))
def test_no_bytes_break_the_reading_of_an_entry(data: bytes) -> None:
    entry, found = parse_entry(data, path="series/soil/day-02.md", series=SERIES)
    assert (entry is None) == any(problem.severity == "error" for problem in found)


@given(text=TEXT)
def test_no_text_has_no_body(text: str) -> None:
    assert isinstance(body_of(text), str)


@given(text=TEXT)
def test_nothing_that_is_read_holds_a_character_no_feed_can_carry(text: str) -> None:
    entry, _ = parse_entry(text.encode(errors="replace"), path="series/soil/day-02.md", series=SERIES)
    if entry is not None:
        shown = repr([getattr(entry, field.name) for field in fields(entry)])
        assert not any(escape in shown for escape in ("\\x07", "\\x85", "\\ufffe", "\\ud8"))


@given(text=SOUP)
def test_both_parsers_of_yaml_read_the_same(text: str) -> None:
    found = []
    for parser in (fastest_parser, python_parser):
        notes = Notes("f.md")
        try:
            tree: Table | None = read_yaml(text.replace("\u2028", " ").replace("\ufeff", ""), 2, notes, parser)
        except FrontMatterError:
            tree = None
        found.append((tree, [str(problem) for problem in notes.found]) if tree is not None else None)
    # libyaml takes tabs in some places where PyYAML's own parser does not.
    assert found[0] == found[1] or "\t" in text


KEYS = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,8}", fullmatch=True)
PLAIN = st.text(st.sampled_from("ab1 .:#-'\"[]{},&*!|>%@/é土"), max_size=12)
LINES = st.lists(
    st.one_of(
        st.builds("{}: {}".format, KEYS, PLAIN),
        st.builds('{}: "{}"'.format, KEYS, PLAIN),
        st.builds("{}: '{}'".format, KEYS, PLAIN),
        st.builds("{}: [{}]".format, KEYS, st.lists(PLAIN, max_size=3).map(", ".join)),
        st.builds("{}:".format, KEYS),
        st.builds("{}- {}".format, st.sampled_from(["", " ", "  "]), PLAIN),
        st.sampled_from(["", "# note", "   "]),
    ),
    max_size=8,
).map("\n".join)


@given(head=LINES)
def test_what_is_read_without_a_parser_is_what_a_parser_reads(head: str) -> None:
    flat = read_flat(head, 2)
    if flat is not None:
        notes = Notes("f.md")
        assert (flat, notes.found) == (read_yaml(head, 2, notes), [])


@given(
    text=st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"], exclude_characters="\ufeff\ufffe\uffff")
    )
)
def test_the_quoted_form_reads_back_as_the_text(text: str) -> None:
    assert yaml.safe_load(quoted(text)) == text


@given(text=st.text())
def test_a_slug_made_of_any_text_is_one(text: str) -> None:
    slug = slugified(text)
    assert not slug or is_slug(slug)
    assert slugified(slug) == slug


def keys_of(files: dict[str, str]) -> dict[str, str]:
    """The identity of each entry by its title."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in files.items():
            path = Path(folder) / "series" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        loaded: Loaded = load(Path(folder), Config())
    return {
        entry.title.partition("|")[2]: f"{series.id}/{entry.key}"
        for series in loaded.series
        for entry in series.entries
    }


NAMES = st.from_regex(r"[a-z]{1,6}(/[a-z]{1,4})?", fullmatch=True)
INDEX = "---\nid: kept\ntitle: Soil\nlength: 40\nstart: 2026-10-19\n---\n"


def file_of(number: int, how: str) -> str:
    title = f"Day {number}|t{number}" if how == "title" else f"A|t{number}"
    day = f"day: {number}\n" if how == "day" else ""
    return f'---\ntitle: "{title}"\n{day}slug: s{number}\n---\n'


@settings(max_examples=30)
@given(
    names=st.lists(NAMES, min_size=4, max_size=10, unique_by=lambda name: name.replace("/", "")),
    hows=st.lists(st.sampled_from(["day", "title"]), min_size=10, max_size=10),
    moved=st.lists(NAMES, min_size=10, max_size=10, unique_by=lambda name: name.replace("/", "")),
    folder=st.sampled_from(["soil", "earth", "30days"]),
)
def test_adding_renaming_and_moving_files_changes_no_key(
    names: list[str], hows: list[str], moved: list[str], folder: str
) -> None:
    few = {f"soil/{name}.md": file_of(n, hows[n - 1]) for n, name in enumerate(names[:3], 1)}
    more = {f"{folder}/{moved[n - 1]}.md": file_of(n, hows[n - 1]) for n in range(1, len(names) + 1)}
    before = keys_of({"soil/_index.md": INDEX, **few})
    after = keys_of({f"{folder}/_index.md": INDEX, **more})
    assert before == {f"t{n}": f"kept/day-{n:02d}" for n in range(1, 4)}
    assert {title: after[title] for title in before} == before


@settings(max_examples=30)
@given(
    ids=st.lists(st.from_regex(r"[a-z]{1,6}", fullmatch=True), min_size=2, max_size=8, unique=True),
    names=st.lists(NAMES, min_size=8, max_size=8, unique_by=lambda name: name.replace("/", "")),
    dates=st.lists(st.integers(1, 28), min_size=8, max_size=8),
)
def test_a_stored_id_is_the_key_of_an_entry_wherever_it_stands(
    ids: list[str], names: list[str], dates: list[int]
) -> None:
    index = INDEX.replace("length: 40\n", "")
    files = {
        f"soil/{name}.md": f'---\ntitle: "A|{one}"\nid: {one}\nslug: s-{one}\ndate: 2026-10-{day}\n---\n'
        for one, name, day in zip(ids, names, dates, strict=False)
    }
    assert keys_of({"soil/_index.md": index, **files}) == {one: f"kept/{one}" for one in ids}


FILES = st.dictionaries(
    st.sampled_from(
        [
            f"{folder}/{name}.md"
            for folder in ("a", "b c")
            for name in ("_index", "day-1", "day-2", "x", "02", "d/index")
        ]
    ),
    st.one_of(
        TEXT, st.builds("---\ntitle: A\nday: {}\nslug: {}\n---\n".format, st.integers(0, 4), st.sampled_from("xyz"))
    ),
    max_size=8,
)


@settings(max_examples=60)
@given(good=FILES, now=FILES)
def test_any_project_loads_and_no_two_entries_share_a_day_or_a_slug(good: dict[str, str], now: dict[str, str]) -> None:
    kept = {f"series/{name}": text.encode(errors="replace") for name, text in good.items()}
    with tempfile.TemporaryDirectory() as folder:
        for name, text in now.items():
            path = Path(folder) / "series" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode(errors="replace"))
        loaded = load(Path(folder), Config(), last_good=kept.get)
        again = load(Path(folder), Config(), last_good=kept.get)
    assert loaded == again
    errors = {problem.path for problem in loaded.problems if problem.severity == "error"}
    assert errors.isdisjoint(loaded.sources)
    for series in loaded.series:
        for claim in ("day", "slug", "key"):
            values = [getattr(entry, claim) for entry in series.entries]
            assert len(set(values)) == len(values)
        assert all(entry.stale == (entry.path in errors) for entry in series.entries) or series.stale


@pytest.mark.parametrize(
    "text",
    [
        "---\na: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in ("ab", "bc", "cd")) + "---\n",
        "---\na: " + "[" * 30000 + "\n---\n",
        "---\na: " + "{a: " * 10000 + "\n---\n",
        "---\n" + "\n".join(f"k{n}: {n}" for n in range(6000)) + "\n---\n",
        "---\ntitle: " + " " * 60000 + "x: y\n---\n",
        "---\ntitle: " + "a: " * 20000 + "\n---\n",
        "---\ntitle: a\tb" + " " * 60000 + "c\n---\n",
        "---\n" + "a:\tb\tc\n" * 8000 + "---\n",
        "---\n" + "'" * 60000 + "\n---\n",
        '---\na: "' + "\\x" * 20000 + "\n---\n",
        "+++\n" + "a." * 30000 + "b = 1\n+++\n",
        "+++\na = " + "[" * 30000 + "\n+++\n",
        '{"a": ' + "[" * 30000,
        '{"' + '\\"' * 500000,
        '{"a": "' + "\\" * 500001,
        "# " + " " * 1000000 + "x",
        "<!--" * 250000,
        "Day" + " " * 1000000 + "2",
        "#" * 1000000,
        "\n" * 1000000,
        " " * 1000000 + "\n---\n",
        "---\ndate: " + " ".join(["Mon"] * 10000) + "\n---\n",
        "---\nslug: " + "é" * 60000 + "\n---\n",
        "---\nlabel: " + "{n}" * 20000 + "\n---\n",
    ],
    ids=lambda text: ascii(text[:24]),
)  # fmt: skip
def test_no_bomb_takes_more_than_a_moment(text: str) -> None:
    start = time.process_time()
    parse_entry(text.encode(), path="series/soil/x.md", series=SERIES)
    parse_series(text.encode(), path="series/soil/_index.md")
    assert time.process_time() - start < 1
