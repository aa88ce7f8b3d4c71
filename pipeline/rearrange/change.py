"""A change of files: shown as a difference, then made in one go."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.errors import ContentError
from pipeline.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What files of a project become. Paths are POSIX, relative to its root."""

    #: What is said of it, a sentence a line: which day moves from where to where.
    said: tuple[str, ...]
    #: Bytes by path, of what is new or different.
    written: Mapping[str, bytes]
    #: Where a file goes: its path before and after.
    renamed: Mapping[str, str]

    @property
    def removed(self) -> frozenset[str]:
        """Paths at which there is nothing afterwards."""
        return frozenset(self.renamed) - frozenset(self.written) - frozenset(self.renamed.values())

    def __bool__(self) -> bool:
        """Whether anything is different afterwards."""
        return bool(self.written or self.renamed)


def difference(root: Path, change: Change) -> Iterator[str]:
    """The change as ``git diff`` would show it, line by line."""
    came_from = {after: before for before, after in change.renamed.items()}
    for path in sorted({*change.written, *came_from}):
        before = came_from.get(path, path)
        is_new = path not in came_from and (path in change.renamed or not (root / path).is_file())
        if before != path:
            yield f"rename {before} → {path}"
        elif is_new:
            yield f"new {path}"
        old = _lines(b"" if is_new else (root / before).read_bytes())
        new = _lines(change.written[path]) if path in change.written else old
        came = "/dev/null" if is_new else f"a/{before}"
        yield from difflib.unified_diff(old, new, came, f"b/{path}", n=1, lineterm="")


def apply(root: Path, change: Change) -> None:
    """Make a change. Every file is whole, before or after. Raises ContentError."""
    after = {
        **{path: (root / before).read_bytes() for before, path in change.renamed.items()},
        **change.written,
    }
    made: list[tuple[Path, Path]] = []
    try:
        for path, content in after.items():
            place = root / path
            place.parent.mkdir(parents=True, exist_ok=True)
            beside = place.with_name(f".{place.name}.{os.getpid()}.tmp")
            beside.write_bytes(content)
            made.append((beside, place))
        for beside, place in made:
            beside.replace(place)
        for path in change.removed:
            (root / path).unlink()
            _tidy(root, (root / path).parent)
    except OSError as error:
        for beside, _ in made:
            beside.unlink(missing_ok=True)
        raise ContentError(
            f"{error.filename}: cannot be written: {error.strerror}; look at the files, or take them from git"
        ) from error


def _tidy(root: Path, folder: Path) -> None:
    """Remove folders that hold nothing any more, below those of the series."""
    while folder.parent.parent != root and folder != root:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent


def _lines(data: bytes) -> list[str]:
    return data.decode("utf-8", "replace").splitlines()
