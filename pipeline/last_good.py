"""Remember the last good text of every source file, so that a broken one takes nothing off the site.

A SQLite file at ``.daycast/last-good.db``. It is safe to delete: then a broken entry has no earlier version
until it has been good once more.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from pipeline.digests import blake2b
from pipeline.errors import PipelineError

FOLDER = ".daycast"
FILE = "last-good.db"


class LastGood:
    """The store of one project. Opened on the first question or answer, not before."""

    def __init__(self, root: Path) -> None:
        """``root`` is the project's."""
        self._path = root / FOLDER / FILE

    def text(self, path: str) -> bytes | None:
        """The last good bytes of a source file (POSIX path below the root); None where there are none."""
        if not self._path.is_file():
            return None
        import sqlite3

        try:
            with closing(sqlite3.connect(self._path)) as store:
                row = store.execute("SELECT text FROM source WHERE path = ?", (path,)).fetchone()
            return None if row is None else zlib.decompress(row[0])
        except (sqlite3.DatabaseError, zlib.error):
            return None  # a damaged store is one that knows nothing: the file itself is reported as broken

    def below(self, folder: str) -> dict[str, bytes]:
        """The last good bytes of every source file below a folder (POSIX path), by path, there still or not."""
        if not self._path.is_file():
            return {}
        import sqlite3

        try:
            with closing(sqlite3.connect(self._path)) as store:
                rows = store.execute(
                    "SELECT path, text FROM source WHERE substr(path, 1, ?) = ? ORDER BY path",
                    (len(folder) + 1, f"{folder}/"),
                ).fetchall()
            return {path: zlib.decompress(text) for path, text in rows}
        except (sqlite3.DatabaseError, zlib.error):
            return {}

    def remember(self, good: Mapping[str, bytes], present: frozenset[str]) -> None:
        """Keep the files that are good now, and forget those that are not ``present`` any more.

        Raises PipelineError where ``.daycast/`` cannot be written.
        """
        import sqlite3  # a millisecond that a look at what is there does not need

        digests = {path: blake2b(text, digest_size=16).digest() for path, text in good.items()}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._store(good, digests, present)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                self._path.unlink()  # damaged, not locked or full: begin anew
                self._store(good, digests, present)
        except (OSError, sqlite3.Error) as error:
            raise PipelineError(f"{FOLDER}/{FILE}: cannot be written: {error}") from error

    def _store(self, good: Mapping[str, bytes], digests: Mapping[str, bytes], present: frozenset[str]) -> None:
        import sqlite3

        with closing(sqlite3.connect(self._path, timeout=30)) as store, store:
            store.execute(
                "CREATE TABLE IF NOT EXISTS source (path TEXT PRIMARY KEY, digest BLOB, text BLOB) WITHOUT ROWID"
            )
            known = dict(store.execute("SELECT path, digest FROM source"))
            changed = [(path, digest) for path, digest in digests.items() if known.get(path) != digest]
            store.executemany(
                "INSERT INTO source VALUES (?, ?, ?) "
                "ON CONFLICT (path) DO UPDATE SET digest = excluded.digest, text = excluded.text",
                [(path, digest, zlib.compress(good[path], 1)) for path, digest in changed],
            )
            store.executemany("DELETE FROM source WHERE path = ?", [(path,) for path in known if path not in present])
