"""Make a day's document, to leaf through on LinkedIn, of its Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.cards.draw import pages_of
from pipeline.cards.store import Cards, installed
from pipeline.config import PLACEHOLDER_URL, CardSettings, Config
from pipeline.errors import ConfigError, RenderError, remedy_of
from pipeline.markdown.slides import Slide, slides_of
from pipeline.records import dataclass, replace
from pipeline.render.cards import cards_of, place_of
from pipeline.render.documents import media_type
from pipeline.render.edition import Edition, Posted
from pipeline.render.links import Links
from pipeline.render.templates import Templates
from pipeline.render.words import DAY, is_rtl, noun_of

TEMPLATE = "cards/carousel.typ"
#: Key of the front matter that lists slides.
KEY = "carousel"
#: Pages of a document (documents-api, 2026-11), and how many are leafed through (third-party guides, 2026).
MOST, READ = 300, 12
#: Pictures that a document can show.
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/svg+xml", "image/webp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Carousel:
    """A document that is made."""

    #: POSIX path below the project's root where it is kept.
    source: str
    digest: str
    data: bytes
    #: With the cover and the last one; a long slide takes more than one.
    pages: int
    #: What a person should know, in sentences.
    notes: tuple[str, ...]


def drawer(root: Path, config: Config, templates: Templates, *, keep: bool) -> Cards:
    """What sets documents, whether the project wants cards or not. Raises ConfigError where the extra is missing."""
    if not installed():
        raise ConfigError(f"what sets documents is not installed: {remedy_of('cards')}")
    wanted = config if config.cards is not None else replace(config, cards=CardSettings())
    made = cards_of(root, wanted, templates, keep=keep)
    assert made is not None
    return made


def carousel_of(
    posted: Posted, *, edition: Edition, root: Path, config: Config, templates: Templates, cards: Cards
) -> Carousel:
    """The document of an entry: a cover, a slide for each heading and ``---`` or as ``carousel`` says, and the end.

    Raises RenderError for slides that cannot be read and a template or picture that does not do.
    """
    entry, series = posted.entry, posted.series
    links = Links(edition=edition, root=root, source=entry.path)
    pictures: list[Path] = []
    lost: list[str] = []
    slides = [_shown(slide, links, root, pictures, lost) for slide in _slides(posted)]
    language = series.language or config.site.language
    address = entry.canonical_url or (
        posted.place.absolute if posted.place is not None and config.site.url != PLACEHOLDER_URL else ""
    )
    noun = noun_of(series.label)
    following = min((one for one in series.entries if one.day > entry.day), key=lambda one: one.day, default=None)
    words = templates.languages.of(language)
    day = words.day if noun == DAY else noun
    coming = "" if following is None or following.draft else f"{day} {following.day}: {following.title}"
    told: dict[str, object] = {
        "series": series.title,
        "title": entry.title,
        "place": place_of(posted, config, root),
        "author": entry.author or series.author or config.site.author,
        "accent": config.site.accent,
        "lang": language.partition("-")[0].lower(),
        "rtl": is_rtl(language),
        "slides": slides,
        "next": coming,
        "link": address,
        "link_shown": address.partition("://")[2].rstrip("/"),
        "hashtag": f"#{series.hashtag}" if series.hashtag else "",
        "words": {"next": words.next_day, "read": words.read_there},
    }
    try:
        card, data = cards.document(templates.source(TEMPLATE), told, pictures)
    except ValueError as error:
        raise RenderError(f"{entry.path}: its document cannot be set: {error}") from error
    notes = list(lost)
    if not coming and not address:
        notes.append("it has no last page: there is no next day to name, and no address to read it at; see [site] url")
    if card.missing:
        notes.append(f"it leaves out {' '.join(card.missing)}, which no font has; name one in [cards] fonts")
    pages = pages_of(data)
    if pages > MOST:
        raise RenderError(f"{entry.path}: its document would have more than {MOST} pages, and LinkedIn takes no more")
    if pages > READ:
        notes.append(f"it has {pages} pages; few are leafed through beyond {READ}")
    return Carousel(source=card.source, digest=card.digest, data=data, pages=pages, notes=tuple(notes))


def _slides(posted: Posted) -> Sequence[Slide]:
    entry = posted.entry
    wanted = entry.extra.get(KEY)
    if wanted is None:
        found = slides_of(entry.body)
        opening = "".join(str(run["text"]) for run in found[0].heading) if found else ""
        if found and opening == entry.title:  # said on the cover
            found = (Slide(heading=(), blocks=found[0].blocks), *found[1:])
        return tuple(slide for slide in found if slide.heading or slide.blocks)
    if not isinstance(wanted, (list, tuple)):
        raise RenderError(f"{entry.path}: {KEY} is no list of slides, each a text or a table with 'title' and 'text'")
    made: list[Slide] = []
    for item in wanted:
        if isinstance(item, Mapping):
            title, text = str(item.get("title", "")), str(item.get("text", ""))
            made += slides_of(f"## {title}\n\n{text}" if title else text)[:1]
        else:
            made += slides_of(str(item))[:1]
    return made


def _shown(slide: Slide, links: Links, root: Path, pictures: list[Path], lost: list[str]) -> dict[str, object]:
    """A slide with the paths of its pictures; those that it cannot show are named in ``lost``."""

    def block(one: Mapping[str, object]) -> list[dict[str, object]]:
        match one:
            case {"kind": "image", "src": str(src), "alt": alt}:
                links.picture(src)
                file = links.file(src)
                if file is None or media_type(src) not in _SHOWN:
                    lost.append(f"it leaves out the picture '{src}', which is no file that it can show")
                    return []
                pictures.append(file)
                return [{"kind": "image", "path": f"/{file.relative_to(root).as_posix()}", "alt": alt}]
            case {"kind": "list", "items": list(items)}:
                return [{**one, "items": [[made for each in item for made in block(each)] for item in items]}]
            case {"kind": "quote", "blocks": list(blocks)}:
                return [{**one, "blocks": [made for each in blocks for made in block(each)]}]
            case _:
                return [dict(one)]

    return {
        "heading": list(slide.heading),
        "blocks": [made for one in slide.blocks for made in block(one)],
    }
