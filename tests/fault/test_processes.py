"""R4, R18: many processes at once, and every job twice: each slot is sent once, and the end is the same."""

from __future__ import annotations

import multiprocessing
import subprocess
from collections import Counter
from functools import partial

import pytest

from pipeline import config
from pipeline.errors import NotSentError
from pipeline.publish.decisions import adopt, done, opened, pause_series, resolve, skip_day
from pipeline.publish.due import load_sources, publish_entry
from pipeline.publish.hand import make_ready, wanted_slots
from pipeline.publish.rebuild import rebuild
from pipeline.publish.slots import slots_of
from tests.fault.world import (
    FIRST,
    HOUR,
    KINDS,
    MINUTE,
    World,
    die,
    in_a_process,
    make,
    standings,
    states,
    tick,
    together,
    write_day,
)

PROCESSES = 8
#: One start for all of a long series, so that every day of it is due.
LONG = """\
---
id: walk
title: A long walk
length: {days}
start: 2016-01-01
time: "09:00"
zone: Europe/Berlin
channels: [{channels}]
min_gap: "0"
settle: "0"
max_late: 9999d
---
"""
#: What is sent is as committed, so that nobody asks git when each of many files was changed last.
COMMITTED = """
[publish]
from = "HEAD"
"""
SITE = 'url = "https://walks.example"'
DAY_2 = "walk/day-02/post"


def posting(world, kind="plain", fault=lambda _: None):
    return {"post": KINDS[kind]("post", world, fault)}


def at_once(*works):
    """Run works in processes that begin together."""
    gate = multiprocessing.get_context("fork").Barrier(len(works))

    def begun(work):
        gate.wait()
        work()

    return together(*(partial(begun, work) for work in works))


def commit(root):
    """All of a project, as its first commit."""
    for words in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "--message=A series")):
        subprocess.run(["git", "-c", "user.name=m", "-c", "user.email=m@example.org", *words], cwd=root, check=True)


# ── R4 ───────────────────────────────────────────────────────────────────────────────────────────


def test_eight_processes_send_each_of_many_slots_once(tmp_path, many, record_figure):
    days = many(20, 667)
    make(tmp_path, channels="", days=0, settings=COMMITTED)
    (tmp_path / "series/walk/_index.md").write_text(LONG.format(days=days, channels=", ".join(KINDS)))
    for day in range(1, days + 1):
        write_day(tmp_path, day, f"We walked {day} miles.")
    commit(tmp_path)
    world = World(tmp_path)
    channels = {name: kind(name, world) for name, kind in KINDS.items()}
    codes = at_once(*[partial(tick, tmp_path, FIRST, channels)] * PROCESSES)
    assert codes == [0] * PROCESSES
    slots = days * len(KINDS)
    assert world.counts() == dict.fromkeys(states(tmp_path), 1)
    assert Counter(states(tmp_path).values()) == {"published": slots}
    assert Counter(one.state for one in standings(tmp_path).values()) == {"published": slots}
    record_figure("R4", f"{PROCESSES} processes, {slots:,} slots: {slots:,} sends, 0 doubled")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("day", [1, 2])
@pytest.mark.parametrize("others", [1, 3])
def test_by_hand_and_due_at_once_send_it_once(tmp_path, kind, day, others):
    make(tmp_path, channels="post", days=2)
    world = World(tmp_path)
    channels = posting(world, kind)
    now = FIRST if day == 1 else FIRST + 23 * HOUR
    dues = [partial(tick, tmp_path, now, channels)] * others
    assert set(at_once(partial(by_hand, tmp_path, now, day, channels), *dues)) <= {0, 1}
    in_a_process(partial(tick, tmp_path, FIRST + 24 * HOUR, channels))
    assert world.counts() == {"walk/day-01/post": 1, DAY_2: 1}
    assert set(states(tmp_path).values()) == {"published"}


# ── R18 ──────────────────────────────────────────────────────────────────────────────────────────


def by_hand(root, now, day, channels):
    """What ``publish day N`` does."""
    project = load(root)
    [series] = project.series
    entry = next(one for one in series.entries if one.day == day)
    slots = wanted_slots(series, entry, channels, channel="post", now=now)
    due = next(one.slot.due for one in slots_of([series]) if one.entry is entry)
    with opened(project, now) as desk:
        wanted = make_ready(desk, series, entry, slots, due, channels)
    publish_entry(load(root), wanted.keys, clock=lambda: now, wait=lambda _: None, runner=None, channels=channels)


def load(root):
    return load_sources(root, config.load(root))


def decided(decide):
    """A job that is somebody's decision."""

    def job(root, _, now):
        project = load(root)
        with opened(project, now) as desk:
            decide(desk, project.series[0])

    return job


JOBS = {
    "publish due": lambda root, world, now: tick(root, now, posting(world)),
    "publish due on a keyed channel": lambda root, world, now: tick(root, now, posting(world, "keyed")),
    "publish due where lookups work": lambda root, world, now: tick(root, now, posting(world, "finding")),
    "publish by hand": lambda root, world, now: by_hand(root, now, 3, posting(world)),
    "publish by hand what is due": lambda root, world, now: by_hand(root, now, 2, posting(world)),
    "resolve --published": decided(lambda desk, _: resolve(desk, DAY_2, published="urn:li:share:1")),
    "resolve --skip": decided(lambda desk, _: resolve(desk, DAY_2, skip=True)),
    "resolve --retry": decided(lambda desk, _: resolve(desk, DAY_2, retry=True)),
    "skip": decided(lambda desk, series: skip_day(desk, series, "day-02")),
    "pause": decided(lambda desk, series: pause_series(desk, series, on=True)),
    "resume": decided(lambda desk, series: pause_series(desk, series, on=False)),
    "done": decided(lambda desk, series: done(desk, series, "day-02", "post", "https://posts.example/2")),
    "adopt": decided(lambda desk, series: adopt(desk, series, 2)),
    "rebuild": lambda root, _, now: rebuild(load(root), now),
}
#: What stands when the job begins: how the run of day 2 ended.
BEFORE = ("nothing", "not sent", "unconfirmed", "out", "killed while sending")


def prepared(root, before):
    """A project whose first day is out, and whose second day is due, and stands somewhere."""
    root.mkdir()
    make(root, channels="post", days=3)
    world = World(root)
    in_a_process(partial(tick, root, FIRST, posting(world)))

    def fault(where):
        if before == "not sent":
            raise NotSentError("the line is dead")
        if before == "unconfirmed" and where == "before":
            raise ConnectionResetError
        if before == "killed while sending" and where == "after":
            die()

    if before != "nothing":
        in_a_process(partial(tick, root, FIRST + 24 * HOUR, posting(world, fault=fault)))
    return world


def end(root, world):
    """The end state: what is out, and what the books and the site say."""
    project = load(root)
    site = root / "output/site"
    return {
        "out": world.counts(),
        "ledger": states(root),
        "journal": {
            key: (one.state, one.attempts, one.receipt, one.decided, len(one.open))
            for key, one in standings(root).items()
        },
        "paused": project.book.paused,
        "moved": project.book.moved,
        "site": {str(path.relative_to(site)): path.read_bytes() for path in site.rglob("*") if path.is_file()},
    }


WAYS = {
    "once": lambda job: [in_a_process(job)],
    "twice": lambda job: [in_a_process(job), in_a_process(job)],
    "at once": lambda job: at_once(job, job),
}


@pytest.mark.parametrize("before", BEFORE)
@pytest.mark.parametrize("name", JOBS)
def test_a_job_that_runs_twice_ends_as_one_that_runs_once(tmp_path, name, before):
    ends = {}
    for way, run in WAYS.items():
        world = prepared(tmp_path / way, before)
        codes = run(partial(JOBS[name], tmp_path / way, world, FIRST + 26 * HOUR))
        assert set(codes) <= {0, 1}, way
        ends[way] = end(tmp_path / way, world)
    assert ends["twice"] == ends["once"]
    assert ends["at once"] == ends["once"]


def test_ticks_that_run_twice_bring_out_site_and_posts_as_ticks_that_run_once(tmp_path):
    ends = {}
    for way, run in WAYS.items():
        root = tmp_path / way
        root.mkdir()
        make(root, channels="blog, rss, post", days=3, site=SITE)
        world = World(root)
        for now in (FIRST, FIRST + MINUTE, FIRST + 24 * HOUR, FIRST + 48 * HOUR, FIRST + 49 * HOUR):
            assert set(run(partial(tick, root, now, posting(world)))) == {0}, way
        ends[way] = end(root, world)
    assert ends["twice"] == ends["once"]
    assert ends["at once"] == ends["once"]


def test_every_job_was_run_twice(record_figure):
    cases = len(JOBS) * len(BEFORE) + 1
    record_figure("R18", f"{len(JOBS)} jobs in {len(BEFORE)} situations ({cases} cases), twice and at once: one end")
