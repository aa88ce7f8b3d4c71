"""R8: before the first byte leaves, the intent is synced to the journal and ``sending`` is committed to the ledger.

The channel looks at both with its own eyes, in the moment in which it is asked to send.
"""

from __future__ import annotations

import os
import random
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from pipeline import config
from pipeline.errors import NotSentError, RejectedError, UnconfirmedError
from pipeline.ledger.connect import connect
from pipeline.ledger.journal import path_of, read
from pipeline.ledger.store import Ledger
from pipeline.publish.decisions import opened, resolve
from pipeline.publish.due import load_sources
from tests.fault.world import FIRST, HOUR, KINDS, World, make, states, tick

SHARED = '[journal]\nsync = "cp series/walk/receipts.jsonl shared.jsonl"\n'
#: What a channel answers, and whether the world has the post by then.
ANSWERS = {
    "out": None,
    "not sent": ("before", NotSentError),
    "refused": ("before", RejectedError),
    "no answer, not out": ("before", UnconfirmedError),
    "no answer, but out": ("after", UnconfirmedError),
    "reset, not out": ("before", ConnectionResetError),
    "reset, but out": ("after", ConnectionResetError),
}


@dataclass
class Trace:
    """What a channel saw when it was asked to send."""

    root: Path
    shared: bool = False
    #: Keys and claims whose intent was in the journal at the end of a sync of it.
    synced: set[tuple[str, str | None]] = field(default_factory=set)
    sends: list[tuple[str, str | None]] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def journal(self):
        return path_of(self.root, "series/walk")

    def watch(self, monkeypatch):
        sync = os.fsync

        def fsync(descriptor):
            sync(descriptor)
            if self.journal.exists() and os.path.samestat(os.fstat(descriptor), self.journal.stat()):
                self.synced |= self._claims(self.journal)

        monkeypatch.setattr(os, "fsync", fsync)

    def _claims(self, journal):
        return {(line.key, line.claim) for line in read(journal) if line.event == "intent"}

    def sending(self, artifact, key):
        place = self.root / ".daycast/ledger.db"
        other = sqlite3.connect(f"file:{place}?mode=ro", uri=True)
        try:
            row = other.execute(
                "SELECT state, payload, digest, owner || '/' || epoch FROM delivery WHERE key = ?", (key,)
            ).fetchone()
        finally:
            other.close()
        claim = (key, row[3] if row else None)
        self.sends.append(claim)
        seen = {
            "the ledger does not say sending": row is not None and row[0] == "sending",
            "the ledger has other bytes": row is not None and (row[1], row[2]) == (artifact.body, artifact.digest),
            "the journal lacks the intent": claim in self._claims(self.journal),
            "the intent is not synced": claim in self.synced,
            "the intent is not shared": not self.shared or claim in self._claims(self.root / "shared.jsonl"),
        }
        self.broken += [f"{claim}: {what}" for what, good in seen.items() if not good]


def watched(kind, world, trace, fault=lambda _: None):
    """A channel that looks before it sends."""

    class Watched(KINDS[kind]):  # type: ignore[misc,valid-type]
        def publish(self, artifact, *, key):
            trace.sending(artifact, key)
            return super().publish(artifact, key=key)

    return Watched("post", world, fault)


def failing(answer):
    """A fault of the channel that gives this answer."""

    def fault(where):
        if answer is not None and where == answer[0]:
            raise answer[1]("as the test wants it")

    return fault


def decide(root, now):
    """A person lets be sent again what is not out for certain."""
    project = load_sources(root, config.load(root))
    with opened(project, now) as desk:
        for key, state in states(root).items():
            if state in ("unconfirmed", "rejected"):
                resolve(desk, key, retry=True)


def history(root, dice, monkeypatch):
    """Some days of one project: what channels answer, what a person decides, a ledger that is lost."""
    kind, shared = dice.choice(list(KINDS)), dice.random() < 0.3
    make(root, channels="post", days=3, settings=SHARED if shared else "")
    world, trace = World(root), Trace(root, shared=shared)
    now = FIRST
    with monkeypatch.context() as patch:
        trace.watch(patch)
        for _ in range(dice.randint(2, 12)):
            what = dice.random()
            if what < 0.15:
                decide(root, now)
            elif what < 0.25:
                for path in (root / ".daycast").glob("ledger.db*"):
                    path.unlink()
            else:
                answer = ANSWERS[dice.choice(list(ANSWERS))]
                tick(root, now, {"post": watched(kind, world, trace, failing(answer))})
            now += dice.choice((HOUR, 6 * HOUR, 24 * HOUR))
        decide(root, now)
        for _ in range(3):
            tick(root, now, {"post": watched(kind, world, trace)})
            now += HOUR
    return trace


def test_every_send_finds_its_intent_synced_and_its_bytes_committed(tmp_path, monkeypatch, many, record_figure):
    seeds = range(many(25, 500))
    sends = 0
    for seed in seeds:
        root = tmp_path / str(seed)
        root.mkdir()
        trace = history(root, random.Random(seed), monkeypatch)
        assert trace.broken == [], f"seed {seed}"
        assert len(trace.sends) == len(set(trace.sends)), f"seed {seed}: a claim was used twice"
        sends += len(trace.sends)
    assert sends > len(seeds)
    record_figure("R8", f"{sends} sends in {len(seeds)} histories: each after a synced intent and committed bytes")


def test_a_commit_of_the_ledger_waits_for_the_disk(tmp_path):
    Ledger("sqlite:///ledger.db", tmp_path).close()
    connection = connect(tmp_path / "ledger.db")
    try:
        settings = [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    finally:
        connection.close()
    assert settings == ["wal", 2]


def test_a_watcher_notices_a_send_without_an_intent(tmp_path, monkeypatch):
    make(tmp_path, channels="post")
    world, trace = World(tmp_path), Trace(tmp_path)
    trace.watch(monkeypatch)
    monkeypatch.setattr(os, "fsync", lambda _: None)
    tick(tmp_path, FIRST, {"post": watched("plain", world, trace)})
    assert [what.partition(": ")[2] for what in trace.broken] == ["the intent is not synced"]
