"""Page, feeds and LinkedIn text of a day agree with its source, in output and online; what does not is named."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pipeline.check.agree import of_json_feed, of_xml_feed
from tests.support import Folder, entry

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
#: After day 3.
NOW = ("--now", "2026-10-21T12:00:00Z")
TOML = '[site]\ntitle = "Walks"\nurl = "{url}"\n\n[feed]\nauthority = "walks.example,2026"\n'


def make(folder: Folder, url: str = "https://walks.example") -> None:
    folder.write({"daycast.toml": TOML.format(url=url), "series/walk/_index.md": INDEX})
    folder.write({f"series/walk/day-{day:02}.md": entry(day, f"Walk <{day}> & on") for day in (1, 2, 3)})
    folder.write({"series/walk/day-02.md": entry(2, extra="image: hill.png\nimage_alt: A hill\n")})
    folder.write({"series/walk/hill.png": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0"})
    folder.write({"series/walk/day-03.md": entry(3, extra="canonical_url: https://first.example/three\n")})


@pytest.fixture
def walks(folder: Folder) -> Folder:
    make(folder)
    folder.daycast("build", *NOW)
    return folder


def verified(folder: Folder, *words: str) -> tuple[int, list[tuple[int, str, str]]]:
    ran = folder.daycast("verify", "--json", *words, *NOW)
    told = json.loads(ran.out)
    return ran.code, [(one["day"], one["where"], one["message"]) for one in told["disagreements"]]


def harm(folder: Folder, path: str, old: str, new: str) -> None:
    text = folder.read(f"output/{path}")
    assert old in text
    folder.write({f"output/{path}": text.replace(old, new)})


def test_what_was_built_agrees(walks: Folder) -> None:
    assert verified(walks) == (0, [])
    assert "3 days out, in output/: all agree" in walks.daycast("verify", *NOW).out


@pytest.mark.parametrize(
    ("path", "old", "new", "day", "where"),
    [
        ("site/walk/day-01/index.html", 'og:title" content="Walk', 'og:title" content="Talk', 1, "page"),
        ("site/walk/day-01/index.html", "2026-10-19T09:00", "2026-10-19T10:00", 1, "page"),
        ("site/walk/day-01/index.html", "#Day1/30", "#Day9/30", 1, "page"),
        ("site/walk/day-01/index.html", 'dir="auto">Walk', 'dir="auto">Talk', 1, "page"),
        ("site/walk/day-01/index.html", 'dt-published" datetime="2026', 'dt-published" datetime="2025', 1, "page"),
        ("site/walk/day-03/index.html", "https://first.example/three", "https://walks.example/walk/day-03/", 3, "page"),
        ("site/walk/day-02/index.html", "walk/hill.png", "walk/dale.png", 2, "page"),
        ("site/walk/feed.xml", "Mon, 19 Oct 2026 07:00", "Mon, 19 Oct 2026 08:00", 1, "feed.xml"),
        (
            "site/walk/feed.xml",
            "<link>https://walks.example/walk/day-02/",
            "<link>https://walks.example/x/",
            2,
            "feed.xml",
        ),
        ("site/walk/atom.xml", "<published>2026-10-20", "<published>2026-10-21", 2, "atom.xml"),
        ("site/walk/atom.xml", "walk/day-02</id>", "walk/day-04</id>", 2, "atom.xml"),
        ("site/walk/feed.json", '"title": "Walk number 2"', '"title": "Walk number 9"', 2, "feed.json"),
        ("site/walk/feed.json", "walk/hill.png", "walk/dale.png", 2, "feed.json"),
        ("linkedin/walk/day-02.txt", "#Day2/30", "#Day3/30", 2, "linkedin"),
        ("linkedin/walk/day-02.json", "https://walks.example/walk/day-02/", "https://walks.example/", 2, "linkedin"),
        ("linkedin/walk/day-02.json", '"title": "Walk number 2"', '"title": "Walk"', 2, "linkedin"),
    ],
)
def test_each_difference_is_found_and_no_other(
    walks: Folder, path: str, old: str, new: str, day: int, where: str
) -> None:
    harm(walks, path, old, new)
    code, found = verified(walks)
    assert code == 1
    assert {(one[0], one[1]) for one in found} == {(day, where)}


def test_what_is_missing_is_named(walks: Folder) -> None:
    (walks.path / "output/site/walk/hill.png").unlink()
    (walks.path / "output/site/walk/day-01/index.html").unlink()
    (walks.path / "output/linkedin/walk/day-03.txt").unlink()
    _, found = verified(walks)
    assert [one[:2] for one in found] == [(1, "page"), (2, "picture"), (3, "linkedin")]


def test_an_edit_that_was_not_built_is_a_difference(walks: Folder) -> None:
    walks.write({"series/walk/day-01.md": entry(1, "Another title")})
    _, found = verified(walks)
    assert {one[1] for one in found} == {"page", "feed.xml", "atom.xml", "feed.json", "linkedin"}


def test_a_feed_that_is_none_is_a_sentence(walks: Folder) -> None:
    walks.write({"output/site/walk/atom.xml": "<feed", "output/site/walk/feed.json": "[]"})
    _, found = verified(walks)
    assert {(one[1], one[2].partition(":")[0]) for one in found} == {
        ("atom.xml", "is no XML"),
        *(("feed.json", "has no item tag") for _ in range(1)),
    }


@pytest.mark.parametrize(
    "data", [b'<!DOCTYPE x [<!ENTITY a "b">]><feed>&a;</feed>', b"<feed>", b"", b"\xff\xfe", b"<a><b></a>"]
)
def test_a_hostile_feed_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"document type|no XML"):
        of_xml_feed(data)


@pytest.mark.parametrize("data", [b"[]", b'{"items": [1, {"id": 2}]}', b"{}"])
def test_a_strange_json_feed_has_what_it_has(data: bytes) -> None:
    assert set(of_json_feed(data)) <= {"2"}


@pytest.fixture
def online(folder: Folder) -> Iterator[Folder]:
    """The site as a web server on this machine gives it."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            return

    top = folder.path / "output/site"
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(top)))
    make(folder, f"http://127.0.0.1:{server.server_port}")
    folder.daycast("build", *NOW)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield folder
    server.shutdown()
    server.server_close()


def test_the_site_online_is_compared(online: Folder) -> None:
    assert verified(online, "--live") == (0, [])
    harm(online, "site/walk/day-01/index.html", 'og:title" content="Walk', 'og:title" content="Talk')
    (online.path / "output/site/walk/feed.xml").unlink()
    code, found = verified(online, "--live")
    assert (code, {one[:2] for one in found}) == (1, {(1, "page"), *((day, "feed.xml") for day in (1, 2, 3))})


def test_a_site_without_an_address_is_not_online(folder: Folder) -> None:
    make(folder)
    folder.write({"daycast.toml": '[site]\ntitle = "Walks"\n'})
    ran = folder.daycast("verify", "--live", *NOW)
    assert (ran.code, "set [site] url" in ran.err) == (2, True)


@pytest.mark.parametrize("length", [1, 365])
def test_a_series_of_any_length(folder: Folder, length: int) -> None:
    folder.write({"daycast.toml": TOML.format(url="https://walks.example")})
    folder.write({"series/walk/_index.md": INDEX.replace("length: 30", f"length: {length}")})
    folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in range(1, length + 1)})
    now = ("--now", "2028-01-01T00:00:00Z")
    folder.daycast("build", *now)
    ran = folder.daycast("verify", *now)
    assert (ran.code, ran.out.startswith(f"{length} day")) == (0, True)


def test_without_a_site_one_sentence_says_so(folder: Folder) -> None:
    make(folder, "https://walks.invalid")
    ran = folder.daycast("verify", *NOW)
    assert (ran.code, ran.out, ran.err) == (1, "", "daycast: output/site is not there: 'daycast build' makes it\n")
    ran = folder.daycast("verify", "--live", *NOW)
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "https://walks.invalid/ cannot be reached" in ran.err
