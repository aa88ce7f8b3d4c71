"""Find and read the Markdown files below ``series/``, and nothing outside of the project."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator

from pipeline.content.notes import Notes
from pipeline.content.text import MAX_FILE
from pipeline.patterns import pattern
from pipeline.records import dataclass, field

INDEX = "_index.md"
_READ = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_OUT = "is a symbolic link out of the project; put what it leads to in its place"
_UNFIT = pattern("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_REPORT = pattern(r"import-report(?:-\d+)?\.md")
_OTHER_ENDINGS = (".markdown", ".mdx", ".mdown", ".mkd")


@dataclass(slots=True, kw_only=True)
class Folder:
    """A folder of ``series/`` with what is in it."""

    name: str
    #: POSIX path relative to the root.
    path: str
    #: Bytes of each entry file by its path, None for one that cannot be read; sorted by path.
    files: dict[str, bytes | None] = field(default_factory=dict)
    #: What is wrong with files and folders as such, by path.
    notes: dict[str, Notes] = field(default_factory=dict)
    #: ``_index.md`` is there.
    has_index: bool = False
    #: Its bytes; None where it cannot be read.
    index: bytes | None = None

    def paths(self) -> list[str]:
        """Every Markdown file of it."""
        return [*self.files, *([f"{self.path}/{INDEX}"] if self.has_index else [])]

    def notes_of(self, path: str) -> Notes:
        """The notes of a path, made where there are none."""
        return self.notes.setdefault(path, Notes(path))


def folders_of(
    root: str, notes: dict[str, Notes], but: Collection[str] = (), only: str | None = None
) -> Iterator[Folder]:
    """The folders of ``series/`` in the order of their names, read, ``but`` some (by path), or ``only`` one."""
    base = os.path.realpath(root)
    if not _within(f"{root}/series", base):
        notes.setdefault("series", Notes("series")).error("symlink-out", None, _OUT)
        return
    for item in _listed(f"{root}/series", "series", notes):
        name = item.name
        path = f"series/{_shown(name)}"
        if name.startswith((".", "_")) or path in but or only not in (None, path):
            continue
        if not _is_dir(item):
            if name.lower().endswith(".md"):
                note = notes.setdefault(path, Notes(path))
                note.warn(
                    "not-read", None, "stands beside the series; move it into the folder of one, such as series/<name>/"
                )
            continue
        folder = Folder(name=name, path=path)
        if _storable(name, path, folder) and _inside(item, path, base, folder):
            _walk(item.path, path, base, folder)
        folder.files = dict(sorted(folder.files.items()))
        if folder.files or folder.has_index:
            yield folder
        else:
            notes |= folder.notes


def is_report(name: str) -> bool:
    """Whether a file is what ``daycast import`` leaves beside the entries: ``import-report.md``, ``-2.md``."""
    return name.startswith("import-report") and _REPORT.fullmatch(name) is not None


def _walk(start: str, path: str, base: str, folder: Folder) -> None:
    """Read a folder and what is below it; a folder that a symbolic link leads back to is read once."""
    seen = {os.path.realpath(start)}
    todo = [(start, path)]
    while todo:
        place, path = todo.pop()
        for item in _listed(place, path, folder.notes):
            name = item.name
            here = f"{path}/{_shown(name)}"
            index = name == INDEX
            if name.startswith((".", "_")) and not index:
                continue
            if _is_dir(item):
                if _storable(name, here, folder) and _inside(item, here, base, folder):
                    real = os.path.realpath(item.path)
                    if real not in seen:
                        seen.add(real)
                        todo.append((item.path, here))
            elif index and path != folder.path:
                folder.notes_of(here).warn(
                    "not-read", None, f"only {folder.path}/{INDEX} describes a series; delete or rename it"
                )
            elif (name.endswith(".md") or name.lower().endswith(".md")) and not is_report(name):
                if not _storable(name, here, folder):
                    continue
                data = _read(item, here, base, folder)
                if index:
                    folder.has_index = True
                    folder.index = data
                else:
                    folder.files[here] = data
            elif name.lower().endswith(_OTHER_ENDINGS):
                folder.notes_of(here).warn("not-read", None, "is not read; entries end in .md")


def _listed(place: str, path: str, notes: dict[str, Notes]) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(place) as items:
            # What is there itself comes before what only leads there.
            return sorted(items, key=lambda item: (item.is_symlink(), item.name))
    except FileNotFoundError:
        if path == "series":
            notes.setdefault(path, Notes(path)).warn(
                "not-read", None, "is not there; run 'daycast init', or make it and a folder in it"
            )
    except OSError as error:
        notes.setdefault(path, Notes(path)).error("unreadable", None, f"cannot be listed: {error.strerror}")
    return []


def _is_dir(item: os.DirEntry[str]) -> bool:
    try:
        return item.is_dir()
    except OSError:
        return False  # a circle of symbolic links: reading it tells so


def _storable(name: str, path: str, folder: Folder) -> bool:
    """True for a name that can be shown and stored as it is."""
    if name.isascii() and name.isprintable():
        return True
    if _UNFIT.search(name) is None:
        return True
    message = "its name is not UTF-8 or holds a control character; rename it"
    folder.notes_of(path).error("bad-file-name", None, message)
    return False


def _inside(item: os.DirEntry[str], path: str, base: str, folder: Folder) -> bool:
    """True unless a symbolic link leads out of the project."""
    if not item.is_symlink():
        return True
    if _within(item.path, base):
        return True
    folder.notes_of(path).error("symlink-out", None, _OUT)
    return False


def _within(place: str, base: str) -> bool:
    real = os.path.realpath(place)
    return real == base or real.startswith(base.rstrip(os.sep) + os.sep)


def _read(item: os.DirEntry[str], path: str, base: str, folder: Folder) -> bytes | None:
    if not _inside(item, path, base, folder):
        return None
    place = os.path.realpath(item.path) if item.is_symlink() else item.path
    try:
        handle = os.open(place, _READ)
        try:
            about = os.fstat(handle)
            if not stat.S_ISREG(about.st_mode):
                folder.notes_of(path).error("unreadable", None, "is no regular file")
                return None
            return _whole(handle, min(about.st_size, MAX_FILE) + 1)
        finally:
            os.close(handle)
    except OSError as error:
        folder.notes_of(path).error("unreadable", None, f"cannot be read: {error.strerror}")
        return None


def _whole(handle: int, size: int) -> bytes:
    """Up to one byte more than the largest file, so that a larger one is seen to be larger."""
    data = os.read(handle, size)
    if len(data) < size:
        return data
    parts = [data]
    got = len(data)
    while got <= MAX_FILE and (more := os.read(handle, MAX_FILE + 1 - got)):
        parts.append(more)
        got += len(more)
    return b"".join(parts)


def _shown(name: str) -> str:
    return _UNFIT.sub(lambda found: f"\\x{ord(found[0]) & 0xFF:02x}", name)
