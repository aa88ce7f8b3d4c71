"""Claim, freeze, send, record: the one place where something leaves for a channel.

In this order, each step on disk before the next begins:

1. The slot is claimed in the ledger. A process that ends here has sent nothing: the slot is free again.
2. Files are uploaded, and the exact bytes are frozen in the ledger. Still nothing has left that anybody can see.
3. The journal gets the intent, and is shared where the project says so.
4. The ledger says ``sending``. From here on the bytes may be out, whatever happens.
5. The claim is looked at once more, and the bytes leave.
6. What came of it is recorded in the ledger, then in the journal. Nothing else stands between.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from pipeline.channels.contract import Channel, Comments, Prepares
from pipeline.delivery import Artifact, Held, Outcome, Published, Receipt, Rejected, Retry, Unconfirmed, words_of
from pipeline.errors import (
    DuplicateError,
    LedgerError,
    LostClaimError,
    NotAuthorizedError,
    NotSentError,
    PipelineError,
    RejectedError,
    UnconfirmedError,
)
from pipeline.last_good import FOLDER
from pipeline.ledger.fold import fold
from pipeline.ledger.journal import path_of, room, take_back
from pipeline.ledger.lines import OUTCOMES, Line
from pipeline.ledger.rows import Row
from pipeline.publish.policy import pause
from pipeline.publish.run import LEASE, Run, outcome_line
from pipeline.publish.slots import Planned
from pipeline.records import dataclass, replace

#: Seconds between tries to record what is known of a send; together as long as a claim holds.
_PATIENCE = (1.0, 2.0, 5.0, 10.0, *(20.0,) * 14)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of an attempt."""

    outcome: Outcome
    row: Row
    #: What a person should do about the comment below a post; mostly empty.
    comment: str = ""


def attempt(
    run: Run, one: Planned, artifact: Artifact, *, source: str | None, at_once: bool = False, dead: frozenset[str]
) -> Result | None:
    """Send one slot, at most once. None where another process has it.

    ``artifact`` is as rendered from the entry as it is now; what an earlier attempt froze and a person asked to send
    again goes out unchanged instead. Raises LedgerError where ledger or journal cannot be written; then nothing left,
    or it is recorded as far as the disk allowed.
    """
    channel = run.channels[one.slot.channel]
    before = run.ledger.row(one.key)
    room(run.home / FOLDER, run.home / one.series.folder)
    now = run.clock()
    row = run.ledger.claim(one.slot, owner=run.owner, now=now, until=now + LEASE, at_once=at_once, dead=dead)
    if row is None:
        return None
    run.tell("claimed", one.key)
    again = _frozen(run, one, row, before, comment=artifact.comment)
    try:
        ready = again or _prepared(run, channel, artifact, one.key)
        row = _freeze(run, one, row, ready, source=source if again is None else row.source)
    except LostClaimError:
        return None
    except LedgerError:
        raise
    except Exception as error:  # noqa: BLE001 - nothing has left yet, whatever a channel raises
        return _settled(run, one, row, _not_begun(error, row, run.clock()), intent=False)
    return _send(run, one, channel, row, ready, duplicate_is_ours=again is not None)


def _frozen(run: Run, one: Planned, row: Row, before: Row | None, *, comment: str | None) -> Artifact | None:
    """What was frozen before, where it may be out already and is sent again.

    The same bytes, so that a channel that refuses duplicates, or knows the slot's key, can tell. What was read and
    refused is made anew.
    """
    if before is None or not before.decided or before.attempts == 0 or row.payload is None or row.digest is None:
        return None
    if not in_doubt(run.lines(one.series, one.key)):
        return None
    return Artifact(
        media_type=row.media_type or "application/octet-stream",
        body=row.payload,
        text=row.shown or "",
        digest=row.digest,
        comment=comment,
    )


def in_doubt(lines: Iterable[Line]) -> bool:
    """Whether the last attempt that left, by the journal's lines of a slot, got no clear answer."""
    left = sorted((line for line in lines if line.event in OUTCOMES | {"intent"}), key=lambda line: -line.attempt)
    for one in left:
        answers = {line.event for line in left if line.claim == one.claim} & OUTCOMES
        if "not-sent" not in answers:
            return answers <= {"unconfirmed"}
    return False


def _prepared(run: Run, channel: Channel, artifact: Artifact, key: str) -> Artifact:
    if isinstance(channel, Prepares):
        ready = channel.prepare(artifact, key=key, root=run.project.root)
        run.tell("prepared", key)
        return ready
    return artifact


def _freeze(run: Run, one: Planned, row: Row, artifact: Artifact, *, source: str | None) -> Row:
    now = run.clock()
    row = run.ledger.freeze(row, artifact, source=source, now=now, until=now + LEASE)
    run.tell("frozen", one.key)
    return row


def _not_begun(error: Exception, row: Row, now: datetime) -> Outcome:
    """What an error before the freeze means: nothing that anybody sees has left, whatever it was."""
    match error:
        case NotAuthorizedError():
            return Held(str(error))
        case RejectedError():
            return Rejected(str(error))
        case NotSentError():
            return Retry(str(error), pause(row.key, row.epoch, now, at_least=error.retry_at))
        case PipelineError():
            return Retry(str(error), pause(row.key, row.epoch, now))
        case _:
            return Retry(f"{type(error).__name__} while preparing", pause(row.key, row.epoch, now))


def _send(
    run: Run, one: Planned, channel: Channel, row: Row, artifact: Artifact, *, duplicate_is_ours: bool
) -> Result | None:
    now = run.clock()
    intent = Line(
        at=now,
        event="intent",
        key=one.key,
        attempt=row.attempts + 1,
        claim=row.claim,
        due=one.slot.due,
        digest=row.digest,
        source=row.source,
    )
    run.write(one.series, [intent])
    run.tell("intent", one.key)
    try:
        run.push()
        _alone(run, one, row)
        now = run.clock()
        row = run.ledger.begin(row, now=now, until=now + LEASE, line=intent)
    except PipelineError as error:
        # Nothing has left: say so in the journal, so that its intent does not stand open.
        at_least = getattr(error, "retry_at", None)
        outcome: Outcome = Retry(
            f"{error}; nothing was sent", pause(row.key, row.epoch, run.clock(), at_least=at_least)
        )
        told = outcome_line(row, outcome, at=run.clock())
        _close(run, one, intent, replace(told, attempt=row.attempts + 1))
        if isinstance(error, LostClaimError):
            return None
        if isinstance(error, LedgerError):
            raise
        return Result(outcome=outcome, row=run.ledger.settle(row, outcome, now=run.clock()))
    run.tell("sending", one.key)
    outcome = _published(run, channel, row, artifact, duplicate_is_ours=duplicate_is_ours)
    return _settled(run, one, row, outcome, intent=True, comment=(channel, artifact))


def _close(run: Run, one: Planned, intent: Line, outcome: Line) -> None:
    """Say in the journal that nothing came of an intent; where the disk has no room for it, take the intent back."""
    if run.ledger.keeps_journal:
        return  # what was not begun is not in it
    try:
        run.write(one.series, [outcome])
    except LedgerError:
        if run.share is not None or not take_back(
            path_of(run.home, one.series.folder), intent, lock=run.home / FOLDER / "journal.lock"
        ):
            raise


def _published(run: Run, channel: Channel, row: Row, artifact: Artifact, *, duplicate_is_ours: bool) -> Outcome:
    """The irreversible step. Gives an outcome whatever happens: unforeseen is unconfirmed."""
    try:
        if not run.ledger.holds(row, now=run.clock()):
            return Retry("its claim has passed to another process", run.clock())
        receipt = channel.publish(artifact, key=row.key)
    except NotAuthorizedError as error:
        return Held(str(error))
    except DuplicateError as error:
        if duplicate_is_ours:
            note = "the channel refused it as a duplicate of this one, so that was ours"
            return Published(Receipt(remote_id=error.remote_id, url=error.url, note=note))
        return Rejected(str(error))
    except RejectedError as error:
        return Rejected(str(error))
    except NotSentError as error:
        return Retry(str(error), pause(row.key, row.epoch, run.clock(), at_least=error.retry_at))
    except UnconfirmedError as error:
        return _unclear(channel, row, str(error), run.clock())
    except LedgerError as error:
        return Retry(str(error), run.clock())  # read before the first byte
    except Exception as error:  # noqa: BLE001 - whatever a channel raises, it may have sent
        return _unclear(channel, row, f"{type(error).__name__} after the request had begun", run.clock())
    return Published(receipt)


def _unclear(channel: Channel, row: Row, reason: str, now: datetime) -> Outcome:
    """Sending again changes nothing on an idempotent channel; on any other it might be the second time."""
    if channel.idempotent:
        return Retry(reason, pause(row.key, row.epoch, now))
    return Unconfirmed(reason)


def _settled(
    run: Run,
    one: Planned,
    row: Row,
    outcome: Outcome,
    *,
    intent: bool,
    comment: tuple[Channel, Artifact] | None = None,
) -> Result:
    """Record an outcome in both books; what one of them cannot take, the other still gets."""
    run.tell("answered", one.key)
    at = run.clock()
    told = outcome_line(row, outcome, at=at)
    failed: LedgerError | None = None
    settled = row
    try:
        settled = _kept(run, row, outcome, at, [told] if intent else [])
        run.tell("recorded", one.key, words_of(outcome))
    except LostClaimError as error:
        run.tell("lost", one.key, str(error))  # the journal's line makes the new claim's holder stand back
        if intent and run.ledger.keeps_journal:
            run.ledger.remember([told])
    except LedgerError as error:
        failed = error
    if intent:
        run.write(one.series, [told])
        run.tell("journaled", one.key)
    if failed is not None:
        raise failed
    said = ""
    if comment is not None and isinstance(outcome, Published):
        channel, artifact = comment
        if isinstance(channel, Comments) and artifact.comment:
            said = channel.comment(artifact, outcome.receipt) or ""
            run.tell("commented", one.key, said)
    return Result(outcome=outcome, row=settled, comment=said)


def _kept(run: Run, row: Row, outcome: Outcome, at: datetime, lines: Sequence[Line]) -> Row:
    """Settle a row; a database elsewhere that does not answer is waited for as long as the claim holds."""
    for pause_ in _PATIENCE if run.ledger.keeps_journal else ():
        try:
            return run.ledger.settle(row, outcome, now=at, lines=lines)
        except LostClaimError:
            raise
        except LedgerError as error:
            run.tell("not recorded", row.key, f"{words_of(outcome)}; kept until the database answers: {error}")
            run.wait(pause_)
    return run.ledger.settle(row, outcome, now=at, lines=lines)


def _alone(run: Run, one: Planned, row: Row) -> None:
    """Raise NotSentError where the journal, as shared, has an attempt of somebody else for the same slot."""
    if run.ledger.keeps_journal:
        return  # everybody's claims are in the one ledger
    standing = fold(run.lines(one.series)).slots[one.key]
    others = [claim for claim in standing.open if claim != row.claim]
    if others or standing.state != "sending":
        who = ", ".join(others) or "another place"
        raise NotSentError(f"{who} publishes it too; this one stands back")
