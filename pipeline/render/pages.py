"""Make the pages of the site: views first, then templates that only arrange them."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from pipeline.config import Config
from pipeline.digests import sha256
from pipeline.model import Series
from pipeline.records import replace
from pipeline.render.colours import ACCENT, accent_rules, icon_in
from pipeline.render.context import (
    DayCell,
    EntryCard,
    EntryView,
    FeedLinks,
    Heading,
    Link,
    PageView,
    SeriesView,
    SiteView,
)
from pipeline.render.documents import Rendered
from pipeline.render.edition import (
    ARCHIVE,
    ATOM,
    AUTHORS,
    CALENDAR,
    DRIP,
    JSON,
    RSS,
    SEARCH,
    SEARCH_INDEX,
    SUBSCRIBE,
    TAGS,
    Edition,
    Place,
    Posted,
    SeriesEdition,
    place,
    redirects,
)
from pipeline.render.language import Words
from pipeline.render.lists import File, Intro, Lists, Sheet, Shelf, list_page
from pipeline.render.templates import Templates
from pipeline.render.words import DAY, noun_of, reading_time, tag_slug


def feed_places(edition: Edition, folder: str) -> tuple[Place, Place, Place]:
    """The places of the RSS, Atom and JSON feeds of a folder (``/`` or ``/<series>/``)."""
    return tuple(place(edition.site, folder + name) for name in (RSS, ATOM, JSON))  # type: ignore[return-value]


class Pages:
    """The pages of one edition, made one after the other."""

    def __init__(
        self,
        edition: Edition,
        config: Config,
        templates: Templates,
        *,
        elsewhere: Mapping[str, tuple[Link, ...]],
    ) -> None:
        """``elsewhere`` is where each entry is out as well, by its source path.

        ``problems`` then names aliases in the way, ``static`` the files of the theme.
        """
        self._edition = edition
        self._config = config
        self._templates = templates
        self._elsewhere = elsewhere
        self.static = coloured(templates.static(), config.site.accent)
        self.tags = _grouped(edition, lambda posted: posted.entry.tags)
        authors = _grouped(edition, lambda posted: [name] if (name := self._author(posted)) else [])
        self.authors = authors if len(authors) > 1 else {}
        self._aliases, self.problems = redirects(edition, self.static)
        self.site = self._site_view()
        self._by_slug = {made.series.slug: made for made in edition.series}
        self._with_page = {
            made.series.slug: [posted for posted in made.posted if posted.place is not None] for made in edition.series
        }

    def entry(self, posted: Posted, rendered: Rendered, series: SeriesView, *, draft: bool = False) -> str:
        """The HTML of an entry's page. ``draft`` marks a preview that must not be indexed."""
        made = self._made(posted.series)
        before, after = self._neighbours(made, posted)
        view = self._entry_view(posted, rendered, made, draft=draft)
        page = PageView(
            title=view.title,
            description=view.summary,
            canonical=view.canonical,
            language=view.language,
            kind="article",
            image=rendered.picture,
            feeds=self._announced(made),
            previous=before,
            next=after,
        )
        return self._render("entry.html.j2", page, entry=view, series=series)

    def series(
        self,
        made: SeriesEdition,
        rendered: Mapping[str, Rendered],
        cards: Mapping[str, EntryCard],
        intro: Intro | None,
    ) -> Iterator[File]:
        """The page of a series and those of its entries, which ``rendered`` and ``cards`` hold by source path."""
        view = self.series_view(made, cards, intro)
        if made.place is not None and (made.posted or made.series.declared):
            page = PageView(
                title=view.title,
                description=view.description,
                canonical=view.absolute,
                language=view.language,
                kind="website",
                image=None,
                feeds=self._announced(made),
                previous=None,
                next=None,
            )
            text = self._render("series.html.j2", page, series=view)
            yield File(path=made.place.file, content=text.encode(), source=made.series.path)
        for posted in made.posted:
            if posted.place is not None:
                text = self.entry(posted, rendered[posted.entry.path], view)
                yield File(path=posted.place.file, content=text.encode(), source=posted.entry.path)

    def drip(self, made: SeriesEdition, cards: Mapping[str, EntryCard], intro: Intro | None) -> Iterator[File]:
        """The page for those who want to begin with day 1 today, where a series has such feeds."""
        if not made.series.drip or made.place is None:
            return
        words = self._templates.languages.of(made.series.language or self._config.site.language)
        where = place(self._edition.site, f"{made.folder}{DRIP}/")
        page = PageView(
            title=words.drip,
            description=words.drip_what,
            canonical=where.absolute,
            language=made.series.language or self._config.site.language,
            kind="website",
            image=None,
            feeds=self._announced(made),
            previous=None,
            next=None,
        )
        starts = tuple(
            Link(
                url=place(self._edition.site, f"{made.folder}{DRIP}/{cohort.start}.xml").absolute,
                title=words.stamp(cohort.instants[0], made.zone).human,
            )
            for cohort in made.cohorts
        )
        text = self._render("drip.html.j2", page, series=self.series_view(made, cards, intro), starts=starts)
        yield File(path=where.file, content=text.encode(), source=made.series.path)

    def lists(self, shelf: Shelf) -> Lists:
        """What leads to the entries. ``shelf`` gives what each series shows of itself."""
        return Lists(
            edition=self._edition,
            config=self._config,
            templates=self._templates,
            site=self.site,
            shelf=shelf,
            hero=self._hero,
            tags=self.tags,
            authors=self.authors,
            feeds=tuple(
                replace(self._feed_links(made.folder, made.series.title), drip_url=self._drip_url(made))
                for made in self._edition.series
                if made.posted and "rss" in made.series.channels
            ),
        )

    def spelled(self, made: SeriesEdition) -> tuple[object, ...]:
        """What pages of a series show that other series have a say in: how tags are spelled."""
        slugs = {tag_slug(name) for posted in made.posted for name in posted.entry.tags}
        return tuple((slug, self.tags[slug][0]) for slug in sorted(slugs) if slug in self.tags)

    # ── the site as a whole ──────────────────────────────────────────────────────────────────────

    def _site_view(self) -> SiteView:
        site, edition = self._config.site, self._edition
        home = place(edition.site, "/")
        assets = {}
        for name, content in self.static.items():
            digest = sha256(content)[:8]
            assets[name] = f"{place(edition.site, '/' + name).url}?v={digest}"
        return SiteView(
            title=site.title,
            description=site.description,
            language=site.language,
            author=site.author,
            url=home.url,
            absolute=home.absolute,
            feeds=self._feed_links("/", site.title),
            assets=assets,
            series=tuple(
                Link(url=made.place.url, title=made.series.title)
                for made in edition.series
                if made.place is not None and made.posted
            ),
            tags_url=place(edition.site, f"/{TAGS}/").url if self.tags else "",
            subscribe_url=place(edition.site, f"/{SUBSCRIBE}/").url,
            archive_url=place(edition.site, f"/{ARCHIVE}/").url,
            search_url=place(edition.site, f"/{SEARCH}/").url,
            search_index=place(edition.site, f"/{SEARCH_INDEX}").url,
            authors_url=place(edition.site, f"/{AUTHORS}/").url if self.authors else "",
        )

    def _feed_links(self, folder: str, title: str) -> FeedLinks:
        rss, atom, json_feed = feed_places(self._edition, folder)
        return FeedLinks(title=title, rss=rss.absolute, atom=atom.absolute, json=json_feed.absolute)

    def _drip_url(self, made: SeriesEdition) -> str:
        there = made.series.drip and made.place is not None
        return place(self._edition.site, f"{made.folder}{DRIP}/").url if there else ""

    def _announced(self, made: SeriesEdition) -> tuple[FeedLinks, ...]:
        if "rss" not in made.series.channels:
            return (self.site.feeds,)
        return (self._feed_links(made.folder, made.series.title), self.site.feeds)

    def _render(self, template: str, page: PageView, **more: object) -> str:
        return self._templates.render(template, {"site": self.site, "page": page, **more})

    def _made(self, series: Series) -> SeriesEdition:
        return self._by_slug[series.slug]

    # ── entries ──────────────────────────────────────────────────────────────────────────────────

    def _neighbours(self, made: SeriesEdition, posted: Posted) -> tuple[Link | None, Link | None]:
        others = self._with_page[made.series.slug]
        days = [item.entry.day for item in others]
        before = bisect_left(days, posted.entry.day) - 1
        after = bisect_right(days, posted.entry.day)
        return _link(others[before]) if before >= 0 else None, _link(others[after]) if after < len(others) else None

    def _entry_view(self, posted: Posted, rendered: Rendered, made: SeriesEdition, *, draft: bool) -> EntryView:
        entry, series = posted.entry, posted.series
        where = posted.place or place(self._edition.site, "/")
        author = self._author(posted)
        language = series.language or self._config.site.language
        words = self._templates.languages.of(language)
        document = rendered.document
        date = words.stamp(posted.due, made.zone)
        updated = words.stamp(entry.updated, made.zone) if entry.updated and entry.updated > posted.due else None
        canonical = entry.canonical_url or where.absolute
        tags = self._tag_links(entry.tags)
        series_link = None if made.place is None else (series.title, made.place.absolute)
        return EntryView(
            url=where.url,
            absolute=where.absolute,
            canonical=canonical,
            title=entry.title,
            label=series.label_of(entry.day),
            day=posted.entry.reached,
            date=date,
            updated=updated,
            summary=rendered.summary,
            author=author,
            html=document.html,
            headings=tuple(Heading(level=h.level, id=h.id, text=h.text) for h in document.headings),
            tags=tags,
            categories=entry.category,
            image=rendered.lead,
            words=document.words,
            reading_time=reading_time(document.words),
            language=language,
            json_ld=_json_ld(
                title=entry.title,
                summary=rendered.summary,
                url=canonical,
                date=date.iso,
                updated=(updated or date).iso,
                author=author,
                language=language,
                keywords=[tag.title for tag in tags],
                image=rendered.picture.absolute if rendered.picture else None,
                site=(self._config.site.title, place(self._edition.site, "/").absolute),
                series=series_link,
                words=document.words,
            ),
            extra=entry.extra,
            draft=draft,
            author_url=place(self._edition.site, f"/{AUTHORS}/{tag_slug(author)}/").url if self.authors else "",
            elsewhere=self._elsewhere.get(entry.path, ()),
        )

    def _author(self, posted: Posted) -> str:
        return posted.entry.author or posted.series.author or self._config.site.author

    def card(self, posted: Posted, summary: str) -> EntryCard:
        """An entry that is out as a list shows it."""
        made = self._made(posted.series)
        where = posted.place or place(self._edition.site, "/")
        home = made.place or place(self._edition.site, "/")
        language = posted.series.language or self._config.site.language
        return EntryCard(
            url=where.url,
            absolute=where.absolute,
            title=posted.entry.title,
            label=posted.series.label_of(posted.entry.day),
            day=posted.entry.reached,
            date=self._templates.languages.of(language).stamp(posted.due, made.zone),
            summary=summary,
            series=Link(url=home.url, title=posted.series.title),
            tags=self._tag_links(posted.entry.tags),
        )

    # ── series ───────────────────────────────────────────────────────────────────────────────────

    def _hero(self, series: Series, cards: Mapping[str, EntryCard], intro: Intro | None) -> SeriesView:
        return self.series_view(self._made(series), cards, intro)

    def series_view(self, made: SeriesEdition, cards: Mapping[str, EntryCard], intro: Intro | None) -> SeriesView:
        """A series as templates see it, with its entries' cards by source path."""
        series = made.series
        home = made.place or place(self._edition.site, "/")
        words = self._templates.languages.of(series.language or self._config.site.language)
        noun = noun_of(series.label)
        description = series.description or (intro.summary if intro else series.title)
        return SeriesView(
            url=home.url,
            absolute=home.absolute,
            title=series.title,
            hashtag=f"#{series.hashtag}" if series.hashtag else "",
            description=description,
            html=intro.html if intro else "",
            author=series.author or self._config.site.author,
            language=series.language or self._config.site.language,
            noun=words.day if noun == DAY else noun,
            length=series.length,
            out=sum(not posted.entry.recap for posted in made.posted),
            days=_cells(made, self._edition.now, words),
            entries=tuple(cards[posted.entry.path] for posted in reversed(self._with_page[series.slug])),
            feeds=self._announced(made)[0],
            calendar_url=f"{made.place.url}{CALENDAR}" if made.place is not None and series.declared else "",
            html_repeats=intro is not None and _repeats(intro.html, description),
        )

    def _tag_links(self, names: Sequence[str]) -> tuple[Link, ...]:
        found: dict[str, Link] = {}
        for name in names:
            slug = tag_slug(name)
            shown = self.tags[slug][0] if slug in self.tags else name
            found.setdefault(slug, Link(url=place(self._edition.site, f"/{TAGS}/{slug}/").url, title=shown))
        return tuple(found.values())

    # ── the rest ─────────────────────────────────────────────────────────────────────────────────

    def redirects(self) -> Iterator[Sheet]:
        """The pages that stand where an alias leads away from."""
        for file, posted in self._aliases:
            if posted.place is not None:
                target = Link(url=posted.place.url, title=posted.entry.title)
                make = partial(self._redirect, target, posted.place)
                yield Sheet(path=file, shows=(target, posted.place), make=make, source=posted.entry.path)

    def _redirect(self, target: Link, where: Place) -> bytes:
        page = list_page(self._config, self._templates, self.site, target.title, "", where)
        return self._render("redirect.html.j2", page, target=target, target_absolute=where.absolute).encode()


def _link(posted: Posted) -> Link:
    where = posted.place
    return Link(url=where.url if where else "", title=posted.entry.title)


def _cells(made: SeriesEdition, now: datetime, words: Words) -> tuple[DayCell, ...]:
    out = {posted.entry.day: posted for posted in made.posted if not posted.entry.recap}
    today = max(out.values(), key=lambda posted: (posted.due, posted.entry.day)).entry.day if out else None
    cells = []
    for day in made.planned:
        posted = out.get(day.day)
        where = posted.place if posted else None
        cells.append(
            DayCell(
                day=day.day,
                label=day.label,
                state="out" if posted else "open" if day.due is not None and day.due <= now else "to come",
                today=day.day == today,
                date=None if day.due is None else words.stamp(day.due, made.zone),
                url=where.url if where else None,
                title=posted.entry.title if posted else None,
            )
        )
    return tuple(cells)


def _repeats(html: str, text: str) -> bool:
    """Whether HTML is one paragraph of this text and nothing else."""
    inner = html.strip().removeprefix("<p>").removesuffix("</p>")
    if "&" in inner:
        from html import unescape

        inner = inner if "<" in inner else unescape(inner)
    return inner == text


def coloured(static: Mapping[str, bytes], accent: str) -> Mapping[str, bytes]:
    """The files of the theme with another accent, where that is wanted."""
    if accent.lower() == ACCENT:
        return static
    made = dict(static)
    if b"--accent" in static.get("style.css", b""):
        made["style.css"] = static["style.css"] + accent_rules(accent).encode()
    if "favicon.svg" in static:
        made["favicon.svg"] = icon_in(accent, static["favicon.svg"])
    return made


def _grouped(edition: Edition, names: Callable[[Posted], Sequence[str]]) -> dict[str, tuple[str, list[Posted]]]:
    """Each name's slug → the spelling used most (the first in the alphabet of those), and what has that name."""
    spelled: dict[str, dict[str, int]] = {}
    items: dict[str, list[Posted]] = {}
    for posted in edition.pages:
        for slug, name in {tag_slug(name): name for name in reversed(names(posted))}.items():
            counts = spelled.setdefault(slug, {})
            counts[name] = counts.get(name, 0) + 1
            items.setdefault(slug, []).append(posted)
    return {
        slug: (min(counts, key=lambda name: (-counts[name], name)), items[slug])
        for slug, counts in sorted(spelled.items())
    }


def _json_ld(
    *,
    title: str,
    summary: str,
    url: str,
    date: str,
    updated: str,
    author: str,
    language: str,
    keywords: list[str],
    image: str | None,
    site: tuple[str, str],
    series: tuple[str, str] | None,
    words: int,
) -> str:
    posting: dict[str, object] = {
        "@type": "BlogPosting",
        "@id": f"{url}#entry",
        "headline": title,
        "description": summary,
        "url": url,
        "mainEntityOfPage": url,
        "datePublished": date,
        "dateModified": updated,
        "inLanguage": language,
        "wordCount": words,
        "isPartOf": {"@type": "Blog", "name": site[0], "url": site[1]},
    }
    if author:
        posting["author"] = {"@type": "Person", "name": author}
    if keywords:
        posting["keywords"] = keywords
    if image:
        posting["image"] = image
    crumbs = [site, *([series] if series else []), (title, url)]
    listing = {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": address}
            for number, (name, address) in enumerate(crumbs, 1)
        ],
    }
    document = {"@context": "https://schema.org", "@graph": [posting, listing]}
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    # A page may end a script only with "</script", open a comment only with "<!--": neither survives this.
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
