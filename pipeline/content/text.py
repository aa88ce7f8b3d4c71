"""Turn the bytes of a file into text: UTF-8, ``\\n``, NFC, and no character that a feed cannot carry."""

from __future__ import annotations

import unicodedata

from pipeline.content.notes import Notes
from pipeline.patterns import pattern

#: Bytes of one file.
MAX_FILE = 1024 * 1024

_WIDE = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)
#: What XML 1.0 (section 2.2) forbids or discourages, without tab, line feed and carriage return.
_FORBIDDEN = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_FORBIDDEN_BYTES = bytes(n for n in range(128) if _FORBIDDEN.match(chr(n)))


def decode(data: bytes, notes: Notes) -> str | None:
    """The text of a file, or None where it is none (the reason is noted as an error)."""
    if len(data) > MAX_FILE:
        notes.error(
            "too-big", None, "is larger than 1 MiB; split the text, or move what it embeds into files of their own"
        )
        return None
    for mark, name in _WIDE:
        if data.startswith(mark):
            notes.error("not-utf-8", None, f"is saved as {name}; save it as UTF-8")
            return None
    if (at := data.find(0)) >= 0:
        _note_nul(data, at, notes)
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = _line_at(data, error.start)
        notes.error("not-utf-8", line, f"byte {error.start} of the file is not UTF-8; save the file as UTF-8")
        return None
    text = text.removeprefix("\ufeff")
    if not text or text.isspace():
        notes.error("empty", None, "is empty; write front matter and a text, or delete the file")
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    ascii_only = data.isascii()
    # Those above U+007F start with one of these in UTF-8, as do some others.
    suspect = b"\xc2" in data or (b"\xef" in data and (b"\xef\xb7" in data or b"\xef\xbf" in data))
    if suspect or len(data.translate(None, _FORBIDDEN_BYTES)) != len(data):
        text = _without_controls(text, notes)
    return text if ascii_only else unicodedata.normalize("NFC", text)


def cleaned(text: str) -> str:
    """The text without characters that a feed cannot carry, which an escape such as ``"\\x07"`` may name."""
    return _FORBIDDEN.sub("", text)


def _without_controls(text: str, notes: Notes) -> str:
    first = _FORBIDDEN.search(text)
    if first is None:
        return text
    kept, count = _FORBIDDEN.subn("", text)
    what = "a control character is" if count == 1 else f"{count} control characters are"
    line = text.count("\n", 0, first.start()) + 1
    notes.warn(
        "control-characters", line, f"{what} left out (the first is U+{ord(first[0]):04X}); delete it in the file"
    )
    return kept


def _note_nul(data: bytes, at: int, notes: Notes) -> None:
    start = data[:2000]
    zeros = max(start[0::2].count(0), start[1::2].count(0))
    if zeros * 4 > len(start):
        notes.error("not-utf-8", None, "is saved as UTF-16; save it as UTF-8")
    else:
        notes.error("not-utf-8", _line_at(data, at), f"byte {at} of the file is NUL, which no text holds; delete it")


def _line_at(data: bytes, offset: int) -> int:
    head = data[:offset].replace(b"\r\n", b"\n")
    return head.count(b"\n") + head.count(b"\r") + 1
