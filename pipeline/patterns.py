"""Regular expressions that are compiled by their first use: a start of the program pays for those that it needs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, AnyStr

_METHODS = ("match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer")


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What ``re.compile`` gives, once something is asked of it."""
    return _Pattern(text, flags)


if TYPE_CHECKING:
    _Pattern = re.compile
else:

    class _Pattern:
        """A pattern; after the first question its methods are those of the compiled one."""

        __slots__ = (*_METHODS, "_compiled", "_flags", "_text")

        def __init__(self, text, flags):
            self._text, self._flags = text, flags

        def __getattr__(self, name):
            if name == "_compiled":
                self._compiled = re.compile(self._text, self._flags)
                for method in _METHODS:
                    setattr(self, method, getattr(self._compiled, method))
                return self._compiled
            return getattr(self._compiled, name)
