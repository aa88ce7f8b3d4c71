"""The LinkedIn that tests run against keeps LinkedIn's rules, and fails as told."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import struct
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

from pipeline.testing.linkedin import (
    REVIEWED,
    Answer,
    Cut,
    Drip,
    Drop,
    FakeLinkedIn,
    Fault,
    Garbage,
    Hang,
    Mention,
    Request,
    Reset,
    Stall,
    records_in,
    shown,
)

ROOT = Path(__file__).resolve().parents[2]
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ME = "urn:li:person:abc"
PAGE = "urn:li:organization:7"
CANARY = "canary"


@dataclass
class Clock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, **duration: float) -> None:
        self.now += timedelta(**duration)


@dataclass(frozen=True)
class Got:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> object:
        found = self.json
        return found.get("code") or found["errorDetails"]["inputErrors"][0]["code"]


class Client:
    """A client that does what it is told, and forgets no header unless told so."""

    def __init__(self, port: int, token: str = CANARY) -> None:
        self.port = port
        self.token = token

    def ask(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str | None] | None = None,
        rest: bool = True,
    ) -> Got:
        sent: dict[str, str | None] = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if rest:
            sent |= {"LinkedIn-Version": "202609", "X-Restli-Protocol-Version": "2.0.0"}
        sent |= headers or {}
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            left = {name: value for name, value in sent.items() if value is not None}
            connection.request(method, path, body=data, headers=left)
            got = connection.getresponse()
            return Got(got.status, {name.lower(): value for name, value in got.getheaders()}, got.read())
        finally:
            connection.close()

    def post(self, text: str = "Hello", *, headers: Mapping[str, str | None] | None = None, **more: object) -> Got:
        return self.ask("POST", "/rest/posts", post(text, **more), headers=headers)

    def initialize(self, kind: str = "image", owner: str = ME) -> Got:
        asked = {"initializeUploadRequest": {"owner": owner}}
        return self.ask("POST", f"/rest/{kind}s?action=initializeUpload", asked)

    def upload(self, data: bytes, kind: str = "image", owner: str = ME) -> str:
        value = self.initialize(kind, owner).json["value"]
        put = self.ask("PUT", urlsplit(value["uploadUrl"]).path, data, rest=False)
        assert put.status == 201
        return str(value[kind])

    def form(self, path: str, **fields: str) -> Got:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Authorization": None}
        return self.ask("POST", path, urlencode(fields).encode(), headers=headers, rest=False)


def post(text: str = "Hello", /, **more: object) -> dict[str, object]:
    body: dict[str, object] = {
        "author": ME,
        "commentary": text,
        "visibility": "PUBLIC",
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    return {name: value for name, value in (body | more).items() if value is not None}


def png(width: int = 1, height: int = 1) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def in_path(urn: str) -> str:
    return quote(urn, safe="")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[FakeLinkedIn]:
    with FakeLinkedIn(clock=clock) as made:
        made.add_token("canary", member="abc")
        made.add_token("reviewed", member="abc", scopes=REVIEWED, organizations=[PAGE])
        yield made


@pytest.fixture
def client(server: FakeLinkedIn) -> Client:
    return Client(server.port)


# ── little text ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("commentary", "visible"),
    [
        pytest.param("a \\(b\\) c", "a (b) c", id="escaped"),
        pytest.param(
            "all \\\\ \\| \\{ \\} \\@ \\[ \\] \\( \\) \\< \\> \\# \\* \\_ \\~", "all \\ | { } @ [ ] ( ) < > # * _ ~"
        ),
        pytest.param("{hashtag|\\#|Day2}/30", "#Day2/30", id="template"),
        pytest.param("{hashtag|#|my\\_tag}", "#my_tag", id="template with a bare sign"),
        pytest.param("{hashtag|＃|日}", "＃日", id="template with a wide sign"),
        pytest.param("so #python it", "so #python it", id="bare hashtag"),
        pytest.param("(", "", id="nothing is left"),
        pytest.param("@[Foo \\(Bar\\)](urn:li:organization:1) hi", "Foo (Bar) hi", id="mention"),
        pytest.param("@(urn:li:person:a-B\\_1)", "", id="mention with an escaped URN"),
        pytest.param(
            "€ ! \" $ % & ' + , - . / : ; = ? ^ ` →", "€ ! \" $ % & ' + , - . / : ; = ? ^ ` →", id="not reserved"
        ),
        pytest.param("", "", id="empty"),
    ],
)
def test_little_text_shows_what_it_means(commentary: str, visible: str):
    assert shown(commentary).visible == visible


@pytest.mark.parametrize("char", "|{}@[]()<>#*_~\\")
def test_a_reserved_character_left_bare_cuts_the_text_there(char: str):
    seen = shown(f"before {char} after")
    assert (seen.visible, seen.cut) == ("before ", 7)


@pytest.mark.parametrize(
    "broken", ["C#", "a#b", "#1", "# x", "{hashtag|x}", "{hashtag|\\#|}", "{hashtag|\\#|a(}", "\\x"]
)
def test_what_is_no_element_is_broken(broken: str):
    assert shown(broken).cut is not None


def test_little_text_names_hashtags_and_mentions():
    seen = shown("{hashtag|\\#|Day2} by @[Acme](urn:li:organization:1) #ai")
    assert (seen.hashtags, seen.mentions) == (("Day2", "ai"), (Mention(name="Acme", urn="urn:li:organization:1"),))


def test_every_example_of_little_text_is_shown_whole():
    examples = json.loads((ROOT / "tests" / "vectors" / "linkedin.json").read_bytes())
    seen = {example["name"]: shown(example["commentary"]) for example in examples}
    assert {name: found.cut for name, found in seen.items() if found.cut is not None} == {}
    assert [found.visible for found in seen.values()] == [example["plain"] for example in examples]


# ── posting ──────────────────────────────────────────────────────────────────────────────────────


def test_a_post_is_created_and_kept_as_sent_and_as_seen(server: FakeLinkedIn, client: Client):
    got = client.post("Day \\(2\\) of (30)")
    (made,) = server.posts
    assert (got.status, got.body, got.headers["x-restli-id"]) == (201, b"", made.urn)
    assert (made.author, made.commentary, made.visible, made.cut) == (ME, "Day \\(2\\) of (30)", "Day (2) of ", 13)
    assert json.loads(made.body) == post("Day \\(2\\) of (30)")


@pytest.mark.parametrize(
    ("ids", "pattern"),
    [("share", "urn:li:share:{}"), ("ugcPost", "urn:li:ugcPost:{}"), ("number", "{}"), ("missing", None)],
)
def test_the_id_comes_in_the_form_that_is_asked_for(
    server: FakeLinkedIn, client: Client, ids: Any, pattern: str | None
):
    server.ids = ids
    got = client.post()
    number = server.posts[0].urn.rpartition(":")[2]
    assert got.headers.get("x-restli-id") == (pattern.format(number) if pattern else None)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        pytest.param({"Authorization": None}, 401, "EMPTY_ACCESS_TOKEN", id="no token"),
        pytest.param({"Authorization": "Bearer x"}, 401, "INVALID_ACCESS_TOKEN", id="unknown token"),
        pytest.param({"LinkedIn-Version": None}, 400, "VERSION_MISSING", id="no version"),
        pytest.param({"LinkedIn-Version": "202511"}, 426, "NONEXISTENT_VERSION", id="dead for a week"),
        pytest.param({"LinkedIn-Version": "202512"}, 426, "NONEXISTENT_VERSION", id="never was"),
        pytest.param({"LinkedIn-Version": "202612"}, 426, "NONEXISTENT_VERSION", id="not yet"),
        pytest.param({"LinkedIn-Version": "2026-09"}, 426, "NONEXISTENT_VERSION", id="not written so"),
    ],
)
def test_a_header_that_is_wrong_is_refused(
    server: FakeLinkedIn, client: Client, headers: dict[str, str | None], status: int, code: str
):
    got = client.post(headers=headers)
    assert (got.status, got.code, server.posts) == (status, code, ())


@pytest.mark.parametrize(
    ("headers", "status"),
    [({"X-Restli-Protocol-Version": None}, 400), ({"Content-Type": None}, 415), ({"Content-Type": "text/plain"}, 415)],
)
def test_protocol_and_content_type_have_to_be_said(client: Client, headers: dict[str, str | None], status: int):
    assert client.post(headers=headers).status == status


def test_a_version_dies_on_its_day(server: FakeLinkedIn, clock: Clock):
    server.add_token("late", member="abc", expires_at=NOON + timedelta(days=400))
    late = Client(server.port, "late")
    clock.now = datetime(2027, 1, 14, 23, tzinfo=UTC)
    alive = late.post(headers={"LinkedIn-Version": "202601"})
    clock.pass_by(hours=1)
    dead = late.post("again", headers={"LinkedIn-Version": "202601"})
    assert (alive.status, dead.status, dead.json["message"]) == (201, 426, "Requested version 20260101 is not active")


def test_versions_may_be_given():
    with FakeLinkedIn(clock=lambda: datetime(2020, 1, 1, tzinfo=UTC), versions={"202609"}) as server:
        server.add_token("canary", member="abc")
        assert Client(server.port).post().status == 201


def test_a_token_ends_when_revoked_and_when_its_time_is_over(server: FakeLinkedIn, client: Client, clock: Clock):
    clock.pass_by(days=60)
    over = client.post()
    server.revoke("reviewed")
    revoked = Client(server.port, "reviewed").post()
    assert (over.code, revoked.code) == ("EXPIRED_ACCESS_TOKEN", "REVOKED_ACCESS_TOKEN")


@pytest.mark.parametrize(
    ("token", "author"),
    [("canary", "urn:li:person:other"), ("canary", PAGE), ("reviewed", "urn:li:organization:8"), ("profile", ME)],
)
def test_a_token_posts_only_as_who_it_may(server: FakeLinkedIn, token: str, author: str):
    server.add_token("profile", member="abc", scopes=["openid", "profile"])
    got = Client(server.port, token).post(author=author)
    assert (got.status, got.code) == (403, "ACCESS_DENIED")
    assert got.json["message"] == "Not enough permissions to access: posts.CREATE.20260901"


def test_a_reviewed_token_posts_as_its_page(server: FakeLinkedIn):
    assert Client(server.port, "reviewed").post(author=PAGE).status == 201


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        pytest.param({"author": None}, 400, "MISSING_FIELD", id="no author"),
        pytest.param({"author": "abc"}, 400, "INVALID_URN_ID", id="author is no URN"),
        pytest.param({"author": "urn:li:member:abc"}, 400, "INVALID_URN_TYPE", id="author is a member"),
        pytest.param({"commentary": None}, 400, "MISSING_FIELD", id="no commentary"),
        pytest.param({"commentary": ""}, 400, "MISSING_FIELD", id="nothing at all"),
        pytest.param({"commentary": 7}, 400, "INVALID_VALUE_FOR_FIELD", id="commentary is a number"),
        pytest.param({"visibility": "ALL"}, 400, "INVALID_VALUE_FOR_FIELD", id="unknown visibility"),
        pytest.param({"lifecycleState": "DRAFT"}, 400, "INVALID_VALUE_FOR_FIELD", id="draft"),
        pytest.param({"distribution": None}, 400, "MISSING_FIELD", id="no distribution"),
        pytest.param({"distribution": {"feedDistribution": "ALL"}}, 400, "INVALID_VALUE_FOR_FIELD", id="distribution"),
        pytest.param({"content": {}}, 400, "INVALID_VALUE_FOR_FIELD", id="empty content"),
        pytest.param(
            {"content": {"article": {"source": "https://x.example", "title": "t"}, "media": {}}},
            400,
            "INVALID_VALUE_FOR_FIELD",
            id="two kinds of content",
        ),
        pytest.param({"content": {"article": {"source": "https://x.example"}}}, 400, "MISSING_FIELD", id="no title"),
        pytest.param(
            {"content": {"article": {"source": "x", "title": "t"}}}, 400, "INVALID_VALUE_FOR_FIELD", id="no address"
        ),
        pytest.param(
            {"content": {"article": {"source": "https://x.example", "title": "t" * 401}}},
            400,
            "FIELD_LENGTH_TOO_LONG",
            id="long title",
        ),
        pytest.param({"content": {"media": {"id": "urn:li:image:none"}}}, 400, "INVALID_URN_ID", id="no such image"),
        pytest.param({"content": {"media": {"id": "urn:li:share:1"}}}, 400, "INVALID_URN_TYPE", id="a share as image"),
        pytest.param(
            {"content": {"media": {"id": "urn:li:document:none"}}}, 400, "MISSING_FIELD", id="document without title"
        ),
        pytest.param(
            {"content": {"multiImage": {"images": [{"id": "urn:li:image:none"}]}}},
            400,
            "FIELD_ARRAY_SIZE_TOO_LOW",
            id="one of several images",
        ),
        pytest.param(
            {"content": {"multiImage": {"images": [{}] * 21}}}, 400, "FIELD_ARRAY_SIZE_TOO_HIGH", id="21 images"
        ),
    ],
)
def test_a_body_that_is_wrong_is_refused(
    server: FakeLinkedIn, client: Client, more: dict[str, object], status: int, code: str
):
    got = client.ask("POST", "/rest/posts", post(**more))
    assert (got.status, got.code, server.posts) == (status, code, ())


@pytest.mark.parametrize(
    "more",
    [
        {"text": "x"},
        {"distribution": {"feedDistribution": "MAIN_FEED", "x": []}},
        {"content": {"poll": {}}},
        {"content": {"article": {"source": "https://x.example", "title": "t", "image": "x"}}},
    ],
)
def test_a_field_that_is_not_known_is_refused(client: Client, more: dict[str, object]):
    got = client.ask("POST", "/rest/posts", post(**more))
    assert (got.status, "unrecognized field found but not allowed" in got.json["message"]) == (422, True)


@pytest.mark.parametrize("body", [b"{", b"[]", b"", b"\xff"])
def test_a_body_that_is_no_object_is_refused(client: Client, body: bytes):
    assert client.ask("POST", "/rest/posts", body).status == 400


@pytest.mark.parametrize(("text", "status"), [("a" * 3000, 201), ("a" * 3001, 400), ("𝗮" * 1501, 400)])
def test_a_text_is_counted_in_utf16(client: Client, text: str, status: int):
    got = client.post(text)
    assert got.status == status
    if status == 400:
        assert got.json["errorDetails"]["inputErrors"][0]["maxLength"] == 3000


def test_an_article_is_a_card(server: FakeLinkedIn, client: Client):
    thumbnail = client.upload(png())
    article = {"source": "https://x.example/2/", "title": "Two (2)", "description": "", "thumbnail": thumbnail}
    assert client.post(content={"article": article}).status == 201
    assert server.posts[0].content == {"article": article}


# ── duplicates ───────────────────────────────────────────────────────────────────────────────────


def test_the_same_post_within_ten_minutes_is_refused_and_named(server: FakeLinkedIn, client: Client, clock: Clock):
    client.post()
    clock.pass_by(minutes=9, seconds=59)
    got = client.post()
    assert (got.status, got.code) == (422, "DUPLICATE_POST")
    assert got.json["message"].endswith(f"Content is a duplicate of {server.posts[0].urn}")
    clock.pass_by(seconds=1)
    assert client.post().status == 201


def test_another_text_card_or_author_is_no_duplicate(server: FakeLinkedIn, client: Client):
    reviewed = Client(server.port, "reviewed")
    card = {"article": {"source": "https://x.example", "title": "t"}}
    answers = [client.post(), client.post("Hello!"), client.post(content=card), reviewed.post(author=PAGE)]
    assert [got.status for got in answers] == [201] * 4


def test_a_deleted_post_forbids_its_text_for_a_day(client: Client, clock: Clock):
    urn = client.post().headers["x-restli-id"]
    client.ask("DELETE", f"/rest/posts/{in_path(urn)}")
    clock.pass_by(hours=23)
    assert urn in client.post().json["message"]
    clock.pass_by(hours=1)
    assert client.post().status == 201


def test_the_window_for_duplicates_may_be_closed():
    with FakeLinkedIn(clock=Clock(), duplicate_window=timedelta()) as server:
        server.add_token("canary", member="abc")
        assert [Client(server.port).post().status for _ in range(2)] == [201, 201]


# ── changing, deleting, reading ──────────────────────────────────────────────────────────────────

PATCH = {"X-RestLi-Method": "PARTIAL_UPDATE"}


def test_a_text_can_be_changed(server: FakeLinkedIn, client: Client, clock: Clock):
    urn = client.post().headers["x-restli-id"]
    clock.pass_by(hours=1)
    patch = {"patch": {"$set": {"commentary": "a \\(b\\) (c)"}}}
    assert client.ask("POST", f"/rest/posts/{in_path(urn)}", patch, headers=PATCH).status == 204
    (made,) = server.posts
    assert (made.commentary, made.visible) == ("a \\(b\\) (c)", "a (b) ")
    assert [(edit.at, edit.visible) for edit in made.edits] == [(clock.now, "a (b) ")]


@pytest.mark.parametrize(
    ("path", "patch", "headers", "status"),
    [
        pytest.param("{raw}", {"commentary": "x"}, PATCH, 400, id="raw colons"),
        pytest.param("{urn}", {"commentary": "x"}, {}, 400, id="no method"),
        pytest.param("{urn}", {"visibility": "PUBLIC"}, PATCH, 422, id="not changeable"),
        pytest.param("{urn}", {"commentary": "x" * 3001}, PATCH, 400, id="too long"),
        pytest.param("urn%3Ali%3Ashare%3A1", {"commentary": "x"}, PATCH, 404, id="no such post"),
    ],
)
def test_a_change_that_is_wrong_is_refused(
    server: FakeLinkedIn, client: Client, path: str, patch: object, headers: dict[str, str | None], status: int
):
    urn = client.post().headers["x-restli-id"]
    where = path.format(raw=urn, urn=in_path(urn))
    got = client.ask("POST", f"/rest/posts/{where}", {"patch": {"$set": patch}}, headers=headers)
    assert (got.status, server.posts[0].edits) == (status, ())


def test_deleting_again_is_no_error(server: FakeLinkedIn, client: Client):
    path = f"/rest/posts/{in_path(client.post().headers['x-restli-id'])}"
    assert [client.ask("DELETE", path).status for _ in range(2)] == [204, 204]
    assert [made.deleted for made in server.posts] == [True]
    assert client.ask("POST", path, {"patch": {"$set": {"commentary": "x"}}}, headers=PATCH).status == 404


def test_nobody_changes_or_deletes_what_is_another_members(server: FakeLinkedIn, client: Client):
    path = f"/rest/posts/{in_path(client.post().headers['x-restli-id'])}"
    server.add_token("other", member="other")
    other = Client(server.port, "other")
    assert other.ask("DELETE", path).status == 403
    assert other.ask("POST", path, {"patch": {"$set": {"commentary": "x"}}}, headers=PATCH).status == 403


def test_only_a_reviewed_token_reads_posts(server: FakeLinkedIn, client: Client):
    urn = client.post().headers["x-restli-id"]
    one, all_of = f"/rest/posts/{in_path(urn)}", f"/rest/posts?q=author&author={in_path(ME)}"
    assert [client.ask("GET", path).status for path in (one, all_of)] == [403, 403]
    reviewed = Client(server.port, "reviewed")
    assert reviewed.ask("GET", one).json["commentary"] == "Hello"
    assert [found["id"] for found in reviewed.ask("GET", all_of).json["elements"]] == [urn]


# ── uploads ──────────────────────────────────────────────────────────────────────────────────────


def test_images_travel_with_a_post(server: FakeLinkedIn, client: Client):
    images = [{"id": client.upload(png()), "altText": "a cat"}, {"id": client.upload(png()), "altText": ""}]
    assert client.post("one", content={"media": images[0]}).status == 201
    assert client.post("two", content={"multiImage": {"images": images}}).status == 201
    assert [(upload.kind, upload.status, upload.data) for upload in server.uploads] == [
        ("image", "AVAILABLE", png())
    ] * 2


def test_a_document_travels_with_its_title(client: Client):
    urn = client.upload(b"%PDF-1.7 ...", "document")
    assert client.post("no", content={"media": {"id": urn}}).code == "MISSING_FIELD"
    assert client.post("yes", content={"media": {"id": urn, "title": "Day 2"}}).status == 201


def test_a_file_that_never_came_is_waited_for(client: Client):
    urn = client.initialize().json["value"]["image"]
    assert client.post(content={"media": {"id": urn}}).code == "MEDIA_ASSET_WAITING_UPLOAD"


@pytest.mark.parametrize("data", [b"", b"text", png(10_000, 4_000), b"%PDF-1.7"])
def test_a_file_that_is_no_image_fails_afterwards(client: Client, data: bytes):
    urn = client.upload(data)
    assert client.post(content={"media": {"id": urn}}).code == "MEDIA_ASSET_PROCESSING_FAILED"


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a" + struct.pack("<HH", 2, 3),
        b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x0b\x08" + struct.pack(">HH", 3, 2) + b"\x01\x00\x00\x00",
    ],
    ids=["GIF", "JPEG"],
)
def test_gif_and_jpeg_are_images(client: Client, data: bytes):
    assert client.post(content={"media": {"id": client.upload(data)}}).status == 201


def test_a_file_belongs_to_the_author(server: FakeLinkedIn):
    reviewed = Client(server.port, "reviewed")
    urn = reviewed.upload(png(), owner=PAGE)
    assert reviewed.post(content={"media": {"id": urn}}).code == "INVALID_VALUE_FOR_FIELD"
    assert reviewed.post(author=PAGE, content={"media": {"id": urn}}).status == 201


def test_alt_text_has_an_end(client: Client):
    urn = client.upload(png())
    assert client.post(content={"media": {"id": urn, "altText": "x" * 4087}}).code == "FIELD_LENGTH_TOO_LONG"


def test_an_upload_needs_its_owner_and_the_token(client: Client, clock: Clock):
    assert client.initialize(owner=PAGE).code == "ACCESS_DENIED"
    path = urlsplit(client.initialize().json["value"]["uploadUrl"]).path
    assert client.ask("PUT", path, png(), headers={"Authorization": None}).code == "EMPTY_ACCESS_TOKEN"
    clock.pass_by(days=2)
    assert client.ask("PUT", path, png()).code == "EXPIRED_UPLOAD_URL"


def test_only_a_reviewed_token_sees_how_far_a_file_is(server: FakeLinkedIn, client: Client):
    path = f"/rest/images/{in_path(client.upload(png()))}"
    assert client.ask("GET", path).status == 403
    assert Client(server.port, "reviewed").ask("GET", path).json["status"] == "AVAILABLE"


# ── comments ─────────────────────────────────────────────────────────────────────────────────────


def commented(urn: str, text: str = "see (here)") -> dict[str, object]:
    return {"actor": ME, "object": urn, "message": {"text": text}}


def test_a_self_serve_token_comments_only_the_undocumented_way(server: FakeLinkedIn, client: Client):
    urn = client.post().headers["x-restli-id"]
    path = f"socialActions/{in_path(urn)}/comments"
    documented = client.ask("POST", f"/rest/{path}", commented(urn))
    assert (documented.status, documented.json["message"]) == (
        403,
        "Not enough permissions to access: partnerApiSocialActions.CREATE.20260901",
    )
    assert client.ask("POST", f"/v2/{path}", commented(urn)).status == 426
    assert client.ask("POST", f"/v2/{path}", commented(urn), rest=False).status == 201
    assert [(found.actor, found.text) for found in server.posts[0].comments] == [(ME, "see (here)")]
    assert client.ask("GET", f"/v2/{path}", rest=False).status == 403


def test_a_reviewed_token_comments_the_documented_way(server: FakeLinkedIn):
    reviewed = Client(server.port, "reviewed")
    urn = reviewed.post().headers["x-restli-id"]
    assert reviewed.ask("POST", f"/rest/socialActions/{in_path(urn)}/comments", commented(urn)).status == 201


def test_a_comment_that_is_wrong_is_refused(client: Client):
    urn = client.post().headers["x-restli-id"]
    path = f"/v2/socialActions/{in_path(urn)}/comments"
    long = client.ask("POST", path, commented(urn, "x" * 1251), rest=False)
    elsewhere = client.ask("POST", path, commented("urn:li:share:1"), rest=False)
    raw = client.ask("POST", f"/v2/socialActions/{urn}/comments", commented(urn), rest=False)
    assert (long.code, elsewhere.code, raw.status) == ("FIELD_ARRAY_SIZE_TOO_HIGH", "INVALID_VALUE_FOR_FIELD", 400)


# ── who, and OAuth ───────────────────────────────────────────────────────────────────────────────


def test_userinfo_says_whose_token_it_is(server: FakeLinkedIn, client: Client):
    server.add_token("posts", member="abc", scopes=["w_member_social"])
    assert client.ask("GET", "/v2/userinfo", rest=False).json["sub"] == "abc"
    assert client.ask("GET", "/v2/userinfo").status == 426
    assert Client(server.port, "posts").ask("GET", "/v2/userinfo", rest=False).status == 403


BACK = "http://127.0.0.1:8765/callback"
ASKED = {
    "response_type": "code",
    "client_id": "app",
    "redirect_uri": BACK,
    "state": "s",
    "scope": "openid profile w_member_social",
}


def consent(client: Client, **changed: str) -> dict[str, str]:
    got = client.ask("GET", f"/oauth/v2/authorization?{urlencode(ASKED | changed)}", rest=False)
    assert got.status == 302
    assert got.headers["location"].startswith(BACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(got.headers["location"]).query).items()}


def exchange(client: Client, code: str, **changed: str) -> Got:
    fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "client_id": "app"}
    return client.form("/oauth/v2/accessToken", **(fields | {"client_secret": "shh"} | changed))


@pytest.fixture
def app(server: FakeLinkedIn) -> None:
    server.add_client("app", "shh", member="new", redirect_uris=[BACK])


@pytest.mark.usefixtures("app")
def test_a_code_becomes_a_token_once(server: FakeLinkedIn, client: Client):
    back = consent(client)
    got = exchange(client, back["code"]).json
    assert (back["state"], got["expires_in"], got["scope"]) == ("s", 5_184_000, "openid,profile,w_member_social")
    assert Client(server.port, got["access_token"]).post(author="urn:li:person:new").status == 201
    assert exchange(client, back["code"]).json["error"] == "invalid_request"


@pytest.mark.usefixtures("app")
def test_a_code_lives_for_half_an_hour(client: Client, clock: Clock):
    code = consent(client)["code"]
    clock.pass_by(minutes=31)
    assert exchange(client, code).status == 400


@pytest.mark.usefixtures("app")
def test_a_code_needs_secret_and_address(client: Client):
    assert exchange(client, consent(client)["code"], client_secret="x").json["error"] == "invalid_client"
    assert exchange(client, consent(client)["code"], redirect_uri="x").json["error"] == "invalid_request"


@pytest.mark.usefixtures("app")
def test_who_says_no_is_sent_back_with_that(server: FakeLinkedIn, client: Client):
    server.consents = False
    assert consent(client)["error"] == "user_cancelled_authorize"
    assert consent(client, scope="w_organization_social")["error"] == "unauthorized_scope_error"


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("changed", [{"client_id": "x"}, {"redirect_uri": "http://127.0.0.1:1/"}])
def test_who_asks_wrongly_is_sent_nowhere(client: Client, changed: dict[str, str]):
    got = client.ask("GET", f"/oauth/v2/authorization?{urlencode(ASKED | changed)}", rest=False)
    assert (got.status, "location" in got.headers) == (400, False)


@pytest.mark.usefixtures("app")
def test_another_set_of_scopes_ends_the_tokens_before(server: FakeLinkedIn, client: Client):
    first = exchange(client, consent(client)["code"]).json["access_token"]
    same = exchange(client, consent(client)["code"]).json["access_token"]
    assert Client(server.port, first).ask("GET", "/v2/userinfo", rest=False).status == 200
    exchange(client, consent(client, scope="openid profile")["code"])
    ended = [Client(server.port, token).ask("GET", "/v2/userinfo", rest=False).code for token in (first, same)]
    assert ended == ["REVOKED_ACCESS_TOKEN"] * 2


@pytest.mark.usefixtures("app")
def test_an_app_can_look_at_a_token(server: FakeLinkedIn, client: Client, clock: Clock):
    server.add_token("foreign", member="abc", client="another")

    def look(token: str) -> Any:
        return client.form("/oauth/v2/introspectToken", client_id="app", client_secret="shh", token=token).json

    assert look("canary")["expires_at"] == (NOON + timedelta(days=60)).timestamp()
    assert (look("canary")["active"], look("foreign"), look("x")) == (True, {"active": False}, {"active": False})
    clock.pass_by(days=61)
    assert (look("canary")["active"], look("canary")["status"]) == (False, "expired")


# ── rate limits ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("asked", "header"),
    [(None, None), (120, "120"), (NOON + timedelta(hours=1), "Mon, 23 Nov 2026 13:00:00 GMT"), ("soon", "soon")],
)
def test_too_many_requests_are_refused_until_midnight(
    server: FakeLinkedIn, client: Client, clock: Clock, asked: Any, header: str | None
):
    server.set_daily(2, retry_after=asked)
    answers = [client.post(str(index)) for index in range(3)]
    assert [got.status for got in answers] == [201, 201, 429]
    assert answers[2].headers.get("retry-after") == header
    clock.now = datetime(2026, 11, 24, tzinfo=UTC)
    assert client.post("tomorrow").status == 201


def test_a_day_has_150_requests(client: Client):
    answers = [client.ask("GET", "/v2/userinfo", rest=False).status for _ in range(151)]
    assert answers == [200] * 150 + [429]


# ── faults ───────────────────────────────────────────────────────────────────────────────────────


def raw(server: FakeLinkedIn, sent: bytes) -> tuple[bytes, bool]:
    """What is answered up to the connection's end, and whether that was a reset."""
    answer = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        try:
            connection.sendall(sent)
            while piece := connection.recv(65536):
                answer += piece
        except (ConnectionResetError, BrokenPipeError):
            return answer, True
    return answer, False


def as_bytes(text: str = "Hello", *more: str) -> bytes:
    body = json.dumps(post(text)).encode()
    lines = [
        "POST /rest/posts HTTP/1.1",
        "Host: x",
        "Authorization: Bearer canary",
        "LinkedIn-Version: 202609",
        "X-Restli-Protocol-Version: 2.0.0",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        *more,
        "",
        "",
    ]
    return "\r\n".join(lines).encode() + body


def test_a_reset_comes_after_each_byte_of_the_answer(clock: Clock):
    with FakeLinkedIn(clock=clock, daily=None) as server:
        server.add_token("canary", member="abc")
        whole, reset = raw(server, as_bytes("whole"))
        size = server.log[0].size
        assert (len(whole), reset, whole[:12]) == (size, False, b"HTTP/1.1 201")
        for after in range(size + 1):
            server.fail(Reset(after=after))
            answer, reset = raw(server, as_bytes(str(after)))
            assert (len(answer), reset) == (after, True)
        assert len(server.posts) == size + 2


def test_a_reset_may_come_before_anything_is_done(server: FakeLinkedIn):
    server.fail(Reset(after=12, carried_out=False))
    answer, reset = raw(server, as_bytes())
    assert (answer, reset, server.posts) == (b"HTTP/1.1 503", True, ())


def test_an_answer_is_cut_short(server: FakeLinkedIn):
    server.fail(Cut(after=20))
    answer, reset = raw(server, as_bytes())
    assert (len(answer), reset, len(server.posts)) == (20, False, 1)


@pytest.mark.parametrize("reset", [True, False])
def test_a_connection_is_dropped_before_anything_is_read(server: FakeLinkedIn, client: Client, reset: bool):
    server.fail(Drop(reset=reset), nth=2)
    assert client.post("one").status == 201
    with pytest.raises((ConnectionError, http.client.RemoteDisconnected)):
        client.post("two")
    assert client.post("three").status == 201
    assert [made.commentary for made in server.posts] == ["one", "three"]
    assert [record.fault for record in server.log] == [None, "drop", None]


def test_a_port_refuses_and_accepts_again(server: FakeLinkedIn, client: Client):
    server.refuse()
    with pytest.raises(ConnectionRefusedError):
        client.post()
    server.accept()
    assert client.post().status == 201


@pytest.mark.parametrize("carried_out", [True, False])
def test_a_request_hangs_until_released(server: FakeLinkedIn, carried_out: bool):
    server.fail(Hang(carried_out=carried_out))
    with ThreadPoolExecutor() as pool:
        hanging = pool.submit(raw, server, as_bytes())
        server.wait_until(lambda: server.hanging == 1)
        assert (len(server.posts), server.log[0].status, hanging.done()) == (int(carried_out), None, False)
        server.release()
        assert hanging.result(10)[0] == b""


@pytest.mark.parametrize("carried_out", [True, False])
def test_a_request_is_answered_late(server: FakeLinkedIn, client: Client, carried_out: bool):
    server.fail(Hang(carried_out=carried_out, answered=True))
    with ThreadPoolExecutor() as pool:
        hanging = pool.submit(client.post)
        server.wait_until(lambda: server.hanging == 1)
        assert len(server.posts) == int(carried_out)
        server.release()
        assert hanging.result(10).headers["x-restli-id"] == server.posts[0].urn


def test_the_end_of_the_server_releases_what_hangs(clock: Clock):
    with ThreadPoolExecutor() as pool, FakeLinkedIn(clock=clock) as server:
        server.fail(Hang())
        hanging = pool.submit(raw, server, as_bytes())
        server.wait_until(lambda: server.hanging == 1)
    assert hanging.result(10)[0] == b""


def test_the_body_is_never_asked_for(server: FakeLinkedIn):
    server.fail(Stall(), method="POST")
    head = as_bytes("Hello", "Expect: 100-continue").partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    with ThreadPoolExecutor() as pool:
        stalled = pool.submit(raw, server, head)
        server.wait_until(lambda: server.hanging == 1)
        server.release()
        assert (stalled.result(10)[0], server.posts) == (b"", ())


def test_a_body_is_asked_for(server: FakeLinkedIn):
    answer, _ = raw(server, as_bytes("Hello", "Expect: 100-continue"))
    assert answer.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 ")


def test_an_answer_drips(server: FakeLinkedIn, client: Client):
    waited: list[int] = []
    server.fail(Drip(wait=waited.append))
    assert client.post().status == 201
    assert waited == list(range(server.log[0].size))


@pytest.mark.parametrize("carried_out", [True, False])
@pytest.mark.parametrize("status", [200, 201, 302, 500, 503])
def test_another_answer_is_given(server: FakeLinkedIn, client: Client, status: int, carried_out: bool):
    page = {"Content-Type": "text/html", "Location": "http://127.0.0.1:1/"}
    server.fail(Answer(status=status, body=b"<p>log in", headers=page, carried_out=carried_out))
    got = client.post()
    assert (got.status, got.body, got.headers["location"]) == (status, b"<p>log in", "http://127.0.0.1:1/")
    assert (len(server.posts), server.log[0].status, server.log[0].created) == (int(carried_out), status, carried_out)


def test_garbage_is_answered(server: FakeLinkedIn):
    server.fail(Garbage(data=b"\x16\x03\x01", carried_out=True))
    assert raw(server, as_bytes())[0] == b"\x16\x03\x01"
    assert (server.log[0].status, server.log[0].created) == (None, True)


def test_a_fault_befalls_the_requests_it_is_meant_for(server: FakeLinkedIn, client: Client):
    server.fail(Answer(status=500), method="POST", path="/rest/posts", nth=2, times=2)
    statuses = []
    for index in range(4):
        statuses += [client.ask("GET", "/v2/userinfo", rest=False).status, client.post(str(index)).status]
    assert statuses == [200, 201, 200, 500, 200, 500, 200, 201]


def test_faults_may_last_until_healed(server: FakeLinkedIn, client: Client):
    server.fail(Answer(status=503), times=None)
    assert [client.post().status for _ in range(3)] == [503] * 3
    server.heal()
    assert client.post().status == 201


def test_a_function_may_choose_by_all_of_a_request(server: FakeLinkedIn, client: Client):
    def choose(request: Request) -> Fault | None:
        return Answer(status=500) if b"two" in request.body else None

    server.fail_by(choose)
    assert [client.post(text).status for text in ("one", "two", "three")] == [201, 500, 201]


def test_a_drop_has_no_path(server: FakeLinkedIn):
    with pytest.raises(ValueError, match="before method and path are read"):
        server.fail(Drop(), path="/rest/posts")


# ── the log ──────────────────────────────────────────────────────────────────────────────────────


def test_each_request_is_on_record_without_its_secrets(server: FakeLinkedIn, client: Client, clock: Clock):
    server.add_client("app", "very-secret", member="abc")
    client.post("a(b")
    client.form("/oauth/v2/introspectToken", client_id="app", client_secret="very-secret", token="canary")
    first, second = server.log
    assert (first.at, first.method, first.path, first.status) == (clock.now, "POST", "/rest/posts", 201)
    assert (first.urn, first.visible, first.created) == (server.posts[0].urn, "a", True)
    assert (first.headers["authorization"], first.headers["linkedin-version"]) == ("***", "202609")
    assert second.body == b"client_id=app&client_secret=***&token=***"
    assert "canary" not in repr(server.log)


def test_many_requests_at_once_are_all_on_record(clock: Clock):
    with FakeLinkedIn(clock=clock, daily=None) as server:
        server.add_token("canary", member="abc")
        client = Client(server.port)
        with ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(lambda index: client.post(f"text {index % 50}").status, range(200)))
        assert (statuses.count(201), statuses.count(422)) == (50, 150)
        assert [record.urn for record in server.log if record.created] == [made.urn for made in server.posts]
        assert len({made.commentary for made in server.posts}) == server.connections - 150 == 50


def test_a_record_is_told_before_its_answer(clock: Clock):
    told = threading.Event()
    with FakeLinkedIn(clock=clock, on_record=lambda _: told.set()) as server:
        server.add_token("canary", member="abc")
        server.fail(Reset(after=0))
        raw(server, as_bytes())
        assert told.is_set()


@pytest.mark.parametrize("sent", [b"what\r\n\r\n", b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"])
def test_what_is_no_request_is_refused(server: FakeLinkedIn, sent: bytes):
    assert raw(server, sent)[0].startswith(b"HTTP/1.1 400 ")


def test_a_request_that_ends_in_its_middle_does_nothing(server: FakeLinkedIn, client: Client):
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(as_bytes("half")[:-5])
    assert client.post("whole").status == 201
    assert [made.commentary for made in server.posts] == ["whole"]


def test_a_body_may_come_in_chunks(server: FakeLinkedIn):
    head, _, body = as_bytes().partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in (body[:9], body[9:])) + b"0\r\n\r\n"
    sent = b"\r\n".join([*lines, b"Transfer-Encoding: chunked", b"", b""]) + chunks
    assert raw(server, sent)[0].startswith(b"HTTP/1.1 201 ")
    assert server.posts[0].body == body


# ── in a process of its own ──────────────────────────────────────────────────────────────────────


def test_it_runs_in_a_process_of_its_own(tmp_path: Path):
    log = tmp_path / "log.jsonl"
    fault = {"kind": "reset", "after": 3, "path": "/rest/posts", "nth": 2}
    command = [sys.executable, "-m", "pipeline.testing.linkedin", "--log", str(log), "--fault", json.dumps(fault)]
    command += ["--token", "canary", "--member", "abc"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            client = Client(int(process.stdout.readline()))
            assert client.post("one").status == 201
            with pytest.raises(ConnectionResetError):
                client.post("two")
            client.upload(png())
        finally:
            process.send_signal(signal.SIGTERM)
    assert process.returncode == 0
    records = records_in(log)
    assert [(record.path.partition("?")[0], record.status) for record in records[:3]] == [
        ("/rest/posts", 201),
        ("/rest/posts", None),
        ("/rest/images", 200),
    ]
    assert [record.created for record in records] == [True, True, False, False]
    assert records[3].body == png()
    assert "canary" not in log.read_text()


@pytest.mark.parametrize("fault", ["x", "{}", '{"kind": "reset", "byte": 3}', '{"kind": "drop", "path": "/x"}'])
def test_a_fault_that_is_none_is_named(tmp_path: Path, fault: str):
    command = [sys.executable, "-m", "pipeline.testing.linkedin", "--log", str(tmp_path / "log"), "--fault", fault]
    command += ["--token", "t", "--member", "m"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, f"--fault {fault}: " in ran.stderr) == (2, True)
