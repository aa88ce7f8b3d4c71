"""Make what a series alone decides: its page, those of its entries, its feeds and its LinkedIn texts.

A series is the unit of a build: chapters are made side by side, and one that nothing has changed for is not made again.
What the rest of the site shows of a series is in what its chapter tells.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from pipeline.cards.store import Cards
from pipeline.config import Config
from pipeline.errors import Problem
from pipeline.feed import FeedItem, guid
from pipeline.images import Copies
from pipeline.markdown import Colours
from pipeline.output import SITE
from pipeline.records import dataclass
from pipeline.render.cards import with_card
from pipeline.render.context import EntryCard
from pipeline.render.documents import Rendered, render_document, render_intro
from pipeline.render.edition import CALENDAR, Edition, SeriesEdition, preview
from pipeline.render.feeds import authority_of, drip_feeds, feed_item, series_feeds
from pipeline.render.ics import Event, calendar
from pipeline.render.linkedin import LinkedInPost, linkedin_post
from pipeline.render.lists import File, Intro
from pipeline.render.pages import Pages
from pipeline.render.search import fragment
from pipeline.render.templates import Templates


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What all chapters of one edition share."""

    edition: Edition
    root: Path
    config: Config
    templates: Templates
    pages: Pages
    cards: Cards | None
    copies: Copies | None
    #: Files below ``output/site/`` that are the theme's.
    taken: Collection[str]
    #: Source paths of the entries that the site's own feeds show.
    in_feeds: frozenset[str]
    #: Whether the search finds what stands in an entry's text.
    with_text: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What lists show of a series' entries; by source path."""

    intro: Intro | None
    cards: Mapping[str, EntryCard]
    #: JSON of each in the index of the search.
    search: Mapping[str, str]
    #: Code that was coloured, for the next time; see `Colours`.
    code: Mapping[str, str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the rest of a build needs to know of a chapter."""

    shown: Shown
    #: Of those that the site's own feeds show, by source path.
    items: Mapping[str, FeedItem]
    #: Files to copy: source path → path below the site's root.
    assets: Mapping[str, str]
    #: The site's files with the source each was made from.
    sources: Mapping[str, str]
    #: Paths in the project, outside the series' own folder, that its links lead to.
    outside: tuple[str, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A series as files."""

    #: Bytes by path below ``output/``.
    files: Mapping[str, bytes]
    told: Told


def make_chapter(
    made: SeriesEdition, frame: Frame, tick: Callable[[], None], code: Mapping[str, str | None] = MappingProxyType({})
) -> Chapter:
    """Everything of one series. ``tick`` is called once for each entry that is out. Raises RenderError.

    ``code`` is what was coloured for it before.
    """
    pages, config = frame.pages, frame.config
    colours = Colours(code)
    rendered: dict[str, Rendered] = {}
    for posted in made.posted:
        document = render_document(posted, frame.edition, frame.root, frame.copies, colours)
        rendered[posted.entry.path] = with_card(document, frame.cards, config)
        tick()
    intro = render_intro(made, frame.edition, frame.root, frame.copies, colours)
    summaries = {path: item.summary for path, item in rendered.items()}
    opening = None if intro is None else Intro(summary=intro.summary, html=intro.document.html)
    cards = {posted.entry.path: pages.card(posted, summaries[posted.entry.path]) for posted in made.posted}
    problems: list[Problem] = []
    files: dict[str, bytes] = {}
    sources: dict[str, str] = {}
    words = frame.templates.languages.of(made.series.language or config.site.language)
    items = {
        posted.entry.path: feed_item(posted, rendered[posted.entry.path], made, config, words) for posted in made.posted
    }
    for file in (
        *pages.series(made, rendered, cards, opening),
        *series_feeds(made, frame.edition, items, config),
        *_calendar(made, frame.edition.now, config),
        *drip_feeds(made, frame.edition, items, config, words),
        *pages.drip(made, cards, opening),
    ):
        if file.path in frame.taken:
            problems.append(taken(file, ""))
        else:
            files[f"{SITE}/{file.path}"] = file.content
            sources[file.path] = file.source
    documents = [*rendered.values(), *([intro] if intro is not None else ())]
    posts = _posts(made, frame, rendered, colours)
    for path, post in posts:
        if post.fits:
            files[f"{path}.txt"] = post.to_paste()
            files[f"{path}.json"] = post.to_send()
    search = {}
    for posted in made.posted:
        path = posted.entry.path
        if posted.place is not None:
            search[path] = fragment(cards[path], rendered[path].document.text if frame.with_text else "")
    results = (*documents, *(post for _, post in posts))
    own = f"{made.series.folder}/"
    return Chapter(
        files=files,
        told=Told(
            shown=Shown(intro=opening, cards=cards, search=search, code=colours.used),
            items={path: item for path, item in items.items() if path in frame.in_feeds},
            assets={source: path for item in documents for source, path in item.assets.items()},
            sources=sources,
            outside=tuple(sorted({path for result in results for path in result.leads_to if not path.startswith(own)})),
            problems=(*problems, *(problem for result in results for problem in result.problems)),
        ),
    )


def _calendar(made: SeriesEdition, now: datetime, config: Config) -> Iterator[File]:
    """The days of a series for calendars: what is out by its title, what is to come by its label alone."""
    if made.place is None or not made.series.declared:
        return
    out = {posted.entry.day: posted for posted in made.posted}
    events = []
    for day in made.planned:
        posted = out.get(day.day)
        if day.due is None or (posted is None and day.due <= now):
            continue
        events.append(
            Event(
                uid=guid(authority_of(config, made.series), made.series.id, f"calendar-{day.day}"),
                at=day.due,
                summary=f"{day.label} {posted.entry.title}" if posted else f"{day.label} {made.series.title}",
                url=posted.place.absolute if posted and posted.place else None,
            )
        )
    yield File(
        path=f"{made.series.slug}/{CALENDAR}", content=calendar(made.series.title, events), source=made.series.path
    )


def taken(file: File, owner: str) -> Problem:
    """That a file stands where another does; ``owner`` is the source of that one, or empty."""
    return Problem(
        path=file.source or "templates/static",
        line=None,
        severity="error",
        code="address-taken",
        message=f"/{file.path} is already made from {owner or 'the theme'}; rename one of them",
    )


def _posts(
    made: SeriesEdition, frame: Frame, rendered: Mapping[str, Rendered], colours: Colours
) -> list[tuple[str, LinkedInPost]]:
    """The LinkedIn posts of all that is written, out or not, by their path below ``output/`` without an ending."""
    accounts = frame.config.accounts
    out = {posted.entry.path: posted for posted in made.posted}
    found = []
    for day in made.planned_and_recap:
        entry = day.entry
        if entry is None or entry.draft or entry.path in frame.edition.refused:
            continue
        names = [name for name in made.series.channels_of(entry) if name in accounts]
        if not names:
            continue
        posted = out.get(entry.path) or preview(frame.edition, made.series, entry, day.due)
        known = rendered.get(entry.path) or render_document(posted, frame.edition, frame.root, None, colours)
        for name in names:
            post = linkedin_post(
                posted,
                edition=frame.edition,
                root=frame.root,
                config=frame.config,
                templates=frame.templates,
                summary=known.summary,
                name=name,
                cards=frame.cards,
            )
            found.append((f"{name}/{made.series.slug}/{entry.key}", post))
    return found
