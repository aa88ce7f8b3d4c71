"""Answer at once where nothing has changed since the last build: what was made is in ``output/`` already.

``build``, ``render day N --channel C`` and ``publish due`` ask here first, before anything else is imported.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline import fresh

if TYPE_CHECKING:
    from pipeline.build import BuildReport
    from pipeline.project import Project
    from pipeline.publish.due import Report


def answer(name: str, words: Sequence[str], folder: str | None) -> int | None:
    """Run a command from the last build's note; None where it must be run in full."""
    if name not in ("build", "render", "publish"):
        return None
    here = folder or os.curdir
    root = fresh.find_root(here)
    if root is None:
        return None
    if name == "build":
        if not set(words) <= {"-q", "--quiet"}:
            return None
        made = fresh.recall(root, fresh.BUILT, time.time())
        return None if made is None else _build(made, root, quiet=bool(words))
    if name == "publish":
        return _publish(root) if words == ["due"] else None
    wanted = _wanted(words)
    return None if wanted is None else _render(root, *wanted)


def remember(project: Project, report: BuildReport) -> None:
    """Note what a build made, for the next time; nothing where something of it was wrong, or nobody looked before."""
    seen = project.seen
    if seen is None or project.config.publish.require_approval == "merge":
        return  # a merge changes what is approved without a file that is looked at
    root = str(project.home)
    if report.failed:
        fresh.forget(root, fresh.BUILT)
        for slug in fresh.noted_series(root):
            fresh.forget(root, os.path.join(fresh.SERIES, f"{slug}.json"))
        return
    also = _theme(project)
    _remember_series(project, seen, report, also)
    fresh.note(
        root,
        fresh.BUILT,
        seen.whole,
        since=report.since.timestamp() if report.since else 0.0,
        until=report.until.timestamp() if report.until else None,
        made={
            "out": report.out,
            "files": len(report.changed) + report.unchanged,
            "warnings": [str(problem) for problem in report.problems],
        },
        outputs=report.files,
        also=also,
    )


def _remember_series(project: Project, seen: fresh.Seen, report: BuildReport, also: Sequence[str]) -> None:
    root = str(project.home)
    noted = set(fresh.noted_series(root))
    for series in project.series:
        if series.slug not in report.alone or (series.slug in noted and series.slug not in report.remade):
            continue
        since, until = report.moments[series.slug]
        places = [
            f"{name}/{series.slug}/{entry.key}.txt" for entry in series.written for name in series.channels_of(entry)
        ]
        fresh.note_series(
            root,
            series.slug,
            series.folder.removeprefix("series/"),
            seen,
            since=since.timestamp() if since else 0.0,
            until=until.timestamp() if until else None,
            keys={str(entry.day): entry.key for entry in series.entries},
            texts={place: report.files[place] for place in places if place in report.files},
            also=also,
        )
    for slug in noted - report.alone:
        fresh.forget(root, os.path.join(fresh.SERIES, f"{slug}.json"))


def _theme(project: Project) -> list[str]:
    from pipeline.render.templates import theme_folder

    package = project.config.site.theme
    return [str(theme_folder(package))] if package else []


def _build(made: Mapping[str, object], root: str, *, quiet: bool) -> int:
    if not quiet:
        out, files = made["out"], made["files"]
        assert isinstance(out, int)
        assert isinstance(files, int)
        entries = f"{out:,} {'entry' if out == 1 else 'entries'}"
        place = os.path.join(root, "output")
        here = os.getcwd()
        shown = place.removeprefix(here + os.sep) if place.startswith(here + os.sep) else place
        print(f"{entries} out; 0 files written, {files:,} unchanged, in {shown}")
        warnings = made["warnings"]
        assert isinstance(warnings, list)
        if warnings:
            from pipeline import host

            mark = "\033[33mwarning\033[0m" if host.colour_wanted(sys.stderr) else "warning"
            for warning in warnings:
                print(f"{mark}: {warning}", file=sys.stderr)
    return 0


def calm(project: Project, report: Report, now: float, said: str) -> None:
    """Note that a look found nothing to send, tell or wait for; ``said`` is what it printed."""
    settings = project.config.notify
    told = settings.command or settings.webhook or settings.email or settings.heartbeat_url
    from pipeline.ledger.connect import place_of
    from pipeline.ledger.database import is_shared

    shared = is_shared(project.config.ledger.url)
    if shared or not report.calm or told or project.seen is None or project.config.publish.require_approval == "merge":
        fresh.forget(str(project.home), fresh.CALM)
        return
    place = place_of(project.config.ledger.url, project.home)
    fresh.note(
        str(project.home),
        fresh.CALM,
        project.seen.whole,
        since=now,
        until=report.next_at.timestamp() if report.next_at else None,
        made={"said": said, "ledger": str(place), "is": place.stat().st_ino},
        outputs=None,
        also=_theme(project),
    )


def _publish(root: str) -> int | None:
    now = time.time()
    found = fresh.recall(root, fresh.CALM, now)
    if found is None:
        return None
    place = str(found["ledger"])
    try:
        if os.stat(place).st_ino != found["is"]:
            return None
    except OSError:
        return None
    from datetime import UTC, datetime
    from pathlib import Path

    from pipeline.errors import LedgerError
    from pipeline.ledger.connect import beat

    try:
        beat(Path(place), datetime.fromtimestamp(now, UTC))
    except LedgerError:
        return None  # the whole look says why
    print(found["said"])
    return 0


def _wanted(words: Sequence[str]) -> tuple[str, str, str | None] | None:
    """Day, channel and series of ``day 2 --channel C [--series S]`` in any order; None for anything else."""
    named: dict[str, str] = {}
    rest: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if word in ("--channel", "--series") and left:
            named[word] = left.pop(0)
        elif word.startswith("-"):
            return None
        else:
            rest.append(word)
    if rest[:1] == ["day"]:
        rest.pop(0)
    if len(rest) != 1 or not rest[0].isascii() or not rest[0].isdecimal() or "--channel" not in named:
        return None
    return str(int(rest[0])), named["--channel"], named.get("--series")


def _render(root: str, day: str, channel: str, series: str | None) -> int | None:
    if series is None:
        noted = fresh.noted_series(root)
        if len(noted) != 1:
            return None
        series = noted[0]
    if not series or "/" in series or os.sep in series:
        return None
    data = fresh.text_of(root, series, day, channel, time.time())
    if data is None:
        return None
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()
    return 0
