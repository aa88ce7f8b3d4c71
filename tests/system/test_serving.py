"""The web server's settings that docs/running ships serve the sample site as readers and feed readers need it."""

from __future__ import annotations

import gzip
import http.client
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from tests.system.web import ROOT, Project, build_sample

CONFIG = ROOT / "docs" / "running" / "nginx.conf"
SERIES = "/30daysofgenerativeai"
HOUR = 3600


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def age(self) -> int:
        """Seconds for which it may be kept."""
        ages = [part.partition("=")[2] for part in self.headers["cache-control"].split(", ") if "max-age=" in part]
        return int(ages[0]) if ages else 0


Get = Callable[..., Answer]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The sample, with files beside it that nobody may see."""
    made = build_sample(tmp_path_factory.mktemp("serving") / "project", url="https://blog.example.org")
    for name in (".git/config", ".env", "empty/nothing.html"):
        path = made.site.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("nobody's business")
    return made


@pytest.fixture(scope="module")
def get(site: Project, tmp_path_factory: pytest.TempPathFactory, command: Callable[[str, str], str]) -> Iterator[Get]:
    """Ask nginx for a path; the settings are the shipped ones, but for port, folders and who runs it."""
    nginx = command("nginx", "nginx")
    folder = tmp_path_factory.mktemp("nginx")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = CONFIG.read_text(encoding="utf-8")
    for old, new in {
        "listen 8080;": f"listen 127.0.0.1:{port};",
        "root /srv/site;": f"root {site.site.folder};",
        "error_log stderr warn;": f"error_log {folder}/errors warn;",
    }.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    assert "/tmp/nginx" in text
    config = folder / "nginx.conf"
    config.write_text(text.replace("/tmp/nginx", f"{folder}/nginx"), encoding="utf-8")
    # As root it would give up the right to read a test's folder.
    who = ["-g", "user root;"] if os.geteuid() == 0 else []
    words = [nginx, "-c", str(config), "-e", f"{folder}/errors", *who]
    tested = subprocess.run([*words, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    assert "warn" not in tested.stderr
    subprocess.run(words, check=True, timeout=30)  # comes back once it listens

    def ask(path: str, method: str = "GET", **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            connection.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})
            got = connection.getresponse()
            return Answer(got.status, {name.lower(): text for name, text in got.getheaders()}, got.read())
        finally:
            connection.close()

    try:
        yield ask
    finally:
        subprocess.run([*words, "-s", "stop"], check=True, timeout=30)


TYPES = {
    "/": "text/html; charset=utf-8",
    f"{SERIES}/day-02/": "text/html; charset=utf-8",
    "/feed.xml": "application/rss+xml; charset=utf-8",
    "/atom.xml": "application/atom+xml; charset=utf-8",
    "/feed.json": "application/feed+json; charset=utf-8",
    f"{SERIES}/feed.xml": "application/rss+xml; charset=utf-8",
    f"{SERIES}/atom.xml": "application/atom+xml; charset=utf-8",
    f"{SERIES}/feed.json": "application/feed+json; charset=utf-8",
    "/sitemap.xml": "text/xml; charset=utf-8",
    "/robots.txt": "text/plain; charset=utf-8",
    "/style.css": "text/css; charset=utf-8",
    "/favicon.svg": "image/svg+xml",
    f"{SERIES}/stack.png": "image/png",
}


@pytest.mark.parametrize(("path", "kind"), TYPES.items(), ids=TYPES)
def test_each_file_has_its_type_and_its_bytes(get: Get, site: Project, path: str, kind: str) -> None:
    answer = get(path)
    assert (answer.status, answer.headers["content-type"]) == (200, kind)
    file = site.site.folder / path.lstrip("/")
    assert answer.body == (file / "index.html" if path.endswith("/") else file).read_bytes()


@pytest.mark.parametrize("packed", ["identity", "gzip"])
@pytest.mark.parametrize("path", ["/feed.xml", "/atom.xml", "/feed.json", "/", f"{SERIES}/stack.png"])
def test_what_is_unchanged_is_not_sent_again(get: Get, path: str, packed: str) -> None:
    first = get(path, Accept_Encoding=packed)
    by_tag = get(path, Accept_Encoding=packed, If_None_Match=first.headers["etag"])
    by_time = get(path, Accept_Encoding=packed, If_Modified_Since=first.headers["last-modified"])
    assert [(again.status, again.body) for again in (by_tag, by_time)] == [(304, b"")] * 2
    assert by_tag.headers["cache-control"] == first.headers["cache-control"]
    assert get(path, If_None_Match='"of yesterday"').status == 200


def test_what_changed_has_another_tag(get: Get, site: Project) -> None:
    path = site.site.folder / "robots.txt"
    before = get("/robots.txt").headers["etag"]
    path.write_bytes(path.read_bytes() + b"\n")
    assert get("/robots.txt", If_None_Match=before).status == 200


@pytest.mark.parametrize("path", ["/feed.xml", "/atom.xml", "/feed.json", "/", "/style.css", "/sitemap.xml"])
def test_text_travels_packed(get: Get, path: str) -> None:
    answer = get(path, Accept_Encoding="gzip")
    assert answer.headers["content-encoding"] == "gzip"
    assert "Accept-Encoding" in answer.headers["vary"]
    assert gzip.decompress(answer.body) == get(path).body


def test_pages_and_feeds_are_asked_for_again_soon_and_assets_late(get: Get) -> None:
    ages = {path: get(path).age for path in ("/", "/feed.xml", f"{SERIES}/day-01/", f"{SERIES}/stack.png")}
    assert all(0 < ages[path] <= HOUR for path in ("/", "/feed.xml", f"{SERIES}/day-01/"))
    assert ages[f"{SERIES}/stack.png"] >= 24 * HOUR
    assert get("/style.css?v=deb69359").age >= 365 * 24 * HOUR
    assert get("/style.css").age <= HOUR


@pytest.mark.parametrize("path", ["/no/such/page/", f"{SERIES}/day-31/", "/.git/config", "/.env", "/404.html"])
def test_what_is_not_there_gets_the_sites_own_page_which_nobody_keeps(get: Get, site: Project, path: str) -> None:
    answer = get(path)
    assert (answer.status, answer.body) == (404, (site.site.folder / "404.html").read_bytes())
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


def test_a_folder_without_a_page_is_not_listed(get: Get) -> None:
    answer = get("/empty/")
    assert answer.status in (403, 404)
    assert b"nothing.html" not in answer.body


def test_a_folders_address_without_its_slash_leads_to_the_one_with_it(get: Get) -> None:
    answer = get(f"{SERIES}/day-02", Host="blog.example.org")
    assert (answer.status, answer.headers["location"]) == (301, f"{SERIES}/day-02/")


@pytest.mark.parametrize("path", ["/", "/feed.xml", "/atom.xml", "/feed.json", "/style.css", "/no/such/page/"])
def test_every_answer_has_its_security_headers_and_hides_the_version(get: Get, path: str) -> None:
    headers = get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert headers["content-security-policy"].startswith("default-src 'none'; ")
    assert headers["server"] == "nginx"


def test_nothing_can_be_sent_to_it(get: Get) -> None:
    assert get("/", method="POST").status == 405
    assert get("/", method="DELETE").status == 405
