"""Smaller copies of pictures: on the page, in the right sizes, with nothing of what a camera wrote."""

from __future__ import annotations

import re
import subprocess
import sys
from io import BytesIO

import pytest
from PIL import Image

from tests.support import INDEX, entry

TOML = '[site]\ntitle = "Walks"\nurl = "https://walks.example"\n'
NOW = "2026-10-21T12:00:00Z"


def photo(width, height, kind="JPEG", *, turned=None):
    """A picture with enough in it that a copy is smaller, and with a place that nobody should learn."""
    made = Image.effect_mandelbrot((width, height), (-2, -1.2, 1, 1.2), 90).convert("RGB")
    exif = Image.Exif()
    exif[0x010E] = "canary-place"
    exif.get_ifd(0x8825)[1] = "N"
    if turned:
        exif[0x0112] = turned
    kept = BytesIO()
    made.save(kept, kind, exif=exif, **({"quality": 97} if kind == "JPEG" else {}))
    return kept.getvalue()


@pytest.fixture
def blog(folder):
    folder.write({"daycast.toml": TOML + "[images]\n", "series/walk/_index.md": INDEX})
    folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in (1, 2)})
    folder.write({"series/walk/day-02.md": entry(2) + "\n![A hill](hill.jpg)\n"})
    (folder.path / "series/walk/hill.jpg").write_bytes(photo(1400, 700))
    return folder


def page(folder, day=2):
    return folder.site()[f"walk/day-{day:02}/index.html"].decode()


def sources(text):
    """By media type, the width and address of each copy."""
    found = {}
    for kind, srcset in re.findall(r'<source type="([^"]+)" srcset="([^"]+)" sizes="[^"]+">', text):
        found[kind] = {int(width): url for url, width in re.findall(r"(\S+) (\d+)w", srcset)}
    return found


def test_a_picture_has_copies_as_wide_as_screens_and_none_wider_than_itself(blog):
    assert blog.daycast("build", "--now", NOW).code == 0
    found = sources(page(blog))
    assert {kind: sorted(copies) for kind, copies in found.items()} == {
        "image/avif": [480, 800, 1200, 1400],
        "image/webp": [480, 800, 1200, 1400],
    }
    site = blog.site()
    for kind, copies in found.items():
        for width, url in copies.items():
            with Image.open(BytesIO(site[url.lstrip("/")])) as copy:
                assert (copy.format, copy.size) == (kind.partition("/")[2].upper(), (width, round(width / 2)))
    assert '<img src="/walk/hill.jpg" alt="A hill" width="1400" height="700" loading="lazy"' in page(blog)


def test_copies_carry_nothing_of_what_the_camera_wrote(blog):
    blog.daycast("build", "--now", NOW)
    assert b"canary-place" in blog.site()["walk/hill.jpg"]
    for name, data in blog.site().items():
        if name.endswith((".avif", ".webp")):
            assert b"canary-place" not in data
            with Image.open(BytesIO(data)) as copy:
                assert not dict(copy.getexif())


def test_a_picture_is_turned_as_the_camera_says(blog):
    (blog.path / "series/walk/hill.jpg").write_bytes(photo(1400, 700, turned=6))
    blog.daycast("build", "--now", NOW)
    url = sources(page(blog))["image/webp"][480]
    with Image.open(BytesIO(blog.site()[url.lstrip("/")])) as copy:
        assert copy.size == (480, 960)


def test_feeds_keep_the_original(blog):
    blog.daycast("build", "--now", NOW)
    feed = blog.site()["walk/feed.xml"].decode()
    assert "https://walks.example/walk/hill.jpg" in feed
    assert ".avif" not in feed
    assert "srcset" not in feed


def test_the_picture_of_the_front_matter_comes_at_once_and_has_copies_too(blog):
    blog.write({"series/walk/day-02.md": entry(2, extra="image: hill.jpg\nimage_alt: A hill\n")})
    blog.daycast("build", "--now", NOW)
    assert 480 in sources(page(blog))["image/avif"]
    assert 'fetchpriority="high"' in page(blog)
    assert '<meta property="og:image" content="https://walks.example/walk/hill.jpg">' in page(blog)


def test_a_copy_that_saves_nothing_is_not_made(blog):
    small = BytesIO()
    Image.new("RGB", (600, 300), "red").save(small, "PNG", optimize=True)
    (blog.path / "series/walk/dot.png").write_bytes(small.getvalue())
    blog.write({"series/walk/day-02.md": entry(2) + "\n![Red](dot.png)\n"})
    blog.daycast("build", "--now", NOW)
    for copies in sources(page(blog)).values():
        for url in copies.values():
            assert len(blog.site()[url.lstrip("/")]) < len(small.getvalue())


@pytest.mark.parametrize("kind", ["GIF", "SVG"])
def test_what_moves_and_what_is_drawn_stays_as_it_is(blog, kind):
    name = f"a.{kind.lower()}"
    if kind == "SVG":
        data = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
    else:
        kept = BytesIO()
        Image.new("L", (600, 600)).save(kept, "GIF", save_all=True, append_images=[Image.new("L", (600, 600), 9)])
        data = kept.getvalue()
    (blog.path / f"series/walk/{name}").write_bytes(data)
    blog.write({"series/walk/day-02.md": entry(2) + f"\n![Shape]({name})\n"})
    assert blog.daycast("build", "--now", NOW).code == 0
    assert sources(page(blog)) == {}
    assert f'<img src="/walk/{name}"' in page(blog)


def test_a_file_that_is_no_picture_is_told_with_its_place_and_stops_nothing_else(blog):
    (blog.path / "series/walk/hill.jpg").write_bytes(photo(1400, 700)[:900])
    ran = blog.daycast("build", "--now", NOW)
    assert ran.code == 1
    assert re.search(r"series/walk/day-02\.md:\d+: the image 'hill\.jpg' cannot be read as a picture", ran.err)
    assert "walk/day-01/index.html" in blog.site()


def test_a_trap_of_too_many_pixels_is_refused(blog):
    kept = BytesIO()
    Image.new("1", (20_000, 20_000)).save(kept, "PNG")
    (blog.path / "series/walk/bomb.png").write_bytes(kept.getvalue())
    blog.write({"series/walk/day-02.md": entry(2) + "\n![Trap](bomb.png)\n"})
    ran = blog.daycast("build", "--now", NOW)
    assert (ran.code, "the image 'bomb.png'" in ran.err) == (1, True)


def test_what_is_made_is_kept_and_comes_out_the_same(blog):
    blog.daycast("build", "--now", NOW)
    before = blog.site()
    assert "0 files written" in blog.daycast("build", "--now", NOW).out
    for kept in (blog.path / ".daycast/images").iterdir():
        kept.unlink()
    assert "0 files written" in blog.daycast("build", "--now", NOW).out
    assert blog.site() == before


def test_a_build_with_all_of_it_made_needs_no_pillow(blog):
    blog.daycast("build", "--now", NOW)
    ran = subprocess.run(
        [*(sys.executable, "-X", "importtime", "-m", "pipeline", "-C", str(blog.path)), "build", "--now", NOW],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "PIL.Image" not in ran.stderr


def test_raw_html_around_a_picture_changes_nothing(blog):
    blog.write({"series/walk/day-02.md": entry(2) + "\n![A hill](hill.jpg)\n\n<b>bold</b>\n"})
    blog.daycast("build", "--now", NOW)
    assert sorted(sources(page(blog))) == ["image/avif", "image/webp"]


def test_without_the_table_or_the_extra_originals_are_shown(blog):
    code = "import sys; sys.modules['PIL'] = None; from pipeline.cli import main; sys.exit(main(sys.argv[1:]))"
    ran = subprocess.run(
        [sys.executable, "-c", code, "-C", str(blog.path), "build", "--now", NOW],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, "pip install 'daycast[images]'" in ran.stderr) == (1, True)
    assert sources(page(blog)) == {}
    blog.write({"daycast.toml": TOML})
    assert blog.daycast("build", "--now", NOW).code == 0
    assert sources(page(blog)) == {}


@pytest.mark.parametrize("widths", ["480", "[]", "[8]", "['a']", "[true]"])
def test_wrong_widths_are_told(blog, widths):
    blog.write({"daycast.toml": f"{TOML}[images]\nwidths = {widths}\n"})
    ran = blog.daycast("build", "--now", NOW)
    assert (ran.code, "[images] widths is" in ran.err) == (2, True)
