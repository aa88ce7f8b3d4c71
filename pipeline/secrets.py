"""Find tokens where they may be kept, keep them where only their owner reads them, and never let one be printed."""

from __future__ import annotations

import base64
import json
import logging
import os
import re
import stat
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Literal
from urllib.parse import quote, quote_plus

from pipeline.errors import ConfigError
from pipeline.patterns import pattern
from pipeline.records import dataclass, field

MASK = "***"
#: This machine: the one that a secret may be sent to unencrypted.
LOOPBACK = ("localhost", "127.0.0.1", "::1")
#: Under which the system's keyring lists our tokens.
SERVICE = "daycast"
#: A text shorter than this is no secret that could be told from ordinary words.
_SHORTEST = 6
_NAME = pattern(r"[a-z][a-z0-9_-]{0,39}")

#: Every secret that this process has read, in all the forms in which it could appear.
_live: set[str] = set()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A token with what is known of it."""

    token: str = field(repr=False)
    #: UTC; None where it is not known.
    expires_at: datetime | None = None
    #: The URN of the person it speaks for.
    author: str | None = None
    #: Scopes, divided by spaces.
    scope: str | None = None
    source: Literal["environment", "keyring", "file"] = "environment"


class Secret:
    """The token of one channel's instance, read anew at each call. Its ``repr`` is ``***``."""

    def __init__(self, name: str, *, env: Mapping[str, str] = os.environ) -> None:
        """``name`` is the instance's: ``acme`` reads ``DAYCAST_ACME_TOKEN``."""
        self.name = name
        self.env = env

    def __repr__(self) -> str:
        return MASK

    def __call__(self) -> str | None:
        """The token; None where there is none. Raises ConfigError where its file is open to others or damaged."""
        found = self.read()
        return found.token if found else None

    def read(self) -> Kept | None:
        """The token with what is known of it: from the environment, else the keyring, else the file."""
        token = self.env.get(variable(self.name), "").strip()
        found = Kept(token=token) if token else _from_keyring(self.name) or _from_file(self.name, self.env)
        if found is not None:
            remember(found.token)
        return found


def secret(name: str, *, env: Mapping[str, str] = os.environ) -> Secret:
    """The reader of an instance's token."""
    return Secret(name, env=env)


def variable(name: str, what: str = "TOKEN") -> str:
    """``DAYCAST_ACME_TOKEN``: the environment's name for something of an instance."""
    return f"DAYCAST_{name.upper().replace('-', '_')}_{what}"


def file_of(name: str, env: Mapping[str, str] = os.environ) -> Path:
    """Where an instance's token is kept: ``$XDG_CONFIG_HOME/daycast/<name>.json``, else below ``~/.config``.

    Raises ConfigError where there is no home, or the name is none.
    """
    if _NAME.fullmatch(name) is None:
        raise ConfigError(f"'{name}' is no name of a channel; expected letters, digits, - and _")
    base = env.get("XDG_CONFIG_HOME", "")
    if os.path.isabs(base):  # the specification ignores a relative one  # noqa: PTH117
        return Path(base) / SERVICE / f"{name}.json"
    home = env.get("HOME", "") if sys.platform != "win32" else env.get("USERPROFILE", "")
    if not home:
        raise ConfigError(f"there is no home folder for tokens; give the token in {variable(name)}")
    return Path(home) / ".config" / SERVICE / f"{name}.json"


def store(
    name: str,
    *,
    token: str,
    expires_at: datetime | None,
    author: str | None,
    scope: str | None,
    env: Mapping[str, str] = os.environ,
) -> str:
    """Keep a token in the keyring where there is one, else in a file that only its owner reads; says where.

    Raises ConfigError where the folder is open to others, or the file cannot be written.
    """
    remember(token)
    text = json.dumps(
        {
            "token": token,
            "expires_at": expires_at.astimezone(UTC).isoformat() if expires_at else None,
            "author": author,
            "scope": scope,
        },
        indent=2,
    )
    # The file comes second when a token is looked for, so an older one in it does no harm.
    return "the keyring" if _to_keyring(name, text) else str(_to_file(name, text, env))


def remember(value: str) -> None:
    """Mask a secret from now on, in every form, wherever ``redact`` or the logging filter looks."""
    if len(value) >= _SHORTEST:
        _live.update(_forms(value))


def redact(text: str) -> str:
    """The text with ``***`` for every secret in it that this process has read."""
    for form in sorted(_live, key=len, reverse=True):
        text = text.replace(form, MASK)
    return text


class Redacting(logging.Filter):
    """A filter for log handlers: what passes holds no secret, neither in its message nor in its traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask and let pass."""
        record.msg, record.args = redact(record.getMessage()), ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        record.exc_info = None  # a formatter would make its text anew
        record.exc_text = redact(record.exc_text) if record.exc_text else record.exc_text
        record.stack_info = redact(record.stack_info) if record.stack_info else record.stack_info
        return True


def masked(text: str, env: Mapping[str, str] = os.environ) -> str:
    """A text without what the environment calls a secret, be it of several lines of which only some are there."""
    parts = {
        part.strip()
        for name, value in env.items()
        if re.search(r"(?:_|^)(?:TOKEN|PASSWORD|SECRET|KEY)$", name)
        for part in (value, *value.splitlines())
    }
    for part in sorted(parts, key=len, reverse=True):
        if len(part) >= _SHORTEST:
            text = text.replace(part, MASK)
    return redact(text)


def _forms(value: str) -> Iterator[str]:
    """A secret as such, quoted for addresses and JSON, and in Base64 wherever in a longer text it stands."""
    yield value
    yield quote(value)
    yield quote(value, safe="")
    yield quote_plus(value)
    yield json.dumps(value)[1:-1]
    data = value.encode()
    for before in range(3):
        # Base64 takes six bits at a time: leave out what neighbours share at either end.
        first, last = -(-before * 8 // 6), (before + len(data)) * 8 // 6
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(b"\0" * before + data).decode()[first:last]


def _from_keyring(name: str) -> Kept | None:
    keyring = _keyring()
    if keyring is None:
        return None
    try:
        text = keyring.get_password(SERVICE, name)
    except Exception:  # noqa: BLE001 (a backend raises what it likes; then the file is asked)
        return None
    if not text:
        return None
    try:
        return _parsed(text, "keyring")
    except ValueError:
        return Kept(token=text.strip(), source="keyring")  # put there by hand


def _to_keyring(name: str, text: str) -> bool:
    keyring = _keyring()
    if keyring is None:
        return False
    try:
        keyring.set_password(SERVICE, name, text)
        return bool(keyring.get_password(SERVICE, name) == text)
    except Exception:  # noqa: BLE001 (a backend raises what it likes; then the file is written)
        return False


def _keyring() -> ModuleType | None:
    """The optional package; None where it is not installed."""
    return import_module("keyring") if find_spec("keyring") else None


def _from_file(name: str, env: Mapping[str, str]) -> Kept | None:
    try:
        path = file_of(name, env)
    except ConfigError:
        return None  # no home: nothing is kept
    if not path.parent.is_dir():
        return None
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}; see to it that it is a file of yours") from error
    with open(descriptor, encoding="utf-8") as file:
        _refuse_open_folder(path.parent)
        _refuse_open_file(path, os.fstat(file.fileno()))
        try:
            return _parsed(file.read(1 << 20), "file")
        except ValueError as error:
            raise ConfigError(f"{path}: holds no token; make it anew with 'daycast login {name}'") from error


def _parsed(text: str, source: Literal["keyring", "file"]) -> Kept:
    """What was stored. Raises ValueError where it is something else."""
    found = json.loads(text)
    token = found.get("token") if isinstance(found, dict) else None
    if not isinstance(token, str) or not token.strip():
        raise ValueError("no token")
    expires, author, scope = (found.get(key) for key in ("expires_at", "author", "scope"))
    moment = datetime.fromisoformat(expires) if isinstance(expires, str) else None
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return Kept(
        token=token.strip(),
        expires_at=moment.astimezone(UTC) if moment else None,
        author=author if isinstance(author, str) else None,
        scope=scope if isinstance(scope, str) else None,
        source=source,
    )


def _to_file(name: str, text: str, env: Mapping[str, str]) -> Path:
    path = file_of(name, env)
    try:
        path.parent.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            path.parent.mkdir(mode=0o700)
            path.parent.chmod(0o700)  # a umask may have taken bits from us
        _refuse_open_folder(path.parent)
        # mkstemp makes a new file of mode 0600 whatever the umask, or none.
        descriptor, made = tempfile.mkstemp(dir=path.parent, prefix=f".{name}-")
        try:
            with open(descriptor, "w", encoding="utf-8") as file:
                if sys.platform != "win32":
                    os.fchmod(file.fileno(), 0o600)
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            Path(made).replace(path)
        except BaseException:
            Path(made).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error
    return path


def _refuse_open_folder(folder: Path) -> None:
    found = folder.stat()
    if _others_may(found):
        raise ConfigError(f"{folder} is open to others (mode {_mode(found)}): run 'chmod 700 {folder}'")
    _refuse_foreign(folder, found)


def _refuse_open_file(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise ConfigError(f"{path} is no file; take it away, and log in again")
    if _others_may(found):
        raise ConfigError(
            f"{path} is open to others (mode {_mode(found)}): run 'chmod 600 {path}', "
            "and where others use this machine make a new token"
        )
    _refuse_foreign(path, found)


def _refuse_foreign(path: Path, found: os.stat_result) -> None:
    if sys.platform != "win32" and found.st_uid != os.geteuid():
        raise ConfigError(f"{path} belongs to another user: make it yours, or log in as the user who owns it")


def _others_may(found: os.stat_result) -> bool:
    return sys.platform != "win32" and bool(found.st_mode & 0o077)


def _mode(found: os.stat_result) -> str:
    return f"{stat.S_IMODE(found.st_mode):04o}"
