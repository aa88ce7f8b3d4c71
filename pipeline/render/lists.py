"""The pages that lead to entries: home, tags, archive, authors, subscribe, search; and what robots read."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Protocol

from pipeline.config import Config
from pipeline.model import Series
from pipeline.records import dataclass
from pipeline.render.context import (
    EntryCard,
    FeedLinks,
    Link,
    MonthView,
    PageView,
    Paging,
    SeriesView,
    SiteView,
    TagView,
)
from pipeline.render.edition import (
    ARCHIVE,
    AUTHORS,
    PAGES,
    SEARCH,
    SEARCH_INDEX,
    SUBSCRIBE,
    TAGS,
    Edition,
    Place,
    Posted,
    place,
)
from pipeline.render.language import Words
from pipeline.render.search import search_index
from pipeline.render.templates import Templates
from pipeline.wallclock import local

#: A list's items by the last part of its address: how it is called, and what is on it, newest first.
Groups = Mapping[str, tuple[str, list[Posted]]]
_ALONE = Paging(number=1, total=1, newer=None, older=None)
_HOME = "home.html.j2"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of the site: path below ``output/site/`` and its bytes."""

    path: str
    content: bytes
    #: Source path of the entry or series it is made from; empty for the site's own.
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file of the site that is made when it is wanted."""

    #: Below ``output/site/``.
    path: str
    #: What it shows, told by ``repr``: as long as this, the theme and the settings are the same, so are its bytes.
    shows: tuple[object, ...]
    make: Callable[[], bytes]
    #: As of a `File`.
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intro:
    """The text of ``_index.md`` as the series' page shows it."""

    #: Plain text.
    summary: str
    html: str


class Shelf(Protocol):
    """What the series show of themselves in lists."""

    def card(self, posted: Posted) -> EntryCard:
        """An entry that is out."""

    def sign(self, posted: Posted) -> str:
        """A digest of its card."""

    def cards(self, series: Series) -> Mapping[str, EntryCard]:
        """Every entry of a series that is out, by source path."""

    def intro(self, series: Series) -> Intro | None:
        """The text about a series."""

    def series_sign(self, series: Series) -> str:
        """A digest of all that the page of a series shows."""

    def found(self, posted: Posted) -> str:
        """An entry with a page in the index of the search."""

    def search_sign(self, series: Series) -> str:
        """A digest of all that is found of a series."""


def list_page(
    config: Config,
    templates: Templates,
    site: SiteView,
    title: str,
    description: str,
    where: Place,
    paging: Paging = _ALONE,
) -> PageView:
    """What the frame of a list's page shows."""
    words = templates.languages.of(config.site.language)
    return PageView(
        title=title if paging.number == 1 else words.page_title.format(title=title, number=paging.number),
        description=description,
        canonical=where.absolute,
        language=config.site.language,
        kind="website",
        image=None,
        feeds=(site.feeds,),
        previous=Link(url=paging.newer, title=words.newer) if paging.newer else None,
        next=Link(url=paging.older, title=words.older) if paging.older else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The lists of one edition."""

    edition: Edition
    config: Config
    templates: Templates
    site: SiteView
    shelf: Shelf
    #: A series as the home page shows it.
    hero: Callable[[Series, Mapping[str, EntryCard], Intro | None], SeriesView]
    tags: Groups
    authors: Groups
    #: The feeds of each series that has some, in the site's order.
    feeds: tuple[FeedLinks, ...]

    @property
    def words(self) -> Words:
        """Of the site's language."""
        return self.templates.languages.of(self.config.site.language)

    def all(self) -> Iterator[Sheet]:
        """Every list."""
        newest = self.edition.pages
        yield from self._home(newest)
        yield from self._tag_pages()
        yield from self._archive(newest)
        yield from self._author_pages()
        yield self._subscribe()
        yield from self._search(newest)
        yield self._not_found()

    def _page(self, title: str, description: str, where: Place, paging: Paging = _ALONE) -> PageView:
        return list_page(self.config, self.templates, self.site, title, description, where, paging)

    def _home(self, newest: Sequence[Posted]) -> Iterator[Sheet]:
        site = self.config.site
        for paging, chunk, where in self._paginated("/", newest):
            page = self._page(site.title, site.description or site.title, where, paging)
            first = newest[0].series if newest and paging.number == 1 else None
            yield self._sheet(_HOME, where, page, cards=chunk, hero=first, paging=paging)

    def _tag_pages(self) -> Iterator[Sheet]:
        if self.tags:
            words = self.words
            views = yield from self._groups(TAGS, self.tags, "tag.html.j2", words.tags, words.about_tag, "tag")
            where = place(self.edition.site, f"/{TAGS}/")
            page = self._page(words.tags, words.about_tags.format(site=self.config.site.title), where)
            yield self._sheet("tags.html.j2", where, page, tags=views)

    def _author_pages(self) -> Iterator[Sheet]:
        if self.authors:
            words = self.words
            views = yield from self._groups(
                AUTHORS, self.authors, "author.html.j2", words.authors, words.about_author, "name"
            )
            where = place(self.edition.site, f"/{AUTHORS}/")
            page = self._page(words.authors, words.about_authors.format(site=self.config.site.title), where)
            yield self._sheet("authors.html.j2", where, page, authors=views)

    def _groups(
        self, folder: str, groups: Groups, template: str, title: str, about: str, word: str
    ) -> Generator[Sheet, None, tuple[TagView, ...]]:
        """The pages of each group. Gives the views of them all."""
        views = []
        for slug, (name, items) in sorted(groups.items()):
            here = f"/{folder}/{slug}/"
            view = TagView(name=name, url=place(self.edition.site, here).url, count=len(items))
            views.append(view)
            for paging, chunk, where in self._paginated(here, items):
                page = self._page(name, about.format(**{word: name}), where, paging)
                yield self._sheet(template, where, page, cards=chunk, tag=view, paging=paging, title=title)
        return tuple(views)

    def _archive(self, newest: Sequence[Posted]) -> Iterator[Sheet]:
        words, site = self.words, self.config.site
        about = words.about_archive.format(site=site.title)
        moments = [local(posted.due, site.zone) for posted in newest]
        months: dict[int, dict[int, list[Posted]]] = {}
        for posted, here in zip(newest, moments, strict=True):
            months.setdefault(here.year, {}).setdefault(here.month, []).append(posted)
        counted = tuple(
            TagView(
                name=str(year),
                url=place(self.edition.site, f"/{ARCHIVE}/{year}/").url,
                count=sum(len(items) for items in by_month.values()),
            )
            for year, by_month in months.items()
        )

        def titled(year: int) -> list[tuple[str, list[Posted]]]:
            return [(words.month(items[0].due, site.zone), items) for items in months.get(year, {}).values()]

        for year in months:
            where = place(self.edition.site, f"/{ARCHIVE}/{year}/")
            page = self._page(f"{words.archive} {year}", about, where)
            yield self._sheet("archive.html.j2", where, page, months=titled(year), years=counted, year=str(year))
        where = place(self.edition.site, f"/{ARCHIVE}/")
        page = self._page(words.archive, about, where)
        last = next(iter(months), 0)
        yield self._sheet("archive.html.j2", where, page, months=titled(last), years=counted, year="")

    def _subscribe(self) -> Sheet:
        words = self.words
        where = place(self.edition.site, f"/{SUBSCRIBE}/")
        page = self._page(words.subscribe, words.about_subscribe.format(site=self.config.site.title), where)
        return self._sheet("subscribe.html.j2", where, page, series_feeds=self.feeds)

    def _search(self, newest: Sequence[Posted]) -> Iterator[Sheet]:
        words = self.words
        where = place(self.edition.site, f"/{SEARCH}/")
        page = self._page(words.search, words.about_search.format(site=self.config.site.title), where)
        yield self._sheet("search.html.j2", where, page)
        shelf = self.shelf
        yield Sheet(
            path=SEARCH_INDEX,
            shows=(
                [posted.entry.path for posted in newest],
                [shelf.search_sign(made.series) for made in self.edition.series],
            ),
            make=lambda: search_index(shelf.found(posted) for posted in newest),
        )

    def _not_found(self) -> Sheet:
        where = place(self.edition.site, "/404.html")
        return self._sheet("404.html.j2", where, self._page(self.words.not_found, "", where))

    def _paginated(self, folder: str, items: Sequence[Posted]) -> Iterator[tuple[Paging, Sequence[Posted], Place]]:
        size = self.config.site.page_size
        total = max(1, -(-len(items) // size))

        def at(number: int) -> Place:
            return place(self.edition.site, folder if number == 1 else f"{folder}{PAGES}/{number}/")

        for number in range(1, total + 1):
            paging = Paging(
                number=number,
                total=total,
                newer=at(number - 1).url if number > 1 else None,
                older=at(number + 1).url if number < total else None,
            )
            yield paging, items[(number - 1) * size : number * size], at(number)

    def _sheet(
        self,
        template: str,
        where: Place,
        page: PageView,
        *,
        cards: Sequence[Posted] | None = None,
        months: Sequence[tuple[str, list[Posted]]] | None = None,
        hero: Series | None = None,
        **more: object,
    ) -> Sheet:
        """A page: entries in ``cards`` and ``months`` become their cards, ``hero`` the view of a series."""
        shelf = self.shelf
        listed = [*(cards or ()), *(posted for _, items in months or () for posted in items)]
        shows: list[object] = [template, page, more, [shelf.sign(posted) for posted in listed]]
        if months is not None:
            shows.append([(title, len(items)) for title, items in months])
        if hero is not None:
            shows.append(shelf.series_sign(hero))

        def make() -> bytes:
            context: dict[str, object] = {"site": self.site, "page": page, **more}
            if cards is not None:
                context["cards"] = tuple(shelf.card(posted) for posted in cards)
            if months is not None:
                context["months"] = tuple(
                    MonthView(title=title, cards=tuple(shelf.card(posted) for posted in items))
                    for title, items in months
                )
            if template == _HOME:
                context["hero"] = None if hero is None else self.hero(hero, shelf.cards(hero), shelf.intro(hero))
            return self.templates.render(template, context).encode()

        return Sheet(path=where.file, shows=tuple(shows), make=make)

    # ── for robots ───────────────────────────────────────────────────────────────────────────────

    def sitemap(self) -> Sheet:
        """Every page that may be found, with the change that is known of it."""
        last = {posted.entry.path: _changed(posted) for posted in self.edition.posted.values()}

        def changed(items: Iterable[Posted]) -> str | None:
            return max((last[posted.entry.path] for posted in items), default=None)

        newest = self.edition.pages
        top = changed(newest)
        urls: list[tuple[str, str | None]] = [(self._at("/"), top)]
        for made in self.edition.series:
            if made.place is not None and (made.posted or made.series.declared):
                urls.append((made.place.absolute, changed(made.posted)))
                urls += [
                    (posted.place.absolute, last[posted.entry.path])
                    for posted in made.posted
                    if posted.place is not None and not posted.entry.canonical_url
                ]
        for folder, groups in ((TAGS, self.tags), (AUTHORS, self.authors)):
            if groups:
                urls.append((self._at(f"/{folder}/"), None))
            for slug, (_, items) in sorted(groups.items()):
                urls.append((self._at(f"/{folder}/{slug}/"), changed(items)))
        urls += [(self._at(f"/{ARCHIVE}/"), top), (self._at(f"/{SUBSCRIBE}/"), None)]
        zone = self.config.site.zone
        years = groupby(newest, key=lambda posted: local(posted.due, zone).year)
        urls += [(self._at(f"/{ARCHIVE}/{year}/"), changed(items)) for year, items in years]
        return Sheet(
            path="sitemap.xml",
            shows=tuple(urls),
            make=lambda: self.templates.render("sitemap.xml.j2", {"site": self.site, "urls": tuple(urls)}).encode(),
        )

    def robots(self) -> Sheet:
        """Where the sitemap is."""
        context = {"site": self.site, "sitemap": self._at("/sitemap.xml")}
        return Sheet(path="robots.txt", shows=(), make=lambda: self.templates.render("robots.txt.j2", context).encode())

    def _at(self, path: str) -> str:
        return place(self.edition.site, path).absolute


def _changed(posted: Posted) -> str:
    moment: datetime = max(posted.due, posted.entry.updated or posted.due)
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
