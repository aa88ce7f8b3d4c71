"""Days move as a whole: shown first, nothing that is out among them, and nothing else in a file is touched."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.support import NOW, TOML, Folder, entry

INDEX = """\
---
title: Walks  # our own
hashtag: walks
length: 8
start: 2026-10-19
time: "09:00"
zone: Europe/Berlin
---
"""
#: After day 3.
AT = ("--now", NOW)


@pytest.fixture
def walk(folder: Folder) -> Folder:
    """Six days of eight, three of them out; the sixth has a date of its own."""
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX})
    folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in (1, 2, 3, 4, 5)})
    folder.write({"series/walk/day-06.md": entry(6, extra="date: 2026-10-24T18:30:00+02:00  # evening\n")})
    return folder


def tree(folder: Folder) -> dict[str, bytes]:
    top = folder.path / "series"
    return {path.relative_to(top).as_posix(): path.read_bytes() for path in sorted(top.rglob("*")) if path.is_file()}


def due(folder: Folder) -> dict[int, str]:
    told = json.loads(folder.daycast("plan", "--json", *AT).out)
    return {day["day"]: day["local"][:16] for day in told if day["local"]}


def titles(folder: Folder) -> list[str]:
    told = json.loads(folder.daycast("plan", "--json", *AT).out)
    return [day["title"] for day in told if day["title"]]


def test_a_shift_moves_dates_and_keeps_numbers(walk: Folder) -> None:
    ran = walk.daycast("shift", "--from", "5", "--by", "2", "--yes", *AT)
    assert (ran.code, ran.err) == (0, "")
    assert walk.read("series/walk/_index.md") == INDEX.replace(
        "zone: Europe/Berlin\n", "zone: Europe/Berlin\nskip: [2026-10-23, 2026-10-24]\n"
    )
    assert "date: 2026-10-26T18:30:00+01:00  # evening\n" in walk.read("series/walk/day-06.md")
    found = due(walk)
    assert [found[day] for day in (4, 5, 7, 8)] == [
        "2026-10-22T09:00", "2026-10-25T09:00", "2026-10-27T09:00", "2026-10-28T09:00",
    ]  # fmt: skip
    assert "day 5: Fri 23 Oct 2026 09:00 → Sun 25 Oct 2026 09:00  Walk number 5" in ran.out


def test_a_shift_back_undoes_it_to_the_byte(walk: Folder) -> None:
    before = tree(walk)
    walk.daycast("shift", "--from", "5", "--by", "3", "--yes", *AT)
    assert tree(walk) != before
    assert walk.daycast("shift", "--from", "5", "--by", "-3", "--yes", *AT).code == 0
    left = walk.read("series/walk/_index.md")
    assert left == INDEX.replace("zone: Europe/Berlin\n", "zone: Europe/Berlin\nskip: []\n")
    assert {**tree(walk), "walk/_index.md": b""} == {**before, "walk/_index.md": b""}


@pytest.mark.parametrize(
    ("written", "after"),
    [
        ("skip: [2026-11-01]  # holiday\n", "skip: [2026-10-23, 2026-11-01]  # holiday\n"),
        ("skip: ['2026-11-01']\n", "skip: ['2026-10-23', '2026-11-01']\n"),
        ("skip:\n  - 2026-11-01\n", "skip:\n  - 2026-10-23\n  - 2026-11-01\n"),
        ("skip:\n- 2026-11-01  # holiday\n", "skip:\n- 2026-10-23\n- 2026-11-01  # holiday\n"),
        ("skip: 2026-11-01\n", "skip: [2026-10-23, 2026-11-01]\n"),
        (
            'skip: ["2026-10-01..2026-10-03", 2026-11-01]\n',
            'skip: ["2026-10-01..2026-10-03", "2026-10-23", 2026-11-01]\n',
        ),
        ("skip: []\n", "skip: [2026-10-23]\n"),
        ("", "skip: [2026-10-23]\n"),
    ],
)
def test_a_date_is_left_out_in_the_form_that_is_there(walk: Folder, written: str, after: str) -> None:
    walk.write({"series/walk/_index.md": INDEX.replace("---\n", f"---\n{written}", 1)})
    ran = walk.daycast("skip", "2026-10-23", "--yes", *AT)
    assert (ran.code, ran.err) == (0, "")
    index = walk.read("series/walk/_index.md")
    assert after in index
    assert index.replace(after, "") == INDEX
    assert due(walk)[5] == "2026-10-24T09:00"


def test_toml_and_line_ends_stay_as_they_are(walk: Folder) -> None:
    toml = '+++\r\ntitle = "Walks" # our own\r\nlength = 8\r\nstart = 2026-10-19\r\nzone = "Europe/Berlin"\r\n+++\r\n'
    walk.write({"series/walk/_index.md": toml})
    assert walk.daycast("skip", "2026-10-23", "--yes", *AT).code == 0
    assert (walk.path / "series/walk/_index.md").read_bytes().decode() == toml.replace(
        '"Europe/Berlin"\r\n', '"Europe/Berlin"\r\nskip = ["2026-10-23"]\r\n'
    )


@pytest.mark.parametrize(
    "words",
    [
        ("shift", "--from", "3", "--by", "1"),
        ("swap", "3", "5"),
        ("insert", "day", "2", "Late"),
        ("skip", "2026-10-20"),
    ],
)
def test_what_is_out_never_moves(walk: Folder, words: tuple[str, ...]) -> None:
    before = tree(walk)
    ran = walk.daycast(*words, "--yes", *AT)
    assert ran.code == 1
    assert "day 3 of walk is out" in ran.err or "days 2-3 of walk are out" in ran.err
    assert "what is out never moves" in ran.err
    assert tree(walk) == before


def test_what_a_journal_knows_never_moves(walk: Folder) -> None:
    line = '{"at": "2026-10-20T09:00:00Z", "event": "skipped", "key": "walk/day-05/linkedin"}\n'
    walk.write({"series/walk/receipts.jsonl": line})
    ran = walk.daycast("swap", "4", "5", "--yes", *AT)
    assert (ran.code, "day 5 of walk is out or has a receipt" in ran.err) == (1, True)


def test_a_swap_exchanges_numbers_dates_and_links(walk: Folder) -> None:
    walk.write({"series/walk/day-04.md": entry(4, "Walk: Day 4/8", body="#Day4/8\n\nSee [five](day-05.md#top).")})
    walk.write({"series/walk/day-05.md": entry(5, extra="day: 05 # fifth\n", body="See [four](./day-04.md).")})
    walk.write({"series/other/day-01.md": entry(1, extra="date: 2026-10-19\n", body="x")})
    before = tree(walk)
    assert walk.daycast("swap", "4", "5", "--series", "walk", "--yes", *AT).code == 0
    shown = titles(walk)
    assert shown.index("Walk: Day 5/8") == shown.index("Walk number 5") + 1
    five = walk.read("series/walk/day-05.md")
    assert ("title: Walk: Day 5/8" in five, "#Day5/8\n\nSee [five](day-04.md#top)." in five) == (True, True)
    four = walk.read("series/walk/day-04.md")
    assert ("day: 04 # fifth\n" in four, "[four](day-05.md)" in four) == (True, True)
    assert walk.daycast("swap", "4", "5", "--series", "walk", "--yes", *AT).code == 0
    again = tree(walk)
    assert {**again, "walk/day-05.md": b""} == {**before, "walk/day-05.md": b""}


@pytest.mark.parametrize("written", ["2026-10-24T18:30:00+02:00  # evening", '"2026-10-24 18:30"', "2026-10-24"])
def test_a_swap_exchanges_a_date_that_only_one_has(walk: Folder, written: str) -> None:
    walk.write({"series/walk/day-06.md": entry(6, extra=f"date: {written}\n")})
    before, at = tree(walk), due(walk)
    ran = walk.daycast("swap", "4", "6", "--yes", *AT)
    assert (ran.code, ran.err) == (0, "")
    assert due(walk) == at
    assert "Walk number 6" in walk.read("series/walk/day-04.md")
    assert "date:" not in walk.read("series/walk/day-04.md")
    assert f"date: {written.partition('  ')[0]}".replace('"', "") in walk.read("series/walk/day-06.md")
    assert walk.daycast("swap", "4", "6", "--yes", *AT).code == 0
    assert due(walk) == at
    assert tree(walk)["walk/day-04.md"] == before["walk/day-04.md"]


def test_a_date_goes_from_yaml_to_toml(walk: Folder) -> None:
    walk.write({"series/walk/day-04.md": '+++\ntitle = "Four"\n[linkedin]\nhook = "Up."\n+++\nWe walked.\n'})
    walk.write({"series/walk/day-06.md": entry(6, extra="date: 2026-10-24 18:30\n")})
    at = due(walk)
    assert walk.daycast("swap", "4", "6", "--yes", *AT).code == 0
    assert due(walk) == at
    assert 'date = "2026-10-24 18:30"\n[linkedin]' in walk.read("series/walk/day-06.md")


def test_a_day_is_put_between_others(walk: Folder) -> None:
    ran = walk.daycast("insert", "day", "5", "What I left out", "--yes", *AT)
    assert (ran.code, ran.err) == (0, "")
    assert 'title: "What I left out"\nday: 5\n' in walk.read("series/walk/day-05.md")
    assert "draft: true" in walk.read("series/walk/day-05.md")
    assert "Walk number 5" in walk.read("series/walk/day-06.md")
    assert "Walk number 6" in walk.read("series/walk/day-07.md")
    assert walk.read("series/walk/_index.md") == INDEX


def test_a_day_more_than_announced_is_announced(folder: Folder) -> None:
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX.replace("length: 8", "length: 5  # so far")})
    folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in (1, 2, 3, 4, 5)})
    assert folder.daycast("insert", "5", "One more", "--yes", *AT).code == 0
    assert "length: 6  # so far\n" in folder.read("series/walk/_index.md")


def test_a_length_in_a_title_grows_where_it_is_not_out(folder: Folder) -> None:
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX.replace("length: 8", "length: 5")})
    folder.write({f"series/walk/day-{day:02}.md": entry(day, f"Day{day}/5 - walk {day}") for day in range(1, 6)})
    assert folder.daycast("insert", "5", "One more", "--yes", *AT).code == 0
    assert [title for title in titles(folder) if title.startswith("Day")] == [
        "Day1/5 - walk 1", "Day2/5 - walk 2", "Day3/5 - walk 3", "Day4/6 - walk 4", "Day6/6 - walk 5",
    ]  # fmt: skip


@pytest.mark.parametrize(("form", "eight", "ten"), [("", "Day8", "Day10"), ("02", "Day08", "Day10")])
def test_zeros_are_the_writers(folder: Folder, form: str, eight: str, ten: str) -> None:
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX.replace("length: 8", "length: 10")})
    for day in range(1, 11):
        text = entry(day, f"Day{day:{form}}/10 - walk {day}", extra=f"slug: walk-day-{day:{form}}\n")
        folder.write({f"series/walk/day{day:{form}}.md": text.replace("walk-day-", "day-")})
    before = tree(folder)
    assert folder.daycast("swap", "8", "10", "--yes", *AT).code == 0
    assert f"title: {eight}/10 - walk 10\nslug: {eight.lower().replace('day', 'day-')}\n" in folder.read(
        f"series/walk/{eight.lower()}.md"
    )
    assert f"title: {ten}/10 - walk 8\n" in folder.read(f"series/walk/{ten.lower()}.md")
    assert folder.daycast("swap", "8", "10", "--yes", *AT).code == 0
    assert tree(folder) == before


def test_gaps_are_closed(walk: Folder) -> None:
    (walk.path / "series/walk/day-04.md").unlink()
    assert walk.daycast("renumber", "--yes", *AT).code == 0
    assert sorted(path for path in tree(walk) if path != "walk/_index.md") == [
        f"walk/day-{day:02}.md" for day in (1, 2, 3, 4, 5)
    ]
    assert "Walk number 5" in walk.read("series/walk/day-04.md")
    assert "nothing to move" in walk.daycast("renumber", "--yes", *AT).out


def test_a_folder_moves_with_what_is_in_it(walk: Folder) -> None:
    (walk.path / "series/walk/day-04.md").unlink()
    walk.write({"series/walk/day-04/index.md": entry(4, body="![A hill](hill.svg) and [five](../day-05.md)")})
    walk.write({"series/walk/day-04/hill.svg": "<svg/>"})
    assert walk.daycast("swap", "4", "5", "--yes", *AT).code == 0
    found = tree(walk)
    assert found["walk/day-05/hill.svg"] == b"<svg/>"
    assert b"![A hill](hill.svg) and [five](../day-04.md)" in found["walk/day-05/index.md"]
    assert not (walk.path / "series/walk/day-04").exists()


def test_files_that_begin_with_their_number_are_renamed(folder: Folder) -> None:
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX})
    folder.write({f"series/walk/{day:02}-walk.md": entry(day) for day in (1, 2, 3, 4, 5)})
    assert folder.daycast("swap", "4", "5", "--yes", *AT).code == 0
    assert "Walk number 5" in folder.read("series/walk/04-walk.md")


def test_a_dry_run_changes_nothing_and_shows_all(walk: Folder) -> None:
    before = tree(walk)
    ran = walk.daycast("insert", "day", "5", "Between", "--dry-run", *AT)
    assert (ran.code, tree(walk)) == (0, before)
    assert "new series/walk/day-05.md" in ran.out
    assert "rename series/walk/day-05.md → series/walk/day-06.md" in ran.out
    assert "-title: " not in ran.out
    told = json.loads(walk.daycast("swap", "4", "5", "--dry-run", "--json", *AT).out)
    assert told["applied"] is False
    four, five = "series/walk/day-04.md", "series/walk/day-05.md"
    assert told["renamed"] == {four: five, five: four}
    assert tree(walk) == before


def test_nobody_to_ask_is_no_yes(walk: Folder) -> None:
    before = tree(walk)
    ran = walk.daycast("swap", "4", "5", *AT)
    said = "Change these files? There is no terminal to answer on; with --yes it is done without being asked"
    assert (ran.code, said in ran.err, tree(walk)) == (1, True, before)


def test_git_undoes_it(walk: Folder) -> None:
    git = ["git", "-C", str(walk.path), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "before"]):
        subprocess.run([*git, *words], check=True)
    before = tree(walk)
    assert "4 files changed; git undoes it\n" in walk.daycast("insert", "day", "4", "Between", "--yes", *AT).out
    assert tree(walk) != before
    subprocess.run([*git, "checkout", "-q", "--", "series"], check=True)
    subprocess.run([*git, "clean", "-qfd", "--", "series"], check=True)
    assert tree(walk) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("shift", "--from", "5", "--by", "-1"), "cannot move by -1"),
        (("shift", "--from", "5", "--by", "0"), "moves nothing"),
        (("shift", "--from", "99", "--by", "1"), "--from is 99, expected a number from 1 to 8"),
        (("swap", "5", "7"), "has no day 7"),
        (("swap", "5", "5"), "both are day 5"),
        (("insert", "day", "12", "Far"), "expected a number from 1 to 9"),
        (("skip", "2026-12-25"), "has nothing on 2026-12-25"),
        (("renumber", "nowhere"), "no series named 'nowhere'"),
    ],
)
def test_what_cannot_be_is_a_sentence(walk: Folder, words: tuple[str, ...], said: str) -> None:
    before = tree(walk)
    ran = walk.daycast(*words, "--yes", *AT)
    assert ran.code in (1, 2)
    assert said in ran.err
    assert tree(walk) == before


def test_an_error_in_a_file_is_mended_first(walk: Folder) -> None:
    walk.write({"series/walk/day-05.md": "---\nday: seven\n---\nx\n"})
    ran = walk.daycast("swap", "4", "6", "--yes", *AT)
    assert (ran.code, "mend these first" in ran.err) == (1, True)


def test_a_shift_across_the_change_of_clocks_keeps_the_time_of_day(walk: Folder) -> None:
    assert walk.daycast("shift", "--from", "4", "--by", "7", "--yes", *AT).code == 0
    found = due(walk)
    assert (found[4], found[6]) == ("2026-10-29T09:00", "2026-10-31T18:30")


@pytest.mark.parametrize("length", [1, 365])
def test_a_series_of_any_length_moves(folder: Folder, length: int) -> None:
    index = INDEX.replace("length: 8", f"length: {length}")
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": index})
    folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in range(1, length + 1)})
    at = ("--now", "2026-10-01T00:00:00Z")
    assert folder.daycast("shift", "--from", "1", "--by", "1", "--yes", *at).code == 0
    assert due(folder)[1] == "2026-10-20T09:00"
    assert folder.daycast("insert", "day", "1", "First", "--yes", *at).code == 0
    assert f"length: {length + 1}" in folder.read("series/walk/_index.md")
    assert f"Walk number {length}" in folder.read(f"series/walk/day-{length + 1:02}.md")


def test_without_git_nothing_is_said_of_it(walk: Folder) -> None:
    assert walk.daycast("swap", "4", "5", "--yes", *AT).out.endswith("2 files changed\n")


@pytest.mark.parametrize("words", [("renumber",), ("insert", "3", "Late")])
def test_a_date_that_is_over_is_moved_on_first(walk: Folder, words: tuple[str, ...]) -> None:
    (walk.path / "series/walk/day-03.md").unlink()
    before = tree(walk)
    ran = walk.daycast(*words, "--yes", *AT)
    remedy = ("shift", "walk", "--from", "3", "--by", "1")
    assert (ran.code, f"which is over; 'daycast {' '.join(remedy)}' first" in ran.err) == (1, True)
    assert tree(walk) == before
    assert walk.daycast(*remedy, "--yes", *AT).code == 0
    assert walk.daycast(*words, "--yes", *AT).code == 0
    assert due(walk)[3] == "2026-10-22T09:00"


def test_a_date_of_what_is_out_is_not_left_out(walk: Folder) -> None:
    walk.daycast("publish", "due", "--now", "2026-10-21T07:00:10Z")
    ran = walk.daycast("skip", "2026-10-21", "--yes", *AT)
    assert (ran.code, "day 3 of walk is out" in ran.err) == (1, True)
