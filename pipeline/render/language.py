"""The words of the theme, in the language of a page: one file each, ``words/<language>.toml`` among the templates."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace

from pipeline.errors import RenderError
from pipeline.render.context import Stamp
from pipeline.wallclock import local

FOLDER = "words"
#: Speaks where nothing else is known: every word is there.
FALLBACK = "en"


class Words(SimpleNamespace):
    """Every word by its name: ``words.next_day``; one with something to fill in is a pattern for ``str.format``."""

    date: str
    month_of: str
    months: Sequence[str]

    def stamp(self, moment: datetime, zone: str) -> Stamp:
        """A moment in a zone, ready to show."""
        here = local(moment, zone)
        return Stamp(
            iso=here.isoformat(timespec="seconds"),
            day=f"{here:%Y-%m-%d}",
            human=self.date.format(day=here.day, month=self.months[here.month - 1], year=here.year),
        )

    def month(self, moment: datetime, zone: str) -> str:
        """The month of a moment, with its year."""
        here = local(moment, zone)
        return self.month_of.format(month=self.months[here.month - 1], year=here.year)


class Languages:
    """The words in each language, read when they are first asked for."""

    def __init__(self, places: Sequence[Path]) -> None:
        """``places`` are the folders of templates, first found first used, word by word."""
        self._places = tuple(places)
        self._known: dict[str, Words] = {}

    def of(self, language: str) -> Words:
        """The words in a language (BCP 47): those of ``pt-BR`` before those of ``pt``, and English for what is left.

        Raises RenderError for a file that cannot be used.
        """
        found = self._known.get(language)
        if found is None:
            first = language.partition("-")[0]
            told: dict[str, object] = {}
            for name in dict.fromkeys((FALLBACK, first.lower(), language)):
                for place in reversed(self._places):
                    told |= _read(place, name)
            found = self._known[language] = Words(**told)
        return found


def _read(place: Path, name: str) -> Mapping[str, object]:
    """The words of one file; none where there is none."""
    path = place / FOLDER / f"{name}.toml"
    shown = f"templates/{FOLDER}/{name}.toml"
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RenderError(f"{shown}: cannot be read: {error}") from error
    for key, value in told.items():
        if key == "months":
            if not (isinstance(value, list) and len(value) == 12 and all(isinstance(one, str) for one in value)):
                raise RenderError(f"{shown}: months is no list of twelve names")
        elif not isinstance(value, str):
            raise RenderError(f"{shown}: {key} is {value!r}, expected text in quotes")
    return told
