"""See which templates a project has of its own, and which of their originals have changed since.

  templates                    every template and where it comes from; what has changed, with the difference
  templates copy NAME          copy an original into the project, to be changed
  templates accept NAME        you have looked at what changed in the original of a copy

A file of the project's templates/ takes the place of the one of the same name. Originals are kept in
templates/.originals when they are copied; commit that folder.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from pipeline.cli import say
from pipeline.cli.run import settings
from pipeline.errors import ConfigError
from pipeline.render import overrides
from pipeline.render.context import CONTEXT_VERSION
from pipeline.render.unknown import unknown_in_templates

_SAID = {
    "copy": "a copy; its original is as it was",
    "changed": "its original has changed since it was copied",
    "own": "not copied by 'daycast templates copy'; --diff compares it with the original",
    "extends": "adds to its original, so there is nothing to compare",
    "added": "takes the place of nothing",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``templates``."""
    parser.add_argument("words", nargs="*", metavar="copy NAME | accept NAME", help="what to do; nothing lists them")
    parser.add_argument("--diff", action="store_true", help="also compare what was not copied with its original")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")


def run(options: argparse.Namespace, here: Path) -> int:
    """List, copy or accept."""
    root, config = settings(here)
    theme = config.site.theme
    match options.words:
        case []:
            return _list(options, root, theme)
        case ["copy", name]:
            print(f"{say.path(overrides.copy(root, theme, name))}: copied; change it as you like")
            return 0
        case ["accept", name]:
            overrides.accept(root, theme, name)
            print(f"templates/{name}: its original as it is now is the one it is compared with")
            return 0
    raise ConfigError(f"'{' '.join(options.words)}' is none of: copy NAME, accept NAME")


def _list(options: argparse.Namespace, root: Path, theme: str) -> int:
    found = overrides.overrides(root, theme)
    known = overrides.context_version(root)
    older = known is not None and known != CONTEXT_VERSION
    if options.json:
        told = [
            {"name": one.name, "source": one.source, "standing": one.standing, "difference": one.difference or None}
            for one in found
        ]
        say.as_json({"context_version": CONTEXT_VERSION, "written_for": known, "templates": told})
    else:
        wide = max(len(one.name) for one in found)
        for one in found:
            print(f"{one.name:<{wide}}  {one.source}" + (f": {_SAID[one.standing]}" if one.standing in _SAID else ""))
        print(f"what templates see: version {CONTEXT_VERSION}")
        if older:
            print(f"yours were copied when it was version {known}: see what changed in docs/reference/templates.md")
        say.problems(unknown_in_templates(root, theme))
        for one in found:
            if one.difference and (one.standing == "changed" or options.diff):
                print(f"\n{one.difference}", end="")
                if one.standing == "changed":
                    print(f"take into templates/{one.name} what you want, then: daycast templates accept {one.name}")
    return 1 if older or any(one.standing == "changed" for one in found) else 0
