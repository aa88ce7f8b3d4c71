"""Store an id in each entry that has no identity of its own, without touching anything else in the file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from pipeline.content.front import split
from pipeline.content.text import MAX_FILE
from pipeline.content.tree import FrontMatterError
from pipeline.errors import ContentError
from pipeline.model import Series
from pipeline.patterns import pattern

_FENCE = pattern(
    rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:\r\n|\r|\n))*(---[ \t]*(?:yaml|toml|json)?|\+\+\+)[ \t]*(\r\n|\r|\n)", re.IGNORECASE
)
#: A key that is there and says nothing.
_NO_ID = pattern(
    rb"^(?P<key>id[ \t]*:|[ \t]*\"id\"[ \t]*:)[ \t]*(?:~|null|\"\"|'')?(?P<rest>[ \t]*,?[ \t]*\r?)$",
    re.MULTILINE | re.IGNORECASE,
)
_BRACE = pattern(rb"(?:\xef\xbb\xbf)?(?:[ \t]*(?:\r\n|\r|\n))*\{(?=\s*[\"}])")
_MARK = b"\xef\xbb\xbf"


def store_ids(root: Path, series: Iterable[Series]) -> tuple[str, ...]:
    """Write an ``id`` into each entry that names no day and stores none; give the paths that were written.

    The id is the entry's present key, so that storing it changes no identity. Raises ContentError where a file cannot
    be written.
    """
    written = []
    for one in series:
        for entry in one.entries:
            if entry.names_day or entry.id is not None or entry.stale:
                continue
            _store(root / entry.path, entry.path, entry.key)
            written.append(entry.path)
    return tuple(written)


def with_id(source: bytes, key: str) -> bytes:
    """The bytes of a file with ``id: key`` as the first line of its front matter, which is made where there is none."""
    name = key.encode()
    if (empty := _NO_ID.search(source)) and _is_head(source, empty.start()):
        value = name if b'"' not in empty["key"] else b'"' + name + b'"'
        return source[: empty.start()] + empty["key"] + b" " + value + empty["rest"] + source[empty.end() :]
    if fence := _FENCE.match(source):
        if fence[1].lower().endswith(b"json"):
            return source[: fence.end()] + with_id(source[fence.end() :], key)
        toml = fence[1] == b"+++" or fence[1].lower().endswith(b"toml")
        line = b'id = "' + name + b'"' if toml else b"id: " + name
        return source[: fence.end()] + line + fence[2] + source[fence.end() :]
    if brace := _BRACE.match(source):
        rest = source[brace.end() :]
        import json

        comma = b"" if rest.lstrip().startswith(b"}") else b","
        return source[: brace.end()] + b'"id": ' + json.dumps(key).encode() + comma + rest
    mark = _MARK if source.startswith(_MARK) else b""
    end = b"\r\n" if b"\r\n" in source else b"\n"
    return mark + end.join((b"---", b"id: " + name, b"---", b"", b"")) + source.removeprefix(_MARK)


def _is_head(source: bytes, place: int) -> bool:
    """Whether a place in a file lies within its front matter."""
    try:
        parts = split(source.decode("utf-8-sig").replace("\r\n", "\n"))
    except (FrontMatterError, UnicodeDecodeError):
        return False
    return source.count(b"\n", 0, place) + 1 < parts.head_line + parts.head.count("\n") + 1


def _store(path: Path, shown: str, key: str) -> None:
    real = Path(os.path.realpath(path))
    beside = real.with_name(f".{real.name}.{os.getpid()}.tmp")
    try:
        source = real.read_bytes()
        if len(source) > MAX_FILE - 200:
            raise ContentError(f"{shown}: is too large for one more line; shorten it, then write 'id: {key}' into it")
        beside.write_bytes(with_id(source, key))
        beside.chmod(real.stat().st_mode)
        beside.replace(real)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise ContentError(f"{shown}: cannot be written: {error.strerror}") from error
