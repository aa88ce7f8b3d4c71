"""Pictures of entries: what they show, which characters, and that the same gives the same bytes."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import imagesize
import pytest

from pipeline.cards.fonts import covered, own_fonts
from pipeline.cards.store import FOLDER, Cards, Told

ROOT = Path(__file__).parents[2]
TEMPLATE = (ROOT / "templates/cards/card.typ").read_text()
TOLD = Told(
    series="Thirty walks",
    title="Along the river",
    place="Day 2 of 30",
    author="Mara",
    day=2,
    length=30,
    accent="#b0381a",
    lang="en",
    rtl=False,
)


def drawn(root, told=TOLD, **more):
    card = Cards(root, template=TEMPLATE, **more).of(told)
    return card, (root / card.source).read_bytes()


def test_a_card_is_a_picture_of_the_size_that_links_show(tmp_path):
    card, data = drawn(tmp_path)
    assert data.startswith(b"\x89PNG")
    assert imagesize.get(tmp_path / card.source) == (1200, 627)
    assert card.digest == hashlib.sha256(data).hexdigest()


def test_another_process_draws_the_same_bytes(tmp_path):
    card, _ = drawn(tmp_path)
    code = (
        "import sys; from pathlib import Path; from pipeline.cards.store import Cards; "
        "from tests.unit.test_cards import TEMPLATE, TOLD; "
        "print(Cards(Path(sys.argv[1]), template=TEMPLATE).of(TOLD).digest)"
    )
    (tmp_path / "other").mkdir()
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "other")], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == card.digest


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Up the hill"},
        {"series": "Walks"},
        {"place": "Day 3 of 30"},
        {"author": "Ida"},
        {"day": 3},
        {"length": 31},
        {"length": None},
        {"accent": "#003366"},
        {"rtl": True},
    ],
    ids=str,
)
def test_each_thing_a_card_shows_can_be_seen(tmp_path, change):
    _, before = drawn(tmp_path)
    _, after = drawn(tmp_path, replace(TOLD, **change))
    assert after != before


def test_what_typst_would_read_as_markup_is_shown_as_it_is(tmp_path):
    _, plain = drawn(tmp_path, replace(TOLD, title="#strong[x]"))
    _, other = drawn(tmp_path, replace(TOLD, title="x"))
    assert plain != other
    for title in ("*a*", "_a_", "$x$", "@ref", "#panic()", '"; #panic()', "\\", "<a>", "[", "`"):
        drawn(tmp_path, replace(TOLD, title=title))


def test_a_card_is_drawn_once(tmp_path):
    card, _ = drawn(tmp_path)
    place = tmp_path / card.source
    before = place.stat().st_mtime_ns
    again, _ = drawn(tmp_path)
    assert (again, place.stat().st_mtime_ns) == (card, before)


def test_another_template_draws_anew(tmp_path):
    card, _ = drawn(tmp_path)
    other = Cards(tmp_path, template=TEMPLATE.replace("18pt, height: 627pt", "9pt, height: 627pt")).of(TOLD)
    assert other.digest != card.digest


def test_a_kept_card_that_is_damaged_is_drawn_anew(tmp_path):
    card, data = drawn(tmp_path)
    (tmp_path / card.source).write_bytes(data[:-9])
    assert drawn(tmp_path) == (card, data)
    next((tmp_path / FOLDER).glob("*.json")).write_text("{")
    assert drawn(tmp_path) == (card, data)


def test_who_only_looks_leaves_nothing_behind(tmp_path):
    card = Cards(tmp_path, template=TEMPLATE, keep=False).of(TOLD)
    assert not (tmp_path / FOLDER).exists()
    assert card == drawn(tmp_path)[0]


@pytest.mark.parametrize(
    ("text", "kept", "missing"),
    [
        ("Walks", "Walks", ""),
        ("A 🚀 day", "A day", "🚀"),
        ("日本 trip 日本", "trip", "日本"),
        ("Привет, Ελλάδα, Łódź", "Привет, Ελλάδα, Łódź", ""),
        ("cafe\u0301", "café", ""),
        ("family 👨‍👩‍👧 trip", "family trip", "👨👩👧"),
        ("“quotes” – dash…", "“quotes” – dash…", ""),
        ("", "", ""),
    ],
)
def test_characters_that_no_font_has_are_found(text, kept, missing):
    assert covered(text, own_fonts()) == (kept, missing)


def test_what_is_missing_is_told_and_a_font_that_has_it_helps(tmp_path):
    told = replace(TOLD, title="日本 trip")
    assert drawn(tmp_path, told)[0].missing == "日本"
    with pytest.raises(ValueError, match="is not there; name a font file"):
        Cards(tmp_path, template=TEMPLATE, fonts=("fonts/none.ttf",))


@pytest.mark.parametrize("title", ["W" * 180, "Rechtsschutzversicherungsgesellschaften " * 4, "a", "x " * 90])
def test_any_title_fits(tmp_path, title):
    drawn(tmp_path, replace(TOLD, title=title.strip()))


def test_a_template_that_is_wrong_says_so(tmp_path):
    with pytest.raises(ValueError, match=r"unclosed|expected"):
        Cards(tmp_path, template="#let it = (").of(TOLD)
