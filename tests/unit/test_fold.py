"""Where a slot stands follows from its journal, in whatever order the lines are."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ledger.fold import fold, standing
from pipeline.ledger.lines import Line

NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)
KEY = "walk/day-02/linkedin"


def line(event, attempt=1, claim="laptop/1", minute=0, **more):
    return Line(at=NOON + timedelta(minutes=minute), event=event, key=KEY, attempt=attempt, claim=claim, **more)


def decision(event, attempt=1, minute=10, **more):
    return line(event, attempt, None, minute, **more)


INTENT = line("intent", digest="one")
OUT = line("published", minute=1, remote_id="urn:li:share:1")
NOT = line("not-sent", minute=1, until=NOON + timedelta(minutes=5))
UNSURE = line("unconfirmed", minute=1)
SECOND = line("intent", 2, "laptop/2", 20, digest="two")

CASES = {
    "an intent alone may be out": ([INTENT], "sending"),
    "a receipt": ([INTENT, OUT], "published"),
    "not sent": ([INTENT, NOT], "retry"),
    "refused": ([INTENT, line("rejected", minute=1)], "rejected"),
    "unclear": ([INTENT, UNSURE], "unconfirmed"),
    "unclear, then found": ([INTENT, UNSURE, decision("published")], "published"),
    "unclear, then tried again": ([INTENT, UNSURE, decision("retry")], "retry"),
    "unclear, then looked for": ([INTENT, UNSURE, line("not-sent", minute=5)], "retry"),
    "looked for, then refused": (
        [INTENT, UNSURE, line("not-sent", minute=5), SECOND, line("rejected", 2, "laptop/2", 21)],
        "rejected",
    ),
    "unclear, then left out": ([INTENT, UNSURE, decision("skipped")], "skipped"),
    "tried again and in hand": ([INTENT, UNSURE, decision("retry"), SECOND], "sending"),
    "tried again and out": (
        [INTENT, UNSURE, decision("retry"), SECOND, line("published", 2, "laptop/2", 21)],
        "published",
    ),
    "skipped": ([decision("skipped", 0)], "skipped"),
    "skipped, then wanted": ([decision("skipped", 0), decision("retry", 0, 11)], "retry"),
    "skipped, then sent": ([decision("skipped", 0), INTENT], "sending"),
    "out, then taken back": ([INTENT, OUT, decision("withdrawn")], "withdrawn"),
    "two places, one answered": ([INTENT, line("intent", claim="ci/1"), NOT], "sending"),
    "two places, both answered": (
        [INTENT, line("intent", claim="ci/1"), NOT, line("published", claim="ci/1")],
        "published",
    ),
    "an answer from a clock that is behind": ([INTENT, line("published", minute=-9)], "published"),
    "out wins over a later doubt": ([INTENT, OUT, SECOND, line("unconfirmed", 2, "laptop/2", 21)], "published"),
}


@pytest.mark.parametrize(("lines", "state"), CASES.values(), ids=CASES)
def test_where_it_stands(lines, state):
    for seed in range(10):
        shuffled = [*lines, *lines]
        random.Random(seed).shuffle(shuffled)
        assert standing(shuffled).state == state


def test_the_first_receipt_counts():
    late = line("published", 2, "ci/1", 30, remote_id="urn:li:share:2")
    receipt = standing([late, INTENT, OUT]).receipt
    assert receipt is not None
    assert receipt.remote_id == "urn:li:share:1"


def test_a_link_that_is_found_later_completes_the_receipt():
    nameless = line("published", minute=1)
    named = decision("published", remote_id="urn:li:share:7", url="https://example.org/7")
    receipt = standing([INTENT, nameless, named]).receipt
    assert receipt is not None
    assert receipt.url == "https://example.org/7"


def test_what_a_person_says_last_corrects_a_receipt():
    wrong = decision("published", url="https://example.org/wrong")
    right = decision("published", minute=40, url="https://example.org/right")
    receipt = standing([INTENT, OUT, wrong, right]).receipt
    assert receipt is not None
    assert (receipt.remote_id, receipt.url) == ("urn:li:share:1", "https://example.org/right")


def test_a_decision_to_retry_is_due_at_once_and_says_who_decided():
    found = standing([INTENT, UNSURE, decision("retry", minute=3)])
    assert (found.decided, found.retry_at) == (True, NOON + timedelta(minutes=3))


def test_an_update_changes_what_is_out():
    found = standing([INTENT, OUT, decision("updated", digest="new", source="s2")])
    assert (found.state, found.digest, found.source) == ("published", "new", "s2")


@given(st.permutations([pick for lines, _ in CASES.values() for pick in lines][:12]))
def test_order_never_matters(lines):
    assert fold(lines) == fold(sorted(lines, key=repr))


def test_moves_pauses_and_beginnings_are_kept_apart():
    lines = [
        Line(at=NOON, event="moved", key="walk/day-05", due=NOON),
        Line(at=NOON, event="paused", key="walk"),
        Line(at=NOON + timedelta(minutes=1), event="resumed", key="hike"),
        Line(at=NOON, event="paused", key="hike"),
        INTENT,
    ]
    book = fold(lines)
    assert book.moved == {"walk/day-05": NOON}
    assert book.paused == {"walk"}
    assert book.begun == {"walk": NOON}
    assert book.left == {"linkedin": NOON}


def test_an_entry_keeps_the_instant_at_which_it_went_out():
    ahead = NOON + timedelta(days=1)
    lines = [line("published", due=NOON), Line(at=NOON, event="published", key="walk/day-03/linkedin", due=ahead)]
    assert fold(lines).settled == {"walk/day-02": NOON}
