"""``daycast import``: what another tool holds becomes a series, what is lost is named, and nothing there is touched."""
# ruff: noqa: E501 - exports as they are

from __future__ import annotations

import io
import json
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from tests.support import INDEX, TOML, Folder, entry

NOW = ("--now", "2026-10-21T09:00:00Z")
WXR = """\
<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Old blog</title><link>https://old.example.org</link>
<wp:author><wp:author_login>mara</wp:author_login>
<wp:author_display_name><![CDATA[Mara Lindqvist]]></wp:author_display_name></wp:author>
<wp:category><wp:term_id>82</wp:term_id><wp:cat_name><![CDATA[Technology]]></wp:cat_name></wp:category>
<item><title>Day2/30 – What holds it up?</title><link>https://old.example.org/2023/02/15/day-2/</link>
<dc:creator>mara</dc:creator><guid isPermaLink="false">https://old.example.org/?p=82</guid>
<content:encoded><![CDATA[<!-- wp:paragraph --><p><strong>#Day2</strong>/30 <strong>#30daysOfSoil</strong></p>
<p>One &amp; two.<br>Next line with a_b*c*.</p><h2>Roots</h2><ul><li>one</li><li>two</li></ul>
<figure class="wp-block-image"><img src="https://old.example.org/a.png" alt="A root"/><figcaption>Roots</figcaption></figure>
<pre class="wp-block-code"><code class="language-python">a_b = 1
</code></pre><iframe src="https://www.youtube.com/embed/x"></iframe>[gallery ids="1,2"]<script>alert(1)</script>]]>
</content:encoded><excerpt:encoded><![CDATA[Short.]]></excerpt:encoded><wp:post_id>82</wp:post_id>
<wp:post_date_gmt>2023-02-15 06:36:19</wp:post_date_gmt><wp:post_name>day-2-what</wp:post_name>
<wp:status>publish</wp:status><wp:post_type>post</wp:post_type>
<category domain="category" nicename="technology"><![CDATA[Technology]]></category>
<category domain="post_tag" nicename="soil"><![CDATA[soil]]></category>
<wp:postmeta><wp:meta_key>_thumbnail_id</wp:meta_key><wp:meta_value>90</wp:meta_value></wp:postmeta>
<wp:postmeta><wp:meta_key>mood</wp:meta_key><wp:meta_value>good</wp:meta_value></wp:postmeta>
<wp:comment><wp:comment_id>1</wp:comment_id></wp:comment></item>
<item><title>Day1/30 – Why</title><content:encoded><![CDATA[Classic text.

Second paragraph
with a break.]]></content:encoded><wp:post_id>81</wp:post_id><wp:post_date_gmt>2023-02-14 06:36:19</wp:post_date_gmt>
<wp:status>draft</wp:status><wp:post_type>post</wp:post_type></item>
<item><title>t</title><wp:post_id>90</wp:post_id><wp:post_type>attachment</wp:post_type>
<wp:attachment_url>https://old.example.org/t.png</wp:attachment_url></item>
<item><title>About</title><wp:post_id>2</wp:post_id><wp:post_type>page</wp:post_type><wp:status>publish</wp:status></item>
<item><title>Hello</title><wp:post_id>1</wp:post_id><wp:post_type>post</wp:post_type><wp:status>publish</wp:status>
<content:encoded>Hello.\x0b</content:encoded><wp:post_date_gmt>2023-01-01 06:36:19</wp:post_date_gmt></item>
</channel></rss>
"""
SHARES = '''\
Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility
2023-02-15 06:36:19,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7031456,"#Day2/30 #30daysOfSoil""
""
""What holds it *up*?""
""He said """"look"""" at https://a.example/x_y_z",,https://media.example/x,MEMBER_NETWORK
2023-02-14 06:36:19,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7031455,#Day1/30 Why soil,https://b.example/a,,MEMBER_NETWORK
2023-02-16 06:36:19,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7031457,,,,MEMBER_NETWORK
2023-02-17 06:36:19,https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A7031458,New job!,,,CONNECTIONS
'''
ARTICLE = """<html><body><img src=""><h1><a href="https://www.linkedin.com/pulse/roots-x">Day 3: Roots &amp; all</a></h1>
<p class="created">Created on 2023-02-16 06:00</p><p class="published">Published on 2023-02-16 07:00</p>
<div><p>Roots <b>hold</b>.</p></div></body></html>"""
GHOST = {
    "db": [
        {
            "data": {
                "posts": [
                    {
                        "id": "g1", "title": "Day 1: Why", "slug": "why", "html": "<p>Why <em>soil</em>?</p>"
                        '<p><img src="__GHOST_URL__/content/images/a.png" alt="A"></p>', "status": "published",
                        "published_at": "2023-02-14T06:36:19.000Z", "custom_excerpt": "Short", "type": "post",
                        "feature_image": "https://img.example/f.jpg",
                    },
                    {"id": "g2", "title": "Day 2: How", "slug": "how", "html": None, "lexical": "{}", "status": "draft"},
                    {"id": "g3", "title": "About", "type": "page", "html": "<p>x</p>"},
                ],
                "tags": [{"id": "t1", "name": "Soil"}, {"id": "t2", "name": "#internal"}],
                "posts_tags": [{"post_id": "g1", "tag_id": "t1"}, {"post_id": "g1", "tag_id": "t2"}],
                "users": [{"id": "u1", "name": "Mara"}],
                "posts_authors": [{"post_id": "g1", "author_id": "u1"}],
                "posts_meta": [{"post_id": "g1", "feature_image_alt": "A field"}],
            }
        }
    ]
}  # fmt: skip
PNG = b"\x89PNG\r\n\x1a\n not a real one"


@pytest.fixture
def blog(folder: Folder) -> Folder:
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX, "series/walk/day-01.md": entry(1)})
    return folder


def tree(folder: Folder, top: str = ".") -> dict[str, bytes]:
    place = folder.path / top
    found = {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}
    return {path: data for path, data in found.items() if not path.startswith(".daycast/")}


def imported(folder: Folder, *words: str) -> str:
    ran = folder.daycast("import", *words, "--yes", *NOW)
    assert ran.code == 0, ran.err
    return ran.out


def at(folder: Folder, name: str) -> str:
    return str(folder.path / name)


def works(folder: Folder) -> None:
    """The project can be checked and built, and nothing would be sent."""
    ran = folder.daycast("check", *NOW)
    assert ran.code == 0, ran.err + ran.out
    assert folder.daycast("build", *NOW).code == 0
    told = json.loads(folder.daycast("status", "soil", "--json", *NOW).out)
    waiting = [one["key"] for one in told["deliveries"] if one["state"] not in ("published", "planned")]
    assert waiting == []


def test_wordpress(blog: Folder) -> None:
    blog.write({"old.xml": WXR})
    out = imported(blog, at(blog, "old.xml"), "--series", "soil")
    assert out.startswith("wordpress → series/soil/\n  day 1: Tue 14 Feb 2023 06:36  Day1/30 – Why  (draft)\n")
    assert blog.read("series/soil/day-02.md") == (
        '---\ntitle: "Day2/30 – What holds it up?"\nday: 2\ndate: 2023-02-15T06:36:19Z\nslug: day-2-what\n'
        'summary: "Short."\nauthor: "Mara Lindqvist"\ntags: ["soil"]\ncategory: ["Technology"]\n'
        'aliases: ["/2023/02/15/day-2/"]\nguid: "https://old.example.org/?p=82"\n'
        'image: "https://old.example.org/t.png"\n---\n\n'
        "**#Day2**/30 **#30daysOfSoil**\n\nOne & two.\\\nNext line with a\\_b\\*c\\*.\n\n## Roots\n\n- one\n- two\n\n"
        '![A root](https://old.example.org/a.png "Roots")\n\n```python\na_b = 1\n```\n\n'
        '<https://www.youtube.com/embed/x>\n\n[gallery ids="1,2"]\n'
    )
    first = blog.read("series/soil/day-01.md")
    assert "draft: true\n" in first
    assert first.endswith("Classic text.\n\nSecond paragraph\\\nwith a break.\n")
    assert blog.read("series/soil/_index.md") == (
        '---\nid: "soil"\ntitle: "Soil"\nlength: 30\nstart: 2023-02-14\ntime: "06:36"\nzone: UTC\n---\n'
    )
    report = blog.read("series/soil/import-report.md")
    for lost in (
        "a frame is a link now: https://www.youtube.com/embed/x",
        "a script is left out",
        'the shortcode [gallery ids="1,2"] stays text',
        "1 comment is left out",
        "custom fields left out: mood",
        "names no day, while others do, and is left out; --all takes it too",
        "1 item of type 'page' left out: no posts",
        "- https://old.example.org/a.png",
        '82 = "Technology"',
        "- day 2",
    ):
        assert lost in report
    assert "slots recorded as out" in out
    works(blog)
    site = blog.site()
    assert "2023/02/15/day-2/index.html" in site
    assert b"https://old.example.org/?p=82" in site["soil/feed.xml"]
    assert not [name for name in site if "report" in name]


def test_the_archive_of_linkedin(blog: Folder) -> None:
    place = blog.path / "archive.zip"
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Shares.csv", SHARES)
        archive.writestr("Articles/Articles/roots.html", ARTICLE)
        archive.writestr("Connections.csv", "First Name,Last Name\n")
    imported(blog, str(place), "--series", "soil")
    assert blog.read("series/soil/day-02.md") == (
        '---\ntitle: "What holds it *up*?"\nday: 2\ndate: 2023-02-15T06:36:19Z\ntags: ["30daysOfSoil"]\n---\n\n'
        '#Day2/30 #30daysOfSoil\n\nWhat holds it \\*up\\*?\\\nHe said "look" at https://a.example/x_y_z\n'
    )
    assert blog.read("series/soil/day-01.md").endswith("#Day1/30 Why soil\n\n<https://b.example/a>\n")
    assert blog.read("series/soil/day-03.md").endswith("Roots **hold**.\n")
    told = json.loads(blog.daycast("status", "soil", "--json", *NOW).out)
    urls = {one["day"]: one["url"] for one in told["deliveries"] if one["channel"] == "linkedin"}
    assert urls[2] == "https://www.linkedin.com/feed/update/urn:li:share:7031456"
    assert urls[3] == "https://www.linkedin.com/pulse/roots-x"
    report = blog.read("series/soil/import-report.md")
    assert "row 2: its picture or film is not in the archive: https://media.example/x" in report
    assert "row 4: has no text" in report
    assert "row 5: names no day" in report
    works(blog)


def test_linkedin_by_tag_and_with_all(blog: Folder) -> None:
    blog.write({"Shares.csv": SHARES})
    told = json.loads(
        blog.daycast(
            "import", at(blog, "Shares.csv"), "--series", "soil", "--tag", "#30daysofsoil", "--dry-run", "--json", *NOW
        ).out
    )
    assert [one[:5] for one in told["entries"]] == ["day 2"]
    told = json.loads(
        blog.daycast("import", at(blog, "Shares.csv"), "--series", "soil", "--all", "--dry-run", "--json", *NOW).out
    )
    assert [one[:5] for one in told["entries"]] == ["day 1", "day 2", "day 3"]
    assert not (blog.path / "series/soil").exists()


def test_ghost(blog: Folder) -> None:
    blog.write({"ghost.json": json.dumps(GHOST)})
    imported(blog, at(blog, "ghost.json"), "--series", "soil")
    text = blog.read("series/soil/day-01.md")
    assert "Why *soil*?\n\n![A](/content/images/a.png)\n" in text
    for line in (
        'summary: "Short"', 'author: "Mara"', 'guid: "g1"', 'image: "https://img.example/f.jpg"', 'image_alt: "A field"',
        'aliases: ["/why/"]', "slug: why",
    ):  # fmt: skip
        assert f"{line}\n" in text
    assert "internal" not in text
    report = blog.read("series/soil/import-report.md")
    assert "has no HTML beside its editor's own format; its text is left out" in report
    assert "1 page left out" in report
    assert blog.daycast("build", *NOW).code == 0


def test_a_table_and_our_own_export(blog: Folder) -> None:
    blog.write(
        {"plan.csv": "Day;Title;Date;Time;Text;Mood\n1;Why;2026-10-19;08:30;Because.;good\n2;How;20 Oct 2026;;;\n"}
    )
    imported(blog, at(blog, "plan.csv"), "--series", "soil")
    assert blog.read("series/soil/day-01.md") == (
        '---\ntitle: "Why"\nday: 1\ndate: 2026-10-19T08:30:00Z\n---\n\nBecause.\n'
    )
    assert "date: 2026-10-20T09:00:00Z\ndraft: true\n" in blog.read("series/soil/day-02.md")
    assert "column 'Mood'" in blog.read("series/soil/import-report.md")
    blog.write({"export.csv": blog.daycast("export", "csv", "soil", *NOW).out})
    imported(blog, "csv", at(blog, "export.csv"), "--series", "again")
    told = json.loads(blog.daycast("plan", "again", "--json", *NOW).out)
    assert [(day["title"], day["utc"]) for day in told] == [
        ("Why", "2026-10-19T08:30:00Z"), ("How", "2026-10-20T09:00:00Z"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("form", "files", "alias", "pictures"),
    [
        (
            "hugo",
            {
                "hugo.toml": "baseURL = 'https://x'\n",
                "content/posts/day-2/index.md": '+++\ntitle = "Day 2: Roots"  # ours\ndate = 2023-02-15T06:36:19Z\n+++\n'
                "![A](root.png) {{< figure src=\"x\" >}}\n",
                "content/posts/day-2/root.png": PNG,
                "content/posts/_index.md": "+++\ntitle = 'Posts'\n+++\n",
            },
            "/posts/day-2/",
            ["root.png"],
        ),
        (
            "jekyll",
            {
                "_config.yml": "title: x\n",
                "_posts/2023-02-15-roots.md": "---\ntitle: 'Day 2: Roots'\n---\n![A](/assets/root.png) {% include x %}\n",
                "assets/root.png": PNG,
            },
            "/2023/02/15/roots.html",
            ["root.png"],
        ),
        (
            "zola",
            {
                "config.toml": "base_url = 'https://x'\n",
                "content/blog/roots.md": '+++\ntitle = "Day 2: Roots"\ndate = 2023-02-15\n+++\n![A](/root.png) {{ x }}\n',
                "static/root.png": PNG,
            },
            "/blog/roots/",
            ["root.png"],
        ),
        (
            "astro",
            {
                "astro.config.mjs": "",
                "src/content/blog/roots.mdx": "---\ntitle: 'Day 2: Roots'\npubDate: 2023-02-15\n---\nimport X from 'x'\n\n"
                "<Chart data={1} />\n\n![A](/root.png)\n",
                "public/root.png": PNG,
            },
            "/blog/roots/",
            ["root.png"],
        ),
        (
            "devto",
            {
                "roots.md": "---\ntitle: 'Day 2: Roots'\npublished: true\npublished_at: 2023-02-15 06:36:19 +0000\n"
                "cover_image: https://img.example/x.png\n---\n{% embed https://x %}\n"
            },
            None,
            [],
        ),
    ],
)  # fmt: skip
def test_folders_of_markdown(
    blog: Folder, form: str, files: dict[str, str | bytes], alias: str | None, pictures: list[str]
) -> None:
    blog.write({f"old/{name}": content for name, content in files.items()})
    out = imported(blog, at(blog, "old"), "--series", "soil")
    assert out.startswith(f"{form} → series/soil/\n  day 2: Wed 15 Feb 2023")
    path = "series/soil/day-02/index.md" if pictures else "series/soil/day-02.md"
    text = blog.read(path)
    source = next(
        str(content) for name, content in files.items() if name.endswith((".md", ".mdx")) and "Roots" in str(content)
    )
    kept = [line for line in source.splitlines() if "![" not in line]
    assert [line for line in text.splitlines() if line in kept] == kept
    if alias is not None:
        assert f'["{alias}"]' in text
    for name in pictures:
        assert (blog.path / f"series/soil/day-02/{name}").read_bytes() == PNG
        assert f"]({name})" in text
    report = blog.read("series/soil/import-report.md")
    if form != "zola":
        assert "is a program of that tool, and stays text" in report
    told = json.loads(blog.daycast("plan", "soil", "--json", *NOW).out)
    assert [day["title"] for day in told if day["title"]] == ["Day 2: Roots"]


def test_days_that_nobody_names_come_in_the_order_of_their_dates(blog: Folder) -> None:
    blog.write(
        {
            "old/b.md": "---\ntitle: B\ndate: 2023-01-01\n---\nx\n",
            "old/a.md": "---\ntitle: A\ndate: 2023-01-02\n---\nx\n",
            "old/c.md": "---\ntitle: C\n---\nx\n",
        }
    )
    imported(blog, at(blog, "old"), "--series", "soil")
    told = json.loads(blog.daycast("plan", "soil", "--json", *NOW).out)
    assert [(day["day"], day["title"]) for day in told] == [(1, "B"), (2, "A"), (3, "C")]


def test_nothing_that_is_there_is_overwritten(blog: Folder) -> None:
    blog.write({"old/day-1.md": "---\ntitle: Other\n---\nx\n", "old/day-2.md": "---\ntitle: New\n---\ny\n"})
    before = tree(blog, "series")
    out = imported(blog, at(blog, "old"), "--series", "walk")
    assert "day 1 of the series is there already" in out
    after = tree(blog, "series")
    assert {path: after[path] for path in before} == before
    assert sorted(set(after) - set(before)) == ["walk/day-02.md", "walk/import-report.md"]
    blog.write({"more/day-3.md": "---\ntitle: Three\n---\nx\n"})
    imported(blog, at(blog, "more"), "--series", "walk")
    assert (blog.path / "series/walk/import-report-2.md").is_file()


def test_a_dry_run_and_an_unanswered_question_write_nothing(blog: Folder) -> None:
    blog.write({"old.xml": WXR})
    before = tree(blog)
    assert blog.daycast("import", at(blog, "old.xml"), "--series", "soil", "--dry-run", *NOW).code == 0
    assert blog.daycast("import", at(blog, "old.xml"), "--series", "soil", *NOW).code != 0
    assert tree(blog) == before


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return made.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.external_attr = (stat.S_IFLNK | 0o777) << 16
    return made


def lying(data: bytes, size: int) -> bytes:
    """An archive whose table of contents says another size of its first member."""
    at_ = data.index(b"PK\x01\x02")
    return data[: at_ + 24] + struct.pack("<I", size) + data[at_ + 28 :]


HOSTILE = {
    "slip": zipped(("../../evil.md", b"x"), ("Shares.csv", SHARES.encode())),
    "absolute": zipped(("/etc/cron.d/evil", b"x")),
    "windows": zipped(("..\\..\\evil.md", b"x")),
    "drive": zipped(("C:evil.md", b"x")),
    "symlink": zipped((link("day-1.md"), b"/etc/passwd")),
    "bomb": zipped(("Shares.csv", b"\0" * (64 << 20))),
    "many bombs": zipped(*((f"{number}.csv", b"0" * (3 << 20)) for number in range(3))),
    "members": zipped(*((f"{number}.md", b"") for number in range(5_001))),
    "lies": lying(zipped(("Shares.csv", SHARES.encode() * 20)), 10),
    "cut": zipped(("Shares.csv", SHARES.encode()))[:-30],
    "no archive": b"PK\x03\x04 nothing",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_archives_are_refused(blog: Folder, kind: str) -> None:
    (blog.path / "in.zip").write_bytes(HOSTILE[kind])
    before = tree(blog)
    outside = sorted(Path(blog.path.parent).iterdir())
    ran = blog.daycast("import", at(blog, "in.zip"), "--series", "soil", "--yes", *NOW)
    assert ran.code in (1, 2), ran.out
    assert "in.zip" in ran.err
    assert tree(blog) == before
    assert sorted(Path(blog.path.parent).iterdir()) == outside


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(9))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (
            "laughs.xml",
            f'<!DOCTYPE x [{LAUGHS}]><rss xmlns:wp="http://wordpress.org/export/1.2/"><item>&a8;</item></rss>',
        ),
        (
            "outside.xml",
            '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
            '<rss xmlns:wp="http://wordpress.org/export/1.2/"><item><title>&e;</title></item></rss>',
        ),
        ("dtd.xml", '<!DOCTYPE rss SYSTEM "http://127.0.0.1:1/x"><rss xmlns:wp="http://wordpress.org/export/1.2/"/>'),
        ("cut.xml", WXR[:1500]),
        ("deep.json", '{"db":' + "[" * 100_000),
        ("other.json", '{"db": [{"data": {"posts": 7}}]}'),
        ("empty.csv", ""),
        ("nothing.csv", "a,b\n1,2\n"),
        ("x.bin", "\x00\x01"),
    ],
)
def test_what_is_hostile_or_broken_is_a_sentence(blog: Folder, name: str, data: str) -> None:
    blog.write({name: data})
    before = tree(blog)
    ran = blog.daycast("import", at(blog, name), "--series", "soil", "--yes", *NOW)
    assert ran.code in (1, 2)
    assert name in ran.err
    assert "root:" not in ran.err + ran.out
    assert tree(blog) == before


def test_names_from_outside_stay_inside(blog: Folder) -> None:
    """Slugs, guids and addresses of an export end up in front matter, never in paths outside of the series."""
    evil = WXR.replace("day-2-what", "../../../evil").replace("/2023/02/15/day-2/", "/../../evil/%2e%2e/x/")
    blog.write({"old.xml": evil.replace("<title>Day2/30", '<title>Day2/30 "\n---\nx: {{ 7*7 }}')})
    before = tree(blog)
    imported(blog, at(blog, "old.xml"), "--series", "soil")
    assert all(path.startswith("series/soil/") for path in set(tree(blog)) - set(before))
    assert "slug: evil\n" in blog.read("series/soil/day-02.md")
    assert "aliases" not in blog.read("series/soil/day-02.md")
    works(blog)


def test_a_link_out_of_a_folder_is_not_followed(blog: Folder, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.md").write_text("---\ntitle: Secret\n---\nx\n")
    blog.write({"old/day-1.md": "---\ntitle: One\n---\nx\n"})
    (blog.path / "old/day-2.md").symlink_to(outside / "secret.md")
    out = imported(blog, at(blog, "old"), "--series", "soil")
    assert "Secret" not in out
    assert not (blog.path / "series/soil/day-02.md").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nowhere.xml", "--series", "soil"), "there is no such file"),
        (("xls", "x", "--series", "soil"), "'xls' is no format"),
        (("x", "--series", "../x"), "expected lower-case letters"),
    ],
)
def test_wrong_usage(blog: Folder, words: tuple[str, ...], said: str) -> None:
    ran = blog.daycast("import", *words, *NOW)
    assert (ran.code, said in ran.err) == (2, True)


def test_links_among_what_comes_along_lead_here(blog: Folder) -> None:
    more = (
        '<a href="http://www.old.example.org/2023/02/15/day-2/#roots">Two</a>, <a href="https://old.example.org/about/">us</a>'
        ' and <a href="https://else.example/x">else</a>.'
    )
    blog.write({"old.xml": WXR.replace("Classic text.", f"Classic text. {more}")})
    imported(blog, at(blog, "old.xml"), "--series", "soil")
    text = blog.read("series/soil/day-01.md")
    assert "[Two](day-02.md#roots), [us](https://old.example.org/about/) and [else](https://else.example/x)" in text
    report = blog.read("series/soil/import-report.md")
    assert "old.xml: post 81 (Day1/30 – Why): links to https://old.example.org/about/ on the old site" in report
    assert "else.example" not in report
    works(blog)


def test_what_stays_behind_has_no_losses_of_its_own(blog: Folder) -> None:
    extra = "<wp:comment><wp:comment_id>9</wp:comment_id></wp:comment></item>\n</channel>"
    blog.write({"old.xml": WXR.replace("</item>\n</channel>", extra)})
    imported(blog, at(blog, "old.xml"), "--series", "soil")
    report = blog.read("series/soil/import-report.md")
    assert [line.partition(": post 1 (Hello): ")[2] for line in report.splitlines() if "(Hello)" in line] == [
        "names no day, while others do, and is left out; --all takes it too"
    ]


def test_a_permalink_is_the_old_address(blog: Folder) -> None:
    head = "---\ntitle: 'Day 2: Roots'\nimage: https://img.example/lead.jpg\n"
    body = "![A](https://img.example/a.png) {{ site.title }}\n\n```\n{{ page.code }}\n```\n"
    blog.write(
        {
            "old/_config.yml": "title: x\n",
            "old/_posts/2023-02-15-roots.md": f"{head}permalink: /hello.html\n---\n{body}",
            "old/_posts/2023-02-16-day-3.md": "---\ntitle: 'Day 3: Trees'\npermalink: /:title/\n---\n[Two](/hello.html)\n",
        }
    )
    out = imported(blog, at(blog, "old"), "--series", "soil")
    report = blog.read("series/soil/import-report.md")
    assert "/2023/02/1" not in report
    assert "day-3.md: has its address from '/:title/'; write its old one into 'aliases'" in report
    assert "the variable {{ site.title }} is a program of that tool, and stays text" in report
    assert "page.code" not in report
    assert blog.read("series/soil/day-02.md").startswith(f"{head}permalink: /hello.html\ndate:")
    assert "[Two](day-02.md)" in blog.read("series/soil/day-03.md")
    assert "2 pictures elsewhere: 'daycast localize soil'" in out
    assert "2 pictures elsewhere; nothing" in blog.daycast("localize", "soil", "--dry-run", *NOW).out
    told = json.loads(blog.daycast("check", "--json", *NOW).out)
    assert [one["message"] for one in told if one["code"] == "shortcode"] == [
        "'{{ site.title }}' is another tool's shortcode and stays text; write it in Markdown"
    ]


def test_the_usage_names_a_format_and_a_path(blog: Folder) -> None:
    assert "--series S" in (out := blog.daycast("import", "--help").out)
    assert "[FORMAT] PATH\n" in out
    assert "[[FORMAT]" not in out
