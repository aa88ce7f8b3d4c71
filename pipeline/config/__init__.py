"""Read ``daycast.toml``: typed, frozen, and every wrong key named with what is allowed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path

from pipeline.config.read import parse
from pipeline.config.settings import (
    FILE,
    PLACEHOLDER_URL,
    CardSettings,
    ChannelTable,
    Command,
    Config,
    Deploy,
    FeedSettings,
    HashtagStyle,
    ImageSettings,
    JournalSettings,
    LedgerSettings,
    LinkedIn,
    LinkStyle,
    Long,
    Notify,
    Publish,
    Site,
    SoftBreak,
    Visibility,
    Workspace,
)
from pipeline.errors import ConfigError

__all__ = [
    "FILE",
    "PLACEHOLDER_URL",
    "CardSettings",
    "ChannelTable",
    "Command",
    "Config",
    "Deploy",
    "FeedSettings",
    "HashtagStyle",
    "ImageSettings",
    "JournalSettings",
    "LedgerSettings",
    "LinkStyle",
    "LinkedIn",
    "Long",
    "Notify",
    "Publish",
    "Site",
    "SoftBreak",
    "Visibility",
    "Workspace",
    "find_root",
    "load",
    "parse",
]


def find_root(start: Path) -> Path | None:
    """The nearest folder at or above ``start`` that is a daycast project; None where there is none."""
    for folder in (start, *start.parents):
        if (folder / FILE).is_file() or _table_of_pyproject(folder) is not None:
            return folder
    return start if (start / "series").is_dir() else None


def load(root: Path) -> Config:
    """The settings of the project at ``root``: ``daycast.toml``, else ``[tool.daycast]``, else the defaults.

    Raises ConfigError that names every problem of the file, one a line.
    """
    path = root / FILE
    if path.is_file():
        return _with_its_files(root, parse(_toml(path), source=FILE))
    table = _table_of_pyproject(root)
    if table is not None:
        return _with_its_files(root, parse(table, source="pyproject.toml"))
    return Config()


def _with_its_files(root: Path, config: Config) -> Config:
    """The same settings. Raises ConfigError that names each file that they name and that is not there."""
    fonts = config.cards.fonts if config.cards is not None else ()
    lost = [
        f"{config.source}: [cards] fonts: '{font}' is not there; name a font file below the project's root"
        for font in fonts
        if not (root / font).is_file()
    ]
    if lost:
        raise ConfigError("\n".join(lost))
    return config


def _toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path.name}: not valid TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path.name}: byte {error.start} is not UTF-8; save the file as UTF-8") from error
    except OSError as error:
        raise ConfigError(f"{path.name}: cannot be read: {error.strerror}") from error


def _table_of_pyproject(folder: Path) -> Mapping[str, object] | None:
    path = folder / "pyproject.toml"
    if not path.is_file():
        return None
    tool = _toml(path).get("tool")
    table = tool.get("daycast") if isinstance(tool, dict) else None
    return table if isinstance(table, dict) else None
