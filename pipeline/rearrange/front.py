"""Change a value in a file's front matter, and nothing else: comments, order, quotes and line ends stay."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from pipeline.content.front import split
from pipeline.content.tree import FrontMatterError
from pipeline.errors import ContentError
from pipeline.patterns import pattern

#: A key and its value on one line: what stands before the value, the value, and a comment or comma behind it.
_ENTRY = pattern(
    r"(?P<before>[ \t]*(?:\"[^\"]*\"|[^\s:=\"#][^:=#]*?)[ \t]*[:=][ \t]*)"
    r"(?P<value>\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|\[[^\]]*\]|[^#\s,\[{][^#]*?)?"
    r"(?P<after>[ \t]*,?[ \t]*(?:(?<=[ \t])#.*)?)"
)
_TOML_TABLE = pattern(r"[ \t]*\[\[?[\w\"'. -]+\]\]?[ \t]*(?:#|\r?\n|\Z)")
_ITEM = pattern(r"(?P<before>[ \t]*-[ \t]+)(?P<value>.*?)(?P<after>[ \t]*(?:#.*)?)")


def line_of(source: bytes, number: int) -> str:
    """A line of a file, from 1, without its end."""
    return _lines(source)[number - 1].rstrip("\r\n")


def with_line(source: bytes, number: int, text: str) -> bytes:
    """The file with another text on a line; its end stays."""
    lines = _lines(source)
    old = lines[number - 1]
    lines[number - 1] = text + old[len(old.rstrip("\r\n")) :]
    return "".join(lines).encode("utf-8", "surrogateescape")


def value_on(source: bytes, number: int, path: str) -> str:
    """The value on a line as it is written, quotes included. Raises ContentError where it is not on one line."""
    return _entry(source, number, path)["value"] or ""


def with_value(source: bytes, number: int, value: str, path: str) -> bytes:
    """The file with another value on a line, in the quotes that were there. Raises ContentError."""
    found = _entry(source, number, path)
    old = found["value"] or ""
    quote = old[:1] if old[:1] in ("'", '"') else ""
    before = found["before"] if found["before"][-1] in " \t=" else f"{found['before']} "
    return with_line(source, number, f"{before}{quote}{value}{quote}{found['after']}")


def with_new(source: bytes, key: str, value: str, path: str, *, quoted: bool = False) -> bytes:
    """The file with one more line at the end of its front matter, in TOML before its tables.

    Raises ContentError where a line cannot be added.
    """
    parts = _split(source, path)
    if quoted:
        value = f'"{value}"'
    if not parts.syntax:
        return f"---\n{key}: {value}\n---\n\n".encode() + source.removeprefix(b"\xef\xbb\xbf")
    if parts.syntax not in ("yaml", "toml"):
        raise ContentError(f"{path}: has no front matter that a line can be added to; write {key}: {value} into it")
    lines = _lines(source)
    last = parts.head_line - 1 + (parts.head.count("\n") + 1 if parts.head else 0)
    end = "\r\n" if lines[0].endswith("\r\n") else "\n"
    text = f"{key}: {value}" if parts.syntax == "yaml" else f"{key} = {value}"
    if parts.syntax == "toml":
        first = parts.head_line - 1
        last = next((at for at in range(first, last) if _TOML_TABLE.match(lines[at])), last)
    return "".join([*lines[:last], text + end, *lines[last:]]).encode("utf-8", "surrogateescape")


def is_toml(source: bytes) -> bool:
    """Whether a file's front matter is TOML, where a date and a time without seconds is text."""
    return source.removeprefix(b"\xef\xbb\xbf").startswith((b"+++", b"---toml"))


def keys_of(source: bytes, path: str) -> frozenset[str]:
    """The keys of a file's front matter, by the names that daycast has for them; none where it has none."""
    from pipeline.content.draft import gathered
    from pipeline.content.front import read
    from pipeline.content.keys import ENTRY_NAMES
    from pipeline.content.notes import Notes

    found = read(source.decode("utf-8-sig", "surrogateescape").replace("\r\n", "\n"), Notes(path))
    return frozenset() if found is None else frozenset(gathered(found.table, ENTRY_NAMES, Notes(path))[0])


def without(source: bytes, number: int, path: str) -> bytes:
    """The file without the key on a line, and without the lines that its value goes on for."""
    parts = _split(source, path)
    lines = _lines(source)
    end = parts.head_line - 1 + (parts.head.count("\n") + 1 if parts.head else 0)
    last = number
    indent = _indent(lines[number - 1])
    depth = _depth(lines[number - 1])
    while last < end and (depth > 0 or _indent(lines[last]) > indent or lines[last][indent:].startswith("- ")):
        depth += _depth(lines[last])
        last += 1
    return "".join([*lines[: number - 1], *lines[last:]]).encode("utf-8", "surrogateescape")


def without_inside(source: bytes, table: int, number: int, key: str, path: str, *, alone: bool) -> bytes:
    """The file without a key of a table, which begins on line ``table`` and has the key on line ``number``.

    ``alone`` says that the table has no other key: then it goes as a whole.
    """
    head = line_of(source, table).lstrip()
    if alone and not (head.startswith("[") and table != number):
        return without(source, table, path)
    if table != number:
        source = without(source, number, path)
        return without(source, table, path) if alone else source
    inside = re.compile(
        rf"([{{,]\s*)[\"']?{key}[\"']?\s*[:=]\s*(?:\"[^\"]*\"|'[^']*'|[^,}}]*?)\s*(,\s*|(?=}}))", re.IGNORECASE
    )
    kept = inside.sub(lambda one: one[1] if one[2] or one[1][0] == "{" else "", line_of(source, number), count=1)
    return with_line(source, number, kept)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t")) if line.strip() else 0


def _depth(line: str) -> int:
    return sum(line.count(mark) for mark in "[{") - sum(line.count(mark) for mark in "]}")


def with_skipped(source: bytes, number: int | None, days: Sequence[date], path: str) -> bytes:
    """An ``_index.md`` whose ``skip``, on line ``number`` if it is there, has more dates, each before later ones.

    Raises ContentError.
    """
    texts = [day.isoformat() for day in days]
    toml = _split(source, path).syntax == "toml"
    if number is None:
        listed = ", ".join(f'"{text}"' if toml else text for text in texts)
        return with_new(source, "skip", f"[{listed}]", path)
    found = _entry(source, number, path)
    value = found["value"] or ""
    if value:
        inside = value[1:-1] if value.startswith("[") else value
        quote = '"' if toml or '"' in inside else "'" if "'" in inside else ""
        there = [part.strip() for part in inside.split(",") if part.strip()]
        for text in texts:
            there.insert(_place(there, text), f"{quote}{text}{quote}")
        return with_line(source, number, f"{found['before']}[{', '.join(there)}]{found['after']}")
    lines = _lines(source)
    last = number
    while last < len(lines) and _ITEM.fullmatch(lines[last].rstrip("\r\n")) is not None:
        last += 1
    item = _ITEM.fullmatch(lines[last - 1].rstrip("\r\n")) if last > number else None
    if item is None:
        raise ContentError(
            f"{path}:{number}: skip is written in a form that is not changed here; add {', '.join(texts)}"
        )
    end = lines[last - 1][len(lines[last - 1].rstrip("\r\n")) :] or "\n"
    items = lines[number:last]
    for text in texts:
        items.insert(_place([line.partition("-")[2] for line in items], text), f"{item['before']}{text}{end}")
    return "".join([*lines[:number], *items, *lines[last:]]).encode("utf-8", "surrogateescape")


def _place(dates: Sequence[str], new: str) -> int:
    """Where a date belongs among dates and ranges of dates, as they are written: before the first later one."""
    return next((at for at, one in enumerate(dates) if one.strip(" \t'\"")[:10] > new), len(dates))


def without_skipped(source: bytes, number: int, days: Sequence[date], path: str) -> bytes:
    """An ``_index.md`` whose ``skip`` has lost dates that it names one by one. Raises ContentError."""
    for day in days:
        text = day.isoformat()
        found = _entry(source, number, path)
        value = found["value"] or ""
        if value.startswith("["):
            kept = [part.strip() for part in value[1:-1].split(",") if part.strip().strip("\"'") != text]
            if len(kept) == value.count(",") + 1:
                raise _not_alone(path, number, text)
            source = with_line(source, number, f"{found['before']}[{', '.join(kept)}]{found['after']}")
            continue
        lines = _lines(source)
        at = number
        while at < len(lines) and (item := _ITEM.fullmatch(lines[at].rstrip("\r\n"))) is not None:
            if item["value"].strip("\"'") == text:
                break
            at += 1
        else:
            raise _not_alone(path, number, text)
        rest = lines[number:at] + lines[at + 1 :]
        alone = at == number and not (len(lines) > at + 1 and _ITEM.fullmatch(lines[at + 1].rstrip("\r\n")))
        head = lines[: number - 1] if alone else lines[:number]
        source = "".join([*head, *rest]).encode("utf-8", "surrogateescape")
        if alone:
            return source
    return source


def _not_alone(path: str, number: int, text: str) -> ContentError:
    return ContentError(f"{path}:{number}: skip does not name {text} by itself; change it there")


def _entry(source: bytes, number: int, path: str) -> re.Match[str]:
    found = _ENTRY.fullmatch(line_of(source, number))
    if found is None:
        raise ContentError(f"{path}:{number}: the value is not on one line; change it there")
    return found


def _split(source: bytes, path: str):  # type: ignore[no-untyped-def]
    try:
        return split(source.decode("utf-8-sig").replace("\r\n", "\n"))
    except (FrontMatterError, UnicodeDecodeError) as error:
        raise ContentError(f"{path}: {error}") from error


def _lines(source: bytes) -> list[str]:
    return source.decode("utf-8", "surrogateescape").splitlines(keepends=True)
