"""Make lines of code fit for a post."""

from __future__ import annotations

from pipeline.linkedin_text.marks import NBSP


def code_lines(code: str) -> list[str]:
    """Lines of code as a post can show them: leading spaces as no-break spaces, which LinkedIn keeps."""
    lines = []
    for line in code.split("\n"):
        kept = line.rstrip(" ")
        text = kept.lstrip(" ")
        lines.append(NBSP * (len(kept) - len(text)) + text)
    return lines
