"""The day an entry names, wherever it names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import Config
from pipeline.content import load, parse_entry
from pipeline.content.days import first_heading, first_lines, label_of, leading_number, without_length
from pipeline.model import Series

SERIES = Series(slug="soil", id="soil", title="Soil", length=30, path="series/soil/_index.md")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Day2/30 – What lives here?", 2),
        ("Day 2: roots", 2),
        ("#Day 2", 2),
        ("# Day2", 2),
        ("**#Day2**/30 **#30daysofSoil**", 2),
        ("*Day 02* of 30", 2),
        ("DAY-2", 2),
        ("day_2", 2),
        ("Soil: Day 2", 2),
        ("Soil (day 2)", 2),
        ("My garden – Day 2/30", 2),
        ("What I learned on Day 2/30", 2),
        ("All about #Day2 of it", 2),
        ("🌱 Day 2", 2),
        ("Day2of30", 2),
        ("Day 0", 0),
        ("What happened the day 2 worms met", None),
        ("Holiday 2", None),
        ("Today 2", None),
        ("Day 2.5", None),
        ("Day 2nd", None),
        ("Day 12:30", None),
        ("Day one", None),
        ("30 days of soil", None),
    ],
)
def test_a_day_in_a_text(text: str, day: int | None) -> None:
    found = label_of("#Day{n}/{length}").in_text(text)
    assert (found.day if found else None) == day


@pytest.mark.parametrize(
    ("label", "text", "day"),
    [
        ("#Tag{n}/{length}", "#Tag7/30", 7),
        ("#Tag{n}/{length}", "Tag 7 von 30", 7),
        ("#Tag{n}/{length}", "Day 7", None),
        ("#Week{n}", "Week 3: a day in the garden", 3),
        ("#Week{n}", "Day 3", None),
        ("Día {n} de {length}", "Día 4 de 10", 4),
        ("#Part {n} | {length}", "#Part 4 | 10", 4),
        ("#{n}/{length}", "#7/30 soil", 7),
        ("#{n}/{length}", "7 worms", None),
        ("Day (a+)+ {n}", "day (a+)+ 5", 5),
    ],
)
def test_a_day_is_searched_as_the_series_writes_it(label: str, text: str, day: int | None) -> None:
    found = label_of(label).in_text(text)
    assert (found.day if found else None) == day


@pytest.mark.parametrize(
    ("name", "day", "slug"),
    [
        ("day-02", 2, "day-02"),
        ("day2", 2, "day-02"),
        ("Day 2", 2, "day-02"),
        ("day_002", 2, "day-02"),
        ("day-100", 100, "day-100"),
        ("day-02-roots", 2, "day-02-roots"),
        ("day2-30-roots", 2, "day2-30-roots"),
        ("tag7", 7, "tag-07"),
        ("days-2", None, "days-2"),
        ("my-day-2", None, "my-day-2"),
        ("Größe & Maß!", None, "grosse-mass"),
        ("土", None, ""),
        ("CON", None, ""),
        ("x" * 200, None, "x" * 80),
    ],
)
def test_a_day_and_a_slug_in_a_file_name(name: str, day: int | None, slug: str) -> None:
    label = label_of("#Tag{n}/{length}")
    assert (label.in_name(name), label.slug_of(name)) == (day, slug)


@pytest.mark.parametrize(
    ("name", "number"),
    [("02-roots", 2), ("2", 2), ("2. roots", 2), ("2026-10-19-roots", None), ("2roots", None), ("roots-2", None)],
)
def test_a_number_before_a_file_name(name: str, number: int | None) -> None:
    assert leading_number(name) == number


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("#Day2\nrest", ("#Day2",)),
        ("<!-- a\nnote --> <!-- b -->\n\nDay 2", ("Day 2",)),
        ("<!-- open", ("<!-- open",)),
        ("# Roots\n\n#Day2/30\nrest", ("# Roots", "#Day2/30")),
        ("", ("",)),
    ],
)
def test_the_first_line_that_shows(body: str, lines: tuple[str, ...]) -> None:
    assert first_lines(body) == lines


@pytest.mark.parametrize(
    ("body", "heading"),
    [
        ("text\n# One\n# Two", "One"),
        ("#Day2 no space", None),
        ("## Two", None),
        ("~~~\n# code\n~~~\n# `Real` **one** #", "Real one"),
        ("```\n# code", None),
        ("    # code", None),
        ("# C#", "C#"),
    ],
)
def test_the_first_heading(body: str, heading: str | None) -> None:
    assert first_heading(body) == heading


@pytest.mark.parametrize(
    ("label", "short"),
    [
        ("#Day{n}/{length}", "#Day{n}"),
        ("Day {n} of {length}", "Day {n}"),
        ("#Tag{n} von {length}!", "#Tag{n}!"),
        ("#W{n}", "#W{n}"),
    ],
)
def test_the_label_of_an_endless_series_shows_no_length(label: str, short: str) -> None:
    assert without_length(label) == short


@pytest.mark.parametrize(
    ("front", "path", "day"),
    [
        pytest.param("day: 3\ntitle: Day 3", "day-03.md", 3, id="all agree"),
        pytest.param("day: '03'\ntitle: A", "x.md", 3, id="day"),
        pytest.param("title: A", "day-03.md", 3, id="file name"),
        pytest.param("title: A", "day-03/index.md", 3, id="folder"),
        pytest.param("title: Day 3/30", "x.md", 3, id="title"),
        pytest.param("title: A\nslug: day3-30-a", "x.md", 3, id="slug"),
        pytest.param("title: A", "x.md", 4, id="first line"),
    ],
)
def test_the_first_place_that_names_a_day_counts(front: str, path: str, day: int) -> None:
    entry, found = parse_entry(f"---\n{front}\n---\n**#Day4**/30\n".encode(), path=f"series/soil/{path}", series=SERIES)
    assert found == ()
    assert entry is not None
    assert (entry.day, entry.names_day) == (day, True)


@pytest.mark.parametrize(
    ("front", "path", "sentence"),
    [
        ("day: seven", "x.md", "series/soil/x.md:3: day is 'seven', expected a number from 1 to 30"),
        ("day: 0", "x.md", "series/soil/x.md:3: day is '0', expected a number from 1 to 30"),
        ("day: 31", "x.md", "series/soil/x.md:3: day is '31', expected a number from 1 to 30"),
        ("day: -1", "x.md", "series/soil/x.md:3: day is '-1', expected a number from 1 to 30"),
        ("day: 2.5", "x.md", "series/soil/x.md:3: day is '2.5', expected a number from 1 to 30"),
        ("day: ٣", "x.md", "series/soil/x.md:3: day is '٣', expected a number from 1 to 30"),
        ("day: [1]", "x.md", "series/soil/x.md:3: day is a list, expected a number from 1 to 30"),
        ("tags: a", "day-31.md", "series/soil/day-31.md: the file name says day 31, expected a number from 1 to 30"),
        (
            "tags: a",
            "x.md",
            "series/soil/x.md: names no day although other entries of its series do; write 'day: …' "
            "in its front matter, "
            "name the file day-NN.md, or start its name with '_' if it is no entry",
        ),
    ],
)
def test_a_day_that_is_none_is_an_error_with_the_range(front: str, path: str, sentence: str) -> None:
    entry, found = parse_entry(f"---\ntitle: A\n{front}\n---\n".encode(), path=f"series/soil/{path}", series=SERIES)
    assert (entry, [str(problem) for problem in found]) == (None, [sentence])


@pytest.mark.parametrize(
    ("front", "path", "sentence"),
    [
        (
            "title: A\nday: 3",
            "day-02.md",
            "series/soil/day-02.md:3: is day 3, but the file name says 2; 'day' counts, make them agree",
        ),
        (
            "title: Day 4\nday: 3",
            "x.md",
            "series/soil/x.md:2: is day 3, but the title says 4; 'day' counts, make them agree",
        ),
        (
            "title: Day 4",
            "day-03.md",
            "series/soil/day-03.md:2: is day 3, but the title says 4; the file name counts, make them agree",
        ),
    ],
)
def test_places_that_name_different_days_are_told(front: str, path: str, sentence: str) -> None:
    entry, found = parse_entry(f"---\n{front}\n---\n".encode(), path=f"series/soil/{path}", series=SERIES)
    assert entry is not None
    assert [str(problem) for problem in found] == [sentence]


def days(root: Path, files: dict[str, str]) -> tuple[dict[str, int], list[str]]:
    """The days of a folder's entries by file name, and the codes of what is told."""
    for name, text in files.items():
        path = root / "series" / "soil" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    loaded = load(root, Config())
    entries = {entry.path.removeprefix("series/soil/"): entry for series in loaded.series for entry in series.entries}
    return {name: entry.day for name, entry in entries.items()}, [problem.code for problem in loaded.problems]


INDEX = "---\ntitle: Soil\nlength: 3\nstart: 2026-10-19\n---\n"


def test_leading_numbers_are_days_where_every_file_has_one(tmp_path: Path) -> None:
    files = {"_index.md": INDEX, "01-a.md": "# A", "2.md": "# B", "003_c/index.md": "# C"}
    assert days(tmp_path, files) == ({"01-a.md": 1, "2.md": 2, "003_c/index.md": 3}, [])


def test_leading_numbers_beyond_the_length_are_only_names(tmp_path: Path) -> None:
    files = {"_index.md": INDEX, "01-a.md": "# A", "09-b.md": "# B"}
    assert days(tmp_path, files) == ({"01-a.md": 1, "09-b.md": 2}, ["no-identity", "no-identity"])


def test_a_folder_in_which_nobody_names_a_day_goes_by_date_then_by_name(tmp_path: Path) -> None:
    files = {
        "_index.md": INDEX,
        "a.md": "# Undated",
        "b.md": "---\ntitle: Second\ndate: 2026-10-20\nid: b\n---\n",
        "c.md": "---\ntitle: First\ndate: 2026-10-19\nid: c\n---\n",
    }
    assert days(tmp_path, files) == ({"c.md": 1, "b.md": 2, "a.md": 3}, ["no-identity"])


def test_an_order_longer_than_the_series_is_told(tmp_path: Path) -> None:
    files = {"_index.md": INDEX, **{f"{name}.md": f"---\ntitle: {name}\nid: {name}\n---\n" for name in "abcd"}}
    assert days(tmp_path, files) == ({"a.md": 1, "b.md": 2, "c.md": 3}, ["bad-day"])


def test_an_entry_without_a_day_among_others_with_one_is_told(tmp_path: Path) -> None:
    files = {"_index.md": INDEX, "day-01.md": "# A", "notes.md": "# Notes"}
    assert days(tmp_path, files) == ({"day-01.md": 1}, ["no-day"])


def test_in_an_endless_series_any_day_up_to_9999_is_one(tmp_path: Path) -> None:
    index = '---\ntitle: Soil\nlabel: "#Week{n}"\nstart: 2026-10-19\n---\n'
    files = {"_index.md": index, "week-3.md": "# A", "week-9999.md": "# B", "week-10000.md": "# C"}
    assert days(tmp_path, files) == ({"week-3.md": 3, "week-9999.md": 9999}, ["bad-day"])
