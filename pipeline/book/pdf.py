"""Set a book as PDF, and its cover as a picture. The same book gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.book.chapters import Book, Chapter
from pipeline.cards.store import Cards
from pipeline.errors import RenderError
from pipeline.records import dataclass, replace

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: Among the templates.
TEMPLATE = "cards/book.typ"
#: Elements that stand on lines of their own.
_BLOCKS = frozenset(
    "p h1 h2 h3 h4 h5 h6 ul ol dl pre blockquote figure table hr div section details summary dt dd li".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pdf:
    """A book that is set."""

    data: bytes
    #: Characters that no font has, so that they are left out.
    missing: str


def cover(book: Book, cards: Cards, template: str) -> bytes:
    """A PNG of 1600 × 2560 pixels. Raises RenderError where the template does not do."""
    try:
        return cards.picture_of(template, {**_front(book), "only_cover": True, "chapters": []}, ppi=288.0)
    except ValueError as error:
        raise RenderError(f"{book.series.slug}: its cover cannot be drawn: {error}") from error


def pdf(book: Book, cards: Cards, template: str) -> Pdf:
    """The file, A5 and tagged. Raises RenderError where the template or a picture does not do."""
    pictures: list[Path] = []
    files = {image.name: image.file for image in book.images}
    chapters = [_Setter(files, cards.root, pictures, chapter).told(chapter) for chapter in book.chapters]
    told = {**_front(book), "only_cover": False, "chapters": chapters}
    try:
        card, data = cards.document(template, told, pictures)
    except ValueError as error:
        raise RenderError(f"{book.series.slug}: its book cannot be set: {error}") from error
    return Pdf(data=data, missing=card.missing)


def _front(book: Book) -> dict[str, object]:
    return {
        "title": book.title,
        "subtitle": book.subtitle,
        "author": book.author,
        "span": book.span,
        "days": sum(1 for chapter in book.chapters if chapter.label),
        "accent": book.accent,
        "lang": book.language.partition("-")[0].lower(),
        "rtl": book.rtl,
        "link": book.link,
        "link_shown": book.link.partition("://")[2].rstrip("/"),
        "words": {"contents": book.words.contents},
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Style:
    """How a run of text looks, and where it leads."""

    bold: bool = False
    italic: bool = False
    mono: bool = False
    struck: bool = False
    raised: bool = False
    lowered: bool = False
    link: str = ""
    chapter: str = ""


class _Setter:
    """Tells a chapter as blocks and runs, as ``book.typ`` sets them."""

    def __init__(self, files: Mapping[str, Path], root: Path, pictures: list[Path], chapter: Chapter) -> None:
        self._files, self._root, self._pictures, self._key = files, root, pictures, chapter.key
        self._notes: dict[str, HtmlElement] = {}
        self._cited: set[str] = set()
        for section in chapter.body.iter("section"):
            if section.get("class") == "footnotes":
                self._notes.update({str(item.get("id")): item for item in section.iter("li") if item.get("id")})

    def told(self, chapter: Chapter) -> dict[str, object]:
        """The chapter."""
        return {
            "key": chapter.key,
            "label": chapter.label,
            "title": chapter.title,
            "said": " · ".join(one for one in (chapter.date, chapter.author) if one),
            "blocks": self._blocks(chapter.body),
        }

    def _blocks(self, parent: HtmlElement) -> list[dict[str, object]]:
        """What is in an element, block after block; runs between blocks are paragraphs."""
        made: list[dict[str, object]] = []
        loose: list[dict[str, object]] = []

        def close() -> None:
            runs = _trimmed(loose)
            if runs:
                made.append({"kind": "text", "runs": runs})
            loose.clear()

        _add(loose, parent.text, _Style())
        for child in parent:
            if child.tag in _BLOCKS:
                close()
                made += self._block(child)
            else:
                loose.extend(self._run(child, _Style()))
            _add(loose, child.tail, _Style())
        close()
        return made

    def _block(self, element: HtmlElement) -> list[dict[str, object]]:
        match element.tag:
            case "section" if element.get("class") == "footnotes":
                return []  # each is at the foot of its page
            case "p" | "dt" | "summary":
                style = _Style(bold=element.tag != "p")
                pictures = list(element.iter("img"))
                if len(pictures) == 1 and not element.text_content().strip():
                    return [self._picture(pictures[0], None)]
                runs = _trimmed(list(self._inside(element, style)))
                return [{"kind": "text", "runs": runs}] if runs else []
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                level = max(2, int(element.tag[1]))
                return [{"kind": "heading", "level": level, "runs": _trimmed(list(self._inside(element, _Style())))}]
            case "pre":
                return [{"kind": "code", "text": element.text_content().rstrip("\n")}]
            case "blockquote":
                return [{"kind": "quote", "blocks": self._blocks(element)}]
            case "ul" | "ol":
                start = int(element.get("start") or 1) if element.tag == "ol" else None
                items = [self._blocks(item) for item in element.iterfind("li")]
                return [{"kind": "list", "start": start, "items": items}]
            case "table":
                rows = [[_trimmed(list(self._inside(cell, _Style()))) for cell in row] for row in element.iter("tr")]
                return [{"kind": "table", "rows": rows, "head": element.find("thead") is not None}] if rows else []
            case "figure":
                caption = element.find("figcaption")
                pictures = list(element.iter("img"))
                if len(pictures) == 1:
                    return [self._picture(pictures[0], caption)]
                return self._blocks(element)
            case "hr":
                return [{"kind": "rule"}]
            case _:
                return self._blocks(element)

    def _picture(self, image: HtmlElement, caption: HtmlElement | None) -> dict[str, object]:
        runs = _trimmed(list(self._inside(caption, _Style()))) if caption is not None else []
        return {"kind": "image", "path": self._path(image), "alt": image.get("alt", ""), "caption": runs}

    def _path(self, image: HtmlElement) -> str:
        file = self._files[image.get("src", "")]
        self._pictures.append(file)
        return f"/{file.relative_to(self._root).as_posix()}"

    def _inside(self, element: HtmlElement, style: _Style) -> Iterator[dict[str, object]]:
        made: list[dict[str, object]] = []
        _add(made, element.text, style)
        for child in element:
            made.extend(self._run(child, style))
            _add(made, child.tail, style)
        yield from made

    def _run(self, element: HtmlElement, style: _Style) -> Iterator[dict[str, object]]:
        href = element.get("href", "")
        match element.tag:
            case "br":
                yield {"kind": "break"}
                return
            case "img":
                yield {"kind": "image", "path": self._path(element), "alt": element.get("alt", "")}
                return
            case "sup" if (note := self._note(element)) is not None:
                yield note
                return
            case "a" if href.startswith("#fnref-"):
                return  # the way back from a note, which is on the same page
            case "a" if (note := self._note(element)) is not None:
                yield note
                return
            case "a" if href.endswith(".xhtml") and "/" not in href:
                style = replace(style, chapter=href.removesuffix(".xhtml"))
            case "a" if href and not href.startswith("#"):
                style = replace(style, link=href)
            case "strong" | "b" | "mark":
                style = replace(style, bold=True)
            case "em" | "i" | "cite" | "var":
                style = replace(style, italic=True)
            case "code" | "kbd" | "samp":
                style = replace(style, mono=True)
            case "del" | "s":
                style = replace(style, struck=True)
            case "sup":
                style = replace(style, raised=True)
            case "sub":
                style = replace(style, lowered=True)
            case _:
                pass
        yield from self._inside(element, style)

    def _note(self, element: HtmlElement) -> dict[str, object] | None:
        """The note that an element stands for; None where it is none."""
        inner = list(element.iter("a"))
        if len(inner) != 1 or not inner[0].get("href", "").startswith("#fn-"):
            return None
        name = inner[0].get("href", "")[1:]
        item = self._notes.get(name)
        if item is None:
            return None
        first = name not in self._cited
        self._cited.add(name)
        blocks = self._blocks(item) if first else []
        return {"kind": "note", "first": first, "key": f"{self._key}-{name}", "blocks": blocks}


def _add(made: list[dict[str, object]], text: str | None, style: _Style) -> None:
    """Text as a browser would show it: white space is one space."""
    if not text:
        return
    shown = "".join(" " if one in " \t\n\r\f" else one for one in text)
    while "  " in shown:
        shown = shown.replace("  ", " ")
    before = made[-1] if made else None
    spaced = before is not None and (before["kind"] == "break" or str(before.get("text", "")).endswith(" "))
    if shown.startswith(" ") and spaced:
        shown = shown[1:]
    if shown:
        made.append(
            {
                "kind": "run",
                "text": shown,
                "bold": style.bold,
                "italic": style.italic,
                "code": style.mono,
                "struck": style.struck,
                "raised": style.raised,
                "lowered": style.lowered,
                "link": style.link,
                "chapter": style.chapter,
            }
        )


def _trimmed(runs: list[dict[str, object]]) -> list[dict[str, object]]:
    """Runs without white space at either end."""
    made = [dict(one) for one in runs]
    while made and _is_blank(made[0]):
        del made[0]
    while made and (made[-1]["kind"] == "break" or _is_blank(made[-1])):
        del made[-1]
    if made and made[0]["kind"] == "run":
        made[0]["text"] = str(made[0]["text"]).lstrip(" ")
    if made and made[-1]["kind"] == "run":
        made[-1]["text"] = str(made[-1]["text"]).rstrip(" ")
    return made


def _is_blank(run: Mapping[str, object]) -> bool:
    return run["kind"] == "run" and not str(run["text"]).strip(" ")
