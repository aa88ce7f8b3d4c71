"""The keys that front matter may have: the names, what they take, what they mean.

The reference pages are made from these tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

from pipeline.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One key of front matter."""

    name: str
    #: Names that other tools use for it. Case, ``_`` and ``-`` make no difference.
    aliases: tuple[str, ...] = ()
    #: What it takes, in words.
    type: str
    meaning: str
    #: As it stands in YAML, after the key.
    example: str


ENTRY_KEYS = (
    Key(
        name="title",
        type="text",
        meaning="The title. Without one, the first '# heading' of the body.",
        example="What does the stack look like?",
    ),
    Key(
        name="day",
        type="a number from 1 to the series' length",
        meaning="The place in the series. Without one, from the file name, the title, the slug or the first line.",
        example="2",
    ),
    Key(
        name="date",
        aliases=("publishDate", "pubDate", "published_at", "published", "published_date", "datePublished"),
        type="a date, or a date and time, with or without offset",
        meaning="When the entry is due, in place of the cadence's date. Without an offset in the series' zone.",
        example="2026-10-20 09:00",
    ),
    Key(
        name="slug",
        type="lower-case letters, digits and hyphens, at most 80",
        meaning="The entry's part of its address. Without one, the file name.",
        example="what-does-the-stack-look-like",
    ),
    Key(
        name="aliases",
        aliases=("redirect_from", "permalink", "url"),
        type="a path or a list of paths",
        meaning="Older addresses on this site that lead to the entry. 'permalink' and 'url' of other tools are such.",
        example='["/2023/02/day-2/"]',
    ),
    Key(
        name="guid",
        type="text",
        meaning="The id of the entry in feeds, for entries that readers already have under another id.",
        example='"https://old.example.org/?p=82"',
    ),
    Key(
        name="summary",
        aliases=("excerpt", "description", "subtitle", "custom_excerpt"),
        type="text",
        meaning="One or two sentences for lists, feeds and link cards. Without one, the start of the body.",
        example='"Three layers, and where the money stays."',
    ),
    Key(
        name="tags",
        aliases=("keywords", "tag"),
        type="a list, or text such as 'a, b' or '#a #b'",
        meaning="What the entry is about.",
        example="[ai, economics]",
    ),
    Key(
        name="category",
        aliases=("categories",),
        type="a name or a list of names; numbers are named in [categories] of daycast.toml",
        meaning="A broader heading than a tag.",
        example="Technology",
    ),
    Key(
        name="author",
        aliases=("authors",),
        type="text or a list of names",
        meaning="Who wrote it. Without one, the series' author.",
        example="Mara Lindqvist",
    ),
    Key(
        name="image",
        aliases=(
            "cover_image",
            "heroImage",
            "featured_image",
            "feature_image",
            "cover",
            "thumbnail",
            "banner",
            "images",
        ),
        type="a path relative to the file, or an address",
        meaning="The picture for link cards and for the LinkedIn post.",
        example="stack.png",
    ),
    Key(
        name="image_alt",
        aliases=("cover_image_alt", "cover_alt", "heroImageAlt", "featured_image_alt", "feature_image_alt"),
        type="text",
        meaning="What the picture shows, for those who do not see it.",
        example='"Three boxes on top of each other"',
    ),
    Key(
        name="draft",
        aliases=("isDraft", "saveAsDraft"),
        type="true or false",
        meaning="True holds the entry back. 'published: false' and 'status: draft' do the same.",
        example="true",
    ),
    Key(
        name="channels",
        type="a list of channel names",
        meaning="Where the entry goes, in place of the series' channels.",
        example="[blog, rss]",
    ),
    Key(
        name="canonical_url",
        aliases=("canonical", "originalArticleURL"),
        type="an address",
        meaning="The entry's first home, if that is not this site.",
        example="https://example.org/first",
    ),
    Key(
        name="updated",
        aliases=(
            "lastmod",
            "modified",
            "updated_at",
            "modified_at",
            "last_modified",
            "last_modified_at",
            "updatedDate",
            "date_updated",
            "dateModified",
        ),
        type="as date",
        meaning="When the text last changed in substance.",
        example="2026-10-22",
    ),
    Key(
        name="approved",
        type="text",
        meaning="What 'daycast approve' writes: what was approved of the entry, and of what is posted of it.",
        example='"5f1a0c3e9b7d2468/0123456789abcdef"',
    ),
    Key(
        name="id",
        type="letters, digits, '.', '_' and '-', at most 80",
        meaning="The identity of an entry that names no day; written by 'daycast check --fix', never changed.",
        example="the-stack",
    ),
    Key(
        name="linkedin",
        type="a table",
        meaning="What is different on LinkedIn.",
        example='{hook: "Follow the money."}',
    ),
)

SERIES_KEYS = (
    Key(
        name="id",
        type="letters, digits, '.', '_' and '-', at most 80",
        meaning="The series' identity in feeds and receipts. Without one, the folder's name; never change it.",
        example="30daysofgenerativeai",
    ),
    Key(
        name="title",
        type="text",
        meaning="The title. Without one, the first '# heading' below, then the hashtag or the folder's name.",
        example="Thirty days of generative AI",
    ),
    Key(
        name="hashtag",
        type="one word, with or without '#'",
        meaning="The series' constant tag.",
        example="30daysofGenerativeAI",
    ),
    Key(
        name="label",
        type="text with {n}, and {length} if there is one",
        meaning="What places an entry in the series. Default: '#Day{n}/{length}'.",
        example='"#Tag{n}/{length}"',
    ),
    Key(
        name="length",
        type="a number from 1 to 9999",
        meaning="The announced number of days. Without one, from labels in the entries ('#Day2/30') or the hashtag.",
        example="30",
    ),
    Key(
        name="start",
        aliases=("start_date", "starts"),
        type="a date",
        meaning="The date of day 1. Without one, counted back from the first entry that has a date.",
        example="2026-10-19",
    ),
    Key(
        name="time",
        type="a time of day",
        meaning="When entries are due. Default: 09:00.",
        example='"09:00"',
    ),
    Key(
        name="zone",
        aliases=("timezone", "tz"),
        type="an IANA zone",
        meaning="Whose wall time that is. Default: the site's zone.",
        example="Europe/Berlin",
    ),
    Key(
        name="weekdays",
        type="a list of weekdays, or a range",
        meaning="On which days the series appears. Default: all.",
        example="mon-fri",
    ),
    Key(
        name="skip",
        type="a list of dates and ranges of dates",
        meaning="Dates that are left out; the days after them move on.",
        example='["2026-12-24..2026-12-26", 2027-01-01]',
    ),
    Key(
        name="channels",
        type="a list of channel names",
        meaning="Where entries go. Default: blog, rss, linkedin.",
        example="[blog, rss, linkedin]",
    ),
    Key(
        name="drip",
        type="true or false",
        meaning="Whether there are feeds for those who want to begin with day 1 today. Default: false.",
        example="true",
    ),
    Key(
        name="recap",
        type="true or false",
        meaning="Whether a recap goes out with the last day, and a book is made then. Default: false.",
        example="true",
    ),
    Key(
        name="rerun_of",
        type="the id of a series",
        meaning="The series that this one runs again. 'check' compares their posts. Written by 'daycast rerun'.",
        example="30days",
    ),
    Key(
        name="catch_up",
        type="all, latest or skip",
        meaning="Which missed posts go out: all (default), only the newest, or none. Blog and feeds always do.",
        example="latest",
    ),
    Key(
        name="late_after",
        type="a length of time",
        meaning="With catch_up latest or skip: how late a post is missed. Default: 1h.",
        example="2h",
    ),
    Key(
        name="min_gap",
        type="a length of time",
        meaning="Between two posts of one account. Default: 60m.",
        example="90m",
    ),
    Key(
        name="max_late",
        type="a length of time",
        meaning="Posts that are later than this wait for you. Default: 24h.",
        example="2d",
    ),
    Key(
        name="settle",
        type="a length of time",
        meaning="How long a text that was changed after its instant must rest before it is posted. Default: 15m.",
        example="5m",
    ),
    Key(
        name="author",
        aliases=("authors",),
        type="text or a list of names",
        meaning="Who writes it. Default: the site's author.",
        example="Mara Lindqvist",
    ),
    Key(
        name="language",
        aliases=("lang", "locale"),
        type="a BCP 47 tag",
        meaning="The language of the entries. Default: the site's.",
        example="en-GB",
    ),
    Key(
        name="description",
        aliases=("summary", "excerpt", "subtitle"),
        type="text",
        meaning="One or two sentences about the series.",
        example='"What language models do, cost and break."',
    ),
)

LINKEDIN_KEYS = (
    Key(
        name="text",
        type="text",
        meaning="The whole post, in place of the body. Markdown.",
        example='"Where does the money stay?"',
    ),
    Key(
        name="hook",
        type="text",
        meaning="Lines before the body, to be read above the fold.",
        example='"Follow the money."',
    ),
    Key(name="footer", type="text", meaning="Lines after the body.", example='"More tomorrow."'),
    Key(name="hashtags", type="as tags", meaning="Hashtags below the text.", example="[GenerativeAI, Economics]"),
    Key(
        name="first_comment",
        type="text",
        meaning="A comment to put below the post.",
        example='"The slides are on the blog."',
    ),
    Key(name="link", type="card, text or none", meaning="How the blog's address travels.", example="none"),
    Key(
        name="image",
        type="a path relative to the file, or an address",
        meaning="The picture of the post.",
        example="stack.png",
    ),
    Key(
        name="image_alt", type="text", meaning="What that picture shows.", example='"Three boxes on top of each other"'
    ),
    Key(
        name="images",
        type="a list of paths, or of tables with src and alt",
        meaning="Several pictures.",
        example='[{src: one.png, alt: "The first"}, two.png]',
    ),
    Key(
        name="url",
        type="the address or URN of a post",
        meaning="The post, if you have posted the day yourself: it counts as done, and is not posted again.",
        example="https://www.linkedin.com/feed/update/urn:li:share:7141138937766391808/",
    ),
    Key(
        name="format",
        type="carousel",
        meaning="Post the day as a document: 'day-02.pdf' beside the entry, or one made of its text.",
        example="carousel",
    ),
    Key(name="long", type="error or summary", meaning="What an entry over the limit becomes.", example="summary"),
)

#: Tables for channels whose keys daycast knows.
CHANNEL_KEYS: Mapping[str, tuple[Key, ...]] = {"linkedin": LINKEDIN_KEYS}


class Names:
    """Finds the key that a name in a file means."""

    def __init__(self, keys: Iterable[Key], also: Iterable[str] = ()) -> None:
        """``also`` are names that are known although they are no keys, so that they pass for no typo."""
        exact: dict[str, str] = {}
        folded: dict[str, str] = {}
        rank: dict[str, int] = {}
        for key in keys:
            for at, name in enumerate((key.name, *key.aliases)):
                exact.setdefault(name, key.name)
                folded.setdefault(_folded(name), key.name)
                rank.setdefault(_folded(name), at)
        self._exact = exact
        self._folded = folded
        self._rank = rank
        self._known = frozenset(map(_folded, also))
        self._spellings = {_folded(name): name for name in exact}
        self.likely = lru_cache(maxsize=1024)(self._likely)

    def canonical(self, name: str) -> str | None:
        """The key of a name or an alias, however it is spelt; None for an unknown one."""
        return self._exact.get(name) or self._folded.get(_folded(name))

    def rank(self, name: str) -> int:
        """0 for the key itself, then its aliases in order: of two, the lower one counts."""
        return self._rank[_folded(name)]

    def _likely(self, name: str) -> str | None:
        """The known name that an unknown one is probably a slip of; None where it looks like none."""
        folded = _folded(name)[:40]
        if len(folded) < 3 or folded in self._known:
            return None
        from difflib import get_close_matches

        found = get_close_matches(folded, self._spellings, n=1, cutoff=0.8)
        return self._spellings[found[0]] if found else None


def _folded(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "").replace(" ", "")


#: Names of other tools that only look like ours.
_FOREIGN = (
    "dates",
    "status",
    "series",
    "layout",
    "type",
    "lang",
    "updates",
    "categoryId",
    "channel_id",
    "authorId",
    "tagline",
)

ENTRY_NAMES = Names(ENTRY_KEYS, also=_FOREIGN)
SERIES_NAMES = Names(SERIES_KEYS, also=_FOREIGN)
CHANNEL_KEY_NAMES = {name: Names(keys) for name, keys in CHANNEL_KEYS.items()}
