"""Read the plainest YAML without a parser: one ``key: value`` a line, and lists of words.

Most front matter is no more than this, and it is read in a fraction of the time. Whatever is not provably such, to
the letter, is left to the parser; for what is accepted here, both give the same tree.
"""

from __future__ import annotations

from pipeline.content.tree import MAX_NODES, Listing, Node, Scalar, Table
from pipeline.patterns import pattern

_ITEM = r"""(?:"[^"\\]*"|'[^']*'|[^\W_][\w .+/-]*)"""
_KEY = pattern(
    r"([A-Za-z][A-Za-z0-9_-]{0,60}):"
    rf"""(?:[ ]+(?:"([^"\\]*)"|'([^']*)'|([^\W_].*)|(\[[ ]*(?:{_ITEM}(?:,[ ]*{_ITEM})*)?\])))?[ ]*"""
)
_FLOW_ITEM = pattern(r""""([^"\\]*)"|'([^']*)'|([^\W_][\w .+/-]*)""")
_BLOCK_ITEM = pattern(r"""([ ]*)-[ ]+(?:"([^"\\]*)"|'([^']*)'|([^\W_].*))[ ]*""")


def read_flat(head: str, first: int) -> Table | None:
    """The tree of front matter whose first line is line ``first`` of the file; None where it needs a parser."""
    if "\t" in head:
        return None
    items: dict[str, Node] = {}
    lines: dict[str, int] = {}
    nodes = 1
    #: The key above, if it has no value yet and a list may follow; and the list's indentation.
    waiting = ""
    indent = ""
    line = first - 1
    for text in head.split("\n"):
        line += 1
        if (found := _KEY.fullmatch(text)) is not None:
            key, double, single, plain, flow = found.groups()
            if key in items:
                return None
            waiting = ""
            if plain is not None:
                if _odd(plain := plain.rstrip(" ")):
                    return None
                items[key] = Scalar(plain, line)
            elif double is not None:
                items[key] = Scalar(double, line, False)
            elif single is not None:
                items[key] = Scalar(single, line, False)
            elif flow is not None:
                listing = _flow(flow, line)
                nodes += len(listing.items)
                items[key] = listing
            else:
                items[key] = Scalar("", line)
                waiting = key
            lines[key] = line
            nodes += 2
        elif waiting and (found := _BLOCK_ITEM.fullmatch(text)) is not None:
            dash, double, single, plain = found.groups()
            item = _scalar(double, single, plain, line)
            there = items[waiting]
            if item is None or (type(there) is Listing and dash != indent):
                return None
            if type(there) is Listing:
                there.items.append(item)
            else:
                indent = dash
                items[waiting] = Listing([item], line)
            nodes += 1
        elif text and text[0] != "#" and not text.isspace():
            return None
    return Table(items, lines, next(iter(lines.values()), first)) if nodes <= MAX_NODES else None


def _scalar(double: str | None, single: str | None, plain: str | None, line: int) -> Scalar | None:
    if plain is not None:
        plain = plain.rstrip(" ")
        return None if _odd(plain) else Scalar(plain, line)
    return Scalar(double if double is not None else single or "", line, False)


def _flow(text: str, line: int) -> Listing:
    found = _FLOW_ITEM.findall(text)
    return Listing(
        [
            Scalar(plain.rstrip(" "), line) if plain else Scalar(double or single, line, False)
            for double, single, plain in found
        ],
        line,
    )


def _odd(plain: str) -> bool:
    """True where a value without quotes is more than its letters: a comment, a table, a key."""
    return " #" in plain or ": " in plain or plain[-1] == ":"
