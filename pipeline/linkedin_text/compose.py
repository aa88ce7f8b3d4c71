"""Walk the events of a Markdown document once and write them down as marked text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pipeline.linkedin_text import marks
from pipeline.linkedin_text.marks import mark_literal, unmarked
from pipeline.linkedin_text.result import Composed, Image, Note
from pipeline.linkedin_text.write import Writer, footnote_name
from pipeline.model import Mention

if TYPE_CHECKING:
    from pyromark import Markdown

_NO_MENTIONS: Mapping[str, Mention] = MappingProxyType({})
_UNDEFINED_NOTE = r"\\?\[\^[^\[\]\s]++\]"
_FENCED = f"[{marks.LITERAL}{marks.URL}][^{marks.END}]*+{marks.END}"


def compose(
    markdown: str,
    *,
    link: Callable[[str], str | None] | None = None,
    base: str | None = None,
    mentions: Mapping[str, Mention] = _NO_MENTIONS,
    softbreak: str = " ",
) -> Composed:
    """Marked text of CommonMark with tables, footnotes, strikethrough, task lists and alerts.

    ``link`` is asked first for each link's destination (it knows the project's files): an absolute address, empty where
    the label must stand alone, or None where the destination is not its own. ``base`` is the site's address, for
    relative destinations. ``mentions`` are known companies by the last part of their page's address, in lower case.
    ``softbreak`` is what a line break within a paragraph becomes. The text neither starts nor ends with a newline.
    """
    source = _readable(markdown)
    writer = Writer(link=link, base=base, mentions=mentions, softbreak=softbreak)
    events, starts = _events(source)
    noted = "^" in source and "[^" in source
    if noted:
        _walk_with_notes(writer, events)
    else:
        writer.walk(events, range(len(events)))
    marked = writer.close()
    if noted:
        writer.at = -1
        meant_as_text = set(re.findall(_UNDEFINED_NOTE, source))
        for name in re.findall(_UNDEFINED_NOTE, re.sub(_FENCED, "", marked)):
            if f"\\{name}" not in meant_as_text:
                writer.note("footnote-undefined", f"the footnote {name} has no text; add one as '{name}: …'")
    line_of = _lines(source, starts, {at for at, *_ in [*writer.notes, *writer.images] if at >= 0})
    return Composed(
        marked=marked,
        links=tuple(dict.fromkeys(writer.links)),
        images=tuple(Image(src=src, alt=alt, line=line_of[at]) for at, src, alt in writer.images),
        warnings=tuple(
            dict.fromkeys(
                Note(message=message, code=code, line=None if at < 0 else line_of[at])
                for at, code, message in writer.notes
            )
        ),
    )


def _readable(markdown: str) -> str:
    """The source with ``\\n`` as its only line end, and nothing in it that could be taken for a mark."""
    if not markdown.isascii():
        try:
            markdown.encode()
        except UnicodeEncodeError:
            markdown = marks.without_surrogates(markdown)
        markdown = unmarked(markdown.removeprefix("\ufeff"))
    return markdown.replace("\r\n", "\n").replace("\r", "\n") if "\r" in markdown else markdown


@cache
def _parser() -> Markdown:
    from pyromark import Markdown, Options

    return Markdown(
        options=Options.ENABLE_TABLES
        | Options.ENABLE_FOOTNOTES
        | Options.ENABLE_STRIKETHROUGH
        | Options.ENABLE_TASKLISTS
        | Options.ENABLE_GFM
    )


def _events(source: str) -> tuple[list[Any], list[int] | None]:
    """The document's events and, where they had to be looked up, the bytes of the source at which they start.

    Only the source's bytes tell an escaped ``#``, which starts no hashtag, from a bare one.
    """
    escapes = ("\\" in source and "\\#" in source) or ("&" in source and ("&#" in source or "&num;" in source))
    if not escapes:
        if "![" not in source:
            return list(_parser().events(source)), None
        # The line of an image is asked for: knowing all places from the start costs half of looking them up.
        placed = list(_parser().events_with_range(source, merge_text=True))
        return [event for event, _ in placed], [span["start"] for _, span in placed]
    data = source.encode()
    events: list[Any] = []
    starts: list[int] = []
    for event, span in _parser().events_with_range(source):
        if event.__class__ is dict and "Text" in event:
            event = {"Text": _with_literal_hash(event["Text"], data, span["start"])}
        events.append(event)
        starts.append(span["start"])
    return events, starts


def _with_literal_hash(text: str, data: bytes, start: int) -> str:
    """A piece of text whose ``#`` is marked as literal where the source escapes it."""
    text = unmarked(text)
    if text[:1] not in ("#", "＃"):
        return text
    if data[start : start + 1] == b"&" or data[start - 1 : start] == b"\\":
        return mark_literal(text[0]) + text[1:]
    return text


def _lines(source: str, starts: list[int] | None, places: set[int]) -> dict[int, int]:
    """The line, from 1, on which each of the events at ``places`` starts."""
    if not places:
        return {}
    if starts is None:
        starts = [span["start"] for _, span in _parser().events_with_range(source, merge_text=True)]
    data = source.encode()
    line, counted = 1, 0
    lines = {}
    for at in sorted(places):
        # A task's box starts before the paragraph that precedes it in the events, hence not before what is counted.
        start = max(starts[at], counted)
        line += data.count(b"\n", counted, start)
        counted = start
        lines[at] = line
    return lines


class _Part:
    """The body or a footnote: its events and their places in the document."""

    __slots__ = ("at", "events", "places")

    def __init__(self, at: int) -> None:
        #: Of the footnote itself.
        self.at = at
        self.events: list[Any] = []
        self.places: list[int] = []


def _walk_with_notes(writer: Writer, events: list[Any]) -> None:
    """Walk the body, then the footnotes in the order of their first reference; those may refer to further ones."""
    body = _Part(0)
    notes: dict[str, _Part] = {}
    within = [body]
    for at, event in enumerate(events):
        if event.__class__ is dict:
            [(kind, value)] = event.items()
            if kind == "Start" and value.__class__ is dict and "FootnoteDefinition" in value:
                within.append(_Part(at))
                notes.setdefault(footnote_name(value["FootnoteDefinition"]), within[-1])
                continue
            if kind == "End" and value == "FootnoteDefinition":
                within.pop()
                continue
        within[-1].events.append(event)
        within[-1].places.append(at)
    writer.walk(body.events, body.places)
    for number, name in writer.footnotes():
        writer.open_footnote(number)
        writer.walk(notes[name].events, notes[name].places)
        writer.close_footnote()
    for name, part in notes.items():
        if name not in writer.references:
            writer.at = part.at
            writer.note("footnote-unused", f"the footnote [^{name}] is never referred to, so it is not in the post")
