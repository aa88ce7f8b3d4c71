"""A workspace of small projects, a receiver that remembers, and workers that can be killed or frozen."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from pipeline.cli.logs import Shell
from pipeline.ledger.postgres import with_schema
from pipeline.ledger.store import Ledger
from pipeline.worker.children import Children, Done, Task
from pipeline.workspace import Member, environment_of
from tests.support_postgres import Server

SECRET = "whsec_Y2FuYXJ5LWNhbmFyeS1jYW5hcnk="
INDEX = """\
---
id: walk
title: Walks
length: 365
channels: [{channels}]
min_gap: "0"
settle: "0"
catch_up: all
max_late: "1000d"
---
"""
TOML = """\
[site]
title = "Walks"

[deploy]
command = ["true"]

[ledger]
url = "{url}"
"""
WEBHOOK = """
[channels.{name}]
type = "webhook"
url = "{receiver}/{project}/{name}"
idempotent = {idempotent}
timeout = 20
"""


class Receiver:
    """Takes posts, and knows how often each came. ``slow`` is waited for before each answer."""

    def __init__(self) -> None:
        """It listens on this machine."""
        self.taken: Counter[str] = Counter()
        self.by_project: Counter[str] = Counter()
        self.hold: Callable[[str], None] = lambda _: None
        self._lock = threading.Lock()
        receiver = self

        class Answer(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                key = f"{self.path.split('/')[1]}/{self.headers['webhook-id']}"
                self.rfile.read(int(self.headers["Content-Length"]))
                with receiver._lock:
                    receiver.taken[key] += 1
                    receiver.by_project[self.path.split("/")[1]] += 1
                receiver.hold(key)
                body = b'{"id": "1"}'
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *words: object) -> None:
                """Say nothing."""

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except ConnectionError:  # whoever asked has been killed
                    self.close_connection = True

        class Listening(ThreadingHTTPServer):
            request_queue_size = 128
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """A client that was killed is no error of the receiver's."""

        self._server = Listening(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Take nothing more."""
        self._server.shutdown()
        self._server.server_close()


class Workspace:
    """Projects ``p1``, ``p2``… below a folder, whose ledgers are in one database."""

    def __init__(
        self, root: Path, postgres: Server | None, receiver: Receiver, through: Callable[[str], str] = lambda url: url
    ) -> None:
        """Nothing is written yet but the workspace's own settings. ``through`` gives the way to the database."""
        self.root, self.receiver = root, receiver
        #: Without a server each project has a ledger in a file, as by itself.
        self._url = through(postgres.database()) if postgres is not None else ""
        (root / "daycast.toml").write_text(f'[workspace]\nprojects = ["*"]\n\n[ledger]\nurl = "{self._url}"\n')
        self.projects: list[str] = []

    @property
    def url(self) -> str:
        """The database."""
        return self._url

    def project(self, name: str, *, due: datetime, days: int, accounts: dict[str, bool], more: str = "") -> Path:
        """A project whose days are due a second after each other; ``accounts`` say whether they are idempotent."""
        folder = self.root / name
        (folder / "series/walk").mkdir(parents=True)
        url = with_schema(self._url, name) if self._url else "sqlite:///.daycast/ledger.db"
        settings = TOML.format(url=url) + more
        for account, idempotent in accounts.items():
            settings += WEBHOOK.format(
                name=account, receiver=self.receiver.url, project=name, idempotent=str(idempotent).lower()
            )
        (folder / "daycast.toml").write_text(settings)
        (folder / "series/walk/_index.md").write_text(INDEX.format(channels=", ".join(("blog", *accounts))))
        for day in range(1, days + 1):
            moment = due + timedelta(seconds=day / 10)
            text = f"---\ntitle: Walk {day}\nday: {day}\ndate: {moment.isoformat()}\n---\nWe walked {day} miles.\n"
            (folder / f"series/walk/day-{day:03}.md").write_text(text)
        self.projects.append(name)
        return folder

    def migrate(self) -> None:
        """Make the tables."""
        ran = self.daycast("ledger", "migrate")
        assert ran.returncode == 0, ran.stderr

    def daycast(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run daycast in the workspace's folder."""
        command = [sys.executable, "-m", "pipeline", "-C", str(self.root), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def job(self, project: str, kind: str, account: str) -> Done:
        """Run one job in a process of its own, as a worker does."""
        member = Member(name=project, root=self.root / project)
        task = Task(
            kind=kind,
            project=project,
            root=member.root,
            url=self._url,
            account=account,
            env=environment_of(member, self.env()),
            runner=None,
            shell=partial(Shell, project, json=True),
        )
        return Children().run(task)

    def counts(self) -> Counter[str]:
        """How many slots are in each state."""
        return Counter(self.states().values())

    def env(self, **more: str) -> dict[str, str]:
        """The environment of a worker: each project has the receiver's secret under its own name."""
        mine = {
            f"{project.upper()}__DAYCAST_{account.upper()}_TOKEN": SECRET
            for project in self.projects
            for account in ("first", "second", "third", "fourth")
        }
        return {**os.environ, **mine, **more}

    @contextmanager
    def worker(self, *words: str, **env: str) -> Iterator[Worker]:
        """A worker, which is ended after the block."""
        made = Worker(self, *words, **env)
        try:
            yield made
        finally:
            made.kill()

    def states(self) -> dict[str, str]:
        """The state of each slot of each project in its ledger, by project and key."""
        found: dict[str, str] = {}
        for project in self.projects:
            ledger = Ledger(with_schema(self._url, project), self.root / project)
            try:
                found |= {f"{project}/{row.key}": row.state for row in ledger.rows()}
            finally:
                ledger.close()
        return found

    def settled(self, *, but: str = "/blog") -> int:
        """How many slots of accounts are at an end that no worker changes any more."""
        ends = ("published", "unconfirmed", "rejected", "skipped")
        return sum(state in ends for key, state in self.states().items() if not key.endswith(but))


class Worker:
    """``daycast worker`` in a process group of its own."""

    def __init__(self, workspace: Workspace, *words: str, **env: str) -> None:
        """``words`` are its options."""
        command = [sys.executable, "-m", "pipeline", "-C", str(workspace.root), "worker", "--log-format", "json"]
        self.log = workspace.root / f"worker-{len(list(workspace.root.glob('worker-*.log'))) + 1}.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [*command, "--dead-after", "8", "--look-every", "5", *words],
                stdout=log,
                stderr=subprocess.STDOUT,
                env=workspace.env(**env),
                start_new_session=True,
            )

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the worker and to all its jobs."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.signal(signal.SIGKILL)
        self.process.wait(60)

    def stop(self) -> int:
        """Tell it to stop; gives its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(120)

    def lines(self) -> list[dict[str, str]]:
        """What it has logged."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]


def soon(seconds: float = -60) -> datetime:
    """So many seconds from now; unless said, a moment that has just been."""
    return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds)


def until(true: Callable[[], object], *, within: float = 300, every: float = 0.5) -> bool:
    """Look again and again until something is so; False where it was not in time."""
    pause = threading.Event()
    end = datetime.now(UTC) + timedelta(seconds=within)
    while datetime.now(UTC) < end:
        if true():
            return True
        pause.wait(every)
    return bool(true())
