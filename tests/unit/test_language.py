"""The words of the theme, in each language."""

from __future__ import annotations

import string
import tomllib
from datetime import UTC, datetime

import pytest

from pipeline.errors import RenderError
from pipeline.render.language import FALLBACK, Languages
from pipeline.render.templates import Templates, built_in

FILES = sorted((built_in() / "words").glob("*.toml"))
ENGLISH = tomllib.loads((built_in() / f"words/{FALLBACK}.toml").read_text())
LATE = datetime(2026, 10, 19, 23, 30, tzinfo=UTC)


def told(path):
    return tomllib.loads(path.read_text(encoding="utf-8"))


def blanks(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_language_says_what_english_says_and_fills_in_the_same(path):
    words = told(path)
    assert set(words) <= set(ENGLISH)
    left = set(ENGLISH) - set(words)
    assert left <= {"date", "month_of"}, "what is left out is said in English"
    for key, text in words.items():
        if key != "months":
            assert blanks(text) == blanks(ENGLISH[key]), key
            assert text.strip()
    assert len(set(words["months"])) == 12


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en", "20 October 2026"),
        ("en-GB", "20 October 2026"),
        ("de", "20. Oktober 2026"),
        ("de-AT", "20. Oktober 2026"),
        ("es", "20 de octubre de 2026"),
        ("fr", "20 octobre 2026"),
        ("pt-BR", "20 de outubro de 2026"),
        ("ja", "2026年10月20日"),
        ("ar", "20 أكتوبر 2026"),
        ("he", "20 באוקטובר 2026"),
        ("xx", "20 October 2026"),
    ],
)
def test_a_date_is_local_and_in_the_language(language, shown):
    made = Languages([built_in()]).of(language).stamp(LATE, "Europe/Berlin")
    assert (made.iso, made.day, made.human) == ("2026-10-20T01:30:00+02:00", "2026-10-20", shown)


def test_a_project_changes_single_words_and_adds_languages(tmp_path):
    (tmp_path / "words").mkdir()
    (tmp_path / "words/en.toml").write_text('skip = "Skip the top"\n')
    (tmp_path / "words/nl.toml").write_text('home = "Begin"\n')
    (tmp_path / "words/de-CH.toml").write_text('home = "Heim"\n')
    languages = Languages([tmp_path, built_in()])
    assert (languages.of("en").skip, languages.of("en").home) == ("Skip the top", "Home")
    assert (languages.of("nl").home, languages.of("nl").search) == ("Begin", "Search")
    assert (languages.of("de-CH").home, languages.of("de-CH").search, languages.of("de").home) == (
        "Heim",
        "Suche",
        "Start",
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("skip = ", "templates/words/en.toml: cannot be read"),
        ("skip = 3", "templates/words/en.toml: skip is 3, expected text"),
        ('months = ["January"]', "months is no list of twelve names"),
    ],
)
def test_words_that_cannot_be_used_are_told(tmp_path, text, sentence):
    (tmp_path / "words").mkdir()
    (tmp_path / "words/en.toml").write_text(text)
    with pytest.raises(RenderError, match=sentence):
        Languages([tmp_path, built_in()]).of("en")


def test_a_template_sees_the_words_of_its_page():
    assert "{{ t." in (built_in() / "base.html.j2").read_text()
    assert Templates([built_in()]).languages.of("de").home == "Start"
