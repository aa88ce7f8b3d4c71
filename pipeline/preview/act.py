"""Do what a person asks for on a page: by the very functions that the commands call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from pipeline import config
from pipeline.channels.registry import open_channels
from pipeline.delivery import Outcome, Published, words_of
from pipeline.errors import ContentError
from pipeline.model import RECAP, Entry, Series
from pipeline.preview.promise import online
from pipeline.preview.told import Said
from pipeline.project import Project, find_entry, series_named
from pipeline.publish import decisions
from pipeline.publish.due import load_sources
from pipeline.publish.now import publish_now
from pipeline.publish.slots import channels_in

Clock = Callable[[], datetime]


def do(action: str, form: Mapping[str, str], root: Path, clock: Clock, runner: str | None) -> Said:
    """Do it; gives what came of it. Raises PipelineError as the command of that name does."""
    project = load_sources(root, config.load(root))
    match action:
        case "publish":
            return _publish(project, form, clock, runner)
        case "done":
            series, entry = _entry(project, form, clock())
            with decisions.opened(project, clock()) as desk:
                row = decisions.done(desk, series, entry.key, form.get("channel", ""), form.get("url") or None)
            return Said(sentence=f"{row.key}: published {row.url or row.remote_id or ''}".rstrip())
        case "resolve":
            with decisions.opened(project, clock()) as desk:
                row = decisions.resolve(
                    desk,
                    form.get("key", ""),
                    published=form.get("url") if form.get("how") == "published" else None,
                    retry=form.get("how") == "retry",
                    skip=form.get("how") == "skip",
                )
            return Said(sentence=f"{row.key}: {'due at once' if form.get('how') == 'retry' else row.state}")
        case "pause" | "resume":
            [series] = series_named(project, form.get("series", ""))
            with decisions.opened(project, clock()) as desk:
                decisions.pause_series(desk, series, on=action == "pause")
            return Said(sentence=f"{series.slug}: {'paused' if action == 'pause' else 'goes on'}")
    raise ContentError(f"the preview cannot do '{action}'")


def _publish(project: Project, form: Mapping[str, str], clock: Clock, runner: str | None) -> Said:
    series, entry = _entry(project, form, clock())
    names = channels_in(project.series) | set(project.config.channels)
    done = publish_now(
        project,
        series,
        entry,
        open_channels(project.home, project.config, sorted(names), hold=True),
        channel=form.get("channel") or None,
        clock=clock,
        wait=lambda seconds: void(threading.Event().wait(seconds)),
        runner=runner,
    )
    if done.report is None:
        return Said(sentence=f"{entry.path}: is out already")
    report = done.report
    told = [
        f"{one.key}: {f'is built into output/site{online(project.config)}' if _out(outcome) else words_of(outcome)}"
        for one, outcome in report.site.settled
    ]
    told += [f"{said.one.key}: {words_of(said.outcome) if said.outcome else said.waits}" for said in report.said]
    told += [f"site: {report.site.failure}"] if report.site.failure else []
    tried = [outcome for _, outcome in report.site.settled] + [said.outcome for said in report.said if said.outcome]
    refused = bool(report.stopped or report.site.failure) or not all(map(_out, tried))
    return Said(sentence="; ".join(told or report.stopped) or "nothing was sent", refused=refused or not told)


def _out(outcome: Outcome) -> bool:
    return isinstance(outcome, Published)


def void(_: object) -> None:
    """Give nothing."""


def _entry(project: Project, form: Mapping[str, str], now: datetime) -> tuple[Series, Entry]:
    day = form.get("day", "")
    if day == RECAP:
        return find_entry(project, "recap", now, series=form.get("series", ""))
    if not day.isascii() or not day.isdecimal():
        raise ContentError("the form names no day")
    return find_entry(project, int(day), now, series=form.get("series", ""))
