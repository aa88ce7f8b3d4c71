"""Set a card. The only module that knows typst's compiler."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

#: Pixels of a link's picture (LinkedIn, third-party guides agreeing, 2026).
WIDTH, HEIGHT = 1200, 627


def card(template: str, told: Mapping[str, object], fonts: Sequence[Path]) -> bytes:
    """A PNG of `WIDTH` × `HEIGHT` pixels. ``told`` is what ``card.typ`` shows; the same gives the same bytes.

    Raises ValueError that says what is wrong with the template.
    """
    return _set(template, told, fonts, {"format": "png", "ppi": 72.0})


def document(template: str, told: Mapping[str, object], fonts: Sequence[Path], root: Path) -> bytes:
    """A PDF, tagged. ``told`` is what ``carousel.typ`` shows; paths in it start at ``root``.

    Raises ValueError that says what is wrong with the template or a picture.
    """
    return _set(template, told, fonts, {"format": "pdf", "root": str(root)}, mono=True)


def pages_of(pdf: bytes) -> int:
    """How many pages a document has that `document` has set: typst writes each as an object that nothing hides."""
    return len(re.findall(rb"<</Type/Page/", pdf))


def picture(template: str, told: Mapping[str, object], fonts: Sequence[Path], ppi: float) -> bytes:
    """A PNG of a template's one page, ``ppi`` pixels to 72 pt. Raises ValueError as `card` does."""
    return _set(template, told, fonts, {"format": "png", "ppi": ppi}, mono=True)


def _set(
    template: str, told: Mapping[str, object], fonts: Sequence[Path], how: Mapping[str, Any], *, mono: bool = False
) -> bytes:
    import typst

    folders = sorted({str(path.parent) for path in fonts})
    try:
        made = typst.compile(
            template.encode(),
            font_paths=typst.Fonts(include_system_fonts=False, include_embedded_fonts=mono, font_paths=folders),
            sys_inputs={"data": json.dumps(told, ensure_ascii=False)},
            **how,
        )
    except typst.TypstError as error:
        raise ValueError(str(error).strip().splitlines()[0]) from error
    assert isinstance(made, bytes)
    return made
