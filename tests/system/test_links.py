"""Every address on the site leads somewhere, and every page can be reached."""

from __future__ import annotations

import gzip
import json
import re
import urllib.request
from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.parse import unquote, urldefrag

import pytest
from lxml import etree

from tests.system.web import Page, Project, Served, Site, build_sample

KILOBYTE = 1024


@pytest.fixture(params=["project", "project_below"], ids=["top of the host", "folder of the host"])
def site(request: pytest.FixtureRequest) -> Site:
    project: Project = request.getfixturevalue(request.param)
    return project.site


def addresses(page: Page) -> Iterator[str]:
    yield from page.markup.anchors
    yield from page.markup.loads
    yield from (link["href"] for link in page.markup.links)
    yield from (value for name, value in page.markup.meta.items() if name in {"og:url", "og:image", "twitter:image"})


def sitemap(site: Site) -> list[str]:
    tree = etree.parse(site.folder / "sitemap.xml")
    return [str(loc.text) for loc in tree.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]


def test_the_sample_has_a_page_of_every_kind(site: Site) -> None:
    assert {page.kind for page in site.pages} >= {"home", "series", "entry", "tags", "tag", "404"}


def test_every_address_within_the_site_has_its_file(site: Site) -> None:
    dead = [
        (page.path, address)
        for page in site.pages
        for address in addresses(page)
        if (file := site.file_of(address, seen_from=page.path)) and not file.is_file()
    ]
    assert dead == []


def test_every_fragment_has_its_target(site: Site) -> None:
    ids = {page.file: set(page.markup.ids) for page in site.pages}
    dead = [
        (page.path, address)
        for page in site.pages
        for address in page.markup.anchors
        if (fragment := unquote(urldefrag(address).fragment))
        and (file := site.file_of(address, seen_from=page.path)) in ids
        and fragment not in ids[file]
    ]
    assert dead == []


def test_no_page_uses_an_id_twice(site: Site) -> None:
    assert [page.path for page in site.pages if len(page.markup.ids) != len(set(page.markup.ids))] == []


def test_every_page_is_reached_from_the_home_page(site: Site) -> None:
    by_file = {page.file: page for page in site.pages}
    home = site.folder / "index.html"
    reached = {home}
    waiting = [home]
    while waiting:
        page = by_file[waiting.pop()]
        for address in page.markup.anchors:
            file = site.file_of(address, seen_from=page.path)
            if file in by_file and file not in reached:
                reached.add(file)
                waiting.append(file)
    assert [page.path for page in site.shown if page.file not in reached] == []


def test_a_page_loads_nothing_from_elsewhere(site: Site) -> None:
    foreign = [
        (page.path, address)
        for page in site.pages
        for address in page.markup.loads
        if not address.startswith("data:") and site.file_of(address, seen_from=page.path) is None
    ]
    assert foreign == []


def test_links_within_the_site_need_no_redirect(web: Served, web_below: Served) -> None:
    moved = []
    for running in (web, web_below):
        within = {
            urldefrag(address).url
            for page in running.site.pages
            for address in page.markup.anchors
            if address.startswith(f"{running.site.base}/")
        }
        for path in sorted(within):
            asked = running.address.removesuffix(running.site.base) + path
            with urllib.request.urlopen(asked, timeout=10) as answer:
                if answer.url != asked:
                    moved.append(path)
    assert moved == []


def test_an_address_that_is_not_there_gets_the_sites_own_page(web: Served) -> None:
    with pytest.raises(HTTPError) as caught:
        urllib.request.urlopen(f"{web.address}/no/such/page/", timeout=10)
    with caught.value as answer:
        assert (answer.status, answer.read()) == (404, (web.site.folder / "404.html").read_bytes())


def test_each_page_names_itself_as_canonical(site: Site) -> None:
    wrong = []
    for page in site.shown:
        canonical = [link["href"] for link in page.markup.links if link.get("rel") == "canonical"]
        if canonical != [f"{site.url}/{page.path}"]:
            wrong.append((page.path, canonical))
    assert wrong == []


@pytest.mark.parametrize("name", ["og:title", "og:url", "og:type", "og:description", "description"])
def test_each_page_says_what_a_shared_link_shows(site: Site, name: str) -> None:
    assert [page.path for page in site.shown if not page.markup.meta.get(name)] == []


def test_structured_data_parses_and_each_entry_is_a_blog_posting(site: Site) -> None:
    kinds = {}
    for page in site.pages_of("entry"):
        documents = [json.loads(text) for text in page.markup.json_ld]
        nodes = [node for document in documents for node in document.get("@graph", [document])]
        kinds[page.path] = {node["@type"] for node in nodes}
    assert kinds
    assert [path for path, found in kinds.items() if "BlogPosting" not in found] == []


def test_each_page_leads_to_a_feed(site: Site) -> None:
    silent = [
        page.path
        for page in site.shown
        if not any(link.get("rel") == "alternate" and "rss" in link.get("type", "") for link in page.markup.links)
    ]
    assert silent == []


def test_the_sitemap_lists_the_pages_that_search_engines_may_show(site: Site) -> None:
    shown = {f"{site.url}/{page.path}" for page in site.shown if "noindex" not in page.markup.meta.get("robots", "")}
    # Where a list goes on there is nothing of its own to be found.
    further = {url for url in shown if re.search(r"/page/\d+/$", url)}
    assert set(sitemap(site)) == shown - further


def test_robots_txt_names_the_sitemap(site: Site) -> None:
    assert f"Sitemap: {site.url}/sitemap.xml" in (site.folder / "robots.txt").read_text(encoding="utf-8").splitlines()


def test_no_file_names_the_machine_it_was_built_on(project: Project) -> None:
    needle = str(project.root).encode()
    assert [path for path in project.site.folder.rglob("*") if path.is_file() and needle in path.read_bytes()] == []


def test_another_place_time_zone_and_locale_give_the_same_bytes(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("else where") / "project"
    again = build_sample(elsewhere, url=project.site.url, TZ="Pacific/Kiritimati", LC_ALL="C", PYTHONHASHSEED="7")
    assert contents(again.site) == contents(project.site)


def contents(site: Site) -> dict[str, bytes]:
    return {p.relative_to(site.folder).as_posix(): p.read_bytes() for p in site.folder.rglob("*") if p.is_file()}


@pytest.mark.parametrize(
    ("pattern", "limit"),
    [("*.html", 30 * KILOBYTE), ("*.css", 8 * KILOBYTE), ("*.js", 5 * KILOBYTE)],
    ids=["pages", "style sheets", "scripts"],
)
def test_no_file_weighs_more_than_its_budget_on_the_wire(project: Project, pattern: str, limit: int) -> None:
    weights = {path.name: len(gzip.compress(path.read_bytes())) for path in project.site.folder.rglob(pattern)}
    assert {name: weight for name, weight in weights.items() if weight > limit} == {}
