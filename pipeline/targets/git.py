"""A branch that holds the site, as GitHub, GitLab and Codeberg Pages serve it."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import NotSentError
from pipeline.targets import Brought
from pipeline.targets.listing import LISTING, digests_of, failure, files_of, gone, read, written

_REF = "refs/daycast/site"
#: Tells GitHub Pages to serve the files as they are.
_PLAIN = ".nojekyll"
_NOBODY = {
    "GIT_AUTHOR_NAME": "daycast",
    "GIT_AUTHOR_EMAIL": "daycast@localhost",
    "GIT_COMMITTER_NAME": "daycast",
    "GIT_COMMITTER_EMAIL": "daycast@localhost",
}


def to_branch(remote: str, branch: str, *, root: Path, site: Path, timeout: float) -> Brought:
    """Make a branch of a remote hold a site, in one commit on top of what is there; the working tree stays as it is."""
    if remote.startswith("-") or branch.startswith("-"):
        raise NotSentError(f"'{remote}#{branch}' is no branch")

    def git(*words: str, env: Mapping[str, str] = {}, data: bytes | None = None, may_fail: bool = False) -> str | None:
        return _git(words, root=root, env=env, data=data, timeout=timeout, may_fail=may_fail)

    there = git("ls-remote", "--exit-code", remote, f"refs/heads/{branch}", may_fail=True)
    parent = None
    if there:
        git("fetch", "--quiet", "--no-tags", "--depth=1", remote, f"+refs/heads/{branch}:{_REF}")
        parent = str(git("rev-parse", _REF)).strip()
    files = files_of(site)
    digests = digests_of(files)
    shown = git("show", f"{parent}:{LISTING}", may_fail=True) if parent else None
    before = read(shown.encode() if shown else None)
    with tempfile.TemporaryDirectory() as scratch:
        index = {"GIT_INDEX_FILE": str(Path(scratch) / "index")}
        if parent:
            git("read-tree", parent, env=index)
        listing, empty = Path(scratch) / "listing", Path(scratch) / "empty"
        listing.write_bytes(written(digests))
        empty.write_bytes(b"")
        held = {**files, LISTING: listing, _PLAIN: empty}
        # One process for all of them: a site has thousands of files.
        paths = "".join(f"{path.absolute()}\n" for path in held.values()).encode()
        blobs = str(git("hash-object", "-w", "--no-filters", "--stdin-paths", data=paths)).split()
        lines = [f"100644 {blob}\t{name}" for name, blob in zip(held, blobs, strict=True)]
        left = gone(before, files)
        lines += [f"0 {'0' * 40}\t{name}" for name in left]
        git("update-index", "-z", "--index-info", env=index, data="".join(f"{line}\0" for line in lines).encode())
        tree = str(git("write-tree", env=index)).strip()
    if parent and tree == str(git("rev-parse", f"{parent}^{{tree}}")).strip():
        return Brought(written=0, removed=0)
    changed = sum(before.get(name) != digest for name, digest in digests.items())
    known = git("config", "user.email", may_fail=True)
    words = ["commit-tree", tree, "-m", "Site", *(["-p", parent] if parent else [])]
    commit = str(git(*words, env={} if known else _NOBODY)).strip()
    git("push", "--quiet", remote, f"{commit}:refs/heads/{branch}")
    return Brought(written=changed, removed=len(left))


def _git(
    words: tuple[str, ...], *, root: Path, env: Mapping[str, str], data: bytes | None, timeout: float, may_fail: bool
) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *words],  # noqa: S607 - git is where PATH has it
            env={**os.environ, "GIT_TERMINAL_PROMPT": "0", **env},
            input=data if data is not None else b"",
            capture_output=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise NotSentError(f"git {words[0]} was ended after {timeout:g} s") from error
    except OSError as error:
        raise NotSentError(f"git cannot be run: {error.strerror}") from error
    if done.returncode == 0:
        return done.stdout.decode("utf-8", "replace")
    if may_fail:
        return None
    raise NotSentError(failure(f"git {words[0]}", done.stderr))
