"""An entry's LinkedIn post: how its pieces are arranged, and the request body."""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from pipeline.config import Config, LinkedIn, Site
from pipeline.delivery import digest_of
from pipeline.model import Cadence, Entry, Series
from pipeline.render.edition import edition
from pipeline.render.linkedin import indented, linkedin_post
from pipeline.render.templates import Templates, built_in

NOW = datetime(2026, 10, 20, 12, tzinfo=UTC)
URL = "https://x.example/s/day-02/"


@pytest.fixture
def post(tmp_path):
    def make(
        body="The body.", *, own=None, settings=None, url="https://x.example", template=None, name="linkedin", **changes
    ):
        given = {
            "path": "series/s/day-02.md",
            "series": "s",
            "day": 2,
            "slug": "day-02",
            "title": "The title",
            "body": body,
        }
        entry = Entry(**{**given, "overrides": {name: own or {}}, **changes})
        series = Series(
            slug="s", id="s", title="S", hashtag="walks", length=30, path="series/s/_index.md", entries=(entry,),
            cadence=Cadence(start=date(2026, 10, 19), time=time(9), zone="UTC"),
        )  # fmt: skip
        config = Config(site=Site(url=url), accounts={"linkedin": LinkedIn(), name: settings or LinkedIn()})
        made = edition([series], config.site, NOW)
        folders = [built_in()]
        if template is not None:
            (tmp_path / "own").mkdir(exist_ok=True)
            (tmp_path / "own/linkedin.txt.j2").write_text(template)
            folders.insert(0, tmp_path / "own")
        return linkedin_post(
            made.posted[entry.path],
            edition=made,
            root=tmp_path,
            config=config,
            templates=Templates(folders),
            summary="In short.",
            name=name,
        )

    return make


def sources(made) -> list[str]:
    return [image.source for image in made.images]


def png(root: Path, name: str) -> None:
    (root / "series/s").mkdir(parents=True, exist_ok=True)
    (root / "series/s" / name).write_bytes(b"\x89PNG\r\n\x1a\n")


ARRANGED = {
    "the label line comes first": ({}, "#Day2/30 #walks\n\nThe body."),
    "a body that opens with the label has it once": (
        {"body": "**#Day2**/30 #walks\n\nMore."},
        "#Day2/30 #walks\n\nMore.",
    ),
    "another day's label is not this one's": ({"body": "#Day2/300 x"}, "#Day2/30 #walks\n\n#Day2/300 x"),
    "a label that opens the body is not doubled by a hook": (
        {"body": "#Day2/30 #walks\n\nMore.", "own": {"hook": "Listen."}},
        "Listen.\n\n#Day2/30 #walks\n\nMore.",
    ),
    "a hook stands between label and body": ({"own": {"hook": "Listen."}}, "#Day2/30 #walks\n\nListen.\n\nThe body."),
    "a hook keeps its lines": ({"own": {"hook": "One\nTwo"}}, "#Day2/30 #walks\n\nOne\nTwo\n\nThe body."),
    "hashtags and footer come last": (
        {"own": {"hashtags": ["a", "#b"], "footer": "Bye."}},
        "#Day2/30 #walks\n\nThe body.\n\n#a #b\n\nBye.",
    ),
    "hashtags may be written as text": ({"own": {"hashtags": "a, #b c"}}, "#Day2/30 #walks\n\nThe body.\n\n#a #b #c"),
    "an own text replaces the body": ({"own": {"text": "Short\nand own."}}, "#Day2/30 #walks\n\nShort\nand own."),
    "tags never become hashtags": ({"tags": ("ai", "ml")}, "#Day2/30 #walks\n\nThe body."),
    "link: text is the last line": ({"own": {"link": "text"}}, f"#Day2/30 #walks\n\nThe body.\n\n{URL}"),
    "link: none is nowhere": ({"own": {"link": "none"}}, "#Day2/30 #walks\n\nThe body."),
}


@pytest.mark.parametrize(("given", "text"), ARRANGED.values(), ids=ARRANGED)
def test_the_pieces_are_arranged(post, given, text):
    assert post(**given).text.plain == text


def test_the_blog_travels_as_a_card(post):
    assert post().body["content"] == {"article": {"source": URL, "title": "The title", "description": "In short."}}


def test_the_canonical_address_travels_where_there_is_one(post):
    content = post(canonical_url="https://first.example/").body["content"]
    assert content["article"]["source"] == "https://first.example/"


def test_without_an_address_there_is_no_card(post):
    assert "content" not in post(url="http://localhost:8000").body


@pytest.mark.parametrize("link", ["text", "none"])
def test_without_a_card_there_is_no_article(post, link):
    assert "content" not in post(own={"link": link}).body


def test_the_entry_s_image_is_the_card_s_thumbnail(post, tmp_path):
    png(tmp_path, "a.png")
    made = post(image="a.png")
    assert made.body["content"]["article"]["thumbnail"].startswith("urn:li:image:")
    assert sources(made) == ["series/s/a.png"]


def test_the_first_image_of_the_body_is_the_thumbnail_otherwise(post, tmp_path):
    png(tmp_path, "b.png")
    assert sources(post("Text\n\n![B](b.png)")) == ["series/s/b.png"]


def test_the_thumbnail_comes_with_what_it_shows(post, tmp_path):
    png(tmp_path, "a.png")
    own = post(image="a.png", image_alt="A hill").images
    found = post("Text\n\n![A river](a.png)").images
    assert [image.alt for image in (*own, *found)] == ["A hill", "A river"]


def test_what_is_not_sent_is_not_uploaded(post, tmp_path):
    png(tmp_path, "a.png")
    assert post(own={"link": "text"}, image="a.png").images == ()


def test_an_svg_is_no_thumbnail(post, tmp_path):
    png(tmp_path, "c.svg")
    assert sources(post(image="c.svg")) == []


def test_an_own_image_makes_an_image_post(post, tmp_path):
    png(tmp_path, "a.png")
    content = post(own={"image": "a.png", "image_alt": "A hill"}).body["content"]
    assert (list(content), content["media"]["altText"]) == (["media"], "A hill")


def test_several_images_make_a_multi_image_post(post, tmp_path):
    png(tmp_path, "a.png")
    png(tmp_path, "b.png")
    content = post(own={"images": ["a.png", {"src": "b.png", "alt": "B"}]}).body["content"]
    assert [image["altText"] for image in content["multiImage"]["images"]] == ["", "B"]


def test_images_are_uploaded_in_the_order_of_the_post(post, tmp_path):
    for name in ("a.png", "b.png"):
        (tmp_path / "series/s").mkdir(parents=True, exist_ok=True)
        (tmp_path / "series/s" / name).write_bytes(name.encode())
    made = post(own={"images": [{"src": "b.png", "alt": "B"}, "a.png"]})
    assert [(image.source, image.digest, image.alt) for image in made.images] == [
        ("series/s/b.png", digest_of(b"b.png"), "B"),
        ("series/s/a.png", digest_of(b"a.png"), ""),
    ]
    shown = made.body["content"]["multiImage"]["images"]
    assert [image["id"] for image in shown] == [f"urn:li:image:{image.digest}" for image in made.images]


def test_more_images_than_a_post_may_have_are_an_error(post, tmp_path):
    png(tmp_path, "a.png")
    assert post(own={"images": ["a.png"] * 20}).problems == ()
    assert [problem.code for problem in post(own={"images": ["a.png"] * 21}).problems] == ["too-many-images"]


def test_the_first_comment_is_plain_text(post):
    made = post(own={"first_comment": "More in **part** [two](https://x.example/2) (soon)."})
    assert made.comment == "More in part two (https://x.example/2) (soon)."


def test_without_a_first_comment_there_is_none(post):
    assert post().comment is None


def test_another_account_has_its_own_table_and_settings(post):
    acme = LinkedIn(author="urn:li:organization:7", visibility="LOGGED_IN", link="none")
    made = post(name="acme", settings=acme, own={"hook": "We at Acme."})
    assert made.text.plain == "#Day2/30 #walks\n\nWe at Acme.\n\nThe body."
    assert (made.body["author"], made.body["visibility"]) == ("urn:li:organization:7", "LOGGED_IN")
    assert "content" not in made.body


def test_what_is_wrong_with_another_account_s_table_names_it(post):
    problem = post(name="acme", own={"image": "none.png"}, lines={"acme": 5, "linkedin": 3}).problems[0]
    assert (problem.line, "of the acme table" in problem.message) == (5, True)


def test_an_own_image_that_is_not_there_is_an_error(post):
    problem = post(own={"image": "none.png"}).problems[0]
    assert (problem.code, problem.severity) == ("image-missing", "error")


def test_an_own_image_of_a_kind_that_linkedin_does_not_take_is_an_error(post, tmp_path):
    png(tmp_path, "a.svg")
    made = post(own={"image": "a.svg"})
    assert ("content" in made.body and "media" in made.body["content"], made.problems[0].code) == (
        False,
        "image-missing",
    )


def test_every_own_image_is_escaped_nowhere(post, tmp_path):
    png(tmp_path, "a.png")
    content = post(own={"image": "a.png", "image_alt": "A (steep) hill"}).body["content"]
    assert content["media"]["altText"] == "A (steep) hill"


def test_what_a_template_adds_is_escaped_and_tagged(post):
    made = post(template="{{ label }}\n\n{{ body }}\n\nMore (here) #more")
    assert made.text.commentary.endswith("The body.\n\nMore \\(here\\) {hashtag|\\#|more}")


def test_a_template_may_not_smuggle_code_through_a_body(post):
    assert post("{{ 7 * 7 }} {% raw %}").text.plain.endswith("{{ 7 * 7 }} {% raw %}")


def test_over_the_limit_names_where_it_would_end(post):
    made = post("word " * 700)
    assert (made.fits, "3,000" in made.problems[0].message) == (False, True)


def test_long_summary_is_hook_summary_and_link(post):
    made = post("Opening words stand here.\n\n" + "word " * 700, settings=LinkedIn(long="summary"))
    assert made.text.plain == f"#Day2/30 #walks\n\nOpening words stand here.\n\nIn short.\n\n{URL}"


def test_long_summary_keeps_the_label_line_a_body_opens_with(post):
    made = post("#Day2/30 #walks\n\nOpening words.\n\n" + "word " * 700, settings=LinkedIn(long="summary"))
    assert made.text.plain == f"#Day2/30 #walks\n\nOpening words.\n\nIn short.\n\n{URL}"


def test_long_summary_leaves_out_an_opening_that_is_too_long_for_a_hook(post):
    made = post("word " * 700, settings=LinkedIn(long="summary"))
    assert made.text.plain == f"#Day2/30 #walks\n\nIn short.\n\n{URL}"


def test_a_summary_form_over_the_limit_says_what_to_shorten(post):
    made = post("word " * 700, own={"hook": "hook " * 700}, settings=LinkedIn(long="summary"))
    assert "a shorter hook" in made.problems[0].message


def test_the_text_to_paste_ends_with_one_newline(post):
    assert post().to_paste() == b"#Day2/30 #walks\n\nThe body.\n"


def test_a_request_body_is_the_same_each_time(post):
    assert post().to_send() == post().to_send()


@pytest.mark.parametrize(
    "value",
    [{}, [], {"a": {}}, {"a": [], "b": [1, 'é"\\\n\u2028', None, True, 1.5]}, {"a": {"b": [{"c": "d"}, [["e"]]]}}, "x"],
)
def test_a_request_is_written_as_the_standard_library_writes_it(value: object) -> None:
    assert indented(value) == json.dumps(value, ensure_ascii=False, indent=2)
