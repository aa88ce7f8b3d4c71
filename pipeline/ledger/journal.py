"""Keep each series' journal, ``receipts.jsonl``: append-only, synced to disk, made to be committed to git.

An event is in the file before what it announces happens. A writer that dies leaves at most one torn last line: it is
not read, and the next writer takes it away. A line within the file that cannot be read is damage: nothing is sent
until a person has looked.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from io import RawIOBase
from pathlib import Path

from pipeline import host
from pipeline.errors import LedgerError
from pipeline.ledger.lines import Line, parsed, written

FILE = "receipts.jsonl"
#: Bytes that must be free before an intent is written: room for its outcome as well, and for the ledger's own pages.
ROOM = 256 * 1024


def path_of(root: Path, folder: str) -> Path:
    """The journal of the series in ``folder`` (POSIX path below the root)."""
    return root / folder / FILE


def read(path: Path, *, series: str | None = None, damaged: bool = False) -> tuple[Line, ...]:
    """The lines of a journal, in the file's order; none where there is no file.

    ``series`` is the id that every line must name. ``damaged`` gives what can still be read, to show what is out; never
    to send by. Raises LedgerError, with file and line, for damage.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise LedgerError(f"{_short(path)}: cannot be read: {error.strerror}; nothing is sent until it can") from error
    lines = []
    rows = data.split(b"\n")
    for number, row in enumerate(rows, 1):
        if not row.strip():
            continue
        try:
            line = parsed(row)
        except LedgerError as error:
            if damaged:
                continue
            if number == len(rows):
                break  # torn: what it was about did not happen yet, or the ledger has it
            remedy = (
                "settle the merge" if row.startswith((b"<<<<<<<", b"=======", b">>>>>>>")) else "restore it from git"
            )
            raise LedgerError(f"{_short(path)}:{number}: {error}; nothing is sent until you {remedy}") from error
        if series is not None and line.series != series and not damaged:
            raise LedgerError(
                f"{_short(path)}:{number}: is about the series '{line.series}', but the id in _index.md is '{series}'; "
                f"write id: {line.series} again, or move the journal to its series"
            )
        lines.append(line)
    return tuple(lines)


def append(path: Path, lines: Sequence[Line], *, lock: Path) -> None:
    """Write lines at the end and sync them to disk; all of them or none.

    ``lock`` is the lock file that writers of this project's journals share. Raises LedgerError where the disk refuses;
    then the file is as it was.
    """
    data = b"".join(written(line) for line in lines)
    try:
        with host.locked(lock):
            new = not path.exists()
            with open(path, "r+b" if not new else "x+b", buffering=0) as file:
                end, before = _whole(file.read())
                try:
                    file.seek(end)
                    _write(file, before + data)
                    file.truncate()
                    os.fsync(file.fileno())
                    if new:
                        host.sync_folder(path.parent)
                except OSError:
                    file.truncate(end)
                    raise
    except OSError as error:
        raise LedgerError(
            f"{_short(path)}: cannot be written: {error.strerror}; "
            "nothing is sent until it can, then it goes out by itself"
        ) from error


def rewrite(path: Path, lines: Iterable[Line], *, lock: Path) -> None:
    """Put a file with exactly these lines in its place, synced. Raises LedgerError; then the file is as it was."""
    data = b"".join(written(line) for line in lines)
    made = path.with_name(f"{path.name}.new")
    try:
        with host.locked(lock):
            with open(made, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            made.replace(path)
            host.sync_folder(path.parent)
    except OSError as error:
        made.unlink(missing_ok=True)
        raise LedgerError(f"{_short(path)}: cannot be written: {error.strerror}") from error


def take_back(path: Path, line: Line, *, lock: Path) -> bool:
    """Take away the last line, if it is this one: for a disk that has no room to say that nothing came of it.

    False where it is not the last, or the disk refuses.
    """
    data = written(line)
    try:
        with host.locked(lock), open(path, "r+b", buffering=0) as file:
            if not file.read().endswith(data):
                return False
            file.truncate(path.stat().st_size - len(data))
            os.fsync(file.fileno())
    except OSError:
        return False
    return True


def room(*folders: Path) -> None:
    """Raise LedgerError unless each folder's disk has room for an intent, its outcome and the ledger."""
    for folder in folders:
        free = host.free_bytes(folder)
        if free is not None and free < ROOM:
            raise LedgerError(
                f"{folder}: the disk is full ({free:,} bytes free); nothing is sent until there is room, "
                "then it goes out by itself"
            )


def joined(journals: Iterable[tuple[Line, ...]]) -> tuple[Line, ...]:
    """The lines of several journals."""
    return tuple(line for journal in journals for line in journal)


def _write(file: RawIOBase, data: bytes) -> None:
    while data:
        data = data[file.write(data) or 0 :]


def _whole(data: bytes) -> tuple[int, bytes]:
    """Where the whole lines end, and what must stand before the next one: a newline that an editor took."""
    end = data.rfind(b"\n") + 1
    if end == len(data):
        return end, b""
    try:
        parsed(data[end:])
    except LedgerError:
        return end, b""
    return len(data), b"\n"


def _short(path: Path) -> str:
    return "/".join(path.parts[-3:])
