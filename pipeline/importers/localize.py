"""Bring the pictures of entries home that lie elsewhere: fetched with care, put beside the entry, named there."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from pipeline.content.slug import slugified
from pipeline.digests import sha256
from pipeline.errors import ChannelError, ContentError
from pipeline.model import Entry
from pipeline.patterns import pattern
from pipeline.project import Project
from pipeline.rearrange import front
from pipeline.rearrange.change import Change
from pipeline.records import dataclass
from pipeline.render.documents import size_in

if TYPE_CHECKING:
    from pipeline.http import Response

#: Bytes and pixels of a picture, seconds for it, and how many are fetched at a time (OWASP ASVS 5.0, V1.3.6; 2026-10).
LARGEST, MOST_PIXELS, _SECONDS, _AT_ONCE = 10 << 20, 40_000_000, 10.0, 6
#: How pictures begin, and how their files end. An SVG is a program, and is not taken from a stranger.
_KINDS = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
_IMAGE = pattern(r"(!\[[^\]]*\]\(\s*)(?:<(https?://[^>\n]+)>|(https?://[^)\s>]+))")
_FENCE = pattern(r"[ ]{0,3}(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Localized:
    """What bringing pictures home would do."""

    change: Change
    #: By place (``series/x/day-02.md:14: https://…``): why a picture stays where it is.
    failed: Mapping[str, str]


def fetched(address: str) -> Response:
    """What a public address holds. Raises NotSentError and UnconfirmedError."""
    from pipeline.http import send

    secure = f"https://{address.removeprefix('http://')}" if address.startswith("http://") else address
    return send("GET", secure, timeout=_SECONDS, follow=True, limit=LARGEST, public=True)


def remote(entry: Entry) -> tuple[tuple[int, str], ...]:
    """Line and address of each picture of an entry that lies elsewhere."""
    found = list(_in_body(entry))
    if entry.image is not None and entry.image.startswith(("https://", "http://")) and "image" in entry.lines:
        found.append((entry.lines["image"], entry.image))
    return tuple(dict.fromkeys(found))


def _in_body(entry: Entry) -> Iterator[tuple[int, str]]:
    fence = ""
    for number, line in enumerate(entry.body.split("\n"), entry.body_line):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        elif not fence:
            yield from ((number, bracketed or bare) for _, bracketed, bare in _IMAGE.findall(line))


def localized(project: Project, entries: Iterable[Entry], fetch: Callable[[str], Response] = fetched) -> Localized:
    """The files of the entries with their pictures beside them. Writes nothing."""
    wanted = [(entry, number, address) for entry in entries for number, address in remote(entry)]
    addresses = sorted({address for _, _, address in wanted})
    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        got = dict(zip(addresses, pool.map(lambda one: _picture(one, fetch), addresses), strict=True))
    written: dict[str, bytes] = {}
    said: list[str] = []
    failed: dict[str, str] = {}
    for entry, number, address in wanted:
        reason, data, kind = got[address]
        where = f"{entry.path}:{number}: {address}"
        if reason:
            failed[where] = reason
            continue
        source = written.get(entry.path) or (project.root / entry.path).read_bytes()
        path = _free(project, written, entry, address, data, kind)
        name = posixpath.basename(path)
        try:
            changed = _named(source, entry, number, address, name)
        except ContentError as error:
            failed[where] = str(error)
            continue
        written[entry.path] = changed
        if not (project.root / path).exists():
            written[path] = data
        said.append(f"{entry.path}:{number}: {address} → {name}")
    return Localized(change=Change(said=tuple(said), written=written, renamed={}), failed=failed)


def _named(source: bytes, entry: Entry, number: int, address: str, name: str) -> bytes:
    """The file with a picture's new name on a line."""
    if number == entry.lines.get("image"):
        return front.with_value(source, number, name, entry.path)
    line = front.line_of(source, number)

    def moved(found: re.Match[str]) -> str:
        return f"{found[1]}{name}" if address == (found[2] or found[3]) else found[0]

    text = _IMAGE.sub(moved, line)
    if text == line:
        raise ContentError(f"{entry.path}:{number}: the picture is not found on its line; change it there")
    return front.with_line(source, number, text)


def _picture(address: str, fetch: Callable[[str], Response]) -> tuple[str, bytes, str]:
    """Why a picture cannot be had, or its bytes and kind."""
    try:
        answer = fetch(address)
    except ChannelError as error:
        return str(error), b"", ""
    if answer.status != 200:
        return f"answers with {answer.status}", b"", ""
    kind = kind_of(answer.body)
    if not kind:
        return "is no PNG, JPEG, GIF, WebP or AVIF; save it by hand if you trust it", b"", ""
    width, height = size_in(answer.body)
    if width is None or height is None:
        return "cannot be read as a picture", b"", ""
    if width * height > MOST_PIXELS:
        return f"has {width:,} × {height:,} pixels, and a picture may have {MOST_PIXELS:,}", b"", ""
    return "", answer.body, kind


def kind_of(data: bytes) -> str:
    """The ending of a picture by how it begins, whatever its name says; empty for anything else."""
    for start, kind in _KINDS:
        if data.startswith(start):
            return kind
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return "avif" if data[4:12] in (b"ftypavif", b"ftypavis") else ""


def _free(project: Project, written: Mapping[str, bytes], entry: Entry, address: str, data: bytes, kind: str) -> str:
    """A path beside the entry that is free, or where the same picture is already."""
    folder = str(PurePosixPath(entry.path).parent)
    stem = slugified(PurePosixPath(unquote(urlsplit(address).path)).stem)[:50] or "picture"
    if PurePosixPath(entry.path).stem != "index":
        stem = f"{PurePosixPath(entry.path).stem}-{stem}"
    for name in (f"{stem}.{kind}", f"{stem}-{sha256(data)[:12]}.{kind}"):
        path = f"{folder}/{name}"
        there = written.get(path)
        if there is None and (project.root / path).is_file():
            there = (project.root / path).read_bytes()
        if there is None or there == data:
            return path
    raise ContentError(f"{folder}/{stem}.{kind}: is there already with other bytes")
