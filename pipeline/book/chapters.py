"""The chapters of a book: each entry of a series as a tree of plain XHTML, with its pictures and its links at home."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.config import PLACEHOLDER_URL
from pipeline.digests import sha256
from pipeline.errors import ContentError
from pipeline.markdown import uncoloured
from pipeline.model import Series
from pipeline.plan import due_days
from pipeline.project import Project
from pipeline.records import dataclass, field
from pipeline.render.documents import media_type, render_document, render_intro
from pipeline.render.edition import Edition, Posted, edition, preview
from pipeline.render.language import Words
from pipeline.render.templates import Templates, folders
from pipeline.render.words import is_rtl

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: What a chapter may hold, and the attributes that stay on it; anything else gives way to what is in it.
_KEPT: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys("p em strong b i u s del ins sub sup small mark br hr".split(), ()),
    **dict.fromkeys("blockquote ul dl dt dd figure figcaption table thead tbody tfoot tr caption".split(), ()),
    **dict.fromkeys("pre kbd samp var abbr cite q details summary div span".split(), ()),
    **dict.fromkeys("h1 h2 h3 h4 h5 h6".split(), ("id",)),
    "section": ("class",),
    "ol": ("start",),
    "li": ("id",),
    "code": ("class",),
    "a": ("href", "id"),
    "img": ("src", "alt"),
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan"),
}
#: Pictures that every reader of books shows (EPUB 3.3, core media types).
_SHOWN = ("image/png", "image/jpeg", "image/gif", "image/svg+xml", "image/webp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture in a book."""

    #: Unique in the book: ``images/3f9a….png``.
    name: str
    #: In the project.
    file: Path
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A day."""

    #: ``day-02``; ``intro`` before them all.
    key: str
    #: ``#Day2/30``; empty for the introduction.
    label: str
    title: str
    #: In words of the series' language; empty for the introduction.
    date: str
    author: str
    #: A ``div`` whose links between chapters are ``day-03.xhtml``, and whose pictures are names of images.
    body: HtmlElement


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A series as a book."""

    series: Series
    title: str
    subtitle: str
    author: str
    #: BCP 47.
    language: str
    rtl: bool
    #: ``#rrggbb``.
    accent: str
    #: First and last day, in words.
    span: str
    #: Where the series is online; empty where it is nowhere.
    link: str
    #: When its newest chapter was due or edited, UTC: the same for the same chapters.
    modified: datetime
    words: Words
    chapters: tuple[Chapter, ...]
    images: tuple[Image, ...]
    #: What a person should know, in sentences.
    notes: tuple[str, ...] = field(default_factory=tuple)


def book_of(project: Project, series: Series) -> Book:
    """A book of every entry that is no draft, out or not. Raises ContentError where there is none."""
    site = project.config.site
    chosen = [entry for entry in series.entries if not entry.draft]
    if not chosen:
        raise ContentError(f"{series.slug}: has no entry that is no draft, so there is nothing to make a book of")
    due = due_days(series)
    # As on the day after the last: so every link between the days leads somewhere.
    last = max(due.values(), default=datetime(2000, 1, 1, tzinfo=UTC)) + timedelta(days=1)
    made = edition(project.series, site, last)
    language = series.language or site.language
    words = Templates(folders(project.root, site.theme)).languages.of(language)
    binder = _Binder(made, series, project.root)
    chapters = list(binder.intro())
    posted = [made.posted.get(entry.path) or preview(made, series, entry, due.get(entry.day)) for entry in chosen]
    chapters += [binder.chapter(one, words) for one in posted]
    zone = series.cadence.zone if series.cadence else site.zone
    dated = [one.due for one in posted if due.get(one.entry.day) is not None]
    first, end = (words.stamp(one, zone).human for one in (min(dated), max(dated))) if dated else ("", "")
    edited = [entry.updated for entry in chosen if entry.updated]
    home = next((part.place for part in made.series if part.series.slug == series.slug), None)
    return Book(
        series=series,
        title=series.title,
        subtitle=series.description or "",
        author=series.author or site.author or next((one.entry.author for one in posted if one.entry.author), "") or "",
        language=language,
        rtl=is_rtl(language),
        accent=site.accent,
        span=first if first == end else f"{first} – {end}",
        link=home.absolute if home is not None and site.url != PLACEHOLDER_URL else "",
        modified=max([*dated, *edited], default=last).replace(microsecond=0),
        words=words,
        chapters=tuple(chapters),
        images=tuple(binder.images.values()),
        notes=tuple(dict.fromkeys(binder.notes)),
    )


class _Binder:
    """Makes chapters, and keeps what they share."""

    def __init__(self, made: Edition, series: Series, root: Path) -> None:
        self._made, self._series, self._root = made, series, root
        self.images: dict[str, Image] = {}
        self.notes: list[str] = []
        self._keys = {
            one.place.absolute: one.entry.key
            for one in (*made.posted.values(), *self._ahead())
            if one.series.slug == series.slug and one.place is not None and not one.entry.draft
        }

    def _ahead(self) -> Iterator[Posted]:
        for entry in self._series.entries:
            if entry.path not in self._made.posted:
                yield preview(self._made, self._series, entry, None)

    def intro(self) -> Iterator[Chapter]:
        """What the series says of itself."""
        part = next(one for one in self._made.series if one.series.slug == self._series.slug)
        intro = render_intro(part, self._made, self._root)
        if intro is None or not intro.document.feed_html.strip():
            return
        body = self._body(intro.document.feed_html, intro.assets, "", self._series.path)
        yield Chapter(key="intro", label="", title=self._series.title, date="", author="", body=body)

    def chapter(self, posted: Posted, words: Words) -> Chapter:
        """An entry."""
        rendered = render_document(posted, self._made, self._root, None, uncoloured)
        entry = posted.entry
        here = posted.place.absolute if posted.place is not None else ""
        zone = self._series.cadence.zone if self._series.cadence else self._made.site.zone
        return Chapter(
            key=entry.key,
            label=self._series.label_of(entry.day),
            title=entry.title,
            date=words.stamp(posted.due, zone).human,
            author=entry.author if entry.author and entry.author != self._series.author else "",
            body=self._body(rendered.document.feed_html, rendered.assets, here, entry.path),
        )

    def _body(self, html: str, assets: Mapping[str, str], here: str, path: str) -> HtmlElement:
        from lxml import html as parser

        top = parser.fragment_fromstring(html, create_parent="div")
        files = {self._made.site.url + where: self._root / source for source, where in assets.items()}
        for element in list(top.iter()):
            if not isinstance(element.tag, str):  # a comment
                _unwrapped(element)
            elif element is not top:
                self._element(element, files, here, path)
        _noted(top)
        seen: set[str] = set()
        for element in top.iter():
            name = element.get("id")
            if name is not None and (name in seen or not _is_id(name)):
                del element.attrib["id"]
            elif name is not None:
                seen.add(name)
        for link in top.iter("a"):
            href = link.get("href", "")
            if href.startswith("#") and href[1:] not in seen:
                del link.attrib["href"]
        return top

    def _element(self, element: HtmlElement, files: Mapping[str, Path], here: str, path: str) -> None:
        tag = str(element.tag)
        if tag in ("script", "style", "template", "noscript"):
            element.drop_tree()
            return
        if tag == "img":
            self._image(element, files, path)
            return
        if tag in ("iframe", "video", "audio", "embed", "object", "source"):
            source = element.get("src") or element.get("data") or ""
            if source.startswith(("https://", "http://")):
                element.tag, element.text = "a", source
                element.attrib.clear()
                element.set("href", source)
                for inner in list(element):
                    inner.drop_tree()
            else:
                element.drop_tree()
            return
        if tag not in _KEPT:
            element.drop_tag()
            return
        for name in list(element.attrib):
            if name not in _KEPT[tag]:
                del element.attrib[name]
        if tag == "a" and "href" in element.attrib:
            self._link(element, here)

    def _link(self, element: HtmlElement, here: str) -> None:
        href = str(element.get("href"))
        address, _, fragment = href.partition("#")
        if address == here and here and fragment:
            element.set("href", f"#{fragment}")
        elif address in self._keys:
            element.set("href", f"{self._keys[address]}.xhtml")
        elif not href.startswith(("https://", "http://", "mailto:", "#")):
            del element.attrib["href"]

    def _image(self, element: HtmlElement, files: Mapping[str, Path], path: str) -> None:
        source, alt = element.get("src", ""), element.get("alt", "")
        file = files.get(source)
        kind = media_type(file.name) if file is not None else None
        if file is None or kind not in _SHOWN or not file.is_file():
            self.notes.append(f"{path}: the picture {source} is left out: a book holds pictures of the project only")
            element.tag = "em"
            element.attrib.clear()
            element.text = f"[{alt}]" if alt else "[…]"
            return
        assert kind is not None
        name = f"images/{sha256(file.read_bytes())[:16]}{file.suffix.lower()}"
        self.images.setdefault(name, Image(name=name, file=file, media_type=kind))
        element.attrib.clear()
        element.set("src", name)
        element.set("alt", alt)


def _noted(top: HtmlElement) -> None:
    """Give footnotes their places, which a feed leaves out: each note leads to what it is about, and back."""
    names: list[str] = []
    for link in top.iter("a"):
        href = link.get("href", "")
        if href.startswith("#fn-"):
            name = href[4:]
            if name not in names:
                names.append(name)
                link.set("id", f"fnref-{name}")
    for section in top.iter("section"):
        if section.get("class") == "footnotes":
            for item in section.iterfind("ol/li"):
                back = [one.get("href", "") for one in item.iter("a") if one.get("href", "").startswith("#fnref-")]
                if back:
                    item.set("id", f"fn-{back[0][7:].partition('-')[0]}")


def _unwrapped(element: HtmlElement) -> None:
    parent = element.getparent()
    if parent is not None:
        element.drop_tree()


def _is_id(name: str) -> bool:
    return bool(name) and not any(character.isspace() for character in name)
