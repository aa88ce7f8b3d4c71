"""Split a file into front matter and body, and read the front matter: YAML, TOML or JSON."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.content.flat import read_flat
from pipeline.content.notes import Notes
from pipeline.content.tree import MAX_FRONT, TOO_LONG, FrontMatterError, Table
from pipeline.patterns import pattern

#: The lines that open front matter; some tools name its syntax there.
_FENCES = {"---": "yaml", "---yaml": "yaml", "---toml": "toml", "---json": "json", "+++": "toml"}
_YAML_END = pattern(r"\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)")
_TOML_END = pattern(r"\n\+\+\+[ \t]*(?:\n|\Z)")
_JSON_START = pattern(r'\{\s*(?:["}]|\Z)')
#: A text that has no end is one part as well, so that it is looked at once.
_JSON_PART = pattern(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)|[{}]', re.DOTALL)
_BLANK = pattern(r"(?:[ \t]*\n)+")


class Split(NamedTuple):
    """Where a file's front matter ends and its body starts."""

    #: ``yaml``, ``toml`` or ``json``; empty where there is no front matter.
    syntax: str
    #: Without the lines of its delimiters.
    head: str
    #: The line of the file on which ``head`` starts, from 1.
    head_line: int
    #: Without blank lines around it.
    body: str
    body_line: int


class Front(NamedTuple):
    """A file, read."""

    table: Table
    body: str
    #: The line of the file on which the body starts, from 1.
    body_line: int


def read(text: str, notes: Notes) -> Front | None:
    """The front matter and the body of a text, or None where the front matter cannot be read (the reason is noted)."""
    try:
        parts = split(text)
        if not parts.syntax:
            return Front(Table({}, {}, 1), parts.body, parts.body_line)
        if len(parts.head) * 4 > MAX_FRONT and len(parts.head.encode(errors="replace")) > MAX_FRONT:
            notes.error("too-big", parts.head_line, TOO_LONG)
            return None
        if not parts.head.isascii():
            # YAML 1.1 breaks lines at U+2028 and U+2029, no editor does.
            head = parts.head.replace("\u2028", " ").replace("\u2029", " ").replace("\ufeff", "")
            parts = parts._replace(head=head)
        table = read_flat(parts.head, parts.head_line) if parts.syntax == "yaml" else None
        if table is None:
            from pipeline.content.handlers import table_of  # with a parser for each syntax: most projects need none

            table = table_of(parts, notes)
        return Front(Table(table.items, table.lines, parts.head_line), parts.body, parts.body_line)
    except FrontMatterError as error:
        notes.error(error.code, error.line, str(error))
        return None


def split(text: str) -> Split:
    """The parts of a text. Raises FrontMatterError where front matter starts and never ends."""
    start = 0
    if text[:1] in (" ", "\t", "\n") and (blank := _BLANK.match(text)):
        start = blank.end()
    opening = text[start : start + 3]
    if opening in ("---", "+++"):
        first = text.find("\n", start)
        delimiter = text[start:first] if first >= 0 else text[start:]
        syntax = _FENCES.get(delimiter.replace(" ", "").replace("\t", "").lower())
        if syntax is not None:
            return _fenced(text, start, first if first >= 0 else len(text), opening, syntax)
    elif opening[:1] == "{" and _JSON_START.match(text, start):
        return _braced(text, start)
    body, line = _body(text, 0, 1)
    return Split("", "", 1, body, line)


def _fenced(text: str, start: int, first: int, fence: str, syntax: str) -> Split:
    line = text.count("\n", 0, start) + 1
    end = (_YAML_END if fence == "---" else _TOML_END).search(text, first)
    if end is None:
        message = f"front matter starts here and never ends; write a line '{fence}' below it"
        raise FrontMatterError("unclosed", line, message)
    head = text[first + 1 : end.start()] if end.start() > first else ""
    body, body_line = _body(text, end.end(), line + 1 + head.count("\n") + (2 if end.start() > first else 1))
    return Split(syntax, head, line + 1, body, body_line)


def _braced(text: str, start: int) -> Split:
    line = text.count("\n", 0, start) + 1
    depth = 0
    for part in _JSON_PART.finditer(text, start):
        depth += {"{": 1, "}": -1}.get(part[0], 0)
        if depth == 0:
            head = text[start : part.end()]
            body, body_line = _body(text, part.end(), line + head.count("\n"))
            return Split("json", head, line, body, body_line)
    raise FrontMatterError("unclosed", line, "front matter starts here and never ends; close its '{' with a '}'")


def _body(text: str, start: int, line: int) -> tuple[str, int]:
    """The text from ``start``, which is on line ``line``, without blank lines around it; and its line."""
    blank = _BLANK.match(text, start)
    if blank is None:
        return text[start:].rstrip(), line
    return text[blank.end() :].rstrip(), line + blank[0].count("\n")
