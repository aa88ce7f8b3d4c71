"""Runs of the shipped GitHub workflow on clones of one repository, its steps run as written: each slot is sent once.

GitHub runs one after the other. Here two meet, pushes fail, somebody pushes meanwhile, a machine is lost.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import yaml

from pipeline.ledger.fold import fold
from pipeline.ledger.journal import read
from pipeline.scaffold import SYNC, WORKFLOW
from pipeline.testing.linkedin import FakeLinkedIn
from tests.fault.world import FIRST, HOUR, MINUTE, make
from tests.support import Folder

KEY = "walk/day-01/linkedin"
TOKEN = "canary-Vq3xZ81mTt"
JOURNAL = "series/walk/receipts.jsonl"
#: What the workflow's image brings.
SET_UP = ("pip install daycast",)
#: The same, for a place whose checkout stays: it first takes what others have pushed.
SYNC_AND_PULL = SYNC.replace("git push", "git pull -q --rebase --autostash && git push")
SETTINGS = """
[channels.linkedin]
api_base = "{linkedin}"
oauth_base = "{linkedin}"
author = "urn:li:person:abc"
mode = "api"

[publish]
runner = "github"
from = "HEAD"

[journal]
sync = "{sync}"
"""
#: Waits, once, until the other run is about to push as well: each has seen the remote as it was.
MEET = """\
#!/bin/sh
[ -e met ] && exit 0
touch met
{first}
{second}
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


class Repository:
    """A bare repository, and runs of the workflow on fresh clones of it."""

    def __init__(self, folder: Path, now: datetime) -> None:
        self.folder, self.now = folder, now
        self.bare = folder / "remote.git"
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.bare))

    def clone(self, name: str) -> Path:
        git(self.folder, "clone", "--quiet", str(self.bare), name)
        return self.folder / name

    def run(self, name: str, *, event: str = "schedule", after: timedelta = timedelta()) -> dict[str, int]:
        """One run on a fresh clone. Gives the exit code of each step that ran."""
        return finish(self.start(self.clone(name), event=event, after=after))

    def start(self, clone: Path, *, event: str = "schedule", after: timedelta = timedelta()) -> Run:
        return Run(clone, event, self.now + after)

    def journal(self, name: str = "reader") -> list[dict[str, object]]:
        """The lines that are in the repository now."""
        clone = self.clone(f"{name}-{len(list(self.folder.iterdir()))}")
        path = clone / JOURNAL
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


class Run(Thread):
    """The steps of the workflow, in a clone, as a runner takes them: later ones as their ``if`` says."""

    def __init__(self, clone: Path, event: str, now: datetime) -> None:
        super().__init__()
        self.clone, self._event, self._now = clone, event, now
        self.codes: dict[str, int] = {}
        self.said: dict[str, str] = {}
        self.start()

    def run(self) -> None:
        told = yaml.safe_load((self.clone / WORKFLOW).read_text())
        [job] = told["jobs"].values()
        failed = False
        for step in job["steps"]:
            if "run" not in step or step["run"] in SET_UP or not self._wanted(step.get("if", ""), failed=failed):
                continue
            env = {name: self._filled(value) for name, value in {**job["env"], **step.get("env", {})}.items()}
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"].replace("daycast ", "day ")],
                cwd=self.clone,
                env={**os.environ, **env, **self._day()},
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            self.codes[step["name"].split()[0]] = done.returncode
            self.said[step["name"].split()[0]] = done.stdout + done.stderr
            failed = failed or done.returncode != 0

    def _wanted(self, condition: str, *, failed: bool) -> bool:
        match condition:
            case "always()" | "${{ !cancelled() }}":
                return True
            case "github.event_name != 'schedule'":
                return self._event != "schedule" and not failed
            case "":
                return not failed
        raise AssertionError(condition)

    def _filled(self, value: str) -> str:
        return value.replace("${{ secrets.DAYCAST_LINKEDIN_TOKEN }}", TOKEN)

    def _day(self) -> dict[str, str]:
        """``day`` is daycast at the run's moment."""
        function = f'() {{ "{sys.executable}" -m pipeline "$@" --now {self._now.isoformat()}; }}'
        return {"BASH_FUNC_day%%": function, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}


def finish(run: Run) -> dict[str, int]:
    run.join()
    return run.codes


def git(folder: Path, *words: str, when: datetime | None = None) -> str:
    dates = {"GIT_AUTHOR_DATE": when.isoformat(), "GIT_COMMITTER_DATE": when.isoformat()} if when else {}
    done = subprocess.run(
        ["git", "-c", "user.name=m", "-c", "user.email=m@example.org", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **dates},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def hook(repository: Path, name: str, text: str) -> None:
    path = repository / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


def events(lines: list[dict[str, object]], key: str = KEY) -> Counter[object]:
    return Counter(line["event"] for line in lines if line["key"] == key)


@pytest.fixture
def sync():
    return SYNC


@pytest.fixture
def served(tmp_path):
    folder = tmp_path / "served"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def linkedin():
    with FakeLinkedIn(clock=lambda: FIRST + HOUR) as server:
        server.add_token(TOKEN, member="abc", expires_at=FIRST + timedelta(days=300))
        yield server


@pytest.fixture
def repository(tmp_path, capsys, served, linkedin, sync, monkeypatch):
    """A pushed project with its first day due, a blog that is online, and the workflow that ``init`` writes."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "git").mkdir()
    found = Repository(tmp_path / "git", FIRST + 2 * MINUTE)
    root = found.clone("author")
    folder, url = served
    make(
        root,
        channels="blog, linkedin",
        site=f'url = "{url}"',
        settings=SETTINGS.format(linkedin=linkedin.url, sync=sync),
    )
    toml = root / "daycast.toml"
    toml.write_text(
        toml.read_text().replace('command = ["true"]', f'command = ["cp", "-r", "output/site/.", "{folder}"]')
    )
    (root / ".gitignore").write_text("/output/\n/.daycast/\n")
    (root / ".gitattributes").write_text("series/**/receipts.jsonl merge=union\n")
    assert Folder(root, capsys).daycast("init", ".", "--github", "--now", FIRST.isoformat()).code == 0
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message=A series", when=FIRST - HOUR)
    git(root, "push", "--quiet")
    return found


def test_a_run_sends_what_is_due_and_pushes_its_receipts(repository, linkedin):
    assert repository.run("a") == {"Say": 0, "Publish": 0, "Keep": 0}
    assert len(linkedin.posts) == 1
    assert events(repository.journal()) == {"intent": 1, "published": 1}


def test_the_next_run_starts_from_nothing_and_sends_nothing_again(repository, linkedin):
    repository.run("a")
    before = repository.journal()
    assert repository.run("b", after=HOUR) == {"Say": 0, "Publish": 0, "Keep": 0}
    assert len(linkedin.posts) == 1
    assert repository.journal() == before


@pytest.mark.parametrize("sync", [SYNC, SYNC_AND_PULL], ids=["push", "pull and push"])
def test_of_two_runs_that_push_at_once_one_sends(repository, linkedin, record_figure):
    clones = [repository.clone("a"), repository.clone("b")]
    pipes = [repository.folder / "one", repository.folder / "two"]
    for pipe in pipes:
        os.mkfifo(pipe)
    hook(clones[0] / ".git", "pre-push", MEET.format(first=f"echo > {pipes[0]}", second=f"cat {pipes[1]}"))
    hook(clones[1] / ".git", "pre-push", MEET.format(first=f"cat {pipes[0]}", second=f"echo > {pipes[1]}"))
    runs = [repository.start(clone) for clone in clones]
    codes = [finish(run) for run in runs]
    assert len(linkedin.posts) == 1, [run.said for run in runs]
    assert [code["Keep"] for code in codes] == [0, 0], [run.said for run in runs]
    found = events(repository.journal())
    assert (found["published"], found["intent"] - found["not-sent"]) == (1, 1)
    repository.run("c", after=HOUR)
    assert len(linkedin.posts) == 1
    record_figure("CI race", "two runs pushed at once, one post")


@pytest.mark.parametrize("sync", [SYNC, SYNC_AND_PULL], ids=["push", "pull and push"])
def test_a_run_that_comes_after_the_others_push_sends_nothing(repository, linkedin):
    late = repository.clone("late")
    repository.run("early")
    run = repository.start(late)
    finish(run)
    assert len(linkedin.posts) == 1, run.said
    assert "nothing was sent" in run.said["Publish"] or "stands back" in run.said["Publish"]
    assert events(repository.journal())["published"] == 1


def test_where_the_push_fails_nothing_is_sent_and_the_next_run_sends_it(repository, linkedin):
    hook(repository.bare, "pre-receive", "#!/bin/sh\necho the branch is protected\nexit 1\n")
    run = repository.start(repository.clone("a"))
    assert finish(run)["Keep"] != 0
    assert linkedin.posts == ()
    assert "the journal could not be shared" in run.said["Publish"]
    assert "nothing was sent" in run.said["Publish"]
    assert "the branch is protected" in run.said["Publish"]
    (repository.bare / "hooks/pre-receive").unlink()
    assert repository.run("b", after=15 * MINUTE)["Publish"] == 0
    assert len(linkedin.posts) == 1


def test_receipts_are_kept_where_somebody_pushed_between_intent_and_outcome(repository, linkedin):
    clone = repository.clone("a")
    other = repository.clone("other")
    (other / "series/walk/day-02.md").write_text("---\ntitle: Walk 2\n---\nWe walked on.\n")
    git(other, "add", ".")
    git(other, "commit", "--quiet", "--message=Day 2")
    git(other, "config", "user.name", "m")
    git(other, "config", "user.email", "m@example.org")
    # The run's first push is its intent; somebody else's comes right after it.
    hook(
        clone / ".git",
        "pre-push",
        f"#!/bin/sh\n[ -e met ] || {{ touch met; exit 0; }}\n"
        f"cd {other} && unset $(git rev-parse --local-env-vars) && git pull -q --rebase && git push -q\n",
    )
    codes = finish(run := repository.start(clone))
    assert (len(linkedin.posts), codes["Keep"]) == (1, 0), run.said
    assert events(repository.journal()) == {"intent": 1, "published": 1}


def test_a_machine_lost_after_its_intent_was_pushed_leaves_it_to_a_person(repository, linkedin):
    clone = repository.clone("a")
    settings = (clone / "daycast.toml").read_text()
    lost = settings.replace("git push -q", "git push -q && kill -9 $PPID")
    (clone / "daycast.toml").write_text(lost)
    assert finish(repository.start(clone))["Publish"] == 137
    git(clone, "push", "--quiet")
    assert linkedin.posts == ()
    run = repository.start(repository.clone("b"), after=15 * MINUTE)
    assert finish(run)["Publish"] == 1
    assert linkedin.posts == ()
    assert f"{KEY}: unconfirmed" in run.said["Publish"]


def test_what_is_pushed_comes_online_without_a_slot(repository, served):
    repository.run("a")
    author = repository.folder / "author"
    git(author, "pull", "--quiet", "--rebase")
    day = author / "series/walk/day-01.md"
    day.write_text(day.read_text() + "\nAnd back again.\n")
    git(author, "commit", "--quiet", "--all", "--message=A second thought")
    git(author, "push", "--quiet")
    assert repository.run("b", event="push", after=HOUR)["Bring"] == 0
    assert "And back again." in (served[0] / "walk/day-01/index.html").read_text()


def test_a_clone_of_the_repository_knows_all_that_was_sent(repository):
    repository.run("a")
    book = fold(read(repository.clone("anew") / JOURNAL, series="walk"))
    assert {key: one.state for key, one in book.slots.items()} == {KEY: "published", "walk/day-01/blog": "published"}
