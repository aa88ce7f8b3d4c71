"""Find what a project's templates say and no page shows: a block that its original lacks, a word nobody asks for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import Problem
from pipeline.render.language import FALLBACK, FOLDER
from pipeline.render.templates import built_in, environment_of, folders, nearest

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.nodes import Template


def unknown_in_templates(root: Path, theme: str) -> tuple[Problem, ...]:
    """What has no effect in the project's own ``templates/``, by file; what cannot be read, a page tells."""
    own = root / "templates"
    places = folders(root, theme)
    if own not in places[:-1]:
        return ()
    # Only what extends has blocks that its parent may lack; a look at the text spares the others Jinja.
    written = [path for path in sorted(own.rglob("*.j2")) if _shown(path, own) and "extends" in _text(path)]
    words = [path for path in sorted((own / FOLDER).glob("*.toml")) if _shown(path, own)]
    return (*_blocks(own, written, places), *_words(own, words, places))


def _shown(path: Path, own: Path) -> bool:
    return path.is_file() and not any(part.startswith(".") for part in path.relative_to(own).parts)


def _blocks(own: Path, written: Sequence[Path], places: Sequence[Path]) -> Iterator[Problem]:
    if not written:
        return
    from jinja2.nodes import Block

    environment = environment_of(places)
    for path in written:
        name = path.relative_to(own).as_posix()
        tree = _tree(environment, name)
        parent = _parent(tree)
        known = _known(environment, parent)
        if tree is None or known is None:
            continue
        for block in (node for node in tree.body if isinstance(node, Block) and node.name not in known):
            yield _advice(
                f"templates/{name}",
                block.lineno,
                "block-unknown",
                f"there is no block '{block.name}' in {parent}, so nothing shows it; {nearest(block.name, known)}",
            )


def _tree(environment: Environment, name: str) -> Template | None:
    from jinja2 import TemplateError

    try:
        assert environment.loader is not None
        source, _, _ = environment.loader.get_source(environment, name)
        return environment.parse(source, name)
    except (TemplateError, UnicodeDecodeError, OSError):
        return None


def _parent(tree: Template | None) -> str:
    """The name of the template that one extends; empty where it extends none, or one that only a run knows."""
    from jinja2.nodes import Const, Extends

    found = next((node for node in tree.body if isinstance(node, Extends)), None) if tree is not None else None
    return str(found.template.value) if found is not None and isinstance(found.template, Const) else ""


def _known(environment: Environment, name: str) -> frozenset[str] | None:
    """Every block of a template and of those that it extends; None where that is not known."""
    from jinja2.nodes import Block

    found: set[str] = set()
    seen: set[str] = set()
    while name:
        tree = _tree(environment, name)
        if tree is None or name in seen:
            return None
        seen.add(name)
        found |= {block.name for block in tree.find_all(Block)}
        name = _parent(tree)
    return frozenset(found) if seen else None


def _words(own: Path, files: Sequence[Path], places: Sequence[Path]) -> Iterator[Problem]:
    if not files:
        return
    known = set(_table(built_in() / FOLDER / f"{FALLBACK}.toml"))
    # A template of the project's or a theme's may ask for words of its own.
    asking = "\n".join(_text(path) for place in places[:-1] for path in sorted(place.rglob("*.j2")))
    for path in files:
        text = _text(path)
        for word in _table(path):
            if word in known or re.search(rf"\b{re.escape(word)}\b", asking):
                continue
            line = next((at for at, one in enumerate(text.splitlines(), 1) if one.lstrip().startswith(word)), None)
            yield _advice(
                f"templates/{path.relative_to(own).as_posix()}",
                line,
                "word-unknown",
                f"no template asks for the word '{word}'; {nearest(word, known)}",
            )


def _table(path: Path) -> Mapping[str, object]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError:
        return {}


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _advice(path: str, line: int | None, code: str, message: str) -> Problem:
    return Problem(path=path, line=line, severity="warning", code=code, message=message)
