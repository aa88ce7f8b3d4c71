"""A series on a webhook, as a writer meets it: what is said when it is refused, lost, edited or mistaken."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from pipeline.testing.server import Answer, FakeServer
from tests.support import Folder, entry

INDEX = "---\nid: walk\ntitle: Walks\nlength: 3\nstart: 2026-10-19\nzone: UTC\nchannels: [webhook]\n---\n"
NOW, LATER = "2026-10-19T09:30:00Z", "2026-10-19T12:00:00Z"


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as running:
        running.on("POST /hook", Answer(200, {"url": "https://club.example/1"}))
        yield running


@pytest.fixture
def walks(folder: Folder, server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.setenv("DAYCAST_WEBHOOK_TOKEN", "canary-w-0123456789")
    folder.write({"daycast.toml": f'[site]\ntitle = "Walks"\n[channels.webhook]\nurl = "{server.url}/hook"\n'})
    folder.write({"series/walk/_index.md": INDEX, "series/walk/day-01.md": entry(1)})
    return folder


def test_status_shows_an_address_without_an_id(walks: Folder) -> None:
    assert walks.daycast("publish", "due", "--now", NOW).code == 0
    assert "webhook: https://club.example/1" in walks.daycast("status", "--now", NOW).out


def test_nobody_is_told_to_do_what_the_channel_cannot(walks: Folder) -> None:
    walks.daycast("publish", "due", "--now", NOW)
    walks.write({"series/walk/day-01.md": entry(1, "Another title")})
    told = walks.daycast("status", "--now", NOW).out
    assert "edited since it went out" in told
    assert "daycast update" not in told
    ran = walks.daycast("resolve", "walk/day-01/webhook", "--retry", "--now", NOW)
    assert (ran.code, "webhook can neither change it nor take it back" in ran.err) == (1, True)


def test_an_account_that_was_refused_says_since_when_and_how_it_goes_on(walks: Folder, server: FakeServer) -> None:
    server.on("POST /hook", Answer(403))
    walks.daycast("publish", "due", "--now", NOW)
    assert len(server.asked) == 1
    for words in (("publish", "due"), ("publish", "day", "1")):
        ran = walks.daycast(*words, "--now", LATER)
        assert ran.code == 1
        assert "webhook was refused at 2026-10-19 09:30 UTC and is not asked again" in ran.out
        assert "daycast doctor" in ran.out
        assert "daycast resolve walk/day-01/webhook --retry" in ran.out
    assert len(server.asked) == 1
    ran = walks.daycast("doctor", "--json", "--now", LATER)
    found = [(one["level"], one["code"]) for one in json.loads(ran.out) if one["area"] == "webhook"]
    assert found == [("ok", "not-asked"), ("error", "held")]
    server.on("POST /hook", Answer(200))
    assert "due at once" in walks.daycast("resolve", "walk/day-01/webhook", "--retry", "--now", LATER).out
    assert walks.daycast("publish", "due", "--now", LATER).code == 0
    assert len(server.asked) == 2


def test_another_secret_lets_it_go_on(walks: Folder, server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    server.on("POST /hook", Answer(401))
    walks.daycast("publish", "due", "--now", NOW)
    server.on("POST /hook", Answer(200))
    monkeypatch.setenv("DAYCAST_WEBHOOK_TOKEN", "canary-w-9876543210")
    assert walks.daycast("publish", "due", "--now", LATER).code == 0


def test_what_is_harmless_is_sent_again_and_says_so(walks: Folder, server: FakeServer) -> None:
    walks.write({"daycast.toml": walks.read("daycast.toml") + "idempotent = true\n"})
    server.fail("POST /hook", "reset")
    ran = walks.daycast("publish", "due", "--now", NOW)
    assert "it is sent again by itself, which changes nothing" in ran.out
    assert "resolve" not in ran.out
    ran = walks.daycast("publish", "due", "--now", NOW)
    assert "(again at 2026-10-19T09:3" in ran.out
    server.fail("POST /hook", None)
    assert walks.daycast("publish", "due", "--now", LATER).code == 0
