"""Change or take back what is out, by its receipt. Nothing is ever posted again."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import unified_diff

from pipeline.channels.contract import Channel, Context, Retracts, Site, Updates
from pipeline.delivery import Artifact, digest_of
from pipeline.errors import ContentError
from pipeline.ledger.lines import Line
from pipeline.ledger.rows import Row
from pipeline.model import Entry, Series
from pipeline.publish.decisions import Desk
from pipeline.publish.slots import Planned, slots_of
from pipeline.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A text that is out and the one that would take its place."""

    one: Planned
    row: Row
    artifact: Artifact

    @property
    def needed(self) -> bool:
        """Whether the two differ."""
        return self.row.digest != self.artifact.digest

    @property
    def difference(self) -> str:
        """The two texts compared, line by line; the new one alone where what was sent is not at hand."""
        if self.row.shown is None:
            return self.artifact.text + "\n"
        lines = unified_diff(
            self.row.shown.splitlines(), self.artifact.text.splitlines(), "what is out", "what is written", lineterm=""
        )
        return "\n".join(lines) + "\n"


def out_of(
    desk: Desk, series: Series, entry: Entry, channels: Mapping[str, Channel], *, channel: str | None
) -> tuple[Planned, ...]:
    """The posts of an entry that are out, on one channel or (None) on all. Raises ContentError where none is."""
    found = tuple(
        one
        for one in slots_of([series])
        if one.entry.path == entry.path
        and channel in (None, one.slot.channel)
        and not isinstance(channels[one.slot.channel], Site)
        and ((row := desk.row(one.key)) is not None and row.state == "published")
    )
    if not found:
        raise ContentError(
            f"{entry.path}: nothing of it is out that can be changed or taken back; see 'daycast status'"
        )
    return found


def change(desk: Desk, one: Planned, channel: Channel, context: Context) -> Change:
    """What an update of a slot would change. Raises ContentError where nothing is out, or RenderError."""
    row = desk.row(one.key)
    if row is None or row.state != "published":
        raise ContentError(f"{one.key}: is not out, so there is nothing to change")
    return Change(one=one, row=row, artifact=channel.render(context))


def update(desk: Desk, channel: Channel, change: Change) -> None:
    """Change the text of what is out. Raises ChannelError or ContentError; then it may be as it was."""
    one, row = change.one, change.row
    if not isinstance(channel, Updates):
        raise ContentError(f"{one.slot.channel} cannot change what is out; edit it there")
    if row.remote_id is None:
        raise ContentError(
            f"{one.key}: its URN is not known; find it, then 'daycast resolve {one.key} --published URN'"
        )
    channel.update(row.receipt, change.artifact)
    source = digest_of(desk.project.sources.get(one.entry.path, b""))
    line = Line(
        at=desk.now,
        event="updated",
        key=one.key,
        attempt=row.attempts,
        digest=change.artifact.digest,
        source=source,
        remote_id=row.remote_id,
    )
    desk.write(one.series, [line])
    desk.ledger.sent(one.key, shown=change.artifact.text, digest=change.artifact.digest, source=source, now=desk.now)


def retract(desk: Desk, one: Planned, channel: Channel) -> None:
    """Take back what is out. It is never sent again. Raises ChannelError or ContentError; then it is still out."""
    row = desk.row(one.key)
    if row is None or row.state != "published":
        raise ContentError(f"{one.key}: is not out, so there is nothing to take back")
    if not isinstance(channel, Retracts):
        raise ContentError(f"{one.slot.channel} cannot take back what is out; delete it there")
    if row.remote_id is None:
        raise ContentError(
            f"{one.key}: its URN is not known; find it, then 'daycast resolve {one.key} --published URN'"
        )
    channel.retract(row.receipt)
    line = Line(
        at=desk.now, event="withdrawn", key=one.key, attempt=row.attempts, remote_id=row.remote_id, reason="taken back"
    )
    desk.write(one.series, [line])
