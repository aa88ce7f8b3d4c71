"""The ledger: where each delivery stands. One statement claims, and every later write is fenced by that claim."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pipeline.delivery import Artifact, DeliveryState, Held, Outcome, Published, Rejected, Retry, Slot, Unconfirmed
from pipeline.errors import LedgerError, LostClaimError
from pipeline.ledger.database import Connection, database_of
from pipeline.ledger.fold import Standing
from pipeline.ledger.lines import Line
from pipeline.ledger.moments import moment_of, stamp
from pipeline.ledger.rows import COLUMNS, Row, row_of, seal
from pipeline.records import names_of, replace

_ALL = ", ".join(COLUMNS)
_SELECT = f"SELECT {_ALL}, seal FROM delivery"  # noqa: S608 (names of our own)
_RETURNING = f"RETURNING {_ALL}"
_LEFT = (
    "FROM attempt JOIN delivery ON delivery.key = attempt.key WHERE attempt.event IN ('sending', 'intent') "
    "AND delivery.state IN ('published', 'unconfirmed', 'sending', 'withdrawn', 'skipped')"
)
_LAST_SENT = f"SELECT max(attempt.at) {_LEFT} AND substr(attempt.key, length(attempt.key) - ?) = ?"
_LAST_SENT_BY_INDEX = (
    f"SELECT attempt.at {_LEFT} AND split_part(attempt.key, '/', 3) = ? ORDER BY attempt.at DESC LIMIT 1"
)
_LINE = names_of(Line)
#: The mark that a ledger leaves behind where it was copied from: where it is now.
MOVED = "moved"
#: Nothing has left for the channel, and nobody has decided against it.
_FREE = "('planned', 'retry', 'held', 'late')"


class Ledger:
    """The ledger of one project. Safe to share between threads; each has a connection of its own."""

    def __init__(self, url: str, root: Path, *, trial: bool = False) -> None:
        """``url`` is ``[ledger] url``. A file is made where there is none.

        ``trial`` takes back at the end whatever is written, in a database that many share; elsewhere it means nothing.

        Raises LedgerError where it is damaged, of another version, or cannot be reached or written. A row's seal is
        looked at whenever the row is read.
        """
        self.database = database_of(url, root, trial=trial)
        self._local = threading.local()
        self._opened: list[Connection] = []
        #: Who is at work with it; None for one that only looks.
        self.owner: str | None = None
        try:
            #: Whether there was none before.
            self.new = self.database.prepare(self.connection)
        except BaseException:
            self.close()
            raise

    @property
    def keeps_journal(self) -> bool:
        """Whether the journal is a table beside the ledger's; otherwise it is files."""
        return self.database.keeps_journal

    def close(self) -> None:
        """End every connection."""
        for connection in self._opened:
            connection.close()
        self._opened.clear()
        self._local = threading.local()

    @property
    def connection(self) -> Connection:
        """The connection of this thread."""
        found: Connection | None = getattr(self._local, "connection", None)
        if found is not None and not self.database.usable(found):
            self._opened.remove(found)
            found.close()
            found = None
        if found is None:
            found = self._local.connection = self.database.connect(self.owner)
            self._opened.append(found)
        return found

    def work_as(self, owner: str) -> None:
        """Say who is at work from now on, where the database can tell others."""
        self.owner = owner
        if self.keeps_journal:
            self.close()

    def at_work(self, owners: Collection[str]) -> frozenset[str] | None:
        """Those owners that are at work now, by the database; None where it cannot tell."""
        with self._telling():
            return self.database.at_work(self.connection, owners)

    # ── reading ──────────────────────────────────────────────────────────────────────────────────

    def row(self, key: str) -> Row | None:
        """Where a slot stands; None where nothing has begun."""
        found = self._read(f"{_SELECT} WHERE key = ?", (key,))
        return found[0] if found else None

    def rows(self) -> tuple[Row, ...]:
        """Every delivery that has begun, by key, without what it sends: that is `row`'s to tell."""
        return tuple(self.each())

    def each(self) -> Iterator[Row]:
        """The same one after the other, for books too large to hold."""
        return self._light(f"{_SELECT} ORDER BY key")

    def unsettled(self) -> tuple[Row, ...]:
        """The deliveries that are not at their end, by key, without what they send."""
        return tuple(self._light(f"{_SELECT} WHERE state NOT IN ('published', 'skipped', 'withdrawn') ORDER BY key"))

    def settled(self) -> frozenset[str]:
        """The keys of the deliveries that are at their end."""
        sql = "SELECT key FROM delivery WHERE state IN ('published', 'skipped', 'withdrawn')"
        with self._telling():
            return frozenset(key for (key,) in self.connection.execute(sql))

    def states(self, keys: Collection[str]) -> Mapping[str, tuple[DeliveryState, datetime | None]]:
        """Where these slots stand, and until when each waits; without those that have not begun."""
        found: dict[str, tuple[DeliveryState, datetime | None]] = {}
        wanted = list(keys)
        for start in range(0, len(wanted), 500):
            some = wanted[start : start + 500]
            marks = ", ".join("?" * len(some))
            sql = f"SELECT key, state, retry_at FROM delivery WHERE key IN ({marks})"  # noqa: S608
            with self._telling():
                for key, state, until in self.connection.execute(sql, some):
                    found[key] = (state, moment_of(until) if until else None)
        return found

    def decided(self) -> int:
        """A number that grows with each decision of a person, where the journal is a table."""
        with self._telling():
            sql = "SELECT coalesce(max(id), 0) FROM attempt WHERE line AND claim IS NULL"
            return int(self.connection.execute(sql).fetchone()[0])

    def in_hand(self) -> tuple[Row, ...]:
        """What a process has claimed or is sending."""
        return self._read(f"{_SELECT} WHERE state IN ('claimed', 'sending') ORDER BY key", ())

    def latest(self) -> datetime | None:
        """The moment of the newest write. UTC."""
        with self._telling():
            found = self.connection.execute(
                "SELECT max(at) FROM (SELECT max(at) AS at FROM delivery UNION ALL SELECT max(at) FROM mark) AS newest"
            ).fetchone()[0]
            return None if found is None else moment_of(found)

    def last_sent(self, channel: str) -> datetime | None:
        """When something last left, or may have left, for a channel's account. UTC."""
        sql, values = _LAST_SENT, (len(channel), f"/{channel}")
        if self.keeps_journal:
            sql, values = _LAST_SENT_BY_INDEX, (channel,)  # type: ignore[assignment]
        with self._telling():
            found = self.connection.execute(sql, values).fetchone()
            return None if found is None or found[0] is None else moment_of(found[0])

    def history(self, key: str) -> tuple[tuple[str, str, str | None], ...]:
        """Moment, event and reason of everything that happened to a slot, oldest first."""
        with self._telling():
            mine = " AND NOT line" if self.keeps_journal else ""
            sql = f"SELECT at, event, reason FROM attempt WHERE key = ?{mine} ORDER BY id"  # noqa: S608
            return tuple(self.connection.execute(sql, (key,)))

    def journal(self, series: str | None = None, key: str | None = None) -> tuple[Line, ...]:
        """The journal, where it is a table, in its order: of a series by its id, of one slot of it, or all of it."""
        names = ", ".join(_LINE)
        where, values = "", tuple[str, ...]()
        if key is not None:
            where, values = " AND key = ?", (key,)
        elif series is not None:
            where, values = " AND split_part(key, '/', 1) = ?", (series,)
        sql = f"SELECT {names} FROM attempt WHERE line{where} ORDER BY id"  # noqa: S608
        with self._telling():
            return tuple(_line_of(found) for found in self.connection.execute(sql, values))

    def _light(self, sql: str) -> Iterator[Row]:
        with self._telling():
            for values in self.connection.execute(sql):
                yield replace(self._row(values), payload=None, shown=None)

    def _row(self, values: tuple[object, ...]) -> Row:
        try:
            return row_of(values)
        except (LedgerError, ValueError) as error:
            raise LedgerError(f"{self.database.name}: is damaged ({error}): {self.database.damaged}") from error

    def _read(self, sql: str, values: tuple[object, ...]) -> tuple[Row, ...]:
        with self._telling():
            found = self.connection.execute(sql, values).fetchall()
        return tuple(self._row(values) for values in found)

    # ── a send, step by step ─────────────────────────────────────────────────────────────────────

    def claim(
        self,
        slot: Slot,
        *,
        owner: str,
        now: datetime,
        until: datetime,
        at_once: bool = False,
        dead: Collection[str] = (),
    ) -> Row | None:
        """Take a slot for this owner until a moment; None where somebody has it or it may not be sent.

        ``at_once`` passes over a retry's waiting time. ``dead`` are owners known to have ended: what they only claimed
        is free.
        """
        gone = ", ".join("?" * len(dead)) or "NULL"
        # Insert or take over in one statement, so that of many processes exactly one gets the row back; and none where
        # the ledger has been copied elsewhere meanwhile.
        sql = f"""
            INSERT INTO delivery (key, series, state, due, epoch, attempts, owner, lease, decided, at, seal)
            SELECT ?, ?, 'claimed', ?, 1, 0, ?, ?, 0, ?, ''
            WHERE NOT EXISTS (SELECT 1 FROM mark WHERE name = '{MOVED}')
            ON CONFLICT (key) DO UPDATE SET
                state = 'claimed', due = excluded.due, epoch = delivery.epoch + 1,
                owner = excluded.owner, lease = excluded.lease, at = excluded.at
            WHERE (delivery.state IN {_FREE} AND (? OR delivery.retry_at IS NULL OR delivery.retry_at <= ?))
                OR (delivery.state = 'claimed' AND (delivery.lease < ? OR delivery.owner IN ({gone})))
            {_RETURNING}
        """  # noqa: S608
        moment = stamp(now)
        values = (
            *(slot.key, slot.series, stamp(slot.due), owner, stamp(until), moment),
            *(at_once, moment, moment, *dead),
        )
        return self._write(sql, values, "claimed", now)

    def freeze(self, row: Row, artifact: Artifact, *, source: str | None, now: datetime, until: datetime) -> Row:
        """Store the exact bytes that will be sent. Raises LostClaimError."""
        # Only the claim's holder, and only while nothing has left.
        sql = f"""
            UPDATE delivery SET payload = ?, media_type = ?, shown = ?, digest = ?, source = ?, lease = ?, at = ?
            WHERE key = ? AND epoch = ? AND owner = ? AND state = 'claimed'
            {_RETURNING}
        """  # noqa: S608
        values = (
            *(artifact.body, artifact.media_type, artifact.text, artifact.digest, source, stamp(until), stamp(now)),
            *(row.key, row.epoch, row.owner),
        )
        return self._fenced(sql, values, "frozen", now, row)

    def begin(self, row: Row, *, now: datetime, until: datetime, line: Line) -> Row:
        """Say that the bytes may leave from now on. Raises LostClaimError; then they must not.

        ``line`` is the journal's, here as below: it is written with the row, where the journal is a table.
        """
        sql = f"""
            UPDATE delivery SET state = 'sending', attempts = attempts + 1, lease = ?, at = ?
            WHERE key = ? AND epoch = ? AND owner = ? AND state = 'claimed' AND lease > ? AND payload IS NOT NULL
            {_RETURNING}
        """  # noqa: S608
        moment = stamp(now)
        values = (stamp(until), moment, row.key, row.epoch, row.owner, moment)
        return self._fenced(sql, values, "sending", now, row, (line,))

    def holds(self, row: Row, *, now: datetime) -> bool:
        """Whether the claim still stands: the last look before the first byte leaves."""
        found = self.row(row.key)
        return (
            found is not None
            and (found.owner, found.epoch, found.state) == (row.owner, row.epoch, "sending")
            and found.lease is not None
            and found.lease > now
        )

    def settle(self, row: Row, outcome: Outcome, *, now: datetime, lines: Sequence[Line] = ()) -> Row:
        """Record what came of a claim. Raises LostClaimError where the slot has been claimed anew since.

        A receipt that comes after the lease is over still counts: the row may have become ``unconfirmed`` meanwhile.
        """
        match outcome:
            case Published(receipt):
                change: dict[str, object] = {
                    "state": "published",
                    "remote_id": receipt.remote_id,
                    "url": receipt.url,
                    "note": receipt.note,
                    "reason": None,
                    "retry_at": None,
                }
            case Retry(reason, at):
                change = {"state": "retry", "reason": reason, "retry_at": stamp(at)}
            case Rejected(reason):
                change = {"state": "rejected", "reason": reason, "retry_at": None}
            case Held(reason):
                change = {"state": "held", "reason": reason, "retry_at": None}
            case Unconfirmed(reason):
                change = {"state": "unconfirmed", "reason": reason, "retry_at": None}
        # A person's decision to try again is used up by anything but a failure to send.
        if not isinstance(outcome, Retry | Held):
            change["decided"] = 0
        change |= {"lease": None, "at": stamp(now)}
        sets = ", ".join(f"{name} = ?" for name in change)
        sql = f"""
            UPDATE delivery SET {sets}
            WHERE key = ? AND epoch = ? AND state IN ('claimed', 'sending', 'unconfirmed')
            {_RETURNING}
        """  # noqa: S608
        return self._fenced(sql, (*change.values(), row.key, row.epoch), str(change["state"]), now, row, lines)

    # ── everything else ──────────────────────────────────────────────────────────────────────────

    def wait(
        self, slot: Slot, state: DeliveryState, reason: str, *, now: datetime, until: datetime | None = None
    ) -> None:
        """Say why a slot that is due does not go out now; nothing where it is in hand or settled.

        Writes only what differs, so that a slot that waits for days is one write.
        """
        # A row that waits already for the same reason is left alone.
        sql = f"""
            INSERT INTO delivery (key, series, state, due, epoch, attempts, reason, retry_at, decided, at, seal)
            VALUES (?, ?, ?, ?, 0, 0, ?, ?, 0, ?, '')
            ON CONFLICT (key) DO UPDATE SET
                state = excluded.state, due = excluded.due, reason = excluded.reason, retry_at = excluded.retry_at,
                at = excluded.at
            WHERE delivery.state IN {_FREE}
                AND (delivery.state <> excluded.state OR delivery.reason IS NULL OR delivery.reason <> excluded.reason)
            {_RETURNING}
        """  # noqa: S608
        values = (slot.key, slot.series, state, stamp(slot.due), reason, until and stamp(until), stamp(now))
        self._write(sql, values, state, now)

    def free(self, key: str, reason: str, *, now: datetime) -> Row | None:
        """Let a claim go of which nothing has left; None where that is not so."""
        sql = f"""
            UPDATE delivery SET state = 'retry', owner = NULL, lease = NULL, reason = ?, retry_at = ?, at = ?
            WHERE key = ? AND state = 'claimed'
            {_RETURNING}
        """  # noqa: S608
        return self._write(sql, (reason, stamp(now), stamp(now), key), "not-sent", now)

    def take(
        self, key: str, standing: Standing, *, seen: Row | None, now: datetime, lines: Sequence[Line] = ()
    ) -> Row | None:
        """Make a row say what the journal says; None, and nothing, where it has moved on since it was ``seen``."""
        receipt = standing.receipt
        sql = f"""
            INSERT INTO delivery ({_ALL}, seal)
            VALUES (?, ?, ?, ?, 1, ?, NULL, NULL, NULL, NULL, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')
            ON CONFLICT (key) DO UPDATE SET
                state = excluded.state, epoch = delivery.epoch + 1, owner = NULL, lease = NULL,
                attempts = CASE WHEN delivery.attempts > excluded.attempts THEN delivery.attempts
                    ELSE excluded.attempts END,
                payload = CASE WHEN delivery.digest = excluded.digest THEN delivery.payload ELSE NULL END,
                shown = CASE WHEN delivery.digest = excluded.digest THEN delivery.shown ELSE NULL END,
                digest = excluded.digest, source = excluded.source, remote_id = excluded.remote_id,
                url = excluded.url, note = excluded.note, reason = excluded.reason, retry_at = excluded.retry_at,
                decided = excluded.decided, at = excluded.at
            WHERE delivery.epoch = ? AND delivery.state = ?
            {_RETURNING}
        """  # noqa: S608
        state: DeliveryState = "unconfirmed" if standing.state == "sending" else standing.state
        reason = standing.reason
        if standing.state == "sending":
            reason = f"the journal has an attempt of {', '.join(standing.open)} without an outcome: it may be out"
        values = (
            *(key, key.partition("/")[0], state, standing.due and stamp(standing.due), standing.attempts),
            *(standing.digest, standing.source, receipt and receipt.remote_id, receipt and receipt.url),
            *(receipt and receipt.note, reason, standing.retry_at and stamp(standing.retry_at)),
            *(int(standing.decided), stamp(now)),
            *((seen.epoch, seen.state) if seen is not None else (None, None)),
        )
        return self._write(sql, values, "journal", now, lines)

    def remember(self, lines: Collection[Line]) -> None:
        """Keep a journal's lines among the attempts: what another place did, and what a person decided."""
        if lines:
            with self._writing():
                self.note_lines(lines)

    def note_lines(self, lines: Iterable[Line]) -> None:
        """The same within a transaction of somebody else."""
        for line in lines:
            _note(self.connection, line, keeps=self.keeps_journal)

    def sent(self, key: str, *, shown: str, digest: str, source: str | None, now: datetime) -> None:
        """Note the text that is out now, after an update in place."""
        sql = f"""
            UPDATE delivery SET shown = ?, digest = ?, source = ?, at = ? WHERE key = ? AND state = 'published'
            {_RETURNING}
        """  # noqa: S608
        self._write(sql, (shown, digest, source, stamp(now), key), "updated", now)

    def mark(self, name: str) -> str | None:
        """What was noted under a name; None where nothing was."""
        with self._telling():
            found = self.connection.execute("SELECT value FROM mark WHERE name = ?", (name,)).fetchone()
            return None if found is None else str(found[0])

    def moment(self, name: str) -> datetime | None:
        """The moment that was noted under a name, UTC; None where none was, or what was is damaged."""
        try:
            return moment_of(self.mark(name) or "")
        except ValueError:
            return None

    def marks(self, prefix: str) -> dict[str, str]:
        """What was noted under the names that start so, by name."""
        with self._telling():
            return dict(
                self.connection.execute(
                    "SELECT name, value FROM mark WHERE substr(name, 1, ?) = ? ORDER BY name", (len(prefix), prefix)
                )
            )

    def try_writing(self, now: datetime) -> None:
        """Raise LedgerError unless something could be written; nothing is."""
        with self._telling():
            self.database.try_writing(self.connection, stamp(now))

    def put_mark(self, name: str, value: str, *, now: datetime) -> bool:
        """Note something under a name; False where exactly that was noted already."""
        with self._writing() as connection:
            done = connection.execute(
                "INSERT INTO mark (name, value, at) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE "
                "SET value = excluded.value, at = excluded.at WHERE mark.value <> excluded.value",
                (name, value, stamp(now)),
            )
            return bool(done.rowcount)

    def put_marks(self, values: Mapping[str, str], *, now: datetime) -> None:
        """Note several at once."""
        with self._writing() as connection:
            connection.executemany(
                "INSERT INTO mark (name, value, at) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE "
                "SET value = excluded.value, at = excluded.at WHERE mark.value <> excluded.value",
                [(name, value, stamp(now)) for name, value in values.items()],
            )

    def drop_mark(self, name: str) -> None:
        """Forget what was noted under a name."""
        with self._writing() as connection:
            connection.execute("DELETE FROM mark WHERE name = ?", (name,))

    def _fenced(
        self,
        sql: str,
        values: tuple[object, ...],
        event: str,
        now: datetime,
        row: Row,
        lines: Sequence[Line] = (),
    ) -> Row:
        written = self._write(sql, values, event, now, lines)
        if written is None:
            raise LostClaimError(f"{row.key}: its claim has passed to another process; nothing more is written for it")
        return written

    def _write(
        self, sql: str, values: tuple[object, ...], event: str, now: datetime, lines: Sequence[Line] = ()
    ) -> Row | None:
        """Run a statement that returns at most one row, seal that row, and note the event and the journal's lines."""
        with self._writing() as connection:
            found = connection.execute(sql, values).fetchone()
            if found is None:
                return None
            made = seal(tuple(found))
            connection.execute("UPDATE delivery SET seal = ? WHERE key = ?", (made, found[0]))
            row = row_of((*found, made))
            _note(
                connection,
                None,
                at=stamp(now),
                key=row.key,
                attempt=row.attempts,
                event=event,
                claim=row.claim if row.owner else None,
                digest=row.digest,
                remote_id=row.remote_id,
                url=row.url,
                reason=row.reason,
                due=row.due and stamp(row.due),
                until=row.retry_at and stamp(row.retry_at),
                source=row.source,
            )
            if self.keeps_journal:
                for line in lines:
                    _note(connection, line, keeps=True)
            return row

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._telling():
            connection = self.connection
            with self.database.transaction(connection):
                yield connection

    @contextmanager
    def _telling(self) -> Iterator[None]:
        with self.database.telling():
            yield


def _note(connection: Connection, line: Line | None, *, keeps: bool = False, **told: object) -> None:
    if line is not None:
        told = {
            **{
                name: getattr(line, name) for name in ("key", "attempt", "event", "claim", "digest", "remote_id", "url")
            },
            **{name: getattr(line, name) for name in ("reason", "source")},
            "at": stamp(line.at),
            "due": line.due and stamp(line.due),
            "until": line.until and stamp(line.until),
        }
        if keeps:
            told["line"] = True
    names = ", ".join(told)
    marks = ", ".join("?" * len(told))
    connection.execute(f"INSERT INTO attempt ({names}) VALUES ({marks})", tuple(told.values()))  # noqa: S608


def _line_of(values: tuple[object, ...]) -> Line:
    told = {name: value for name, value in zip(_LINE, values, strict=True) if value is not None}
    for name in ("at", "due", "until"):
        if name in told:
            told[name] = moment_of(str(told[name]))
    return Line(**told)  # type: ignore[arg-type]
