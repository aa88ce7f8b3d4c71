"""The site in a real browser: no complaint in the console, nothing fetched from elsewhere, usable by everybody."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.visits import DESKTOP, KINDS, PHONE, Scheme, fullest, visited
from tests.system.web import ROOT, Kind, Served

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

PICTURES = ROOT / ".cache" / "screenshots"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def pictures(note: Callable[[str], None]) -> Path:
    """The folder for screenshots, named at the end of the run."""
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    note(f"screenshots: {PICTURES}")
    return PICTURES


def broken_pictures(tab: Tab) -> list[str]:
    """Have every picture of a page loaded, however far down it is; the addresses of those that do not show."""
    broken: list[str] = tab.evaluate(
        """() => Promise.all([...document.images].map(image => {
            image.loading = 'eager';
            return image.decode().then(() => '', () => image.src);
        })).then(found => found.filter(Boolean))"""
    )
    return broken


def test_no_page_complains_or_fetches_from_elsewhere(browser: Browser, web: Served) -> None:
    noisy = {}
    for page in web.site.pages:
        with visited(browser, web, page) as visit:
            if visit.complaints or visit.foreign:
                noisy[page.path] = (visit.complaints, visit.foreign)
    assert noisy == {}


def requests_of(tab: Tab) -> list[str]:
    """The addresses that a tab asks for from now on."""
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    return asked


def test_a_page_needs_at_most_six_requests(browser: Browser, web: Served) -> None:
    busy = {}
    for page in web.site.shown:
        with browser.new_context(viewport=DESKTOP) as context:
            tab = context.new_page()
            asked = requests_of(tab)
            tab.goto(web.at(page), wait_until="networkidle")
        if len(asked) > 6:
            busy[page.path] = asked
    assert busy == {}


def test_every_picture_shows(browser: Browser, web_below: Served) -> None:
    broken = {}
    for page in web_below.site.pages_of("entry"):
        with visited(browser, web_below, page) as visit:
            if found := broken_pictures(visit.tab):
                broken[page.path] = found
    assert broken == {}


def test_the_site_works_in_a_folder_of_its_host(browser: Browser, web_below: Served) -> None:
    with visited(browser, web_below, fullest(web_below, "entry")) as visit:
        visit.tab.wait_for_load_state("networkidle")
        assert (visit.complaints, visit.foreign) == ([], [])


def test_no_page_overflows_a_narrow_screen(browser: Browser, web: Served) -> None:
    wide = {}
    with browser.new_context(viewport=PHONE) as context:
        tab = context.new_page()
        for page in web.site.pages:
            tab.goto(web.at(page), wait_until="load")
            width = tab.evaluate("document.documentElement.scrollWidth")
            if width > PHONE["width"]:
                wide[page.path] = width
    assert wide == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_no_barrier(
    browser: Browser,
    web_full: Served,
    node_package: Callable[[str, str], Path],
    pictures: Path,
    kind: Kind,
    scheme: Scheme,
) -> None:
    axe = (node_package("axe", "axe-core") / "axe.min.js").read_text(encoding="utf-8")
    barriers = []
    for size, viewport in (("phone", PHONE), ("desktop", DESKTOP)):
        # Transitions would have axe measure colours half-way.
        with visited(
            browser, web_full, fullest(web_full, kind), color_scheme=scheme, viewport=viewport, reduced_motion="reduce"
        ) as visit:
            broken_pictures(visit.tab)
            visit.tab.screenshot(path=pictures / f"{kind}-{scheme}-{size}.png", full_page=True)
            visit.tab.evaluate(axe)
            result = visit.tab.evaluate("(rules) => axe.run(document, {runOnly: {type: 'tag', values: rules}})", RULES)
            barriers += [
                f"{size}: {violation['id']}: {node['html']}: {node['failureSummary']}"
                for violation in result["violations"]
                for node in violation["nodes"]
            ]
    assert barriers == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_says_all_it_has_to_say_without_scripts(browser: Browser, web_full: Served, kind: Kind) -> None:
    page = fullest(web_full, kind)
    with visited(browser, web_full, page) as visit:
        with_scripts = visit.tab.inner_text("main")
    with visited(browser, web_full, page, java_script_enabled=False) as visit:
        without = visit.tab.inner_text("main")
    # A script may add a control (a copy button, the field to "Search for" something); it never brings the content.
    assert set(with_scripts.split()) - set(without.split()) <= {"Copy", "for"}
    assert len(without) > 20


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_tab_stop_skips_to_the_content(browser: Browser, web_full: Served, kind: Kind) -> None:
    with visited(browser, web_full, fullest(web_full, kind)) as visit:
        visit.tab.keyboard.press("Tab")
        target = visit.tab.evaluate("document.activeElement.hash")
        assert target
        assert visit.tab.locator(f"main{target}, main {target}, :has(> main){target}").count() == 1


def test_nothing_moves_while_a_page_loads(browser: Browser, web_full: Served) -> None:
    shifts = {}
    for kind in KINDS:
        with visited(browser, web_full, fullest(web_full, kind), viewport=PHONE) as visit:
            shift = visit.tab.evaluate(
                """() => new Promise(resolve => {
                    let sum = 0;
                    new PerformanceObserver(list => list.getEntries().forEach(entry => { sum += entry.value; }))
                        .observe({type: 'layout-shift', buffered: true});
                    requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
                })"""
            )
            if shift > 0:
                shifts[kind] = shift
    assert shifts == {}
