"""Make the recap of a series: what goes out with its last day, with the way to all of them. Pure.

Its opening is what ``recap.md`` in the series' folder says; without that file it opens by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pipeline.content.recap import FILE, recap_day
from pipeline.model import RECAP, Entry, Series
from pipeline.patterns import pattern
from pipeline.plan import due_days
from pipeline.records import replace
from pipeline.render.language import Words

_MARKUP = pattern(r"([\\`*_\[\]<>#|~!&$:@])")
#: UTF-16 code units of a LinkedIn text that its list of days leaves room for hashtags, link and footer in.
_MOST = 2400


def wants_recap(series: Series) -> bool:
    """Whether a series is to have a recap, and can."""
    return (
        series.recaps
        and series.length is not None
        and bool(series.entries)
        and all(entry.key != RECAP for entry in series.entries)
    )


def with_opening(series: Series, words: Words, *, approval: bool) -> Series:
    """The series with a recap that opens by itself, where none is written.

    ``words`` are those of the series' language; with ``approval`` nothing goes out that nobody has approved.
    """
    if series.recap is not None:
        return series
    title = f"{series.title}: {words.all_of_days.format(length=series.length)}"
    path = f"{series.folder}/{FILE}"
    recap = Entry(
        path=path,
        series=series.slug,
        day=recap_day(series),
        names_day=False,
        slug=RECAP,
        title=title,
        body=words.recap_what.format(count=sum(not entry.draft for entry in series.entries)) + "\n",
        summary=series.description,
        held=f"waits for your approval: write {path}, and 'daycast approve recap'" if approval else "",
        recap=True,
    )
    return replace(series, recap=recap)


def dated(series: Series) -> Series:
    """The series with the instant of its recap: its own, or that of the last day, for which it waits then."""
    recap = series.recap
    if recap is None or recap.date is not None:
        return series
    last = next((entry for entry in series.entries if entry.day == series.length), None)
    moment = due_days(series).get(series.length or 0)
    waits = ""
    if last is None or last.draft:
        said = "is not written" if last is None else "is a draft" if not last.held else "waits itself"
        waits = f"waits for {series.label_of(series.length or 0)}, which {said}"
    return replace(
        series,
        recap=replace(recap, date=moment, draft=recap.draft or bool(waits), held=recap.held or waits),
    )


def with_days(series: Series, accounts: Collection[str]) -> Series:
    """The series with all its days in the recap's text; ``accounts`` are the names of its channels on LinkedIn.

    On the page each day leads to its own; on LinkedIn, where no text of its own is given, they are titles alone.
    """
    recap = series.recap
    if recap is None:
        return series
    days = [entry for entry in series.entries if not entry.draft]
    listed = "\n".join(
        f"- [{escaped(series.label_of(entry.day))}]({_relative(entry.path, recap.path)}) {escaped(entry.title)}"
        for entry in days
    )
    titles = "\n".join(f"{entry.day}\\. {escaped(entry.title)}" for entry in days)
    opening = recap.body.strip("\n")
    fits = len(f"{opening}\n\n{titles}".encode("utf-16-le")) // 2 <= _MOST
    short = f"{opening}\n\n{titles}" if fits else opening
    overrides: dict[str, Mapping[str, object]] = dict(recap.overrides)
    for name in accounts:
        own = recap.overrides.get(name, {})
        if not own.get("text"):
            overrides[name] = {**own, "text": short}
    return replace(series, recap=replace(recap, body=f"{opening}\n\n{listed}\n", overrides=overrides))


def escaped(text: str) -> str:
    """A text as Markdown that shows just it."""
    return _MARKUP.sub(r"\\\1", text)


def _relative(path: str, start: str) -> str:
    """The way from one file to another, as a link in Markdown."""
    from posixpath import dirname, relpath
    from urllib.parse import quote

    return quote(relpath(path, dirname(start) or "."))
