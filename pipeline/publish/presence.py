"""Say who publishes, and find out who has ended without saying so.

Each run holds a lock file of its own, ``.daycast/runs/<owner>``. The lock dies with the process, so a lock that can be
taken is a run that is gone, and what it had claimed is free at once. Where the file cannot be seen (another machine),
only the end of the lease tells. A database that many machines share tells by its connections instead: a run that has
none is gone, or cut off, and then its claim no longer fences anybody out.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from pipeline import host
from pipeline.errors import LedgerError
from pipeline.last_good import FOLDER
from pipeline.ledger.connect import AGAIN
from pipeline.ledger.store import Ledger


def runs(home: Path) -> Path:
    """The folder of the lock files."""
    return home / FOLDER / "runs"


@contextmanager
def present(home: Path, name: str | None, ledger: Ledger) -> Iterator[str]:
    """Be somebody for the length of a block; gives the owner's name, which no other run has.

    Raises LedgerError where that cannot be written down.
    """
    owner = f"{name or host.machine()}-{os.getpid()}-{secrets.token_hex(2)}"
    ledger.work_as(owner)
    path = runs(home) / owner
    with ExitStack() as stack:
        try:
            if ledger.keeps_journal:
                (home / FOLDER).mkdir(exist_ok=True)
            else:
                stack.enter_context(host.held(path))
        except OSError as error:
            raise LedgerError(f"{path}: cannot be written: {error.strerror}; {AGAIN}") from error
        yield owner
        # Only a run that ended well takes its file away: of any other, the lock that can be taken tells.
        with suppress(OSError):
            path.unlink(missing_ok=True)


def gone(home: Path, owners: Collection[str]) -> frozenset[str]:
    """Those owners that have certainly ended."""
    found = set()
    for owner in owners:
        path = runs(home) / owner
        if not path.is_file():
            continue
        with suppress(OSError), host.held(path) as free:
            if free:
                found.add(owner)
    return frozenset(found)


def sweep(home: Path, keep: Collection[str]) -> None:
    """Take away the files of runs that have ended, but for those whose claims are still to be settled."""
    for owner in gone(home, _known(home) - set(keep)):
        with suppress(OSError):
            (runs(home) / owner).unlink(missing_ok=True)


def at_work(home: Path, me: str = "") -> frozenset[str]:
    """The other owners that are certainly running."""
    others = _known(home) - {me}
    return frozenset(others - gone(home, others))


def _known(home: Path) -> set[str]:
    folder = runs(home)
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()
