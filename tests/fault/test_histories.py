"""R2: long histories of runs, faults and people, drawn from a seed; one checker compares what is out with the books.

Every run is a process of its own. After the faults come some hours without any; then everything must be accounted for.
"""

from __future__ import annotations

import errno
import random
import shutil
import signal
from collections import Counter
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from pipeline import config
from pipeline.errors import (
    LedgerError,
    NotAuthorizedError,
    NotSentError,
    RejectedError,
    UnconfirmedError,
)
from pipeline.ledger.journal import read
from pipeline.ledger.lines import Line, written
from pipeline.publish.decisions import opened, pause_series, resolve, skip_day
from pipeline.publish.due import load_sources, publish_entry
from pipeline.publish.hand import make_ready, wanted_slots
from pipeline.publish.peek import peeked
from pipeline.publish.rebuild import rebuild
from pipeline.publish.slots import slots_of
from pipeline.publish.status import Delivery, status
from tests.fault.world import FIRST, HOUR, KINDS, MINUTE, World, die, in_a_process, make, standings, tick, together
from tests.fault.world import write_day as write

CHUNKS = 8
DAYS = 3
LENGTH = 14
#: How a process ends on an error that is none of daycast's own.
UNFORESEEN = 3
#: Between one thing and the next.
PAUSES = (MINUTE, 2 * MINUTE, 10 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR)
#: Faults of a run, at some step of it.
AT_A_STEP = ("killed", "failing", "full disk")
#: Faults of a channel: its error, and whether the world had accepted. ``NotSentError`` is a promise that it had not.
OF_THE_CHANNEL = {
    "not sent": ("before", NotSentError),
    "not authorized": ("before", NotAuthorizedError),
    "refused": ("before", RejectedError),
    "refused, but out": ("after", RejectedError),
    "no answer, not out": ("before", UnconfirmedError),
    "no answer, but out": ("after", UnconfirmedError),
    "reset, not out": ("before", ConnectionResetError),
    "reset, but out": ("after", ConnectionResetError),
}
OF_THE_FILES = ("ledger lost", "older ledger", "wal lost", "torn journal")
OF_THE_CLOCK = ("clock ahead", "clock back")
FAULTS = (*AT_A_STEP, *OF_THE_CHANNEL, *OF_THE_FILES, *OF_THE_CLOCK, "two at once", "two at once, one killed")
PEOPLE = ("edit", "resolve", "skip", "pause", "resume", "by hand", "by hand, killed")
SETTLED = ("published", "unconfirmed", "rejected", "late", "held", "skipped")


@dataclass(frozen=True)
class Act:
    """One thing that happens, and how long it is until the next."""

    name: str
    #: At which step, where it is about one.
    step: int
    day: int
    pause: int
    again: bool


def drawn(seed: int) -> tuple[str, list[Act]]:
    """The kind of channel and the acts of a seed."""
    dice = random.Random(seed)
    kind = list(KINDS)[seed % len(KINDS)]
    weights = {"run": 3} | dict.fromkeys(FAULTS, 2) | dict.fromkeys(PEOPLE, 1) | {"killed": 5, "resolve": 4}
    names = dice.choices(list(weights), list(weights.values()), k=LENGTH)
    return kind, [
        Act(name, dice.randint(1, 16), dice.randint(1, DAYS), dice.randrange(len(PAUSES)), dice.random() < 0.7)
        for name in names
    ]


class Story:
    """A project that lives through a history."""

    def __init__(self, root: Path, kind: str) -> None:
        self.root, self.kind = root, kind
        self.now = FIRST
        #: How wrong the clock is.
        self.wrong = 0 * HOUR
        root.mkdir()
        make(root, channels="post", days=DAYS)
        self.world = World(root)
        self.ledger = root / ".daycast/ledger.db"
        self.journal = root / "series/walk/receipts.jsonl"
        self.copy = root / "copy"

    def load(self):
        return load_sources(self.root, config.load(self.root))

    def channels(self, fault=lambda _: None):
        return {"post": KINDS[self.kind]("post", self.world, fault)}

    def clock(self):
        return self.now + self.wrong

    def out(self, key: str) -> str | None:
        """What somebody sees who looks whether a slot is out."""
        return next((f"urn:test:{n}" for n, post in enumerate(self.world.posts(), 1) if post["key"] == key), None)

    # ── what happens ─────────────────────────────────────────────────────────────────────────────

    def happen(self, act: Act) -> None:
        if act.name in (*AT_A_STEP, *OF_THE_CHANNEL, "wal lost", "two at once", "two at once, one killed"):
            self.reach()
        if act.name in AT_A_STEP:
            self.spawn(self.run(act), may=(UNFORESEEN,) if act.name != "killed" else ())
        elif act.name in OF_THE_CHANNEL:
            where, error = OF_THE_CHANNEL[act.name]
            self.spawn(partial(tick, self.root, self.clock(), self.channels(raising(error, where))))
        elif act.name in PEOPLE:
            self.spawn(partial(self.person, act))
        elif act.name == "run":
            self.spawn(self.run())
        else:
            getattr(self, act.name.replace(", ", "_").replace(" ", "_"))(act)
        if act.step % 3 == 0:
            self.keep()
        self.now += PAUSES[act.pause]

    def spawn(self, *works, may=()) -> None:
        """Processes at once; none may end in an error that nobody has foreseen."""
        for code in together(*works):
            assert code in (*may, 0, 1, -signal.SIGKILL), f"a process ended with {code}"

    def run(self, act: Act | None = None):
        """A run, into whose step the fault of an act comes."""
        fault = at_step(act.step, act.name) if act else lambda *_: None
        return partial(tick, self.root, self.clock(), self.channels(fault), tell=fault)

    def reach(self) -> None:
        """Let the time come at which there is something to send."""
        noted = standings(self.root)
        for day in range(DAYS):
            one = noted.get(f"walk/day-{day + 1:02}/post")
            if one is None or one.state in ("retry", "sending"):
                until = one.retry_at if one and one.retry_at else FIRST + 24 * day * HOUR
                self.now = max(self.now, until - self.wrong)
                return

    def two_at_once(self, act: Act) -> None:  # noqa: ARG002
        self.spawn(self.run(), self.run())

    def two_at_once_one_killed(self, act: Act) -> None:
        self.spawn(self.run(Act("killed", act.step, act.day, act.pause, act.again)), self.run())

    def ledger_lost(self, act: Act) -> None:  # noqa: ARG002
        self._forget()

    def older_ledger(self, act: Act) -> None:  # noqa: ARG002
        if self.copy.is_dir():
            self._forget()
            for file in self.copy.iterdir():
                shutil.copyfile(file, self.ledger.with_name(file.name))

    def wal_lost(self, act: Act) -> None:
        self.spawn(self.run(Act("killed", act.step, act.day, act.pause, act.again)))
        self.ledger.with_name("ledger.db-wal").unlink(missing_ok=True)

    def torn_journal(self, act: Act) -> None:
        line = Line(at=self.clock(), event="intent", key=f"walk/day-{act.day:02}/post", attempt=1, claim="torn/1")
        if self.journal.exists():
            with open(self.journal, "ab") as file:
                file.write(written(line)[: 3 + act.step])

    def clock_ahead(self, act: Act) -> None:
        self.wrong = HOUR
        if act.again:
            self.spawn(self.run())

    def clock_back(self, act: Act) -> None:
        self.wrong = -HOUR
        if act.again:
            self.spawn(self.run())
            self.wrong = 0 * HOUR

    def keep(self) -> None:
        """A copy of the ledger as it is now."""
        shutil.rmtree(self.copy, ignore_errors=True)
        self.copy.mkdir()
        for ending in ("", "-wal"):
            part = self.ledger.with_name(f"ledger.db{ending}")
            if part.exists():
                shutil.copyfile(part, self.copy / part.name)

    def _forget(self) -> None:
        for ending in ("", "-wal", "-shm"):
            self.ledger.with_name(f"ledger.db{ending}").unlink(missing_ok=True)

    # ── people ───────────────────────────────────────────────────────────────────────────────────

    def person(self, act: Act) -> None:
        """What somebody does, who looks at the world before deciding."""
        if act.name == "edit":
            write(self.root, act.day, f"We walked {act.step} miles and wrote it anew.")
            return
        project = self.load()
        series = project.series[0]
        key = f"walk/day-{act.day:02}"
        with opened(project, self.clock()) as desk:
            if act.name in ("pause", "resume"):
                pause_series(desk, series, on=act.name == "pause")
            for row in desk.ledger.rows():
                if row.state not in ("claimed", "sending", "published", "withdrawn") and self.out(row.key):
                    resolve(desk, row.key, published=self.out(row.key))
            if act.name == "resolve":
                for row in desk.ledger.rows():
                    if row.state in ("unconfirmed", "rejected", "late", "held", "skipped"):
                        resolve(desk, row.key, retry=act.again, skip=not act.again)
            elif act.name == "skip":
                skip_day(desk, series, f"day-{act.day:02}")
            elif act.name.startswith("by hand"):
                entry = next(one for one in series.entries if one.day == act.day)
                channels = self.channels()
                slots = wanted_slots(series, entry, channels, channel=None, now=self.clock())
                due = next(one.slot.due for one in slots_of([series]) if one.key == f"{key}/post")
                wanted = make_ready(desk, series, entry, slots, due, channels)
        if act.name.startswith("by hand"):
            fault = at_step(act.step, "killed") if "killed" in act.name else lambda *_: None
            publish_entry(
                self.load(),
                wanted.keys,
                clock=self.clock,
                wait=lambda _: None,
                runner=None,
                tell=fault,
                channels=self.channels(fault),
            )

    # ── the end ──────────────────────────────────────────────────────────────────────────────────

    def heal(self) -> None:
        """Some hours without faults: the clock is right, a ledger that cannot be used is made anew."""
        self.wrong = 0 * HOUR
        self.now = max(self.now, FIRST + 48 * HOUR)
        assert in_a_process(self._mend) == 0, "the ledger cannot be made anew"
        for later in (0 * MINUTE, MINUTE, 5 * MINUTE, HOUR, HOUR, 2 * HOUR, 2 * HOUR):
            self.now += later
            assert in_a_process(self.run()) == 0, "a run without a fault failed"

    def _mend(self) -> None:
        try:
            with opened(self.load(), self.clock()):
                pass
        except LedgerError:
            rebuild(self.load(), self.clock())
        project = self.load()
        if "walk" in project.book.paused:
            with opened(project, self.clock()) as desk:
                pause_series(desk, project.series[0], on=False)

    def violations(self) -> list[str]:
        """What of the end is not as it must be."""
        project = self.load()
        with peeked(project, self.clock()) as ledger:
            shown = status(project, ledger, self.channels(), self.clock(), runner=None).deliveries
        journal = standings(self.root)
        intents = {line.key for line in read(self.journal, series="walk") if line.event == "intent"}
        counts = self.world.counts()
        found = [f"{key} is out {count} times" for key, count in counts.items() if count > 1]
        found += [f"{key} is out without an intent" for key in counts if key not in intents]
        for one in shown:
            found += [f"{one.key}: {said}" for said in self._wrong_with(one, counts[one.key])]
            noted = journal.get(one.key)
            if one.state in ("published", "unconfirmed", "rejected", "skipped"):
                state = noted.state if noted else "nothing"
                # Only the next intent tells the journal that a person's retry is over.
                if state != one.state and (one.state, state) != ("unconfirmed", "sending"):
                    found.append(f"{one.key}: is {one.state}, the journal says {state}")
            told = (one.remote_id, noted.receipt.remote_id if noted and noted.receipt else None)
            ids = {urn for urn in told if urn is not None}
            found += [f"{one.key}: its receipt {urn} is another's" for urn in ids if not self._names(urn, one.key)]
        found += [] if len(shown) == DAYS else [f"{len(shown)} slots of {DAYS} are shown"]
        return found

    def _wrong_with(self, one: Delivery, count: int) -> list[str]:
        found = []
        if one.state not in SETTLED:
            found.append(f"ends {one.state} ({one.reason})")
        if one.state != "published" and not one.reason:
            found.append(f"ends {one.state} without a reason")
        if one.state == "published" and (count != 1 or not one.remote_id):
            found.append(f"is called published ({one.remote_id}) and out {count} times")
        # What an idempotent channel left unanswered is to be tried again, and may become late meanwhile.
        if one.state in ("late", "held", "skipped") and count and (self.kind, one.state) != ("keyed", "late"):
            found.append(f"is out and called {one.state}")
        return found

    def _names(self, urn: str, key: str) -> bool:
        posts = self.world.posts()
        number = int(urn.removeprefix("urn:test:"))
        return 1 <= number <= len(posts) and posts[number - 1]["key"] == key


def at_step(number: int, name: str):
    """A fault at the step of that number."""
    left = [number]

    def fault(*_: str) -> None:
        left[0] -= 1
        if left[0]:
            return
        if name == "killed":
            die()
        if name == "full disk":
            raise OSError(errno.ENOSPC, "No space left on device")
        raise RuntimeError("as the dice fell")

    return fault


def raising(error: type[Exception], where: str):
    """A fault of a channel, once."""
    left = [1]

    def fault(here: str) -> None:
        if here == where and left[0]:
            left[0] = 0
            raise error("as the dice fell")

    return fault


def told(seed: int) -> str:
    """A history in words, for who looks into it."""
    kind, acts = drawn(seed)
    return f"seed {seed}, {kind}: " + "; ".join(
        f"{act.name} (step {act.step}, day {act.day}, {PAUSES[act.pause]})" for act in acts
    )


def lived(folder: Path, seed: int) -> list[str]:
    """Live through the history of a seed; gives what is wrong at its end."""
    kind, acts = drawn(seed)
    story = Story(folder, kind)
    try:
        for act in acts:
            story.happen(act)
        story.heal()
        return story.violations()
    except AssertionError as error:
        return [str(error)]


@pytest.fixture
def seeds(many):
    """The seeds of a chunk."""
    number = many(40, 2000) // CHUNKS
    return lambda chunk: range(chunk * number, (chunk + 1) * number)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_whatever_happens_nothing_is_out_twice_and_everything_is_accounted_for(tmp_path, seeds, chunk):
    wrong = []
    for seed in seeds(chunk):
        found = lived(tmp_path / str(seed), seed)
        wrong += [f"{told(seed)}\n    {one}" for one in found]
        shutil.rmtree(tmp_path / str(seed))
    assert wrong == [], "\n".join(wrong)


def test_the_histories_have_every_kind_of_fault(seeds, record_figure):
    happened = Counter(act.name for chunk in range(CHUNKS) for seed in seeds(chunk) for act in drawn(seed)[1])
    faults = [name for name in FAULTS if happened[name]]
    number = sum(len(seeds(chunk)) for chunk in range(CHUNKS))
    assert faults == list(FAULTS)
    assert len(faults) >= 10
    record_figure("R2", f"{number:,} histories, {len(faults)} kinds of fault, 0 violations")
