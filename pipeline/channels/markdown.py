"""An entry's Markdown for another site: as written, with addresses that lead somewhere from there."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

from pipeline.channels.contract import Context
from pipeline.channels.web import address_of
from pipeline.patterns import pattern
from pipeline.render.links import Links

_FENCE = pattern(r" {0,3}(`{3,}|~{3,})")
#: The destination of an inline link or picture, of a reference, and of an attribute.
_DEST = pattern(
    r"(?P<inline>\]\(\s*)(?P<a><[^<>\n]*>|[^\s()<>]+(?:\([^\s()]*\)[^\s()]*)*)"
    r"|(?P<ref>^ {0,3}\[[^\]\n]+\]:\s*)(?P<b><[^<>\n]*>|\S+)"
    r"|(?P<attribute>\b(?:src|href)=)(?P<c>\"[^\"\n]*\"|'[^'\n]*')"
)
_CODE = pattern(r"(`+)(?:(?!`).|(?!\1(?!`))`)*?\1(?!`)")


def markdown_of(context: Context) -> str:
    """The body with absolute addresses; a link to an entry that is not out leads to nothing but its own words."""
    entry = context.posted.entry
    links = Links(edition=context.edition, root=context.root, source=entry.path)
    base = address_of(context) or context.config.site.url

    def absolute(dest: str) -> str:
        if not dest or dest.startswith("#") or urlsplit(dest).scheme:
            return dest
        found = links.follow(dest)
        if found is None:
            return urljoin(base, dest)
        return found.absolute or base

    lines = []
    fence = ""
    for line in entry.body.split("\n"):
        opened = _FENCE.match(line)
        if fence:
            if opened and line.strip().startswith(fence) and not line.strip().strip(fence[0]):
                fence = ""
            lines.append(line)
        elif opened:
            fence = opened.group(1)
            lines.append(line)
        else:
            lines.append(_line(line, absolute))
    return "\n".join(lines)


def _line(line: str, absolute: Callable[[str], str]) -> str:
    """A line with its destinations replaced, but for those in code."""
    made, done = [], 0
    for code in _CODE.finditer(line):
        made += [_replaced(line[done : code.start()], absolute), code.group()]
        done = code.end()
    return "".join([*made, _replaced(line[done:], absolute)])


def _replaced(text: str, absolute: Callable[[str], str]) -> str:
    def put(found: re.Match[str]) -> str:
        groups = found.groupdict()
        if groups["attribute"]:
            quote = groups["c"][0]
            return f"{groups['attribute']}{quote}{absolute(groups['c'][1:-1])}{quote}"
        head = groups["inline"] or groups["ref"]
        dest = groups["a"] or groups["b"]
        if dest.startswith("<"):
            return f"{head}<{absolute(dest[1:-1])}>"
        return f"{head}{absolute(dest)}"

    return _DEST.sub(put, text)
