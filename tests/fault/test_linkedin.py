"""The whole way to LinkedIn, with everything that may go wrong on it: R12, R13, R20, S7 and what each answer means.

The server is real and so is the command line; its clock is that of the test.
"""

from __future__ import annotations

import json
import threading
from datetime import datetime, timedelta

import pytest

from pipeline.testing.linkedin import Answer, Drip, FakeLinkedIn, Garbage, Hang, Reset
from tests.fault.world import FIRST, HOUR, MINUTE, make, write_day
from tests.support import Folder

KEY = "walk/day-01/linkedin"
TOKEN = "canary-Vq3xZ81mTt"
SETTINGS = """
[channels.linkedin]
api_base = "{url}"
oauth_base = "{url}"
author = "urn:li:person:abc"
mode = "api"
timeout = 2
{more}
"""


class Place:
    """A project that posts to a LinkedIn of its own, by the command line."""

    def __init__(self, root, server, capsys):
        self.root, self.server, self.now = root, server, FIRST
        self._folder = Folder(root, capsys)

    def daycast(self, *words):
        return self._folder.daycast(*words, "--now", self.now.isoformat())

    def due(self, later: timedelta = timedelta()):
        """``publish due``, some time later."""
        self.now += later
        return self.daycast("publish", "due")

    def slots(self):
        told = json.loads(self.daycast("status", "--json").out)
        return {one["key"]: one for one in told["deliveries"]}

    def state(self, key=KEY):
        return self.slots()[key]["state"]

    @property
    def created(self):
        return [record for record in self.server.log if record.created]

    @property
    def tries(self):
        return [record for record in self.server.log if (record.method, record.path) == ("POST", "/rest/posts")]


@pytest.fixture
def every_byte(request):
    """Whether to try each byte, or some of them."""
    return bool(request.config.getoption("full"))


@pytest.fixture
def settings():
    """More keys of ``[channels.linkedin]``; a module may give its own."""
    return ""


@pytest.fixture
def place(tmp_path, capsys, monkeypatch, settings):
    monkeypatch.setenv("DAYCAST_LINKEDIN_TOKEN", TOKEN)
    held: list[Place] = []

    def clock() -> datetime:
        return held[0].now if held else FIRST

    with FakeLinkedIn(clock=clock) as server:
        server.add_token(TOKEN, member="abc", expires_at=FIRST + timedelta(days=300))
        make(tmp_path, channels="linkedin", settings=SETTINGS.format(url=server.url, more=settings))
        held.append(Place(tmp_path, server, capsys))
        yield held[0]
        server.release()


def test_a_day_is_posted_and_its_receipt_kept(place):
    ran = place.due()
    [post] = place.server.posts
    assert ran.code == 0
    assert post.visible.startswith("#Day1/30\n\nWe walked 1 miles.")
    slot = place.slots()[KEY]
    assert (slot["state"], slot["remote_id"]) == ("published", post.urn)
    assert slot["url"] == f"https://www.linkedin.com/feed/update/{post.urn}/"


def test_a_post_that_was_answered_is_not_sent_again(place):
    place.due()
    for _ in range(5):
        place.due(HOUR)
    assert len(place.tries) == 1


# ── R12: the answer is lost at every byte ────────────────────────────────────────────────────────


def test_an_answer_that_is_cut_at_any_byte_is_unconfirmed_or_a_receipt(place, every_byte, record_figure):
    index = place.root / "series/walk/_index.md"
    index.write_text(index.read_text().replace("length: 30", "length: 900"))
    place.due()
    size = place.created[0].size
    cuts = range(0, size, 1 if every_byte else 9)
    for day, after in enumerate(cuts, 2):
        write_day(place.root, day, f"We walked {day} miles.")
        place.server.fail(Reset(after=after), method="POST", path="/rest/posts")
        place.now = FIRST + (day - 1) * 24 * HOUR + 2 * HOUR
        place.due()
    slots = place.slots()
    states = [slots[f"walk/day-{day:02}/linkedin"]["state"] for day, _ in enumerate(cuts, 2)]
    assert set(states) <= {"unconfirmed", "published"}
    place.due(3 * HOUR)
    assert len(place.created) == len(cuts) + 1
    record_figure("R12", f"cut at {len(cuts)} of {size} bytes: {states.count('unconfirmed')} unconfirmed, 0 sent again")


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(Reset(after=0, carried_out=True), id="reset after it was accepted"),
        pytest.param(Reset(after=0, carried_out=False), id="reset before it was accepted"),
        pytest.param(Hang(carried_out=True), id="no answer"),
        pytest.param(Garbage(data=b"\x00\xff not HTTP"), id="garbage"),
        pytest.param(Answer(status=200, body=b"<html>Sign in to the hotel</html>"), id="captive portal"),
        pytest.param(Answer(status=500, carried_out=True), id="500"),
        pytest.param(Answer(status=503), id="503"),
        pytest.param(Answer(status=504, carried_out=True), id="504 although it is out"),
    ],
)
def test_what_is_unclear_is_never_sent_again_by_itself(place, fault):
    place.server.fail(fault, method="POST", path="/rest/posts")
    assert place.due().code == 1
    slot = place.slots()[KEY]
    assert (slot["state"], bool(slot["reason"])) == ("unconfirmed", True)
    place.server.release()
    for _ in range(3):
        place.due(HOUR)
    assert len(place.tries) == 1


def test_a_day_without_a_network_is_posted_when_it_is_back(place):
    place.server.refuse()
    assert place.due().code == 0
    assert place.slots()[KEY]["state"] == "retry"
    assert place.server.posts == ()
    place.server.accept()
    place.due(5 * MINUTE)
    assert place.state() == "published"


def test_a_redirect_is_not_followed(place):
    place.server.fail(Answer(status=307, headers={"Location": f"{place.server.url}/rest/posts"}), path="/rest/posts")
    place.due()
    assert place.state() == "rejected"
    assert place.server.posts == ()


# ── R13: slow ────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_that_drips_ends_at_the_deadline(place):
    waited = threading.Event()
    place.server.fail(Drip(wait=lambda _: waited.wait(0.2)), method="POST", path="/rest/posts")
    place.due()
    waited.set()
    assert place.state() == "unconfirmed"


# ── what LinkedIn answers ────────────────────────────────────────────────────────────────────────


def test_429_waits_as_long_as_linkedin_asks(place):
    headers = {"Retry-After": "1800"}
    place.server.fail(Answer(status=429, headers=headers, body=b"{}"), method="POST", path="/rest/posts")
    assert place.due().code == 0
    place.due(29 * MINUTE)
    assert len(place.tries) == 1
    place.due(2 * MINUTE)
    assert place.state() == "published"


def test_a_dead_token_holds_the_account_with_one_try_for_all_that_is_due(place, monkeypatch):
    for day in (2, 3):
        write_day(place.root, day, f"We walked {day} miles.")
    index = place.root / "series/walk/_index.md"
    index.write_text(index.read_text().replace('settle: "0"', 'settle: "0"\nmax_late: 30d'))
    place.due()
    place.server.revoke(TOKEN)
    before = len(place.server.log)
    assert place.due(48 * HOUR).code == 1
    assert len(place.server.log) - before == 1
    slots = place.slots()
    assert [slots[f"walk/day-0{day}/linkedin"]["state"] for day in (2, 3)] == ["held", "held"]
    assert "daycast login" in slots["walk/day-02/linkedin"]["reason"]
    place.due(HOUR)
    assert len(place.server.log) - before == 1
    place.server.add_token("another", member="abc")
    monkeypatch.setenv("DAYCAST_LINKEDIN_TOKEN", "another")
    assert place.due(HOUR).code == 0
    assert [place.state(f"walk/day-0{day}/linkedin") for day in (2, 3)] == ["published", "published"]


def test_an_account_that_doctor_finds_well_goes_on(place):
    place.server.fail(Answer(status=401, body=b'{"code":"EMPTY_ACCESS_TOKEN"}'), method="POST", path="/rest/posts")
    place.due()
    assert place.state() == "held"
    place.due(HOUR)
    assert len(place.tries) == 1
    place.daycast("doctor")
    place.due()
    assert place.state() == "published"


def test_a_token_of_somebody_else_posts_nothing(place, monkeypatch):
    place.server.add_token("other", member="xyz")
    monkeypatch.setenv("DAYCAST_LINKEDIN_TOKEN", "other")
    place.due()
    assert (place.state(), place.server.posts) == ("held", ())


def test_a_version_that_has_ended_names_the_setting(place, monkeypatch):
    monkeypatch.setenv("DAYCAST_LINKEDIN_VERSION", "202401")
    place.due()
    slot = place.slots()[KEY]
    assert (slot["state"], "version" in slot["reason"]) == ("held", True)
    monkeypatch.delenv("DAYCAST_LINKEDIN_VERSION")
    place.due(MINUTE)
    assert place.state() == "published"


def test_a_text_that_is_out_as_another_day_is_refused(place):
    (place.root / "templates").mkdir()
    (place.root / "templates/linkedin.txt.j2").write_text("{{ body }}")
    place.due()
    write_day(place.root, 2, "We walked 1 miles.")
    place.now += 5 * MINUTE
    ran = place.daycast("publish", "day", "2", "--channel", "linkedin")
    slot = place.slots()["walk/day-02/linkedin"]
    assert (ran.code, slot["state"], slot["remote_id"]) == (1, "rejected", None)
    assert place.server.posts[0].urn in slot["reason"]
    assert len(place.server.posts) == 1


def test_a_lost_answer_is_found_by_the_duplicate_that_linkedin_refuses(place):
    place.server.fail(Reset(after=0, carried_out=True), method="POST", path="/rest/posts")
    place.due()
    [post] = place.server.posts
    assert place.daycast("resolve", KEY, "--retry").code == 0
    place.due(MINUTE)
    slot = place.slots()[KEY]
    assert (slot["state"], slot["remote_id"], len(place.server.posts)) == ("published", post.urn, 1)
    assert "duplicate" in slot["reason"]


def test_a_retry_sends_the_very_same_bytes_although_the_entry_was_edited(place):
    place.server.fail(Reset(after=0, carried_out=False), method="POST", path="/rest/posts")
    place.due()
    write_day(place.root, 1, "We walked on.")
    place.daycast("resolve", KEY, "--retry")
    place.due(MINUTE)
    first, second = place.tries
    assert first.body == second.body
    assert place.slots()[KEY]["drift"] is True


@pytest.mark.parametrize("words", [("resolve", KEY, "--retry"), ("publish", "day", "1")], ids=["resolve", "publish"])
def test_a_day_that_was_refused_goes_out_as_it_was_mended(place, words):
    refusal = Answer(status=400, body=b'{"code": "FIELD_LENGTH_TOO_LONG", "message": "too long"}')
    place.server.fail(refusal, method="POST", path="/rest/posts")
    place.due()
    assert place.state() == "rejected"
    write_day(place.root, 1, "We walked.")
    assert place.daycast(*words).code == 0
    place.due(MINUTE)
    assert [post.visible for post in place.server.posts] == ["#Day1/30\n\nWe walked."]
    assert place.slots()[KEY]["drift"] is False


def test_the_post_of_another_day_is_not_taken_for_ours_however_often_it_is_tried(place):
    (place.root / "templates").mkdir()
    (place.root / "templates/linkedin.txt.j2").write_text("{{ body }}")
    place.due()
    write_day(place.root, 2, "We walked 1 miles.")
    for _ in range(2):
        place.now += MINUTE
        place.daycast("publish", "day", "2", "--channel", "linkedin")
    slot = place.slots()["walk/day-02/linkedin"]
    assert (slot["state"], slot["attempts"], slot["remote_id"]) == ("rejected", 2, None)


def test_what_is_in_doubt_stays_so_through_a_try_that_did_not_leave(place):
    place.server.fail(Reset(after=0, carried_out=True), method="POST", path="/rest/posts")
    place.due()
    write_day(place.root, 1, "We walked on.")
    place.daycast("resolve", KEY, "--retry")
    place.server.refuse()
    place.due(MINUTE)
    place.server.accept()
    place.due(7 * MINUTE)
    assert (place.state(), len(place.server.posts)) == ("published", 1)


# ── afterwards ───────────────────────────────────────────────────────────────────────────────────


def test_an_edit_is_drift_until_it_is_updated_in_place(place):
    place.due()
    assert place.slots()[KEY]["drift"] is False
    write_day(place.root, 1, "We walked two miles.")
    assert place.slots()[KEY]["drift"] is True
    ran = place.daycast("update", "day", "1", "--yes")
    assert "-We walked 1 miles." in ran.out
    assert "+We walked two miles." in ran.out
    [post] = place.server.posts
    assert post.visible.endswith("We walked two miles.")
    assert place.slots()[KEY]["drift"] is False
    assert len(place.tries) == 1


def test_update_without_a_person_or_yes_changes_nothing(place):
    place.due()
    write_day(place.root, 1, "We walked two miles.")
    assert place.daycast("update", "day", "1").code == 1
    assert place.server.posts[0].visible.endswith("We walked 1 miles.")


def test_what_is_paused_is_not_changed_but_may_be_taken_back(place):
    place.due()
    write_day(place.root, 1, "We walked two miles.")
    place.daycast("pause", "--all")
    ran = place.daycast("update", "day", "1", "--yes")
    assert (ran.code, "everything is paused by the file PAUSE" in ran.err) == (1, True)
    assert place.server.posts[0].visible.endswith("We walked 1 miles.")
    assert place.daycast("retract", "day", "1", "--yes").code == 0
    assert place.server.posts[0].deleted


def test_a_retracted_day_is_gone_and_never_sent_again(place):
    place.due()
    assert place.daycast("retract", "day", "1", "--yes").code == 0
    assert place.server.posts[0].deleted
    assert place.state() == "withdrawn"
    place.due(HOUR)
    assert place.daycast("publish", "day", "1").code == 1
    assert len(place.tries) == 1


def test_the_token_is_nowhere(place):
    place.server.fail(Answer(status=400, body=f'{{"message": "bad {TOKEN}"}}'.encode()), path="/rest/posts")
    told = [place.due(), place.daycast("status"), place.daycast("status", "--json"), place.daycast("doctor", "--json")]
    assert [ran for ran in told if TOKEN in ran.out + ran.err] == []
    assert [path for path in place.root.rglob("*") if path.is_file() and TOKEN.encode() in path.read_bytes()] == []
