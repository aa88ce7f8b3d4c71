"""The plan for other programs: a table, a list, a calendar."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from pipeline.model import Series, day_key
from pipeline.plan import PlannedDay, plan, recap_of
from pipeline.project import Project
from pipeline.records import dataclass
from pipeline.render.edition import Edition, edition, preview
from pipeline.render.ics import Event, calendar

#: What a spreadsheet takes for a formula where a cell begins with it (OWASP, "CSV Injection", 2026-10).
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A day of a series."""

    planned: PlannedDay
    #: Where its page is or will be; None where it has none.
    permalink: str | None
    #: Where it goes.
    channels: tuple[str, ...]
    #: The posts that receipts name, by channel.
    urls: Mapping[str, str]


def rows(project: Project, chosen: Iterable[Series], now: datetime) -> tuple[Row, ...]:
    """Every day of the chosen series, in their order."""
    made = edition(project.series, project.config.site, now)
    zone = project.config.site.zone
    return tuple(
        _row(project, made, day)
        for series in chosen
        for day in (*plan(series, now, zone=zone), recap_of(series, now, zone=zone))
        if day is not None
    )


def as_json(found: Sequence[Row]) -> str:
    """A list of days."""
    return json.dumps([_told(row) for row in found], ensure_ascii=False, indent=2) + "\n"


def as_csv(found: Sequence[Row]) -> str:
    """A table with a header (RFC 4180, UTF-8). A cell that a spreadsheet would calculate begins with an apostrophe."""
    import csv
    import io

    accounts = sorted({name for row in found for name in row.urls})
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    told = [_told(row) for row in found]
    names = [
        "series",
        "day",
        "label",
        "title",
        "state",
        "date",
        "time",
        "zone",
        "utc",
        "channels",
        "permalink",
        "source",
    ]
    writer.writerow([*names, *(f"{name} url" for name in accounts)])
    for row, one in zip(found, told, strict=True):
        local = row.planned.local
        cells = {
            **one,
            "date": f"{local:%Y-%m-%d}" if local else "",
            "time": f"{local:%H:%M}" if local else "",
            "channels": " ".join(row.channels),
        }
        writer.writerow([*(_cell(cells[name]) for name in names), *(_cell(row.urls.get(name)) for name in accounts)])
    return out.getvalue()


def as_ics(found: Sequence[Row], name: str) -> bytes:
    """A calendar of the days that have a date, as they stand in the plan."""
    events = [
        Event(
            uid=f"{row.planned.series.id}/{day_key(row.planned.day)}@daycast",
            at=row.planned.due,
            summary=f"{row.planned.label} {row.planned.entry.title if row.planned.entry else 'not written'}",
            description="\n".join([row.planned.state, *row.urls.values()]),
            url=row.permalink,
        )
        for row in found
        if row.planned.due is not None
    ]
    return calendar(name, sorted(events, key=lambda event: (event.at, event.uid)))


def _row(project: Project, made: Edition, day: PlannedDay) -> Row:
    series, entry = day.series, day.entry
    if entry is None:
        return Row(planned=day, permalink=None, channels=(), urls={})
    posted = made.posted.get(entry.path) or preview(made, series, entry, day.due)
    urls = {}
    for name in series.channels_of(entry):
        standing = project.book.slots.get(f"{series.id}/{entry.key}/{name}")
        if name in project.config.accounts and standing is not None and standing.state == "published":
            receipt = standing.receipt
            if receipt is not None and receipt.url:
                urls[name] = receipt.url
    return Row(
        planned=day,
        permalink=posted.place.absolute if posted.place is not None else None,
        channels=tuple(series.channels_of(entry)),
        urls=urls,
    )


def _told(row: Row) -> dict[str, object]:
    day = row.planned
    return {
        "series": day.series.slug,
        "day": day.day,
        "label": day.label,
        "title": day.entry.title if day.entry else None,
        "state": day.state,
        "local": day.local.isoformat(timespec="seconds") if day.local else None,
        "utc": day.due.isoformat(timespec="seconds").replace("+00:00", "Z") if day.due else None,
        "zone": day.zone,
        "channels": list(row.channels),
        "permalink": row.permalink,
        "source": day.entry.path if day.entry else None,
        "urls": dict(row.urls),
    }


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
