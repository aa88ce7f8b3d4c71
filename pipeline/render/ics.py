"""Write a series as a calendar that other programs subscribe to (iCalendar, RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from pipeline.feed.characters import line
from pipeline.records import dataclass

#: Octets of a line, without its end.
_WIDEST = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happens at a moment."""

    #: Permanent.
    uid: str
    #: UTC.
    at: datetime
    summary: str
    description: str = ""
    url: str | None = None


def calendar(name: str, events: Iterable[Event]) -> bytes:
    """The iCalendar file. The same events give the same bytes: an event is stamped with its own moment."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//daycast//daycast//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:P1D",
        "X-PUBLISHED-TTL:P1D",
    ]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{_text(event.uid)}",
            f"DTSTAMP:{_moment(event.at)}",
            f"DTSTART:{_moment(event.at)}",
        ]
        lines.append(f"SUMMARY:{_text(event.summary)}")
        if event.description:
            lines.append(f"DESCRIPTION:{_text(event.description)}")
        if event.url:
            lines.append(f"URL:{line(event.url)}")
        lines += ["TRANSP:TRANSPARENT", "END:VEVENT"]
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for each in lines for folded in _folded(each)).encode()


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    parts = (line(part) for part in value.split("\n"))
    return "\\n".join(part.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,") for part in parts)


def _folded(text: str) -> Iterable[str]:
    """A line in pieces of at most 75 octets, cut between characters; all but the first begin with a space."""
    start, size = 0, 0
    indent = ""
    for at, character in enumerate(text):
        length = len(character.encode())
        if size + length > _WIDEST:
            yield indent + text[start:at]
            start, size, indent = at, 1, " "
        size += length
    yield indent + text[start:]
