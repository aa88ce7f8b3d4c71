"""Run one command: its parser, its errors as sentences, its exit code."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Protocol

from pipeline import config
from pipeline.cli import COMMANDS
from pipeline.config import Config
from pipeline.errors import ConfigError, PipelineError


class Command(Protocol):
    """What a module of a command offers."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the command's own arguments."""

    def run(self, options: argparse.Namespace, here: Path) -> int:
        """Do it, in the folder ``here``; gives the exit code."""


def run(name: str, words: Sequence[str], folder: str | None) -> int:
    """Run the command ``name``; gives its exit code. Every PipelineError becomes its sentence on stderr."""
    _speak_utf8()
    command = command_of(name)
    options = parser_of(name, command).parse_args(words)
    try:
        return command.run(options, _folder(folder))
    except ConfigError as error:
        _say(error)
        return 2
    except PipelineError as error:
        _say(error)
        return 1
    except OSError as error:
        if error.filename is None:
            raise  # about a stream, not a file
        _say(f"{error.filename}: {error.strerror or error}")
        return 1


#: Commands whose names Python keeps for itself.
_MODULES = {"import": "import_"}


def command_of(name: str) -> Command:
    """The module of a command."""
    return import_module(f"pipeline.cli.{_MODULES.get(name, name)}")


def parser_of(name: str, command: Command) -> argparse.ArgumentParser:
    """The parser of a command."""
    parser = argparse.ArgumentParser(
        prog=f"daycast {name}",
        description=(command.__doc__ or COMMANDS[name]).strip(),
        formatter_class=_Formatter,
        allow_abbrev=False,
    )
    command.add_arguments(parser)
    return parser


def project_root(here: Path) -> Path:
    """The root of the project at or above ``here``. Raises ConfigError where there is none."""
    root = config.find_root(here)
    if root is None:
        raise ConfigError(
            f"no project in {here} or above it (no {config.FILE}, no [tool.daycast], no series/); "
            "make one with 'daycast init DIR', or name one with -C DIR"
        )
    return root


def settings(here: Path, *, workspace: bool = False) -> tuple[Path, Config]:
    """Root and settings of the project at or above ``here``; with ``workspace`` it may be one of several projects.

    Raises ConfigError.
    """
    root = project_root(here)
    found = config.load(root)
    if found.workspace is not None and not workspace:
        raise ConfigError(
            f"{root} is a workspace, not a project: go into one of its projects; 'daycast status' tells how all stand"
        )
    return root, found


def add_now(parser: argparse.ArgumentParser) -> None:
    """The option that sets the moment a command takes for now."""
    parser.add_argument(
        "--now",
        type=moment,
        metavar="ISO",
        help="take this moment for now, such as 2026-10-20T09:00:00+02:00 (UTC where it names no offset)",
    )


def moment(text: str) -> datetime:
    """An instant as typed, in UTC."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"'{text}' is no moment; write one such as 2026-10-20T09:00:00+02:00"
        ) from None
    if not 1900 <= found.year <= 2999:
        raise argparse.ArgumentTypeError(f"'{text}' is too far away; name a year from 1900 to 2999")
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def now_of(options: argparse.Namespace) -> datetime:
    """The moment a command takes for now: ``--now``, else the clock's."""
    given: datetime | None = options.now
    return given or datetime.now(UTC)


def _folder(name: str | None) -> Path:
    here = Path(name or os.curdir)
    if not here.is_dir():
        raise ConfigError(f"-C {name}: there is no such folder")
    return here.resolve()


def _say(message: object) -> None:
    print(f"daycast: {message}", file=sys.stderr)


def _speak_utf8() -> None:
    # A terminal that cannot show a character shows a substitute; a file or pipe always gets UTF-8 and "\n".
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding=stream.encoding if stream.isatty() else "utf-8", errors="replace", newline="\n")


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """As wide as the terminal, without the four libraries that argparse loads to ask how wide that is."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_columns() - 2)


def _columns() -> int:
    """As ``shutil.get_terminal_size`` has it."""
    told = os.environ.get("COLUMNS", "")
    if told.isdecimal() and int(told) > 0:
        return int(told)
    try:
        columns = os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else 0
    except (OSError, ValueError):
        columns = 0
    return columns or 80
