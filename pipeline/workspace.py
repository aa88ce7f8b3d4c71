"""Find the projects of a workspace, each with a ledger of its own in the database that they share."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from pipeline import config, host
from pipeline.config import FILE, Config
from pipeline.config import Workspace as WorkspaceSettings
from pipeline.delivery import digest_of
from pipeline.errors import ConfigError, NotSentError
from pipeline.history import checked_out
from pipeline.last_good import FOLDER
from pipeline.ledger.database import is_shared
from pipeline.ledger.postgres import database_in, schema_in
from pipeline.records import dataclass

#: How an entry of ``projects`` begins that names a repository; where those are checked out.
GIT, CHECKOUTS = "git:", f"{FOLDER}/checkouts"
#: Beginnings of variables that are a project's own business.
_SECRET = ("DAYCAST_", "AWS_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A project of a workspace."""

    #: The schema of its ledger: what logs, metrics and variables call it.
    name: str
    root: Path
    #: The repository that it is checked out from, and the branch (empty: its own); None where it is only a folder.
    remote: str | None = None
    branch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """The projects that are looked after together."""

    #: The database that holds their ledgers and the agenda, as a ``[ledger] url``.
    url: str
    members: tuple[Member, ...]
    #: What is wrong with folders that are no members therefore, in sentences that begin with the folder.
    troubles: tuple[str, ...]
    #: Accounts of one project that are published to at the same time.
    accounts_per_project: int


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
    limit = (settings.workspace or WorkspaceSettings()).accounts_per_project
    if settings.workspace is None:
        alone = (Member(name=schema_in(url), root=root),)
        return Workspace(url=url, members=alone, troubles=(), accounts_per_project=limit)
    members: dict[str, Member] = {}
    troubles = []
    for place in _places(root, settings):
        try:
            member = _member(place, url)
        except (ConfigError, NotSentError) as error:
            troubles.append(f"{place.shown}: {str(error).removeprefix(f'{FILE}: ')}")
            continue
        other = members.setdefault(member.name, member)
        if other is not member:
            there = other.root.relative_to(root).as_posix()
            troubles.append(f"{place.shown}: [ledger] url names the schema '{member.name}', which is that of {there}")
    return Workspace(url=url, members=tuple(members.values()), troubles=tuple(troubles), accounts_per_project=limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a project may be."""

    root: Path
    #: As errors name it.
    shown: str
    remote: str = ""
    branch: str = ""


def _places(root: Path, settings: Config) -> Iterator[_Place]:
    for entry in settings.workspace.projects if settings.workspace is not None else ():
        if entry.startswith(GIT):
            remote, _, branch = entry.removeprefix(GIT).partition("#")
            name = PurePosixPath(remote.rstrip("/")).name.removesuffix(".git")
            folder = root / CHECKOUTS / f"{name}-{digest_of(entry.encode())[:8]}"
            yield _Place(root=folder, shown=f"{CHECKOUTS}/{folder.name}/{FILE}", remote=remote, branch=branch)
            continue
        for path in sorted(root.glob(entry)):
            if path != root and config.find_root(path) == path:
                yield _Place(root=path, shown=f"{path.relative_to(root).as_posix()}/{FILE}")


def _member(place: _Place, url: str) -> Member:
    """The project at a place. Raises ConfigError, or NotSentError where it cannot be checked out."""
    if place.remote and not place.root.is_dir():
        checked_out(place.remote, place.branch, place.root)
    found = config.load(place.root)
    if not is_shared(found.ledger.url) or database_in(found.ledger.url) != database_in(url):
        raise ConfigError(
            "[ledger] url names another place than the workspace's database; move it there with "
            "'daycast ledger copy', then name it, with a schema of its own"
        )
    if place.remote and found.publish.source == "worktree":
        raise ConfigError("a project that is checked out is published from its commits; write [publish] from = 'HEAD'")
    return Member(name=schema_in(found.ledger.url), root=place.root, remote=place.remote or None, branch=place.branch)


def update(member: Member) -> None:
    """Bring a project that is checked out to the newest commit; one that is only a folder is as it is.

    Raises NotSentError where its repository cannot be reached.
    """
    if member.remote is not None:
        with host.locked(member.root.with_name(f"{member.root.name}.lock")):
            checked_out(member.remote, member.branch, member.root)


def folders(root: Path, settings: Config) -> Iterator[Path]:
    """The folders of projects that a workspace's settings name, where each has a ledger of its own in a file."""
    yield from sorted({place.root for place in _places(root, settings) if not place.remote})


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
