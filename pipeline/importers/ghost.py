"""Read what Ghost exports: a JSON file with everything of a site in it (*Settings → Import/Export*)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from pipeline.errors import ContentError
from pipeline.importers.html import markdown_of
from pipeline.importers.item import Found, Item, Loss

#: How addresses of the site itself begin.
_HERE = "__GHOST_URL__"
Row = Mapping[str, Any]


def is_ghost(start: bytes) -> bool:
    """Whether a file that begins like this is such an export."""
    return start.lstrip()[:1] == b"{" and b'"db"' in start[:4096]


def read(data: bytes, name: str) -> Found:
    """The posts of an export. Raises ContentError for what is none, ConfigError without the extra."""
    try:
        whole = json.loads(data)
        tables = whole["db"][0]["data"]
        posts = tables["posts"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise ContentError(f"{name}: is no export of Ghost; it has no db[0].data.posts") from error
    tags = _named(tables, "posts_tags", "tag_id", _rows(tables, "tags"))
    authors = _named(tables, "posts_authors", "author_id", _rows(tables, "users"))
    meta = {str(row.get("post_id")): row for row in _rows(tables, "posts_meta")}
    items: list[Item] = []
    losses: list[Loss] = []
    pages = 0
    for row in posts if isinstance(posts, list) else ():
        if not isinstance(row, dict):
            continue
        if row.get("type") == "page" or row.get("page"):
            pages += 1
            continue
        items.append(_item(row, tags, authors, meta, name, losses))
    if pages:
        losses.append(Loss(source=name, what=f"{pages} {'page' if pages == 1 else 'pages'} left out: no posts"))
    return Found(items=tuple(items), losses=tuple(losses))


def _item(
    row: Row,
    tags: Mapping[str, tuple[str, ...]],
    authors: Mapping[str, tuple[str, ...]],
    meta: Mapping[str, Row],
    name: str,
    losses: list[Loss],
) -> Item:
    number = str(row.get("id"))
    title = " ".join(str(row.get("title") or "").split())
    source = f"{name}: post {number}" + (f" ({title[:60]})" if title else "")
    html = str(row.get("html") or "")
    if not html and (row.get("lexical") or row.get("mobiledoc")):
        losses.append(Loss(source=source, what="has no HTML beside its editor's own format; its text is left out"))
    if _HERE in html:
        losses.append(Loss(source=source, what="links to the site it comes from; such links begin with '/' now"))
    body, lost = markdown_of(html.replace(_HERE, ""))
    losses += [Loss(source=source, what=what) for what in lost]
    state = str(row.get("status"))
    if row.get("visibility") not in (None, "public"):
        losses.append(Loss(source=source, what=f"was for '{row.get('visibility')}' only, and is a draft now"))
    slug = str(row.get("slug") or "")
    image = str(row.get("feature_image") or "")
    if image.startswith(_HERE):
        losses.append(Loss(source=source, what=f"its picture is on the site it comes from: {image}"))
        image = ""
    return Item(
        source=source,
        title=title,
        body=body,
        at=_moment(row.get("published_at")),
        slug=slug,
        addresses=(f"/{slug}/",) if slug else (),
        guid=number,
        summary=" ".join(str(row.get("custom_excerpt") or "").split()),
        tags=tuple(tag for tag in tags.get(number, ()) if not tag.startswith("#")),  # those are Ghost's own
        author=", ".join(authors.get(number, ())),
        image=image,
        image_alt=str(meta.get(number, {}).get("feature_image_alt") or ""),
        draft=state not in ("published", "scheduled", "sent") or row.get("visibility") not in (None, "public"),
    )


def _rows(tables: Row, name: str) -> Iterable[Row]:
    found = tables.get(name)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _named(tables: Row, table: str, key: str, rows: Iterable[Row]) -> Mapping[str, tuple[str, ...]]:
    """Names by post, in their order."""
    names = {str(row.get("id")): str(row.get("name") or "") for row in rows}
    found: dict[str, tuple[str, ...]] = {}
    for row in sorted(_rows(tables, table), key=lambda row: str(row.get("sort_order", 0)).zfill(6)):
        name = names.get(str(row.get(key)))
        if name:
            post = str(row.get("post_id"))
            found[post] = (*found.get(post, ()), name)
    return found


def _moment(value: object) -> datetime | None:
    """``2023-02-15T06:36:19.000Z``, or milliseconds as old exports have them."""
    try:
        if isinstance(value, int):
            return datetime.fromtimestamp(value / 1000, UTC)
        found = datetime.fromisoformat(str(value).replace("Z", "+00:00").replace(" ", "T"))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError, OSError):
        return None
