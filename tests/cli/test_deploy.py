"""A site brought online without a command of one's own."""

from __future__ import annotations

import json
import subprocess

import pytest

from tests.support import Folder, entry


def test_a_build_brings_it_online(folder: Folder) -> None:
    folder.write({"daycast.toml": '[site]\ntitle = "Walks"\n[deploy]\ntarget = "folder:served"\n'})
    folder.write({"series/walk/_index.md": "---\ntitle: Walks\nstart: 2026-10-19\n---\n"})
    folder.write({"series/walk/day-01.md": entry(1)})
    ran = folder.daycast("build", "--deploy", "--now", "2026-10-20T00:00:00Z")
    assert ran.code == 0, ran
    assert "deployed: " in ran.out
    assert (folder.path / "served/walk/day-01/index.html").is_file()
    ran = folder.daycast("build", "--deploy", "--now", "2026-10-20T00:00:00Z")
    assert "deployed: 0 files written, 0 removed" in ran.out


@pytest.mark.parametrize("text", ["folder:", "ftp:x", "git:origin", "rsync:-e evil", "s3:", "/var/www"])
def test_what_is_no_target_is_refused_with_what_is_one(folder: Folder, text: str) -> None:
    folder.write({"daycast.toml": f'[deploy]\ntarget = "{text}"\n'})
    ran = folder.daycast("check")
    assert ran.code == 2
    assert "folder:/var/www/blog" in ran.err


def test_a_command_beside_a_target_is_one_too_many(folder: Folder) -> None:
    folder.write({"daycast.toml": '[deploy]\ntarget = "folder:x"\ncommand = "true"\n'})
    ran = folder.daycast("check")
    assert (ran.code, "one of them is enough" in ran.err) == (2, True)


def test_a_target_that_was_mended_is_tried_at_once(folder: Folder) -> None:
    now = "2026-10-20T00:00:00Z"
    folder.write({"served": "a file, and no folder"})
    folder.write({"daycast.toml": '[site]\ntitle = "Walks"\n[deploy]\ntarget = "folder:served"\n'})
    folder.write({"series/walk/_index.md": "---\ntitle: Walks\nstart: 2026-10-19\nchannels: [blog]\n---\n"})
    folder.write({"series/walk/day-01.md": entry(1)})
    assert folder.daycast("publish", "due", "--now", now).code == 1
    ran = folder.daycast("publish", "due", "--now", now)
    assert ran.code == 1
    assert "nothing is due" not in ran.out
    assert "(again at 2026-10-20 00:0" in ran.err
    folder.write({"daycast.toml": '[site]\ntitle = "Walks"\n[deploy]\ntarget = "folder:public"\n'})
    ran = folder.daycast("publish", "due", "--now", now)
    assert (ran.code, "walk/day-01/blog: published" in ran.out) == (0, True), ran
    assert (folder.path / "public/walk/day-01/index.html").is_file()


def test_a_branch_that_cannot_be_pushed_names_its_repository(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    folder.write({"daycast.toml": '[site]\ntitle = "Walks"\n[deploy]\ntarget = "git:nowhere.git#pages"\n'})
    folder.write({"series/walk/_index.md": "---\ntitle: Walks\nstart: 2026-10-19\n---\n"})
    folder.write({"series/walk/day-01.md": entry(1)})
    subprocess.run(["git", "init", "-q", str(folder.path)], check=True)
    ran = folder.daycast("build", "--deploy", "--now", "2026-10-20T00:00:00Z")
    assert ran.code == 1
    assert "fatal: 'nowhere.git' does not appear to be a git repository" in ran.err


@pytest.mark.parametrize(
    ("target", "level", "said"),
    [
        ("folder:public", "ok", "will be made"),
        ("folder:kept", "ok", "can be written"),
        ("folder:a-file", "error", "is no folder"),
        ("folder:series/walk", "error", "the project's own"),
        ("git:nowhere.git#pages", "error", "fatal: 'nowhere.git' does not appear to be a git repository"),
        ("git:pages.git#pages", "ok", "without a branch pages"),
        ("rsync:kept", "ok", "answers"),
        ("rsync:kept/new", "ok", "the folder will be made"),
    ],
)
def test_doctor_looks_at_the_target(
    folder: Folder, monkeypatch: pytest.MonkeyPatch, target: str, level: str, said: str
) -> None:
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.chdir(folder.path)
    folder.write({"a-file": "", "kept/page.html": "", "series/walk/day-01.md": entry(1)})
    folder.write({"daycast.toml": f'[site]\ntitle = "Walks"\n[deploy]\ntarget = "{target}"\n'})
    folder.write({"series/walk/_index.md": "---\ntitle: Walks\nstart: 2026-10-19\n---\n"})
    for words in (["git", "init", "-q"], ["git", "init", "-q", "--bare", "pages.git"]):
        subprocess.run(words, cwd=folder.path, check=True)
    ran = folder.daycast("doctor", "--json", "--now", "2026-10-19T00:00:00Z")
    [found] = [one for one in json.loads(ran.out) if one["area"] == "deploy"]
    assert (found["level"], said in found["message"]) == (level, True), found


@pytest.mark.parametrize("text", ["folder:.", "folder:./", "folder: ."])
def test_the_projects_own_folder_is_no_target(folder: Folder, text: str) -> None:
    folder.write({"daycast.toml": f'[deploy]\ntarget = "{text}"\n'})
    ran = folder.daycast("check")
    assert (ran.code, "the project's own folder" in ran.err) == (2, True)


def test_nor_is_it_by_its_whole_path(folder: Folder) -> None:
    folder.write({"daycast.toml": f'[site]\ntitle = "Walks"\n[deploy]\ntarget = "folder:{folder.path}"\n'})
    folder.write({"series/walk/_index.md": "---\ntitle: Walks\nstart: 2026-10-19\n---\n"})
    folder.write({"series/walk/day-01.md": entry(1)})
    ran = folder.daycast("build", "--deploy", "--now", "2026-10-20T00:00:00Z")
    assert (ran.code, "is the project's own" in ran.err) == (1, True)
    assert not (folder.path / "index.html").exists()
