"""Ask git about the project: when a text last changed, what was committed, whether the journals can travel."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from pipeline import host
from pipeline.errors import NotSentError, PipelineError

_SECONDS = 30.0
#: Copies of earlier commits that stay: a run may still read them.
_OLDER = 1
#: How a remote is reached; all else that GIT_ variables say is of the repository that some hook runs in.
_KEPT = (
    "GIT_ASKPASS",
    "GIT_PROXY_COMMAND",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_SSL_CERT",
    "GIT_SSL_KEY",
)


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
    if _git(root, "diff", "--quiet", "--no-ext-diff", "HEAD", "--", path) is None:
        return touched
    said = _git(root, "log", "-1", "--no-show-signature", "--format=%ct", "--", path)
    if said is None or not said.strip().isdigit():
        return touched
    return datetime.fromtimestamp(int(said), UTC)


def is_kept(root: Path) -> bool:
    """Whether the project is in a git repository that has a commit to go back to."""
    return _git(root, "rev-parse", "--verify", "--quiet", "HEAD") is not None


def snapshot(root: Path, into: Path, paths: Sequence[str] = ("series", "templates")) -> str:
    """Lay out what was committed last of some paths as ``into/<commit>``; of older ones, one stays. Gives the commit.

    Raises PipelineError where there is no repository or no commit, or ``into`` cannot be written.
    """
    head = _run(root, "rev-parse", "--verify", "HEAD")
    commit = head.stdout.decode("ascii", "replace").strip()
    if head.returncode != 0 or not commit:
        raise PipelineError(
            f"{root}: [publish] from is HEAD, but there is no git repository with a commit ({_reason(head)}); "
            "commit first"
        )
    try:
        # One at a time, threads too: a copy is whole before anybody reads it, and stays while a slower run does.
        with host.locked(into / ".lock"):
            if not (into / commit).is_dir():
                _lay_out(root, commit, into, paths)
            laid = (path for path in into.iterdir() if path.is_dir() and path.name != commit)
            for other in sorted(laid, key=lambda path: path.stat().st_mtime, reverse=True)[_OLDER:]:
                shutil.rmtree(other, ignore_errors=True)
    except OSError as error:
        raise PipelineError(f"{into}: what was committed cannot be laid out here: {error.strerror}") from error
    return commit


def checked_out(url: str, branch: str, folder: Path, *, timeout: float = 300.0) -> None:
    """Make a folder a clone of a repository, at the newest commit of a branch (its own, where that is empty).

    Files that git does not know stay. Raises NotSentError where the repository cannot be reached; then the folder is
    as it was.
    """
    if not (folder / ".git").is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = folder.with_name(f"{folder.name}.new")
        shutil.rmtree(made, ignore_errors=True)
        which = ["--branch", branch] if branch else []
        done = _run(folder.parent, "clone", "--quiet", *which, "--", url, made.name, timeout=timeout)
        if done.returncode != 0:
            shutil.rmtree(made, ignore_errors=True)
            raise NotSentError(f"cannot be checked out: {_reason(done)}")
        made.replace(folder)
        return
    done = _run(folder, "fetch", "--quiet", "origin", branch or "HEAD", timeout=timeout)
    if done.returncode == 0 and _git(folder, "rev-parse", "FETCH_HEAD") != _git(folder, "rev-parse", "HEAD"):
        done = _run(folder, "reset", "--quiet", "--hard", "FETCH_HEAD", timeout=timeout)
    if done.returncode != 0:
        raise NotSentError(f"cannot be brought up to date: {_reason(done)}")


def can_push(root: Path, *, timeout: float = _SECONDS) -> None:
    """See, within ``timeout`` seconds, whether the current branch could be pushed.

    Raises NotSentError with git's last line where it could not.
    """
    done = _run(root, "push", "--dry-run", "--quiet", timeout=timeout)
    if done.returncode != 0:
        raise NotSentError(f"git cannot push from here: {_reason(done)}")


def merged(root: Path, folder: str) -> frozenset[str]:
    """The files below a folder that a merge has brought into the branch as they are: what a pull request does.

    A merge is a commit of two parents, or one that the host's own hand has made of a pull request (GitHub squashes and
    rebases them as ``noreply@github.com``). What was changed by a commit since, or not committed, is not among them.
    Paths are POSIX, relative to the root; none without git.
    """
    told = _git(
        root, "log", "--first-parent", "-m", "--no-show-signature", "--no-renames", "--name-only", "--relative",
        "--format=%x00%P%x01%ce", "--", folder,
    )  # fmt: skip
    found: dict[str, bool] = {}
    for commit in (told or "").split("\0")[1:]:
        head, _, names = commit.partition("\n")
        parents, _, who = head.partition("\1")
        good = len(parents.split()) > 1 or who.strip() == "noreply@github.com"
        for name in names.split("\n"):
            if name:
                found.setdefault(name, good)
    dirty = _git(root, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all", "--", folder) or ""
    prefix = (_git(root, "rev-parse", "--show-prefix") or "").strip()
    changed = {line[3:].removeprefix(prefix) for line in dirty.split("\0") if line}
    return frozenset(name for name, good in found.items() if good and name not in changed)


def merge_driver(root: Path, path: str) -> str | None:
    """How git joins a file that two places changed: ``union``, another driver, ``unspecified``; None without git."""
    said = _git(root, "check-attr", "merge", "--", path)
    return said.strip().rpartition(": ")[2] if said else None


def _lay_out(root: Path, commit: str, into: Path, paths: Sequence[str]) -> None:
    """Make ``into/<commit>``, whole or not at all."""
    prefix = (_git(root, "rev-parse", "--show-prefix") or "").removesuffix("\n")
    there = [path for path in paths if _git(root, "cat-file", "-e", f"{commit}:{prefix}{path}") is not None]
    into.mkdir(parents=True, exist_ok=True)
    laid = into / f".{commit}-{os.getpid()}"
    shutil.rmtree(laid, ignore_errors=True)
    laid.mkdir()
    try:
        if there:
            _extract(_archive(root, commit, there), laid)
        try:
            laid.rename(into / commit)
        except OSError:
            if not (into / commit).is_dir():  # else another run was faster
                raise
    finally:
        shutil.rmtree(laid, ignore_errors=True)


def _archive(root: Path, commit: str, paths: Sequence[str]) -> bytes:
    done = _run(root, "archive", "--format=tar", commit, "--", *paths)
    if done.returncode != 0:
        raise PipelineError(f"{root}: git cannot give what was committed: {_reason(done)}")
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
    done = _run(root, *words)
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else None


def _reason(done: subprocess.CompletedProcess[bytes]) -> str:
    """Why git failed: the line that says what was refused, else its last one that is no hint, without credentials."""
    lines = [line.strip() for line in done.stderr.decode("utf-8", "replace").splitlines()]
    lines = [line for line in lines if line and not line.startswith("hint:")]
    refused = [line for line in lines if line.startswith("! ")]
    fatal = [line for line in lines if line.startswith(("fatal: ", "error: "))]
    return re.sub(r"//[^/@\s]+@", "//***@", (refused or fatal[:1] or lines or ["no reason given"])[-1])


def _run(root: Path, *words: str, timeout: float = _SECONDS) -> subprocess.CompletedProcess[bytes]:
    """Run git, without a terminal that it or ssh could ask on; what it has started ends with it."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in _KEPT}
    env |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_OPTIONAL_LOCKS": "0", "GIT_LITERAL_PATHSPECS": "1"}
    command = ["git", *words]
    try:
        with subprocess.Popen(
            command,
            cwd=root,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=sys.platform != "win32",
        ) as child:
            try:
                out, err = child.communicate(timeout=timeout)
            except subprocess.TimeoutExpired as error:
                if child.poll() is None:
                    return subprocess.CompletedProcess(command, 124, b"", b"git had to be ended after %g s" % timeout)
                # It is done; an ssh that is kept for the next connection holds the pipe.
                out, err = error.output or b"", error.stderr or b""
            finally:
                host.end_group(child)
            return subprocess.CompletedProcess(command, child.returncode, out, err)
    except OSError as error:
        return subprocess.CompletedProcess(command, 127, b"", f"git cannot be run: {error.strerror}".encode())
