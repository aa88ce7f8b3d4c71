"""The ledger's tables in PostgreSQL, and the steps from each version of them to the next.

The columns are those of SQLite's tables (``schema``), since rows are copied between the two. Text sorts by its bytes,
as there.
"""

from __future__ import annotations

from pipeline.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Tables of a schema, and how they came to be what they are.

    Each step only adds: an older daycast goes on beside a newer one while machines are brought up to date, as long as
    ``reads`` of the newer one covers it.
    """

    #: By version: the statements that lead to it from the one before. Never changed once released.
    steps: tuple[tuple[str, ...], ...]
    #: The oldest version whose daycast works with these tables.
    reads: int

    @property
    def version(self) -> int:
        """The version that these tables are."""
        return len(self.steps)


_STEPS = (
    (
        """
        CREATE TABLE delivery (
            key TEXT COLLATE "C" NOT NULL PRIMARY KEY,
            series TEXT COLLATE "C" NOT NULL,
            state TEXT COLLATE "C" NOT NULL,
            due TEXT COLLATE "C",
            epoch BIGINT NOT NULL,
            attempts BIGINT NOT NULL,
            owner TEXT COLLATE "C",
            lease TEXT COLLATE "C",
            payload BYTEA,
            media_type TEXT,
            shown TEXT,
            digest TEXT,
            source TEXT,
            remote_id TEXT,
            url TEXT,
            note TEXT,
            reason TEXT,
            retry_at TEXT COLLATE "C",
            decided BIGINT NOT NULL,
            at TEXT COLLATE "C" NOT NULL,
            seal TEXT NOT NULL
        )
        """,
        "CREATE INDEX delivery_open ON delivery (key) WHERE state NOT IN ('published', 'skipped', 'withdrawn')",
        "CREATE INDEX delivery_in_hand ON delivery (key) WHERE state IN ('claimed', 'sending')",
        "CREATE INDEX delivery_at ON delivery (at)",
        # Who did what when, and what came of it; the rows of which ``line`` is true are the journal. Never changed.
        """
        CREATE TABLE attempt (
            id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            at TEXT COLLATE "C" NOT NULL,
            key TEXT COLLATE "C" NOT NULL,
            attempt BIGINT NOT NULL,
            event TEXT COLLATE "C" NOT NULL,
            claim TEXT COLLATE "C",
            digest TEXT,
            remote_id TEXT,
            url TEXT,
            reason TEXT,
            due TEXT COLLATE "C",
            until TEXT COLLATE "C",
            source TEXT,
            line BOOLEAN NOT NULL DEFAULT false
        )
        """,
        "CREATE INDEX attempt_key ON attempt (key)",
        "CREATE INDEX attempt_series ON attempt (split_part(key, '/', 1), id) WHERE line",
        "CREATE INDEX attempt_decided ON attempt (id) WHERE line AND claim IS NULL",
        "CREATE INDEX attempt_sent ON attempt (split_part(key, '/', 3), at) WHERE event IN ('sending', 'intent')",
        """
        CREATE FUNCTION attempt_stays() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'append-only' USING ERRCODE = 'integrity_constraint_violation'; END $$
        """,
        """
        CREATE TRIGGER attempt_stays BEFORE UPDATE OR DELETE OR TRUNCATE ON attempt
        FOR EACH STATEMENT EXECUTE FUNCTION attempt_stays()
        """,
        # What the scheduler and the notices remember; worth nothing once it is lost.
        """
        CREATE TABLE mark (
            name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
            value TEXT NOT NULL,
            at TEXT COLLATE "C" NOT NULL
        )
        """,
    ),
)
#: Those of a ledger.
LEDGER = Tables(steps=_STEPS, reads=1)
