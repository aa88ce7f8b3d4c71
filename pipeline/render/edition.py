"""Say what is out at one cutoff and where on the site it lives.

One edition per build: an entry is in it, and then everywhere, or not, and then nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from urllib.parse import quote

from pipeline.config import Site
from pipeline.drip import Cohort, cohorts
from pipeline.errors import Problem
from pipeline.model import Entry, Series
from pipeline.patterns import pattern
from pipeline.plan import PlannedDay, plan, recap_of
from pipeline.records import dataclass, field

#: First parts of addresses that the site itself uses.
TAGS = "tags"
AUTHORS = "authors"
ARCHIVE = "archive"
SUBSCRIBE = "subscribe"
SEARCH = "search"
PAGES = "page"
RESERVED = frozenset((TAGS, AUTHORS, ARCHIVE, SUBSCRIBE, SEARCH, PAGES))
#: What the search page searches in.
SEARCH_INDEX = "search.json"
#: File name of each feed, beside the page it belongs to.
RSS, ATOM, JSON = "feed.xml", "atom.xml", "feed.json"
#: The days of a series, beside its page.
CALENDAR = "calendar.ics"
#: The folder of the feeds for those who begin later, beside it.
DRIP = "drip"


_SAFE = "/-_.~!$&'()*+,;=:@"
_PLAIN = pattern(r"[A-Za-z0-9/\-_.~!$&'()*+,;=:@]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An address on the site, in the three forms that are needed."""

    #: Below the site's root, starting with a slash, not percent-encoded: ``/series/day-02/``.
    path: str
    #: For an ``href``: percent-encoded, with the base path.
    url: str
    #: With scheme and host.
    absolute: str

    @property
    def file(self) -> str:
        """The file below ``output/site/`` that answers for this address."""
        return self.path[1:] + "index.html" if self.path.endswith("/") else self.path[1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """An entry that is out, with its instant and its page's place (None where it goes to no blog)."""

    series: Series
    entry: Entry
    due: datetime
    place: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesEdition:
    """A series at the cutoff."""

    series: Series
    planned: tuple[PlannedDay, ...]
    #: Of the series' page; None where the series goes to no blog.
    place: Place | None
    #: Out, in day order.
    posted: tuple[Posted, ...]
    zone: str
    #: What goes out with the last day; None where there is nothing.
    recap: PlannedDay | None = None
    #: Those who have begun later, the newest first; only of a series that drips.
    cohorts: tuple[Cohort, ...] = ()

    @property
    def planned_and_recap(self) -> tuple[PlannedDay, ...]:
        """Its days, and after them its recap if it has one."""
        return self.planned if self.recap is None else (*self.planned, self.recap)

    @property
    def folder(self) -> str:
        """The path below the site's root where its feeds are, whether or not it has a page."""
        return f"/{self.series.slug}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Everything that is out at ``now``."""

    site: Site
    now: datetime
    series: tuple[SeriesEdition, ...]
    #: By source path of the entry.
    posted: Mapping[str, Posted] = field(default_factory=dict)
    #: Source paths of all entries, out or not.
    known: frozenset[str] = frozenset()
    #: Source paths of those that would be out but have no address of their own.
    refused: frozenset[str] = frozenset()
    #: What has a page, newest first.
    pages: tuple[Posted, ...] = ()
    #: Addresses claimed twice.
    problems: tuple[Problem, ...] = ()


def newest_first(posted: Posted) -> tuple[float, str, int]:
    """Sort key: the newest instant first, then the series, then the higher day."""
    return (-posted.due.timestamp(), posted.series.slug, -posted.entry.day)


def place(site: Site, path: str) -> Place:
    """The place of a path below the site's root."""
    quoted = path if _PLAIN.fullmatch(path) else quote(path, safe=_SAFE)
    return Place(path=path, url=site.base_path + quoted, absolute=site.url + quoted)


def permalink(site: Site, series: Series, entry: Entry) -> str:
    """The path of an entry's page below the site's root."""
    return (
        site.permalink.replace("{series}", series.slug).replace("{slug}", entry.slug).replace("{day}", str(entry.day))
    )


def edition(all_series: Sequence[Series], site: Site, now: datetime) -> Edition:
    """What is out at ``now``.

    An address belongs to whoever comes first: the site itself, then series' pages, then entries by series and day.
    Who comes later is a problem, and nowhere.
    """
    claims = _Claims(site)
    homes = {series.slug: claims.home(series) for series in all_series}
    made: list[SeriesEdition] = []
    by_path: dict[str, Posted] = {}
    for series in all_series:
        planned = plan(series, now, zone=site.zone)
        zone = series.cadence.zone if series.cadence else site.zone
        posted = []
        recap = recap_of(series, now, zone=site.zone)
        for day in planned if recap is None else (*planned, recap):
            if day.state != "out" or day.entry is None or day.due is None:
                continue
            where = claims.page(series, day.entry, fits=homes[series.slug] is not None)
            if day.entry.path not in claims.refused:
                item = Posted(series=series, entry=day.entry, due=day.due, place=where)
                posted.append(item)
                by_path[day.entry.path] = item
        home = homes[series.slug] if _has_blog(series) else None
        made.append(
            SeriesEdition(
                series=series,
                planned=planned,
                place=home,
                posted=tuple(posted),
                zone=zone,
                recap=recap,
                cohorts=cohorts(series, now),
            )
        )
    return Edition(
        site=site,
        now=now,
        series=tuple(made),
        posted=by_path,
        known=frozenset(entry.path for series in all_series for entry in series.written),
        refused=frozenset(claims.refused),
        pages=tuple(sorted((item for item in by_path.values() if item.place is not None), key=newest_first)),
        problems=tuple(claims.problems),
    )


def preview(edition: Edition, series: Series, entry: Entry, due: datetime | None) -> Posted:
    """An entry that is not out, placed where it will be."""
    where = place(edition.site, permalink(edition.site, series, entry)) if "blog" in series.channels_of(entry) else None
    return Posted(series=series, entry=entry, due=due or edition.now, place=where)


def redirects(edition: Edition, files: Iterable[str]) -> tuple[tuple[tuple[str, Posted], ...], tuple[Problem, ...]]:
    """Each alias of what is out, as a file below ``output/site/`` with what it leads to, and those that cannot be.

    ``files`` are the theme's own; an alias takes the place of nothing that the site has anyway.
    """
    taken = {*files, *site_files(edition)}
    folders = {parent for file in taken for parent in _folders(file)}
    found: dict[str, Posted] = {}
    problems = []
    for posted in edition.posted.values():
        for alias in posted.entry.aliases if posted.place is not None else ():
            file = place(edition.site, alias_path(alias)).file
            in_use = file in taken or file in folders or file.split("/")[0] in RESERVED
            if in_use or any(parent in taken for parent in _folders(file)):
                problems.append(_alias_taken(posted, alias, "the site has a page or file there"))
            elif file in found or any(file in _folders(other) or other in _folders(file) for other in found):
                if found.get(file) is not posted:
                    problems.append(_alias_taken(posted, alias, "another entry has it too"))
            else:
                found[file] = posted
    return tuple(sorted(found.items(), key=lambda item: item[0])), tuple(problems)


def site_files(edition: Edition) -> set[str]:
    """The files below ``output/site/`` that an edition has whatever its theme: pages, feeds, lists."""
    feeds = (RSS, ATOM, JSON)
    files = {"index.html", "404.html", "sitemap.xml", "robots.txt", SEARCH_INDEX, *feeds}
    files |= {f"{folder}/index.html" for folder in (TAGS, AUTHORS, ARCHIVE, SUBSCRIBE, SEARCH)}
    for made in edition.series:
        files |= {f"{made.series.slug}/{name}" for name in (*feeds, CALENDAR)}
        if made.place is not None:
            files.add(made.place.file)
        if made.cohorts:
            files.add(f"{made.series.slug}/{DRIP}/index.html")
            files |= {f"{made.series.slug}/{DRIP}/{cohort.start}.xml" for cohort in made.cohorts}
        files |= {posted.place.file for posted in made.posted if posted.place is not None}
    return files


def alias_path(alias: str) -> str:
    """An alias as a path below the site's root: a folder unless it names a file (``/2023/x.html``)."""
    path = "/" + alias.strip("/")
    last = path.rpartition("/")[2]
    return path if last.endswith((".html", ".htm")) else (path.rstrip("/") + "/")


def _has_blog(series: Series) -> bool:
    return "blog" in series.channels or any("blog" in (entry.channels or ()) for entry in series.written)


class _Claims:
    """Who has which address."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._owners: dict[str, str] = {"/": ""}
        self.problems: list[Problem] = []
        #: Source paths of the entries that have no address of their own.
        self.refused: set[str] = set()

    def home(self, series: Series) -> Place | None:
        """The place of a series' page, or of its feeds; None where the site itself is there."""
        path = f"/{series.slug}/"
        if series.slug in RESERVED:
            message = f"the address {path} is the site's own; rename the folder"
            self._refuse(series.path, None, message)
            return None
        self._owners.setdefault(path, series.path)
        if series.drip:
            self._owners.setdefault(f"{path}{DRIP}/", series.path)
        return place(self._site, path)

    def page(self, series: Series, entry: Entry, *, fits: bool) -> Place | None:
        """The place of an entry's page; None where it goes to no blog, or cannot."""
        if not fits:
            self.refused.add(entry.path)
            return None
        if "blog" not in series.channels_of(entry):
            return None
        path = permalink(self._site, series, entry)
        owner = self._owners.setdefault(path, entry.path)
        if owner != entry.path or path.split("/")[1] in RESERVED:
            whose = owner if owner not in ("", entry.path) else "the site itself"
            message = f"its page would be at {path}, which belongs to {whose}"
            self._refuse(entry.path, entry.lines.get("slug"), f"{message}; give it another slug")
            self.refused.add(entry.path)
            return None
        return place(self._site, path)

    def _refuse(self, path: str, line: int | None, message: str) -> None:
        self.problems.append(Problem(path=path, line=line, severity="error", code="address-taken", message=message))


def _alias_taken(posted: Posted, alias: str, reason: str) -> Problem:
    return Problem(
        path=posted.entry.path,
        line=posted.entry.lines.get("aliases"),
        severity="error",
        code="address-taken",
        message=f"the alias '{alias}' cannot lead here: {reason}; take it out",
    )


def _folders(file: str) -> list[str]:
    """The folders above a file: ``a/b/c`` → ``a``, ``a/b``."""
    parts = file.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]
