"""The site comes first: built, deployed, seen to be live; then the posts that point at it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.testing.linkedin import FakeLinkedIn
from tests.support import INDEX, entry
from tests.support_web import web

DUE = datetime(2026, 10, 19, 7, 0, 5, tzinfo=UTC)
KEY = "walk/day-01/linkedin"
PAGE = "/walk/day-01/"
TOML = """\
[site]
title = "Walks"
url = "{site}"

[feed]
hub = "{site}/hub"

[deploy]
command = "sh deploy.sh"
live_timeout = "5m"
{policy}

[channels.linkedin]
api_base = "{linkedin}"
oauth_base = "{linkedin}"
author = "urn:li:person:abc"

[notify]
command = "cat >> notices; echo >> notices"
"""


class Blog:
    """A project whose site is served, and whose posts go to a LinkedIn of its own."""

    def __init__(self, folder, server, linkedin, policy=""):
        self.folder, self.server, self.linkedin, self.now = folder, server, linkedin, DUE
        folder.write(
            {
                "daycast.toml": TOML.format(site=server.url, linkedin=linkedin.url, policy=policy),
                "series/walk/_index.md": INDEX,
                "series/walk/day-01.md": entry(1),
                "deploy.sh": "true",
            }
        )
        self.age()

    def age(self):
        for path in (self.folder.path / "series").rglob("*.md"):
            os.utime(path, (1_790_000_000, 1_790_000_000))

    def due(self, minutes=0):
        self.now += timedelta(minutes=minutes)
        return self.folder.daycast("publish", "due", "--now", self.now.isoformat())

    def state(self, key=KEY):
        told = json.loads(self.folder.daycast("status", "--json", "--now", self.now.isoformat()).out)
        return next((one["state"], one["reason"]) for one in told["deliveries"] if one["key"] == key)

    def go_live(self, title="Walk number 1"):
        self.server.say(PAGE, f"<title>{title}</title>")

    def pings(self):
        return [body.decode() for method, path, _, body in self.server.seen if (method, path) == ("POST", "/hub")]

    def notices(self):
        path = self.folder.path / "notices"
        return [json.loads(line) for line in path.read_text().splitlines() if line] if path.exists() else []


@pytest.fixture
def make(folder, monkeypatch):
    monkeypatch.setenv("DAYCAST_LINKEDIN_TOKEN", "t0ken-1234")
    held: list[Blog] = []
    with web() as server, FakeLinkedIn(clock=lambda: held[0].now if held else DUE) as linkedin:
        linkedin.add_token("t0ken-1234", member="abc", expires_at=DUE + timedelta(days=300))
        server.say("/hub", status=204)

        def made(policy=""):
            held.append(Blog(folder, server, linkedin, policy))
            return held[0]

        yield made


@pytest.fixture
def blog(make):
    return make()


def test_a_post_waits_until_its_page_is_live(blog):
    blog.due()
    assert blog.state() == ("retry", f"its page is not live: {blog.server.url}{PAGE} answers 404")
    assert blog.linkedin.posts == ()
    assert blog.state("walk/day-01/blog")[0] == "published"
    blog.go_live()
    blog.due(1)
    assert blog.state()[0] == "published"


def test_a_page_that_answers_with_something_else_is_not_live(blog):
    blog.go_live("Welcome to the hotel")
    blog.due()
    assert blog.linkedin.posts == ()


def test_with_the_policy_post_it_goes_out_after_the_timeout(make):
    blog = make('live_policy = "post"')
    blog.due()
    assert blog.linkedin.posts == ()
    blog.due(4)
    assert blog.linkedin.posts == ()
    blog.due(2)
    assert len(blog.linkedin.posts) == 1


def test_the_card_is_the_page(blog):
    blog.go_live()
    blog.due()
    [post] = blog.linkedin.posts
    assert post.content["article"]["source"] == blog.server.url + PAGE


def test_a_deploy_that_fails_is_tried_again_and_nothing_is_posted(blog):
    blog.folder.write({"deploy.sh": "echo the host is away; exit 7"})
    ran = blog.due()
    assert (ran.code, "the host is away" in ran.err) == (1, True)
    assert blog.state("walk/day-01/blog")[0] == "retry"
    assert blog.linkedin.posts == ()
    blog.folder.write({"deploy.sh": "true"})
    blog.go_live()
    blog.due(10)
    assert (blog.state("walk/day-01/blog")[0], blog.state()[0]) == ("published", "published")


def test_the_deploy_command_finds_the_site(blog):
    blog.folder.write({"deploy.sh": 'cp -r "$DAYCAST_SITE" copy'})
    blog.due()
    assert (blog.folder.path / "copy/walk/day-01/index.html").is_file()


def test_an_edited_page_is_deployed_without_a_new_post(blog):
    blog.go_live()
    blog.due()
    blog.folder.write({"series/walk/day-01.md": entry(1, body="Corrected."), "deploy.sh": "touch again"})
    blog.due(5)
    assert (blog.folder.path / "again").exists()
    assert len(blog.linkedin.posts) == 1
    assert "Corrected." in blog.folder.read("output/site/walk/day-01/index.html")


def test_nothing_is_deployed_where_nothing_changed(blog):
    blog.go_live()
    blog.due()
    blog.folder.write({"deploy.sh": "touch again"})
    blog.due(5)
    assert not (blog.folder.path / "again").exists()


def test_the_hub_hears_of_feeds_that_changed_and_of_no_others(blog):
    blog.folder.write(
        {"series/hike/_index.md": INDEX.replace("id: walk", "id: hike"), "series/hike/day-05.md": entry(5)}
    )
    blog.age()
    blog.due()
    first = blog.pings()
    assert len(first) == 1
    assert "walk%2Ffeed.xml" in first[0]
    blog.due(5)
    assert blog.pings() == first
    blog.folder.write({"series/walk/day-02.md": entry(2)})
    blog.age()
    blog.due(24 * 60)
    [_, second] = blog.pings()
    assert ("walk%2Ffeed.xml" in second, "hike" in second) == (True, False)


def test_a_hub_that_is_away_fails_nothing(blog):
    blog.server.say("/hub", status=500)
    blog.go_live()
    ran = blog.due()
    assert (ran.code, "answers 500 to the news of the feeds" in ran.err) == (0, True)
    assert blog.state()[0] == "published"


def test_a_series_without_a_blog_waits_for_nothing_and_has_no_card(blog):
    index = INDEX.replace("time:", "channels: [linkedin]\ntime:")
    blog.folder.write({"series/walk/_index.md": index})
    blog.due()
    [post] = blog.linkedin.posts
    assert not post.content


def test_people_are_told_once_of_each_event(blog):
    blog.linkedin.revoke("t0ken-1234")
    blog.go_live()
    for _ in range(3):
        blog.due(5)
    held = [event for event in blog.notices() if event["kind"] == "held"]
    assert [event["key"] for event in held] == [KEY]
    assert "daycast login linkedin" in held[0]["text"]


def test_a_notice_that_could_not_be_sent_is_tried_again(blog):
    blog.linkedin.revoke("t0ken-1234")
    blog.go_live()
    (blog.folder.path / "notices").mkdir()
    blog.due()
    (blog.folder.path / "notices").rmdir()
    blog.due(5)
    assert [event["key"] for event in blog.notices() if event["kind"] == "held"] == [KEY]


def test_a_token_that_ends_before_the_series_is_told(blog):
    blog.folder.write({f"series/walk/day-{day:02}.md": entry(day) for day in range(2, 31)})
    blog.age()
    blog.linkedin.add_client("app", "s3cret", member="abc")
    blog.go_live()
    blog.due()
    ran = blog.folder.daycast("doctor", "--now", blog.now.isoformat())
    assert ran.code == 0
    assert "linkedin: " in ran.out


def git(root, *words):
    subprocess.run(
        ["git", "-c", "user.name=m", "-c", "user.email=m@example.org", "-c", "init.defaultBranch=main", *words],
        cwd=root,
        check=True,
        capture_output=True,
    )


def commit(root):
    git(root, "init", "--quiet")
    git(root, "add", "series", "daycast.toml")
    git(root, "commit", "--quiet", "--message=written")


def test_from_head_only_what_was_committed_is_sent(blog):
    toml = blog.folder.read("daycast.toml") + '\n[publish]\nfrom = "HEAD"\n'
    blog.folder.write({"daycast.toml": toml, ".gitignore": "/output/\n/.daycast/\n"})
    commit(blog.folder.path)
    blog.folder.write({"series/walk/day-01.md": entry(1, body="Half an ed")})
    blog.go_live()
    blog.due()
    [post] = blog.linkedin.posts
    assert "We walked 1 miles" in post.visible
    assert "Half an ed" not in blog.folder.read("output/site/walk/day-01/index.html")
    assert (blog.folder.path / "series/walk/receipts.jsonl").is_file()


def test_from_head_a_commit_of_receipts_alone_deploys_nothing(blog):
    toml = blog.folder.read("daycast.toml") + '\n[publish]\nfrom = "HEAD"\n'
    blog.folder.write({"daycast.toml": toml, ".gitignore": "/output/\n/.daycast/\n"})
    commit(blog.folder.path)
    blog.go_live()
    blog.due()
    blog.folder.write({"deploy.sh": "touch again"})
    commit(blog.folder.path)
    blog.due(5)
    assert not (blog.folder.path / "again").exists()
    blog.folder.write({"series/walk/day-01.md": entry(1, body="Corrected.")})
    commit(blog.folder.path)
    blog.due(5)
    assert (blog.folder.path / "again").exists()


def test_a_journal_that_cannot_be_shared_sends_nothing(blog):
    sync = "git add -A series && git commit -qm receipts && git push -q"
    toml = blog.folder.read("daycast.toml") + f'\n[journal]\nsync = "{sync}"\n'
    blog.folder.write({"daycast.toml": toml})
    commit(blog.folder.path)
    for name in ("user.name", "user.email"):
        git(blog.folder.path, "config", name, "m@example.org")
    blog.go_live()
    ran = blog.due()
    assert blog.linkedin.posts == ()
    assert blog.state()[0] == "retry"
    assert "could not be shared" in ran.out + ran.err
    git(blog.folder.path.parent, "init", "--quiet", "--bare", "remote.git")
    remote = blog.folder.path.parent / "remote.git"
    git(blog.folder.path, "remote", "add", "origin", str(remote))
    git(blog.folder.path, "push", "--quiet", "--set-upstream", "origin", "main")
    blog.due(10)
    assert len(blog.linkedin.posts) == 1
    shown = subprocess.run(
        ["git", "show", "main:series/walk/receipts.jsonl"], cwd=remote, check=True, capture_output=True, text=True
    ).stdout
    outcomes = [json.loads(line) for line in shown.splitlines()]
    assert [line["event"] for line in outcomes if line["key"] == KEY][-1] == "published"
    shutil.rmtree(remote)


def test_images_and_documents_travel_with_the_post(blog):
    png = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
        "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
    )
    blog.folder.write({"series/walk/a.png": png, "series/walk/b.png": png + b"\0"})
    extra = "linkedin:\n  images: [{src: a.png, alt: One}, {src: b.png, alt: Two}]\n"
    blog.folder.write({"series/walk/day-01.md": entry(1, extra=extra)})
    blog.age()
    blog.go_live()
    blog.due()
    [post] = blog.linkedin.posts
    assert [image["altText"] for image in post.content["multiImage"]["images"]] == ["One", "Two"]
    blog.folder.write(
        {
            "series/walk/day-02.md": entry(2, extra="linkedin: {format: carousel}\n"),
            "series/walk/day-02.pdf": b"%PDF-1.7\n",
        }
    )
    blog.age()
    blog.server.say("/walk/day-02/", "Walk number 2")
    blog.due(24 * 60)
    assert blog.linkedin.posts[1].content["media"]["title"] == "Walk number 2"
