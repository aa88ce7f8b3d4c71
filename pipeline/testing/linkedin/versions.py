"""Which versions of the API are alive at a moment.

A version is born and dies in the middle of a month, a year apart (migrations page, copy of spring 2026). Not every
month has one: there is no row for 202512. The ends that the page names are kept as they are; the rest follow the rule.
"""

from __future__ import annotations

from datetime import UTC, datetime

from pipeline.patterns import pattern

HOLES = frozenset(("202512",))
_ENDS = {
    "202510": datetime(2026, 10, 15, tzinfo=UTC),
    "202511": datetime(2026, 11, 16, tzinfo=UTC),
    "202601": datetime(2027, 1, 15, tzinfo=UTC),
    "202602": datetime(2027, 2, 15, tzinfo=UTC),
    "202603": datetime(2027, 3, 16, tzinfo=UTC),
}
_DAY = 15
_FORM = pattern(r"(20\d\d)(0[1-9]|1[0-2])")


def is_alive(version: str, now: datetime) -> bool:
    """Whether LinkedIn takes requests of a version, such as ``202609``, at an aware moment."""
    match = _FORM.fullmatch(version)
    if match is None or version in HOLES:
        return False
    year, month = int(match[1]), int(match[2])
    born = datetime(year, month, _DAY, tzinfo=UTC)
    return born <= now < _ENDS.get(version, datetime(year + 1, month, _DAY, tzinfo=UTC))
