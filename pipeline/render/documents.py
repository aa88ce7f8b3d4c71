"""Render an entry's body once, for the page and the feed alike, with the files that travel with it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.errors import Problem
from pipeline.images import Copies
from pipeline.markdown import Colour, Document, ImageTarget, Target, highlighted, to_html
from pipeline.model import Entry
from pipeline.records import dataclass
from pipeline.render.context import Picture
from pipeline.render.edition import Edition, Place, Posted, SeriesEdition, place
from pipeline.render.links import Links
from pipeline.render.words import shorten, without_label

#: Of pictures that feeds, cards and LinkedIn can show; SVG is none of them.
RASTER = ("image/png", "image/jpeg", "image/gif", "image/webp", "image/avif")
#: Ids that the page around an entry has, so that none of its headings gets them.
PAGE_IDS = ("main", "toc", "rail", "calendar", "entries")

#: Of our own, since the system's table differs between machines.
_MEDIA_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """An entry's body as HTML, and what surrounds it."""

    posted: Posted
    document: Document
    #: Plain text: the writer's summary, else the start of the text.
    summary: str
    #: The entry's own picture, else the first of its body that has one of the ``RASTER`` types.
    picture: Picture | None
    #: The entry's own picture only where it is not in the body anyway.
    lead: Picture | None
    #: Source path → path below the site's root of the files to copy.
    assets: Mapping[str, str]
    #: Links as written that lead to an entry that is not out.
    ahead: tuple[str, ...]
    problems: tuple[Problem, ...]
    #: Every path in the project that a link names, there or not.
    leads_to: frozenset[str] = frozenset()


def render_document(
    posted: Posted, edition: Edition, root: Path, copies: Copies | None = None, colour: Colour = highlighted
) -> Rendered:
    """The body of an entry as page and feed show it.

    ``copies`` makes smaller ones of its pictures for the page, ``colour`` colours its code.
    """
    entry, series = posted.entry, posted.series
    links = Links(edition=edition, root=root, source=entry.path)
    where = posted.place or _series_place(posted, edition)
    document = to_html(
        entry.body,
        page_url=where.url,
        page_absolute=where.absolute,
        title=entry.title,
        taken=PAGE_IDS,
        link=lambda dest: _target(links.follow(dest)),
        image=lambda src: _image_target(links, src, copies),
        colour=colour,
    )
    problems = []
    for kind, dest, reason, line in _missing(links, document):
        message = f"the {kind} '{dest}' {reason}"
        if kind == "link":
            problems.append(_problem(posted, "error", "link-missing", message, line))
        else:
            problems.append(_problem(posted, "error", "image-missing", message, line))
    own = _own_picture(posted, links, edition, problems, copies)
    label = series.label_of(entry.day)
    text = entry.summary or document.first_paragraph or entry.title
    summary = shorten(without_label(text, label, series.hashtag), 500 if entry.summary else 200)
    in_body = own is not None and any(_same(use.dest, entry.image) for use in document.images)
    return Rendered(
        posted=posted,
        document=document,
        summary=summary,
        picture=own if own and own.media_type in RASTER else _first_picture(document, links) or _plain(own),
        lead=None if in_body else own,
        assets={source: made.path for source, made in sorted(links.assets.items())},
        ahead=tuple(dict.fromkeys(links.ahead)),
        problems=tuple(problems),
        leads_to=frozenset(links.leads_to),
    )


def render_intro(
    made: SeriesEdition, edition: Edition, root: Path, copies: Copies | None = None, colour: Colour = highlighted
) -> Rendered | None:
    """The text of ``_index.md`` as the series' page shows it; None where there is none."""
    series = made.series
    if made.place is None or not series.intro.strip():
        return None
    stand_in = Entry(
        path=series.path,
        series=series.slug,
        day=0,
        slug=series.slug,
        title=series.title,
        body=series.intro,
        body_line=series.intro_line,
        summary=series.description,
    )
    posted = Posted(series=series, entry=stand_in, due=edition.now, place=made.place)
    return render_document(posted, edition, root, copies, colour)


def _sources(links: Links, src: str, file: Path | None, copies: Copies | None) -> tuple[tuple[str, str], ...]:
    """The smaller copies of a picture, which travel with the entry. A file that is no picture is missing."""
    where = links.picture(src)
    if copies is None or file is None or where is None or media_type(src) not in RASTER:
        return ()
    try:
        made = copies.of(file)
    except ValueError as error:
        links.missing[src] = str(error)
        return ()
    found: dict[str, list[str]] = {}
    for copy in made:
        beside = place(links.edition.site, f"{where.path.rpartition('.')[0]}-{copy.ending}")
        links.assets[copy.source] = beside
        found.setdefault(copy.media_type, []).append(f"{beside.url} {copy.width}w")
    return tuple((kind, ", ".join(listed)) for kind, listed in found.items())


def picture_size(path: Path) -> tuple[int | None, int | None]:
    """Width and height of an image file in pixels, read from its header; None where it does not say."""
    stat = os.stat(path)
    return _size(str(path), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4096)
def _size(path: str, changed: int, length: int) -> tuple[int | None, int | None]:  # noqa: ARG001 (the cache's key)
    import imagesize

    try:
        width, height = imagesize.get(path)
    except (ValueError, OSError):
        return None, None
    return (int(width), int(height)) if width > 0 and height > 0 else (None, None)


def size_in(data: bytes) -> tuple[int | None, int | None]:
    """Width and height of a picture in pixels, from its bytes; None where they do not say."""
    import io

    import imagesize

    try:
        width, height = imagesize.get(io.BytesIO(data))
    except (ValueError, OSError, TypeError):
        return None, None
    return (int(width), int(height)) if width > 0 and height > 0 else (None, None)


def media_type(name: str) -> str | None:
    """The media type of a picture by its name's ending; None for what is no picture."""
    return _MEDIA_TYPES.get(urlsplit(name).path.rpartition(".")[2].lower())


def _target(where: Place | None) -> Target | None:
    return None if where is None else Target(url=where.url, absolute=where.absolute)


def _image_target(links: Links, src: str, copies: Copies | None) -> ImageTarget | None:
    where = links.picture(src)
    if where is None:
        return None
    file = links.file(src)
    width, height = picture_size(file) if file else (None, None)
    if file and width is None and media_type(src) in RASTER:
        links.missing[src] = "cannot be read as a picture; save it anew"
    sources = _sources(links, src, file, copies)
    return ImageTarget(url=where.url, absolute=where.absolute, width=width, height=height, sources=sources)


def _missing(links: Links, document: Document) -> list[tuple[str, str, str, int | None]]:
    uses = {use.dest: ("link", use.line) for use in document.links}
    uses |= {use.dest: ("image", use.line) for use in document.images}
    return [(uses[dest][0], dest, reason, uses[dest][1]) for dest, reason in links.missing.items() if dest in uses]


def _problem(posted: Posted, severity: str, code: str, message: str, body_line: int | None) -> Problem:
    line = None if body_line is None else posted.entry.body_line + body_line - 1
    return Problem(path=posted.entry.path, line=line, message=message, severity=severity, code=code)  # type: ignore[arg-type]


def _own_picture(
    posted: Posted, links: Links, edition: Edition, problems: list[Problem], copies: Copies | None
) -> Picture | None:
    entry = posted.entry
    if not entry.image:
        return None
    alt = entry.image_alt or ""
    where = links.picture(entry.image)
    if where is not None and where.url:
        file = links.file(entry.image)
        width, height = picture_size(file) if file else (None, None)
        return Picture(
            url=where.url, absolute=where.absolute, alt=alt, width=width, height=height,
            media_type=media_type(where.path), sources=_sources(links, entry.image, file, copies),
        )  # fmt: skip
    if entry.image.startswith(("https://", "http://")):
        return Picture(
            url=entry.image, absolute=entry.image, alt=alt, width=None, height=None, media_type=media_type(entry.image)
        )
    if entry.image.startswith("/"):
        return Picture(
            url=entry.image, absolute=_origin(edition.site.url) + entry.image, alt=alt, width=None, height=None,
            media_type=media_type(entry.image),
        )  # fmt: skip
    reason = links.missing.get(entry.image, "is no picture")
    problem = f"the image '{entry.image}' {reason}"
    problems.append(
        Problem(path=entry.path, line=entry.lines.get("image"), message=problem, severity="error", code="image-missing")
    )
    return None


def _first_picture(document: Document, links: Links) -> Picture | None:
    for use in document.images:
        kind = media_type(use.dest)
        where = links.follow(use.dest)
        if where is not None and where.url and kind in RASTER:
            file = links.file(use.dest)
            width, height = picture_size(file) if file else (None, None)
            return Picture(
                url=where.url, absolute=where.absolute, alt=use.alt, width=width, height=height, media_type=kind
            )
        if use.dest.startswith("https://") and kind in RASTER:
            return Picture(url=use.dest, absolute=use.dest, alt=use.alt, width=None, height=None, media_type=kind)
    return None


def _plain(own: Picture | None) -> Picture | None:
    """A picture whose type its address does not tell: it may well be one; an SVG is none to feeds and cards."""
    return own if own is not None and own.media_type is None else None


def _same(dest: str, image: str | None) -> bool:
    return image is not None and dest.removeprefix("./") == image.removeprefix("./")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _series_place(posted: Posted, edition: Edition) -> Place:
    for made in edition.series:
        if made.series.slug == posted.series.slug and made.place is not None:
            return made.place
    return Place(path="/", url=edition.site.base_path + "/", absolute=edition.site.url + "/")
