"""Show what one day becomes, and write it: its LinkedIn text, page and feed item.

  render day 2                      the day's artifacts, where they are, and the text with its fold
  render latest                     the newest day that is out
  render day 2 --channel linkedin   exactly the text, on stdout, and nothing is written

An entry that is not out yet gets its page under output/drafts/, never in the site.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pipeline import host
from pipeline.cli import say
from pipeline.cli.run import add_now, now_of, settings
from pipeline.config import Config
from pipeline.errors import ConfigError, ContentError, PipelineError, Problem
from pipeline.model import RECAP
from pipeline.one_entry import EntryArtifacts, render_entry, write_preview
from pipeline.project import Project, find_entry, is_out, load
from pipeline.render.words import noun_of
from pipeline.wallclock import local

CHANNELS = ("linkedin", "blog", "rss")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``render``."""
    parser.add_argument("day", nargs="+", metavar="day N", help="'day 2', '2', 'day-02', 'recap' or 'latest'")
    parser.add_argument("--series", metavar="S", help="the series, where several have that day")
    parser.add_argument(
        "--channel", metavar="C", help="print exactly this artifact to stdout, write nothing: linkedin, blog, rss, …"
    )
    parser.add_argument("--wire", action="store_true", help="with the --channel of an account: the API's form")
    parser.add_argument("--copy", action="store_true", help="put the LinkedIn text on the clipboard")
    parser.add_argument("--json", action="store_true", help="print what was made as JSON")
    add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Render one day."""
    if options.json and options.channel:
        raise ConfigError("--json and --channel do not go together; 'daycast text FILE --json' tells all about a text")
    root, config = settings(here)
    known = dict.fromkeys((*CHANNELS, *config.accounts))
    if options.channel is not None and options.channel not in known:
        return _other(load(root, config), options, known)
    if options.wire and options.channel not in config.accounts:
        raise ConfigError(f"--wire goes with --channel {' or '.join(config.accounts)}")
    alone = _alone(root, options.series) if options.channel in config.accounts else None
    ready = _made(load(root, config, only=alone), options, known, alone) if alone is not None else None
    if ready is None:
        ready = _made(load(root, config, at=None if options.channel else datetime.now(UTC)), options, known, None)
    assert ready is not None
    project, made, now = ready
    if options.channel:
        failed = _print_artifact(made, options.channel, wire=options.wire)
    else:
        failed = _write_and_show(project, made, now, as_json=options.json)
    if options.copy:
        _copy(made)
    return 1 if failed else 0


def _other(project: Project, options: argparse.Namespace, known: Collection[str]) -> int:
    """Print what a channel beside LinkedIn and the site would get."""
    from pipeline.channels.registry import open_channels
    from pipeline.publish.contexts import contexts
    from pipeline.publish.slots import channels_in

    name = options.channel
    names = dict.fromkeys((*known, *project.config.channels, *sorted(channels_in(project.series))))
    if name not in names:
        raise ConfigError(f"--channel is '{name}', expected one of {', '.join(names)}")
    now = now_of(options)
    nouns = {noun_of(series.label) for series in project.series}
    series, entry = find_entry(project, wanted_day(options.day, nouns), now, series=options.series)
    if name not in series.channels_of(entry):
        where = ", ".join(series.channels_of(entry)) or "nothing"
        raise ContentError(f"{entry.path} does not go to {name}, only to {where}; see its 'channels'")
    channel = open_channels(project.home, project.config, (name,))[name]
    made = channel.render(contexts(project, now, keep=False)(series, entry.path))
    sys.stdout.flush()
    sys.stdout.buffer.write(made.body if options.wire else f"{made.text.rstrip()}\n".encode())
    sys.stdout.buffer.flush()
    for note in made.notes:
        print(f"daycast: {note}", file=sys.stderr)
    return 0


def _made(
    project: Project, options: argparse.Namespace, known: Collection[str], alone: str | None
) -> tuple[Project, EntryArtifacts, datetime] | None:
    """What was asked for; None where only ``alone`` was loaded and that cannot tell."""
    wanted = wanted_day(options.day, {noun_of(series.label) for series in project.series})
    now = now_of(options)
    try:
        series, entry = find_entry(project, wanted, now, series=options.series)
    except (ContentError, ConfigError) as error:
        if alone is not None:
            return None
        if isinstance(error, ContentError):
            say.problems(project.problems, warnings=False)
        raise
    channels = {options.channel} if options.channel else set(known)
    if options.copy and options.channel not in project.config.accounts:
        channels |= set(project.config.accounts)
    if not options.channel and is_out(project, series, entry, now):
        channels = set(project.config.accounts)  # the build makes the rest
    made = render_entry(project, series, entry, now, channels=channels, pictures=options.channel != "linkedin")
    if alone is not None:
        paths = made.rendered.leads_to | (made.linkedin.leads_to if made.linkedin is not None else frozenset())
        if made.posted.entry.stale or not all(path.startswith(f"{alone}/") for path in paths):
            return None
    return project, made, now


def _alone(root: Path, name: str | None) -> str | None:
    """The folder of the one series that a person means, where that is plain without reading any."""
    top = root / "series"
    if name is None:
        try:
            found = [item.name for item in top.iterdir() if item.is_dir() and not item.name.startswith((".", "_"))]
        except OSError:
            return None
        return f"series/{found[0]}" if len(found) == 1 else None
    return f"series/{name}" if "/" not in name and (top / name).is_dir() else None


def wanted_day(words: Sequence[str], nouns: Collection[str] = ()) -> int | Literal["recap"] | None:
    """The day a person typed: ``day 2``, ``2``, ``day-02``, ``#Day2/30``; ``recap``; None for ``latest``.

    ``nouns`` are what the series call their days, beside ``day``. Raises ConfigError for anything else.
    """
    text = " ".join(words).lower().strip()
    if text == "latest":
        return None
    if text == RECAP:
        return "recap"
    known = "|".join(re.escape(noun.lower()) for noun in ("day", *sorted(nouns)))
    found = re.fullmatch(rf"#?(?:{known})?[ -]*0*([0-9]{{1,6}})(?:/[0-9]+)?", text)
    if found is None:
        raise ConfigError(f"'{' '.join(words)[:40]}' names no day; write 'day 2', '2', 'recap' or 'latest'")
    return int(found[1])


def _print_artifact(made: EntryArtifacts, channel: str, *, wire: bool) -> bool:
    """Print one artifact's bytes; True where something needs a person."""
    entry = made.posted.entry
    data: bytes | None = None
    post = made.linkedin if made.linkedin is not None and made.linkedin.name == channel else None
    if post is not None:
        data = f"{post.text.commentary}\n".encode() if wire else post.to_paste()
    elif channel == "blog" and made.page is not None:
        data = made.page.encode()
    elif channel == "rss":
        data = made.item
    if data is None:
        where = ", ".join(made.posted.series.channels_of(entry)) or "nothing"
        raise ContentError(f"{entry.path} does not go to {channel}, only to {where}; see its 'channels'")
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    told = post.problems if post is not None else made.rendered.problems
    wrong = [problem for problem in told if problem.severity == "error"]
    say.problems(wrong)
    return bool(wrong)


def _write_and_show(project: Project, made: EntryArtifacts, now: datetime, *, as_json: bool) -> bool:
    entry = made.posted.entry
    if made.out:
        from pipeline.build import build

        report = build(project, now)
        wrong = report.failed
        problems = [problem for problem in report.problems if problem.path in (entry.path, made.posted.series.path)]
        paths = _paths(made)
        others = sum(problem.severity == "error" for problem in report.problems if problem not in problems)
    else:
        paths = dict(zip(("page", "linkedin", "api"), _by_kind(write_preview(project, made)), strict=True))
        problems = [problem for problem in (*project.problems, *made.problems) if problem.path == entry.path]
        wrong = any(problem.severity == "error" for problem in problems)
        others = 0
    if as_json:
        _show_json(made, paths, problems, project.config)
    else:
        _show(made, paths, project.config, project.root)
        say.problems(problems)
        if others:
            print(f"daycast: {say.count(others, 'error')} in other files; see 'daycast check'", file=sys.stderr)
    return wrong


def _paths(made: EntryArtifacts) -> dict[str, str | None]:
    series, entry, place = made.posted.series, made.posted.entry, made.posted.place
    post = made.linkedin if made.linkedin is not None and made.linkedin.fits else None
    base = f"{post.name}/{series.slug}/{entry.key}" if post is not None else None
    return {
        "page": f"site/{place.file}" if place else None,
        "linkedin": f"{base}.txt" if base else None,
        "api": f"{base}.json" if base else None,
    }


def _by_kind(paths: Sequence[str]) -> tuple[str | None, str | None, str | None]:
    endings = {path.rpartition(".")[2]: path for path in paths}
    return endings.get("html"), endings.get("txt"), endings.get("json")


def _show(made: EntryArtifacts, paths: dict[str, str | None], config: Config, root: Path) -> None:
    series, entry = made.posted.series, made.posted.entry
    zone = series.cadence.zone if series.cadence else config.site.zone
    when = say.wall(local(made.posted.due, zone), zone)
    ahead = entry.held or ("a draft" if entry.draft else f"to come, {when}")
    state = f"out since {when}" if made.out else ahead
    print(f"{say.bold(series.label_of(entry.day) + '  ' + entry.title)}\n{state}\n")
    names = {"page": "page", "linkedin": "to paste", "api": "API body"}
    for kind, name in names.items():
        if paths[kind]:
            print(f"  {name:<9} {say.path(root / 'output' / str(paths[kind]))}")
    if made.linkedin is not None:
        text = made.linkedin.text
        print(f"\n{say.dim('─' * 60)}\n{say.folded(text)}\n{say.dim('─' * 60)}")
        print(f"{say.numbers(text, config.accounts[made.linkedin.name].limit)}; the fold is an estimate")


def _show_json(made: EntryArtifacts, paths: dict[str, str | None], problems: list[Problem], config: Config) -> None:
    series, entry = made.posted.series, made.posted.entry
    zone = series.cadence.zone if series.cadence else config.site.zone
    say.as_json(
        {
            "series": series.slug,
            "day": entry.day,
            "label": series.label_of(entry.day),
            "title": entry.title,
            "state": "out" if made.out else "waiting" if entry.held else "draft" if entry.draft else "to come",
            "local": local(made.posted.due, zone).isoformat(timespec="seconds"),
            "url": made.posted.place.absolute if made.posted.place else None,
            "files": {kind: f"output/{path}" if path else None for kind, path in paths.items()},
            "linkedin": made.linkedin.text.as_json() if made.linkedin else None,
            "problems": [say.problem_json(problem) for problem in problems],
        }
    )


def _copy(made: EntryArtifacts) -> None:
    if made.linkedin is None:
        raise ContentError(f"{made.posted.entry.path} does not go to linkedin, so there is nothing to copy")
    if host.copy_to_clipboard(made.linkedin.text.plain) is None:
        raise PipelineError(
            "no clipboard was found (pbcopy, wl-copy, xclip, xsel or clip); paste from the file instead"
        )
    print("copied to the clipboard", file=sys.stderr)
