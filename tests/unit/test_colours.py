"""One accent for light and dark paper, always readable."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.render.colours import ACCENT, ACCENT_ON_DARK, DARK, LIGHT, accent_rules, contrast, icon_in
from pipeline.render.templates import built_in


def test_black_on_white_is_the_strongest_contrast():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


def test_the_papers_are_those_of_the_stylesheet():
    style = (built_in() / "static/style.css").read_text()
    assert re.findall(r"--paper: (#\w+);", style)[:2] == [LIGHT, DARK]
    assert re.findall(r"--accent: (#\w+);", style)[:2] == [ACCENT, ACCENT_ON_DARK]


@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_any_accent_can_be_read_on_paper_and_on_its_tint(colour):
    rules = accent_rules("#" + "".join(f"{part:02x}" for part in colour))
    light, dark, chosen = re.findall(r"--accent:(#\w{6});--wash:(#\w{6})", rules)
    assert dark == chosen
    for (accent, wash), paper in ((light, LIGHT), (dark, DARK)):
        assert contrast(accent, paper) >= 4.5
        assert contrast(accent, wash) >= 4.5
        assert contrast(paper, accent) >= 4.5


def test_an_accent_that_can_be_read_stays_as_it_is():
    assert "--accent:#003366" in accent_rules("#003366").split("\n")[0]


def test_the_icon_has_the_colours_of_the_pages():
    ours = (built_in() / "static/favicon.svg").read_bytes()
    rules = accent_rules("#003366")
    light, dark, _ = re.findall(r"--accent:(#\w{6})", rules)
    assert re.findall(r"fill:(#\w{6})", icon_in("#003366", ours).decode()) == [light, dark]
    assert icon_in("#003366", b"<svg/>") == b"<svg/>"
