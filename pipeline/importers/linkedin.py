"""Read the archive that LinkedIn gives its members (*Settings → Data privacy → Get a copy of your data*)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import PurePosixPath
from urllib.parse import unquote

from pipeline.errors import ContentError
from pipeline.importers.box import Box
from pipeline.importers.html import markdown_of
from pipeline.importers.item import Found, Item, Loss
from pipeline.patterns import pattern

#: Columns that every version of the file has had.
_NEEDED = ("Date", "ShareLink", "ShareCommentary")
#: What Markdown would read in a plain text. An address stays as it is.
_MARKS = pattern(r"(https?://\S+)|([\\`*\[\]<>]|(?<!\w)_|_(?!\w))")
_HEADING = pattern(r"^(#{1,6})(?=\s)", 8)  # re.MULTILINE
_LABEL = pattern(r"#?\s*\bday\s*\d+(?:\s*/\s*\d+)?|#[\w]+", 2)  # re.IGNORECASE
_TITLE = pattern(r"<h1[^>]*>(.*?)</h1>", 18)  # re.DOTALL | re.IGNORECASE
_LINK = pattern(r'<h1[^>]*>\s*<a[^>]*href="([^"]+)"', 18)
_PUBLISHED = pattern(r"Published on (\d{4}-\d{2}-\d{2} \d{2}:\d{2})")
_BODY = pattern(r"</h1>(.*?)</body>", 18)
_STAMP = pattern(r'<p class="(?:created|published)">.*?</p>', 18)
_TAG = pattern(r"<[^>]+>")


def shares_in(box: Box) -> tuple[str, ...]:
    """The files of shares in an archive."""
    return tuple(
        path for path in box.paths if PurePosixPath(path).name.lower().startswith("shares") and path.endswith(".csv")
    )


def articles_in(box: Box) -> tuple[str, ...]:
    """The files of articles in an archive."""
    return tuple(path for path in box.paths if "articles/" in path.lower() and path.lower().endswith(".html"))


def read(box: Box) -> Found:
    """The posts and articles of an archive. Raises ContentError where it holds none."""
    items: list[Item] = []
    losses: list[Loss] = []
    shares, articles = shares_in(box), articles_in(box)
    if not shares and not articles:
        raise ContentError(
            f"{box.name}: has no Shares.csv and no articles; ask LinkedIn for the larger archive, which takes a day"
        )
    for path in shares:
        items += _shares(box, path, losses)
    for path in articles:
        found = _article(box, path, losses)
        if found is not None:
            items.append(found)
    return Found(items=tuple(items), losses=tuple(losses))


def _shares(box: Box, path: str, losses: list[Loss]) -> Iterator[Item]:
    csv.field_size_limit(1 << 20)
    rows = csv.DictReader(io.StringIO(box.read(path).decode("utf-8-sig", "replace"), newline=""))
    missing = [name for name in _NEEDED if name not in (rows.fieldnames or ())]
    if missing:
        raise ContentError(f"{box.name}/{path}: has no column {', '.join(missing)}; it is no Shares.csv of LinkedIn")
    try:
        numbered = list(enumerate(rows, 2))
    except csv.Error as error:
        raise ContentError(f"{box.name}/{path}:{rows.line_num}: cannot be read: {error}") from error
    for number, row in numbered:
        source = f"{path}: row {number}"
        text = _unquoted((row["ShareCommentary"] or "").replace("\r\n", "\n")).strip()
        if not text:
            losses.append(Loss(source=source, what="has no text (a repost or a picture alone), and is left out"))
            continue
        at = _moment(row["Date"] or "")
        if at is None:
            losses.append(Loss(source=source, what=f"has a date that cannot be read: {row['Date']!r}"))
        if row.get("MediaUrl"):
            losses.append(Loss(source=source, what=f"its picture or film is not in the archive: {row['MediaUrl']}"))
        if (row.get("Visibility") or "MEMBER_NETWORK") != "MEMBER_NETWORK":
            losses.append(Loss(source=source, what=f"was visible to '{row['Visibility']}' only"))
        shared = row.get("SharedUrl") or ""
        body = markdown_from(text)
        if shared and shared not in text:
            body += f"\n<{shared}>\n"
        yield Item(
            source=source,
            title=title_of(text),
            body=body,
            at=at,
            tags=tuple(dict.fromkeys(_hashtags(text))),
            linkedin=unquote((row["ShareLink"] or "").strip()),
        )


def _article(box: Box, path: str, losses: list[Loss]) -> Item | None:
    html = box.read(path).decode("utf-8", "replace")
    source = path
    found = _TITLE.search(html)
    title = " ".join(unescape(_TAG.sub("", found[1])).split()) if found else ""
    inside = _BODY.search(html)
    if not title or inside is None:
        losses.append(Loss(source=source, what="is no article that can be read, and is left out"))
        return None
    stamp = _PUBLISHED.search(html)
    link = _LINK.search(html)
    body, lost = markdown_of(_STAMP.sub("", inside[1]))
    losses += [Loss(source=source, what=what) for what in lost]
    return Item(
        source=source,
        title=title,
        body=body,
        at=_moment(f"{stamp[1]}:00") if stamp else None,
        draft=stamp is None,
        linkedin=unescape(link[1]) if link and stamp else "",
    )


def _unquoted(text: str) -> str:
    """A text as it was: LinkedIn puts each line of it in quotes of its own, within those of the cell."""
    lines = text.split("\n")
    inner = all(line.startswith('"') for line in lines[1:]) and all(line.endswith('"') for line in lines[:-1])
    if len(lines) < 2 or not inner:
        return text
    last = len(lines) - 1
    bare = (
        line[int(number > 0) : len(line) - int(number < last and (len(line) > 1 or number == 0))]
        for number, line in enumerate(lines)
    )
    return "\n".join(bare).replace('""', '"')


def markdown_from(text: str) -> str:
    """A plain text as Markdown that shows the same: its marks are escaped, its line breaks stay."""
    escaped = _MARKS.sub(lambda found: found[1] or f"\\{found[2]}", text)
    escaped = _HEADING.sub(r"\\\1", escaped)
    paragraphs = [part.strip("\n") for part in escaped.split("\n\n")]
    return "\n\n".join("\\\n".join(part.split("\n")) for part in paragraphs if part.strip()) + "\n"


def title_of(text: str) -> str:
    """A title for a text that has none: its first line that says something beside label and hashtags."""
    for line in text.split("\n"):
        said = " ".join(_LABEL.sub("", line).split()).strip(" -–—:|/.,")
        if len(said) < 2:
            continue
        if len(said) <= 90:
            return said
        return f"{said[:90].rpartition(' ')[0].rstrip(' ,;:-–—')}…"
    return ""


def _hashtags(text: str) -> Iterator[str]:
    for tag in _TAGS.findall(text):
        if not _DAY.fullmatch(tag):
            yield tag


_TAGS = pattern(r"(?<![\w/&])#(\w*[^\W\d_]\w*)")
_DAY = pattern(r"day\d*", 2)


def _moment(text: str) -> datetime | None:
    """``2023-02-15 06:36:19``; the archive's times are UTC."""
    try:
        return datetime.strptime(text.strip().removesuffix(" UTC"), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
