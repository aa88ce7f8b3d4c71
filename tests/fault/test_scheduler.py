"""``daycast schedule``: on time, one of its kind, no channel in the way of another, and it ends when it is told to."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from datetime import datetime, timedelta

import pytest

from pipeline.scheduler import EVERY, serve
from pipeline.testing.linkedin import FakeLinkedIn, Hang
from tests.fault.world import FIRST, HOUR, MINUTE, Clock, Steps, make, states, write_day

SECOND = timedelta(seconds=1)
TOKEN = "canary-Vq3xZ81mTt"
ACCOUNT = """
[channels.{name}]
type = "linkedin"
api_base = "{url}"
oauth_base = "{url}"
author = "urn:li:person:{member}"
mode = "api"
"""


class Running:
    """A scheduler in a process of its own; its lines are read as they come."""

    def __init__(self, root, start, *words):
        command = [sys.executable, "-m", "pipeline", "-C", str(root), "schedule", "--log-format", "json"]
        self.process = subprocess.Popen(
            [*command, "--now", start.isoformat(), *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines = []

    def until(self, event):
        """Read on until an event; gives its line."""
        assert self.process.stdout is not None
        for text in self.process.stdout:
            if not text.startswith("{"):
                raise AssertionError(text)
            self.lines.append(json.loads(text))
            if self.lines[-1]["event"] == event:
                return self.lines[-1]
        raise AssertionError(f"it ended before '{event}': {self.lines}")

    def stop(self):
        """Tell it to stop; gives its exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        self.close()
        return code

    def close(self):
        """Read no more."""
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def start(tmp_path):
    """Starts schedulers, and ends those that still run."""
    found = []

    def started(moment, *words, root=tmp_path):
        found.append(Running(root, moment, *words))
        return found[-1]

    yield started
    for one in found:
        if one.process.poll() is None:
            one.process.kill()
            one.process.wait()
        one.close()


@pytest.fixture
def linkedin(monkeypatch):
    monkeypatch.setenv("DAYCAST_LINKEDIN_TOKEN", TOKEN)
    monkeypatch.setenv("DAYCAST_ACME_TOKEN", f"{TOKEN}2")
    with FakeLinkedIn(clock=lambda: FIRST, versions=("202609",)) as server:
        server.add_token(TOKEN, member="abc", expires_at=FIRST + 1000 * HOUR)
        server.add_token(f"{TOKEN}2", member="xyz", expires_at=FIRST + 1000 * HOUR)
        yield server
        server.release()


def account(server, name="linkedin", member="abc"):
    return ACCOUNT.format(name=name, url=server.url, member=member)


def test_a_slot_is_sent_right_after_its_instant(tmp_path, linkedin, start, record_figure):
    make(tmp_path, channels="linkedin", settings=account(linkedin))
    running = start(FIRST - 3 * SECOND)
    sent = datetime.fromisoformat(running.until("sending")["at"])
    running.until("recorded")
    assert running.stop() == 0
    assert sent >= FIRST
    assert len(linkedin.posts) == 1
    record_figure("R6", f"idle: sent {(sent - FIRST).total_seconds():.0f} s after its instant (in whole seconds)")


def test_it_ends_after_the_send_in_hand(tmp_path, linkedin, start):
    make(tmp_path, channels="linkedin", settings=account(linkedin))
    linkedin.fail(Hang(answered=True), method="POST", path="/rest/posts")
    running = start(FIRST)
    running.until("sending")
    linkedin.wait_until(lambda: linkedin.hanging == 1)
    running.process.send_signal(signal.SIGTERM)
    linkedin.release()
    assert running.process.wait(60) == 0
    assert states(tmp_path) == {"walk/day-01/linkedin": "published"}
    assert len(linkedin.posts) == 1


def test_a_second_one_ends_at_once(tmp_path, start):
    make(tmp_path, channels="blog")
    first = start(FIRST)
    first.until("started")
    second = start(FIRST)
    said = second.process.stdout.read()
    assert second.process.wait(60) == 1
    assert "a scheduler runs for" in said
    assert first.stop() == 0


def test_a_channel_that_hangs_keeps_no_other_waiting(tmp_path, linkedin, start):
    settings = account(linkedin) + account(linkedin, "acme", "xyz")
    make(tmp_path, channels="acme, linkedin", settings=settings)
    linkedin.fail_by(lambda request: Hang() if b"urn:li:person:xyz" in request.body else None)
    running = start(FIRST)
    linkedin.wait_until(lambda: linkedin.hanging == 1 and len(linkedin.posts) == 1, timeout=30)
    write_day(tmp_path, 2, "We walked again.")
    assert [post.author for post in linkedin.posts] == ["urn:li:person:abc"]
    linkedin.heal()
    linkedin.release()
    assert running.stop() == 0


def answer(address):
    try:
        with urllib.request.urlopen(address, timeout=30) as found:
            return found.status, found.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_its_health_is_good_until_a_slot_is_overdue(tmp_path, linkedin, start):
    make(tmp_path, channels="linkedin", settings=account(linkedin))
    linkedin.refuse()
    running = start(FIRST + 2 * HOUR, "--health", "127.0.0.1:0")
    address = running.until("health")["text"]
    running.until("ticked")
    status, said = answer(address)
    assert (status, "overdue: walk/day-01/linkedin" in said) == (503, True)
    assert running.stop() == 0


def test_its_health_is_good_while_all_is_well(tmp_path, start):
    make(tmp_path, channels="blog")
    running = start(FIRST, "--health", "127.0.0.1:0")
    address = running.until("health")["text"]
    running.until("ticked")
    assert answer(address) == (200, "ok\n")
    assert running.stop() == 0


def test_trouble_with_the_settings_is_told_and_ends_with_it(tmp_path):
    make(tmp_path, channels="blog")
    good = (tmp_path / "daycast.toml").read_text()
    (tmp_path / "daycast.toml").write_text("[site\n")
    clock, told = Clock(FIRST), []

    def tell(step, *_):
        told.append(step)
        if step == "trouble":
            (tmp_path / "daycast.toml").write_text(good)

    alarm = Steps(clock, FIRST + 2 * EVERY, EVERY)
    serve(tmp_path, clock=clock, wait=clock.pass_by, alarm=alarm, runner=None, tell=tell, threads=False)
    assert told.count("trouble") == 1
    assert states(tmp_path) == {"walk/day-01/blog": "published"}


def test_what_has_not_changed_is_not_read_again_until_something_is_due(tmp_path):
    make(tmp_path, channels="blog", days=2)
    clock = Clock(FIRST - 3 * EVERY)
    entry = tmp_path / "series/walk/day-01.md"
    good = entry.read_bytes()
    looks, seen = [], []

    def tell(step, *_):
        if step in ("ticked", "trouble"):
            looks.append((clock.now, step))
            # Broken without a trace: only who reads it can tell.
            change(b"---\ntitle: [" + b" " * (len(good) - 12) if clock.now < FIRST - EVERY else good)
        if step == "recorded":
            seen.append(clock.now)

    def change(text):
        assert len(text) == len(good)
        with open(entry, "r+b") as file:
            file.write(text)
        os.utime(entry, ns=(old, old))

    old = int((FIRST - HOUR).timestamp()) * 10**9
    for path in (tmp_path / "series").rglob("*"):
        os.utime(path, ns=(old, old))
    alarm = Steps(clock, FIRST + 2 * EVERY, EVERY)
    serve(tmp_path, clock=clock, wait=clock.pass_by, alarm=alarm, runner=None, tell=tell, threads=False)
    assert "trouble" not in [step for _, step in looks]
    assert [moment for moment, _ in looks] == [FIRST + n * EVERY for n in (-3, -2, -1, 0, 1)]
    assert seen == [FIRST]


class Stepping(Clock):
    """A clock that is set, once, when it has come to a moment."""

    def __init__(self, now, at, by):
        super().__init__(now)
        self._at, self._by = at, by

    def __call__(self):
        if self._by and self.now >= self._at:
            self.now, self._by = self.now + self._by, timedelta()
        return self.now


@pytest.mark.parametrize("by", [HOUR, -HOUR, 10 * MINUTE], ids=["an hour on", "an hour back", "asleep"])
def test_a_clock_that_is_set_costs_at_most_one_ring(tmp_path, linkedin, by, record_figure):
    make(tmp_path, channels="linkedin", settings=account(linkedin))
    clock = Stepping(FIRST - 15 * MINUTE, FIRST - 10 * MINUTE, by)
    sent = []

    def tell(step, *_):
        if step == "sending":
            sent.append(clock.now)

    alarm = Steps(clock, FIRST + 5 * MINUTE, EVERY)
    serve(tmp_path, clock=clock, wait=clock.pass_by, alarm=alarm, runner=None, tell=tell, threads=False)
    late = sent[0] - max(FIRST, FIRST - 10 * MINUTE + by)
    assert timedelta() <= late <= 35 * SECOND
    assert len(linkedin.posts) == 1
    record_figure("R6", f"clock set by {by.total_seconds() / 60:+.0f} min: {late.total_seconds():.0f} s late")
