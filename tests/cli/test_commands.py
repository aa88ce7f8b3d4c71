"""The other commands, as a person or a script runs them."""

import json
import os
import subprocess
import sys

import pytest

from pipeline import __version__
from tests.support import NOW, TOML, entry


def test_version_is_told(folder):
    assert folder.daycast("--version").out == f"daycast {__version__}\n"


def test_help_names_every_command(folder):
    out = folder.daycast("--help").out
    assert all(
        f"  {name} " in out for name in ("init", "new", "text", "render", "build", "plan", "check", "completion")
    )


def test_an_unknown_command_is_exit_code_2_with_a_guess(folder):
    ran = folder.daycast("biuld")
    assert (ran.code, "did you mean 'build'?" in ran.err) == (2, True)


def test_python_m_pipeline_is_daycast():
    ran = subprocess.run([sys.executable, "-m", "pipeline", "--version"], capture_output=True, text=True, check=True)
    assert ran.stdout == f"daycast {__version__}\n"


def test_help_and_version_import_nothing_heavy():
    code = "import sys; from pipeline.cli import main; main(['--help']); print(sorted(sys.modules), file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = (
        "jinja2",
        "pyromark",
        "frontmatter",
        "yaml",
        "feedgen",
        "requests",
        "apscheduler",
        "argparse",
        "lxml",
        "nh3",
    )
    assert [name for name in heavy if f"'{name}'" in ran.stderr] == []


# ── init and new ─────────────────────────────────────────────────────────────────────────────────


def test_init_makes_a_project_that_builds(folder):
    made = folder.daycast("init", "blog", "--title", "30 days of tests")
    built = folder.inside("blog").daycast("build")
    assert (made.code, built.code, built.err) == (0, 0, built.err)
    assert (folder.path / "blog/output/site/30-days-of-tests/day-01/index.html").is_file()


def test_init_takes_what_it_is_given(folder):
    folder.daycast(
        "init", "b", "--series", "s", "--title", 'A "quoted": title #1', "--length", "7", "--start", "2026-01-02",
        "--time", "7:05", "--zone", "Asia/Tokyo", "--url", "https://example.org/",
    )  # fmt: skip
    blog = folder.inside("b")
    days = json.loads(blog.daycast("plan", "--json", "--now", NOW).out)
    assert (len(days), days[0]["local"]) == (7, "2026-01-02T07:05:00+09:00")
    assert 'authority = "example.org,2026"' in blog.read("daycast.toml")


def test_init_lets_git_join_the_journals(folder):
    folder.daycast("init", "b")
    for name in ("receipts", "mail"):
        assert f"\nseries/**/{name}.jsonl merge=union\n" in folder.read("b/.gitattributes")


def test_init_keeps_what_git_knows_and_says_what_to_add(folder):
    folder.write({"b/.gitattributes": "*.png binary\n", "b/.gitignore": "/venv/\n"})
    ran = folder.daycast("init", "b")
    assert (folder.read("b/.gitattributes"), folder.read("b/.gitignore")) == ("*.png binary\n", "/venv/\n")
    assert "add 'series/**/receipts.jsonl merge=union' to it" in ran.out


def test_init_without_an_end(folder):
    folder.daycast("init", "b", "--length", "0")
    blog = folder.inside("b")
    assert [day["label"] for day in json.loads(blog.daycast("plan", "--json").out)] == ["#Day1"]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--length", "many"),
        ("--start", "soon"),
        ("--time", "9 o'clock"),
        ("--zone", "Mars/Base"),
        ("--url", "example.org"),
        ("--series", "../x"),
    ],
)
def test_init_refuses_what_makes_no_sense_before_it_writes(folder, option, value):
    ran = folder.daycast("init", "b", option, value)
    assert (ran.code, option in ran.err, (folder.path / "b").exists()) == (2, True, False)


def test_init_never_writes_over_a_project(folder):
    folder.daycast("init", "b")
    folder.write({"b/daycast.toml": "# mine\n"})
    ran = folder.daycast("init", "b")
    assert (ran.code, folder.read("b/daycast.toml")) == (2, "# mine\n")


def test_new_adds_the_next_day_as_a_draft(walks):
    ran = walks.daycast("new", "A title: with #signs")
    day = json.loads(walks.daycast("plan", "--json", "--now", NOW).out)[5]
    assert (ran.out, day["title"], day["state"]) == ("series/walks/day-06.md\n", "A title: with #signs", "draft")


def test_new_refuses_a_day_that_is_written(walks):
    ran = walks.daycast("new", "Again", "--day", "2")
    assert (ran.code, "day 2 is written already" in ran.err) == (1, True)


def test_new_refuses_a_day_beyond_the_series(walks):
    ran = walks.daycast("new", "Too far", "--day", "31")
    assert (ran.code, "--day 6" in ran.err) == (1, True)


# ── plan ─────────────────────────────────────────────────────────────────────────────────────────


def test_plan_tells_a_script_everything(walks):
    days = json.loads(walks.daycast("plan", "--json", "--now", NOW).out)
    assert days[1] == {
        "series": "walks",
        "day": 2,
        "label": "#Day2/30",
        "title": "Walk number 2",
        "state": "out",
        "local": "2026-10-20T09:00:00+02:00",
        "utc": "2026-10-20T07:00:00Z",
        "zone": "Europe/Berlin",
        "source": "series/walks/day-02.md",
        "note": "",
    }
    assert [day["state"] for day in days[2:6]] == ["out", "to come", "to come", "missing"]


def test_plan_shows_a_person_the_clock_change(walks):
    assert "clocks went back 1 h" in walks.daycast("plan", "--now", NOW).out


# ── render ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("words", [("day", "2"), ("2",), ("day-02",), ("Day2",)], ids=" ".join)
def test_a_day_may_be_named_in_several_ways(walks, words):
    out = walks.daycast("render", *words, "--channel", "linkedin", "--now", NOW).out
    assert out == "#Day2/30 #thirtyWalks\n\nWe walked 2 miles along the river and back.\n"


def test_latest_is_the_newest_that_is_out(walks):
    assert "walked 3 miles" in walks.daycast("render", "latest", "--channel", "linkedin", "--now", NOW).out


@pytest.mark.parametrize(
    ("channel", "path"),
    [("linkedin", "output/linkedin/walks/day-02.txt"), ("blog", "output/site/walks/day-02/index.html")],
)
def test_a_channel_prints_exactly_what_a_build_writes(walks, channel, path):
    walks.daycast("build", "--now", NOW)
    assert walks.daycast("render", "2", "--channel", channel, "--now", NOW).out == walks.read(path)


@pytest.fixture
def acme(walks):
    """Day 2 goes to a second account, and to that one alone; there is a channel of another kind."""
    tables = '[channels.acme]\ntype = "linkedin"\nlimit = 2000\n\n[channels.pigeon]\n'
    walks.write({"daycast.toml": f"{TOML}\n{tables}"})
    walks.write({"series/walks/day-02.md": entry(2, extra="channels: [acme]\nacme: {hook: We at Acme.}\n")})
    return walks


@pytest.mark.parametrize("more", [[], ["--wire"]], ids=["text", "wire"])
def test_a_second_account_is_a_channel_to_render(acme, more):
    ran = acme.daycast("render", "2", "--channel", "acme", *more, "--now", NOW)
    assert (ran.code, "We at Acme." in ran.out) == (0, True)


def test_what_goes_to_another_account_is_not_printed_for_this_one(acme):
    ran = acme.daycast("render", "2", "--channel", "linkedin", "--now", NOW)
    assert (ran.code, ran.out) == (1, "")
    assert "does not go to linkedin, only to acme" in ran.err


def test_rendering_shows_the_text_of_the_account_there_is(acme):
    ran = acme.daycast("render", "2", "--now", NOW)
    assert "output/acme/walks/day-02.txt" in ran.out
    assert "of 2,000" in ran.out


def test_a_channel_of_another_kind_is_shown_as_it_would_get_it(acme):
    club = '\n[channels.club]\ntype = "command"\ncommand = "true"\n'
    acme.write({"daycast.toml": acme.read("daycast.toml").replace("\n[channels.pigeon]\n", club)})
    acme.write({"series/walks/day-02.md": entry(2, extra="channels: [acme, club]\n")})
    ran = acme.daycast("render", "2", "--channel", "club", "--now", NOW)
    assert (ran.code, json.loads(ran.out)["entry"]["title"]) == (0, "Walk number 2")
    ran = acme.daycast("render", "1", "--channel", "club", "--now", NOW)
    assert "does not go to club, only to " in ran.err
    ran = acme.daycast("render", "2", "--channel", "nobody", "--now", NOW)
    assert ran.code == 2
    assert "expected one of linkedin, blog, rss, acme, club" in ran.err


def test_check_reads_the_table_of_each_account(acme):
    acme.write({"series/walks/day-02.md": entry(2, extra="channels: [acme]\nacme: {hashtags: [two words]}\n")})
    assert "series/walks/day-02.md:4: the hashtag 'two words' has a space" in acme.daycast("check", "--now", NOW).err


def test_wire_prints_the_commentary(walks):
    walks.write({"series/walks/day-02.md": entry(2, body="Five (5) miles.")})
    out = walks.daycast("render", "2", "--channel", "linkedin", "--wire", "--now", NOW).out
    assert out == "{hashtag|\\#|Day2}/30 {hashtag|\\#|thirtyWalks}\n\nFive \\(5\\) miles.\n"


def test_wire_is_what_the_request_body_carries(walks):
    walks.daycast("build", "--now", NOW)
    body = json.loads(walks.read("output/linkedin/walks/day-02.json"))
    out = walks.daycast("render", "2", "--channel", "linkedin", "--wire", "--now", NOW).out
    assert body["commentary"] + "\n" == out


def test_rss_prints_a_document_of_one_item(walks):
    out = walks.daycast("render", "2", "--channel", "rss", "--now", NOW).out
    assert (out.count("<item>"), "tag:walks.example,2026:walk/day-02" in out) == (1, True)


def test_a_channel_writes_nothing(walks):
    walks.daycast("render", "2", "--channel", "blog", "--now", NOW)
    assert not (walks.path / "output").exists()


def test_rendering_what_is_out_builds_the_site(walks):
    ran = walks.daycast("render", "day", "2", "--now", NOW)
    assert (
        ran.code,
        "walks/day-03/index.html" in walks.site(),
        "43 of 3,000" in ran.out or "units as read" in ran.out,
    ) == (0, True, True)


def test_rendering_what_is_to_come_stays_out_of_the_site(walks):
    ran = walks.daycast("render", "day", "5", "--now", NOW)
    assert (ran.code, walks.site()) == (0, {})
    assert "Walk number 5" in walks.read("output/drafts/walks/day-05.html")
    assert "walked 5 miles" in walks.read("output/linkedin/walks/day-05.txt")


def test_a_build_keeps_a_preview_until_its_entry_is_out(walks):
    walks.daycast("render", "day", "5", "--now", NOW)
    walks.daycast("build", "--now", NOW)
    kept = (walks.path / "output/drafts/walks/day-05.html").exists()
    walks.daycast("build", "--now", "2026-12-01T00:00:00+00:00")
    assert (kept, (walks.path / "output/drafts").exists()) == (True, False)


def test_a_draft_s_text_stays_among_the_drafts(walks):
    walks.write({"series/walks/day-05.md": entry(5, extra="draft: true\n")})
    walks.daycast("render", "day", "5", "--now", NOW)
    assert (walks.path / "output/drafts/walks/day-05.txt").exists()
    assert not (walks.path / "output/linkedin").exists()


def test_a_day_that_several_series_have_needs_a_series(walks):
    walks.write(
        {
            "series/runs/_index.md": "---\ntitle: Runs\nlength: 3\nstart: 2026-10-19\n---\n",
            "series/runs/day-02.md": entry(2),
        }
    )
    asked = walks.daycast("render", "2", "--now", NOW)
    told = walks.daycast("render", "2", "--series", "runs", "--channel", "linkedin", "--now", NOW)
    assert (asked.code, "runs, walks" in asked.err, told.out[:8]) == (1, True, "#Day2/3\n")


def test_a_day_that_is_not_written_says_which_are(walks):
    ran = walks.daycast("render", "9", "--now", NOW)
    assert (ran.code, "1-5" in ran.err) == (1, True)


def test_render_over_the_limit_still_prints_and_fails(walks):
    walks.write({"series/walks/day-02.md": entry(2, body="word " * 700)})
    ran = walks.daycast("render", "2", "--channel", "linkedin", "--now", NOW)
    assert (ran.code, ran.out.count("word"), "3,000" in ran.err) == (1, 700, True)


def test_what_names_no_day_is_exit_code_2(walks):
    assert walks.daycast("render", "tomorrow").code == 2


# ── text ─────────────────────────────────────────────────────────────────────────────────────────


def test_text_converts_a_file_without_a_project(folder):
    folder.write({"x.md": "**Bold** (and more) #tag"})
    assert folder.daycast("text", "x.md").out == "Bold (and more) #tag\n"


def test_text_wire_escapes(folder):
    folder.write({"x.md": "a (b) #tag"})
    assert folder.daycast("text", "x.md", "--wire").out == "a \\(b\\) {hashtag|\\#|tag}\n"


def test_text_json_has_every_key(folder):
    folder.write({"x.md": "Hello [all](https://x.io) #tag\n\n![A map](m.png)"})
    made = json.loads(folder.daycast("text", "x.md", "--json").out)
    assert list(made) == [
        "plain", "commentary", "units", "wire_units", "fold", "hashtags", "mentions", "links", "images", "warnings",
        "errors",
    ]  # fmt: skip
    assert (made["hashtags"], made["links"], made["images"]) == (
        ["tag"],
        ["https://x.io"],
        [{"src": "m.png", "alt": "A map"}],
    )


def test_text_over_the_limit_is_printed_whole_and_fails(folder):
    folder.write({"x.md": "word " * 700})
    ran = folder.daycast("text", "x.md")
    assert (ran.code, ran.out.count("word"), "3,000" in ran.err) == (1, 700, True)


def test_text_of_nothing_fails(folder):
    folder.write({"x.md": ""})
    ran = folder.daycast("text", "x.md")
    assert (ran.code, ran.out, "nothing" in ran.err) == (1, "\n", True)


def test_text_leaves_front_matter_out(folder):
    folder.write({"x.md": "---\ntitle: x\n---\nBody."})
    assert folder.daycast("text", "x.md").out == "Body.\n"


def test_text_uses_the_settings_of_its_project(walks):
    walks.write({"x.md": "[next](/blog/day3)"})
    assert walks.daycast("text", "x.md").out == "next (https://walks.example/blog/day3)\n"


def test_text_that_is_not_there_is_a_sentence(folder):
    ran = folder.daycast("text", "none.md")
    assert (ran.code, "none.md: cannot be read" in ran.err) == (1, True)


def test_text_reads_standard_input():
    ran = subprocess.run(
        [sys.executable, "-m", "pipeline", "text", "-"], input="*Hi* – ok\n".encode(), capture_output=True, check=True
    )
    assert ran.stdout == "Hi – ok\n".encode()


# ── check ────────────────────────────────────────────────────────────────────────────────────────


def test_check_is_content_with_good_work(walks):
    ran = walks.daycast("check", "--now", NOW)
    assert (ran.code, "0 errors" in ran.out) == (0, True)


def test_check_strict_fails_for_advice(walks):
    walks.write({"series/walks/day-02.md": entry(2, body="#Day 2/30 and much more to read here")})
    assert (walks.daycast("check", "--now", NOW).code, walks.daycast("check", "--strict", "--now", NOW).code) == (0, 1)


def found(folder, *words):
    return {
        (p["path"], p["line"], p["code"])
        for p in json.loads(folder.daycast("check", "--json", "--now", NOW, *words).out)
    }


ADVICE = {
    "a label with a space": ("We did #Day 2/30 well today", "label-space"),
    "another day's label": ("#Day3/30 #thirtyWalks on the wrong day", "label-day"),
    "another length": ("#Day2/31 was fine indeed, was it not", "label-length"),
    "another spelling of the hashtag": ("Follow #thirtywalks for more of the same", "hashtag-spelling"),
    "a long lower-case hashtag": ("So #generativeartificialintelligence it is", "long-hashtag"),
    "mathematical letters": ("This is 𝗯𝗼𝗹𝗱 of you, is it not", "styled-letters"),
    "a row of stars": ("Before the stars\n\n" + r"\*" * 30 + "\n\nafter", "star-row"),
    "an image without alt text": ("Look at this:\n\n![](a.png)", "no-alt"),
    "an image from elsewhere": ("Look at this:\n\n![A](https://example.com/a.png)", "remote-image"),
    "a link to what is not out": ("See [next](day-05.md) for the rest", "link-ahead"),
    "leftover Markdown": (r"This \*\*was\*\* meant to be bold", "leftover-markdown"),
}


@pytest.mark.parametrize(("body", "code"), ADVICE.values(), ids=ADVICE)
def test_check_advises_on(walks, body, code):
    walks.write({"series/walks/day-02.md": entry(2, body=body), "series/walks/a.png": b"not really"})
    assert ("series/walks/day-02.md", code) in {(path, found_code) for path, _, found_code in found(walks)}


def test_check_names_gaps_and_drafts(walks):
    (walks.path / "series/walks/day-03.md").unlink()
    walks.write({"series/walks/day-04.md": entry(4, extra="draft: true\n")})
    assert {"gap", "drafts"} <= {code for _, _, code in found(walks)}


def test_check_names_dates_out_of_order(walks):
    walks.write({"series/walks/day-03.md": entry(3, extra="date: 2026-10-19T10:00:00+02:00\n")})
    assert ("series/walks/day-03.md", 3, "dates-out-of-order") in found(walks)


def test_check_names_a_broken_link_with_its_line(walks):
    walks.write({"series/walks/day-02.md": entry(2, body="Fine.\n\nSee [this](day-77.md).")})
    assert ("series/walks/day-02.md", 6, "link-missing") in found(walks)


def test_check_says_what_was_derived_without_an_index(walks):
    (walks.path / "series/walks/_index.md").unlink()
    walks.write({"series/walks/day-01.md": entry(1, body="#Day1/30 #thirtyWalks\n\nHello", extra="date: 2026-10-19\n")})
    assert "no-index" in {code for _, _, code in found(walks)}


def test_check_speaks_to_github(walks):
    walks.write({"series/walks/day-02.md": entry(2, extra="date: soon\n")})
    assert "::error file=series/walks/day-02.md,line=3,title=" in walks.daycast("check", "--github", "--now", NOW).out


def test_check_fix_stores_ids_once(walks):
    for day in range(1, 6):
        (walks.path / f"series/walks/day-{day:02d}.md").unlink()
    walks.write({"series/walks/apples.md": "---\ntitle: Apples\ndate: 2026-10-19\n# a comment stays\n---\nText\n"})
    walks.write({"series/walks/pears.md": "---\ntitle: Pears\ndate: 2026-10-20\n---\nText\n"})
    before = "no-identity" in {code for _, _, code in found(walks)}
    walks.daycast("check", "--fix", "--now", NOW)
    after = "no-identity" in {code for _, _, code in found(walks)}
    text = walks.read("series/walks/apples.md")
    walks.daycast("check", "--fix", "--now", NOW)
    assert (before, after, "id: apples\n" in text, "# a comment stays\n" in text) == (True, False, True, True)
    assert walks.read("series/walks/apples.md") == text


# ── completion ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_the_commands(folder, shell):
    out = folder.daycast("completion", shell).out
    assert "render" in out
    assert "channel" in out


def test_new_finds_a_series_whose_folder_is_no_slug(folder):
    folder.write({"series/My Walks/_index.md": "---\ntitle: My Walks\nlength: 3\nstart: 2026-10-19\n---\n"})
    assert folder.daycast("new", "First").out == "series/My Walks/day-01.md\n"


def test_text_of_an_entry_links_the_pages_of_others(walks):
    walks.write({"series/walks/day-02.md": entry(2, body="[a](day-01.md) [b](day-05.md)")})
    out = walks.daycast("text", "series/walks/day-02.md", "--now", NOW).out
    assert out == "a (https://walks.example/walks/day-01/) b\n"


def test_text_from_elsewhere_makes_no_address_of_a_file(walks):
    walks.write({"x.md": "[a](day-01.md)"})
    ran = walks.daycast("text", "x.md")
    assert (ran.out, "'day-01.md'" in ran.err) == ("a\n", True)


NOWHERE = {
    "a place on no page": ("To [there](#nowhere) and back again", "link-nowhere"),
    "a place another page lacks": ("To [there](day-01.md#nowhere) and back", "link-nowhere"),
    "an address the site lacks": ("To [there](/nope/) and back again", "link-nowhere"),
}


@pytest.mark.parametrize(("body", "code"), NOWHERE.values(), ids=NOWHERE)
def test_check_finds_links_to(walks, body, code):
    walks.write({"series/walks/day-02.md": entry(2, body=body)})
    assert ("series/walks/day-02.md", 4, code) in found(walks)


@pytest.mark.parametrize(
    "dest", ["#top", "#a-heading", "day-01.md", "/walks/day-01/", "/walks/", "/", "/feed.xml", "/tags/"]
)
def test_check_is_content_with_a_link_to(walks, dest):
    walks.write({"series/walks/day-02.md": entry(2, body=f"To [there](<{dest}>).\n\n## A heading\n\nText.")})
    assert "link-nowhere" not in {code for _, _, code in found(walks)}


def test_check_does_not_take_code_for_leftover_markdown(walks):
    walks.write({"series/walks/day-02.md": entry(2, body="Run `2 ** 3` and\n\n```\n# a comment\nx[0](1)\n```\n")})
    assert "leftover-markdown" not in {code for _, _, code in found(walks)}


def test_check_names_an_entry_without_text(walks):
    walks.write({"series/walks/day-02.md": "---\ntitle: Nothing yet\n---\n"})
    assert ("series/walks/day-02.md", None, "empty") in found(walks)


def test_check_misses_the_hashtag_of_the_series(walks):
    walks.write({"series/walks/day-02.md": entry(2, body="#Day2/30: we walked on and on.")})
    assert "no-hashtag" in {code for _, _, code in found(walks)}


@pytest.mark.parametrize("words", [["week", "2"], ["week-2"], ["#Week2"], ["2"]], ids=" ".join)
def test_render_knows_what_a_series_calls_its_days(folder, words):
    folder.write(
        {
            "series/w/_index.md": "---\nlabel: '#Week{n}'\nstart: 2026-10-05\nweekdays: mon\n---\n",
            "series/w/week-2.md": entry(2),
        }
    )
    assert folder.daycast("render", *words, "--channel", "linkedin", "--now", NOW).out.startswith("#Week2\n")


@pytest.mark.parametrize(
    "words",
    [
        ["plan", "nope"],
        ["new", "x", "--series", "nope"],
        ["render", "2", "--series", "nope"],
        ["new", "  "],
        ["new", "x", "--day", "0"],
        ["plan", "--now", "0001-01-01T00:00+14:00"],
        ["render", "9" * 5000],
        ["render", "2", "--json", "--channel", "rss"],
        ["render", "2", "--wire"],
    ],
    ids=lambda words: " ".join(words)[:30],
)
def test_wrong_usage_is_exit_code_2(walks, words):
    ran = walks.daycast(*words)
    assert (ran.code, "Traceback" in ran.err, (walks.path / "output").exists()) == (2, False, False)


def test_init_makes_no_project_inside_another(walks):
    ran = walks.daycast("init", "sub")
    assert (ran.code, (walks.path / "sub").exists()) == (2, False)


@pytest.mark.parametrize(
    "code", ['[caption id="1"]x[/caption]', '{{< figure src="a.png" >}}', "{% embed https://x.io %}"]
)
def test_check_names_another_tool_s_shortcode(walks, code):
    walks.write({"series/walks/day-02.md": entry(2, body=f"Before it.\n\n{code}\n\nAfter it.")})
    assert ("series/walks/day-02.md", 6, "shortcode") in found(walks)


def test_init_starts_the_day_before_now(folder):
    folder.daycast("init", "b", "--zone", "Asia/Tokyo", "--now", "2026-10-19T20:00:00Z")
    assert "start: 2026-10-19\n" in folder.read("b/series/b/_index.md")


@pytest.mark.skipif(os.name == "nt", reason="the clipboard's stand-in is a shell script")
def test_copy_puts_exactly_the_text_on_the_clipboard(walks, tmp_path_factory, monkeypatch):
    programs = tmp_path_factory.mktemp("bin")
    (programs / "xclip").write_text(f"#!/bin/sh\ncat > '{programs}/clipboard'\n")
    (programs / "xclip").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/bin:/usr/bin")
    ran = walks.daycast("render", "2", "--channel", "blog", "--copy", "--now", NOW)
    text = (programs / "clipboard").read_text(encoding="utf-8")
    assert (ran.code, f"{text}\n") == (0, walks.daycast("render", "2", "--channel", "linkedin", "--now", NOW).out)


def test_copy_without_a_clipboard_is_a_sentence(walks, monkeypatch):
    monkeypatch.setenv("PATH", "")
    ran = walks.daycast("render", "2", "--copy", "--now", NOW)
    assert (ran.code, "no clipboard was found" in ran.err) == (1, True)


def test_render_says_why_an_entry_that_is_due_has_no_page(walks):
    walks.write({"daycast.toml": walks.read("daycast.toml").replace("[feed]", 'permalink = "/{slug}/"\n[feed]')})
    walks.write(
        {"series/xtra/_index.md": "---\nlength: 3\nstart: 2026-10-19\n---\n", "series/xtra/day-01.md": entry(1)}
    )
    ran = walks.daycast("render", "1", "--series", "xtra", "--now", NOW)
    assert (ran.code, "belongs to series/walks/day-01.md" in ran.err) == (1, True)
