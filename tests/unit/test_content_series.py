"""A series: what ``_index.md`` says, and what its entries show where it says nothing."""

from __future__ import annotations

from datetime import date, time, timedelta
from pathlib import Path

import pytest

from pipeline.config import Config, Site
from pipeline.content import load, parse_series
from pipeline.model import Cadence, LatePolicy, Series

FULL = """\
---
id: soil-2026
title: Thirty days of soil
hashtag: #30daysofSoil
label: "#Tag{n}/{length}"
length: 30
start: 2026-10-19
time: 12:30
zone: Europe/Berlin
weekdays: mon-fri
skip: [2026-10-26, "2026-12-24..2026-12-26"]
channels: [blog, rss]
author: Oda Brinkhuis
language: de-AT
description: What lives below.
theme: brown
---

A spade a day.
"""


def parse(text: str) -> tuple[Series | None, list[str]]:
    series, found = parse_series(text.encode(), path="series/soil/_index.md", zone="Europe/Vienna")
    return series, [str(problem).removeprefix("series/soil/_index.md:") for problem in found]


def good(lines: str) -> Series:
    series, told = parse(f"---\ntitle: Soil\n{lines}\n---\n")
    assert told == []
    assert series is not None
    return series


def test_an_index_is_read_in_full() -> None:
    series, told = parse(FULL)
    assert told == ["4: YAML takes '#30daysofSoil' for a comment; put the value in quotes: hashtag: '#30daysofSoil'"]
    lines = {name: number for number, name in enumerate(
        ("id", "title", "hashtag", "label", "length", "start", "time", "zone", "weekdays", "skip", "channels", "author",
         "language", "description"), 2)}  # fmt: skip
    assert series == Series(
        slug="soil",
        id="soil-2026",
        title="Thirty days of soil",
        hashtag="30daysofSoil",
        label="#Tag{n}/{length}",
        length=30,
        cadence=Cadence(
            start=date(2026, 10, 19),
            time=time(12, 30),
            zone="Europe/Berlin",
            weekdays=frozenset(range(5)),
            skip=frozenset(date(2026, month, day) for month, day in ((10, 26), (12, 24), (12, 25), (12, 26))),
        ),
        channels=("blog", "rss"),
        author="Oda Brinkhuis",
        language="de-AT",
        description="What lives below.",
        intro="A spade a day.",
        intro_line=19,
        path="series/soil/_index.md",
        extra={"theme": "brown"},
        lines=lines,
    )


def test_what_an_index_leaves_out_has_defaults() -> None:
    series = good("start: 2026-10-19")
    assert series.cadence == Cadence(start=date(2026, 10, 19), time=time(9), zone="Europe/Vienna")
    assert (series.id, series.label, series.length, series.channels) == (
        "soil",
        "#Day{n}",
        None,
        ("blog", "rss", "linkedin"),
    )


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("length: 30", "label", "#Day{n}/{length}"),
        ('label: "#Day{n}/40"', "length", 40),
        ("hashtag: 100DaysOfCode", "length", 100),
        ("hashtag: 2026goals", "length", None),
        ('label: "#Week{n}"\nhashtag: 52weeks', "length", None),
        ("summary: Short.", "description", "Short."),
        ("lang: fr", "language", "fr"),
        ("authors: [Ada, Ben]", "author", "Ada, Ben"),
    ],
)
def test_a_key_of_an_index(line: str, field: str, value: object) -> None:
    assert getattr(good(f"start: 2026-10-19\n{line}"), field) == value


@pytest.mark.parametrize(
    ("line", "cadence"),
    [
        ("timezone: Asia/Tokyo", {"zone": "Asia/Tokyo"}),
        ("time: 9:05", {"time": time(9, 5)}),
        ("time: '18:00:30'", {"time": time(18, 0, 30)}),
        ("weekdays: mon, Wednesday, fri", {"weekdays": frozenset((0, 2, 4))}),
        ("weekdays: [tue, thu]", {"weekdays": frozenset((1, 3))}),
        ("weekdays: fri-mon", {"weekdays": frozenset((4, 5, 6, 0))}),
        ("weekdays: weekdays", {"weekdays": frozenset(range(5))}),
        ("weekdays: daily", {"weekdays": frozenset(range(7))}),
        ("skip: 2026-10-20, 2026-10-22..2026-10-23", {"skip": frozenset(date(2026, 10, day) for day in (20, 22, 23))}),
    ],
)
def test_a_cadence_of_an_index(line: str, cadence: dict[str, object]) -> None:
    found = good(f"start: 2026-10-19\n{line}").cadence
    assert {name: getattr(found, name) for name in cadence} == cadence


def test_a_series_says_what_becomes_of_late_posts() -> None:
    told = "catch_up: latest\nlate_after: 2h\nmin_gap: 90s\nmax_late: 2d\nsettle: 0"
    assert good(f"start: 2026-10-19\n{told}").policy == LatePolicy(
        catch_up="latest",
        late_after=timedelta(hours=2),
        min_gap=timedelta(seconds=90),
        max_late=timedelta(days=2),
        settle=timedelta(),
    )


def test_late_posts_go_out_for_a_day_an_hour_apart_unless_the_series_says_otherwise() -> None:
    assert good("start: 2026-10-19").policy == LatePolicy(
        catch_up="all",
        late_after=timedelta(hours=1),
        min_gap=timedelta(minutes=60),
        max_late=timedelta(hours=24),
        settle=timedelta(minutes=15),
    )


def test_a_start_may_tell_the_time() -> None:
    assert good("start: 2026-10-19 18:30").cadence == Cadence(
        start=date(2026, 10, 19), time=time(18, 30), zone="Europe/Vienna"
    )


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "zone: Europe/Berln",
            "zone is 'Europe/Berln', expected an IANA name such as Europe/Berlin or America/New_York",
        ),
        ("zone: CEST", "zone is 'CEST', expected an IANA name such as Europe/Berlin or America/New_York"),
        (
            "language: en_GB",
            "language is 'en_GB', expected a BCP 47 tag such as en, en-GB or pt-BR; write language: en-GB",
        ),
        (
            "language: EN-gb",
            "language is 'EN-gb', expected a BCP 47 tag such as en, en-GB or pt-BR; write language: en-GB",
        ),
        (
            "language: de_DE.UTF-8",
            "language is 'de_DE.UTF-8', expected a BCP 47 tag such as en, en-GB or pt-BR; write language: de-DE",
        ),
        ("language: English", "language is 'English', expected a BCP 47 tag such as en, en-GB or pt-BR"),
        (
            "hashtag: 30 days",
            "hashtag is '30 days', expected one word of letters, digits and '_'; write hashtag: 30days",
        ),
        ("hashtag: '2026'", "hashtag is '2026', expected one word of letters, digits and '_'"),
        (
            "label: Day",
            "label is 'Day', expected text with {n} once for the day and, if there is one, {length}, "
            'such as "#Day{n}/{length}"',
        ),
        (
            "label: 'D{n}{x}'",
            "label is 'D{n}{x}', expected text with {n} once for the day and, if there is one, "
            '{length}, such as "#Day{n}/{length}"',
        ),
        ("length: 0", "length is '0', expected a number from 1 to 9999, or no length at all"),
        ("length: many", "length is 'many', expected a number from 1 to 9999, or no length at all"),
        ("time: 9am", "time is '9am', expected a time such as 09:00"),
        ("time: 540", "time is '540', expected a time such as 09:00"),
        ("time: 24:00", "time is '24:00', expected a time such as 09:00"),
        ("weekdays: someday", "weekdays has 'someday', expected weekdays such as mon-fri or [mon, wed, fri]"),
        ("weekdays: []", "weekdays is empty, expected at least one, such as [mon]; without the key it is all"),
        ("skip: [tomorrow]", "skip is 'tomorrow', expected a date such as 2026-10-19"),
        (
            "skip: 2026-12-26..2026-12-24",
            "skip has '2026-12-26..2026-12-24', which ends before it starts; swap the dates",
        ),
        ("skip: 2000-01-01..2900-01-01", "skip leaves out more than 3660 dates; give the series a later start"),
        ("start: soon", "start is 'soon', expected a date such as 2026-10-19"),
        ("start: 2026-02-30", "start is '2026-02-30', which is no date (day is out of range for month)"),
        ("catch_up: some", "catch_up is 'some', expected one of all, latest, skip"),
        ("min_gap: 60", "min_gap is '60', expected a length of time such as 90s, 10m, 24h or 2d"),
        ("max_late: [1d]", "max_late is a list, expected text"),
        ("id: a b", "id is 'a b', expected letters, digits, '.', '_' and '-', at most 80; write id: a-b"),
    ],
)
def test_what_is_wrong_in_an_index_is_told_on_its_line(line: str, sentence: str) -> None:
    assert parse(f"---\ntitle: Soil\n{line}\n---\n") == (None, [f"3: {sentence}"])


def test_an_index_without_a_title_has_its_heading_or_its_hashtag() -> None:
    heading, _ = parse("---\nlength: 30\n---\n# Below the lawn\n")
    hashtag, _ = parse("---\nhashtag: 30daysofLivingSoil\n---\n")
    folder, _ = parse("---\nlength: 30\n---\n")
    assert [series and series.title for series in (heading, hashtag, folder)] == [
        "Below the lawn",
        "30 days of Living Soil",
        "Soil",
    ]


# What entries show


def made(root: Path, files: dict[str, str]) -> tuple[Series, list[str]]:
    """The one series of a project, and what is told, without hints at identity."""
    for name, text in files.items():
        path = root / "series" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    loaded = load(root, Config(site=Site(zone="Europe/Berlin")))
    (series,) = loaded.series
    return series, [str(problem) for problem in loaded.problems if problem.code != "no-identity"]


def test_a_folder_without_an_index_is_a_series_all_the_same(tmp_path: Path) -> None:
    series, told = made(
        tmp_path,
        {
            "living-soil/day4.md": "---\ntitle: Worms\ndate: 2026-10-22\n---\n**#Day4**/30 **#30daysofLivingSoil**\n",
            "living-soil/day2.md": "---\ntitle: 'Day2/30: #1 roots'\ndate: 2026-10-20T06:00:00Z\n---\n",
        },
    )
    assert series.cadence == Cadence(start=date(2026, 10, 19), time=time(9), zone="Europe/Berlin")
    assert (series.declared, series.path, series.title, series.hashtag, series.length, series.label) == (
        False,
        "series/living-soil",
        "30 days of Living Soil",
        "30daysofLivingSoil",
        30,
        "#Day{n}/{length}",
    )
    assert told == [
        "series/living-soil: has no _index.md; taken from its entries: title '30 days of Living Soil', label "
        "'#Day{n}/{length}', length 30, hashtag 30daysofLivingSoil, start 2026-10-19, time 09:00, zone Europe/Berlin; "
        "write that into series/living-soil/_index.md to keep it"
    ]


def test_a_label_in_another_language_is_found(tmp_path: Path) -> None:
    series, _ = made(
        tmp_path, {"boden/a.md": "# Wurzeln\n\n#Tag7/30 #Gartenjahr", "boden/b.md": "# Pilze\n\n#Tag8/30 #Gartenjahr"}
    )
    assert (series.label, series.length, series.hashtag, [entry.day for entry in series.entries]) == (
        "#Tag{n}/{length}",
        30,
        "Gartenjahr",
        [7, 8],
    )


def test_the_length_most_entries_say_counts(tmp_path: Path) -> None:
    bodies = {1: "#Day1/30", 2: "#Day2/30", 3: "#Day3/31"}
    series, _ = made(tmp_path, {f"soil/{n}.md": f"# T{n}\n\n{text}" for n, text in bodies.items()})
    assert (series.length, series.label_of(3)) == (30, "#Day3/30")


def test_a_folder_that_shows_nothing_is_an_endless_series_named_after_it(tmp_path: Path) -> None:
    series, _ = made(tmp_path, {"My Garden Notes/day-1.md": "# One"})
    assert (series.slug, series.title, series.length, series.label_of(1), series.cadence) == (
        "my-garden-notes",
        "My garden notes",
        None,
        "#Day1",
        None,
    )


def test_a_start_is_counted_back_over_weekdays_and_skipped_dates(tmp_path: Path) -> None:
    index = "---\ntitle: Soil\nlength: 9\nweekdays: mon-fri\nskip: 2026-10-21\n---\n"
    series, _ = made(
        tmp_path,
        {"soil/_index.md": index, "soil/day-4.md": "---\ntitle: A\ndate: 2026-10-26\n---\n", "soil/day-9.md": "# B"},
    )
    assert series.cadence is not None
    # Back from Monday 26: Friday 23, Thursday 22, Tuesday 20.
    assert series.cadence.start == date(2026, 10, 20)


def test_a_series_of_which_nothing_is_ever_due_is_told(tmp_path: Path) -> None:
    series, told = made(tmp_path, {"soil/_index.md": "---\ntitle: Soil\nlength: 3\n---\n", "soil/day-1.md": "# A"})
    assert series.cadence is None
    assert told == [
        "series/soil/_index.md: says no start, and no entry has a date, so that nothing is due; "
        "write 'start: 2026-10-19'"
    ]


def test_a_label_with_a_length_nobody_tells_is_told(tmp_path: Path) -> None:
    index = '---\ntitle: Soil\nlabel: "Part {n} of {length}"\nstart: 2026-10-19\n---\n'
    series, told = made(tmp_path, {"soil/_index.md": index, "soil/part-1.md": "# A"})
    assert series.label_of(1) == "Part 1"
    assert told == [
        "series/soil/_index.md:3: label shows a length, but the series has none; write 'length: 30', "
        'or label: "Part {n}"'
    ]
