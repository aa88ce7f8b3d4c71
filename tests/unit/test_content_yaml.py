"""YAML's traps are caught where the line makes the meaning plain, and refused where it does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.content.flat import read_flat
from pipeline.content.notes import Notes
from pipeline.content.tree import FrontMatterError, value_of
from pipeline.content.yaml_tree import EventSource, fastest_parser, python_parser, read_yaml

Parser = Callable[[str], EventSource]


@pytest.fixture(params=[fastest_parser, python_parser], ids=["libyaml", "python"])
def parser(request: pytest.FixtureRequest) -> Parser:
    chosen: Parser = request.param
    return chosen


def read(head: str, parser: Parser = fastest_parser) -> tuple[object, list[str]]:
    """What front matter below line 1 says, and what is told of it."""
    notes = Notes("f.md")
    try:
        value: object = value_of(read_yaml(head, 2, notes, parser))
    except FrontMatterError as error:
        notes.error(error.code, error.line, str(error))
        value = None
    return value, [str(problem) for problem in notes.found]


PUT = "YAML does not read this value as it is written; put it in quotes: "


@pytest.mark.parametrize(
    ("line", "value", "shown"),
    [
        ("title: Day 2: the stack", "Day 2: the stack", "title: 'Day 2: the stack'"),
        ("title: Don't: panic", "Don't: panic", 'title: "Don\'t: panic"'),
        ("title: What now:", "What now:", "title: 'What now:'"),
        ("title: @ada writes", "@ada writes", "title: '@ada writes'"),
        ("title: `code` first", "`code` first", "title: '`code` first'"),
        ("title: %d of it", "%d of it", "title: '%d of it'"),
        ("title: *Bold* move", "*Bold* move", "title: '*Bold* move'"),
        ("title: *bold", "*bold", "title: '*bold'"),
        ("title: &now then", "&now then", "title: '&now then'"),
        ("title: & then", "& then", "title: '& then'"),
        ("title: !important news", "!important news", "title: '!important news'"),
        ("title: ! news", "! news", "title: '! news'"),
        ("title: [x] done", "[x] done", "title: '[x] done'"),
        ("title: [a](https://b.example) c", "[a](https://b.example) c", "title: '[a](https://b.example) c'"),
        ("title: {{ title }}", "{{ title }}", "title: '{{ title }}'"),
        ("title: {% raw %} x", "{% raw %} x", "title: '{% raw %} x'"),
        ("title: - a dash", "- a dash", "title: '- a dash'"),
        ("title: ? a question", "? a question", "title: '? a question'"),
        ("title: | a bar", "| a bar", "title: '| a bar'"),
        ("title: > quoted", "> quoted", "title: '> quoted'"),
        ('title: "Foo" and bar', '"Foo" and bar', "title: '\"Foo\" and bar'"),
        ("title: 'It's fine'", "It's fine", 'title: "It\'s fine"'),
        ('title: "Say "hi" now"', 'Say "hi" now', "title: 'Say \"hi\" now'"),
        ("title: a\tb", "a b", "title: 'a b'"),
        ("title: Day 2: it # a note", "Day 2: it", "title: 'Day 2: it'"),
        ("title: Day 2: it #yes", "Day 2: it #yes", "title: 'Day 2: it #yes'"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.startswith("title: ") else "",
)
def test_a_line_with_a_plain_meaning_is_read_and_the_quoted_form_shown(
    line: str, value: str, shown: str, parser: Parser
) -> None:
    got, told = read(f"day: 2\n{line}\nslug: x", parser)
    assert (got, told) == ({"day": 2, "title": value, "slug": "x"}, [f"f.md:3: {PUT}{shown}"])


@pytest.mark.parametrize(
    "shown",
    ["title: 'Day 2: the stack'", 'title: "It\'s: x"', "title: 'Say \"hi\": it''s'", "tags: ['#a', '#b']"],
)
def test_the_form_to_write_reads_as_it_should(shown: str, parser: Parser) -> None:
    _, told = read(shown, parser)
    assert told == []


def test_a_list_of_bare_hashtags_is_a_list(parser: Parser) -> None:
    assert read("tags: [#a, #b]\nday: 1", parser) == (
        {"tags": ["#a", "#b"], "day": 1},
        [f"f.md:2: {PUT}tags: ['#a', '#b']"],
    )


def test_an_item_of_a_list_is_mended_too(parser: Parser) -> None:
    assert read("tags:\n  - @ada\n  - b", parser) == ({"tags": ["@ada", "b"]}, [f"f.md:3: {PUT}- '@ada'"])


def test_every_line_of_a_file_is_mended(parser: Parser) -> None:
    value, told = read("title: a: b\nsummary: @c\nlinkedin:\n  hook: d: e", parser)
    assert (value, len(told)) == ({"title": "a: b", "summary": "@c", "linkedin": {"hook": "d: e"}}, 3)


def test_at_most_twenty_lines_are_mended(parser: Parser) -> None:
    value, told = read("\n".join(f"k{n}: a: b" for n in range(22)), parser)
    assert (value, len(told)) == (None, 21)


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        pytest.param(
            "title: Day 2: the stack\n  and more",
            "2: YAML cannot read this value, which goes on over more than one line; put the whole "
            "value in quotes, or write "
            "it indented below 'key: >-'",
            id="a value that goes on",
        ),
        pytest.param(
            "title: Day 2\n  more: the stack",
            "3: YAML cannot read this value, which goes on over more than one line; put the whole "
            "value in quotes, or write "
            "it indented below 'key: >-'",
            id="a value that goes on with a colon",
        ),
        pytest.param(
            'title: "Foo\nslug: "bar"',
            "2: 'title: \"Foo' opens a quote that its line does not close; close it, or put the whole value in quotes",
            id="an open quote",
        ),
        pytest.param(
            'title: "a" and "b"',
            "2: goes on behind the closing quote; put the whole value in one pair of quotes",
            id="two pairs of quotes",
        ),
        pytest.param(
            'image: "C:\\images"',
            "2: holds a backslash in double quotes that escapes nothing; use single quotes",
            id="a backslash",
        ),
        pytest.param(
            "tags: [a, b\nday: 1",
            "2: opens a bracket that is not closed; close it, or put the value in quotes",
            id="an open bracket",
        ),
        pytest.param(
            "day: 1\njust words\nslug: x",
            "3: 'just words' is neither 'key: value' nor indented below a key",
            id="words",
        ),
        pytest.param("linkedin:\n\thook: x", "3: is indented with a tab; YAML wants spaces", id="a tab"),
        pytest.param("words", "2: front matter is a text, expected lines of 'key: value'", id="no key"),
        pytest.param("- a\n- b", "2: front matter is a list, expected lines of 'key: value'", id="a list"),
        pytest.param("a: 1\n--- \nb: 2", "3: front matter holds a second document", id="a second document"),
        pytest.param(
            "%YAML 1.1", "2: starts with '%', a directive of YAML; indent or delete the line", id="a directive"
        ),
        pytest.param(
            "a: &x [1]\nb: *x",
            "2: anchors and aliases ('&', '*') are refused in front matter: write the value out, or put it in quotes",
            id="an anchor",
        ),
        pytest.param(
            "a: &x b\nc: *x",
            "2: anchors and aliases ('&', '*') are refused in front matter: write the value out, or put it in quotes",
            id="an anchored word",
        ),
        pytest.param(
            "a: !!python/object:os.system ls",
            "2: tags ('!') are refused in front matter: write the value out, or put it in quotes",
            id="a python tag",
        ),
        pytest.param(
            "a: !!binary aGk=",
            "2: tags ('!') are refused in front matter: write the value out, or put it in quotes",
            id="a tag",
        ),
        pytest.param(
            "a: !set {b}",
            "2: tags ('!') are refused in front matter: write the value out, or put it in quotes",
            id="a tagged table",
        ),
        pytest.param(
            "<<: {a: 1}",
            "2: merge keys ('<<') are refused in front matter: write the value out, or put it in quotes",
            id="a merge key",
        ),
        pytest.param(
            "a: " + "[" * 30 + "]" * 30, "2: front matter nests deeper than 20 levels; flatten it", id="too deep"
        ),
        pytest.param(
            "a:\n" + "- x\n" * 1000,
            "1000: front matter holds more than 1000 keys and values; move data into a file of its own",
            id="too many",
        ),
    ],
)
def test_what_cannot_be_read_is_one_sentence_on_its_line(head: str, sentence: str, parser: Parser) -> None:
    assert read(head.rstrip("\n"), parser) == (None, [f"f.md:{sentence}"])


def test_a_double_key_names_both_lines_and_the_first_counts(parser: Parser) -> None:
    assert read("title: a\nday: 1\ntitle: b\nlinkedin:\n  hook: c\n  hook: d", parser) == (
        {"title": "a", "day": 1, "linkedin": {"hook": "c"}},
        [
            "f.md:4: 'title' is there twice, first on line 2; keep one of them",
            "f.md:7: 'hook' is there twice, first on line 6; keep one of them",
        ],
    )


@pytest.mark.parametrize("escape", ["\\x07", "\\0", "\\ud800", "\\ufffe"])
def test_an_escape_brings_no_character_that_a_feed_cannot_carry(escape: str, parser: Parser) -> None:
    value, _ = read(f'title: "a{escape}b"', parser)
    assert value in ({"title": "ab"}, None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12:30", "12:30"),
        ("no", "no"),
        ("yes", "yes"),
        ("1.10", 1.1),
        ("007", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("-.inf", float("-inf")),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("", None),
        ("2026-10-19", "2026-10-19"),
        ("1_000", "1_000"),
        ("9" * 400, "9" * 400),
    ],
)
def test_what_nobody_knows_is_typed_by_the_core_rules_of_yaml_1_2(text: str, value: object, parser: Parser) -> None:
    assert read(f"x: {text}", parser) == ({"x": value}, [])


FLAT = """\
title: "Day 2/30: the stack"
subtitle: 'a # b'
date: 2026-10-19T09:00:00Z

# a comment
slug: day-2
empty:
tags: [one, "two, three", 'vier', a-b c]
none: []
more:
  - uno
  - "dos: tres"
url: https://example.org/a#b
last: (no)"""


def test_the_plainest_front_matter_needs_no_parser() -> None:
    assert read_flat(FLAT.replace("(no)", "yes"), 2) == read_yaml(FLAT.replace("(no)", "yes"), 2, Notes("f.md"))


@pytest.mark.parametrize(
    "line",
    [
        "a: b #c",
        "a: b: c",
        "a: b:",
        "a: @b",
        "a: *b",
        "a: {b: c}",
        'a: "b\\n"',
        "a: 'b''c'",
        'a: "b" c',
        "a: b\n  c",
        "a: b\na: c",
        "a:\n  b: c",
        "a:\n- b: c",
        "a:\n  - b\n - c",
        "a: [b, [c]]",
        "a: [b,]",
        "a: |\n  b",
        "a: b\tc",
        "%a: b",
        "a: b\n- c",
        "- a",
        "a",
        "a: [b\n]",
        "? a",
        "a: #b",
    ],
)
def test_anything_less_plain_is_left_to_the_parser(line: str) -> None:
    assert read_flat(line, 2) is None
