"""Code is coloured by class, says what it said, and can be read in both schemes."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest
from pygments.token import STANDARD_TYPES

from pipeline.markdown.code import highlighted, language_of

STATIC = Path(__file__).resolve().parents[2] / "templates" / "static"
CSS = re.sub(r"/\*.*?\*/", "", (STATIC / "highlight.css").read_text(encoding="utf-8"), flags=re.DOTALL)
SITE_CSS = (STATIC / "style.css").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("info", "language"),
    [
        ("python", "python"),
        ("Python title='a'", "python"),
        ("c++,ignore", "c++"),
        ("{.rust .wide}", "rust"),
        ("{js}", "js"),
        ('"><script>', ""),
        ("", ""),
    ],
)
def test_a_language_is_the_first_name_of_the_info_string(info: str, language: str) -> None:
    assert language_of(info) == language


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("python", "def f(x: int) -> str:\n    return f'{x!r}' # <&>\n"),
        ("py", "\n\n  x = 1"),
        ("js", "const a = `b ${c}` // d\n"),
        ("bash", "$ echo \"$HOME\" | grep -v '<'\n"),
        ("console", "$ ls\na b\n"),
        ("diff", "--- a\n+++ b\n@@ -1 +1 @@\n-c\n+d\n e\n"),
        ("html", "<p class=a>b &amp; c</p>\n<script>d()</script>\n"),
        ("json", '{"a": [1, null]}'),
        ("yaml", "a: 'b' # c\n"),
        ("sql", "select 'ü' from 日本;\n"),
        ("text", "a < b\n"),
        ("toml", "\t a = 1\r\n"),
        ("c", "\x0b$$ % \u00a0 not C"),
        ("rust", ""),
    ],
)
def test_coloured_code_says_what_it_said(language: str, code: str) -> None:
    made = highlighted(code, language)
    assert made is not None or "\r" in code
    if made is not None:
        assert unescape(re.sub(r'<span class="\w+">|</span>', "", made)) == code


@pytest.mark.parametrize("language", ["", "frobnic", "../os", "Python"])
def test_a_language_pygments_does_not_know_is_not_coloured(language: str) -> None:
    assert highlighted("x = 1", language) is None


def test_pygments_is_imported_for_code_with_a_language_only() -> None:
    program = (
        "import sys; from pipeline.markdown import to_html;"
        "to_html('# a <b>\\n\\n```\\nx\\n```\\n', page_url='/', page_absolute='https://a.b/',"
        " link=lambda d: None, image=lambda d: None);"
        "print([name for name in ('pygments', 'yaml', 'jinja2') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


# Colours

SCHEMES = ("light", "dark")


def variables(css: str, scheme: str) -> dict[str, str]:
    """The custom properties of a scheme: those of ``:root``, and over them those for dark screens."""
    start = css.index("@media (prefers-color-scheme: dark)")
    end = css.index("\n}", start)
    found = dict(re.findall(r"(--[\w-]+):\s*(#\w+)", css[:start]))
    if scheme == "dark":
        found |= dict(re.findall(r"(--[\w-]+):\s*(#\w+)", css[start:end]))
    return found


def token_colours(scheme: str) -> dict[str, str]:
    """Colour by token class, the plain text of code as an empty class."""
    given = variables(CSS, scheme)
    found = {}
    for selectors, declarations in re.findall(r"([^{}]+)\{([^{}]*)\}", CSS):
        colour = re.search(r"(?:^|[;\s])color:\s*var\((--[\w-]+)\)", declarations)
        if colour:
            for selector in selectors.split(","):
                found[selector.strip().rpartition(" ")[2].lstrip(".").replace("pre", "")] = given[colour[1]]
    return found


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio of two colours (2023-10-05), from 1 to 21."""

    def luminance(colour: str) -> float:
        channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_that_of_the_standard() -> None:
    assert (contrast("#000000", "#ffffff"), round(contrast("#777777", "#ffffff"), 2)) == (21, 4.48)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_token_can_be_read_on_its_background(scheme: str) -> None:
    fallback = variables(CSS, scheme)["--hl-bg"]
    background = variables(SITE_CSS, scheme)["--code-bg"]
    faint = {
        f"{name or 'code'} {colour} on {ground}"
        for name, colour in token_colours(scheme).items()
        for ground in (fallback, background)
        if contrast(colour, ground) < 4.5
    }
    assert faint == set()


def test_the_fallback_is_the_background_the_colours_were_made_for() -> None:
    assert [variables(CSS, scheme)["--hl-bg"] for scheme in SCHEMES] == ["#f6f7f9", "#161b22"]
    assert "background: var(--code-bg, var(--hl-bg))" in CSS


def test_a_chosen_scheme_has_the_colours_of_the_screen_s() -> None:
    def declarations(after: str) -> str:
        start = CSS.index("{", CSS.index(after)) + 1
        return " ".join(CSS[start : CSS.index("}", start)].split())

    by_screen = declarations(":root:not([data-theme=light])")
    assert declarations(":root[data-theme=dark]") == by_screen
    assert by_screen.count("#") == len(variables(CSS, "light"))


def test_every_token_class_that_code_can_have_is_coloured_or_bold() -> None:
    made = highlighted("x", "text")
    assert made == "x"
    plain = {"", "n", "p", "w", "nx", "py", "esc", "g", "l", "ld", "x", "pm"}
    assert {name for name in STANDARD_TYPES.values() if f".{name}" not in re.findall(r"\.\w+", CSS)} <= plain
