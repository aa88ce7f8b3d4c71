"""Read what WordPress exports: WXR, an RSS feed with everything of a site in it (*Tools → Export*)."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pipeline.errors import ConfigError, ContentError
from pipeline.importers.html import MISSING, markdown_of
from pipeline.importers.item import Found, Item, Loss
from pipeline.patterns import pattern
from pipeline.records import dataclass, field

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_WP = "{http://wordpress.org/export/1.2/}"
_CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
_EXCERPT = "{http://wordpress.org/export/1.2/excerpt/}encoded"
_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
#: Versions 1.0 to 1.2 of the format differ in this alone.
_VERSION = pattern(rb"http://wordpress\.org/export/1\.[01]/")
#: What XML 1.0 has no place for, and old posts are full of.
_CONTROL = pattern(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_STATES = {"publish": False, "future": False, "draft": True, "pending": True, "private": True}


@dataclass(slots=True, kw_only=True)
class _Site:
    """What of an export concerns all of its posts."""

    categories: dict[str, str] = field(default_factory=dict)
    #: Address and alternative text of each attachment, by its id.
    attachments: dict[str, tuple[str, str]] = field(default_factory=dict)
    authors: dict[str, str] = field(default_factory=dict)
    others: Counter[str] = field(default_factory=Counter)


def is_wxr(start: bytes) -> bool:
    """Whether a file that begins like this is such an export."""
    return b"wordpress.org/export/" in start


def read(data: bytes, name: str) -> Found:
    """The posts of an export. Raises ContentError for what is no such file, ConfigError without the extra."""
    site = _Site()
    items: list[tuple[Item, str]] = []
    losses: list[Loss] = []
    for element in _elements(data, name):
        if element.tag == "item":
            found = _item(element, site, name, losses)
            if found is not None:
                items.append(found)
            element.clear()
        elif element.tag == f"{_WP}category":
            number, title = _text(element, f"{_WP}term_id"), _text(element, f"{_WP}cat_name")
            if number and title:
                site.categories[number] = title
        elif element.tag == f"{_WP}author":
            login = _text(element, f"{_WP}author_login")
            site.authors[login] = _text(element, f"{_WP}author_display_name") or login
    made = tuple(_completed(item, thumbnail, site) for item, thumbnail in items)
    losses += [
        Loss(source=name, what=f"{count} {'item' if count == 1 else 'items'} of type '{kind}' left out: no posts")
        for kind, count in sorted(site.others.items())
    ]
    return Found(items=made, losses=tuple(losses), categories=site.categories)


def _elements(data: bytes, name: str) -> Iterator[Element]:
    try:
        from defusedxml.common import DefusedXmlException
        from defusedxml.ElementTree import ParseError, iterparse
    except ImportError as error:
        raise ConfigError(MISSING) from error
    clean = _VERSION.sub(b"http://wordpress.org/export/1.2/", _CONTROL.sub(b"", data))
    try:
        for _, element in iterparse(io.BytesIO(clean), forbid_dtd=True):
            yield element
    except ParseError as error:
        line, _ = error.position
        raise ContentError(f"{name}:{line}: is no XML that can be read: {error.msg}; export it again") from error
    except DefusedXmlException as error:
        raise ContentError(
            f"{name}: declares a document type or entities, which no export does; it is not read"
        ) from error


def _item(element: Element, site: _Site, name: str, losses: list[Loss]) -> tuple[Item, str] | None:
    kind, number = _text(element, f"{_WP}post_type") or "post", _text(element, f"{_WP}post_id")
    title = " ".join(_text(element, "title").split())
    source = f"{name}: post {number}" + (f" ({title[:60]})" if title else "")
    if kind == "attachment":
        site.attachments[number] = (
            _text(element, f"{_WP}attachment_url"),
            _meta(element).get("_wp_attachment_image_alt", ""),
        )
        return None
    if kind != "post":
        site.others[kind] += 1
        return None
    status = _text(element, f"{_WP}status")
    if status not in _STATES:
        losses.append(Loss(source=source, what=f"is '{status}', and left out"))
        return None
    if status == "private":
        losses.append(Loss(source=source, what="is private, and a draft now"))
    locked = bool(_text(element, f"{_WP}post_password"))
    if locked:
        losses.append(Loss(source=source, what="is behind a password, and a draft now"))
    body, lost = markdown_of(_text(element, _CONTENT))
    losses += [Loss(source=source, what=what) for what in lost]
    if comments := len(element.findall(f"{_WP}comment")):
        losses.append(
            Loss(source=source, what=f"{comments} {'comment is' if comments == 1 else 'comments are'} left out")
        )
    meta = _meta(element)
    if kept := sorted(key for key in meta if not key.startswith("_")):
        losses.append(Loss(source=source, what=f"custom fields left out: {', '.join(kept)}"))
    terms = [(one.get("domain"), " ".join((one.text or "").split())) for one in element.findall("category")]
    summary, lost = markdown_of(_text(element, _EXCERPT))
    at = _moment(_text(element, f"{_WP}post_date_gmt"))
    if at is None and (local := _text(element, f"{_WP}post_date")) and _moment(local) is not None:
        at = _moment(local)
        losses.append(Loss(source=source, what=f"has a date without a zone ({local}); taken for UTC"))
    link = _text(element, "link")
    return Item(
        source=source,
        title=title,
        body=body,
        at=at,
        slug=unquote(_text(element, f"{_WP}post_name")),
        addresses=(link,) if urlsplit(link).path.strip("/") else (),
        guid=_text(element, "guid"),
        summary=" ".join(summary.split()),
        tags=tuple(text for domain, text in terms if domain == "post_tag" and text),
        category=tuple(text for domain, text in terms if domain == "category" and text and text != "Uncategorized"),
        author=_text(element, _CREATOR),
        draft=_STATES[status] or locked,
    ), meta.get("_thumbnail_id", "")


def _completed(item: Item, thumbnail: str, site: _Site) -> Item:
    """An item with what stands elsewhere in the file: its picture, and its author's name."""
    from pipeline.records import replace

    image, alt = site.attachments.get(thumbnail, ("", ""))
    return replace(item, image=image, image_alt=alt, author=site.authors.get(item.author, item.author))


def _meta(element: Element) -> Mapping[str, str]:
    return {_text(one, f"{_WP}meta_key"): _text(one, f"{_WP}meta_value") for one in element.findall(f"{_WP}postmeta")}


def _text(element: Element, tag: str) -> str:
    return (element.findtext(tag) or "").strip()


def _moment(text: str) -> datetime | None:
    """``2023-02-15 06:36:19``; WordPress writes zeros where it has none."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
