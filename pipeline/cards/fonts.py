"""The fonts that pictures are set in, and the characters they have."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

#: Set without a shape of their own: they join, direct or break what is around them.
_SHAPELESS = ("Cf", "Cc", "Zl", "Zp", "Mn", "Me")


def own_fonts() -> tuple[Path, ...]:
    """The files of the font that comes with the extra: Inter, upright and italic."""
    import fontpkg_inter

    return tuple(sorted(Path(str(fontpkg_inter.__file__)).with_name("files").glob("*.ttf")))


@cache
def characters(path: Path) -> frozenset[int]:
    """The code points a font file has shapes for. Raises ValueError for what is no font."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            return frozenset(font.getBestCmap() or {})
    except (TTLibError, OSError) as error:
        raise ValueError(str(error)) from error


@cache
def family(path: Path) -> str:
    """The name by which typst knows a font file's family. Raises ValueError for what is no font."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            names = font["name"]
            return str(names.getBestFamilyName())
    except (TTLibError, OSError, KeyError) as error:
        raise ValueError(str(error)) from error


def covered(text: str, fonts: Sequence[Path], *, tidy: bool = True) -> tuple[str, str]:
    """A text without the characters that no font has, and those, each once. ``tidy`` makes all white space one space.

    A mark goes with the letter it stands on; what has no shape of its own stays.
    """
    kept: list[str] = []
    missing: dict[str, None] = {}
    dropped = False
    for char in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(char)
        if kind in _SHAPELESS and char not in "\n\t":
            # A joiner or a variant selector between characters that are gone would join what is left.
            if not dropped:
                kept.append(char)
            continue
        dropped = not (char.isspace() or any(ord(char) in characters(font) for font in fonts))
        if dropped:
            missing[char] = None
        else:
            kept.append(char)
    found = "".join(kept)
    return " ".join(found.split()) if tidy else found, "".join(missing)
