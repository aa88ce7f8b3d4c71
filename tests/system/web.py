"""Build the sample series with the real command, serve it on the loopback, read its pages."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

ROOT = Path(__file__).resolve().parents[2]
#: When the sample is built: all its entries are out.
NOW = "2026-12-01T09:00:00Z"
#: Where `make` puts the Node packages.
NODE = ROOT / ".cache" / "node"

Kind = Literal[
    "home",
    "series",
    "entry",
    "drip",
    "tags",
    "tag",
    "archive",
    "authors",
    "author",
    "subscribe",
    "search",
    "404",
    "redirect",
    "other",
]

#: Elements and attributes by which a page makes the browser fetch something without being asked.
_LOADS = {
    ("audio", "src"),
    ("embed", "src"),
    ("iframe", "src"),
    ("img", "src"),
    ("img", "srcset"),
    ("input", "src"),
    ("object", "data"),
    ("script", "src"),
    ("source", "src"),
    ("source", "srcset"),
    ("track", "src"),
    ("video", "poster"),
    ("video", "src"),
}
_LOADING_RELS = {"stylesheet", "icon", "preload", "modulepreload", "prefetch", "manifest", "apple-touch-icon"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """What a page's markup names: its ids, its links, what it loads, its metadata."""

    ids: list[str]
    #: ``href`` of each ``<a>``.
    anchors: list[str]
    #: Addresses a browser fetches on its own.
    loads: list[str]
    #: Attributes of each ``<link>``.
    links: list[dict[str, str]]
    #: ``content`` by ``property`` or ``name`` of each ``<meta>``.
    meta: dict[str, str]
    json_ld: list[str]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.markup = Markup(ids=[], anchors=[], loads=[], links=[], meta={}, json_ld=[])
        self._in_json_ld = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        got = {name: value or "" for name, value in attrs}
        if "id" in got:
            self.markup.ids.append(got["id"])
        if tag == "a" and "href" in got:
            self.markup.anchors.append(got["href"])
        if tag == "link":
            self.markup.links.append(got)
            if _LOADING_RELS & set(got.get("rel", "").split()):
                self.markup.loads.append(got["href"])
        if tag == "meta" and (name := got.get("property") or got.get("name")):
            self.markup.meta[name] = got.get("content", "")
        for name, value in got.items():
            if (tag, name) in _LOADS:
                parts = [part.split()[0] for part in value.split(",")] if name == "srcset" else [value]
                self.markup.loads.extend(parts)
        self._in_json_ld = tag == "script" and got.get("type") == "application/ld+json"
        if self._in_json_ld:
            self.markup.json_ld.append("")

    def handle_data(self, data: str) -> None:
        if self._in_json_ld:
            self.markup.json_ld[-1] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._in_json_ld = False


@dataclass(frozen=True)
class Page:
    """An HTML page of a built site."""

    #: Below the site's address, without a leading slash: ``""``, ``"tags/"``, ``"404.html"``.
    path: str
    file: Path
    kind: Kind

    @cached_property
    def markup(self) -> Markup:
        """What its markup names."""
        reader = _Reader()
        reader.feed(self.file.read_text(encoding="utf-8"))
        reader.close()
        return reader.markup


@dataclass(frozen=True)
class Site:
    """A built site, as it lies in its folder."""

    folder: Path
    #: The address it is built for, without a trailing slash.
    url: str

    @property
    def base(self) -> str:
        """The path it lives below: ``""`` or ``/blog``."""
        return urlsplit(self.url).path

    @cached_property
    def pages(self) -> list[Page]:
        """Every HTML page, by path."""
        made = []
        for file in sorted(self.folder.rglob("*.html")):
            name = file.relative_to(self.folder).as_posix()
            path = re.sub(r"(^|/)index\.html$", r"\1", name)
            moved = b'http-equiv="refresh"' in file.read_bytes()
            made.append(Page(path=path, file=file, kind="redirect" if moved else self._kind(path)))
        return made

    def _kind(self, path: str) -> Kind:
        match path.rstrip("/").split("/"):
            case [""]:
                return "home"
            case ["404.html"]:
                return "404"
            case ["tags" | "archive" | "authors" | "subscribe" | "search" as list_of_all]:
                return list_of_all
            case ["tags", _]:
                return "tag"
            case ["authors", _]:
                return "author"
            case [series] if (self.folder / series / "feed.xml").is_file():
                return "series"
            case [series, "drip"] if (self.folder / series / "feed.xml").is_file():
                return "drip"
            case [series, _] if (self.folder / series / "feed.xml").is_file():
                return "entry"
        return "other"

    def pages_of(self, kind: Kind) -> list[Page]:
        """The pages of one kind."""
        return [page for page in self.pages if page.kind == kind]

    @property
    def shown(self) -> list[Page]:
        """The pages that stand for themselves: neither the 404 page nor one that only leads to another."""
        return [page for page in self.pages if page.kind not in ("404", "redirect")]

    def feeds(self, name: str) -> list[Path]:
        """The site's and every series' feed of one file name."""
        return sorted(self.folder.rglob(name))

    def file_of(self, address: str, *, seen_from: str) -> Path | None:
        """The file behind an address on a page; None where it leads elsewhere."""
        whole = urljoin(f"{self.url}/{seen_from}", urldefrag(address).url)
        if whole != self.url and not whole.startswith(f"{self.url}/"):
            return None
        path = unquote(urlsplit(whole).path)[len(self.base) :].lstrip("/")
        return self.folder / (f"{path}index.html" if path == "" or path.endswith("/") else path)


@dataclass(frozen=True)
class Served:
    """A site and where it is served."""

    site: Site
    #: Without a trailing slash; ends with the site's base path.
    address: str

    def at(self, page: Page) -> str:
        """Where a page is served."""
        return f"{self.address}/{page.path}"


@dataclass(frozen=True)
class Project:
    """A copy of the sample project, built."""

    root: Path
    site: Site
    output: str = field(repr=False)


def copy_sample(root: Path) -> None:
    """Copy the sample series and its settings, and nothing else of this checkout, to a new folder."""
    root.mkdir(parents=True)
    shutil.copytree(ROOT / "series", root / "series")
    settings = ROOT / "daycast.toml"
    shutil.copy(settings if settings.is_file() else ROOT / "pyproject.toml", root)


def daycast(*arguments: str, root: Path, **environment: str) -> str:
    """Run the command in a project; what it printed. A failure shows all it said."""
    run = subprocess.run(
        [sys.executable, "-m", "pipeline", *arguments],
        cwd=root,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, f"daycast {' '.join(arguments)} ended with {run.returncode}:\n{run.stdout}{run.stderr}"
    return run.stdout


def build_sample(root: Path, *, url: str, now: str = NOW, **environment: str) -> Project:
    """The sample series built for an address in a new folder, or built again in one that has it."""
    if not root.is_dir():
        copy_sample(root)
    settings = next(path for path in (root / "daycast.toml", root / "pyproject.toml") if path.is_file())
    text = settings.read_text(encoding="utf-8")
    changed, count = re.subn(r'^url = ".*"$', f'url = "{url}"', text, flags=re.MULTILINE)
    assert count == 1, f"{settings.name} has no line with the site's url"
    settings.write_text(changed, encoding="utf-8")
    output = daycast("build", "--now", now, root=root, **environment)
    return Project(root=root, site=Site(root / "output" / "site", url), output=output)


@contextmanager
def served(site: Site, headers: Mapping[str, str] | None = None) -> Iterator[Served]:
    """Serve a site below its base path on a free loopback port, with 404.html for what is not there.

    ``headers`` go with each answer.
    """

    class Handler(SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        extensions_map = {  # noqa: RUF012 - as the base class has it
            **SimpleHTTPRequestHandler.extensions_map,
            ".json": "application/json",
            ".xml": "application/xml",
            ".svg": "image/svg+xml",
            ".webp": "image/webp",
        }

        def translate_path(self, path: str) -> str:
            inside = unquote(urlsplit(path).path)
            if not inside.startswith(f"{site.base}/"):
                return str(site.folder / "\0nothing")
            return super().translate_path(inside[len(site.base) :])

        def end_headers(self) -> None:
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            super().end_headers()

        def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
            page = site.folder / "404.html"
            if code != 404 or not page.is_file():
                return super().send_error(code, message, explain)
            body = page.read_bytes()
            self.send_response(404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)
            return None

        def log_message(self, format: str, *args: object) -> None:
            pass

    def handler(*args: object) -> Handler:
        return Handler(*args, directory=str(site.folder))  # type: ignore[arg-type]

    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Served(site, f"http://127.0.0.1:{server.server_port}{site.base}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
