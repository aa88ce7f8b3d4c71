"""Run each job in a process of its own, which sees its project's part of the environment and nobody else's.

The processes are forked from one that has everything imported and nothing opened, so that one costs some milliseconds.
A job that crashes, hangs or eats its memory takes no other with it. Where the worker itself is killed, its jobs end
what they are doing: the ledger knows it.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Protocol

from pipeline.delivery import Outcome
from pipeline.errors import PipelineError
from pipeline.publish.due import Report
from pipeline.records import dataclass

#: Seconds after which a job is ended by force; a deployment alone may take a quarter of an hour.
LONGEST = 40 * 60.0
#: What the process that all jobs are forked from has imported.
_PRELOADED = ["pipeline.worker.jobs", "pipeline.build", "pipeline.channels.web", "pipeline.render.edition", "psycopg"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One job. All of it can be sent to another process."""

    kind: str
    project: str
    root: Path
    url: str
    #: Name of the account, of ``publish``.
    account: str = ""
    #: The whole environment of the job.
    env: Mapping[str, str]
    runner: str | None
    #: What makes the clock, and the log; functions of a module, since a process of its own imports them.
    shell: Callable[[], Shell]


class Shell(Protocol):
    """What a job gets from the shell that it runs under."""

    def clock(self) -> datetime:
        """The moment, UTC."""

    def wait(self, seconds: float) -> None:
        """Let seconds pass."""

    def tell(self, step: str, key: str, text: str = "") -> None:
        """Log a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What came of a job."""

    #: Channel, and what came of a send there, in a word; one for each.
    outcomes: tuple[tuple[str, str], ...] = ()
    #: Why it could not be done; None where it was.
    failure: str | None = None


class Children:
    """The jobs that run now. Safe to share between threads."""

    def __init__(self) -> None:
        """Nothing is started yet."""
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOADED)
        self._running: dict[int, multiprocessing.process.BaseProcess] = {}
        self._lock = threading.Lock()
        #: Set when each job is to end after the send in hand.
        self.ending = threading.Event()

    def run(self, task: Task) -> Done:
        """Run a job and wait for its end."""
        mine, theirs = self._context.Pipe(duplex=False)
        child = self._context.Process(target=_work, args=(task, theirs), name=f"{task.kind} {task.project}")
        with self._lock:
            child.start()
            theirs.close()
            self._running[id(child)] = child
            if self.ending.is_set():
                child.terminate()
        try:
            done: Done | None = None
            wait([mine, child.sentinel], LONGEST)
            try:
                if mine.poll():
                    done = mine.recv()
            except EOFError:
                done = None
            if done is None and child.is_alive():
                child.kill()
            child.join()
            return done or Done(failure=f"the job ended by itself (exit code {child.exitcode})")
        finally:
            mine.close()
            with self._lock:
                del self._running[id(child)]

    def end(self) -> None:
        """Let each job that runs, or begins from now on, end after the send in hand."""
        with self._lock:
            self.ending.set()
            for child in self._running.values():
                child.terminate()


def _work(task: Task, pipe: Connection) -> None:
    """A job, in its own process."""
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; the worker says when to end
    os.environ.clear()
    os.environ.update(task.env)
    from pipeline.secrets import redact
    from pipeline.worker import jobs

    shell = task.shell()
    work = jobs.Work(
        project=task.project,
        root=task.root,
        url=task.url,
        clock=shell.clock,
        wait=shell.wait,
        runner=task.runner,
        tell=shell.tell,
        stopping=ending.is_set,
    )
    try:
        report = jobs.look(work) if task.kind == "look" else jobs.publish(work, task.account)
        done = Done(outcomes=_outcomes(report) if report is not None else ())
    except PipelineError as error:
        done = Done(failure=redact(str(error)))
    except Exception as error:  # noqa: BLE001 - whatever it was, the worker goes on with the others and says so
        done = Done(failure=redact(f"{type(error).__name__}: {error}"))
    with suppress(OSError):  # the worker has been killed: what was done the ledger knows
        pipe.send(done)
    pipe.close()


def _outcomes(report: Report) -> tuple[tuple[str, str], ...]:
    def word(outcome: Outcome) -> str:
        return type(outcome).__name__.lower()

    said = [(one.one.slot.channel, word(one.outcome)) for one in report.said if one.outcome is not None]
    return (*((one.slot.channel, word(outcome)) for one, outcome in report.site.settled), *said)
