"""Feed readers, each written by somebody else, find every item of every feed."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Literal

import atoma
import fastfeedparser
import feedparser
import pytest
from lxml import etree

from tests.system.web import NODE, Served, Site

Format = Literal["rss", "atom", "json"]
NAMES: dict[Format, str] = {"rss": "feed.xml", "atom": "atom.xml", "json": "feed.json"}
FORMATS: tuple[Format, ...] = ("rss", "atom", "json")
XML: tuple[Format, ...] = ("rss", "atom")


@pytest.fixture(scope="session")
def site(web: Served) -> Site:
    return web.site


def written(site: Site, format: Format) -> dict[str, list[str]]:
    """The ids in each feed of a format, in order, as the bare bytes have them."""
    return {str(path): ids(path, format) for path in site.feeds(NAMES[format])}


def ids(path: Path, format: Format) -> list[str]:
    if format == "json":
        return [item["id"] for item in json.loads(path.read_bytes())["items"]]
    tag = "item/guid" if format == "rss" else "{http://www.w3.org/2005/Atom}entry/{http://www.w3.org/2005/Atom}id"
    return [str(element.text) for element in etree.parse(path).getroot().iterfind(f".//{tag}")]


def by_feedparser(data: bytes, format: Format) -> list[str]:
    feed = feedparser.parse(data)
    assert not feed.bozo, feed.bozo_exception
    assert feed.version == {"rss": "rss20", "atom": "atom10"}[format]
    return [entry.id for entry in feed.entries]


def by_atoma(data: bytes, format: Format) -> list[str]:
    match format:
        case "rss":
            return [item.guid for item in atoma.parse_rss_bytes(data).items]
        case "atom":
            return [entry.id_ for entry in atoma.parse_atom_bytes(data).entries]
        case "json":
            return [item.id_ for item in atoma.parse_json_feed_bytes(data).items]


def by_fastfeedparser(data: bytes, format: Format) -> list[str]:
    del format
    return [entry["id"] for entry in fastfeedparser.parse(data).entries]


def test_the_site_and_every_series_have_a_feed_of_each_format(site: Site) -> None:
    folders = {site.folder, *(page.file.parent for page in site.pages_of("series"))}
    assert {format: {path.parent for path in site.feeds(NAMES[format])} for format in FORMATS} == dict.fromkeys(
        FORMATS, folders
    )


def test_no_feed_is_empty(site: Site) -> None:
    assert [path for format in FORMATS for path, found in written(site, format).items() if not found] == []


def test_no_feed_has_an_id_twice(site: Site) -> None:
    twice = [path for f in FORMATS for path, found in written(site, f).items() if len(found) != len(set(found))]
    assert twice == []


def test_the_three_formats_hold_the_same_items_in_the_same_order(site: Site) -> None:
    rss, atom, json_ = (list(written(site, format).values()) for format in FORMATS)
    assert rss == atom == json_


@pytest.mark.parametrize(
    ("read", "format"),
    [
        pytest.param(read, format, id=f"{name} {format}")
        for name, read, formats in (
            ("feedparser", by_feedparser, XML),
            ("atoma", by_atoma, FORMATS),
            ("fastfeedparser", by_fastfeedparser, FORMATS),
        )
        for format in formats
    ],
)
def test_python_readers_find_every_item(site: Site, read: Callable[[bytes, Format], list[str]], format: Format) -> None:
    expected = written(site, format)
    assert {path: read(Path(path).read_bytes(), format) for path in expected} == expected


@pytest.fixture(scope="session")
def read_by_node(
    site: Site, command: Callable[[str, str], str], node_package: Callable[[str, str], Path]
) -> dict[str, dict[str, list[str]]]:
    """The ids each parser from npm finds, by file and parser."""
    node = command("feed readers of Node", "node")
    node_package("feed readers of Node", "feedsmith")
    # Imports are looked up from the script's own folder.
    script = shutil.copy(Path(__file__).parent / "read_feeds.mjs", NODE)
    files = [str(path) for format in FORMATS for path in site.feeds(NAMES[format])]
    run = subprocess.run(
        [node, script, *files], capture_output=True, text=True, encoding="utf-8", timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr
    found: dict[str, dict[str, list[str]]] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize(
    ("reader", "format"),
    [
        pytest.param(reader, format, id=f"{reader} {format}")
        for reader, formats in (("@rowanmanning/feed-parser", XML), ("rss-parser", XML), ("feedsmith", FORMATS))
        for format in formats
    ],
)
def test_node_readers_find_every_item(
    site: Site, read_by_node: dict[str, dict[str, list[str]]], reader: str, format: Format
) -> None:
    expected = written(site, format)
    assert {path: read_by_node[path][reader] for path in expected} == expected


def reload_newsboat(newsboat: str, feed: str, folder: Path) -> list[str]:
    """The ids newsboat keeps after its first fetch of a feed."""
    folder.mkdir()
    (folder / "urls").write_text(f"{feed}\n")
    (folder / "config").write_text("download-retries 1\ndownload-timeout 10\n")
    run = subprocess.run(
        [newsboat, "-C", "config", "-u", "urls", "-c", "cache.db", "-x", "reload"],
        cwd=folder,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    with closing(sqlite3.connect(folder / "cache.db")) as cache:
        return [guid for (guid,) in cache.execute("SELECT guid FROM rss_item ORDER BY guid")]


@pytest.mark.parametrize("format", XML)
def test_newsboat_finds_every_item(
    web: Served, command: Callable[[str, str], str], tmp_path: Path, format: Format
) -> None:
    newsboat = command("newsboat", "newsboat")
    expected = {
        f"{web.address}/{Path(path).relative_to(web.site.folder).as_posix()}": sorted(found)
        for path, found in written(web.site, format).items()
    }
    # A cache each: newsboat keeps one item per id, whichever feed it came from.
    found = {feed: reload_newsboat(newsboat, feed, tmp_path / str(n)) for n, feed in enumerate(expected)}
    assert found == expected


@pytest.mark.parametrize("format", XML)
def test_sfeed_finds_every_item(site: Site, command: Callable[[str, str], str], format: Format) -> None:
    sfeed = command("sfeed", "sfeed")
    expected = written(site, format)
    found = {}
    for path in expected:
        with open(path, "rb") as feed:
            lines = subprocess.run([sfeed], stdin=feed, capture_output=True, timeout=30, check=True).stdout.decode()
        # Tab-separated: time, title, link, content, its type, id, author, enclosure, categories.
        found[path] = [line.split("\t")[5] for line in lines.splitlines()]
    assert found == expected


def test_every_xml_file_is_well_formed_to_xmllint(site: Site, command: Callable[[str, str], str]) -> None:
    xmllint = command("xmllint", "xmllint")
    files = sorted(site.folder.rglob("*.xml"))
    run = subprocess.run(
        [xmllint, "--noout", "--nonet", *files], capture_output=True, text=True, timeout=60, check=False
    )
    assert (run.returncode, run.stderr) == (0, "")
