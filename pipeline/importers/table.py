"""Read a table: one row a day, as a spreadsheet or ``daycast export csv`` writes it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import datetime, time

from pipeline.content.dates import instant_of
from pipeline.errors import ContentError
from pipeline.importers.html import markdown_of
from pipeline.importers.item import Found, Item, Loss

#: Our name of a column → what it may be called.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "day": ("day", "number", "no", "#", "tag"),
    "title": ("title", "subject", "headline", "name", "topic"),
    "date": ("date", "publish_date", "published_at", "pubdate", "scheduled", "when"),
    "time": ("time",),
    "zone": ("zone", "timezone", "tz"),
    "utc": ("utc",),
    "text": ("text", "body", "content", "markdown", "post", "caption", "message"),
    "html": ("html",),
    "slug": ("slug",),
    "url": ("url", "permalink", "address"),
    "guid": ("guid",),
    "summary": ("summary", "excerpt", "description"),
    "tags": ("tags", "hashtags", "keywords"),
    "category": ("category", "categories"),
    "author": ("author",),
    "image": ("image", "image_url", "picture", "media"),
    "image_alt": ("image_alt", "alt", "alt_text"),
    "state": ("state", "status", "draft"),
    "linkedin": ("linkedin url", "linkedin_url", "linkedin", "post url"),
}
_DRAFT = ("draft", "true", "yes", "1", "missing", "idea")
_IGNORED = ("series", "label", "channels", "source")
_FORMULA = ("'=", "'+", "'-", "'@")


def read(data: bytes, name: str, zone: str) -> Found:
    """The rows of a table with a header line. A date without an offset is wall time in ``zone``.

    Raises ContentError where no column says a title or a text.
    """
    text = _decoded(data)
    csv.field_size_limit(4 << 20)
    head = text[:8192]
    delimiter = max(",;\t|", key=head.partition("\n")[0].count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        numbered = list(enumerate(rows, 2))
    except csv.Error as error:
        raise ContentError(f"{name}:{rows.line_num}: cannot be read: {error}") from error
    columns = _columns(rows.fieldnames or ())
    if "title" not in columns and "text" not in columns and "html" not in columns:
        raise ContentError(f"{name}:1: no column is called title or text; the first line names the columns")
    losses = [
        Loss(source=f"{name}: column '{one}'", what="says nothing that daycast knows, and is left out")
        for one in rows.fieldnames or ()
        if one and one not in columns.values() and one.strip().lower() not in _IGNORED
    ]
    items = []
    for number, row in numbered:
        cells = {ours: _cell(row.get(theirs)) for ours, theirs in columns.items()}
        if cells.get("title") or cells.get("text") or cells.get("html"):
            items.append(_item(cells, f"{name}: row {number}", zone, losses))
    return Found(items=tuple(items), losses=tuple(losses))


def _item(cells: Mapping[str, str], source: str, zone: str, losses: list[Loss]) -> Item:
    body = cells.get("text", "")
    if not body and cells.get("html"):
        body, lost = markdown_of(cells["html"])
        losses += [Loss(source=source, what=what) for what in lost]
    number = cells.get("day", "")
    if number and not number.isdecimal():
        losses.append(Loss(source=source, what=f"its day is no number: '{number[:40]}'"))
    return Item(
        source=source,
        title=" ".join(cells.get("title", "").split()),
        body=f"{body.strip()}\n" if body.strip() else "",
        day=int(number) if number.isdecimal() and len(number) < 6 else None,
        at=_moment(cells, source, zone, losses),
        slug=cells.get("slug", ""),
        addresses=tuple(filter(None, [cells.get("url", "")])),
        guid=cells.get("guid", ""),
        summary=" ".join(cells.get("summary", "").split()),
        tags=_listed(cells.get("tags", "")),
        category=_listed(cells.get("category", "")),
        author=cells.get("author", ""),
        image=cells.get("image", ""),
        image_alt=cells.get("image_alt", ""),
        draft=not body.strip() or cells.get("state", "").lower() in _DRAFT,
        linkedin=cells.get("linkedin", ""),
    )


def _moment(cells: Mapping[str, str], source: str, zone: str, losses: list[Loss]) -> datetime | None:
    written = cells.get("utc") or f"{cells.get('date', '')} {cells.get('time', '')}".strip()
    if not written:
        return None
    try:
        found = instant_of(written, time(9), cells.get("zone") or zone)
    except ValueError:
        found = None
    if found is None:
        losses.append(Loss(source=source, what=f"its date cannot be read: '{written[:40]}'"))
    return found


def _columns(names: object) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name in names if isinstance(names, (list, tuple)) else ():
        plain = (name or "").strip().lower()
        for ours, theirs in _COLUMNS.items():
            if plain in theirs and ours not in found:
                found[ours] = name
    return found


def _cell(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    return text[1:] if text.startswith(_FORMULA) else text


def _listed(text: str) -> tuple[str, ...]:
    parts = text.replace(";", ",").split(",") if "," in text or ";" in text else text.split()
    return tuple(part for part in (one.strip().lstrip("#") for one in parts) if part)


def _decoded(data: bytes) -> str:
    """UTF-8, or what Excel writes: UTF-16 with its mark, else Windows-1252."""
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252", "latin-1"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")
