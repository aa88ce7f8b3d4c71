"""One publishing run: its ledger and journals, opened, compared and repaired, and what it may do now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

from pipeline import host
from pipeline.channels.contract import Channel, Context
from pipeline.delivery import FINAL, Held, Outcome, Published, Rejected, Retry, Unconfirmed
from pipeline.errors import LedgerError
from pipeline.last_good import FOLDER
from pipeline.ledger.fold import Book, bound, fold
from pipeline.ledger.journal import append, path_of, read
from pipeline.ledger.lines import Event, Line
from pipeline.ledger.rows import Row
from pipeline.ledger.store import MOVED, Ledger
from pipeline.ledger.sync import apply, difference
from pipeline.model import Series
from pipeline.project import DAMAGED_JOURNAL, Project
from pipeline.publish.presence import at_work
from pipeline.records import dataclass

#: How far the clock may be behind the ledger's newest line.
CLOCK_SLACK = timedelta(minutes=5)
#: How long a claim holds unless it is renewed.
LEASE = timedelta(minutes=5)


class Tell(Protocol):
    """Is told each step of a run, as it has happened: a log."""

    def __call__(self, step: str, key: str, text: str = "") -> None:
        """``step`` is a stable word such as ``claimed``, ``key`` the slot's, ``text`` a sentence or empty."""


def silent(step: str, key: str, text: str = "") -> None:
    """Log nothing."""


def never() -> bool:
    """Not to be stopped."""
    return False


@dataclass(frozen=True, kw_only=True)
class Books:
    """The memory of a project, open for writing: ledger and journals, the clock, and who writes."""

    project: Project
    ledger: Ledger
    #: Who writes: unique among all runs.
    owner: str
    #: The moment, UTC.
    clock: Callable[[], datetime]
    tell: Tell = silent

    @property
    def home(self) -> Path:
        """Where ``.daycast/``, ``output/`` and the journals are."""
        return self.project.home

    def series_of(self, key: str) -> Series | None:
        """The series that a key names."""
        wanted = key.partition("/")[0]
        return next((series for series in self.project.series if series.id == wanted), None)

    # ── journal ──────────────────────────────────────────────────────────────────────────────────

    def write(self, series: Series, lines: Sequence[Line]) -> None:
        """Write lines into a series' journal file, synced. Raises LedgerError.

        Nothing where the journal is a table: there the ledger has written them, or will, with what they tell of.
        """
        if lines and not self.ledger.keeps_journal:
            append(path_of(self.home, series.folder), lines, lock=self.home / FOLDER / "journal.lock")

    def lines(self, series: Series, key: str | None = None) -> tuple[Line, ...]:
        """A series' journal, or what it tells of one slot, as it is now. Raises LedgerError."""
        return lines_of(self.ledger, self.home, series, key)


@dataclass(frozen=True, kw_only=True)
class Run(Books):
    """What every step of publishing needs: the books, channels, and what makes and shares."""

    #: By the name of the instance.
    channels: Mapping[str, Channel]
    #: Let seconds pass.
    wait: Callable[[float], None]
    #: Makes the context of an entry; made once, since an edition costs.
    context: Callable[[Series, str], Context]
    #: Commits and pushes the journals, or raises NotSentError; None where git has no part in it.
    share: Callable[[], None] | None = None
    #: Whether to end after the send in hand.
    stopping: Callable[[], bool] = never

    def push(self) -> None:
        """Share the journals, where the project says how. Raises NotSentError."""
        if self.share is not None:
            with host.locked(self.home / FOLDER / "share.lock"):
                self.share()


def lines_of(ledger: Ledger, home: Path, series: Series, key: str | None = None) -> tuple[Line, ...]:
    """A series' journal, or what it tells of one slot, from the table or the file. Raises LedgerError."""
    if ledger.keeps_journal:
        return ledger.journal(series.id, key)
    found = read(path_of(home, series.folder), series=series.id)
    return found if key is None else tuple(line for line in found if line.key == key)


def outcome_line(row: Row, outcome: Outcome, *, at: datetime) -> Line:
    """The journal's line for what came of a claim."""
    event: Event
    match outcome:
        case Published(receipt):
            event = "published"
            told = {"remote_id": receipt.remote_id, "url": receipt.url, "reason": receipt.note or None}
        case Retry(reason, until):
            event = "not-sent"
            told = {"reason": reason}
        case Held(reason):
            event = "not-sent"
            told = {"reason": reason}
        case Rejected(reason):
            event = "rejected"
            told = {"reason": reason}
        case Unconfirmed(reason):
            event = "unconfirmed"
            told = {"reason": reason}
    return Line(
        at=at,
        event=event,
        key=row.key,
        attempt=row.attempts,
        claim=row.claim,
        due=row.due,
        digest=row.digest,
        source=row.source,
        until=until if isinstance(outcome, Retry) else None,
        **told,
    )


def check_ledger(ledger: Ledger, now: datetime) -> None:
    """Raise LedgerError where the clock is behind what the ledger has already seen, or the ledger is elsewhere now."""
    moved = ledger.mark(MOVED)
    if moved is not None:
        raise LedgerError(
            f"the ledger has been copied to {moved} and goes on there; nothing is sent from this one: "
            f"write that into [ledger] url, or copy it back with 'daycast ledger copy'"
        )
    latest = ledger.latest()
    if latest is not None and now < latest - CLOCK_SLACK:
        raise LedgerError(
            f"the clock says {now:%Y-%m-%d %H:%M} UTC, but the ledger was written at {latest:%Y-%m-%d %H:%M} UTC; "
            "nothing is sent until the clock is right (if it was ahead and is right now: 'daycast ledger rebuild')"
        )


def check_journals(project: Project) -> None:
    """Raise LedgerError where a journal cannot be read."""
    damage = [str(problem) for problem in project.problems if problem.code == DAMAGED_JOURNAL]
    if damage:
        raise LedgerError("\n".join(damage))


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Ledger and journals, once they say the same."""

    book: Book
    #: Keys of the slots that are at their end.
    settled: frozenset[str]


def reconcile(project: Project, ledger: Ledger, owner: str, now: datetime) -> Compared:
    """Make ledger and journals say the same. Raises LedgerError."""
    if ledger.keeps_journal:  # written together, so they never differ
        return Compared(book=project.book, settled=ledger.settled())
    check_journals(project)
    if project.book.elsewhere:
        name, where = next(iter(project.book.elsewhere.items()))
        raise LedgerError(
            f"the journal of {name} says that its ledger has been copied to {where} and goes on there; nothing is sent "
            "from here: write that into [ledger] url, or copy it back with 'daycast ledger copy'"
        )
    if ledger.new:
        for series in project.series:
            ledger.remember(read(path_of(project.home, series.folder), series=series.id))
    settled: set[str] = set()
    changes = difference(project.book, _noting(ledger.each(), settled), busy=at_work(project.home, owner))
    apply(ledger, changes, now=now)
    for key, standing, _ in changes.to_ledger:
        (settled.add if standing.state in FINAL else settled.discard)(key)
    missing: dict[str, list[Line]] = {}
    for line in changes.to_journal:
        missing.setdefault(line.series, []).append(line)
    for series in project.series:
        if series.id in missing:
            lock = project.home / FOLDER / "journal.lock"
            append(path_of(project.home, series.folder), missing[series.id], lock=lock)
    book = project.book
    if missing:
        journals = (path_of(project.home, series.folder) for series in project.series)
        book = bound(fold(read(path)) for path in journals)
    return Compared(book=book, settled=frozenset(settled))


def _noting(rows: Iterable[Row], settled: set[str]) -> Iterator[Row]:
    """The same rows; the keys of those that are at their end go into ``settled``."""
    for row in rows:
        if row.state in FINAL:
            settled.add(row.key)
        yield row
