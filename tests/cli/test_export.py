"""``daycast export``: the plan as other programs read it."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.support import INDEX, Folder, entry

NOW = ("--now", "2026-10-20T09:00:00Z")
TOML = '[site]\ntitle = "Walks"\nurl = "https://walks.example/blog"\n'


@pytest.fixture
def walks(folder: Folder) -> Folder:
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX})
    folder.write({"series/walk/day-01.md": entry(1), "series/walk/day-03.md": entry(3, title="'=1+1, \"so\"'")})
    return folder


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_table_has_every_day(walks: Folder) -> None:
    ran = walks.daycast("export", "csv", *NOW)
    assert ran.code == 0, ran.err
    rows = table(ran.out)
    assert [row["day"] for row in rows] == [str(day) for day in range(1, 31)]
    assert rows[0] == {
        "series": "walk",
        "day": "1",
        "label": "#Day1/30",
        "title": "Walk number 1",
        "state": "out",
        "date": "2026-10-19",
        "time": "09:00",
        "zone": "Europe/Berlin",
        "utc": "2026-10-19T07:00:00Z",
        "channels": "blog rss linkedin",
        "permalink": "https://walks.example/blog/walk/day-01/",
        "source": "series/walk/day-01.md",
    }
    assert (rows[1]["state"], rows[1]["title"], rows[1]["permalink"]) == ("missing", "", "")
    assert rows[2]["permalink"] == "https://walks.example/blog/walk/day-03/"  # to come, and known


def test_a_spreadsheet_calculates_nothing(walks: Folder) -> None:
    rows = table(walks.daycast("export", "csv", *NOW).out)
    assert rows[2]["title"] == '\'=1+1, "so"'
    told = json.loads(walks.daycast("export", "json", *NOW).out)
    assert told[2]["title"] == '=1+1, "so"'


def test_posts_that_are_out_are_named(walks: Folder) -> None:
    url = "https://www.linkedin.com/feed/update/urn:li:share:7141138937766391808/"
    assert walks.daycast("done", "day", "1", url, *NOW).code == 0
    rows = table(walks.daycast("export", "csv", *NOW).out)
    assert rows[0]["linkedin url"] == url
    assert {row["linkedin url"] for row in rows[1:]} == {""}
    assert json.loads(walks.daycast("export", "json", *NOW).out)[0]["urls"] == {"linkedin": url}
    assert url in walks.daycast("export", "ics", *NOW).out.replace("\r\n ", "")


def test_the_calendar_keeps_the_hour_over_a_change_of_clocks(walks: Folder) -> None:
    text = walks.daycast("export", "ics", "walk", *NOW).out
    assert text.count("BEGIN:VEVENT") == 30
    assert "DTSTART:20261024T070000Z" in text
    assert "DTSTART:20261025T080000Z" in text
    assert "SUMMARY:#Day2/30 not written" in text


@pytest.mark.parametrize("days", [1, 365])
def test_short_and_long_series(folder: Folder, days: int) -> None:
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX.replace("length: 30", f"length: {days}")})
    folder.write({"series/walk/day-01.md": entry(1)})
    assert len(table(folder.daycast("export", "csv", *NOW).out)) == days


def test_a_broken_file_is_told_and_the_rest_exported(walks: Folder) -> None:
    walks.write({"series/walk/day-02.md": "---\ntitle: [\n---\n"})
    ran = walks.daycast("export", "csv", *NOW)
    assert ran.code == 1
    assert "series/walk/day-02.md" in ran.err
    assert len(table(ran.out)) == 30


def test_what_is_no_format_or_series_is_refused(walks: Folder) -> None:
    assert walks.daycast("export", "xls").code == 2
    ran = walks.daycast("export", "csv", "run")
    assert (ran.code, ran.out) == (2, "")
    assert "run" in ran.err
