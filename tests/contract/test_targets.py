"""Where the site goes: each target holds all of it, changes only what differs, and touches nothing of others."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape, unescape

import pytest

from pipeline.errors import NotSentError
from pipeline.targets import Brought, bring
from pipeline.targets.listing import LISTING
from pipeline.testing.server import Answer, FakeServer, Request

FIRST = {
    "index.html": b"<p>home</p>",
    "walk/day-01/index.html": b"<p>one</p>",
    "walk/feed.xml": b"<rss/>",
    "style.css": b"p{}",
    "walk/mill [1].png": b"\x89PNG\x00",
    "404.html": b"none",
}
SECOND = {**FIRST, "index.html": b"<p>home again</p>", "walk/day-02/index.html": b"<p>two</p>"}
del SECOND["walk/mill [1].png"], SECOND["walk/day-01/index.html"]

Look = Callable[[], dict[str, bytes]]
Put = Callable[[str, bytes], None]
Bring = Callable[[], Brought]


def put(folder: Path, files: dict[str, bytes]) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    for name, data in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    return folder


def read(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


class Store:
    """A store that speaks as much of S3 as this needs (API reference of 2006-03-01, read 2026-11)."""

    def __init__(self, server: FakeServer) -> None:
        self.held: dict[str, bytes] = {}
        self.kinds: dict[str, str] = {}
        self.server = server
        server._reply = lambda request: (self._answer(request), None)  # type: ignore[method-assign]

    def _answer(self, request: Request) -> Answer:
        parts = urlsplit(request.path)
        bucket, _, key = unquote(parts.path).lstrip("/").partition("/")
        assert bucket == "walks"
        assert "Credential=key/" in request.headers.get("authorization", "")
        query = parse_qs(parts.query, keep_blank_values=True)
        if request.method == "GET" and not key:
            prefix = query.get("prefix", [""])[0]
            listed = "".join(
                f"<Contents><Key>{escape(name)}</Key><Size>{len(data)}</Size>"
                f'<ETag>"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"</ETag>'
                "<LastModified>2026-11-23T09:00:00.000Z</LastModified></Contents>"
                for name, data in sorted(self.held.items())
                if name.startswith(prefix)
            )
            body = f"<ListBucketResult><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>"
            return Answer(200, body.encode(), {"Content-Type": "application/xml"})
        if request.method == "PUT":
            self.held[key] = request.body
            self.kinds[key] = request.headers.get("content-type", "")
            mark = hashlib.md5(request.body, usedforsecurity=False).hexdigest()
            return Answer(200, b"", {"ETag": f'"{mark}"'})
        if request.method == "POST" and "delete" in query:
            names = re.findall(r"<Key>(.*?)</Key>", request.body.decode())
            for name in names:
                self.held.pop(unescape(name), None)
            gone = "".join(f"<Deleted><Key>{name}</Key></Deleted>" for name in names)
            return Answer(200, f"<DeleteResult>{gone}</DeleteResult>".encode())
        if key not in self.held:
            return Answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        mark = hashlib.md5(self.held[key], usedforsecurity=False).hexdigest()
        when = "Mon, 23 Nov 2026 09:00:00 GMT"
        return Answer(200, self.held[key], {"ETag": f'"{mark}"', "Last-Modified": when})


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with FakeServer() as running:
        yield running


@pytest.fixture(params=["folder", "git", "rsync", "s3"])
def target(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: FakeServer
) -> tuple[Bring, Look, Put, Path]:
    """How to bring ``site`` there, what is there, and how somebody else puts something there."""
    site, root = tmp_path / "site", tmp_path / "project"
    root.mkdir()
    put(site, FIRST)
    kind = str(request.param)
    if kind in ("folder", "rsync"):
        if kind == "rsync" and shutil.which("rsync") is None:
            pytest.fail("no rsync: see .ci/debian-packages")
        served = tmp_path / "served"
        served.mkdir()
        where = f"{kind}:{served}"
        return (
            lambda: bring(where, root=root, site=site, timeout=30),
            lambda: read(served),
            lambda name, data: put_one(served, name, data),
            site,
        )
    if kind == "git":
        remote, clone = tmp_path / "remote.git", tmp_path / "clone"
        for words in (
            ("init", "-q", "--bare", "-b", "main", str(remote)),
            ("init", "-q", "-b", "main", str(root)),
            ("-C", str(root), "remote", "add", "origin", str(remote)),
        ):
            subprocess.run(["git", *words], check=True, capture_output=True)

        def fresh() -> Path:
            shutil.rmtree(clone, ignore_errors=True)
            subprocess.run(["git", "clone", "-q", "-b", "pages", remote, clone], check=True, capture_output=True)
            return clone

        def theirs(name: str, data: bytes) -> None:
            put_one(fresh(), name, data)
            who = ("-c", "user.name=a", "-c", "user.email=a@example.org")
            for words in (("add", "-A"), (*who, "commit", "-qm", "theirs"), ("push", "-q")):
                subprocess.run(["git", "-C", clone, *words], check=True, capture_output=True)

        def without_mark() -> dict[str, bytes]:
            found = read(fresh())
            assert found.pop(".nojekyll") == b""
            return found

        return lambda: bring("git:origin#pages", root=root, site=site, timeout=30), without_mark, theirs, site
    store = Store(server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-AQX-0123456789")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")

    def held() -> dict[str, bytes]:
        assert all(name.startswith("blog/") for name in store.held)
        return {name.removeprefix("blog/"): data for name, data in store.held.items()}

    return (
        lambda: bring("s3:walks/blog", root=root, site=site, timeout=30, endpoint=server.url),
        held,
        lambda name, data: store.held.__setitem__(f"blog/{name}", data),
        site,
    )


def put_one(folder: Path, name: str, data: bytes) -> None:
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)


def without_listing(files: dict[str, bytes]) -> dict[str, bytes]:
    return {name: data for name, data in files.items() if name != LISTING}


def test_it_holds_the_site_and_then_only_what_changed_moves(target: tuple[Bring, Look, Put, Path]) -> None:
    deploy, look, theirs, site = target
    assert deploy().written == len(FIRST)
    assert without_listing(look()) == FIRST
    assert deploy() == Brought(written=0, removed=0)
    theirs("CNAME", b"walks.example\n")
    theirs("walk/theirs.txt", b"not ours\n")
    put(site, SECOND)
    assert deploy() == Brought(written=2, removed=2)
    assert without_listing(look()) == {**SECOND, "CNAME": b"walks.example\n", "walk/theirs.txt": b"not ours\n"}
    assert deploy() == Brought(written=0, removed=0)


def test_a_site_that_is_not_built_takes_nothing_away(target: tuple[Bring, Look, Put, Path]) -> None:
    deploy, look, _, site = target
    deploy()
    shutil.rmtree(site)
    with pytest.raises(NotSentError, match="daycast build"):
        deploy()
    assert without_listing(look()) == FIRST


def test_a_listing_that_is_damaged_or_hostile_removes_nothing(tmp_path: Path) -> None:
    site, served = put(tmp_path / "site", FIRST), tmp_path / "served"
    outside = tmp_path / "precious.txt"
    outside.write_text("mine")
    for text in ("not json", "[]", json.dumps({"../precious.txt": "x", "/etc/passwd": "x", "a\\b": "x"})):
        put_one(served, LISTING, text.encode())
        bring(f"folder:{served}", root=tmp_path, site=site, timeout=30)
        assert outside.read_text() == "mine"


@pytest.mark.parametrize("kind", ["git", "rsync", "s3"])
def test_a_target_that_is_not_there_is_told(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    site = put(tmp_path / "site", FIRST)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-AQX-0123456789")
    with FakeServer() as server:
        gone = server.url
    where = {"git": f"git:{tmp_path}/nothing.git#pages", "rsync": f"rsync:{tmp_path}/no/such/folder", "s3": "s3:walks"}
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True, capture_output=True)
    with pytest.raises(NotSentError) as raised:
        bring(where[kind], root=tmp_path, site=site, timeout=5, endpoint=gone)
    assert "canary" not in str(raised.value)


def test_the_working_tree_and_its_index_stay_as_they_are(tmp_path: Path) -> None:
    root, remote = tmp_path / "project", tmp_path / "remote.git"
    site = put(root / "output/site", FIRST)
    git = ["git", "-C", str(root), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "init", "-q", "--bare", str(remote)], check=True, capture_output=True)
    for words in (("init", "-q", "-b", "main"), ("remote", "add", "origin", str(remote))):
        subprocess.run([*git, *words], check=True, capture_output=True)
    (root / "a.txt").write_text("staged")
    subprocess.run([*git, "add", "a.txt"], check=True, capture_output=True)
    before = subprocess.run([*git, "status", "--porcelain"], check=True, capture_output=True).stdout
    bring("git:origin#gh-pages", root=root, site=site, timeout=30)
    assert subprocess.run([*git, "status", "--porcelain"], check=True, capture_output=True).stdout == before
    assert subprocess.run([*git, "branch", "--list"], check=True, capture_output=True).stdout == b""
