"""What git knows of a project."""

from __future__ import annotations

import os
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from pipeline.errors import NotSentError, PipelineError
from pipeline.history import can_push, changed_at, merge_driver, snapshot
from tests.support_processes import Thread
from tests.support_web import web

COMMITTED = datetime(2026, 10, 18, 12, tzinfo=UTC)
TOUCHED = datetime(2026, 10, 20, 12, tzinfo=UTC)


def git(root, *words):
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(root),
        "GIT_AUTHOR_DATE": COMMITTED.isoformat(),
        "GIT_COMMITTER_DATE": COMMITTED.isoformat(),
    }
    settings = ("-c", "user.name=m", "-c", "user.email=m@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *settings, *words], cwd=root, check=True, capture_output=True, env=env)


@pytest.fixture
def repo(tmp_path):
    """A repository whose project is a folder of it."""
    root = tmp_path / "repo/blog"
    (root / "series/walk").mkdir(parents=True)
    (root / "series/walk/day-01.md").write_text("one\n")
    git(root.parent, "init", "--quiet")
    git(root.parent, "add", ".")
    git(root.parent, "commit", "--quiet", "--message=one")
    touch(root / "series/walk/day-01.md")
    return root


def touch(path):
    os.utime(path, (TOUCHED.timestamp(), TOUCHED.timestamp()))


def test_a_committed_text_is_as_old_as_its_commit_whatever_a_checkout_touched(repo):
    assert changed_at(repo, "series/walk/day-01.md") == COMMITTED


def test_an_edited_text_is_as_old_as_its_file(repo):
    (repo / "series/walk/day-01.md").write_text("two\n")
    touch(repo / "series/walk/day-01.md")
    assert changed_at(repo, "series/walk/day-01.md") == TOUCHED


def test_a_text_that_is_not_committed_is_as_old_as_its_file(repo):
    (repo / "series/walk/day-02.md").write_text("two\n")
    touch(repo / "series/walk/day-02.md")
    assert changed_at(repo, "series/walk/day-02.md") == TOUCHED


def test_without_git_it_is_the_file_s(tmp_path):
    (tmp_path / "a.md").write_text("x")
    touch(tmp_path / "a.md")
    assert changed_at(tmp_path, "a.md") == TOUCHED


def test_a_name_is_taken_as_it_is_written(repo):
    for name in ("day-[1].md", "day-1.md"):
        (repo / name).write_text("one\n")
    git(repo, "add", ".")
    git(repo, "commit", "--quiet", "--message=two")
    (repo / "day-1.md").write_text("two\n")
    touch(repo / "day-[1].md")
    assert changed_at(repo, "day-[1].md") == COMMITTED


def test_a_repository_that_a_hook_runs_in_is_not_taken_for_the_project_s(repo, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "other.git"))
    assert changed_at(repo, "series/walk/day-01.md") == COMMITTED


def test_without_a_git_program_it_is_the_file_s(repo, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert changed_at(repo, "series/walk/day-01.md") == TOUCHED
    with pytest.raises(NotSentError, match="git cannot be run"):
        can_push(repo)


def test_what_is_gone_has_no_time(repo):
    assert changed_at(repo, "series/walk/day-09.md") is None


def test_a_snapshot_holds_what_was_committed(repo, tmp_path):
    (repo / "series/walk/day-01.md").write_text("half an ed")
    (repo / "series/walk/day-02.md").write_text("new")
    commit = snapshot(repo, tmp_path / "into")
    laid = tmp_path / "into" / commit
    assert [path.relative_to(laid).as_posix() for path in sorted(laid.rglob("*.md"))] == ["series/walk/day-01.md"]
    assert (laid / "series/walk/day-01.md").read_text() == "one\n"


def test_a_snapshot_stays_and_all_but_one_older_one_goes(repo, tmp_path):
    laid = [snapshot(repo, tmp_path / "into")]
    assert snapshot(repo, tmp_path / "into") == laid[0]
    for text in ("two\n", "three\n"):
        (repo / "series/walk/day-01.md").write_text(text)
        git(repo, "commit", "--quiet", "--all", f"--message={text}")
        laid.append(snapshot(repo, tmp_path / "into"))
    assert {path.name for path in (tmp_path / "into").iterdir() if path.is_dir()} == set(laid[1:])


def test_threads_that_lay_out_at_once_all_find_it_whole(repo, tmp_path):
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: snapshot(repo, tmp_path / "into"), range(8)))
    [commit] = found
    assert (tmp_path / "into" / commit / "series/walk/day-01.md").read_text() == "one\n"


def test_a_link_in_the_repository_is_not_followed(repo, tmp_path):
    (tmp_path / "secret").write_text("x")
    (repo / "series/walk/day-03.md").symlink_to(tmp_path / "secret")
    git(repo, "add", ".")
    git(repo, "commit", "--quiet", "--message=link")
    commit = snapshot(repo, tmp_path / "into")
    assert not (tmp_path / "into" / commit / "series/walk/day-03.md").exists()


def test_a_snapshot_that_cannot_be_written_is_said(repo, tmp_path):
    (tmp_path / "into").write_text("a file")
    with pytest.raises(PipelineError, match="cannot be laid out here"):
        snapshot(repo, tmp_path / "into")


def test_a_snapshot_of_nothing_is_empty(repo, tmp_path):
    commit = snapshot(repo, tmp_path / "into", ("nowhere",))
    assert list((tmp_path / "into" / commit).iterdir()) == []


def test_without_a_commit_there_is_no_snapshot(tmp_path):
    with pytest.raises(PipelineError, match="commit first"):
        snapshot(tmp_path, tmp_path / "into")


def test_a_repository_with_a_remote_can_be_pushed(repo, tmp_path):
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    git(repo, "remote", "add", "origin", str(tmp_path / "remote.git"))
    git(repo, "push", "--quiet", "--set-upstream", "origin", "HEAD")
    can_push(repo)


def test_a_repository_without_a_remote_cannot(repo):
    with pytest.raises(NotSentError, match="git cannot push from here: "):
        can_push(repo)


def test_a_push_that_would_be_refused_is_told_by_its_reason(repo, tmp_path):
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    git(repo, "remote", "add", "origin", str(tmp_path / "remote.git"))
    (repo / "series/walk/day-02.md").write_text("two\n")
    git(repo, "add", ".")
    git(repo, "commit", "--quiet", "--message=two")
    git(repo, "push", "--quiet", "--set-upstream", "origin", "HEAD")
    git(repo, "reset", "--quiet", "--hard", "HEAD~1")
    with pytest.raises(NotSentError, match=r"git cannot push from here: ! \[rejected\] .*non-fast-forward"):
        can_push(repo)


def test_a_remote_that_hangs_is_left_with_all_that_was_started(repo, tmp_path, monkeypatch):
    life = Thread(tmp_path / "life")
    monkeypatch.setenv("GIT_SSH_COMMAND", f"{life.hang}; :")
    git(repo, "remote", "add", "origin", "ssh://git.example/x.git")
    git(repo, "config", "push.default", "current")
    with pytest.raises(NotSentError, match="git had to be ended after 1 s"):
        can_push(repo, timeout=1)
    assert life.was_held_and_cut()


def test_a_remote_is_reached_with_the_credentials_that_the_environment_names(repo, tmp_path, monkeypatch):
    with web() as server:
        server.say("/x.git/info/refs?service=git-receive-pack", "", 401, **{"WWW-Authenticate": 'Basic realm="x"'})
        (tmp_path / "ask").write_text(f"#!/bin/sh\necho asked >> {tmp_path}/said\necho canary\n")
        (tmp_path / "ask").chmod(0o700)
        monkeypatch.setenv("GIT_ASKPASS", str(tmp_path / "ask"))
        git(repo, "remote", "add", "origin", f"{server.url}/x.git")
        git(repo, "config", "push.default", "current")
        with pytest.raises(NotSentError, match="git cannot push from here: ") as told:
            can_push(repo)
    assert "canary" not in str(told.value)
    assert "asked" in (tmp_path / "said").read_text()


def test_how_a_file_is_joined_is_told(repo, tmp_path):
    assert merge_driver(repo, "series/walk/receipts.jsonl") == "unspecified"
    (repo / ".gitattributes").write_text("series/**/receipts.jsonl merge=union\n")
    assert merge_driver(repo, "series/walk/receipts.jsonl") == "union"
    assert merge_driver(tmp_path, "x") is None
