"""A series runs again: a copy with other dates, and a list of what to look at that gets shorter."""

from __future__ import annotations

import json

import pytest

from pipeline.check.online import dead
from pipeline.errors import NotSentError, UnconfirmedError
from pipeline.http import Response
from tests.support import TOML, Folder, entry

INDEX = """\
---
id: walk
title: Thirty walks  # ours
hashtag: thirtyWalks
length: 4
start: 2025-10-24
time: "09:00"
zone: Europe/Berlin
skip: [2025-10-26]
---
A walk a day, since 2025.
"""
NOW = ("--now", "2026-10-01T09:00:00Z")
AGAIN = ("rerun", "--start", "2026-10-23", "--offline", "--yes")
NEW = "series/walk-2026"


@pytest.fixture
def walks(folder: Folder) -> Folder:
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX})
    day2 = 'guid: "https://old.example/?p=2"\naliases:\n  - /2025/day-2/\n  - /x/\napproved: "ab/cd"  # by Ada\n'
    links = "[one](day-01.md) [two](../walk/day-02.md) [there](https://walks.example/walk/day-01/#top) [x](/x/)"
    folder.write(
        {
            "series/walk/day-01.md": entry(1),
            "series/walk/day-02.md": entry(2, extra=day2, body="Today, in 2025.\n\n```\n2025 today\n```"),
            "series/walk/day-03.md": entry(3, body=links),
            "series/walk/day-04.md": entry(4, extra="date: 2025-10-28T18:30:00+01:00\ntags: [a]  # kept\n"),
            "series/walk/gate.png": b"\x89PNG not looked at",
        }
    )
    return folder


def tree(folder: Folder, top: str = "series") -> dict[str, bytes]:
    place = folder.path / top
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def problems(folder: Folder) -> list[tuple[str, str, int | None]]:
    told = json.loads(folder.daycast("check", "--json", *NOW).out)
    return [
        (one["code"], one["path"], one["line"])
        for one in told
        if one["code"] in ("stale-fact", "post-repeated", "rerun-unknown")
    ]


def test_everything_comes_along_with_other_dates(walks: Folder) -> None:
    before = tree(walks)
    ran = walks.daycast(*AGAIN, *NOW)
    assert (ran.code, ran.err) == (0, "")
    after = tree(walks)
    assert {path: after[path] for path in before} == before
    assert after.keys() - before.keys() == {
        f"walk-2026/{name}" for name in ("_index.md", "day-01.md", "day-02.md", "day-03.md", "day-04.md", "gate.png")
    }
    assert after["walk-2026/gate.png"] == before["walk/gate.png"]
    index = after["walk-2026/_index.md"].decode()
    assert index == INDEX.replace("id: walk\n", "id: walk-2026\n").replace("2025-10-24", "2026-10-23").replace(
        "skip: [2025-10-26]\n", 'skip: [2025-10-26]\nrerun_of: "walk"\n'
    )
    told = json.loads(walks.daycast("plan", "walk-2026", "--json", *NOW).out)
    assert [day["local"] for day in told] == [
        "2026-10-23T09:00:00+02:00",
        "2026-10-24T09:00:00+02:00",
        "2026-10-25T09:00:00+01:00",
        "2026-10-27T18:30:00+01:00",
    ]
    assert {day["state"] for day in told} == {"draft"}


def test_what_speaks_of_the_first_run_stays_there(walks: Folder) -> None:
    assert walks.daycast("done", "day", "1", *NOW).code == 0
    assert (walks.path / "series/walk/receipts.jsonl").is_file()
    assert walks.daycast(*AGAIN, *NOW).code == 0
    assert not (walks.path / NEW / "receipts.jsonl").exists()
    assert walks.read(f"{NEW}/day-02.md").startswith("---\ntitle: Walk number 2\ndraft: true\n---\nToday, in 2025.")
    assert "date: 2026-10-27T18:30:00+01:00\ntags: [a]  # kept\ndraft: true\n" in walks.read(f"{NEW}/day-04.md")


def test_links_lead_to_the_new_days(walks: Folder) -> None:
    assert walks.daycast(*AGAIN, *NOW).code == 0
    text = walks.read(f"{NEW}/day-03.md")
    assert "[one](day-01.md) [two](day-02.md) [there](day-01.md#top) [x](day-02.md)" in text


def test_check_goes_on_until_it_is_done(walks: Folder) -> None:
    assert walks.daycast(*AGAIN, *NOW).code == 0
    assert problems(walks) == [("post-repeated", f"{NEW}/_index.md", None), ("stale-fact", f"{NEW}/day-02.md", 5)]
    for day in (1, 2, 3):
        path = f"{NEW}/day-{day:02}.md"
        walks.write({path: walks.read(path).replace("draft: true\n", "").replace("---\n", "---\nsummary: New\n", 1)})
        head, _, body = walks.read(path).rpartition("---\n")
        walks.write({path: f"{head}---\nAnother opening for {day}.\n\n{body}"})
    assert problems(walks) == [("post-repeated", f"{NEW}/day-04.md", 7)]


def test_ready_entries_are_no_drafts_and_go_out(walks: Folder) -> None:
    assert walks.daycast(*AGAIN, "--ready", "--as", "winter", "--title", "Winter walks", *NOW).code == 0
    assert "title: Winter walks  # ours\n" in walks.read("series/winter/_index.md")
    assert walks.daycast("build", "--now", "2026-10-24T12:00:00Z").code == 0
    assert "winter/day-02/index.html" in walks.site()
    assert "walk/day-02/index.html" in walks.site()
    feed = walks.site()["feed.xml"].decode()
    assert feed.count("<guid") == len(set(feed.split("<guid")[1:])) == 6


def test_a_dry_run_writes_nothing_and_json_says_it_all(walks: Folder) -> None:
    before = tree(walks, ".")
    ran = walks.daycast(*AGAIN[:-1], "--dry-run", "--json", *NOW)
    told = json.loads(ran.out)
    assert (told["series"], told["applied"], len(told["moves"])) == ("walk-2026", False, 4)
    assert told["moves"][3] == "day 4: Tue 28 Oct 2025 18:30 → Tue 27 Oct 2026 18:30  Walk number 4"
    assert {one["code"] for one in told["advice"]} == {"stale-fact", "post-repeated"}
    after = tree(walks, ".")
    assert {path for path in after if not path.startswith(".daycast/")} == {
        path for path in before if not path.startswith(".daycast/")
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--start", "2026-09-01"), "which is over; begin later"),
        (("--start", "2026-10-23", "--as", "walk"), "there is a series 'walk' already"),
        (("--start", "2026-10-23", "--as", "Walk!"), "expected lower-case letters"),
        (("--start", "soon"), "'soon' is no date"),
        (("run", "--start", "2026-10-23"), "no series named 'run'"),
    ],
)
def test_what_cannot_be_is_a_sentence(walks: Folder, words: tuple[str, ...], said: str) -> None:
    before = tree(walks)
    ran = walks.daycast("rerun", *words, "--offline", "--yes", *NOW)
    assert ran.code in (1, 2)
    assert said in ran.err
    assert tree(walks) == before


def test_a_second_rerun_does_not_overwrite(walks: Folder) -> None:
    assert walks.daycast(*AGAIN, *NOW).code == 0
    before = tree(walks)
    ran = walks.daycast("rerun", "walk", *AGAIN[1:], *NOW)
    assert (ran.code, "walk-2026' already" in ran.err) == (1, True)
    assert tree(walks) == before


def test_a_series_that_is_gone_is_told(walks: Folder) -> None:
    walks.write({"series/walk/_index.md": INDEX.replace("hashtag", "rerun_of: gone\nhashtag")})
    assert problems(walks) == [("rerun-unknown", "series/walk/_index.md", 4)]


@pytest.mark.parametrize("days", [1, 365])
def test_short_and_long_series(folder: Folder, days: int) -> None:
    index = INDEX.replace("length: 4", f"length: {days}").replace("skip: [2025-10-26]\n", "")
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": index})
    folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in range(1, days + 1)})
    assert folder.daycast(*AGAIN, *NOW).code == 0
    told = json.loads(folder.daycast("plan", "walk-2026", "--json", *NOW).out)
    assert len(told) == days
    assert {day["local"][11:16] for day in told} == {"09:00"}


def test_only_what_is_gone_for_certain_is_dead() -> None:
    answers = {
        "https://a.example/": 404,
        "https://b.example/": 403,
        "https://c.example/": 200,
        "https://d.example/": 410,
    }
    asked: list[tuple[str, str]] = []

    def ask(method: str, address: str) -> Response:
        asked.append((method, address))
        if "none" in address:
            raise NotSentError(f"{method} {address}: the name of the host could not be looked up; nothing was sent")
        if "slow" in address:
            raise UnconfirmedError("sent, but not answered")
        if method == "HEAD" and "head" in address:
            return Response(status=405, headers={}, body=b"")
        return Response(status=answers.get(address, 200), headers={}, body=b"")

    more = ["https://none.example/", "https://slow.example/", "https://head.example/", "https://a.example/#part"]
    assert dead([*answers, *more], ask) == {
        "https://a.example/": "answers with 404",
        "https://a.example/#part": "answers with 404",
        "https://d.example/": "answers with 410",
        "https://none.example/": "leads to a host that is not there",
    }
    assert ("GET", "https://head.example/") in asked


POST = "https://www.linkedin.com/feed/update/urn:li:share:7400000000000000001/"


@pytest.mark.parametrize(
    ("head", "after"),
    [
        (f'---\ntitle: A\nlinkedin: {{url: "{POST}"}}\ntags: [a]\n---\n', "---\ntitle: A\ntags: [a]\n---\n"),
        (
            f'---\ntitle: A\nlinkedin: {{url: "{POST}", hook: "Up."}}\n---\n',
            '---\ntitle: A\nlinkedin: {hook: "Up."}\n---\n',
        ),
        (
            f"---\ntitle: A\nlinkedin: {{hook: Up., url: '{POST}'}}  # ours\n---\n",
            "---\ntitle: A\nlinkedin: {hook: Up.}  # ours\n---\n",
        ),
        (
            f"---\ntitle: A\nlinkedin:\n  url: {POST}\n  hook: Up.\n---\n",
            "---\ntitle: A\nlinkedin:\n  hook: Up.\n---\n",
        ),
        (f"---\ntitle: A\nlinkedin:\n  url: {POST}\nday: 1\n---\n", "---\ntitle: A\nday: 1\n---\n"),
        (
            f'+++\ntitle = "A"\n[linkedin]\nhook = "Up."\nurl = "{POST}"\n+++\n',
            '+++\ntitle = "A"\n[linkedin]\nhook = "Up."\n+++\n',
        ),
        (f'+++\ntitle = "A"\n[linkedin]\nurl = "{POST}"\n+++\n', '+++\ntitle = "A"\n+++\n'),
    ],
)
def test_a_post_of_last_time_is_none_of_this_time(walks: Folder, head: str, after: str) -> None:
    walks.write({"series/walk/day-01.md": f"{head}Up the hill.\n"})
    assert walks.daycast(*AGAIN, "--ready", *NOW).code == 0
    assert walks.read(f"{NEW}/day-01.md") == f"{after}Up the hill.\n"


def test_a_draft_in_toml_is_one_although_a_table_ends_it(walks: Folder) -> None:
    head = '+++\ntitle = "A"\n\n[linkedin]\nhook = "Up."\n+++\n'
    walks.write({"series/walk/day-01.md": f"{head}Up the hill.\n"})
    assert walks.daycast(*AGAIN, *NOW).code == 0
    told = json.loads(walks.daycast("plan", "walk-2026", "--json", *NOW).out)
    assert told[0]["state"] == "draft"
    assert walks.read(f"{NEW}/day-01.md").count("draft = true\n[linkedin]") == 1


def test_rerun_check_and_preflight_name_the_same_posts(folder: Folder) -> None:
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX.replace("skip: [2025-10-26]\n", "")})
    ends = ("in [one](day-01.md).", "[one](day-01.md), two", "[one](day-01.md)!")
    folder.write({"series/walk/day-01.md": entry(1)})
    folder.write(
        {f"series/walk/day-{day:02}.md": entry(day, body=f"More {end}") for day, end in enumerate(ends, start=2)}
    )
    said = "the posts of days 1-4 are word for word those of walk"
    assert said in folder.daycast(*AGAIN, *NOW).out
    assert said in folder.daycast("check", "--json", *NOW).out
    assert said in folder.daycast("preflight", "walk-2026", "--offline", *NOW).out


def test_a_recap_is_a_draft_like_the_days(walks: Folder) -> None:
    walks.write({"series/walk/_index.md": INDEX.replace("length: 4", "length: 4\nrecap: true")})
    walks.write(
        {"series/walk/recap.md": "---\ntitle: All four\n---\nMy feet hurt since 2025. See [one](/walk/day-01/).\n"}
    )
    ran = walks.daycast(*AGAIN, *NOW)
    assert (ran.code, "recap.md:5: says '2025'" in ran.out) == (0, True)
    assert walks.read(f"{NEW}/recap.md") == (
        "---\ntitle: All four\ndraft: true\n---\nMy feet hurt since 2025. See [one](day-01.md).\n"
    )


def test_an_address_of_the_old_day_is_pointed_out(walks: Folder) -> None:
    site = "https://walks.example/walk"
    text = f"As on {site}/day-02/, <{site}/day-01/#top> and [one]({site}/day-01/). Not {site}/ though."
    walks.write({"series/walk/day-03.md": entry(3, extra=f"linkedin: {{hook: '{site}/day-01/'}}\n", body=text)})
    told = json.loads(walks.daycast(*AGAIN[:-1], "--dry-run", "--json", *NOW).out)["advice"]
    assert [(one["line"], one["message"].partition(";")[0]) for one in told if one["code"] == "link-old"] == [
        (3, f"{site}/day-01/ is the day of last time"),
        (6, f"{site}/day-02/ is the day of last time"),
        (6, f"{site}/day-01/#top is the day of last time"),
    ]
