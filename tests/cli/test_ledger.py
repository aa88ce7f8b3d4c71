"""A ledger goes into PostgreSQL and back, with all that it remembers, and is never sent from in two places."""

from __future__ import annotations

import shutil
from urllib.parse import urlsplit

import pytest

from pipeline.ledger.postgres import migrated
from tests.support import Folder, entry
from tests.support_postgres import Server

INDEX = """\
---
id: walk
title: Thirty walks
length: 30
start: 2026-10-19
time: "09:00"
zone: Europe/Berlin
channels: [blog, rss, post]
min_gap: "0"
settle: "0"
---
"""
TOML = """\
[site]
title = "Walks"

[feed]
authority = "walks.example,2026"

[deploy]
command = ["true"]

[channels.post]
type = "command"
command = ["sh", "-c", "cat >> sent; echo >> sent"]

[ledger]
url = "{url}"
"""
FILE = "sqlite:///.daycast/ledger.db"
#: Day 1 has just come.
NOW = ("--now", "2026-10-19T08:00:00Z")
SOON = ("--now", "2026-10-19T08:00:01Z")
LATER = ("--now", "2026-10-20T08:00:00Z")


@pytest.fixture
def walks(folder: Folder) -> Folder:
    folder.write({"daycast.toml": TOML.format(url=FILE), "series/walk/_index.md": INDEX})
    folder.write({f"series/walk/day-{day:02}.md": entry(day, f"Walk {day}") for day in (1, 2)})
    return folder


def moved_to(walks: Folder, url: str) -> None:
    walks.write({"daycast.toml": TOML.format(url=url)})


def sent(walks: Folder) -> int:
    """How often something has left."""
    path = walks.path / "sent"
    return len(path.read_text().splitlines()) if path.exists() else 0


def test_a_ledger_moves_to_postgresql_and_back(walks: Folder, postgres: Server) -> None:
    url = postgres.schema()
    assert walks.daycast("publish", "due", *NOW).code == 0
    assert walks.daycast("pause", "walk", *NOW).code == 0
    assert walks.daycast("resume", "walk", *SOON).code == 0
    known, journal = walks.daycast("status", "--json", *SOON).out, walks.read("series/walk/receipts.jsonl")
    assert sent(walks) == 1

    ran = walks.daycast("ledger", "copy", url, *SOON)
    assert (ran.code, "deliveries" in ran.out) == (0, True)
    refused = walks.daycast("publish", "due", *LATER)
    assert (refused.code, "goes on there" in refused.err) == (1, True)

    moved_to(walks, url)
    assert walks.daycast("status", "--json", *SOON).out == known
    (walks.path / "series/walk/receipts.jsonl").unlink()
    assert walks.daycast("ledger", "export").out == f"series/walk/receipts.jsonl: {len(journal.splitlines())} lines\n"
    assert walks.read("series/walk/receipts.jsonl") == journal
    assert walks.daycast("publish", "due", *SOON).out.startswith("nothing is due")

    assert "walk/day-02/post: published" in walks.daycast("publish", "due", *LATER).out
    out = walks.daycast("status", "--json", *LATER).out
    assert walks.daycast("ledger", "copy", FILE, *LATER).code == 0
    moved_to(walks, FILE)
    assert walks.daycast("status", "--json", *LATER).out == out
    assert walks.daycast("publish", "due", *LATER).out.startswith("nothing is due")
    # The journal's files have caught up, so that a ledger made anew from them knows it all.
    assert walks.daycast("ledger", "rebuild", *LATER).code == 0
    assert walks.daycast("publish", "due", *LATER).out.startswith("nothing is due")
    assert sent(walks) == 2


def test_nothing_is_copied_over_another_ledger(walks: Folder, postgres: Server) -> None:
    url = postgres.schema()
    moved_to(walks, url)
    made = "from version 0 to 1\nthe tables that workers share are made\n"
    assert walks.daycast("ledger", "migrate").out == made
    assert walks.daycast("ledger", "migrate").out == "at version 1, nothing to do\n"
    assert walks.daycast("publish", "due", *NOW).code == 0
    moved_to(walks, FILE)
    ran = walks.daycast("ledger", "copy", url, *NOW)
    assert (ran.code, "holds a ledger already; nothing is copied over it" in ran.err) == (1, True)


def test_without_its_tables_nothing_is_sent(walks: Folder, postgres: Server) -> None:
    moved_to(walks, postgres.schema())
    ran = walks.daycast("publish", "due", *NOW)
    assert (ran.code, sent(walks)) == (1, 0)
    assert "has no tables; run 'daycast ledger migrate'" in ran.err


def test_no_password_is_ever_told(walks: Folder) -> None:
    moved_to(walks, "postgresql://daycast:hunter22@127.0.0.1:9/daycast?connect_timeout=1")
    for words in (("publish", "due"), ("status",), ("ledger", "migrate"), ("doctor", "--offline"), ("build",)):
        ran = walks.daycast(*words, *(NOW if words[0] != "ledger" else ()))
        assert (ran.code, "hunter22" in ran.out + ran.err, "Traceback" in ran.err) == (1, False, False), ran
        assert "does not answer" in ran.out + ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("copy",), "ledger copy needs the URL to copy to"),
        (("export", "postgresql://x/y"), "takes no URL"),
        (("migrate",), "names a file"),
        (("export",), "are receipts.jsonl files already"),
        (("copy", "mysql://x/y"), "[ledger] url is 'mysql://x/y', expected a file"),
        (("copy", "postgresql://x/y?schema=Big"), "names the schema 'Big'"),
        (("copy", FILE), "is the ledger's own"),
    ],
)
def test_wrong_words_are_told(walks: Folder, words: tuple[str, ...], said: str) -> None:
    ran = walks.daycast("ledger", *words)
    assert (ran.code, said in ran.err) == (2, True), ran.err


def test_a_rebuild_in_a_database_is_refused(walks: Folder, postgres: Server) -> None:
    url = postgres.schema()
    migrated(url)
    moved_to(walks, url)
    ran = walks.daycast("ledger", "rebuild")
    assert (ran.code, "there is nothing to make it anew from" in ran.err) == (2, True)
    assert urlsplit(url).query not in ran.err


def test_a_clone_elsewhere_learns_from_the_journal_that_the_ledger_is_gone(walks: Folder, postgres: Server) -> None:
    """Another machine has a ledger of its own, and the old settings; what git brings it is the journal."""
    assert walks.daycast("publish", "due", *NOW).code == 0
    shutil.copytree(walks.path, walks.path / "clone")
    assert walks.daycast("ledger", "copy", postgres.schema(), *SOON).code == 0
    shutil.copy(walks.path / "series/walk/receipts.jsonl", walks.path / "clone/series/walk/receipts.jsonl")
    clone = walks.inside("clone")
    for words in (("publish", "due", *LATER), ("publish", "day", "2", *LATER), ("skip", "day", "2", *LATER)):
        ran = clone.daycast(*words)
        assert (ran.code, "says that its ledger has been copied to" in ran.err) == (1, True), ran
    assert len((walks.path / "clone/sent").read_text().splitlines()) == 1
    # A fresh clone, without any ledger, is told the same.
    shutil.rmtree(walks.path / "clone/.daycast")
    assert clone.daycast("publish", "due", *LATER).code == 1


def test_a_workspace_is_no_project(folder: Folder, postgres: Server) -> None:
    settings = f'[workspace]\nprojects = ["clients/*"]\n[ledger]\nurl = "{postgres.database()}"\n'
    folder.write({"daycast.toml": settings})
    for words in (("check",), ("build",), ("publish", "due"), ("plan",)):
        ran = folder.daycast(*words)
        assert (ran.code, "is a workspace, not a project" in ran.err) == (2, True), ran
    ran = folder.daycast("worker")
    assert (ran.code, "(schema daycast_work): has no tables; run 'daycast ledger migrate'" in ran.err) == (1, True), ran
    assert folder.daycast("init", str(folder.path / "clients/acme"), "--title", "Walks").code == 0
    ran = folder.daycast("status")
    assert (ran.code, "clients/acme/daycast.toml: [ledger] url names another place" in ran.out) == (1, True), ran
