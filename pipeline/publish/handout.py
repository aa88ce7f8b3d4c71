"""Hand a post to a person: the file to paste from, and the sentence that says what to do."""

from __future__ import annotations

from pipeline.delivery import digest_of
from pipeline.output import OUTPUT
from pipeline.publish.run import Run
from pipeline.publish.slots import Planned

HANDOUTS = "handouts"


def path_of(one: Planned) -> str:
    """Where the handout of a slot is, below the project's root."""
    return f"{OUTPUT}/{HANDOUTS}/{one.series.slug}/{one.entry.key}.{one.slot.channel}.txt"


def hand_out(run: Run, one: Planned, text: str) -> str:
    """Write the handout and note that the slot waits for a person. Gives the reason it waits.

    A text that is new since the last time is told anew.
    """
    path = path_of(one)
    reason = f"post it by hand from {path}, then: daycast done {one.entry.called} [URL]{_where(run, one)}"
    data = f"{text.rstrip()}\n".encode()
    place = run.home / path
    if not place.is_file() or place.read_bytes() != data:
        place.parent.mkdir(parents=True, exist_ok=True)
        temporary = place.with_suffix(".daycast-writing")
        temporary.write_bytes(data)
        temporary.replace(place)
    now = run.clock()
    run.ledger.wait(one.slot, "held", reason, now=now)
    if run.ledger.put_mark(f"handout:{one.key}", digest_of(data), now=now):
        run.tell("handed out", one.key, reason)
    return reason


def _where(run: Run, one: Planned) -> str:
    several = sum(entry.called == one.entry.called for series in run.project.series for entry in series.written) > 1
    return f" --series {one.series.slug}" if several else ""
