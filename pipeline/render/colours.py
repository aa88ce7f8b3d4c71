"""Make one accent colour readable on light and on dark paper."""

from __future__ import annotations

from collections.abc import Sequence

#: What the theme's stylesheet has: paper, light and dark, and the accent it was drawn with, on each.
LIGHT, DARK = "#fbfaf7", "#171512"
ACCENT, ACCENT_ON_DARK = "#b0381a", "#ff9a76"
#: WCAG 2.2, 1.4.3: of text and its ground.
CONTRAST = 4.5
#: How much of the accent is in its tint.
_TINT = 0.1

_Colour = tuple[float, float, float]


def accent_rules(accent: str) -> str:
    """CSS that gives the theme another accent (``#rrggbb``), made darker or lighter until it can be read."""
    light, light_tint = _readable(accent, LIGHT, towards=(0.0, 0.0, 0.0))
    dark, dark_tint = _readable(accent, DARK, towards=(255.0, 255.0, 255.0))
    on_dark = f"{{--accent:{dark};--wash:{dark_tint}}}"
    return (
        f"@media screen{{:root{{--accent:{light};--wash:{light_tint}}}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){on_dark}}}\n"
        f"@media screen{{:root[data-theme=dark]{on_dark}}}\n"
    )


def icon_in(accent: str, svg: bytes) -> bytes:
    """The theme's icon, or a copy of it, in another accent (``#rrggbb``): the same two colours that its pages have."""
    light, _ = _readable(accent, LIGHT, towards=(0.0, 0.0, 0.0))
    dark, _ = _readable(accent, DARK, towards=(255.0, 255.0, 255.0))
    told = svg.replace(f"fill:{ACCENT}".encode(), f"fill:{light}".encode())
    return told.replace(f"fill:{ACCENT_ON_DARK}".encode(), f"fill:{dark}".encode())


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.2)."""
    darker, lighter = sorted((_luminance(_parsed(one)), _luminance(_parsed(other))))
    return (lighter + 0.05) / (darker + 0.05)


def _readable(accent: str, paper: str, *, towards: _Colour) -> tuple[str, str]:
    """The accent and its tint on a paper."""
    start = _parsed(accent)
    for step in range(51):
        colour = _mixed(start, towards, step / 50)
        tint = _written(_mixed(_parsed(paper), colour, _TINT))
        shown = _written(colour)
        if contrast(shown, paper) >= CONTRAST and contrast(shown, tint) >= CONTRAST:
            break
    return shown, tint


def _mixed(one: Sequence[float], other: Sequence[float], share: float) -> _Colour:
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return red, green, blue


def _parsed(colour: str) -> _Colour:
    red, green, blue = (float(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return red, green, blue


def _written(colour: _Colour) -> str:
    return "#" + "".join(f"{round(part):02x}" for part in colour)


def _luminance(colour: _Colour) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
