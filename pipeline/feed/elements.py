"""Elements of other vocabularies that RSS and Atom share and feedgen lacks or gets wrong."""

from __future__ import annotations

from lxml.etree import SubElement, _Element

from pipeline.feed.model import FeedImage
from pipeline.feed.names import HISTORY, MEDIA


def child(parent: _Element, tag: str, content: str | None = None, **attributes: str) -> _Element:
    """A new last child; ``tag`` in Clark notation."""
    made = SubElement(parent, tag, attributes)
    made.text = content
    return made


def complete(parent: _Element) -> None:
    """Say that the document holds every entry of a finished series (RFC 5005 §2)."""
    child(parent, f"{{{HISTORY}}}complete")


def media_content(parent: _Element, image: FeedImage) -> None:
    """Name the lead image, bare: some readers do not look into ``media:group`` (Media RSS 1.5.1)."""
    known = {
        "type": image.media_type,
        "width": None if image.width is None else str(image.width),
        "height": None if image.height is None else str(image.height),
    }
    attributes = {name: value for name, value in known.items() if value}
    made = child(parent, f"{{{MEDIA}}}content", url=image.url, medium="image", **attributes)
    if image.alt:
        child(made, f"{{{MEDIA}}}description", image.alt, type="plain")
