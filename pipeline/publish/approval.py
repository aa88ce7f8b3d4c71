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


def posts_of(project: Project, channels: Mapping[str, Channel], series: Series, entry: Entry, now: datetime) -> str:
    """A digest of an entry's posts on its day. What is out or not by then does not depend on when one looks.

    Raises ContentError and RenderError where one cannot be made.
    """
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
        "renderer changed: the file is as it was approved, and its post would read otherwise than then; look at it, "
        "and 'daycast approve --renderer' approves it as it is now"
    )
