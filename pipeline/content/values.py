"""Turn the texts of front matter into values of the type their key has, and say what is wrong with the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import NamedTuple

from pipeline.content import dates
from pipeline.content.mend import quoted
from pipeline.content.notes import Notes, clipped
from pipeline.content.tree import Listing, Node, Scalar, Table, absent, kind_of
from pipeline.patterns import pattern


class Field(NamedTuple):
    """A key of a file, as it is written there."""

    key: str
    node: Node
    #: Line of the key.
    line: int


_TRUE = frozenset(("true", "yes", "on", "1", "y"))
_FALSE = frozenset(("false", "no", "off", "0", "n"))
#: What YAML 1.1 could read as something else than text.
_SUSPICIOUS = pattern(
    r"[-+.]?[0-9][0-9_.,:eExXoOa-fA-F+-]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
    r"|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF|TRUE|true|FALSE|false|[yYnN]"
)
_BEFORE_HASH = pattern(r"\s+(?=[#＃])")
_FIRST = frozenset("0123456789+-.yYnNoOtTfF")


def is_true(text: str) -> bool | None:
    """The truth value of ``true``, ``yes``, ``on`` and their opposites; None for anything else."""
    word = text.strip().lower()
    return True if word in _TRUE else False if word in _FALSE else None


def scalar_text(key: str, node: Scalar, notes: Notes, *, item: bool = False) -> str | None:
    """The text of a value, with what YAML took for a comment; None (and an error) where that is a guess."""
    text = node.text
    if node.lost:
        if node.lost_above:
            rest = "for a comment and goes on in the next line; put the whole value in quotes"
            notes.error("yaml-trap", node.line, f"YAML takes '{clipped(node.lost, 30)}' {rest}")
            return None
        text = (text + node.lost).strip()
        shown = f"{'-' if item else key + ':'} {clipped(quoted(text), 160)}"
        message = f"YAML takes '{clipped(node.lost.strip(), 30)}' for a comment; put the value in quotes: {shown}"
        notes.warn("yaml-trap", node.line, message)
    elif node.plain and text[:1] in _FIRST and _SUSPICIOUS.fullmatch(text):
        _warn_of_yaml11(key, node, notes, item)
    return text.strip()


def text_of(field: Field, notes: Notes) -> str | None:
    """A text of any number of lines."""
    if type(field.node) is Scalar:
        return scalar_text(field.key, field.node, notes) or None
    notes.error("bad-value", field.line, f"{field.key} is {kind_of(field.node)}, expected text")
    return None


def line_of(field: Field, notes: Notes) -> str | None:
    """A text on one line."""
    text = text_of(field, notes)
    return None if text is None else " ".join(text.split()) or None


def names_of(field: Field, notes: Notes) -> str | None:
    """One name or several, as one text: ``Ada, Ben``. A table gives its ``name``."""
    if type(field.node) is Scalar:
        return line_of(field, notes)
    found = [" ".join(text.split()) for text, _ in _items(field, notes)]
    return ", ".join(name for name in found if name) or None


def tags_of(field: Field, notes: Notes) -> tuple[str, ...]:
    """Tags without ``#``, each once: from a list, ``a, b`` or ``#a #b``."""
    return unique(tag.strip().lstrip("#＃").strip() for tag in _listed(field, notes))


def list_of(field: Field, notes: Notes) -> tuple[str, ...]:
    """The texts of a list, or of ``a, b``; each once."""
    return unique(text.strip() for text in _listed(field, notes))


def categories_of(field: Field, names: Mapping[str, str], notes: Notes) -> tuple[str, ...]:
    """Categories, with the numbers that other tools write named by ``names``."""
    found = []
    for text, line in _items(field, notes):
        several = text.split(",") if field.key.endswith("s") and type(field.node) is Scalar else [text]
        for part in map(str.strip, several):
            if part.isdecimal() and part not in names:
                remedy = f'name it in daycast.toml: [categories] {part} = "…"'
                notes.warn(
                    "unknown-category",
                    line,
                    f"{field.key} {part} is a number of another tool and is left out; {remedy}",
                )
            elif part:
                found.append(names.get(part, part))
    return unique(found)


def truth_of(field: Field, notes: Notes) -> bool | None:
    """True or false."""
    if type(field.node) is Scalar and (value := is_true(field.node.text)) is not None:
        return value
    shown = f"'{clipped(field.node.text)}'" if type(field.node) is Scalar else kind_of(field.node)
    notes.error("bad-value", field.line, f"{field.key} is {shown}, expected true or false")
    return None


def instant_of(field: Field, wall: time, zone: str, notes: Notes) -> datetime | None:
    """A date in UTC; without a time at ``wall``, without an offset in ``zone``."""
    if type(field.node) is Scalar:
        text = field.node.text
        if dates.is_zero(text):
            return None
        try:
            moment = dates.instant_of(text, wall, zone)
        except (ValueError, OverflowError) as error:
            notes.error("bad-date", field.line, f"{field.key} is '{clipped(text)}', which is no date ({error})")
            return None
        if moment is not None:
            return moment
    _note_form(field, dates.DATE_FORM, "bad-date", notes)
    return None


def day_of(field: Field, node: Node, notes: Notes) -> date | None:
    """A local date."""
    if type(node) is Scalar:
        try:
            found = dates.date_of(node.text)
        except ValueError as error:
            notes.error("bad-date", node.line, f"{field.key} is '{clipped(node.text)}', which is no date ({error})")
            return None
        if found is not None:
            return found
    _note_form(field, dates.DAY_FORM, "bad-date", notes, node)
    return None


def wall_of(field: Field, notes: Notes) -> time | None:
    """A time of day."""
    if type(field.node) is Scalar:
        try:
            found = dates.wall_of(field.node.text)
        except ValueError:
            found = None
        if found is not None:
            return found
    _note_form(field, dates.TIME_FORM, "bad-date", notes)
    return None


def picture_of(field: Field, notes: Notes) -> tuple[str | None, str | None]:
    """A picture's path or address, and what it shows: from a text, a table with src and alt, or the first of a list."""
    node = field.node
    for _ in range(3):
        if type(node) is Listing and node.items:
            node = node.items[0]
    if type(node) is Scalar:
        if absent(node) or (node.plain and node.text.lower() in ("true", "false")):
            return None, None
        text = scalar_text(field.key, node, notes) or ""
        return text.removeprefix("![[").removeprefix("[[").removesuffix("]]").strip() or None, None
    if type(node) is Table:
        found = {key.casefold(): value.text.strip() for key, value in node.items.items() if type(value) is Scalar}
        source = next((found[key] for key in ("src", "image", "url", "path", "file", "href") if found.get(key)), None)
        alt = next((found[key] for key in ("alt", "alt_text", "alttext") if found.get(key)), None)
        if source or not any(found.values()):
            return source, alt
    notes.error(
        "bad-value",
        field.line,
        f"{field.key} names no picture, expected a path, an address, or a table with src and alt",
    )
    return None, None


def choice_of(field: Field, choices: tuple[str, ...], notes: Notes) -> str | None:
    """One of some words."""
    if type(field.node) is Scalar and field.node.text.strip() in choices:
        return field.node.text.strip()
    _note_form(field, f"one of {', '.join(choices)}", "bad-value", notes)
    return None


def unique(texts: Iterator[str] | list[str]) -> tuple[str, ...]:
    """The texts that are not empty, each in its first spelling."""
    found: dict[str, str] = {}
    for text in texts:
        if text:
            found.setdefault(text.casefold(), text)
    return tuple(found.values())


def _note_form(field: Field, form: str, code: str, notes: Notes, node: Node | None = None) -> None:
    node = node if node is not None else field.node
    shown = f"'{clipped(node.text)}'" if type(node) is Scalar else kind_of(node)
    notes.error(code, node.line if type(node) is Scalar else field.line, f"{field.key} is {shown}, expected {form}")


def _listed(field: Field, notes: Notes) -> Iterator[str]:
    node = field.node
    if type(node) is Scalar:
        text = scalar_text(field.key, node, notes) or ""
        yield from text.split(",") if "," in text else _BEFORE_HASH.split(text)
    else:
        for text, _ in _items(field, notes):
            yield text


def _items(field: Field, notes: Notes) -> Iterator[tuple[str, int]]:
    """The texts of a list with their lines; of a single text that one; of a table its name."""
    nodes = field.node.items if type(field.node) is Listing else [field.node]
    for node in nodes:
        if type(node) is Table:
            node = next((node.items[key] for key in ("name", "title", "label") if key in node.items), node)
        if type(node) is Scalar:
            if not absent(node) and (text := scalar_text(field.key, node, notes, item=node is not field.node)):
                yield text, node.line
        else:
            message = f"{field.key} holds {kind_of(node)}, expected texts; put the item in quotes"
            notes.error("bad-value", node.line, message)


def _warn_of_yaml11(key: str, node: Scalar, notes: Notes, item: bool) -> None:
    import yaml

    try:
        read: object = yaml.load(node.text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, OverflowError):
        return
    if not isinstance(read, str) and str(read) != node.text:
        shown = f"{'-' if item else key + ':'} {quoted(node.text)}"
        notes.warn(
            "yaml-trap",
            node.line,
            f"other YAML tools read '{clipped(node.text)}' as {clipped(str(read))}; put it in quotes: {shown}",
        )
