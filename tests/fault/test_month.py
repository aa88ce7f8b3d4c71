"""A month of the sample series: the scheduler, a blog on the loopback, a LinkedIn of its own, receipts in git."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import feedparser
import pytest

from pipeline.linkedin_text import unescape
from pipeline.scheduler import serve
from pipeline.testing.linkedin import FakeLinkedIn
from tests.fault.world import Clock, Steps

ROOT = Path(__file__).resolve().parents[2]
START = datetime(2026, 10, 18, 12, tzinfo=UTC)
DAY = timedelta(days=1)
TOKEN = "canary-Vq3xZ81mTt"
CONFIG = """\
[site]
title = "One post a day"
url = "{site}"
zone = "Europe/Berlin"

[deploy]
command = ["cp", "-r", "output/site/.", "{served}"]

[channels.linkedin]
api_base = "{linkedin}"
oauth_base = "{linkedin}"
author = "urn:li:person:abc"

[notify]
command = "cat >> notices.jsonl; echo >> notices.jsonl"
"""


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *words):
        pass


@pytest.fixture
def served(tmp_path):
    """A folder that is served on the loopback; gives the folder and its address."""
    folder = tmp_path / "served"
    folder.mkdir()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "blog"
    shutil.copytree(ROOT / "series", root / "series")
    git(root, "init", "--quiet", "--initial-branch=main")
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message=The sample series", when=START - DAY)
    return root


def git(root, *words, when=None):
    env = {"GIT_AUTHOR_DATE": when.isoformat(), "GIT_COMMITTER_DATE": when.isoformat()} if when else {}
    subprocess.run(
        ["git", "-c", "user.name=m", "-c", "user.email=m@example.org", *words],
        cwd=root,
        check=True,
        capture_output=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(root), **env},
    )


def test_a_month_and_its_recap_are_posted_shown_and_fed_once_each(project, served, monkeypatch, record_figure):
    folder, site = served
    clock = Clock(START)
    monkeypatch.setenv("DAYCAST_LINKEDIN_TOKEN", TOKEN)
    with FakeLinkedIn(clock=clock) as linkedin:
        linkedin.add_token(TOKEN, member="abc", expires_at=START + 60 * DAY)
        (project / "daycast.toml").write_text(CONFIG.format(site=site, served=folder, linkedin=linkedin.url))
        told: list[tuple[str, str, str]] = []
        serve(
            project,
            clock=clock,
            wait=clock.pass_by,
            alarm=Steps(clock, START + 31 * DAY, timedelta(hours=1)),
            runner=None,
            tell=lambda step, key, text="": told.append((step, key, text)),
            threads=False,
        )
        posts = linkedin.posts
    assert [step for step in told if step[0] == "trouble"] == []
    texts = sorted((project / "output/linkedin/30daysofgenerativeai").glob("*.txt"))
    assert len(posts) == len(texts) == 31  # the recap is one
    assert sorted(post.visible for post in posts) == sorted(path.read_text()[:-1] for path in texts)
    assert all(unescape(post.commentary) == post.visible for post in posts)
    assert [post.at.astimezone(UTC).strftime("%d %H:%M") for post in posts] == [
        *(f"{day} 07:00" for day in range(19, 25)),
        *(f"{day} 08:00" for day in range(25, 32)),  # clocks went back
        *(f"{day:02} 08:00" for day in range(1, 18)),
        "17 09:00",  # the recap, an hour after the last day
    ]
    pages = sorted(path.parent.name for path in folder.glob("30daysofgenerativeai/day-*/index.html"))
    assert pages == [f"day-{day:02}" for day in range(1, 31)]
    assert (folder / "30daysofgenerativeai/recap/index.html").is_file()
    books = sorted(path.name for path in (project / "output/books").iterdir())
    assert books == ["30daysofgenerativeai.epub", "30daysofgenerativeai.pdf"]
    feed = feedparser.parse((folder / "30daysofgenerativeai/feed.xml").read_bytes())
    assert len({entry.id for entry in feed.entries}) == len(feed.entries) == 31
    git(project, "add", "series")
    journal = project / "series/30daysofgenerativeai/receipts.jsonl"
    receipts = [json.loads(line) for line in journal.read_text().splitlines()]
    published = [line for line in receipts if line["event"] == "published" and line["key"].endswith("/linkedin")]
    assert [line["remote_id"] for line in published] == [post.urn for post in posts]
    notices = project / "notices.jsonl"
    assert not notices.exists() or notices.read_text().split() == []  # every day is written
    everything = [path for top in (project, folder) for path in top.rglob("*") if path.is_file()]
    assert [path for path in everything if TOKEN.encode() in path.read_bytes()] == []
    record_figure("month", f"{len(posts)} posts, {len(pages)} pages, {len(feed.entries)} feed items, each once")
