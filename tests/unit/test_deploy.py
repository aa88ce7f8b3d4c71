"""Bringing the site online: the command, the live page, the hub."""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from pipeline import deploy
from pipeline.errors import NotSentError
from tests.support_processes import Thread
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
    life = Thread(tmp_path / "life")
    with pytest.raises(NotSentError, match="was ended after"):
        deploy.run(f"sh -c '{life.hang}'; true", root=tmp_path, site=tmp_path, timeout=1)
    assert life.was_held_and_cut()


def test_a_site_s_folder_is_told_in_full(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "blog").mkdir()
    deploy.run('echo "$DAYCAST_SITE" > where', root=tmp_path / "blog", site=Path("blog/site"), timeout=30)
    assert (tmp_path / "blog/where").read_text() == f"{tmp_path}/blog/site\n"


def test_a_key_of_several_lines_is_not_told_by_the_line(tmp_path, monkeypatch):
    monkeypatch.setenv("DEPLOY_KEY", "-----BEGIN\ncanary-1\ncanary-2\n-----END\n")
    with pytest.raises(NotSentError, match=r"exit code 1: bad \*\*\*$"):
        deploy.run('echo bad $(echo "$DEPLOY_KEY" | sed -n 2p); exit 1', root=tmp_path, site=tmp_path, timeout=30)


def test_a_secret_written_into_the_command_is_not_told(tmp_path, monkeypatch):
    monkeypatch.setenv("DEPLOY_PASSWORD", "canary-1234")
    with pytest.raises(NotSentError, match=r"^'test \*\*\* = x' failed with exit code 1$"):
        deploy.run("test canary-1234 = x", root=tmp_path, site=tmp_path, timeout=30)


def test_a_command_that_says_very_much_is_told_by_its_end(tmp_path):
    with pytest.raises(NotSentError, match=r"exit code 1: 29993 / .* / 30000$"):
        deploy.run("seq 30000; exit 1", root=tmp_path, site=tmp_path, timeout=30)


def test_what_a_command_leaves_running_keeps_nobody_waiting(tmp_path):
    deploy.run("sleep 600 & echo $! > left", root=tmp_path, site=tmp_path, timeout=60)
    os.kill(int((tmp_path / "left").read_text()), signal.SIGKILL)


def test_a_process_that_got_away_does_not_keep_the_end_of_a_command_from_coming(tmp_path):
    with pytest.raises(NotSentError, match="was ended after 1 s"):
        deploy.run("setsid sh -c 'echo $$ > away; exec sleep 600'; true", root=tmp_path, site=tmp_path, timeout=1)
    os.kill(int((tmp_path / "away").read_text()), signal.SIGKILL)


def test_a_command_that_no_system_takes_is_said(tmp_path):
    with pytest.raises(NotSentError, match="cannot be run: embedded null byte"):
        deploy.run(("a\0b",), root=tmp_path, site=tmp_path, timeout=30)


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


def test_a_redirect_to_what_is_no_address_is_told(server):
    url = server.say("/x", "", 301, Location="http://[")
    assert "cannot be reached" in (deploy.probe(url, "Walk one") or "")


#: A page may be what it likes: it is never live by that, fails nothing, and is read in one pass.
ODD = {
    "a number that no character has": f"x &#{'9' * 5000};",
    "such a number as an address": f'<link rel=canonical href="&#{"9" * 5000};">',
    "tags that never end": "<" * 1_900_000,
    "links that never end": "<link " * 300_000,
}


@pytest.mark.parametrize("page", ODD.values(), ids=ODD)
def test_an_odd_page_is_read_like_any_other(server, page):
    url = server.say("/x/", page)
    assert deploy.probe(url, "Walk one") == f"{url} answers, but does not name 'Walk one' yet"
    server.say("/x/", f"{page}<h1>Walk one</h1>")
    assert deploy.probe(url, "Walk one") is None


def test_a_page_that_never_ends_is_told(server):
    url = server.say("/x/", "Walk one" + "x" * (3 << 20))
    assert "cannot be reached" in (deploy.probe(url, "Walk one") or "")


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
    waits: list[float] = []
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
    [said] = deploy.ping(server.url + "/none?key=canary", ["x"])
    assert "canary" not in said
    assert "was not told" in deploy.ping("http://127.0.0.1:9/", ["x"])[0]
