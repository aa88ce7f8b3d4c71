"""Show every day of every series: when it goes out, in local time and UTC, and whether it is written.

States: out, to come, draft, unapproved, missing.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli import say
from pipeline.cli.run import add_now, now_of, settings
from pipeline.plan import PlannedDay, plan, recap_of
from pipeline.project import load, series_named

_MARKS = {"out": "✓", "to come": "·", "draft": "✎", "waiting": "◷", "missing": "✗"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``plan``."""
    parser.add_argument("series", nargs="?", metavar="SERIES", help="only this series")
    parser.add_argument("--json", action="store_true", help="print a list of days as JSON")
    add_now(parser)


def run(options: argparse.Namespace, here: Path) -> int:
    """Show the plan."""
    root, config = settings(here)
    project = load(root, config)
    now = now_of(options)
    chosen = series_named(project, options.series) if options.series else project.series
    planned = [plan(series, now, zone=config.site.zone) for series in chosen]
    recaps = [recap_of(series, now, zone=config.site.zone) for series in chosen]
    if options.json:
        every = zip(planned, recaps, strict=True)
        say.as_json([_json(day) for days, recap in every for day in (*days, recap) if day is not None])
    else:
        for days, recap in zip(planned, recaps, strict=True):
            _show(days, recap)
    say.problems(project.problems, warnings=False)
    return 1 if any(problem.severity == "error" for problem in project.problems) else 0


def _json(day: PlannedDay) -> dict[str, object]:
    return {
        "series": day.series.slug,
        "day": day.day,
        "label": day.label,
        "title": day.entry.title if day.entry else None,
        "state": day.state,
        "local": day.local.isoformat(timespec="seconds") if day.local else None,
        "utc": day.due.isoformat(timespec="seconds").replace("+00:00", "Z") if day.due else None,
        "zone": day.zone,
        "source": day.entry.path if day.entry else None,
        "note": day.note,
    }


def _show(days: tuple[PlannedDay, ...], recap: PlannedDay | None) -> None:
    if not days:
        return
    series = days[0].series
    out = sum(day.state == "out" for day in days)
    print(say.bold(series.title) + f"  {out} of {series.length or len(days)} out, {days[0].zone}")
    shown = days if recap is None else (*days, recap)
    width = max(len(day.label) for day in shown)
    for day in shown:
        here = day.local
        when = f"{here:%Y-%m-%d %H:%M}" if here else "no date         "
        utc = f"{day.due:%H:%M} UTC" if day.due else "         "
        title = day.entry.title if day.entry else ""
        notes = "; ".join(filter(None, (day.note, day.entry.held if day.entry else "")))
        note = say.dim(f"  ({notes})") if notes else ""
        print(f"  {_MARKS[day.state]} {day.label:<{width}}  {when}  {utc}  {day.state:<7}  {title}{note}".rstrip())
    print()
