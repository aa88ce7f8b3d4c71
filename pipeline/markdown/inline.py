"""The parser, and the plain text of inline Markdown."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from pipeline.markdown.text import one_line, readable, without_controls
from pipeline.patterns import pattern

if TYPE_CHECKING:
    from pyromark import Markdown

#: An event of pyromark and its range in bytes; its union of some fifty TypedDicts would tell a reader less.
Events = Iterator[tuple[Any, Any]]

_MARKUP = pattern(r"[\\`*_\[\]<>&~]")


@cache
def parser() -> Markdown:
    """The dialect: CommonMark with GitHub's extensions, footnotes and heading attributes."""
    from pyromark import Markdown, Options

    return Markdown(
        options=Options.ENABLE_TABLES
        | Options.ENABLE_FOOTNOTES
        | Options.ENABLE_STRIKETHROUGH
        | Options.ENABLE_TASKLISTS
        | Options.ENABLE_GFM
        | Options.ENABLE_HEADING_ATTRIBUTES
    )


def plain(markdown: str) -> str:
    """What inline Markdown says, in one line: of a link its label, of an image its alternative text.

    Block markup is text, so that a title may be ``1. Begin`` or ``#Day2/30 – Stacks``.
    """
    line = one_line(readable(markdown)[0])
    if not _MARKUP.search(line):
        return line
    # A full stop in front lets no line begin a block, and emphasis opens after it as it does after a space.
    events = parser().events_with_range("." + line, merge_text=True)
    return one_line(without_controls("".join(_said(events, until=None)))[1:])


def alternative_text(events: Events) -> str:
    """The text up to the end of the image that has just begun, in one line."""
    return one_line(without_controls("".join(_said(events, until="Image"))))


def _said(events: Events, *, until: str | None) -> Iterator[str]:
    depth = 1
    for event, _ in events:
        if event in ("SoftBreak", "HardBreak"):
            yield " "
        elif "Text" in event:
            yield event["Text"]
        elif "Code" in event:
            yield event["Code"]
        elif until is not None and "Start" in event:
            depth += until in event["Start"]
        elif until is not None and "End" in event:
            depth -= event["End"] == until
            if not depth:
                return


def rest_of_code(events: Events) -> str:
    """The text of the code block that has just begun."""
    pieces = []
    for event, _ in events:
        if "Text" in event:
            pieces.append(event["Text"])
        else:
            break
    return "".join(pieces)


def rest_of_html(events: Events) -> str:
    """The source of the HTML block that has just begun."""
    pieces = []
    for event, _ in events:
        if "Html" in event:
            pieces.append(event["Html"])
        elif "Text" in event:
            pieces.append(event["Text"])
        else:
            break
    return "".join(pieces)
