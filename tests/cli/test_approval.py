"""What nobody has approved as it is waits, and says so; what was approved goes out as it was."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from tests.support import INDEX, Folder, entry

#: Day 3 is due.
DUE = ("--now", "2026-10-21T07:00:05Z")
LATER = ("--now", "2026-10-21T09:00:00Z")
BEFORE = ("--now", "2026-10-20T18:00:00Z")
TOML = '[site]\ntitle = "Walks"\n\n[publish]\nrequire_approval = {wanted}\n'


@pytest.fixture
def walks(folder: Folder) -> Folder:
    folder.write({"daycast.toml": TOML.format(wanted="true"), "series/walk/_index.md": INDEX})
    folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in (1, 2, 3)})
    return folder


def slots(folder: Folder, day: int, now: tuple[str, str] = LATER) -> dict[str, tuple[str, str]]:
    told = json.loads(folder.daycast("status", "--json", *now).out)
    return {one["channel"]: (one["state"], one["reason"] or "") for one in told["deliveries"] if one["day"] == day}


def test_what_is_not_approved_waits_visibly_on_every_channel(walks: Folder) -> None:
    walks.daycast("publish", "due", *DUE)
    found = slots(walks, 3)
    assert {state for state, _ in found.values()} == {"held"}
    assert {reason for _, reason in found.values()} == {
        "waits until somebody approves it: 'daycast approve day 3' does"
    }
    assert walks.daycast("status", *LATER).code == 1
    assert "walk/day-03/index.html" not in walks.site()
    assert not (walks.path / "output/handouts").exists()


def test_what_is_approved_goes_out(walks: Folder) -> None:
    before = walks.read("series/walk/day-03.md")
    ran = walks.daycast("approve", "day", "3", *BEFORE)
    assert (ran.code, ran.out) == (0, "walk day 3: approved  Walk number 3\n")
    after = walks.read("series/walk/day-03.md")
    [line] = [line for line in after.splitlines() if line not in before.splitlines()]
    assert line.startswith('approved: "')
    assert after.replace(f"{line}\n", "") == before
    walks.daycast("publish", "due", *DUE)
    assert slots(walks, 3)["blog"][0] == "published"
    assert "#Day3/30" in walks.read("output/handouts/walk/day-03.linkedin.txt")


def test_any_change_voids_it(walks: Folder) -> None:
    walks.daycast("approve", "day", "3", *BEFORE)
    text = walks.read("series/walk/day-03.md")
    walks.write({"series/walk/day-03.md": text + "\nOne more line.\n"})
    walks.daycast("publish", "due", *DUE)
    assert {reason for _, reason in slots(walks, 3).values()} == {
        "has changed since it was approved, and waits until somebody approves it again: 'daycast approve day 3' does"
    }
    walks.daycast("approve", "day", "3", *LATER)
    assert walks.read("series/walk/day-03.md").count("approved:") == 1
    walks.daycast("publish", "due", *LATER)
    assert slots(walks, 3)["blog"][0] == "published"


def test_what_is_out_stays_whatever_becomes_of_its_approval(walks: Folder) -> None:
    walks.daycast("approve", "day", "3", *BEFORE)
    walks.daycast("publish", "due", *DUE)
    walks.write({"series/walk/day-03.md": entry(3, "Another title")})
    walks.daycast("build", *LATER)
    assert "walk/day-03/index.html" in walks.site()


def test_another_renderer_is_told_and_approved_in_one_step(walks: Folder) -> None:
    for day in (1, 2, 3):
        walks.daycast("approve", "day", str(day), *BEFORE)
    own = "{{ [label, body, hashtags, link] | select | join('\n\n') }}\n\nTold anew."
    walks.write({"templates/linkedin.txt.j2": own})
    walks.daycast("publish", "due", *DUE)
    state, reason = slots(walks, 3)["linkedin"]
    assert (state, reason.startswith("renderer changed: the file is as it was approved")) == ("held", True)
    assert not (walks.path / "output/handouts").exists()
    shown = walks.daycast("approve", *LATER)
    assert (shown.code, shown.out.count("renderer changed"), shown.out.count(": out")) == (1, 1, 2)
    ran = walks.daycast("approve", "--renderer", *LATER)
    assert (ran.code, ran.out) == (0, "walk day 3: approved  Walk number 3\n")
    assert walks.daycast("approve", "--renderer", *LATER).out == "nothing reads otherwise than it was approved\n"
    walks.daycast("publish", "due", *LATER)
    assert "Told anew." in walks.read("output/handouts/walk/day-03.linkedin.txt")


def test_what_comes_out_between_changes_no_approval(walks: Folder) -> None:
    walks.write({"series/walk/day-02.md": entry(2, body="Tomorrow: [three](day-03.md).")})
    for day in (1, 2, 3):
        walks.daycast("approve", "day", str(day), "--now", "2026-10-18T12:00:00Z")
    shown = walks.daycast("approve", *LATER)
    assert (shown.code, shown.out) == (0, "".join(f"✓ walk day {day}: approved\n" for day in (1, 2, 3)))


@pytest.mark.parametrize(
    "head", ['+++\ntitle = "Walk"\nday = 3\n+++\n', "---\r\ntitle: Walk\r\nday: 3  # third\r\n---\r\n"]
)
def test_the_form_of_the_file_stays(walks: Folder, head: str) -> None:
    walks.write({"series/walk/day-03.md": f"{head}We walked.\n".encode()})
    assert walks.daycast("approve", "day", "3", *BEFORE).code == 0
    data = (walks.path / "series/walk/day-03.md").read_bytes().decode()
    [line] = [line for line in data.split("\n") if "approved" in line]
    assert data.replace(f"{line}\n", "") == f"{head}We walked.\n"
    assert "✓ walk day 3: approved" in walks.daycast("approve", *BEFORE).out


def test_without_the_setting_nothing_waits(walks: Folder) -> None:
    walks.write({"daycast.toml": TOML.format(wanted="false")})
    walks.daycast("publish", "due", *DUE)
    assert slots(walks, 3)["blog"][0] == "published"


def test_a_merge_approves_and_a_commit_does_not(walks: Folder) -> None:
    walks.write({"daycast.toml": TOML.format(wanted='"merge"'), ".gitignore": ".daycast/\noutput/\n"})
    git = ["git", "-C", str(walks.path), "-c", "user.name=a", "-c", "user.email=a@example.org"]

    def run(*words: str) -> None:
        subprocess.run([*git, *words], check=True, capture_output=True)

    run("init", "-q", "-b", "main")
    run("add", "daycast.toml", ".gitignore", "series/walk/_index.md", "series/walk/day-01.md")
    run("commit", "-qm", "first")
    run("checkout", "-qb", "three")
    run("add", "series/walk/day-03.md")
    run("commit", "-qm", "three")
    run("checkout", "-q", "main")
    run("merge", "-q", "--no-ff", "-m", "merge", "three")
    walks.daycast("build", *LATER)
    site = walks.site()
    assert ("walk/day-03/index.html" in site, "walk/day-01/index.html" in site) == (True, False)
    assert "walk/day-02/index.html" not in site  # never committed
    walks.write({"series/walk/day-03.md": entry(3, "Changed since")})
    walks.daycast("build", *LATER)
    assert "walk/day-03/index.html" not in walks.site()


def test_a_wrong_word_is_told(walks: Folder) -> None:
    walks.write({"daycast.toml": TOML.format(wanted='"maybe"')})
    ran = walks.daycast("check")
    assert (ran.code, "[publish] require_approval" in ran.err) == (2, True)


def test_where_each_stands_is_json_too(walks: Folder) -> None:
    ran = walks.daycast("approve", "day 3", "--json", *BEFORE)
    [told] = json.loads(ran.out)
    assert (told["series"], told["entry"], told["path"]) == ("walk", "day-03", "series/walk/day-03.md")
    assert told["approved"] in walks.read("series/walk/day-03.md")
    ran = walks.daycast("approve", "--json", *BEFORE)
    assert ran.code == 1
    reasons = {one["entry"]: one["reason"] for one in json.loads(ran.out)}
    assert reasons["day-03"] is None
    assert reasons["day-02"]


def test_a_day_that_waits_is_no_draft(walks: Folder) -> None:
    walks.write({"series/walk/day-02.md": entry(2, extra="draft: true\n")})
    how = "waits until somebody approves it: 'daycast approve day 3' does"
    shown = walks.daycast("plan", *BEFORE).out
    assert re.search(r"✎ #Day2/30 .* draft ", shown)
    assert re.search(rf"◷ #Day3/30 .* waiting  Walk number 3  \({how}\)", shown)
    ran = walks.daycast("publish", "day", "3", "--dry-run", *BEFORE)
    assert (ran.code, ran.err) == (1, f"daycast: series/walk/day-03.md: {how}\n")
    checked = walks.daycast("check", *BEFORE)
    assert "3 entries in 1 series (1 draft, 2 not approved)" in checked.out
    assert "2 of 3 entries wait until somebody approves them: #Day1/30, #Day3/30" in checked.err
    assert how in walks.daycast("render", "day", "3", *BEFORE).out


def test_a_preflight_says_what_is_not_approved(walks: Folder) -> None:
    walks.write({"series/walk/_index.md": INDEX.replace("length: 30", "length: 3")})
    early = ("--offline", "--now", "2026-10-01T09:00:00Z")
    ran = walks.daycast("preflight", *early)
    assert (ran.code, "waiting to be approved: 1-3" in ran.out, "ready, but for days 1-3" in ran.out) == (0, True, True)
    walks.daycast("approve", "day", "1", *BEFORE)
    walks.daycast("approve", "day", "2", *BEFORE)
    ran = walks.daycast("preflight", "--offline", *BEFORE)
    assert (ran.code, "due and waiting to be approved: 3" in ran.out) == (1, True)


def test_the_reminder_asks_for_an_approval(walks: Folder) -> None:
    told = "cat >> told.txt"
    walks.write({"daycast.toml": TOML.format(wanted="true") + f'\n[notify]\ncommand = "{told}"\n'})
    walks.daycast("publish", "due", *BEFORE)
    assert "#Day3/30 of Thirty walks is not approved" in walks.read("told.txt")


def test_an_approval_that_is_void_is_told_at_once(walks: Folder) -> None:
    early = ("--now", "2026-10-19T12:00:00Z")
    walks.daycast("approve", "day", "3", *early)
    assert {reason for _, reason in slots(walks, 3, early).values()} == {""}
    walks.write({"series/walk/day-03.md": walks.read("series/walk/day-03.md") + "\nOne more line.\n"})
    [(state, reason)] = set(slots(walks, 3, early).values())
    assert (state, reason.startswith("has changed since it was approved")) == ("planned", True)


def test_a_link_to_what_waits_changes_no_approval(walks: Folder) -> None:
    toml = TOML.format(wanted="true").replace("[publish]", 'url = "https://walks.example"\n\n[publish]', 1)
    walks.write({"daycast.toml": toml.replace("true", "false")})
    walks.write({"series/walk/day-03.md": entry(3, body="Yesterday: [two](day-02.md).")})
    assert "nothing waits for it" in walks.daycast("approve", "day", "3", *BEFORE).out
    walks.write({"daycast.toml": toml})
    assert "✓ walk day 3: approved" in walks.daycast("approve", *BEFORE).out
    walks.daycast("approve", "day", "2", *BEFORE)
    assert "✓ walk day 3: approved" in walks.daycast("approve", *BEFORE).out
    walks.write({"series/walk/day-02.md": entry(2, body="Changed.")})
    shown = walks.daycast("approve", *LATER).out  # day 3 is due, and day 2 is not out
    assert "✗ walk day 3: renderer changed" in shown


def test_the_list_leaves_alone_what_is_out_and_what_is_no_question(walks: Folder) -> None:
    walks.write({"daycast.toml": TOML.format(wanted="false")})
    walks.daycast("adopt", "walk", "--through", "2", *BEFORE)
    walks.write({"series/walk/day-04.md": entry(4, extra="draft: true\n")})
    ran = walks.daycast("approve", *BEFORE)
    assert ran.code == 0
    assert ran.out.splitlines() == [
        "✓ walk day 1: out", "✓ walk day 2: out", "– walk day 3: not approved", "– walk day 4: a draft",
        "nothing waits for it: [publish] require_approval is off",
    ]  # fmt: skip
    walks.write({"daycast.toml": TOML.format(wanted="true")})
    ran = walks.daycast("approve", *BEFORE)
    assert (ran.code, ran.out.count("✗"), ran.out.count("out\n")) == (1, 1, 2)


def test_what_would_not_count_is_not_approved(walks: Folder) -> None:
    walks.write({"series/walk/day-04.md": entry(4, extra="draft: true\n")})
    ran = walks.daycast("approve", "day", "4", *BEFORE)
    assert (ran.code, "taking 'draft: true' out would change" in ran.err) == (1, True)
    walks.write({"daycast.toml": TOML.format(wanted='"merge"')})
    ran = walks.daycast("approve", "day", "3", *BEFORE)
    assert (ran.code, "a merge approves an entry" in ran.err) == (2, True)
    assert "approved:" not in walks.read("series/walk/day-03.md")
    shown = walks.daycast("approve", *BEFORE)
    assert (shown.code, "day 3: waits until it is merged" in shown.out) == (1, True)


def test_a_look_names_what_is_due_and_held(walks: Folder) -> None:
    ran = walks.daycast("publish", "due", *DUE)
    how = "held: waits until somebody approves it: 'daycast approve day 3' does"
    assert (ran.code, f"walk/day-03/linkedin: {how}\n" in ran.err, "nothing is due" in ran.out) == (1, True, False)
    waiting = json.loads(walks.daycast("publish", "due", "--json", *DUE).out)["waiting"]
    assert {one["key"] for one in waiting} >= {"walk/day-03/linkedin", "walk/day-03/blog"}
