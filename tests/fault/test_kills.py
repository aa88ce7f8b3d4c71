"""R1, R3: kill, fail or fill the disk at every named step, for every class of channel: nothing twice, nothing lost.

Each case runs in a process of its own that really is killed; then the project is looked at again, as a restart would.
"""

from __future__ import annotations

import errno
import itertools
import os
import signal
from datetime import timedelta
from functools import partial

import pytest

from pipeline import config
from pipeline.publish import decisions
from pipeline.publish.due import load_sources
from pipeline.publish.run import LEASE
from tests.fault.world import (
    FIRST,
    HOUR,
    KINDS,
    MINUTE,
    World,
    die,
    ended,
    in_a_process,
    make,
    standings,
    start,
    states,
    tick,
)

STEPS = (
    *("rendered", "claimed", "uploading", "prepared", "frozen", "intent", "sending"),
    *("before", "after", "answered", "recorded", "journaled"),
)
SITE_STEPS = ("claimed", "sending", "built", "deployed", "recorded")
#: Steps at which the bytes may have left.
LEFT = frozenset(("sending", "before", "after", "answered", "recorded", "journaled"))
KEY = "walk/day-01/post"
SITE = 'url = "https://walks.example"'


def fail():
    raise RuntimeError("as the test wants it")


def fill_the_disk():
    raise OSError(errno.ENOSPC, "No space left on device")


WAYS = {"killed": die, "failing": fail, "full": fill_the_disk}


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request):
    """What a project's settings say of its ledger."""
    if request.param == "sqlite":
        return ""
    return f'[ledger]\nurl = "{request.getfixturevalue("postgres").ledger()}"\n'


def run_into(root, world, kind, step, way):
    """One run in which ``way`` happens at ``step``; then runs as after a restart."""

    def at(where, *_):
        if where == step:
            WAYS[way]()

    ended = in_a_process(lambda: tick(root, FIRST, {"post": KINDS[kind]("post", world, at)}, tell=at))
    assert way != "killed" or ended == -signal.SIGKILL
    for later in (MINUTE, 10 * MINUTE, 40 * MINUTE, 2 * HOUR):
        in_a_process(partial(tick, root, FIRST + later, {"post": KINDS[kind]("post", world)}))


@pytest.mark.parametrize(
    ("kind", "step", "way"),
    [
        pytest.param(kind, step, way, id=f"{kind}-{way}-at-{step}")
        for kind, step, way in itertools.product(KINDS, STEPS, WAYS)
    ],
)
def test_a_post_is_out_at_most_once_and_never_lost(tmp_path, settings, kind, step, way):
    make(tmp_path, channels="post", settings=settings)
    world = World(tmp_path)
    run_into(tmp_path, world, kind, step, way)
    state = states(tmp_path)[KEY]
    count = world.counts()[KEY]
    assert count <= 1
    if kind == "plain":
        assert state in ("published", "unconfirmed")
        if step not in (LEFT if settings else {*LEFT, "intent"}):
            assert (state, count) == ("published", 1)
    else:
        assert (state, count) == ("published", 1)
    assert standings(tmp_path)[KEY].state == state
    if state == "published":
        assert count == 1


def test_a_person_may_settle_at_once_what_a_killed_run_left_in_hand(tmp_path, settings):
    make(tmp_path, channels="post", settings=settings)
    world = World(tmp_path)

    def at(where, *_):
        if where == "after":
            die()

    in_a_process(lambda: tick(tmp_path, FIRST, {"post": KINDS["plain"]("post", world, at)}, tell=at))
    assert states(tmp_path)[KEY] == "sending"
    now = FIRST + timedelta(seconds=5)
    project = load_sources(tmp_path, config.load(tmp_path))
    with decisions.opened(project, now) as desk:
        row = desk.row(KEY)
        assert row is not None
        assert row.state == "unconfirmed"
        decisions.resolve(desk, KEY, published="https://posts.example/1")
    assert standings(tmp_path)[KEY].state == "published"
    in_a_process(partial(tick, tmp_path, FIRST + HOUR, {"post": KINDS["plain"]("post", world)}))
    assert world.counts()[KEY] == 1


@pytest.mark.parametrize(("step", "way"), list(itertools.product(SITE_STEPS, WAYS)))
def test_the_site_is_brought_out_whatever_interrupts_it(tmp_path, settings, step, way):
    make(tmp_path, channels="blog, rss", site=SITE, settings=settings)
    run_into(tmp_path, World(tmp_path), "plain", step, way)
    assert set(states(tmp_path).values()) == {"published"}
    assert (tmp_path / "output/site/walk/day-01/index.html").is_file()


@pytest.mark.parametrize(("kind", "step"), list(itertools.product(KINDS, STEPS)))
def test_a_run_that_was_frozen_for_twice_its_lease_doubles_nothing(tmp_path, postgres, kind, step):
    """R17. It stops at a step, others look after its lease is over, and it goes on as if nothing had been."""
    make(tmp_path, channels="post", settings=f'[ledger]\nurl = "{postgres.ledger()}"\n')
    world = World(tmp_path)

    def at(where, *_):
        if where == step:
            os.kill(os.getpid(), signal.SIGSTOP)

    frozen = start(lambda: tick(tmp_path, FIRST, {"post": KINDS[kind]("post", world, at)}, tell=at))
    assert os.WIFSTOPPED(os.waitpid(frozen, os.WUNTRACED)[1])
    later = FIRST + 2 * LEASE + MINUTE
    for _ in range(2):
        in_a_process(partial(tick, tmp_path, later, {"post": KINDS[kind]("post", world)}))
        later += 10 * MINUTE
    os.kill(frozen, signal.SIGCONT)
    assert ended(frozen) == 0
    for _ in range(3):
        in_a_process(partial(tick, tmp_path, later, {"post": KINDS[kind]("post", world)}))
        later += HOUR
    state = states(tmp_path)[KEY]
    assert world.counts()[KEY] == 1
    assert state == "published" or (kind == "plain" and state == "unconfirmed")


def test_there_are_enough_points(record_figure):
    points = 2 * (len(KINDS) * len(STEPS) * len(WAYS) + len(SITE_STEPS) * len(WAYS))
    record_figure("R1", f"{points} points: 0 doubled, 0 lost")
    assert points >= 60
