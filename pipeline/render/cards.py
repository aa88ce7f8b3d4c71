"""Say what the picture of an entry shows, and have it drawn where the project wants that."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline import images
from pipeline.cards.store import Card, Cards, Told, installed
from pipeline.config import Config
from pipeline.errors import Problem, RenderError, remedy_of
from pipeline.records import replace
from pipeline.render.context import Picture
from pipeline.render.documents import Rendered
from pipeline.render.edition import Posted, place
from pipeline.render.language import Languages
from pipeline.render.templates import Templates, folders
from pipeline.render.words import DAY, is_rtl, noun_of, shorten

#: The template, in the folders where all templates are looked for.
TEMPLATE = "cards/card.typ"
#: Pixels.
WIDTH, HEIGHT = 1200, 627
#: Characters of a title that a card has room for.
LONGEST = 180


def cards_of(root: Path, config: Config, templates: Templates, *, keep: bool = True) -> Cards | None:
    """What draws the cards of a project; None where it wants none, or where the extra is missing.

    ``keep=False`` leaves nothing behind. Raises RenderError for a font that is none.
    """
    if config.cards is None or not installed():
        return None
    try:
        return Cards(root, template=templates.source(TEMPLATE), fonts=config.cards.fonts, keep=keep)
    except ValueError as error:
        raise RenderError(f"{config.source}: [cards] fonts: {error}") from error


def copies_of(root: Path, config: Config) -> images.Copies | None:
    """What makes smaller copies of pictures; None where the project wants none, or where the extra is missing."""
    return images.Copies(root, config.images.widths) if config.images is not None and images.installed() else None


def card_of(cards: Cards, posted: Posted, config: Config) -> Card:
    """The card of an entry. Raises RenderError where the template does not do."""
    try:
        return cards.of(_told(posted, config, cards.root))
    except ValueError as error:
        raise RenderError(f"templates/{TEMPLATE}: {error}") from error


def picture_of(cards: Cards, posted: Posted, config: Config) -> bytes:
    """The card itself, as PNG; nothing is kept. Raises RenderError as `card_of` does."""
    try:
        return cards.picture(_told(posted, config, cards.root))
    except ValueError as error:
        raise RenderError(f"templates/{TEMPLATE}: {error}") from error


def with_card(rendered: Rendered, cards: Cards | None, config: Config) -> Rendered:
    """An entry with its card as its picture, where it has a page and no picture of its own."""
    posted = rendered.posted
    if cards is None or rendered.picture is not None or posted.place is None:
        return rendered
    card = card_of(cards, posted, config)
    told = _told(posted, config, cards.root)
    path = f"{posted.place.path}card.png" if posted.place.path.endswith("/") else f"{posted.place.path}.card.png"
    where = place(config.site, path)
    version = f"?v={card.digest[:8]}"
    return replace(
        rendered,
        picture=Picture(
            url=where.url + version,
            absolute=where.absolute + version,
            alt=f"{told.series}, {told.place}: {told.title}",
            width=WIDTH,
            height=HEIGHT,
            media_type="image/png",
        ),
        assets={**rendered.assets, card.source: path},
        problems=(*rendered.problems, *_problems(posted, card)),
    )


def missing_extra(config: Config) -> Iterator[Problem]:
    """That pictures, or copies of them, are wanted and cannot be made."""
    wanted = (
        (config.cards is not None and not installed(), "cards", "[cards] wants pictures, and what draws them"),
        (config.images is not None and not images.installed(), "images", "[images] wants copies, and what makes them"),
    )
    for is_missing, name, sentence in wanted:
        if is_missing:
            yield Problem(
                path=config.source or "daycast.toml",
                line=None,
                severity="error",
                code="extra-missing",
                message=f"{sentence} is not installed: {remedy_of(name)}",
            )


def place_of(posted: Posted, config: Config, root: Path) -> str:
    """Where an entry is in its series, in the series' language: ``Day 2 of 30``, ``Tag 2 von 30``."""
    series = posted.series
    words = Languages(folders(root, config.site.theme)).of(series.language or config.site.language)
    if posted.entry.recap:
        return str(words.all_of_days.format(length=series.length))
    noun = noun_of(series.label)
    of = f" {words.of.format(length=series.length)}" if series.length else ""
    return f"{words.day if noun == DAY else noun} {posted.entry.day}{of}"


def _told(posted: Posted, config: Config, root: Path) -> Told:
    entry, series = posted.entry, posted.series
    language = series.language or config.site.language
    return Told(
        series=series.title,
        title=shorten(entry.title, LONGEST),
        place=place_of(posted, config, root),
        author=entry.author or series.author or config.site.author,
        day=entry.reached,
        length=series.length,
        accent=config.site.accent,
        lang=language.partition("-")[0].lower(),
        rtl=is_rtl(language),
    )


def _problems(posted: Posted, card: Card) -> Iterator[Problem]:
    entry = posted.entry
    if card.missing:
        yield Problem(
            path=entry.path,
            line=entry.lines.get("title"),
            severity="warning",
            code="card-glyphs",
            message=f"its picture leaves out {' '.join(card.missing)}, which no font has; name one in [cards] fonts",
        )
    if len(" ".join(entry.title.split())) > LONGEST:
        yield Problem(
            path=entry.path,
            line=entry.lines.get("title"),
            severity="warning",
            code="card-title",
            message=f"its title has more than {LONGEST} characters, so its picture cuts it; shorten it",
        )
