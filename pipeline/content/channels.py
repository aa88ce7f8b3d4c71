"""Read what front matter says of channels: which ones, and what is different there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args
from urllib.parse import urlsplit

from pipeline.config import LinkStyle, Long
from pipeline.content import values
from pipeline.content.keys import CHANNEL_KEY_NAMES
from pipeline.content.notes import Notes, clipped
from pipeline.content.tree import Listing, Scalar, Table, absent, kind_of, value_of
from pipeline.content.values import Field
from pipeline.model import DEFAULT_CHANNELS
from pipeline.patterns import pattern

#: What ``format`` may be.
FORMATS = ("carousel",)
_NAME = pattern(r"[a-z][a-z0-9_-]{0,39}")
_POST = pattern(
    r"urn:li:(share|ugcPost|activity):[0-9]+|https://(?:[a-z]{2,3}\.)?linkedin\.com/\S+|https://lnkd\.in/\S+"
)
#: What such a post is told as.
POST_FORM = "the post's address or URN, such as https://www.linkedin.com/feed/update/urn:li:share:7141138937766391808/"


def channels_of(field: Field, notes: Notes) -> tuple[str, ...]:
    """Channel names, in lower case; an empty list means nowhere. Whether they are installed is not looked at."""
    found = []
    for name in map(str.lower, values.list_of(field, notes)):
        if _NAME.fullmatch(name) is None:
            notes.error(
                "bad-channel",
                field.line,
                f"{field.key} has '{clipped(name)}', expected names such as {', '.join(DEFAULT_CHANNELS)}",
            )
            continue
        found.append(name)
    return tuple(found)


def override_of(
    channel: str, field: Field, notes: Notes, lines: dict[str, int], *, kind: str | None = None
) -> Mapping[str, object]:
    """What is different on one channel. Puts the line of each key into ``lines``, as ``linkedin.hook``.

    ``kind`` is the channel's type, whose keys are known; None: its name is.
    """
    table = field.node
    if type(table) is not Table:
        form = "expected a table with keys such as text, hook and hashtags"
        notes.error("bad-channel", field.line, f"{channel} is {kind_of(table)}, {form}")
        return {}
    names = CHANNEL_KEY_NAMES.get(kind or channel)
    found: dict[str, object] = {}
    for written, node in table.items.items():
        name = names.canonical(written) if names else None
        line = table.lines[written]
        if name is None:
            likely = names.likely(written) if names else None
            if likely is not None:
                notes.warn(
                    "maybe-typo",
                    line,
                    f"{channel} has {clipped(written)}, which it does not know; is '{likely}' meant?",
                )
            found[written] = value_of(node)
        elif not absent(node):
            found[name] = _typed(name, Field(f"{channel}: {name}", node, line), notes)
        lines[f"{channel}.{name or written}"] = line
    return {key: value for key, value in found.items() if value is not None}


def address_of(field: Field, notes: Notes) -> str | None:
    """An absolute address."""
    text = values.line_of(field, notes)
    if text is None:
        return None
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in text
    except ValueError:
        good = False
    if not good:
        notes.error(
            "bad-value",
            field.line,
            f"{field.key} is '{clipped(text)}', expected an address such as https://example.org/post",
        )
    return text if good else None


def is_post(text: str) -> bool:
    """Whether a text is the address or the URN of a post on LinkedIn."""
    return _POST.fullmatch(text) is not None


def _post_of(field: Field, notes: Notes) -> str | None:
    """The address or URN of a post that is out."""
    text = values.line_of(field, notes)
    if text is None or is_post(text):
        return text
    notes.error("bad-value", field.line, f"{field.key} is '{clipped(text)}', expected {POST_FORM}")
    return None


def _typed(name: str, field: Field, notes: Notes) -> object:
    if name == "hashtags":
        return values.tags_of(field, notes)
    if name == "images":
        return _pictures(field, notes)
    if name == "image":
        return values.picture_of(field, notes)[0]
    if name == "url":
        return _post_of(field, notes)
    if name == "long":
        return values.choice_of(field, get_args(Long), notes)
    if name == "link":
        return values.choice_of(field, get_args(LinkStyle), notes)
    if name == "format":
        return values.choice_of(field, FORMATS, notes)
    return values.text_of(field, notes)


def _pictures(field: Field, notes: Notes) -> tuple[object, ...]:
    nodes = field.node.items if type(field.node) is Listing else [field.node]
    found: list[object] = []
    for node in nodes:
        source, alt = values.picture_of(Field(field.key, node, node.line), notes)
        if source is not None:
            found.append(source if alt is None and type(node) is Scalar else {"src": source, "alt": alt or ""})
    return tuple(found)
