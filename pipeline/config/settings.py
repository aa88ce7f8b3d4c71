"""A project's settings, typed and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Literal
from urllib.parse import urlsplit

from pipeline.model import Mention
from pipeline.records import dataclass, field

FILE = "daycast.toml"
#: What ``init`` writes where no address is known yet; publishing refuses it.
PLACEHOLDER_URL = "http://localhost:8000"

Long = Literal["error", "summary"]
LinkStyle = Literal["card", "text", "none"]
HashtagStyle = Literal["template", "bare"]
SoftBreak = Literal["space", "newline"]
Visibility = Literal["PUBLIC", "CONNECTIONS", "LOGGED_IN"]
Mode = Literal["api", "manual"]
LivePolicy = Literal["wait", "post"]
Approval = Literal["never", "approve", "merge"]
Source = Literal["worktree", "HEAD"]
#: A command: text for the shell, or the words of one program.
Command = str | tuple[str, ...]


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
    #: The colour of links and marks: ``#rrggbb``.
    accent: str = "#b0381a"
    #: An installed package whose ``templates/`` stand before ours; empty: none.
    theme: str = ""

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
    #: None: posts by hand as long as there is no token.
    mode: Mode | None = None
    api_base: str = "https://api.linkedin.com"
    oauth_base: str = "https://www.linkedin.com"
    #: Of the API: a month, which LinkedIn supports for about a year (versioning, read 2026-11-23).
    version: str = "202609"
    #: Seconds for one request, from the first byte to the last.
    timeout: int = 30
    #: Whether to put the entry's first comment below the post; LinkedIn does not document it for every app.
    first_comment: bool = False
    #: Of the app that ``daycast login`` signs in to.
    client_id: str | None = None
    #: By the vanity name in the company page's address.
    mentions: Mapping[str, Mention] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelTable:
    """``[channels.NAME]`` as written."""

    #: The installed channel; the instance's own name unless it says otherwise.
    type: str
    #: The other keys.
    options: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """``[workspace]``."""

    #: Folders of projects, below the workspace, where ``*`` stands for anything; or ``git:URL#branch``.
    projects: tuple[str, ...] = ()
    #: How many of them are published to at the same time.
    accounts_per_project: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerSettings:
    """``[ledger]``."""

    #: Where the ledger is; a relative path starts at the project's root.
    url: str = "sqlite:///.daycast/ledger.db"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """``[publish]``."""

    #: The only place that sends; its name is in ``DAYCAST_RUNNER`` there. None: every place.
    runner: str | None = None
    #: ``from``: what is sent, the files as they are or as they were committed last.
    source: Source = "worktree"
    #: What is not approved waits: ``approve`` writes it into the entry, or a merge of it into the branch is it.
    require_approval: Approval = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploy:
    """``[deploy]``."""

    #: Brings ``output/site`` online; run at the project's root with its path in ``DAYCAST_SITE``.
    command: Command | None = None
    #: Where the site is put, in place of a command: ``folder:…``, ``git:…``, ``rsync:…`` or ``s3:…``.
    target: str | None = None
    #: Of an S3-compatible store that is not Amazon's.
    endpoint: str | None = None
    #: How long a post waits for its page.
    live_timeout: timedelta = timedelta(minutes=10)
    #: After that: go on waiting, or post all the same.
    live_policy: LivePolicy = "wait"


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalSettings:
    """``[journal]``."""

    #: Shares the journals, such as commit and push; nothing is sent where it fails.
    sync: Command | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notify:
    """``[notify]``: how people learn what needs them."""

    #: Gets the event as JSON on its standard input.
    command: Command | None = None
    #: Gets the event as a JSON POST.
    webhook: str | None = None
    #: Gets it as a mail.
    email: str | None = None
    #: ``host:port`` of the mail server.
    smtp: str | None = None
    #: How long before a day that is not written somebody is reminded; None: never.
    remind: timedelta | None = timedelta(hours=24)
    #: Called after each good tick; a service there raises the alarm when the calls stop.
    heartbeat_url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CardSettings:
    """``[cards]``: that there is the table has a picture drawn of each entry without one."""

    #: Files of fonts (below the project's root) for characters that ours lacks.
    fonts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageSettings:
    """``[images]``: that there is the table has smaller copies made of pictures."""

    #: Pixels.
    widths: tuple[int, ...] = (480, 800, 1200, 1600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A project's settings."""

    site: Site = field(default_factory=Site)
    feed: FeedSettings = field(default_factory=FeedSettings)
    #: Every ``[channels.NAME]`` by its name.
    channels: Mapping[str, ChannelTable] = field(default_factory=dict)
    #: Settings of every channel of type ``linkedin`` by its name; ``linkedin`` itself is always there.
    accounts: Mapping[str, LinkedIn] = field(default_factory=lambda: {"linkedin": LinkedIn()})
    ledger: LedgerSettings = field(default_factory=LedgerSettings)
    #: None where it is no workspace.
    workspace: Workspace | None = None
    publish: Publish = field(default_factory=Publish)
    deploy: Deploy = field(default_factory=Deploy)
    journal: JournalSettings = field(default_factory=JournalSettings)
    notify: Notify = field(default_factory=Notify)
    #: None: no pictures are drawn.
    cards: CardSettings | None = None
    #: None: pictures are shown as they are.
    images: ImageSettings | None = None
    #: ``[categories]``: names for the numeric ids other tools write.
    categories: Mapping[str, str] = field(default_factory=dict)
    #: Where it was read from, relative to the root; None for the defaults.
    source: str | None = None

    @property
    def linkedin(self) -> LinkedIn:
        """Settings of the channel ``linkedin``."""
        return self.accounts["linkedin"]
