"""Front matter as a small tree of texts with line numbers, whatever syntax it was written in.

Scalars stay text until somebody who knows the key says what they are: ``time: 12:30`` is not 750, ``no`` is not
False and ``1.10`` is not 1.1.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from pipeline.errors import ContentError
from pipeline.patterns import pattern

#: Bytes of front matter, levels of nesting, and values with their keys.
MAX_FRONT = 64 * 1024
MAX_DEPTH = 20
MAX_NODES = 1000

TOO_LONG = "front matter is longer than 64 KiB; move text into the body below it"
TOO_DEEP = f"front matter nests deeper than {MAX_DEPTH} levels; flatten it"
TOO_MANY = f"front matter holds more than {MAX_NODES} keys and values; move data into a file of its own"


class Scalar(NamedTuple):
    """One value."""

    text: str
    #: Line in the file, from 1.
    line: int
    #: Written without quotes: what it is depends on the key.
    plain: bool = True
    #: What YAML took for a comment although it looks like a hashtag, with the space before it.
    lost: str = ""
    #: The lost text stands on a line before the value.
    lost_above: bool = False


class Listing(NamedTuple):
    """A list of values."""

    items: list[Node]
    line: int


class Table(NamedTuple):
    """Keys and values."""

    items: dict[str, Node]
    #: Line of each key.
    lines: dict[str, int]
    line: int


Node: TypeAlias = Scalar | Listing | Table


class FrontMatterError(ContentError):
    """The front matter cannot be read; ``line`` is a line of the file, ``code`` a problem's."""

    def __init__(self, code: str, line: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.line = line


_NULL = frozenset(("", "~", "null", "Null", "NULL"))
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = pattern(r"[-+]?[0-9]{1,300}")
_OTHER_INT = pattern(r"0o[0-7]{1,100}|0x[0-9a-fA-F]{1,100}")
_FLOAT = pattern(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_WORD_FLOAT = {
    **{f"{sign}{word}": f"{sign}inf" for sign in ("", "-", "+") for word in (".inf", ".Inf", ".INF")},
    **dict.fromkeys((".nan", ".NaN", ".NAN"), "nan"),
}


def absent(node: Node) -> bool:
    """True for null and for empty text: the key might as well not be there."""
    if type(node) is not Scalar or node.lost:
        return False
    return node.text in _NULL if node.plain else not node.text.strip()


def value_of(node: Node) -> object:
    """The node as plain Python values, typed by the core rules of YAML 1.2 (section 10.3)."""
    if type(node) is Scalar:
        return _typed(node.text) if node.plain else node.text
    if type(node) is Listing:
        return [value_of(item) for item in node.items]
    assert type(node) is Table
    return {key: value_of(item) for key, item in node.items.items()}


def kind_of(node: Node) -> str:
    """What the node is, in words for a sentence."""
    return "a list" if type(node) is Listing else "a table" if type(node) is Table else "text"


def _typed(text: str) -> object:
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if text[:1] not in "-+.0123456789" or len(text) > 300:
        return text
    if _INT.fullmatch(text):
        return int(text)
    if _OTHER_INT.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text) or text in _WORD_FLOAT:
        return float(_WORD_FLOAT.get(text, text))
    return text
