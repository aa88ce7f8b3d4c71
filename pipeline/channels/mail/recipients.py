"""Who gets a mail, and what is noted of each: a keyed hash, never an address."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
from email.utils import getaddresses
from pathlib import Path
from typing import Literal

from pipeline.errors import LedgerError, RejectedError
from pipeline.patterns import pattern
from pipeline.records import dataclass

#: ``begun``: it may have arrived. ``sent``: the server took it. ``refused``: it never will.
State = Literal["begun", "sent", "refused"]
#: Takes ``begun`` back: it certainly did not arrive.
_OPEN = "open"
#: Beside the journal of a series, made to be committed to git as well.
FILE = "mail.jsonl"
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_ADDRESS = pattern(rf"[^\s@<>,;:\"\\()\[\]]+@{_LABEL}(?:\.{_LABEL})+", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One person."""

    address: str
    name: str
    #: HMAC-SHA-256 of the address, shortened: the same for the same address and key.
    mark: str


def recipients_of(path: Path, key: str) -> tuple[Recipient, ...]:
    """The addresses of a file, one a line, with a name if there is one; ``#`` begins a remark. Each once.

    Raises RejectedError that names file and lines where something is no address, or the file is not there.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise RejectedError(f"{path.name}: the recipients cannot be read: {error}") from error
    found: dict[str, Recipient] = {}
    wrong = []
    for number, line in enumerate(lines, 1):
        text = line.partition("#")[0].strip()
        if not text:
            continue
        several = getaddresses([text])
        name, address = several[0] if len(several) == 1 else ("", "")
        if ":" in text or _ADDRESS.fullmatch(address) is None or not address.isascii():
            wrong.append(f"{path.name}:{number}: is no address that a mail can be sent to")
            continue
        local, _, domain = address.rpartition("@")
        address = f"{local}@{domain.lower()}"
        mark = mark_of(address, key)
        found.setdefault(mark, Recipient(address=address, name=" ".join(name.split()), mark=mark))
    if wrong:
        raise RejectedError("\n".join(wrong))
    return tuple(found.values())


def mark_of(address: str, key: str) -> str:
    """What stands for an address where it must not be told."""
    return hmac.new(key.encode(), address.lower().encode(), hashlib.sha256).hexdigest()[:24]


def sign_of(key: str) -> str:
    """What tells one key from another and says nothing of it."""
    return mark_of("\0key", key)[:8]


class Rows:
    """What became of each recipient of each slot: append-only, on disk before what it announces."""

    def __init__(self, path: Path, *, by: str = "") -> None:
        """``by`` is the sign of the key that marks are made with.

        Raises LedgerError for a file that cannot be read: then nothing is sent.
        """
        self._path = path
        self._by = by
        self._known: dict[tuple[str, str], State] = {}
        #: Channels' names, with the signs of the keys that their marks were made with.
        self._signs: set[tuple[str, str]] = set()
        try:
            data = path.read_bytes() if path.exists() else b""
            for line in data.split(b"\n")[:-1]:
                told = json.loads(line)
                place = str(told["key"]), str(told["to"])
                self._signs.add((place[0].rpartition("/")[2], str(told.get("by", ""))))
                if self._known.get(place) == "sent":
                    continue  # whatever the order in which git has joined the lines
                if told["state"] == _OPEN:
                    self._known.pop(place, None)
                else:
                    self._known[place] = told["state"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise LedgerError(f"{path.name}: cannot be read: {error}; nothing is mailed until it can") from error
        #: Where a last line begins that was cut off while it was written: what it announces never began.
        self._torn = data.rfind(b"\n") + 1 if not data.endswith(b"\n") and data else None

    def state(self, key: str, mark: str) -> State | None:
        """Where a recipient stands; None where nothing has begun."""
        return self._known.get((key, mark))

    def others(self, channel: str) -> bool:
        """Whether marks of a channel were made with another key: then nobody's can be known again."""
        return any(name == channel and sign not in ("", self._by) for name, sign in self._signs)

    def note(self, key: str, mark: str, state: State | None) -> None:
        """Write down where a recipient stands; None takes back what has begun and certainly did not arrive."""
        line = json.dumps({"key": key, "to": mark, "state": state or _OPEN, "by": self._by}) + "\n"
        try:
            with open(self._path, "ab") as file:
                if self._torn is not None:
                    file.truncate(self._torn)
                file.write(line.encode())
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            why = f"{self._path.name}: cannot be written: {error.strerror}; nothing more is mailed"
            raise LedgerError(why) from error
        self._torn = None
        if state is None:
            self._known.pop((key, mark), None)
        else:
            self._known[key, mark] = state
