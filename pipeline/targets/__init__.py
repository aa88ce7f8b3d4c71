"""Bring the built site to where it is served: a folder, a git branch, a machine with rsync, a bucket.

Each does what has changed and nothing else, leaves files of others alone, and puts pages there after what they show, so
that a visitor in the middle of it sees a whole site. Doing it again changes nothing.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import NotSentError
from pipeline.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """What was done, in files."""

    written: int
    removed: int


def bring(target: str, *, root: Path, site: Path, timeout: float, endpoint: str | None = None) -> Brought:
    """Make a target hold the site. ``endpoint`` is of S3-compatible stores that are not Amazon's.

    Raises NotSentError where it does not hold all of it; what is there is whole as far as it goes.
    """
    kind, _, rest = target.partition(":")
    if not site.is_dir():
        raise NotSentError(f"there is no {site.name} to bring online: run 'daycast build' first")
    match kind:
        case "folder":
            from pipeline.targets.folder import to_folder

            return to_folder(root / Path(rest).expanduser(), site, root=root)
        case "git":
            from pipeline.targets.git import to_branch

            remote, _, branch = rest.partition("#")
            return to_branch(remote or "origin", branch, root=root, site=site, timeout=timeout)
        case "rsync":
            from pipeline.targets.rsync import to_machine

            return to_machine(rest, root=root, site=site, timeout=timeout)
        case "s3":
            from pipeline.targets.bucket import to_bucket

            bucket, _, folder = rest.strip("/").partition("/")
            return to_bucket(bucket, folder, site=site, timeout=timeout, endpoint=endpoint)
        case _:
            raise NotSentError(f"'{target}' is no target")
