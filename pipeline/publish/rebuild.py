"""Make the ledger anew from the journals."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pipeline import host
from pipeline.errors import ConfigError, LedgerError
from pipeline.last_good import FOLDER
from pipeline.ledger.connect import place_of
from pipeline.ledger.database import is_shared
from pipeline.ledger.journal import path_of
from pipeline.ledger.store import Ledger
from pipeline.project import Project
from pipeline.publish import presence
from pipeline.publish.run import check_journals, reconcile
from pipeline.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What a rebuild made."""

    slots: int
    journals: int
    #: The ledger that was there before; None where there was none.
    kept: Path | None


def rebuild(project: Project, now: datetime) -> Rebuilt:
    """Put a ledger made from the journals in the place of the one that is there, which is kept beside it.

    Raises LedgerError where a journal is damaged, a scheduler runs, or the disk refuses; ConfigError where the journal
    is a table beside the ledger.
    """
    if is_shared(project.config.ledger.url):
        raise ConfigError(
            "[ledger] url names a database, whose journal is a table of it, so there is nothing to make it anew from; "
            "restore it from its backup, or bring a ledger into an empty one with 'daycast ledger copy'"
        )
    check_journals(project)
    place = place_of(project.config.ledger.url, project.home)
    with host.held(project.home / FOLDER / "scheduler.lock") as free:
        if not free:
            raise LedgerError("a scheduler runs for this project; stop it, then rebuild the ledger")
        kept = aside(place)
        ledger = Ledger(project.config.ledger.url, project.home)
        try:
            with presence.present(project.home, None, ledger) as owner:
                reconcile(project, ledger, owner, now)
                slots = len(ledger.rows())
        finally:
            ledger.close()
    journals = sum(path_of(project.home, series.folder).is_file() for series in project.series)
    return Rebuilt(slots=slots, journals=journals, kept=kept)


def aside(place: Path) -> Path | None:
    """Move a ledger and its companions out of the way. Gives where it is now."""
    if not place.exists():
        return None
    number = 1
    while (kept := place.with_name(f"{place.name}.old-{number}")).exists():
        number += 1
    try:
        for ending in ("", "-wal", "-shm"):
            part = place.with_name(place.name + ending)
            if part.exists():
                part.replace(kept.with_name(kept.name + ending))
    except OSError as error:
        raise LedgerError(f"{place}: cannot be moved aside: {error.strerror}") from error
    return kept
