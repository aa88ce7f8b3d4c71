"""Distribute the work: procrastinate wakes and distributes, the agenda says what is due, the ledgers what is out.

One periodic task ticks. It queues what is due, once, and defers its jobs in the same transaction, so that neither is
without the other. A job that is lost with its worker is made anew; one that runs twice finds nothing to do.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from importlib.util import find_spec
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError, LedgerError, remedy_of
from pipeline.ledger.agenda import SCHEMA, Account, Agenda
from pipeline.ledger.postgres import Postgres, with_schema
from pipeline.ledger.postgres import split as split_url
from pipeline.publish.run import Tell
from pipeline.records import dataclass
from pipeline.worker.children import Children, Done, Task
from pipeline.worker.jobs import HELD

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.manager import JobManager

#: What a worker may work at: moments, files and sites, posts.
QUEUES = ("ticks", "looks", "posts")
#: How often it is looked what is due, in seconds.
TICK = 5
#: Seconds to wait for a database that has gone away: at first, and at most.
_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
#: How often it is tried to let go of what a failed job had.
_TRIES = 60
#: Ticks between two looks for what dead workers have left.
_SWEEP = 2
#: Hours for which a job that failed can be looked at.
_KEPT = 24


@dataclass(frozen=True, kw_only=True)
class Office:
    """What a worker works with."""

    #: The database.
    url: str
    #: Makes the job of a kind for a project, and an account; None where this machine has no such project.
    task: Callable[[str, str, str], Task | None]
    #: The names of the projects, read anew.
    projects: Callable[[], Sequence[str]]
    #: Accounts of one project that are published to at the same time.
    accounts_per_project: int
    #: Seconds without a sign of life after which a worker counts as dead, and its jobs are done by others.
    dead_after: float
    #: How often a project's files are looked at.
    look_every: timedelta
    clock: Callable[[], datetime]
    tell: Tell
    #: Is told what came of each job: its kind, the project, and the end.
    count: Callable[[str, str, Done], None]


def migrate(url: str) -> bool:
    """Make procrastinate's tables beside the agenda's, or bring them to the version that is installed.

    Gives whether there was something to do. Raises LedgerError.
    """
    _installed()
    from pathlib import Path

    from procrastinate.schema import SchemaManager

    steps = sorted(path.name for path in Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    database = Postgres(with_schema(url, SCHEMA))
    with database.telling():
        session = database.connect(None)
        try:
            with database.alone(session):
                there = session.execute("SELECT to_regclass(?)", (f"{SCHEMA}.procrastinate_jobs",)).fetchone()[0]
                if there is None:
                    session.raw.execute(SchemaManager.get_schema().encode())
                    session.execute("CREATE TABLE queue_step (name TEXT NOT NULL PRIMARY KEY)")
                    session.executemany("INSERT INTO queue_step VALUES (?)", [(step,) for step in steps])
                    return True
                done = {name for (name,) in session.execute("SELECT name FROM queue_step")}
                new = [step for step in steps if step not in done]
                for step in new:
                    session.raw.execute((Path(SchemaManager.get_migrations_path()) / step).read_bytes())
                    session.execute("INSERT INTO queue_step VALUES (?)", (step,))
                return bool(new)
        finally:
            session.close()


def app_of(office: Office, children: Children) -> App:
    """The queue's tasks for a worker."""
    _installed()
    from procrastinate import App, JobContext, PsycopgConnector, SyncPsycopgConnector
    from procrastinate.manager import JobManager

    address = split_url(with_schema(office.url, SCHEMA))[0]
    connector = PsycopgConnector(conninfo=address, kwargs={"options": f"-c search_path={SCHEMA}"}, min_size=1)
    app = App(connector=connector)
    # What is deferred in a transaction of ours goes over our connection, which this one has no need of its own for.
    manager = JobManager(SyncPsycopgConnector(conninfo=address))
    seen = _Seen()

    @app.task(name="look", queue="looks")
    def look(project: str) -> None:
        _do(office, children, "look", project, "")

    @app.task(name="publish", queue="posts")
    def publish(project: str, account: str) -> None:
        _do(office, children, "publish", project, account)

    @app.periodic(cron=f"* * * * * */{TICK}")
    @app.task(name="tick", queue="ticks", queueing_lock="tick", pass_context=True)
    async def tick(context: JobContext, timestamp: int) -> None:
        try:
            await asyncio.to_thread(_tick, office, app, manager, seen)
        except LedgerError as error:
            office.tell("trouble", "", str(error))
            return
        if timestamp // TICK % _SWEEP == 0:
            await _sweep(context.app, office)

    return app


class _Seen:
    """When this worker last read which projects there are."""

    def __init__(self) -> None:
        self.at: datetime | None = None


def _tick(office: Office, app: App, manager: JobManager, seen: _Seen) -> None:
    """Queue what is due, and the projects that nobody has looked at."""
    now = office.clock()
    with Agenda(office.url) as agenda:
        if seen.at is None or now - seen.at >= office.look_every:
            agenda.projects(office.projects())
            seen.at = now
        with agenda.transaction() as connection:
            agenda.alone()
            lost = agenda.release_lost(now)
            accounts = agenda.take_due(now, each=office.accounts_per_project)
            projects = agenda.take_unseen(now, office.look_every)
            jobs = [
                *(app.tasks["look"].configure(lock=f"{name}/").make_new_job(project=name) for name in projects),
                *(
                    app.tasks["publish"]
                    .configure(lock=one.lock, queue="posts" if one.name else "looks")
                    .make_new_job(project=one.project, account=one.name)
                    for one in accounts
                ),
            ]
            if jobs:
                manager.batch_defer_jobs(jobs, connection=connection)
            agenda.note_tick(now)
    if lost:
        office.tell("lost", "", f"{lost} slots of jobs that have not ended are queued anew")


async def _sweep(app: App, office: Office) -> None:
    """Let others do what dead workers have left; one job that cannot be let go keeps no other."""
    from procrastinate.exceptions import ProcrastinateException
    from procrastinate.jobs import Status

    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=office.dead_after):
        try:
            # A tick that was missed is made up for by the next one.
            if job.task_name == "tick" and job.id is not None:
                await app.job_manager.finish_job_by_id_async(job.id, status=Status.FAILED, delete_job=True)
            else:
                await app.job_manager.retry_job(job)
                office.tell("swept", f"{job.task_kwargs.get('project', '')}", f"{job.task_name}: its worker has died")
        except ProcrastinateException as error:
            office.tell("trouble", "", f"job {job.id} of a worker that has died cannot be let go: {error}")
    await app.job_manager.delete_old_jobs(nb_hours=_KEPT, include_failed=True)


def _do(office: Office, children: Children, kind: str, project: str, account: str) -> None:
    """Run a job. One that fails lets go of its slots, and is tried again by the agenda, not by the queue."""
    task = office.task(kind, project, account)
    done = children.run(task) if task is not None else Done(failure=f"this machine has no project '{project}'")
    office.count(kind, project, done)
    if done.failure is not None:
        office.tell("trouble", f"{project}/{account}" if account else project, done.failure)
        _let_go(office, children, kind, project, account, done.failure)


def _let_go(office: Office, children: Children, kind: str, project: str, account: str, failure: str) -> None:
    """Let go of what a job had that failed. A database that has gone away is waited for; then the slots' age tells."""
    for _ in range(_TRIES):
        try:
            with Agenda(office.url) as agenda:
                now = office.clock()
                one = Account(project, account)
                if kind == "publish":
                    agenda.settle(one, dict.fromkeys(agenda.in_hand(one, now), now + HELD))
                else:
                    agenda.looked(project, sign=None, trouble=failure, now=now)
        except LedgerError:
            if children.ending.wait(_LONGEST_PAUSE / 10):
                return
        else:
            return


async def serve(
    office: Office, children: Children, *, concurrency: int, queues: Sequence[str], name: str, stop: asyncio.Event
) -> None:
    """Work until told to stop; then end what is in hand. Ticks have a place of their own, so that no job delays them.

    A database that goes away is waited for. Raises ConfigError where procrastinate is not installed.
    """
    for noisy in ("procrastinate", "psycopg.pool"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(concurrency + 8))
    pause = _PAUSE
    while not stop.is_set():
        began = office.clock()
        app = app_of(office, children)
        why = await _serve(app, office.dead_after, concurrency=concurrency, queues=queues, name=name, stop=stop)
        if stop.is_set():
            return
        office.tell("trouble", "", f"the queue cannot be worked at just now: {why}; again in {pause:g} s")
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
        lasted = (office.clock() - began).total_seconds() > 2 * _LONGEST_PAUSE
        pause = _PAUSE if lasted else min(pause * 2, _LONGEST_PAUSE)


async def _serve(
    app: App, dead_after: float, *, concurrency: int, queues: Sequence[str], name: str, stop: asyncio.Event
) -> str:
    """Work until told to stop, or the database goes away; gives why it ended, in words."""
    shares: Mapping[str, tuple[list[str], int]] = {
        "ticks": (["ticks"] if "ticks" in queues else [], 2),
        "work": ([queue for queue in queues if queue != "ticks"], concurrency),
    }
    found: list[BaseException | None] = []
    try:
        async with app.open_async():
            workers = [
                asyncio.create_task(
                    app.run_worker_async(
                        queues=names,
                        name=f"{name} {share}",
                        concurrency=count,
                        delete_jobs="successful",
                        install_signal_handlers=False,
                        fetch_job_polling_interval=2.0,
                        update_heartbeat_interval=dead_after / 4,
                        stalled_worker_timeout=dead_after,
                    )
                )
                for share, (names, count) in shares.items()
                if names
            ]
            asked = asyncio.create_task(stop.wait())
            await asyncio.wait([*workers, asked], return_when=asyncio.FIRST_COMPLETED)
            asked.cancel()
            for worker in workers:
                worker.cancel()
            found = await asyncio.gather(*workers, return_exceptions=True)
    except Exception as error:  # noqa: BLE001 - whatever the queue's library raises, it is begun anew
        found.append(error)
    wrong = next((one for one in found if isinstance(one, Exception)), None)
    while wrong is not None and not str(wrong) and isinstance(wrong.__cause__, Exception):
        wrong = wrong.__cause__
    return f"{type(wrong).__name__}: {wrong}".partition("\n")[0] if wrong else "the database has gone away"


def _installed() -> None:
    if find_spec("procrastinate") is None:
        raise ConfigError(f"workers need procrastinate: {remedy_of('postgres')}")
