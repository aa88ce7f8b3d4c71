"""The functions of the templates that daycast comes with give what Jinja makes of these templates, byte for byte."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest
from jinja2 import Environment

import pipeline.build
from pipeline import config
from pipeline.build import build
from pipeline.errors import RenderError
from pipeline.project import load
from pipeline.render.compiled import DIGESTS, TEMPLATES
from pipeline.render.compiler import NotUnderstoodError, compiled, digest_of
from pipeline.render.templates import Templates, built_in
from tests.support import TOML, entry

ROOT = Path(__file__).parents[2]
HOSTILE = "</title><script>alert(1)</script> \" ' & &amp; {{ 7*7 }} {% raw %} \\N \u202e עברית"


class Both(Templates):
    """Every template by its function and by Jinja."""

    seen: ClassVar[set[str]] = set()

    def render(self, name: str, context: Mapping[str, object]) -> str:
        made = super().render(name, context)
        assert self._functions[name] is not None, name
        assert made == Templates(self._places, compiled=False).render(name, context), name
        self.seen.add(name)
        return made


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> type[Both]:
    monkeypatch.setattr(pipeline.build, "Templates", Both)
    monkeypatch.setattr(Both, "seen", set())
    return Both


def _build(root: Path, now: datetime) -> None:
    report = build(load(root, config.load(root)), now)
    assert not report.failed, report.problems


def test_the_module_is_what_the_templates_say() -> None:
    assert (ROOT / "pipeline/render/compiled.py").read_text(encoding="utf-8") == compiled(built_in()), (
        "run 'make templates'"
    )
    assert {name: digest_of((built_in() / name).read_bytes()) for name in DIGESTS} == DIGESTS


def test_every_page_is_the_same_both_ways(tmp_path: Path, both: type[Both]) -> None:
    keys = "hashtag: walks\nlength: 70\nstart: 2026-10-19\nzone: UTC\nlanguage: ar\ndrip: true\n"
    index = f"---\ntitle: >-\n  {HOSTILE}\n{keys}"
    keys = (
        f"summary: >-\n  {HOSTILE}\ntags: [one, '<b>two</b>', \"3 & 'x'\"]\ncategories: [a<b]\nauthor: Ann <a@x>\n"
        "updated: 2026-12-24\naliases: [/old/]\n"
    )
    files = {
        "daycast.toml": TOML + "\n[channels.linkedin]\nlimit = 9000\n",
        "series/walks/_index.md": f'{index}description: "{"x <y> " * 9}"\n---\nIntro *text* & more.\n',
        "series/walks/day-01.md": entry(1, f">-\n  {HOSTILE}", extra=keys, body="## A\n\n## B & <i>\n\n## C\n\ntext"),
        "series/walks/day-02.md": entry(2, body="plain"),
        "series/walks/day-04.md": entry(4, extra="author: Bob\nimage: far.svg\nimage_alt: 'a \"b\"'\n"),
        "series/walks/far.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"/>',
        "series/runs/day-1.md": entry(1, extra="date: 2026-10-19\n"),
        "series/runs/day-2.md": entry(2, extra="date: 2026-10-20\nchannels: [rss]\n"),
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for day in (18, 19, 25):
        _build(tmp_path, datetime(2026, 10, day, 12, tzinfo=UTC))
    pieces = {"label": "#Day1", "hook": "", "body": "text", "hashtags": "#a", "footer": "", "link": "https://a.example"}
    mail: dict[str, object] = {
        "title": HOSTILE,
        "label": "#Day1",
        "address": "https://a.example",
        "unsubscribe": "",
        "language": "he",
    }
    mail |= {
        "rtl": True,
        "accent": "#b0381a",
        "t": both((built_in(),)).languages.of("he"),
        "html": "<p>x</p>",
        "text": "x",
    }
    for name in ("email.html.j2", "email.txt.j2"):
        both((built_in(),)).render(name, mail)
        both((built_in(),)).render(name, {**mail, "rtl": False, "address": "", "unsubscribe": "https://out.example"})
    for short in ("bluesky.txt.j2", "mastodon.txt.j2"):
        both((built_in(),)).render(short, pieces)
    assert both.seen == set(TEMPLATES)


def test_a_sample_is_the_same_both_ways(tmp_path: Path, both: type[Both]) -> None:
    shutil.copytree(ROOT / "series", tmp_path / "series")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    _build(tmp_path, datetime(2026, 10, 23, 12, tzinfo=UTC))
    assert len(both.seen) > 8


@pytest.mark.parametrize("name", ["entry.html.j2", "base.html.j2", "parts.html.j2"])
def test_a_template_of_the_project_goes_through_jinja(tmp_path: Path, name: str) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / name).write_bytes((built_in() / name).read_bytes())
    templates = Templates((tmp_path / "templates", built_in()))
    assert templates._function("entry.html.j2") is None
    assert (templates._function("sitemap.xml.j2") is None) is False
    assert templates.render("sitemap.xml.j2", {"site": None, "urls": (("https://x/?a&b", None),)}).count("&amp;") == 1


def test_a_template_of_ours_that_was_changed_goes_through_jinja(tmp_path: Path) -> None:
    for name in DIGESTS:
        (tmp_path / name).write_bytes((built_in() / name).read_bytes())
    (tmp_path / "robots.txt.j2").write_text("changed {{ sitemap }}")
    templates = Templates((tmp_path,))
    assert templates.render("robots.txt.j2", {"sitemap": "s", "site": None}) == "changed s"
    assert templates._function("sitemap.xml.j2") is not None


def test_what_is_wrong_is_told_with_its_line() -> None:
    with pytest.raises(RenderError, match=r"templates/sitemap\.xml\.j2:3: "):
        Templates((built_in(),)).render("sitemap.xml.j2", {"urls": ((1, 2, 3),)})


@pytest.mark.parametrize(
    "text",
    ["{{ a|upper }}", "{% for x in a if x %}{% endfor %}", "{{ f(a) }}", "{% set b = a %}", "{% include 'x' %}"],
)
def test_what_is_not_understood_is_refused(tmp_path: Path, text: str) -> None:
    assert Environment(autoescape=True).parse(text)
    (tmp_path / "page.html.j2").write_text(text)
    with pytest.raises(NotUnderstoodError):
        compiled(tmp_path)
