"""Colour code with classes, where Pygments knows its language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from pipeline.digests import blake2b
from pipeline.markdown.escape import escaped
from pipeline.patterns import pattern

if TYPE_CHECKING:
    from pygments.lexer import Lexer
    from pygments.token import _TokenType

#: HTML of code in a language, its tokens in ``<span class>``; None where the language is not known.
Colour: TypeAlias = Callable[[str, str], "str | None"]

_LANGUAGE = pattern(r"\s*\{?\s*\.?([A-Za-z0-9][A-Za-z0-9_+#.-]*)")


def language_of(info: str) -> str:
    """``python`` of ``python title="a.py"``, ``Python,ignore`` or ``{.python}``; empty where none is named."""
    found = _LANGUAGE.match(info)
    return found[1].lower() if found else ""


def highlighted(code: str, language: str) -> str | None:
    """The code as HTML, its tokens in ``<span class>``; None where Pygments does not know the language.

    The text is the code's to the letter, and the classes are those of ``templates/static/highlight.css``.
    """
    lexer = _lexer(language)
    if lexer is None:
        return None
    pieces: list[str] = []
    run: list[str] = []
    current = ""
    seen = 0
    for kind, value in lexer.get_tokens(code):
        name = _css_class(kind)
        if name != current:
            pieces.append(_span(current, run))
            run, current = [], name
        run.append(value)
        seen += len(value)
    pieces.append(_span(current, run))
    # A lexer that adds or drops characters must not change what the page says.
    return "".join(pieces) if seen == len(code) else None


def uncoloured(_code: str, _language: str) -> None:
    """No colours, for whoever shows none: a book, a mail, another site. Loads no Pygments."""


class Colours:
    """`highlighted`, with a memory: the same code is coloured once, and not at all where an earlier build did it."""

    def __init__(self, known: Mapping[str, str | None]) -> None:
        """``known`` is what the earlier build had in ``used``."""
        self._known = known
        #: What was asked for, by a digest of language and code.
        self.used: dict[str, str | None] = {}

    def __call__(self, code: str, language: str) -> str | None:
        """As `highlighted`."""
        key = blake2b(f"{language}\0{code}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        if key not in self.used:
            self.used[key] = self._known[key] if key in self._known else highlighted(code, language)
        return self.used[key]


def _span(name: str, run: list[str]) -> str:
    text = escaped("".join(run))
    return f'<span class="{name}">{text}</span>' if name and text else text


@cache
def _css_class(kind: _TokenType) -> str:
    from pygments.token import STANDARD_TYPES

    ancestor: _TokenType | None = kind
    while ancestor is not None and ancestor not in STANDARD_TYPES:
        ancestor = ancestor.parent
    name = "" if ancestor is None else STANDARD_TYPES[ancestor]
    return "" if name in _UNCOLOURED else name


#: Plain names, punctuation and white space look like the code around them; without spans a page weighs half.
_UNCOLOURED = frozenset({"n", "p", "w", "nx", "py", "esc", "g", "l", "ld", "x", "pm"})


@cache
def _lexer(language: str) -> Lexer | None:
    path = _lexers().get(language)
    if path is None:
        return None
    from importlib import import_module

    module, name = path
    lexer: Lexer = getattr(import_module(module), name)(stripnl=False, ensurenl=False)
    return lexer


@cache
def _lexers() -> dict[str, tuple[str, str]]:
    """Module and class by alias: ``get_lexer_by_name`` searches all plug-ins for a name it does not know."""
    from pygments.lexers._mapping import LEXERS

    return {alias.lower(): (row[0], name) for name, row in LEXERS.items() for alias in row[2]}
