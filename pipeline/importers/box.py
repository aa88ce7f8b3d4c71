"""Open a file, a folder or a zip archive that somebody else made, within limits, without writing anything.

The limits are those of OWASP ASVS 5.0, V5.2.3 and V5.3.3 (2026-10).
"""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from pipeline.errors import ContentError
from pipeline.records import dataclass

MOST_MEMBERS = 5000
#: Bytes of everything together, and how many times larger a member may become.
LARGEST, DENSEST = 200 << 20, 100
#: Bytes of one file.
LARGEST_FILE = 64 << 20
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """The files of a place, by POSIX path below it."""

    #: For sentences.
    name: str
    paths: tuple[str, ...]
    #: Gives a file's bytes. Raises ContentError where it is larger than it may be.
    read: Callable[[str], bytes]


def opened(path: Path, name: str) -> Box:
    """A place as a box; a single file is a box of one. Raises ContentError for what is not opened."""
    try:
        if path.is_dir():
            return _folder(path, name)
        with path.open("rb") as file:
            start = file.read(4)
    except OSError as error:
        raise ContentError(f"{name}: cannot be read: {error.strerror}") from error
    if start[:2] == b"PK":
        return _zip(path, name)
    return Box(name=name, paths=(path.name,), read=lambda _: _whole(path, name))


def _whole(path: Path, name: str) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise ContentError(f"{name}: has {size:,} bytes, and a file may have {LARGEST_FILE:,}; split it")
        return path.read_bytes()
    except OSError as error:
        raise ContentError(f"{name}: cannot be read: {error.strerror}") from error


def _folder(top: Path, name: str) -> Box:
    found: list[str] = []
    base = top.resolve()
    for folder, names, files in os.walk(top):
        names[:] = sorted(one for one in names if not one.startswith(".") and one != "node_modules")
        for one in sorted(files):
            place = Path(folder) / one
            # What leads out of the folder is somebody else's.
            if not one.startswith(".") and place.resolve().is_relative_to(base) and place.is_file():
                found.append(place.relative_to(top).as_posix())
            if len(found) > MOST_MEMBERS:
                raise ContentError(f"{name}: has more than {MOST_MEMBERS:,} files; name the folder of the posts itself")
    return Box(name=name, paths=tuple(found), read=lambda path: _whole(top / path, f"{name}/{path}"))


def _zip(path: Path, name: str) -> Box:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ContentError(f"{name}: is no zip archive that can be read: {error}") from error
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise ContentError(f"{name}: has {len(members):,} members, and an archive may have {MOST_MEMBERS:,}")
    found: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        reason = _refused(member)
        if reason:
            raise ContentError(f"{name}: {member.filename[:80]!r} {reason}; nothing of the archive was read")
        if not member.is_dir():
            found[str(PurePosixPath(member.filename))] = member
    if sum(member.file_size for member in members) > LARGEST:
        raise ContentError(f"{name}: would become more than {LARGEST:,} bytes; nothing of it was read")
    spent = 0

    def read(wanted: str) -> bytes:
        nonlocal spent
        member, data = found[wanted], bytearray()
        try:
            with archive.open(member) as stream:
                while chunk := stream.read(_CHUNK):
                    data += chunk
                    spent += len(chunk)
                    # What its table of contents says is not believed.
                    if len(data) > min(LARGEST_FILE, member.file_size) or spent > LARGEST:
                        break
                else:
                    return bytes(data)
        except (
            zipfile.BadZipFile,
            OSError,
            RuntimeError,
            NotImplementedError,
            EOFError,
            ValueError,
            zlib.error,
        ) as error:
            raise ContentError(f"{name}: {wanted} cannot be read: {error}") from error
        raise ContentError(f"{name}: {wanted} is larger than it says; nothing more of it is read")

    return Box(name=name, paths=tuple(sorted(found)), read=read)


def _refused(member: zipfile.ZipInfo) -> str:
    """Why a member makes the archive one that is not opened; empty where it does not."""
    name = member.filename
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if not name or name.startswith(("/", "\\")) or ".." in parts or (len(name) > 1 and name[1] == ":") or "\0" in name:
        return "leads out of the archive"
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is no file"
    if member.flag_bits & 1:
        return "is locked with a password"
    if member.file_size > LARGEST_FILE:
        return f"has {member.file_size:,} bytes"
    if member.file_size > DENSEST * max(member.compress_size, 1) + 4096:
        return "is packed more tightly than any text"
    return ""
