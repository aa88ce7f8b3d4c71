"""Draw each picture once: what was drawn is kept by all that it was drawn from."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from pipeline.digests import sha256
from pipeline.records import dataclass

#: Below the project's root.
FOLDER = ".daycast/cards"
_NEEDED = ("typst", "fontTools", "fontpkg_inter")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a card shows."""

    series: str
    title: str
    #: Where the day is in its series, in words: ``Day 2 of 30``.
    place: str
    author: str
    day: int
    #: None for an endless series.
    length: int | None
    #: ``#rrggbb``.
    accent: str
    #: BCP 47, the first part of it.
    lang: str
    #: Whether it is read from right to left.
    rtl: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A picture that is drawn."""

    #: POSIX path below the project's root.
    source: str
    #: SHA-256 of the PNG, as hex.
    digest: str
    #: Characters that no font has, so that they are left out.
    missing: str


def installed() -> bool:
    """Whether the extra is there that draws."""
    return all(find_spec(name) is not None for name in _NEEDED)


class Cards:
    """The cards of one project, drawn when they are first asked for."""

    def __init__(self, root: Path, *, template: str, fonts: Sequence[str] = (), keep: bool = True) -> None:
        """``fonts`` are files below ``root`` for what our font lacks. ``keep=False`` leaves no file behind.

        Raises ValueError for a font that is not there or is none.
        """
        from pipeline.cards import fonts as known

        self._root = root
        self._template = template
        self._keep = keep
        self._own = known.own_fonts()
        self._others = tuple(root / font for font in fonts)
        for font, place in zip(fonts, self._others, strict=True):
            if not place.is_file():
                raise ValueError(f"'{font}' is not there; name a font file below the project's root")
        self._made: dict[Told, Card] = {}
        engine = find_spec("typst")
        files = [*self._own, *self._others, *([Path(engine.origin)] if engine and engine.origin else [])]
        self._tools = json.dumps([[path.name, path.stat().st_size] for path in files]) + template

    @property
    def root(self) -> Path:
        """The project's root."""
        return self._root

    def of(self, told: Told) -> Card:
        """The card that shows this. Raises ValueError where template or fonts do not do."""
        found = self._made.get(told)
        if found is None:
            found = self._made[told] = self._kept(told) or self._drawn(told)
        return found

    def picture(self, told: Told) -> bytes:
        """The PNG itself, whether it is kept or not. Raises ValueError as `of` does."""
        kept = self._kept(told)
        return (self._root / kept.source).read_bytes() if kept is not None else self._draw(told)[1]

    def document(self, template: str, told: Mapping[str, object], pictures: Sequence[Path]) -> tuple[Card, bytes]:
        """A PDF set by another template, and what describes it; ``pictures`` are the files that it shows.

        Characters that no font has are left out of every text in ``told``. Raises ValueError as `of` does.
        """
        from pipeline.cards import draw

        shown, missing = self._covered(told)
        files = [sha256(path.read_bytes()) for path in pictures]
        text = json.dumps([shown, files, template], sort_keys=True, ensure_ascii=False) + self._tools
        name = sha256(text.encode())[:32]
        place = self._root / FOLDER / f"{name}.pdf"
        data = place.read_bytes() if place.is_file() else b""
        if not data.endswith(b"%%EOF"):
            data = draw.document(template, shown, self._fonts, self._root)
            if self._keep:
                place.parent.mkdir(parents=True, exist_ok=True)
                _write(place, data)
        return Card(source=f"{FOLDER}/{name}.pdf", digest=sha256(data), missing=missing), data

    def picture_of(self, template: str, told: Mapping[str, object], *, ppi: float) -> bytes:
        """A PNG of one page set by another template, ``ppi`` pixels to 72 pt. Raises ValueError as `of` does."""
        from pipeline.cards import draw

        shown, _ = self._covered(told)
        return draw.picture(template, shown, self._fonts, ppi)

    @property
    def _fonts(self) -> tuple[Path, ...]:
        return (*self._own, *self._others)

    def _covered(self, told: Mapping[str, object]) -> tuple[dict[str, object], str]:
        """What a template shows, with the names of the fonts; and the characters that no font has, left out of it."""
        from pipeline.cards import fonts as known

        missing: dict[str, None] = {}

        def covered(value: object) -> object:
            match value:
                case str():
                    text, lost = known.covered(value, self._fonts, tidy=False)
                    missing.update(dict.fromkeys(lost))
                    return text
                case Mapping():
                    # Code is set in another font, and a path is none to be read.
                    kept = ("path", "link") if not value.get("code") and value.get("kind") != "code" else ("text",)
                    return {key: one if key in kept else covered(one) for key, one in value.items()}
                case list() | tuple():
                    return [covered(one) for one in value]
                case _:
                    return value

        shown = covered(told)
        assert isinstance(shown, dict)
        families = list(dict.fromkeys(known.family(font) for font in self._fonts))
        return {**shown, "fonts": families}, "".join(missing)

    def _name(self, told: Told) -> str:
        from dataclasses import asdict

        data = json.dumps(asdict(told), sort_keys=True, ensure_ascii=False) + self._tools
        return sha256(data.encode())[:32]

    def _kept(self, told: Told) -> Card | None:
        name = self._name(told)
        try:
            noted = json.loads((self._root / FOLDER / f"{name}.json").read_text(encoding="utf-8"))
            card = Card(source=f"{FOLDER}/{name}.png", digest=str(noted["digest"]), missing=str(noted["missing"]))
            size = (self._root / card.source).stat().st_size
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return card if size == noted.get("size") else None

    def _drawn(self, told: Told) -> Card:
        card, data = self._draw(told)
        if self._keep:
            place = self._root / card.source
            place.parent.mkdir(parents=True, exist_ok=True)
            _write(place, data)
            noted = {"digest": card.digest, "missing": card.missing, "size": len(data)}
            _write(place.with_suffix(".json"), json.dumps(noted, ensure_ascii=False).encode())
        return card

    def _draw(self, told: Told) -> tuple[Card, bytes]:
        from pipeline.cards import draw
        from pipeline.cards import fonts as known

        name = self._name(told)
        from dataclasses import asdict

        shown = asdict(told)
        missing = ""
        for key in ("series", "title", "place", "author"):
            text, lost = known.covered(shown[key], self._fonts)
            shown[key] = _breakable(text)
            missing += "".join(char for char in lost if char not in missing)
        families = dict.fromkeys(known.family(font) for font in self._fonts)
        data = draw.card(self._template, {**shown, "fonts": list(families)}, self._fonts)
        digest = sha256(data)
        return Card(source=f"{FOLDER}/{name}.png", digest=digest, missing=missing), data


def _breakable(text: str, longest: int = 30) -> str:
    """A text whose long words may be broken: a zero-width space after each ``longest`` characters."""
    return " ".join(
        "\u200b".join(word[start : start + longest] for start in range(0, len(word), longest))
        for word in text.split(" ")
    )


def _write(place: Path, data: bytes) -> None:
    temporary = place.with_name(f"{place.name}.{os.getpid()}.new")
    temporary.write_bytes(data)
    temporary.replace(place)
