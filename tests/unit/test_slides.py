"""Markdown as slides: where they are cut, and what is on them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.markdown.slides import slides_of


def plain(runs):
    return "".join(run["text"] for run in runs)


def shown(markdown):
    return [(plain(slide.heading), [block["kind"] for block in slide.blocks]) for slide in slides_of(markdown)]


@pytest.mark.parametrize(
    ("markdown", "slides"),
    [
        ("", []),
        ("One.\n\nTwo.", [("", ["text", "text"])]),
        ("# A\n\nOne.\n\n## B\n\nTwo.", [("A", ["text"]), ("B", ["text"])]),
        ("One.\n\n---\n\nTwo.", [("", ["text"]), ("", ["text"])]),
        ("One.\n\n---\n\n## B\n\nTwo.", [("", ["text"]), ("B", ["text"])]),
        ("## A\n\n## B", [("A", []), ("B", [])]),
        ("- a\n- b\n\n1. c", [("", ["list", "list"])]),
        ("```py\nx = 1\n```", [("", ["code"])]),
        ("> q\n>\n> r", [("", ["quote"])]),
        ("![alt](a.png)", [("", ["image"])]),
        ("Text ![alt](a.png) more", [("", ["text", "image", "text"])]),
        ("| a | b |\n| --- | --- |\n| c | d |", [("", ["table"])]),
        ("<b>html</b>\n\n<!-- c -->", [("", ["text"])]),
    ],
)
def test_where_slides_are_cut(markdown, slides):
    assert shown(markdown) == slides


def test_bold_italic_and_code_are_marked_and_links_are_their_text():
    [slide] = slides_of("a **b *c*** `d` [e](https://x.example)")
    assert [(run["text"], run["bold"], run["italic"], run["code"]) for run in slide.blocks[0]["runs"]] == [
        ("a ", False, False, False),
        ("b ", True, False, False),
        ("c", True, True, False),
        (" ", False, False, False),
        ("d", False, False, True),
        (" e", False, False, False),
    ]


def test_lists_keep_their_numbers_their_depth_and_their_boxes():
    [slide] = slides_of("3. a\n   - b\n4. c\n")
    [block] = slide.blocks
    assert (block["start"], len(block["items"])) == (3, 2)
    assert [one["kind"] for one in block["items"][0]] == ["text", "list"]
    [slide] = slides_of("- [x] done\n- [ ] not\n- none\n")
    assert [plain(item[0]["runs"]) for item in slide.blocks[0]["items"]] == ["done", "not", "none"]
    assert slide.blocks[0]["marks"] == ["✓", "○", ""]


def test_what_is_struck_is_marked():
    [slide] = slides_of("a ~~b *c*~~ d")
    assert [(run["text"], run["struck"]) for run in slide.blocks[0]["runs"]] == [
        ("a ", False),
        ("b ", True),
        ("c", True),
        (" d", False),
    ]


def test_a_table_has_its_head_first():
    [slide] = slides_of("| a | b |\n| --- | --- |\n| c | d |")
    assert [[plain(cell) for cell in row] for row in slide.blocks[0]["rows"]] == [["a", "b"], ["c", "d"]]


def test_a_picture_has_its_alt_text():
    [slide] = slides_of("![A **big** box](a.png)")
    assert slide.blocks == ({"kind": "image", "src": "a.png", "alt": "A big box"},)


@given(st.text(alphabet="#*_`-> \n|![]()abc123", max_size=120))
def test_any_markdown_makes_slides(markdown):
    for slide in slides_of(markdown):
        assert slide.heading or slide.blocks
