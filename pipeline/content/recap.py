"""Find the recap of a series among its files, and make the entry of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.content.draft import Draft, name_of
from pipeline.content.head import Head
from pipeline.errors import Problem
from pipeline.model import RECAP, Entry, Series

#: What its file is called.
FILE = f"{RECAP}.md"


def recap_in(head: Head, paths: Iterable[str]) -> str | None:
    """The path of the text that opens the recap, ``recap.md``; None where there is none, or no recap is wanted."""
    if not head.recaps:
        return None
    return next((path for path in paths if name_of(path).lower() == RECAP), None)


def recap_of(draft: Draft, series: Series, *, stale: bool) -> Entry:
    """The entry of a recap whose own text is read."""
    return Entry(
        path=draft.path,
        series=series.slug,
        day=recap_day(series),
        names_day=False,
        slug=draft.slug or RECAP,
        body=draft.body,
        body_line=draft.body_line,
        lines=draft.lines,
        stale=stale,
        recap=True,
        **draft.values,
    )


def recap_day(series: Series) -> int:
    """The number behind the last day, by which it stands after all of them."""
    return max([series.length or 0, *(entry.day for entry in series.entries)], default=0) + 1


def about_recap(head: Head, series: Series) -> Iterator[Problem]:
    """What keeps a series from having the recap that it wants."""
    if not head.recaps:
        return
    line = head.lines.get(RECAP)
    if series.length is None:
        yield Problem(
            path=head.path,
            line=line,
            severity="warning",
            code="no-length",
            message="recap is true, but the series has no length, so that it has no last day; write 'length: 30'",
        )
    for entry in series.entries:
        if entry.key == RECAP:
            yield Problem(
                path=entry.path,
                line=entry.lines.get("id"),
                severity="error",
                code="id-taken",
                message=f"id '{RECAP}' is that of the series' recap; give the entry another id, or write 'day: …'",
            )
