"""Make text fit to stand in HTML."""

from __future__ import annotations


def escaped(text: str) -> str:
    """Text, ready to stand between tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(text: str) -> str:
    """Text or an address, ready to stand between double quotes."""
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")
