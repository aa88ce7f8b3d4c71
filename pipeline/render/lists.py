"""The pages that lead to entries: home, tags, archive, authors, subscribe, search; and what robots read."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby

from pipeline.config import Config
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
    newest_first,
    place,
)
from pipeline.render.language import Words
from pipeline.render.search import MOST_WITH_TEXT, search_index
from pipeline.render.templates import Templates
from pipeline.wallclock import local

#: A list's items by the last part of its address: how it is called, and what is on it.
Groups = Mapping[str, tuple[str, list[Posted]]]
_ALONE = Paging(number=1, total=1, newer=None, older=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of the site: path below ``output/site/`` and its bytes."""

    path: str
    content: bytes
    #: Source path of the entry or series it is made from; empty for the site's own.
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """The lists of one edition."""

    edition: Edition
    config: Config
    templates: Templates
    site: SiteView
    #: The card of an entry that is out.
    card: Callable[[Posted], EntryCard]
    #: The page's HTML of an entry's text.
    html: Callable[[Posted], str]
    tags: Groups
    authors: Groups
    #: The feeds of each series that has some, in the site's order.
    feeds: tuple[FeedLinks, ...]

    @property
    def words(self) -> Words:
        """Of the site's language."""
        return self.templates.languages.of(self.config.site.language)

    def all(self, hero: SeriesView | None) -> Iterator[File]:
        """Every list; ``hero`` is the series that the home page shows first."""
        yield from self._home(hero)
        yield from self._tag_pages()
        yield from self._archive()
        yield from self._author_pages()
        yield self._subscribe()
        yield from self._search()
        yield self._not_found()

    def page(self, title: str, description: str, where: Place, paging: Paging = _ALONE) -> PageView:
        """What the frame of a list's page shows."""
        words = self.words
        return PageView(
            title=title if paging.number == 1 else words.page_title.format(title=title, number=paging.number),
            description=description,
            canonical=where.absolute,
            language=self.config.site.language,
            kind="website",
            image=None,
            feeds=(self.site.feeds,),
            previous=Link(url=paging.newer, title=words.newer) if paging.newer else None,
            next=Link(url=paging.older, title=words.older) if paging.older else None,
        )

    def _home(self, hero: SeriesView | None) -> Iterator[File]:
        site = self.config.site
        for paging, chunk, where in self._paginated("/", self.edition.pages()):
            page = self.page(site.title, site.description or site.title, where, paging)
            shown = hero if paging.number == 1 else None
            yield self._file("home.html.j2", where, page, cards=chunk, paging=paging, hero=shown)

    def _tag_pages(self) -> Iterator[File]:
        if self.tags:
            words = self.words
            views = yield from self._groups(TAGS, self.tags, "tag.html.j2", words.tags, words.about_tag, "tag")
            where = place(self.edition.site, f"/{TAGS}/")
            page = self.page(words.tags, words.about_tags.format(site=self.config.site.title), where)
            yield self._file("tags.html.j2", where, page, tags=views)

    def _author_pages(self) -> Iterator[File]:
        if self.authors:
            words = self.words
            views = yield from self._groups(
                AUTHORS, self.authors, "author.html.j2", words.authors, words.about_author, "name"
            )
            where = place(self.edition.site, f"/{AUTHORS}/")
            page = self.page(words.authors, words.about_authors.format(site=self.config.site.title), where)
            yield self._file("authors.html.j2", where, page, authors=views)

    def _groups(
        self, folder: str, groups: Groups, template: str, title: str, about: str, word: str
    ) -> Generator[File, None, tuple[TagView, ...]]:
        """The pages of each group. Gives the views of them all."""
        views = []
        for slug, (name, items) in sorted(groups.items()):
            here = f"/{folder}/{slug}/"
            view = TagView(name=name, url=place(self.edition.site, here).url, count=len(items))
            views.append(view)
            for paging, chunk, where in self._paginated(here, sorted(items, key=newest_first)):
                page = self.page(name, about.format(**{word: name}), where, paging)
                yield self._file(template, where, page, tag=view, cards=chunk, paging=paging, title=title)
        return tuple(views)

    def _archive(self) -> Iterator[File]:
        words, site = self.words, self.config.site
        about = words.about_archive.format(site=site.title)

        def year_of(posted: Posted) -> int:
            return local(posted.due, site.zone).year

        years = {year: list(items) for year, items in groupby(self.edition.pages(), key=year_of)}
        counted = tuple(
            TagView(name=str(year), url=place(self.edition.site, f"/{ARCHIVE}/{year}/").url, count=len(items))
            for year, items in years.items()
        )
        by_month = {
            year: tuple(
                MonthView(title=title, cards=tuple(self.card(posted) for posted in group))
                for title, group in groupby(items, key=lambda posted: words.month(posted.due, site.zone))
            )
            for year, items in years.items()
        }
        for year, months in by_month.items():
            where = place(self.edition.site, f"/{ARCHIVE}/{year}/")
            page = self.page(f"{words.archive} {year}", about, where)
            yield self._file("archive.html.j2", where, page, months=months, years=counted, year=str(year))
        where = place(self.edition.site, f"/{ARCHIVE}/")
        page = self.page(words.archive, about, where)
        newest = next(iter(by_month.values()), ())
        yield self._file("archive.html.j2", where, page, months=newest, years=counted, year="")

    def _subscribe(self) -> File:
        words = self.words
        where = place(self.edition.site, f"/{SUBSCRIBE}/")
        page = self.page(words.subscribe, words.about_subscribe.format(site=self.config.site.title), where)
        return self._file("subscribe.html.j2", where, page, series_feeds=self.feeds)

    def _search(self) -> Iterator[File]:
        words = self.words
        where = place(self.edition.site, f"/{SEARCH}/")
        page = self.page(words.search, words.about_search.format(site=self.config.site.title), where)
        yield self._file("search.html.j2", where, page)
        newest = self.edition.pages()
        cards = [self.card(posted) for posted in newest]
        texts = zip(cards, newest, strict=True) if len(newest) <= MOST_WITH_TEXT else ()
        html = {card.url: self.html(posted) for card, posted in texts}
        yield File(path=SEARCH_INDEX, content=search_index(cards, html))

    def _not_found(self) -> File:
        where = place(self.edition.site, "/404.html")
        return self._file("404.html.j2", where, self.page(self.words.not_found, "", where))

    def _paginated(self, folder: str, items: Sequence[Posted]) -> Iterator[tuple[Paging, tuple[EntryCard, ...], Place]]:
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
            yield paging, tuple(self.card(posted) for posted in items[(number - 1) * size : number * size]), at(number)

    def _file(self, template: str, where: Place, page: PageView, **more: object) -> File:
        text = self.templates.render(template, {"site": self.site, "page": page, **more})
        return File(path=where.file, content=text.encode())

    # ── for robots ───────────────────────────────────────────────────────────────────────────────

    def sitemap(self) -> File:
        """Every page that may be found, with the change that is known of it."""
        newest = self.edition.pages()
        last = {posted.entry.path: _changed(posted) for posted in newest}
        top = max(last.values(), default=None)
        urls: list[tuple[str, str | None]] = [(self._at("/"), top)]
        for made in self.edition.series:
            if made.place is not None and (made.posted or made.series.declared):
                of_series = [_changed(posted) for posted in made.posted]
                urls.append((made.place.absolute, max(of_series, default=None)))
                urls += [
                    (posted.place.absolute, last[posted.entry.path])
                    for posted in made.posted
                    if posted.place is not None and not posted.entry.canonical_url
                ]
        for folder, groups in ((TAGS, self.tags), (AUTHORS, self.authors)):
            if groups:
                urls.append((self._at(f"/{folder}/"), None))
            for slug, (_, items) in sorted(groups.items()):
                urls.append((self._at(f"/{folder}/{slug}/"), max(_changed(posted) for posted in items)))
        urls += [(self._at(f"/{ARCHIVE}/"), top), (self._at(f"/{SUBSCRIBE}/"), None)]
        years = groupby(newest, key=lambda posted: local(posted.due, self.config.site.zone).year)
        urls += [(self._at(f"/{ARCHIVE}/{year}/"), max(map(_changed, items))) for year, items in years]
        text = self.templates.render("sitemap.xml.j2", {"site": self.site, "urls": tuple(urls)})
        return File(path="sitemap.xml", content=text.encode())

    def robots(self) -> File:
        """Where the sitemap is."""
        text = self.templates.render("robots.txt.j2", {"site": self.site, "sitemap": self._at("/sitemap.xml")})
        return File(path="robots.txt", content=text.encode())

    def _at(self, path: str) -> str:
        return place(self.edition.site, path).absolute


def _changed(posted: Posted) -> str:
    moment: datetime = max(posted.due, posted.entry.updated or posted.due)
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
