"""The errors daycast raises and the problems it reports, each a sentence a person can act on.

::

    PipelineError
    ├── ConfigError     daycast.toml, an option or the command line is wrong (exit code 2)
    ├── ContentError    a file in series/ cannot be used
    ├── RenderError     a template or an artifact cannot be made
    ├── PluginError     an installed channel cannot be used
    ├── ChannelError    what is known of a request that did not end with a receipt
    │   ├── NotSentError       nothing left for the channel: safe to try again
    │   ├── RejectedError      read and refused: a person must change something
    │   │   ├── NotAuthorizedError   would fail for every slot of the account
    │   │   └── DuplicateError       refused, since the same text is out already
    │   └── UnconfirmedError   it may be out: never send again without looking
    └── LedgerError     the ledger or a journal cannot be trusted or written
        └── LostClaimError     another process has the slot

Errors of channels are named by what they say of the world, not by how to react.
Exceptions stop one thing; a `Problem` is a value, collected so that one bad line never hides the next.
"""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Literal

from pipeline.records import dataclass

#: ``error``: something a person must change. ``warning``: it works, but not as well as it could.
Severity = Literal["error", "warning"]


def remedy_of(extra: str, prefix: str = sys.prefix) -> str:
    """What to type for an extra that is missing, by what installed daycast into ``prefix``: uv, pipx or pip."""
    from pathlib import Path

    wanted = f"'daycast[{extra}]'"
    if (Path(prefix) / "uv-receipt.toml").is_file():
        return f"uv tool install {wanted}"
    if (Path(prefix) / "pipx_metadata.json").is_file():
        return f"pipx install --force {wanted}"
    return f"pip install {wanted}"


class PipelineError(Exception):
    """``str(error)`` is a sentence a person can act on."""


class ConfigError(PipelineError):
    """The configuration or the command line is wrong."""


class ContentError(PipelineError):
    """A file in ``series/`` cannot be used."""


class RenderError(PipelineError):
    """A template or an artifact cannot be made."""


class PluginError(PipelineError):
    """An installed channel cannot be used."""


class ChannelError(PipelineError):
    """A request to a channel did not end with a receipt."""


class NotSentError(ChannelError):
    """Nothing that could be published left for the channel."""

    def __init__(self, message: str, *, retry_at: datetime | None = None) -> None:
        """``retry_at`` (aware) is the moment before which the channel asked not to be tried again."""
        super().__init__(message)
        self.retry_at = retry_at


class RejectedError(ChannelError):
    """The channel read the request and refused it."""


class NotAuthorizedError(RejectedError):
    """The channel refuses this account, whatever is sent."""


class DuplicateError(RejectedError):
    """The channel refuses a text that is out already, and says where."""

    def __init__(self, message: str, *, remote_id: str, url: str | None = None) -> None:
        """``remote_id`` is the channel's id of what is out, ``url`` where a person sees it."""
        super().__init__(message)
        self.remote_id = remote_id
        self.url = url


class UnconfirmedError(ChannelError):
    """The request may have been carried out."""


class LedgerError(PipelineError):
    """The ledger or a journal cannot be trusted, read or written; nothing may be sent."""


class LostClaimError(LedgerError):
    """The claim on a slot has passed to another process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to tell the writer: where it is, what it is and the remedy, in a sentence."""

    #: POSIX path relative to the project's root.
    path: str
    #: Line in the file, from 1; None where the whole file is meant.
    line: int | None
    message: str
    severity: Severity
    #: A short stable name, such as ``day-taken``, for ``--json`` and tests.
    code: str

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.message}"
