"""Bytes become text, or a sentence that says why not."""

from __future__ import annotations

import pytest

from pipeline.content.notes import Notes
from pipeline.content.text import MAX_FILE, decode


def read(data: bytes) -> tuple[str | None, list[str]]:
    notes = Notes("f.md")
    return decode(data, notes), [f"{problem.code}: {problem}" for problem in notes.found]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        pytest.param(b"\xef\xbb\xbf---\na", "---\na", id="byte order mark"),
        pytest.param(b"a\r\nb\r\n", "a\nb\n", id="CRLF"),
        pytest.param(b"a\rb", "a\nb", id="CR"),
        pytest.param("Sa\u0308ule".encode(), "Säule", id="NFC"),
        pytest.param("a\u00a0b \u2028 \ufe0f".encode(), "a\u00a0b \u2028 \ufe0f", id="unusual spaces stay"),
    ],
)
def test_text_is_the_same_however_it_was_saved(data: bytes, text: str) -> None:
    assert read(data) == (text, [])


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        pytest.param(
            "x".encode("utf-16"), "not-utf-8: f.md: is saved as UTF-16; save it as UTF-8", id="UTF-16 with mark"
        ),
        pytest.param(
            "title".encode("utf-16-be"), "not-utf-8: f.md: is saved as UTF-16; save it as UTF-8", id="UTF-16 without"
        ),
        pytest.param("x".encode("utf-32"), "not-utf-8: f.md: is saved as UTF-32; save it as UTF-8", id="UTF-32"),
        pytest.param(
            b"a\nb\n\xe4rger",
            "not-utf-8: f.md:3: byte 4 of the file is not UTF-8; save the file as UTF-8",
            id="Latin-1",
        ),
        pytest.param(
            b"\xef\xbb\xbfa\r\n\xff",
            "not-utf-8: f.md:2: byte 6 of the file is not UTF-8; save the file as UTF-8",
            id="after a mark",
        ),
        pytest.param(
            b"one\n\ntwo \x00 three",
            "not-utf-8: f.md:3: byte 9 of the file is NUL, which no text holds; delete it",
            id="NUL",
        ),
        pytest.param(b"", "empty: f.md: is empty; write front matter and a text, or delete the file", id="no bytes"),
        pytest.param(
            b"\xef\xbb\xbf \n\t\n",
            "empty: f.md: is empty; write front matter and a text, or delete the file",
            id="blank",
        ),
        pytest.param(
            b"x" * (MAX_FILE + 1),
            "too-big: f.md: is larger than 1 MiB; split the text, or move what it embeds into files of their own",
            id="too big",
        ),
    ],
)
def test_what_is_no_text_is_named(data: bytes, sentence: str) -> None:
    assert read(data) == (None, [sentence])


@pytest.mark.parametrize(
    "char",
    ["\x01", "\x0b", "\x0c", "\x1b", "\x7f", "\x80", "\x85", "\x9f", "\ufdd0", "\ufdef", "\ufffe", "\uffff"],
    ids=ascii,
)
def test_characters_no_feed_may_carry_are_left_out(char: str) -> None:
    message = f"a control character is left out (the first is U+{ord(char):04X}); delete it in the file"
    assert read(f"one\ntwo{char}\n".encode()) == ("one\ntwo\n", [f"control-characters: f.md:2: {message}"])


def test_control_characters_are_counted() -> None:
    _, sentences = read(b"a\x01\x02\n\x03")
    assert sentences == [
        "control-characters: f.md:1: 3 control characters are left out (the first is U+0001); delete it in the file"
    ]
