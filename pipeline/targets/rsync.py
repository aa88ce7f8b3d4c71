"""A folder on another machine, by rsync."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path, PurePosixPath

from pipeline.digests import sha256
from pipeline.errors import NotSentError
from pipeline.targets import Brought
from pipeline.targets.listing import digests_of, failure, files_of, gone, read, written

#: Below the project's root: what was put where.
_NOTED = ".daycast/deployed"


def to_machine(destination: str, *, root: Path, site: Path, timeout: float) -> Brought:
    """Make a folder of another machine hold a site; each file is replaced whole, all of them at the end.

    What was put there is noted here, so that only that is ever removed there: after a fresh clone nothing is.
    """
    noted = root / _NOTED / f"{sha256(destination.encode())[:16]}.json"
    files = files_of(site)
    digests = digests_of(files)
    try:
        before = read(noted.read_bytes() if noted.is_file() else None)
        noted.parent.mkdir(parents=True, exist_ok=True)
        noted.write_bytes(written({**before, **digests}))
        left = gone(before, files)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".rules") as rules:
            for name in [*left, *_empty_folders(left, files)]:
                rules.write(f"R /{_literal(name)}\n")
            rules.write("P *\n")
            rules.flush()
            command = [
                "rsync",
                "--recursive",
                "--links",
                "--checksum",
                "--delay-updates",
                "--delete-after",
                "--itemize-changes",
                "--chmod=D755,F644",
                f"--filter=merge {rules.name}",
                "--",
                f"{site}/",
                f"{destination.rstrip('/')}/",
            ]
            done = subprocess.run(command, capture_output=True, timeout=timeout, check=False, stdin=subprocess.DEVNULL)
        if done.returncode == 0:
            noted.write_bytes(written(digests))
    except subprocess.TimeoutExpired as error:
        raise NotSentError(f"rsync was ended after {timeout:g} s") from error
    except OSError as error:
        raise NotSentError(f"rsync cannot be run: {error.strerror}") from error
    if done.returncode != 0:
        raise NotSentError(failure("rsync", done.stderr))
    said = done.stdout.decode("utf-8", "replace").splitlines()
    sent = sum(line.startswith(("<f", ">f")) for line in said)
    removed = sum(line.startswith("*deleting") and not line.rstrip().endswith("/") for line in said)
    return Brought(written=sent, removed=removed)


def _empty_folders(left: list[str], files: dict[str, Path]) -> list[str]:
    """Folders that held nothing else, the deepest first."""
    kept = {str(parent) for name in files for parent in PurePosixPath(name).parents}
    found = {str(parent) for name in left for parent in PurePosixPath(name).parents} - kept - {"."}
    return sorted((f"{name}/" for name in found), key=lambda name: -name.count("/"))


def _literal(name: str) -> str:
    """A path as a rule that means just it."""
    return "".join(f"\\{char}" if char in "*?[\\" else char for char in name)
