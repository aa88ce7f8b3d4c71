"""Record what a person decides: resolve, skip, pause, done, adopt. First in the journal, then in the ledger."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import MappingProxyType

from pipeline.channels.contract import Channel
from pipeline.content.channels import POST_FORM, is_post
from pipeline.delivery import Slot
from pipeline.errors import ConfigError, ContentError
from pipeline.last_good import FOLDER
from pipeline.ledger.fold import standing
from pipeline.ledger.journal import append, path_of
from pipeline.ledger.lines import Event, Line
from pipeline.ledger.rows import Row
from pipeline.ledger.store import Ledger
from pipeline.model import Series
from pipeline.project import Project
from pipeline.publish import presence
from pipeline.publish.recover import recover
from pipeline.publish.run import Books, Run, check_ledger, lines_of, reconcile
from pipeline.publish.slots import Planned, slots_of
from pipeline.publish.ways import ways_of
from pipeline.records import dataclass

_URN = r"urn:li:(?:share|ugcPost|activity|comment):[\w():,%-]+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Ledger and journals, brought together, for a person's decisions."""

    project: Project
    ledger: Ledger
    now: datetime

    def row(self, key: str) -> Row | None:
        """Where a slot stands."""
        return self.ledger.row(key)

    def write(self, series: Series, lines: Sequence[Line]) -> None:
        """Write lines into a series' journal, then let the ledger follow. Raises LedgerError."""
        rows = {line.key: self.ledger.row(line.key) for line in lines}
        before = lines_of(self.ledger, self.project.home, series)
        if not self.ledger.keeps_journal:
            path = path_of(self.project.home, series.folder)
            append(path, lines, lock=self.project.home / FOLDER / "journal.lock")
        known = (*before, *lines)
        left = list(lines)
        for key in dict.fromkeys(line.key for line in lines if line.key.count("/") >= 2):
            row = rows[key]
            # What a run has taken since is settled by that run; then ledger and journal are compared again.
            if row is None or row.state not in ("claimed", "sending"):
                about = [line for line in lines if line.key == key]
                told = standing(line for line in known if line.key == key)
                taken = self.ledger.take(key, told, seen=row, now=self.now, lines=about)
                if taken is not None and self.ledger.keeps_journal:
                    left = [line for line in left if line.key != key]
        self.ledger.remember(left)


@contextmanager
def opened(project: Project, now: datetime) -> Iterator[Desk]:
    """The desk of a project; what a run that has ended left in hand is settled first.

    Raises LedgerError where ledger or journals cannot be trusted or written.
    """
    ledger = Ledger(project.config.ledger.url, project.home)
    try:
        with presence.present(project.home, None, ledger) as owner:
            check_ledger(ledger, now)
            reconcile(project, ledger, owner, now)
            books = Books(project=project, ledger=ledger, owner=owner, clock=lambda: now)
            recover(books, slots_of(project.series))
            yield Desk(project=project, ledger=ledger, now=now)
    finally:
        ledger.close()


def slot_named(project: Project, ledger: Ledger, key: str) -> tuple[Series, Slot]:
    """The slot of a key, planned or only remembered. Raises ConfigError for one that there is not."""
    one = next((one for one in slots_of(project.series) if one.key == key), None)
    if one is not None:
        return one.series, one.slot
    row = ledger.row(key)
    series = next((series for series in project.series if series.id == key.partition("/")[0]), None)
    if row is None or series is None:
        near = [one.key for one in slots_of(project.series) if one.key.rpartition("/")[2] not in ("blog", "rss")]
        hint = f"; such as {near[0]}" if near else ""
        raise ConfigError(f"there is no slot '{key}'; 'daycast status' lists their keys{hint}")
    _, entry, channel = key.split("/", 2)
    return series, Slot(series=series.id, entry=entry, channel=channel, due=row.due or row.at)


def resolve(
    desk: Desk,
    key: str,
    *,
    published: str | None = None,
    retry: bool = False,
    skip: bool = False,
    channels: Mapping[str, Channel] = MappingProxyType({}),
) -> Row:
    """Settle a slot as a person says: it is out there, it is to be tried again at once, or it is left out.

    What is tried again is tried even if its account was refused before. ``channels`` tell what they can do.

    Raises ConfigError for a slot that there is not, ContentError where the decision contradicts what is known.
    """
    series, slot = slot_named(desk.project, desk.ledger, key)
    row = desk.row(key)
    if row is not None and row.state in ("claimed", "sending"):
        raise ContentError(f"{key}: is being sent right now; wait until it is settled")
    if row is not None and row.state == "withdrawn":
        raise ContentError(f"{key}: was withdrawn, which is final; publish the text as another day if it is to go out")
    if retry and row is not None and row.state == "published":
        raise ContentError(
            f"{key}: is out ({row.url or row.remote_id or 'no address known'}) and never goes out twice; "
            f"{ways_of(channels.get(slot.channel), _called(slot))}"
        )
    if skip and row is not None and row.state == "published":
        raise ContentError(f"{key}: is out; {ways_of(channels.get(slot.channel), _called(slot))}")
    event: Event = "published" if published is not None else "retry" if retry else "skipped"
    told: dict[str, object] = {"reason": "decided by a person"}
    if published is not None:
        remote_id, url = _post_at(desk, slot.channel, published)
        told = {"remote_id": remote_id, "url": url, "reason": "said by a person"}
    desk.write(series, [_line(desk, event, slot, row, **told)])
    if retry:
        desk.ledger.drop_mark(f"hold:{slot.channel}")
    settled = desk.row(key)
    assert settled is not None
    return settled


def _called(slot: Slot) -> str:
    number = slot.entry.rpartition("-")[2]
    return f"day {int(number)}" if number.isdecimal() else slot.entry


def skip_day(desk: Desk, series: Series, entry_key: str, *, reason: str = "skipped by a person") -> tuple[str, ...]:
    """Leave out what of an entry is not out yet. Gives the keys; ContentError where everything is out."""
    lines = []
    for one in _of_entry(series, entry_key):
        row = desk.row(one.key)
        if row is not None and row.state in ("claimed", "sending"):
            raise ContentError(f"{one.key}: is being sent right now; wait until it is settled")
        if row is None or row.state not in ("published", "skipped", "withdrawn"):
            lines.append(_line(desk, "skipped", one.slot, row, reason=reason))
    if not lines:
        raise ContentError(f"{series.slug}: {entry_key} is settled on every channel; there is nothing to skip")
    desk.write(series, lines)
    return tuple(line.key for line in lines)


def done(desk: Desk, series: Series, entry_key: str, channel: str, url: str | None) -> Row:
    """Record that a person has posted an entry.

    Raises ContentError where it goes to no such channel or is a draft that is to come, ConfigError where ``url`` is no
    post of that channel.
    """
    one = next((one for one in _of_entry(series, entry_key) if one.slot.channel == channel), None)
    if one is None:
        raise ContentError(f"{series.slug}: {entry_key} does not go to {channel}; see its 'channels'")
    row = desk.row(one.key)
    if row is not None and row.state in ("claimed", "sending"):
        raise ContentError(f"{one.key}: is being sent right now; wait until it is settled")
    if row is not None and row.state == "withdrawn":
        raise ContentError(f"{one.key}: was withdrawn, which is final")
    if one.entry.draft and not one.entry.held and one.slot.due > desk.now:
        raise ContentError(
            f"{one.key}: is a draft that is due on {one.slot.due:%Y-%m-%d}; take 'draft: true' out of {one.entry.path} "
            "first if it is posted"
        )
    remote_id, where = _post_at(desk, channel, url) if url else (None, None)
    told = {"remote_id": remote_id, "url": where, "reason": "posted by hand"}
    desk.write(series, [_line(desk, "published", one.slot, row, **told)])
    settled = desk.row(one.key)
    assert settled is not None
    return settled


def adopt(desk: Desk, series: Series, through: int) -> tuple[str, ...]:
    """Record that every day up to ``through`` went out elsewhere before. Gives the keys."""
    return adopt_days(desk, series, frozenset(entry.day for entry in series.entries if entry.day <= through))


def adopt_days(desk: Desk, series: Series, days: Collection[int]) -> tuple[str, ...]:
    """Record that the given days went out elsewhere before. Gives the keys of what was not recorded yet."""
    lines = []
    for one in slots_of([series]):
        row = desk.row(one.key)
        if one.entry.day in days and not (row is not None and row.state in ("published", "withdrawn", "sending")):
            lines.append(_line(desk, "published", one.slot, row, reason="went out before daycast"))
    if lines:
        desk.write(series, lines)
    return tuple(line.key for line in lines)


def pause_series(desk: Desk, series: Series, *, on: bool) -> None:
    """Stop or start what a series sends."""
    desk.write(series, [Line(at=desk.now, event="paused" if on else "resumed", key=series.id)])


def move(desk: Desk, series: Series, entry_key: str, to: datetime) -> None:
    """Let an entry's instant be ``to``: it is out from then on, on page, feeds and channels alike."""
    desk.write(series, [Line(at=desk.now, event="moved", key=f"{series.id}/{entry_key}", due=to)])


def record_out(run: Run, one: Planned, url: str, *, reason: str) -> Row | None:
    """Note in a run that a slot is out at an address."""
    row = run.ledger.row(one.key)
    remote_id, where = address_of(url)
    line = Line(
        at=run.clock(),
        event="published",
        key=one.key,
        attempt=row.attempts if row else 0,
        due=one.slot.due,
        remote_id=remote_id,
        url=where,
        reason=reason,
    )
    run.write(one.series, [line])
    run.tell("published", one.key, reason)
    known = {*run.lines(one.series, one.key), line}
    run.ledger.take(one.key, standing(known), seen=row, now=run.clock(), lines=[line])
    return run.ledger.row(one.key)


def address_of(text: str) -> tuple[str | None, str | None]:
    """The remote id and the address in what a person pasted: a URN, or the address of a post.

    LinkedIn's *Copy link to post* names an activity, which its API knows nothing of; the *Embed* code holds the share.
    Raises ConfigError for what is neither.
    """
    text = text.strip()
    found = re.search(_URN, text.replace("%3A", ":").replace("%3a", ":"))
    if found is not None:
        urn = found[0]
        return urn, text if text.startswith("http") else f"https://www.linkedin.com/feed/update/{urn}/"
    slug = re.search(r"linkedin\.com/posts/\S*?[-_](activity|share|ugcPost)-(\d+)", text)
    if slug is not None:
        return f"urn:li:{slug[1]}:{slug[2]}", text
    if re.fullmatch(r"https?://[^\s/]+/?\S*", text):
        return None, text
    if re.fullmatch(r"[a-z][\w+.-]*:\S+", text):
        return text, None
    raise ConfigError(f"'{text[:60]}' is no address and no URN; paste the post's link, or urn:li:share:…")


def _post_at(desk: Desk, channel: str, text: str) -> tuple[str | None, str | None]:
    """`address_of`, where on LinkedIn only LinkedIn's own will do: the entry's page is to lead there."""
    found = address_of(text)
    named = is_post(text.strip()) or (found[0] or "").startswith("urn:li:")
    if channel in desk.project.config.accounts and not named:
        raise ConfigError(f"'{text.strip()[:60]}' is no post on LinkedIn, expected {POST_FORM}")
    return found


def _of_entry(series: Series, entry_key: str) -> list[Planned]:
    return [one for one in slots_of([series]) if one.slot.entry == entry_key]


def _line(desk: Desk, event: Event, slot: Slot, row: Row | None, **told: object) -> Line:
    return Line(
        at=desk.now,
        event=event,
        key=slot.key,
        attempt=row.attempts if row else 0,
        due=slot.due,
        digest=row.digest if row else None,
        source=row.source if row else None,
        **told,  # type: ignore[arg-type]
    )
