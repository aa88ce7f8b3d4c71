"""R10: a ledger or a journal that is damaged, older than it was, or gone: noticed or harmless, nothing is doubled."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing
from functools import partial

import pytest

from pipeline import config
from pipeline.delivery import FINAL
from pipeline.errors import NotSentError, RejectedError, UnconfirmedError
from pipeline.ledger.store import Ledger
from pipeline.ledger.sync import apply, difference
from pipeline.publish.decisions import adopt, opened, resolve, skip_day
from pipeline.publish.due import load_sources
from pipeline.publish.peek import peeked
from pipeline.publish.rebuild import rebuild
from pipeline.publish.status import status
from tests.fault.world import FIRST, HOUR, KINDS, MINUTE, World, die, in_a_process, make, standings, states, tick

DAY = 24 * HOUR
STEPS = (
    *("rendered", "claimed", "uploading", "prepared", "frozen", "intent", "sending"),
    *("before", "after", "answered", "recorded", "journaled"),
)
KEY = "walk/day-01/post"
REMEDY = "daycast ledger rebuild"
#: What becomes of each day of a used project, in time.
ENDS = {1: None, 2: UnconfirmedError, 3: RejectedError, 4: NotSentError}


def look(root, world, now, *, at=lambda *_: None, kinds=("plain",)):
    """A tick in a process of its own; gives how it ended and what it said."""
    said = root / "said"
    said.unlink(missing_ok=True)

    def work():
        try:
            tick(root, now, {name: KINDS[name](name, world, at) for name in kinds}, tell=at)
        except Exception as error:
            said.write_text(f"{type(error).__name__}: {error}")
            raise

    return in_a_process(work), said.read_text() if said.exists() else ""


def mend(root, now):
    """What the message asks for."""
    return in_a_process(lambda: rebuild(load_sources(root, config.load(root)), now))


def files(root):
    """All that a run may change: ledger, journal and the world."""
    return [*(root / ".daycast").glob("ledger.db*"), root / "series/walk/receipts.jsonl", root / "world.jsonl"]


def agree(ledger, journal):
    """Whether both books say the same; an intent without an outcome is a doubt as well."""
    return journal == ledger or (ledger, journal) == ("unconfirmed", "sending")


class Used:
    """A project in use: days that are out, refused, in doubt and to be tried again, and one that is due now."""

    def __init__(self, root):
        self.root, self.world = root, World(root)
        make(root, channels="keyed, plain", days=5, more="max_late: 9d\n")
        for day, error in ENDS.items():

            def at(where, *_, error=error):
                if error is not None and where == ("after" if error is UnconfirmedError else "before"):
                    raise error("as the test wants it")

            look(root, self.world, FIRST + (day - 1) * DAY, at=at, kinds=("keyed", "plain"))
            if error is UnconfirmedError:
                look(root, self.world, FIRST + (day - 1) * DAY + HOUR, kinds=("keyed", "plain"))
        self.now = FIRST + 4 * DAY
        self.save()
        assert self.look()[0] == 0
        self.right = (states(root), self.world.counts())
        self.put_back()

    def look(self, later=0 * MINUTE):
        return look(self.root, self.world, self.now + later, kinds=("keyed", "plain"))

    def save(self):
        """What `put_back` puts back."""
        self._saved = {path: path.read_bytes() for path in files(self.root)}

    def put_back(self):
        for path in files(self.root):
            path.unlink(missing_ok=True)
        for path, data in self._saved.items():
            path.write_bytes(data)
        shutil.rmtree(self.root / ".daycast/runs", ignore_errors=True)

    def is_right(self):
        return (states(self.root), self.world.counts()) == self.right


@pytest.fixture
def used(tmp_path):
    return Used(tmp_path)


def test_a_used_project_has_every_kind_of_end(used):
    used.look()
    assert set(states(used.root).values()) == {"published", "unconfirmed", "rejected"}
    assert used.world.counts() == {key: 1 for key, state in states(used.root).items() if state != "rejected"}


# ── the ledger's bytes ───────────────────────────────────────────────────────────────────────────


def flip(data, dice):
    at = dice.randrange(len(data))
    data[at] ^= 1 << dice.randrange(8)


def cross_out(data, dice):
    at = dice.randrange(len(data))
    data[at : at + 512] = bytes(len(data[at : at + 512]))


def scribble(data, dice):
    at = dice.randrange(len(data))
    data[at : at + 64] = dice.randbytes(len(data[at : at + 64]))


def cut(data, dice):
    del data[dice.randrange(len(data)) :]


def swap_pages(data, dice):
    first, second = (dice.randrange(len(data) // 4096) * 4096 for _ in range(2))
    data[first : first + 4096], data[second : second + 4096] = (
        data[second : second + 4096],
        data[first : first + 4096],
    )


@pytest.mark.parametrize("damage", [flip, cross_out, scribble, cut, swap_pages])
def test_a_ledger_with_changed_bytes_is_refused_or_right(used, damage, many, record_figure):
    ledger = used.root / ".daycast/ledger.db"
    count = many(40 if damage is flip else 8, 200)
    refused = 0
    for seed in range(count):
        data = bytearray(ledger.read_bytes())
        damage(data, random.Random(seed))
        ledger.write_bytes(data)
        code, said = used.look()
        case = f"seed {seed}: ended with {code}, {said or 'and said nothing'}"
        if code:
            refused += 1
            assert (code, REMEDY in said) == (1, True), case
            assert used.world.counts() == dict.fromkeys(used.world.counts(), 1), case
            assert mend(used.root, used.now) == 0, case
            assert used.look(MINUTE)[0] == 0, case
        assert used.is_right(), f"{case}: {states(used.root)}, {used.world.counts()}"
        used.put_back()
    record_figure("R10", f"{count} ledgers damaged by {damage.__name__}: {refused} refused, {count - refused} right")


def test_a_log_with_changed_bytes_is_refused_or_right(tmp_path, many, record_figure):
    """What a killed run leaves beside the ledger, its write-ahead log, is damaged before it is ever read."""
    world = World(tmp_path)
    make(tmp_path, channels="plain", days=2)
    look(tmp_path, world, FIRST - HOUR)
    key, count, refused = "walk/day-01/plain", many(40, 200), 0
    saved = {path: path.read_bytes() for path in (tmp_path / ".daycast").glob("ledger.db*")}
    for seed in range(count):
        dice = random.Random(seed)
        for path in files(tmp_path):
            path.unlink(missing_ok=True)
        for path, data in saved.items():
            path.write_bytes(data)
        step = dice.choice(STEPS)
        look(tmp_path, world, FIRST, at=lambda where, *_, step=step: die() if where == step else None)
        log = tmp_path / ".daycast/ledger.db-wal"
        data = bytearray(log.read_bytes())
        dice.choice((flip, cross_out, scribble, cut))(data, dice)
        log.write_bytes(data)
        case = f"seed {seed}, killed at {step}"
        code, said = look(tmp_path, world, FIRST + 10 * MINUTE)
        if code:
            refused += 1
            assert (code, REMEDY in said) == (1, True), f"{case}: {said}"
            assert mend(tmp_path, FIRST + 10 * MINUTE) == 0, case
        assert look(tmp_path, world, FIRST + 20 * MINUTE)[0] == 0, case
        assert world.counts()[key] <= 1, case
        assert states(tmp_path)[key] in ("published", "unconfirmed"), case
        assert agree(states(tmp_path)[key], standings(tmp_path)[key].state), case
    record_figure("R10", f"{count} logs damaged after a kill: {refused} refused, 0 doubled")


MARKS = (
    *("", "x", "{", "[]", "null", "\0", "2026-10-19", "2026-13-45T00:00:00", "since"),
    *('{"due": 5}', '{"due": {"day-01": "yesterday"}}', '{"due": {"day-02": "2026-10-21"}}'),
    *("failed", "failed 1", "failed x y: z", "failed 1 yesterday: z"),
)


@pytest.mark.parametrize("value", MARKS, ids=[f"mark {number}" for number in range(len(MARKS))])
def test_marks_with_another_value_are_worth_nothing_and_stop_nothing(tmp_path, value):
    world = World(tmp_path)
    make(tmp_path, channels="blog, plain", days=2)
    assert look(tmp_path, world, FIRST)[0] == 0
    with closing(sqlite3.connect(tmp_path / ".daycast/ledger.db")) as ledger, ledger:
        for name in ("tick", "plan:walk", "site", "feeds", "accounts", "unshared", "hold:plain", "gate:walk/day-02"):
            ledger.execute("INSERT OR REPLACE INTO mark VALUES (?, ?, '2026-10-19T07:00:00.000000Z')", (name, value))
    project = load_sources(tmp_path, config.load(tmp_path))
    with peeked(project, FIRST) as copy:
        status(project, copy, {}, FIRST, runner=None)
    code, said = look(tmp_path, world, FIRST + DAY)
    assert code == 0, said
    assert set(states(tmp_path).values()) == {"published"}
    assert world.counts() == {"walk/day-01/plain": 1, "walk/day-02/plain": 1}


# ── the ledger as it was, or gone ────────────────────────────────────────────────────────────────


def gone(root, _):
    for path in (root / ".daycast").glob("ledger.db*"):
        path.unlink()


def without_log(root, _):
    (root / ".daycast/ledger.db-wal").unlink(missing_ok=True)


def halved(root, _):
    ledger = root / ".daycast/ledger.db"
    ledger.write_bytes(ledger.read_bytes()[: ledger.stat().st_size // 2])


def emptied(root, _):
    gone(root, None)
    (root / ".daycast/ledger.db").touch()


def older(root, saved):
    gone(root, None)
    for name, data in saved.items():
        (root / ".daycast" / name).write_bytes(data)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("damage", [gone, without_log, halved, emptied, older])
def test_a_kill_and_the_loss_of_the_ledger_together_double_nothing(tmp_path, kind, damage, many):
    for step in STEPS[:: many(3, 1)]:
        root = tmp_path / step
        world = World(root)
        make(root, channels=kind)
        look(root, world, FIRST - HOUR, kinds=(kind,))
        saved = {path.name: path.read_bytes() for path in (root / ".daycast").glob("ledger.db*")}
        look(root, world, FIRST, at=lambda where, *_, step=step: die() if where == step else None, kinds=(kind,))
        damage(root, saved)
        code, said = look(root, world, FIRST + MINUTE, kinds=(kind,))
        if code:
            assert (code, REMEDY in said) == (1, True), f"{step}: {said}"
            assert mend(root, FIRST + MINUTE) == 0
        for later in (2 * MINUTE, 10 * MINUTE, HOUR):
            assert look(root, world, FIRST + later, kinds=(kind,))[0] == 0, step
        state, count = states(root)[f"walk/day-01/{kind}"], world.counts()[f"walk/day-01/{kind}"]
        assert count <= 1, step
        # Who can look needs the bytes to look for, and they were in the ledger.
        assert (state, count) == ("published", 1) or (kind != "keyed" and state == "unconfirmed"), step
        assert agree(state, standings(root)[f"walk/day-01/{kind}"].state), step


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", STEPS)
def test_a_ledger_put_back_from_a_copy_made_at_any_step_doubles_nothing(tmp_path, kind, step):
    world = World(tmp_path)
    make(tmp_path, channels=kind)
    key = f"walk/day-01/{kind}"

    def copy(where, *_):
        if where == step:
            shutil.copytree(tmp_path / ".daycast", tmp_path / "copy", ignore=shutil.ignore_patterns("*-shm"))

    assert look(tmp_path, world, FIRST, at=copy, kinds=(kind,))[0] == 0
    gone(tmp_path, None)
    for path in (tmp_path / "copy").glob("ledger.db*"):
        shutil.copyfile(path, tmp_path / ".daycast" / path.name)
    for later in (MINUTE, 10 * MINUTE, HOUR):
        assert look(tmp_path, world, FIRST + later, kinds=(kind,))[0] == 0
    assert (states(tmp_path), world.counts()) == ({key: "published"}, {key: 1})


def test_an_older_journal_is_brought_up_to_date_by_the_ledger(used):
    decide(
        used.root,
        used.now - HOUR,
        lambda desk, series: skip_day(desk, series, "day-05"),
        lambda desk, _: resolve(desk, "walk/day-03/plain", published="urn:li:share:7"),
    )
    used.save()
    journal = used.root / "series/walk/receipts.jsonl"
    before = standings(used.root)
    final = {key: one.state for key, one in before.items() if one.state in FINAL}
    assert set(final.values()) == {"published", "skipped"}
    lines = journal.read_bytes().splitlines(keepends=True)
    for kept in range(len(lines)):
        journal.write_bytes(b"".join(lines[:kept]))
        assert used.look()[0] == 0
        assert {key: standings(used.root)[key].state for key in final} == final, kept
        assert all(standings(used.root)[key].receipt == before[key].receipt for key in final), kept
        # From now on the journal is enough.
        gone(used.root, None)
        assert used.look(HOUR)[0] == 0
        counts = used.world.counts()
        assert counts == dict.fromkeys(counts, 1), kept
        assert not [key for key in counts if "day-05" in key], kept
        used.put_back()


def test_a_run_that_stood_still_while_it_compared_the_books_undoes_nothing(tmp_path):
    """It compared an older ledger with the journal; before it wrote what it found, another run sent the post."""
    world, key = World(tmp_path), "walk/day-01/plain"
    make(tmp_path, channels="plain")

    def unanswered(at):
        def fault(where, *_):
            if where == at:
                raise UnconfirmedError("as the test wants it")

        return fault

    look(tmp_path, world, FIRST, at=unanswered("before"))
    saved = {path.name: path.read_bytes() for path in (tmp_path / ".daycast").glob("ledger.db*")}
    decide(tmp_path, FIRST + MINUTE, lambda desk, _: resolve(desk, key, retry=True))
    older(tmp_path, saved)
    project = load_sources(tmp_path, config.load(tmp_path))
    ledger = Ledger(project.config.ledger.url, tmp_path)
    try:
        found = difference(project.book, ledger.rows())
        assert [one[0] for one in found.to_ledger] == [key]
        look(tmp_path, world, FIRST + 2 * MINUTE, at=unanswered("after"))
        apply(ledger, found, now=FIRST + 3 * MINUTE)
    finally:
        ledger.close()
    for later in (4 * MINUTE, HOUR):
        look(tmp_path, world, FIRST + later)
    assert (states(tmp_path), world.counts()) == ({key: "unconfirmed"}, {key: 1})


# ── a rebuild ────────────────────────────────────────────────────────────────────────────────────


def facts(root):
    """What a rebuild must bring back of each slot that the journal tells of."""
    ledger = Ledger("sqlite:///.daycast/ledger.db", root)
    try:
        return {
            row.key: (row.state, row.attempts, row.due, row.digest, row.source, row.remote_id, row.url, row.decided)
            for row in ledger.rows()
            if row.key in standings(root)
        }
    finally:
        ledger.close()


def decide(root, now, *decisions):
    project = load_sources(root, config.load(root))
    with opened(project, now) as desk:
        for decision in decisions:
            decision(desk, project.series[0])


def test_a_rebuild_brings_back_every_state_that_the_journal_tells(used, record_figure):
    used.look()
    for decision in (
        lambda desk, _: resolve(desk, "walk/day-02/plain", published="urn:li:share:7"),
        lambda desk, _: resolve(desk, "walk/day-03/plain", retry=True),
        lambda desk, _: resolve(desk, "walk/day-03/keyed", skip=True),
        lambda desk, series: skip_day(desk, series, "day-03"),
        lambda desk, series: adopt(desk, series, 4),
    ):
        before = facts(used.root)
        assert mend(used.root, used.now) == 0
        assert facts(used.root) == before
        decide(used.root, used.now, decision)
    gone(used.root, None)
    assert mend(used.root, used.now) == 0
    after = facts(used.root)
    assert after.keys() == standings(used.root).keys()
    assert used.look(HOUR)[0] == 0
    assert used.world.counts() == dict.fromkeys(used.world.counts(), 1)
    record_figure("R10", f"rebuild: {len(after)} of {len(after)} slots as they were, after each of 5 decisions")


# ── the journal ──────────────────────────────────────────────────────────────────────────────────

SETTLE, RESTORE = "settle the merge", "restore it from git"
#: Lines that no run writes, and the remedy that the message names.
LINES = {
    "ours": (b"<<<<<<< HEAD", SETTLE),
    "between": (b"=======", SETTLE),
    "theirs": (b">>>>>>> theirs", SETTLE),
    "zeros": (bytes(4), RESTORE),
    "no UTF-8": (b"\xff\xfe", RESTORE),
    "half a line": (b'{"at": "2026-10-19T07:00:00Z", "event": "publ', RESTORE),
    "a list": (b'["at"]', RESTORE),
    "another event": (b'{"at": "2026-10-19T07:00:00Z", "event": "sent", "key": "walk/day-01/plain"}', RESTORE),
    "no moment": (b'{"at": "yesterday", "event": "intent", "key": "walk/day-01/plain"}', RESTORE),
    "no key": (b'{"at": "2026-10-19T07:00:00Z", "event": "intent"}', RESTORE),
    "another series": (b'{"at": "2026-10-19T07:00:00Z", "event": "intent", "key": "run/day-01/plain"}', "_index.md"),
}


@pytest.mark.parametrize("ledger", ["there", "gone"])
@pytest.mark.parametrize("name", LINES)
def test_a_journal_with_a_line_that_cannot_be_read_sends_nothing(used, name, ledger):
    line, remedy = LINES[name]
    journal = used.root / "series/walk/receipts.jsonl"
    lines = journal.read_bytes().splitlines()
    before = used.world.counts()
    for at in {0, len(lines) // 2, len(lines)}:
        journal.write_bytes(b"\n".join([*lines[:at], line, *lines[at:], b""]))
        if ledger == "gone":
            gone(used.root, None)
        code, said = used.look()
        assert (code, f"series/walk/receipts.jsonl:{at + 1}: " in said, remedy in said) == (1, True, True), said
        assert used.world.counts() == before
        assert mend(used.root, used.now) == 1
        used.put_back()
    assert used.look()[0] == 0
    assert used.is_right()


def test_a_journal_with_a_changed_bit_doubles_nothing(used, many, record_figure):
    journal = used.root / "series/walk/receipts.jsonl"
    count, refused = many(40, 400), 0
    for seed in range(count):
        data = bytearray(journal.read_bytes())
        flip(data, random.Random(seed))
        journal.write_bytes(data)
        code, said = used.look()
        assert code in (0, 1), f"seed {seed}: {said}"
        refused += code
        counts = used.world.counts()
        assert counts == dict.fromkeys(counts, 1), f"seed {seed}: {counts}"
        used.put_back()
    record_figure("R10", f"{count} journals with a changed bit: {refused} refused, 0 doubled")


@pytest.mark.parametrize("at", range(0, 300, 30))
def test_a_last_line_that_was_torn_is_taken_away_and_nothing_is_lost(used, at):
    journal = used.root / "series/walk/receipts.jsonl"
    line = journal.read_bytes().splitlines()[0]
    with open(journal, "ab") as file:
        file.write(line[: min(at + 1, len(line) - 1)])
    assert used.look()[0] == 0
    assert used.is_right()
    assert all(row.endswith(b"}") for row in journal.read_bytes().splitlines())


def test_the_ledger_is_not_made_anew_by_itself(used):
    """A damaged one is kept until a person says so."""
    ledger = used.root / ".daycast/ledger.db"
    ledger.write_bytes(b"no database at all, but of some length" * 100)
    assert used.look()[0] == 1
    assert ledger.read_bytes().startswith(b"no database")
    assert in_a_process(partial(mend, used.root, used.now)) == 0
