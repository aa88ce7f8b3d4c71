"""Find and run Jinja templates: the project's own file by file, else the ones daycast comes with."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.digests import blake2b
from pipeline.errors import ConfigError, RenderError
from pipeline.render.context import PageView
from pipeline.render.language import Languages

if TYPE_CHECKING:
    from jinja2 import Environment, Template

#: The prefix by which an override names the template it takes the place of.
ORIGINALS = "daycast"
_PACKAGE = Path(__file__).resolve().parent.parent


def built_in() -> Path:
    """The folder of the templates daycast comes with: inside the installed package, else beside it."""
    shipped = _PACKAGE / "_templates"
    return shipped if shipped.is_dir() else _PACKAGE.parent / "templates"


def folders(root: Path, theme: str = "") -> tuple[Path, ...]:
    """Where templates of the project at ``root`` are looked for, first found first used.

    ``theme`` is the installed package that ``[site] theme`` names, or empty. Raises ConfigError where it is none.
    """
    own, ours = root / "templates", built_in()
    between = (theme_folder(theme),) if theme else ()
    return (*((own,) if own.is_dir() and own.resolve() != ours.resolve() else ()), *between, ours)


def theme_folder(package: str) -> Path:
    """The folder ``templates`` of an installed package. Raises ConfigError where there is none."""
    try:
        found = find_spec(package)
    except (ImportError, ValueError):
        found = None
    places = [Path(place) / "templates" for place in (found.submodule_search_locations or ())] if found else []
    for place in places:
        if place.is_dir():
            return place
    missing = "has no folder 'templates'" if found else "is not installed"
    raise ConfigError(f"[site] theme is '{package}', which {missing}; install the theme's package, or take the key out")


class Templates:
    """The templates of one project."""

    def __init__(self, places: Sequence[Path], *, compiled: bool = True) -> None:
        """``places`` are folders, first found first used. ``compiled=False`` leaves everything to Jinja."""
        self._places = tuple(places)
        self._compiled = compiled
        self._functions: dict[str, Callable[[Mapping[str, Any]], str] | None] = {}
        #: Files of ours: whether they are as they were compiled, and nobody else's stands before them.
        self._untouched: dict[str, bool] = {}
        #: The words of the theme; a template sees those of its page's language as ``t``.
        self.languages = Languages(self._places)
        self._found: dict[str, Template] = {}

    def render(self, name: str, context: Mapping[str, object]) -> str:
        """The text a template makes of a context.

        Raises RenderError that names template and line: not found, wrong syntax, an undefined name.
        """
        page = context.get("page")
        if isinstance(page, PageView):
            context = {**context, "t": self.languages.of(page.language)}
        function = self._function(name) if self._compiled else None
        if function is not None:
            try:
                return function(context)
            except (TypeError, ValueError, AttributeError, ArithmeticError, LookupError):
                self._functions[name] = (
                    None  # what is wrong, such as a word of the project's, Jinja tells with its line
                )
        from jinja2 import TemplateError

        try:
            template = self._found.get(name)
            if template is None:
                template = self._found[name] = self._environment.get_template(name)
            return template.render(context)
        except TemplateError as error:
            raise RenderError(self._sentence(name, error, context)) from error
        except RecursionError as error:
            message = f"templates/{name}: includes or extends itself without end; extend '{ORIGINALS}/{name}' instead"
            raise RenderError(message) from error
        except (TypeError, ValueError, AttributeError, ArithmeticError, LookupError) as error:
            raise RenderError(self._sentence(name, error)) from error

    def source(self, name: str) -> str:
        """A template as it is written: of what another program sets. Raises RenderError where it is not there."""
        for folder in self._places:
            path = folder / name
            if path.is_file():
                return path.read_text(encoding="utf-8")
        raise RenderError(f"templates/{name}: there is none in {self._where()}")

    def static(self) -> dict[str, bytes]:
        """The files of ``static/`` by name (POSIX path below it): a project's own replaces ours."""
        found: dict[str, bytes] = {}
        for place in reversed(self._places):
            top = place / "static"
            for folder, names, files in os.walk(top):
                names.sort()
                for file in files:
                    path = Path(folder) / file
                    if not file.startswith("."):
                        found[path.relative_to(top).as_posix()] = path.read_bytes()
        return dict(sorted(found.items()))

    @cached_property
    def _environment(self) -> Environment:
        return environment_of(self._places)

    def _function(self, name: str) -> Callable[[Mapping[str, Any]], str] | None:
        """A template as Python; None where the project, a theme or somebody at work on daycast has changed it."""
        if name not in self._functions:
            from pipeline.render.compiled import DIGESTS, TEMPLATES

            function, files = TEMPLATES.get(name, (None, ()))
            ours = self._places[-1]
            for file in files:
                if file not in self._untouched:
                    elsewhere = any((place / file).exists() for place in self._places[:-1])
                    self._untouched[file] = not elsewhere and _digest(ours / file) == DIGESTS[file]
            self._functions[name] = function if all(self._untouched[file] for file in files) else None
        return self._functions[name]

    def _sentence(self, name: str, error: Exception, context: Mapping[str, object] | None = None) -> str:
        from jinja2 import TemplateNotFound, TemplateSyntaxError

        if isinstance(error, TemplateNotFound):
            return f"templates/{name}: there is no template '{error.name}' in {self._where()}"
        if isinstance(error, TemplateSyntaxError):
            return f"templates/{error.name or name}:{error.lineno}: {error.message}"
        line, file = None, name
        trace = error.__traceback__
        while trace is not None:
            source = trace.tb_frame.f_code.co_filename
            for place in self._places:
                if source.startswith(str(place)):
                    line, file = trace.tb_lineno, Path(source).relative_to(place).as_posix()
            trace = trace.tb_next
        spot = f"templates/{file}" + (f":{line}" if line else "")
        return f"{spot}: {error}{_hint(str(error), context or {})}"

    def _where(self) -> str:
        return " or ".join(str(place) for place in self._places)


def environment_of(places: Sequence[Path]) -> Environment:
    """Jinja over folders of templates, first found first used."""
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined

    class Missing(StrictUndefined):
        """Says what is not there in the words of a template's author."""

        @property
        def _undefined_message(self) -> str:
            from jinja2.utils import missing

            if self._undefined_hint or self._undefined_obj is missing:
                return super()._undefined_message
            return _lacks(self._undefined_obj, str(self._undefined_name))

    ours = PrefixLoader({ORIGINALS: FileSystemLoader(str(places[-1]))})
    return Environment(
        loader=ChoiceLoader([FileSystemLoader([str(place) for place in places]), ours]),
        undefined=Missing,
        autoescape=_escapes,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,  # one run reads each template once
    )


def _lacks(thing: object, name: str) -> str:
    """That a thing has no such field: ``entry has no 'writer'``, with what it has."""
    if isinstance(thing, Mapping):
        return f"there is no '{name}' in it; {nearest(name, [str(key) for key in thing])}"
    kind = type(thing)
    if kind.__module__ == "builtins":
        known = {str: "a text", tuple: "a list", list: "a list", int: "a number", type(None): "nothing"}
        return f"{known.get(kind, f'a {kind.__name__}')} has no '{name}'"
    # EntryView is called entry in templates, FeedLinks are feed links.
    called = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind.__name__.removesuffix("View")).lower()
    fields = [one for one in dir(thing) if not one.startswith("_")]
    return f"{'t' if called == 'words' else called} has no '{name}'; {nearest(name, fields)}"


def _hint(sentence: str, context: Mapping[str, object]) -> str:
    """What to do about a name that is not there at all; empty for other errors."""
    found = re.fullmatch(r"'(\w+)' is undefined", sentence)
    if found is None:
        return ""
    if found[1] in context:
        return " here: a macro sees only what it is given"
    return f"; {nearest(found[1], list(context))}"


def nearest(name: str, known: Collection[str]) -> str:
    """``did you mean 'x'?``, else what there is."""
    from difflib import get_close_matches

    near = get_close_matches(name, known, n=1)
    return f"did you mean '{near[0]}'?" if near else f"there are: {', '.join(sorted(known))}"


def _digest(path: Path) -> str:
    try:
        return blake2b(path.read_bytes(), digest_size=8).hexdigest()
    except OSError:
        return ""


def _escapes(name: str | None) -> bool:
    return name is not None and name.removesuffix(".j2").endswith((".html", ".xml"))
