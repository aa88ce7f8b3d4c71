"""Take typed settings out of tables, and name everything that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from functools import partial
from typing import get_args
from urllib.parse import urlsplit

from pipeline.config.settings import (
    Approval,
    CardSettings,
    ChannelTable,
    Command,
    Config,
    Deploy,
    FeedSettings,
    HashtagStyle,
    ImageSettings,
    JournalSettings,
    LedgerSettings,
    LinkedIn,
    LinkStyle,
    LivePolicy,
    Long,
    Mode,
    Notify,
    Publish,
    Site,
    SoftBreak,
    Source,
    Visibility,
    Workspace,
)
from pipeline.errors import ConfigError
from pipeline.model import Mention
from pipeline.patterns import pattern
from pipeline.records import names_of
from pipeline.wallclock import span, zone_of

TABLES = tuple("site feed channels ledger workspace publish deploy journal notify cards images categories".split())
_CHANNEL = pattern(r"[a-z][a-z0-9_-]{0,39}")
#: What a deploy target begins with, and how the rest reads.
TARGETS = {
    "folder": "folder:/var/www/blog",
    "git": "git:origin#gh-pages",
    "rsync": "rsync:me@example.org:/var/www/blog",
    "s3": "s3:bucket/folder",
}
_PUBLIC = "folder:public"
#: What stands below ``output/`` beside the folders of accounts, and the channels that are the site's.
_TAKEN = ("blog", "drafts", "handouts", "rss", "site")


def parse(table: Mapping[str, object], *, source: str) -> Config:
    """The settings in a parsed table. Raises ConfigError as ``load`` does."""
    problems: list[str] = []
    reader = Reader(source, problems)
    top = reader.table("", table, TABLES)
    channels, accounts = reader.channels(top.get("channels", {}))
    config = Config(
        site=reader.site(top.get("site", {})),
        feed=reader.feed(top.get("feed", {})),
        channels=channels,
        accounts=accounts,
        ledger=reader.ledger(top.get("ledger", {})),
        workspace=reader.workspace(top["workspace"]) if "workspace" in top else None,
        publish=reader.publish(top.get("publish", {})),
        deploy=reader.deploy(top.get("deploy", {})),
        journal=reader.journal(top.get("journal", {})),
        notify=reader.notify(top.get("notify", {})),
        cards=reader.cards(top["cards"]) if "cards" in top else None,
        images=reader.images(top["images"]) if "images" in top else None,
        categories=reader.categories(top.get("categories", {})),
        source=source,
    )
    if problems:
        raise ConfigError("\n".join(problems))
    return config


class Reader:
    """Take typed values out of tables and collect what is wrong with them."""

    def __init__(self, source: str, problems: list[str]) -> None:
        self._source = source
        self._problems = problems

    def wrong(self, key: str, sentence: str) -> None:
        """Note what is wrong with a key."""
        self._problems.append(f"{self._source}: {key} {sentence}")

    def table(self, name: str, value: object, allowed: tuple[str, ...]) -> Mapping[str, object]:
        """A table whose keys are known."""
        if not isinstance(value, Mapping):
            self.wrong(f"[{name}]", "is not a table")
            return {}
        for key in value:
            if key not in allowed:
                where = f"[{name}] has" if name else "has"
                self.wrong(where, f"an unknown key '{key}'; allowed: {', '.join(allowed)}")
        return value

    def fields(self, name: str, value: object, kind: type) -> Iterator[tuple[str, object, Callable[[str], None]]]:
        """Each known key of a table with its value, and what notes that it is wrong."""
        allowed = names_of(kind)
        for key, item in self.table(name, value, allowed).items():
            if key in allowed:
                yield key, item, partial(self.wrong, f"[{name}] {key}")

    def site(self, value: object) -> Site:
        """The blog as a whole."""
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
        if "accent" in got and not re.fullmatch(r"#[0-9a-fA-F]{6}", got["accent"]):
            self.wrong("[site] accent", f"is '{got['accent']}', expected a colour such as '#b0381a'")
            del got["accent"]
        return Site(page_size=page_size, **got)

    def permalink(self, pattern: str) -> str:
        """A pattern of addresses."""
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
        """The feeds."""
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

    def channels(self, value: object) -> tuple[Mapping[str, ChannelTable], Mapping[str, LinkedIn]]:
        """Every channel's table, and what those of type ``linkedin`` say."""
        tables: dict[str, ChannelTable] = {}
        accounts: dict[str, LinkedIn] = {"linkedin": LinkedIn()}
        if not isinstance(value, Mapping):
            self.wrong("[channels]", "is not a table")
            return tables, accounts
        for name, item in value.items():
            where = f"channels.{name}"
            if not _CHANNEL.fullmatch(str(name)):
                self.wrong(f"[{where}]", "is no name for a channel: lower-case letters, digits, '-' and '_'")
            if not isinstance(item, Mapping):
                self.wrong(f"[{where}]", "is not a table")
                continue
            kind = item.get("type", name)
            if not isinstance(kind, str):
                self.wrong(f"[{where}] type", f"is {kind!r}, expected a channel's name in quotes")
                continue
            if kind != "linkedin" and _is_slip(kind):
                self.wrong(f"[{where}]", f"is of the type '{kind}'; is 'linkedin' meant?")
            options = {key: option for key, option in item.items() if key != "type"}
            tables[str(name)] = ChannelTable(type=kind, options=options)
            if kind == "linkedin" and name in _TAKEN:
                self.wrong(f"[{where}]", f"is no name for an account: daycast has another '{name}'; choose another")
            elif kind == "linkedin":
                accounts[str(name)] = self.linkedin(where, options)
        return tables, accounts

    def linkedin(self, where: str, value: object) -> LinkedIn:
        """One account's settings."""
        made: dict[str, object] = {}
        choices = {
            "long": Long,
            "link": LinkStyle,
            "hashtag_style": HashtagStyle,
            "softbreak": SoftBreak,
            "visibility": Visibility,
            "mode": Mode,
        }
        for key, item, wrong in self.fields(where, value, LinkedIn):
            if key == "limit":
                made[key] = self.number(item, wrong, 3000, at_least=1)
            elif key == "timeout":
                made[key] = self.number(item, wrong, 30, at_least=1, at_most=240)
            elif key in ("escape_urls", "first_comment"):
                made[key] = self.truth(item, wrong)
            elif key == "mentions":
                made[key] = self.mentions(f"[{where}.mentions]", item)
            elif key in choices:
                made[key] = self.choice(item, choices[key], wrong)
            elif (text := self.text(item, wrong)) is not None:
                made[key] = text
        made = {key: item for key, item in made.items() if item is not None}
        author = made.get("author")
        if isinstance(author, str) and not author.startswith(("urn:li:person:", "urn:li:organization:")):
            self.wrong(f"[{where}] author", f"is '{author}', expected urn:li:person:… or urn:li:organization:…")
        version = made.get("version")
        if isinstance(version, str) and not re.fullmatch(r"20[0-9]{2}(0[1-9]|1[0-2])", version):
            self.wrong(f"[{where}] version", f"is '{version}', expected a year and a month such as '202609'")
        for key in ("api_base", "oauth_base"):
            if isinstance(base := made.get(key), str):
                made[key] = self.address(f"[{where}] {key}", base).rstrip("/")
        return LinkedIn(**made)  # type: ignore[arg-type]

    def ledger(self, value: object) -> LedgerSettings:
        """Where the ledger is."""
        return LedgerSettings(**self.texts("ledger", value, LedgerSettings))

    def workspace(self, value: object) -> Workspace:
        """The projects that are looked after together."""
        projects: tuple[str, ...] = ()
        accounts = Workspace().accounts_per_project
        for key, item, wrong in self.fields("workspace", value, Workspace):
            if key == "accounts_per_project":
                accounts = self.number(item, wrong, accounts, at_least=1)
            elif not isinstance(item, list) or not all(isinstance(one, str) and one for one in item):
                wrong('is no list of folders such as ["clients/*"]')
            else:
                projects = tuple(item)
                for one in projects:
                    if not one.startswith("git:") and (one.startswith("/") or ".." in one.split("/")):
                        wrong(f"has '{one}', expected a folder below the workspace, such as 'clients/*'")
        return Workspace(projects=projects, accounts_per_project=accounts)

    def publish(self, value: object) -> Publish:
        """Who sends what."""
        runner: str | None = None
        source: object = None
        table = self.table("publish", value, ("runner", "from", "require_approval"))
        if "runner" in table:
            runner = self.text(table["runner"], partial(self.wrong, "[publish] runner"))
        if "from" in table:
            source = self.choice(table["from"], Source, partial(self.wrong, "[publish] from"))
        approval: object = None
        if "require_approval" in table:
            given = table["require_approval"]
            given = {True: "approve", False: "never"}.get(given, given) if isinstance(given, bool) else given
            approval = self.choice(given, Approval, partial(self.wrong, "[publish] require_approval"))
        return Publish(
            runner=runner,
            source="HEAD" if source == "HEAD" else "worktree",
            require_approval="merge" if approval == "merge" else "approve" if approval == "approve" else "never",
        )

    def deploy(self, value: object) -> Deploy:
        """How the site gets online."""
        made: dict[str, object] = {}
        for key, item, wrong in self.fields("deploy", value, Deploy):
            if key == "command":
                made[key] = self.command(item, wrong)
            elif key == "target":
                made[key] = self.target(item, wrong)
            elif key == "endpoint":
                if (text := self.text(item, wrong)) is not None:
                    made[key] = self.address("[deploy] endpoint", text).rstrip("/")
            elif key == "live_timeout":
                made[key] = self.span(item, wrong)
            else:
                made[key] = self.choice(item, LivePolicy, wrong)
        if made.get("command") is not None and made.get("target") is not None:
            self.wrong("[deploy]", "has a command and a target: one of them is enough")
        return Deploy(**{key: item for key, item in made.items() if item is not None})  # type: ignore[arg-type]

    def target(self, value: object, wrong: Callable[[str], None]) -> str | None:
        """Where the site is put."""
        text = self.text(value, wrong)
        if text is None:
            return None
        kind, _, rest = text.partition(":")
        if kind not in TARGETS or not rest.strip("/# ") or rest.startswith("-") or (kind == "git" and "#" not in rest):
            wrong(f"is '{text}', expected one of {', '.join(TARGETS.values())}")
        elif kind == "folder" and rest.strip("/. ") == "" and ".." not in rest and not rest.startswith("/"):
            wrong(
                f"is '{text}', the project's own folder, which would be full of pages: name another, such as {_PUBLIC}"
            )
        return text

    def journal(self, value: object) -> JournalSettings:
        """How the journals are shared."""
        table = self.table("journal", value, ("sync",))
        sync = self.command(table["sync"], partial(self.wrong, "[journal] sync")) if "sync" in table else None
        return JournalSettings(sync=sync)

    def notify(self, value: object) -> Notify:
        """How people are told."""
        made: dict[str, object] = {}
        for key, item, wrong in self.fields("notify", value, Notify):
            if key == "command":
                made[key] = self.command(item, wrong)
            elif key == "remind":
                made[key] = None if item == "never" else self.span(item, wrong)
            elif (text := self.text(item, wrong)) is not None:
                made[key] = text
        for key in ("webhook", "heartbeat_url"):
            url = made.get(key)
            if isinstance(url, str) and not url.startswith(("http://", "https://")):
                self.wrong(f"[notify] {key}", f"is '{url}', expected an address such as https://example.org/hook")
        email = made.get("email")
        if isinstance(email, str) and not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
            self.wrong("[notify] email", f"is '{email}', expected an address such as me@example.org")
        smtp = made.get("smtp")
        if isinstance(smtp, str) and not re.fullmatch(r"[^\s:]+(:[0-9]{1,5})?", smtp):
            self.wrong("[notify] smtp", f"is '{smtp}', expected host and port such as mail.example.org:587")
        return Notify(**made)  # type: ignore[arg-type]

    def cards(self, value: object) -> CardSettings:
        """The pictures of entries."""
        table = self.table("cards", value, ("fonts",))
        fonts = table.get("fonts", [])
        if not isinstance(fonts, list) or not all(isinstance(font, str) and font for font in fonts):
            self.wrong("[cards] fonts", f"is {fonts!r}, expected a list of files such as ['fonts/NotoSansJP.ttf']")
            return CardSettings()
        return CardSettings(fonts=tuple(fonts))

    def images(self, value: object) -> ImageSettings:
        """The smaller copies of pictures."""
        table = self.table("images", value, ("widths",))
        widths = table.get("widths", list(ImageSettings().widths))
        found = widths if isinstance(widths, list) else []
        if not found or not all(type(width) is int and 16 <= width <= 8192 for width in found):
            self.wrong("[images] widths", f"is {widths!r}, expected a list of pixels from 16 to 8192")
            return ImageSettings()
        return ImageSettings(widths=tuple(found))

    def mentions(self, where: str, value: object) -> Mapping[str, Mention]:
        """Organizations by their vanity names."""
        got = {}
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
        """Names by numeric id."""
        if not isinstance(value, Mapping):
            self.wrong("[categories]", "is not a table")
            return {}
        for key, name in value.items():
            if not isinstance(name, str):
                self.wrong(f"[categories] {key}", f"is {name!r}, expected a name in quotes")
        return {str(key): str(name) for key, name in value.items()}

    def text(self, item: object, wrong: Callable[[str], None]) -> str | None:
        """Text."""
        if isinstance(item, str):
            return item.strip()
        wrong(f"is {item!r}, expected text in quotes")
        return None

    def texts(self, name: str, value: object, kind: type) -> dict[str, str]:
        """A table whose every key takes text."""
        got = {}
        for key, item, wrong in self.fields(name, value, kind):
            if (text := self.text(item, wrong)) is not None:
                got[key] = text
        return got

    def truth(self, item: object, wrong: Callable[[str], None]) -> bool | None:
        """True or false."""
        if isinstance(item, bool):
            return item
        wrong(f"is {item!r}, expected true or false")
        return None

    def choice(self, item: object, kind: object, wrong: Callable[[str], None]) -> object:
        """One of the words of a Literal."""
        allowed = get_args(kind)
        if item in allowed:
            return item
        wrong(f"is {item!r}, expected one of {', '.join(allowed)}")
        return None

    def command(self, item: object, wrong: Callable[[str], None]) -> Command | None:
        """A command for the shell, or the words of one program."""
        if isinstance(item, str) and item.strip():
            return item.strip()
        if isinstance(item, list) and item and all(isinstance(word, str) and word for word in item):
            return tuple(item)
        wrong(f'is {item!r}, expected a command: text for the shell, or a list of words such as ["make", "deploy"]')
        return None

    def span(self, item: object, wrong: Callable[[str], None]) -> timedelta | None:
        """A length of time."""
        try:
            return span(item if isinstance(item, str) else "")
        except ValueError:
            wrong(f'is {item!r}, expected a length of time such as "90s", "10m" or "2h"')
            return None

    def number(
        self,
        item: object,
        wrong: Callable[[str], None],
        default: int,
        *,
        at_least: int,
        at_most: int | None = None,
    ) -> int:
        """A whole number."""
        whole = isinstance(item, int) and not isinstance(item, bool)
        if whole and item >= at_least and (at_most is None or item <= at_most):  # type: ignore[operator]
            return int(item)  # type: ignore[call-overload, no-any-return]
        wrong(f"is {item!r}, expected a whole number from {at_least}" + (f" to {at_most}" if at_most else ""))
        return default

    def address(self, key: str, value: str) -> str:
        """An absolute address."""
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
            self.wrong(key, f"is '{value}', expected an address such as https://example.org")
        return value


def _is_slip(kind: str) -> bool:
    """Whether a channel's type is ``linkedin`` with a slip of the pen."""
    from difflib import get_close_matches

    return len(kind) < 10 and bool(get_close_matches(kind, ["linkedin"], cutoff=0.8))
