"""A row of the ledger, and the seal by which a changed bit is noticed."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import get_args

from pipeline.delivery import DeliveryState, Receipt
from pipeline.errors import LedgerError
from pipeline.ledger.moments import moment_of
from pipeline.records import dataclass, names_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One delivery. What it has not come to is None."""

    key: str
    #: The series' id.
    series: str
    state: DeliveryState
    due: datetime | None
    #: Counts claims; a write that names an older one is refused.
    epoch: int
    #: Counts intents.
    attempts: int
    owner: str | None
    #: Until when the claim holds. UTC.
    lease: datetime | None
    #: The exact bytes sent, or about to be.
    payload: bytes | None
    media_type: str | None
    #: The same as a person reads it.
    shown: str | None
    digest: str | None
    source: str | None
    remote_id: str | None
    url: str | None
    note: str | None
    reason: str | None
    retry_at: datetime | None
    #: A person decided the state; for ``retry``: it goes out at once, however late.
    decided: bool
    at: datetime

    @property
    def claim(self) -> str:
        """Who has it, and which of its claims: ``laptop-41-9f2c/3``."""
        return f"{self.owner}/{self.epoch}"

    @property
    def receipt(self) -> Receipt:
        """What proves that it is out; only of ``published`` and ``withdrawn``."""
        return Receipt(remote_id=self.remote_id, url=self.url, note=self.note or "")


#: The columns of ``delivery``, in the order of ``Row``; its seal stands after them.
COLUMNS = names_of(Row)
_MOMENTS = frozenset(("due", "lease", "retry_at", "at"))
_STATES = frozenset(get_args(DeliveryState))


def seal(values: tuple[object, ...]) -> str:
    """The seal of a row's values, in the order of ``COLUMNS``."""
    made = hashlib.blake2b(digest_size=16)
    for value in values:
        data = b"" if value is None else bytes(value) if isinstance(value, (bytes, memoryview)) else str(value).encode()
        made.update(f"{'-' if value is None else type(value).__name__[0]}{len(data)}:".encode())
        made.update(data)
    return made.hexdigest()


def row_of(values: tuple[object, ...]) -> Row:
    """The row of a statement's values, seal last. Raises LedgerError where the seal does not fit them."""
    content = tuple(bytes(value) if isinstance(value, memoryview) else value for value in values[:-1])
    if seal(content) != values[-1]:
        raise LedgerError(f"the row of {values[0]!r} has changed on disk")
    told: dict[str, object] = dict(zip(COLUMNS, content, strict=True))
    for name in _MOMENTS:
        if told[name] is not None:
            told[name] = moment_of(str(told[name]))
    told["decided"] = bool(told["decided"])
    if told["state"] not in _STATES:
        raise LedgerError(f"the row of {values[0]!r} has the state {told['state']!r}, which there is not")
    return Row(**told)  # type: ignore[arg-type]
