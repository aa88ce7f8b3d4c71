"""Slugs: what may be part of an address and of a file name on every system."""

from __future__ import annotations

import unicodedata

from pipeline.patterns import pattern

SLUG = pattern(r"[a-z0-9][a-z0-9-]{0,79}")
#: Identities end up in feed ids and in paths of receipts.
ID = pattern(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")

#: Names that Windows keeps for devices, in every folder and with every extension.
#: https://learn.microsoft.com/windows/win32/fileio/naming-a-file (2026-11)
_DEVICES = frozenset(("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))))

_OTHER = pattern(r"[^a-z0-9]+")


def is_slug(text: str) -> bool:
    """True for lower-case letters, digits and hyphens that are no device of Windows."""
    return SLUG.fullmatch(text) is not None and text not in _DEVICES


def slugified(text: str) -> str:
    """The nearest slug to a text (``Día 2: foo`` → ``dia-2-foo``); empty where nothing is left of it."""
    if is_slug(text):
        return text
    plain = unicodedata.normalize("NFKD", text[:400].replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    slug = _OTHER.sub("-", plain).strip("-")[:80].strip("-")
    return "" if slug in _DEVICES else slug


def suggested(text: str) -> str:
    """A slug to write instead of a text that is none: of a path its last part."""
    return slugified(text.rstrip("/").rsplit("/", 1)[-1]) or "another-name"
