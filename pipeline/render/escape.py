"""Text for HTML, as Jinja's autoescape writes it."""

from __future__ import annotations


def escaped(value: object) -> str:
    """``value`` as text in which nothing is markup: for an element or a quoted attribute."""
    text = value if type(value) is str else str(value)
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    if "'" in text:
        text = text.replace("'", "&#39;")
    if '"' in text:
        text = text.replace('"', "&#34;")
    return text
