"""``daycast check --fix`` stores an id and touches nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import Config
from pipeline.content import body_of, load, store_ids
from pipeline.content.identity import with_id
from pipeline.errors import ContentError


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"---\ntitle: A\n---\nB", b"---\nid: x\ntitle: A\n---\nB"),
        (b"---\r\ntitle: A\r\n---\r\nB", b"---\r\nid: x\r\ntitle: A\r\n---\r\nB"),
        (b"\xef\xbb\xbf\n--- \ntitle: A\n---\n", b"\xef\xbb\xbf\n--- \nid: x\ntitle: A\n---\n"),
        (b'+++\ntitle = "A"\n[linkedin]\n+++\n', b'+++\nid = "x"\ntitle = "A"\n[linkedin]\n+++\n'),
        (b'{\n"title": "A"}\nB', b'{"id": "x",\n"title": "A"}\nB'),
        (b"{}\n# A", b'{"id": "x"}\n# A'),
        (b"# A\n", b"---\nid: x\n---\n\n# A\n"),
        (b"# A\r\n", b"---\r\nid: x\r\n---\r\n\r\n# A\r\n"),
        (b"----\n# A\n", b"---\nid: x\n---\n\n----\n# A\n"),
    ],
)
def test_an_id_is_the_first_line_of_any_front_matter(before: bytes, after: bytes) -> None:
    assert with_id(before, "x") == after


def test_storing_ids_changes_no_identity_and_is_done_once(tmp_path: Path) -> None:
    folder = tmp_path / "series/notes"
    folder.mkdir(parents=True)
    (folder / "2026-01-05-why.md").write_text("---\ntitle: Why\n---\nText.\n")
    (folder / "Zwei Wörter.md").write_text("# Two words\n")
    (folder / "kept.md").write_text("---\ntitle: Kept\nid: mine\n---\n")
    before = load(tmp_path, Config()).series
    written = store_ids(tmp_path, before)
    after = load(tmp_path, Config()).series
    assert written == ("series/notes/2026-01-05-why.md", "series/notes/Zwei Wörter.md")
    assert [entry.key for entry in after[0].entries] == [entry.key for entry in before[0].entries]
    assert [entry.body for entry in after[0].entries] == [entry.body for entry in before[0].entries]
    assert store_ids(tmp_path, after) == ()
    assert sorted(path.name for path in folder.iterdir()) == ["2026-01-05-why.md", "Zwei Wörter.md", "kept.md"]


def test_a_file_that_is_gone_by_now_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "series/notes"
    folder.mkdir(parents=True)
    (folder / "a.md").write_text("# A\n")
    series = load(tmp_path, Config()).series
    (folder / "a.md").unlink()
    with pytest.raises(ContentError, match=r"series/notes/a\.md: cannot be written: No such file"):
        store_ids(tmp_path, series)


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("---\ntitle: A\n---\n\nB\n", "B"),
        ("+++\r\n+++\r\nB\r\nC", "B\nC"),
        ('{"a": 1}\nB', "B"),
        ("B", "B"),
        ("", ""),
        ("---\nB", "---\nB"),
    ],
)
def test_the_body_of_a_text(text: str, body: str) -> None:
    assert body_of(text) == body


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("---\nid:\ntitle: x\n---\nb", "---\nid: e\ntitle: x\n---\nb"),
        ("---\ntitle: x\nID: null\n---\nid:", "---\ntitle: x\nID: e\n---\nid:"),
        ('{\n  "id": null,\n  "title": "x"\n}\nb', '{\n  "id": "e",\n  "title": "x"\n}\nb'),
        ('---toml\ntitle = "x"\n---\nb', '---toml\nid = "e"\ntitle = "x"\n---\nb'),
        ('---json\n{"title": "x"}\n---\nb', '---json\n{"id": "e","title": "x"}\n---\nb'),
        ("---\ntitle: x\n---\nid:\n", "---\nid: e\ntitle: x\n---\nid:\n"),
    ],
)
def test_an_id_takes_the_place_of_one_that_says_nothing(before: str, after: str) -> None:
    assert with_id(before.encode(), "e").decode() == after
