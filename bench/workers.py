"""Rates of publishing: the embedded default, and 1, 2 and 4 workers on one PostgreSQL; what a due scan costs.

``python -m bench.workers --deliveries 400 --slots 10000,100000,1200000``

A real PostgreSQL from a package, a receiver on this machine that answers at once, one deployment for each project.
Deliveries are of ten projects, four accounts each. Measured from the first post taken to the last.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.ledger import agenda
from pipeline.ledger.agenda import Agenda, Item
from tests.fault.workspace import Receiver, Worker, Workspace, soon, until
from tests.support_postgres import Server, running

ACCOUNTS = {"first": False, "second": False, "third": False, "fourth": False}
PROJECTS = 10


def main() -> None:
    """Measure, and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--deliveries", type=int, default=400)
    parser.add_argument("--slots", default="10000,100000,1200000")
    options = parser.parse_args()
    with running() as server:
        days = max(options.deliveries // (PROJECTS * len(ACCOUNTS)), 1)
        print("| | deliveries/s | × embedded | memory of one, with its jobs |")
        print("|---|---:|---:|---:|")
        embedded = _embedded(days)
        print(f"| embedded, one project after the other | {embedded:.1f} | 1.0 | |", flush=True)
        for count in (1, 2, 4):
            rate, memory = _workers(server, days, count)
            print(f"| {count} workers | {rate:.1f} | {rate / embedded:.2f} | {memory:.0f} MB |", flush=True)
        print("\n| slots on the agenda | due scan, nothing due | 100 due |")
        print("|---:|---:|---:|")
        first: tuple[float, float] | None = None
        for size in map(int, options.slots.split(",")):
            found = _scan(server, size)
            first = first or found
            print(
                f"| {size:,} | {found[0] / first[0]:.2f} ({found[0] * 1000:.2f} ms) | {found[1] / first[1]:.2f} |",
                flush=True,
            )


@contextmanager
def _space(server: Server | None, days: int, due: datetime) -> Iterator[Workspace]:
    receiver = Receiver()
    with tempfile.TemporaryDirectory(prefix="daycast-bench-") as folder:
        space = Workspace(Path(folder), server, receiver)
        for number in range(PROJECTS):
            space.project(f"p{number}", due=due, days=days, accounts=ACCOUNTS)
        try:
            yield space
        finally:
            receiver.close()


def _embedded(days: int) -> float:
    with _space(None, days, soon(-3600)) as space:
        began = time.perf_counter()
        for project in space.projects:
            command = [sys.executable, "-m", "pipeline", "-C", str(space.root / project), "publish", "due"]
            env = space.env() | {
                f"DAYCAST_{name.upper()}_TOKEN": "whsec_Y2FuYXJ5LWNhbmFyeS1jYW5hcnk=" for name in ACCOUNTS
            }
            subprocess.run(command, check=True, env=env, capture_output=True)
        took = time.perf_counter() - began
        return space.receiver.taken.total() / took


def _workers(server: Server, days: int, count: int) -> tuple[float, float]:
    expected = days * PROJECTS * len(ACCOUNTS)
    with _space(server, days, soon(20 + 4 * count)) as space, ExitStack() as stack:
        space.migrate()
        workers = [Worker(space) for _ in range(count)]
        for worker in workers:
            stack.callback(worker.kill)
        assert until(lambda: space.receiver.taken, within=120, every=0.01)
        began = time.perf_counter()
        memory = 0.0

        def done() -> bool:
            nonlocal memory
            memory = max(memory, _memory(workers[0].process.pid))
            return space.receiver.taken.total() >= expected

        assert until(done, within=600, every=0.02)
        return expected / (time.perf_counter() - began), memory


def _memory(leader: int) -> float:
    """What a worker and its jobs hold for themselves, in MB: shared pages counted once."""
    told = subprocess.run(["ps", "-s", str(leader), "-o", "pid="], capture_output=True, text=True, check=False).stdout
    total = 0
    for pid in told.split():
        try:
            rolled = Path(f"/proc/{pid}/smaps_rollup").read_text()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in rolled.splitlines() if line.startswith("Pss:")), 0)
    return total / 1024


def _scan(server: Server, size: int) -> tuple[float, float]:
    """The median of a tick's scan over so many slots: with nothing due, and with a hundred."""
    url = server.database()
    agenda.migrate(url)
    now = datetime.now(UTC)
    accounts = 40
    with Agenda(url) as book:
        names = [f"p{number}" for number in range(max(size // 30_000, 1))]
        book.projects(names)
        each = size // len(names)
        for name in names:
            items = (
                Item(
                    key=f"s{slot // 120}/day-{slot % 30:02}/a{slot}",
                    account=f"a{slot % accounts}",
                    due=now + timedelta(minutes=1 + slot % 40_000),
                    wake=now + timedelta(minutes=1 + slot % 40_000),
                )
                for slot in range(each)
            )
            book.plan(name, items)
        with book.transaction() as connection:
            connection.execute("ANALYZE slot")

        def scan() -> float:
            began = time.perf_counter()
            with book.transaction():
                book.take_due(now, each=4)
            return time.perf_counter() - began

        nothing = statistics.median(scan() for _ in range(50))
        hundred = []
        for _ in range(10):
            with book.transaction() as connection:
                connection.execute("UPDATE slot SET queued = NULL WHERE queued IS NOT NULL")
                connection.execute(
                    "UPDATE slot SET wake = %s WHERE (project, key) IN (SELECT project, key FROM slot LIMIT 100)",
                    (now,),
                )
            hundred.append(scan())
        return nothing, statistics.median(hundred)


if __name__ == "__main__":
    main()
