"""Make a new project: settings, a series with its first entry, .gitignore.

With --github also the workflow by which GitHub Actions publishes it; in a project that is there already, only that.
On a terminal it asks for what you did not give. Elsewhere: the folder's name as title, 30 days from
yesterday at 09:00 in this machine's zone, and a placeholder for the blog's address.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

from pipeline import host
from pipeline.cli import say
from pipeline.cli.run import add_now, now_of
from pipeline.config import FILE, PLACEHOLDER_URL, find_root, parse
from pipeline.config import load as load_settings
from pipeline.errors import ConfigError
from pipeline.project import load
from pipeline.scaffold import SLUG, SYNC, WORKFLOW, Plan, make_project, make_workflow, slug_of
from pipeline.wallclock import local, zone_of

#: By which git joins what two places have written into a journal.
UNION = "series/**/receipts.jsonl merge=union"
_OF_A_NEW_ONE = ("series", "title", "length", "start", "time", "zone", "url")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``init``."""
    parser.add_argument("dir", metavar="DIR", help="the new project's folder; it may exist, its files are kept")
    parser.add_argument("--series", metavar="S", help="the series' folder name, such as 30daysofrust")
    parser.add_argument("--title", metavar="T", help="the series' title")
    parser.add_argument("--length", metavar="N", help="how many days; 0 for a series without end (30)")
    parser.add_argument("--start", metavar="D", help="the date of day 1, such as 2026-10-19 (yesterday)")
    parser.add_argument("--time", metavar="HH:MM", help="when an entry goes out, in the zone's time (09:00)")
    parser.add_argument("--zone", metavar="Z", help="an IANA zone, such as Europe/Berlin (this machine's)")
    parser.add_argument("--url", metavar="U", help="the blog's address, such as https://example.org")
    parser.add_argument(
        "--github", action="store_true", help="write the workflow for GitHub Actions too; in a project, only that"
    )
    add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Make the project."""
    folder = (here / options.dir).resolve()
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{options.dir} is a file; name a folder")
    around = find_root(folder)
    if around == folder and options.github:
        return _workflow_only(options, folder)
    if around is not None and (around == folder or load_settings(around).workspace is None):
        raise ConfigError(
            f"{options.dir} lies in the project {around}; add to that one with 'daycast new', or go elsewhere"
        )
    ask = sys.stdin.isatty() and sys.stdout.isatty()
    zone = _zone(options.zone, ask)
    yesterday = local(now_of(options), zone).date() - timedelta(days=1)
    title = _asked("title", options.title, "Title of the series", folder.name, ask, _title)
    length = _asked("length", options.length, "How many days (0: no end)", "30", ask, _length)
    start = _asked("start", options.start, "Date of day 1", yesterday.isoformat(), ask, _date)
    at = _asked("time", options.time, "Time of day", "09:00", ask, _time)
    url = _asked("url", options.url, "Address of the blog", PLACEHOLDER_URL, ask, _url)
    series = options.series or slug_of(title) or "series"
    if not SLUG.fullmatch(series):
        raise ConfigError(
            f"--series {series} is no folder name; use a-z, 0-9 and '-', such as {slug_of(series) or 'series'}"
        )
    plan = Plan(
        title=title,
        series_title=title,
        series=series,
        length=int(length) or None,
        start=date.fromisoformat(start),
        time=at,
        zone=zone,
        url=url,
        github=options.github,
    )
    made = make_project(folder, plan)
    if options.github and not (folder / WORKFLOW).exists():
        made = (*made, _workflow(folder, now_of(options)))
    for path in made:
        print(f"made {say.path(path)}")
    if options.github and folder / WORKFLOW not in made:
        print(f"{WORKFLOW} is yours and stays as it is")
    if folder / ".gitignore" not in made:
        print(".gitignore is yours and stays as it is; add /output/ and /.daycast/ to it")
    if folder / ".gitattributes" not in made:
        print(f".gitattributes is yours and stays as it is; add '{UNION}' to it (and the same of mail.jsonl for mails)")
    print(f"\nnext: cd {shlex.quote(options.dir)} && daycast render day 1 && daycast build")
    if options.github:
        _say_next(folder)
    return 0


def _workflow_only(options: argparse.Namespace, folder: Path) -> int:
    given = [name for name in _OF_A_NEW_ONE if getattr(options, name) is not None]
    if given:
        raise ConfigError(
            f"{options.dir} is a project already, to which --github adds the workflow; --{given[0]} is for new ones"
        )
    print(f"made {say.path(_workflow(folder, now_of(options)))}\n")
    _say_next(folder)
    return 0


def _workflow(folder: Path, now: datetime) -> Path:
    config = load_settings(folder)
    series = load(folder, config).series
    return make_workflow(folder, series, accounts=config.accounts, settings=config.source, now=now)


def _say_next(folder: Path) -> None:
    """What GitHub Actions needs beside the workflow, as far as it is not there."""
    config = load_settings(folder)
    source = config.source or FILE
    attributes = folder / ".gitattributes"
    print("for GitHub Actions:")
    if config.site.url == PLACEHOLDER_URL:
        print(f"  in {source}, [site] url = the blog's address")
    if config.deploy.command is None and config.deploy.target is None:
        print(f"  in {source}, [deploy] command = what brings output/site online")
    if config.publish.source != "HEAD":
        print(f'  in {source}, [publish] from = "HEAD"')
    if config.journal.sync is None:
        print(f'  in {source}, [journal] sync = "{SYNC}"')
    if not attributes.is_file() or UNION not in attributes.read_text(encoding="utf-8", errors="replace"):
        print(f"  in .gitattributes, the line {UNION}")
    print("  on GitHub, the secret DAYCAST_LINKEDIN_TOKEN; without it, each post is handed to you")
    print("  then commit and push")


def _asked(name: str, given: str | None, question: str, default: str, ask: bool, valid: Callable[[str], str]) -> str:
    if given is not None:
        try:
            return valid(given)
        except ValueError as error:
            raise ConfigError(f"--{name} {error}") from error
    while ask:
        print(f"{question} [{default}]: ", end="", file=sys.stderr, flush=True)
        line = sys.stdin.readline()
        if not line:
            break
        try:
            return valid(line.strip() or default)
        except ValueError as error:
            print(error, file=sys.stderr)
    return default


def _zone(given: str | None, ask: bool) -> str:
    return _asked("zone", given, "Time zone", host.system_zone(), ask, _known_zone)


def _known_zone(text: str) -> str:
    try:
        zone_of(text)
    except ConfigError as error:
        raise ValueError(f"is '{text}', expected an IANA name such as Europe/Berlin") from error
    return text


def _title(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise ValueError("is empty; give the series a name")
    return text


def _length(text: str) -> str:
    if not text.isascii() or not text.isdigit() or int(text) > 9999:
        raise ValueError(f"is '{text}', expected a number of days from 1 to 9999, or 0 for a series without end")
    return text


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ValueError(f"is '{text}', expected a date such as 2026-10-19") from None


def _time(text: str) -> str:
    try:
        return f"{time.fromisoformat(text if len(text) > 4 else f'0{text}'):%H:%M}"
    except ValueError:
        raise ValueError(f"is '{text}', expected a time such as 09:00") from None


def _url(text: str) -> str:
    try:
        return parse({"site": {"url": text}}, source="it").site.url
    except ConfigError as error:
        raise ValueError(f"is '{text}', expected an address such as https://example.org") from error
