"""A small project, a world outside it that remembers what reached it, and runs that can be killed at any step."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline import config
from pipeline.channels.contract import Channel, Context
from pipeline.channels.registry import open_channels
from pipeline.delivery import Artifact, Receipt, digest_of
from pipeline.errors import ChannelError, NotSentError, PipelineError, RejectedError, UnconfirmedError
from pipeline.ledger.fold import Standing, fold
from pipeline.ledger.journal import read
from pipeline.ledger.store import Ledger
from pipeline.publish.due import Report, load_sources, publish_due

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
#: Day 1 is due.
FIRST = datetime(2026, 10, 19, 7, tzinfo=UTC)

INDEX = """\
---
id: walk
title: Thirty walks
length: 30
start: 2026-10-19
time: "09:00"
zone: Europe/Berlin
channels: [{channels}]
min_gap: "0"
settle: "0"
{more}---
"""
TOML = """\
[site]
title = "Walks"
{site}
[deploy]
command = ["true"]
{more}
"""


@dataclass(frozen=True)
class World:
    """What is outside: a file that posts are appended to, as a service would keep them."""

    folder: Path

    @property
    def _file(self) -> Path:
        return self.folder / "world.jsonl"

    def accept(self, key: str, text: str) -> str:
        """Take a post. Gives its id."""
        data = (json.dumps({"key": key, "text": text}) + "\n").encode()
        with open(self._file, "ab", buffering=0) as file:
            file.write(data)
        return f"urn:test:{len(self.posts())}"

    def posts(self) -> list[dict[str, str]]:
        """Every post there ever was."""
        if not self._file.exists():
            return []
        return [json.loads(line) for line in self._file.read_text().splitlines()]

    def counts(self) -> Counter[str]:
        """How often each slot is out."""
        return Counter(post["key"] for post in self.posts())


class Posts:
    """A channel that posts to the world, with a fault where it is told to have one."""

    idempotent = False

    def __init__(self, name: str, world: World, fault: Callable[[str], None] = lambda _: None) -> None:
        """``fault`` is called at ``before`` and ``after`` the world has accepted, and may raise or kill."""
        self.name = name
        self._world = world
        self._fault = fault

    def render(self, context: Context) -> Artifact:
        text = f"{context.posted.entry.title}\n{context.posted.entry.body}"
        return Artifact(media_type="text/plain", body=text.encode(), text=text, digest=digest_of(text.encode()))

    def prepare(self, artifact: Artifact, *, key: str, root: Path) -> Artifact:  # noqa: ARG002
        self._fault("uploading")
        return artifact

    def publish(self, artifact: Artifact, *, key: str) -> Receipt:
        self._fault("before")
        number = self._accept(key, artifact.body.decode())
        self._fault("after")
        return Receipt(remote_id=number, url=f"https://posts.example/{number}")

    def _accept(self, key: str, text: str) -> str:
        return self._world.accept(key, text)


class Keyed(Posts):
    """The same, idempotent: the world knows each key once."""

    idempotent = True

    def _accept(self, key: str, text: str) -> str:
        there = next((n for n, post in enumerate(self._world.posts(), 1) if post["key"] == key), None)
        return f"urn:test:{there}" if there else self._world.accept(key, text)


class Finding(Posts):
    """The same, not idempotent, but what is out can be looked up."""

    def find(self, artifact: Artifact, *, key: str) -> Receipt | None:  # noqa: ARG002
        for number, post in enumerate(self._world.posts(), 1):
            if post["key"] == key:
                return Receipt(remote_id=f"urn:test:{number}", url=f"https://posts.example/urn:test:{number}")
        return None


KINDS: Mapping[str, type[Posts]] = {"plain": Posts, "keyed": Keyed, "finding": Finding}


def make(root: Path, *, channels: str, days: int = 1, site: str = "", more: str = "", settings: str = "") -> None:
    """A project with some written days."""
    (root / "series/walk").mkdir(parents=True)
    (root / "daycast.toml").write_text(TOML.format(site=site, more=settings))
    (root / "series/walk/_index.md").write_text(INDEX.format(channels=channels, more=more))
    for day in range(1, days + 1):
        write_day(root, day, f"We walked {day} miles.")


def write_day(root: Path, day: int, body: str) -> None:
    """An entry, as old as its series."""
    path = root / f"series/walk/day-{day:02}.md"
    path.write_text(f"---\ntitle: Walk {day}\n---\n{body}\n")
    old = (FIRST - HOUR).timestamp()
    os.utime(path, (old, old))


def tick(
    root: Path,
    now: datetime,
    channels: Mapping[str, Channel],
    *,
    tell: Callable[[str, str, str], None] = lambda *_: None,
) -> Report:
    """One look at what is due, as ``publish due`` takes it."""
    project = load_sources(root, config.load(root))
    site = {name: channel for name, channel in open_site(root).items() if name not in channels}

    def told(step: str, key: str, text: str = "") -> None:
        tell(step, key, text)

    return publish_due(
        project, clock=lambda: now, wait=lambda _: None, runner=None, tell=told, channels={**site, **channels}
    )


def open_site(root: Path) -> Mapping[str, Channel]:
    """The channels of the site itself."""
    return open_channels(root, config.load(root), ("blog", "rss"))


def in_a_process(work: Callable[[], object]) -> int:
    """Run something in a process of its own that may be killed; gives its exit status, negative for a signal."""
    return together(work)[0]


def together(*works: Callable[[], object]) -> list[int]:
    """The same with several processes at once."""
    return [ended(child) for child in [start(work) for work in works]]


def start(work: Callable[[], object]) -> int:
    """Begin something in a process of its own; gives its id."""
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        code = 0
        try:
            work()
        except PipelineError:
            code = 1
        except BaseException:  # noqa: BLE001 - a child must not come back into the test
            code = 3
        os._exit(code)
    return child


def ended(child: int) -> int:
    """Wait for it; gives its exit status."""
    _, status = os.waitpid(child, 0)
    return -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


def die() -> None:
    """End at once, as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def states(root: Path) -> dict[str, str]:
    """The state of each slot in the ledger."""
    ledger = Ledger(config.load(root).ledger.url, root)
    try:
        return {row.key: row.state for row in ledger.rows()}
    finally:
        ledger.close()


def standings(root: Path) -> Mapping[str, Standing]:
    """The same in the journal."""
    ledger = Ledger(config.load(root).ledger.url, root)
    try:
        journal = root / "series/walk/receipts.jsonl"
        return fold(ledger.journal("walk") if ledger.keeps_journal else read(journal, series="walk")).slots
    finally:
        ledger.close()


def errors(dice: random.Random) -> ChannelError:
    """One of the errors that a channel raises where something failed."""
    kinds: list[type[ChannelError]] = [NotSentError, RejectedError, UnconfirmedError]
    return dice.choice(kinds)("as the dice fell")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Steps:
    """An alarm that moves the clock on to whatever comes next."""

    def __init__(self, clock: Clock, end: datetime, between: timedelta = timedelta(hours=6)) -> None:
        self._clock, self._end, self._between = clock, end, between
        self._moment: datetime | None = None
        self._ring: Callable[[], None] = lambda: None

    def start(self, ring: Callable[[], None]) -> None:
        self._ring = ring

    def at(self, moment: datetime) -> None:
        self._moment = moment

    def wait(self) -> None:
        while self._clock.now < self._end:
            self._moment = None
            self._ring()
            moments = [self._clock.now + self._between, *([self._moment] if self._moment else [])]
            self._clock.now = min(moment for moment in moments if moment > self._clock.now)

    def stop(self) -> None:
        pass
