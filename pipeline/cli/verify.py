"""Compare what a day's page, feeds and LinkedIn text say with its source: label, title, link, date, pictures.

Without --live it reads output/, as the last build left it; with it, the site as it is online. What was sent and reads
differently now is told as well. Exit code 1 where anything disagrees.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

from pipeline import http
from pipeline.check.agree import Disagreement, Facts, Fetch, disagreements, of_post
from pipeline.cli import live, say
from pipeline.cli.run import settings
from pipeline.config import PLACEHOLDER_URL
from pipeline.errors import ConfigError, ContentError, NotSentError, UnconfirmedError
from pipeline.output import OUTPUT, SITE
from pipeline.project import Project, series_named
from pipeline.publish.due import looked_at
from pipeline.publish.peek import peeked
from pipeline.publish.status import status
from pipeline.render.cards import cards_of, with_card
from pipeline.render.documents import render_document
from pipeline.render.edition import Edition, SeriesEdition, edition, place
from pipeline.render.feeds import feed_item
from pipeline.render.templates import Templates, folders

_SECONDS, _BYTES = 20.0, 8_000_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``verify``."""
    parser.add_argument("series", nargs="?", metavar="SERIES", help="the series; without it, each of them")
    parser.add_argument("--live", action="store_true", help="look at the site online instead of output/")
    parser.add_argument("--json", action="store_true", help="print what disagrees as JSON")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Verify."""
    root, config = settings(here)
    if options.live and config.site.url == PLACEHOLDER_URL:
        raise ConfigError("--live needs the site's address: set [site] url")
    now = live.clock_of(options)()
    with looked_at(root, config) as project, peeked(project, now) as ledger:
        chosen = {series.slug for series in series_named(project, options.series)}
        made = edition(project.series, config.site, now)
        _must_be_there(project, online=options.live)
        fetch = _online(project) if options.live else _built(project.home)
        found = [one for part in made.series if part.series.slug in chosen for one in _all(project, made, part, fetch)]
        if not options.live:
            found += [one for part in made.series if part.series.slug in chosen for one in _posts(project, part)]
        told = status(project, ledger, live.channels_of(project), now, runner=live.runner(), only=frozenset(chosen))
    found += [
        Disagreement(
            series=one.series,
            day=one.day,
            called=one.called,
            where=one.channel,
            message=f"was edited since it went out; 'daycast update {one.called}' changes it",
        )
        for one in told.deliveries
        if one.drift
    ]
    days = sum(len(part.posted) for part in made.series if part.series.slug in chosen)
    if options.json:
        say.as_json(
            {
                "days": days,
                "live": options.live,
                "disagreements": [
                    {
                        "series": one.series,
                        "day": one.day,
                        "called": one.called,
                        "where": one.where,
                        "message": one.message,
                    }
                    for one in found
                ],
            }
        )
    else:
        for one in found:
            print(f"{say.mark('error')} {one.series} {one.called}, {one.where}: {one.message}")
        where = "online" if options.live else "in output/"
        print(
            f"{say.count(days, 'day')} out, {where}: {say.count(len(found), 'disagreement') if found else 'all agree'}"
        )
    return 1 if found else 0


def _all(project: Project, made: Edition, part: SeriesEdition, fetch: Fetch) -> Iterator[Disagreement]:
    config = project.config
    templates = Templates(folders(project.root, config.site.theme))
    cards = cards_of(project.root, config, templates, keep=False)
    words = templates.languages.of(part.series.language or config.site.language)
    expected = {}
    for posted in part.posted:
        rendered = with_card(render_document(posted, made, project.root), cards, config)
        item = feed_item(posted, rendered, part, config, words)
        facts = Facts(
            title=posted.entry.title,
            link=posted.entry.canonical_url or item.url,
            date=posted.due.astimezone(UTC).replace(microsecond=0),
            image=rendered.picture.absolute if rendered.picture else None,
        )
        expected[posted.entry.path] = (item.guid, facts)
    yield from disagreements(part, config, expected, fetch, pictures=True)


def _posts(project: Project, part: SeriesEdition) -> Iterator[Disagreement]:
    """What the texts for LinkedIn in ``output/`` say."""
    config = project.config
    for posted in part.posted:
        for name in part.series.channels_of(posted.entry):
            if name not in config.accounts:
                continue
            base = project.home / OUTPUT / name / part.series.slug / posted.entry.key
            text, body = base.with_suffix(".txt"), base.with_suffix(".json")
            if not text.is_file():
                said = iter(["has no text; run 'daycast build'"])
            else:
                there = None if config.site.url == PLACEHOLDER_URL or posted.place is None else posted.place.absolute
                link = posted.entry.canonical_url or there
                data = body.read_bytes() if body.is_file() else None
                said = of_post(posted, part, text.read_text(encoding="utf-8"), data, link)
            for message in said:
                entry = posted.entry
                yield Disagreement(
                    series=part.series.slug, day=entry.day, called=entry.called, where=name, message=message
                )


def _must_be_there(project: Project, *, online: bool) -> None:
    """See that there is a site to look at. Raises ContentError where there is none, rather than miss each page."""
    if not online:
        if not (project.home / OUTPUT / SITE).is_dir():
            raise ContentError(f"{OUTPUT}/{SITE} is not there: 'daycast build' makes it")
        return
    home = place(project.config.site, "/").absolute
    try:
        http.send("GET", home, timeout=_SECONDS, follow=True, limit=_BYTES)
    except (NotSentError, UnconfirmedError, ValueError) as error:
        raise ContentError(f"{home} cannot be reached: {error}") from error


def _built(home: Path) -> Fetch:
    top = home / OUTPUT / SITE

    def fetch(path: str) -> bytes | None:
        file = top / (path[1:] + "index.html" if path.endswith("/") else path[1:])
        return file.read_bytes() if file.is_file() else None

    return fetch


def _online(project: Project) -> Fetch:
    site = project.config.site

    def fetch(path: str) -> bytes | None:
        try:
            got = http.send("GET", place(site, path).absolute, timeout=_SECONDS, follow=True, limit=_BYTES)
        except (NotSentError, UnconfirmedError, ValueError):
            return None
        return got.body if got.status == 200 else None

    return fetch
