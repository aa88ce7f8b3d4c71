"""R14: an entry is edited while it is sent: what arrives is what was frozen, whole, and status tells of the rest."""

from __future__ import annotations

import random
import re
from functools import partial

import pytest

from pipeline import config
from pipeline.delivery import digest_of
from pipeline.errors import NotSentError, UnconfirmedError
from pipeline.ledger.journal import path_of, read
from pipeline.ledger.store import Ledger
from pipeline.publish.decisions import opened, resolve
from pipeline.publish.due import load_sources
from pipeline.publish.peek import peeked
from pipeline.publish.status import status
from tests.fault.world import FIRST, HOUR, KINDS, MINUTE, World, die, in_a_process, make, open_site, states, tick
from tests.fault.world import write_day as write

KEY = "walk/day-01/post"
NOW = "We walked 1 miles."
LATER = "We rode a horse, and the whole text is another one."
STEPS = (
    *("moved", "rendered", "claimed", "uploading", "prepared", "frozen", "intent", "sending"),
    *("before", "after", "answered", "recorded", "journaled"),
)
#: From here on the bytes are decided.
DECIDED = STEPS[STEPS.index("rendered") :]


def edit(root):
    write(root, 1, LATER)


def delete(root):
    (root / "series/walk/day-01.md").unlink()


def break_off(root):
    (root / "series/walk/day-01.md").write_text("---\ntitle: [\n")


def empty(root):
    (root / "series/walk/day-01.md").write_bytes(b"")


def rename(root):
    (root / "series/walk/day-01.md").rename(root / "series/walk/day-01-the-walk.md")


def retitle(root):
    index = root / "series/walk/_index.md"
    index.write_text(index.read_text().replace("Thirty walks", "Forty walks"))


EDITS = (edit, delete, break_off, empty, rename, retitle)


def row_of(root, key=KEY):
    ledger = Ledger("sqlite:///.daycast/ledger.db", root)
    try:
        return ledger.row(key)
    finally:
        ledger.close()


def seen(root, now, channels):
    """Every slot as ``status`` shows it."""
    project = load_sources(root, config.load(root))
    with peeked(project, now) as ledger:
        found = status(project, ledger, {**open_site(root), **channels}, now, runner=None)
    return {one.key: one for one in found.deliveries}


def at(step, work):
    """``work`` happens the first time a run comes to a step."""
    left = [step]

    def told(where, *_):
        if where in left:
            left.clear()
            work()

    return told


def check(root, world):
    """What is out is what the books say was sent."""
    (post,) = world.posts()
    row = row_of(root)
    assert row.payload == post["text"].encode()
    assert row.digest == digest_of(row.payload)
    sent = [line for line in read(path_of(root, "series/walk")) if line.event == "published" and line.key == KEY]
    assert {line.digest for line in sent} == {row.digest}
    return post["text"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", DECIDED)
@pytest.mark.parametrize("change", EDITS, ids=lambda change: change.__name__)
def test_what_arrives_is_what_was_frozen(tmp_path, kind, step, change):
    make(tmp_path, channels="post")
    world = World(tmp_path)
    told = at(step, partial(change, tmp_path))
    tick(tmp_path, FIRST, {"post": KINDS[kind]("post", world, told)}, tell=told)
    assert NOW in check(tmp_path, world)
    delivery = seen(tmp_path, FIRST + MINUTE, {"post": KINDS[kind]("post", world)})[KEY]
    assert (delivery.state, delivery.drift) == ("published", change is edit)
    for later in (MINUTE, HOUR, 24 * HOUR):
        tick(tmp_path, FIRST + later, {"post": KINDS[kind]("post", world)})
    assert world.counts()[KEY] == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", STEPS)
def test_what_was_refused_before_goes_out_as_it_is_written_by_then(tmp_path, kind, step):
    make(tmp_path, channels="post")
    world = World(tmp_path)

    def refused(where, *_):
        if where == step:
            edit(tmp_path)
        if where == "before":
            raise NotSentError("as the test wants it")

    tick(tmp_path, FIRST, {"post": KINDS[kind]("post", world, refused)}, tell=refused)
    edit(tmp_path)
    assert world.posts() == []
    tick(tmp_path, FIRST + HOUR, {"post": KINDS[kind]("post", world)})
    assert LATER in check(tmp_path, world)
    assert not seen(tmp_path, FIRST + HOUR, {"post": KINDS[kind]("post", world)})[KEY].drift


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("step", DECIDED)
def test_after_a_kill_and_an_edit_the_books_hold_what_is_out(tmp_path, kind, step):
    make(tmp_path, channels="post")
    world = World(tmp_path)

    def at_step(where, *_):
        if where == step:
            edit(tmp_path)
            die()

    in_a_process(lambda: tick(tmp_path, FIRST, {"post": KINDS[kind]("post", world, at_step)}, tell=at_step))
    for later in (MINUTE, 10 * MINUTE, 40 * MINUTE, 2 * HOUR):
        tick(tmp_path, FIRST + later, {"post": KINDS[kind]("post", world)})
    assert world.counts()[KEY] <= 1
    state = states(tmp_path)[KEY]
    if state == "unconfirmed":
        row, posts = row_of(tmp_path), world.posts()
        assert not posts or row.payload == posts[0]["text"].encode()
        return
    text = check(tmp_path, world)
    assert state == "published"
    assert seen(tmp_path, FIRST + 2 * HOUR, {"post": KINDS[kind]("post", world)})[KEY].drift == (LATER not in text)


def test_a_person_who_edits_what_is_unconfirmed_sends_again_what_was_frozen(tmp_path):
    make(tmp_path, channels="post")
    world = World(tmp_path)

    def lost(where):
        if where == "before":
            raise UnconfirmedError("as the test wants it")

    tick(tmp_path, FIRST, {"post": KINDS["plain"]("post", world, lost)})
    edit(tmp_path)
    project = load_sources(tmp_path, config.load(tmp_path))
    with opened(project, FIRST + HOUR) as desk:
        resolve(desk, KEY, retry=True)
    tick(tmp_path, FIRST + 2 * HOUR, {"post": KINDS["plain"]("post", world)})
    assert NOW in check(tmp_path, world)
    assert seen(tmp_path, FIRST + 2 * HOUR, {"post": KINDS["plain"]("post", world)})[KEY].drift


def test_edits_at_random_steps_leave_each_day_whole(tmp_path, many, record_figure):
    """Every version of a day names itself twice, so that a mixture would show."""
    edits = 0
    seeds = range(many(10, 200))
    for seed in seeds:
        root, dice = tmp_path / str(seed), random.Random(seed)
        root.mkdir()
        make(root, channels="post", days=3)
        world, versions = World(root), dict.fromkeys((1, 2, 3), 0)

        def maybe(*_, dice=dice, root=root, versions=versions):
            if dice.random() < 0.3:
                day = dice.choice(list(versions))
                versions[day] += 1
                write(root, day, f"Day {day}, version {versions[day]} ends with version {versions[day]}.")

        kind = KINDS[dice.choice(list(KINDS))]
        for hours in range(0, 24 * 4, 6):
            tick(root, FIRST + hours * HOUR, {"post": kind("post", world, maybe)}, tell=maybe)
        shown = seen(root, FIRST + 96 * HOUR, {"post": kind("post", world)})
        assert set(world.counts().values()) == {1}, f"seed {seed}"
        assert len(world.posts()) == 3, f"seed {seed}"
        for post in world.posts():
            row = row_of(root, post["key"])
            assert row.payload == post["text"].encode(), f"seed {seed}"
            body = post["text"].partition("\n")[2].strip()
            day = row.key[len("walk/day-") :][:2]
            written = (root / f"series/walk/day-{day}.md").read_text().splitlines()[-1]
            assert len(set(re.findall(r"version (\d+)", body))) <= 1, f"seed {seed}"
            assert shown[row.key].drift == (body != written), f"seed {seed}"
        edits += sum(versions.values())
    points = len(KINDS) * (len(DECIDED) * (len(EDITS) + 1) + len(STEPS))
    record_figure("R14", f"{points} edits at named steps, {edits} at random ones: what arrived is what was frozen")
