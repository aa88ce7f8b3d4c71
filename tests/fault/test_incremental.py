"""Whatever happens to a project, the next build makes of it what a clean build makes, byte for byte."""

from __future__ import annotations

import os
import random
import shutil
import struct
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.ledger.lines import Line, written

START = datetime(2020, 1, 6, 9, tzinfo=UTC)
CONFIG: dict[str, dict[str, object]] = {
    "site": {"title": "Walks", "url": "https://walks.example", "author": "Ann"},
    "feed": {"authority": "walks.example,2020"},
    "channels.linkedin": {"limit": 9000},
}
#: Older than anything that a look takes for too young to be known by its time.
_LONG_AGO = 1_600_000_000_000_000_000


def png(width: int, shade: int) -> bytes:
    """A picture of one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + bytes([shade]) * width for _ in range(2))
    header = struct.pack(">IIBBBBB", width, 2, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


class Writer:
    """A project, and a person who changes it at random."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root = root
        self.random = random.Random(seed)
        self.clock = _LONG_AGO
        self.now: datetime | None = None
        self.config: dict[str, dict[str, object]] = {name: dict(table) for name, table in CONFIG.items()}
        self.heads: dict[str, dict[str, object]] = {}
        self.entries: dict[str, dict[str, object]] = {}
        self.serial = 0
        for name in ("alps", "brooks", "coasts"):
            self.heads[name] = {
                "title": name.title(),
                "start": "2020-01-06",
                "length": 6,
                "zone": "UTC",
                "intro": "In.",
            }
            for day in range(1, self.random.randint(2, 5)):
                self.entries[f"{name}/day-{day:02}.md"] = self.entry(day)
        self.put("series/alps/one.png", png(4, 9))
        self.everything()

    def entry(self, day: int) -> dict[str, object]:
        self.serial += 1
        return {
            "day": day,
            "title": f"Walk {self.serial}",
            "body": f"We walked {self.serial} miles. ```x```\n\n    a b",
        }

    def put(self, name: str, data: bytes | str) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        new = data.encode() if isinstance(data, str) else data
        if path.exists() and path.read_bytes() == new:
            return
        path.write_bytes(new)
        self.clock += 1_000_000_000
        os.utime(path, ns=(self.clock, self.clock))

    def gone(self, name: str) -> None:
        (self.root / name).unlink(missing_ok=True)

    def everything(self) -> None:
        """Bring what is meant to the disk."""
        tables = [
            f"[{name}]\n" + "".join(f"{key} = {_toml(value)}\n" for key, value in table.items())
            for name, table in self.config.items()
        ]
        self.put("daycast.toml", "\n".join(tables))
        wanted = {f"series/{name}/_index.md" for name in self.heads} | {f"series/{name}" for name in self.entries}
        for path in sorted((self.root / "series").rglob("*.md")):
            if path.relative_to(self.root).as_posix() not in wanted:
                path.unlink()
        for name, head in self.heads.items():
            self.put(f"series/{name}/_index.md", _front(head, str(head.get("intro", ""))))
        for name, entry in self.entries.items():
            self.put(f"series/{name}", _front(entry, str(entry["body"])))

    # Edits: each gives what it did, in words.

    def edit(self) -> str:
        edits: list[Callable[[], str]] = [
            self.body, self.body, self.title, self.title, self.value, self.value, self.value, self.link, self.link,
            self.picture, self.head, self.head, self.delete, self.add, self.rename, self.move, self.series,
            self.template, self.words, self.static, self.settings, self.cutoff, self.cutoff, self.receipt, self.harm,
            self.forget, self.spoil, self.same_time,
        ]  # fmt: skip
        said = self.random.choice(edits)()
        self.everything()
        return said

    def some(self) -> str:
        return self.random.choice(sorted(self.entries))

    def body(self) -> str:
        name = self.some()
        self.serial += 1
        self.entries[name]["body"] = f"Text {self.serial} of <b>it</b>.\n\n```python\nx = {self.serial % 3}\n```\n"
        return f"another body of {name}"

    def title(self) -> str:
        name = self.some()
        self.serial += 1
        self.entries[name]["title"] = f"Title {self.serial}"
        return f"another title of {name}"

    def value(self) -> str:
        name = self.some()
        choices: list[tuple[str, list[object]]] = [
            ("tags", [["One", "two"], ["one"], ["ONE", "three"], ["three"], None]),
            ("summary", ["In short.", "Longer, then.", None]),
            ("date", ["2020-01-09T10:00:00Z", "2020-01-07T08:00:00Z", "2031-01-01T00:00:00Z", None]),
            ("slug", ["here", "there", None]),
            ("draft", [True, None]),
            ("author", ["Bea", "Cem", None]),
            ("aliases", [["/old/"], ["/older/", "/2019/x.html"], None]),
            ("channels", [["blog"], ["rss", "linkedin"], None]),
            ("updated", ["2020-02-01T00:00:00Z", None]),
            ("canonical_url", ["https://else.example/x", None]),
            ("image", ["one.png", "https://far.example/a.png", None]),
        ]
        key, values = self.random.choice(choices)
        value = self.random.choice(values)
        others = [entry.get("aliases") for entry in self.entries.values()]
        if key == "aliases" and value in others:
            value = None
        if key == "slug" and any(entry.get("slug") == value for entry in self.entries.values()):
            value = None
        if key == "image" and value == "one.png" and not (self.root / "series" / name).with_name("one.png").exists():
            value = None
        self.entries[name][key] = value
        return f"{key} of {name} is {value}"

    def link(self) -> str:
        name, other = self.some(), self.some()
        dest = self.random.choice([f"../{other}", f"/series/{other}", f"../{other.partition('/')[0]}/_index.md"])
        self.entries[name]["body"] = f"See [that]({dest}) and [day](day-01.md)." if dest else ""
        if "day-01.md" not in {key.partition("/")[2] for key in self.entries if key.startswith(name.partition("/")[0])}:
            self.entries[name]["body"] = f"See [that]({dest})."
        return f"a link from {name} to {dest}"

    def picture(self) -> str:
        folder = self.random.choice(sorted(self.heads))
        self.serial += 1
        self.put(f"series/{folder}/one.png", png(4 + self.serial % 3, self.serial % 250))
        name = self.random.choice([key for key in sorted(self.entries) if key.startswith(folder)] or [self.some()])
        if name.startswith(folder):
            self.entries[name]["body"] = "A picture: ![of a walk](one.png)"
        return f"another picture in {folder}, shown by {name}"

    def head(self) -> str:
        name = self.random.choice(sorted(self.heads))
        self.serial += 1
        key, value = self.random.choice(
            [
                ("title", f"Series {self.serial}"),
                ("intro", f"About {self.serial}."),
                ("length", 7 + self.serial % 3),
                ("start", f"2020-01-{7 + self.serial % 5:02}"),
                ("label", "#Week{n}"),
                ("hashtag", f"tag{self.serial}"),
                ("language", "de"),
                ("author", "Dora"),
                ("description", f"What it is {self.serial}"),
            ]
        )
        self.heads[name][key] = value
        return f"{key} of {name} is {value}"

    def delete(self) -> str:
        name = self.some()
        if len(self.entries) > 3:
            self._unlinked(name)
            del self.entries[name]
        return f"{name} is gone"

    def add(self) -> str:
        folder = self.random.choice(sorted(self.heads))
        day = self.random.randint(1, int(str(self.heads[folder]["length"])))
        name = f"{folder}/day-{day:02}.md"
        if name not in self.entries and not any(
            key.startswith(folder) and entry["day"] == day for key, entry in self.entries.items()
        ):
            self.entries[name] = self.entry(day)
        return f"{name} is new"

    def rename(self) -> str:
        name = self.some()
        self._unlinked(name)
        folder, _, file = name.partition("/")
        other = f"{folder}/x{file}" if not file.startswith("x") else f"{folder}/{file[1:]}"
        if other not in self.entries:
            self.entries = {other if key == name else key: entry for key, entry in self.entries.items()}
        return f"{name} is called {other}"

    def move(self) -> str:
        name = self.some()
        folder = self.random.choice(sorted(self.heads))
        taken = {entry["day"] for key, entry in self.entries.items() if key.startswith(folder)}
        other = f"{folder}/{name.partition('/')[2]}"
        day = self.entries[name]["day"]
        fits = int(str(day)) <= int(str(self.heads[folder]["length"])) and day not in taken
        if other not in self.entries and fits and len(self.entries) > 3:
            self._unlinked(name)
            entry = self.entries.pop(name)
            self.entries[other] = {"day": entry["day"], "title": entry["title"], "body": "moved"}
        return f"{name} is {other}"

    def series(self) -> str:
        if "dales" in self.heads:
            for name in [name for name in self.entries if name.startswith("dales/")]:
                self._unlinked(name)
                del self.entries[name]
            del self.heads["dales"]
            self._no_links_to("dales/")
            shutil.rmtree(self.root / "series/dales", ignore_errors=True)
            return "dales is gone"
        self.heads["dales"] = {"title": "Dales", "start": "2020-01-06", "length": 3, "zone": "UTC", "intro": ""}
        self.entries["dales/day-01.md"] = self.entry(1)
        return "dales is new"

    def template(self) -> str:
        name = self.random.choice(["entry.html.j2", "home.html.j2", "linkedin.txt.j2", "parts.html.j2"])
        path = self.root / "templates" / name
        if path.exists():
            path.unlink()
            return f"{name} is ours again"
        self.serial += 1
        block = '{{% extends "daycast/{}" %}}{{% block {} %}}{}{{% endblock %}}'
        own = {
            "entry.html.j2": block.format("entry.html.j2", "post_footer", self.serial),
            "home.html.j2": block.format("home.html.j2", "head_extra", self.serial),
            "linkedin.txt.j2": f"{{{{ [label, hook, body, link] | select | join('\\n\\n') }}}}\n\n{self.serial}",
            "parts.html.j2": (Path(__file__).parents[2] / "templates/parts.html.j2").read_text() + f"{self.serial}",
        }
        self.put(f"templates/{name}", own[name])
        return f"{name} is the project's"

    def words(self) -> str:
        self.serial += 1
        self.put("templates/words/en.toml", f'search = "Look {self.serial}"\n')
        return "another word"

    def static(self) -> str:
        self.serial += 1
        self.put("templates/static/extra.css", f"/* {self.serial} */")
        return "another static file"

    def settings(self) -> str:
        table, key, value = self.random.choice(
            [
                ("site", "title", f"Site {self.serial}"),
                ("site", "url", self.random.choice(["https://walks.example", "https://walks.example/blog"])),
                ("site", "permalink", self.random.choice(["/{series}/{slug}/", "/{series}/{day}/"])),
                ("site", "page_size", self.random.choice([2, 3, 20])),
                ("site", "accent", self.random.choice(["#123456", "#7a1f1f"])),
                ("feed", "limit", self.random.choice([1, 3, 20])),
            ]
        )
        self.serial += 1
        self.config[table][key] = value
        return f"[{table}] {key} = {value}"

    def cutoff(self) -> str:
        self.now = self.random.choice([None, *(START + timedelta(days=day, hours=1) for day in range(-1, 7))])
        return f"now is {self.now}"

    def receipt(self) -> str:
        name = self.some()
        folder, _, _ = name.partition("/")
        entry = self.entries[name]
        line = Line(
            at=START + timedelta(days=9),
            event="published",
            key=f"{folder}/day-{entry['day']:02}/linkedin",
            attempt=1,
            url=f"https://in.example/{self.serial}",
        )
        path = self.root / f"series/{folder}/receipts.jsonl"
        before = path.read_bytes() if path.exists() else b""
        if line.key.encode() not in before:
            self.put(f"series/{folder}/receipts.jsonl", before + written(line))
        return f"{line.key} has a receipt"

    def harm(self) -> str:
        files = sorted(path for path in (self.root / "output").rglob("*") if path.is_file() and path.name[0] != ".")
        if not files:
            return "nothing to harm"
        victim = self.random.choice(files)
        if self.random.random() < 0.5:
            victim.unlink()
            return f"{victim.name} is gone from output"
        victim.write_bytes(b"harmed")
        return f"{victim.name} in output is harmed"

    def forget(self) -> str:
        shutil.rmtree(self.root / ".daycast", ignore_errors=True)
        return ".daycast is gone"

    def spoil(self) -> str:
        files = sorted(
            path for path in (self.root / ".daycast").rglob("*") if path.is_file() and path.suffix != ".lock"
        )
        if not files:
            return "nothing to spoil"
        victim = self.random.choice(files)
        data = victim.read_bytes()
        spoilt = self.random.choice([b"", data[: len(data) // 2], b"garbage", data[:-3] + b"xyz"])
        victim.write_bytes(spoilt)
        return f"{victim.name} is spoilt"

    def same_time(self) -> str:
        """Another size and the same time; then the same size and another time."""
        name = self.some()
        path = self.root / "series" / name
        before = path.stat()
        self.serial += 1
        self.entries[name]["body"] = "x" * (self.serial % 7 + 1)
        self.everything()
        if path.stat().st_size != before.st_size:
            os.utime(path, ns=(before.st_mtime_ns, before.st_mtime_ns))
        return f"{name} has another size and the same time"

    def _unlinked(self, name: str) -> None:
        self._no_links_to(name)
        folder, _, file = name.partition("/")
        for key, entry in self.entries.items():
            if key.startswith(folder) and f"({file})" in str(entry["body"]):
                entry["body"] = "no link"

    def _no_links_to(self, name: str) -> None:
        for entry in self.entries.values():
            if name in str(entry["body"]):
                entry["body"] = "no link"


def _toml(value: object) -> str:
    return str(value) if isinstance(value, int) else f'"{value}"'


def _front(values: dict[str, object], body: str) -> str:
    keys = "".join(
        f"{key}: {str(value).lower() if isinstance(value, bool) else value!r}\n"
        for key, value in values.items()
        if key not in ("body", "intro") and value is not None
    )
    return f"---\n{keys}---\n{body}\n"


def files_of(root: Path) -> dict[str, bytes]:
    top = root / "output"
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()}


def build(root: Path, now: datetime | None) -> int:
    return main(["-C", str(root), "build", "-q", *(["--now", now.isoformat()] if now else [])])


def differences(made: dict[str, bytes], clean: dict[str, bytes]) -> list[str]:
    return sorted(path for path in {*made, *clean} if made.get(path) != clean.get(path))


def _history(place: Path, seed: int, length: int) -> None:
    root, clean = place / "project", place / "clean"
    writer = Writer(root, seed)
    build(root, writer.now)
    said: list[str] = []
    for _ in range(length):
        said.append(writer.edit())
        if writer.random.random() < 0.3:
            said.append(writer.edit())
        code = build(root, writer.now)
        shutil.rmtree(clean, ignore_errors=True)
        shutil.copytree(root, clean, ignore=shutil.ignore_patterns("output", ".daycast"))
        assert (code, build(clean, writer.now)) == (0, 0), (seed, said)
        assert differences(files_of(root), files_of(clean)) == [], (seed, said)
        assert build(root, writer.now) == 0
        assert differences(files_of(root), files_of(clean)) == [], (seed, said, "built once more")


def test_a_build_makes_what_a_clean_one_makes(tmp_path: Path, many: Callable[[int, int], int]) -> None:
    for seed in range(many(12, 400)):
        _history(tmp_path / str(seed), seed, 8)
        shutil.rmtree(tmp_path / str(seed))


@pytest.mark.parametrize("seed", range(3))
def test_so_do_two_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr("pipeline.chapters._WORTH", 4)
    monkeypatch.setattr("pipeline.apart.processors", lambda: 2)
    _history(tmp_path, 1000 + seed, 6)
