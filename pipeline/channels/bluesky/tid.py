"""Make the key of a record: a TID, the same for the same slot (atproto.com/specs/tid, read 2026-11)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from pipeline.digests import sha256

_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def tid(due: datetime, key: str) -> str:
    """13 letters that sort by time: microseconds of ``due`` (aware), then ten bits of the slot's ``key``."""
    moment = max(0, (due - _EPOCH) // timedelta(microseconds=1))
    number = (moment & ((1 << 53) - 1)) << 10 | int(sha256(key.encode())[:8], 16) & 0x3FF
    return "".join(_LETTERS[number >> shift & 31] for shift in range(60, -1, -5))
