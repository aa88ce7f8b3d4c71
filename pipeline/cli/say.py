"""Put results into words for a terminal: problems, fold, times."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path

from pipeline import host
from pipeline.errors import Problem
from pipeline.linkedin_text import LinkedInText

_BOLD, _DIM, _RED, _GREEN, _YELLOW, _OFF = "\033[1m", "\033[2m", "\033[31m", "\033[32m", "\033[33m", "\033[0m"
#: Of a finding, by its level: never colour alone.
_MARKS = {"ok": ("✓", _GREEN), "warning": ("!", _YELLOW), "error": ("✗", _RED), "left out": ("–", _DIM)}


def bold(text: str) -> str:
    """Bold on a terminal, plain elsewhere."""
    return f"{_BOLD}{text}{_OFF}" if host.colour_wanted(sys.stdout) else text


def dim(text: str) -> str:
    """Faint on a terminal, plain elsewhere."""
    return f"{_DIM}{text}{_OFF}" if host.colour_wanted(sys.stdout) else text


def mark(level: str) -> str:
    """The sign of a level: ``✓`` for ``ok``, ``!``, ``✗``, and ``–`` for ``left out``; coloured on a terminal."""
    sign, colour = _MARKS[level]
    return f"{colour}{sign}{_OFF}" if host.colour_wanted(sys.stdout) else sign


def problems(found: Iterable[Problem], *, warnings: bool = True) -> None:
    """Write problems to stderr, a sentence each, errors before warnings."""
    colour = host.colour_wanted(sys.stderr)
    listed = sorted(found, key=lambda problem: problem.severity)
    for problem in listed:
        if problem.severity == "warning" and not warnings:
            continue
        mark = "error" if problem.severity == "error" else "warning"
        if colour:
            mark = f"{_RED if mark == 'error' else _YELLOW}{mark}{_OFF}"
        print(f"{mark}: {problem}", file=sys.stderr)


def as_json(value: object) -> None:
    """Print a value as JSON to stdout."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def path(place: Path) -> str:
    """A path as short as it is plain: from the current folder where it lies below it."""
    try:
        return str(place.relative_to(Path.cwd()))
    except (ValueError, OSError):
        return str(place)


def progress() -> Callable[[int, int], None] | None:
    """What shows how far a build is, on a terminal; None where nobody looks."""
    if not sys.stderr.isatty():
        return None

    begun = time.monotonic()

    def show(done: int, total: int) -> None:
        if total >= 200 and (done % 50 == 0 or done == total):
            rate = done / max(time.monotonic() - begun, 0.001)
            print(
                f"\r{done:,} of {total:,} entries rendered, {rate:,.0f} a second",
                end="\n" if done == total else "",
                file=sys.stderr,
                flush=True,
            )

    return show


def problem_json(problem: Problem) -> Mapping[str, object]:
    """A problem as a script reads it."""
    return {
        "path": problem.path,
        "line": problem.line,
        "severity": problem.severity,
        "code": problem.code,
        "message": problem.message,
    }


def numbers(text: LinkedInText, limit: int) -> str:
    """``1,234 of 3,000 units as read, 1,402 on the wire``."""
    return f"{text.units:,} of {limit:,} units as read, {text.wire_units:,} on the wire"


def folded(text: LinkedInText) -> str:
    """The text with marks where a phone and a desktop are estimated to fold it."""
    encoded = text.plain.encode("utf-16-le")
    cuts = {text.fold["mobile"][1]: "phone", text.fold["desktop"][1]: "desktop"}
    if text.fold["mobile"][1] == text.fold["desktop"][1]:
        cuts = {text.fold["mobile"][1]: "phone and desktop"}
    made, start = "", 0
    for end, name in sorted(cuts.items()):
        if end >= text.units:
            continue
        made += encoded[start * 2 : end * 2].decode("utf-16-le") + dim(f"⟨…more: {name}⟩")
        start = end
    return made + encoded[start * 2 :].decode("utf-16-le")


def wall(moment: datetime | None, zone: str) -> str:
    """``Tue 20 Oct 2026 09:00 Europe/Berlin``, whatever the machine's language."""
    if moment is None:
        return "no date"
    days = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{days[moment.weekday()]} {moment.day} {months[moment.month - 1]} {moment.year} {moment:%H:%M} {zone}"


def count(number: int, what: str) -> str:
    """``1 page``, ``2 pages``."""
    ending = (
        what[:-1] + "ies"
        if number != 1 and what.endswith("y") and what[-2] not in "aeiou"
        else what + "s" * (number != 1)
    )
    return f"{number:,} {ending}"
