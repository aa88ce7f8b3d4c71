"""Look whether a target can be had, and put nothing there."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from pipeline.errors import NotSentError
from pipeline.targets.folder import refuse
from pipeline.targets.listing import failure

#: Seconds for one question.
_LONGEST = 30
#: What rsync ends with where a folder is not there yet: it is made when something is put there.
_NOT_THERE = 23


def look(target: str, *, root: Path, endpoint: str | None, online: bool) -> str:
    """What a target is, in words. Raises NotSentError that says what keeps a site from it.

    Without ``online`` only this machine is looked at.
    """
    kind, _, rest = target.partition(":")
    match kind:
        case "folder":
            return _folder(root / Path(rest).expanduser(), root)
        case "git":
            return _branch(rest, root, online=online)
        case "rsync":
            return _machine(rest, online=online)
        case _:
            return _bucket(rest, endpoint, online=online)


def _folder(folder: Path, root: Path) -> str:
    refuse(folder, root)
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not there.is_dir():
        raise NotSentError(f"{there} is no folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise NotSentError(f"{there} cannot be written to")
    return f"{folder} can be written" if there == folder else f"{folder} will be made"


def _branch(rest: str, root: Path, *, online: bool) -> str:
    remote, _, branch = rest.partition("#")
    remote = remote or "origin"
    if not online:
        return f"branch {branch} of {remote} was not asked for"
    done = _run(["git", "-C", str(root), "ls-remote", "--heads", "--", remote, f"refs/heads/{branch}"])
    if done.returncode != 0:
        raise NotSentError(failure("git ls-remote", done.stderr))
    return f"{remote} answers, {'with' if done.stdout.strip() else 'without'} a branch {branch}"


def _machine(destination: str, *, online: bool) -> str:
    if shutil.which("rsync") is None:
        raise NotSentError("rsync is not installed here")
    if not online:
        return f"{destination} was not asked"
    done = _run(["rsync", "--list-only", "--", f"{destination.rstrip('/')}/"])
    if done.returncode not in (0, _NOT_THERE):
        raise NotSentError(failure("rsync", done.stderr))
    return f"{destination} answers" if done.returncode == 0 else f"{destination} answers; the folder will be made"


def _bucket(rest: str, endpoint: str | None, *, online: bool) -> str:
    from pipeline.targets.bucket import opened

    bucket, _, folder = rest.strip("/").partition("/")
    store, errors = opened(bucket, folder, timeout=_LONGEST, endpoint=endpoint)
    if not online:
        return f"bucket {bucket} was not asked"
    try:
        next(iter(store.list(chunk_size=1)), None)
    except errors as error:
        said = " ".join(str(error).split())
        raise NotSentError(failure(f"s3:{rest}", said.encode())) from error
    return f"bucket {bucket} answers"


def _run(words: list[str]) -> subprocess.CompletedProcess[bytes]:
    quiet = {"GIT_TERMINAL_PROMPT": "0", "GIT_SSH_COMMAND": os.environ.get("GIT_SSH_COMMAND", "ssh -o BatchMode=yes")}
    try:
        return subprocess.run(
            words,
            env={**os.environ, **quiet, "RSYNC_RSH": os.environ.get("RSYNC_RSH", "ssh -o BatchMode=yes")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotSentError(f"{words[0]} gave no answer in {_LONGEST} s") from error
    except OSError as error:
        raise NotSentError(f"{words[0]} cannot be run: {error.strerror}") from error
