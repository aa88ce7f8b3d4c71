"""Status, calendar and reminder know where a writer is."""

from __future__ import annotations

import json
import os

import pytest

from tests.support import INDEX, Folder, entry

#: After day 3 of the walks; day 4 is written, 5 is a draft.
NOW = ("--now", "2026-10-21T12:00:00Z")
#: The evening before day 5.
EVENING = ("--now", "2026-10-22T18:00:00Z")


@pytest.fixture
def walks(folder: Folder) -> Folder:
    toml = '[site]\ntitle = "Walks"\nurl = "https://walks.example"\n\n[feed]\nauthority = "walks.example,2026"\n'
    told = '[notify]\ncommand = "cat >> told.jsonl; echo >> told.jsonl"\n'
    folder.write({"daycast.toml": toml + told, "series/walk/_index.md": INDEX})
    folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in (1, 2, 3, 4)})
    folder.write({"series/walk/day-05.md": entry(5, extra="draft: true\n")})
    for path in (folder.path / "series").rglob("*.md"):
        os.utime(path, (1_790_000_000, 1_790_000_000))
    return folder


def test_status_tells_what_is_ahead_and_what_is_behind(walks: Folder) -> None:
    told = json.loads(walks.daycast("status", "--json", *NOW).out)["series"][0]
    assert (told["ahead"], told["next_gap"], told["gaps"], told["next_day"]) == (1, 5, [], 4)
    assert told["next_gap_at"] == "2026-10-23T07:00:00+00:00"
    assert "1 written ahead, next gap: day 5 on 2026-10-23" in walks.daycast("status", *NOW).out
    late = walks.daycast("status", "--now", "2026-10-24T12:00:00Z").out
    assert "behind: 5-6" in late


def test_the_longest_streak_outlives_a_gap(walks: Folder) -> None:
    index = INDEX.replace("id: walk\n", "id: walk\nchannels: [rss]\n")
    walks.write({"series/walk/_index.md": index})
    walks.daycast("publish", "due", *NOW)
    told = json.loads(walks.daycast("status", "--json", *NOW).out)["series"][0]
    assert (told["streak"], told["longest_streak"]) == (3, 3)
    after = json.loads(walks.daycast("status", "--json", "--now", "2026-10-24T12:00:00Z").out)["series"][0]
    assert (after["streak"], after["longest_streak"]) == (0, 3)


def test_a_calendar_of_ones_own_shows_drafts_and_gaps(walks: Folder) -> None:
    lines = walks.daycast("status", "--ics", *NOW).out.replace("\r\n ", "").split("\r\n")
    summaries = [line.partition(":")[2] for line in lines if line.startswith("SUMMARY:")]
    assert summaries[3:6] == ["#Day4/30 Walk number 4", "✎ #Day5/30 Walk number 5", "✗ #Day6/30 not written"]
    assert len(summaries) == 30


def test_the_public_calendar_tells_no_title_before_its_day(walks: Folder) -> None:
    walks.daycast("build", *NOW)
    text = walks.site()["walk/calendar.ics"].decode().replace("\r\n ", "")
    assert "SUMMARY:#Day3/30 Walk number 3\r\n" in text
    assert "URL:https://walks.example/walk/day-03/\r\n" in text
    assert ("Walk number 4" in text, "Walk number 5" in text) == (False, False)
    assert text.count("BEGIN:VEVENT") == 30
    assert 'href="/walk/calendar.ics"' in walks.site()["walk/index.html"].decode()


def test_somebody_is_reminded_once_of_a_day_that_is_not_written(walks: Folder) -> None:
    walks.daycast("publish", "due", *NOW)
    told = walks.path / "told.jsonl"
    before = told.read_text() if told.exists() else ""
    assert "unwritten" not in before
    for _ in range(2):
        walks.daycast("publish", "due", *EVENING)
    found = [json.loads(line) for line in told.read_text().splitlines() if line.strip()]
    reminders = [event for event in found if event["kind"] == "unwritten"]
    assert [event["key"] for event in reminders] == ["walk/day-05"]
    assert reminders[0]["subject"] == "#Day5/30 of Thirty walks is still a draft"
    assert "Friday, 23 October at 09:00 (Europe/Berlin)" in reminders[0]["text"]


def test_who_does_not_want_to_be_reminded_is_not(walks: Folder) -> None:
    walks.write({"daycast.toml": walks.read("daycast.toml").replace("[notify]\n", '[notify]\nremind = "never"\n')})
    walks.daycast("publish", "due", *EVENING)
    told = walks.path / "told.jsonl"
    assert not told.exists() or "unwritten" not in told.read_text()


def test_a_wrong_length_of_time_is_told(walks: Folder) -> None:
    walks.write({"daycast.toml": '[notify]\nremind = "soon"\n'})
    ran = walks.daycast("check")
    assert (ran.code, "expected a length of time" in ran.err) == (2, True)
