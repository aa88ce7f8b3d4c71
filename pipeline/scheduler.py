"""Publish by the clock, until told to stop.

APScheduler is the alarm clock and nothing else: it rings every half minute and at the next due instant, and keeps no
work of its own (its stores lose jobs that a kill interrupts, and its cron trigger loses days at clock changes). What
is due is computed anew at each ring, so a restart, a suspended machine or a clock that was set loses nothing.

One worker looks after the site, one after each account, one tells people; a worker that is busy when the clock rings
looks again when it is done. So a channel that hangs, or a mail server, keeps no other waiting.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Protocol

from pipeline import config, fresh, host
from pipeline.config import Config
from pipeline.errors import PipelineError
from pipeline.last_good import FOLDER
from pipeline.ledger.connect import beat, place_of
from pipeline.ledger.database import is_shared
from pipeline.publish.due import load_sources, publish_due
from pipeline.publish.notices import call_heartbeat, tell_what_needs_people
from pipeline.publish.run import Tell
from pipeline.records import dataclass, field

#: Between two rings; also what a clock that was set, or a machine that slept, can cost.
EVERY = timedelta(seconds=30)
#: The parts of the work that are no account's: the site, and telling people.
SITE, PEOPLE = "", "@"


class Alarm(Protocol):
    """Rings."""

    def start(self, ring: Callable[[], None]) -> None:
        """Begin: call ``ring`` now, then every `EVERY`."""

    def at(self, moment: datetime) -> None:
        """Ring at that moment too (UTC); a later call takes the place of an earlier one."""

    def wait(self) -> None:
        """Return when it is time to stop."""

    def stop(self) -> None:
        """Ring no more."""


class Clockwork:
    """The alarm of real time."""

    def __init__(self, clock: Callable[[], datetime], stop: threading.Event) -> None:
        """``stop`` is set by whoever ends the program."""
        from apscheduler.executors.pool import ThreadPoolExecutor
        from apscheduler.schedulers.background import BackgroundScheduler

        self._clock = clock
        self._stop = stop
        self._ring: Callable[[], None] = lambda: None
        # Late is better than never: no grace time, and rings that were missed are one ring.
        self._scheduler = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(1)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self, ring: Callable[[], None]) -> None:
        """Begin."""
        self._ring = ring
        self._scheduler.add_job(
            ring,
            "interval",
            seconds=EVERY.total_seconds(),
            id="ring",
            next_run_time=datetime.now(self._scheduler.timezone),
        )
        self._scheduler.start()

    def at(self, moment: datetime) -> None:
        """Ring at that moment too."""
        ahead = moment - self._clock()
        if ahead < EVERY:
            real = datetime.now(self._scheduler.timezone) + max(ahead, timedelta())
            self._scheduler.add_job(self._ring, "date", run_date=real, id="wake", replace_existing=True)

    def wait(self) -> None:
        """Return when it is time to stop."""
        while not self._stop.wait(60):
            pass

    def stop(self) -> None:
        """Ring no more."""
        self._scheduler.shutdown(wait=True)


@dataclass
class Health:
    """What the scheduler knows of itself."""

    #: When a look at the site last ended well; UTC.
    good: datetime | None = None
    #: Why the last look at a part did not, by the part's name.
    trouble: dict[str, str] = field(default_factory=dict)
    #: Slots that are overdue.
    overdue: tuple[str, ...] = ()
    lock: threading.Lock = field(default_factory=threading.Lock)

    def bad(self, now: datetime) -> str | None:
        """Why it is not well; None where it is."""
        with self.lock:
            if self.trouble:
                return "; ".join(dict.fromkeys(self.trouble.values()))
            if self.good is None or now - self.good > 4 * EVERY:
                return "it has not looked since " + (f"{self.good:%Y-%m-%d %H:%M:%S} UTC" if self.good else "the start")
            if self.overdue:
                return f"overdue: {', '.join(self.overdue)}"
            return None


def serve(
    root: Path,
    *,
    clock: Callable[[], datetime],
    wait: Callable[[float], None],
    alarm: Alarm,
    runner: str | None,
    tell: Tell,
    health: Health | None = None,
    threads: bool = True,
) -> None:
    """Publish by the alarm until it says to stop; then finish what is in hand.

    ``threads=False`` looks in the alarm's own thread, one part after the other.

    Raises PipelineError where another scheduler has the project.
    """
    with ExitStack() as stack:
        if not stack.enter_context(host.held(root / FOLDER / "scheduler.lock")):
            raise PipelineError(f"a scheduler runs for {root} already; one is enough, and two would only wait for it")
        state = health or Health()
        look = _Look(root, clock, wait, alarm, runner, tell, state)
        workers = _Workers(look, threads=threads)
        look.found = workers.ensure
        look.ending = workers.ending
        tell("started", "", str(root))
        alarm.start(workers.ring)
        try:
            alarm.wait()
        finally:
            alarm.stop()
            workers.finish()
            tell("stopped", "")


class _Look:
    """One look at one part of the work."""

    def __init__(
        self,
        root: Path,
        clock: Callable[[], datetime],
        wait: Callable[[float], None],
        alarm: Alarm,
        runner: str | None,
        tell: Tell,
        health: Health,
    ) -> None:
        self._root, self._clock, self._wait, self._alarm = root, clock, wait, alarm
        self._runner, self._tell, self._health = runner, tell, health
        self._wakes: dict[str, datetime] = {}
        self._lock = threading.Lock()
        #: What was seen when a part last found nothing to do, and until when (UTC) that holds, by its name.
        self._calm: dict[str, tuple[str, datetime | None]] = {}
        self._accounts: frozenset[str] = frozenset()
        self.found: Callable[[frozenset[str]], None] = lambda _: None
        #: Set when the send in hand is to be the last.
        self.ending = threading.Event()

    def __call__(self, part: str) -> None:
        trouble = ""
        try:
            now = self._clock()
            seen = fresh.look(str(self._root), now.timestamp())
            settings = config.load(self._root)
            # What other machines write into a shared ledger no file tells.
            if not is_shared(settings.ledger.url) and self._is_calm(part, seen, now):
                self._nothing(part, settings, now)
                return
            project = load_sources(self._root, settings, at=now)
            if part == PEOPLE:
                overdue = tell_what_needs_people(
                    project, clock=self._clock, runner=self._runner, tell=self._tell, beat=not self._health.trouble
                )
                with self._health.lock:
                    self._health.overdue = overdue
                # Accounts are asked anew each day how long they last.
                tomorrow = datetime.combine(now.date(), time(), UTC) + timedelta(days=1)
                rest = all(self._is_calm(other, seen, now) for other in (SITE, *self._accounts))
                self._note(part, seen, tomorrow, calm=rest and not overdue)
            else:
                report = publish_due(
                    project,
                    clock=self._clock,
                    wait=self._wait,
                    runner=self._runner,
                    tell=self._tell,
                    patient=False,
                    part=part,
                    stopping=self.ending.is_set,
                )
                self._wake(part, report.next_at)
                self._note(part, seen, report.next_at, calm=report.calm and project.root == project.home)
                trouble = "; ".join((*report.stopped, *map(str, report.problems)))
                if part == SITE:
                    self._accounts = report.accounts
                    self.found(report.accounts)
                    with self._health.lock:
                        self._health.good = self._clock()
            if trouble:
                self._trouble(part, trouble)
                return
        except PipelineError as error:
            self._trouble(part, str(error))
        except Exception as error:  # noqa: BLE001 - a scheduler that died of one look could tell nobody
            self._trouble(part, f"{type(error).__name__}: {error}")
        else:
            with self._health.lock:
                self._health.trouble.pop(part, None)
            if part == PEOPLE:
                self._tell("ticked", "")

    def _is_calm(self, part: str, seen: str, now: datetime) -> bool:
        """Whether a part would find nothing to do, since nothing has changed from when it found nothing."""
        with self._lock:
            known, until = self._calm.get(part, ("", None))
        return known == seen and (until is None or now < until)

    def _note(self, part: str, seen: str, until: datetime | None, *, calm: bool) -> None:
        with self._lock:
            if calm:
                self._calm[part] = (seen, until)
            else:
                self._calm.pop(part, None)

    def _nothing(self, part: str, settings: Config, now: datetime) -> None:
        """What is left of a look that finds nothing to do: it is a look, and those who wait for one hear of it."""
        with self._health.lock:
            self._health.trouble.pop(part, None)
        if part != PEOPLE:
            self._wake(part, self._wakes.get(part))
        if part == SITE:
            beat(place_of(settings.ledger.url, self._root), now)
            self.found(self._accounts)
            with self._health.lock:
                self._health.good = now
        elif part == PEOPLE:
            if not self._health.trouble:
                call_heartbeat(settings, self._tell)
            self._tell("ticked", "")

    def _trouble(self, part: str, reason: str) -> None:
        with self._health.lock:
            known = reason in self._health.trouble.values()
            self._health.trouble[part] = reason
        if not known:
            self._tell("trouble", part.strip(PEOPLE), reason)

    def _wake(self, part: str, moment: datetime | None) -> None:
        with self._lock:
            if moment is None:
                self._wakes.pop(part, None)
            else:
                self._wakes[part] = moment
            now = self._clock()
            ahead = [moment for moment in self._wakes.values() if moment > now]
            if ahead:
                self._alarm.at(min(ahead))


class _Workers:
    """A thread for each part: it looks when the alarm has rung, once more where it rang meanwhile."""

    def __init__(self, look: Callable[[str], None], *, threads: bool) -> None:
        self._look = look
        self._rung: dict[str, threading.Event] = {}
        self._threads: list[threading.Thread] = []
        self.ending = threading.Event()
        self._threaded = threads
        self._lock = threading.Lock()
        self._accounts: frozenset[str] = frozenset()
        self._add(SITE)

    def ring(self) -> None:
        """Let every part look."""
        if self._threaded:
            with self._lock:
                for rung in self._rung.values():
                    rung.set()
            return
        self._look(SITE)
        for name in (*sorted(self._accounts), PEOPLE):
            self._look(name)

    def ensure(self, accounts: frozenset[str]) -> None:
        """Let these accounts look now: the site has been brought up to date."""
        self._accounts = accounts
        if self._threaded:
            for name in (*sorted(accounts), PEOPLE):
                self._add(name)
                self._rung[name].set()

    def finish(self) -> None:
        """Let every part end what it does."""
        self.ending.set()
        with self._lock:
            for rung in self._rung.values():
                rung.set()
        for thread in self._threads:
            thread.join()

    def _add(self, part: str) -> None:
        with self._lock:
            if part in self._rung:
                return
            self._rung[part] = threading.Event()
        if self._threaded:
            thread = threading.Thread(target=self._work, args=(part,), name=part or "site")
            self._threads.append(thread)
            thread.start()

    def _work(self, part: str) -> None:
        rung = self._rung[part]
        while True:
            rung.wait()
            rung.clear()
            if self.ending.is_set():
                return
            self._look(part)
