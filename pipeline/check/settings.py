"""Advice on the project's settings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.config import FILE, PLACEHOLDER_URL, Config
from pipeline.errors import Problem
from pipeline.model import Series


def settings_advice(config: Config, series: Sequence[Series]) -> Iterator[Problem]:
    """What is better set before the first reader comes."""
    source = config.source or FILE
    if config.site.url == PLACEHOLDER_URL:
        yield _advice(
            source,
            "placeholder-url",
            f"[site] url is {PLACEHOLDER_URL}: feeds and pages name it; set the blog's address before publishing",
        )
    if config.feed.authority is None and any("rss" in item.channels for item in series):
        yield _advice(
            source,
            "no-authority",
            "[feed] authority is not set: the ids of feed items follow the address of the site, and a move would show "
            'every item again; store one, such as authority = "example.org,2026"',
        )


def _advice(path: str, code: str, message: str) -> Problem:
    return Problem(path=path, line=None, severity="warning", code=code, message=message)
