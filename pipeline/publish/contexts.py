"""Make what a channel renders an entry from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pipeline.cards.store import Cards
from pipeline.channels.contract import Context
from pipeline.markdown import uncoloured
from pipeline.model import Series
from pipeline.plan import due_of
from pipeline.project import Project
from pipeline.render.cards import cards_of
from pipeline.render.documents import render_document
from pipeline.render.edition import Edition, edition, preview
from pipeline.render.templates import Templates, folders


def contexts(project: Project, now: datetime, *, keep: bool = True) -> Callable[[Series, str], Context]:
    """What makes the context of an entry at ``now``, by its path; the edition is made when it is first needed.

    ``keep=False`` is for who only looks: pictures that are drawn leave no file behind.
    """
    made: dict[str, Context] = {}
    shared: list[tuple[Edition, Templates, Cards | None]] = []

    def context(series: Series, path: str) -> Context:
        if not shared:
            templates = Templates(folders(project.root, project.config.site.theme))
            cards = cards_of(project.root, project.config, templates, keep=keep)
            shared.append((edition(project.series, project.config.site, now), templates, cards))
        current, templates, cards = shared[0]
        if path not in made:
            entry = next(entry for entry in series.written if entry.path == path)
            posted = current.posted.get(path) or preview(current, series, entry, due_of(series, entry))
            made[path] = Context(
                posted=posted,
                edition=current,
                root=project.root,
                config=project.config,
                templates=templates,
                summary=render_document(posted, current, project.root, None, uncoloured).summary,
                cards=cards,
                keep=keep,
            )
        return made[path]

    return context
