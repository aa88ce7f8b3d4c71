"""Put quotes around the one value of a line that YAML cannot read as it is written, where its meaning is plain."""

from __future__ import annotations

import re
from typing import NamedTuple

from pipeline.patterns import pattern


class Mended(NamedTuple):
    """A line that YAML reads, in place of one it did not."""

    #: The key, or ``-`` for an item of a list.
    key: str
    #: ``title: 'Day 2: the stack'``, as the writer should write it.
    shown: str
    #: The whole line, with its indentation.
    line: str


_LINE = pattern(
    r"""(?P<head>[ ]*(?P<dashes>(?:-[ \t]+)*)
        (?:(?P<key>"[^"]*"|'[^']*'|[^\s'"\[\]{}#&*!|>%@`,?:-](?:[^:]|:(?=[^\s]))*):(?=[ \t]))?)
        [ \t]*(?P<value>\S.*)?""",
    re.VERBOSE,
)
_KEY = pattern(r"""(?:"[^"]*"|'[^']*'|[^\s'"#\[{-][^:]*):(?:[ \t]|$)""")
#: A comment that is one: ``#`` and a space. ``#word`` is a hashtag.
_COMMENT = pattern(r"[ \t]#(?=[ \t]|$).*")
_QUOTED = pattern(r"""(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*')""")
_BLOCK = pattern(r"[|>][-+0-9]{0,2}$")
_FLOW_LIST = pattern(r"""\[([^\[\]{}"']*)\]$""")
_ODD_START = pattern(r"[@`%*&!\]},|>]|[-?:](?:[ \t]|$)")
_SPACE = pattern(r"[ \t]+")
_INNER = pattern(r"(.?)(['\"])(.?)")


def quoted(text: str) -> str:
    """The text as YAML reads it back unchanged: in single quotes, or in double ones if it has an apostrophe."""
    if "'" in text and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def mended(lines: list[str], at: int) -> Mended | None:
    """The line at index ``at`` with its value in quotes; None where nothing is to mend or the meaning is not plain.

    A value that goes on over the next line is not plain: where it ends is a guess.
    """
    found = _LINE.fullmatch(lines[at])
    if found is None or found["value"] is None or not (found["key"] or found["dashes"]):
        return None
    value = _COMMENT.sub("", found["value"]).rstrip()
    new = _quote(value)
    if new is None or goes_on(lines, at):
        return None
    key = (found["key"] or "-").rstrip().strip("\"'")
    head = found["head"]
    gap = "" if head.endswith((" ", "\t")) else " "
    return Mended(key, f"{head.strip()}{gap or ' '}{new}", f"{head.replace(chr(9), ' ')}{gap}{new}")


def goes_on(lines: list[str], at: int) -> bool:
    """True where the line after ``at`` continues its value."""
    indent = len(lines[at]) - len(lines[at].lstrip(" "))
    for after in range(at + 1, len(lines)):
        line = lines[after]
        text = line.lstrip(" \t")
        if text and not text.startswith("#"):
            return len(line) - len(line.lstrip(" \t")) > indent
    return False


def without_tabs(line: str) -> str:
    """The line of a key with spaces for the tabs around its value; libyaml reads them, PyYAML's own parser does not."""
    found = _LINE.fullmatch(line)
    if found is None or not found["key"]:
        return line
    return f"{found['key'].rstrip()}: {(found['value'] or '').rstrip()}"


def is_key(line: str) -> bool:
    """True where the line starts a key at its very left."""
    return not line.startswith(" ") and _KEY.match(line) is not None


def open_quote(lines: list[str], before: int) -> int | None:
    """The nearest line up to ``before`` whose value opens a quote that the line does not close."""
    for at in range(min(before, len(lines) - 1), -1, -1):
        found = _LINE.fullmatch(lines[at])
        value = (found["value"] or "") if found else ""
        if value[:1] in ("'", '"') and not _QUOTED.match(value):
            return at
    return None


def early_end(line: str) -> bool:
    """True where a value starts in quotes and goes on behind them."""
    found = _LINE.fullmatch(line)
    value = (found["value"] or "") if found else ""
    return value[:1] in ("'", '"') and _QUOTED.match(value) is not None and _QUOTED.fullmatch(value) is None


def _quote(value: str) -> str | None:
    first = value[:1]
    if first in ("'", '"'):
        return _requote(value, first)
    if _BLOCK.match(value):
        return None
    if first == "[":
        items = _FLOW_LIST.match(value)
        if items is None:
            return quoted(value) if not _open_flow(value) else None
        words = [word.strip() for word in items[1].split(",")]
        return "[" + ", ".join(quoted(word) for word in words if word) + "]"
    if first == "{":
        return quoted(value) if value.startswith(("{{", "{%")) or not _open_flow(value) else None
    if _ODD_START.match(value) or ": " in value or ":\t" in value or value.endswith(":") or "\t" in value:
        return quoted(_SPACE.sub(lambda found: " " if "\t" in found[0] else found[0], value))
    return None


def _requote(value: str, quote: str) -> str | None:
    """A value that starts with a quote which does not end it: ``"Foo" bar``, ``'It's fine'``, ``"Say "hi" now"``."""
    if _QUOTED.fullmatch(value):
        return None
    if len(value) < 3 or not value.endswith(quote):
        return quoted(value) if _QUOTED.match(value) else None
    inside = value[1:-1]
    for before, mark, after in _INNER.findall(inside):
        if mark == quote:
            apostrophe = before.isalnum() and after.isalnum()
            opens = before in ("", " ", "(") and after.isalnum()
            return quoted(inside) if apostrophe or opens else None
    return None


def _open_flow(value: str) -> bool:
    """True where a list or table in brackets goes on in the next line, so that it is none of our business."""
    return value.count("[") > value.count("]") or value.count("{") > value.count("}")
