"""The LinkedIn channel against a LinkedIn that keeps its rules, and breaks off where it is told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from pipeline import config
from pipeline.channels.contract import Context, Setup
from pipeline.channels.linkedin.channel import LinkedInChannel
from pipeline.delivery import Artifact, Receipt
from pipeline.errors import DuplicateError, NotAuthorizedError, NotSentError, RejectedError, UnconfirmedError
from pipeline.model import Cadence, Entry, Series
from pipeline.render.edition import edition
from pipeline.render.templates import Templates, built_in
from pipeline.testing.linkedin import REVIEWED, Answer, Cut, Drop, FakeLinkedIn, Fault, Garbage, Hang, Reset, Stall

CANARY = "canary-AQX-0123456789"
ME = "urn:li:person:me"
KEY = "walks/day-02/linkedin"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x02\x08\x02\0\0\0"
PDF = b"%PDF-1.7\n%%EOF\n"
BODY = "Follow the (money) to [the floor] below: C# costs #1, *really*.\n\n- one_two\n- a@b {c}\n\nAnd a #hashtag."


@pytest.fixture
def linkedin() -> Iterator[FakeLinkedIn]:
    with FakeLinkedIn(clock=lambda: NOW) as server:
        server.add_token(CANARY, member="me")
        yield server


@pytest.fixture
def opened(linkedin, tmp_path):
    def make(*, token: str = CANARY, env: dict[str, str] | None = None, **settings: Any) -> LinkedInChannel:
        table = {"api_base": linkedin.url, "oauth_base": linkedin.url, **settings}
        made = config.parse({"channels": {"linkedin": table}}, source="daycast.toml")
        setup = Setup(name="linkedin", root=tmp_path, config=made, options={}, secret=lambda: token)
        return LinkedInChannel(setup, env=env or {})

    return make


@pytest.fixture
def context(tmp_path):
    def make(own: dict[str, object] | None = None, *, files: dict[str, bytes] | None = None, body: str = BODY, **given):
        folder = tmp_path / "series/walks"
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in (files or {}).items():
            (folder / name).write_bytes(data)
        entry = Entry(
            path="series/walks/day-02.md", series="walks", day=2, slug="day-02", title="Walk (two)", body=body,
            overrides={"linkedin": own or {}}, **given,
        )  # fmt: skip
        series = Series(
            slug="walks", id="walks", title="Walks", length=30, hashtag="thirtyWalks", path="series/walks/_index.md",
            entries=(entry,), cadence=Cadence(start=date(2026, 10, 19), time=time(9), zone="UTC"),
        )  # fmt: skip
        settings = config.parse({"site": {"url": "https://walks.example"}}, source="daycast.toml")
        edited = edition([series], settings.site, datetime(2026, 10, 21, tzinfo=UTC))
        return Context(
            posted=edited.posted[entry.path],
            edition=edited,
            root=tmp_path,
            config=settings,
            templates=Templates([built_in()]),
            summary="In short.",
        )

    return make


def ready(channel: LinkedInChannel, context: Context) -> Artifact:
    return channel.prepare(channel.render(context), key=KEY, root=context.root)


KINDS: dict[str, tuple[dict[str, object], dict[str, object], list[str]]] = {
    "a card": ({}, {}, []),
    "a card with a picture": ({}, {"image": "a.png", "image_alt": "A walk"}, ["image"]),
    "text alone": ({"link": "none"}, {}, []),
    "an image": ({"image": "a.png", "image_alt": "A walk"}, {}, ["image"]),
    "two images": ({"images": [{"src": "a.png", "alt": "One"}, {"src": "b.png", "alt": "Two"}]}, {}, ["image"] * 2),
    "a document": ({"format": "carousel"}, {}, ["document"]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_post_is_taken_and_read_as_it_was_written(kind, linkedin, opened, context):
    own, given, uploads = KINDS[kind]
    made = context(own, files={"a.png": PNG, "b.png": PNG + b"b", "day-02.pdf": PDF}, **given)
    channel = opened(author=ME)
    artifact = ready(channel, made)
    receipt = channel.publish(artifact, key=KEY)
    (post,) = linkedin.posts
    assert (post.urn, post.author, post.body) == (receipt.remote_id, ME, artifact.body)
    assert (post.visible, post.cut) == (artifact.text, None)
    assert "thirtyWalks" in post.hashtags
    assert [(upload.kind, upload.status) for upload in linkedin.uploads] == [(name, "AVAILABLE") for name in uploads]
    assert receipt.url == f"https://www.linkedin.com/feed/update/{post.urn}/"


def test_without_an_author_the_member_posts(linkedin, opened, context):
    channel = opened()
    channel.publish(ready(channel, context()), key=KEY)
    assert linkedin.posts[0].author == ME


@pytest.mark.parametrize("ids", ["share", "ugcPost", "number", "missing"])
def test_a_receipt_comes_of_every_form_of_the_id(ids, opened, context, linkedin):
    linkedin.ids = ids
    channel = opened(author=ME)
    receipt = channel.publish(ready(channel, context()), key=KEY)
    (post,) = linkedin.posts
    if ids == "missing":
        assert receipt.remote_id is None
        assert receipt.note
    else:
        assert receipt.remote_id is not None
        assert receipt.remote_id.rpartition(":")[2] == post.urn.rpartition(":")[2]


def test_the_same_text_again_is_a_duplicate_that_names_the_first(linkedin, opened, context):
    channel = opened(author=ME)
    artifact = ready(channel, context())
    first = channel.publish(artifact, key=KEY)
    with pytest.raises(DuplicateError) as raised:
        channel.publish(artifact, key=KEY)
    assert (raised.value.remote_id, raised.value.url) == (first.remote_id, first.url)
    assert len(linkedin.posts) == 1


def test_a_post_is_changed_in_place_and_taken_back(linkedin, opened, context):
    channel = opened(author=ME)
    receipt = channel.publish(ready(channel, context()), key=KEY)
    changed = channel.render(context(body="Another (text)."))
    channel.update(receipt, changed)
    assert linkedin.posts[0].visible == changed.text
    channel.retract(receipt)
    assert linkedin.posts[0].deleted
    channel.retract(receipt)


@pytest.mark.parametrize("reviewed", [True, False])
def test_a_comment_finds_a_way_with_the_rights_there_are(reviewed, linkedin, opened, context):
    if reviewed:
        linkedin.add_token(CANARY, member="me", scopes=REVIEWED)
    channel = opened(author=ME, first_comment=True)
    artifact = ready(channel, context({"first_comment": "The *map* (of it)."}))
    receipt = channel.publish(artifact, key=KEY)
    assert channel.comment(artifact, receipt) is None
    assert [comment.text for comment in linkedin.posts[0].comments] == ["The map (of it)."]


# ── refusals ─────────────────────────────────────────────────────────────────────────────────────


def test_a_revoked_token_holds_the_account(linkedin, opened, context):
    channel = opened(author=ME)
    artifact = ready(channel, context())
    linkedin.revoke(CANARY)
    with pytest.raises(NotAuthorizedError, match="daycast login linkedin"):
        channel.publish(artifact, key=KEY)


def test_a_version_that_has_ended_holds_the_account_and_names_the_setting(opened, context):
    channel = opened(author=ME, version="202501")
    with pytest.raises(NotAuthorizedError, match=r"version 202501: set \[channels\.linkedin\] version"):
        channel.publish(ready(channel, context()), key=KEY)


def test_a_token_that_may_not_post_names_the_product(linkedin, opened, context):
    linkedin.add_token(CANARY, member="me", scopes=("openid", "profile"))
    channel = opened(author=ME)
    with pytest.raises(NotAuthorizedError, match="'Share on LinkedIn'"):
        channel.publish(ready(channel, context()), key=KEY)


def test_a_page_is_posted_to_by_those_who_may(linkedin, opened, context):
    page = "urn:li:organization:7"
    channel = opened(author=page)
    with pytest.raises(NotAuthorizedError, match="'Community Management API'"):
        channel.publish(ready(channel, context()), key=KEY)
    linkedin.add_token(CANARY, member="me", scopes=REVIEWED, organizations=(page,))
    channel.publish(ready(channel, context()), key=KEY)
    assert linkedin.posts[0].author == page


def test_the_days_quota_is_waited_for_as_long_as_it_says(linkedin, opened, context):
    channel = opened(author=ME)
    artifact = ready(channel, context())
    linkedin.set_daily(0, retry_after=600)
    with pytest.raises(NotSentError) as raised:
        channel.publish(artifact, key=KEY)
    assert raised.value.retry_at == NOW + timedelta(seconds=600)
    assert linkedin.posts == ()


def test_a_text_over_linkedins_own_limit_is_rejected(tmp_path, context):
    with FakeLinkedIn(clock=lambda: NOW, limit=50) as server:
        server.add_token(CANARY, member="me")
        table = {"channels": {"linkedin": {"api_base": server.url, "author": ME}}}
        made = config.parse(table, source="daycast.toml")
        setup = Setup(name="linkedin", root=tmp_path, config=made, options={}, secret=lambda: CANARY)
        channel = LinkedInChannel(setup, env={})
        with pytest.raises(RejectedError, match="shorten the entry"):
            channel.publish(ready(channel, context()), key=KEY)


# ── faults ───────────────────────────────────────────────────────────────────────────────────────

UNCLEAR: dict[str, Fault] = {
    "a reset before it is read": Drop(),
    "an end before it is read": Drop(reset=False),
    "a reset without an answer": Reset(),
    "a reset after it was carried out": Reset(after=30),
    "an end in the middle": Cut(after=30),
    "garbage": Garbage(data=b"\0\1\2"),
    "a failure": Answer(status=500),
    "a failure after it was carried out": Answer(status=504, carried_out=True),
    "a hotel's page": Answer(status=200, body=b"<html>Welcome</html>"),
}


@pytest.mark.parametrize("case", UNCLEAR)
def test_what_is_unclear_about_a_post_is_unconfirmed(case, linkedin, opened, context):
    channel = opened(author=ME)
    artifact = ready(channel, context())
    fault = UNCLEAR[case]
    if isinstance(fault, Drop):
        # Where the end comes before the first byte has left, that is certain; where it comes after, nothing is.
        linkedin.fail(fault)
        with pytest.raises((NotSentError, UnconfirmedError)):
            channel.publish(artifact, key=KEY)
        assert linkedin.posts == ()
        return
    linkedin.fail(fault, method="POST", path="/rest/posts")
    with pytest.raises(UnconfirmedError, match=f"daycast resolve {KEY}"):
        channel.publish(artifact, key=KEY)
    assert len(linkedin.posts) <= 1


@pytest.mark.parametrize("fault", [Hang(), Hang(carried_out=True), Stall()], ids=["hangs", "hangs after", "stalls"])
def test_a_server_that_hangs_is_unconfirmed_in_time(fault, linkedin, opened, context):
    artifact = ready(opened(author=ME), context())
    linkedin.fail(fault, method="POST", path="/rest/posts")
    with pytest.raises(UnconfirmedError, match="not answered in full within 1 s"):
        opened(author=ME, timeout=1).publish(artifact, key=KEY)


def test_a_server_that_is_gone_was_sent_nothing(linkedin, opened, context):
    channel = opened(author=ME)
    artifact = ready(channel, context())
    linkedin.refuse()
    with pytest.raises(NotSentError, match="nothing was sent"):
        channel.publish(artifact, key=KEY)
    linkedin.accept()
    assert channel.publish(artifact, key=KEY).remote_id == linkedin.posts[0].urn


def test_an_answer_broken_off_at_any_byte_is_unconfirmed_and_created_once(linkedin, opened, context):
    channel = opened(author=ME)
    whole = ready(channel, context())
    channel.publish(whole, key=KEY)
    size = next(record.size for record in linkedin.log if record.path == "/rest/posts")
    linkedin.set_daily(None)
    for number, kind in enumerate((Reset, Cut)):
        for after in range(size):
            body = {**json.loads(whole.body), "commentary": f"{number} {after}"}
            linkedin.fail(kind(after=after), method="POST", path="/rest/posts")
            with pytest.raises(UnconfirmedError):
                channel.publish(Artifact(
                    media_type=whole.media_type, body=json.dumps(body).encode(), text="", digest=whole.digest
                ), key=KEY)  # fmt: skip
    assert len(linkedin.posts) == 1 + 2 * size


BROKEN: dict[str, Fault] = {
    "a reset": Reset(),
    "an end in the middle": Cut(after=20),
    "garbage": Garbage(data=b"?"),
    "a failure": Answer(status=503),
}
NO_LINKEDIN = {"no LinkedIn": Answer(status=200, body=b"<html>")}
STEPS: dict[str, tuple[str, str, dict[str, Fault]]] = {
    "whose it is": ("GET", "/v2/userinfo", {**BROKEN, **NO_LINKEDIN}),
    "asking for an upload": ("POST", "/rest/images", {**BROKEN, **NO_LINKEDIN}),
    "uploading": ("PUT", "", BROKEN),  # its answer has nothing in it
}


@pytest.mark.parametrize(("step", "case"), [(step, case) for step, (_, _, faults) in STEPS.items() for case in faults])
def test_whatever_happens_before_the_post_is_not_sent_and_passes_the_next_time(step, case, linkedin, opened, context):
    made = context({"image": "a.png"}, files={"a.png": PNG})
    channel = opened(author=ME)
    method, path, faults = STEPS[step]
    linkedin.fail(faults[case], method=method, path=path)
    with pytest.raises(NotSentError):
        ready(channel, made)
    channel.publish(ready(channel, made), key=KEY)
    assert len(linkedin.posts) == 1


# ── doctor ───────────────────────────────────────────────────────────────────────────────────────


def test_doctor_finds_a_good_account_well_and_leaves_nothing_to_see(linkedin, opened):
    linkedin.add_client("app", "app-secret", member="me")
    env = {"DAYCAST_LINKEDIN_CLIENT_ID": "app", "DAYCAST_LINKEDIN_CLIENT_SECRET": "app-secret"}
    found = opened(author=ME, env=env).diagnose(now=NOW, last_day=NOW + timedelta(days=50))
    assert [(one.level, one.message) for one in found if one.level != "ok"] == []
    assert linkedin.posts == ()
    too_long = opened(author=ME, env=env).diagnose(now=NOW, last_day=NOW + timedelta(days=61))
    assert [one.code for one in too_long if one.level != "ok"] == ["token-too-short"]


def test_doctor_finds_a_revoked_token(linkedin, opened):
    linkedin.revoke(CANARY)
    found = opened(author=ME).diagnose(now=NOW, last_day=None)
    assert {one.code for one in found if one.level == "error"} == {"token-owner", "may-post"}


def test_no_secret_is_in_a_receipt(linkedin, opened, context):
    channel = opened(author=ME)
    receipt = channel.publish(ready(channel, context()), key=KEY)
    assert isinstance(receipt, Receipt)
    assert CANARY not in repr((receipt, channel.fingerprint, linkedin.log))
