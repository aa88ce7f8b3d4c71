"""Bringing the site online: the command, the live page, the hub."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest

from pipeline import deploy
from pipeline.errors import NotSentError
from tests.support_web import web

NOON = datetime(2026, 10, 20, 12, tzinfo=UTC)
PYTHON = sys.executable


@pytest.fixture
def server():
    with web() as found:
        yield found


def test_a_command_runs_at_the_root_and_knows_the_site(tmp_path):
    deploy.run('pwd > where; echo "$DAYCAST_SITE" >> where', root=tmp_path, site=tmp_path / "output/site", timeout=30)
    assert (tmp_path / "where").read_text().splitlines() == [str(tmp_path), f"{tmp_path}/output/site"]


def test_words_are_one_program_and_no_shell_reads_them(tmp_path):
    deploy.run((PYTHON, "-c", "open('$HOME;x', 'w')"), root=tmp_path, site=tmp_path, timeout=30)
    assert (tmp_path / "$HOME;x").exists()


def test_a_failure_tells_its_code_and_the_last_lines(tmp_path):
    with pytest.raises(NotSentError, match=r"failed with exit code 3: no route / to the host"):
        deploy.run("echo no route; echo to the host >&2; exit 3", root=tmp_path, site=tmp_path, timeout=30)


def test_a_program_that_is_not_there_is_said(tmp_path):
    with pytest.raises(NotSentError, match="'no-such-program' cannot be run"):
        deploy.run(("no-such-program",), root=tmp_path, site=tmp_path, timeout=30)


def test_secrets_that_a_command_prints_are_not_told(tmp_path, monkeypatch):
    monkeypatch.setenv("DEPLOY_TOKEN", "canary-1234")
    with pytest.raises(NotSentError) as told:
        deploy.run("echo bad token $DEPLOY_TOKEN; exit 1", root=tmp_path, site=tmp_path, timeout=30)
    assert "canary-1234" not in str(told.value)


def test_a_command_that_hangs_is_ended_with_all_it_started(tmp_path):
    with pytest.raises(NotSentError, match="was ended after"):
        deploy.run("sh -c 'echo $$ > child; sleep 600'; true", root=tmp_path, site=tmp_path, timeout=1)
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "child").read_text()), 0)


PAGES = {
    "the title": "<title>Walk &amp; talk</title><p>text",
    "the title over two lines": "<h1>Walk\n   &amp; <em>talk</em></h1>",
    "the canonical address": '<link href="{url}" rel="canonical"><title>Other</title>',
}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_a_page_that_names_the_entry_is_live(server, page):
    url = server.url + "/walk/day-01/"
    server.say("/walk/day-01/", page.format(url=url))
    assert deploy.probe(url, "Walk & talk") is None


def test_a_page_of_something_else_is_not_live(server):
    url = server.say("/walk/day-01/", "<title>Not found</title>")
    assert deploy.probe(url, "Walk one") == f"{url} answers, but does not name 'Walk one' yet"


@pytest.mark.parametrize("status", [404, 500, 503])
def test_another_status_is_told(server, status):
    url = server.say("/x/", "Walk one", status)
    assert deploy.probe(url, "Walk one") == f"{url} answers {status}"


def test_a_redirect_is_followed(server):
    url = server.say("/x", "", 301, Location="/x/")
    server.say("/x/", "<title>Walk one</title>")
    assert deploy.probe(url, "Walk one") is None


def test_a_server_that_is_not_there_is_told():
    assert "cannot be reached" in (deploy.probe("http://127.0.0.1:9/x", "Walk one") or "")


class Passing:
    """A clock that only waiting moves."""

    def __init__(self):
        self.now = NOON
        self.waits = []

    def __call__(self):
        return self.now

    def wait(self, seconds):
        self.waits.append(seconds)
        self.now += timedelta(seconds=seconds)


def test_waiting_ends_when_the_page_is_there(server):
    clock = Passing()
    url = server.url + "/x/"

    def wait(seconds):
        clock.wait(seconds)
        if len(clock.waits) == 3:
            server.say("/x/", "Walk one")

    assert deploy.wait_live(url, "Walk one", timeout=timedelta(minutes=10), clock=clock, wait=wait) is None
    assert clock.waits == [2.0, 3.0, 4.5]


def test_waiting_ends_at_its_time_with_the_reason(server):
    clock = Passing()
    reason = deploy.wait_live(
        server.url + "/x/", "Walk one", timeout=timedelta(minutes=2), clock=clock, wait=clock.wait
    )
    assert reason == f"{server.url}/x/ answers 404"
    assert clock.now == NOON + timedelta(minutes=2)


def test_a_clock_that_stands_still_ends_the_waiting(server):
    waits = []
    assert deploy.wait_live(server.url, "x", timeout=timedelta(hours=9), clock=lambda: NOON, wait=waits.append)
    assert len(waits) == 1


def test_the_hub_is_told_of_each_feed(server):
    hub = server.say("/hub", status=204)
    assert deploy.ping(hub, ["https://a.example/feed.xml", "https://a.example/b/feed.xml"]) == ()
    [(method, _, _, body)] = server.seen
    assert (method, parse_qsl(body.decode())) == (
        "POST",
        [
            ("hub.mode", "publish"),
            ("hub.url", "https://a.example/feed.xml"),
            ("hub.url", "https://a.example/b/feed.xml"),
        ],
    )


def test_a_hub_that_fails_is_a_sentence(server):
    assert deploy.ping(server.url + "/none", ["x"]) == (
        f"the hub {server.url}/none answers 404 to the news of the feeds",
    )
    assert "was not told" in deploy.ping("http://127.0.0.1:9/", ["x"])[0]
