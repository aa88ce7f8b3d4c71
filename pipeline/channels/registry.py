"""Find the installed channels, and make the instances that a project's series name."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Literal, Protocol, Union, get_args, get_origin, get_type_hints

from pipeline.channels.absent import Absent
from pipeline.channels.contract import Channel, Setup
from pipeline.config import FILE, Config
from pipeline.errors import ConfigError, PipelineError, PluginError
from pipeline.secrets import secret

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "daycast.channels"


class Made(Protocol):
    """What an entry point leads to: a class, or a function, that makes a channel.

    With an ``Options`` attribute it is called with the setup and an instance of that dataclass, else with the setup.
    """

    def __call__(self, setup: Setup, options: object = ..., /) -> Channel:
        """Make the channel."""


def installed() -> Mapping[str, EntryPoint]:
    """The installed channels by the type that settings name, in alphabetical order.

    Raises PluginError where two packages bring one of the same name.
    """
    from importlib.metadata import entry_points

    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        other = found.setdefault(point.name, point)
        if other is not point and (other.value, _package(other)) != (point.value, _package(point)):
            raise PluginError(
                f"two packages bring a channel named '{point.name}': {_package(other)} and {_package(point)}; "
                "uninstall one of them"
            )
    return found


def open_channels(
    root: Path,
    config: Config,
    names: Iterable[str],
    env: Mapping[str, str] = os.environ,
    clock: Callable[[], datetime] | None = None,
    *,
    hold: bool = False,
) -> Mapping[str, Channel]:
    """The channels of the given instance names, in their order; a name without a table is its own type.

    With ``hold`` an `Absent` stands in for each that cannot be had, so that it keeps no other back. Otherwise raises
    ConfigError for a type that is not installed and for options that a channel does not take, PluginError for a channel
    that cannot be loaded.
    """
    points = installed()
    made: dict[str, Channel] = {}
    for name in dict.fromkeys(names):
        try:
            made[name] = _opened(name, root, config, points, env, clock)
        except PipelineError as error:
            if not hold:
                raise
            made[name] = Absent(name, "; ".join(str(error).splitlines()))
    return made


def _opened(
    name: str,
    root: Path,
    config: Config,
    points: Mapping[str, EntryPoint],
    env: Mapping[str, str],
    clock: Callable[[], datetime] | None,
) -> Channel:
    table = config.channels.get(name)
    kind = table.type if table is not None else name
    point = points.get(kind)
    if point is None:
        from difflib import get_close_matches

        near = get_close_matches(kind, [*points, *config.channels], n=1, cutoff=0.7)
        there = f"is '{near[0]}' meant?" if near else f"there are: {', '.join(points)}" if points else ""
        raise ConfigError(f"no channel named '{kind}' is installed; {there or 'install daycast again'}")
    options: Mapping[str, object] = table.options if table is not None else {}
    setup = Setup(name=name, root=root, config=config, options=options, secret=secret(name, env=env), clock=clock)
    return _make(point, setup)


def options_of(kind: type, setup: Setup) -> object:
    """A channel's options, an instance of its dataclass ``kind``, from the table that settings have for it.

    Raises ConfigError that names every key that is unknown, missing or of the wrong type, one a line.
    """
    source = setup.config.source or FILE
    where = f"{source}: [channels.{setup.name}]"
    allowed = {field.name: field for field in fields(kind)} if is_dataclass(kind) else {}
    hints = get_type_hints(kind)
    wrong = []
    given: dict[str, object] = {}
    for key, value in setup.options.items():
        if key not in allowed:
            wrong.append(f"{where} has an unknown key '{key}'; {_allowed(allowed)}")
        elif not _fits(value, hints[key]):
            wrong.append(f"{where} {key} is {value!r}, expected {_words(hints[key])}")
        else:
            given[key] = tuple(value) if isinstance(value, list) else value
    for key, field in allowed.items():
        if key not in setup.options and field.default is MISSING and field.default_factory is MISSING:
            wrong.append(f"{where} needs a key '{key}': {_words(hints[key])}")
    if wrong:
        raise ConfigError("\n".join(wrong))
    made: object = kind(**given)
    return made


def _make(point: EntryPoint, setup: Setup) -> Channel:
    try:
        kind: Made = point.load()
    except Exception as error:  # a plug-in's module may raise anything
        raise PluginError(f"the channel '{point.name}' of {_package(point)} cannot be loaded: {error}") from error
    wanted = getattr(kind, "Options", None)
    if wanted is not None:
        return kind(setup, options_of(wanted, setup))
    if setup.options and setup.name not in setup.config.accounts:  # settings have read an account's table themselves
        raise ConfigError(
            f"{setup.config.source or FILE}: [channels.{setup.name}] has an unknown key '{next(iter(setup.options))}'; "
            f"{_allowed(())}"
        )
    return kind(setup)


def _allowed(names: Iterable[str]) -> str:
    return f"allowed: {', '.join(('type', *names))}"


def _package(point: EntryPoint) -> str:
    return f"{point.dist.name} {point.dist.version}" if point.dist is not None else point.value


def _fits(value: object, hint: object) -> bool:
    """Whether a value from TOML is of an annotated type."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return any(_fits(value, part) for part in inside)
    if origin is Literal:
        return value in inside
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return isinstance(value, Mapping) and all(_fits(item, inside[-1]) for item in value.values())
    if origin is not None:  # a list or tuple, all of whose items are alike
        return isinstance(value, list) and all(_fits(item, inside[0]) for item in value)
    if hint is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return hint is object or (isinstance(hint, type) and isinstance(value, hint))


def _words(hint: object) -> str:
    """An annotated type as a writer of settings knows it."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return " or ".join(_words(part) for part in inside if part is not NoneType)
    if origin is Literal:
        return f"one of {', '.join(map(str, inside))}"
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return "a table"
    if origin is not None:
        return f"a list, each {_words(inside[0])}"
    words = {str: "text in quotes", bool: "true or false", int: "a whole number", float: "a number"}
    return words.get(hint, "another kind of value") if isinstance(hint, type) else "another kind of value"
