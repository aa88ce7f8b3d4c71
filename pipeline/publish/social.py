"""Send what is due on channels that post: one account after the other's pace, oldest first, never two too close."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from pipeline.channels.contract import ByHand, Channel, Finds, Holds, Site
from pipeline.delivery import Artifact, Held, Outcome, Published, Retry, digest_of
from pipeline.errors import ChannelError, LedgerError, LostClaimError, PipelineError
from pipeline.ledger.fold import Book
from pipeline.ledger.lines import OUTCOMES, Line
from pipeline.ledger.rows import Row
from pipeline.ledger.store import Ledger
from pipeline.publish import gate
from pipeline.publish.approval import renderer_changed
from pipeline.publish.attempt import Result, attempt
from pipeline.publish.handout import hand_out
from pipeline.publish.policy import Send, Skip, Wait, decide
from pipeline.publish.run import Run, outcome_line
from pipeline.publish.slots import Planned
from pipeline.records import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What became of one slot in this run."""

    one: Planned
    #: Set where something was tried.
    outcome: Outcome | None = None
    #: Set where it does not go out now.
    waits: str | None = None
    #: When it may go out after all, UTC; None where that is not known.
    until: datetime | None = None
    #: It will not go out at all.
    skipped: bool = False
    #: What else a person should know.
    comment: str = ""


def publish_account(
    run: Run,
    name: str,
    due: Sequence[Planned],
    *,
    book: Book,
    rows: Mapping[str, Row],
    dead: frozenset[str],
    patient: bool,
    changed_at: Callable[[str], datetime | None],
) -> list[Said]:
    """Send what is due on one channel. ``due`` is what is due there and open, oldest first, and each series' newest.

    What did not leave after all keeps nobody waiting: what is behind it is decided anew. After a failure to send, the
    others of the account wait for the next look. Raises LedgerError where nothing can be recorded.
    """
    said: list[Said] = []
    tried: set[str] = set()
    channel = run.channels[name]
    by_hand = isinstance(channel, ByHand) and channel.by_hand
    paced = any(one.series.policy.min_gap for one in due)
    known = dict(rows)
    while not run.stopping():
        now = run.clock()
        decisions = decide(
            due,
            known,
            now,
            begun=book.begun,
            last_sent=_last_sent(run, name, book) if paced else None,
            changed=_changes(due, known, changed_at),
            by_hand=by_hand,
        )
        again = False
        for one, decision in decisions:
            if one.key in tried:
                continue
            tried.add(one.key)
            match decision:
                case Skip(reason):
                    skip(run, one, reason)
                    said.append(Said(one=one, waits=reason, skipped=True))
                case Wait(reason, until, state):
                    row = known.get(one.key)
                    if row is None or (row.reason, row.state) != (reason, state):
                        run.ledger.wait(one.slot, state, reason, now=now, until=until if state == "retry" else None)
                        run.tell("waits", one.key, reason)
                    said.append(Said(one=one, waits=reason, until=until))
                case Send():
                    sent = send(run, one, dead=dead, patient=patient)
                    said += [sent] if sent is not None else []
                    row = run.ledger.row(one.key)
                    known |= {one.key: row} if row is not None else {}
                    if sent is not None and isinstance(sent.outcome, Retry):
                        return said
                    again = paced and (sent is None or not isinstance(sent.outcome, Published))
            if again or run.stopping():
                break
        if not again:
            return said
    return said


def send(run: Run, one: Planned, *, dead: frozenset[str], patient: bool, at_once: bool = False) -> Said | None:
    """Send one slot now, if its account, its page and its text allow it. None where another process has it."""
    now = run.clock()
    channel = run.channels[one.slot.channel]
    held = account_held(run.ledger, channel)
    if held is not None:
        run.ledger.wait(one.slot, "held", held, now=now)
        return Said(one=one, waits=held)
    try:
        context = run.context(one.series, one.entry.path)
        artifact = channel.render(context)
        run.tell("rendered", one.key)
        if run.project.config.publish.require_approval == "approve":
            changed = renderer_changed(run.project, run.channels, one.series, one.entry, now)
            if changed is not None:
                run.ledger.wait(one.slot, "held", changed, now=now)
                return Said(one=one, waits=changed)
        reason = gate.closed(run, one, patient=patient)
        if reason is not None:
            run.ledger.wait(one.slot, "retry", reason, now=now)
            return Said(one=one, waits=reason)
        if isinstance(channel, ByHand) and channel.by_hand:
            return Said(one=one, waits=hand_out(run, one, channel.handout(artifact, context)))
    except LedgerError:
        raise
    except Exception as error:  # noqa: BLE001 - one entry, or one channel's fault, keeps no other back
        reason = str(error) if isinstance(error, PipelineError) else f"{type(error).__name__}: {error}"
        run.ledger.wait(one.slot, "held", reason, now=now)
        run.tell("waits", one.key, reason)
        return Said(one=one, waits=reason)
    source = digest_of(run.project.sources.get(one.entry.path, b""))
    result = attempt(run, one, artifact, source=source, at_once=at_once, dead=dead)
    if result is None:
        return None
    _keep_account(run, one.slot.channel, result)
    return Said(one=one, outcome=result.outcome, comment=result.comment)


def skip(run: Run, one: Planned, reason: str) -> None:
    """Leave a slot out for good: in the journal, then in the ledger."""
    from pipeline.ledger.fold import standing

    row = run.ledger.row(one.key)
    line = Line(
        at=run.clock(),
        event="skipped",
        key=one.key,
        attempt=row.attempts if row else 0,
        due=one.slot.due,
        reason=reason,
    )
    run.write(one.series, [line])
    run.ledger.take(one.key, standing([line]), seen=row, now=run.clock(), lines=[line])
    run.tell("skipped", one.key, reason)


def account_held(ledger: Ledger, channel: Channel) -> str | None:
    """Why an account is held; None where it is not, or where its token or settings have changed since."""
    noted = ledger.mark(f"hold:{channel.name}")
    if noted is None or not isinstance(channel, Holds):
        return None
    fingerprint, _, reason = noted.partition("\n")
    return f"{channel.name} {reason}" if fingerprint == channel.fingerprint else None


def find_again(run: Run, rows: Mapping[str, Row], planned: Mapping[str, Planned]) -> dict[str, Row]:
    """Settle what is unconfirmed on channels that can look for it. Gives the rows that are settled now."""
    found: dict[str, Row] = {}
    for key, row in rows.items():
        one = planned.get(key)
        channel = run.channels.get(key.rpartition("/")[2])
        if one is None or row.state != "unconfirmed" or not isinstance(channel, Finds) or isinstance(channel, Site):
            continue
        row = run.ledger.row(key)
        if row is None or row.payload is None:
            continue
        sent = Artifact(
            media_type=row.media_type or "", body=row.payload, text=row.shown or "", digest=row.digest or ""
        )
        try:
            receipt = channel.find(sent, key=key)
        except Exception as error:  # noqa: BLE001 - one channel that cannot tell keeps no other back
            run.tell("not found out", key, str(error) if isinstance(error, ChannelError) else type(error).__name__)
            continue
        if receipt is None and row.owner is not None and run.ledger.at_work([row.owner]):
            continue  # whoever sends it may only be frozen, and send it yet
        now = run.clock()
        outcome: Outcome = Published(receipt) if receipt else Retry("looked for, and it is not out", now)
        told = outcome_line(row, outcome, at=now)
        doubts = _doubts(run.lines(one.series, key))
        answers = [replace(told, claim=line.claim, attempt=line.attempt) for line in doubts]
        lines = answers if answers and receipt is None else [told]
        try:
            found[key] = run.ledger.settle(row, outcome, now=now, lines=lines)
        except LostClaimError:
            continue  # another run has settled it
        run.write(one.series, lines)
        run.tell("found out", key, type(outcome).__name__)
    return found


def _doubts(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Of each attempt that got no clear answer, by a slot's lines, one line."""
    known = [line for line in lines if line.event in OUTCOMES | {"intent"}]
    clear = {line.claim for line in known if line.event in OUTCOMES and line.event != "unconfirmed"}
    return tuple({line.claim: line for line in known if line.claim not in clear}.values())


def _keep_account(run: Run, name: str, result: Result) -> None:
    """Hold an account that was refused, so that its other slots are not tried in vain."""
    channel = run.channels[name]
    if isinstance(result.outcome, Held) and isinstance(channel, Holds):
        now = run.clock()
        told = (
            f"was refused at {now:%Y-%m-%d %H:%M} UTC and is not asked again until its secret or settings change, "
            f"'daycast doctor' finds it well, or 'daycast resolve {result.row.key} --retry': {result.outcome.reason}"
        )
        run.ledger.put_mark(f"hold:{name}", f"{channel.fingerprint}\n{told}", now=now)


def _last_sent(run: Run, name: str, book: Book) -> datetime | None:
    """When something last left for an account, by either book."""
    return max((moment for moment in (run.ledger.last_sent(name), book.left.get(name)) if moment), default=None)


def _changes(
    due: Sequence[Planned], rows: Mapping[str, Row], changed_at: Callable[[str], datetime | None]
) -> dict[str, datetime]:
    """When each entry last changed, of those that have not begun to go out."""
    found = {}
    for one in due:
        row = rows.get(one.key)
        waits = row is None or row.state in ("planned", "retry", "held")
        if waits and one.series.policy.settle and one.entry.path not in found:
            moment = changed_at(one.entry.path)
            if moment is not None:
                found[one.entry.path] = moment
    return found
