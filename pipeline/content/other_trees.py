"""Read TOML and JSON front matter into the same tree as YAML's."""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from datetime import date, datetime, time

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

_TOML_NAME = r"""(?:"[^"\n]*"|'[^'\n]*'|[\w-]+)"""
_TOML_KEY = pattern(rf"^[ \t]*(?:\[+[ \t]*)?({_TOML_NAME}(?:[ \t]*\.[ \t]*{_TOML_NAME})*)[ \t]*[=\]]", re.MULTILINE)
_TOML_PART = r"""(?>[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_TOML_DEEP = pattern(rf"(?<![\w-]){_TOML_PART}(?:[ \t]*+\.[ \t]*+{_TOML_PART}){{{MAX_DEPTH}}}")
_JSON_KEY = pattern(r'"((?:[^"\\]|\\.)*)"\s*:')
_TOML_LINE = pattern(r" ?\(at (?:line (\d+), column \d+|end of document)\)$")


def read_toml(head: str, first: int, notes: Notes) -> Table:
    """The tree of TOML front matter whose first line is line ``first`` of the file. Raises FrontMatterError."""
    import tomllib

    if (deep := _TOML_DEEP.search(head)) is not None:
        # The parser's time grows with the square of such a key's length.
        raise FrontMatterError("too-big", first + head.count("\n", 0, deep.start()), TOO_DEEP)
    try:
        data = tomllib.loads(head)
    except tomllib.TOMLDecodeError as error:
        raise _toml_error(str(error), head, first) from error
    except RecursionError as error:
        raise FrontMatterError("too-big", first, TOO_DEEP) from error
    except ValueError as error:
        raise FrontMatterError(
            "bad-front-matter", first, "front matter holds a number or date that does not exist"
        ) from error
    return _Builder(head, first, notes, _TOML_KEY).table(data, 0, 0)


def read_json(head: str, first: int, notes: Notes) -> Table:
    """The tree of JSON front matter whose first line is line ``first`` of the file. Raises FrontMatterError."""
    try:
        data = json.loads(head, object_pairs_hook=_Pairs, parse_int=_Plain, parse_float=_Plain, parse_constant=_Plain)
    except json.JSONDecodeError as error:
        line = first + min(error.lineno, head.count("\n") + 1) - 1
        raise FrontMatterError(
            "bad-front-matter", line, f"front matter is not valid JSON: {error.msg.lower()}"
        ) from error
    except RecursionError as error:
        raise FrontMatterError("too-big", first, TOO_DEEP) from error
    return _Builder(head, first, notes, _JSON_KEY).table(data, 0, 0)


class _Plain(str):
    """A JSON number as it is written."""

    __slots__ = ()


class _Pairs(list[tuple[str, object]]):
    """A JSON object with its doubles."""


class _Builder:
    """Makes the tree, finding the line of each key by its first appearance after the key above it."""

    def __init__(self, head: str, first: int, notes: Notes, keys: re.Pattern[str]) -> None:
        self._head = head
        self._first = first
        self._notes = notes
        self._nodes = 0
        #: Where each key is written, in order.
        self._places: dict[str, list[int]] = {}
        for found in keys.finditer(head):
            for part in {found[1], *found[1].split(".")}:
                self._places.setdefault(part.strip(" \t\"'"), []).append(found.start(1))

    def table(self, data: object, start: int, depth: int) -> Table:
        made = Table({}, {}, self._line(start))
        for key, value in data if isinstance(data, _Pairs) else data.items() if isinstance(data, dict) else ():
            at = self._place(key, start)
            if key in made.items:
                line = self._line(self._place(key, at + 1))
                message = f"'{clipped(key)}' is there twice, first on line {made.lines[key]}; keep one of them"
                self._notes.error("duplicate-key", line, message)
                continue
            made.lines[key] = self._line(at)
            made.items[key] = self._node(value, at, depth + 1)
        return made

    def _place(self, key: str, start: int) -> int:
        places = self._places.get(key, [])
        index = bisect_left(places, start)
        return places[index] if index < len(places) else start

    def _line(self, at: int) -> int:
        return self._first + self._head.count("\n", 0, at)

    def _node(self, value: object, at: int, depth: int) -> Node:
        line = self._line(at)
        self._nodes += 1
        if depth > MAX_DEPTH:
            raise FrontMatterError("too-big", line, TOO_DEEP)
        if self._nodes > MAX_NODES:
            raise FrontMatterError("too-big", line, TOO_MANY)
        if isinstance(value, _Pairs | dict):
            return self.table(value, at, depth)
        if isinstance(value, list):
            return Listing([self._node(item, at, depth + 1) for item in value], line)
        if isinstance(value, str) and not isinstance(value, _Plain):
            return Scalar(cleaned(value), line, False)
        return Scalar(_written(value), line)


def _written(value: object) -> str:
    """A value that is no text, as YAML 1.2 would write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value).replace("inf", ".inf").replace("nan", ".nan") if isinstance(value, float) else str(value)


def _toml_error(message: str, head: str, first: int) -> FrontMatterError:
    place = _TOML_LINE.search(message)
    lines = head.count("\n") + 1
    line = min(int(place[1]), lines) if place and place[1] else lines
    reason = _TOML_LINE.sub("", message)
    if "overwrite" in reason or "twice" in reason:
        key = head.split("\n")[line - 1].partition("=")[0].strip(" \t[]\"'")
        before = next((found for found in _TOML_KEY.finditer(head) if found[1].strip("\"'") == key), None)
        earlier = first + head.count("\n", 0, before.start(1)) if before else first
        sentence = f"'{clipped(key)}' is there twice, first on line {earlier}; keep one of them"
        return FrontMatterError("duplicate-key", first + line - 1, sentence)
    return FrontMatterError(
        "bad-front-matter", first + line - 1, f"front matter is not valid TOML: {reason[:1].lower()}{reason[1:]}"
    )
