"""The file for reviewers in a real browser: complete, quiet, and open to everybody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.test_browser import RULES
from tests.browser.visits import DESKTOP, PHONE, Scheme
from tests.system.web import NOW, copy_sample, daycast

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Day 6 of the sample, alone in a folder: nothing beside it can help."""
    root = tmp_path_factory.mktemp("share") / "project"
    copy_sample(root)
    daycast("share", "day", "6", "--now", NOW, root=root)
    file = tmp_path_factory.mktemp("mailed") / "day-06.html"
    file.write_bytes((root / "output/share/30daysofgenerativeai/day-06.html").read_bytes())
    return file


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_asks_for_nothing_and_is_complete(browser: Browser, shared: Path, scheme: Scheme) -> None:
    asked, said = [], []
    with browser.new_context(viewport=DESKTOP, color_scheme=scheme) as context:
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(shared.as_uri(), wait_until="load")
        inside = page.frame_locator("iframe")
        assert inside.locator("h1").inner_text() == "Fifty right answers prove less than you think"
        family = "at => getComputedStyle(at).fontFamily"
        assert "Segoe UI" in inside.locator("body").evaluate(family)
        loaded = "[...document.images].every(image => image.complete && image.naturalWidth > 0)"
        assert page.evaluate(loaded)
    assert [url for url in asked if not url.startswith("data:")] == [shared.as_uri()]
    assert said == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_barrier(
    browser: Browser, shared: Path, node_package: Callable[[str, str], Path], scheme: Scheme
) -> None:
    axe = (node_package("axe", "axe-core") / "axe.min.js").read_text(encoding="utf-8")
    barriers = []
    for viewport in (PHONE, DESKTOP):
        with browser.new_context(
            viewport=viewport, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True
        ) as context:
            page = context.new_page()
            page.goto(shared.as_uri(), wait_until="load")
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
            page.evaluate(axe)
            result = page.evaluate(
                "(rules) => axe.run(document, {runOnly: {type: 'tag', values: rules}, iframes: false})", RULES
            )
            barriers += [node["html"] for violation in result["violations"] for node in violation["nodes"]]
    assert barriers == []
