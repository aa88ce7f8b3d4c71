"""How every project of a workspace stands, a line each."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from pipeline import config
from pipeline.cli import live, say
from pipeline.config import Config
from pipeline.errors import ConfigError, LedgerError, PipelineError
from pipeline.ledger.agenda import Agenda
from pipeline.ledger.database import is_shared
from pipeline.publish.due import looked_at
from pipeline.publish.peek import peeked
from pipeline.publish.run import check_ledger
from pipeline.publish.status import status
from pipeline.records import dataclass, replace
from pipeline.workspace import Member, environment_of, folders, open_workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A project at a glance."""

    #: What logs and variables call it; its folder where that cannot be told.
    name: str
    folder: str
    #: Deliveries by state.
    states: Mapping[str, int]
    #: When something is due next; UTC.
    next_at: datetime | None = None
    last_tick: datetime | None = None
    #: Keys of what needs a person.
    needs: tuple[str, ...] = ()
    #: Why nothing can be said of it, or what is broken in it, in sentences.
    troubles: tuple[str, ...] = ()


def show_all(root: Path, settings: Config, now: datetime, *, as_json: bool) -> int:
    """Print the overview; gives the exit code. Raises ConfigError where it is no workspace."""
    found = list(overviews(root, settings, now))
    if as_json:
        say.as_json({"now": live.iso(now), "projects": [_json(one) for one in found]})
    else:
        width = max((len(one.name) for one in found), default=0)
        for one in found:
            print(f"{one.name:{width}}  {'; '.join((_line(one), *one.troubles))}")
    return 1 if any(one.needs or one.troubles for one in found) else 0


def overviews(root: Path, settings: Config, now: datetime) -> Iterator[Overview]:
    """The overview of each project, by its folder; one that cannot be read is told as such."""
    if settings.workspace is None:
        raise ConfigError("--all is for a workspace: a folder whose daycast.toml has a table [workspace]")
    members: dict[Path, Member] = {}
    known: Mapping[str, str] = {}
    if is_shared(settings.ledger.url):
        found = open_workspace(root, settings)
        members = {member.root: member for member in found.members}
        for trouble in found.troubles:
            broken = trouble.partition(f"/{config.FILE}:")[0]
            yield Overview(name=broken, folder=broken, states={}, troubles=(trouble,))
        with suppress(LedgerError), Agenda(settings.ledger.url) as agenda:  # each project says so itself
            known = agenda.depth(now).troubles
    for folder in folders(root, settings) if not is_shared(settings.ledger.url) else sorted(members):
        shown = folder.relative_to(root).as_posix()
        member = members.get(folder)
        name = member.name if member is not None else shown
        try:
            with _seeing(environment_of(member, os.environ) if member is not None else os.environ):
                made = _overview(name, shown, folder, now)
                said = known.get(name, "")
                # What the files say themselves is not said twice.
                more = () if not said or any(said in one or one in said for one in made.troubles) else (said,)
                yield replace(made, troubles=(*made.troubles, *more))
        except PipelineError as error:
            yield Overview(name=name, folder=shown, states={}, troubles=(str(error),))


def _overview(name: str, shown: str, folder: Path, now: datetime) -> Overview:
    settings = config.load(folder)
    with looked_at(folder, settings) as project, peeked(project, now) as ledger:
        troubles = [f"{shown}/{problem}" for problem in project.problems if problem.severity == "error"]
        try:
            check_ledger(ledger, now)
        except PipelineError as error:
            troubles.append(str(error))
        found = status(project, ledger, live.channels_of(project), now, runner=live.runner())
    states: dict[str, int] = {}
    for one in found.deliveries:
        states[one.state] = states.get(one.state, 0) + 1
    ahead = [one.due for one in found.deliveries if one.state == "planned" and one.due > now]
    return Overview(
        name=name,
        folder=shown,
        states=states,
        next_at=min(ahead, default=None),
        last_tick=found.last_tick,
        needs=tuple(one.key for one in found.deliveries if one.needs_a_person),
        troubles=(*troubles, *found.stopped),
    )


def _line(one: Overview) -> str:
    parts = [f"{count:,} {state}" for state, count in sorted(one.states.items())]
    if one.next_at is not None:
        parts.append(f"next {one.next_at:%Y-%m-%d %H:%M} UTC")
    if one.needs:
        more = f" and {len(one.needs) - 3} more" if len(one.needs) > 3 else ""
        parts.append(f"{len(one.needs)} need you: {', '.join(one.needs[:3])}{more}")
    return ", ".join(parts) or "nothing planned"


def _json(one: Overview) -> dict[str, object]:
    return {
        "project": one.name,
        "folder": one.folder,
        "states": dict(sorted(one.states.items())),
        "next_at": live.iso(one.next_at) if one.next_at else None,
        "last_tick": live.iso(one.last_tick) if one.last_tick else None,
        "needs_you": list(one.needs),
        "troubles": list(one.troubles),
    }


@contextmanager
def _seeing(env: Mapping[str, str]) -> Iterator[None]:
    """Let this process see only a project's part of the environment; a command has one thread."""
    before = dict(os.environ)
    if env is os.environ:
        yield
        return
    os.environ.clear()
    os.environ.update(env)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
