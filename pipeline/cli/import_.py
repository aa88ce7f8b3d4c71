"""Bring what you have: posts that another tool holds become entries of a series.

  import old-blog.xml --series 30days           WordPress, found out by itself
  import ~/Downloads/linkedin.zip --series 30days --tag 30daysofrust
  import hugo ~/blog --series 30days --dry-run

It reads WordPress (WXR), the archive of LinkedIn, Ghost (JSON), tables (CSV), and folders of Hugo, Jekyll, Zola, Astro,
dev.to or plain Markdown. It shows what would become of them and what would be lost, and asks. Nothing that is there is
overwritten.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.cli import live, say
from pipeline.cli.run import settings
from pipeline.errors import ConfigError
from pipeline.project import load

_FORMATS = ("wordpress", "linkedin", "ghost", "csv", "hugo", "jekyll", "zola", "astro", "devto", "markdown")
#: Losses that are shown; all of them are in the report.
_SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``import``."""
    parser.add_argument("form", nargs="?", metavar="FORMAT", help=f"{', '.join(_FORMATS)}; else it is found out")
    parser.add_argument("path", metavar="PATH", help="a file, a folder or a zip archive")
    parser.add_argument("--series", required=True, metavar="S", help="the series it goes to; made where there is none")
    parser.add_argument("--tag", metavar="T", help="only what has this tag, category or hashtag")
    parser.add_argument("--all", action="store_true", help="also what names no day, though others do")
    parser.add_argument("--dry-run", action="store_true", help="only show what would be")
    parser.add_argument("--yes", action="store_true", help="do it without asking")
    parser.add_argument("--json", action="store_true", help="print it as JSON; does not ask")
    live.add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Import."""
    import sys

    from pipeline import importers
    from pipeline.rearrange.change import apply
    from pipeline.scaffold import SLUG

    form, path = options.form, options.path
    if form is not None and form not in _FORMATS:
        raise ConfigError(f"'{form}' is no format; there are: {', '.join(_FORMATS)}")
    if not SLUG.fullmatch(options.series):
        raise ConfigError(
            f"--series is '{options.series}', expected lower-case letters, digits and hyphens, at most 80"
        )
    root, config = settings(here)
    project = load(root, config)
    now = live.clock_of(options)()
    place = here / path
    if not place.exists():
        raise ConfigError(f"{path}: there is no such file or folder")
    form, found = importers.read(
        place, path, form, zone=config.site.zone, host=urlsplit(config.site.url).hostname or ""
    )
    made = importers.placed(
        found, project, options.series, now, origin=Path(path).name, tag=options.tag, everything=options.all
    )
    if options.json:
        say.as_json(
            {
                "format": form,
                "series": options.series,
                "entries": list(made.change.said),
                "written": sorted(made.change.written),
                "losses": [{"source": loss.source, "what": loss.what} for loss in made.losses],
                "remote_pictures": list(made.remote),
                "out": {str(day): url or None for day, url in sorted(made.out.items())},
                "applied": not options.dry_run,
            }
        )
    else:
        _show(form, options.series, made)
    if options.dry_run:
        return 0
    if not live.confirmed("Write these files?", yes=options.yes or options.json):
        print("nothing was written", file=sys.stderr)
        return 1
    apply(root, made.change)
    recorded = _record(root, options.series, made, options)
    if not options.json:
        print(f"{say.count(len(made.change.written), 'file')} written to series/{options.series}/")
        if recorded:
            print(f"{say.count(recorded, 'slot')} recorded as out, so that nothing of it is sent again")
        if made.remote:
            pictures = say.count(len(made.remote), "picture")
            print(f"{pictures} elsewhere: 'daycast localize {options.series}' brings them here")
        print("'daycast check' tells what could be better")
    return 0


def _show(form: str, series: str, made: object) -> None:
    from pipeline.importers import Imported

    assert isinstance(made, Imported)
    print(say.bold(f"{form} → series/{series}/"))
    for sentence in made.change.said:
        print(f"  {sentence}")
    print()
    if made.losses:
        print("what could not be carried:")
        for loss in made.losses[:_SHOWN]:
            print(f"  {loss.source}: {loss.what}")
        if len(made.losses) > _SHOWN:
            print(f"  … and {len(made.losses) - _SHOWN} more, all in the report beside the entries")
        print()


def _record(root: Path, slug: str, made: object, options: argparse.Namespace) -> int:
    """Record what went out before; gives how many slots."""
    from pipeline.config import load as load_config
    from pipeline.importers import Imported
    from pipeline.publish import decisions
    from pipeline.publish.due import load_sources

    assert isinstance(made, Imported)
    if not made.out:
        return 0
    project = load_sources(root, load_config(root))
    series = next(one for one in project.series if one.slug == slug)
    with decisions.opened(project, live.clock_of(options)()) as desk:
        keys = []
        for entry in series.entries:
            url = made.out.get(entry.day)
            account = next((name for name in series.channels_of(entry) if name in project.config.accounts), None)
            if url and account:
                decisions.done(desk, series, entry.key, account, url)
                keys.append(f"{series.id}/{entry.key}/{account}")
        keys += decisions.adopt_days(desk, series, frozenset(made.out))
    return len(keys)
