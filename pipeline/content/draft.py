"""Read one entry by itself: everything that can be known without its neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from types import MappingProxyType
from typing import NamedTuple, TypedDict
from urllib.parse import urlsplit

from pipeline.content import front, values
from pipeline.content.channels import address_of, channels_of, override_of
from pipeline.content.days import first_heading, leading_date
from pipeline.content.keys import ENTRY_NAMES, Names
from pipeline.content.notes import Notes, clipped
from pipeline.content.slug import ID, is_slug, suggested
from pipeline.content.text import decode
from pipeline.content.tree import Scalar, Table, absent, value_of
from pipeline.content.values import Field, is_true

_HELD_BACK = frozenset(("auto-draft", "draft", "hidden", "pending", "private", "trash", "unpublished"))


class Setting(NamedTuple):
    """What an entry needs to know of its series and site to be read."""

    #: When a date without a time is.
    time: time
    #: IANA name of dates without an offset.
    zone: str
    #: Names for numeric categories.
    categories: Mapping[str, str]
    #: Names of channels; a table of such a name is an override.
    channels: tuple[str, ...]
    #: The host of the site, whose addresses may be aliases; empty where it is unknown.
    host: str = ""
    #: The path below which the site lives, such as ``/blog``.
    base_path: str = ""
    #: The type of each channel whose name does not tell it.
    kinds: Mapping[str, str] = MappingProxyType({})


class Values(TypedDict, total=False):
    """The fields of an Entry that its own front matter decides."""

    id: str | None
    title: str
    summary: str | None
    date: datetime | None
    updated: datetime | None
    tags: tuple[str, ...]
    category: tuple[str, ...]
    author: str | None
    image: str | None
    image_alt: str | None
    draft: bool
    approved: str | None
    channels: tuple[str, ...] | None
    canonical_url: str | None
    guid: str | None
    aliases: tuple[str, ...]
    overrides: Mapping[str, Mapping[str, object]]
    extra: Mapping[str, object]


class Draft:
    """An entry whose day and slug are still to be settled."""

    __slots__ = ("body", "body_line", "day", "lines", "name", "notes", "path", "readable", "slug", "values")

    def __init__(self, path: str, notes: Notes) -> None:
        self.path = path
        self.notes = notes
        #: The file's name without its ending; of ``index.md`` the folder's.
        self.name = name_of(path)
        #: Front matter and body could be told apart and read.
        self.readable = False
        self.values: Values = {}
        #: As written.
        self.day: Field | None = None
        self.slug: str | None = None
        self.body = ""
        self.body_line = 1
        self.lines: Mapping[str, int] = {}

    @property
    def broken(self) -> bool:
        """True where an error was found so far."""
        return self.notes.broken


def name_of(path: str) -> str:
    """What a file is called: ``series/soil/day-02.md`` and ``series/soil/day-02/index.md`` are ``day-02``."""
    folder, _, file = path.rpartition("/")
    stem = file.rpartition(".")[0] or file
    return folder.rpartition("/")[2] if stem.lower() == "index" and folder else stem


def draft_of(path: str, source: bytes, setting: Setting, notes: Notes) -> Draft:
    """Read an entry. Everything wrong with it is in ``notes``; the draft holds what could be read all the same."""
    draft = Draft(path, notes)
    text = decode(source, notes)
    found = front.read(text, notes) if text is not None else None
    if found is None:
        return draft
    draft.readable = True
    draft.body, draft.body_line = found.body, found.body_line
    published = _published(found.table)
    fields, extra = gathered(found.table, ENTRY_NAMES, notes)
    lines = {name: field.line for name, field in fields.items()}
    draft.values = _values(draft, fields, extra, setting, lines)
    if published is False or _held_back(extra):
        if draft.values.get("draft") is False:
            message = "draft is false, but another key says not to publish this; it is held back: delete one of them"
            notes.warn("two-names", lines["draft"], message)
        draft.values["draft"] = True
    draft.lines = lines
    return draft


def gathered(table: Table, names: Names, notes: Notes) -> tuple[dict[str, Field], dict[str, Field]]:
    """The fields of a front matter by the key they mean, and those whose key is unknown by their name.

    Of two names for one key, the key itself counts, then its aliases in order; the other one is among the unknown.
    """
    fields: dict[str, Field] = {}
    extra: dict[str, Field] = {}
    lines = table.lines
    for written, node in table.items.items():
        name = names.canonical(written)
        field = Field(written, node, lines[written])
        if name is None:
            extra[written] = field
            likely = names.likely(written)
            if likely is not None:
                notes.warn(
                    "maybe-typo", field.line, f"{clipped(written)} is no key that daycast knows; is '{likely}' meant?"
                )
        elif absent(node):
            continue
        elif name not in fields:
            fields[name] = field
        else:
            better, worse = sorted((fields[name], field), key=lambda one: names.rank(one.key))
            fields[name] = better
            extra[worse.key] = worse
            if better.key == name not in ("aliases", "date") and value_of(better.node) != value_of(worse.node):
                message = (
                    f"{worse.key} and {name} are two names for one thing and differ; {name} counts, delete the other"
                )
                notes.warn("two-names", worse.line, message)
    return fields, extra


def _values(
    draft: Draft, fields: dict[str, Field], extra: dict[str, Field], setting: Setting, lines: dict[str, int]
) -> Values:
    notes = draft.notes
    got: Values = {}
    wall, zone = setting.time, setting.zone
    if field := fields.get("title"):
        got["title"] = values.line_of(field, notes) or ""
    elif (heading := first_heading(draft.body)) is not None:
        got["title"] = heading
    else:
        line = draft.body_line if draft.body else None
        notes.error(
            "no-title", line, "has no title; write 'title: …' in its front matter, or start its text with a '# heading'"
        )
    draft.day = fields.get("day")
    if field := fields.get("slug"):
        draft.slug = _slug(field, notes)
    if field := fields.get("date"):
        got["date"] = _later(field, extra, wall, zone, notes)
    elif written := leading_date(draft.name):
        got["date"] = values.instant_of(Field("the date in the file name", Scalar(written, 1), 1), wall, zone, notes)
    if field := fields.get("updated"):
        got["updated"] = values.instant_of(field, wall, zone, notes)
    if field := fields.get("summary"):
        got["summary"] = values.text_of(field, notes)
    if field := fields.get("tags"):
        got["tags"] = values.tags_of(field, notes)
    if field := fields.get("category"):
        got["category"] = values.categories_of(field, setting.categories, notes)
    if field := fields.get("author"):
        got["author"] = values.names_of(field, notes)
    if field := fields.get("image"):
        got["image"], got["image_alt"] = values.picture_of(field, notes)
    if field := fields.get("image_alt"):
        got["image_alt"] = values.line_of(field, notes)
    if field := fields.get("draft"):
        got["draft"] = values.truth_of(field, notes) is True
    if field := fields.get("approved"):
        got["approved"] = values.line_of(field, notes)
    if field := fields.get("channels"):
        got["channels"] = channels_of(field, notes)
    if field := fields.get("canonical_url"):
        got["canonical_url"] = address_of(field, notes)
    if field := fields.get("guid"):
        got["guid"] = values.line_of(field, notes)
    if field := fields.get("id"):
        got["id"] = identity_of(field, notes)
    if "aliases" in fields:
        got["aliases"] = _aliases(fields["aliases"], extra, setting, notes)
    named = (*setting.channels, *(got.get("channels") or ()))
    overrides = _overrides(fields, extra, named, lines, notes, setting.kinds)
    if overrides:
        got["overrides"] = overrides
    if extra:
        got["extra"] = {name: value_of(field.node) for name, field in extra.items()}
    return got


def _later(field: Field, extra: Mapping[str, Field], wall: time, zone: str, notes: Notes) -> datetime | None:
    """The date of an entry; of two names for it the later one, since neither must go out too early."""
    found = values.instant_of(field, wall, zone, notes)
    for key, other in extra.items():
        if ENTRY_NAMES.canonical(key) != "date" or absent(other.node):
            continue
        moment = values.instant_of(other, wall, zone, notes)
        if moment is not None and found is not None and moment != found:
            message = f"{key} and {field.key} are two dates and differ; the later one counts, delete the other"
            notes.warn("two-names", other.line, message)
            found = max(found, moment)
    return found


def _published(table: Table) -> bool | None:
    """What ``published: false`` says, taken out of the table; None where ``published`` is a date or is not there."""
    for key in [key for key in table.items if key.lower() == "published"]:
        node = table.items[key]
        truth = is_true(node.text) if type(node) is Scalar else None
        if truth is not None:
            del table.items[key]
            return truth
    return None


def _held_back(extra: Mapping[str, Field]) -> bool:
    """True where another tool's ``status`` or ``visibility`` says that this is not to be published."""
    said = [field.node for key, field in extra.items() if key.lower() in ("status", "visibility")]
    return any(type(node) is Scalar and node.text.strip().lower() in _HELD_BACK for node in said)


def _slug(field: Field, notes: Notes) -> str | None:
    text = values.line_of(field, notes)
    if text is None or is_slug(text):
        return text
    rule = "expected lower-case letters, digits and hyphens, at most 80, and no name that Windows keeps for devices"
    notes.error("bad-slug", field.line, f"slug is '{clipped(text)}', {rule}; write slug: {suggested(text)}")
    return None


def identity_of(field: Field, notes: Notes) -> str | None:
    """A stored id."""
    text = values.line_of(field, notes)
    if text is None or ID.fullmatch(text):
        return text
    rule = "expected letters, digits, '.', '_' and '-', at most 80"
    notes.error("bad-id", field.line, f"id is '{clipped(text)}', {rule}; write id: {suggested(text)}")
    return None


def _aliases(field: Field, extra: dict[str, Field], setting: Setting, notes: Notes) -> tuple[str, ...]:
    """Paths on this site. Other tools' ``permalink`` and ``url`` are such where they are; else they stay extra keys."""
    others = [one for one in extra.values() if ENTRY_NAMES.canonical(one.key) == "aliases"]
    found: list[str] = []
    for one in (field, *others):
        foreign = ENTRY_NAMES.rank(one.key) > 1
        if foreign and type(one.node) is Scalar and is_true(one.node.text) is not None:
            extra[one.key] = one
            continue
        for text in values.list_of(one, notes):
            path = _path_of(text, setting, relative=foreign)
            if path is not None:
                found.append(path)
            elif foreign:
                extra[one.key] = one
            else:
                form = "which is no path on this site such as /old/address/; it is left out"
                message = f"{one.key} has '{clipped(text)}', {form}"
                notes.warn("ignored-value", one.line, message)
    return values.unique(found)


def _path_of(text: str, setting: Setting, *, relative: bool) -> str | None:
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.netloc and (parts.hostname != setting.host or not f"{parts.path}/".startswith(f"{setting.base_path}/")):
        return None
    path = parts.path.removeprefix(setting.base_path) if parts.netloc else text
    if relative and "/" in path and not path.startswith("/"):
        path = f"/{path}"
    odd = not path.startswith("/") or path.startswith("//") or any(c in '\\?#:{}*<>|"' or c.isspace() for c in path)
    return None if odd or path == "/" or len(path) > 500 or {"..", "."} & set(path.split("/")) else path


def _overrides(
    fields: dict[str, Field],
    extra: dict[str, Field],
    channels: tuple[str, ...],
    lines: dict[str, int],
    notes: Notes,
    kinds: Mapping[str, str],
) -> dict[str, Mapping[str, object]]:
    """The tables of channels, taken out of ``extra``."""
    found = {}
    for name in dict.fromkeys(("linkedin", *channels)):
        field = fields.get(name)
        if field is None and name in extra and type(extra[name].node) is Table:
            field = extra.pop(name)
            lines[name] = field.line
        if field is not None:
            found[name] = override_of(name, field, notes, lines, kind=kinds.get(name))
    return found
