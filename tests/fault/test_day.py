"""Twenty-four simulated hours of many series in many projects, all at nine in the morning: each once, none late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from pipeline.ledger import agenda
from pipeline.ledger.agenda import Agenda
from pipeline.ledger.postgres import migrated, with_schema
from pipeline.worker.jobs import Work, look, publish
from tests.fault.workspace import SECRET, Receiver, Workspace

MIDNIGHT = datetime(2026, 10, 18, 22, tzinfo=UTC)  # in Berlin
NINE = MIDNIGHT + timedelta(hours=9)
INDEX = """\
---
id: {slug}
title: Walks {slug}
length: 30
start: 2026-10-19
time: "09:00"
zone: Europe/Berlin
channels: [blog, first]
min_gap: "0"
settle: "0"
---
"""


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


def test_a_day_of_many_series(tmp_path, postgres, receiver, many, monkeypatch, record_figure):
    projects, each = many(4, 100), many(10, 100)
    workspace = Workspace(tmp_path, postgres, receiver)
    for number in range(projects):
        folder = workspace.project(f"p{number}", due=NINE, days=0, accounts={"first": False})
        for path in (folder / "series/walk").iterdir():
            path.unlink()
        (folder / "series/walk").rmdir()
        for series in range(each):
            place = folder / f"series/s{series}"
            place.mkdir()
            (place / "_index.md").write_text(INDEX.format(slug=f"s{series}"))
            for day in (1, 2):
                (place / f"day-{day:02}.md").write_text(f"---\ntitle: Walk {day}\n---\nSeries {series}, {day} miles.\n")
        migrated(with_schema(workspace.url, f"p{number}"))
    agenda.migrate(workspace.url)
    monkeypatch.setenv("DAYCAST_FIRST_TOKEN", SECRET)
    clock = Clock(MIDNIGHT)
    sent: dict[str, datetime] = {}
    receiver.hold = lambda key: sent.setdefault(key, clock.now) and None
    ticks, jobs = a_day(workspace, clock)
    expected = {f"p{number}/s{series}/day-01/first" for number in range(projects) for series in range(each)}
    assert set(receiver.taken) == expected
    assert set(receiver.taken.values()) == {1}
    late = max(moment - NINE for moment in sent.values())
    assert min(sent.values()) >= NINE
    assert late <= timedelta(minutes=1)
    for number in range(projects):
        assert (tmp_path / f"p{number}/output/site/s0/day-01/index.html").is_file()
    told = f"{projects * each:,} series in {projects} projects: {ticks} ticks, {jobs} jobs, 0 doubled, 0 lost"
    record_figure("24 h", f"{told}, {late.total_seconds():g} s late at most")


def a_day(workspace, clock):
    """What a tick and its workers do, at every moment at which there is something to do; gives how many of each."""
    work = partial(
        Work,
        url=workspace.url,
        clock=clock,
        wait=lambda _: None,
        runner=None,
        tell=lambda *_: None,
        stopping=lambda: False,
    )
    ticks = jobs = 0
    with Agenda(workspace.url) as book:
        book.projects(workspace.projects)
        while clock.now < MIDNIGHT + timedelta(hours=24):
            ticks += 1
            with book.transaction():
                book.alone()
                accounts = book.take_due(clock.now, each=4)
                unseen = book.take_unseen(clock.now, timedelta(hours=6))
            for name in unseen:
                look(work(project=name, root=workspace.root / name))
            for one in accounts:
                publish(work(project=one.project, root=workspace.root / one.project), one.name)
            jobs += len(unseen) + len(accounts)
            with book.transaction() as connection:
                found = connection.execute("SELECT min(wake) FROM slot WHERE queued IS NULL").fetchone()
            wake = found[0] if found is not None else None
            steps = [clock.now + timedelta(hours=1)]
            if wake is not None:
                steps.append(max(wake, clock.now + timedelta(seconds=5)))
            clock.now = min(steps)
    return ticks, jobs
