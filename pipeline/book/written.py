"""Make the books of a series below ``output/books/``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pipeline import host
from pipeline.book.chapters import Book, book_of
from pipeline.book.epub import epub
from pipeline.book.pdf import TEMPLATE, cover, pdf
from pipeline.cards.store import installed
from pipeline.errors import remedy_of
from pipeline.last_good import FOLDER
from pipeline.model import Series
from pipeline.output import BOOKS, OUTPUT, Output
from pipeline.project import Project, spans
from pipeline.records import dataclass
from pipeline.render.carousel import drawer
from pipeline.render.templates import Templates, folders


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What a series became."""

    book: Book
    #: Bytes by path below ``output/``: ``books/<series>.epub``, and ``.pdf`` where the extra is there that sets it.
    files: Mapping[str, bytes]
    #: What a person should know, in sentences.
    notes: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """Whether both are there."""
        return len(self.files) == 2


def books_of(project: Project, series: Series) -> Books:
    """An EPUB and a PDF of a series, without writing them.

    Without the extra ``cards`` there is an EPUB alone, and without a picture on its cover; the notes say so. Raises
    ContentError for a series without an entry that is no draft, RenderError for a template or a picture that does not
    do.
    """
    book = book_of(project, series)
    notes = [*book.notes, *_missing(series)]
    files: dict[str, bytes] = {}
    name = f"{BOOKS}/{series.slug}"
    if not installed():
        files[f"{name}.epub"] = epub(book, None)
        notes.append(f"there is no PDF and no cover: what sets them is not installed: {remedy_of('cards')}")
        return Books(book=book, files=files, notes=tuple(notes))
    templates = Templates(folders(project.root, project.config.site.theme))
    cards = drawer(project.root, project.config, templates, keep=False)
    template = templates.source(TEMPLATE)
    files[f"{name}.epub"] = epub(book, cover(book, cards, template))
    made = pdf(book, cards, template)
    files[f"{name}.pdf"] = made.data
    if made.missing:
        notes.append(f"the PDF leaves out {' '.join(made.missing)}, which no font has; name one in [cards] fonts")
    return Books(book=book, files=files, notes=tuple(notes))


def write_books(project: Project, series: Series) -> tuple[Books, tuple[Path, ...]]:
    """The books of a series, and where they are. Raises as `books_of`, and RenderError for a disk that refuses."""
    made = books_of(project, series)
    with host.locked(project.home / FOLDER / "build.lock"):
        output = Output(project.home / OUTPUT)
        for path, data in made.files.items():
            output.write(path, data)
        output.finish(remove_stale=False)
    return made, tuple(project.home / OUTPUT / path for path in made.files)


def _missing(series: Series) -> list[str]:
    """The days that are not in a book."""
    there = {entry.day for entry in series.entries if not entry.draft}
    gone = [day for day in range(1, (series.length or 0) + 1) if day not in there]
    if not gone:
        return []
    said = (
        f"day {gone[0]} is a draft or not written"
        if len(gone) == 1
        else f"days {spans(gone)} are drafts or not written"
    )
    return [f"{len(there)} of {series.length} days are in it; {said}"]
