"""R8: before the first byte leaves, the intent is synced to the journal and ``sending`` is committed to the ledger.

The channel looks at both with its own eyes, in the moment in which it is asked to send.
"""

from __future__ import annotations

import os
import random
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline import config
from pipeline.errors import ChannelError, NotSentError, RejectedError, UnconfirmedError
from pipeline.ledger import Ledger
from pipeline.ledger.journal import path_of, read
from pipeline.publish.decisions import opened, resolve
from pipeline.publish.due import load_sources
from pipeline.publish.hand import make_ready, wanted_slots
from pipeline.publish.rebuild import rebuild
from tests.fault.world import FIRST, HOUR, KINDS, MINUTE, World, die, in_a_process, make, states, tick

KEY = "walk/day-01/post"
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
    #: Claims whose intent was in the journal at the end of a sync of it.
    synced: set[str | None] = field(default_factory=set)
    sends: list[str | None] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)

    @property
    def journal(self):
        return path_of(self.root, "series/walk")

    def watch(self, monkeypatch):
        sync = os.fsync

        def fsync(descriptor):
            sync(descriptor)
            if self.journal.exists() and os.path.sameopenfile(descriptor, self._descriptor):
                self.synced |= self._claims(self.journal)

        monkeypatch.setattr(os, "fsync", fsync)

    @property
    def _descriptor(self):
        with open(self.journal, "rb") as file:
            return os.dup(file.fileno())

    def _claims(self, journal):
        return {line.claim for line in read(journal) if line.event == "intent"}

    def sending(self, artifact, key):
        place = self.root / ".daycast/ledger.db"
        other = sqlite3.connect(f"file:{place}?mode=ro", uri=True)
        try:
            row = other.execute(
                "SELECT state, payload, digest, owner || '/' || epoch FROM delivery WHERE key = ?", (key,)
            ).fetchone()
        finally:
            other.close()
        claim = row[3] if row else None
        self.sends.append(claim)
        seen = {
            "the ledger does not say sending": row is not None and row[0] == "sending",
            "the ledger has other bytes": row is not None and (row[1], row[2]) == (artifact.body, artifact.digest),
            "the journal lacks the intent": claim in self._claims(self.journal),
            "the intent is not synced": claim in self.synced,
            "the intent is not shared": not self.shared or claim in self._claims(self.root / "shared.jsonl"),
        }
        self.broken += [f"{key} {claim}: {what}" for what, good in seen.items() if not good]


def watched(kind, world, trace, fault=lambda _: None):
    """A channel that looks before it sends."""

    class Watched(KINDS[kind]):
        def publish(self, artifact, *, key):
            trace.sending(artifact, key)
            return super().publish(artifact, key=key)

    return Watched("post", world, fault)
