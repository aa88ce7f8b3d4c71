"""Whether somebody has approved an entry as it is: what ``daycast approve`` writes into its front matter."""

from __future__ import annotations

from pipeline.content.front import split
from pipeline.content.tree import FrontMatterError
from pipeline.digests import sha256
from pipeline.model import Entry
from pipeline.patterns import pattern

#: Hexadecimal digits of each of the two digests.
_DIGITS = 16
_LINE = pattern(rb"[ \t]*\"?approved\"?[ \t]*[:=].*", 0)
_MARK = pattern(r"(?P<entry>[0-9a-f]{16})/(?P<posts>[0-9a-f]{16})")


def entry_digest(source: bytes) -> str:
    """A digest of an entry's file without its approval."""
    try:
        parts = split(source.decode("utf-8-sig").replace("\r\n", "\n"))
    except (FrontMatterError, UnicodeDecodeError):
        return sha256(source)[:_DIGITS]
    last = parts.head_line + parts.head.count("\n")
    lines = source.splitlines(keepends=True)
    kept = [
        line
        for number, line in enumerate(lines, 1)
        if not (parts.head_line <= number <= last and _LINE.fullmatch(line.rstrip(b"\r\n")))
    ]
    return sha256(b"".join(kept))[:_DIGITS]


def posts_digest(digests: dict[str, str]) -> str:
    """One digest of what goes to each account, by the channel's name."""
    return sha256(repr(sorted(digests.items())).encode())[:_DIGITS]


def mark_of(entry: str, posts: str) -> str:
    """What is written into the front matter."""
    return f"{entry}/{posts}"


def posts_approved(entry: Entry) -> str | None:
    """The digest of the posts that were approved; None where nothing was."""
    found = _MARK.fullmatch(entry.approved or "")
    return found["posts"] if found else None


def unapproved(entry: Entry, source: bytes) -> str:
    """Why an entry waits for somebody, in words; empty where it is approved as it is."""
    remedy = f"'daycast approve {entry.called}' does"
    found = _MARK.fullmatch(entry.approved or "")
    if found is None:
        return f"waits until somebody approves it: {remedy}"
    if found["entry"] != entry_digest(source):
        return f"has changed since it was approved, and waits until somebody approves it again: {remedy}"
    return ""
