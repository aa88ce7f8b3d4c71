"""A folder on this machine, as a web server serves it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from pipeline.errors import NotSentError
from pipeline.targets import Brought
from pipeline.targets.listing import LISTING, digests_of, files_of, gone, read, written

#: What a project keeps below its root.
_OURS = ("series", "templates", "output", ".git", ".daycast")


def refuse(folder: Path, root: Path) -> None:
    """Raise NotSentError for a folder of the project that holds something else."""
    place, top = folder.resolve(), root.resolve()
    if place == top or any(place.is_relative_to(top / name) for name in _OURS):
        raise NotSentError(
            f"{folder} is the project's own, and would be full of pages: name a folder beside it, or one of its own "
            "below it, such as folder:public"
        )


def to_folder(folder: Path, site: Path, *, root: Path) -> Brought:
    """Make a folder hold a site. Each file is replaced whole."""
    files = files_of(site)
    if folder.resolve() == site.resolve() or site.resolve() in folder.resolve().parents:
        raise NotSentError(f"{folder} is the built site itself: name another folder")
    refuse(folder, root)
    count = removed = 0
    try:
        listing = folder / LISTING
        before = read(listing.read_bytes() if listing.is_file() else None)
        digests = digests_of(files)
        # Listed before it is there: a run that is cut off leaves nothing that the next one does not know.
        _put(listing, written({**before, **digests}))
        for name, path in files.items():
            count += _put(folder / name, path.read_bytes())
        for name in gone(before, files):
            with suppress(FileNotFoundError):
                (folder / name).unlink()
                removed += 1
            _prune(folder, (folder / name).parent)
        _put(listing, written(digests))
    except OSError as error:
        raise NotSentError(f"{folder}: {error.strerror or error}: {error.filename or ''}".rstrip(": ")) from error
    return Brought(written=count, removed=removed)


def _put(place: Path, data: bytes) -> bool:
    """Replace a file where it differs."""
    if place.is_file() and not place.is_symlink() and place.read_bytes() == data:
        return False
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary = place.with_name(f".{place.name}.{os.getpid()}.new")
    temporary.write_bytes(data)
    temporary.replace(place)
    return True


def _prune(top: Path, folder: Path) -> None:
    while folder != top and top in folder.parents:
        try:
            folder.rmdir()
        except OSError:
            return
        folder = folder.parent
