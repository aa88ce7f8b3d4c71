"""Decide who keeps what two files claim: a day, a slug, an id."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeVar

T = TypeVar("T")


class Claimed(NamedTuple):
    """One thing that only one file may have."""

    #: ``day``, ``slug``, ``id``, ``guid``.
    kind: str
    value: object


def settled(
    present: Mapping[str, T],
    earlier: Mapping[str, T],
    *,
    claims: Callable[[T], Iterable[Claimed]],
    fall_back: Callable[[str], T | None],
    collide: Callable[[str, Claimed, list[str]], None],
) -> tuple[dict[str, T], dict[str, T]]:
    """The files that stand: those in their present version, and those in an earlier one, by path.

    ``earlier`` are files that already stand in their last good version: they keep what they claim. Of present
    versions that claim one thing none is to be preferred: each is told through ``collide(path, what, others)`` and
    gives way to what ``fall_back`` gives for it, if anything. A file changes at most twice, so this ends.
    """
    now, before = dict(present), dict(earlier)
    while True:
        holders: dict[Claimed, list[str]] = {}
        for path, one in sorted([*now.items(), *before.items()], key=lambda pair: pair[0]):
            for claim in claims(one):
                holders.setdefault(claim, []).append(path)
        losers: dict[str, None] = {}
        for claim, paths in holders.items():
            if len(paths) < 2:
                continue
            rivals = [path for path in paths if path in now]
            for path in rivals:
                collide(path, claim, [other for other in paths if other != path])
            losers |= dict.fromkeys(rivals)
            if not rivals:
                # Two earlier versions from different times: the first by name stays.
                for path in paths[1:]:
                    before.pop(path, None)
        for path in losers:
            del now[path]
            version = fall_back(path)
            if version is not None:
                before[path] = version
        if all(len(paths) < 2 for paths in holders.values()):
            return now, before
