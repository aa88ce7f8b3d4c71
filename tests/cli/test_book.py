"""A series as EPUB and PDF: what is in them, and what is said where something is missing."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from lxml import etree

from tests.support import TOML, Folder, entry

INDEX = """\
---
title: Ten walks & "one" more
description: What I saw.
length: {length}
start: 2026-10-19
author: Ada Walker
---
An opening with a [link](day-01.md).
"""
BODY = """\
Along the river[^1], then on to [the gate](day-02.md), or [home](https://example.org/?a=1&b=2).

## The gate

![A gate in a hedge](gate.png "Iron, and locked")

- one
  1. inside
  2. it
- [x] done

| a | b |
|---|--:|
| `x<y` | ~~2~~ |

> [!NOTE]
> Mind the dog.

```python
print("a  b")
```

Once more[^1] and another[^two].

[^1]: It was *high*.
[^two]: So was the grass.
"""
X = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture
def walks(folder: Folder) -> Folder:
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX.format(length=3)})
    folder.write(
        {
            "series/walk/day-01.md": entry(1, body=BODY),
            "series/walk/day-02.md": entry(2, "Two <3"),
            "series/walk/day-03.md": entry(3, extra="draft: true\n"),
            "series/walk/gate.png": picture(),
        }
    )
    return folder


def picture() -> bytes:
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (40, 20), "green").save(out, "PNG")
    return out.getvalue()


def text_of(element: etree._Element) -> str:
    """What stands in an element, without its markup."""
    return "".join(str(one) for one in element.itertext())


def opened(folder: Folder, name: str = "walk") -> dict[str, bytes]:
    with zipfile.ZipFile(folder.path / f"output/books/{name}.epub") as archive:
        assert archive.infolist()[0].filename == "mimetype"
        assert archive.infolist()[0].compress_type == zipfile.ZIP_STORED
        return {name: archive.read(name) for name in archive.namelist()}


def test_an_epub_holds_each_day_that_is_no_draft_with_its_notes_links_and_pictures(walks: Folder) -> None:
    ran = walks.daycast("book")
    assert ran.code == 0, ran
    assert "walk.epub: 2 days in 3 chapters, " in ran.out
    assert "2 of 3 days are in it; day 3 is a draft or not written" in ran.out
    files = opened(walks)
    pages = {name for name in files if name.endswith(".xhtml")}
    names = {f"EPUB/{name}.xhtml" for name in ("cover", "title", "nav", "intro", "day-01", "day-02")}
    assert pages == names
    for name in pages:
        etree.fromstring(files[name])
    contents = etree.fromstring(files["EPUB/nav.xhtml"])
    assert [(a.get("href"), text_of(a)) for a in contents.iter(f"{X}a")] == [
        ("intro.xhtml", 'Ten walks & "one" more'),
        ("day-01.xhtml", "#Day1/3 Walk number 1"),
        ("day-02.xhtml", "#Day2/3 Two <3"),
    ]
    page = etree.fromstring(files["EPUB/day-01.xhtml"])
    links = [a.get("href") for a in page.iter(f"{X}a")]
    assert "day-02.xhtml" in links
    assert "https://example.org/?a=1&b=2" in links
    ids = {one.get("id") for one in page.iter() if one.get("id")}
    notes = [link for link in links if link and link.startswith("#")]
    assert len([link for link in notes if link.startswith("#fn-")]) == 3
    assert {link[1:] for link in notes} <= ids
    (image,) = page.iter(f"{X}img")
    assert image.get("alt") == "A gate in a hedge"
    assert files[f"EPUB/{image.get('src')}"] == picture()
    assert "Iron, and locked" in text_of(page)
    assert 'print("a  b")' in text_of(page)
    opening = etree.fromstring(files["EPUB/intro.xhtml"])
    assert [a.get("href") for a in opening.iter(f"{X}a")] == ["day-01.xhtml"]


def test_the_package_names_everything_that_is_in_it(walks: Folder) -> None:
    walks.daycast("book")
    files = opened(walks)
    package = etree.fromstring(files["EPUB/package.opf"])
    listed = {one.get("href") for one in package.iter("{http://www.idpf.org/2007/opf}item")}
    assert {f"EPUB/{name}" for name in listed} == {
        name for name in files if name.startswith("EPUB/") and name != "EPUB/package.opf"
    }
    said = {etree.QName(one).localname: one.text for one in package.iterfind("{*}metadata/*")}
    assert said["title"] == 'Ten walks & "one" more'
    assert said["creator"] == "Ada Walker"
    assert said["language"] == "en"


def test_the_pdf_has_its_title_and_opens(walks: Folder) -> None:
    ran = walks.daycast("book", "walk", "--json")
    told = json.loads(ran.out)
    assert [one["path"] for one in told["files"]] == ["output/books/walk.epub", "output/books/walk.pdf"]
    assert told["chapters"] == 3
    data = (walks.path / "output/books/walk.pdf").read_bytes()
    assert data.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in data  # tagged: it can be read aloud in order
    assert b"/Outlines" in data


def test_the_same_series_gives_the_same_bytes(walks: Folder) -> None:
    walks.daycast("book")
    before = {path.name: path.read_bytes() for path in (walks.path / "output/books").iterdir()}
    for path in (walks.path / "output/books").iterdir():
        path.unlink()
    walks.daycast("book")
    assert {path.name: path.read_bytes() for path in (walks.path / "output/books").iterdir()} == before


def test_a_build_leaves_a_book_alone_as_long_as_there_is_its_series(walks: Folder) -> None:
    walks.daycast("book")
    walks.daycast("build", "-q")
    assert (walks.path / "output/books/walk.epub").is_file()
    (walks.path / "series/walk").rename(walks.path / "series/stroll")
    walks.daycast("build", "-q")
    assert not (walks.path / "output/books/walk.epub").exists()


def test_without_what_sets_pages_there_is_an_epub_without_a_cover(
    walks: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.book.written.installed", lambda: False)
    ran = walks.daycast("book")
    assert ran.code == 1
    assert "pip install 'daycast[cards]'" in ran.out
    assert "EPUB/cover.xhtml" not in opened(walks)
    assert not (walks.path / "output/books/walk.pdf").exists()


def test_pictures_from_elsewhere_are_left_out_and_named(walks: Folder) -> None:
    walks.write({"series/walk/day-02.md": entry(2, body="![far](https://example.com/far.png) and ![gone](gone.png)")})
    ran = walks.daycast("book")
    assert "series/walk/day-02.md: the picture https://example.com/far.png is left out" in ran.out
    page = etree.fromstring(opened(walks)["EPUB/day-02.xhtml"])
    assert not list(page.iter(f"{X}img"))
    assert "[far]" in text_of(page)


def test_html_in_an_entry_stays_harmless_and_well_formed(walks: Folder) -> None:
    wild = '<script>alert(1)</script><p onclick="x()">a<br>b <b>c</p><iframe src="https://v.example/1"></iframe>&nbsp;&copy;'
    walks.write({"series/walk/day-02.md": entry(2, body=wild)})
    walks.daycast("book")
    data = opened(walks)["EPUB/day-02.xhtml"]
    page = etree.fromstring(data)
    assert b"onclick" not in data
    assert not [one for one in page.iter() if etree.QName(one).localname in ("script", "iframe")]


def test_a_series_of_drafts_is_no_book(walks: Folder) -> None:
    for day in (1, 2):
        walks.write({f"series/walk/day-0{day}.md": entry(day, extra="draft: true\n")})
    ran = walks.daycast("book")
    assert ran.code == 1
    assert "has no entry that is no draft" in ran.err
    assert not (walks.path / "output/books").exists()


def test_of_several_series_one_must_be_named(walks: Folder) -> None:
    walks.write({"series/other/day-01.md": entry(1)})
    ran = walks.daycast("book")
    assert ran.code == 2
    assert "daycast book other" in ran.err
    assert walks.daycast("book", "nothing").code == 2


@pytest.mark.parametrize(("language", "direction"), [("he", "rtl"), ("de", None)])
def test_a_book_is_in_the_language_of_its_series(walks: Folder, language: str, direction: str | None) -> None:
    walks.write({"series/walk/_index.md": INDEX.format(length=3).replace("---\nAn", f"language: {language}\n---\nAn")})
    walks.daycast("book")
    page = etree.fromstring(opened(walks)["EPUB/nav.xhtml"])
    assert page.get("lang") == language
    assert page.get("dir") == direction


def test_a_year_is_a_book_too(folder: Folder) -> None:
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX.format(length=365)})
    folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in range(1, 366)})
    ran = folder.daycast("book")
    assert ran.code == 0, ran
    assert "366 chapters" in ran.out
    assert len([name for name in opened(folder) if "day-" in name]) == 365
