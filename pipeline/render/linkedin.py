"""Make an entry's LinkedIn post: the text to paste, the wire form, and the request body that would carry it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.cards.store import Cards
from pipeline.config import PLACEHOLDER_URL, Config, LinkedIn
from pipeline.delivery import Media
from pipeline.digests import sha256
from pipeline.errors import Problem, Severity
from pipeline.linkedin_text import Composed, LinkedInText, Note, compose, finish, mark_literal, plain_of, prose_of
from pipeline.model import Entry, Series
from pipeline.records import dataclass, replace
from pipeline.render.cards import card_of
from pipeline.render.documents import media_type
from pipeline.render.edition import Edition, Place, Posted
from pipeline.render.links import Links
from pipeline.render.templates import Templates
from pipeline.render.words import without_label

TEMPLATE = "linkedin.txt.j2"
#: What LinkedIn takes as an image (images-api, 2026-11: JPG, PNG, GIF).
_POSTABLE = ("image/png", "image/jpeg", "image/gif")
#: Of an article card, in characters (seen in LinkedIn's refusals, 2026-11; not in its reference).
_CARD_TITLE, _CARD_DESCRIPTION = 400, 4000
#: Characters of a first paragraph that may stand as a hook.
_LONGEST_OPENING = 500
#: Images of one post (multiimage-post-api, 2026-11).
_MOST_IMAGES = 20
_ENCODED = json.JSONEncoder(ensure_ascii=False).encode
_NOTHING = Composed(marked="", links=(), images=(), warnings=())


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedInPost:
    """An entry as LinkedIn would get it."""

    #: Of the account: ``linkedin``, or ``acme`` for ``[channels.acme]``.
    name: str
    text: LinkedInText
    #: The body of ``POST /rest/posts`` (posts-api, version 202609); images stand as ``urn:li:image:<sha256>``
    #: until they are uploaded.
    body: Mapping[str, object]
    #: The images that would be uploaded, in posting order; a card's picture is one.
    images: tuple[Media, ...]
    #: The first comment to put below the post, plain text; None where the entry has none.
    comment: str | None
    problems: tuple[Problem, ...]
    #: The marked text of its pieces.
    marked: tuple[str, ...]
    #: Every path in the project that a link or an image names, there or not.
    leads_to: frozenset[str] = frozenset()

    @property
    def prose(self) -> str:
        """The text without code and addresses, for checks of what was written as prose."""
        return "\n\n".join(prose_of(part) for part in self.marked)

    @property
    def fits(self) -> bool:
        """Whether the text may be posted: not empty, not over the limit."""
        return not self.text.errors

    def to_paste(self) -> bytes:
        """The text a person pastes, ended by one newline that is not part of it."""
        return f"{self.text.plain}\n".encode()

    def to_send(self) -> bytes:
        """The request body as JSON, readable and always the same."""
        return f"{indented(self.body)}\n".encode()


def indented(value: object, margin: str = "\n") -> str:
    """``json.dumps(value, ensure_ascii=False, indent=2)``, for which the standard library leaves its encoder in C."""
    if isinstance(value, Mapping) and value:
        inner = f"{margin}  "
        items = (f"{_ENCODED(str(key))}: {indented(item, inner)}" for key, item in value.items())
        return f"{{{inner}{f',{inner}'.join(items)}{margin}}}"
    if isinstance(value, (list, tuple)) and value:
        inner = f"{margin}  "
        return f"[{inner}{f',{inner}'.join(indented(item, inner) for item in value)}{margin}]"
    return _ENCODED(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Image:
    #: Source path.
    source: str
    alt: str
    #: SHA-256, where it is known without reading the file.
    digest: str | None = None


def linkedin_post(
    posted: Posted,
    *,
    edition: Edition,
    root: Path,
    config: Config,
    templates: Templates,
    summary: str,
    name: str = "linkedin",
    cards: Cards | None = None,
) -> LinkedInPost:
    """The LinkedIn post of an entry on the account ``name``.

    ``summary`` is plain text, for the card and for ``long = "summary"``. ``cards`` draws the picture of an entry that
    has none.
    """
    entry, series = posted.entry, posted.series
    settings = config.accounts[name]
    own: Mapping[str, object] = entry.overrides.get(name, {})
    links = Links(edition=edition, root=root, source=entry.path)
    pictures = Links(edition=edition, root=root, source=entry.path)
    style = str(own.get("link") or settings.link)
    address = _address(posted, config)

    def converted(markdown: str, softbreak: str) -> Composed:
        return compose(
            markdown,
            link=lambda dest: _absolute(links.follow(dest)),
            base=_base(posted, config),
            mentions=settings.mentions,
            softbreak=softbreak,
        )

    own_text = own.get("text")
    soft = " " if settings.softbreak == "space" else "\n"
    body = converted(str(own_text), "\n") if own_text else converted(entry.body, soft)
    media = _media(own, pictures, entry, body)
    hook = converted(str(own["hook"]), "\n") if own.get("hook") else _NOTHING
    footer = converted(str(own["footer"]), "\n") if own.get("footer") else _NOTHING
    opened = any(_opens_with_label(plain_of(part.marked), series, entry) for part in (hook, body))
    label = "" if opened else label_line(series, entry)
    tags = " ".join(f"#{tag}" for tag in _hashtags(own.get("hashtags")))

    def arranged(body: Composed, hook: Composed, link: str) -> LinkedInText:
        pieces = {
            "label": label,
            "hook": hook.marked,
            "body": body.marked,
            "hashtags": tags,
            "footer": footer.marked,
            "link": mark_literal(link) if link else "",
        }
        marked = templates.render(TEMPLATE, pieces).strip("\n")
        parts = (hook, body, footer)
        return finish(
            marked,
            limit=settings.limit,
            hashtag_style=settings.hashtag_style,
            escape_urls=settings.escape_urls,
            media=bool(media),
            links=(*(url for part in parts for url in part.links), *([link] if link else [])),
            images=tuple(image for part in parts for image in part.images),
            warnings=tuple(note for part in parts for note in part.warnings),
        )

    text = arranged(body, hook, address if style == "text" and address else "")
    if text.errors and str(own.get("long") or settings.long) == "summary" and text.plain:
        opening = hook if hook.marked else replace(_NOTHING, marked=_opening(plain_of(body.marked), series, entry))
        said = without_label(summary, series.label_of(entry.day), series.hashtag)
        rest = "" if said.rstrip("…") in plain_of(opening.marked) else said
        text = _explained(arranged(replace(_NOTHING, marked=rest), opening, address or ""))
    missing = dict(pictures.missing)  # what the body's own images miss is the page's to tell
    thumbnail = None if media else _thumbnail(entry, body, pictures)
    card = address if style == "card" else None
    if card and not media and thumbnail is None and cards is not None and posted.place is not None:
        drawn = card_of(cards, posted, config)
        thumbnail = _Image(source=drawn.source, alt="", digest=drawn.digest)
    sent = [*media, thumbnail] if thumbnail and card else media
    comment = plain_of(converted(str(own["first_comment"]), "\n").marked) if own.get("first_comment") else None
    return LinkedInPost(
        name=name,
        text=text,
        body=_request(text, settings, _content(entry, summary, media, thumbnail, card, root)),
        images=tuple(Media(source=image.source, digest=_digest(image, root), alt=image.alt) for image in sent),
        comment=comment,
        problems=(
            *_missing(entry, name, missing),
            *_too_many(entry, name, media),
            *_problems(posted, name, text, replaced=bool(own_text)),
        ),
        marked=tuple(part.marked for part in (hook, body, footer)),
        leads_to=frozenset(links.leads_to | pictures.leads_to),
    )


def _explained(text: LinkedInText) -> LinkedInText:
    """A text in its summary form; where even that is over the limit, its error says so."""
    remedy = "even as hook, summary and link: give the channel's table a shorter hook, or the entry a shorter summary"
    errors = tuple(replace(note, message=f"{note.message} ({remedy})") for note in text.errors)
    return replace(text, errors=errors)


def _base(posted: Posted, config: Config) -> str | None:
    """What relative links start from; None where the site has no address yet."""
    if config.site.url == PLACEHOLDER_URL:
        return None
    return posted.place.absolute if posted.place else config.site.url


def label_line(series: Series, entry: Entry) -> str:
    """``#Day2/30 #30daysofGenerativeAI``: the line that places an entry in its series."""
    label = series.label_of(entry.day)
    return f"{label} #{series.hashtag}" if series.hashtag else label


def _opens_with_label(text: str, series: Series, entry: Entry) -> bool:
    label = series.label_of(entry.day).casefold()
    start = text.lstrip().casefold()
    return start.startswith(label) and not start[len(label) : len(label) + 1].isalnum()


def _absolute(where: Place | None) -> str | None:
    if where is None:
        return None
    return where.absolute  # empty for an entry that is not out: the label stays, the link goes


def _address(posted: Posted, config: Config) -> str | None:
    if posted.entry.canonical_url:
        return posted.entry.canonical_url
    if posted.place is None or config.site.url == PLACEHOLDER_URL:
        return None
    return posted.place.absolute


def _hashtags(value: object) -> list[str]:
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    return [str(tag).lstrip("#＃") for tag in value] if isinstance(value, (list, tuple)) else []


def _media(own: Mapping[str, object], links: Links, entry: Entry, body: Composed) -> list[_Image]:
    """The images that the channel's table asks for, each with the alt text that is nearest to it."""
    listed = own.get("images")
    wanted = [own["image"]] if own.get("image") else list(listed) if isinstance(listed, (list, tuple)) else []
    in_body = {image.src: image.alt for image in body.images}
    found = []
    for item in wanted:
        given = item if isinstance(item, Mapping) else {"src": item}
        src = str(given.get("src", ""))
        alt = given.get("alt") or own.get("image_alt") or in_body.get(src)
        if not alt and src == entry.image:
            alt = entry.image_alt
        links.follow(src)
        source = _source(links, src)
        if source is not None and media_type(src) not in _POSTABLE:
            links.missing[src] = "is none that LinkedIn takes; use a JPG, PNG or GIF"
        elif source is not None:
            found.append(_Image(source=source, alt=str(alt or "")))
        else:
            links.missing.setdefault(src, "is not a file beside the entry")
    return found


def _source(links: Links, src: str) -> str | None:
    file = links.file(src)
    return None if file is None else file.relative_to(links.root).as_posix()


def _thumbnail(entry: Entry, body: Composed, links: Links) -> _Image | None:
    own = [(entry.image, entry.image_alt or "")] if entry.image else []
    for src, alt in (*own, *((image.src, image.alt) for image in body.images)):
        if media_type(src) in _POSTABLE:
            links.follow(src)
            source = _source(links, src)
            if source is not None:
                return _Image(source=source, alt=alt)
    return None


def _opening(text: str, series: Series, entry: Entry) -> str:
    """The first paragraph, with the one after it where the first is the label line."""
    paragraphs = [part for part in text.split("\n\n") if part.strip()]
    several = 2 if paragraphs and _opens_with_label(paragraphs[0], series, entry) else 1
    kept = [part for part in paragraphs[:several] if len(part) <= _LONGEST_OPENING]
    return "\n\n".join(kept)


def _request(text: LinkedInText, settings: LinkedIn, content: Mapping[str, object] | None) -> dict[str, object]:
    body: dict[str, object] = {
        "author": settings.author,
        "commentary": text.commentary,
        "visibility": settings.visibility,
        "distribution": {"feedDistribution": "MAIN_FEED", "targetEntities": [], "thirdPartyDistributionChannels": []},
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    return {**body, "content": content} if content else body


def _content(
    entry: Entry, summary: str, media: list[_Image], thumbnail: _Image | None, card: str | None, root: Path
) -> dict[str, object] | None:
    """Exactly one of an image, several images or an article card (posts-api, 2026-11); None for text alone."""
    if media:
        shown = [{"id": _urn(image, root), "altText": image.alt} for image in media]
        return {"media": shown[0]} if len(shown) == 1 else {"multiImage": {"images": shown}}
    if not card:
        return None
    article = {
        "source": card,
        "title": entry.title[:_CARD_TITLE],
        "description": summary[:_CARD_DESCRIPTION],
    }
    if thumbnail:
        article["thumbnail"] = _urn(thumbnail, root)
    return {"article": article}


def _urn(image: _Image, root: Path) -> str:
    return f"urn:li:image:{_digest(image, root)}"


def _digest(image: _Image, root: Path) -> str:
    return image.digest or sha256((root / image.source).read_bytes())


def _missing(entry: Entry, name: str, missing: Mapping[str, str]) -> list[Problem]:
    return [
        Problem(
            path=entry.path,
            line=entry.lines.get(name),
            severity="error",
            code="image-missing",
            message=f"the image '{src}' of the {name} table {reason}",
        )
        for src, reason in missing.items()
    ]


def _too_many(entry: Entry, name: str, media: list[_Image]) -> Iterator[Problem]:
    if len(media) > _MOST_IMAGES:
        yield Problem(
            path=entry.path,
            line=entry.lines.get(f"{name}.images"),
            severity="error",
            code="too-many-images",
            message=f"the {name} table lists {len(media)} images; a post on LinkedIn has {_MOST_IMAGES} at most",
        )


def _problems(posted: Posted, name: str, text: LinkedInText, *, replaced: bool) -> list[Problem]:
    """What is wrong with a text. ``replaced``: it is the channel's table's, so the body's lines are not its."""
    entry = posted.entry
    here = entry.lines.get(name, 1) if replaced else entry.body_line

    def problem(note: Note, severity: Severity) -> Problem:
        line = here if replaced else entry.body_line + _line(note, entry.body) - 1
        return Problem(path=entry.path, line=line, severity=severity, code=note.code, message=note.message)

    return [*(problem(note, "error") for note in text.errors), *(problem(note, "warning") for note in text.warnings)]


def _line(note: Note, body: str) -> int:
    """The line of a body that a note is about, from 1: its own, else the first that has what it names."""
    if note.line is not None or note.near is None:
        return note.line or 1
    return next((number for number, text in enumerate(body.split("\n"), 1) if note.near in text), 1)
