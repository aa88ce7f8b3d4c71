"""``daycast localize``: pictures come home with care, and nothing else in a file is touched."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Callable

import pytest

from pipeline import importers
from pipeline.config import load as settings
from pipeline.errors import NotSentError
from pipeline.http import Response
from pipeline.importers import localize
from pipeline.project import load
from tests.support import INDEX, TOML, Folder, entry

NOW = ("--now", "2026-10-21T09:00:00Z")


def png(width: int = 2, height: int = 2) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\0" * min(width, 8) for _ in range(min(height, 8))))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


BODY = """\
![A root](https://img.example/2023/My%20Root.png "Deep") and ![B](<http://img.example/b (1).png>)

```
![code](https://img.example/code.png)
```

![again](https://img.example/2023/My%20Root.png) [link](https://img.example/link.png)
"""
EXTRA = "image: https://img.example/lead.jpg  # from the old blog\nimage_alt: A field\n"


@pytest.fixture
def walks(folder: Folder) -> Folder:
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX})
    folder.write({"series/walk/day-01.md": entry(1, extra=EXTRA, body=BODY), "series/walk/day-02.md": entry(2)})
    return folder


def answering(**by_name: bytes | int | Exception) -> Callable[[str], Response]:
    def fetch(address: str) -> Response:
        name = address.rsplit("/", 1)[1].split(".", maxsplit=1)[0].replace("%20", "_").replace(" (1)", "")
        found = by_name[name]
        if isinstance(found, Exception):
            raise found
        if isinstance(found, int):
            return Response(status=found, headers={}, body=b"")
        return Response(status=200, headers={"content-type": "text/html"}, body=found)

    return fetch


def brought(folder: Folder, fetch: Callable[[str], Response]) -> localize.Localized:
    project = load(folder.path, settings(folder.path))
    return localize.localized(project, [entry for series in project.series for entry in series.entries], fetch)


def test_pictures_come_home_and_nothing_else_changes(walks: Folder) -> None:
    made = brought(walks, answering(My_Root=png(), b=png(3), lead=b"\xff\xd8\xff\xe0" + jpeg()))
    assert made.failed == {}
    assert sorted(made.change.written) == [
        "series/walk/day-01-b-1.png",
        "series/walk/day-01-lead.jpg",
        "series/walk/day-01-my-root.png",
        "series/walk/day-01.md",
    ]
    text = made.change.written["series/walk/day-01.md"].decode()
    before = entry(1, extra=EXTRA, body=BODY)
    assert text == before.replace("https://img.example/2023/My%20Root.png", "day-01-my-root.png").replace(
        "<http://img.example/b (1).png>", "day-01-b-1.png"
    ).replace("https://img.example/lead.jpg", "day-01-lead.jpg")


def jpeg() -> bytes:
    """What follows the mark of a JPEG of 4 × 3."""
    head = b"\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    return head + b"\xff\xc0\x00\x0b\x08\x00\x03\x00\x04\x01\x01\x11\x00\xff\xd9"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (404, "answers with 404"),
        (b"<html>no</html>", "is no PNG"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "is no PNG"),
        (b"\x89PNG\r\n\x1a\n broken", "cannot be read as a picture"),
        (png(100_000, 1_000), "pixels, and a picture may have 40,000,000"),
        (
            NotSentError("GET https://img.example: it leads to a machine that is not on the public internet"),
            "not on the",
        ),
    ],
)
def test_what_is_no_picture_stays_where_it_is(walks: Folder, answer: bytes | int | Exception, said: str) -> None:
    made = brought(walks, answering(My_Root=answer, b=png(), lead=png()))
    assert {where.partition(": ")[0] for where in made.failed} == {
        "series/walk/day-01.md:6",
        "series/walk/day-01.md:12",
    }
    assert all(said in reason for reason in made.failed.values())
    assert b"https://img.example/2023/My%20Root.png" in made.change.written["series/walk/day-01.md"]
    assert "series/walk/day-01-my-root.png" not in made.change.written


def test_another_picture_of_that_name_is_not_overwritten(walks: Folder) -> None:
    walks.write({"series/walk/day-01-my-root.png": png(9)})
    made = brought(walks, answering(My_Root=png(), b=png(), lead=png()))
    assert "series/walk/day-01-my-root.png" not in made.change.written
    [name] = [path for path in made.change.written if "my-root-" in path]
    assert name.removeprefix("series/walk/") in made.change.written["series/walk/day-01.md"].decode()
    walks.write({"series/walk/day-01-my-root.png": png()})
    made = brought(walks, answering(My_Root=png(), b=png(), lead=png()))
    assert not [path for path in made.change.written if "my-root" in path]  # the same picture is there already


def test_a_dry_run_asks_nobody(walks: Folder) -> None:
    ran = walks.daycast("localize", "--dry-run", *NOW)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "series/walk/day-01.md:6: https://img.example/2023/My%20Root.png",
        "series/walk/day-01.md:6: http://img.example/b (1).png",
        "series/walk/day-01.md:12: https://img.example/2023/My%20Root.png",
        "series/walk/day-01.md:3: https://img.example/lead.jpg",
        "3 pictures elsewhere in 4 places; nothing was fetched",
    ]
    assert walks.daycast("localize", "day", "2", *NOW).out == "every picture is here\n"


@pytest.mark.parametrize("address", ["http://127.0.0.1/x.png", "http://169.254.169.254/x.png", "http://[::1]/x.png"])
def test_the_command_asks_no_machine_nearby(walks: Folder, address: str) -> None:
    walks.write({"series/walk/day-01.md": entry(1, body=f"![A]({address})")})
    before = walks.read("series/walk/day-01.md")
    ran = walks.daycast("localize", "walk", "--yes", *NOW)
    assert (ran.code, ran.out) == (1, "")
    assert "public" in ran.err
    assert walks.read("series/walk/day-01.md") == before
    told = json.loads(walks.daycast("localize", "walk", "--json", *NOW).out)
    assert list(told["failed"]) == [f"series/walk/day-01.md:4: {address}"]


def test_formats_are_those_that_the_command_names() -> None:
    from pipeline.cli import import_

    assert import_._FORMATS == importers.FORMATS
