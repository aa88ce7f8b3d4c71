"""The lines of a journal: one event each, as JSON that people can read and git can merge."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Literal, get_args

from pipeline.errors import LedgerError
from pipeline.ledger.moments import moment_of, stamp
from pipeline.records import dataclass, names_of

#: Of a send: ``intent`` before the first byte leaves, then exactly one of ``published``, ``not-sent``, ``rejected``,
#: ``unconfirmed``. Of a person or a policy: ``skipped``, ``retry`` (try again), ``withdrawn``, ``updated``, ``moved``
#: (the entry's instant), ``paused`` and ``resumed`` (a series), ``copied-away`` and ``copied-back`` (its ledger).
Event = Literal[
    "intent",
    "published",
    "not-sent",
    "rejected",
    "unconfirmed",
    "skipped",
    "retry",
    "withdrawn",
    "updated",
    "moved",
    "paused",
    "resumed",
    "copied-away",
    "copied-back",
]
EVENTS: frozenset[str] = frozenset(get_args(Event))
OUTCOMES: frozenset[str] = frozenset(("published", "not-sent", "rejected", "unconfirmed"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One event. What it is not about is None."""

    #: UTC.
    at: datetime
    event: Event
    #: Of a slot (``30days/day-02/linkedin``), of an entry (``30days/day-02``) or of a series (``30days``).
    key: str
    #: How many intents the slot has had, this one counted; 0 where it has had none.
    attempt: int = 0
    #: Who sends, and which of its claims: ``laptop-41-9f2c/3``. An outcome names its intent's.
    claim: str | None = None
    #: When the slot was due; of ``moved``, the instant it moves to. UTC.
    due: datetime | None = None
    #: SHA-256 of the artifact as rendered.
    digest: str | None = None
    #: SHA-256 of the entry's file.
    source: str | None = None
    #: The channel's name for what is out, mostly a URN.
    remote_id: str | None = None
    url: str | None = None
    reason: str | None = None
    #: Of ``not-sent``: when it is tried again. UTC.
    until: datetime | None = None

    @property
    def series(self) -> str:
        """The series' id."""
        return self.key.partition("/")[0]


_MOMENTS = ("at", "due", "until")
_NAMES = names_of(Line)


def written(line: Line) -> bytes:
    """A line as it stands in the file, newline included."""
    told: dict[str, object] = {}
    for name in _NAMES:
        value = getattr(line, name)
        if value is None or (name == "attempt" and value == 0):
            continue
        told[name] = stamp(value) if isinstance(value, datetime) else value
    return (json.dumps(told, ensure_ascii=False, separators=(", ", ": ")) + "\n").encode()


def parsed(data: bytes) -> Line:
    """A line of the file. Raises LedgerError that says what is wrong with it."""
    try:
        told = json.loads(data.decode())
    except (ValueError, RecursionError) as error:
        raise LedgerError("is no line of JSON") from error
    if not isinstance(told, dict):
        raise LedgerError("is no JSON object")
    if told.get("event") not in EVENTS:
        raise LedgerError(f"has the event {told.get('event')!r}, which this version of daycast does not know")
    got: dict[str, object] = {}
    for name, value in told.items():
        if name not in _NAMES:
            continue
        if name == "attempt":
            if not isinstance(value, int) or isinstance(value, bool) or value < 0:
                raise LedgerError(f"has the attempt {value!r}, expected a number")
            got[name] = value
        elif not isinstance(value, str):
            raise LedgerError(f"has {name} {value!r}, expected text")
        else:
            got[name] = _moment(name, value) if name in _MOMENTS else value
    if "at" not in got or not got.get("key"):
        raise LedgerError("names no moment ('at') or no 'key'")
    return Line(**got)  # type: ignore[arg-type]


def _moment(name: str, value: str) -> datetime:
    try:
        return moment_of(value)
    except ValueError as error:
        raise LedgerError(f"has {name} '{value[:40]}', expected a moment such as 2026-10-20T07:00:00Z") from error
