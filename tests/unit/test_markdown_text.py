"""Inline Markdown as plain text, and text compared."""

from __future__ import annotations

import pytest

from pipeline.markdown import plain
from pipeline.markdown.text import folded


@pytest.mark.parametrize(
    ("markdown", "said"),
    [
        pytest.param("#Day2/30 – What is it?", "#Day2/30 – What is it?", id="none"),
        pytest.param("*a* **b** ~~c~~ `d` __e__ f_g_h", "a b c d e f_g_h", id="emphasis and code"),
        pytest.param("*a*", "a", id="emphasis first"),
        pytest.param("_a_ **b**c", "a bc", id="underscores first"),
        pytest.param("[a *b*](c 'd') ![e](f) <https://g.h>", "a b e https://g.h", id="links and images"),
        pytest.param("a <b>c</b> d", "a c d", id="raw HTML"),
        pytest.param("a &amp; b \\* c &#1;", "a & b * c", id="entities and escapes"),
        pytest.param("one\n  two\r\nthree", "one two three", id="lines"),
        pytest.param("1. *a*", "1. a", id="a number is no list"),
        pytest.param("# *a*", "# a", id="a number sign is no heading"),
        pytest.param("> - *a*", "> - a", id="no block of any kind"),
        pytest.param("[a]: *b*", "[a]: b", id="no definition"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_inline_markdown_is_said_in_one_line(markdown: str, said: str) -> None:
    assert plain(markdown) == said


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        pytest.param("What’s “new” –  Now", 'what\'s "New" - now', True, id="typography"),
        pytest.param("STRASSE", "Straße", True, id="case of every language"),
        pytest.param("e\u0301", "é", True, id="composition"),
        pytest.param("C#", "C++", False, id="signs matter"),
    ],
)
def test_texts_are_compared_as_a_reader_does(one: str, other: str, alike: bool) -> None:
    assert (folded(one) == folded(other)) is alike
