"""Compare a project's templates with those they take the place of, as they are and as they were when copied."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Literal

from pipeline.errors import ConfigError
from pipeline.records import dataclass
from pipeline.render.context import CONTEXT_VERSION
from pipeline.render.language import FOLDER as WORDS
from pipeline.render.templates import ORIGINALS, built_in, folders, theme_folder

#: Below a project's ``templates/``: each original as it was when its copy was made. Meant to be committed.
KEPT = ".originals"
_VERSION = "context-version"
#: Templates of daycast's own commands and pages, which a project cannot take the place of.
_OURS = ("scaffold", "preview")

Standing = Literal["original", "copy", "changed", "own", "extends", "added"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A template, and how it stands to the one that it takes the place of."""

    #: POSIX path below ``templates/``.
    name: str
    #: ``project``, the theme's package, or ``daycast``.
    source: str
    #: ``original``: nothing takes its place. ``copy``: its original is as it was. ``changed``: its original has changed
    #: since. ``own``: what its original was is not known. ``extends``: it is its original, but for what it says itself.
    #: ``added``: it takes the place of nothing.
    standing: Standing
    #: What has changed in its original since it was copied; for ``own``, from the original to it. Empty for the others.
    difference: str = ""


def overrides(root: Path, theme: str) -> tuple[Override, ...]:
    """Every template of a project, by name. Raises ConfigError for a theme that is none."""
    own = root / "templates"
    below = [(theme, theme_folder(theme))] if theme else []
    below.append(("daycast", built_in()))
    mine = set(_names(own)) if own in folders(root, theme) else set()
    found = []
    for name in sorted(mine | {name for _, place in below for name in _names(place)}):
        source, original = next(
            ((source, place / name) for source, place in below if (place / name).is_file()), ("", None)
        )
        if name not in mine:
            found.append(Override(name=name, source=source, standing="original"))
        elif original is None:
            found.append(Override(name=name, source="project", standing="added"))
        else:
            found.append(_compared(name, own, original))
    return tuple(found)


def copy(root: Path, theme: str, name: str) -> Path:
    """Copy an original into the project, and keep it beside, so that a later one can be told from it. Gives the copy.

    Raises ConfigError where there is no such template, or the project has it already.
    """
    original = _original(theme, name)
    place = root / "templates" / name
    if place.exists():
        raise ConfigError(f"templates/{name} is there already; remove it first, or change it as it is")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(original.read_bytes())
    _keep(root, name, original)
    return place


def accept(root: Path, theme: str, name: str) -> None:
    """Say that a copy is as its original is now. Raises ConfigError where there is no such copy or original."""
    original = _original(theme, name)
    if not (root / "templates" / name).is_file():
        raise ConfigError(f"templates/{name} is not there; 'daycast templates copy {name}' makes it")
    _keep(root, name, original)


def context_version(root: Path) -> int | None:
    """The version of what templates see that the project's were written for; None where that is not known."""
    try:
        return int((root / "templates" / KEPT / _VERSION).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _keep(root: Path, name: str, original: Path) -> None:
    kept = root / "templates" / KEPT
    place = kept / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(original.read_bytes())
    (kept / _VERSION).write_text(f"{CONTEXT_VERSION}\n", encoding="utf-8")


def _original(theme: str, name: str) -> Path:
    places: Sequence[Path] = [*([theme_folder(theme)] if theme else []), built_in()]
    for place in places:
        if name in _names(place):
            return place / name
    raise ConfigError(f"there is no template '{name}'; 'daycast templates' lists them")


def _compared(name: str, own: Path, original: Path) -> Override:
    kept = own / KEPT / name
    now = original.read_bytes()
    if kept.is_file():
        before = kept.read_bytes()
        if before == now:
            return Override(name=name, source="project", standing="copy")
        change = _difference(before, now, f"{name} when it was copied", f"{name} now")
        return Override(name=name, source="project", standing="changed", difference=change)
    mine = (own / name).read_bytes()
    if _extends(name, mine):
        return Override(name=name, source="project", standing="extends")
    change = _difference(now, mine, f"daycast/{name}", f"templates/{name}")
    return Override(name=name, source="project", standing="own", difference=change)


def _extends(name: str, text: bytes) -> bool:
    """Whether a file adds to its original instead of taking its place: by ``extends``, or since it holds words."""
    if name.startswith(f"{WORDS}/"):
        return True
    told = rf"{{%-?\s*extends\s+[\"']{ORIGINALS}/{re.escape(name)}[\"']"
    return re.search(told.encode(), text) is not None


def _difference(before: bytes, after: bytes, one: str, other: str) -> str:
    try:
        old, new = before.decode().splitlines(), after.decode().splitlines()
    except UnicodeDecodeError:
        return "the bytes differ\n"
    return "".join(f"{line}\n" for line in unified_diff(old, new, one, other, lineterm=""))


def _names(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and parts[0] not in _OURS and not any(part.startswith(".") for part in parts):
            yield path.relative_to(folder).as_posix()
