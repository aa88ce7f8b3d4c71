"""What came of a form, said once on the page that it leads to. The address holds no words: no link can say any."""

from __future__ import annotations

import secrets
import threading

from pipeline.records import dataclass

#: Sentences that wait for their page; a browser that never comes for its own costs no more.
_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What came of it."""

    sentence: str
    #: Nothing was done, or not all of it.
    refused: bool = False


class Told:
    """Sentences by a name that nobody can guess. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said: dict[str, Said] = {}

    def keep(self, said: Said) -> str:
        """Keep a sentence; gives the name by which `take` has it."""
        name = secrets.token_urlsafe(9)
        with self._lock:
            self._said[name] = said
            for old in list(self._said)[:-_MOST]:
                del self._said[old]
        return name

    def take(self, name: str) -> Said | None:
        """The sentence of a name, the first time; None after that."""
        with self._lock:
            return self._said.pop(name, None)
