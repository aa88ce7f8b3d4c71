"""Look at a page in a tab that can reach nothing but the site, and notice what goes wrong there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from tests.system.web import Kind, Page, Served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ViewportSize
    from playwright.sync_api import Page as Tab

Scheme = Literal["light", "dark"]
#: Every kind of page that has something to look at.
KINDS: tuple[Kind, ...] = (
    *("home", "series", "entry", "tags", "tag"),
    *("archive", "authors", "author", "subscribe", "search", "404"),
)
#: The narrowest screen WCAG 2.2 asks for (1.4.10 Reflow), and a desktop's.
PHONE: ViewportSize = {"width": 320, "height": 640}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}


@dataclass(frozen=True)
class Visit:
    """A page in a tab, and what went wrong there."""

    tab: Tab
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


@contextmanager
def visited(browser: Browser, web: Served, page: Page, **settings: Any) -> Iterator[Visit]:
    """Open a page in a fresh context that can reach nothing but the site."""
    with browser.new_context(**{"viewport": DESKTOP, **settings}) as context:
        visit = Visit(context.new_page())

        def elsewhere(url: str) -> bool:
            return not url.startswith((f"{web.address}/", "data:"))

        def refuse(route: Any) -> None:
            visit.foreign.append(route.request.url)
            route.abort()

        context.route(elsewhere, refuse)
        visit.tab.on("pageerror", lambda error: visit.complaints.append(str(error)))
        visit.tab.on(
            "console",
            lambda message: visit.complaints.append(message.text) if message.type in ("error", "warning") else None,
        )
        visit.tab.goto(web.at(page), wait_until="load")
        yield visit


def fullest(web: Served, kind: Kind) -> Page:
    """The page of a kind with the most on it."""
    return max(web.site.pages_of(kind), key=lambda page: page.file.stat().st_size)
