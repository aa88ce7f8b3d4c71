"""Make a post that carries a PDF, which LinkedIn shows as pages to leaf through."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from pipeline.channels.contract import Context
from pipeline.channels.linkedin.media import placeholder
from pipeline.delivery import Media, digest_of
from pipeline.errors import ConfigError, RenderError
from pipeline.render.carousel import carousel_of, drawer

FORMAT = "carousel"


def document_of(context: Context) -> Media:
    """The PDF of an entry: the one beside it, of the same name, else one that is made of its text.

    Raises RenderError where there is neither.
    """
    entry = context.posted.entry
    beside = PurePosixPath(entry.path).with_suffix(".pdf").as_posix()
    data = _read(context.root / beside)
    if data is not None:
        return Media(source=beside, digest=digest_of(data), alt=entry.title, kind="document")
    try:
        made = carousel_of(
            context.posted,
            edition=context.edition,
            root=context.root,
            config=context.config,
            templates=context.templates,
            cards=drawer(context.root, context.config, context.templates, keep=context.keep),
        )
    except (ConfigError, RenderError) as error:
        raise RenderError(f"{entry.path}: format is {FORMAT}, and there is no {beside}: {error}") from error
    return Media(source=made.source, digest=made.digest, alt=entry.title, kind="document")


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
