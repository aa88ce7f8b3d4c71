"""What came before leads to what came after, by the ordinary build, and no reader is shown anything twice."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from lxml import etree

from pipeline.ledger.lines import Line, written
from tests.support import TOML, Folder, entry

INDEX = """\
---
id: walk
title: Thirty walks
hashtag: walks
length: 30
start: 2026-10-19
time: "09:00"
zone: Europe/Berlin
---
"""
DAYS = ["2026-10-19T12:00:00Z", "2026-10-20T12:00:00Z", "2026-10-21T12:00:00Z"]


@pytest.fixture
def walks(folder: Folder) -> Folder:
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX})
    folder.write({f"series/walk/day-{day:02}.md": entry(day, f"Walk <{day}>") for day in (1, 2, 3)})
    return folder


def items(folder: Folder) -> dict[str, dict[str, object]]:
    told = json.loads(folder.site()["walk/feed.json"])
    return {item["url"]: item for item in told["items"]}


def test_yesterdays_item_and_page_lead_to_today_and_stay_themselves(walks: Folder) -> None:
    walks.daycast("build", "--now", DAYS[0])
    before = items(walks)["https://walks.example/walk/day-01/"]
    assert "day-02" not in str(before["content_html"])
    walks.daycast("build", "--now", DAYS[1])
    after = items(walks)["https://walks.example/walk/day-01/"]
    onward = '<a href="https://walks.example/walk/day-02/">#Day2/30: Walk &lt;2&gt;</a>'
    assert str(after["content_html"]) == f"{before['content_html']}<p>Next day: {onward}</p>\n"
    rest = {name: value for name, value in after.items() if name != "content_html"}
    assert rest == {name: value for name, value in before.items() if name != "content_html"}
    page = walks.site()["walk/day-01/index.html"].decode()
    assert 'class="next" href="/walk/day-02/" rel="next"' in page


def test_every_feed_keeps_ids_and_dates(walks: Folder) -> None:
    def told() -> dict[str, tuple[str, str]]:
        root = etree.fromstring(walks.site()["walk/feed.xml"])
        return {
            str(item.findtext("link")): (str(item.findtext("guid")), str(item.findtext("pubDate")))
            for item in root.iter("item")
        }

    seen: dict[str, tuple[str, str]] = {}
    for now in DAYS:
        walks.daycast("build", "--now", now)
        found = told()
        assert {link: found[link] for link in seen} == seen
        seen = found
        atom = walks.site()["walk/atom.xml"]
        for published in etree.fromstring(atom).iter("{http://www.w3.org/2005/Atom}entry"):
            names = ("published", "updated")
            dates = {published.findtext(f"{{http://www.w3.org/2005/Atom}}{name}") for name in names}
            assert len(dates) == 1
    assert len(seen) == 3


def test_a_day_that_goes_to_no_blog_is_passed_over(walks: Folder) -> None:
    walks.write({"series/walk/day-02.md": entry(2, extra="channels: [rss]\n")})
    walks.daycast("build", "--now", DAYS[2])
    first = items(walks)["https://walks.example/walk/day-01/"]
    assert "https://walks.example/walk/day-03/" in str(first["content_html"])


def test_a_series_speaks_its_language(walks: Folder) -> None:
    walks.write({"series/walk/_index.md": INDEX.replace("length", "language: de\nlength")})
    walks.daycast("build", "--now", DAYS[1])
    assert "Nächster Tag: " in str(items(walks)["https://walks.example/walk/day-01/"]["content_html"])


def test_a_receipt_brings_the_post_to_the_page_and_leaves_the_feed_alone(walks: Folder) -> None:
    walks.daycast("build", "--now", DAYS[1])
    feeds = {path: data for path, data in walks.site().items() if path.endswith((".xml", ".json"))}
    line = Line(
        at=datetime(2026, 10, 20, 8, tzinfo=UTC),
        event="published",
        key="walk/day-02/linkedin",
        attempt=1,
        url="https://www.linkedin.com/feed/update/urn:li:share:1/",
    )
    (walks.path / "series/walk/receipts.jsonl").write_bytes(written(line))
    walks.daycast("build", "--now", DAYS[1])
    page = walks.site()["walk/day-02/index.html"].decode()
    assert 'class="u-syndication" href="https://www.linkedin.com/feed/update/urn:li:share:1/"' in page
    assert {path: data for path, data in walks.site().items() if path.endswith((".xml", ".json"))} == feeds


def test_the_series_page_fills(walks: Folder) -> None:
    out = []
    for now in DAYS:
        walks.daycast("build", "--now", now)
        page = walks.site()["walk/index.html"].decode()
        out.append([day for day in (1, 2, 3) if f'href="/walk/day-{day:02}/"' in page])
    assert out == [[1], [1, 2], [1, 2, 3]]
