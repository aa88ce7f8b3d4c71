"""R16–R18 and more: many workers on one PostgreSQL, whatever is killed, frozen, cut off or done twice."""

from __future__ import annotations

import random
import signal
import threading

import pytest

from tests.fault.workspace import Receiver, Worker, Workspace, soon, until

ACCOUNTS = {"first": False, "second": True, "third": False, "fourth": True}


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def workspace(tmp_path, postgres, receiver):
    return Workspace(tmp_path, postgres, receiver)


def nothing_twice_nothing_lost(workspace, expected):
    """The checker: every slot is at its end, out at most once, and published where it was taken once for certain."""
    states = {key: state for key, state in workspace.states().items() if not key.endswith("/blog")}
    assert len(states) == expected
    for key, state in states.items():
        count = workspace.receiver.taken[key]
        safe = ACCOUNTS[key.rpartition("/")[2]]
        assert state in (("published",) if safe else ("published", "unconfirmed")), (key, state, count)
        assert count >= 1 if state == "published" else True, (key, state, count)
        if not safe:
            assert count <= 1, (key, state, count)
    return sum(state == "unconfirmed" for state in states.values())


def test_killed_workers_lose_nothing_and_double_nothing(workspace, many, record_figure):
    days, projects = many(15, 417), 3
    due = soon()
    for number in range(projects):
        workspace.project(f"p{number}", due=due, days=days, accounts=ACCOUNTS)
    workspace.migrate()
    expected = days * projects * len(ACCOUNTS)
    seed = random.randrange(2**32)
    dice = random.Random(seed)
    running = [Worker(workspace) for _ in range(3)]
    killed = 0
    between = threading.Event()
    try:
        assert until(lambda: workspace.receiver.taken, within=120)
        while workspace.settled() < expected and killed < many(6, 400):
            between.wait(2)
            victim = dice.randrange(3)
            running[victim].kill()
            running[victim] = Worker(workspace)
            killed += 1
        assert until(lambda: workspace.settled() >= expected, within=many(240, 900)), (seed, workspace.states())
    finally:
        for one in running:
            one.kill()
    unclear = nothing_twice_nothing_lost(workspace, expected)
    record_figure("R16", f"{expected} deliveries, {killed} workers killed: 0 doubled, 0 lost, {unclear} unconfirmed")


def test_a_frozen_worker_doubles_nothing_when_it_wakes(workspace, record_figure):
    held, go = threading.Event(), threading.Event()

    def hold(_):
        if not held.is_set():
            held.set()
            go.wait(200)

    workspace.receiver.hold = hold
    workspace.project("p1", due=soon(), days=6, accounts={"second": True})
    workspace.migrate()
    with workspace.worker() as frozen:
        assert held.wait(120)
        frozen.signal(signal.SIGSTOP)
        with workspace.worker():
            # Its connections stand, so it is at work until its leases are over and its queue counts it as dead.
            go.set()
            frozen.signal(signal.SIGCONT)
            assert until(lambda: workspace.settled() == 6)
    nothing_twice_nothing_lost(workspace, 6)
    assert max(workspace.receiver.taken.values()) == 1
    record_figure("R17", "frozen while sending, thawed beside another: 0 doubled")


def test_a_worker_that_is_told_to_stop_ends_what_is_in_hand(workspace):
    held, go = threading.Event(), threading.Event()

    def hold(_):
        held.set()
        go.wait(60)

    workspace.receiver.hold = hold
    workspace.project("p1", due=soon(), days=5, accounts={"first": False})
    workspace.migrate()
    with workspace.worker() as worker:
        assert held.wait(120)
        worker.process.send_signal(signal.SIGTERM)
        go.set()
        assert worker.process.wait(60) == 0
    states = [state for key, state in workspace.states().items() if key.endswith("/first")]
    assert states.count("published") == sum(workspace.receiver.taken.values())
    assert set(states) <= {"published", "retry", "planned"}
    assert states.count("published") < 5
