"""The agenda on a real PostgreSQL: what wakes is queued once, fairly, and comes back when it is let go or lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pipeline.ledger import agenda
from pipeline.ledger.agenda import LOST, Account, Agenda, Item
from pipeline.ledger.postgres import TablesError

NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def book(postgres):
    url = postgres.database()
    assert agenda.migrate(url)
    assert not agenda.migrate(url)
    with Agenda(url) as made:
        made.projects(["big", "small"])
        yield made


def items(accounts, *, wake=NOON - MINUTE, days=2):
    return [
        Item(key=f"walk/day-{day:02}/{name or 'blog'}", account=name, due=wake, wake=wake)
        for name in accounts
        for day in range(1, days + 1)
    ]


def take(book, now=NOON, each=4):
    with book.transaction():
        return book.take_due(now, each=each)


def test_without_its_tables_it_says_how_they_are_made(postgres):
    with pytest.raises(TablesError, match="run 'daycast ledger migrate'"):
        Agenda(postgres.database())


def test_what_wakes_is_queued_once(book):
    book.plan("small", items(["first"]))
    assert take(book, NOON - 2 * MINUTE) == ()
    assert take(book) == (Account("small", "first"),)
    assert take(book) == ()
    assert book.in_hand(Account("small", "first"), NOON) == ("walk/day-01/first", "walk/day-02/first")
    assert book.in_hand(Account("small", "second"), NOON) == ()


def test_of_a_large_tenant_some_accounts_at_a_time_and_the_small_one_has_its_turn(book):
    book.plan("big", items([f"a{number}" for number in range(20)], wake=NOON - 60 * MINUTE))
    book.plan("small", items(["first"]))
    got = take(book, each=3)
    assert sorted(one.project for one in got) == ["big", "big", "big", "small"]
    assert take(book, each=3) == ()
    book.settle(got[0], dict.fromkeys(book.in_hand(got[0], NOON)))
    assert [one.project for one in take(book, each=3)] == ["big"]


def test_what_wakes_while_a_job_has_its_account_waits_for_that_job(book):
    later = NOON + MINUTE
    book.plan(
        "small", [*items(["first"], days=1), Item(key="walk/day-09/first", account="first", due=later, wake=later)]
    )
    one = Account("small", "first")
    assert take(book) == (one,)
    assert take(book, later) == ()
    assert book.in_hand(one, later) == ("walk/day-01/first", "walk/day-09/first")
    book.settle(one, {"walk/day-01/first": None, "walk/day-09/first": later})
    assert take(book, later) == (one,)


def test_what_a_lost_job_had_is_queued_anew(book):
    book.plan("small", items(["first"]))
    take(book)
    with book.transaction():
        assert book.release_lost(NOON + LOST) == 0
        assert book.release_lost(NOON + LOST + MINUTE) == 2
    assert take(book, NOON + LOST + MINUTE) == (Account("small", "first"),)


def test_a_plan_changes_what_differs_and_forgets_what_is_gone(book):
    first, second = items(["first"])
    book.plan("small", [first, second])
    take(book)
    later = Item(key=second.key, account="first", due=NOON + MINUTE, wake=NOON + MINUTE)
    book.plan("small", [later])
    assert book.in_hand(Account("small", "first"), NOON) == (second.key,)  # a job has it still
    book.settle(Account("small", "first"), {second.key: NOON + MINUTE})
    assert take(book) == ()
    assert take(book, NOON + MINUTE) == (Account("small", "first"),)


def test_accounts_come_after_the_site_and_are_woken_by_it(book):
    book.plan("small", items(["", "first"]))
    assert set(take(book)) == {Account("small", ""), Account("small", "first")}
    assert book.site_first("small", NOON)
    book.settle(Account("small", "first"), dict.fromkeys(book.in_hand(Account("small", "first"), NOON), NOON + MINUTE))
    book.settle(Account("small", ""), dict.fromkeys(book.in_hand(Account("small", ""), NOON)))
    assert not book.site_first("small", NOON)
    assert take(book) == ()
    book.wake_accounts("small", NOON)
    assert take(book) == (Account("small", "first"),)


def test_each_project_is_looked_at_once_in_a_while(book):
    def unseen(now):
        with book.transaction():
            return book.take_unseen(now, MINUTE)

    assert unseen(NOON) == ("big", "small")
    assert unseen(NOON) == ()
    book.looked("big", sign="1", trouble=None, now=NOON)
    assert unseen(NOON + MINUTE) == ("big",)
    assert unseen(NOON + LOST) == ("small",)  # whoever wanted to look at it is gone
    assert (book.sign("big"), book.sign("small")) == ("1", None)
    assert book.tells("big", NOON, MINUTE)
    assert not book.tells("big", NOON, MINUTE)


def test_how_it_stands(book):
    book.plan("big", items(["a", "b"], wake=NOON - 5 * MINUTE, days=3))
    book.plan("small", items(["first"], wake=NOON + MINUTE))
    with book.transaction():
        book.take_due(NOON, each=1)
        book.note_tick(NOON)
    book.troubled("small", "cannot be read")
    book.unreachable("big", "the repository is away")
    found = book.depth(NOON + timedelta(seconds=10))
    assert (found.due, found.queued, found.ahead) == (3, 3, 2)
    assert found.lag == timedelta(minutes=5, seconds=10)
    assert found.tick_age == timedelta(seconds=10)
    assert found.troubles == {"big": "the repository is away", "small": "cannot be read"}
    book.projects(["big"])
    assert book.depth(NOON).ahead == 0
