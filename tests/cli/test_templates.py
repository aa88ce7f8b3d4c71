"""A project's own templates beside daycast's and a theme's, and what changes below them."""

from __future__ import annotations

import json
import os
import sys

import pytest

from pipeline.render import overrides
from pipeline.render.templates import built_in
from tests.support import INDEX, entry

TOML = '[site]\ntitle = "Walks"\nurl = "https://walks.example"\n'
NOW = "2026-10-21T12:00:00Z"


@pytest.fixture
def walks(folder):
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX, "series/walk/day-01.md": entry(1)})
    return folder


@pytest.fixture
def theme(tmp_path_factory, monkeypatch):
    """An installed theme: a package with templates."""
    place = tmp_path_factory.mktemp("installed")
    files = {
        "__init__.py": "",
        "templates/404.html.j2": '{% extends "daycast/404.html.j2" %}\n{% block main %}<h1>Lost</h1>{% endblock %}\n',
        "templates/static/theme.css": "p { color: red }\n",
        "templates/words/en.toml": 'home = "Start here"\n',
    }
    for name, text in files.items():
        path = place / "walks_theme" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(sys, "path", [*sys.path, str(place)])
    return place / "walks_theme/templates"


def standing(folder, name):
    told = json.loads(folder.daycast("templates", "--json").out)
    return next(one for one in told["templates"] if one["name"] == name)


def test_every_template_is_listed_with_where_it_comes_from(walks):
    ran = walks.daycast("templates")
    assert ran.code == 0
    lines = [line.split() for line in ran.out.splitlines()]
    for name in ("base.html.j2", "cards/card.typ", "linkedin.txt.j2", "static/style.css", "words/de.toml"):
        assert [name, "daycast"] in lines
    assert not any(line[0].startswith(("scaffold/", "preview/")) for line in lines)
    assert ran.out.endswith("what templates see: version 1\n")


def test_a_copy_stands_in_for_its_original_and_is_known_as_one(walks):
    ran = walks.daycast("templates", "copy", "404.html.j2")
    assert (ran.code, ran.out.endswith("templates/404.html.j2: copied; change it as you like\n")) == (0, True)
    assert (walks.path / "templates/404.html.j2").read_bytes() == (built_in() / "404.html.j2").read_bytes()
    assert standing(walks, "404.html.j2")["standing"] == "copy"
    walks.write({"templates/404.html.j2": "<h1>Mine</h1>\n"})
    assert standing(walks, "404.html.j2")["standing"] == "copy"
    walks.daycast("build", "--now", NOW)
    assert walks.site()["404.html"] == b"<h1>Mine</h1>\n"
    assert not any(".originals" in name for name in walks.site())


def test_an_original_that_has_changed_since_is_told_with_the_difference(walks):
    walks.daycast("templates", "copy", "404.html.j2")
    kept = walks.path / "templates" / overrides.KEPT / "404.html.j2"
    kept.write_text(kept.read_text().replace("{{ t.nothing_here }}", "Nothing is here"))
    ran = walks.daycast("templates")
    assert ran.code == 1
    assert "404.html.j2" in ran.out
    assert "its original has changed since it was copied" in ran.out
    assert "-<h1>Nothing is here</h1>" in ran.out
    assert "+<h1>{{ t.nothing_here }}</h1>" in ran.out
    assert walks.daycast("templates", "accept", "404.html.j2").code == 0
    assert walks.daycast("templates").code == 0


def test_what_was_not_copied_is_compared_when_asked(walks):
    walks.write({"templates/404.html.j2": "<h1>Mine</h1>\n", "templates/more.html.j2": "x"})
    assert standing(walks, "404.html.j2")["standing"] == "own"
    assert standing(walks, "more.html.j2")["standing"] == "added"
    ran = walks.daycast("templates")
    assert (ran.code, "+<h1>Mine</h1>" in ran.out) == (0, False)
    assert "+<h1>Mine</h1>" in walks.daycast("templates", "--diff").out


def test_what_adds_to_its_original_needs_no_comparing(walks):
    walks.write({"templates/404.html.j2": "{# mine #}\n{%- extends 'daycast/404.html.j2' %}\n"})
    walks.write({"templates/words/en.toml": 'home = "Start"\n'})
    walks.write({"templates/tags.html.j2": "{% extends 'base.html.j2' %}"})
    assert [standing(walks, name)["standing"] for name in ("404.html.j2", "words/en.toml", "tags.html.j2")] == [
        "extends",
        "extends",
        "own",
    ]
    ran = walks.daycast("templates", "--diff")
    assert "adds to its original, so there is nothing to compare" in ran.out
    assert "--- daycast/404.html.j2" not in ran.out
    assert "--- daycast/tags.html.j2" in ran.out


def test_a_block_that_nothing_shows_is_told(walks):
    inner = "{% block main %}{% block my_own %}{% endblock %}{% endblock %}\n"
    walks.write({"templates/entry.html.j2": f"{{% extends 'daycast/entry.html.j2' %}}\n{inner}"})
    assert "no block" not in walks.daycast("build", "--now", NOW).err
    more = "{% block post_foter %}x{% endblock %}\n"
    walks.write({"templates/entry.html.j2": f"{{% extends 'daycast/entry.html.j2' %}}\n{inner}{more}"})
    for words in (("build", "--now", NOW), ("check", "--now", NOW), ("templates",)):
        ran = walks.daycast(*words)
        assert ran.code == 0
        assert (
            "templates/entry.html.j2:3: there is no block 'post_foter' in daycast/entry.html.j2, so nothing shows it; "
            "did you mean 'post_footer'?"
        ) in ran.err
    walks.write({"templates/entry.html.j2": "{% extends 'daycast/entry.html.j2' %}{% block x %}{% endblock %}"})
    assert "there are: footer, head_extra, main, " in walks.daycast("templates").err


def test_a_word_that_nothing_asks_for_is_told(walks):
    walks.write({"templates/words/en.toml": 'home = "Start"\nsubscrib = "Follow"\nthanks = "Thank you"\n'})
    told = walks.daycast("build", "--now", NOW).err
    assert "templates/words/en.toml:2: no template asks for the word 'subscrib'; did you mean 'subscribe'?" in told
    assert "templates/words/en.toml:3: no template asks for the word 'thanks'" in told
    footer = "{% extends 'daycast/entry.html.j2' %}{% block post_footer %}{{ t.thanks }}{% endblock %}"
    walks.write({"templates/entry.html.j2": footer})
    assert "'thanks'" not in walks.daycast("build", "--now", NOW).err


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("entry.writer", "entry has no 'writer'; there are: absolute, author, "),
        ("entry.titel", "entry has no 'titel'; did you mean 'title'?"),
        ("entry.date.humn", "stamp has no 'humn'; did you mean 'human'?"),
        ("t.subscrib", "t has no 'subscrib'; did you mean 'subscribe'?"),
        ("entri.title", "'entri' is undefined; did you mean 'entry'?"),
        ("site.assets.foo", "there is no 'foo' in it; there are: favicon.svg, "),
        ("entry.title.foo", "a text has no 'foo'"),
    ],
)
def test_a_name_that_is_not_there_is_told_in_a_writers_words(walks, written, sentence):
    text = f"{{% extends 'daycast/entry.html.j2' %}}\n{{% block main %}}{{{{ {written} }}}}{{% endblock %}}"
    walks.write({"templates/entry.html.j2": text})
    ran = walks.daycast("build", "--now", NOW)
    assert (ran.code, f"templates/entry.html.j2:2: {sentence}" in ran.err) == (1, True), ran.err
    assert "pipeline." not in ran.err


def test_templates_for_another_version_of_what_they_see_are_told(walks):
    walks.daycast("templates", "copy", "404.html.j2")
    (walks.path / "templates" / overrides.KEPT / "context-version").write_text("0\n")
    ran = walks.daycast("templates")
    assert (ran.code, "yours were copied when it was version 0" in ran.out) == (1, True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["copy", "nothing.j2"], "there is no template 'nothing.j2'"),
        (["copy", "../daycast.toml"], "there is no template"),
        (["copy", "scaffold/day.md.j2"], "there is no template"),
        (["accept", "404.html.j2"], "templates/404.html.j2 is not there"),
        (["take", "404.html.j2"], "is none of: copy NAME, accept NAME"),
        (["copy"], "is none of"),
    ],
)
def test_what_cannot_be_done_is_wrong_usage(walks, words, sentence):
    ran = walks.daycast("templates", *words)
    assert (ran.code, sentence in ran.err) == (2, True)


def test_a_copy_is_not_made_twice(walks):
    walks.daycast("templates", "copy", "404.html.j2")
    ran = walks.daycast("templates", "copy", "404.html.j2")
    assert (ran.code, "is there already" in ran.err) == (2, True)


@pytest.mark.usefixtures("theme")
def test_a_theme_stands_between_project_and_daycast(walks):
    walks.write({"daycast.toml": TOML + 'theme = "walks_theme"\n'})
    assert walks.daycast("build", "--now", NOW).code == 0
    site = walks.site()
    assert b"<h1>Lost</h1>" in site["404.html"]
    assert site["theme.css"] == b"p { color: red }\n"
    assert b">Start here</a>" in site["walk/day-01/index.html"]
    assert standing(walks, "404.html.j2")["source"] == "walks_theme"
    walks.write({"templates/404.html.j2": "<h1>Mine</h1>\n"})
    walks.daycast("build", "--now", NOW)
    assert walks.site()["404.html"] == b"<h1>Mine</h1>\n"


def test_a_changed_theme_is_noticed_by_the_next_build(walks, theme):
    walks.write({"daycast.toml": TOML + 'theme = "walks_theme"\n'})
    for path in (*(walks.path / "series").rglob("*"), walks.path / "daycast.toml", *theme.rglob("*")):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    walks.daycast("build")
    assert "0 files written" in walks.daycast("build").out
    (theme / "static/theme.css").write_text("p { color: blue }\n")
    walks.daycast("build")
    assert walks.site()["theme.css"] == b"p { color: blue }\n"


@pytest.mark.parametrize("name", ["no_such_theme", "json", "not a name", "..", "a.b.c"])
def test_a_theme_that_is_none_is_told(walks, name):
    walks.write({"daycast.toml": f'{TOML}theme = "{name}"\n'})
    ran = walks.daycast("build", "--now", NOW)
    assert (ran.code, f"[site] theme is '{name}', which" in ran.err) == (2, True)
