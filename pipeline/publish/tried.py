"""Say beforehand what no channel would take: each entry as each of its channels would get it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from pipeline.channels.contract import Channel, Site
from pipeline.channels.registry import installed, open_channels
from pipeline.config import FILE
from pipeline.errors import PipelineError, Problem
from pipeline.model import Entry, Series
from pipeline.project import Project, spans
from pipeline.publish.contexts import contexts
from pipeline.publish.slots import channels_in

#: Code of the problem that a channel would not take an entry, or cannot be opened.
REFUSED = "not-for-channel"
#: Code of the problem that a channel gets less of an entry than it holds.
LESS = "less-on-channel"


def channel_problems(project: Project, now: datetime) -> tuple[Problem, ...]:
    """What each channel that is neither the site nor on LinkedIn says to each entry that is no draft, or leaves out.

    Asks no server. A channel that there is not is told where it is named.
    """
    config = project.config
    names = sorted(channels_in(project.series) - {"blog", "rss"} - set(config.accounts))
    if not names:
        return ()
    found: list[Problem] = []
    channels: dict[str, Channel] = {}
    there = installed()
    for name in names:
        table = config.channels.get(name)
        try:
            channels |= open_channels(project.home, config, (name,))
        except PipelineError as error:
            where = config.source or FILE
            for line in str(error).splitlines():
                if table is None or table.type not in there:
                    found += _named(project, name, line)
                else:
                    found.append(_problem(where, None, line.removeprefix(f"{where}: ")))
    return (*found, *_about(project, channels, now))


def _named(project: Project, name: str, message: str) -> Iterator[Problem]:
    """One sentence at each place that sends entries to a channel."""
    for series in project.series:
        if name in series.channels and any(entry.channels is None for entry in series.written):
            yield _problem(series.path, series.lines.get("channels"), message)
        for entry in series.written:
            if entry.channels is not None and name in entry.channels:
                yield _problem(entry.path, entry.lines.get("channels"), message)


def _about(project: Project, channels: dict[str, Channel], now: datetime) -> Iterator[Problem]:
    context = contexts(project, now, keep=False)
    for series in project.series:
        noted: dict[tuple[str, str], list[Entry]] = {}
        for entry in series.written:
            for name in series.channels_of(entry) if not entry.draft else ():
                channel = channels.get(name)
                if channel is None or isinstance(channel, Site):
                    continue
                try:
                    for note in channel.render(context(series, entry.path)).notes:
                        noted.setdefault((name, note), []).append(entry)
                except PipelineError as error:
                    for line in str(error).splitlines():
                        yield _problem(entry.path, entry.lines.get(name), line.removeprefix(f"{entry.path}: "))
        for (name, note), entries in noted.items():
            yield _less(series, name, note, entries)


def _less(series: Series, name: str, note: str, entries: Sequence[Entry]) -> Problem:
    """One sentence for all the entries of a series of which it is true."""
    if len(entries) == 1:
        [entry] = entries
        path, line, message = entry.path, entry.lines.get(name), f"on {name}, {note}"
    else:
        days = spans([entry.day for entry in entries if not entry.recap])
        recap = " and the recap" if any(entry.recap for entry in entries) else ""
        path, line, message = series.path, None, f"on {name}, for days {days}{recap}: {note}"
    return Problem(path=path, line=line, message=message, severity="warning", code=LESS)


def _problem(path: str, line: int | None, message: str) -> Problem:
    return Problem(path=path, line=line, message=message, severity="error", code=REFUSED)
