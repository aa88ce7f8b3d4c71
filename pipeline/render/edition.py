"""Say what is out at one cutoff and where on the site it lives.

One edition per build: an entry is in it, and then everywhere, or not, and then nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from pipeline.config import Site
from pipeline.errors import Problem
from pipeline.model import Entry, Series
from pipeline.plan import PlannedDay, plan

#: First parts of addresses that the site itself uses.
TAGS = "tags"
PAGES = "page"


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
    #: Addresses claimed twice.
    problems: tuple[Problem, ...] = ()

    def pages(self) -> tuple[Posted, ...]:
        """What has a page, newest first."""
        with_page = (posted for posted in self.posted.values() if posted.place is not None)
        return tuple(sorted(with_page, key=newest_first))


def newest_first(posted: Posted) -> tuple[float, str, int]:
    """Sort key: the newest instant first, then the series, then the higher day."""
    return (-posted.due.timestamp(), posted.series.slug, -posted.entry.day)


def place(site: Site, path: str) -> Place:
    """The place of a path below the site's root."""
    quoted = quote(path, safe="/-_.~!$&'()*+,;=:@")
    return Place(path=path, url=site.base_path + quoted, absolute=site.url + quoted)


def permalink(site: Site, series: Series, entry: Entry) -> str:
    """The path of an entry's page below the site's root."""
    return (
        site.permalink.replace("{series}", series.slug).replace("{slug}", entry.slug).replace("{day}", str(entry.day))
    )


def edition(all_series: Sequence[Series], site: Site, now: datetime) -> Edition:
    """What is out at ``now``. Two entries that claim one address are a problem, and the later one gets no page."""
    problems: list[Problem] = []
    claimed: dict[str, str] = {}
    made: list[SeriesEdition] = []
    by_path: dict[str, Posted] = {}
    for series in all_series:
        planned = plan(series, now, zone=site.zone)
        zone = series.cadence.zone if series.cadence else site.zone
        has_blog = "blog" in series.channels or any("blog" in (e.channels or ()) for e in series.entries)
        home = place(site, f"/{series.slug}/") if has_blog else None
        if home is not None:
            if series.slug in (TAGS, PAGES):
                problems.append(
                    Problem(
                        path=series.path,
                        line=None,
                        severity="error",
                        code="address-taken",
                        message=f"the address /{series.slug}/ is the site's own; rename the folder",
                    )
                )
                home = None
            else:
                claimed[home.path] = series.path
        posted = []
        for day in planned:
            if day.state == "out" and day.entry is not None and day.due is not None:
                where = _claim(site, series, day.entry, claimed, problems)
                item = Posted(series=series, entry=day.entry, due=day.due, place=where)
                posted.append(item)
                by_path[day.entry.path] = item
        made.append(SeriesEdition(series=series, planned=planned, place=home, posted=tuple(posted), zone=zone))
    return Edition(
        site=site,
        now=now,
        series=tuple(made),
        posted=by_path,
        known=frozenset(entry.path for series in all_series for entry in series.entries),
        problems=tuple(problems),
    )


def preview(edition: Edition, series: Series, entry: Entry, due: datetime | None) -> Posted:
    """An entry that is not out, placed where it will be."""
    where = place(edition.site, permalink(edition.site, series, entry)) if "blog" in series.channels_of(entry) else None
    return Posted(series=series, entry=entry, due=due or edition.now, place=where)


def redirects(edition: Edition) -> tuple[tuple[str, Posted], ...]:
    """Each alias of what is out, as a path below the site's root, with what it leads to."""
    found = []
    for posted in edition.posted.values():
        if posted.place is not None:
            found += [(alias_path(alias), posted) for alias in posted.entry.aliases]
    return tuple(sorted(found, key=lambda item: item[0]))


def alias_path(alias: str) -> str:
    """An alias as a path below the site's root: a folder unless it names a file (``/2023/x.html``)."""
    path = "/" + alias.strip("/")
    last = path.rpartition("/")[2]
    return path if last.endswith((".html", ".htm")) else (path.rstrip("/") + "/")


def _claim(site: Site, series: Series, entry: Entry, claimed: dict[str, str], problems: list[Problem]) -> Place | None:
    if "blog" not in series.channels_of(entry):
        return None
    path = permalink(site, series, entry)
    owner = claimed.setdefault(path, entry.path)
    reserved = (path.split("/")[1] in (TAGS, PAGES) and path.count("/") > 1) or path == "/"
    if owner != entry.path or reserved:
        whose = "the site itself" if reserved else owner
        problems.append(
            Problem(
                path=entry.path,
                line=entry.lines.get("slug"),
                severity="error",
                code="address-taken",
                message=f"its page would be at {path}, which belongs to {whose}; give it another slug",
            )
        )
        return None
    return place(site, path)


def sources(all_series: Iterable[Series]) -> dict[str, Series]:
    """Each series by the source path of its ``_index.md``."""
    return {series.path: series for series in all_series}
