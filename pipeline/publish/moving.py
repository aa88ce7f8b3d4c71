"""Move a ledger between its file and PostgreSQL, with the journal: files on one side, a table on the other."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Literal

from pipeline import host
from pipeline.errors import ConfigError, LedgerError
from pipeline.last_good import FOLDER
from pipeline.ledger.connect import place_of
from pipeline.ledger.copy import Copied, is_empty
from pipeline.ledger.copy import copy as copy_ledger
from pipeline.ledger.database import is_shared
from pipeline.ledger.journal import append, joined, path_of, read, rewrite
from pipeline.ledger.lines import Line
from pipeline.ledger.postgres import Postgres, migrated
from pipeline.ledger.store import MOVED, Ledger
from pipeline.project import Project
from pipeline.publish import presence
from pipeline.publish.rebuild import aside
from pipeline.publish.run import check_journals, check_ledger, lines_of, reconcile


def migrate(url: str) -> tuple[int, int]:
    """Make or update the tables of a ledger in PostgreSQL. Gives the version before, 0 for none, and the one now.

    Raises ConfigError where the ledger is a file, which is brought up to date whenever it is opened; LedgerError.
    """
    if not is_shared(url):
        raise ConfigError("[ledger] url names a file, whose tables are made and updated whenever it is opened")
    return migrated(url)


def copy(project: Project, url: str, now: datetime) -> Copied:
    """Copy a project's ledger into the database of ``url``, whose tables are made where there are none.

    A ledger that has moved away from there before gives way. What was copied from says where it went, and nothing is
    sent from it again. Raises LedgerError where something is being sent, the target holds another ledger, or either
    cannot be read or written; then nothing is copied.
    """
    here = project.config.ledger.url
    if url == here:
        raise ConfigError("the URL to copy to is the ledger's own")
    with host.held(project.home / FOLDER / "scheduler.lock") as free:
        if not free:
            raise LedgerError("a scheduler runs for this project; stop it, then copy the ledger")
        source = Ledger(here, project.home)
        try:
            with presence.present(project.home, None, source) as owner:
                target = _target(project, url)
                try:
                    if source.mark(MOVED) != target.database.address:  # else it was cut off half-way: once more
                        check_ledger(source, now)
                    reconcile(project, source, owner, now)
                    copied = copy_ledger(source, target, journal=partial(_lines, project, source), now=now)
                finally:
                    target.close()
                if source.keeps_journal and not is_shared(url):
                    export(project)
                    _tell(project, "copied-back", "", now)
                elif not source.keeps_journal and is_shared(url):
                    _tell(project, "copied-away", target.database.address, now)
                return copied
        finally:
            source.close()


def _tell(project: Project, event: Literal["copied-away", "copied-back"], where: str, now: datetime) -> None:
    """Say in the journals' files where the ledger is: other machines have no other word of it."""
    for series in project.series:
        line = Line(at=now, event=event, key=series.id, reason=where or None)
        append(path_of(project.home, series.folder), [line], lock=project.home / FOLDER / "journal.lock")


def _lines(project: Project, source: Ledger) -> tuple[Line, ...]:
    return joined(lines_of(source, project.home, series) for series in project.series)


def _target(project: Project, url: str) -> Ledger:
    """The ledger to copy into, made where there is none; empty, unless it holds one that has not moved away."""
    if is_shared(url):
        migrated(url)
    target = Ledger(url, project.home)
    if is_empty(target) or target.mark(MOVED) is None:
        return target
    target.close()
    if is_shared(url):
        database = Postgres(url)
        with database.telling():
            connection = database.connect(None)
            try:
                database.put_aside(connection)
            finally:
                connection.close()
        migrated(url)
    else:
        aside(place_of(url, project.home))
    return Ledger(url, project.home)


def export(project: Project) -> tuple[tuple[str, int], ...]:
    """Write each series' ``receipts.jsonl`` as the database's journal has it. Gives the paths, and how many lines.

    A line that only the file has stays. Raises ConfigError where the journals are files already; LedgerError.
    """
    if not is_shared(project.config.ledger.url):
        raise ConfigError("the journals of this ledger are receipts.jsonl files already; there is nothing to export")
    ledger = Ledger(project.config.ledger.url, project.home)
    written = []
    try:
        check_journals(project)
        for series in project.series:
            path = path_of(project.home, series.folder)
            lines = ledger.journal(series.id)
            known = set(lines)
            lines = (*(line for line in read(path, series=series.id) if line not in known), *lines)
            if lines:
                rewrite(path, lines, lock=project.home / FOLDER / "journal.lock")
                written.append((path.relative_to(project.home).as_posix(), len(lines)))
    finally:
        ledger.close()
    return tuple(written)
