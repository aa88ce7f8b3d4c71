"""Digests of bytes. ``hashlib`` brings OpenSSL, which takes a fifth of a command's start: it waits until needed."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hashlib import blake2b
else:
    try:
        from _blake2 import blake2b  # what hashlib takes it from
    except ImportError:
        from hashlib import blake2b


def sha256(data: bytes) -> str:
    """SHA-256 in hexadecimal digits."""
    import hashlib

    return hashlib.sha256(data).hexdigest()


__all__ = ["blake2b", "sha256"]
