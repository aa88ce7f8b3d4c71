"""The tables, and the steps from each version of them to the next.

Those of a ledger in PostgreSQL have the same columns (``postgres_schema``), since rows are copied between the two.
"""

from __future__ import annotations

#: By version: the statements that lead to it from the one before. Never changed once released.
MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        # One row a slot: where it stands, who has it, what exactly is sent and what came of it.
        """
        CREATE TABLE delivery (
            key TEXT NOT NULL PRIMARY KEY,
            series TEXT NOT NULL,
            state TEXT NOT NULL,
            due TEXT,
            epoch BIGINT NOT NULL,
            attempts BIGINT NOT NULL,
            owner TEXT,
            lease TEXT,
            payload BYTEA,
            media_type TEXT,
            shown TEXT,
            digest TEXT,
            source TEXT,
            remote_id TEXT,
            url TEXT,
            note TEXT,
            reason TEXT,
            retry_at TEXT,
            decided BIGINT NOT NULL,
            at TEXT NOT NULL,
            seal TEXT NOT NULL
        )
        """,
        "CREATE INDEX delivery_state ON delivery (state, lease)",
        "CREATE INDEX delivery_at ON delivery (at)",
        # Who did what when, and what came of it. Never changed.
        """
        CREATE TABLE attempt (
            id INTEGER PRIMARY KEY,
            at TEXT NOT NULL,
            key TEXT NOT NULL,
            attempt BIGINT NOT NULL,
            event TEXT NOT NULL,
            claim TEXT,
            digest TEXT,
            remote_id TEXT,
            url TEXT,
            reason TEXT,
            due TEXT,
            until TEXT,
            source TEXT
        )
        """,
        "CREATE INDEX attempt_key ON attempt (key)",
        "CREATE TRIGGER attempt_stays BEFORE UPDATE ON attempt BEGIN SELECT RAISE(ABORT, 'append-only'); END",
        "CREATE TRIGGER attempt_lasts BEFORE DELETE ON attempt BEGIN SELECT RAISE(ABORT, 'append-only'); END",
        # What the scheduler and the notices remember; worth nothing once it is lost.
        "CREATE TABLE mark (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL, at TEXT NOT NULL)",
    ),
)
VERSION = len(MIGRATIONS)
