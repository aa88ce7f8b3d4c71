"""Read ``daycast.toml``: typed, frozen, and every wrong key named with what is allowed."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Literal, get_args
from urllib.parse import urlsplit

from pipeline.errors import ConfigError
from pipeline.model import Mention
from pipeline.wallclock import zone_of

FILE = "daycast.toml"
#: What ``init`` writes where no address is known yet; publishing refuses it.
PLACEHOLDER_URL = "http://localhost:8000"

Long = Literal["error", "summary"]
LinkStyle = Literal["card", "text", "none"]
HashtagStyle = Literal["template", "bare"]
SoftBreak = Literal["space", "newline"]
Visibility = Literal["PUBLIC", "CONNECTIONS", "LOGGED_IN"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """``[site]``: the blog as a whole."""

    title: str = "Blog"
    #: Absolute, without a trailing slash.
    url: str = PLACEHOLDER_URL
    description: str = ""
    #: BCP 47.
    language: str = "en"
    author: str = ""
    #: IANA name, for series that name none.
    zone: str = "UTC"
    #: Of an entry: ``{series}``, ``{slug}``, ``{day}``.
    permalink: str = "/{series}/{slug}/"
    #: Entries on one page of a list.
    page_size: int = 20

    @property
    def base_path(self) -> str:
        """The path below which the site lives: ``""`` or ``/blog``."""
        return urlsplit(self.url).path.rstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedSettings:
    """``[feed]``."""

    #: ``example.org,2026``: the authority of ``tag:`` guids (RFC 4151); never change it once readers have it.
    authority: str | None = None
    #: A WebSub hub's URL.
    hub: str | None = None
    #: Items in the site's feeds; a series' own feeds hold all.
    limit: int = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedIn:
    """``[channels.linkedin]``."""

    #: UTF-16 code units, for the text as read and for the wire form alike.
    limit: int = 3000
    #: What an entry over the limit becomes.
    long: Long = "error"
    #: How the blog's address travels.
    link: LinkStyle = "card"
    hashtag_style: HashtagStyle = "template"
    escape_urls: bool = True
    softbreak: SoftBreak = "space"
    visibility: Visibility = "PUBLIC"
    #: ``urn:li:person:…`` or ``urn:li:organization:…``.
    author: str | None = None
    #: By the vanity name in the company page's address.
    mentions: Mapping[str, Mention] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A project's settings."""

    site: Site = field(default_factory=Site)
    feed: FeedSettings = field(default_factory=FeedSettings)
    linkedin: LinkedIn = field(default_factory=LinkedIn)
    #: ``[categories]``: names for the numeric ids other tools write.
    categories: Mapping[str, str] = field(default_factory=dict)
    #: Where it was read from, relative to the root; None for the defaults.
    source: str | None = None


def find_root(start: Path) -> Path | None:
    """The nearest folder at or above ``start`` that is a daycast project; None where there is none."""
    for folder in (start, *start.parents):
        if (folder / FILE).is_file() or _table_of_pyproject(folder) is not None:
            return folder
    return start if (start / "series").is_dir() else None


def load(root: Path) -> Config:
    """The settings of the project at ``root``: ``daycast.toml``, else ``[tool.daycast]``, else the defaults.

    Raises ConfigError that names every problem of the file, one a line.
    """
    path = root / FILE
    if path.is_file():
        return parse(_toml(path), source=FILE)
    table = _table_of_pyproject(root)
    if table is not None:
        return parse(table, source="pyproject.toml")
    return Config()


def parse(table: Mapping[str, object], *, source: str) -> Config:
    """The settings in a parsed table. Raises ConfigError as ``load`` does."""
    problems: list[str] = []
    reader = _Reader(source, problems)
    top = reader.table("", table, ("site", "feed", "channels", "categories"))
    channels = reader.table("channels", top.get("channels", {}), ("linkedin",))
    config = Config(
        site=reader.site(top.get("site", {})),
        feed=reader.feed(top.get("feed", {})),
        linkedin=reader.linkedin(channels.get("linkedin", {})),
        categories=reader.categories(top.get("categories", {})),
        source=source,
    )
    if problems:
        raise ConfigError("\n".join(problems))
    return config


def _toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path.name}: not valid TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path.name}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    except OSError as error:
        raise ConfigError(f"{path.name}: cannot be read: {error.strerror}") from error


def _table_of_pyproject(folder: Path) -> Mapping[str, object] | None:
    path = folder / "pyproject.toml"
    if not path.is_file():
        return None
    tool = _toml(path).get("tool")
    table = tool.get("daycast") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None


class _Reader:
    """Take typed values out of tables and collect what is wrong with them."""

    def __init__(self, source: str, problems: list[str]) -> None:
        self._source = source
        self._problems = problems

    def wrong(self, key: str, sentence: str) -> None:
        self._problems.append(f"{self._source}: {key} {sentence}")

    def table(self, name: str, value: object, allowed: tuple[str, ...]) -> Mapping[str, object]:
        if not isinstance(value, Mapping):
            self.wrong(f"[{name}]", "is not a table")
            return {}
        for key in value:
            if key not in allowed:
                where = f"[{name}] has" if name else "has"
                self.wrong(where, f"an unknown key '{key}'; allowed: {', '.join(allowed)}")
        return value

    def fields(self, name: str, value: object, kind: type) -> Iterator[tuple[str, object, Callable[[str], None]]]:
        allowed = tuple(f.name for f in fields(kind))
        for key, item in self.table(name, value, allowed).items():
            if key in allowed:
                yield key, item, partial(self.wrong, f"[{name}] {key}")

    def site(self, value: object) -> Site:
        got: dict[str, str] = {}
        page_size = 20
        for key, item, wrong in self.fields("site", value, Site):
            if key == "page_size":
                page_size = self.number(item, wrong, page_size, at_least=1)
            elif (text := self.text(item, wrong)) is not None:
                got[key] = text
        if "url" in got:
            got["url"] = self.address("[site] url", got["url"]).rstrip("/")
        if "zone" in got:
            try:
                zone_of(got["zone"])
            except ConfigError as error:
                self.wrong("[site]", str(error))
        if "permalink" in got:
            got["permalink"] = self.permalink(got["permalink"])
        return Site(page_size=page_size, **got)

    def permalink(self, pattern: str) -> str:
        shape = pattern
        for name in ("{series}", "{slug}", "{day}"):
            shape = shape.replace(name, "x")
        if not (shape.startswith("/") and shape.endswith("/")) or any(c in shape for c in "{}\\?#") or ".." in shape:
            self.wrong(
                "[site] permalink",
                f"is '{pattern}', expected a path such as '/{{series}}/{{slug}}/' of {{series}}, {{slug}} and {{day}} "
                "that starts and ends with a slash",
            )
        elif "{slug}" not in pattern and "{day}" not in pattern:
            self.wrong("[site] permalink", f"is '{pattern}': without {{slug}} or {{day}} all entries share one address")
        return pattern

    def feed(self, value: object) -> FeedSettings:
        got: dict[str, str] = {}
        limit = 50
        for key, item, wrong in self.fields("feed", value, FeedSettings):
            if key == "limit":
                limit = self.number(item, wrong, limit, at_least=1)
            elif (text := self.text(item, wrong)) is not None:
                got[key] = text
        if "hub" in got:
            got["hub"] = self.address("[feed] hub", got["hub"])
        authority = got.get("authority")
        if authority is not None:
            host, comma, year = authority.partition(",")
            if not comma or not host or not year[:4].isdigit() or any(c.isspace() or c in ":/" for c in authority):
                self.wrong(
                    "[feed] authority", f"is '{authority}', expected a host and a year such as 'example.org,2026'"
                )
        return FeedSettings(limit=limit, **got)

    def linkedin(self, value: object) -> LinkedIn:
        made: dict[str, object] = {}
        choices = {
            "long": Long,
            "link": LinkStyle,
            "hashtag_style": HashtagStyle,
            "softbreak": SoftBreak,
            "visibility": Visibility,
        }
        for key, item, wrong in self.fields("channels.linkedin", value, LinkedIn):
            if key == "limit":
                made[key] = self.number(item, wrong, 3000, at_least=1)
            elif key == "escape_urls":
                if isinstance(item, bool):
                    made[key] = item
                else:
                    wrong(f"is {item!r}, expected true or false")
            elif key == "mentions":
                made[key] = self.mentions(item)
            elif key in choices:
                allowed = get_args(choices[key])
                if item in allowed:
                    made[key] = item
                else:
                    wrong(f"is {item!r}, expected one of {', '.join(allowed)}")
            elif (text := self.text(item, wrong)) is not None:
                made[key] = text
        author = made.get("author")
        if isinstance(author, str) and not author.startswith(("urn:li:person:", "urn:li:organization:")):
            self.wrong(
                "[channels.linkedin] author", f"is '{author}', expected urn:li:person:… or urn:li:organization:…"
            )
        return LinkedIn(**made)  # type: ignore[arg-type]

    def mentions(self, value: object) -> Mapping[str, Mention]:
        got = {}
        where = "[channels.linkedin.mentions]"
        for vanity, item in value.items() if isinstance(value, Mapping) else ():
            if (
                isinstance(item, Mapping)
                and set(item) == {"name", "urn"}
                and all(isinstance(v, str) for v in item.values())
            ):
                if not str(item["urn"]).startswith("urn:li:organization:"):
                    self.wrong(f"{where} {vanity}", f"has the urn '{item['urn']}', expected urn:li:organization:…")
                got[str(vanity).lower()] = Mention(name=str(item["name"]), urn=str(item["urn"]))
            else:
                self.wrong(f"{where} {vanity}", 'expected {name = "…", urn = "urn:li:organization:…"}')
        if not isinstance(value, Mapping):
            self.wrong(where, "is not a table")
        return got

    def categories(self, value: object) -> Mapping[str, str]:
        if not isinstance(value, Mapping):
            self.wrong("[categories]", "is not a table")
            return {}
        for key, name in value.items():
            if not isinstance(name, str):
                self.wrong(f"[categories] {key}", f"is {name!r}, expected a name in quotes")
        return {str(key): str(name) for key, name in value.items()}

    def text(self, item: object, wrong: Callable[[str], None]) -> str | None:
        if isinstance(item, str):
            return item.strip()
        wrong(f"is {item!r}, expected text in quotes")
        return None

    def number(self, item: object, wrong: Callable[[str], None], default: int, *, at_least: int) -> int:
        if isinstance(item, int) and not isinstance(item, bool) and item >= at_least:
            return item
        wrong(f"is {item!r}, expected a whole number from {at_least}")
        return default

    def address(self, key: str, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
            self.wrong(key, f"is '{value}', expected an address such as https://example.org")
        return value
