"""Fill the feeds' model from an edition: the site's newest items, and each series whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from heapq import nsmallest
from urllib.parse import urlsplit

from pipeline.config import Config
from pipeline.feed import Feed, FeedImage, FeedItem, atom, guid, item_document, json_feed, rss
from pipeline.model import Series
from pipeline.records import replace
from pipeline.render.documents import Rendered
from pipeline.render.edition import ATOM, DRIP, JSON, RSS, Edition, Posted, SeriesEdition, newest_first, place
from pipeline.render.escape import escaped
from pipeline.render.language import Words
from pipeline.render.lists import File
from pipeline.render.pages import feed_places

#: Items of a feed for those who begin later: who looks once a week misses none.
DRIPPED = 14
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def authority_of(config: Config, series: Series | None) -> str:
    """The authority of ``tag:`` guids: as configured, else the site's host and the series' start year.

    RFC 4151: a name its holder owned on a date. A project should store one (``[feed] authority``), since
    this fallback changes with the domain.
    """
    if config.feed.authority:
        return config.feed.authority
    host = urlsplit(config.site.url).hostname or "localhost"
    year = series.cadence.start.year if series is not None and series.cadence else _LONG_AGO.year
    return f"{host},{year}"


def in_site_feeds(edition: Edition, config: Config) -> tuple[Posted, ...]:
    """What the site's own feeds show, newest first."""
    wanted = (posted for posted in edition.posted.values() if _wanted(posted))
    return tuple(nsmallest(config.feed.limit, wanted, key=newest_first))


def site_feeds(
    edition: Edition, newest: Iterable[Posted], items: Mapping[str, FeedItem], config: Config
) -> Iterator[File]:
    """RSS, Atom and JSON Feed of the site, with the items of ``newest`` by source path."""
    feed = replace(_site_head(edition, config), items=tuple(items[posted.entry.path] for posted in newest))
    yield from _files(feed, "/", "")


def series_feeds(
    made: SeriesEdition, edition: Edition, items: Mapping[str, FeedItem], config: Config
) -> Iterator[File]:
    """RSS, Atom and JSON Feed of a series that goes to the ``rss`` channel, with its items by source path."""
    if "rss" in made.series.channels and (made.posted or made.series.declared):
        newest = sorted((posted for posted in made.posted if _wanted(posted)), key=newest_first)
        feed = replace(_head(made, edition, config), items=tuple(items[posted.entry.path] for posted in newest))
        yield from _files(feed, made.folder, made.series.path)


def drip_feeds(
    made: SeriesEdition, edition: Edition, items: Mapping[str, FeedItem], config: Config, words: Words
) -> Iterator[File]:
    """A feed for each date on which somebody may have begun with day 1: the same items, each on its day for them.

    Each has ids of its own: who reads the series' own feed beside it sees an item of either, not one of both.
    """
    by_day = {posted.entry.day: posted for posted in made.posted if _wanted(posted)}
    for cohort in made.cohorts:
        shown = []
        for day, moment in enumerate(cohort.instants, 1):
            posted = by_day.get(day)
            if posted is not None:
                item = items[posted.entry.path]
                key = f"{posted.entry.key}@{cohort.start}"
                name = guid(authority_of(config, made.series), made.series.id, key)
                shown.append(replace(item, guid=name, published=max(moment, posted.due), updated=None))
        at = place(config.site, f"{made.folder}{DRIP}/{cohort.start}.xml")
        head = _head(made, edition, config)
        feed = replace(
            head,
            title=words.drip_title.format(series=made.series.title, date=cohort.start.isoformat()),
            id=guid(authority_of(config, made.series), made.series.id, f"feed@{cohort.start}"),
            rss_url=at.absolute,
            hub=None,
            items=tuple(reversed(shown))[:DRIPPED],
            complete=False,
        )
        yield File(path=at.path[1:], content=rss(feed), source=made.series.path)


def single_item(posted: Posted, rendered: Rendered, edition: Edition, config: Config, words: Words) -> bytes:
    """A one-item RSS document of an entry, as its series' feed carries it. ``words`` are of the series' language."""
    made = next(made for made in edition.series if made.series.slug == posted.series.slug)
    return item_document(_head(made, edition, config), feed_item(posted, rendered, made, config, words))


def _files(feed: Feed, folder: str, source: str) -> Iterator[File]:
    for name, write in ((RSS, rss), (ATOM, atom), (JSON, json_feed)):
        yield File(path=folder[1:] + name, content=write(feed), source=source)


def _wanted(posted: Posted) -> bool:
    return "rss" in posted.series.channels_of(posted.entry)


def _site_head(edition: Edition, config: Config) -> Feed:
    site = config.site
    rss_place, atom_place, json_place = feed_places(edition, "/")
    home = place(site, "/").absolute
    return Feed(
        title=site.title,
        description=site.description or site.title,
        home_url=home,
        language=site.language,
        author=site.author,
        id=f"tag:{authority_of(config, _oldest(edition))}:feed",
        rss_url=rss_place.absolute,
        atom_url=atom_place.absolute,
        json_url=json_place.absolute,
        hub=config.feed.hub,
        items=(),
        complete=False,
        image=None,
        started=_LONG_AGO,
    )


def _oldest(edition: Edition) -> Series | None:
    dated = [made.series for made in edition.series if made.series.cadence]
    return min(dated, key=lambda series: series.cadence.start if series.cadence else _LONG_AGO.date(), default=None)


def _head(made: SeriesEdition, edition: Edition, config: Config) -> Feed:
    series, site = made.series, config.site
    where = made.place or place(site, "/")
    rss_place, atom_place, json_place = feed_places(edition, made.folder)
    start = series.cadence.start if series.cadence else _LONG_AGO
    began = datetime(start.year, start.month, start.day, tzinfo=UTC)
    return Feed(
        title=series.title,
        description=series.description or series.title,
        home_url=where.absolute,
        language=series.language or site.language,
        author=series.author or site.author,
        id=guid(authority_of(config, series), series.id, "feed"),
        rss_url=rss_place.absolute,
        atom_url=atom_place.absolute,
        json_url=json_place.absolute,
        hub=config.feed.hub,
        items=(),
        complete=series.length is not None and sum(not one.entry.recap for one in made.posted) >= series.length,
        image=None,
        started=began if began <= edition.now else _LONG_AGO,
    )


def feed_item(posted: Posted, rendered: Rendered, made: SeriesEdition, config: Config, words: Words) -> FeedItem:
    """An entry as the feeds carry it, with the way to the next day once that is out.

    That way is no change of the entry: its id and its dates stay, so that no reader shows it again.
    """
    entry, series = posted.entry, posted.series
    page = posted.place.absolute if posted.place else entry.canonical_url or place(config.site, "/").absolute
    picture = rendered.picture
    return FeedItem(
        guid=entry.guid or guid(authority_of(config, series), series.id, entry.key),
        url=page,
        title=entry.title,
        published=posted.due,
        updated=entry.updated if entry.updated and entry.updated > posted.due else None,
        summary=rendered.summary,
        html=rendered.document.feed_html + _onward(posted, made, words),
        author=entry.author or series.author or config.site.author,
        categories=entry.tags,
        image=FeedImage(
            url=picture.absolute,
            media_type=picture.media_type,
            width=picture.width,
            height=picture.height,
            alt=picture.alt,
        )
        if picture
        else None,
        language=series.language,
    )


def _onward(posted: Posted, made: SeriesEdition, words: Words) -> str:
    """HTML that leads to the next day with a page; empty where none is out."""
    later = (other for other in made.posted if other.entry.day > posted.entry.day and other.place is not None)
    after = min(later, key=lambda other: other.entry.day, default=None)
    if after is None or after.place is None:
        return ""
    label = escaped(f"{made.series.label_of(after.entry.day)}: {after.entry.title}")
    return f'<p>{escaped(words.next_day)}: <a href="{escaped(after.place.absolute)}">{label}</a></p>\n'
