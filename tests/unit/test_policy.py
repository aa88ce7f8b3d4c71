"""What becomes of a post that is due: at once, later, never, or as a person says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from pipeline.ledger.rows import Row
from pipeline.model import Cadence, Entry, LatePolicy, Series
from pipeline.publish.policy import BEFORE, Send, Skip, Wait, decide, pause
from pipeline.publish.slots import next_due, slots_of

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
#: Day 1 is due.
FIRST = datetime(2026, 10, 19, 9, tzinfo=UTC)
BEGUN = {"walk": FIRST}


def series(days=30, **policy):
    return Series(
        slug="walk",
        id="walk",
        title="Walk",
        length=days,
        cadence=Cadence(start=date(2026, 10, 19), time=time(9), zone="UTC"),
        channels=("linkedin",),
        path="series/walk/_index.md",
        policy=replace(LatePolicy(), **policy),
        entries=tuple(
            Entry(
                path=f"series/walk/day-{n:02}.md", series="walk", day=n, slug=f"day-{n:02}", title=f"Day {n}", body="x"
            )
            for n in range(1, days + 1)
        ),
    )


def row(day, state, **more):
    told = {
        "key": f"walk/day-{day:02}/linkedin",
        "series": "walk",
        "state": state,
        "due": FIRST + (day - 1) * DAY,
        "epoch": 1,
        "attempts": 1,
        "owner": None,
        "lease": None,
        "payload": None,
        "media_type": None,
        "shown": None,
        "digest": None,
        "source": None,
        "remote_id": None,
        "url": None,
        "note": None,
        "reason": None,
        "retry_at": None,
        "decided": False,
        "at": FIRST,
    }
    return Row(**{**told, **more})


def decisions(made, now, rows=(), *, begun=BEGUN, last_sent=None, changed=None):
    due = [one for one in slots_of([made]) if one.slot.due <= now]
    known = {each.key: each for each in rows}
    decided = decide(due, known, now, begun=begun, last_sent=last_sent, changed=changed or {})
    return {one.entry.day: decision for one, decision in decided}


def out(days):
    return [row(day, "published") for day in days]


def test_a_day_goes_out_at_its_instant():
    assert decisions(series(), FIRST) == {1: Send()}


def test_nothing_goes_out_before_it():
    assert decisions(series(), FIRST - MINUTE) == {}


def caught_up(made, down, *, begun=BEGUN):
    """The days that are sent, with their moments, when everything was down from day 2 on for some days."""
    now = FIRST + down * DAY + HOUR
    rows = {each.key: each for each in out([1])}
    last_sent, sent, skipped = FIRST, [], []
    for _ in range(200):
        due = [one for one in slots_of([made]) if one.slot.due <= now]
        for one, decision in decide(due, rows, now, begun=begun, last_sent=last_sent):
            match decision:
                case Send():
                    sent.append((one.entry.day, now))
                    rows[one.key] = row(one.entry.day, "published")
                    last_sent = now
                case Skip():
                    skipped.append(one.entry.day)
                    rows[one.key] = row(one.entry.day, "skipped")
                case Wait():
                    pass
        now += 10 * MINUTE
        if now > FIRST + (down + 1) * DAY - HOUR:
            break
    return sent, skipped


@pytest.mark.parametrize("down", range(31))
def test_after_a_pause_all_days_go_out_oldest_first_an_hour_apart(down):
    sent, skipped = caught_up(series(40, max_late=365 * DAY), down)
    missed = list(range(2, down + 2))
    assert [day for day, _ in sent] == missed[: len(sent)]
    assert skipped == []
    assert len(sent) == min(down, 23)
    moments = [moment for _, moment in sent]
    assert all(later - earlier >= HOUR for earlier, later in pairwise(moments))


@pytest.mark.parametrize("down", range(1, 31))
def test_with_latest_only_the_newest_of_the_missed_days_goes_out(down):
    sent, skipped = caught_up(series(40, catch_up="latest", max_late=365 * DAY), down)
    assert [day for day, _ in sent] == [down + 1]
    assert skipped == list(range(2, down + 1))


@pytest.mark.parametrize("down", range(1, 31))
def test_with_skip_missed_days_stay_out_and_one_that_is_hardly_late_goes(down):
    now = FIRST + down * DAY + 59 * MINUTE
    found = decisions(series(40, catch_up="skip"), now, out([1]))
    assert isinstance(found[down + 1], Send)
    assert all(isinstance(decision, Skip) for day, decision in found.items() if day <= down)


def test_what_is_later_than_max_late_waits_for_a_person():
    found = decisions(series(), FIRST + 2 * DAY, out([2, 3]))
    assert isinstance(found[1], Wait)
    assert found[1].state == "late"
    assert "daycast resolve walk/day-01/linkedin --retry" in found[1].reason


def test_a_person_who_wants_it_gets_it_however_late():
    rows = [row(1, "retry", decided=True, retry_at=FIRST), *out([2, 3])]
    assert decisions(series(), FIRST + 2 * DAY, rows) == {1: Send()}


def test_what_was_due_long_before_a_series_began_is_skipped():
    found = decisions(series(), FIRST + 3 * DAY, begun={})
    assert {day: getattr(each, "reason", None) for day, each in found.items() if day <= 2} == {1: BEFORE, 2: BEFORE}
    assert isinstance(found[3], Send)


@pytest.mark.parametrize(
    "state", ["published", "skipped", "withdrawn", "rejected", "unconfirmed", "sending", "claimed"]
)
def test_what_is_settled_or_in_hand_is_left_alone(state):
    assert decisions(series(1), FIRST, [row(1, state)]) == {}


def test_two_posts_of_one_account_keep_their_distance():
    found = decisions(series(), FIRST + DAY, [row(1, "published")], last_sent=FIRST + DAY - 10 * MINUTE)
    assert found[2] == Wait("waits for 1 h between two posts of one account (min_gap)", FIRST + DAY + 50 * MINUTE)


def test_without_a_gap_all_go_out_at_once():
    found = decisions(series(min_gap=timedelta(), max_late=9 * DAY), FIRST + 2 * DAY)
    assert list(found.values()) == [Send(), Send(), Send()]


def test_what_a_person_asks_for_waits_for_no_gap():
    known = series(max_late=9 * DAY)
    rows = [row(1, "retry", decided=True), row(2, "retry", decided=True)]
    found = decisions(known, FIRST + 2 * DAY, rows, last_sent=FIRST + 2 * DAY)
    assert (found[1], found[2], type(found[3])) == (Send(), Send(), Wait)


def test_a_failed_send_is_tried_again_at_its_moment():
    rows = [row(1, "retry", retry_at=FIRST + 5 * MINUTE, reason="offline")]
    assert decisions(series(), FIRST + 4 * MINUTE, rows)[1] == Wait("offline", FIRST + 5 * MINUTE, state="retry")
    assert decisions(series(), FIRST + 5 * MINUTE, rows) == {1: Send()}


def test_a_text_that_changed_after_its_instant_rests_first():
    changed = {"series/walk/day-01.md": FIRST + 5 * MINUTE}
    waits = decisions(series(), FIRST + 6 * MINUTE, changed=changed)[1]
    assert waits.until == FIRST + 20 * MINUTE
    assert decisions(series(), FIRST + 20 * MINUTE, changed=changed) == {1: Send()}


def test_a_text_that_was_ready_in_time_does_not_wait():
    assert decisions(series(), FIRST, changed={"series/walk/day-01.md": FIRST - MINUTE}) == {1: Send()}


def test_a_broken_entry_is_not_posted():
    made = series(1)
    made = replace(made, entries=(replace(made.entries[0], stale=True),))
    assert decisions(made, FIRST)[1].state == "held"


def test_pauses_grow_to_an_hour_and_differ_by_key():
    lengths = [(pause("walk/day-01/linkedin", tries, FIRST) - FIRST).total_seconds() for tries in range(1, 12)]
    assert 48 <= lengths[0] <= 72
    assert 2880 <= lengths[-1] <= 4320
    assert pause("a", 3, FIRST) != pause("b", 3, FIRST)
    assert pause("a", 3, FIRST) == pause("a", 3, FIRST)


def test_what_the_channel_asks_for_counts():
    assert pause("a", 1, FIRST, at_least=FIRST + 5 * HOUR) == FIRST + 5 * HOUR


def test_the_next_instant_passes_over_drafts():
    made = series(3)
    made = replace(made, entries=(made.entries[0], replace(made.entries[1], draft=True), made.entries[2]))
    assert next_due(slots_of([made]), FIRST) == FIRST + 2 * DAY


def test_a_change_that_the_clock_does_not_know_of_yet_holds_nothing_up():
    assert decisions(series(), FIRST, changed={"series/walk/day-01.md": FIRST + 90 * DAY}) == {1: Send()}
