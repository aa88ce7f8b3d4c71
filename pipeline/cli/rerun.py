"""Make a new series of one that has run: its entries with other dates, as drafts, and a list of what to look at.

  rerun 30days --start 2027-01-04               series/30days-2027/, each date moved by as much as the first
  rerun 30days --start 2027-01-04 --as winter   series/winter/

Links to the old days lead to the new ones. Years, "today" and dead links are pointed out; 'daycast check' goes on to,
until 'draft: true' is taken out of an entry, and until its post reads otherwise than last time.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from urllib.parse import unquote

from pipeline.check.again import READ, days_in, stale, year_of
from pipeline.cli import live, say
from pipeline.cli.run import settings
from pipeline.errors import ConfigError, ContentError, Problem
from pipeline.model import Series
from pipeline.project import Project, load, series_named
from pipeline.rearrange.again import again, old_addresses
from pipeline.rearrange.change import apply
from pipeline.rearrange.days import Desk


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``rerun``."""
    parser.add_argument("series", nargs="?", metavar="SERIES", help="the series, where there are several")
    parser.add_argument("--start", type=_day, required=True, metavar="DATE", help="the date of the new day 1")
    parser.add_argument(
        "--as", dest="slug", metavar="SLUG", help="folder and id of the new series (the old with the year)"
    )
    parser.add_argument("--title", metavar="TITLE", help="its title (that of the old)")
    parser.add_argument("--ready", action="store_true", help="the entries are no drafts: they go out on their days")
    parser.add_argument("--offline", action="store_true", help="do not ask whether what is linked to is still there")
    parser.add_argument("--dry-run", action="store_true", help="only show what would be")
    parser.add_argument("--yes", action="store_true", help="do it without asking")
    parser.add_argument("--json", action="store_true", help="print it as JSON; does not ask")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Rerun."""
    from pipeline.scaffold import SLUG

    root, config = settings(here)
    project = load(root, config)
    chosen = series_named(project, options.series)
    if len(chosen) > 1:
        raise ConfigError(f"there are several series: {', '.join(one.slug for one in chosen)}; say which")
    broken = [problem for problem in project.problems if problem.severity == "error"]
    if broken:
        say.problems(broken)
        raise ContentError("a series runs again only where every file can be read; mend these first")
    series = chosen[0]
    slug = options.slug or f"{re.sub(r'-(?:19|20)[0-9]{2}$', '', series.slug)}-{options.start.year}"
    if not SLUG.fullmatch(slug):
        raise ConfigError(f"--as is '{slug}', expected lower-case letters, digits and hyphens, at most 80")
    desk = Desk(project=project, series=series, now=live.clock_of(options)())
    change, after = again(desk, options.start, slug, title=options.title, ready=options.ready)
    gone = {} if options.offline else _gone(project, series)
    found = (*_advice(project, series, after, gone), *_led_back(desk, change.written))
    if options.json:
        say.as_json(
            {
                "series": slug,
                "moves": list(change.said),
                "written": sorted(change.written),
                "advice": [say.problem_json(problem) for problem in found],
                "applied": not options.dry_run,
            }
        )
    else:
        _show(change.said, change.written, found, slug, options)
    if options.dry_run:
        return 0
    if not live.confirmed("Write these files?", yes=options.yes or options.json):
        print("nothing was written", file=sys.stderr)
        return 1
    apply(root, change)
    if not options.json:
        written = say.count(len(change.written), "file")
        print(f"{written} written to series/{slug}/; 'daycast check' tells what is left to do")
    return 0


def _show(
    said: Iterable[str], written: Iterable[str], found: tuple[Problem, ...], slug: str, options: argparse.Namespace
) -> None:
    print(say.bold(f"series/{slug}/") + ("" if options.ready else "  every entry a draft"))
    for sentence in said:
        print(f"  {sentence}")
    others = [path for path in sorted(written) if not path.endswith(".md")]
    if others:
        print(f"  and {say.count(len(others), 'other file')}")
    print()
    if found:
        print("to look at:")
        for problem in found:
            print(f"  {problem}")
        print()
    if options.offline:
        print("whether what is linked to is still there was not asked (--offline)")


def _advice(project: Project, was: Series, series: Series, gone: Mapping[str, str]) -> Iterable[Problem]:
    """What is to be looked at in the new series."""
    language = series.language or project.config.site.language
    year = year_of(was)
    for entry in series.written:
        yield from stale(entry, language, year) if year else ()
        for number, line in enumerate(entry.body.split("\n"), entry.body_line):
            for address in _ADDRESS.findall(line):
                if reason := gone.get(_trimmed(address)):
                    yield Problem(
                        path=entry.path,
                        line=number,
                        severity="warning",
                        code="link-dead",
                        message=f"the link to {_trimmed(address)} {reason}",
                    )
    if series.cadence is not None and series.cadence.skip:
        yield Problem(
            path=series.path,
            line=series.lines.get("skip"),
            severity="warning",
            code="stale-fact",
            message="skip names dates of last time; name those of this time",
        )
    posted = [
        entry for entry in series.entries if any(name in project.config.accounts for name in series.channels_of(entry))
    ]
    if posted:
        yield Problem(
            path=series.path,
            line=None,
            severity="warning",
            code="post-repeated",
            message=f"the posts of {days_in(posted)} are word for word those of {was.slug} until you change them; "
            f"{READ}",
        )


def _led_back(desk: Desk, written: Mapping[str, bytes]) -> Iterator[Problem]:
    """Addresses of the old days that stand in the new texts, where no link could be made of them."""
    old = old_addresses(desk)
    for path in sorted(path for path in written if path.endswith(".md")):
        for number, line in enumerate(written[path].decode("utf-8", "replace").splitlines(), 1):
            for address in map(_trimmed, _ADDRESS.findall(line)):
                file = old.get(unquote(re.split("[#?]", address)[0]).rstrip("/").removesuffix("/index.html"))
                if file is not None:
                    yield Problem(
                        path=path,
                        line=number,
                        severity="warning",
                        code="link-old",
                        message=f"{address} is the day of last time; link to {file}, or see that it is meant",
                    )


_ADDRESS = re.compile(r"https?://[^\s<>\"'`]+")


def _trimmed(address: str) -> str:
    """An address without the punctuation behind it, and without a bracket that nothing in it opens."""
    address = address.rstrip(".,;:!?*_")
    while address.endswith(")") and address.count(")") > address.count("("):
        address = address[:-1].rstrip(".,;:!?*_")
    return address


def _gone(project: Project, series: Series) -> Mapping[str, str]:
    from pipeline.check.online import dead

    own = project.config.site.url
    texts = [entry.body for entry in series.written] + [series.intro]
    found = {_trimmed(address) for text in texts for address in _ADDRESS.findall(text)}
    return dead(address for address in found if not address.startswith(own))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no date; write it as 2027-01-04") from None
