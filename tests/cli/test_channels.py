"""A series on other channels, from check to receipt, as a writer meets them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from pipeline.channels.mail.recipients import mark_of
from pipeline.testing.server import Answer, FakeServer, Request
from tests.support import Folder, entry

INDEX = """\
---
id: walk
title: Walks
length: 3
start: 2026-10-19
zone: UTC
channels: [blog, bluesky, mastodon]
---
"""
NOW = "2026-10-19T09:30:00Z"


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as running:
        running.on("POST /xrpc/com.atproto.server.createSession", Answer(200, {"accessJwt": "j", "did": "did:plc:w"}))
        running.on("POST /xrpc/com.atproto.repo.putRecord", _record)
        running.on("GET /api/v1/accounts/verify_credentials", Answer(200, {"id": "9", "acct": "w"}))
        running.on("POST /api/v1/statuses", Answer(200, {"id": "5", "url": "https://m.example/@w/5"}))
        yield running


def _record(request: Request) -> Answer:
    asked: Any = request.json
    return Answer(200, {"uri": f"at://did:plc:w/{asked['collection']}/{asked['rkey']}", "cid": "b"})


@pytest.fixture
def walks(folder: Folder, server: FakeServer, monkeypatch: pytest.MonkeyPatch) -> Folder:
    monkeypatch.setenv("DAYCAST_BLUESKY_PASSWORD", "canary-b-0123456789")
    monkeypatch.setenv("DAYCAST_MASTODON_TOKEN", "canary-m-0123456789")
    settings = (
        f'[site]\ntitle = "Walks"\n'
        f'[channels.bluesky]\nhandle = "w.example"\nservice = "{server.url}"\n'
        f'[channels.mastodon]\nservice = "{server.url}"\n'
    )
    folder.write({"daycast.toml": settings, "series/walk/_index.md": INDEX})
    folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in (1, 2)})
    return folder


def test_each_gets_its_post_and_its_receipt_once(walks: Folder, server: FakeServer) -> None:
    for _ in range(2):
        ran = walks.daycast("publish", "due", "--now", NOW)
        assert ran.code == 0, ran
    places = [f"{one.method} {one.path}" for one in server.asked]
    assert places.count("POST /xrpc/com.atproto.repo.putRecord") == 1
    assert places.count("POST /api/v1/statuses") == 1
    lines = [json.loads(line) for line in walks.read("series/walk/receipts.jsonl").splitlines()]
    out = {line["key"]: line for line in lines if line["event"] == "published"}
    assert set(out) == {"walk/day-01/blog", "walk/day-01/bluesky", "walk/day-01/mastodon"}
    assert out["walk/day-01/bluesky"]["remote_id"].startswith("at://did:plc:w/app.bsky.feed.post/")
    assert out["walk/day-01/mastodon"]["url"] == "https://m.example/@w/5"
    assert "canary" not in walks.read("series/walk/receipts.jsonl")


def test_an_answer_that_was_lost_is_looked_up_and_not_sent_again(walks: Folder, server: FakeServer) -> None:
    kept: dict[str, Any] = {}

    def put(request: Request) -> Answer:
        asked: Any = request.json
        kept[asked["rkey"]] = f"at://did:plc:w/{asked['collection']}/{asked['rkey']}"
        return Answer(200, {})

    server.on("POST /xrpc/com.atproto.repo.putRecord", put)
    server.fail("POST /xrpc/com.atproto.repo.putRecord", "reset")
    server.on(
        "GET /xrpc/com.atproto.repo.getRecord",
        lambda request: Answer(200, {"uri": kept[request.path.rpartition("rkey=")[2]]}),
    )
    walks.daycast("publish", "due", "--now", NOW)
    assert "walk/day-01/bluesky" in walks.daycast("status", "--now", NOW).out
    ran = walks.daycast("publish", "due", "--now", "2026-10-19T09:40:00Z")
    assert len(server.requests("POST /xrpc/com.atproto.repo.putRecord")) == 1
    [line] = [
        json.loads(text)
        for text in walks.read("series/walk/receipts.jsonl").splitlines()
        if '"published"' in text and "bluesky" in text
    ]
    assert line["remote_id"] in kept.values(), ran


def test_check_says_beforehand_what_a_channel_would_not_take(walks: Folder, server: FakeServer) -> None:
    walks.write({"series/walk/day-02.md": entry(2, extra="bluesky:\n  image: gone.png\n")})
    ran = walks.daycast("check", "--json")
    assert ran.code == 1
    [problem] = [one for one in json.loads(ran.out) if one["code"] == "not-for-channel"]
    assert (problem["path"], problem["line"]) == ("series/walk/day-02.md", 3)
    assert "gone.png" in problem["message"]
    assert server.asked == []


LONG = "We walked two miles along the river and back again. " * 20


def less(folder: Folder) -> list[tuple[str, str]]:
    ran = folder.daycast("check", "--json")
    assert ran.code == 0
    told = json.loads(ran.out)
    return [(one["path"], one["message"]) for one in told if one["code"] == "less-on-channel"]


def test_check_says_once_where_texts_are_cut(walks: Folder) -> None:
    assert less(walks) == []
    walks.write({"series/walk/day-02.md": entry(2, body=LONG)})
    [bluesky, mastodon] = less(walks)
    assert bluesky[0] == "series/walk/day-02.md"
    assert "on bluesky, the text is cut to 300 characters" in bluesky[1]
    assert "on mastodon, the text is cut to 500 characters" in mastodon[1]
    walks.write({"series/walk/day-01.md": entry(1, body=LONG)})
    assert [path for path, _ in less(walks)] == ["series/walk/_index.md"] * 2
    assert "for days 1-2: the text is cut" in less(walks)[0][1]


@pytest.mark.parametrize("meant", ["cut", "thread"])
def test_a_cut_that_is_meant_is_no_news(walks: Folder, meant: str) -> None:
    walks.write({"series/walk/day-02.md": entry(2, body=LONG)})
    settings = walks.read("daycast.toml")
    walks.write({"daycast.toml": settings.replace("service =", f'long = "{meant}"\nservice =')})
    assert less(walks) == []


def test_check_says_which_tags_an_article_loses(walks: Folder) -> None:
    walks.write(
        {
            "daycast.toml": "[channels.forem]\n",
            "series/walk/_index.md": INDEX.replace("[blog, bluesky, mastodon]", "[blog, forem]"),
            "series/walk/day-02.md": entry(2, extra="tags: [one, two, three, four, five, six]\n"),
        }
    )
    [(path, message)] = less(walks)
    assert path == "series/walk/day-02.md"
    assert message == "on forem, an article has 4 tags: five, six left out"


def test_check_says_what_is_wrong_with_a_table(walks: Folder) -> None:
    walks.write(
        {
            "daycast.toml": '[channels.bluesky]\nhandel = "w.example"\n[channels.mastodon]\nservice = "http://x.example"\n'
        }
    )
    ran = walks.daycast("check")
    assert ran.code == 1
    for sentence in (
        "unknown key 'handel'",
        "needs a key 'handle'",
        "[channels.mastodon] service is 'http://x.example'",
    ):
        assert sentence in ran.err


def test_what_would_go_out_is_shown_without_asking_anybody(walks: Folder, server: FakeServer) -> None:
    ran = walks.daycast("publish", "day", "2", "--dry-run")
    assert ran.code == 0
    assert ran.out.count("We walked 2 miles") >= 2
    assert server.asked == []


def test_doctor_asks_each_account(walks: Folder) -> None:
    ran = walks.daycast("doctor", "--json", "--now", NOW)
    found = json.loads(ran.out)
    text = json.dumps(found)
    assert "signed in as w.example" in text
    assert "posts as @w" in text


@pytest.mark.parametrize(
    ("name", "said"),
    [("ntfyy", "no channel named 'ntfyy' is installed"), ("mastodonn", "is 'mastodon' meant?"), ("wordpress", "'url'")],
)
def test_a_channel_that_there_is_not_keeps_no_other_back(
    walks: Folder, server: FakeServer, name: str, said: str
) -> None:
    walks.write({"series/walk/_index.md": INDEX.replace("mastodon", name)})
    ran = walks.daycast("check", "--json")
    assert ran.code == 1
    [problem, *_] = [one for one in json.loads(ran.out) if one["code"] == "not-for-channel"]
    assert (problem["path"], problem["line"], problem["severity"]) == ("series/walk/_index.md", 7, "error")
    assert said in problem["message"]
    assert f"walk/day-01/{name}\nnot now: " in walks.daycast("publish", "due", "--dry-run", "--now", NOW).out
    ran = walks.daycast("publish", "due", "--now", NOW)
    assert (ran.code, len(server.requests("POST /xrpc/com.atproto.repo.putRecord"))) == (1, 1)
    assert said in ran.out
    ran = walks.daycast("status", "--now", NOW)
    assert "✓ bluesky published" in ran.out
    assert f"! {name} held" in ran.out
    ran = walks.daycast("doctor", "--json", "--offline", "--now", NOW)
    assert ("error", "not-there") in [(one["level"], one["code"]) for one in json.loads(ran.out) if one["area"] == name]


def test_doctor_asks_no_account_that_no_series_uses(walks: Folder) -> None:
    walks.write({"daycast.toml": walks.read("daycast.toml") + '[channels.linkedin]\nauthor = "urn:li:person:a"\n'})
    ran = walks.daycast("doctor", "--json", "--offline", "--now", NOW)
    assert {"bluesky", "mastodon"} <= {one["area"] for one in json.loads(ran.out)}
    assert "linkedin" not in {one["area"] for one in json.loads(ran.out)}


def test_a_day_that_may_be_out_is_looked_for_by_hand_as_well(walks: Folder, server: FakeServer) -> None:
    server.fail("POST /xrpc/com.atproto.repo.putRecord", "reset")
    server.on("GET /xrpc/com.atproto.repo.getRecord", Answer(500, {}))
    ran = walks.daycast("publish", "due", "--now", NOW)
    assert "the next 'daycast publish due' or look of the schedule finds out whether it is there" in ran.out
    ran = walks.daycast("publish", "day", "1", "--now", NOW)
    assert (ran.code, "walk/day-01/bluesky: unconfirmed, it may be out" in ran.out) == (1, True)
    assert "is looked for first" in walks.daycast("publish", "day", "1", "--dry-run", "--now", NOW).out
    [asked] = server.requests("POST /xrpc/com.atproto.repo.putRecord")
    told: Any = asked.json
    uri = f"at://did:plc:w/{told['collection']}/{told['rkey']}"
    server.on("GET /xrpc/com.atproto.repo.getRecord", Answer(200, {"uri": uri}))
    ran = walks.daycast("publish", "day", "1", "--now", NOW)
    assert (ran.code, "walk/day-01/bluesky: published https://bsky.app/" in ran.out) == (0, True), ran
    assert len(server.requests("POST /xrpc/com.atproto.repo.putRecord")) == 1


def test_a_mark_is_a_person_on_the_terminal(walks: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    key = "canary-of-the-recipients-0123456789"
    monkeypatch.setenv("DAYCAST_MAIL_KEY", key)
    walks.write(
        {
            "daycast.toml": walks.read("daycast.toml") + '[channels.mail]\nsender = "w@walks.example"\n',
            "recipients.txt": "ada@example.org\nbo@example.org\n",
        }
    )
    mark = mark_of("bo@example.org", key)
    ran = walks.daycast("doctor", "--whose", mark[:8])
    assert (ran.code, ran.out) == (0, "mail: bo@example.org\n")
    assert walks.daycast("doctor", "--whose", "000000").code == 1
    assert walks.daycast("doctor", "--whose", "bo@example.org").code == 2
