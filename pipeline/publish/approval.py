"""Approve what goes to the accounts: the exact posts of an entry, as they are on its day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pipeline.channels.contract import Channel, Site
from pipeline.content.approval import entry_digest, mark_of, posts_approved, posts_digest
from pipeline.model import Entry, Series
from pipeline.plan import due_of
from pipeline.project import Project
from pipeline.publish.contexts import contexts
from pipeline.records import replace


def posts_of(project: Project, channels: Mapping[str, Channel], series: Series, entry: Entry, now: datetime) -> str:
    """A digest of an entry's posts on its day. What is out or not by then does not depend on when one looks.

    Until then, days before it that are drafts or wait for somebody count as out on theirs, so that links to them are
    there; from then on, only those count that are out.

    Raises ContentError and RenderError where one cannot be made.
    """
    due = due_of(series, entry)
    if due is None or due > now:
        project = replace(project, series=tuple(_ready(one) for one in project.series))
        series = _ready(series)
    return _digest(project, channels, series, entry, now)


def _ready(series: Series) -> Series:
    """A series whose days are all ready to go out."""
    return replace(series, entries=tuple(replace(entry, draft=False, held="") for entry in series.entries))


def _digest(project: Project, channels: Mapping[str, Channel], series: Series, entry: Entry, now: datetime) -> str:
    context = contexts(project, due_of(series, entry) or now, keep=False)(series, entry.path)
    found = {}
    for name in series.channels_of(entry):
        channel = channels.get(name)
        if channel is not None and not isinstance(channel, Site):
            found[name] = channel.render(context).digest
    return posts_digest(found)


def approval_of(
    project: Project, channels: Mapping[str, Channel], series: Series, entry: Entry, now: datetime, source: bytes
) -> str:
    """What approves an entry as it is, for its front matter."""
    return mark_of(entry_digest(source), posts_of(project, channels, series, entry, now))


def renderer_changed(
    project: Project, channels: Mapping[str, Channel], series: Series, entry: Entry, now: datetime
) -> str | None:
    """Why an approved entry whose file is as it was waits, in words; None where its posts are as they were."""
    approved = posts_approved(entry)
    if approved is None or approved == posts_of(project, channels, series, entry, now):
        return None
    return (
        "renderer changed: the file is as it was approved, and its post would read otherwise than then, because of a "
        "template, a setting, another version, or a day that it links to; look at it, and 'daycast approve --renderer' "
        "approves it as it is now"
    )
