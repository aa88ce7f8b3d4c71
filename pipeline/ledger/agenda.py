"""The agenda: every planned slot of every project of a workspace, in one table that tells by an index what is due.

It is made from the files and may be made anew from them at any time; what has been sent only the ledgers tell. A slot
wakes when there is something to do about it. One that is queued is in a job's hands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from pipeline.ledger.postgres import Postgres, Session, migrated, with_schema
from pipeline.ledger.postgres_schema import Tables
from pipeline.records import dataclass

if TYPE_CHECKING:
    from psycopg import Connection as Wire

#: The schema that the projects of a database share.
SCHEMA = "daycast_work"
#: After so long a job that has a slot counts as lost, and another one is made.
LOST = timedelta(minutes=5)
_TICK = 0x6461796361737400  # any number that no other lock has
_STEPS = (
    """
    CREATE TABLE project (
        name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
        sign TEXT,
        looked TIMESTAMPTZ,
        wanted TIMESTAMPTZ,
        told TIMESTAMPTZ,
        trouble TEXT,
        remote TEXT
    )
    """,
    """
    CREATE TABLE slot (
        project TEXT COLLATE "C" NOT NULL REFERENCES project ON DELETE CASCADE,
        key TEXT COLLATE "C" NOT NULL,
        account TEXT COLLATE "C" NOT NULL,
        due TIMESTAMPTZ NOT NULL,
        wake TIMESTAMPTZ,
        queued TIMESTAMPTZ,
        PRIMARY KEY (project, key)
    )
    """,
    "CREATE INDEX slot_wake ON slot (wake) INCLUDE (project, account) WHERE wake IS NOT NULL AND queued IS NULL",
    "CREATE INDEX slot_queued ON slot (project, account) WHERE queued IS NOT NULL",
    'CREATE TABLE mark (name TEXT COLLATE "C" NOT NULL PRIMARY KEY, value TEXT NOT NULL, at TIMESTAMPTZ NOT NULL)',
)
_TABLES = Tables(steps=(_STEPS,), reads=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A slot on the agenda."""

    key: str
    #: Name of the account that it is for; empty for what the site carries.
    account: str
    #: UTC, both; ``wake`` is None where there is nothing to do about it.
    due: datetime
    wake: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a project; the site has an empty name."""

    project: str
    name: str

    @property
    def lock(self) -> str:
        """What only one job at a time may have."""
        return f"{self.project}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """How much there is to do."""

    #: Slots whose moment has come and that no job has, and for how long the oldest of them has waited.
    due: int
    lag: timedelta
    #: Slots that a job has.
    queued: int
    #: Slots that wake some time.
    ahead: int
    #: Since the last tick; None where there was none.
    tick_age: timedelta | None
    #: Projects that cannot be read or built, and why.
    troubles: Mapping[str, str]


class Agenda:
    """The agenda of a database, on a connection of its own. Of one thread."""

    def __init__(self, url: str) -> None:
        """``url`` names the database; its schema does not matter. Raises TablesError where it is not made yet."""
        self.database = Postgres(with_schema(url, SCHEMA), tables=_TABLES)
        self._session: Session = self.database.connect(None)
        try:
            self.database.prepare(self._session)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End the connection."""
        self._session.close()

    def __enter__(self) -> Self:
        """Use it for a block."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the connection."""
        self.close()

    @contextmanager
    def transaction(self) -> Iterator[Wire[tuple[Any, ...]]]:
        """Several changes, all or none; gives the connection, to defer jobs in it. Raises LedgerError."""
        with self.database.telling(), self.database.transaction(self._session):
            yield self._session.raw

    # ── what is planned ──────────────────────────────────────────────────────────────────────────

    def plan(self, project: str, items: Iterable[Item]) -> None:
        """Make the agenda of a project what its files say now. What a job has in hand stays so."""
        wanted = {item.key: item for item in items}
        with self.transaction():
            known = {
                key: (account, due, wake)
                for key, account, due, wake in self._session.execute(
                    "SELECT key, account, due, wake FROM slot WHERE project = ?", (project,)
                )
            }
            gone = [(project, key) for key in known if key not in wanted]
            if gone:
                self._session.executemany("DELETE FROM slot WHERE project = ? AND key = ?", gone)
            changed = [
                (project, item.key, item.account, item.due, item.wake)
                for item in wanted.values()
                if known.get(item.key) != (item.account, item.due, item.wake)
            ]
            if changed:
                self._session.executemany(
                    "INSERT INTO slot (project, key, account, due, wake) VALUES (?, ?, ?, ?, ?) "
                    "ON CONFLICT (project, key) DO UPDATE SET account = excluded.account, due = excluded.due, "
                    "wake = excluded.wake",
                    changed,
                )

    def projects(self, names: Collection[str]) -> None:
        """Let exactly these projects be on the agenda."""
        with self.transaction():
            known = {name for (name,) in self._session.execute("SELECT name FROM project")}
            new = [(name,) for name in names if name not in known]
            gone = [(name,) for name in known if name not in names]
            if new:
                self._session.executemany("INSERT INTO project (name) VALUES (?) ON CONFLICT DO NOTHING", new)
            if gone:
                self._session.executemany("DELETE FROM project WHERE name = ?", gone)

    def tells(self, project: str, now: datetime, every: timedelta) -> bool:
        """Whether it is time to tell a project's people what needs them; then nobody else does for so long."""
        with self.transaction():
            return bool(
                self._session.execute(
                    "UPDATE project SET told = ? WHERE name = ? AND (told IS NULL OR told <= ?)",
                    (now, project, now - every),
                ).rowcount
            )

    def sign(self, project: str) -> str | None:
        """What was seen of a project's files when it was last planned; None where it was not."""
        with self.database.telling():
            found = self._session.execute("SELECT sign FROM project WHERE name = ?", (project,)).fetchone()
            return None if found is None else found[0]

    def trouble(self, project: str) -> str | None:
        """What was wrong with a project when it was last looked at; None where nothing was."""
        with self.database.telling():
            found = self._session.execute("SELECT trouble FROM project WHERE name = ?", (project,)).fetchone()
            return None if found is None else found[0]

    def troubled(self, project: str, trouble: str | None) -> None:
        """Note what is wrong with a project; None where nothing is any more."""
        with self.transaction():
            self._session.execute("UPDATE project SET trouble = ? WHERE name = ?", (trouble, project))

    def unreachable(self, project: str, why: str | None) -> None:
        """Note why the repository of a project cannot be reached; None where it can."""
        with self.transaction():
            self._session.execute("UPDATE project SET remote = ? WHERE name = ?", (why, project))

    def looked(self, project: str, *, sign: str | None, trouble: str | None, now: datetime) -> None:
        """Note a look at a project's files: what was seen, and what is wrong with it."""
        with self.transaction():
            self._session.execute(
                "UPDATE project SET sign = ?, trouble = ?, looked = ?, wanted = NULL WHERE name = ?",
                (sign, trouble, now, project),
            )

    # ── what is due ──────────────────────────────────────────────────────────────────────────────

    def take_due(self, now: datetime, *, each: int, most: int = 2000) -> tuple[Account, ...]:
        """Queue what wakes by now, and give the accounts that it is for, the longest waiting first.

        No account twice while a job has it, and of one project at most ``each`` accounts at a time, so that a large
        tenant leaves room for the small ones. Within a `transaction`.
        """
        found = self._session.execute(
            """
            WITH woken AS (
                SELECT project, account, min(wake) AS wake FROM slot
                WHERE wake <= ? AND queued IS NULL GROUP BY project, account
            ), busy AS (
                SELECT DISTINCT project, account FROM slot WHERE queued IS NOT NULL
            ), ranked AS (
                SELECT project, account, wake, row_number() OVER (PARTITION BY project ORDER BY wake, account) AS rank
                FROM woken WHERE NOT EXISTS (
                    SELECT FROM busy WHERE busy.project = woken.project AND busy.account = woken.account
                )
            ), chosen AS (
                SELECT project, account, wake FROM ranked
                WHERE rank + (SELECT count(*) FROM busy WHERE busy.project = ranked.project) <= ?
                ORDER BY wake LIMIT ?
            ), taken AS (
                UPDATE slot SET queued = ? FROM chosen
                WHERE slot.project = chosen.project AND slot.account = chosen.account
                    AND slot.wake <= ? AND slot.queued IS NULL
            )
            SELECT project, account FROM chosen ORDER BY wake, project, account
            """,
            (now, each, most, now, now),
        )
        return tuple(Account(project, account) for project, account in found)

    def take_unseen(self, now: datetime, every: timedelta) -> tuple[str, ...]:
        """The projects that nobody has looked at for so long, each given once. Within a `transaction`."""
        found = self._session.execute(
            "UPDATE project SET wanted = ? WHERE (looked IS NULL OR looked <= ?) AND (wanted IS NULL OR wanted <= ?) "
            "RETURNING name",
            (now, now - every, now - LOST),
        ).fetchall()
        return tuple(sorted(name for (name,) in found))

    def release_lost(self, now: datetime) -> int:
        """Let go of what a job has had for too long: it is lost. Gives how many slots. Within a `transaction`."""
        return self._session.execute("UPDATE slot SET queued = NULL WHERE queued < ?", (now - LOST,)).rowcount

    def in_hand(self, account: Account, now: datetime) -> tuple[str, ...]:
        """The keys of an account that are queued, and those that have woken since; none where no job has it."""
        with self.database.telling():
            found = self._session.execute(
                "SELECT key, queued IS NOT NULL FROM slot WHERE project = ? AND account = ? "
                "AND (queued IS NOT NULL OR wake <= ?) ORDER BY due, key",
                (account.project, account.name, now),
            ).fetchall()
        return tuple(key for key, _ in found) if any(queued for _, queued in found) else ()

    def settle(self, account: Account, wakes: Mapping[str, datetime | None]) -> None:
        """Let slots go that a job had: each wakes when it says; None where nothing is left to do."""
        with self.transaction():
            self._session.executemany(
                "UPDATE slot SET queued = NULL, wake = ? WHERE project = ? AND key = ?",
                [(wake, account.project, key) for key, wake in wakes.items()],
            )

    def wake_accounts(self, project: str, now: datetime) -> None:
        """Wake what of a project's accounts is due and waits: its site has been looked after, its page may be out."""
        with self.transaction():
            self._session.execute(
                "UPDATE slot SET wake = ? "
                "WHERE project = ? AND account <> '' AND due <= ? AND wake > ? AND queued IS NULL",
                (now, project, now, now),
            )

    def site_first(self, project: str, now: datetime) -> bool:
        """Whether the site of a project is due, or being brought out, and has not been tried: posts come after it."""
        with self.database.telling():
            found = self._session.execute(
                "SELECT 1 FROM slot WHERE project = ? AND account = '' AND (queued IS NOT NULL OR wake <= ?) LIMIT 1",
                (project, now),
            ).fetchone()
            return found is not None

    # ── how it stands ────────────────────────────────────────────────────────────────────────────

    def alone(self) -> None:
        """Let no other tick run meanwhile. Within a `transaction`."""
        self._session.execute("SELECT pg_advisory_xact_lock(?)", (_TICK,))

    def note_tick(self, now: datetime) -> None:
        """Note that somebody looked at what is due. Within a `transaction`."""
        self._session.execute(
            "INSERT INTO mark (name, value, at) VALUES ('tick', '', ?) "
            "ON CONFLICT (name) DO UPDATE SET at = greatest(mark.at, excluded.at)",
            (now,),
        )

    def depth(self, now: datetime) -> Depth:
        """How much there is to do."""
        with self.database.telling():
            due, oldest = self._session.execute(
                "SELECT count(*), min(wake) FROM slot WHERE wake <= ? AND queued IS NULL", (now,)
            ).fetchone()
            queued = self._session.execute("SELECT count(*) FROM slot WHERE queued IS NOT NULL").fetchone()[0]
            ahead = self._session.execute(
                "SELECT count(*) FROM slot WHERE wake > ? AND queued IS NULL", (now,)
            ).fetchone()[0]
            tick = self._session.execute("SELECT at FROM mark WHERE name = 'tick'").fetchone()
            troubles = dict(
                self._session.execute(
                    "SELECT name, concat_ws('; ', remote, trouble) FROM project "
                    "WHERE trouble IS NOT NULL OR remote IS NOT NULL ORDER BY name"
                )
            )
        return Depth(
            due=due,
            lag=now - oldest if oldest is not None else timedelta(),
            queued=queued,
            ahead=ahead,
            tick_age=None if tick is None else now - tick[0],
            troubles=troubles,
        )


def migrate(url: str) -> bool:
    """Make the agenda in a database, or bring it to this version. Gives whether there was something to do.

    Raises LedgerError.
    """
    before, now = migrated(with_schema(url, SCHEMA), _TABLES)
    return before != now
