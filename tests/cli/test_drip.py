"""Feeds for those who begin later, as a reader meets them from week to week."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import feedparser
import pytest
from lxml import etree

from tests.support import TOML, Folder, entry

INDEX = """\
---
id: walk
title: Ten walks
hashtag: walks
length: 10
start: 2026-10-19
time: "09:00"
zone: Europe/Berlin
drip: true
---
"""


@pytest.fixture
def walks(folder: Folder) -> Folder:
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX})
    folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in range(1, 11)})
    return folder


def build(folder: Folder, now: datetime) -> dict[str, bytes]:
    ran = folder.daycast("build", "-q", "--now", now.isoformat())
    assert (ran.code, ran.err) == (0, "")
    return folder.site()


def noon(day: int) -> datetime:
    return datetime(2026, 10, day, 12, tzinfo=UTC)


def titles(feed: bytes) -> list[str]:
    return [str(item.title) for item in feedparser.parse(feed).entries]


def test_a_reader_who_begins_later_gets_each_day_once_in_order(walks: Folder) -> None:
    seen: dict[str, str] = {}
    order: list[str] = []
    for day in range(14):
        now = noon(22) + timedelta(days=day)
        feed = build(walks, now).get("walk/drip/2026-10-22.xml")
        if feed is None:
            assert day >= 10
            break
        parsed = feedparser.parse(feed)
        assert not parsed.bozo
        for item in reversed(parsed.entries):
            if item.id not in seen:
                seen[item.id] = item.published
                order.append(item.title)
            assert seen[item.id] == item.published
        assert len(order) == day + 1
    assert order == [f"Walk number {day}" for day in range(1, 11)]


def test_ids_are_those_of_no_other_feed(walks: Folder) -> None:
    site = build(walks, noon(22))
    ids: dict[str, set[str]] = {}
    for path, data in site.items():
        if path.startswith("walk/") and path.endswith(".xml"):
            ids[path] = {str(guid.text) for guid in etree.fromstring(data).iter("guid")}
    assert {path for path in ids if "drip" in path} == {f"walk/drip/2026-10-{day}.xml" for day in (19, 20, 21, 22)}
    every = [guid for found in ids.values() for guid in found]
    assert len(every) == len(set(every)) + len(ids["walk/atom.xml"])


def test_nothing_comes_before_it_is_out_for_all(walks: Folder) -> None:
    walks.write({"series/walk/day-02.md": entry(2, extra="date: 2026-10-29T09:00:00+02:00\n")})
    assert titles(build(walks, noon(22))["walk/drip/2026-10-19.xml"]) == [f"Walk number {day}" for day in (4, 3, 1)]
    late = feedparser.parse(build(walks, noon(29))["walk/drip/2026-10-20.xml"])
    [second] = [item for item in late.entries if item.title == "Walk number 2"]
    assert second.published == "Thu, 29 Oct 2026 07:00:00 +0000"


def test_no_date_in_the_future_is_offered(walks: Folder) -> None:
    early = datetime(2026, 10, 21, 6, tzinfo=UTC)
    assert sorted(path for path in build(walks, early) if path.startswith("walk/drip/2")) == [
        "walk/drip/2026-10-19.xml",
        "walk/drip/2026-10-20.xml",
    ]


def test_a_page_explains_it_and_the_page_on_feeds_leads_there(walks: Folder) -> None:
    site = build(walks, noon(21))
    page = site["walk/drip/index.html"].decode()
    assert "https://walks.example/walk/drip/2026-10-21.xml" in page
    assert page.index("2026-10-21.xml") < page.index("2026-10-19.xml")
    assert '<a href="/walk/drip/">Begin with day 1 today</a>' in site["subscribe/index.html"].decode()
    assert "/walk/drip/" not in site["sitemap.xml"].decode()


def test_it_goes_on_when_the_series_is_over(walks: Folder) -> None:
    walks.write({"daycast.toml": TOML.replace('url = "https://walks.example"\n', "")})
    index = INDEX.replace("drip: true", "drip: true\nchannels: [blog, rss]")
    walks.write({"series/walk/_index.md": index})
    at = datetime(2026, 12, 1, 12, tzinfo=UTC)
    walks.daycast("publish", "due", "--now", at.isoformat())
    assert (walks.path / "output/site/walk/drip/2026-12-01.xml").exists()
    for day in (1, 2):
        walks.daycast("publish", "due", "--now", (at + timedelta(days=day)).isoformat())
        assert (walks.path / f"output/site/walk/drip/2026-12-0{1 + day}.xml").exists()


def test_the_next_build_knows_that_a_day_has_passed(walks: Folder) -> None:
    walks.write({"series/walk/_index.md": INDEX.replace("2026-10-19", "2020-01-06")})
    before = build(walks, datetime(2020, 3, 1, 12, tzinfo=UTC))
    after = build(walks, datetime(2020, 3, 2, 12, tzinfo=UTC))
    assert ("walk/drip/2020-03-02.xml" in before, "walk/drip/2020-03-02.xml" in after) == (False, True)
    assert "walk/drip/2020-02-21.xml" not in after


def test_an_entry_may_not_take_the_place(walks: Folder) -> None:
    walks.write({"series/walk/day-03.md": entry(3, extra="slug: drip\n")})
    ran = walks.daycast("build", "-q", "--now", noon(22).isoformat())
    assert (ran.code, "/walk/drip/" in ran.err) == (1, True)


def test_without_the_key_there_is_none(walks: Folder) -> None:
    walks.write({"series/walk/_index.md": INDEX.replace("drip: true\n", "")})
    site = build(walks, noon(22))
    assert [path for path in site if "drip" in path] == []
    assert "Begin with day 1" not in site["subscribe/index.html"].decode()
