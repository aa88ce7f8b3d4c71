"""`daycast build`: what is out is everywhere, what is not is nowhere, and a broken file takes nothing with it."""

import json

import pytest

from tests.support import INDEX, NOW, TOML, entry


def build(folder, now=NOW):
    return folder.daycast("build", "--now", now)


def test_what_is_out_has_its_page_its_feeds_and_its_text(walks):
    build(walks)
    made = set(walks.site())
    wanted = {"index.html", "404.html", "sitemap.xml", "robots.txt", "favicon.svg", "feed.xml", "atom.xml", "feed.json"}
    wanted |= {f"walks/{name}" for name in ("index.html", "feed.xml", "atom.xml", "feed.json", "day-02/index.html")}
    assert wanted <= made
    assert walks.read("output/linkedin/walks/day-02.txt").startswith("#Day2/30 #thirtyWalks\n\nWe walked 2 miles")


def test_what_is_not_out_is_nowhere_in_the_site(walks):
    walks.write({"series/walks/day-04.md": entry(4, "Zebra crossing", extra="tags: [zebra]\naliases: [/zebra/]\n")})
    walks.write({"series/walks/day-03.md": entry(3, body="Tomorrow is [a surprise](day-04.md) for us all.")})
    build(walks)
    leaks = [
        path for path, content in walks.site().items() if b"ebra" in content or "zebra" in path or "day-04" in path
    ]
    assert leaks == []


def test_a_draft_is_nowhere_in_the_site(walks):
    walks.write({"series/walks/day-02.md": entry(2, "Zebra crossing", extra="draft: true\n")})
    build(walks)
    assert [path for path, content in walks.site().items() if b"Zebra" in content or b"day-02" in content] == []


def test_a_later_cutoff_brings_the_next_entry_everywhere(walks):
    build(walks)
    before = walks.site()
    build(walks, "2026-10-22T09:00:00+02:00")
    after = walks.site()
    changed = {path for path in after if after[path] != before.get(path)}
    wanted = {"index.html", "sitemap.xml", "feed.xml", "walks/feed.xml", "walks/index.html", "walks/day-03/index.html"}
    assert wanted | {"walks/day-04/index.html"} <= changed


def test_an_earlier_cutoff_takes_it_back_out(walks):
    build(walks)
    first = walks.site()
    build(walks, "2026-12-24T00:00:00+00:00")
    build(walks)
    assert walks.site() == first


def test_the_same_input_gives_the_same_bytes_and_writes_nothing(walks):
    build(walks)
    assert json.loads(walks.daycast("build", "--now", NOW, "--json").out)["changed"] == []


def test_a_build_elsewhere_gives_the_same_bytes(walks, tmp_path_factory, capsys):
    build(walks)
    other = type(walks)(tmp_path_factory.mktemp("elsewhere"), capsys)
    other.write({"daycast.toml": TOML, "series/walks/_index.md": INDEX})
    other.write({f"series/walks/day-{day:02d}.md": entry(day) for day in range(1, 6)})
    build(other)
    assert other.site() == walks.site()


def test_a_broken_entry_stays_everywhere_in_its_last_good_version(walks):
    build(walks)
    before = walks.site()
    walks.write({"series/walks/day-02.md": "---\ntitle: [broken\n---\nNew text."})
    ran = build(walks)
    assert (ran.code, walks.site()) == (1, before)
    assert "series/walks/day-02.md" in ran.err


def test_a_broken_index_keeps_the_whole_series_in_its_last_good_version(walks):
    build(walks)
    before = walks.site()
    walks.write({"series/walks/_index.md": INDEX.replace("Europe/Berlin", "Europe/Atlantis")})
    walks.write({"series/walks/day-01.md": entry(1, "Changed meanwhile")})
    ran = build(walks)
    assert (ran.code, walks.site()) == (1, before)


def test_one_broken_entry_does_not_stop_the_others(walks):
    walks.write({"series/walks/day-02.md": b"---\ntitle: \xff\n---\n"})
    ran = build(walks)
    assert ran.code == 1
    assert {"walks/day-01/index.html", "walks/day-03/index.html"} <= set(walks.site())


def test_all_problems_of_all_files_are_told_at_once(walks):
    walks.write(
        {
            "series/walks/day-02.md": entry(2, extra="day: 31\n"),
            "series/walks/day-03.md": entry(3, extra="date: soon\n"),
        }
    )
    err = build(walks).err
    assert "series/walks/day-02.md:3: " in err
    assert "series/walks/day-03.md:3: " in err


def test_a_mended_entry_is_built_again(walks):
    build(walks)
    walks.write({"series/walks/day-02.md": "---\ntitle: [broken\n---\nNew text."})
    build(walks)
    walks.write({"series/walks/day-02.md": entry(2, "Mended")})
    assert build(walks).code == 0
    assert b"Mended" in walks.site()["walks/day-02/index.html"]


def test_a_deleted_entry_is_gone_everywhere_even_when_it_was_broken(walks):
    build(walks)
    walks.write({"series/walks/day-02.md": "---\ntitle: [broken\n---\n"})
    build(walks)
    (walks.path / "series/walks/day-02.md").unlink()
    build(walks)
    assert [path for path, content in walks.site().items() if b"Walk number 2" in content] == []


def test_an_entry_over_the_limit_has_a_page_and_a_feed_item_but_no_linkedin_files(walks):
    walks.write({"series/walks/day-02.md": entry(2, body="word " * 700)})
    ran = build(walks)
    assert (ran.code, "walks/day-02/index.html" in walks.site()) == (1, True)
    assert not (walks.path / "output/linkedin/walks/day-02.txt").exists()
    assert "series/walks/day-02.md:4: " in ran.err
    assert "3,000" in ran.err


def test_long_summary_fits_what_is_over_the_limit(walks):
    walks.write(
        {
            "series/walks/day-02.md": entry(
                2,
                extra="summary: In short.\nlinkedin: {long: summary}\n",
                body="One hook here now.\n\n" + "word " * 700,
            )
        }
    )
    assert build(walks).code == 0
    text = walks.read("output/linkedin/walks/day-02.txt")
    assert text == "#Day2/30 #thirtyWalks\n\nOne hook here now.\n\nIn short.\n\nhttps://walks.example/walks/day-02/\n"


def test_a_missing_image_is_reported_and_the_page_still_built(walks):
    walks.write({"series/walks/day-02.md": entry(2, body="Look at this picture:\n\n![A map](map.png)")})
    ran = build(walks)
    assert (ran.code, "walks/day-02/index.html" in walks.site()) == (1, True)
    assert "series/walks/day-02.md:6: " in ran.err


def test_a_linked_file_travels_with_its_entry(walks):
    walks.write(
        {
            "series/walks/day-02.md": entry(2, body="The [map](files/map.pdf) of it."),
            "series/walks/files/map.pdf": b"%PDF",
        }
    )
    build(walks)
    assert walks.site()["walks/files/map.pdf"] == b"%PDF"


@pytest.mark.parametrize("dest", ["../../../secret.txt", "../../secret.txt", "files/link.txt"])
def test_nothing_outside_series_is_ever_copied(walks, dest):
    walks.write(
        {"secret.txt": "s3cret", "series/walks/day-02.md": entry(2, body=f"A [file]({dest}) that is not ours.")}
    )
    (walks.path / "series/walks/files").mkdir()
    (walks.path / "series/walks/files/link.txt").symlink_to(walks.path / "secret.txt")
    ran = build(walks)
    assert (ran.code, any(b"s3cret" in content for content in walks.site().values())) == (1, False)


def test_links_between_entries_become_permalinks_in_page_feed_and_text(walks):
    walks.write({"series/walks/day-02.md": entry(2, body="As [yesterday](day-01.md#top) we walked on and on.")})
    build(walks)
    site = walks.site()
    assert b'href="/walks/day-01/#top"' in site["walks/day-02/index.html"]
    assert b"https://walks.example/walks/day-01/#top" in site["walks/feed.xml"]
    assert "yesterday (https://walks.example/walks/day-01/#top)" in walks.read("output/linkedin/walks/day-02.txt")


def test_aliases_lead_to_the_permalink(walks):
    walks.write({"series/walks/day-02.md": entry(2, extra="aliases: [/2023/02/old-walk/, /old.html]\n")})
    build(walks)
    site = walks.site()
    assert b"https://walks.example/walks/day-02/" in site["2023/02/old-walk/index.html"]
    assert b"https://walks.example/walks/day-02/" in site["old.html"]


def test_an_alias_that_takes_a_page_is_an_error_and_the_page_stays(walks):
    walks.write({"series/walks/day-02.md": entry(2, extra="aliases: [/walks/day-01/]\n")})
    ran = build(walks)
    assert (ran.code, b"Walk number 1" in walks.site()["walks/day-01/index.html"]) == (1, True)


def test_a_permalink_without_the_series_works_for_a_blog_that_moves_here(walks):
    walks.write({"daycast.toml": TOML.replace("[feed]", 'permalink = "/{slug}/"\n[feed]')})
    build(walks)
    assert "day-02/index.html" in walks.site()


def test_a_site_below_a_path_links_within_it(walks):
    walks.write({"daycast.toml": TOML.replace("https://walks.example", "https://example.org/blog")})
    build(walks)
    page = walks.site()["walks/day-02/index.html"].decode()
    assert 'href="/blog/walks/day-01/"' in page
    assert 'href="/walks' not in page


def test_channels_decide_what_an_entry_gets(walks):
    walks.write({"series/walks/day-02.md": entry(2, extra="channels: [linkedin]\n")})
    build(walks)
    assert [
        path
        for path, content in walks.site().items()
        if b"Walk number 2" in content and path.endswith((".xml", ".json", "day-02/index.html"))
    ] == []
    assert (walks.path / "output/linkedin/walks/day-02.txt").exists()


def test_each_account_gets_its_texts(walks):
    walks.write({"daycast.toml": f'{TOML}\n[channels.acme]\ntype = "linkedin"\nauthor = "urn:li:organization:7"\n'})
    extra = "channels: [blog, linkedin, acme]\nacme: {hook: We at Acme.}\n"
    walks.write({"series/walks/day-02.md": entry(2, extra=extra)})
    ran = build(walks)
    assert (ran.code, ran.err) == (0, "")
    body = json.loads(walks.read("output/acme/walks/day-02.json"))
    assert (body["author"], "We at Acme" in body["commentary"]) == ("urn:li:organization:7", True)
    assert "We at Acme" not in walks.read("output/linkedin/walks/day-02.txt")
    assert not (walks.path / "output/acme/walks/day-01.txt").exists()


def test_foreign_files_in_the_site_stay(walks):
    build(walks)
    walks.write({"output/site/CNAME": "walks.example"})
    (walks.path / "series/walks/day-03.md").unlink()
    build(walks)
    assert walks.read("output/site/CNAME") == "walks.example"


def test_lists_paginate(walks):
    walks.write({"daycast.toml": TOML.replace("[feed]", "page_size = 2\n[feed]")})
    build(walks)
    site = walks.site()
    assert b"Walk number 1" in site["page/2/index.html"]
    assert b"/page/2/" in site["index.html"]


def test_a_project_template_overrides_one_file(walks):
    walks.write({"templates/404.html.j2": "gone from {{ site.title }}\n"})
    build(walks)
    assert walks.site()["404.html"] == b"gone from Walks\n"


def test_a_broken_template_is_a_sentence_with_its_line(walks):
    walks.write({"templates/404.html.j2": "fine\n{{ site.titel }}\n"})
    ran = build(walks)
    assert ran.code == 1
    assert "templates/404.html.j2:2: " in ran.err
    assert "Traceback" not in ran.err


def test_wrong_configuration_is_exit_code_2(walks):
    walks.write({"daycast.toml": "[sit]\n"})
    ran = build(walks)
    assert (ran.code, "unknown key 'sit'" in ran.err) == (2, True)


def test_no_project_is_exit_code_2(folder):
    ran = folder.daycast("build")
    assert (ran.code, "daycast init" in ran.err) == (2, True)


def test_lone_brackets_and_other_odd_links_do_not_stop_a_build(walks):
    walks.write(
        {"series/walks/day-02.md": entry(2, body="An [odd](http://[) and [odder](//) and [oddest](%00.md) link.")}
    )
    build(walks)
    assert "walks/day-02/index.html" in walks.site()


def test_an_alias_that_is_a_feed_s_address_is_an_error_and_the_feed_stays(walks):
    walks.write({"series/walks/day-02.md": entry(2, extra="aliases: [/feed.xml]\n")})
    ran = build(walks)
    assert (ran.code, b"<rss" in walks.site()["feed.xml"]) == (1, True)
    assert "series/walks/day-02.md:3: the alias '/feed.xml'" in ran.err


def test_a_series_without_a_blog_has_its_feeds(walks):
    walks.write({"series/walks/_index.md": INDEX.replace("length: 30", "length: 30\nchannels: [rss, linkedin]")})
    build(walks)
    site = walks.site()
    assert {"walks/feed.xml", "walks/atom.xml", "walks/feed.json"} <= set(site)
    assert "walks/index.html" not in site


def test_an_entry_without_an_address_of_its_own_is_nowhere(walks):
    walks.write({"daycast.toml": TOML.replace("[feed]", 'permalink = "/{slug}/"\n[feed]')})
    walks.write(
        {"series/xtra/_index.md": INDEX.replace("id: walk", "id: xtra"), "series/xtra/day-01.md": entry(1, "Zebra")}
    )
    ran = build(walks)
    leaks = [path for path, content in walks.site().items() if b"Zebra" in content]
    assert (ran.code, leaks, (walks.path / "output/linkedin/xtra").exists()) == (1, [], False)


def test_a_day_that_is_overdue_is_not_called_to_come(walks):
    (walks.path / "series/walks/day-02.md").unlink()
    build(walks)
    page = walks.site()["walks/index.html"].decode()
    assert ("#Day2/30, to come" in page, "#Day4/30, to come" in page, "#Day2/30" in page) == (False, True, True)


def test_a_weekly_series_counts_weeks(walks):
    weekly = INDEX.replace("length: 30\n", 'label: "#Week{n}"\nweekdays: mon\n')
    walks.write({"series/walks/_index.md": weekly})
    build(walks)
    assert "<span>Week</span> <b>1</b>" in walks.site()["walks/index.html"].decode()


def test_a_picture_that_is_none_is_reported(walks):
    walks.write({"series/walks/day-02.md": entry(2, body="Look at it:\n\n![A](a.png)"), "series/walks/a.png": b"text"})
    assert "series/walks/day-02.md:6: the image 'a.png' cannot be read as a picture" in build(walks).err


def numbered(folder):
    folder.write({"series/walks/_index.md": INDEX})
    folder.write({f"series/walks/{day:02d}-title.md": entry(day) for day in (1, 2, 9)})
    build(folder)
    return sorted(line for line in folder.read("output/site/walks/feed.xml").splitlines() if "<guid" in line)


def test_a_file_without_a_number_changes_nobody_s_day(folder):
    folder.write({"daycast.toml": TOML})
    before = numbered(folder)
    folder.write({"series/walks/zfoo.md": entry(3, "Nobody knows which day")})
    ran = build(folder)
    after = sorted(line for line in folder.read("output/site/walks/feed.xml").splitlines() if "<guid" in line)
    assert (ran.code, after, "series/walks/zfoo.md: names no day" in ran.err) == (1, before, True)


def test_a_file_that_names_its_day_otherwise_joins_numbered_ones(folder):
    folder.write({"daycast.toml": TOML})
    before = numbered(folder)
    folder.write({"series/walks/day-03.md": entry(3)})
    ran = build(folder)
    after = sorted(line for line in folder.read("output/site/walks/feed.xml").splitlines() if "<guid" in line)
    assert (ran.code, len(after), set(before) < set(after)) == (0, 3, True)


def test_an_override_may_extend_the_original(walks):
    override = '{% extends "daycast/base.html.j2" %}{% block head_extra %}<meta name="x" content="y">{% endblock %}'
    walks.write({"templates/base.html.j2": override})
    assert build(walks).code == 0
    page = walks.site()["walks/day-02/index.html"]
    assert (b'<meta name="x" content="y">' in page, b"Walk number 2" in page) == (True, True)


def test_a_template_that_extends_itself_is_a_sentence(walks):
    walks.write({"templates/entry.html.j2": '{% extends "entry.html.j2" %}'})
    ran = build(walks)
    assert (ran.code, "extend 'daycast/entry.html.j2' instead" in ran.err) == (1, True)


def test_a_link_to_a_file_that_is_not_there_is_plain_text(walks):
    walks.write({"series/walks/day-02.md": entry(2, body="A [way](nope.md) out and ![a map](map.png) of it.")})
    build(walks)
    page = walks.site()["walks/day-02/index.html"].decode()
    assert ("nope.md" in page, "map.png" in page, "A way out and a map of it." in page) == (False, False, True)
    assert "A way out" in walks.read("output/linkedin/walks/day-02.txt")


def test_a_broken_entry_that_was_renamed_stays_in_its_last_good_version(walks):
    build(walks)
    before = walks.site()
    (walks.path / "series/walks/day-02.md").unlink()
    walks.write({"series/walks/second.md": entry(2, extra="day: 2\ndate: soon\n")})
    ran = build(walks)
    again = build(walks)
    assert (ran.code, again.code, walks.site()) == (1, 1, before)


def test_a_renamed_entry_that_is_mended_takes_its_old_place(walks):
    build(walks)
    (walks.path / "series/walks/day-02.md").unlink()
    walks.write({"series/walks/second.md": entry(2, extra="day: 2\ndate: soon\n")})
    build(walks)
    walks.write({"series/walks/second.md": entry(2, "Mended", extra="day: 2\n")})
    ran = build(walks)
    days = [path for path in walks.site() if path.startswith("walks/") and path.endswith("/index.html")]
    wanted = ["walks/day-01/index.html", "walks/day-03/index.html", "walks/index.html", "walks/second/index.html"]
    assert (ran.code, sorted(days)) == (0, sorted(wanted))


def test_what_is_gone_takes_no_day_from_what_is_there(walks):
    build(walks)
    (walks.path / "series/walks/day-02.md").unlink()
    walks.write(
        {
            "series/walks/broken.md": "---\ntitle: [x\n---\n",
            "series/walks/new.md": entry(2, "New one", extra="day: 2\n"),
        }
    )
    build(walks)
    assert b"New one" in walks.site()["walks/new/index.html"]
    assert "walks/day-02/index.html" not in walks.site()


def test_the_icon_follows_the_accent(walks):
    walks.write({"daycast.toml": TOML.replace("[site]\n", '[site]\naccent = "#003366"\n')})
    build(walks)
    assert b"fill:#003366" in walks.site()["favicon.svg"]


def test_a_series_page_says_one_sentence_once(walks):
    def shown():
        build(walks)
        return walks.site()["walks/index.html"].decode().partition("<main")[2]

    assert shown().count("A walk a day.") == 1
    walks.write({"series/walks/_index.md": INDEX.replace("A walk a day.", "A walk & a day's rest.")})
    assert shown().count("A walk &amp; a day") == 1
    walks.write({"series/walks/_index.md": INDEX.replace("A walk a day.", "A walk a day.\n\nAnd more.")})
    assert shown().count("And more.</p>") == 1
    assert '<section class="prose intro"' in shown()


def test_a_series_page_says_how_much_of_it_is_published(walks):
    build(walks)
    assert "<span>3 of 30 published</span>" in walks.site()["walks/index.html"].decode()
    walks.write({"series/walks/_index.md": INDEX.replace("length: 30\n", 'label: "#Day{n}"\n')})
    build(walks)
    assert "<span>3 published</span>" in walks.site()["walks/index.html"].decode()
