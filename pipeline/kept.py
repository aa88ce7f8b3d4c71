"""Keep what a build made of each series, and what its lists showed, for the next build: ``.daycast/kept/``.

Everything here is safe to delete. A file that is damaged, or of another version, is none; what is kept is used only
where its ``key`` is that of what would be made, so nothing here is ever taken for what it is not.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pipeline.digests import blake2b

FOLDER = os.path.join(".daycast", "kept")
#: Of the files here; the code that wrote them is in every key.
_VERSION = b"daycast kept 1\n"
_DIGEST = 16
_NEW = ".new"


class Kept:
    """The store of one project."""

    def __init__(self, home: Path, kind: str, classes: Iterable[type]) -> None:
        """``kind`` is what is kept; ``classes`` are all that it may be made of, beside Python's plain ones."""
        self._folder = os.path.join(home, FOLDER, kind)
        self._known = {(kind.__module__, kind.__qualname__): kind for kind in classes}

    def get(self, name: str) -> Any:
        """What is kept under a name; None where there is nothing that can be used."""
        try:
            with open(self._place(name), "rb") as file:
                data = file.read()
        except OSError:
            return None
        start = len(_VERSION) + _DIGEST
        if not data.startswith(_VERSION) or data[len(_VERSION) : start] != _digest(data[start:]):
            return None
        return self.unpacked(data[start:])

    def put(self, name: str, value: object) -> None:
        """Keep a value under a name. A disk that refuses does no harm: then it is not kept."""
        data = packed(value)
        place = self._place(name)
        new = f"{place}.{os.getpid()}{_NEW}"
        try:
            os.makedirs(self._folder, exist_ok=True)
            with open(new, "wb") as file:
                file.write(_VERSION + _digest(data) + data)
            os.replace(new, place)
        except OSError:
            self._forget(new)
            self._forget(place)

    def only(self, names: Iterable[str]) -> None:
        """Forget everything else."""
        wanted = {os.path.basename(self._place(name)) for name in names}
        try:
            there = os.listdir(self._folder)
        except OSError:
            return
        for found in there:
            # What is being written just now is another process's; what is older was left by one that was killed.
            if found not in wanted and not _is_written(found):
                self._forget(os.path.join(self._folder, found))

    def _forget(self, place: str) -> None:
        with suppress(OSError):  # not there, or looked at again by the next build
            os.remove(place)

    def unpacked(self, data: bytes) -> Any:
        """The value in bytes that `packed` made; None where they hold anything else."""
        import pickle

        known = self._known

        class Reader(pickle.Unpickler):
            """Makes nothing but values of known classes: a file that came with a project must not run anything."""

            def find_class(self, module: str, name: str) -> type:
                found = known.get((module, name))
                if found is None:
                    raise pickle.UnpicklingError(f"{module}.{name} is not kept")
                return found

        try:
            return Reader(BytesIO(data)).load()
        except (pickle.UnpicklingError, ValueError, TypeError, AttributeError, EOFError, IndexError, KeyError):
            return None

    def _place(self, name: str) -> str:
        return os.path.join(self._folder, quote(name, safe=""))


def packed(value: object) -> bytes:
    """A value as bytes."""
    import pickle

    return pickle.dumps(value, protocol=5)


def sign_of(*parts: object) -> str:
    """A digest of values by their ``repr``."""
    return blake2b(repr(parts).encode("utf-8", "surrogateescape"), digest_size=12).hexdigest()


def _is_written(name: str) -> bool:
    """Whether a process is about to put this in its place, as far as its name tells."""
    number = name.removesuffix(_NEW).rpartition(".")[2]
    if not name.endswith(_NEW) or not number.isdecimal():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=_DIGEST).digest()
