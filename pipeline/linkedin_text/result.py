"""What a conversion gives: texts, what was found in them, and what to tell the writer."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.model import Mention
from pipeline.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing to tell the writer, in a sentence."""

    message: str
    #: A short stable name, such as ``strikethrough``.
    code: str
    #: Line of the given Markdown, from 1; None where no single line is meant.
    line: int | None = None
    #: What it is about, as it stands in the text, to find a line by where there is none.
    near: str | None = None

    def __str__(self) -> str:
        """The sentence, with its line where it has one."""
        return self.message if self.line is None else f"line {self.line}: {self.message}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An image of the Markdown, which goes beside the text and not into it."""

    #: As written: a path or a URL.
    src: str
    #: Plain text; empty where the writer gave none.
    alt: str
    #: Line of the given Markdown, from 1.
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """Marked text and what did not fit into it."""

    marked: str
    #: Addresses of the Markdown's links, unique, in order; what merely stands in the text is `finish`'s to find.
    links: tuple[str, ...]
    images: tuple[Image, ...]
    warnings: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedInText:
    """A post, ready to paste and ready to send. Lengths are UTF-16 code units."""

    #: As a reader sees it: what to paste.
    plain: str
    #: LinkedIn's "little text": the ``commentary`` of a request.
    commentary: str
    units: int
    wire_units: int
    #: By ``mobile`` and ``desktop``: from where to where the text shows before "…more" (an estimate).
    fold: Mapping[str, tuple[int, int]]
    #: Without ``#``, unique, in order.
    hashtags: tuple[str, ...]
    mentions: tuple[Mention, ...]
    #: URLs, unique, in order.
    links: tuple[str, ...]
    images: tuple[Image, ...]
    warnings: tuple[Note, ...]
    #: What keeps the text from being published.
    errors: tuple[Note, ...]

    def as_json(self) -> dict[str, object]:
        """The same as plain lists and dicts, notes as sentences."""
        return {
            "plain": self.plain,
            "commentary": self.commentary,
            "units": self.units,
            "wire_units": self.wire_units,
            "fold": {name: list(span) for name, span in self.fold.items()},
            "hashtags": list(self.hashtags),
            "mentions": [{"name": mention.name, "urn": mention.urn} for mention in self.mentions],
            "links": list(self.links),
            "images": [{"src": image.src, "alt": image.alt} for image in self.images],
            "warnings": [str(note) for note in self.warnings],
            "errors": [str(note) for note in self.errors],
        }
