"""Make the pictures of docs/images: ``python -m tests.browser.screenshots``, or ``make screenshots``.

The sample series as of 2026-12-01, at the widths of a desktop and a phone, light and dark.
"""

from __future__ import annotations

import shutil
import tempfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

from tests.browser.conftest import SWITCHES
from tests.cli.test_preview import Running
from tests.system.web import NOW, ROOT, build_sample, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FOLDER = ROOT / "docs/images"
WIDTHS = {390: 844, 1280: 900}
SERIES = "30daysofgenerativeai"


def shoot(browser: Browser, address: str, name: str) -> None:
    """The first screen of a page, in both schemes and widths."""
    for scheme in ("light", "dark"):
        for width, height in WIDTHS.items():
            with browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme="light" if scheme == "light" else "dark",
                reduced_motion="reduce",
            ) as context:
                page = context.new_page()
                page.goto(address, wait_until="networkidle" if name in ("home", "series", "entry") else "load")
                for frame in page.query_selector_all("iframe"):
                    frame.scroll_into_view_if_needed()
                page.wait_for_timeout(600)
                page.evaluate("scrollTo(0, 0)")
                picture = Image.open(BytesIO(page.screenshot()))
                small = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
                small.save(FOLDER / f"{name}-{scheme}-{width}.png", optimize=True)


def main() -> None:
    """Make them all."""
    executable = shutil.which("chromium")
    if executable is None:
        raise SystemExit("no chromium: install it (Debian: apt-get install chromium)")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        project = build_sample(Path(folder) / "project", url="https://blog.example.org")
        browser = playwright.chromium.launch(executable_path=executable, args=SWITCHES)
        with served(project.site) as web:
            for name, path in {"home": "/", "series": f"/{SERIES}/", "entry": f"/{SERIES}/day-06/"}.items():
                shoot(browser, f"{web.address}{path}", name)
        running = Running(project.root, "--now", NOW)
        try:
            for name, path in {"calendar": "/", "preview": f"/{SERIES}/day/2"}.items():
                shoot(browser, f"http://127.0.0.1:{running.port}{path}", name)
        finally:
            running.end()
        browser.close()


if __name__ == "__main__":
    main()
