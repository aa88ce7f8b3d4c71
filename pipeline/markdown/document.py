"""What the Markdown of an entry gives: HTML for its page and for feeds, and what a check wants to know of it."""

from __future__ import annotations

from pipeline.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where something lives on the site."""

    #: For the page: starts with the site's base path. Empty where there is nothing yet: then the label stays alone.
    url: str
    #: For feeds: starts with the site's address.
    absolute: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageTarget(Target):
    """Where an image lives on the site, and its size in pixels where it is known."""

    width: int | None = None
    height: int | None = None
    #: Media type and ``srcset`` of smaller copies, best first.
    sources: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadingInfo:
    """A heading of the page's HTML, for a table of contents."""

    #: From 2 to 6: the page's own title is the h1.
    level: int
    id: str
    #: Plain text.
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkUse:
    """A link in the Markdown, or in its raw HTML."""

    #: As written.
    dest: str
    #: Plain text, of a picture its alternative text; empty for a link in raw HTML.
    text: str
    #: Line in the Markdown, from 1.
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageUse:
    """An image in the Markdown, or in its raw HTML."""

    #: As written.
    dest: str
    alt: str
    #: Line in the Markdown, from 1.
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something the writer should know: it was rendered, but not as written."""

    #: A sentence with the remedy, without a place.
    message: str
    #: ``no-alt``, ``link-scheme``, ``link-empty``, ``footnote-unused`` or ``raw-html``.
    code: str
    #: Line in the Markdown, from 1.
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """Markdown, rendered."""

    #: For the page: root-relative URLs, heading ids, highlighted code.
    html: str
    #: For feeds: absolute URLs, no ids, plain code. The same text, but for heading anchors and task boxes.
    feed_html: str
    headings: tuple[HeadingInfo, ...]
    links: tuple[LinkUse, ...]
    images: tuple[ImageUse, ...]
    #: What is read: text and code, each block on lines of its own.
    text: str
    #: Words of text and code; a Chinese or Japanese character counts as one.
    words: int
    #: Plain text of the first paragraph with at least five words that are no hashtags; empty where there is none.
    first_paragraph: str
    #: True where the Markdown has HTML of its own that may stay.
    raw_html: bool
    warnings: tuple[Note, ...]
