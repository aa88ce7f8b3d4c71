"""The preview in a real browser: usable by everybody, exact, quick to follow, and safe from what it shows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser import hostile, sites
from tests.browser.test_browser import RULES
from tests.browser.test_hostile import WATCH
from tests.browser.visits import DESKTOP, PHONE, Scheme
from tests.cli.test_preview import Running
from tests.system.web import NOW, copy_sample, daycast

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

DAY = "/30daysofgenerativeai/day/6"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample."""
    root = tmp_path_factory.mktemp("preview") / "project"
    copy_sample(root)
    return root


@pytest.fixture(scope="module")
def preview(project: Path) -> Iterator[Running]:
    running = Running(project, "--now", NOW)
    yield running
    code, _, err = running.end()
    assert (code, err) == (0, "")


@pytest.fixture
def tab(browser: Browser) -> Iterator[Tab]:
    """A tab that may use the clipboard; what its console says is an error of the test."""
    said: list[str] = []
    with browser.new_context(viewport=DESKTOP, permissions=["clipboard-read", "clipboard-write"]) as context:
        made = context.new_page()
        made.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
        made.on("pageerror", lambda error: said.append(str(error)))
        yield made
        assert said == []


def at(preview: Running, path: str) -> str:
    return f"http://127.0.0.1:{preview.port}{path}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", DAY, f"{DAY}/publish"])
def test_axe_finds_no_barrier(
    browser: Browser, preview: Running, node_package: Callable[[str, str], Path], path: str, scheme: Scheme
) -> None:
    axe = (node_package("axe", "axe-core") / "axe.min.js").read_text(encoding="utf-8")
    barriers = []
    for size, viewport in (("phone", PHONE), ("desktop", DESKTOP)):
        with browser.new_context(
            viewport=viewport, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True
        ) as context:
            page = context.new_page()
            page.goto(at(preview, path), wait_until="load")
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
            page.evaluate(axe)
            result = page.evaluate(
                "(rules) => axe.run(document, {runOnly: {type: 'tag', values: rules}, iframes: false})", RULES
            )
            barriers += [
                f"{size}: {violation['id']}: {node['html']}: {node['failureSummary']}"
                for violation in result["violations"]
                for node in violation["nodes"]
            ]
    assert barriers == []


def test_copy_puts_exactly_the_text_on_the_clipboard(tab: Tab, preview: Running, project: Path) -> None:
    tab.goto(at(preview, DAY))
    tab.get_by_role("button", name="Copy the text").click()
    tab.wait_for_selector("#live:not(:empty)")
    told = daycast("render", "day", "6", "--channel", "linkedin", "--now", NOW, root=project)
    assert tab.evaluate("navigator.clipboard.readText()") == told.removesuffix("\n")


def test_the_text_unfolds(tab: Tab, preview: Running) -> None:
    tab.goto(at(preview, DAY))
    post = tab.locator(".post.mobile")
    rest = post.locator("details")
    assert rest.evaluate("at => at.open") is False
    post.get_by_text("…more").click()
    assert rest.evaluate("at => at.open") is True
    assert "rule of three" in rest.inner_text()


def test_page_and_feed_item_show_in_their_frames(tab: Tab, preview: Running) -> None:
    tab.goto(at(preview, DAY))
    for title in ("The page of", "The feed item of"):
        frame = tab.frame_locator(f"iframe[title^='{title}']")
        tab.locator(f"iframe[title^='{title}']").scroll_into_view_if_needed()
        assert frame.locator("h1").inner_text() == "Fifty right answers prove less than you think"


def test_what_is_saved_shows_where_one_has_scrolled_to(
    tab: Tab, preview: Running, project: Path, note: Callable[[str], None]
) -> None:
    tab.goto(at(preview, DAY), wait_until="load")
    tab.locator("details summary").last.focus()
    tab.evaluate("scrollTo(0, 300)")
    entry = project / "series/30daysofgenerativeai/day-06.md"
    before = entry.read_text(encoding="utf-8")
    began = time.perf_counter()
    entry.write_text(before.replace("Fifty right answers", "Sixty right answers"), encoding="utf-8")
    tab.get_by_role("heading", name="Sixty right answers prove less than you think", level=1).wait_for()
    note(f"preview: {1000 * (time.perf_counter() - began):.0f} ms from saving to seeing")
    assert tab.evaluate("scrollY") == 300
    assert tab.evaluate("document.activeElement.tagName") == "SUMMARY"
    entry.write_text("---\ntitle: [\n---\n", encoding="utf-8")
    tab.locator(".problems .error", has_text="series/30daysofgenerativeai/day-06.md:").first.wait_for()
    assert tab.get_by_role("heading", level=1).inner_text().startswith("Sixty")
    entry.write_text(before, encoding="utf-8")
    tab.get_by_role("heading", name="Fifty right answers prove less than you think", level=1).wait_for()


def test_what_came_of_a_form_is_said_once_and_stays_while_the_page_follows(
    tab: Tab, preview: Running, project: Path
) -> None:
    tab.goto(at(preview, DAY), wait_until="load")
    tab.get_by_label("I have posted it").first.fill("somewhere")
    tab.get_by_role("button", name="Done").first.click()
    tab.get_by_role("alert").filter(has_text="Not done:").wait_for()
    tab.wait_for_url(at(preview, DAY))
    entry = project / "series/30daysofgenerativeai/day-06.md"
    before = entry.read_text(encoding="utf-8")
    entry.write_text(before.replace("Fifty right answers", "Sixty right answers"), encoding="utf-8")
    tab.get_by_role("heading", name="Sixty right answers prove less than you think", level=1).wait_for()
    assert tab.locator(".said").count() == 1
    entry.write_text(before, encoding="utf-8")
    tab.reload()
    assert tab.locator(".said").count() == 0


def test_an_open_page_says_that_the_preview_has_ended(browser: Browser, project: Path) -> None:
    running = Running(project, "--now", NOW)
    with browser.new_context(viewport=DESKTOP) as context:
        page = context.new_page()
        page.goto(at(running, DAY), wait_until="load")
        assert page.locator("#over").inner_text() == ""
        running.end()
        page.get_by_role("alert").filter(has_text="The preview").wait_for()
        assert "daycast preview" in page.get_by_role("alert").inner_text()


def test_what_somebody_types_stays(tab: Tab, preview: Running, project: Path) -> None:
    tab.goto(at(preview, DAY), wait_until="load")
    tab.get_by_label("I have posted it").first.fill("https://www.linkedin.com/half")
    entry = project / "series/30daysofgenerativeai/day-06.md"
    before = entry.read_text(encoding="utf-8")
    entry.write_text(before + "\nMore.\n", encoding="utf-8")
    tab.wait_for_timeout(700)
    assert tab.get_by_label("I have posted it").first.input_value() == "https://www.linkedin.com/half"
    entry.write_text(before, encoding="utf-8")


def test_it_works_without_scripts(browser: Browser, preview: Running) -> None:
    with browser.new_context(java_script_enabled=False, viewport=DESKTOP) as context:
        page = context.new_page()
        page.goto(at(preview, "/"))
        page.get_by_role("button", name="Pause").click()
        assert "30daysofgenerativeai: paused" in page.inner_text(".said")
        page.get_by_role("button", name="Go on").click()
        assert "30daysofgenerativeai: goes on" in page.inner_text(".said")
        page.goto(at(preview, DAY))
        assert not page.get_by_role("button", name="Copy the text").is_visible()
        assert page.get_by_role("link", name="As plain text").is_visible()


def test_every_control_shows_where_one_is(tab: Tab, preview: Running) -> None:
    tab.goto(at(preview, DAY), wait_until="load")
    for _ in range(25):
        tab.keyboard.press("Tab")
        shown = tab.evaluate(
            "[document.activeElement.tagName, getComputedStyle(document.activeElement).outlineStyle !== 'none']"
        )
        assert shown[1] or shown[0] in ("BODY", "IFRAME"), tab.evaluate("document.activeElement.outerHTML")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_nothing_that_an_entry_says_runs(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, note: Callable[[str], None], scripts: bool
) -> None:
    root = tmp_path_factory.mktemp("hostile") / "project"
    for path, text in hostile.project().items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    running = Running(root, "--now", NOW)
    dialogs: list[str] = []
    try:
        with browser.new_context(java_script_enabled=scripts) as context:
            context.add_init_script(WATCH)
            page = context.new_page()
            page.on("dialog", lambda dialog: dialogs.append(dialog.message))
            days = range(1, sum(path.startswith("series/walk/day") for path in hostile.project()) + 1)
            ran: list[str] = []
            for day in days if scripts else [*days][::20]:
                page.goto(at(running, f"/walk/day/{day}"), wait_until="load")
                for frame in page.frames:
                    ran += frame.evaluate("window.ran ?? []") if scripts else []
            page.goto(at(running, "/"), wait_until="load")
            ran += page.evaluate("window.ran ?? []") if scripts else []
        assert (ran, dialogs) == ([], [])
        note(f"preview: {len(days)} hostile entries, 0 ran")
    finally:
        running.end()


def test_a_right_to_left_series_is_shown(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.mktemp("arabic") / "project"
    for path, text in sites.arabic().items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    running = Running(root, "--now", NOW)
    try:
        with browser.new_context(viewport=PHONE) as context:
            page = context.new_page()
            page.goto(at(running, "/walks/day/1"), wait_until="load")
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
            assert page.get_by_role("heading", level=1).inner_text() == "النهر عند الفجر"
    finally:
        running.end()
