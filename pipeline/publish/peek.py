"""Look at ledger and journals without touching them: on a copy that is thrown away, or taking back every write."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.ledger.connect import place_of
from pipeline.ledger.database import is_shared
from pipeline.ledger.store import Ledger
from pipeline.ledger.sync import apply, difference
from pipeline.project import Project
from pipeline.publish.presence import at_work
from pipeline.publish.run import check_journals


@contextmanager
def peeked(project: Project, now: datetime) -> Iterator[Ledger]:
    """A copy of the ledger that knows what the journals know. Raises LedgerError where they are damaged."""
    if is_shared(project.config.ledger.url):
        ledger = Ledger(project.config.ledger.url, project.home, trial=True)
        try:
            yield ledger
        finally:
            ledger.close()
        return
    check_journals(project)
    place = place_of(project.config.ledger.url, project.home)
    with TemporaryDirectory(prefix="daycast-") as folder:
        copy = Path(folder) / "ledger.db"
        for ending in ("", "-wal"):
            source = place.with_name(place.name + ending)
            if source.is_file():
                shutil.copyfile(source, copy.with_name(copy.name + ending))
        ledger = Ledger(f"sqlite:///{copy}", Path(folder))
        try:
            apply(ledger, difference(project.book, ledger.each(), busy=at_work(project.home)), now=now)
            yield ledger
        finally:
            ledger.close()
