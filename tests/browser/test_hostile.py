"""Entries that try to run a script in whoever reads them: on no page, in no feed does one get through."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from lxml import etree

from tests.browser.hostile import count, project
from tests.system.web import NOW, Served, Site, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab

#: Schemes of addresses that a reader may be led to.
HARMLESS = ("http:", "https:", "mailto:", "tel:")
#: Takes the place of what the texts call, so that a call is counted.
WATCH = (
    "window.ran = []; for (const name of ['alert', 'confirm', 'prompt', 'print']) window[name] = () => ran.push(name)"
)
#: Does what a reader might do to everything on a page.
PROVOKE = """() => {
    for (const at of document.querySelectorAll('body *')) {
        for (const kind of ['mouseover', 'focus', 'toggle', 'animationstart', 'error', 'load', 'pointerenter'])
            at.dispatchEvent(new Event(kind, {bubbles: true}));
    }
    return {
        ran: window.ran,
        addresses: [...document.querySelectorAll('[href], [src], [action], [formaction], [data], [poster], [cite]')]
            .flatMap(at => ['href', 'src', 'action', 'formaction', 'data', 'poster', 'cite'].map(name => at[name]))
            .filter(found => typeof found === 'string' && found.includes(':')),
        handlers: [...document.querySelectorAll('*')]
            .filter(at => [...at.attributes].some(one => one.name.startsWith('on'))).map(at => at.outerHTML),
        scripts: [...document.scripts].filter(one => !one.src && one.type !== 'application/ld+json').length,
    }
}"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A blog of nothing but such entries, served."""
    root = tmp_path_factory.mktemp("hostile")
    for path, text in project().items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pipeline", "build", "--now", NOW],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    # Some of them cannot be posted, or name a picture that is not there: that is said, and the rest is built.
    assert ran.returncode in (0, 1), ran.stderr
    with served(Site(root / "output/site", "https://walks.example")) as running:
        yield running


@pytest.fixture
def tab(browser: Browser) -> Iterator[Tab]:
    """A tab that reaches nothing outside and notices every call."""
    with browser.new_context() as context:
        context.add_init_script(WATCH)
        context.route(lambda url: not url.startswith(("http://127.0.0.1", "data:")), lambda route: route.abort())
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.dismiss())
        yield page


def faults(tab: Tab, *, scripts: int = 0) -> dict[str, Any]:
    """What got through on the page that is open."""
    found = tab.evaluate(PROVOKE)
    bad = [address for address in found["addresses"] if not address.lower().startswith((*HARMLESS, "data:image/"))]
    told = {"ran": found["ran"], "addresses": bad, "handlers": found["handlers"]}
    if found["scripts"] > scripts:
        told["scripts"] = found["scripts"]
    return {name: value for name, value in told.items() if value}


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("<img src=x onerror=alert(1)>", "ran"),
        ("<a href=javascript:alert(1)>x</a>", "addresses"),
        ("<p onmouseover=alert(1)>x</p>", "ran"),
        ("<p onwhatever=alert(1)>x</p>", "handlers"),
        ("<script>alert(1)</script>", "ran"),
    ],
)
def test_what_gets_through_is_noticed(tab: Tab, text: str, sign: str) -> None:
    tab.set_content(f"<!doctype html><title>x</title>{text}", wait_until="load")
    assert sign in faults(tab)


def test_every_text_is_on_a_page(hostile: Served) -> None:
    assert len(hostile.site.pages_of("entry")) == sum(path.startswith("series/walk/day") for path in project())


def test_no_page_runs_what_an_entry_says(hostile: Served, tab: Tab, note: Callable[[str], None]) -> None:
    through = {}
    for page in hostile.site.pages:
        tab.goto(hostile.at(page), wait_until="load")
        if found := faults(tab):
            through[page.path] = found
    assert through == {}
    note(f"hostile texts: {count()} tried on {len(hostile.site.pages)} pages, 0 ran")


def test_no_reader_that_trusts_a_feed_runs_what_an_entry_says(hostile: Served, tab: Tab) -> None:
    told = json.loads((hostile.site.folder / "walk/feed.json").read_text(encoding="utf-8"))
    rss = etree.parse(hostile.site.folder / "walk/feed.xml").getroot()
    encoded = "{http://purl.org/rss/1.0/modules/content/}encoded"
    texts = [item["content_html"] for item in told["items"]]
    texts += [item.findtext(encoded) or "" for item in rss.iter("item")]
    texts += [item.findtext("description") or "" for item in rss.iter("item")]
    assert len(texts) > 300
    through = {}
    for number, text in enumerate(texts):
        tab.set_content(f"<!doctype html><title>Reader</title><main>{text}</main>", wait_until="load")
        tab.evaluate("text => { document.querySelector('main').innerHTML = text }", text)
        if found := faults(tab):
            through[number] = (text, found)
    assert through == {}
