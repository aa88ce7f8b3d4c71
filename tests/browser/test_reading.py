"""A page for those who read in their own way: larger, wider set, without motion, by keyboard alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.visits import PHONE, fullest, visited
from tests.system.web import Kind, Served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

#: What WCAG 2.2 lets a reader set (1.4.12 Text Spacing), and text of twice its size (1.4.4).
SPACED = (
    "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"
    "p { margin-block-end: 2em !important }"
)
LARGE = "html { font-size: 200% !important }"
#: The element in focus: its place in the document, and whether it can be seen there.
FOCUSED = """() => {
    const at = document.activeElement;
    if (at === document.body) return null;
    const box = at.getClientRects()[0];
    const [x, y] = [box.left + box.width / 2, Math.min(box.top + box.height / 2, innerHeight - 1)];
    const top = document.elementFromPoint(x, y);
    const seen = top !== null && (at.contains(top) || top.contains(at));
    return [[...document.querySelectorAll('*')].indexOf(at), seen, at.outerHTML];
}"""


@pytest.mark.parametrize("style", [SPACED, LARGE], ids=["spaced", "large"])
@pytest.mark.parametrize("which", ["web_full", "web_arabic"])
def test_no_page_overflows_a_narrow_screen_however_its_text_is_set(
    request: pytest.FixtureRequest, browser: Browser, which: str, style: str
) -> None:
    web: Served = request.getfixturevalue(which)
    wide = {}
    # The reader's style is the browser's, whatever a site's policy says of its own.
    with browser.new_context(viewport=PHONE, bypass_csp=True) as context:
        tab = context.new_page()
        for page in web.site.pages:
            tab.goto(web.at(page), wait_until="load")
            tab.add_style_tag(content=style)
            width = tab.evaluate("document.documentElement.scrollWidth")
            if width > PHONE["width"]:
                wide[page.path] = width
    assert wide == {}


@pytest.mark.parametrize(("motion", "found"), [("reduce", ("auto", 0)), ("no-preference", ("smooth", 1))], ids=str)
def test_nothing_glides_for_those_who_do_not_want_it(
    browser: Browser, web_full: Served, motion: str, found: tuple[str, int]
) -> None:
    with visited(browser, web_full, fullest(web_full, "entry"), reduced_motion=motion) as visit:
        scrolling = visit.tab.evaluate("getComputedStyle(document.documentElement).scrollBehavior")
        moving = visit.tab.evaluate(
            "[...document.querySelectorAll('*')].some(at => { const style = getComputedStyle(at);"
            "return style.animationName !== 'none' || /[1-9]/.test(style.transitionDuration) })"
        )
    assert (scrolling, int(moving)) == found


@pytest.mark.parametrize("kind", ["home", "series", "entry", "archive", "subscribe"])
@pytest.mark.parametrize("which", ["web_full", "web_arabic"])
def test_focus_goes_through_a_page_as_it_reads_and_stays_in_sight(
    request: pytest.FixtureRequest, browser: Browser, which: str, kind: Kind
) -> None:
    web: Served = request.getfixturevalue(which)
    with visited(browser, web, fullest(web, kind), reduced_motion="reduce") as visit:
        order: list[int] = []
        hidden: list[str] = []
        while True:
            visit.tab.keyboard.press("Tab")
            found = visit.tab.evaluate(FOCUSED)
            if found is None or found[0] in order:
                break
            order.append(found[0])
            if not found[1]:
                hidden.append(found[2])
    assert len(order) > 5
    assert (order, hidden) == (sorted(order), [])


def test_nothing_moves_while_a_page_loads_that_is_read_from_right_to_left(browser: Browser, web_arabic: Served) -> None:
    shifts = {}
    for page in web_arabic.site.pages:
        with visited(browser, web_arabic, page, viewport=PHONE) as visit:
            visit.tab.wait_for_load_state("networkidle")
            shift = visit.tab.evaluate(
                """() => new Promise(resolve => {
                    let sum = 0;
                    new PerformanceObserver(list => list.getEntries().forEach(entry => { sum += entry.value; }))
                        .observe({type: 'layout-shift', buffered: true});
                    requestAnimationFrame(() => requestAnimationFrame(() => resolve(sum)));
                })"""
            )
            if shift > 0:
                shifts[page.path] = shift
    assert shifts == {}
