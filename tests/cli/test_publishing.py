"""Publishing as a person types it, with posts that are handed to them: no token, no network."""

from __future__ import annotations

import json
import os

import pytest

from tests.support import INDEX, entry

#: Day 3 of the walks is due.
DUE = "2026-10-21T07:00:05Z"
LATER = "2026-10-21T09:00:00Z"
KEY = "walk/day-03/linkedin"
POST = "https://www.linkedin.com/feed/update/urn:li:share:7141138937766391808/"


@pytest.fixture
def walks(folder):
    """Three written days of thirty, without an address, so that nothing waits for a page."""
    folder.write({"daycast.toml": '[site]\ntitle = "Walks"\n', "series/walk/_index.md": INDEX})
    folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in (1, 2, 3)})
    age(folder)
    return folder


def age(folder):
    """Every entry as old as its series."""
    for path in (folder.path / "series").rglob("*.md"):
        os.utime(path, (1_790_000_000, 1_790_000_000))


def lines(folder):
    return [json.loads(line) for line in folder.read("series/walk/receipts.jsonl").splitlines()]


def states(folder, now=LATER):
    told = json.loads(folder.daycast("status", "--json", "--now", now).out)
    return {one["key"]: one["state"] for one in told["deliveries"]}


def test_what_is_due_goes_out_and_a_post_is_handed_over(walks):
    ran = walks.daycast("publish", "due", "--now", DUE)
    assert ran.code == 1
    assert f"{KEY}: post it by hand from output/handouts/walk/day-03.linkedin.txt" in ran.out
    assert "walk/day-03/blog: published" in ran.out
    handout = walks.read("output/handouts/walk/day-03.linkedin.txt")
    assert "#Day3/30" in handout
    assert "daycast done day 3 [URL]" in handout


def test_days_that_were_due_long_before_the_first_publish_are_skipped(walks):
    walks.daycast("publish", "due", "--now", DUE)
    found = states(walks)
    assert (found["walk/day-01/linkedin"], found["walk/day-01/blog"]) == ("skipped", "published")
    assert [line["reason"] for line in lines(walks) if line["event"] == "skipped"] == ["before daycast"] * 2


def test_done_records_the_post(walks):
    walks.daycast("publish", "due", "--now", DUE)
    ran = walks.daycast("done", "day", "3", POST, "--now", LATER)
    assert (ran.code, ran.out) == (0, f"{KEY}: published  {POST}\n")
    assert states(walks)[KEY] == "published"
    assert lines(walks)[-1]["remote_id"] == "urn:li:share:7141138937766391808"


def test_a_second_publish_changes_nothing(walks):
    walks.daycast("publish", "due", "--now", DUE)
    before = walks.read("series/walk/receipts.jsonl")
    walks.daycast("publish", "due", "--now", LATER)
    assert walks.read("series/walk/receipts.jsonl") == before


def test_nothing_due_is_said_with_what_comes(walks):
    ran = walks.daycast("publish", "due", "--now", "2026-10-18T07:00:00Z")
    assert (ran.code, ran.out) == (0, "nothing is due; next at 2026-10-19T07:00:00+00:00\n")


def test_a_dry_run_touches_nothing(walks):
    def tree():
        return {path: path.read_bytes() for path in sorted(walks.path.rglob("*")) if path.is_file()}

    before = tree()
    ran = walks.daycast("publish", "day", "3", "--dry-run", "--now", DUE)
    assert ran.code == 0
    assert "walk/day-03/linkedin\n#Day3/30" in ran.out
    assert walks.daycast("publish", "due", "--dry-run", "--json", "--now", DUE).code == 0
    assert walks.daycast("status", "--now", DUE).code in (0, 1)
    assert tree() == before


def test_publishing_by_hand_moves_the_day_and_the_schedule_leaves_it_alone(walks):
    early = "2026-10-20T12:00:00Z"
    walks.daycast("publish", "day", "3", "--now", early)
    moved = [line for line in lines(walks) if line["event"] == "moved"]
    assert [line["due"] for line in moved] == ["2026-10-20T12:00:00.000000Z"]
    assert "walk/day-03/" in "".join(walks.site()["walk/index.html"].decode())
    assert b"<pubDate>Tue, 20 Oct 2026 12:00:00 +0000</pubDate>" in walks.site()["walk/feed.xml"]
    intents = [line["key"] for line in lines(walks) if line["event"] == "intent"]
    walks.daycast("publish", "due", "--now", DUE)
    again = [line["key"] for line in lines(walks) if line["event"] == "intent"]
    assert [key for key in again if "day-03" in key] == [key for key in intents if "day-03" in key]


def test_a_draft_is_not_published(walks):
    walks.write({"series/walk/day-03.md": entry(3, extra="draft: true\n")})
    ran = walks.daycast("publish", "day", "3", "--now", DUE)
    assert (ran.code, "is a draft; take 'draft: true' out" in ran.err) == (1, True)


def test_a_day_that_is_not_written_is_said(walks):
    ran = walks.daycast("publish", "day", "9", "--now", DUE)
    assert (ran.code, "no day 9 is written" in ran.err) == (1, True)


def test_a_channel_that_a_day_does_not_go_to_is_said(walks):
    ran = walks.daycast("publish", "day", "3", "--channel", "mastodon", "--now", DUE)
    assert (ran.code, "does not go to mastodon" in ran.err) == (1, True)


def test_an_unknown_key_is_wrong_usage(walks):
    ran = walks.daycast("resolve", "walk/day-99/linkedin", "--skip", "--now", DUE)
    assert (ran.code, "there is no slot 'walk/day-99/linkedin'" in ran.err) == (2, True)


def test_skip_leaves_a_day_out(walks):
    walks.daycast("skip", "day", "3", "--now", DUE)
    walks.daycast("publish", "due", "--now", LATER)
    assert states(walks)[KEY] == "skipped"
    assert not (walks.path / "output/site/walk/day-03").exists()


def test_what_is_skipped_may_still_be_wanted(walks):
    walks.daycast("skip", "day", "3", "--now", DUE)
    assert walks.daycast("resolve", KEY, "--retry", "--now", LATER).code == 0
    assert states(walks)[KEY] in ("retry", "planned")


def test_resolve_says_that_it_is_out(walks):
    ran = walks.daycast("resolve", KEY, "--published", "urn:li:share:7", "--now", LATER)
    assert ran.out == f"{KEY}: published  https://www.linkedin.com/feed/update/urn:li:share:7/\n"


def test_what_is_out_is_never_tried_again(walks):
    walks.daycast("resolve", KEY, "--published", POST, "--now", DUE)
    ran = walks.daycast("resolve", KEY, "--retry", "--now", LATER)
    assert (ran.code, "never goes out twice" in ran.err) == (1, True)


def test_a_paused_series_waits_and_says_so(walks):
    walks.daycast("pause", "walk", "--now", DUE)
    walks.daycast("publish", "due", "--now", LATER)
    told = json.loads(walks.daycast("status", "--json", "--now", LATER).out)
    reasons = {one["key"]: one["reason"] for one in told["deliveries"]}
    assert reasons[KEY] == "walk is paused: 'daycast resume walk'"
    assert not (walks.path / "output/site/walk/day-03").exists()
    walks.daycast("resume", "walk", "--now", LATER)
    assert "walk/day-03/blog: published" in walks.daycast("publish", "due", "--now", LATER).out


def test_the_pause_file_stops_every_send(walks):
    walks.daycast("pause", "--all")
    ran = walks.daycast("publish", "due", "--now", DUE)
    assert (ran.code, "everything is paused by the file PAUSE" in ran.err) == (1, True)
    assert not (walks.path / "series/walk/receipts.jsonl").exists()
    walks.daycast("resume", "--all")
    assert "walk/day-03/blog: published" in walks.daycast("publish", "due", "--now", DUE).out


def test_only_the_named_runner_sends(walks, monkeypatch):
    walks.write({"daycast.toml": '[publish]\nrunner = "ci"\n'})
    ran = walks.daycast("publish", "due", "--now", DUE)
    assert (ran.code, "only the runner 'ci' sends" in ran.err) == (1, True)
    monkeypatch.setenv("DAYCAST_RUNNER", "ci")
    assert "walk/day-03/blog: published" in walks.daycast("publish", "due", "--now", DUE).out


def test_adopted_days_are_out(walks):
    ran = walks.daycast("adopt", "walk", "--through", "2", "--now", DUE)
    assert ran.out == "walk: 6 slots up to day 2 recorded as out\n"
    walks.daycast("publish", "due", "--now", DUE)
    assert states(walks)["walk/day-01/linkedin"] == "published"


def test_a_link_in_the_front_matter_counts_as_done(walks):
    walks.write({"series/walk/day-03.md": entry(3, extra=f"linkedin: {{url: '{POST}'}}\n")})
    age(walks)
    ran = walks.daycast("publish", "due", "--now", DUE)
    assert ran.code == 0
    assert states(walks)[KEY] == "published"


def test_an_adopted_day_gets_its_post_from_its_front_matter(walks):
    walks.daycast("adopt", "walk", "--through", "3", "--now", DUE)
    walks.daycast("publish", "due", "--now", DUE)
    walks.write({"series/walk/day-02.md": entry(2, extra=f"linkedin: {{url: '{POST}'}}\n")})
    walks.daycast("publish", "due", "--now", DUE)
    told = json.loads(walks.daycast("status", "--json", "--now", DUE).out)["deliveries"]
    assert {one["url"] for one in told if one["channel"] == "linkedin" and one["day"] == 2} == {POST}
    lines = walks.read("series/walk/receipts.jsonl")
    walks.daycast("publish", "due", "--now", DUE)
    assert walks.read("series/walk/receipts.jsonl") == lines
    walks.daycast("build", "--now", DUE)
    assert f'href="{POST}" rel="syndication"' in walks.read("output/site/walk/day-02/index.html")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("https://example.com/x",), "'https://example.com/x' is no post on LinkedIn"),
        (("javascript:alert(1)",), "'javascript:alert(1)' is no post on LinkedIn"),
        (("example.com/x",), "'example.com/x' is no address and no URN"),
    ],
)
def test_what_is_no_post_is_not_recorded(walks, words, said):
    for told in (("done", "day", "3", *words), ("resolve", KEY, "--published", *words)):
        ran = walks.daycast(*told, "--now", DUE)
        assert (ran.code, said in ran.err) == (2, True)
    assert not (walks.path / "series/walk/receipts.jsonl").exists()


def test_a_draft_that_is_to_come_is_not_done(walks):
    walks.write({"series/walk/day-04.md": entry(4, extra="draft: true\n")})
    ran = walks.daycast("done", "day", "4", POST, "--now", DUE)
    assert (ran.code, "is a draft that is due on 2026-10-22; take 'draft: true' out" in ran.err) == (1, True)


def test_a_wrong_done_is_taken_back(walks):
    walks.daycast("done", "day", "3", POST, "--now", DUE)
    (walks.path / "series/walk/receipts.jsonl").unlink()
    assert walks.daycast("ledger", "rebuild", "--now", DUE).code == 0
    assert states(walks)[KEY] == "planned"


def test_the_ledger_is_made_anew_from_the_journal(walks):
    walks.daycast("publish", "due", "--now", DUE)
    walks.daycast("done", "day", "3", POST, "--now", DUE)
    before = states(walks)
    (walks.path / ".daycast/ledger.db").unlink()
    ran = walks.daycast("ledger", "rebuild", "--now", LATER)
    assert ran.code == 0
    assert states(walks) == before


def test_a_damaged_ledger_is_said_and_nothing_is_sent(walks):
    walks.daycast("publish", "due", "--now", "2026-10-20T07:00:05Z")
    place = walks.path / ".daycast/ledger.db"
    place.write_bytes(b"no database at all" * 400)
    before = walks.read("series/walk/receipts.jsonl")
    ran = walks.daycast("publish", "due", "--now", DUE)
    assert (ran.code, "daycast ledger rebuild" in ran.err) == (1, True)
    assert walks.read("series/walk/receipts.jsonl") == before
    walks.daycast("ledger", "rebuild", "--now", DUE)
    assert "walk/day-03/blog: published" in walks.daycast("publish", "due", "--now", DUE).out


def test_a_journal_with_a_merge_in_it_stops_everything(walks):
    walks.daycast("publish", "due", "--now", "2026-10-20T07:00:05Z")
    path = walks.path / "series/walk/receipts.jsonl"
    path.write_text("<<<<<<< HEAD\n" + path.read_text())
    ran = walks.daycast("publish", "due", "--now", DUE)
    assert (ran.code, "series/walk/receipts.jsonl:1" in ran.err, "settle the merge" in ran.err) == (1, True, True)


def test_a_clock_that_is_behind_sends_nothing(walks):
    walks.daycast("publish", "due", "--now", DUE)
    ran = walks.daycast("publish", "due", "--now", "2026-10-21T06:00:00Z")
    assert (ran.code, "nothing is sent until the clock is right" in ran.err) == (1, True)


def test_a_changed_time_moves_what_is_to_come_and_says_so(walks):
    walks.write({f"series/walk/day-{day:02}.md": entry(day) for day in (4, 5)})
    walks.daycast("publish", "due", "--now", DUE)
    index = walks.read("series/walk/_index.md")
    walks.write({"series/walk/_index.md": index.replace('time: "09:00"', 'time: "18:00"')})
    ran = walks.daycast("publish", "due", "--now", "2026-10-21T16:30:00Z")
    assert "walk/day-04: its plan changed: due 2026-10-22 18:00 Europe/Berlin, formerly 2026-10-22 09:00" in ran.err
    assert "walk/day-03" not in ran.err.replace("walk/day-03/linkedin", "")
    plan = json.loads(walks.daycast("plan", "--json", "--now", DUE).out)
    assert [day["local"] for day in plan[2:4]] == ["2026-10-21T09:00:00+02:00", "2026-10-22T18:00:00+02:00"]


def test_a_date_of_its_own_moves_an_entry_and_no_zone_is_blamed(walks):
    walks.write({"series/walk/day-04.md": entry(4)})
    walks.daycast("publish", "due", "--now", DUE)
    walks.write({"series/walk/day-04.md": entry(4, extra="date: 2026-10-23 10:00\n")})
    ran = walks.daycast("publish", "due", "--now", LATER)
    assert "walk/day-04: its plan changed: due 2026-10-23 10:00 Europe/Berlin, formerly 2026-10-22 09:00" in ran.err


def test_a_day_published_by_hand_is_no_plan_that_has_moved(walks):
    walks.write({"series/walk/day-04.md": entry(4)})
    walks.daycast("publish", "due", "--now", DUE)
    ran = walks.daycast("publish", "day", "4", "--now", LATER)
    assert "before 2026-10-22" not in ran.err


def test_a_post_that_was_handed_over_is_not_forgotten_when_nobody_has_posted_yet(walks):
    walks.write({"series/walk/_index.md": INDEX.replace("length: 30", "length: 30\nchannels: [linkedin]")})
    walks.daycast("publish", "due", "--now", "2026-10-19T07:00:05Z")
    next_day = "2026-10-20T08:00:00Z"
    walks.daycast("publish", "due", "--now", next_day)
    told = json.loads(walks.daycast("status", "--json", "--now", next_day).out)
    slot = next(one for one in told["deliveries"] if one["key"] == "walk/day-01/linkedin")
    assert (slot["state"], "daycast done day 1" in slot["reason"]) == ("held", True)


def test_status_tells_gaps_and_what_needs_a_person(walks):
    walks.daycast("publish", "due", "--now", DUE)
    ran = walks.daycast("status", "--now", "2026-10-23T12:00:00Z")
    assert ran.code == 1
    assert "behind: 4-5" in ran.out
    assert "1 slot needs you: walk/day-03/linkedin" in ran.out


def test_what_is_due_and_not_out_has_a_reason(walks):
    told = json.loads(walks.daycast("status", "--json", "--now", DUE).out)
    due = [one for one in told["deliveries"] if one["due"] <= "2026-10-21T09:00:05+02:00"]
    assert due
    assert all(one["reason"] for one in due if one["state"] != "published")


def test_doctor_says_what_is_well(walks):
    ran = walks.daycast("doctor", "--offline", "--now", DUE)
    assert ran.code == 0
    assert "✓ ledger: is whole and can be written" in ran.out
    assert "✓ linkedin: posts are handed to you" in ran.out


def test_a_dry_run_prints_nothing_that_would_not_be_sent(walks):
    walks.daycast("pause", "--all")
    ran = walks.daycast("publish", "day", "3", "--dry-run", "--now", DUE)
    assert (ran.code, ran.out) == (
        1,
        "nothing would be sent: everything is paused by the file PAUSE; 'daycast resume --all' takes it away\n",
    )
    walks.daycast("resume", "--all")
    walks.daycast("publish", "due", "--now", DUE)
    told = json.loads(walks.daycast("publish", "due", "--dry-run", "--json", "--now", LATER).out)
    assert [(one["key"], one["kind"]) for one in told["deliveries"]] == [(KEY, "handout")]


def test_a_day_by_hand_does_not_move_where_nothing_may_be_sent(walks):
    walks.daycast("pause", "--all")
    ran = walks.daycast("publish", "day", "3", "--now", "2026-10-20T12:00:00Z")
    assert (ran.code, "everything is paused" in ran.err) == (1, True)
    assert not (walks.path / "series/walk/receipts.jsonl").exists()


def test_a_broken_new_day_is_told_and_needs_a_person(walks):
    walks.write({"series/walk/day-03.md": "---\ntitle: [\n---\nx\n"})
    ran = walks.daycast("publish", "due", "--now", DUE)
    assert (ran.code, "series/walk/day-03.md" in ran.err) == (1, True)
    assert walks.daycast("status", "--now", DUE).code == 1
    by_hand = walks.daycast("publish", "day", "3", "--now", DUE)
    assert (by_hand.code, "series/walk/day-03.md:2" in by_hand.err) == (1, True)


def test_what_is_gone_from_the_files_is_still_in_the_status(walks):
    walks.daycast("publish", "due", "--now", DUE)
    (walks.path / "series/walk/day-03.md").unlink()
    told = json.loads(walks.daycast("status", "--json", "--now", LATER).out)
    assert KEY in {one["key"] for one in told["deliveries"]}


def test_a_slot_that_is_held_by_a_new_date_needs_nobody(walks):
    walks.daycast("publish", "due", "--now", DUE)
    walks.write({"series/walk/day-03.md": entry(3, extra="date: 2026-11-20\n")})
    age(walks)
    assert states(walks)[KEY] == "planned"


def test_a_blog_that_a_lost_ledger_left_open_is_brought_out_again(walks):
    walks.daycast("publish", "due", "--now", "2026-10-19T07:00:05Z")
    path = walks.path / "series/walk/receipts.jsonl"
    kept = [line for line in path.read_text().splitlines() if '"published"' not in line]
    path.write_text("".join(f"{line}\n" for line in kept))
    (walks.path / ".daycast/ledger.db").unlink()
    walks.daycast("publish", "due", "--now", DUE)
    assert states(walks)["walk/day-01/blog"] == "published"


def test_what_is_left_out_by_itself_needs_nobody(walks):
    told = json.loads(walks.daycast("status", "--json", "--now", LATER).out)["deliveries"]
    left = [one for one in told if (one["reason"] or "").startswith("will be skipped: before daycast")]
    assert left
    assert not any(one["overdue"] for one in left)
