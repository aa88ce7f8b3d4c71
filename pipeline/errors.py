"""The errors daycast raises and the problems it reports, each a sentence a person can act on.

::

    PipelineError
    ├── ConfigError     daycast.toml, an option or the command line is wrong (exit code 2)
    ├── ContentError    a file in series/ cannot be used
    └── RenderError     a template or an artifact cannot be made

Exceptions stop one thing; a `Problem` is a value, collected so that one bad line never hides the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: ``error``: something a person must change. ``warning``: it works, but not as well as it could.
Severity = Literal["error", "warning"]


class PipelineError(Exception):
    """``str(error)`` is a sentence a person can act on."""


class ConfigError(PipelineError):
    """The configuration or the command line is wrong."""


class ContentError(PipelineError):
    """A file in ``series/`` cannot be used."""


class RenderError(PipelineError):
    """A template or an artifact cannot be made."""


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
