"""What goes out with the last day: the recap on the blog, in the feeds and on LinkedIn, and the book."""

from __future__ import annotations

import json

import feedparser
import pytest
from lxml import html

from pipeline.testing.server import Answer, FakeServer
from tests.support import TOML, Folder, entry

INDEX = """\
---
id: walk
title: Three walks
hashtag: walks
length: 3
start: 2026-10-23
time: "09:00"
zone: Europe/Berlin
recap: true
---
"""
#: The last day's instant: clocks went back that night.
LAST, BEFORE = "2026-10-25T09:00:00+01:00", "2026-10-25T08:59:59+01:00"


@pytest.fixture
def walks(folder: Folder) -> Folder:
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX})
    folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in range(1, 4)})
    return folder


def text_of(page: bytes) -> str:
    """What a page says, without its markup."""
    return "".join(str(one) for one in html.fromstring(page).itertext())


def build(folder: Folder, now: str) -> dict[str, bytes]:
    ran = folder.daycast("build", "-q", "--now", now)
    assert (ran.code, ran.err) == (0, "")
    return folder.site()


def books(folder: Folder) -> set[str]:
    place = folder.path / "output/books"
    return {path.name for path in place.iterdir()} if place.is_dir() else set()


def test_recap_and_book_come_with_the_last_day_and_not_before(walks: Folder) -> None:
    site = build(walks, BEFORE)
    assert "walk/recap/index.html" not in site
    assert books(walks) == set()
    site = build(walks, LAST)
    assert books(walks) == {"walk.epub", "walk.pdf"}
    page = html.fromstring(site["walk/recap/index.html"])
    links = [(a.get("href"), a.text) for a in page.iter("a") if str(a.text).startswith("#Day")]
    assert links == [(f"/walk/day-0{day}/", f"#Day{day}/3") for day in (1, 2, 3)]
    assert "Three walks: All 3 days" in text_of(site["walk/recap/index.html"])


def test_the_days_stay_three(walks: Folder) -> None:
    site = build(walks, LAST)
    page = text_of(site["walk/index.html"])
    assert "of 3" in page
    assert "4 of 3" not in page
    assert "#Day4" not in page
    home = text_of(site["index.html"])
    assert "Day 4" not in home
    ran = walks.daycast("plan", "--now", LAST)
    assert "3 of 3 out" in ran.out
    assert "#Recap" in ran.out.splitlines()[4]


def test_the_feed_shows_the_recap_once_under_its_own_id(walks: Folder) -> None:
    seen = set()
    for now in (BEFORE, LAST, "2026-10-26T09:00:00+01:00"):
        items = feedparser.parse(build(walks, now)["walk/feed.xml"]).entries
        seen |= {item.id for item in items}
        assert len(items) == (2 if now == BEFORE else 4)
    assert items[0].id == "tag:walks.example,2026:walk/recap"
    assert len(seen) == 4


def test_linkedin_gets_the_titles_without_links(walks: Folder) -> None:
    ran = walks.daycast("render", "recap", "--channel", "linkedin")
    assert ran.code == 0
    assert ran.out == (
        "#Recap #walks\n\n3 days, from the first to the last, in one place.\n\n"
        "1. Walk number 1\n2. Walk number 2\n3. Walk number 3\n"
    )


def test_its_own_words_open_it(walks: Folder) -> None:
    walks.write({"series/walk/recap.md": "---\ntitle: It is done\ntags: [feet]\n---\nMy *feet* hurt.\n"})
    site = build(walks, LAST)
    page = text_of(site["walk/recap/index.html"])
    assert "It is done" in page
    assert "My feet hurt." in page
    assert page.count("#Day2/3") >= 1
    ran = walks.daycast("render", "recap", "--channel", "linkedin")
    assert "My feet hurt." in ran.out
    assert "2. Walk number 2" in ran.out
    walks.write(
        {"series/walk/recap.md": "---\ntitle: It is done\nlinkedin:\n  text: Read it there.\n---\nMy feet hurt.\n"}
    )
    ran = walks.daycast("render", "recap", "--channel", "linkedin")
    assert ran.out == "#Recap #walks\n\nRead it there.\n"


def test_it_may_come_when_it_likes(walks: Folder) -> None:
    walks.write({"series/walk/recap.md": "---\ntitle: Later\ndate: 2026-10-30 12:00\n---\nText.\n"})
    assert "walk/recap/index.html" not in build(walks, LAST)
    assert "walk/recap/index.html" in build(walks, "2026-10-30T12:00:00+01:00")


@pytest.mark.parametrize("last", ["draft", "missing"])
def test_it_waits_for_the_last_day(walks: Folder, last: str) -> None:
    if last == "draft":
        walks.write({"series/walk/day-03.md": entry(3, extra="draft: true\n")})
    else:
        (walks.path / "series/walk/day-03.md").unlink()
    site = build(walks, "2026-11-30T09:00:00+01:00")
    assert "walk/recap/index.html" not in site
    assert books(walks) == set()
    ran = walks.daycast("status", "--now", "2026-11-30T09:00:00+01:00")
    assert "waits for #Day3/3, which is" in ran.out


def test_a_day_in_the_middle_may_be_missing(walks: Folder) -> None:
    (walks.path / "series/walk/day-02.md").unlink()
    ran = walks.daycast("build", "-q", "--now", LAST)
    assert ran.code == 0
    page = text_of(walks.site()["walk/recap/index.html"])
    assert "#Day1/3" in page
    assert "2 days, from the first" in page


def test_its_slot_is_named_by_it_and_goes_out_once(walks: Folder) -> None:
    build(walks, LAST)
    ran = walks.daycast("done", "recap", "https://www.linkedin.com/feed/update/urn:li:share:7/", "--now", LAST)
    assert ran.code == 0, ran
    lines = [json.loads(line) for line in walks.read("series/walk/receipts.jsonl").splitlines()]
    assert [line["key"] for line in lines if line["event"] == "published"] == ["walk/recap/linkedin"]
    ran = walks.daycast("publish", "recap", "--now", LAST)
    assert "walk/recap/linkedin: is out already" in ran.out
    assert len([line for line in walks.read("series/walk/receipts.jsonl").splitlines() if "linkedin" in line]) == 1
    assert "urn:li:share:7" in html.tostring(
        html.fromstring(build(walks, LAST)["walk/recap/index.html"]), encoding="unicode"
    )


def test_moving_days_takes_it_along(walks: Folder) -> None:
    before = walks.daycast("plan", "--json", "--now", "2026-10-01T00:00:00Z").out
    ran = walks.daycast("shift", "walk", "--from", "3", "--by", "2", "--yes", "--now", "2026-10-01T00:00:00Z")
    assert ran.code == 0, ran
    after = walks.daycast("plan", "--json", "--now", "2026-10-01T00:00:00Z").out
    assert [day["local"] for day in json.loads(before)][-1] == "2026-10-25T09:00:00+01:00"
    assert [day["local"] for day in json.loads(after)][-2:] == ["2026-10-27T09:00:00+01:00"] * 2


def test_without_a_file_it_cannot_be_approved_and_waits(walks: Folder) -> None:
    walks.write({"daycast.toml": TOML + '\n[publish]\nrequire_approval = "approve"\n'})
    for day in (1, 2, 3):
        assert walks.daycast("approve", f"day {day}").code == 0
    assert "walk/recap/index.html" not in build(walks, LAST)
    ran = walks.daycast("approve", "recap")
    assert ran.code == 1
    assert "series/walk/recap.md" in ran.err
    walks.write({"series/walk/recap.md": "---\ntitle: It is done\n---\nMy feet hurt.\n"})
    ran = walks.daycast("approve", "recap")
    assert (ran.code, ran.out) == (0, "walk recap: approved  It is done\n")
    assert "walk/recap/index.html" in build(walks, LAST)
    walks.write({"series/walk/day-02.md": entry(2, "Another title")})
    walks.daycast("approve", "day 2")
    ran = walks.daycast("approve")
    assert ran.code == 1
    assert "walk recap" in ran.out


def test_a_broken_recap_is_told_and_nothing_else_stands_in(walks: Folder) -> None:
    walks.write({"series/walk/recap.md": "---\ntitle: [\n---\n"})
    ran = walks.daycast("build", "-q", "--now", LAST)
    assert ran.code == 1
    assert "series/walk/recap.md:" in ran.err
    assert "walk/recap/index.html" not in walks.site()
    walks.write({"series/walk/recap.md": "---\ntitle: Mended\n---\nText.\n"})
    assert "walk/recap/index.html" in build(walks, LAST)
    walks.write({"series/walk/recap.md": "---\ntitle: [\n---\n"})
    assert walks.daycast("build", "-q", "--now", LAST).code == 1
    assert b"Mended" in walks.site()["walk/recap/index.html"]


def test_an_endless_series_is_never_over(walks: Folder) -> None:
    walks.write({"series/walk/_index.md": INDEX.replace("length: 3\n", 'label: "#Day{n}"\n')})
    ran = walks.daycast("check")
    assert "series/walk/_index.md:" in ran.out + ran.err
    assert "no last day" in ran.out + ran.err
    assert "walk/recap/index.html" not in build_any(walks)


def build_any(folder: Folder) -> dict[str, bytes]:
    folder.daycast("build", "-q", "--now", "2027-01-01T00:00:00Z")
    return folder.site()


def test_without_the_key_the_word_says_what_to_write(walks: Folder) -> None:
    walks.write({"series/walk/_index.md": INDEX.replace("recap: true\n", "")})
    ran = walks.daycast("render", "recap")
    assert ran.code == 1
    assert "recap: true" in ran.err
    assert books(walks) == set()


def test_a_book_is_made_again_only_when_something_of_it_changed(walks: Folder) -> None:
    build(walks, LAST)
    place = walks.path / "output/books/walk.epub"
    first = place.stat().st_mtime_ns
    build(walks, "2026-10-26T09:00:00+01:00")
    assert place.stat().st_mtime_ns == first
    walks.write({"series/walk/day-02.md": entry(2, body="Other words, and more of them.")})
    build(walks, "2026-10-26T10:00:00+01:00")
    assert place.stat().st_mtime_ns != first
    place.unlink()
    build(walks, "2026-10-26T11:00:00+01:00")
    assert place.is_file()


def test_what_is_said_of_it_calls_it_recap(walks: Folder) -> None:
    build(walks, LAST)
    handed = walks.daycast("publish", "recap", "--dry-run", "--now", LAST).out
    assert "daycast done recap [URL]" in handed
    assert "day 4" not in handed
    walks.write({"output/linkedin/walk/recap.txt": "Nothing.\n"})
    told = walks.daycast("verify", "--now", LAST)
    assert told.code == 1
    assert "walk recap, linkedin: " in told.out
    assert "day 4" not in told.out


def test_a_rehearsal_ahead_of_time_is_what_is_sent_then(walks: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAYCAST_WEBHOOK_PASSWORD", "canary-w-0123456789")
    with FakeServer() as server:
        server.on("POST /hook", Answer(200, {"id": "1"}))
        walks.write(
            {
                "daycast.toml": f'[site]\ntitle = "Walks"\n[channels.webhook]\nurl = "{server.url}/hook"\n',
                "series/walk/_index.md": INDEX.replace("recap: true", "recap: true\nchannels: [blog, webhook]"),
            }
        )
        for name in ("day 2", "recap"):
            words = (*name.split(), "--channel", "webhook", "--now", "2026-10-23T10:00:00+02:00")
            shown = walks.daycast("publish", *words, "--dry-run")
            assert server.asked == []
            assert walks.daycast("publish", *words).code == 0
            [request] = server.asked
            assert request.body.decode() in shown.out
            server.asked.clear()


@pytest.mark.parametrize("length", [1, 365])
def test_series_of_a_day_and_of_a_year(folder: Folder, length: int) -> None:
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX.replace("length: 3", f"length: {length}")})
    folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in range(1, length + 1)})
    site = build(folder, "2027-12-01T00:00:00Z")
    assert site["walk/recap/index.html"].count(b"#Day") >= length
    ran = folder.daycast("render", "recap", "--channel", "linkedin")
    assert ran.code == 0, ran
    assert len(ran.out) < 3000


def test_what_is_said_of_the_list_of_days_has_no_line(walks: Folder) -> None:
    walks.write({"series/walk/recap.md": "---\ntitle: It is done\n---\nMy feet hurt.\n"})
    told = json.loads(walks.daycast("check", "--json", "--now", "2026-10-24T12:00:00Z").out)
    assert [one for one in told if one["path"].endswith("recap.md")]
    lines = walks.read("series/walk/recap.md").count("\n")
    assert all((one["line"] or 0) <= lines for one in told if one["path"].endswith("recap.md"))
