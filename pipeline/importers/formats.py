"""Tell which tool made something, and read it."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import ConfigError
from pipeline.importers import ghost, linkedin, markdown, table, wordpress
from pipeline.importers.box import Box, opened
from pipeline.importers.item import Found

FORMATS = ("wordpress", "linkedin", "ghost", "csv", "hugo", "jekyll", "zola", "astro", "devto", "markdown")


def detected(box: Box) -> str:
    """The format of what a box holds. Raises ConfigError where nothing tells."""
    if linkedin.shares_in(box) or linkedin.articles_in(box):
        return "linkedin"
    alone = _alone(box)
    if alone is not None:
        start = box.read(alone)[:65536]
        if wordpress.is_wxr(start):
            return "wordpress"
        if ghost.is_ghost(start):
            return "ghost"
        if alone.lower().endswith((".csv", ".tsv")):
            return "csv"
    if any(path.lower().endswith((".md", ".markdown", ".mdx")) for path in box.paths):
        return markdown.format_of(box)
    known = ", ".join(FORMATS)
    raise ConfigError(f"{box.name}: is of no format that is known; name one before the path: {known}")


def read(path: Path, name: str, form: str | None, *, zone: str, host: str) -> tuple[str, Found]:
    """What a file, folder or archive holds, and its format. ``name`` stands for it in sentences.

    ``zone`` is taken for dates that name none, ``host`` is that of the site it comes to. Raises ContentError for what
    is damaged, hostile or empty, ConfigError for what is of no known format or needs an extra.
    """
    box = opened(path, name)
    form = form or detected(box)
    if form == "linkedin":
        return form, linkedin.read(box)
    if form in ("wordpress", "ghost", "csv"):
        alone = _alone(box)
        if alone is None:
            raise ConfigError(f"{name}: holds {len(box.paths)} files; name the one that was exported")
        data = box.read(alone)
        label = Path(alone).name
        if form == "wordpress":
            return form, wordpress.read(data, label)
        return form, ghost.read(data, label) if form == "ghost" else table.read(data, label, zone)
    return form, markdown.read(box, form, zone, host)


def _alone(box: Box) -> str | None:
    """The one file of a box that may be an export."""
    wanted = [path for path in box.paths if path.lower().endswith((".xml", ".json", ".csv", ".tsv", ".txt"))]
    if len(box.paths) == 1:
        return box.paths[0]
    return wanted[0] if len(wanted) == 1 and not any(path.endswith(".md") for path in box.paths) else None
