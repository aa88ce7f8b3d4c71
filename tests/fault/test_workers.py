"""R16–R18 and more: many workers on one PostgreSQL, whatever is killed, frozen, cut off or done twice."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import threading
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest

from pipeline.ledger.agenda import Agenda
from pipeline.ledger.postgres import wire, with_schema
from tests.fault.workspace import Receiver, Worker, Workspace, soon, until
from tests.support_postgres import Proxy, running

ACCOUNTS = {"first": False, "second": True, "third": False, "fourth": True}


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def own_postgres():
    """A server for one test, which may fall."""
    with running() as server:
        yield server


@pytest.fixture
def workspace(request, tmp_path, receiver):
    name = "own_postgres" if "own_postgres" in request.fixturenames else "postgres"
    return Workspace(tmp_path, request.getfixturevalue(name), receiver)


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
    days, projects = many(20, 365), many(3, 4)
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
    """It is frozen while it sends, until its queue has given its jobs to another worker."""
    held, go = threading.Event(), threading.Event()

    def hold(_):
        if not held.is_set():
            held.set()
            go.wait(200)

    workspace.receiver.hold = hold
    workspace.project("p1", due=soon(), days=6, accounts={"second": True, "first": False})
    workspace.migrate()
    with workspace.worker("--name", "frozen") as frozen:
        assert held.wait(120)
        frozen.signal(signal.SIGSTOP)
        go.set()
        with workspace.worker() as other:
            assert until(lambda: any(line["event"] == "swept" for line in other.lines()), within=200)
            frozen.signal(signal.SIGCONT)
            assert until(lambda: workspace.settled() == 12)
            assert frozen.stop() == 0
    nothing_twice_nothing_lost(workspace, 12)
    assert max(workspace.receiver.taken.values()) == 1
    record_figure("R17", "frozen while sending until its jobs were another's: 0 doubled")


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


def test_no_tenant_waits_for_another(workspace):
    """Broken files, a receiver that hangs, one that refuses the secret: each is its own project's trouble."""
    hanging = threading.Event()

    def hold(key):
        if key.startswith("slow/"):
            hanging.wait(120)

    workspace.receiver.hold = hold
    due = soon()
    for name in ("slow", "good", "bad", "worse"):
        workspace.project(name, due=due, days=8, accounts={"first": False, "third": False})
    (workspace.root / "bad/series/walk/day-003.md").write_text("---\ntitle: [\n---\n")
    (workspace.root / "worse/daycast.toml").write_text("[ledger\n")
    workspace.projects.remove("worse")
    workspace.migrate()

    def out(name):
        return sum(state == "published" for key, state in workspace.states().items() if key.startswith(f"{name}/walk"))

    with workspace.worker("--concurrency", "6") as worker:
        assert until(lambda: out("good") == 8 * 3, within=120)
        assert until(lambda: out("bad") == 7 * 3, within=120)
        assert out("slow") < 24
        hanging.set()
        assert until(lambda: out("slow") == 8 * 3, within=120)
        assert worker.stop() == 0
    told = [line["text"] for line in worker.lines() if line["event"] == "trouble"]
    assert any("worse/daycast.toml: not valid TOML" in text for text in told)
    overview = workspace.daycast("status", "--all", "--json")
    by_name = {one["project"]: one for one in json.loads(overview.stdout)["projects"]}
    assert set(by_name) == {"slow", "good", "bad", "worse"}
    assert [bool(by_name[name]["troubles"]) for name in ("slow", "good", "bad", "worse")] == [False, False, True, True]
    assert by_name["good"]["states"] == {"published": 24}
    assert overview.returncode == 1


def test_posts_come_after_the_site_and_a_failed_deployment_is_told(workspace, many):
    """Without an address of its own a project has no live gate: the order alone keeps posts behind the page."""
    folder = workspace.project("p1", due=soon(), days=2, accounts={"first": False})
    settings = folder / "daycast.toml"
    slow = settings.read_text().replace('command = ["true"]', 'command = "sleep 4; touch deployed; test -e well"')
    settings.write_text(slow)
    before = []
    workspace.receiver.hold = lambda _: before.append((folder / "deployed").exists())
    workspace.migrate()
    with workspace.worker() as worker:
        assert until(lambda: len(before) == 2, within=120)
        assert before == [True, True]
        assert until(lambda: "failed with exit code" in workspace.daycast("status", "--all").stdout, within=60)
        (folder / "well").touch()
        if many(False, True):  # it is tried again after a minute
            assert until(lambda: set(workspace.states().values()) == {"published"}, within=200), workspace.states()
            assert until(lambda: "failed with exit code" not in workspace.daycast("status", "--all").stdout, within=60)
        assert worker.stop() == 0


def test_what_is_known_of_a_send_is_kept_until_the_database_answers(workspace, own_postgres):
    """A receipt that comes while the database is away is no reason to ask a person."""
    sent = threading.Event()

    def hold(_):
        if not sent.is_set():
            own_postgres.stop()
            sent.set()

    workspace.receiver.hold = hold
    workspace.project("p1", due=soon(), days=1, accounts={"first": False})
    workspace.migrate()
    with workspace.worker() as worker:
        assert sent.wait(120)
        own_postgres.start()
        assert until(lambda: workspace.counts()["published"] == 2, within=120), workspace.counts()
        assert worker.stop() == 0
    assert set(workspace.receiver.taken.values()) == {1}


def test_secrets_stay_with_their_project(workspace):
    """A command that writes its environment down sees its own project's variables and no other's."""
    command = '\n[channels.told]\ntype = "command"\ncommand = ["sh", "-c", "env > environment"]\n'
    due = soon()
    for name in ("acme", "bolt"):
        folder = workspace.project(name, due=due, days=1, accounts={}, more=command)
        index = folder / "series/walk/_index.md"
        index.write_text(index.read_text().replace("channels: [blog]", "channels: [blog, told]"))
    workspace.migrate()
    secrets = {"ACME__DAYCAST_TOLD_TOKEN": "canary-acme-1", "BOLT__DAYCAST_TOLD_TOKEN": "canary-bolt-2"}
    with workspace.worker(
        **secrets, DAYCAST_TOLD_TOKEN="canary-common-3", AWS_SECRET_ACCESS_KEY="canary-aws-4"
    ) as worker:
        assert until(
            lambda: [(workspace.root / name / "environment").exists() for name in ("acme", "bolt")] == [True] * 2
        )
        assert worker.stop() == 0
    for name, other in (("acme", "bolt"), ("bolt", "acme")):
        seen = (workspace.root / name / "environment").read_text()
        assert f"DAYCAST_TOLD_TOKEN={secrets[f'{name.upper()}__DAYCAST_TOLD_TOKEN']}\n" in seen
        assert not [word for word in (f"canary-{other}", "canary-common", "canary-aws") if word in seen]
    assert "canary" not in worker.log.read_text()


def test_a_database_that_falls_and_rises_loses_nothing(workspace, own_postgres, many, record_figure):
    days = many(40, 200)
    workspace.project("p1", due=soon(), days=days, accounts=ACCOUNTS)
    workspace.migrate()
    expected = days * len(ACCOUNTS)
    falls = 0
    with workspace.worker(), workspace.worker():
        for part in many((0.3,), (0.1, 0.3, 0.5, 0.7, 0.9)):
            assert until(partial(has_taken, workspace, part * expected), within=240, every=0.05)
            own_postgres.restart()
            falls += 1
        assert until(lambda: workspace.settled() >= expected, within=many(400, 900)), workspace.counts()
    unclear = nothing_twice_nothing_lost(workspace, expected)
    record_figure(
        "R16", f"PostgreSQL fell {falls} times over {expected} deliveries: 0 doubled, 0 lost, {unclear} unconfirmed"
    )


def test_a_cable_that_is_cut_and_mended_loses_nothing(tmp_path, receiver, own_postgres, many, record_figure):
    proxy = Proxy(own_postgres)
    workspace = Workspace(tmp_path, own_postgres, receiver, through=proxy.url)
    days = many(30, 200)
    workspace.project("p1", due=soon(), days=days, accounts=ACCOUNTS)
    workspace.migrate()
    expected = days * len(ACCOUNTS)
    between = threading.Event()
    cuts = 0
    with workspace.worker(), workspace.worker():
        for part in many((0.3,), (0.1, 0.3, 0.5, 0.7, 0.9)):
            assert until(partial(has_taken, workspace, part * expected), within=240, every=0.05)
            cuts += 1
            proxy.cut()
            between.wait(3)
            proxy.mend()
        assert until(lambda: workspace.settled() >= expected, within=many(400, 900)), workspace.counts()
    unclear = nothing_twice_nothing_lost(workspace, expected)
    record_figure(
        "R16", f"a cable cut {cuts} times over {expected} deliveries: 0 doubled, 0 lost, {unclear} unconfirmed"
    )
    proxy.close()


def test_an_older_worker_goes_on_while_a_newer_one_updates_the_tables(workspace):
    """What a newer daycast's migration does: it adds, and says that the older one may go on."""
    workspace.project("p1", due=soon(), days=20, accounts={"first": False, "second": True})
    workspace.migrate()
    with workspace.worker() as older:
        assert until(partial(has_taken, workspace, 8), within=120, every=0.05)
        with wire(with_schema(workspace.url, "p1")) as connection, connection.transaction():
            connection.execute("ALTER TABLE delivery ADD COLUMN later TEXT")
            connection.execute("UPDATE version SET number = number + 1, reads = number")
        assert until(lambda: workspace.settled() == 40), workspace.counts()
        assert older.stop() == 0
    assert nothing_twice_nothing_lost(workspace, 40) == 0


def test_every_job_done_twice_ends_the_same(workspace, record_figure):
    """R18: each job runs twice, one after the other and at once, as a queue may do."""
    workspace.project("p1", due=soon(), days=5, accounts=ACCOUNTS)
    workspace.migrate()
    jobs = [("look", ""), *(("publish", name) for name in ("", *ACCOUNTS))]
    queue_all(workspace)
    for kind, account in jobs:
        for _ in range(2):
            queue_all(workspace)
            with ThreadPoolExecutor(2) as pool:
                done = list(
                    pool.map(lambda _, kind=kind, account=account: workspace.job("p1", kind, account), range(2))
                )
            assert all(one.failure is None or "another" in one.failure for one in done), done
    assert set(workspace.states().values()) == {"published"}
    assert set(workspace.receiver.taken.values()) == {1}
    record_figure("R18", f"{len(jobs)} jobs, each four times, two at once: 0 doubled")


def queue_all(workspace):
    """Put every open slot into the hands of a job, as a tick does."""
    with Agenda(workspace.url) as agenda:
        agenda.projects(workspace.projects)
        with agenda.transaction():
            agenda.take_due(datetime.now(UTC), each=99)


def has_taken(workspace, count):
    """Whether so much has reached the receiver."""
    return workspace.receiver.taken.total() >= count


def test_a_project_may_be_a_repository(workspace, tmp_path_factory):
    """Each machine checks it out, and brings it up to date; nothing is ever pushed."""
    folder = workspace.project(
        "far", due=soon(), days=2, accounts={"first": False}, more='\n[publish]\nfrom = "HEAD"\n'
    )
    remote = tmp_path_factory.mktemp("remote") / "far.git"
    git = partial(subprocess.run, check=True, capture_output=True, cwd=folder)
    git(["git", "init", "-q", "-b", "main"])
    git(["git", "config", "user.name", "W"])
    git(["git", "config", "user.email", "w@example.org"])
    git(["git", "add", "-A"])
    git(["git", "commit", "-qm", "Two walks"])
    git(["git", "clone", "-q", "--bare", ".", str(remote)])
    git(["git", "remote", "add", "origin", str(remote)])
    settings = workspace.root / "daycast.toml"
    settings.write_text(settings.read_text().replace('["*"]', f'["git:file://{remote}#main"]'))
    workspace.migrate()
    with workspace.worker() as worker:
        assert until(lambda: workspace.settled() == 2, within=120), worker.lines()
        for day in (1, 2):
            path = folder / f"series/walk/day-{day:03}.md"
            later = folder / f"series/walk/day-{day + 2:03}.md"
            later.write_text(path.read_text().replace(f"day: {day}", f"day: {day + 2}").replace("Walk ", "Later "))
        git(["git", "add", "-A"])
        git(["git", "commit", "-qm", "Two more"])
        git(["git", "push", "-q", "origin", "main"])
        assert until(lambda: workspace.settled() == 4, within=200), worker.lines()
        assert worker.stop() == 0
    assert set(workspace.receiver.taken.values()) == {1}
    git(["git", "fetch", "-q", "origin"])
    told = subprocess.run(["git", "log", "--oneline", "origin/main"], cwd=folder, check=True, capture_output=True)
    assert len(told.stdout.splitlines()) == 2


def test_posts_of_an_account_keep_their_order_and_their_distance(workspace):
    """Two workers, one account, three days due at once, four seconds apart."""
    came = []
    workspace.receiver.hold = lambda key: came.append((key, datetime.now(UTC)))
    folder = workspace.project("p1", due=soon(), days=3, accounts={"first": False})
    index = folder / "series/walk/_index.md"
    index.write_text(index.read_text().replace('min_gap: "0"', 'min_gap: "4s"'))
    workspace.migrate()
    with workspace.worker(), workspace.worker():
        assert until(lambda: workspace.settled() == 3, within=120), workspace.counts()
    assert [key for key, _ in came] == [f"p1/walk/day-{day:02}/first" for day in (1, 2, 3)]
    assert all(after - before >= timedelta(seconds=4) for (_, before), (_, after) in pairwise(came))


def test_a_change_is_built_once_whoever_builds_it_and_all_is_counted(workspace):
    """What two workers log and tell Prometheus."""
    folder = workspace.project("p1", due=soon(), days=2, accounts={"first": False})
    workspace.migrate()
    with workspace.worker("--metrics", "127.0.0.1:0") as one, workspace.worker("--metrics", "127.0.0.1:0") as other:
        assert until(lambda: workspace.counts()["published"] == 4, within=120)
        before = len(built(one, other))
        day = folder / "series/walk/day-001.md"
        day.write_text(day.read_text().replace("We walked", "We ran"))
        assert until(lambda: "We ran" in (folder / "output/site/walk/day-01/index.html").read_text(), within=60)
        looks = [len(looked(worker)) for worker in (one, other)]
        assert until(lambda: sum(map(len, map(looked, (one, other)))) > sum(looks) + 2, within=60)
        assert len(built(one, other)) == before + 1
        told = [metrics(worker) for worker in (one, other)]
        assert one.stop() == other.stop() == 0
    total: Counter[str] = Counter()
    for each in told:
        total.update({name: value for name, value in each.items() if name.startswith("daycast_deliveries_total")})
        assert (each["daycast_database_up"], each["daycast_due_slots"], each["daycast_queued_slots"]) == (1, 0, 0)
        assert each["daycast_projects_in_trouble"] == 0
        assert each["daycast_tick_age_seconds"] < 60
    assert total == {
        'daycast_deliveries_total{channel="blog",outcome="published"}': 2,
        'daycast_deliveries_total{channel="first",outcome="published"}': 2,
    }


def built(*workers):
    """What was built and was not as it had been, by the logs."""
    lines = [line for worker in workers for line in worker.lines()]
    return [line for line in lines if line["event"] == "built" and not line["text"].startswith("0 ")]


def looked(worker):
    """The jobs that a worker has counted."""
    return ["x"] * int(metrics(worker).get('daycast_jobs_total{end="done",kind="look"}', 0))


def metrics(worker):
    """What a worker tells Prometheus, by name and labels."""
    address = next(line["text"] for line in worker.lines() if line["event"] == "metrics")
    with urllib.request.urlopen(address, timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}
