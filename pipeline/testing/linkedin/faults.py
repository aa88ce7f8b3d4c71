"""What may go wrong with a request, and with which.

Where a fault has ``carried_out``, it says whether the request is carried out before: with True a post is created and
its answer is lost, with False nothing was created.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from pipeline.records import dataclass, field
from pipeline.testing.linkedin.records import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Drop:
    """The connection ends before anything of its request is read."""

    #: With a reset; otherwise it is closed, which to a client that has sent something is a reset as well.
    reset: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Stall:
    """The head of a request is read and never its body: no ``100 Continue``, nothing, until released, then the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hang:
    """Nothing is answered until released."""

    carried_out: bool = False
    #: Whether the request is answered once released, and carried out then if it was not; otherwise that is the end.
    answered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Drip:
    """The answer comes byte by byte."""

    #: Called before each byte with its index; returns when it is time for it.
    wait: Callable[[int], object]
    carried_out: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Reset:
    """The connection is reset within the answer (of a request not carried out, within a 503)."""

    #: Bytes of the answer that are sent; with 0 there is none.
    after: int = 0
    carried_out: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The connection is closed within the answer, as `Reset` does with a reset."""

    after: int = 0
    carried_out: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Another answer is given: a failure, a redirect, the page of a captive portal."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    carried_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Garbage:
    """Bytes that are no HTTP are answered, and the connection is closed."""

    data: bytes
    carried_out: bool = False


Fault: TypeAlias = Drop | Stall | Hang | Drip | Reset | Cut | Answer | Garbage


def name_of(fault: Fault) -> str:
    """A fault's kind in one word: ``reset``."""
    return type(fault).__name__.lower()


class Rule:
    """A fault and the requests it befalls."""

    def __init__(self, fault: Fault, *, method: str | None, path: str, nth: int, times: int | None) -> None:
        """``path`` is a prefix; ``nth`` counts the requests that match from here on, ``times`` those that suffer."""
        self.fault = fault
        self._method = method
        self._path = path
        self._nth = nth
        self._times = times
        self._seen = 0

    def befalls(self, request: Request | None) -> bool:
        """Whether it is this one's turn; None stands for a connection of which nothing is read yet. Counts it."""
        if request is not None and (
            (self._method is not None and request.method != self._method) or not request.path.startswith(self._path)
        ):
            return False
        self._seen += 1
        return self._seen >= self._nth and (self._times is None or self._seen < self._nth + self._times)


def fault_from(found: dict[str, object], wait: Callable[[float], object]) -> tuple[Fault, dict[str, object]]:
    """A fault as JSON names it, and the requests it befalls, as arguments of `Rule`.

    ``{"kind": "reset", "after": 10, "method": "POST", "path": "/rest/posts", "nth": 2}``; ``seconds`` of a ``drip`` go
    to ``wait``, bodies are text. Raises ValueError or TypeError for what is no fault.
    """
    left = dict(found)
    kinds = {"drop": Drop, "stall": Stall, "hang": Hang, "drip": Drip, "reset": Reset, "cut": Cut}
    kinds |= {"answer": Answer, "garbage": Garbage}
    kind = left.pop("kind", None)
    if not isinstance(kind, str) or kind not in kinds:
        raise ValueError(f"kind is {kind!r}, expected one of: {', '.join(sorted(kinds))}")
    match = {name: left.pop(name) for name in ("method", "path", "nth", "times") if name in left}
    for name in ("body", "data"):
        if name in left:
            left[name] = str(left[name]).encode()
    if "seconds" in left:
        seconds = float(str(left.pop("seconds")))
        left["wait"] = lambda _: wait(seconds)
    return kinds[kind](**left), match  # type: ignore[return-value]
