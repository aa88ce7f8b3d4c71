"""What is out at one cutoff and where it lives."""

from datetime import UTC, date, datetime, time

import pytest

from pipeline.config import Site
from pipeline.model import Cadence, Entry, Series
from pipeline.render.edition import alias_path, edition, place, redirects

SITE = Site(title="T", url="https://x.example/blog")
NOW = datetime(2026, 10, 20, 12, tzinfo=UTC)


def entry(day, series="s", **changes):
    given = {
        "path": f"series/{series}/day-{day:02d}.md",
        "series": series,
        "day": day,
        "slug": f"day-{day:02d}",
        "title": "T",
        "body": "b",
    }
    return Entry(**{**given, **changes})


def series(*entries, slug="s", **changes):
    cadence = Cadence(start=date(2026, 10, 19), time=time(9), zone="UTC")
    given = {
        "slug": slug,
        "id": slug,
        "title": "S",
        "path": f"series/{slug}/_index.md",
        "length": 3,
        "cadence": cadence,
    }
    return Series(**{**given, "entries": entries, **changes})


def test_a_place_has_its_address_in_three_forms():
    where = place(SITE, "/s/ä b/")
    assert (where.file, where.url, where.absolute) == (
        "s/ä b/index.html",
        "/blog/s/%C3%A4%20b/",
        "https://x.example/blog/s/%C3%A4%20b/",
    )


def test_only_what_is_out_is_posted():
    made = edition([series(entry(1), entry(2), entry(3))], SITE, NOW)
    assert list(made.posted) == ["series/s/day-01.md", "series/s/day-02.md"]


def test_what_is_not_out_is_known_all_the_same():
    assert "series/s/day-03.md" in edition([series(entry(3))], SITE, NOW).known


def test_two_entries_with_one_address_are_a_problem_and_only_the_first_is_anywhere():
    flat = Site(url="https://x.example", permalink="/{slug}/")
    made = edition([series(entry(1)), series(entry(1, "t"), slug="t")], flat, NOW)
    assert [problem.path for problem in made.problems] == ["series/t/day-01.md"]
    assert (list(made.posted), made.refused) == (["series/s/day-01.md"], frozenset({"series/t/day-01.md"}))


def test_a_series_keeps_its_address_against_an_entry():
    flat = Site(url="https://x.example", permalink="/{slug}/")
    made = edition([series(entry(1, slug="t")), series(entry(1, "t"), slug="t")], flat, NOW)
    assert [problem.path for problem in made.problems] == ["series/s/day-01.md"]


def aliased(*aliases):
    return edition([series(entry(1, aliases=aliases))], SITE, NOW)


@pytest.mark.parametrize(
    "alias", ["/feed.xml", "/style.css", "/404.html", "/s/", "/s/feed.xml", "/tags/x/", "/s", "/feed.xml/a"]
)
def test_an_alias_takes_the_place_of_nothing(alias):
    found, problems = redirects(aliased(alias), ["style.css"])
    assert (found, [problem.code for problem in problems]) == ((), ["address-taken"])


def test_an_alias_leads_from_its_own_file():
    found, problems = redirects(aliased("/old/", "/2023/x.html", "/old"), [])
    assert ([file for file, _ in found], problems) == (["2023/x.html", "old/index.html"], ())


def test_the_site_s_own_addresses_are_not_for_series():
    made = edition([series(entry(1, "tags"), slug="tags")], SITE, NOW)
    assert {problem.code for problem in made.problems} == {"address-taken"}


def test_an_entry_may_not_take_the_site_s_own_addresses():
    flat = Site(url="https://x.example", permalink="/{slug}/")
    made = edition([series(entry(1, slug="tags"))], flat, NOW)
    assert [problem.code for problem in made.problems] == ["address-taken"]


def test_pages_are_newest_first():
    made = edition([series(entry(1), entry(2)), series(entry(1, "t"), slug="t")], SITE, NOW)
    assert [posted.entry.path[7:] for posted in made.pages] == ["s/day-02.md", "s/day-01.md", "t/day-01.md"]


def test_aliases_are_folders_unless_they_name_a_page():
    assert [alias_path(alias) for alias in ("old", "/old/", "/2023/x.html", "x.htm")] == [
        "/old/",
        "/old/",
        "/2023/x.html",
        "/x.htm",
    ]
