"""Advice on an entry's page: alt text, links to what is not out yet, pictures from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import Problem
from pipeline.render.documents import Rendered
from pipeline.render.edition import Posted


def blog_advice(posted: Posted, rendered: Rendered) -> Iterator[Problem]:
    """What the page could do better."""
    entry = posted.entry
    for note in rendered.document.warnings:
        yield _advice(posted, note.code, note.message, note.line)
    for use in rendered.document.images:
        if use.dest.startswith(("http://", "https://", "//")):
            yield _advice(
                posted,
                "remote-image",
                f"the image '{use.dest}' is loaded from elsewhere: it may vanish and tells that site who reads yours; "
                "keep a copy beside the entry",
                use.line,
            )
    if entry.image and not entry.image_alt and not any(use.dest == entry.image for use in rendered.document.images):
        yield Problem(
            path=entry.path,
            line=entry.lines.get("image"),
            severity="warning",
            code="no-alt",
            message=f"the image '{entry.image}' has no image_alt: say what it shows",
        )
    for dest in rendered.ahead:
        line = next((use.line for use in rendered.document.links if use.dest == dest), None)
        yield _advice(
            posted,
            "link-ahead",
            f"'{dest}' is not out yet: its text stands without a link until a build after it is",
            line,
        )


def _advice(posted: Posted, code: str, message: str, body_line: int | None) -> Problem:
    line = None if body_line is None else posted.entry.body_line + body_line - 1
    return Problem(path=posted.entry.path, line=line, severity="warning", code=code, message=message)
