"""Read YAML front matter into a bounded tree, and mend the lines that YAML reads otherwise than they look.

The tree is built from parser events, so that no alias is ever resolved, no object is ever made, and the limits hold
before anything grows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import yaml

from pipeline.content.mend import Mended, early_end, goes_on, is_key, mended, open_quote, without_tabs
from pipeline.content.notes import Notes, clipped
from pipeline.content.text import cleaned
from pipeline.content.tree import (
    MAX_DEPTH,
    MAX_NODES,
    TOO_DEEP,
    TOO_MANY,
    FrontMatterError,
    Listing,
    Node,
    Scalar,
    Table,
)
from pipeline.patterns import pattern

#: Lines of one file that are mended before it counts as broken.
MAX_MENDED = 20

_HASHTAG = pattern(r"[ \t]*#\w.*")
_REFUSED = "{} are refused in front matter: write the value out, or put it in quotes"


class EventSource(Protocol):
    """What both of PyYAML's parsers offer."""

    def get_event(self) -> yaml.Event | None:
        """The next event. Raises yaml.YAMLError, and ValueError for an escape that names no character."""


class _PythonParser(yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """PyYAML's parser without libyaml."""

    def __init__(self, text: str) -> None:
        yaml.reader.Reader.__init__(self, text)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)


def python_parser(text: str) -> EventSource:
    """Events from PyYAML's own parser: ten times slower than libyaml's, everywhere available."""
    return _PythonParser(text)


def fastest_parser(text: str) -> EventSource:
    """Events from libyaml's parser, or from PyYAML's own where it was built without."""
    try:
        from yaml._yaml import CParser
    except ImportError:
        return python_parser(text)
    parser: EventSource = CParser(text)
    return parser


class _TrapError(Exception):
    """YAML understood the line, but hardly as it was meant."""

    def __init__(self, line: int, message: str, *, code: str = "refused-yaml", mend: bool = True) -> None:
        super().__init__(message)
        self.line = line
        self.code = code
        self.mend = mend


def read_yaml(head: str, first: int, notes: Notes, parser: Callable[[str], EventSource] = fastest_parser) -> Table:
    """The tree of front matter whose first line is line ``first`` of the file.

    Notes a duplicate key as an error and a mended line as a warning. Raises FrontMatterError for the rest.
    """
    lines = head.split("\n")
    repairs: dict[int, Mended] = {}
    for at, line in enumerate(lines):
        if line.startswith("%"):
            raise FrontMatterError(
                "refused-yaml", first + at, "starts with '%', a directive of YAML; indent or delete the line"
            )
    if "\t" in head:
        _smooth_tabs(lines, repairs)
    text = "\n".join(lines)
    while True:
        doubles: list[tuple[int, str]] = []
        try:
            table = _build(parser(text), text, lines, first, doubles)
        except (yaml.YAMLError, ValueError, OverflowError, _TrapError) as error:
            repair = _repair(error, lines, repairs)
            if repair is None or len(repairs) == MAX_MENDED:
                _note_repairs(repairs, first, notes)
                raise _sentence(error, lines, first) from error
            at, found = repair
            repairs[at] = found
            lines[at] = found.line
            text = "\n".join(lines)
            continue
        _note_repairs(repairs, first, notes)
        for at, message in doubles:
            notes.error("duplicate-key", at, message)
        return table


def _smooth_tabs(lines: list[str], repairs: dict[int, Mended]) -> None:
    """Both parsers shall read tabs alike: those around a value are spaces, those within make it a text in quotes."""
    for at, line in enumerate(lines):
        if "\t" in line and is_key(line):
            lines[at] = without_tabs(line)
            found = mended(lines, at) if "\t" in lines[at] and len(repairs) < MAX_MENDED else None
            if found is not None:
                repairs[at] = found
                lines[at] = found.line


def _build(source: EventSource, text: str, lines: list[str], first: int, doubles: list[tuple[int, str]]) -> Table:
    next_event = source.get_event
    last = len(lines) - 1
    hashes = "#" in text
    escapes = "\\" in text
    #: The containers around this one, each with the key that waits for it there.
    above: list[tuple[Table | Listing, str, int]] = []
    here: Table | Listing | None = None
    key: str | None = None
    key_line = 0
    nodes = 0
    node: Node
    while True:
        event = next_event()
        if isinstance(event, yaml.ScalarEvent):
            line = min(_line(event), last)
            if event.anchor is not None or event.tag is not None:
                raise _property_trap(event, text)
            nodes += 1
            if nodes > MAX_NODES:
                raise FrontMatterError("too-big", first + line, TOO_MANY)
            if key is None and type(here) is Table:
                key, key_line = event.value, line
                if key == "<<" and not event.style:
                    raise _TrapError(line, _REFUSED.format("merge keys ('<<')"), mend=False)
                continue
            if event.style:
                node = Scalar(cleaned(event.value) if escapes else event.value, first + line, False)
            elif hashes:
                node = _plain(event, line, lines, first, line if key is None else key_line)
            else:
                node = Scalar(event.value, first + line)
        elif isinstance(event, yaml.CollectionStartEvent):
            line = _line(event)
            if event.anchor is not None or event.tag is not None:
                raise _property_trap(event, text)
            if key is None and type(here) is Table:
                raise _TrapError(line, "a key is a list or a table; put the value in quotes", code="bad-front-matter")
            if here is not None:
                above.append((here, key or "", key_line))
            nodes += 1
            if len(above) >= MAX_DEPTH:
                raise FrontMatterError("too-big", first + line, TOO_DEEP)
            here = (
                Table({}, {}, first + line) if isinstance(event, yaml.MappingStartEvent) else Listing([], first + line)
            )
            key = None
            continue
        elif isinstance(event, yaml.CollectionEndEvent):
            if here is None or not above:
                break
            node = here
            here, key, key_line = above.pop()
        elif isinstance(event, yaml.AliasEvent):
            defined = f"&{event.anchor}" in text
            raise _TrapError(_line(event), _REFUSED.format("anchors and aliases ('&', '*')"), mend=not defined)
        elif event is None or isinstance(event, yaml.StreamEndEvent):
            return Table({}, {}, first)
        else:
            continue
        if type(here) is Table:
            name = key or ""
            if name in here.items:
                before = here.lines[name]
                doubles.append(
                    (first + key_line, f"'{clipped(name)}' is there twice, first on line {before}; keep one of them")
                )
            else:
                here.items[name] = node
                here.lines[name] = first + key_line
            key = None
        elif type(here) is Listing:
            here.items.append(node)
        else:
            raise _TrapError(0, "front matter is a text, expected lines of 'key: value'", code="bad-front-matter")
    next_event()
    after = next_event()
    if isinstance(after, yaml.DocumentStartEvent):
        raise _TrapError(_line(after), "front matter holds a second document", code="bad-front-matter", mend=False)
    if type(here) is not Table:
        raise _TrapError(
            0, "front matter is a list, expected lines of 'key: value'", code="bad-front-matter", mend=False
        )
    return here


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return 0 if mark is None else mark.line


def _plain(event: yaml.ScalarEvent, line: int, lines: list[str], first: int, key_line: int) -> Scalar:
    """A value without quotes, with the hashtags that YAML took for a comment."""
    end = event.end_mark
    rest = "" if end is None or end.line >= len(lines) else lines[end.line][end.column :]
    lost = _HASHTAG.match(rest)
    if lost is None and line > key_line:
        lost = _HASHTAG.match(lines[key_line].partition(":")[2])
        return Scalar(event.value, first + line, True, lost[0] if lost else "", lost is not None)
    return Scalar(event.value, first + line, True, lost[0].rstrip() if lost else "")


def _property_trap(event: yaml.ScalarEvent | yaml.CollectionStartEvent, text: str) -> _TrapError:
    """What an anchor or a tag becomes: ``title: &now then`` is meant as text unless something refers to ``*now``."""
    line = _line(event)
    plain = isinstance(event, yaml.ScalarEvent) and not event.style
    if event.anchor is not None:
        what = _REFUSED.format("anchors and aliases ('&', '*')")
        return _TrapError(line, what, mend=plain and f"*{event.anchor}" not in text)
    standard = str(event.tag).startswith("tag:yaml.org,2002:")
    return _TrapError(line, _REFUSED.format("tags ('!')"), mend=plain and not standard)


def _repair(error: Exception, lines: list[str], repairs: dict[int, Mended]) -> tuple[int, Mended] | None:
    """The line to put in place of the one that made the error, with its index.

    libyaml reports an open bracket where the text ends, so keys above the reported line are looked at too; only keys
    at the very left, which cannot be part of a block of text.
    """
    if isinstance(error, _TrapError) and not error.mend:
        return None
    suspects = [at for at in _marked(error) if at < len(lines)]
    nearest = max(suspects, default=len(lines) - 1)
    suspects += [at for at in range(nearest, -1, -1) if at not in suspects and is_key(lines[at])]
    for at in suspects:
        if at not in repairs and (found := mended(lines, at)) is not None:
            return at, found
    return None


def _marked(error: Exception) -> list[int]:
    """The lines an error points at, as indexes, the likeliest first."""
    if isinstance(error, _TrapError):
        return [error.line]
    if isinstance(error, yaml.MarkedYAMLError):
        return [mark.line for mark in (error.problem_mark, error.context_mark) if mark is not None]
    return []


def _note_repairs(repairs: dict[int, Mended], first: int, notes: Notes) -> None:
    for at, found in sorted(repairs.items()):
        notes.warn(
            "yaml-trap", first + at, f"YAML does not read this value as it is written; put it in quotes: {found.shown}"
        )


def _sentence(error: Exception, lines: list[str], first: int) -> FrontMatterError:
    """The error as the writer needs it: what is wrong, on which line, and the remedy."""
    if isinstance(error, _TrapError):
        return FrontMatterError(error.code, first + error.line, str(error))
    if not isinstance(error, yaml.MarkedYAMLError):
        return FrontMatterError(
            "bad-front-matter", first, "front matter is not valid YAML: an escape names no character"
        )
    marked = [at for at in _marked(error) if at < len(lines)]
    at = marked[0] if marked else len(lines) - 1
    code = "bad-front-matter"
    if lines[at].lstrip(" ").startswith("\t"):
        return FrontMatterError(code, first + at, "is indented with a tab; YAML wants spaces")
    opened = open_quote(lines, at)
    if opened is not None:
        quote = "opens a quote that its line does not close; close it, or put the whole value in quotes"
        return FrontMatterError(code, first + opened, f"'{clipped(lines[opened], 40)}' {quote}")
    problem = str(error.problem or "")
    if "could not find expected ':'" in problem and error.context_mark is not None:
        at = min(error.context_mark.line, len(lines) - 1)
        return FrontMatterError(
            code, first + at, f"'{clipped(lines[at], 40)}' is neither 'key: value' nor indented below a key"
        )
    if "escape" in problem or "hex" in problem:
        return FrontMatterError(
            code, first + at, "holds a backslash in double quotes that escapes nothing; use single quotes"
        )
    if "',' or" in problem and error.context_mark is not None:
        opened = min(error.context_mark.line, len(lines) - 1)
        return FrontMatterError(
            code, first + opened, "opens a bracket that is not closed; close it, or put the value in quotes"
        )
    if early_end(lines[at]):
        return FrontMatterError(
            code, first + at, "goes on behind the closing quote; put the whole value in one pair of quotes"
        )
    if goes_on(lines, at) or (at and lines[at].startswith(" ") and goes_on(lines, at - 1)):
        rest = "put the whole value in quotes, or write it indented below 'key: >-'"
        return FrontMatterError(
            code, first + at, f"YAML cannot read this value, which goes on over more than one line; {rest}"
        )
    return FrontMatterError(code, first + at, "YAML cannot read this line; check its quotes and its indentation")
