"""``daycast carousel``: a document of a day's text, and the post that carries it."""

from __future__ import annotations

import json
import subprocess
import sys

import pypdf
import pytest

from tests.support import INDEX, entry

NOW = "2026-10-21T12:00:00Z"
TOML = '[site]\ntitle = "Walks"\nurl = "https://walks.example"\n'
BODY = """
We walked.

## Along the river

- Two herons
- One dog

```python
print("left", "right")
```

## Up the hill

It was steep. #notahashtag $5 *yes* @you
"""


@pytest.fixture
def walks(folder):
    folder.write({"daycast.toml": TOML, "series/walk/_index.md": INDEX})
    folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in (1, 2, 3)})
    folder.write({"series/walk/day-02.md": entry(2).rstrip() + "\n" + BODY})
    return folder


def pages(folder, day=2):
    path = folder.path / f"output/linkedin/walk/day-{day:02}.pdf"
    return pypdf.PdfReader(path)


def texts(folder, day=2):
    return [" ".join(page.extract_text().split()) for page in pages(folder, day).pages]


def test_a_slide_for_each_heading_between_cover_and_end(walks):
    ran = walks.daycast("carousel", "day", "2", "--now", NOW)
    assert (ran.code, ran.err) == (0, "")
    assert "output/linkedin/walk/day-02.pdf: 5 pages" in ran.out
    cover, opening, river, hill, end = texts(walks)
    assert "Day 2 of 30" in cover
    assert "We walked" in opening
    assert river.startswith("Day 2 of 30")
    assert "Along the river" in river
    assert 'print("left", "right")' in river
    assert "#notahashtag $5 yes @you" in hill
    assert "walks.example/walk/day-02" in end
    assert "Day 3: " in end


def test_each_page_has_linkedins_size_and_the_document_is_tagged(walks):
    walks.daycast("carousel", "day", "2", "--now", NOW)
    reader = pages(walks)
    assert {(float(page.mediabox.width), float(page.mediabox.height)) for page in reader.pages} == {(1080, 1350)}
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.metadata is not None
    assert reader.metadata.title
    assert reader.metadata.creation_date is None


def test_the_same_text_gives_the_same_bytes(walks):
    walks.daycast("carousel", "day", "2", "--now", NOW)
    path = walks.path / "output/linkedin/walk/day-02.pdf"
    before = path.read_bytes()
    for kept in (walks.path / ".daycast/cards").iterdir():
        kept.unlink()
    path.unlink()
    walks.daycast("carousel", "day", "2", "--now", NOW)
    assert path.read_bytes() == before


def test_a_build_leaves_it_until_the_entry_is_gone(walks):
    walks.daycast("carousel", "day", "2", "--now", NOW)
    walks.daycast("build", "--now", NOW)
    assert (walks.path / "output/linkedin/walk/day-02.pdf").is_file()
    (walks.path / "series/walk/day-02.md").unlink()
    walks.daycast("build", "--now", NOW)
    assert not (walks.path / "output/linkedin/walk/day-02.pdf").exists()


def test_the_front_matter_may_say_what_is_on_the_slides(walks):
    slides = "carousel:\n  - {title: First, text: 'One *thing*.'}\n  - Second, without a title.\n"
    walks.write({"series/walk/day-02.md": entry(2, extra=slides)})
    walks.daycast("carousel", "day", "2", "--now", NOW)
    found = texts(walks)
    assert len(found) == 4
    assert "First One thing." in found[1]
    assert "Second, without a title." in found[2]


def test_what_is_too_long_for_a_page_goes_on_over_the_next(walks):
    walks.write({"series/walk/day-02.md": entry(2) + "\n## Long\n\n" + "Many words are here to read. " * 150})
    ran = walks.daycast("carousel", "day", "2", "--now", NOW)
    found = texts(walks)
    assert len(found) > 5
    assert f"day-02.pdf: {len(found)} pages" in ran.out
    assert sum(text.count("Many words are here") for text in found) == 150


def test_what_cannot_be_shown_is_told(walks):
    walks.write({"series/walk/day-02.md": entry(2) + "\n🚀 up\n\n![Far](https://x.example/a.png)\n"})
    ran = walks.daycast("carousel", "day", "2", "--now", NOW)
    assert "it leaves out 🚀, which no font has" in ran.out
    assert "it leaves out the picture 'https://x.example/a.png'" in ran.out
    walks.write({"series/walk/day-02.md": entry(2) + "\n" + "".join(f"## {n}\n\nx\n\n" for n in range(14))})
    assert "few are leafed through beyond 12" in walks.daycast("carousel", "day", "2", "--now", NOW).out


def test_a_last_page_that_would_be_blank_is_left_out_and_told(walks):
    walks.write({"daycast.toml": '[site]\ntitle = "Walks"\nurl = "http://localhost:8000"\n'})
    ran = walks.daycast("carousel", "day", "3", "--now", NOW)
    assert (len(texts(walks, 3)), "it has no last page: there is no next day" in ran.out) == (2, True)
    ran = walks.daycast("carousel", "day", "2", "--now", NOW)
    assert ("Day 3: " in texts(walks)[-1], "no last page" in ran.out) == (True, False)


def test_a_short_form_in_a_title_stays_whole(walks):
    walks.write({"series/walk/day-02.md": entry(2, "What an e-mail address says about you and re-entry")})
    walks.daycast("carousel", "day", "2", "--now", NOW)
    assert "re-entry" in texts(walks)[0]


def test_without_the_extra_it_is_a_wrong_setup(walks):
    code = "import sys; sys.modules['typst'] = None; from pipeline.cli import main; sys.exit(main(sys.argv[1:]))"
    words = [sys.executable, "-c", code, "-C", str(walks.path), "carousel", "day", "2", "--now", NOW]
    ran = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (ran.returncode, "pip install 'daycast[cards]'" in ran.stderr) == (2, True)


def test_slides_that_are_no_list_are_told(walks):
    walks.write({"series/walk/day-02.md": entry(2, extra="carousel: yes please\n")})
    ran = walks.daycast("carousel", "day", "2", "--now", NOW)
    assert (ran.code, "series/walk/day-02.md: carousel is no list of slides" in ran.err) == (1, True)


def test_a_post_carries_it_where_the_entry_says_so(walks):
    walks.write({"daycast.toml": TOML + '[channels.linkedin]\nmode = "api"\n'})
    walks.write({"series/walk/day-02.md": entry(2, extra="linkedin: {format: carousel}\n") + BODY})
    ran = walks.daycast("publish", "day", "2", "--channel", "linkedin", "--dry-run", "--json", "--now", NOW)
    told = next(one for one in json.loads(ran.out)["deliveries"] if one["key"] == "walk/day-02/linkedin")
    assert json.loads(told["body"])["content"]["media"]["id"].startswith("urn:li:document:")
    assert told["media"][0]["source"].endswith(".pdf")
    assert not (walks.path / ".daycast/cards").exists()
