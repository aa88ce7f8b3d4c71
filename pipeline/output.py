"""Write artifacts into ``output/``: whole or not at all, only what differs, nothing outside, nothing foreign touched.

What was written is listed in ``output/.daycast-files``; a listed file that a later build does not write is
removed, with the folders it leaves empty. Everything else in ``output/`` belongs to somebody else. A new file is
listed before it is made, so that a run that is killed leaves nothing that the next one would not know as its own.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

from pipeline.errors import RenderError
from pipeline.records import dataclass

#: The folder that artifacts are written to, and what is below it beside one folder for each account.
OUTPUT, SITE, DRAFTS, BOOKS, SHARED = "output", "site", "drafts", "books", "share"
LISTING = ".daycast-files"
_TEMPORARY = ".daycast-writing"
#: Where none of this is, every line of a listing names a place inside.
_SUSPECT = ("//", "\\", "\0", "/.", "./", "\n.", "\n/", "/\n", "\n\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What was done below an output folder: paths are POSIX, and relative to it."""

    #: Each file that is as it should be: its time in nanoseconds and its size in bytes.
    written: Mapping[str, tuple[int, int]]
    #: Those whose bytes are new.
    changed: tuple[str, ...]


class Output:
    """One run's view of an output folder: collect writes, then ``finish``."""

    def __init__(self, folder: Path, *, worker: int = 0) -> None:
        """``folder`` is made when the first file is written. Runs side by side have a ``worker`` number each."""
        self._folder = folder
        self._top = os.path.join(folder, "")
        self._temporary = os.path.join(folder, _TEMPORARY + (f"-{worker}" if worker else ""))
        self._written: dict[str, tuple[int, int]] = {}
        self._folders: set[str] = set()
        self._before = self._listed()
        self._announced: set[str] = set()
        #: Paths (POSIX, below the folder) whose bytes are new in this run.
        self.changed: list[str] = []
        #: Paths removed because nothing makes them any more.
        self.removed: list[str] = []

    def beside(self, worker: int) -> Output:
        """The same folder for another process of this run, with a number of its own."""
        return Output(self._folder, worker=worker)

    @property
    def unchanged(self) -> int:
        """How many files already held the right bytes."""
        return len(self._written) - len(self.changed)

    @property
    def written(self) -> Mapping[str, tuple[int, int]]:
        """Each file that is as it should be: its time in nanoseconds and its size in bytes."""
        return self._written

    def announce(self, paths: Iterable[str]) -> None:
        """List what is about to be written, all at once, which is cheaper than one by one. Raises RenderError."""
        new = [path for path in paths if path not in self._before and path not in self._announced and _is_inside(path)]
        if new:
            self._announced.update(new)
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                with open(self._top + LISTING, "ab") as file:
                    file.write("".join(f"{path}\n" for path in new).encode())
            except OSError as error:
                raise RenderError(f"{self._folder.name}/{LISTING}: cannot be written: {error.strerror}") from error

    def write(self, path: str, content: bytes) -> bool:
        """Make the file at ``path`` (POSIX, below the folder) hold ``content``; True if it did not before.

        Raises RenderError for a path outside the folder and for a disk that refuses.
        """
        place, is_new = self._place(path)
        try:
            held = None if is_new else _held(place, content)
            if held is not None:
                self._written[path] = held
                return False
            self.announce((path,))
            self._written[path] = self._replace(place, content)
        except OSError as error:
            raise RenderError(f"{self._folder.name}/{path}: cannot be written: {error.strerror}") from error
        self.changed.append(path)
        return True

    def stands(self, files: Mapping[str, tuple[int, int]]) -> bool:
        """Whether files of an earlier run are there as it left them; then they count as written in this one."""
        try:
            for path, (changed, size) in files.items():
                found = os.lstat(self._top + path)
                if found.st_mtime_ns != changed or found.st_size != size:
                    return False
        except OSError:
            return False
        self._written.update(files)
        return True

    def keep(self, path: str) -> None:
        """Count a file as still wanted although this run does not write it."""
        if path in self._before and path not in self._written:
            try:
                found = os.lstat(self._top + path)
            except OSError:
                return
            self._written[path] = (found.st_mtime_ns, found.st_size)

    def join(self, work: Work) -> None:
        """Count what another process has done in the same run."""
        self._written.update(work.written)
        self._announced.update(work.changed)
        self.changed += work.changed

    def work(self) -> Work:
        """What this process has done."""
        return Work(written=dict(self._written), changed=tuple(self.changed))

    def owned(self) -> Iterable[str]:
        """The paths that are listed as ours: what earlier runs wrote, and after ``finish`` what is there now."""
        return sorted(self._before)

    def finish(self, *, remove_stale: bool = True) -> None:
        """Remove own files that are no longer made (unless told not to) and remember what is."""
        written = set(self._written)
        if remove_stale:
            for path in sorted((self._before | self._announced) - written):
                self._remove(path)
            listed = written
        else:
            listed = self._before | written
        if listed != self._before or self._announced or not os.path.isfile(self._top + LISTING):
            text = "".join(f"{path}\n" for path in sorted(listed))
            self._folder.mkdir(parents=True, exist_ok=True)
            self._replace(self._top + LISTING, text.encode())
        self._before = listed
        self._tidy()

    def _tidy(self) -> None:
        """Remove what a run that was killed was about to put in its place."""
        try:
            for name in os.listdir(self._folder):
                if name.startswith(_TEMPORARY):
                    os.remove(self._top + name)
        except OSError:
            return  # nobody sees it, and the next run tries again

    def _listed(self) -> set[str]:
        try:
            text = (self._folder / LISTING).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            return set()
        lines = text.splitlines()
        if any(sign in f"\n{text}" for sign in _SUSPECT):
            lines = [line for line in lines if _is_inside(line)]
        return set(lines)

    def _replace(self, place: str, content: bytes) -> tuple[int, int]:
        handle = os.open(self._temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o666)
        try:
            done = os.write(handle, content)
            while done < len(content):
                done += os.write(handle, content[done:])
            made = os.fstat(handle)
        finally:
            os.close(handle)
        os.replace(self._temporary, place)
        return made.st_mtime_ns, made.st_size

    def _place(self, path: str) -> tuple[str, bool]:
        """Where a file is, and whether its folder was made just now, so that it cannot be there."""
        if not _is_inside(path):
            raise RenderError(
                f"'{path}' would be written outside {self._folder.name}/; change the slug or alias behind it"
            )
        head = path.rpartition("/")[0]
        return self._top + path, head not in self._folders and self._make(head)

    def _make(self, folder: str) -> bool:
        """Make a folder (POSIX path below ours) and those above it. Gives whether it was not there before."""
        if folder in self._folders:
            return False
        place = (self._top + folder) if folder else str(self._folder)
        if folder:
            self._make(folder.rpartition("/")[0])
        try:
            if folder:
                os.mkdir(place)
            else:
                os.makedirs(place)
            is_new = True
        except FileExistsError:
            is_new = False
        except OSError as error:
            raise self._in_the_way(folder, error.strerror) from error
        if not is_new:
            found = os.lstat(place)
            if stat.S_ISLNK(found.st_mode) and folder:
                real, base = os.path.realpath(place), os.path.realpath(self._folder)
                if not real.startswith(base + os.sep):
                    raise RenderError(
                        f"{self._folder.name}/{folder} is a link that leads out of {self._folder.name}/; remove it"
                    )
            if not os.path.isdir(place):
                raise self._in_the_way(folder, os.strerror(errno.EEXIST))
        self._folders.add(folder)
        return is_new

    def _in_the_way(self, folder: str, why: str | None) -> RenderError:
        place = f"{self._folder.name}/{folder}"
        return RenderError(f"{place}: cannot be made: {why}; a file of that name may stand there")

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


def _held(place: str, content: bytes) -> tuple[int, int] | None:
    """The time and size of a file that holds ``content``; None where there is none."""
    try:
        handle = os.open(place, os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return None  # not there, or not a file of ours: it is replaced
    try:
        found = os.fstat(handle)
        if found.st_size != len(content) or os.read(handle, len(content) + 1) != content:
            return None
        return found.st_mtime_ns, found.st_size
    finally:
        os.close(handle)
