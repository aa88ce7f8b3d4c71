"""What an import finds: items that may become entries, and what cannot be carried."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pipeline.records import dataclass, field

#: How the files of pictures end.
PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".svg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One post as another tool holds it."""

    #: Where it was found, for the report: ``posts.xml: post 82``, ``content/posts/day-2.md``.
    source: str
    title: str
    #: Markdown.
    body: str
    #: The day that its file says it is, where it is not to be found in title, slug or first line.
    day: int | None = None
    #: Its instant, UTC.
    at: datetime | None = None
    slug: str = ""
    #: Paths on its old site, or whole addresses.
    addresses: tuple[str, ...] = ()
    #: Addresses that its file names itself.
    known: tuple[str, ...] = ()
    guid: str = ""
    summary: str = ""
    tags: tuple[str, ...] = ()
    category: tuple[str, ...] = ()
    author: str = ""
    #: A path of ``files``, or an address.
    image: str = ""
    image_alt: str = ""
    draft: bool = False
    #: The post on LinkedIn that it is or has.
    linkedin: str = ""
    #: The file as it is, where it is Markdown already: then it is carried as it is.
    raw: bytes | None = None
    #: Bytes of the pictures that lie beside it, by their path as the text writes it.
    files: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Something that could not be carried, or not as it was."""

    source: str
    #: A sentence: what, and what to do.
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a place holds."""

    items: tuple[Item, ...]
    losses: tuple[Loss, ...]
    #: Names of the numbers that stand for categories.
    categories: Mapping[str, str] = field(default_factory=dict)
