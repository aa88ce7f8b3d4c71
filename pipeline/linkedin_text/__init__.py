"""Turn Markdown into a LinkedIn post: the text as read and the form that goes over the wire.

Two steps, so that a template can stand between them. `compose` gives *marked text*: plain text in which pieces that
must stay as they are and mentions are fenced by non-characters. `finish` turns marked text, with whatever a template
has put around it, into both forms at once, so that ``unescape(text.commentary) == text.plain``.

Patterns that few texts need stand as strings: `re` compiles them at their first use and keeps them, so that every
start does not pay for each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

from pipeline.linkedin_text.compose import compose
from pipeline.linkedin_text.finish import finish
from pipeline.linkedin_text.marks import mark_literal, plain_of, prose_of
from pipeline.linkedin_text.result import Composed, Image, LinkedInText, Note
from pipeline.linkedin_text.wire import escape, unescape, units
from pipeline.model import Mention

__all__ = [
    "Composed",
    "Image",
    "LinkedInText",
    "Note",
    "compose",
    "convert",
    "escape",
    "finish",
    "mark_literal",
    "plain_of",
    "prose_of",
    "unescape",
    "units",
]

_NO_MENTIONS: Mapping[str, Mention] = MappingProxyType({})


def convert(
    markdown: str,
    *,
    link: Callable[[str], str | None] | None = None,
    base: str | None = None,
    mentions: Mapping[str, Mention] = _NO_MENTIONS,
    softbreak: str = " ",
    limit: int = 3000,
    hashtag_style: Literal["template", "bare"] = "template",
    escape_urls: bool = True,
    media: bool = False,
) -> LinkedInText:
    """`compose` and `finish` in one, for a text that no template arranges."""
    composed = compose(markdown, link=link, base=base, mentions=mentions, softbreak=softbreak)
    return finish(
        composed.marked,
        limit=limit,
        hashtag_style=hashtag_style,
        escape_urls=escape_urls,
        media=media,
        links=composed.links,
        images=composed.images,
        warnings=composed.warnings,
    )
