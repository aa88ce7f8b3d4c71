"""``daycast share``: one file that holds all a reviewer needs, and asks nobody for anything."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from tests.support import INDEX, Folder, entry

NOW = ("--now", "2026-10-20T09:00:00Z")
TOML = '[site]\ntitle = "Walks"\nurl = "https://walks.example/blog"\naccent = "#125ea8"\n'
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
BODY = "A walk.\n\n![A gate](gate.png)\n\n![Far](https://far.example/far.png)\n\nSee [day 1](day-01.md).\n"


@pytest.fixture
def walks(folder: Folder) -> Folder:
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX})
    folder.write({"series/walk/day-01.md": entry(1), "series/walk/day-05.md": entry(5, body=BODY)})
    folder.write({"series/walk/gate.png": PNG})
    return folder


def shared(folder: Folder, *words: str) -> tuple[str, str]:
    """The file, and the page inside it."""
    ran = folder.daycast("share", "day", "5", *NOW, *words)
    assert ran.code == 0, ran.err
    text = folder.read("output/share/walk/day-05.html")
    found = re.search(r'srcdoc="([^"]*)"', text)
    assert found is not None
    return text, unescape(found[1])


def test_it_holds_post_page_and_checks(walks: Folder) -> None:
    text, page = shared(walks)
    assert "This page is a preview" not in page
    assert "Walk number 5" in text
    assert "#Day5/30" in unescape(text)
    assert "<h1" in page
    assert "A walk." in page
    assert '<meta name="robots" content="noindex, nofollow, noarchive">' in text
    assert "series/walk/day-05.md:" in text  # what check says of it


def test_nothing_in_it_leads_a_browser_elsewhere(walks: Folder) -> None:
    text, page = shared(walks)
    for html in (text, page):
        assert "<script" not in html
        assert not re.search(r'(?:src|srcset|poster|data)="(?!data:)', html.replace(f'srcdoc="{page}"', ""))
        assert not re.search(r"<link[^>]+href=\"(?!data:)", html)
        assert not re.search(r"url\((?!['\"]?data:)", html)
    assert page.count("data:image/png;base64,") == 1
    assert "#125ea8" in page  # the project's own colour


def test_links_lead_to_the_blog(walks: Folder) -> None:
    _, page = shared(walks)
    hrefs = re.findall(r'<a [^>]*href="([^"]+)"', page)
    assert all(href.startswith(("https://", "#")) for href in hrefs)
    assert "https://walks.example/blog/walk/day-01/" in hrefs


def test_what_lies_elsewhere_is_left_out_and_named(walks: Folder) -> None:
    ran = walks.daycast("share", "day", "5", *NOW)
    assert "https://far.example/far.png is no file of this project" in ran.out
    told = json.loads(walks.daycast("share", "5", "--json", *NOW).out)
    assert told["left_out"] == ["https://far.example/far.png"]
    assert (told["series"], told["day"], told["path"]) == ("walk", 5, "output/share/walk/day-05.html")
    assert told["bytes"] == len((walks.path / told["path"]).read_bytes())


def test_the_mark_in_it_is_the_one_approve_writes(walks: Folder) -> None:
    text, _ = shared(walks)
    told = json.loads(walks.daycast("share", "5", "--json", *NOW).out)
    assert told["mark"] in text
    assert walks.daycast("approve", "day", "5", *NOW).code == 0
    assert f'approved: "{told["mark"]}"' in walks.read("series/walk/day-05.md")
    text, _ = shared(walks)
    assert "approved as it is here" in text


def test_the_same_day_is_the_same_file_and_no_part_of_the_site(walks: Folder) -> None:
    first, _ = shared(walks)
    assert walks.daycast("build", *NOW).code == 0
    assert walks.read("output/share/walk/day-05.html") == first
    assert shared(walks)[0] == first
    assert not [name for name in walks.site() if "share" in name]


def test_a_draft_and_a_post_that_does_not_fit_are_shown_too(walks: Folder) -> None:
    walks.write({"series/walk/day-05.md": entry(5, body="Long. " * 900).replace("---\n", "---\ndraft: true\n", 1)})
    ran = walks.daycast("share", "day", "5", *NOW)
    assert ran.code == 0, ran.err
    text = walks.read("output/share/walk/day-05.html")
    assert "This page is a preview" in text
    assert "of 3,000 units" in text


def test_what_is_hostile_in_an_entry_stays_text(walks: Folder) -> None:
    evil = '</iframe><script>alert(1)</script>" onload="x'
    walks.write({"series/walk/day-05.md": entry(5, title=json.dumps(evil), body=evil + "\n")})
    text, page = shared(walks)
    assert "<script" not in text
    assert "<script" not in page
    assert "</iframe><script" not in text


def test_a_day_that_is_not_there_is_named(walks: Folder) -> None:
    ran = walks.daycast("share", "day", "9", *NOW)
    assert (ran.code, ran.out) == (1, "")
    assert "9" in ran.err
    assert not (walks.path / "output/share").exists()


def test_a_shared_file_stays_until_its_entry_is_gone(walks: Folder) -> None:
    first, _ = shared(walks)
    walks.write({"series/walk/day-05.md": entry(5, body="Another walk.")})
    assert "removed" not in walks.daycast("build", *NOW).out
    assert walks.read("output/share/walk/day-05.html") == first
    (walks.path / "series/walk/day-05.md").unlink()
    assert walks.daycast("build", *NOW).code == 0
    assert not (walks.path / "output/share").exists()
