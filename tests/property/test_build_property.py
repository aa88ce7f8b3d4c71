"""Whatever happens to the files: what is not out is nowhere, and the site is what a clean build would make."""

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.build import build
from pipeline.config import parse
from pipeline.project import load

CONFIG = parse(
    {"site": {"url": "https://x.example", "page_size": 2}, "feed": {"authority": "x.example,2026"}},
    source="daycast.toml",
)
INDEX = "---\nid: s\ntitle: S\nhashtag: sss\nlength: 9\nstart: 2026-10-19\ntime: '09:00'\nzone: UTC\n---\nIntro.\n"
START = datetime(2026, 10, 19, 9, tzinfo=UTC)

days = st.integers(1, 6)
edits = st.one_of(
    st.tuples(st.just("write"), days, st.sampled_from(["one", "two"])),
    st.tuples(st.just("retitle"), days, st.sampled_from(["Alpha", "Beta"])),
    st.tuples(st.just("tag"), days, st.sampled_from(["ai", "ml"])),
    st.tuples(st.just("reslug"), days, st.sampled_from(["here", "there"])),
    st.tuples(st.just("redate"), days, st.sampled_from(["2026-10-19T10:30:00Z", "2026-10-23T08:00:00Z"])),
    st.tuples(st.just("draft"), days, st.sampled_from(["true", "false"])),
    st.tuples(st.just("delete"), days, st.just("")),
    st.tuples(st.just("link"), days, st.sampled_from(["day-01.md", "day-05.md"])),
    st.tuples(st.just("cutoff"), days, st.just("")),
)


class Folder:
    """A project that edits happen to."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.keys: dict[int, dict[str, str]] = {}
        self.bodies: dict[int, str] = {}
        self.now = START + timedelta(days=3)
        (root / "series/s").mkdir(parents=True)
        (root / "series/s/_index.md").write_text(INDEX)

    def apply(self, edit: tuple[str, int, str]) -> None:
        what, day, value = edit
        path = self.root / f"series/s/day-{day:02d}.md"
        if what == "cutoff":
            self.now = START + timedelta(days=day - 1)
            return
        if what == "delete":
            self.keys.pop(day, None)
            self.bodies.pop(day, None)
            path.unlink(missing_ok=True)
            return
        keys = self.keys.setdefault(day, {"title": f"Title{day}", "summary": f"Secret{day}x"})
        self.bodies.setdefault(day, f"Secret{day}x stands here.")
        name = {"retitle": "title", "tag": "tags", "reslug": "slug", "redate": "date", "draft": "draft"}.get(what)
        if name == "slug":
            value = f"{value}-{day}"
        if name is not None:
            keys[name] = value
        else:
            self.bodies[day] = f"Secret{day}x says {value if what == 'write' else f'[more]({value})'} to you."
        front = "".join(f"{key}: {text}\n" for key, text in keys.items())
        path.write_text(f"---\n{front}---\n{self.bodies[day]}\n")

    def build(self) -> None:
        build(load(self.root, CONFIG), self.now)

    def output(self) -> dict[str, bytes]:
        top = self.root / "output"
        return {
            path.relative_to(top).as_posix(): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()
        }


@given(st.lists(edits, min_size=1, max_size=8))
@settings(max_examples=12)
def test_any_edits_give_what_a_clean_build_gives(sequence):
    with tempfile.TemporaryDirectory() as name:
        folder = Folder(Path(name) / "a")
        for edit in sequence:
            folder.apply(edit)
            folder.build()
        step_by_step = folder.output()
        shutil.rmtree(folder.root / "output")
        shutil.rmtree(folder.root / ".daycast")
        folder.build()
        assert step_by_step == folder.output()


@given(st.lists(edits, min_size=1, max_size=8), days)
@settings(max_examples=20)
def test_what_is_not_out_is_nowhere_in_the_site(sequence, cutoff):
    with tempfile.TemporaryDirectory() as name:
        folder = Folder(Path(name) / "a")
        for edit in [*sequence, ("cutoff", cutoff, "")]:
            folder.apply(edit)
        folder.build()
        project = load(folder.root, CONFIG)
        dues = {e.day: e.date or START + timedelta(days=e.day - 1) for e in project.series[0].entries}
        hidden = [e.day for e in project.series[0].entries if e.draft or dues[e.day] > folder.now]
        site = {path: content for path, content in folder.output().items() if path.startswith("site/")}
        assert [
            (day, path) for day in hidden for path, content in site.items() if f"Secret{day}x".encode() in content
        ] == []
