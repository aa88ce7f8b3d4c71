"""Tell in milliseconds whether a build would find anything to do, and what the last one made of each day.

A build looks first (`look`), reads, writes, and then notes what it saw and made (`note`) in ``.daycast/fresh.json``.
Whoever sees the same again (`recall`) has the same result in ``output/`` already. What is looked at: name, size and
time of every file that a build reads (``series/``, ``templates/``, the settings, daycast itself and what is installed
beside it) and of every file that it wrote, and that nothing has come out since. The note is safe to delete, and a
damaged one is none.

Only what Python has loaded anyway is imported here, and little more, since this stands before all else.
"""

from __future__ import annotations

import json
import os
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pipeline.digests import blake2b
from pipeline.records import dataclass

#: The notes: what a build made, and that a look found nothing to send.
BUILT = os.path.join(".daycast", "fresh.json")
#: Below this, by slug: what a build made of one series.
SERIES = os.path.join(".daycast", "fresh")
CALM = os.path.join(".daycast", "calm.json")
_SETTINGS = ("daycast.toml", "pyproject.toml")
#: Files at the root that are not read while a project is built, but say whether it may be sent.
_SIGNS = ("PAUSE",)
_HERE = os.path.dirname(os.path.abspath(__file__))
#: Nanoseconds. A younger file may change once more within the tick of the clock that its time is taken from.
_YOUNG = 50_000_000
#: Below ``output/``: where `pipeline.output` lists what it wrote.
_LISTING = ".daycast-files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a build of a project reads, as digests: equal ones, the same bytes."""

    #: Of everything.
    whole: str
    #: Of all but ``series/``: settings, templates, daycast itself and what is installed beside it.
    setting: str
    #: Of each folder directly below ``series/``, by its name.
    folders: Mapping[str, str]


def look(root: str, now: float) -> str:
    """A digest of all that a build of the project at ``root`` reads, without reading any of it.

    ``now`` is the moment, in seconds since 1970.
    """
    return look_closely(root, now).whole


def look_closely(root: str, now: float) -> Seen:
    """What a build of the project at ``root`` reads, without reading any of it. ``now`` as for ``look``."""
    setting = _setting(root, now)
    folders: dict[str, str] = {}
    top = [_stat(os.path.join(root, name)) for name in _SIGNS]
    series = os.path.join(root, "series")
    try:
        found = sorted(os.scandir(series), key=lambda entry: entry.name)
    except OSError:
        found = []
        top.append(f"{series} -")
    newest = 0
    for entry in found:
        if entry.is_dir():
            folders[entry.name] = _series(entry.path, now)
        else:
            newest = max(newest, _file(entry, top))
    _settled(newest, now, top)
    whole = _digest([setting, *top, *(f"{name} {sign}" for name, sign in folders.items())])
    return Seen(whole=whole, setting=setting, folders=folders)


def _series(folder: str, now: float) -> str:
    inside: list[str] = []
    _settled(_walk(folder, inside), now, inside)
    return _digest(inside)


def _setting(root: str, now: float) -> str:
    parts: list[str] = [sys.version, repr(sorted(_environment().items()))]
    packages = [place for place in sys.path if place.endswith("-packages")]
    files = [os.path.join(root, name) for name in _SETTINGS]
    parts += [_stat(place) for place in (*packages, "/etc/localtime", "/usr/share/zoneinfo", *files)]
    for folder in (_HERE, os.path.join(os.path.dirname(_HERE), "templates")):
        _walk(folder, parts, python=True)
    _settled(_walk(os.path.join(root, "templates"), parts), now, parts)
    return _digest(parts)


def _settled(newest: int, now: float, seen: list[str]) -> None:
    """Make what is too young to be known by its time like nothing before or after."""
    if newest > now * 1e9 - _YOUNG:
        seen.append(f"{now} {newest}")


def note(
    root: str,
    file: str,
    seen: str,
    *,
    since: float,
    until: float | None,
    made: Mapping[str, object],
    outputs: Mapping[str, tuple[int, int]] | None,
    also: Sequence[str] = (),
) -> None:
    """Note in ``file`` that who saw ``seen`` made ``made`` (JSON), with ``outputs`` as its files below ``output/``,
    each with its time in nanoseconds and its size in bytes.

    None is for what does not depend on them. ``also`` are folders elsewhere that were read.

    It holds for moments (seconds since 1970) from ``since`` on and before ``until``. A disk that refuses does no harm:
    then nothing is noted.
    """
    place = os.path.join(root, file)
    try:
        wrote = None if outputs is None else _told(outputs)
        beside = {folder: _folder(folder) for folder in also}
        told = {"seen": seen, "wrote": wrote, "since": since, "until": until, "made": made, "also": beside}
        with open(f"{place}.new", "w", encoding="utf-8") as new:
            json.dump(told, new)
        os.replace(f"{place}.new", place)
    except OSError:
        forget(root, file)


def forget(root: str, file: str) -> None:
    """Let the next one look at everything."""
    try:
        os.remove(os.path.join(root, file))
    except OSError:
        return


def recall(root: str, file: str, now: float) -> Mapping[str, object] | None:
    """What ``file`` notes, if who looks at ``now`` would find and make the same; None otherwise."""
    try:
        with open(os.path.join(root, file), encoding="utf-8") as noted:
            told = json.load(noted)
        since, until, made = told["since"], told["until"], told["made"]
        if not since <= now or (until is not None and now >= until) or not isinstance(made, dict):
            return None
        if told["seen"] != look(root, now) or any(_folder(place) != sign for place, sign in told["also"].items()):
            return None
        if told["wrote"] is not None:
            with open(os.path.join(root, "output", _LISTING), encoding="utf-8") as listing:
                outputs = listing.read().splitlines()  # sorted, as it was written
            if told["wrote"] != _wrote(root, outputs):
                return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    return made


def note_series(
    root: str,
    slug: str,
    folder: str,
    seen: Seen,
    *,
    since: float,
    until: float | None,
    keys: Mapping[str, str],
    texts: Mapping[str, tuple[int, int]],
    also: Sequence[str] = (),
) -> None:
    """Note what a build made of the series in ``series/<folder>``: the entries' keys by their days, and its texts.

    ``texts`` are files below ``output/``, each with its time in nanoseconds and its size in bytes. The rest is as for
    `note`.
    """
    place = os.path.join(root, SERIES, f"{slug}.json")
    told = {
        "folder": folder,
        "seen": [seen.setting, seen.folders.get(folder)],
        "since": since,
        "until": until,
        "keys": dict(keys),
        "texts": {path: list(stands) for path, stands in texts.items()},
        "also": {where: _folder(where) for where in also},
    }
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with open(f"{place}.new", "w", encoding="utf-8") as new:
            json.dump(told, new)
        os.replace(f"{place}.new", place)
    except OSError:
        forget(root, os.path.join(SERIES, f"{slug}.json"))


def noted_series(root: str) -> list[str]:
    """The slugs of the series that there are notes of."""
    try:
        return [name.removesuffix(".json") for name in os.listdir(os.path.join(root, SERIES)) if name[-5:] == ".json"]
    except OSError:
        return []


def text_of(root: str, slug: str, day: str, channel: str, now: float) -> bytes | None:
    """The text of a day of a series as a build made it, if a build would make the same; None otherwise."""
    try:
        with open(os.path.join(root, SERIES, f"{slug}.json"), encoding="utf-8") as noted:
            told = json.load(noted)
        if not told["since"] <= now or (told["until"] is not None and now >= told["until"]):
            return None
        place = f"{channel}/{slug}/{told['keys'][day]}.txt"
        with open(os.path.join(root, "output", place), "rb") as file:
            found = os.fstat(file.fileno())
            data = file.read()
        folder = os.path.join(root, "series", told["folder"])
        if [found.st_mtime_ns, found.st_size] != told["texts"][place]:
            return None
        if told["seen"] != [_setting(root, now), _series(folder, now)]:
            return None
        return None if any(_folder(where) != sign for where, sign in told["also"].items()) else data
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def find_root(start: str) -> str | None:
    """The nearest folder at or above ``start`` with a note; None where a project without one is nearer."""
    folder = os.path.abspath(start)
    while True:
        if any(os.path.exists(os.path.join(folder, file)) for file in (BUILT, CALM)):
            return folder
        above = os.path.dirname(folder)
        if above == folder or any(os.path.exists(os.path.join(folder, name)) for name in _SETTINGS):
            return None
        folder = above


def _environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name == "TZ" or name.startswith("DAYCAST_")}


def _folder(place: str) -> str:
    seen: list[str] = []
    _walk(place, seen, python=True)
    return _digest(seen)


def _wrote(root: str, paths: Sequence[str]) -> str:
    """A digest of files below ``output/`` by their times and sizes."""
    numbers = array("q")
    for found in _stats(os.path.join(root, "output"), paths):
        numbers.append(found.st_mtime_ns)
        numbers.append(found.st_size)
    return _sign(paths, numbers)


def _told(outputs: Mapping[str, tuple[int, int]]) -> str:
    """The same of what was told of files."""
    paths = sorted(outputs)
    return _sign(paths, array("q", [number for path in paths for number in outputs[path]]))


def _sign(paths: Sequence[str], numbers: array[int]) -> str:
    return blake2b(numbers.tobytes(), digest_size=16).hexdigest() + _digest(paths)


def _stats(folder: str, paths: Iterable[str]) -> Iterator[os.stat_result]:
    if os.stat not in os.supports_dir_fd:
        yield from (os.stat(os.path.join(folder, path)) for path in paths)
        return
    # From an open folder on: of many files, the way to each is a good part of the time.
    opened = os.open(folder, os.O_RDONLY)
    try:
        for path in paths:
            yield os.stat(path, dir_fd=opened)
    finally:
        os.close(opened)


def _walk(folder: str, seen: list[str], *, python: bool = False) -> int:
    """Add the files below a folder, links followed; of ``python``, without what Python keeps beside it.

    Gives the time of the newest, in nanoseconds.
    """
    newest = 0
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        seen.append(f"{folder} -")
        return newest
    seen.append(folder)
    for entry in entries:
        if entry.is_dir():
            if not (python and entry.name == "__pycache__"):
                newest = max(newest, _walk(entry.path, seen, python=python))
            continue
        newest = max(newest, _file(entry, seen))
    return newest


def _file(entry: os.DirEntry[str], seen: list[str]) -> int:
    """Add a file. Gives its time, in nanoseconds."""
    try:
        found = entry.stat()
    except OSError:
        seen.append(f"{entry.name} -")
        return 0
    seen.append(f"{entry.name} {found.st_size} {found.st_mtime_ns} {found.st_ino}")
    return found.st_mtime_ns


def _stat(path: str) -> str:
    try:
        found = os.stat(path)
    except OSError:
        return f"{path} -"
    return f"{path} {found.st_size} {found.st_mtime_ns} {found.st_ino}"


def _digest(parts: Sequence[str]) -> str:
    return blake2b("\n".join(parts).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
