"""Write artifacts into ``output/``: whole or not at all, only what differs, nothing outside, nothing foreign touched.

What was written is listed in ``output/.daycast-files``; a listed file that a later build does not write is
removed, with the folders it leaves empty. Everything else in ``output/`` belongs to somebody else. A new file is
listed before it is made, so that a run that is killed leaves nothing that the next one would not know as its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from pipeline.errors import RenderError

LISTING = ".daycast-files"
_TEMPORARY = ".daycast-writing"


class Output:
    """One run's view of an output folder: collect writes, then ``finish``."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when the first file is written."""
        self._folder = folder
        self._written: set[str] = set()
        self._folders: set[str] = set()
        self._before = self._listed()
        #: Paths (POSIX, below the folder) whose bytes are new in this run.
        self.changed: list[str] = []
        #: How many files already held the right bytes.
        self.unchanged = 0
        #: Paths removed because nothing makes them any more.
        self.removed: list[str] = []

    def write(self, path: str, content: bytes) -> bool:
        """Make the file at ``path`` (POSIX, below the folder) hold ``content``; True if it did not before.

        Raises RenderError for a path outside the folder and for a disk that refuses.
        """
        place = self._place(path)
        self._written.add(path)
        try:
            if _holds(place, content):
                self.unchanged += 1
                return False
            if path not in self._before:
                self._announce(path)
            self._replace(place, content)
        except OSError as error:
            raise RenderError(f"{self._folder.name}/{path}: cannot be written: {error.strerror}") from error
        self.changed.append(path)
        return True

    def keep(self, path: str) -> None:
        """Count a file as still wanted although this run does not write it."""
        if path in self._before:
            self._written.add(path)

    def owned(self) -> Iterable[str]:
        """The paths that are listed as ours: what earlier runs wrote, and after ``finish`` what is there now."""
        return sorted(self._before)

    def finish(self, *, remove_stale: bool = True) -> None:
        """Remove own files that are no longer made (unless told not to) and remember what is."""
        stale = self._before - self._written
        if remove_stale:
            for path in sorted(stale):
                self._remove(path)
            listed = self._written
        else:
            listed = self._before | self._written
        if listed != self._before or not (self._folder / LISTING).is_file():
            text = "".join(f"{path}\n" for path in sorted(listed))
            self._folder.mkdir(parents=True, exist_ok=True)
            self._replace(str(self._folder / LISTING), text.encode())
        self._before = listed

    def _listed(self) -> set[str]:
        try:
            text = (self._folder / LISTING).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return set()
        return {line for line in text.splitlines() if _is_inside(line)}

    def _announce(self, path: str) -> None:
        with open(self._folder / LISTING, "ab") as file:
            file.write(f"{path}\n".encode())

    def _replace(self, place: str, content: bytes) -> None:
        temporary = self._folder / _TEMPORARY
        with open(temporary, "wb") as file:
            file.write(content)
        os.replace(temporary, place)

    def _place(self, path: str) -> str:
        if not _is_inside(path):
            raise RenderError(
                f"'{path}' would be written outside {self._folder.name}/; change the slug or alias behind it"
            )
        head, _, name = path.rpartition("/")
        folder = os.path.join(self._folder, *head.split("/")) if head else str(self._folder)
        if folder not in self._folders:
            try:
                os.makedirs(folder, exist_ok=True)
            except OSError as error:
                raise RenderError(
                    f"{self._folder.name}/{head}: cannot be made: {error.strerror}; a file of that name may stand there"
                ) from error
            real, base = os.path.realpath(folder), os.path.realpath(self._folder)
            if real != base and not real.startswith(base + os.sep):
                raise RenderError(
                    f"{self._folder.name}/{head} is a link that leads out of {self._folder.name}/; remove it"
                )
            self._folders.add(folder)
        return os.path.join(folder, name)

    def _remove(self, path: str) -> None:
        place = os.path.join(self._folder, *path.split("/"))
        base = os.path.realpath(self._folder)
        if not os.path.realpath(os.path.dirname(place)).startswith(base):
            return
        try:
            os.remove(place)
        except FileNotFoundError:
            return
        except OSError as error:
            raise RenderError(f"{self._folder.name}/{path}: cannot be removed: {error.strerror}") from error
        self.removed.append(path)
        for parent in PurePosixPath(path).parents:
            if str(parent) == ".":
                break
            try:
                os.rmdir(os.path.join(self._folder, *parent.parts))
            except OSError:
                break  # not empty: somebody else's files, or ours that stay


def _is_inside(path: str) -> bool:
    parts = path.split("/")
    return bool(path) and not any(part in ("", ".", "..") for part in parts) and "\\" not in path and "\0" not in path


def _holds(place: str, content: bytes) -> bool:
    try:
        with open(place, "rb") as file:
            if os.fstat(file.fileno()).st_size != len(content):
                return False
            return file.read() == content
    except FileNotFoundError:
        return False
