"""Read the fields of a body, refusing what LinkedIn refuses."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TypeAlias
from urllib.parse import unquote

from pipeline.patterns import pattern
from pipeline.testing.linkedin.records import Request
from pipeline.testing.linkedin.refusals import refused, unknown_field, wrong_field

Object: TypeAlias = dict[str, object]

_URN = pattern(r"urn:li:([A-Za-z]+):([A-Za-z0-9_-]+)")
#: What stands in a path only percent-encoded (seen in yohimik/crier: "Syntax exception in path variables").
_RAW = frozenset(":(),")


def units(text: str) -> int:
    """A text's length in UTF-16 code units."""
    return sum(2 if ord(char) > 0xFFFF else 1 for char in text)


def json_object(request: Request) -> Object:
    """The body of a request, which has to be a JSON object and to say so."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise refused(415, None, "Unsupported Media Type: Content-Type must be application/json")
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError):
        raise refused(400, None, "Cannot parse request entity: it is no JSON") from None
    if not isinstance(found, dict):
        raise refused(400, None, "Cannot parse request entity: it is no JSON object")
    return found


def only(found: Object, path: str, allowed: Collection[str]) -> None:
    """Refuse a field that is not allowed here."""
    for name in found:
        if name not in allowed:
            raise unknown_field(f"{path}/{name}")


def text(found: Object, path: str, name: str, *, empty: bool = False) -> str:
    """A text that has to be there, and to be more than nothing unless ``empty`` is allowed."""
    value = found.get(name)
    if value is None:
        raise wrong_field("MISSING_FIELD", f"{path}/{name}", "field is required but not found")
    if not isinstance(value, str):
        raise wrong_field("INVALID_VALUE_FOR_FIELD", f"{path}/{name}", "is no string")
    if not value and not empty:
        raise wrong_field("MISSING_FIELD", f"{path}/{name}", "field is required but empty")
    return value


def short_text(found: Object, path: str, name: str, limit: int) -> str | None:
    """A text that may be missing, of at most so many units."""
    if name not in found:
        return None
    value = text(found, path, name, empty=True)
    if units(value) > limit:
        raise wrong_field("FIELD_LENGTH_TOO_LONG", f"{path}/{name}", f"{units(value)} is longer than {limit}")
    return value


def one_of(found: Object, path: str, name: str, allowed: Collection[str]) -> str:
    """A text out of a few."""
    value = text(found, path, name)
    if value not in allowed:
        raise wrong_field("INVALID_VALUE_FOR_FIELD", f"{path}/{name}", f"{value} is none of {', '.join(allowed)}")
    return value


def inner(found: Object, path: str, name: str) -> Object:
    """An object that has to be there."""
    value = found.get(name)
    if value is None:
        raise wrong_field("MISSING_FIELD", f"{path}/{name}", "field is required but not found")
    if not isinstance(value, dict):
        raise wrong_field("INVALID_VALUE_FOR_FIELD", f"{path}/{name}", "is no record")
    return value


def items(found: Object, path: str, name: str) -> list[object]:
    """A list that has to be there."""
    value = found.get(name)
    if value is None:
        raise wrong_field("MISSING_FIELD", f"{path}/{name}", "field is required but not found")
    if not isinstance(value, list):
        raise wrong_field("INVALID_VALUE_FOR_FIELD", f"{path}/{name}", "is no array")
    return value


def urn(found: Object, path: str, name: str, kinds: Collection[str]) -> str:
    """A URN of one of the kinds."""
    value = text(found, path, name)
    match = _URN.fullmatch(value)
    if match is None:
        raise wrong_field("INVALID_URN_ID", f"{path}/{name}", f"{value} is no URN")
    if match[1] not in kinds:
        raise wrong_field("INVALID_URN_TYPE", f"{path}/{name}", f"{value} is none of {', '.join(kinds)}")
    return value


def urn_in_path(segment: str) -> str:
    """The URN that a segment of a path holds, percent-encoded."""
    if not _RAW.isdisjoint(segment):
        raise refused(400, None, "Syntax exception in path variables")
    return unquote(segment)
