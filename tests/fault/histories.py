"""A seeded history of a project: three days in which anything may fail, an hour of healing, and one look at it all."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from pipeline import config, host
from pipeline.channels.contract import Channel
from pipeline.delivery import NEEDS_A_PERSON, Artifact, Receipt
from pipeline.errors import (
    ChannelError,
    LedgerError,
    NotAuthorizedError,
    NotSentError,
    RejectedError,
    UnconfirmedError,
)
from pipeline.ledger.fold import fold
from pipeline.ledger.journal import read
from pipeline.ledger.lines import OUTCOMES, parsed
from pipeline.ledger.store import Ledger
from pipeline.publish.decisions import opened, pause_series, resolve, skip_day
from pipeline.publish.due import load_sources, publish_due
from pipeline.publish.peek import peeked
from pipeline.publish.rebuild import rebuild
from pipeline.publish.status import Delivery, status
from tests.fault.world import (
    FIRST,
    HOUR,
    MINUTE,
    Finding,
    Keyed,
    Posts,
    World,
    die,
    ended,
    in_a_process,
    make,
    open_site,
    start,
    together,
    write_day,
)

DAYS = 3
DAY = timedelta(days=1)
SETTLED = frozenset(("published", "unconfirmed", "rejected", "late", "held", "skipped"))
#: Out for nobody: what the world must not have.
NOT_OUT = frozenset(("rejected", "late", "held", "skipped"))
#: What the journal may say beside a state of the ledger: it knows neither why a slot waits nor what failed before any
#: intent, and an intent without an outcome is a doubt as well.
EQUAL = {
    "late": ("planned", "retry"),
    "held": ("planned", "retry"),
    "rejected": ("planned", "retry"),
    "unconfirmed": ("sending",),
}
BROKEN = "---\ntitle: [\n---\nWe walked.\n"
SETTINGS = '[journal]\nsync = "test ! -e no-sync"\n'


@dataclass(frozen=True)
class Witness(World):
    """A world that notes each post which no intent in the journal had announced."""

    @property
    def journal(self) -> Path:
        return self.folder / "series/walk/receipts.jsonl"

    @property
    def unannounced(self) -> Path:
        return self.folder / "unannounced"

    def accept(self, key: str, text: str) -> str:
        with host.locked(self.folder / "world.lock"):
            return self._accept(key, text)

    def _accept(self, key: str, text: str) -> str:
        lines = read(self.journal, series="walk")
        announced = sum(line.key == key and line.event == "intent" for line in lines)
        if announced <= self.counts()[key]:
            with open(self.unannounced, "a") as file:
                file.write(f"{key}\n")
        return super().accept(key, text)


@dataclass(frozen=True)
class Answer:
    """What a channel says at one point of a send, instead of what it should."""

    name: str
    where: str
    error: Exception


ANSWERS = (
    Answer("not sent", "before", NotSentError("as the dice fell")),
    Answer("asked to wait", "before", NotSentError("as the dice fell", retry_at=FIRST + 30 * HOUR)),
    Answer("rejected", "before", RejectedError("as the dice fell")),
    Answer("not authorized", "before", NotAuthorizedError("as the dice fell")),
    Answer("unconfirmed, not out", "before", UnconfirmedError("as the dice fell")),
    Answer("unconfirmed, out", "after", UnconfirmedError("as the dice fell")),
    Answer("garbled, not out", "before", ValueError("as the dice fell")),
    Answer("garbled, out", "after", ValueError("as the dice fell")),
    Answer("upload not sent", "uploading", NotSentError("as the dice fell")),
    Answer("upload rejected", "uploading", RejectedError("as the dice fell")),
    Answer("upload garbled", "uploading", ValueError("as the dice fell")),
    Answer("cannot look", "looking", NotSentError("as the dice fell")),
)


class Looking(Finding):
    """A channel that can be looked at, and may fail at that as well."""

    def find(self, artifact: Artifact, *, key: str) -> Receipt | None:
        self._fault("looking")
        found: Receipt | None = super().find(artifact, key=key)
        return found


CHANNELS: Mapping[str, type[Posts]] = {"plain": Posts, "keyed": Keyed, "finding": Looking}


def fail() -> None:
    raise RuntimeError("as the dice fell")


def fill_the_disk() -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


WAYS: Mapping[str, Callable[[], None]] = {"killed": die, "failing": fail, "disk full": fill_the_disk}


class History:
    """One project's three days, as the dice of a seed fall."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.seed = root, seed
        self.world = Witness(root)
        self.now = FIRST - HOUR
        #: What happened, in order.
        self.story: list[str] = []
        #: How often each kind of fault did.
        self.faults: Counter[str] = Counter()
        self._dice = random.Random(seed)
        self._saved = root / "saved"
        #: Of the clock against the time that really passes.
        self._off = timedelta()
        names = self._dice.sample(list(CHANNELS), self._dice.randint(1, 3))
        self.names = tuple(sorted([*names, *(["blog"] if self._dice.random() < 0.2 else [])]))
        more = "".join(
            f"{name}: {self._dice.choice(values)}\n"
            for name, values in (("catch_up", ("all", "all", "latest", "skip")), ("max_late", ("24h", "24h", "3h")))
        )
        gap = self._dice.choice(("0", "0", "45m"))
        settings = self._dice.choice((SETTINGS, "", ""))
        make(root, channels=", ".join(self.names), days=DAYS, more=more, settings=settings)
        index = root / "series/walk/_index.md"
        index.write_text(index.read_text().replace('min_gap: "0"', f'min_gap: "{gap}"'))
        toml = root / "daycast.toml"
        toml.write_text(toml.read_text().replace('command = ["true"]', 'command = "test ! -e no-deploy"'))

    def live(self) -> None:
        """Let the three days pass."""
        while self.now < FIRST + DAYS * DAY:
            self._happens()
            minutes = self._dice.choice((1, 5, 20, 90, 240, 600, 1500) if self.now > FIRST else (30, 60, 61, 120))
            self.now += minutes * MINUTE

    def heal(self) -> None:
        """Mend what is outside, then look until nothing is left to do, as a scheduler would."""
        self.now = max(self.now, FIRST + DAYS * DAY) + DAY - self._off
        self._off = timedelta()
        self._mend()
        for later in (0, 2, 10, 50, 50, 50, 50, 50, 50, 70, 70, 70):
            self.now += later * MINUTE
            code = self._in_a_process(self._look)
            if code == 1:
                code = self._in_a_process(self._rebuild)
                self.story.append(f"rebuilt: {code}")
                self.faults["rebuilt at last"] += 1
                code = self._in_a_process(self._look)
            if code != 0:
                raise AssertionError(f"a look after healing ended with {code}: {self._why()}")
            if later == 0:
                self._in_a_process(partial(self._decide_series, pause=False))

    # ── what may happen ──────────────────────────────────────────────────────────────────────────

    def _happens(self) -> None:
        happenings: tuple[tuple[int, Callable[[], None]], ...] = (
            (6, self._good_look),
            (8, self._bad_look),
            (6, self._answered_look),
            (4, self._two_at_once),
            (4, self._one_within_another),
            (3, self._hit_the_ledger),
            (2, self._hit_the_journal),
            (1, self._step_the_clock),
            (3, self._edit),
            (4, self._person),
            (1, self._outside),
            (1, self._save),
        )
        weights = [weight for weight, _ in happenings]
        [(_, happening)] = self._dice.choices(happenings, weights)
        happening()

    def _good_look(self) -> None:
        code = self._in_a_process(self._look)
        self._note("look", f"{code}")
        if code not in (0, 1):
            raise AssertionError(f"a look that nothing disturbed ended with {code}: {self._why()}")

    def _bad_look(self) -> None:
        way, step = self._dice.choice(list(WAYS)), self._dice.randrange(24)
        if self._dice.random() < 0.25:
            step = self._dice.randrange(5)
            self._fault("killed while syncing", f"sync {step}")
            self._in_a_process(lambda: self._look(*self._dying_at_a_sync(step)))
            return
        self._fault(way, f"step {step}")
        self._in_a_process(lambda: self._look(self._at(step, WAYS[way]), self._moods(0.2)))

    def _answered_look(self) -> None:
        moods = self._moods(0.7)
        for answer in moods.values():
            self._fault(answer.name, "")
        code = self._in_a_process(lambda: self._look(moods=moods))
        if code not in (0, 1):
            raise AssertionError(f"a look with {moods} ended with {code}: {self._why()}")

    def _two_at_once(self) -> None:
        self._fault("two at once", "")
        moods = self._moods(0.2)
        step = self._dice.randrange(16)
        killed = self._at(step, die) if self._dice.random() < 0.4 else None
        codes = together(self._told(lambda: self._look(killed, moods)), self._told(self._look))
        self._must(codes, (0, 1, -signal.SIGKILL))

    def _one_within_another(self) -> None:
        """One run stands still at some step; another comes and goes; the first wakes."""
        later = self._dice.choice((timedelta(), MINUTE, 8 * MINUTE))
        step = self._dice.randrange(16)
        self._fault("frozen past its lease" if later > 5 * MINUTE else "one within another", f"step {step}, {later}")
        moods = self._moods(0.2)
        go, done = os.pipe(), os.pipe()

        def first() -> None:
            os.close(go[0])
            os.close(done[1])
            moment = [self.now + self._off]

            def stand_still() -> None:
                os.write(go[1], b".")
                os.read(done[0], 1)
                moment[0] += later

            self._look(self._at(step, stand_still), moods, clock=lambda: moment[0])

        def second() -> None:
            os.close(go[1])
            os.close(done[0])
            if os.read(go[0], 1):
                try:  # the first goes on however this one ends
                    self._look(clock=lambda: self.now + self._off + later)
                finally:
                    os.write(done[1], b".")

        children = [start(self._told(first)), start(self._told(second))]
        for end in (*go, *done):
            os.close(end)  # so that either sees that the other has ended
        self._must([ended(child) for child in children], (0, 1))
        self.now += later

    def _hit_the_ledger(self) -> None:
        folder = self.root / ".daycast"
        ledger = folder / "ledger.db"
        if not ledger.exists():
            return
        match self._dice.choice(("deleted", "deleted", "older copy", "older copy", "WAL gone", "cut", "overwritten")):
            case "deleted":
                self._fault("ledger deleted", "")
                self._forget_the_ledger()
            case "older copy" if (self._saved / "ledger.db").exists():
                self._fault("ledger replaced by an older copy", "")
                self._forget_the_ledger()
                for path in self._saved.glob("ledger.db*"):
                    shutil.copyfile(path, folder / path.name)
            case "WAL gone" if (folder / "ledger.db-wal").exists():
                self._fault("WAL gone", "")
                (folder / "ledger.db-wal").unlink()
            case "cut":
                self._fault("ledger cut short", "")
                os.truncate(ledger, self._dice.randrange(ledger.stat().st_size + 1))
            case "overwritten":
                self._fault("ledger overwritten in part", "")
                data = bytearray(ledger.read_bytes())
                at = self._dice.randrange(len(data) or 1)
                data[at : at + 64] = self._dice.randbytes(64)
                ledger.write_bytes(data)
        if self._dice.random() < 0.3:
            code = self._in_a_process(self._rebuild)
            self._note("rebuild", f"{code}")

    def _hit_the_journal(self) -> None:
        journal = self.world.journal
        if not journal.exists():
            return
        data = journal.read_bytes()
        lines = data.splitlines(keepends=True)
        match self._dice.choice(("torn", "outcome torn", "older copy", "shuffled")):
            case "torn":
                self._fault("torn journal tail", "")
                line = self._dice.choice(lines or [b'{"at": "2026-10-19"}\n'])
                journal.write_bytes(data + line[: self._dice.randrange(1, len(line) - 1)])
            case "outcome torn" if data.endswith(b"\n") and parsed(lines[-1]).event in OUTCOMES:
                self._fault("outcome torn in the journal", "")
                journal.write_bytes(data[: -self._dice.randrange(2, len(lines[-1]))])
            case "older copy" if (self._saved / "receipts.jsonl").exists() and self._ledger_is_good():
                # The ledger still knows all: the next look writes it back, before anything else happens to it.
                shutil.copyfile(self._saved / "receipts.jsonl", journal)
                if self._in_a_process(self._look) == 0:
                    self._fault("journal replaced by an older copy", "")
                else:
                    journal.write_bytes(data)
            case "shuffled" if data.endswith(b"\n"):
                self._fault("journal joined in another order", "")
                self._dice.shuffle(lines)
                journal.write_bytes(b"".join(lines))
            case _:
                pass

    def _step_the_clock(self) -> None:
        self._off = self._dice.choice((HOUR, -HOUR, timedelta()))
        self._fault("clock stepped", f"{self._off}")

    def _edit(self) -> None:
        day = self._dice.randint(1, DAYS)
        path = self.root / f"series/walk/day-{day:02}.md"
        match self._dice.choice(("text", "text", "text", "broken", "draft", "gone")):
            case "text":
                self._fault("entry edited", f"day {day}")
                write_day(self.root, day, f"We walked {self._dice.randint(1, 99)} miles.")
            case "broken":
                self._fault("entry broken", f"day {day}")
                path.write_text(BROKEN)
            case "draft":
                self._fault("entry made a draft", f"day {day}")
                path.write_text(f"---\ntitle: Walk {day}\ndraft: true\n---\nWe walked.\n")
            case "gone":
                self._fault("entry deleted", f"day {day}")
                path.unlink(missing_ok=True)

    def _person(self) -> None:
        work = self._dice.choice((self._settle_something, self._settle_something, self._skip_a_day, self._pause))
        code = self._in_a_process(work)
        self._fault("decision", f"{work.__name__}: {code}")
        if code not in (0, 1):
            raise AssertionError(f"a decision ended with {code}: {self._why()}")

    def _outside(self) -> None:
        name = self._dice.choice(("PAUSE", "no-sync", "no-deploy"))
        path = self.root / name
        self._fault(f"file {name}", "gone" if path.exists() else "there")
        if path.exists():
            path.unlink()
        else:
            path.touch()

    def _save(self) -> None:
        """Keep ledger and journal as they are, for a fault to put back."""
        shutil.rmtree(self._saved, ignore_errors=True)
        self._saved.mkdir()
        if self._ledger_is_good():
            for path in (self.root / ".daycast").glob("ledger.db*"):
                if "old" not in path.name and path.suffix != ".db-shm":
                    shutil.copyfile(path, self._saved / path.name)
        if self.world.journal.exists():
            shutil.copyfile(self.world.journal, self._saved / "receipts.jsonl")
        self.story.append("saved")

    # ── a person ─────────────────────────────────────────────────────────────────────────────────

    def _settle_something(self) -> None:
        """Look at the world first, then say what is to become of a slot."""
        project = load_sources(self.root, config.load(self.root))
        with opened(project, self.now + self._off) as desk:
            waiting = [row for row in desk.ledger.rows() if row.state in (*NEEDS_A_PERSON, "retry")]
            if not waiting:
                return
            row = self._dice.choice(waiting)
            number = next((n for n, post in enumerate(self.world.posts(), 1) if post["key"] == row.key), None)
            if number is not None:
                resolve(desk, row.key, published=f"urn:test:{number}")
            elif self._dice.random() < 0.7:
                resolve(desk, row.key, retry=True)
            else:
                resolve(desk, row.key, skip=True)

    def _skip_a_day(self) -> None:
        project = load_sources(self.root, config.load(self.root))
        with opened(project, self.now + self._off) as desk:
            day = self._dice.randint(1, DAYS)
            rows = {row.key: row.state for row in desk.ledger.rows()}
            doubtful = [key for key in self.world.counts() if f"/day-{day:02}/" in key and rows.get(key) != "published"]
            if not doubtful:
                skip_day(desk, project.series[0], f"day-{day:02}")

    def _pause(self) -> None:
        self._decide_series(pause=self._dice.random() < 0.5)

    def _decide_series(self, *, pause: bool) -> None:
        project = load_sources(self.root, config.load(self.root))
        with opened(project, self.now + self._off) as desk:
            pause_series(desk, project.series[0], on=pause)

    def _rebuild(self) -> None:
        rebuild(load_sources(self.root, config.load(self.root)), self.now + self._off)

    # ── a look ───────────────────────────────────────────────────────────────────────────────────

    def _look(
        self,
        at: Callable[[str], None] | None = None,
        moods: Mapping[str, Answer] | None = None,
        *,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        moment = self.now + self._off
        at = at or (lambda _: None)
        project = load_sources(self.root, config.load(self.root))
        publish_due(
            project,
            clock=clock or (lambda: moment),
            wait=lambda _: None,
            runner=None,
            tell=lambda step, key, text="": at(step),  # noqa: ARG005
            channels=self._channels(at, moods or {}),
        )

    def _channels(self, at: Callable[[str], None], moods: Mapping[str, Answer]) -> dict[str, Channel]:
        def fault(name: str, step: str) -> None:
            at(step)
            mood = moods.get(name)
            if mood is not None and mood.where == step:
                raise mood.error

        posts = {name: kind(name, self.world, partial(fault, name)) for name, kind in CHANNELS.items()}
        return {**open_site(self.root), **posts}

    def _moods(self, chance: float) -> dict[str, Answer]:
        return {name: self._dice.choice(ANSWERS) for name in self.names if self._dice.random() < chance}

    def _at(self, step: int, way: Callable[[], None]) -> Callable[[str], None]:
        """``way`` happens at the step of that number."""
        left = [step]

        def at(_: str) -> None:
            left[0] -= 1
            if left[0] == -1:
                way()

        return at

    def _dying_at_a_sync(self, number: int) -> tuple[Callable[[str], None], Mapping[str, Answer]]:
        sync, left = os.fsync, [number]

        def dying(descriptor: int) -> None:
            left[0] -= 1
            if left[0] == -1:
                die()
            sync(descriptor)

        setattr(os, "fsync", dying)  # noqa: B010 - in a process of its own, which ends here
        return (lambda _: None), {}

    # ── bookkeeping ──────────────────────────────────────────────────────────────────────────────

    def _mend(self) -> None:
        for name in ("PAUSE", "no-sync", "no-deploy"):
            (self.root / name).unlink(missing_ok=True)
        for day in range(1, DAYS + 1):
            path = self.root / f"series/walk/day-{day:02}.md"
            text = path.read_text() if path.exists() else BROKEN
            if text == BROKEN or "draft: true" in text:
                write_day(self.root, day, "We walked again.")

    def _in_a_process(self, work: Callable[[], object]) -> int:
        return in_a_process(self._told(work))

    def _told(self, work: Callable[[], object]) -> Callable[[], None]:
        """The same work; an error that ends it is written down."""

        def told() -> None:
            try:
                work()
            except BaseException as error:
                (self.root / "why").write_text(f"{type(error).__name__}: {error}")
                raise

        return told

    def _must(self, codes: list[int], allowed: tuple[int, ...]) -> None:
        if not set(codes) <= set(allowed):
            raise AssertionError(f"runs that nothing disturbed ended with {codes}: {self._why()}")

    def _why(self) -> str:
        path = self.root / "why"
        return path.read_text() if path.exists() else "killed"

    def _forget_the_ledger(self) -> None:
        for path in (self.root / ".daycast").glob("ledger.db*"):
            if "old" not in path.name:
                path.unlink()

    def _ledger_is_good(self) -> bool:
        if not (self.root / ".daycast/ledger.db").exists():
            return False
        try:
            Ledger("sqlite:///.daycast/ledger.db", self.root).close()
        except LedgerError:
            return False
        return True

    def _fault(self, name: str, text: str) -> None:
        self.faults[name] += 1
        self._note(name, text)

    def _note(self, name: str, text: str) -> None:
        self.story.append(f"{self.now + self._off:%d %H:%M} {name} {text}".rstrip())


def violations(history: History) -> list[str]:
    """What is wrong after a history, by the world's log, the ledger and the journal; nothing where all is well."""
    found: list[str] = []
    posts = history.world.posts()
    counts = history.world.counts()
    found += [f"{key} is out {count} times" for key, count in sorted(counts.items()) if count > 1]
    if history.world.unannounced.exists():
        found += [f"{key} left without an intent" for key in history.world.unannounced.read_text().splitlines()]
    project = load_sources(history.root, config.load(history.root))
    standings = fold(read(history.world.journal, series="walk")).slots
    channels = history._channels(lambda _: None, {})
    with peeked(project, history.now) as ledger:
        rows = {row.key: row for row in ledger.rows()}
        said = status(project, ledger, channels, history.now, runner=None)
    for one in said.deliveries:
        if one.due <= history.now:
            found += _of_delivery(one, counts[one.key])
    for key, row in rows.items():
        standing = standings.get(key)
        there = standing.state if standing else "planned"
        if there != row.state and there not in EQUAL.get(row.state, ()):
            found.append(f"{key} is {row.state} in the ledger and {there} in the journal")
        if row.state == "published" and not key.endswith("/blog"):
            number = int((row.remote_id or "urn:test:0").rpartition(":")[2])
            if not (0 < number <= len(posts) and posts[number - 1]["key"] == key):
                found.append(f"{key} has the receipt {row.remote_id}, which the world knows nothing of")
    return found


def _of_delivery(one: Delivery, count: int) -> list[str]:
    found = []
    if one.state not in SETTLED:
        found.append(f"{one.key} ended as {one.state}: {one.reason}")
    elif one.state != "published" and " " not in one.reason:
        found.append(f"{one.key} is {one.state} without a reason: '{one.reason}'")
    # What is sent again under its key, as it changes nothing, may be refused the second time.
    if one.state in NOT_OUT and count and one.channel != "keyed":
        found.append(f"{one.key} is {one.state}, and out")
    if one.state == "published" and not count and one.channel != "blog":
        found.append(f"{one.key} is published, and the world does not have it")
    return found


def run(seed: int, folder: Path) -> tuple[History, list[str]]:
    """A history from its seed, and what is wrong with it."""
    history = History(folder, seed)
    try:
        history.live()
        history.heal()
        wrong = violations(history)
    except (AssertionError, ChannelError, LedgerError) as error:
        wrong = [f"{type(error).__name__}: {error}"]
    return history, wrong
