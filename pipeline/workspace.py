"""Find the projects of a workspace, each with a ledger of its own in the database that they share."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline import config
from pipeline.config import FILE, Config
from pipeline.errors import ConfigError
from pipeline.ledger.database import is_shared
from pipeline.ledger.postgres import database_in, schema_in
from pipeline.records import dataclass

#: Beginnings of variables that are a project's own business.
_SECRET = ("DAYCAST_", "AWS_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A project of a workspace."""

    #: The schema of its ledger: what logs, metrics and variables call it.
    name: str
    root: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """The projects that are looked after together."""

    #: The database that holds their ledgers and the agenda, as a ``[ledger] url``.
    url: str
    members: tuple[Member, ...]
    #: What is wrong with folders that are no members therefore, in sentences that begin with the folder.
    troubles: tuple[str, ...]
    #: Accounts of one project that are published to at the same time.
    each: int


def open_workspace(root: Path, settings: Config) -> Workspace:
    """The workspace at a root; a project by itself is a workspace of one.

    A project that cannot be read, or whose ledger is elsewhere, is a trouble of its own and no other's.
    Raises ConfigError where the workspace names no database.
    """
    url = settings.ledger.url
    if not is_shared(url):
        raise ConfigError(
            f"[ledger] url is '{url}', and workers need a database that they share, "
            "such as postgresql://daycast@db.example/daycast; see docs/scaling.md"
        )
    if settings.workspace is None:
        return Workspace(url=url, members=(Member(name=schema_in(url), root=root),), troubles=(), each=4)
    members: dict[str, Member] = {}
    troubles = []
    for folder in folders(root, settings):
        shown = folder.relative_to(root).as_posix()
        try:
            ledger = config.load(folder).ledger.url
            name = schema_in(ledger)
        except ConfigError as error:
            said = str(error)
            troubles.append(f"{shown}/{said if said.startswith(FILE) else f'{FILE}: {said}'}")
            continue
        if not is_shared(ledger) or database_in(ledger) != database_in(url):
            troubles.append(
                f"{shown}/{FILE}: [ledger] url names another place than the workspace's database; move it there with "
                "'daycast ledger copy', then name it, with a schema of its own"
            )
            continue
        if name in members:
            other = members[name].root.relative_to(root).as_posix()
            troubles.append(f"{shown}/{FILE}: [ledger] url names the schema '{name}', which is that of {other}")
            continue
        members[name] = Member(name=name, root=folder)
    return Workspace(url=url, members=tuple(members.values()), troubles=tuple(troubles), each=settings.workspace.each)


def folders(root: Path, settings: Config) -> Iterator[Path]:
    """The folders that a workspace's settings name and that hold a project, sorted."""
    found = set()
    for pattern in settings.workspace.projects if settings.workspace is not None else ():
        found |= {path for path in root.glob(pattern) if config.find_root(path) == path and path != root}
    yield from sorted(found)


def environment_of(member: Member, env: Mapping[str, str]) -> dict[str, str]:
    """What a project's own work may see of the environment: what is common, and what is its own.

    ``ACME__DAYCAST_LINKEDIN_TOKEN`` is ``DAYCAST_LINKEDIN_TOKEN`` to the project ``acme``, and unknown to others. What
    begins with ``DAYCAST_`` or ``AWS_`` itself is nobody's. Tokens in files are looked for in ``tenants/acme`` below
    the folder of one's own; a keyring is not asked, since it is everybody's.
    """
    mine = f"{member.name.upper()}__"
    seen = {name: value for name, value in env.items() if "__" not in name and not name.startswith(_SECRET)}
    base = env.get("XDG_CONFIG_HOME", "")
    home = Path(base) if os.path.isabs(base) else Path(env.get("HOME") or os.sep) / ".config"  # noqa: PTH117
    seen |= {
        "XDG_CONFIG_HOME": str(home / "daycast" / "tenants" / member.name),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
    }
    if runner := env.get("DAYCAST_RUNNER"):
        seen["DAYCAST_RUNNER"] = runner
    return seen | {name.removeprefix(mine): value for name, value in env.items() if name.startswith(mine)}
