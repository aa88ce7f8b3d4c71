"""Make a post that carries a PDF, which LinkedIn shows as pages to leaf through."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from pipeline.channels.contract import Context
from pipeline.channels.linkedin.media import placeholder
from pipeline.delivery import Media, digest_of
from pipeline.errors import RenderError

FORMAT = "carousel"
#: Where the documents of days are made, below the project's root.
_MADE = "output/linkedin"


def document_of(context: Context) -> Media:
    """The PDF of an entry: the one beside it, of the same name, else the one that was made of it.

    Raises RenderError where there is neither.
    """
    entry, series = context.posted.entry, context.posted.series
    beside = PurePosixPath(entry.path).with_suffix(".pdf").as_posix()
    made = f"{_MADE}/{series.slug}/{entry.key}.pdf"
    for source in (beside, made):
        data = _read(context.root / source)
        if data is not None:
            return Media(source=source, digest=digest_of(data), alt=entry.title, kind="document")
    raise RenderError(
        f"{entry.path}: format is {FORMAT}, but there is no document: make {made} with "
        f"'daycast carousel day {entry.day}', or put {beside} beside the entry"
    )


def content_of(document: Media) -> dict[str, object]:
    """The ``content`` of a post's body (documents-api, 2026-11: a title is required)."""
    return {"media": {"id": placeholder(document), "title": document.alt}}


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RenderError(f"{path}: cannot be read: {error.strerror}") from error
