"""Publish for many projects, on as many machines as you like, until SIGTERM or Ctrl-C: then end what is in hand.

Run any number of workers, in the workspace's folder or in a project whose ledger is in PostgreSQL. Each event is a line
on stdout.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from pipeline import host
from pipeline.cli import live, logs, say
from pipeline.cli.run import settings
from pipeline.config import load
from pipeline.errors import ConfigError, LedgerError, NotSentError
from pipeline.ledger.agenda import Agenda
from pipeline.ledger.postgres import TablesError
from pipeline.worker import queue
from pipeline.worker.children import Children, Done, Task
from pipeline.workspace import Member, Workspace, environment_of, open_workspace, update

#: How old what is checked out may be when a job begins.
_FRESH = timedelta(seconds=20)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``worker``."""
    parser.add_argument("--concurrency", type=int, default=4, metavar="N", help="jobs at the same time (4)")
    parser.add_argument(
        "--queues",
        default=",".join(queue.QUEUES),
        metavar="Q,Q",
        help="what to work at: ticks (moments), looks (files and sites), posts; all of it unless said",
    )
    parser.add_argument(
        "--dead-after",
        type=float,
        default=40.0,
        metavar="SECONDS",
        help="without a sign of life for so long, a worker counts as dead and others do its jobs (40)",
    )
    parser.add_argument(
        "--look-every",
        type=float,
        default=60.0,
        metavar="SECONDS",
        help="how often the files of each project are looked at (60)",
    )
    parser.add_argument("--name", help="what this worker is called in the database and in the log")
    parser.add_argument("--metrics", metavar="HOST:PORT", help="answer GET /metrics there, as Prometheus reads it")
    parser.add_argument(
        "--log-format", choices=("human", "json"), default="human", help="a line for people or an object for programs"
    )


def run(options: argparse.Namespace, here: Path) -> int:
    """Work."""
    root, config = settings(here, workspace=True)
    queues = [name.strip() for name in options.queues.split(",")]
    if wrong := [name for name in queues if name not in queue.QUEUES]:
        raise ConfigError(f"--queues names '{wrong[0]}', expected some of {', '.join(queue.QUEUES)}")
    for name in ("dead_after", "look_every"):
        if (seconds := getattr(options, name)) < 1:
            option = name.replace("_", "-")
            raise ConfigError(f"--{option} is {seconds:g}, expected a number of seconds from 1 on")
    if options.concurrency < 1:
        raise ConfigError(f"--concurrency is {options.concurrency}, expected a number from 1 on")
    tell = logs.log(_now, json=options.log_format == "json", told=logs.TOLD)
    projects = _Projects(root, open_workspace(root, config), tell, json=options.log_format == "json")
    try:
        Agenda(projects.workspace.url).close()
    except TablesError:
        raise
    except LedgerError as error:  # it is waited for
        tell("trouble", "", str(error))
    counts = _counts(options.metrics, projects, tell)
    office = queue.Office(
        url=projects.workspace.url,
        task=projects.task,
        projects=projects.names,
        accounts_per_project=projects.workspace.accounts_per_project,
        dead_after=options.dead_after,
        look_every=timedelta(seconds=options.look_every),
        clock=_now,
        tell=tell,
        count=counts,
    )
    children = Children()
    name = options.name or f"{host.machine()}-{os.getpid()}"

    async def work() -> None:
        stop = asyncio.Event()

        def end() -> None:
            children.end()
            stop.set()

        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, end)
        tell("started", "", f"{name}: {say.count(len(projects.workspace.members), 'project')}")
        await queue.serve(office, children, concurrency=options.concurrency, queues=queues, name=name, stop=stop)

    asyncio.run(work())
    tell("stopped", "", name)
    return 0


class _Projects:
    """The workspace's projects, read anew when asked."""

    def __init__(self, root: Path, workspace: Workspace, tell: Callable[..., None], *, json: bool) -> None:
        self._root, self.workspace, self._tell, self._json = root, workspace, tell, json
        self._told: frozenset[str] = frozenset()
        self._updated: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def names(self) -> list[str]:
        """Their names; what keeps others from being among them is told once."""
        self._read()
        return [member.name for member in self.workspace.members]

    def task(self, kind: str, project: str, account: str) -> Task | None:
        """A job for one of them; None where there is no such project here."""
        member = next((one for one in self.workspace.members if one.name == project), None)
        if member is None:
            self._read()
            member = next((one for one in self.workspace.members if one.name == project), None)
        if member is None:
            return None
        self._update(member)
        return Task(
            kind=kind,
            project=project,
            root=member.root,
            url=self.workspace.url,
            account=account,
            env=environment_of(member, os.environ),
            runner=live.runner(),
            shell=partial(logs.Shell, project, json=self._json),
        )

    def _update(self, member: Member) -> None:
        """Bring what is checked out up to date, unless that was done a moment ago; what is there is used otherwise."""
        if member.remote is None:
            return
        with self._lock:
            now = _now()
            if now - self._updated.get(member.name, now - 2 * _FRESH) < _FRESH:
                return
            self._updated[member.name] = now
        why = None
        try:
            update(member)
        except NotSentError as error:
            why = str(error)
            self._tell("trouble", member.name, why)
        with suppress(LedgerError), Agenda(self.workspace.url) as agenda:  # it is only said, and said again
            agenda.unreachable(member.name, why)

    def _read(self) -> None:
        with self._lock:
            with suppress(ConfigError):  # broken just now: what was there before still is
                self.workspace = open_workspace(self._root, load(self._root))
            found = frozenset(self.workspace.troubles)
            for trouble in sorted(found - self._told):
                self._tell("trouble", "", trouble)
            self._told = found


def _now() -> datetime:
    return datetime.now(UTC)


def _counts(address: str | None, projects: _Projects, tell: Callable[..., None]) -> Callable[[str, str, Done], None]:
    """What is told of each job's end; with an address it is counted there for all to see."""
    if address is None:
        return lambda *_: None
    from pipeline.worker.metrics import Metrics

    metrics = Metrics(projects.workspace.url, clock=_now, broken=lambda: len(projects.workspace.troubles))
    place = metrics.listen(address)
    tell("metrics", "", f"http://{place}/metrics")
    return metrics.count
