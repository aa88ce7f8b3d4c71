"""What the theme's script adds, by keyboard and under the strictest policy; and what is there without it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.sites import CODE
from tests.browser.visits import DESKTOP, PHONE, fullest, visited
from tests.system.test_markup import nu_errors
from tests.system.web import Kind, Page, Served

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

CONTROLS = 'a[href], button, input:not(:disabled), summary, [tabindex="0"]'
EVERY: tuple[Kind, ...] = ("home", "series", "entry", "tag", "archive", "author", "subscribe", "search", "404")


def page_of(web: Served, kind: Kind) -> Page:
    return fullest(web, kind)


@pytest.fixture
def tab(browser: Browser, web_full: Served) -> Iterator[Tab]:
    """A tab on the home page that may use the clipboard."""
    with browser.new_context(viewport=DESKTOP, permissions=["clipboard-read", "clipboard-write"]) as context:
        made = context.new_page()
        made.goto(f"{web_full.address}/", wait_until="load")
        yield made


def theme(tab: Tab) -> str:
    found: str = tab.evaluate("document.documentElement.dataset.theme ?? ''")
    return found


def paper(tab: Tab) -> str:
    found: str = tab.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    return found


@pytest.mark.parametrize("kind", EVERY)
def test_the_strictest_policy_is_kept(browser: Browser, web_full: Served, kind: Kind) -> None:
    with visited(browser, web_full, page_of(web_full, kind)) as visit:
        visit.tab.wait_for_load_state("networkidle")
        assert (visit.complaints, visit.foreign) == ([], [])


def test_light_and_dark_are_switched_and_remembered(tab: Tab) -> None:
    before = paper(tab)
    tab.get_by_role("button", name="Switch between light and dark").click()
    assert theme(tab) == "dark"
    assert paper(tab) != before
    tab.reload(wait_until="commit")
    tab.wait_for_selector("body", state="attached")
    assert theme(tab) == "dark"
    tab.get_by_role("button", name="Switch between light and dark").press("Enter")
    assert (theme(tab), paper(tab)) == ("light", before)


def test_the_chosen_theme_is_there_before_anything_is_painted(tab: Tab) -> None:
    tab.evaluate("localStorage.setItem('theme', 'dark')")
    tab.add_init_script(
        "window.early = null; new MutationObserver(() => {"
        "if (document.body && window.early === null) window.early = document.documentElement.dataset.theme ?? '';"
        "}).observe(document, {childList: true, subtree: true});"
    )
    tab.reload(wait_until="load")
    assert tab.evaluate("window.early") == "dark"


def test_a_copy_button_copies_exactly_the_code(tab: Tab, web_full: Served) -> None:
    tab.goto(web_full.at(page_of(web_full, "entry")))
    buttons = tab.get_by_role("button", name="Copy", exact=True)
    assert buttons.count() == tab.locator(".prose pre").count() > 1
    buttons.nth(1).click()
    assert tab.evaluate("navigator.clipboard.readText()") == CODE
    assert tab.get_by_role("button", name="Copied").count() == 1


def test_search_is_reached_and_used_by_keyboard_alone(tab: Tab) -> None:
    tab.keyboard.press("/")
    tab.wait_for_url("**/search/")
    tab.keyboard.press("/")
    assert tab.evaluate("document.activeElement.id") == "q"
    tab.keyboard.type("creme")
    tab.wait_for_selector("#results a")
    assert tab.locator("#results a").all_inner_texts() == ["Crème brûlée"]
    assert tab.inner_text("#found") == "1 found."
    tab.keyboard.press("ArrowDown")
    assert tab.evaluate("document.activeElement.textContent") == "Crème brûlée"
    tab.keyboard.press("ArrowUp")
    assert tab.evaluate("document.activeElement.id") == "q"
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/words/day-03/")


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("everything once", ["Everything at once"]),
        ("c++", ["Everything at once"]),
        ("warning", ["Everything at once"]),
        ("Day3/30", ["Crème brûlée"]),
        ("werkzeug 3", ["Werkzeug 3"]),
        ("nothing of the kind", []),
        ("<img src=x onerror=alert(1)>", []),
    ],
)
def test_search_finds_titles_tags_labels_and_text(tab: Tab, web_full: Served, words: str, found: list[str]) -> None:
    tab.goto(f"{web_full.address}/search/")
    tab.fill("#q", words)
    tab.wait_for_selector("#found:not(:empty)")
    assert tab.locator("#results a").all_inner_texts() == found
    tab.keyboard.press("Escape")
    assert (tab.input_value("#q"), tab.locator("#results a").count()) == ("", 0)


def test_a_search_has_an_address(tab: Tab, web_full: Served) -> None:
    tab.goto(f"{web_full.address}/search/?q=brulee")
    tab.wait_for_selector("#results a")
    assert tab.locator("#results a").all_inner_texts() == ["Crème brûlée"]


def test_the_index_is_asked_for_only_when_somebody_searches(tab: Tab, web_full: Served) -> None:
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{web_full.address}/search/", wait_until="networkidle")
    assert not any(url.endswith("search.json") for url in asked)
    tab.focus("#q")
    tab.wait_for_load_state("networkidle")
    assert sum(url.endswith("search.json") for url in asked) == 1


def test_without_scripts_the_search_page_leads_to_the_archive(browser: Browser, web_full: Served) -> None:
    with visited(browser, web_full, page_of(web_full, "search"), java_script_enabled=False) as visit:
        assert visit.tab.locator("main a[href='/archive/']").is_visible()
        assert not visit.tab.locator("form").is_visible()


@pytest.mark.parametrize("kind", ["home", "series", "entry", "search"])
def test_every_control_is_reached_by_tab_and_shows_where_one_is(browser: Browser, web_full: Served, kind: Kind) -> None:
    with visited(browser, web_full, page_of(web_full, kind)) as visit:
        tab = visit.tab
        wanted = tab.evaluate(f"[...document.querySelectorAll('{CONTROLS}')].filter(at => at.checkVisibility()).length")
        seen = set()
        for _ in range(wanted + 3):
            tab.keyboard.press("Tab")
            at = tab.evaluate(
                """() => {
                    const at = document.activeElement;
                    if (at === document.body) return null;
                    const all = [...document.querySelectorAll('*')];
                    const style = getComputedStyle(at);
                    return [all.indexOf(at), style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2];
                }"""
            )
            if at is None:
                break
            assert at[1], tab.evaluate("document.activeElement.outerHTML")
            seen.add(at[0])
        missed = tab.evaluate(
            "(seen) => { const all = [...document.querySelectorAll('*')];"
            f"return [...document.querySelectorAll('{CONTROLS}')]"
            ".filter(at => at.checkVisibility() && !seen.includes(all.indexOf(at))).map(at => at.outerHTML) }",
            list(seen),
        )
        assert missed == []


def test_a_reader_is_led_to_the_discussion(tab: Tab, web_full: Served) -> None:
    tab.goto(web_full.at(page_of(web_full, "entry")))
    link = tab.get_by_role("link", name="Discuss on LinkedIn")
    assert str(link.get_attribute("href")).startswith("https://www.linkedin.com/feed/update/urn:li:share:")


def test_on_paper_there_is_text_and_no_navigation(tab: Tab, web_full: Served) -> None:
    tab.goto(web_full.at(page_of(web_full, "entry")))
    tab.emulate_media(media="print")
    assert not tab.locator(".top nav").is_visible()
    assert not tab.locator(".copy").first.is_visible()
    assert not tab.locator(".turn").is_visible()
    assert tab.locator(".prose").is_visible()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_site_read_from_right_to_left_is_mirrored_and_fits(browser: Browser, web_arabic: Served, viewport) -> None:
    for page in web_arabic.site.pages:
        with visited(browser, web_arabic, page, viewport=viewport) as visit:
            width = visit.tab.evaluate("document.documentElement.scrollWidth")
            assert width <= viewport["width"], page.path
            assert visit.complaints == []
    with visited(browser, web_arabic, page_of(web_arabic, "entry"), viewport=viewport) as visit:
        assert visit.tab.evaluate("document.documentElement.dir") == "rtl"
        box = visit.tab.locator(".site").bounding_box()
        assert box is not None
        assert box["x"] + box["width"] > viewport["width"] / 2
        assert visit.tab.get_by_role("link", name="بحث").count() == 1


def test_no_page_of_everything_overflows_a_narrow_screen(browser: Browser, web_full: Served) -> None:
    wide = {}
    for page in web_full.site.pages:
        with visited(browser, web_full, page, viewport=PHONE) as visit:
            width = visit.tab.evaluate("document.documentElement.scrollWidth")
            if width > PHONE["width"]:
                wide[page.path] = width
    assert wide == {}


@pytest.mark.parametrize("which", ["web_full", "web_arabic"])
def test_the_nu_checker_finds_no_error_where_there_is_everything(
    request: pytest.FixtureRequest,
    which: str,
    command: Callable[[str, str], str],
    node_package: Callable[[str, str], Path],
    note: Callable[[str], None],
) -> None:
    assert nu_errors(request.getfixturevalue(which), command, node_package, note) == []


def test_the_arrows_of_the_next_day_stand_beside_their_words(tab: Tab, web_full: Served) -> None:
    tab.goto(web_full.at(page_of(web_full, "entry")))
    beside = tab.locator(".turn .arrow").evaluate_all(
        "all => all.map(at => at.parentElement.getBoundingClientRect().height < "
        "1.9 * parseFloat(getComputedStyle(at.parentElement).fontSize))"
    )
    assert beside
    assert all(beside)


def test_what_stands_below_a_grid_keeps_its_distance(tab: Tab, web_full: Served) -> None:
    gap = "at => at.getBoundingClientRect().top - at.previousElementSibling.getBoundingClientRect().bottom"
    tab.goto(web_full.at(page_of(web_full, "series")))
    assert tab.locator(".days + .follow").evaluate(gap) >= 12


def test_a_series_grid_fills_its_row(tab: Tab, web_full: Served) -> None:
    tab.goto(web_full.at(page_of(web_full, "series")))
    grid = "at => getComputedStyle(at).gridTemplateColumns.split(' ').filter(one => one !== '0px').length"
    days = tab.locator(".days.large li").count()
    assert tab.locator(".days.large").evaluate(grid) == min(days, 6)
    tab.evaluate("document.querySelectorAll('.days.large li:nth-child(n + 6)').forEach(at => at.remove())")
    assert tab.locator(".days.large").evaluate(grid) == min(days, 5)
