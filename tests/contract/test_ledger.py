"""What every ledger must do: one claim wins, later writes are fenced, and damage is noticed."""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from pipeline.delivery import Artifact, Held, Published, Receipt, Rejected, Retry, Slot, Unconfirmed, digest_of
from pipeline.errors import LedgerError, LostClaimError
from pipeline.ledger.copy import copy
from pipeline.ledger.fold import Standing
from pipeline.ledger.lines import Line
from pipeline.ledger.postgres import migrated, with_schema
from pipeline.ledger.store import MOVED, Ledger
from pipeline.records import replace

NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SOON = NOON + 5 * MINUTE
URL = "sqlite:///ledger.db"
SLOT = Slot(series="walk", entry="day-02", channel="linkedin", due=NOON - MINUTE)
POST = Artifact(media_type="application/json", body=b'{"a":1}', text="a", digest=digest_of(b"a"))
RECEIPT = Receipt(remote_id="urn:li:share:1", url="https://www.linkedin.com/feed/update/urn:li:share:1/")


@pytest.fixture(params=["sqlite", "postgres"])
def url(request):
    if request.param == "sqlite":
        return URL
    return request.getfixturevalue("postgres").ledger()


@pytest.fixture
def ledger(tmp_path, url):
    made = Ledger(url, tmp_path)
    yield made
    made.close()


def claimed(ledger, owner="a", now=NOON, **more):
    return ledger.claim(SLOT, owner=owner, now=now, until=now + 5 * MINUTE, **more)


def intent(row):
    return Line(at=NOON, event="intent", key=row.key, attempt=row.attempts + 1, claim=row.claim, digest=row.digest)


def sending(ledger):
    row = ledger.freeze(claimed(ledger), POST, source="s", now=NOON, until=SOON)
    return ledger.begin(row, now=NOON, until=SOON, line=intent(row))


def test_a_send_goes_from_claimed_to_sending_to_published(ledger):
    row = claimed(ledger)
    assert (row.state, row.epoch, row.attempts) == ("claimed", 1, 0)
    row = ledger.freeze(row, POST, source="s", now=NOON, until=SOON)
    assert (row.state, row.payload, row.digest) == ("claimed", POST.body, POST.digest)
    row = ledger.begin(row, now=NOON, until=SOON, line=intent(row))
    assert (row.state, row.attempts) == ("sending", 1)
    assert ledger.holds(row, now=NOON)
    row = ledger.settle(row, Published(RECEIPT), now=NOON)
    assert (row.state, row.receipt) == ("published", RECEIPT)
    assert [event for _, event, _ in ledger.history(SLOT.key)] == ["claimed", "frozen", "sending", "published"]


def test_a_slot_that_somebody_has_is_not_claimed(ledger):
    claimed(ledger, "a")
    assert claimed(ledger, "b") is None


def test_a_claim_of_which_nothing_left_is_free_when_its_lease_is_over(ledger):
    first = claimed(ledger, "a")
    second = claimed(ledger, "b", NOON + 6 * MINUTE)
    assert second.epoch == first.epoch + 1


def test_a_claim_of_an_owner_who_has_ended_is_free_at_once(ledger):
    claimed(ledger, "a")
    assert claimed(ledger, "b", dead={"a"}).owner == "b"


def test_a_sending_slot_is_never_claimed_again(ledger):
    sending(ledger)
    assert claimed(ledger, "b", NOON + timedelta(days=30), dead={"a"}, at_once=True) is None


@pytest.mark.parametrize("outcome", [Published(RECEIPT), Rejected("no"), Unconfirmed("maybe")])
def test_nothing_is_claimed_after_an_end(ledger, outcome):
    ledger.settle(sending(ledger), outcome, now=NOON)
    assert claimed(ledger, "b", NOON + timedelta(days=1), at_once=True) is None


def test_a_retry_is_claimed_from_its_moment_on(ledger):
    ledger.settle(claimed(ledger), Retry("offline", NOON + MINUTE), now=NOON)
    assert claimed(ledger, "b", NOON) is None
    assert claimed(ledger, "b", NOON + MINUTE).owner == "b"


def test_a_person_does_not_wait_for_a_retry(ledger):
    ledger.settle(claimed(ledger), Retry("offline", NOON + MINUTE), now=NOON)
    assert claimed(ledger, "b", at_once=True).owner == "b"


def test_a_held_slot_may_be_claimed(ledger):
    ledger.settle(claimed(ledger), Held("401"), now=NOON)
    assert claimed(ledger, "b").owner == "b"


def test_a_holder_whose_claim_has_passed_on_writes_nothing_more(ledger):
    old = ledger.freeze(claimed(ledger, "a"), POST, source="s", now=NOON, until=SOON)
    new = claimed(ledger, "b", NOON + 6 * MINUTE)
    with pytest.raises(LostClaimError):
        ledger.begin(old, now=NOON + 6 * MINUTE, until=SOON + 6 * MINUTE, line=intent(old))
    with pytest.raises(LostClaimError):
        ledger.settle(old, Published(RECEIPT), now=NOON + 6 * MINUTE)
    assert ledger.row(SLOT.key) == new


def test_bytes_that_are_not_frozen_do_not_leave(ledger):
    row = claimed(ledger)
    with pytest.raises(LostClaimError):
        ledger.begin(row, now=NOON, until=SOON, line=intent(row))


def test_a_claim_that_is_over_does_not_begin(ledger):
    row = ledger.freeze(claimed(ledger), POST, source="s", now=NOON, until=SOON)
    with pytest.raises(LostClaimError):
        ledger.begin(row, now=NOON + 6 * MINUTE, until=NOON + 9 * MINUTE, line=intent(row))


def test_a_receipt_that_comes_late_still_counts(ledger):
    row = sending(ledger)
    ledger.settle(row, Unconfirmed("no answer"), now=SOON)
    assert ledger.settle(row, Published(RECEIPT), now=SOON + MINUTE).state == "published"


def test_a_row_that_has_moved_on_does_not_follow_an_older_look(ledger):
    wanted = Standing(state="retry", attempts=1, at=NOON, decided=True, retry_at=NOON)
    seen = ledger.settle(sending(ledger), Unconfirmed("no answer"), now=NOON)
    ledger.settle(seen, Published(RECEIPT), now=NOON)
    assert ledger.take(SLOT.key, wanted, seen=seen, now=SOON) is None
    assert ledger.take(SLOT.key, wanted, seen=None, now=SOON) is None
    assert ledger.row(SLOT.key).state == "published"


def test_why_a_slot_waits_is_written_once(ledger):
    for _ in range(3):
        ledger.wait(SLOT, "planned", "its page is not live", now=NOON)
    assert [reason for _, _, reason in ledger.history(SLOT.key)] == ["its page is not live"]


def test_a_reason_to_wait_changes_nothing_that_is_settled(ledger):
    ledger.settle(sending(ledger), Published(RECEIPT), now=NOON)
    ledger.wait(SLOT, "late", "too late", now=NOON)
    assert ledger.row(SLOT.key).state == "published"


def test_the_history_cannot_be_changed(ledger):
    claimed(ledger)
    for statement in ("UPDATE attempt SET event = 'x'", "DELETE FROM attempt"):
        with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)):
            ledger.connection.execute(statement)


def test_a_ledger_of_a_newer_daycast_is_refused(tmp_path, url):
    ledger = Ledger(url, tmp_path)
    newer = "UPDATE version SET number = 99, reads = 98" if ledger.keeps_journal else "PRAGMA user_version = 99"
    ledger.connection.execute(newer)
    ledger.close()
    with pytest.raises(LedgerError, match="update daycast"):
        Ledger(url, tmp_path)


def test_pauses_are_counted_from_what_may_have_left(ledger):
    assert ledger.last_sent("linkedin") is None
    row = sending(ledger)
    assert ledger.last_sent("linkedin") == NOON
    assert ledger.last_sent("acme") is None
    ledger.settle(row, Retry("refused before a byte left", SOON), now=NOON)
    assert ledger.last_sent("linkedin") is None


def claim_all(url, folder, owner, count):
    ledger = Ledger(url, folder)
    got = []
    for day in range(count):
        slot = Slot(series="walk", entry=f"day-{day}", channel="linkedin", due=NOON)
        row = ledger.claim(slot, owner=owner, now=NOON, until=SOON)
        if row is not None:
            got.append(row.key)
    ledger.close()
    return got


def test_eight_processes_claim_each_slot_once(tmp_path, url):
    Ledger(url, tmp_path).close()
    context = multiprocessing.get_context("spawn")
    with context.Pool(8) as pool:
        got = pool.starmap(claim_all, [(url, tmp_path, f"p{n}", 50) for n in range(8)])
    won = [key for keys in got for key in keys]
    assert sorted(won) == sorted({f"walk/day-{day}/linkedin" for day in range(50)})


def test_threads_of_one_process_claim_each_slot_once(ledger):
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(lambda n: claimed(ledger, f"t{n}"), range(8)))
    assert sum(row is not None for row in got) == 1


def filled(folder):
    ledger = Ledger(URL, folder)
    for day in range(30):
        slot = Slot(series="walk", entry=f"day-{day:02}", channel="linkedin", due=NOON)
        row = ledger.claim(slot, owner="a", now=NOON, until=SOON)
        assert row is not None
        row = ledger.freeze(row, POST, source="s", now=NOON, until=SOON)
        row = ledger.begin(row, now=NOON, until=SOON, line=intent(row))
        if day % 2:
            ledger.settle(row, Published(Receipt(remote_id=f"urn:li:share:{day}", url=None)), now=NOON)
    rows = ledger.rows()
    ledger.close()
    return rows


def opened(folder):
    """The rows of a ledger, or the sentence that it is damaged."""
    try:
        ledger = Ledger(URL, folder)
    except LedgerError as error:
        return str(error)
    try:
        return ledger.rows()
    except LedgerError as error:
        return str(error)
    finally:
        ledger.close()


def test_any_flipped_bit_is_noticed_or_harmless(tmp_path):
    rows = filled(tmp_path)
    whole = (tmp_path / "ledger.db").read_bytes()
    seed = random.randrange(2**32)
    dice = random.Random(seed)
    noticed = 0
    for number in range(200):
        folder = tmp_path / str(number)
        folder.mkdir()
        changed = bytearray(whole)
        changed[dice.randrange(len(whole))] ^= 1 << dice.randrange(8)
        (folder / "ledger.db").write_bytes(changed)
        found = opened(folder)
        if isinstance(found, str):
            noticed += 1
        else:
            assert found == rows, f"seed {seed}, flip {number}"
    assert noticed > 0


@pytest.mark.parametrize("part", [0.25, 0.5, 0.9, 0.999])
def test_a_truncated_ledger_is_noticed_or_lacks_nothing(tmp_path, part):
    rows = filled(tmp_path)
    place = tmp_path / "ledger.db"
    data = place.read_bytes()
    place.write_bytes(data[: int(len(data) * part)])
    found = opened(tmp_path)
    assert found == rows or "daycast ledger rebuild" in found


def test_a_ledger_that_cannot_be_written_says_so(tmp_path):
    (tmp_path / "blocked").write_text("a file where a folder should be")
    with pytest.raises(LedgerError, match="cannot be written"):
        Ledger("sqlite:///blocked/ledger.db", tmp_path)


@pytest.fixture
def shared(postgres, tmp_path):
    made = Ledger(postgres.ledger(), tmp_path)
    yield made
    made.close()


def test_where_the_journal_is_a_table_it_is_written_with_the_row(shared):
    row = sending(shared)
    assert shared.journal("walk") == (intent(replace(row, attempts=0)),)
    told = Line(at=NOON, event="published", key=row.key, attempt=1, claim=row.claim, remote_id=RECEIPT.remote_id)
    shared.settle(row, Published(RECEIPT), now=NOON, lines=[told])
    assert [line.event for line in shared.journal("walk", SLOT.key)] == ["intent", "published"]
    assert shared.journal("another") == shared.journal("walk", "walk/day-03/linkedin") == ()


def test_a_write_that_is_refused_leaves_no_line(shared):
    row = sending(shared)
    shared.settle(row, Published(RECEIPT), now=NOON)
    told = Line(at=NOON, event="not-sent", key=row.key, attempt=1, claim=row.claim)
    with pytest.raises(LostClaimError):
        shared.settle(row, Retry("again", SOON), now=NOON, lines=[told])
    assert [line.event for line in shared.journal("walk")] == ["intent"]


def test_who_is_at_work_its_connections_tell(shared, tmp_path, postgres):
    other = Ledger(shared_url(shared, postgres), tmp_path)
    other.work_as("worker-1")
    assert other.row(SLOT.key) is None
    assert shared.at_work(["worker-1", "worker-2"]) == {"worker-1"}
    other.close()
    for _ in range(1000):  # the server notices in its own time
        if not shared.at_work(["worker-1"]):
            break
        shared.connection.execute("SELECT pg_sleep(0.01)")
    assert shared.at_work(["worker-1"]) == frozenset()


def shared_url(ledger, postgres):
    return with_schema(postgres.url, ledger.database.schema)


def test_an_older_daycast_works_beside_a_newer_one_that_says_so(shared, tmp_path, postgres):
    shared.connection.execute("ALTER TABLE delivery ADD COLUMN invented_later TEXT")
    shared.connection.execute("UPDATE version SET number = 2, reads = 1")
    older = Ledger(shared_url(shared, postgres), tmp_path)
    older.settle(sending(older), Published(RECEIPT), now=NOON)
    assert shared.row(SLOT.key).state == "published"
    older.close()


def test_of_many_that_make_the_tables_at_once_one_does(postgres, tmp_path):
    url = postgres.schema()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: migrated(url), range(8)))
    Ledger(url, tmp_path).close()


def test_a_look_takes_back_what_it_writes(shared, tmp_path, postgres):
    look = Ledger(shared_url(shared, postgres), tmp_path, trial=True)
    assert claimed(look).state == "claimed"
    assert look.row(SLOT.key) is not None
    look.close()
    assert shared.row(SLOT.key) is None


def test_a_connection_that_was_cut_is_made_anew(shared):
    claimed(shared)
    with pytest.raises(LedgerError, match="does not answer"):
        cut(shared)
    assert shared.row(SLOT.key).state == "claimed"


def cut(ledger):
    """Let the server hang up, as a restart does, and use the connection."""
    with ledger.database.telling():
        ledger.connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_nothing_is_claimed_in_a_ledger_that_has_moved(ledger):
    ledger.settle(claimed(ledger), Retry("offline", NOON), now=NOON)
    ledger.put_mark(MOVED, "elsewhere", now=NOON)
    assert claimed(ledger, now=SOON, at_once=True) is None
    other = Slot(series="walk", entry="day-03", channel="linkedin", due=NOON)
    assert ledger.claim(other, owner="a", now=SOON, until=SOON + MINUTE) is None
    assert ledger.row(other.key) is None


@pytest.mark.parametrize("way", ["to postgres", "to sqlite"])
def test_a_copy_keeps_everybody_out_and_marks_where_it_came_from(shared, tmp_path, way):
    file = Ledger(URL, tmp_path)
    source, target = (file, shared) if way == "to postgres" else (shared, file)
    row = sending(source)
    with pytest.raises(LedgerError, match="is in the hands of a right now"):
        copy(source, target, journal=lambda: (), now=NOON)
    assert source.mark(MOVED) is None
    source.settle(row, Published(RECEIPT), now=NOON)
    line = Line(at=NOON, event="published", key=SLOT.key, attempt=1)
    copied = copy(source, target, journal=lambda: (line,), now=NOON)
    assert copied.deliveries == 1
    assert target.row(SLOT.key) == source.row(SLOT.key)
    assert target.history(SLOT.key) == source.history(SLOT.key)
    assert source.mark(MOVED) == target.database.address
    assert target.mark(MOVED) is None
    if target.keeps_journal:
        assert target.journal("walk") == (line,)
    with pytest.raises(LedgerError, match="holds a ledger already"):
        copy(source, target, journal=lambda: (), now=NOON)
    file.close()
