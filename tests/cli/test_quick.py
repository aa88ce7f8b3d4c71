"""Where nothing has changed, ``build`` and ``render`` answer from the last build's note, as a full run would."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from pipeline import fresh
from pipeline.cli import quick
from pipeline.ledger.store import Ledger
from tests.support import INDEX, entry

OLD = 1_700_000_000


@pytest.fixture
def past(folder):
    """Four days of four that went out long ago, built once; one of them has a warning."""
    index = INDEX.replace("2026-10-19", "2020-01-01").replace("length: 30", "length: 4")
    folder.write({"daycast.toml": '[site]\ntitle = "Walks"\nurl = "https://walks.example"\n'})
    folder.write({"series/walk/_index.md": index})
    folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in (1, 2, 3, 4)})
    age(folder)
    folder.daycast("build")
    return folder


def age(folder):
    """Every source older than the tick of a clock."""
    for path in (folder.path / "series").rglob("*"):
        os.utime(path, (OLD, OLD))
    os.utime(folder.path / "daycast.toml", (OLD, OLD))


def noticed(folder):
    """Whether the next build would look at everything."""
    return quick.answer("build", ["-q"], str(folder.path)) is None


def tree(folder):
    return {path: path.read_bytes() for path in sorted((folder.path / "output").rglob("*")) if path.is_file()}


def test_a_second_build_is_answered_from_the_note_and_says_what_a_full_one_says(past):
    assert not noticed(past)
    short = past.daycast("build")
    (past.path / fresh.BUILT).unlink()
    full = past.daycast("build")
    assert (short.code, short.out, short.err) == (full.code, full.out, full.err)
    assert "0 files written" in short.out


def test_warnings_are_told_again(folder):
    test = '[site]\ntitle = "Walks"\nurl = "https://walks.example"\n'
    folder.write({"daycast.toml": test, "series/walk/_index.md": INDEX.replace("2026-10-19", "2020-01-01")})
    folder.write({"series/walk/day-01.md": entry(1) + "\n~~struck~~\n"})
    age(folder)
    folder.daycast("build")
    assert not noticed(folder)
    assert "strikethrough" in folder.daycast("build").err
    assert folder.daycast("build", "-q").err == ""


def test_a_text_is_what_a_full_run_prints(past):
    short = past.daycast("render", "day", "2", "--channel", "linkedin")
    (past.path / fresh.BUILT).unlink()
    full = past.daycast("render", "day", "2", "--channel", "linkedin")
    assert short.out == full.out != ""


@pytest.mark.parametrize(
    "words",
    [
        ["render", "day", "9", "--channel", "linkedin"],
        ["render", "day", "2", "--channel", "linkedin", "--wire"],
        ["render", "day", "2", "--channel", "blog"],
        ["render", "day", "2"],
        ["render", "latest", "--channel", "linkedin"],
        ["build", "--json"],
        ["build", "--now", "2020-01-02T12:00:00Z"],
        ["plan"],
    ],
    ids=" ".join,
)
def test_what_is_asked_otherwise_is_run_in_full(past, words):
    assert quick.answer(words[0], words[1:], str(past.path)) is None


def edit(path, text="More.\n"):
    with open(path, "a") as file:
        file.write(text)


CHANGES = {
    "a body": lambda root: edit(root / "series/walk/day-02.md"),
    "a series": lambda root: edit(root / "series/walk/_index.md"),
    "a new entry": lambda root: (root / "series/walk/day-05.md").write_text(entry(5)),
    "an entry gone": lambda root: (root / "series/walk/day-04.md").unlink(),
    "a rename": lambda root: (root / "series/walk/day-04.md").rename(root / "series/walk/day-03b.md"),
    "the settings": lambda root: edit(root / "daycast.toml", "description = 'x'\n"),
    "a template": lambda root: (root / "templates").mkdir() or (root / "templates/linkedin.txt.j2").write_text("x"),
    "a picture": lambda root: (root / "series/walk/a.png").write_bytes(b"x"),
    "a journal": lambda root: (root / "series/walk/receipts.jsonl").write_text("\n"),
    "a page gone": lambda root: (root / "output/site/index.html").unlink(),
    "a page changed": lambda root: edit(root / "output/site/index.html"),
    "a text gone": lambda root: (root / "output/linkedin/walk/day-02.txt").unlink(),
    "the listing gone": lambda root: (root / "output/.daycast-files").unlink(),
    "a torn note": lambda root: (root / fresh.BUILT).write_text((root / fresh.BUILT).read_text()[:-9]),
    "a note of something else": lambda root: (root / fresh.BUILT).write_text("[1]"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_is_noticed(past, change):
    change(past.path)
    assert noticed(past)


def test_the_same_size_and_time_in_another_file_is_noticed(past):
    path = past.path / "series/walk/day-02.md"
    other = path.with_name("other")
    other.write_bytes(path.read_bytes().replace(b"2", b"3"))
    os.utime(other, (OLD, OLD))
    other.replace(path)
    assert noticed(past)


def test_what_has_just_been_written_is_looked_at_again(folder):
    folder.write({"daycast.toml": '[site]\ntitle = "W"\n', "series/walk/_index.md": INDEX})
    assert fresh.look(str(folder.path), time.time()) != fresh.look(str(folder.path), time.time() + 0.01)


def test_another_daycast_or_environment_is_noticed(past, monkeypatch):
    monkeypatch.setenv("DAYCAST_LINKEDIN_VERSION", "203001")
    assert noticed(past)
    monkeypatch.delenv("DAYCAST_LINKEDIN_VERSION")
    assert not noticed(past)
    monkeypatch.setattr(sys, "version", "4.0")
    assert noticed(past)


def test_a_note_holds_until_the_next_day_is_out(past):
    root, now = str(past.path), time.time() + 60
    (past.path / "output/.daycast-files").write_text("")
    fresh.note(root, fresh.BUILT, fresh.look(root, now), since=now, until=now + 100, made={}, outputs={})
    assert [fresh.recall(root, fresh.BUILT, now + later) for later in (-1, 0, 99, 100)] == [None, {}, {}, None]


def test_an_entry_that_is_broken_is_told_again_each_time(past):
    (past.path / "series/walk/day-02.md").write_text("---\ntitle: [\n---\n")
    age(past)
    assert past.daycast("build").code == 1
    assert noticed(past)
    assert past.daycast("build").code == 1


def test_a_project_inside_another_is_its_own(past):
    inner = past.path / "inner"
    inner.mkdir()
    assert fresh.find_root(str(inner)) == str(past.path)
    (inner / "daycast.toml").write_text("")
    assert fresh.find_root(str(inner)) is None


def test_nothing_heavy_is_imported_for_an_answer(past):
    ran = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "pipeline", "build"],
        cwd=past.path,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = {line.rpartition("|")[2].strip() for line in ran.stderr.splitlines()}
    assert "pipeline.fresh" in loaded
    assert not loaded & {"pipeline.config", "pipeline.build", "argparse", "pathlib", "dataclasses", "jinja2", "yaml"}


# ── publish due ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def calm(past):
    """The same, with all of it adopted, and a look that found nothing to send."""
    past.daycast("adopt", "walk", "--through", "4")
    past.daycast("publish", "due")
    age(past)
    past.daycast("publish", "due")
    return past


def looks(folder):
    """Whether the next ``publish due`` would look at everything."""
    return quick.answer("publish", ["due"], str(folder.path)) is None


def last_tick(folder):
    ledger = Ledger("sqlite:///.daycast/ledger.db", folder.path)
    try:
        return ledger.moment("tick")
    finally:
        ledger.close()


def test_a_look_that_finds_nothing_is_answered_from_the_note_and_is_a_look(calm):
    before = last_tick(calm)
    assert not looks(calm)
    assert last_tick(calm) > before
    short = calm.daycast("publish", "due")
    (calm.path / fresh.CALM).unlink()
    full = calm.daycast("publish", "due")
    assert (short.code, short.out, short.err) == (full.code, full.out, full.err) == (0, "nothing is due\n", "")


@pytest.mark.parametrize(
    "change",
    [
        CHANGES["a body"],
        CHANGES["a new entry"],
        CHANGES["the settings"],
        CHANGES["a journal"],
        lambda root: (root / "PAUSE").write_text(""),
        lambda root: (root / ".daycast/ledger.db").unlink(),
        lambda root: (root / ".daycast/ledger.db").chmod(0) or (root / ".daycast/ledger.db").write_bytes(b"x"),
    ],
    ids=["a body", "a new entry", "the settings", "a journal", "a pause", "no ledger", "a broken ledger"],
)
def test_a_change_is_looked_at(calm, change):
    change(calm.path)
    assert looks(calm)


def test_what_waits_or_is_to_be_told_is_looked_at_each_time(past):
    past.daycast("pause", "--all")
    assert past.daycast("publish", "due").code == 1
    assert looks(past)
    past.daycast("resume", "--all")
    past.daycast("adopt", "walk", "--through", "4")
    past.write({"daycast.toml": '[notify]\nheartbeat_url = "http://127.0.0.1:9/"\n'})
    age(past)
    past.daycast("publish", "due")
    assert looks(past)


def test_a_new_day_is_sent_after_a_calm_look(calm):
    index = calm.read("series/walk/_index.md").replace("length: 4", "length: 5")
    calm.write({"series/walk/_index.md": index, "series/walk/day-05.md": entry(5)})
    assert "walk/day-05/blog: published" in calm.daycast("publish", "due").out
