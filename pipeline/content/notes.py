"""Collect what is wrong with one file, so that one bad line never hides the next."""

from __future__ import annotations

from pipeline.errors import Problem

#: Every code a problem of a file may carry, with what it means; ``--json`` and tests rely on these names.
CODES = {
    "bad-channel": "a channel's name or table cannot be used",
    "bad-date": "a date is not in a form daycast reads",
    "bad-day": "a day is no number within the series",
    "bad-file-name": "a file's name cannot be shown or stored",
    "bad-front-matter": "the front matter is not valid YAML, TOML or JSON",
    "bad-id": "an id holds characters that an identity must not have",
    "bad-language": "a language is no BCP 47 tag",
    "bad-slug": "a slug cannot be part of an address",
    "bad-value": "a value has the wrong type or form",
    "bad-zone": "a zone is no IANA name",
    "control-characters": "characters that no feed may carry were left out",
    "day-differs": "the title names another day than the entry",
    "day-taken": "two entries of a series claim one day",
    "duplicate-key": "a key is written twice",
    "empty": "a file holds nothing",
    "guid-taken": "two entries of a series claim one guid",
    "id-taken": "two entries, or two series, claim one id",
    "ignored-value": "a value of another tool that daycast cannot use was left out",
    "maybe-typo": "an unknown key looks like a known one",
    "no-day": "an entry names no day although others of its series do",
    "no-identity": "an entry names no day and stores no id",
    "no-index": "a series has no _index.md",
    "no-length": "a label shows a length that nothing tells",
    "no-start": "nothing tells when a series starts",
    "no-title": "nothing tells a title",
    "not-read": "a file or folder stands where nothing is read",
    "not-utf-8": "a file is not UTF-8 text",
    "refused-yaml": "YAML that daycast refuses: anchors, aliases, tags, merge keys",
    "series-taken": "two folders make one series slug",
    "slug-taken": "two entries of a series claim one slug",
    "symlink-out": "a symbolic link leads out of the project",
    "too-big": "a file, its front matter or its structure is over the limit",
    "two-names": "a key is there under two names with two values",
    "unclosed": "front matter starts and never ends",
    "unknown-category": "a numeric category has no name",
    "unreadable": "a file or folder cannot be read",
    "yaml-trap": "YAML reads a value otherwise than it is written",
}


class Notes:
    """The problems of one file, in the order they were found."""

    __slots__ = ("broken", "found", "path")

    def __init__(self, path: str) -> None:
        self.path = path
        self.found: list[Problem] = []
        #: True once an error was noted.
        self.broken = False

    def error(self, code: str, line: int | None, message: str) -> None:
        """Note something that a person must change."""
        self.broken = True
        self.found.append(Problem(path=self.path, line=line, message=message, severity="error", code=code))

    def warn(self, code: str, line: int | None, message: str) -> None:
        """Note something that works, but not as well as it could."""
        self.found.append(Problem(path=self.path, line=line, message=message, severity="warning", code=code))


def clipped(text: str, limit: int = 60) -> str:
    """The text on one line, shortened to ``limit`` characters, for a sentence that quotes it."""
    flat = " ".join(text[: limit * 4].split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "…"
