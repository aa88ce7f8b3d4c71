"""Ask git about the project: when a text last changed, what was committed, whether the journals can travel."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from pipeline.errors import NotSentError, PipelineError

_SECONDS = 30.0


def changed_at(root: Path, path: str) -> datetime | None:
    """When the text of a file (POSIX path below the root) last changed, UTC; None where it is gone.

    Of a file that is as it was committed: the time of that commit, since a checkout touches every file. Else the
    file's own time.
    """
    try:
        touched = datetime.fromtimestamp((root / path).stat().st_mtime, UTC)
    except OSError:
        return None
    if _git(root, "ls-files", "--error-unmatch", "--", path) is None:
        return touched
    if _git(root, "diff", "--quiet", "HEAD", "--", path) is None:
        return touched
    said = _git(root, "log", "-1", "--format=%ct", "--", path)
    if said is None or not said.strip().isdigit():
        return touched
    return datetime.fromtimestamp(int(said), UTC)


def snapshot(root: Path, into: Path, paths: Sequence[str] = ("series", "templates")) -> str:
    """Lay out what was committed last of some paths as ``into/<commit>``, and take older ones away. Gives the commit.

    Raises PipelineError where there is no repository or no commit.
    """
    commit = (_git(root, "rev-parse", "--verify", "HEAD") or "").strip()
    if not commit:
        raise PipelineError(
            f"{root}: [publish] from is HEAD, but there is no git repository with a commit; commit first"
        )
    target = into / commit
    if not target.is_dir():
        prefix = (_git(root, "rev-parse", "--show-prefix") or "").strip()
        there = [path for path in paths if _git(root, "cat-file", "-e", f"HEAD:{prefix}{path}") is not None]
        into.mkdir(parents=True, exist_ok=True)
        laid = into / f".{commit}-{os.getpid()}"
        shutil.rmtree(laid, ignore_errors=True)
        laid.mkdir()
        if there:
            _extract(_archive(root, there), laid)
        try:
            laid.rename(target)
        except OSError:
            shutil.rmtree(laid, ignore_errors=True)  # another run was faster
    for other in into.iterdir():
        if other.name != commit and not other.name.startswith("."):
            shutil.rmtree(other, ignore_errors=True)
    return commit


def can_push(root: Path) -> None:
    """See whether the current branch could be pushed. Raises NotSentError with git's last line where it could not."""
    done = _run(root, "push", "--dry-run", "--quiet")
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise NotSentError(f"git cannot push from here: {lines[-1] if lines else 'no reason given'}")


def merge_driver(root: Path, path: str) -> str | None:
    """How git joins a file that two places changed: ``union``, another driver, ``unspecified``; None without git."""
    said = _git(root, "check-attr", "merge", "--", path)
    return said.strip().rpartition(": ")[2] if said else None


def _archive(root: Path, paths: Sequence[str]) -> bytes:
    done = _run(root, "archive", "--format=tar", "HEAD", "--", *paths)
    if done.returncode != 0:
        raise PipelineError(f"{root}: git cannot give what was committed: {done.stderr.decode('utf-8', 'replace')}")
    return done.stdout


def _extract(data: bytes, folder: Path) -> None:
    """Lay out regular files and folders of an archive; links and anything outside are left out."""
    import tarfile

    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            name = PurePosixPath(member.name)
            if name.is_absolute() or ".." in name.parts:
                continue
            place = folder.joinpath(*name.parts)
            if member.isdir():
                place.mkdir(parents=True, exist_ok=True)
            elif member.isfile() and (content := archive.extractfile(member)) is not None:
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content.read())
                os.utime(place, (member.mtime, member.mtime))


def _git(root: Path, *words: str) -> str | None:
    """What git says; None where it fails, or is not there."""
    try:
        done = _run(root, *words)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def _run(root: Path, *words: str) -> subprocess.CompletedProcess[bytes]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0"}
    try:
        return subprocess.run(  # noqa: PLW1510 - the caller looks at the exit code
            ["git", *words],  # noqa: S607 - the git that the person uses
            cwd=root,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
        )
    except FileNotFoundError as error:
        return subprocess.CompletedProcess(["git"], 127, b"", str(error).encode())
