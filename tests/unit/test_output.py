"""Files in output/: whole or not at all, only what differs, nothing outside, nothing foreign."""

import os

import pytest

from pipeline.errors import RenderError
from pipeline.output import LISTING, Output


def built(folder, files):
    output = Output(folder)
    for path, content in files.items():
        output.write(path, content)
    output.finish()
    return output


def test_what_is_written_is_there(tmp_path):
    built(tmp_path / "output", {"site/a/index.html": b"a"})
    assert (tmp_path / "output/site/a/index.html").read_bytes() == b"a"


def test_equal_bytes_are_not_written_again(tmp_path):
    built(tmp_path, {"a": b"1"})
    os.utime(tmp_path / "a", ns=(1, 1))
    built(tmp_path, {"a": b"1"})
    assert (tmp_path / "a").stat().st_mtime_ns == 1


def test_what_nothing_makes_any_more_is_removed_with_its_empty_folder(tmp_path):
    built(tmp_path, {"x/y/a": b"1", "b": b"2"})
    output = built(tmp_path, {"b": b"2"})
    assert (output.removed, (tmp_path / "x").exists()) == (["x/y/a"], False)


def test_foreign_files_are_left_alone(tmp_path):
    built(tmp_path, {"x/a": b"1"})
    (tmp_path / "x/CNAME").write_text("mine")
    built(tmp_path, {})
    assert (tmp_path / "x/CNAME").read_text() == "mine"


def test_a_lost_listing_removes_nothing(tmp_path):
    built(tmp_path, {"a": b"1"})
    (tmp_path / LISTING).unlink()
    built(tmp_path, {"b": b"2"})
    assert (tmp_path / "a").exists()


def test_a_listing_that_names_places_outside_removes_nothing_there(tmp_path):
    outside = tmp_path / "precious"
    outside.write_text("keep")
    folder = tmp_path / "output"
    built(folder, {"a": b"1"})
    with open(folder / LISTING, "a") as listing:
        listing.write("../precious\n/etc/hosts\n")
    built(folder, {})
    assert outside.read_text() == "keep"


@pytest.mark.parametrize("path", ["../x", "a/../../x", "/x", "", "a//b", "a/./b", "a\\..\\b", "a\0b"])
def test_a_path_that_leads_out_is_refused(tmp_path, path):
    with pytest.raises(RenderError, match="outside"):
        Output(tmp_path / "output").write(path, b"")


def test_a_linked_folder_is_not_followed_out(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "output/site").mkdir(parents=True)
    (tmp_path / "output/site/x").symlink_to(elsewhere)
    with pytest.raises(RenderError, match="leads out"):
        Output(tmp_path / "output").write("site/x/a", b"1")


def test_a_linked_file_is_replaced_and_its_target_is_not(tmp_path):
    target = tmp_path / "target"
    target.write_text("mine")
    folder = tmp_path / "output"
    folder.mkdir()
    (folder / "a").symlink_to(target)
    built(folder, {"a": b"ours"})
    assert (target.read_text(), (folder / "a").read_bytes()) == ("mine", b"ours")


def test_a_run_that_stops_midway_leaves_nothing_the_next_would_not_know(tmp_path):
    stopped = Output(tmp_path)
    stopped.write("x/a", b"1")  # and never finished
    assert built(tmp_path, {"b": b"2"}).removed == ["x/a"]


def test_what_is_kept_is_not_removed(tmp_path):
    built(tmp_path, {"a": b"1"})
    output = Output(tmp_path)
    output.keep("a")
    output.finish()
    assert (tmp_path / "a").exists()


def test_a_file_in_the_way_of_a_folder_is_a_sentence(tmp_path):
    (tmp_path / "site").write_text("a file")
    with pytest.raises(RenderError, match="cannot be made"):
        Output(tmp_path).write("site/a/index.html", b"")
