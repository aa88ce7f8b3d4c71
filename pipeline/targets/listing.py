"""What a site holds, and in which order it is safe to put it there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipeline.digests import sha256
from pipeline.secrets import masked

#: Of what a program says of a failure.
_LINES = 4
_WRONG = ("fatal:", "error:", "remote:", "!", "ssh:", "rsync:")

#: Beside the site at its target: what daycast put there, by path, with digests.
LISTING = ".daycast-site.json"


def files_of(site: Path) -> dict[str, Path]:
    """Every file by its POSIX path: first what pages show, then pages, then what announces them."""
    found = {path.relative_to(site).as_posix(): path for path in site.rglob("*") if path.is_file()}
    return dict(sorted(found.items(), key=lambda item: (_rank(item[0]), item[0])))


def digests_of(files: Mapping[str, Path]) -> dict[str, str]:
    """SHA-256 of each file."""
    return {name: sha256(path.read_bytes()) for name, path in files.items()}


def written(digests: Mapping[str, str]) -> bytes:
    """A listing as bytes."""
    return (json.dumps(dict(sorted(digests.items())), indent=0, ensure_ascii=False) + "\n").encode()


def read(data: bytes | None) -> dict[str, str]:
    """A listing; an empty one where there is none, or it cannot be read: then nothing there is daycast's."""
    try:
        found = json.loads(data or b"{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(name): str(digest) for name, digest in found.items() if _is_inside(str(name))}


def gone(before: Iterable[str], now: Iterable[str]) -> list[str]:
    """What was there by daycast's doing and is no more, the deepest first."""
    return sorted(set(before) - set(now), key=lambda name: (-name.count("/"), name))


def failure(what: str, said: bytes) -> str:
    """What a program wrote of its failure, in one line: what went wrong, before its advice, which may be longer."""
    lines = [line.strip() for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    wrong = [line for line in lines if line.startswith(_WRONG)]
    return masked(f"{what} failed: {' / '.join(wrong[:_LINES] or lines[-_LINES:])}")


def _is_inside(name: str) -> bool:
    return bool(name) and not name.startswith("/") and "\\" not in name and ".." not in name.split("/")


def _rank(name: str) -> int:
    if name.endswith((".xml", ".json", ".txt", ".ics")) and not name.startswith("search"):
        return 2
    return 1 if name.endswith(".html") else 0
