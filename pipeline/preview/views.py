"""What the pages of the preview show, from the same functions that publish and report. No network, no writing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from pipeline.channels.contract import Channel, Site
from pipeline.channels.registry import open_channels
from pipeline.check.run import check
from pipeline.config import PLACEHOLDER_URL, Config
from pipeline.delivery import NEEDS_A_PERSON, Artifact
from pipeline.errors import PipelineError, Problem
from pipeline.model import Entry, Series
from pipeline.one_entry import EntryArtifacts, render_entry
from pipeline.plan import plan, recap_of
from pipeline.project import Project, spans
from pipeline.publish.contexts import contexts
from pipeline.publish.peek import peeked
from pipeline.publish.slots import channels_in
from pipeline.publish.status import Delivery, SeriesStatus, facts_of, status
from pipeline.publish.tried import channel_problems
from pipeline.records import dataclass, replace
from pipeline.render.cards import picture_of
from pipeline.render.linkedin import LinkedInPost
from pipeline.wallclock import local


@dataclass(frozen=True, slots=True, kw_only=True)
class DayView:
    """One day of the calendar."""

    day: int
    #: Its number, or ``recap``; and what commands call it.
    name: str
    called: str
    #: Why it is held back beside being a draft; empty where it is not.
    held: str
    label: str
    title: str
    #: ``out``, ``due`` (its time has come, and nothing has published it), ``to come``, ``draft`` or ``not written``.
    state: str
    #: Wall time in the series' zone, in words; empty where there is none.
    when: str
    today: bool
    #: Of the day's page; empty where nothing is written.
    url: str
    deliveries: tuple[Delivery, ...]
    #: All of its slots are past their time and untouched, but for those that will be left out.
    behind: bool
    problems: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarView:
    """A series."""

    slug: str
    title: str
    url: str
    zone: str
    paused: bool
    #: Where the writer is, a few words each.
    facts: tuple[str, ...]
    #: The days that are missing, in words: ``3, 8-30``; empty where none is.
    gaps: str
    written: int
    length: int | None
    #: How many days have a slot that is overdue.
    overdue: int
    days: tuple[DayView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """What one account gets."""

    channel: str
    #: None where it cannot be made.
    post: LinkedInPost | None
    #: The very body that would be sent, before pictures have their remote names; empty where nothing would be.
    wire: str
    #: Why nothing can be made.
    error: str
    #: By device: the text up to the estimated fold, and what is behind it.
    folds: Mapping[str, tuple[str, str]]
    limit: int
    #: As a person reads it, on a channel whose look is not known here; empty on LinkedIn.
    text: str
    #: There: how long it is, in words, and what a person should know of it.
    measured: str
    notes: tuple[str, ...]
    #: Of the card below the text: its title, address, picture's alt text; None where it has none.
    card: Mapping[str, str] | None
    #: Why it has none, where a setting is the reason; else empty.
    no_card: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A project as of one look."""

    project: Project
    now: datetime
    calendars: tuple[CalendarView, ...]
    #: Of every file, by its path.
    problems: Mapping[str, tuple[Problem, ...]]
    #: Of files that belong to no day, and every error.
    others: tuple[Problem, ...]
    #: Why nothing is sent from here.
    stopped: tuple[str, ...]
    #: When a scheduler or ``publish due`` last looked, in words; empty where none has.
    last_look: str
    #: Why the ledger cannot be read; empty where it can.
    trouble: str


def look(project: Project, now: datetime, *, runner: str | None) -> Seen:
    """The calendars at ``now``. A ledger that is damaged is told, and the rest is shown."""
    checked = check(project, now)
    by_path: dict[str, list[Problem]] = {}
    for problem in (*checked.problems, *channel_problems(project, now)):
        by_path.setdefault(problem.path, []).append(problem)
    deliveries: dict[tuple[str, int], list[Delivery]] = {}
    reports: dict[str, SeriesStatus] = {}
    stopped: tuple[str, ...] = ()
    trouble = last_look = ""
    try:
        with peeked(project, now) as ledger:
            told = status(project, ledger, channels_of(project), now, runner=runner)
        stopped = told.stopped
        last_look = f"{told.last_tick:%Y-%m-%d %H:%M} UTC" if told.last_tick else ""
        reports = {one.slug: one for one in told.series}
        for delivery in told.deliveries:
            deliveries.setdefault((delivery.series, delivery.day), []).append(delivery)
    except PipelineError as error:
        trouble = str(error)
    calendars = tuple(
        _calendar(series, project.config, now, reports.get(series.slug), deliveries, by_path)
        for series in project.series
    )
    of_days = {entry.path for series in project.series for entry in series.written}
    return Seen(
        project=project,
        now=now,
        calendars=calendars,
        problems={path: tuple(found) for path, found in by_path.items()},
        others=tuple(
            problem
            for path, found in by_path.items()
            for problem in found
            if path not in of_days or problem.severity == "error"
        ),
        stopped=stopped,
        last_look=last_look,
        trouble=trouble,
    )


def _calendar(
    series: Series,
    config: Config,
    now: datetime,
    report: SeriesStatus | None,
    deliveries: Mapping[tuple[str, int], Sequence[Delivery]],
    problems: Mapping[str, Sequence[Problem]],
) -> CalendarView:
    planned = plan(series, now, zone=config.site.zone)
    zone = series.cadence.zone if series.cadence else config.site.zone
    out = [day for day in planned if day.state == "out" and day.entry is not None and day.due is not None]
    today = max(out, key=lambda day: (day.due or now, day.day)).day if out else None
    recap = recap_of(series, now, zone=config.site.zone)
    days = []
    for day in planned if recap is None else (*planned, recap):
        entry = day.entry
        found = tuple(deliveries.get((series.slug, day.day), ())) if entry is not None else ()
        written = entry is not None
        unpublished = bool(found) and not any(one.state == "published" for one in found)
        days.append(
            DayView(
                day=day.day,
                name=entry.called if entry is not None and entry.recap else str(day.day),
                called=entry.called if entry is not None else f"day {day.day}",
                held=entry.held if entry is not None else "",
                label=day.label,
                title=entry.title if entry is not None else "",
                state="not written" if not written else "due" if day.state == "out" and unpublished else day.state,
                when="" if day.due is None else f"{local(day.due, zone):%a %d %b %H:%M}",
                today=day.day == today,
                url=f"/{series.slug}/day/{day.day}" if written else "",
                deliveries=found,
                behind=any(one.overdue for one in found)
                and all(one.left_out or (one.overdue and one.state == "planned") for one in found),
                problems=len(problems.get(entry.path, ())) if entry is not None else 0,
            )
        )
    return CalendarView(
        slug=series.slug,
        title=series.title,
        url=f"/{series.slug}/",
        zone=zone,
        paused=report.paused if report else False,
        facts=tuple(facts_of(report)) if report else (),
        gaps=spans(report.gaps) if report and report.gaps else "",
        written=len(series.entries),
        length=series.length,
        overdue=sum(any(one.overdue for one in day.deliveries) for day in days),
        days=tuple(days),
    )


def posts_of(seen: Seen, series: Series, entry: Entry) -> tuple[PostView, ...]:
    """What each account gets of an entry: made by the channels themselves, as when it is sent."""
    project = seen.project
    channels = channels_of(project)
    context = contexts(project, seen.now, keep=False)(series, entry.path)
    made = []
    for name in series.channels_of(entry):
        channel = channels[name]
        if isinstance(channel, Site):
            continue
        ours = name in project.config.accounts
        artifacts = render_entry(project, series, entry, seen.now, channels={name}, keep=False) if ours else None
        post = artifacts.linkedin if artifacts is not None else None
        artifact: Artifact | None = None
        error = ""
        try:
            artifact = channel.render(context)
        except PipelineError as problem:
            error = str(problem)
        made.append(
            PostView(
                channel=name,
                post=post,
                wire="" if artifact is None else _indented(artifact.body),
                error=error,
                folds={} if post is None else _folds(post),
                limit=project.config.accounts[name].limit if ours else 0,
                text="" if ours or artifact is None else artifact.text,
                measured="" if artifact is None else artifact.measured,
                notes=() if artifact is None else artifact.notes,
                card=_card(artifact) if ours else None,
                no_card=_no_card(project.config, artifact) if ours else "",
            )
        )
    return tuple(made)


def page_of(seen: Seen, series: Series, entry: Entry, address: str) -> EntryArtifacts:
    """The page and the feed item of an entry, with the blog standing at ``address``."""
    config = replace(seen.project.config, site=replace(seen.project.config.site, url=address))
    project = replace(seen.project, config=config)
    return render_entry(project, series, entry, seen.now, channels={"blog", "rss"}, keep=False)


def card_of(seen: Seen, series: Series, entry: Entry) -> bytes:
    """The picture that is drawn for an entry; empty where the project wants none."""
    context = contexts(seen.project, seen.now, keep=False)(series, entry.path)
    return b"" if context.cards is None else picture_of(context.cards, context.posted, seen.project.config)


def needs_a_person(delivery: Delivery) -> bool:
    """Whether a slot waits for a decision; what is only overdue waits for somebody to publish."""
    return delivery.state in NEEDS_A_PERSON


def file_of(seen: Seen, path: str) -> Path | None:
    """The file of ``series/`` that a page's address (below the blog's root) stands for; None where there is none."""
    root = (seen.project.root / "series").resolve()
    try:
        found = (root / path).resolve()
    except (OSError, ValueError):
        return None
    hidden = any(part.startswith((".", "_")) for part in Path(path).parts)
    told = found.suffix in (".md", ".jsonl")  # sources and journals are no part of a page
    return found if found.is_relative_to(root) and found.is_file() and not hidden and not told else None


def channels_of(project: Project) -> Mapping[str, Channel]:
    """Every channel that a slot of the project goes to. Raises ConfigError."""
    names = channels_in(project.series) | set(project.config.channels)
    return open_channels(project.home, project.config, sorted(names), hold=True)


def _folds(post: LinkedInPost) -> dict[str, tuple[str, str]]:
    encoded = post.text.plain.encode("utf-16-le")
    return {
        name: (encoded[start * 2 : end * 2].decode("utf-16-le"), encoded[end * 2 :].decode("utf-16-le"))
        for name, (start, end) in post.text.fold.items()
    }


def _card(artifact: Artifact | None) -> Mapping[str, str] | None:
    if artifact is None:
        return None
    content = json.loads(artifact.body).get("content", {})
    article = content.get("article")
    if not isinstance(article, dict):
        return None
    picture = artifact.media[0].digest if artifact.media else ""
    return {"title": str(article["title"]), "source": str(article["source"]), "picture": picture}


def _no_card(config: Config, artifact: Artifact | None) -> str:
    if artifact is None or "content" in json.loads(artifact.body) or config.site.url != PLACEHOLDER_URL:
        return ""
    return f"No card below the text: [site] url is {PLACEHOLDER_URL}, so the post has no link that others can follow"


def _indented(body: bytes) -> str:
    return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
