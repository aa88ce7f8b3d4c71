"""The templates daycast comes with: what they show, what they keep back, and that no text breaks out of them."""

from __future__ import annotations

import gzip
import re
import tomllib
from dataclasses import fields, replace
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as lxml_html

from pipeline.config import (
    ChannelTable,
    Config,
    Deploy,
    FeedSettings,
    JournalSettings,
    LedgerSettings,
    LinkedIn,
    Notify,
    Publish,
    Site,
    parse,
)
from pipeline.content.keys import SERIES_KEYS
from pipeline.render.context import (
    DayCell,
    EntryCard,
    EntryView,
    FeedLinks,
    Heading,
    Link,
    MonthView,
    PageView,
    Paging,
    Picture,
    SeriesView,
    SiteView,
    Stamp,
    TagView,
)
from pipeline.render.templates import Templates, built_in

TEMPLATES = Templates((built_in(),))
STATIC = built_in() / "static"
ORIGIN = "https://example.org"
#: Would leave any tag, attribute, comment or template expression that does not escape it.
HOSTILE = """</title></textarea>--><script>alert("1")</script>' onload='x' & {{ 7 * 7 }} ${x} مرحبا 🚀"""


def stamp(day: int) -> Stamp:
    return Stamp(iso=f"2026-10-{day:02d}T09:00:00+02:00", day=f"2026-10-{day:02d}", human=f"{day} October 2026")


def feeds(title: str, folder: str) -> FeedLinks:
    at = ORIGIN + folder
    return FeedLinks(title=title, rss=f"{at}feed.xml", atom=f"{at}atom.xml", json=f"{at}feed.json")


SERIES_LINK = Link(url="/words/", title="Thirty words")
SITE = SiteView(
    title="Notes",
    description="Small and dated.",
    language="en-GB",
    author="Mara Lindqvist",
    url="/",
    absolute=f"{ORIGIN}/",
    feeds=feeds("Notes", "/"),
    assets={name: f"/{name}" for name in ("favicon.svg", "highlight.css", "style.css", "site.js")},
    series=(SERIES_LINK, Link(url="/tools/", title="Ten tools")),
    tags_url="/tags/",
    subscribe_url="/subscribe/",
    archive_url="/archive/",
    search_url="/search/",
    search_index="/search.json",
    authors_url="/authors/",
)
PICTURE = Picture(
    url="/words/a.png", absolute=f"{ORIGIN}/words/a.png", alt="A box", width=1200, height=627, media_type="image/png"
)
TAG = TagView(name="writing", url="/tags/writing/", count=2)
AUTHOR = TagView(name="Mara Lindqvist", url="/authors/mara-lindqvist/", count=2)
YEAR = TagView(name="2026", url="/archive/2026/", count=2)
ALONE = Paging(number=1, total=1, newer=None, older=None)


def page(**more: Any) -> PageView:
    given: dict[str, Any] = {
        "title": "A page",
        "description": "What it is about.",
        "canonical": f"{ORIGIN}/here/",
        "language": "en-GB",
        "kind": "website",
        "image": None,
        "feeds": (feeds("Thirty words", "/words/"), feeds("Notes", "/")),
        "previous": None,
        "next": None,
    }
    return PageView(**{**given, **more})


def card(day: int, title: str) -> EntryCard:
    url = f"/words/day-{day}/"
    return EntryCard(
        url=url,
        absolute=ORIGIN + url,
        title=title,
        label=f"#Day{day}/4",
        day=day,
        date=stamp(day),
        summary=f"Summary {day}",
        series=SERIES_LINK,
        tags=(Link(url=TAG.url, title=TAG.name),),
    )


def cell(day: int, title: str | None, *, today: bool = False) -> DayCell:
    return DayCell(
        day=day,
        label=f"#Day{day}/4",
        state="to come" if title is None else "out",
        today=today,
        date=stamp(day),
        url=None if title is None else f"/words/day-{day}/",
        title=title,
    )


SERIES = SeriesView(
    url="/words/",
    absolute=f"{ORIGIN}/words/",
    title="Thirty words",
    hashtag="#ThirtyWords",
    description="One word a day.",
    html="<p>Why words.</p>",
    author="Mara Lindqvist",
    language="en-GB",
    noun="Day",
    length=4,
    out=2,
    days=(cell(1, "First"), cell(2, "Second", today=True), cell(3, None), cell(4, None)),
    entries=(card(2, "Second"), card(1, "First")),
    feeds=feeds("Thirty words", "/words/"),
)
ENTRY = EntryView(
    url="/words/day-1/",
    absolute=f"{ORIGIN}/words/day-1/",
    canonical=f"{ORIGIN}/words/day-1/",
    title="First",
    label="#Day1/4",
    day=1,
    date=stamp(1),
    updated=stamp(3),
    summary="Summary 1",
    author="Mara Lindqvist",
    html='<p>The <em>text</em>.</p><h2 id="one">One</h2>',
    headings=tuple(Heading(level=level, id=name, text=name) for level, name in ((2, "one"), (3, "two"), (2, "three"))),
    tags=(Link(url=TAG.url, title=TAG.name),),
    categories=("Craft",),
    image=PICTURE,
    words=300,
    reading_time=2,
    language="en-GB",
    json_ld='{"@type": "BlogPosting"}',
    extra={},
    draft=False,
    author_url="/authors/mara-lindqvist/",
    elsewhere=(Link(url="https://www.linkedin.com/feed/update/urn:li:share:1/", title="LinkedIn"),),
)
PAGES: dict[str, dict[str, object]] = {
    "home.html.j2": {"cards": SERIES.entries, "paging": replace(ALONE, total=2, older="/page/2/"), "hero": SERIES},
    "series.html.j2": {"series": SERIES},
    "entry.html.j2": {"entry": ENTRY, "series": SERIES},
    "tag.html.j2": {"tag": TAG, "cards": SERIES.entries, "paging": ALONE, "title": "Tags"},
    "tags.html.j2": {"tags": (TAG,)},
    "author.html.j2": {"tag": AUTHOR, "cards": SERIES.entries, "paging": ALONE, "title": "Authors"},
    "authors.html.j2": {"authors": (AUTHOR, TAG)},
    "archive.html.j2": {
        "years": (YEAR,),
        "months": (MonthView(title="October 2026", cards=SERIES.entries),),
        "year": "2026",
    },
    "subscribe.html.j2": {"series_feeds": (feeds("Thirty words", "/words/"),)},
    "search.html.j2": {},
    "404.html.j2": {},
    "redirect.html.j2": {"target": SERIES_LINK, "target_absolute": f"{ORIGIN}/words/"},
}
BARE_SERIES = replace(SERIES, hashtag="", description="", html="", author="", length=None, out=0, days=(), entries=())
BARE_SITE = replace(
    SITE, description="", author="", series=(), tags_url="", assets=dict(list(SITE.assets.items())[::2])
)
BARE: dict[str, dict[str, object]] = {
    "home.html.j2": {"cards": (), "paging": ALONE, "hero": None},
    "series.html.j2": {"series": BARE_SERIES},
    "entry.html.j2": {
        "entry": replace(ENTRY, updated=None, author="", headings=(), tags=(), categories=(), image=None, elsewhere=()),
        "series": BARE_SERIES,
    },
    "tags.html.j2": {"tags": ()},
    "archive.html.j2": {"years": (), "months": (), "year": ""},
    "subscribe.html.j2": {"series_feeds": ()},
    "404.html.j2": {},
    "redirect.html.j2": {"target": SERIES_LINK, "target_absolute": f"{ORIGIN}/words/"},
}


def made(name: str, **changed: Any) -> str:
    return TEMPLATES.render(name, {"site": SITE, "page": page(), **PAGES[name], **changed})


def tree(text: str) -> Any:
    return lxml_html.document_fromstring(text)


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def hostile(value: Any) -> Any:
    """The view with each text in it hostile, all the way down; addresses, dates and safe HTML stay what they are."""
    if isinstance(value, tuple):
        return tuple(hostile(item) for item in value)
    if not hasattr(type(value), "__dataclass_fields__"):
        return HOSTILE if isinstance(value, str) else value
    kept = {"url", "absolute", "canonical", "html", "json_ld", "iso", "id", "kind", "state", "rss", "atom", "json"}
    kept |= {"assets", "media_type", "search_index", "author_url"}
    kept |= {"tags_url", "archive_url", "subscribe_url", "search_url", "authors_url"}
    changed = {f.name: hostile(getattr(value, f.name)) for f in fields(value) if f.name not in kept}
    return replace(value, **changed)


# ── every page ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_one_heading_of_the_first_rank_and_no_id_twice(name: str) -> None:
    document = tree(made(name))
    ids = document.xpath("//@id")
    assert (len(document.xpath("//h1")), len(ids)) == (1, len(set(ids)))


@pytest.mark.parametrize("name", BARE)
def test_every_page_does_without_what_may_be_missing(name: str) -> None:
    bare = page(description="", feeds=())
    text = TEMPLATES.render(name, {"site": BARE_SITE, "page": bare, **BARE[name]})
    assert not tree(text).xpath("//*[@href='' or @src='' or @content='']")


@pytest.mark.parametrize("name", PAGES)
def test_no_text_breaks_out_of_a_page(name: str) -> None:
    context = {key: hostile(value) for key, value in PAGES[name].items() if key != "target_absolute"}
    links = {"previous": Link(url="/a/", title="A"), "next": Link(url="/b/", title="B"), "image": PICTURE}
    text = made(name, site=hostile(SITE), page=hostile(page(**links)), **context)
    document = tree(text)
    assert HOSTILE in document.text_content()
    assert not document.xpath("//script[not(@type='application/ld+json') and not(@src)] | //@onload")
    assert "49" not in document.text_content()


@pytest.mark.parametrize("name", PAGES)
def test_no_page_runs_a_script_or_asks_another_host(name: str) -> None:
    document = tree(made(name, page=page(image=PICTURE)))
    asked = document.xpath("//@src | //link[@rel='stylesheet' or @rel='icon']/@href")
    assert not document.xpath(
        "//script[not(@type='application/ld+json') and not(@src)] | //iframe | //style | //@style"
    )
    assert not document.xpath("//@*[starts-with(name(), 'on')]")
    assert all(address.startswith("/") for address in asked)


# ── the head ────────────────────────────────────────────────────────────────────────────────────


def test_the_home_page_is_called_as_the_site_and_others_name_both() -> None:
    home = made("home.html.j2", page=page(title="Notes"))
    assert [tree(text).findtext(".//title") for text in (home, made("tags.html.j2"))] == ["Notes", "A page — Notes"]


@pytest.mark.parametrize(
    ("language", "direction"), [("ar", "rtl"), ("he-IL", "rtl"), ("en-GB", None), ("arn", None)], ids=str
)
def test_a_page_runs_the_way_its_language_is_read(language: str, direction: str | None) -> None:
    document = tree(made("entry.html.j2", page=page(language=language)))
    assert (document.get("lang"), document.get("dir")) == (language, direction)


def test_each_feed_is_announced_in_three_formats_most_specific_first() -> None:
    found = tree(made("entry.html.j2")).xpath("//link[@rel='alternate']")
    assert [(link.get("type"), link.get("href")) for link in found] == [
        (f"application/{kind}", f"{ORIGIN}{folder}{file}")
        for folder in ("/words/", "/")
        for kind, file in (("rss+xml", "feed.xml"), ("atom+xml", "atom.xml"), ("feed+json", "feed.json"))
    ]


def test_link_cards_get_the_picture_with_its_size_and_words() -> None:
    document = tree(made("entry.html.j2", page=page(kind="article", image=PICTURE)))
    found = {meta.get("property"): meta.get("content") for meta in document.xpath("//meta[@property]")}
    wanted = {
        "og:type": "article",
        "og:title": "A page",
        "og:description": "What it is about.",
        "og:url": f"{ORIGIN}/here/",
        "og:site_name": "Notes",
        "og:locale": "en_GB",
        "og:image": PICTURE.absolute,
        "og:image:alt": "A box",
        "og:image:width": "1200",
        "og:image:height": "627",
    }
    assert {key: found.get(key) for key in wanted} == wanted


def test_a_picture_of_unknown_size_says_none() -> None:
    unknown = replace(PICTURE, width=None, height=None, media_type=None, alt="")
    text = made("entry.html.j2", page=page(image=unknown), entry=replace(ENTRY, image=unknown))
    assert 'alt=""' in text
    assert not tree(text).xpath("//meta[starts-with(@property, 'og:image:')] | //img[@width or @height]")


def test_neighbours_are_named_in_the_head_and_on_the_page() -> None:
    beside = {"previous": Link(url="/words/day-0/", title="Zeroth"), "next": Link(url="/words/day-2/", title="Second")}
    document = tree(made("entry.html.j2", page=page(**beside)))
    assert [link.get("href") for link in document.xpath("//link[@rel='prev' or @rel='next']")] == [
        "/words/day-0/",
        "/words/day-2/",
    ]
    assert [words(link) for link in document.xpath("//nav[@aria-label='Days']/a")] == [
        "← Previous day Zeroth",
        "Next day → Second",
    ]


def test_a_site_without_tags_links_to_no_tags() -> None:
    assert "/tags/" not in made("404.html.j2", site=replace(SITE, tags_url=""))


# ── a series ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", ["home.html.j2", "series.html.j2", "entry.html.j2"])
def test_days_that_are_out_are_links_that_tell_their_title(name: str) -> None:
    found = tree(made(name)).xpath("//ol[contains(@class, 'days')]//a")
    assert [(link.get("href"), words(link)) for link in found] == [
        ("/words/day-1/", "1 First"),
        ("/words/day-2/", "2 Second"),
    ]


def test_days_to_come_show_label_and_date_and_lead_nowhere() -> None:
    found = tree(made("series.html.j2")).xpath("//li[@class='ahead']")
    shown = [(words(item.find("i")), item.find("time").get("datetime")) for item in found]
    assert shown == [("#Day3/4, to come", stamp(3).iso), ("#Day4/4, to come", stamp(4).iso)]
    assert not any(item.findall(".//a") for item in found)


def test_a_day_that_is_out_elsewhere_only_is_no_link() -> None:
    elsewhere = replace(SERIES, days=(replace(SERIES.days[0], url=None),))
    document = tree(made("series.html.j2", series=elsewhere))
    assert words(document.xpath("//ol[contains(@class, 'days')]")[0]) == "1 First"
    assert not document.xpath("//ol[contains(@class, 'days')]//a")


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        pytest.param("home.html.j2", [("date", "2 Second")], id="home-the-newest"),
        pytest.param("series.html.j2", [("date", "2 Second")], id="series-the-newest"),
        pytest.param("entry.html.j2", [("page", "1 First"), ("date", "2 Second")], id="entry-itself-and-the-newest"),
    ],
)
def test_the_grid_marks_where_one_is(name: str, marked: list[tuple[str, str]]) -> None:
    found = tree(made(name)).xpath("//a[@aria-current]")
    assert [(link.get("aria-current"), words(link)) for link in found] == marked


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("home.html.j2", "Day 2 of 4", id="home"),
        pytest.param("series.html.j2", "Day 2 of 4", id="series"),
        pytest.param("entry.html.j2", "Day 1 of 4", id="entry"),
    ],
)
def test_a_reader_sees_how_far_the_series_is(name: str, text: str) -> None:
    assert words(tree(made(name)).find_class("count")[0]) == text


def test_a_series_without_end_has_no_total() -> None:
    endless = replace(SERIES, length=None)
    assert words(tree(made("series.html.j2", series=endless)).find_class("count")[0]) == "Day 2"


def test_the_pages_of_a_long_series_do_not_repeat_all_of_its_days() -> None:
    long = replace(SERIES, days=tuple(cell(day, "Title") for day in range(1, 62)))
    assert not tree(made("entry.html.j2", series=long)).find_class("days")


@pytest.mark.parametrize("name", ["home.html.j2", "series.html.j2", "entry.html.j2"])
def test_the_feeds_of_a_series_stand_on_the_page(name: str) -> None:
    links = tree(made(name)).xpath("//main//p[@class='follow']/a/@href")
    assert links == [SERIES.feeds.rss, SERIES.feeds.atom, SERIES.feeds.json]


# ── an entry ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("headings", "shown"), [(2, 0), (3, 1)], ids=["two-headings", "three-headings"])
def test_contents_are_listed_from_three_headings_on(headings: int, shown: int) -> None:
    text = made("entry.html.j2", entry=replace(ENTRY, headings=ENTRY.headings[:headings]))
    assert len(tree(text).find_class("toc")) == shown


def test_an_entry_can_be_read_by_machines() -> None:
    entry = tree(made("entry.html.j2")).find_class("h-entry")[0]
    assert {
        "name": words(entry.find_class("p-name")[0]),
        "published": entry.find_class("dt-published")[0].get("datetime"),
        "updated": entry.find_class("dt-updated")[0].get("datetime"),
        "url": entry.find_class("u-url")[0].get("value"),
        "author": words(entry.find_class("p-author")[0]),
        "category": [words(item) for item in entry.find_class("p-category")],
        "content": words(entry.find_class("e-content")[0]),
    } == {
        "name": "First",
        "published": stamp(1).iso,
        "updated": stamp(3).iso,
        "url": ENTRY.absolute,
        "author": "Mara Lindqvist",
        "category": ["writing", "Craft"],
        "content": "The text.One",
    }


def test_the_structured_data_stands_as_it_was_given() -> None:
    assert tree(made("entry.html.j2")).findtext(".//script") == ENTRY.json_ld


@pytest.mark.parametrize(("draft", "found"), [(True, 1), (False, 0)], ids=["draft", "out"])
def test_only_a_draft_says_so_to_people_and_to_robots(draft: bool, found: int) -> None:
    document = tree(made("entry.html.j2", entry=replace(ENTRY, draft=draft)))
    robots = document.xpath("//meta[@name='robots'][@content='noindex']")
    assert (len(robots), len(document.find_class("draft"))) == (found, found)


def test_the_newest_entry_says_that_more_is_to_come() -> None:
    assert words(tree(made("entry.html.j2")).xpath("//nav[@aria-label='Days']/p")[0]) == "Next day → Still to come"


# ── lists, redirects and what robots read ───────────────────────────────────────────────────────


def test_a_list_leads_to_newer_and_older_pages() -> None:
    middle = Paging(number=2, total=3, newer="/", older="/page/3/")
    document = tree(made("home.html.j2", paging=middle, hero=None))
    assert [(link.get("rel"), link.get("href")) for link in document.xpath("//nav[@class='pages']/a")] == [
        ("prev", "/"),
        ("next", "/page/3/"),
    ]


def test_a_moved_page_leads_on_and_is_not_indexed() -> None:
    document = tree(made("redirect.html.j2"))
    assert document.xpath("string(//meta[@http-equiv='refresh']/@content)") == f"0; url={ORIGIN}/words/"
    assert document.xpath("string(//link[@rel='canonical']/@href)") == f"{ORIGIN}/words/"
    assert document.xpath("string(//meta[@name='robots']/@content)") == "noindex"
    assert document.xpath("//a/@href") == ["/words/"]


def test_what_is_not_there_is_not_indexed() -> None:
    assert tree(made("404.html.j2")).xpath("//meta[@name='robots'][@content='noindex']")


def test_the_sitemap_lists_each_address_with_the_change_it_knows_of() -> None:
    urls = ((f"{ORIGIN}/?a=1&b=<2>", None), (f"{ORIGIN}/words/", "2026-10-01T07:00:00Z"))
    text = TEMPLATES.render("sitemap.xml.j2", {"site": SITE, "urls": urls})
    root = etree.fromstring(text.encode())
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    assert [(url.findtext(f"{space}loc"), url.findtext(f"{space}lastmod")) for url in root] == list(urls)


def test_robots_are_told_where_the_sitemap_is() -> None:
    text = TEMPLATES.render("robots.txt.j2", {"site": SITE, "sitemap": f"{ORIGIN}/sitemap.xml"})
    assert text == f"User-agent: *\nDisallow:\n\nSitemap: {ORIGIN}/sitemap.xml\n"


# ── the LinkedIn text ───────────────────────────────────────────────────────────────────────────

PIECES = ("label", "hook", "body", "hashtags", "footer", "link")


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(PIECES, id="all"),
        pytest.param(("body",), id="the-body-alone"),
        pytest.param(("hook", "link"), id="first-and-last-missing"),
        pytest.param((), id="none"),
    ],
)
def test_one_blank_line_stands_between_the_pieces_there_are(given: tuple[str, ...]) -> None:
    text = TEMPLATES.render("linkedin.txt.j2", {name: name.upper() if name in given else "" for name in PIECES})
    assert text == "\n\n".join(name.upper() for name in PIECES if name in given)


def test_the_pieces_are_placed_as_they_are() -> None:
    body = "  a <b> & \ue000\ufdd0 {{ c }}\r\n\n\n\\d  "
    assert TEMPLATES.render("linkedin.txt.j2", {**dict.fromkeys(PIECES, ""), "body": body}) == body


# ── the first files of a project ────────────────────────────────────────────────────────────────

PROJECT: dict[str, object] = {
    "title": "Notes",
    "url": ORIGIN,
    "authority": "example.org,2026",
    "series_title": "Thirty words",
    "series_id": "words",
    "hashtag": "ThirtyWords",
    "label": "#Day{n}/{length}",
    "length": 30,
    "start": "2026-10-19",
    "time": "09:00",
    "zone": "Europe/Berlin",
    "author": "Mara Lindqvist",
    "language": "en",
    "github": False,
    "sync": "git push -q",
}
DAY: dict[str, object] = {"day": 2, "title": "Second", "draft": True, "label": "#Day2/30"}


def toml_of(**changed: object) -> dict[str, Any]:
    return tomllib.loads(TEMPLATES.render("scaffold/daycast.toml.j2", PROJECT | changed))


def front_of(name: str, context: dict[str, object]) -> Any:
    text = TEMPLATES.render(f"scaffold/{name}", context)
    opening, front, _ = text.split("---\n", 2)
    assert not opening
    return yaml.safe_load(front)


NASTY = [
    pytest.param("plain", id="plain"),
    pytest.param('She said "no": it\'s #1', id="quotes-colon-hash"),
    pytest.param("back\\slash \\n \\u0041", id="backslashes"),
    pytest.param("line\nbreak\r\n---\n\ttab", id="line-breaks"),
    pytest.param("\x00\x07\x1b\x7f\x85\x9f\ufeff\u2028\u2029\uffff", id="controls"),
    pytest.param("🚀 日本 हिन्दी مرحبا", id="other-scripts"),
    pytest.param("{{ title }} {% raw %} {# x #}", id="template-marks"),
    pytest.param("<b>&amp;'", id="markup"),
    pytest.param("", id="empty"),
]


@pytest.mark.parametrize("title", NASTY)
def test_any_title_comes_back_from_the_first_files(title: str) -> None:
    back = (
        toml_of(title=title)["site"]["title"],
        front_of("_index.md.j2", PROJECT | {"series_title": title})["title"],
        front_of("day.md.j2", DAY | {"title": title, "label": title})["title"],
    )
    assert back == (title, title, title)


@settings(max_examples=60, deadline=None)
@given(title=st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_whatever_a_title_holds_it_comes_back(title: str) -> None:
    found = (toml_of(title=title)["site"]["title"], front_of("day.md.j2", DAY | {"title": title})["title"])
    assert found == (title, title)


def test_ordinary_titles_look_ordinary() -> None:
    text = TEMPLATES.render("scaffold/day.md.j2", DAY | {"title": "Tom & Zoë's <day> 🚀"})
    assert 'title: "Tom & Zoë\'s <day> 🚀"\n' in text


def test_the_settings_are_those_that_were_asked_for() -> None:
    config = parse(toml_of(), source="daycast.toml")
    assert config == Config(
        site=Site(title="Notes", url=ORIGIN, language="en", author="Mara Lindqvist", zone="Europe/Berlin"),
        feed=FeedSettings(authority="example.org,2026"),
        channels={"linkedin": ChannelTable(type="linkedin", options={})},
        source="daycast.toml",
    )


def test_what_is_not_known_yet_is_left_to_the_defaults() -> None:
    config = parse(toml_of(author="", authority=None), source="daycast.toml")
    assert (config.site.author, config.feed.authority) == ("", None)


def test_the_settings_show_every_key_and_its_default() -> None:
    text = TEMPLATES.render("scaffold/daycast.toml.j2", PROJECT | {"author": "", "authority": None})
    shown = tomllib.loads(re.sub(r"(?m)^# (?=\[[a-z.]+\]$|\w+ = )", "", text))
    either = {name: value for name, value in shown["deploy"].items() if name != "target"}  # it or the command
    config = parse({**shown, "deploy": either}, source="daycast.toml")
    linkedin = shown["channels"]["linkedin"]
    tables = {
        "site": Site,
        "feed": FeedSettings,
        "deploy": Deploy,
        "publish": Publish,
        "journal": JournalSettings,
        "notify": Notify,
        "ledger": LedgerSettings,
    }
    for table, kind in [(linkedin, LinkedIn), *((shown[name], kind) for name, kind in tables.items())]:
        assert set(table) == {"from" if field.name == "source" else field.name for field in fields(kind)}
    assert config.site == Site(title="Notes", url=ORIGIN, language="en", zone="Europe/Berlin")
    assert config.feed == FeedSettings(authority=config.feed.authority, hub=config.feed.hub)
    assert config.linkedin == replace(
        LinkedIn(),
        author=config.linkedin.author,
        mentions=config.linkedin.mentions,
        mode=config.linkedin.mode,
        client_id=config.linkedin.client_id,
    )
    assert (config.ledger, config.deploy) == (
        LedgerSettings(),
        Deploy(command=config.deploy.command, endpoint=config.deploy.endpoint),
    )


def test_the_series_file_shows_every_key() -> None:
    text = TEMPLATES.render("scaffold/_index.md.j2", PROJECT)
    shown = yaml.safe_load(re.sub(r"(?m)^# (?=[a-z_]+: )", "", text.split("---\n", 2)[1]))
    assert set(shown) == {key.name for key in SERIES_KEYS}


def test_a_series_without_end_says_how_to_give_it_one() -> None:
    endless: dict[str, object] = PROJECT | {"length": None, "label": "#Day{n}"}
    front = front_of("_index.md.j2", endless)
    assert ("length" in front, front["label"]) == (False, "#Day{n}")
    assert "# length: 30\n" in TEMPLATES.render("scaffold/_index.md.j2", endless)


@pytest.mark.parametrize("draft", [True, False], ids=["draft", "ready"])
def test_a_new_entry_is_held_back_if_it_shall_be(draft: bool) -> None:
    assert front_of("day.md.j2", DAY | {"draft": draft}).get("draft", False) is draft


def test_what_a_build_makes_is_kept_out_of_the_repository() -> None:
    assert TEMPLATES.render("scaffold/gitignore.j2", PROJECT).splitlines()[1::2] == ["/output/", "/.daycast/", ".env"]


# ── the look ────────────────────────────────────────────────────────────────────────────────────

STYLE = (STATIC / "style.css").read_text(encoding="utf-8")


def colours(scheme: str) -> dict[str, str]:
    wanted = r"^:root \{\n(.*?)\}" if scheme == "light" else r"^:root\[data-theme=dark\] \{\n(.*?)\}"
    [found] = re.findall(wanted, STYLE.partition("@media print")[0], re.DOTALL | re.MULTILINE)
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", found))


def test_dark_is_the_same_where_it_is_chosen_and_where_the_system_says_so() -> None:
    chosen = re.findall(r"^:root\[data-theme=dark\] \{\n(.*?)\n\}", STYLE, re.DOTALL | re.MULTILINE)[0]
    system = re.findall(r":root:not\(\[data-theme=light\]\) \{\n(.*?)\n  \}", STYLE, re.DOTALL)[0]
    assert [line.strip() for line in chosen.splitlines()] == [line.strip() for line in system.splitlines()]


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "paper"),
        ("ink", "wash"),
        ("ink", "code-bg"),
        ("soft", "paper"),
        ("soft", "wash"),
        ("accent", "paper"),
        ("accent", "wash"),
        ("paper", "accent"),
    ],
)
def test_text_stands_out_from_its_ground(scheme: str, text: str, ground: str) -> None:
    found = colours(scheme)
    dark, light = sorted((luminance(found[text]), luminance(found[ground])))
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def test_the_window_around_a_page_has_its_colour() -> None:
    metas = tree(made("404.html.j2")).xpath("//meta[@name='theme-color']/@content")
    assert metas == [colours("light")["paper"], colours("dark")["paper"]]


def test_the_script_is_small() -> None:
    assert len(gzip.compress((STATIC / "site.js").read_bytes(), 9)) <= 5120


def test_the_style_is_small_and_asks_for_nothing_else() -> None:
    assert len(gzip.compress(STYLE.encode(), 9)) <= 8192
    assert not re.search(r"@import|url\(|expression", STYLE)


def test_motion_is_only_for_those_who_want_it() -> None:
    calm = re.sub(r"@media \(prefers-reduced-motion: no-preference\) \{.*?\n\}", "", STYLE, flags=re.DOTALL)
    assert not re.search(r"transition|animation|scroll-behavior", calm)


def test_the_icon_is_a_picture_that_asks_for_nothing() -> None:
    icon = etree.fromstring((STATIC / "favicon.svg").read_bytes())
    assert icon.tag == "{http://www.w3.org/2000/svg}svg"
    assert not icon.xpath("//@*[contains(., '://')] | //*[local-name()='script' or local-name()='image']")
