"""R9: a disk that is full, read-only or failing, a ledger that is locked: nothing is sent, and later it goes out."""

from __future__ import annotations

import errno
import os
import resource
import signal
import sqlite3
import subprocess
import sys
from functools import partial

import pytest

from pipeline.ledger import connect
from pipeline.ledger.lines import Line, written
from pipeline.testing.linkedin import FakeLinkedIn
from tests.fault.world import FIRST, HOUR, KINDS, MINUTE, World, in_a_process, make, standings, states, tick
from tests.support import Folder

KEY = "walk/day-01/post"
TOKEN = "canary-Vq3xZ81mTt"
SITE = 'url = "https://walks.example"'
#: Steps at which nothing has left, those from which on the bytes may have, and those of the site.
BEFORE = ("rendered", "claimed", "uploading", "prepared", "frozen", "intent")
AFTER = ("sending", "before", "after", "answered", "recorded", "journaled")
SITE_STEPS = ("claimed", "sending", "built", "deployed", "recorded")
ACCOUNT = """
[channels.linkedin]
api_base = "{url}"
oauth_base = "{url}"
author = "urn:li:person:abc"
mode = "api"
"""
MIB = 1024 * 1024


class Tmpfs:
    """A disk of its own in memory; its owner fills it, and makes parts of it read-only."""

    def __init__(self, place):
        self.place = place
        self._mounted = []
        self._mount(place)

    def fill(self, leave=0):
        free = os.statvfs(self.place)
        with open(self.place / "filler", "ab") as file:
            os.posix_fallocate(file.fileno(), file.tell() or 0, max(free.f_bavail * free.f_frsize - leave, 1))

    def make_room(self):
        (self.place / "filler").unlink()

    def own(self, folder):
        """Let a folder be a disk of its own, with what is in it."""
        kept = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        self._mount(folder)
        for name, data in kept.items():
            (folder / name).write_bytes(data)
            os.utime(folder / name, ((FIRST - HOUR).timestamp(),) * 2)

    def forbid(self, folder):
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)

    def allow(self, folder):
        subprocess.run(["mount", "-o", "remount,rw", folder], check=True)

    def _mount(self, folder):
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", folder], check=True)
        self._mounted.append(folder)

    def end(self):
        for folder in reversed(self._mounted):
            subprocess.run(["umount", "--lazy", folder], check=True)


class Limits:
    """The same for who may not mount: no file may grow, and permissions make a folder read-only."""

    def __init__(self, place):
        self.place = place
        place.mkdir()
        self._before = resource.getrlimit(resource.RLIMIT_FSIZE)
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def fill(self, leave=0):
        resource.setrlimit(resource.RLIMIT_FSIZE, (leave, self._before[1]))

    def make_room(self):
        resource.setrlimit(resource.RLIMIT_FSIZE, self._before)

    def own(self, folder):
        """Nothing is needed."""

    def forbid(self, folder):
        for path in (*folder.iterdir(), folder):
            path.chmod(path.stat().st_mode & ~0o222)

    def allow(self, folder):
        for path in (folder, *folder.iterdir()):
            path.chmod(path.stat().st_mode | 0o200)

    def end(self):
        self.make_room()
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)


@pytest.fixture
def disk(tmp_path):
    found = Tmpfs(tmp_path / "disk") if sys.platform == "linux" and os.geteuid() == 0 else Limits(tmp_path / "disk")
    yield found
    found.end()


class Elsewhere(World):
    """A world on another disk, which is never full."""

    def accept(self, key, text):
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        try:
            return super().accept(key, text)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def world(tmp_path):
    return Elsewhere(tmp_path)


def look(root, world, kind="plain", *, at=lambda *_: None, later=0 * MINUTE):
    """A tick in a process of its own; gives how it ended."""
    return in_a_process(partial(tick, root, FIRST + later, {"post": KINDS[kind]("post", world, at)}, tell=at))


def once(step, way):
    """``way`` happens the first time a run comes to a step."""
    left = [step]

    def at(where, *_):
        if where in left:
            left.clear()
            way()

    return at


# ── a full disk ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("used", [False, True], ids=["new", "used"])
def test_a_full_disk_sends_nothing_until_there_is_room(disk, world, kind, used):
    make(disk.place, channels="post")
    if used:
        look(disk.place, world, kind, later=-HOUR)
    disk.fill()
    for later in (0, 1, 2):
        assert look(disk.place, world, kind, later=later * MINUTE) == 1
    assert world.counts()[KEY] == 0
    disk.make_room()
    assert look(disk.place, world, kind, later=3 * MINUTE) == 0
    assert (states(disk.place), world.counts()[KEY]) == ({KEY: "published"}, 1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", BEFORE)
def test_a_disk_that_fills_up_before_anything_left_sends_nothing(disk, world, kind, step):
    make(disk.place, channels="post")
    assert look(disk.place, world, kind, at=once(step, disk.fill)) in (0, 1)
    # Limits end with the process that they were set in.
    disk.fill() if isinstance(disk, Limits) else None
    assert look(disk.place, world, kind, later=MINUTE) == 1
    assert world.counts()[KEY] == 0
    disk.make_room()
    assert look(disk.place, world, kind, later=10 * MINUTE) == 0
    assert (states(disk.place), world.counts()[KEY]) == ({KEY: "published"}, 1)
    assert standings(disk.place)[KEY].state == "published"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", AFTER)
def test_a_disk_that_fills_up_while_it_is_sent_leaves_it_out_once(disk, world, kind, step):
    make(disk.place, channels="post")
    assert look(disk.place, world, kind, at=once(step, disk.fill)) in (0, 1)
    assert world.counts()[KEY] == 1
    disk.make_room() if (disk.place / "filler").exists() else None
    for later in (MINUTE, 10 * MINUTE):
        assert look(disk.place, world, kind, later=later) == 0
    assert world.counts()[KEY] == 1
    state = states(disk.place)[KEY]
    assert state == "published" if kind != "plain" else state in ("published", "unconfirmed")
    assert standings(disk.place)[KEY].state == state


def test_whatever_room_is_left_a_post_is_recorded_or_not_sent(disk, world, many, record_figure):
    between = many(64, 4) * 1024
    levels = range(0, 768 * 1024, between)
    sent = 0
    for level in levels:
        root = disk.place / str(level)
        make(root, channels="post")
        disk.fill(level)
        before = world.counts().total()
        code = look(root, world)
        now = world.counts().total() - before
        if now:
            disk.make_room()
            # The disk has been asked for room beforehand; a limit to files cannot be asked.
            assert code == 0 or isinstance(disk, Limits)
            look(root, world, later=MINUTE)
            assert (states(root), standings(root)[KEY].state) == ({KEY: "published"}, "published")
        else:
            assert code == 1
            disk.make_room()
            assert look(root, world, later=MINUTE) == 0
            assert states(root) == {KEY: "published"}
        assert world.counts().total() - before == 1
        sent += now
        subprocess.run(["rm", "-r", root], check=True)
    record_figure("R9", f"{len(levels)} levels of free space: {sent} sent, each recorded; the others sent later")


@pytest.mark.parametrize("step", SITE_STEPS)
def test_a_site_that_finds_the_disk_full_is_brought_out_later(disk, world, step):
    make(disk.place, channels="blog, rss", site=SITE)
    assert look(disk.place, world, at=once(step, disk.fill)) in (0, 1)
    disk.make_room() if (disk.place / "filler").exists() else None
    for later in (2 * MINUTE, 40 * MINUTE, 2 * HOUR):
        look(disk.place, world, later=later)
    assert set(states(disk.place).values()) == {"published"}
    assert "Walk 1" in (disk.place / "output/site/walk/day-01/index.html").read_text()


def test_the_command_says_that_it_goes_out_later_and_ends_with_1(disk, capsys, monkeypatch):
    monkeypatch.setenv("DAYCAST_LINKEDIN_TOKEN", TOKEN)
    with FakeLinkedIn(clock=lambda: FIRST) as server:
        server.add_token(TOKEN, member="abc", expires_at=FIRST + 300 * HOUR)
        make(disk.place, channels="linkedin", settings=ACCOUNT.format(url=server.url))
        folder = Folder(disk.place, capsys)
        disk.fill()
        ran = folder.daycast("publish", "due", "--now", FIRST.isoformat())
        assert (ran.code, "goes out by itself" in ran.err, server.posts) == (1, True, ())
        disk.make_room()
        assert folder.daycast("publish", "due", "--now", (FIRST + MINUTE).isoformat()).code == 0
        assert len(server.posts) == 1


# ── a file that takes only so many bytes, a sync that fails ──────────────────────────────────────


@pytest.fixture
def long_journal(tmp_path, world):
    """A project whose journal is by far its largest file, so that a limit to files hits it first."""
    make(tmp_path, channels="post")
    assert look(tmp_path, world, later=-HOUR) == 0
    line = Line(at=FIRST - HOUR, event="resumed", key="walk", reason="x" * 1000)
    (tmp_path / "series/walk/receipts.jsonl").write_bytes(written(line) * 1000)
    return tmp_path / "series/walk/receipts.jsonl"


def test_a_journal_that_takes_only_so_many_bytes_is_whole_or_as_it_was(
    tmp_path, world, long_journal, many, record_figure
):
    before = long_journal.read_bytes()
    saved = {path: path.read_bytes() for path in (tmp_path / ".daycast").iterdir() if path.is_file()}
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    sizes = range(0, 700, many(50, 3))
    for size in sizes:
        long_journal.write_bytes(before)
        for path in (tmp_path / ".daycast").iterdir():
            path.is_file() and path.unlink()
        for path, data in saved.items():
            path.write_bytes(data)
        out = world.counts()[KEY]

        def limited(size=size):
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + size, limit[1]))
            tick(tmp_path, FIRST, {"post": KINDS["plain"]("post", world)})

        code = in_a_process(limited)
        lines = long_journal.read_bytes()[len(before) :]
        assert lines.count(b"\n") == lines.count(b'"event"'), size
        if world.counts()[KEY] == out:
            assert code == 1
            assert look(tmp_path, world, later=HOUR) == 0
            assert states(tmp_path) == {KEY: "published"}
        else:
            assert b'"intent"' in lines
            look(tmp_path, world, later=HOUR)
            assert states(tmp_path)[KEY] in ("published", "unconfirmed")
            assert standings(tmp_path)[KEY].state == states(tmp_path)[KEY]
        assert world.counts()[KEY] == out + 1
    record_figure("R9", f"journal cut off after {len(sizes)} numbers of bytes: 0 sent without an intent, 0 doubled")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("number", range(6))
def test_a_sync_that_fails_before_anything_left_keeps_it_back(tmp_path, world, kind, number):
    make(tmp_path, channels="post")

    def failing():
        sync, left = os.fsync, [number]

        def fsync(descriptor):
            left[0] -= 1
            if left[0] == -1:
                (tmp_path / "sent-before").write_text(str(world.counts()[KEY]))
                raise OSError(errno.EIO, "Input/output error")
            sync(descriptor)

        os.fsync = fsync
        tick(tmp_path, FIRST, {"post": KINDS[kind]("post", world)})

    code = in_a_process(failing)
    note = tmp_path / "sent-before"
    if note.exists() and note.read_text() == "0":
        assert (code, world.counts()[KEY]) == (1, 0)
    assert code in (0, 1)
    for later in (MINUTE, 10 * MINUTE):
        look(tmp_path, world, kind, later=later)
    assert world.counts()[KEY] == 1
    assert states(tmp_path)[KEY] == "published"


# ── read-only, locked ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("used", [False, True], ids=["new", "used"])
@pytest.mark.parametrize("name", [".daycast", "series/walk"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_folder_that_is_read_only_sends_nothing_until_it_is_not(disk, world, name, kind, used):
    make(disk.place, channels="post", days=2 if used else 1)
    folder = disk.place / name
    folder.mkdir(exist_ok=True)
    disk.own(folder)
    start = 24 * HOUR if used else 0 * HOUR
    key = "walk/day-02/post" if used else KEY
    if used:
        assert look(disk.place, world, kind) == 0
    disk.forbid(folder)
    for later in (0, 1, 2):
        assert look(disk.place, world, kind, later=start + later * MINUTE) == 1
    assert world.counts()[key] == 0
    disk.allow(folder)
    assert look(disk.place, world, kind, later=start + 3 * MINUTE) == 0
    assert (states(disk.place)[key], world.counts()[key]) == ("published", 1)


@pytest.mark.parametrize("step", [*BEFORE, *AFTER])
@pytest.mark.parametrize("name", [".daycast", "series/walk"])
def test_a_folder_that_becomes_read_only_on_the_way_doubles_and_loses_nothing(disk, world, name, step):
    make(disk.place, channels="post")
    folder = disk.place / name
    folder.mkdir(exist_ok=True)
    disk.own(folder)
    assert look(disk.place, world, at=once(step, partial(remount, folder))) in (0, 1)
    disk.allow(folder)
    for later in (MINUTE, 10 * MINUTE):
        assert look(disk.place, world, later=later) == 0
    assert world.counts()[KEY] == 1
    state = states(disk.place)[KEY]
    assert state == "published" or (step in AFTER and state == "unconfirmed")
    assert standings(disk.place)[KEY].state == state


def remount(folder):
    """Make a folder read-only, whatever is open for writing in it."""
    if os.geteuid() == 0:
        subprocess.run(["mount", "-o", "bind", folder, folder], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
    else:
        folder.chmod(0o555)


@pytest.mark.parametrize("used", [False, True], ids=["new", "used"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_ledger_that_somebody_keeps_locked_sends_nothing_until_it_is_free(tmp_path, world, kind, used, monkeypatch):
    monkeypatch.setattr(connect, "_BUSY", 0.1)
    make(tmp_path, channels="post")
    if used:
        look(tmp_path, world, kind, later=-HOUR)
    (tmp_path / ".daycast").mkdir(exist_ok=True)
    other = sqlite3.connect(tmp_path / ".daycast/ledger.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    for later in (0, 1, 2):
        assert look(tmp_path, world, kind, later=later * MINUTE) == 1
    assert world.counts()[KEY] == 0
    other.execute("ROLLBACK")
    other.close()
    assert look(tmp_path, world, kind, later=3 * MINUTE) == 0
    assert (states(tmp_path), world.counts()[KEY]) == ({KEY: "published"}, 1)


@pytest.mark.parametrize("step", ["claimed", "frozen", "intent"])
def test_a_ledger_that_is_locked_on_the_way_sends_nothing_until_it_is_free(tmp_path, world, step, monkeypatch):
    monkeypatch.setattr(connect, "_BUSY", 0.1)
    make(tmp_path, channels="post")
    other = []

    def lock():
        other.append(sqlite3.connect(tmp_path / ".daycast/ledger.db", isolation_level=None))
        other[0].execute("BEGIN IMMEDIATE")

    assert look(tmp_path, world, at=once(step, lock)) == 1
    assert world.counts()[KEY] == 0
    assert look(tmp_path, world, later=10 * MINUTE) == 0
    assert (states(tmp_path), world.counts()[KEY]) == ({KEY: "published"}, 1)


def test_every_trouble_with_a_disk_was_had(record_figure):
    full = len(KINDS) * (2 + len(BEFORE) + len(AFTER)) + len(SITE_STEPS)
    others = 6 * len(KINDS) + 4 * len(KINDS) + 2 * len(BEFORE + AFTER) + 2 * len(KINDS) + 3
    record_figure("R9", f"{full} times full, {others} times failing, read-only or locked: 0 sent meanwhile, 0 doubled")
