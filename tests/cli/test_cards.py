"""Pictures of entries in a build: on the page, in the feeds, and beside the post."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from tests.support import INDEX, entry

TOML = '[site]\ntitle = "Walks"\nurl = "https://walks.example"\n'
NOW = "2026-10-21T12:00:00Z"
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63f8ffff3f000500fe02fea7"
    "35810000000049454e44ae426082"
)


@pytest.fixture
def blog(folder):
    folder.write({"daycast.toml": TOML + "[cards]\n", "series/walk/_index.md": INDEX})
    folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in (1, 2, 3)})
    return folder


def head(folder, day):
    page = folder.site()[f"walk/day-{day:02}/index.html"].decode()
    return dict(re.findall(r'<meta property="(og:image[^"]*)" content="([^"]*)">', page))


def test_each_entry_without_a_picture_gets_one(blog):
    assert blog.daycast("build", "--now", NOW).code == 0
    found = head(blog, 2)
    assert found["og:image"].startswith("https://walks.example/walk/day-02/card.png?v=")
    assert (found["og:image:width"], found["og:image:height"]) == ("1200", "627")
    assert found["og:image:alt"].startswith("Thirty walks, Day 2 of 30: ")
    assert blog.site()["walk/day-02/card.png"].startswith(b"\x89PNG")


def test_a_card_speaks_the_language_of_its_series(blog):
    blog.write({"series/walk/_index.md": INDEX.replace("title:", "language: de\ntitle:", 1)})
    blog.daycast("build", "--now", NOW)
    assert head(blog, 2)["og:image:alt"].startswith("Thirty walks, Tag 2 von 30: ")


def test_a_picture_of_its_own_wins(blog):
    blog.write({"series/walk/day-02.md": entry(2, extra="image: a.png\nimage_alt: A hill\n")})
    (blog.path / "series/walk/a.png").write_bytes(PIXEL)
    blog.daycast("build", "--now", NOW)
    assert head(blog, 2)["og:image"] == "https://walks.example/walk/a.png"
    assert "walk/day-02/card.png" not in blog.site()


def test_the_post_has_it_as_its_thumbnail(blog):
    blog.daycast("build", "--now", NOW)
    body = json.loads(blog.read("output/linkedin/walk/day-02.json"))
    thumbnail = body["content"]["article"]["thumbnail"]
    assert re.fullmatch(r"urn:li:image:[0-9a-f]{64}", thumbnail)
    ran = blog.daycast("publish", "day", "2", "--dry-run", "--json", "--now", NOW)
    told = next(one for one in json.loads(ran.out)["deliveries"] if one["key"].endswith("/linkedin"))
    assert ".daycast/cards/" in ran.out or told["kind"] == "handout"


def test_a_dry_run_and_a_check_draw_nothing_that_stays(blog):
    blog.daycast("publish", "day", "2", "--dry-run", "--now", NOW)
    blog.daycast("check", "--now", NOW)
    blog.daycast("status", "--now", NOW)
    assert not (blog.path / ".daycast/cards").exists()


def test_without_the_table_nothing_is_drawn(blog):
    blog.write({"daycast.toml": TOML})
    blog.daycast("build", "--now", NOW)
    assert "og:image" not in head(blog, 2)
    assert not (blog.path / ".daycast/cards").exists()


def test_what_is_drawn_again_is_the_same(blog):
    blog.daycast("build", "--now", NOW)
    before = blog.site()["walk/day-02/card.png"]
    assert "0 files written" in blog.daycast("build", "--now", NOW).out
    for path in (blog.path / ".daycast/cards").iterdir():
        path.unlink()
    assert "0 files written" in blog.daycast("build", "--now", NOW).out
    assert blog.site()["walk/day-02/card.png"] == before


def test_characters_that_are_left_out_and_titles_that_are_cut_are_told(blog):
    blog.write({"series/walk/day-02.md": entry(2).replace("title: ", "title: 🚀 ", 1)})
    blog.write({"series/walk/day-03.md": entry(3).replace("title: ", f"title: {'long ' * 50}", 1)})
    ran = blog.daycast("build", "--now", NOW)
    assert ran.code == 0
    assert "series/walk/day-02.md:2: its picture leaves out 🚀" in ran.err
    assert "series/walk/day-03.md:2: its title has more than 180 characters" in ran.err


def test_a_template_of_the_projects_own_draws_it(blog):
    blog.write({"templates/cards/card.typ": "#set page(width: 1200pt, height: 627pt, fill: red)\n"})
    blog.daycast("build", "--now", NOW)
    mine = blog.site()["walk/day-02/card.png"]
    assert mine == blog.site()["walk/day-03/card.png"]
    blog.write({"templates/cards/card.typ": "#let x = (\n"})
    ran = blog.daycast("build", "--now", NOW)
    assert (ran.code, "templates/cards/card.typ: " in ran.err) == (1, True)


def test_a_font_that_is_not_there_is_told(blog):
    blog.write({"daycast.toml": TOML + '[cards]\nfonts = ["a.ttf"]\n'})
    ran = blog.daycast("build", "--now", NOW)
    assert (ran.code, "daycast.toml: [cards] fonts: 'a.ttf' is not there" in ran.err) == (2, True)


def test_without_the_extra_the_site_is_built_and_the_remedy_told(blog):
    code = "import sys; sys.modules['typst'] = None; from pipeline.cli import main; sys.exit(main(sys.argv[1:]))"
    ran = subprocess.run(
        [sys.executable, "-c", code, "-C", str(blog.path), "build", "--now", NOW],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, "pip install 'daycast[cards]'" in ran.stderr) == (1, True)
    assert "og:image" not in head(blog, 2)


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ('[cards]\nfonts = "a.ttf"\n', "[cards] fonts is 'a.ttf', expected a list of files"),
        ("[cards]\nfont = []\n", "[cards] has an unknown key 'font'"),
        ("cards = true\n" + TOML, "[cards] is not a table"),
    ],
)
def test_wrong_settings_are_told(blog, settings, sentence):
    blog.write({"daycast.toml": settings})
    ran = blog.daycast("build", "--now", NOW)
    assert (ran.code, sentence in ran.err) == (2, True)


@pytest.mark.parametrize("colour", ["red", "#12345", "#12345g"])
def test_an_accent_that_is_no_colour_is_told(blog, colour):
    blog.write({"daycast.toml": f'{TOML}accent = "{colour}"\n'})
    ran = blog.daycast("build", "--now", NOW)
    assert (ran.code, f"[site] accent is '{colour}', expected a colour" in ran.err) == (2, True)
