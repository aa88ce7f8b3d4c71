"""Do the page, the feeds and the LinkedIn text of a day say the same as its source?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from xml.parsers import expat

from pipeline.config import Config
from pipeline.records import dataclass, field
from pipeline.render.edition import ATOM, JSON, RSS, Posted, SeriesEdition, place

#: The bytes of what is at an address or a path of the site; None where there is nothing.
Fetch = Callable[[str], "bytes | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a day's artifacts say of it; empty or None where one does not say it."""

    title: str = ""
    link: str = ""
    #: UTC, whole seconds.
    date: datetime | None = None
    #: Absolute; None where there is no picture.
    image: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """Something that two of them tell differently."""

    series: str
    day: int
    #: What commands call the entry: ``day 2``, ``recap``.
    called: str
    #: ``page``, ``feed.xml``, ``atom.xml``, ``feed.json``, a channel's name, or ``picture``.
    where: str
    message: str


def of_page(data: bytes) -> tuple[Facts, str]:
    """What a page says of itself, and its text. The theme's frame says it in ``<head>``."""
    reader = _Page()
    reader.feed(data.decode("utf-8", "replace"))
    reader.close()
    told = reader.told
    facts = Facts(
        title=told.get("og:title", ""),
        link=told.get("canonical", ""),
        date=_moment(told.get("article:published_time", "")),
        image=told.get("og:image"),
    )
    return facts, " ".join("".join(reader.text).split())


def of_json_feed(data: bytes) -> dict[str, Facts]:
    """What a JSON feed says of each item, by its id. Raises ValueError for what is none."""
    told = json.loads(data)
    items = told.get("items", []) if isinstance(told, dict) else []
    return {
        str(item.get("id")): Facts(
            title=str(item.get("title", "")),
            link=str(item.get("url", "")),
            date=_moment(str(item.get("date_published", ""))),
            image=item.get("image"),
        )
        for item in items
        if isinstance(item, dict)
    }


def of_xml_feed(data: bytes) -> dict[str, Facts]:
    """What an RSS or Atom feed says of each item, by its id. Raises ValueError for what is none, or has a DTD."""
    reader = _Feed()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = reader.refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise ValueError(f"is no XML: {error}") from error
    return reader.items


def disagreements(
    made: SeriesEdition,
    config: Config,
    expected: Mapping[str, tuple[str, Facts]],
    fetch: Fetch,
    *,
    pictures: bool,
) -> Iterator[Disagreement]:
    """What the pages and feeds behind ``fetch`` (by path below the site's root) tell differently.

    ``expected`` are the guid and the facts of each entry by source path, ``pictures`` also asks for each picture.
    """
    feeds = {name: _feed(fetch(f"{made.folder}{name}"), name) for name in (RSS, ATOM, JSON)}
    in_feeds = "rss" in made.series.channels
    for posted in made.posted:
        guid, facts = expected[posted.entry.path]
        label = made.series.label_of(posted.entry.day)
        if posted.place is not None:
            yield from _page(made, posted, facts, label, fetch)
        if in_feeds and "rss" in made.series.channels_of(posted.entry):
            for name, items in feeds.items():
                yield from _item(made, posted, name, items, guid, facts)
        if pictures and facts.image is not None and facts.image.startswith(place(config.site, "/").absolute):
            path = "/" + facts.image.removeprefix(place(config.site, "/").absolute).partition("?")[0]
            if fetch(path) is None:
                yield _said(made, posted, "picture", f"{facts.image} is not there")


def of_post(posted: Posted, made: SeriesEdition, text: str, body: bytes | None, link: str | None) -> Iterator[str]:
    """What the LinkedIn text of a day, and its request, do not say: label, link, and the title of its card."""
    label = made.series.label_of(posted.entry.day)
    if label not in text:
        yield f"does not say {label}"
    if body is None:
        yield "has no request"
        return
    told = json.loads(body)
    content = told.get("content", {})
    article = content.get("article", {}) if isinstance(content, dict) else {}
    source = article.get("source") if isinstance(article, dict) else None
    if link is not None and source is not None and source != link:
        yield f"links to {source}, expected {link}"
    if isinstance(article, dict) and article and article.get("title") != posted.entry.title[:400]:
        yield f"has a card with the title '{article.get('title')}', expected '{posted.entry.title}'"


def _page(made: SeriesEdition, posted: Posted, facts: Facts, label: str, fetch: Fetch) -> Iterator[Disagreement]:
    assert posted.place is not None
    data = fetch(posted.place.path)
    if data is None:
        yield _said(made, posted, "page", f"{posted.place.absolute} is not there")
        return
    found, text = of_page(data)
    for message in (*_different(found, facts), *_seen(data, facts)):
        yield _said(made, posted, "page", message)
    if label not in text:
        yield _said(made, posted, "page", f"does not say {label}")


def _seen(data: bytes, facts: Facts) -> Iterator[str]:
    """What a reader sees of a page that its head does not say: its heading and its date, where the theme has them."""
    reader = _Page()
    reader.feed(data.decode("utf-8", "replace"))
    reader.close()
    heading = " ".join("".join(reader.heading).split())
    if heading and heading != " ".join(facts.title.split()):
        yield f"shows the title {heading!r}, expected {facts.title!r}"
    date = _moment(reader.told.get("dt-published", ""))
    if date is not None and date != facts.date:
        yield f"shows the date {date.isoformat()}, expected {facts.date.isoformat() if facts.date else 'nothing'}"


def _item(
    made: SeriesEdition, posted: Posted, name: str, items: Mapping[str, Facts] | str, guid: str, facts: Facts
) -> Iterator[Disagreement]:
    if isinstance(items, str):
        yield _said(made, posted, name, items)
        return
    found = items.get(guid)
    if found is None:
        yield _said(made, posted, name, f"has no item {guid}")
        return
    # Atom has no place for a link that is canonical elsewhere, nor has any feed: items lead to the page.
    link = posted.place.absolute if posted.place is not None else facts.link
    for message in _different(found, Facts(title=facts.title, link=link, date=facts.date, image=facts.image)):
        yield _said(made, posted, name, message)


def _feed(data: bytes | None, name: str) -> Mapping[str, Facts] | str:
    if data is None:
        return "is not there"
    try:
        return of_json_feed(data) if name == JSON else of_xml_feed(data)
    except ValueError as error:
        return str(error)


def _different(found: Facts, wanted: Facts) -> Iterator[str]:
    for name in ("title", "link", "image"):
        one, other = getattr(found, name), getattr(wanted, name)
        if one != other:
            yield f"says the {name} is {one or 'nothing'!r}, expected {other or 'nothing'!r}"
    if found.date != wanted.date:
        one_at = found.date.isoformat() if found.date else "nothing"
        yield f"says the date is {one_at}, expected {wanted.date.isoformat() if wanted.date else 'nothing'}"


def _said(made: SeriesEdition, posted: Posted, where: str, message: str) -> Disagreement:
    entry = posted.entry
    return Disagreement(series=made.series.slug, day=entry.day, called=entry.called, where=where, message=message)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        try:
            moment = parsedate_to_datetime(text)
        except ValueError:
            return None
    return moment.astimezone(UTC).replace(microsecond=0) if moment.tzinfo else None


class _Page(HTMLParser):
    """The head of a page, and all of its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.told: dict[str, str] = {}
        self.text: list[str] = []
        #: The text of the element ``p-name`` (microformats2, https://microformats.org/wiki/h-entry).
        self.heading: list[str] = []
        self._within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "link" and given.get("rel") == "canonical":
            self.told["canonical"] = given.get("href", "")
        elif tag == "meta" and "property" in given:
            self.told.setdefault(given["property"], given.get("content", ""))
        classes = given.get("class", "").split()
        if "p-name" in classes and tag == "h1" and not self.heading:
            self._within = tag
        elif "dt-published" in classes:
            self.told.setdefault("dt-published", given.get("datetime", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._within:
            self._within = ""

    def handle_data(self, data: str) -> None:
        self.text.append(data)
        if self._within:
            self.heading.append(data)


_ATOM = "http://www.w3.org/2005/Atom "
_MEDIA = "http://search.yahoo.com/mrss/ content"


@dataclass(slots=True, kw_only=True)
class _Feed:
    """The items of a feed, one element after the other."""

    items: dict[str, Facts] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)

    def refuse(self, *_: object) -> None:
        raise ValueError("has a document type, which no feed needs")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.path.append(name.removeprefix(_ATOM))
        self.text.clear()
        if self.path[-1] in ("item", "entry"):
            self.told.clear()
        elif self._inside() and name == f"{_ATOM}link":
            self.told.setdefault("link", attributes.get("href", ""))
        elif self._inside() and name == _MEDIA:
            self.told.setdefault("image", attributes.get("url", ""))

    def end(self, _: str) -> None:
        here = self.path.pop()
        text = "".join(self.text).strip()
        if here in ("item", "entry"):
            told = self.told
            self.items[told.get("id", "")] = Facts(
                title=told.get("title", ""),
                link=told.get("link", ""),
                date=_moment(told.get("date", "")),
                image=told.get("image"),
            )
        elif self.path and self.path[-1] in ("item", "entry"):
            key = {"guid": "id", "id": "id", "title": "title", "pubDate": "date", "published": "date", "link": "link"}
            if here in key and text:
                self.told.setdefault(key[here], text)
        self.text.clear()

    def characters(self, data: str) -> None:
        self.text.append(data)

    def _inside(self) -> bool:
        return len(self.path) > 1 and self.path[-2] in ("item", "entry")
