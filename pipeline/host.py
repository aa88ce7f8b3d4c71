"""What differs between operating systems, with an answer for each: locks, clipboard, the system's zone."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

#: Commands that put standard input on the clipboard, first found first used.
_CLIPBOARDS = (
    ("pbcopy",),
    ("wl-copy", "--type", "text/plain"),
    ("xclip", "-selection", "clipboard"),
    ("xsel", "--clipboard", "--input"),
    ("clip.exe",),
    ("clip",),
)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file at ``path`` for the length of a ``with`` block, waiting while another process has it.

    The lock dies with its process; the file stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+b") as file:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            while True:
                try:
                    msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
                    break
                except OSError:
                    continue
            try:
                yield
            finally:
                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def copy_to_clipboard(text: str) -> str | None:
    """Put text on the clipboard. Gives the command that did it; None where this machine has none."""
    import shutil
    import subprocess

    encoding = "utf-16-le" if sys.platform == "win32" else "utf-8"
    for command in _CLIPBOARDS:
        program = shutil.which(command[0])
        if program is None:
            continue
        done = subprocess.run(
            [program, *command[1:]],
            input=text.encode(encoding),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            timeout=10,
        )
        if done.returncode == 0:
            return command[0]
    return None


def system_zone() -> str:
    """The IANA name of this machine's zone; ``UTC`` where it does not say."""
    from tzlocal import get_localzone_name

    try:
        return get_localzone_name() or "UTC"
    except (LookupError, OSError, ValueError):
        return "UTC"


def colour_wanted(stream: object) -> bool:
    """Whether to write colour to a stream: a terminal, and neither ``NO_COLOR`` nor a dumb one."""
    isatty = getattr(stream, "isatty", None)
    return bool(isatty and isatty()) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


@contextmanager
def held(path: Path) -> Iterator[bool]:
    """Try for the lock file at ``path`` without waiting; True where it is ours for the length of the block.

    The lock dies with its process; the file stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+b") as file:
        got = _take(file.fileno())
        try:
            yield got
        finally:
            if got and sys.platform == "win32":
                import msvcrt

                file.seek(0)
                msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)


def _take(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(descriptor, 0, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable, where the system can."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def free_bytes(folder: Path) -> int | None:
    """What this user may still write on the disk of a folder; None where the system does not say."""
    import shutil

    if sys.platform == "win32":
        return shutil.disk_usage(folder).free
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize if found.f_blocks else None


def machine() -> str:
    """This machine's name."""
    import socket

    return socket.gethostname() or "localhost"


def end_group(child: subprocess.Popen[bytes]) -> None:
    """End a child that still runs, with all it has started (it must have been given a session of its own)."""
    import signal

    if child.poll() is None:
        with suppress(OSError):
            if sys.platform != "win32":
                os.killpg(child.pid, signal.SIGKILL)
        child.kill()
        child.wait()
