"""A whole series is looked at before its first day: what is well, what is not, and what was not looked at."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from pipeline.channels.contract import Finding as Told
from pipeline.config import load as settings
from pipeline.project import load
from pipeline.publish.preflight import Preflight, preflight
from tests.support import Folder, entry

INDEX = """\
---
id: walk
title: Thirty walks
hashtag: walks
length: {length}
start: {start}
time: "{time}"
zone: Europe/Berlin
channels: [linkedin, blog, rss]
---
"""
#: A week before day 1.
BEFORE = "2026-10-12T12:00:00Z"


def make(folder: Folder, length: int = 4, *, start: str = "2026-10-19", time: str = "09:00", more: str = "") -> None:
    folder.write({"daycast.toml": f'[site]\ntitle = "Walks"\n{more}'})
    folder.write({"series/walk/_index.md": INDEX.format(length=length, start=start, time=time)})
    folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in range(1, length + 1)})


def looked(folder: Folder, *words: str, now: str = BEFORE) -> tuple[int, list[dict[str, object]]]:
    ran = folder.daycast("preflight", "walk", "--json", "--now", now, *words)
    return ran.code, json.loads(ran.out)[0]["findings"]


def said(findings: list[dict[str, object]], area: str) -> list[tuple[object, object]]:
    return [(one["level"], one["message"]) for one in findings if one["area"] == area]


def test_a_series_that_has_everything_is_ready(folder: Folder) -> None:
    make(folder)
    ran = folder.daycast("preflight", "walk", "--offline", "--now", BEFORE)
    assert ran.code == 0
    assert "Thirty walks  4 days, Mon 19 Oct 2026 to Thu 22 Oct 2026, 09:00 Europe/Berlin" in ran.out
    assert "✓ days      4 of 4 written" in ran.out
    assert "✓ linkedin  posts are handed to you: no token is needed" in ran.out
    assert ran.out.endswith("ready\n\n")


def test_days_that_are_missing_are_named(folder: Folder) -> None:
    make(folder, 9)
    for day in (3, 4, 7):
        (folder.path / f"series/walk/day-{day:02}.md").unlink()
    folder.write({"series/walk/day-08.md": entry(8, extra="draft: true\n")})
    code, findings = looked(folder)
    assert (code, said(findings, "days")) == (
        0, [("warning", "5 of 9 written"), ("warning", "not written: 3-4, 7"), ("warning", "still a draft: 8")],
    )  # fmt: skip


def test_a_day_that_is_due_tomorrow_and_not_written_is_an_error(folder: Folder) -> None:
    make(folder)
    (folder.path / "series/walk/day-02.md").unlink()
    code, findings = looked(folder, now="2026-10-19T12:00:00Z")
    assert (code, ("error", "due and not written: 2") in said(findings, "days")) == (1, True)


def test_clock_changes_on_the_way_are_told(folder: Folder) -> None:
    make(folder, 9)
    _, findings = looked(folder)
    assert said(findings, "clock") == [("ok", "#Day7/9, Sun 25 Oct 2026 09:00: clocks went back 1 h since #Day6/9")]
    make(folder, 3, start="2027-03-27", time="02:30")
    _, findings = looked(folder)
    assert said(findings, "clock")[0][0] == "warning"
    assert "02:30 does not exist on this date" in str(said(findings, "clock")[0][1])


def test_texts_links_and_pictures_are_looked_at_as_when_all_is_out(folder: Folder) -> None:
    make(folder)
    folder.write({"series/walk/day-01.md": entry(1, body="See [four](day-04.md).")})
    _, findings = looked(folder)
    assert said(findings, "links") == [("ok", "every link leads somewhere")]
    folder.write({"series/walk/day-02.md": entry(2, body="![](hill.png) [nowhere](gone.md)")})
    folder.write({"series/walk/day-03.md": entry(3, body="word " * 1000)})
    code, findings = looked(folder)
    assert code == 1
    assert [one[0] for one in said(findings, "limits")] == ["error"]
    assert "error" in [one[0] for one in said(findings, "images") + said(findings, "links")]
    wrong = {str(one["days"]) for one in findings if one["level"] == "error" and one["area"] != "days"}
    assert wrong == {"[2]", "[3]"}


def test_what_needs_the_network_is_left_out_and_said(folder: Folder) -> None:
    make(
        folder, more='url = "https://walks.example"\n\n[channels.linkedin]\nmode = "api"\nauthor = "urn:li:person:a"\n'
    )
    ran = folder.daycast("preflight", "--offline", "--now", BEFORE)
    assert (ran.code, ran.out.count("that needs the network")) == (0, 2)


class Account:
    """A channel whose token ends on a day."""

    def diagnose(self, *, now: datetime, last_day: datetime | None) -> tuple[Told, ...]:  # noqa: ARG002
        assert last_day is not None
        level = "ok" if last_day < datetime(2026, 10, 22, tzinfo=UTC) else "error"
        return (Told(level=level, code="token", message=f"the token must last until {last_day:%Y-%m-%d}"),)


@pytest.mark.parametrize(("written", "ready"), [(2, False), (4, False), (0, False)])
def test_a_token_must_last_until_the_last_day_written_or_not(folder: Folder, written: int, ready: bool) -> None:
    make(folder)
    for day in range(written + 1, 5):
        (folder.path / f"series/walk/day-{day:02}.md").unlink()
    found = _preflight(folder)
    assert ("the token must last until 2026-10-22", found.ready) in [
        (one.message, ready) for one in found.findings if one.area == "linkedin"
    ]


def test_a_token_that_lasts_is_well(folder: Folder) -> None:
    make(folder, 3)
    assert _preflight(folder).ready


def _preflight(folder: Folder) -> Preflight:
    project = load(folder.path, settings(folder.path))
    now = datetime(2026, 10, 12, 12, tzinfo=UTC)
    return preflight(project, project.series[0], {"linkedin": Account()}, now, online=True)  # type: ignore[dict-item]


@pytest.mark.parametrize("length", [1, 365])
def test_a_series_of_any_length(folder: Folder, length: int) -> None:
    make(folder, length)
    code, findings = looked(folder, "--offline")
    assert (code, said(findings, "days")) == (0, [("ok", f"{length} of {length} written")])


def test_doctor_looks_at_what_is_left_of_a_series(folder: Folder) -> None:
    make(folder)
    folder.write({"series/walk/day-03.md": entry(3, body="word " * 1000)})
    ran = folder.daycast("doctor", "--offline", "--now", BEFORE)
    assert ran.code == 1
    assert "✗ walk: limits: series/walk/day-03.md" in ran.out
    make(folder)
    assert "✓ walk: is ready to its last day" in folder.daycast("doctor", "--offline", "--now", BEFORE).out
    assert "walk: " not in folder.daycast("doctor", "--offline", "--now", "2027-01-01T00:00:00Z").out.replace(
        "walk: is in order", ""
    )


def test_nothing_is_said_twice_and_a_picture_is_no_link(folder: Folder) -> None:
    make(folder)
    (folder.path / "series/walk/day-02.md").unlink()
    folder.write({"series/walk/day-03.md": entry(3, extra="draft: true\n", body="![A hill](hill.png) and [a](b.pdf)")})
    code, findings = looked(folder)
    assert (code, said(findings, "text")) == (1, [("ok", "nothing to look at")])
    [(level, message)] = said(findings, "images")
    assert (level, "the image 'hill.png' is not there" in str(message)) == ("error", True)
    [(level, message)] = said(findings, "links")
    assert (level, "'b.pdf'" in str(message)) == ("error", True)
    folder.write({"series/walk/day-03.md": entry(3, extra="draft: true\n")})
    ran = folder.daycast("preflight", "--offline", "--now", BEFORE)
    assert (ran.code, ran.out.endswith("ready, but for days 2-3\n\n")) == (0, True)
