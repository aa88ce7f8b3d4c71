"""Give every item its day and its file in a series. Nothing is written here, nothing that is there overwritten."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote, urlsplit

from pipeline.content.days import MOST_DAYS, Label, first_lines, label_of
from pipeline.content.slug import is_slug, slugified
from pipeline.errors import ContentError
from pipeline.importers.item import PICTURES, Found, Item, Loss
from pipeline.model import DEFAULT_LABEL, Series, day_key
from pipeline.project import Project
from pipeline.rearrange import front
from pipeline.rearrange.change import Change
from pipeline.rearrange.days import LINK
from pipeline.records import dataclass, field, replace
from pipeline.wallclock import local

#: The report beside the entries; it is no entry.
REPORT = "import-report.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What an import would do."""

    change: Change
    losses: tuple[Loss, ...]
    #: The days that went out already, with the post on LinkedIn where it is known.
    out: Mapping[int, str] = field(default_factory=dict)
    #: Addresses of pictures that lie elsewhere.
    remote: tuple[str, ...] = ()


def placed(
    found: Found, project: Project, slug: str, now: datetime, *, origin: str, tag: str | None, everything: bool
) -> Imported:
    """Items as entries of the series ``slug``, which may be there already. ``origin`` is named in the report.

    ``tag`` takes only what has that tag or category. Items that name no day are taken where none does, or with
    ``everything``. Raises ContentError where nothing is left to import.
    """
    series = next((one for one in project.series if one.slug == slug), None)
    losses = list(found.losses)
    label = label_of(series.label if series is not None else DEFAULT_LABEL)
    items = [item for item in found.items if tag is None or _has(item, tag)]
    if tag is not None:
        losses += [Loss(source="tag", what=f"{len(found.items) - len(items)} without '{tag}' left out")]
    home = series.folder if series is not None else f"series/{slug}"
    numbered = _numbered(items, label, series, losses, everything=everything)
    if not numbered:
        reasons = "; ".join(f"{loss.source}: {loss.what}" for loss in losses[:5])
        raise ContentError(f"{origin}: nothing of it would become an entry{': ' if reasons else ''}{reasons}")
    zone = series.cadence.zone if series is not None and series.cadence is not None else project.config.site.zone
    written: dict[str, bytes] = {}
    said, out, remote = [], {}, []
    paths: dict[str, Item] = {}
    hashtag = series.hashtag if series is not None else _hashtag(numbered)
    if series is None:
        if (project.root / home).exists():
            raise ContentError(f"{home}: is there already and is no series; choose another name with --series")
        written[f"{home}/_index.md"] = _index(numbered, slug, label, zone, hashtag)
    for day, item in sorted(numbered.items()):
        files = dict(_files(home, day, item, project, hashtag, losses))
        taken = [path for path in files if (project.root / path).exists() or path in written]
        if taken:
            losses.append(Loss(source=item.source, what=f"is left out: {taken[0]} is there already"))
            continue
        written.update(files)
        paths[next(iter(files))] = item
        when = f"{local(item.at, zone):%a %d %b %Y %H:%M}" if item.at else "no date"
        said.append(f"day {day}: {when}  {item.title}" + ("  (draft)" if item.draft else ""))
        if item.at is not None and item.at <= now and not item.draft:
            out[day] = item.linkedin
        remote += list(_remote(item))
    remote = list(dict.fromkeys(remote))
    left_out = {item.source for item in found.items} - {item.source for item in paths.values()}
    theirs = {loss for loss in found.losses if loss.source in left_out}
    losses = [loss for loss in losses if loss not in theirs]
    losses += _at_home(written, paths)
    report = next(name for name in _names() if not (project.root / home / name).exists())
    written[f"{home}/{report}"] = _report(origin, said, losses, remote, out, found).encode()
    return Imported(
        change=Change(said=tuple(said), written=written, renamed={}),
        losses=tuple(losses),
        out=out,
        remote=tuple(remote),
    )


def _names() -> Iterator[str]:
    yield REPORT
    stem = REPORT.removesuffix(".md")
    yield from (f"{stem}-{number}.md" for number in range(2, 10_000))


def _has(item: Item, tag: str) -> bool:
    wanted = tag.lstrip("#").casefold()
    return any(one.lstrip("#").casefold() == wanted for one in (*item.tags, *item.category))


# ── days ─────────────────────────────────────────────────────────────────────────────────────────


def _numbered(
    items: Sequence[Item], label: Label, series: Series | None, losses: list[Loss], *, everything: bool
) -> dict[int, Item]:
    """Items by their day. What names none comes in the order of its dates."""
    known = {entry.day for entry in series.entries} if series is not None else set()
    found: dict[int, Item] = {}
    silent: list[Item] = []
    for item in sorted(items, key=_order):
        day = item.day or _named(item, label)
        if day is None:
            silent.append(item)
        elif not 1 <= day <= MOST_DAYS:
            losses.append(Loss(source=item.source, what=f"is day {day}, and a day is a number from 1 to {MOST_DAYS}"))
        elif day in known:
            losses.append(Loss(source=item.source, what=f"is left out: day {day} of the series is there already"))
        elif day in found:
            losses.append(Loss(source=item.source, what=f"is left out: {found[day].source} is day {day} as well"))
        else:
            found[day] = item
    if found and not everything:
        losses += [
            Loss(source=item.source, what="names no day, while others do, and is left out; --all takes it too")
            for item in silent
        ]
        return found
    day = max([*found, *known], default=0)
    for item in silent:
        day += 1
        found[day] = replace(item, day=day)
    return found


def _named(item: Item, label: Label) -> int | None:
    named = label.in_text(item.title)
    if named is None and item.slug:
        number = label.in_name(item.slug)
        if number is not None:
            return number
    for line in () if named is not None else first_lines(item.body):
        named = named or label.in_text(line.replace("\\", ""))
    return named.day if named is not None else None


def _order(item: Item) -> tuple[bool, datetime, str]:
    return item.at is None, item.at or datetime.min.replace(tzinfo=UTC), item.source


# ── files ────────────────────────────────────────────────────────────────────────────────────────


def _index(numbered: Mapping[int, Item], slug: str, label: Label, zone: str, hashtag: str | None) -> bytes:
    """The head of a new series, from what its items say together."""
    lengths: Counter[int] = Counter()
    for item in numbered.values():
        for text in (item.title, *first_lines(item.body)):
            named = label.in_text(text.replace("\\", ""))
            if named is not None and named.length:
                lengths[named.length] += 1
    length = lengths.most_common(1)[0][0] if lengths else None
    dated = [(day, local(item.at, zone)) for day, item in numbered.items() if item.at is not None]
    title = " ".join(re.findall(r"[0-9]+|[^\W\d_]+", slug.replace("-", " "))) or slug
    lines = ["---", f"id: {_quoted(slug)}", f"title: {_quoted(title[:1].upper() + title[1:])}"]
    if hashtag:
        lines.append(f"hashtag: {_quoted(re.sub(r'[^0-9A-Za-z_]', '', hashtag) or slug.replace('-', ''))}")
    if length is not None and max(numbered) <= length:
        lines += [f"length: {length}"]
    else:
        lines += ['label: "#Day{n}"']
    if dated:
        first, moment = min(dated)
        clock = Counter(f"{one:%H:%M}" for _, one in dated).most_common(1)[0][0]
        lines += [f"start: {moment.date() - timedelta(days=first - 1)}", f'time: "{clock}"', f"zone: {zone}"]
    return "\n".join([*lines, "---", ""]).encode()


def _hashtag(numbered: Mapping[int, Item]) -> str | None:
    """The hashtag of a series: of those that most items have, the one with the most; of several, the longest."""
    tags = Counter(tag for item in numbered.values() for tag in {*item.tags, *_hashtags(item)})
    common = [tag for tag, count in tags.items() if count * 2 > len(numbered)]
    return max(common, key=lambda tag: (tags[tag], len(tag), tag), default=None)


def _hashtags(item: Item) -> set[str]:
    """The hashtags an item opens with, but for its day's."""
    opening = " ".join(first_lines(item.body)).replace("*", "").replace("\\", "")
    return {tag for tag in _HASHTAG.findall(opening) if not _DAY.fullmatch(tag)}


_HASHTAG = re.compile(r"(?<![\w/&])#([^\W_]*[^\W\d_]\w*)")
_DAY = re.compile(r"day\d*", re.IGNORECASE)


def _files(
    home: str, day: int, item: Item, project: Project, hashtag: str | None, losses: list[Loss]
) -> Iterator[tuple[str, bytes]]:
    """The entry and its pictures. What brings pictures gets a folder of its own."""
    path = f"{home}/{day_key(day)}/index.md" if item.files else f"{home}/{day_key(day)}.md"
    aliases = list(_aliases(item, project.config.site.base_path))
    if item.raw is None:
        own = tuple(tag for tag in item.tags if tag.casefold() != (hashtag or "").casefold())
        yield path, _entry(day, replace(item, tags=own), aliases)
    else:
        yield path, _carried(path, item, aliases, losses)
    for name, data in item.files.items():
        yield f"{path.rpartition('/')[0]}/{name}", data


def _entry(day: int, item: Item, aliases: Sequence[str]) -> bytes:
    title = item.title or f"Day {day}"
    lines = ["---", f"title: {_quoted(title)}", f"day: {day}"]
    if item.at is not None:
        lines.append(f"date: {item.at:%Y-%m-%dT%H:%M:%SZ}")
    slug = item.slug if is_slug(item.slug) else slugified(item.slug)
    if slug:
        lines.append(f"slug: {slug}")
    if item.draft:
        lines.append("draft: true")
    lines += [
        f"{key}: {_quoted(value)}" for key, value in (("summary", item.summary), ("author", item.author)) if value
    ]
    lines += [
        f"{key}: [{', '.join(_quoted(one) for one in many)}]"
        for key, many in (("tags", item.tags), ("category", item.category), ("aliases", aliases))
        if many
    ]
    lines += [
        f"{key}: {_quoted(value)}"
        for key, value in (("guid", item.guid), ("image", item.image), ("image_alt", item.image_alt))
        if value
    ]
    return "\n".join([*lines, "---", "", item.body.strip("\n"), ""]).encode("utf-8", "replace")


def _carried(path: str, item: Item, aliases: Sequence[str], losses: list[Loss]) -> bytes:
    """A Markdown file as it is, with what only its name or its place said."""
    raw = item.raw or b""
    said: dict[str, str] = {}
    if item.at is not None:
        said["date"] = f"{item.at:%Y-%m-%dT%H:%M:%SZ}"
    if item.draft:
        said["draft"] = "true"
    if aliases:
        said["aliases"] = f"[{', '.join(_quoted(one) for one in aliases)}]"
    known = front.keys_of(raw, path)
    try:
        for key, value in said.items():
            if key in known:
                if key == "aliases":
                    losses.append(
                        Loss(
                            source=item.source, what=f"has aliases of its own; its old address was {', '.join(aliases)}"
                        )
                    )
                continue
            raw = front.with_new(raw, key, value, path)
    except ContentError as error:
        losses.append(Loss(source=item.source, what=f"keeps its front matter as it is: {error}"))
    return raw


def _at_home(written: dict[str, bytes], paths: Mapping[str, Item]) -> list[Loss]:
    """Let links from one imported entry to another lead to its file; gives those that stay on the old site."""
    known = {
        _bare(address): path for path, item in paths.items() for address in (*item.addresses, *item.known) if address
    }
    hosts = {one.partition("/")[0] for one in known if not one.startswith("/")} - {""}
    losses: dict[Loss, None] = {}
    for path, item in paths.items():

        def target(found: re.Match[str], path: str = path, item: Item = item) -> str:
            to = found["to"]
            bare = _bare(to)
            if bare in known:
                return f"{found['before']}{posixpath.relpath(known[bare], posixpath.dirname(path))}"
            if bare.partition("/")[0] in hosts and not bare.lower().endswith(PICTURES):
                losses[Loss(source=item.source, what=f"links to {to} on the old site, which is no entry here")] = None
            return found[0]

        text = written[path].decode("utf-8", "surrogateescape")
        written[path] = LINK.sub(target, text).encode("utf-8", "surrogateescape")
    return list(losses)


def _bare(address: str) -> str:
    """What makes two addresses one: without scheme, ``www.`` and the slash at the end; a path stays one."""
    return re.sub(r"^https?://(?:www\.)?", "", unquote(address)).rstrip("/")


def _aliases(item: Item, base: str) -> Iterator[str]:
    """Old addresses as paths of this site; those that only a query tells apart cannot be kept."""
    for address in item.addresses:
        try:
            path = unquote(urlsplit(address).path)
        except ValueError:
            continue
        path = path.removeprefix(base) if base and path.startswith(f"{base}/") else path
        if path.strip("/") and ".." not in path.split("/") and path.isprintable():
            yield f"/{path.strip('/')}" + ("" if path.endswith((".html", ".htm")) else "/")


_PICTURE = re.compile(r"!\[[^\]]*\]\(\s*<?(https?://[^)\s>]+)")


def _remote(item: Item) -> Iterator[str]:
    yield from _PICTURE.findall(item.body)
    if item.image.startswith(("https://", "http://")):
        yield item.image


def _quoted(text: str) -> str:
    """A text in double quotes, as YAML reads it back."""
    import json

    flat = "".join(" " if character in "\r\n\t" else character for character in text)
    plain = json.dumps(flat, ensure_ascii=False)
    return "".join(
        f"\\u{ord(one):04x}" if "\x7f" <= one < "\xa0" or one in "\u2028\u2029\ufeff\ufffe\uffff" else one
        for one in plain
        if not "\ud800" <= one <= "\udfff"
    )


# ── the report ───────────────────────────────────────────────────────────────────────────────────


def _report(
    origin: str,
    said: Iterable[str],
    losses: Sequence[Loss],
    remote: Sequence[str],
    out: Mapping[int, str],
    found: Found,
) -> str:
    """What came along and what did not, for the person who imported it. The same input gives the same text."""
    lines = [f"# Imported from {_plain(origin)}", "", *(f"- {_plain(one)}" for one in said), ""]
    lines += ["## What could not be carried", ""]
    lines += [f"- {_plain(loss.source)}: {_plain(loss.what)}" for loss in losses] or ["Nothing was lost."]
    lines.append("")
    if remote:
        lines += ["## Pictures that lie elsewhere", "", "`daycast localize` brings them here.", ""]
        lines += [f"- {_plain(address)}" for address in remote]
        lines.append("")
    if out:
        lines += ["## What went out before", "", "Recorded, so that it is not sent again:", ""]
        lines += [f"- day {day}{f': {_plain(url)}' if url else ''}" for day, url in sorted(out.items())]
        lines.append("")
    if found.categories:
        lines += ["## Categories and their numbers", "", "```toml", "[categories]"]
        lines += [
            f"{number} = {_quoted(name)}" for number, name in sorted(found.categories.items()) if number.isalnum()
        ]
        lines += ["```", ""]
    return "\n".join(lines)


def _plain(text: str) -> str:
    return " ".join(text.split())
