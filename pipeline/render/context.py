"""What a template may see: frozen views, everything computed before the template runs.

``CONTEXT_VERSION`` grows when a field goes away or changes its meaning. Every ``url`` starts with the site's
base path and is ready for an ``href``; every ``absolute`` one starts with the site's address.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pipeline.records import dataclass

CONTEXT_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """A moment, ready to show."""

    #: RFC 3339 with the series' offset, for ``<time datetime>``.
    iso: str
    #: The local date: ``2026-10-19``.
    day: str
    #: In words: ``19 October 2026``.
    human: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A place on the site and what to call it."""

    url: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLinks:
    """The three feeds of the site or of a series."""

    title: str
    rss: str
    atom: str
    json: str
    #: Of the page for those who want to begin with day 1 today; empty where there is none.
    drip_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteView:
    """The blog as a whole."""

    title: str
    description: str
    language: str
    author: str
    #: Of the home page.
    url: str
    absolute: str
    feeds: FeedLinks
    #: URLs by file name of what ``templates/static/`` holds: ``assets["style.css"]``.
    assets: Mapping[str, str]
    #: Every series that has an entry out.
    series: tuple[Link, ...]
    #: Empty where nothing carries a tag.
    tags_url: str
    #: Of the page that explains the feeds, of everything by date, and of the search with its index.
    subscribe_url: str = ""
    archive_url: str = ""
    search_url: str = ""
    search_index: str = ""
    #: Empty where one person writes everything.
    authors_url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An image with what a page needs to lay it out before it has loaded."""

    url: str
    absolute: str
    alt: str
    #: Pixels; None where unknown (a remote image, an SVG without a size).
    width: int | None
    height: int | None
    #: ``image/png``.
    media_type: str | None
    #: Media type and ``srcset`` of smaller copies, best first.
    sources: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCard:
    """An entry as a list shows it."""

    url: str
    absolute: str
    title: str
    #: ``#Day2/30``.
    label: str
    day: int
    date: Stamp
    summary: str
    series: Link
    tags: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading of the body, for a table of contents."""

    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """An entry on its own page."""

    url: str
    absolute: str
    #: The canonical address: the entry's own page unless it says otherwise.
    canonical: str
    title: str
    label: str
    day: int
    date: Stamp
    updated: Stamp | None
    #: Plain text.
    summary: str
    author: str
    #: HTML, sanitised.
    html: str
    headings: tuple[Heading, ...]
    tags: tuple[Link, ...]
    categories: tuple[str, ...]
    image: Picture | None
    words: int
    #: Minutes, from 1.
    reading_time: int
    language: str
    #: The BlogPosting and BreadcrumbList of the page as a JSON-LD document, safe inside ``<script>``.
    json_ld: str
    #: Front matter daycast does not know.
    extra: Mapping[str, object]
    #: True on a preview under ``output/drafts/``: it must not be indexed.
    draft: bool
    #: URL of the author's page; empty where one person writes everything.
    author_url: str = ""
    #: Where it is out as well, by its receipts: the channel's name and the post's address.
    elsewhere: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCell:
    """One square of a series' grid."""

    day: int
    label: str
    #: ``open``: not out although its date has come: a draft, or not written.
    state: Literal["out", "to come", "open"]
    #: The newest day that is out.
    today: bool
    date: Stamp | None
    #: Only of a day that is out.
    url: str | None
    title: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesView:
    """A series, on its own page and on those of its entries."""

    url: str
    absolute: str
    title: str
    #: With ``#``; empty where it has none.
    hashtag: str
    description: str
    #: HTML of ``_index.md``.
    html: str
    author: str
    language: str
    #: What a day of it is called, after its label: ``Day``, ``Week``, ``Tag``.
    noun: str
    #: The announced number of days; None for an endless series.
    length: int | None
    #: How many are out.
    out: int
    days: tuple[DayCell, ...]
    #: Newest first.
    entries: tuple[EntryCard, ...]
    feeds: FeedLinks
    #: Of its days as a calendar (iCalendar); empty where it has none.
    calendar_url: str = ""
    #: Whether ``html`` says no more than ``description`` does.
    html_repeats: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """What every page says about itself."""

    #: For ``<title>``, without the site's name.
    title: str
    description: str
    canonical: str
    language: str
    #: Open Graph's: ``article`` or ``website``.
    kind: Literal["article", "website"]
    image: Picture | None
    #: Feeds to announce, most specific first.
    feeds: tuple[FeedLinks, ...]
    #: Neighbours in day order (entries) or in a paginated list: for ``<link rel>`` and the page's navigation.
    previous: Link | None
    next: Link | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paging:
    """One page of a paginated list."""

    number: int
    total: int
    newer: str | None
    older: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthView:
    """A month of the archive."""

    #: With its year: ``October 2026``.
    title: str
    #: Newest first.
    cards: tuple[EntryCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TagView:
    """A tag, an author or a year, and how much there is of it."""

    name: str
    url: str
    count: int
