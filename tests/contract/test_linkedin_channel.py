"""The LinkedIn channel over a real connection: what it sends, and what it makes of each answer."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from pipeline import config
from pipeline.channels.contract import (
    ByHand,
    Comments,
    Context,
    Diagnoses,
    Finds,
    Holds,
    Prepares,
    Retracts,
    Setup,
    Site,
    Updates,
)
from pipeline.channels.linkedin.channel import LinkedInChannel
from pipeline.delivery import Artifact, Media, Receipt, digest_of
from pipeline.errors import (
    ConfigError,
    DuplicateError,
    NotAuthorizedError,
    NotSentError,
    RejectedError,
    RenderError,
    UnconfirmedError,
)
from pipeline.model import Cadence, Entry, Series
from pipeline.render.edition import edition
from pipeline.render.templates import Templates, built_in
from pipeline.secrets import secret, store

CANARY = "canary-AQX-0123456789"
ME = "urn:li:person:me"
URN = "urn:li:share:7141138937766391808"
KEY = "w/day-02/linkedin"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
PNG = b"\x89PNG\r\n\x1a\n..."
LOOK = f"daycast resolve {KEY} --published URL"


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class LinkedIn:
    """A server that answers each path as it is told, and keeps what it was asked."""

    url: str = ""
    #: Path, or method and path → status, headers, body.
    answers: dict[str, tuple[int, dict[str, str], object]] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)

    def say(self, path: str, status: int, body: object = b"", **headers: str) -> None:
        self.answers[path] = (status, {name.replace("_", "-"): value for name, value in headers.items()}, body)

    def paths(self) -> list[str]:
        return [f"{request.method} {request.path}" for request in self.asked]


@pytest.fixture
def linkedin() -> Iterator[LinkedIn]:
    fake = LinkedIn()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            fake.asked.append(Request(self.command, self.path, headers, body))
            path = self.path.partition("?")[0]
            status, more, said = fake.answers.get(f"{self.command} {path}") or fake.answers.get(path, (404, {}, b""))
            data = said if isinstance(said, bytes) else json.dumps(said).encode()
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    for verb in ("GET", "POST", "PUT", "DELETE"):
        setattr(Handler, f"do_{verb}", Handler.answer)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.block_on_close = False
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    fake.say("/v2/userinfo", 200, {"sub": "me"})
    for kind in ("image", "document"):
        value = {"uploadUrl": f"{fake.url}/upload/{kind}", kind: f"urn:li:{kind}:REMOTE"}
        fake.say(f"/rest/{kind}s", 200, {"value": value})
        fake.say(f"/upload/{kind}", 201)
    fake.say("/rest/posts", 201, x_restli_id=URN)
    yield fake
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def opened(linkedin, tmp_path):
    def make(*, token: str | None = CANARY, name: str = "linkedin", env: dict[str, str] | None = None, **settings):
        table = {"type": "linkedin", "api_base": linkedin.url, "oauth_base": linkedin.url, **settings}
        made = config.parse({"channels": {name: table}}, source="daycast.toml")
        setup = Setup(name=name, root=tmp_path, config=made, options={}, secret=lambda: token)
        return LinkedInChannel(setup, env=env or {})

    return make


@pytest.fixture
def channel(opened):
    return opened(author=ME)


def artifact(*media: Media, author: str | None = ME, comment: str | None = None, **content: object) -> Artifact:
    body: dict[str, object] = {"author": author, "commentary": "Text \\(here\\)", "visibility": "PUBLIC"}
    if content:
        body["content"] = content
    data = json.dumps(body).encode()
    return Artifact(
        media_type="application/json", body=data, text="Text (here)", digest=digest_of(data), media=media,
        comment=comment,
    )  # fmt: skip


def picture(tmp_path, name: str = "a.png") -> Media:
    data = PNG + name.encode()
    (tmp_path / name).write_bytes(data)
    return Media(source=name, digest=digest_of(data), alt="A picture")


# ── publishing ───────────────────────────────────────────────────────────────────────────────────


def test_it_has_the_abilities_of_its_kind(channel):
    assert channel.idempotent is False
    for ability in (ByHand, Comments, Diagnoses, Holds, Prepares, Retracts, Updates):
        assert isinstance(channel, ability), ability
    assert not isinstance(channel, (Finds, Site))


def test_a_post_carries_all_four_headers_and_exactly_the_frozen_bytes(channel, linkedin):
    sent = artifact()
    receipt = channel.publish(sent, key=KEY)
    assert receipt == Receipt(remote_id=URN, url=f"https://www.linkedin.com/feed/update/{URN}/")
    assert linkedin.paths() == ["POST /rest/posts"]
    (asked,) = linkedin.asked
    assert asked.body == sent.body
    assert {name: asked.headers[name] for name in WIRE} == WIRE


WIRE = {
    "authorization": f"Bearer {CANARY}",
    "linkedin-version": "202609",
    "x-restli-protocol-version": "2.0.0",
    "content-type": "application/json",
}


def test_the_version_is_the_environments_before_the_settings(opened, linkedin):
    opened(author=ME, version="202601", env={"DAYCAST_LINKEDIN_VERSION": "202610"}).publish(artifact(), key=KEY)
    opened(author=ME, version="202601").publish(artifact(), key=KEY)
    assert [request.headers["linkedin-version"] for request in linkedin.asked] == ["202610", "202601"]


@pytest.mark.parametrize("header", ["7141138937766391808", f"urn:li:share:{URN}", URN])
def test_the_receipt_is_the_same_however_the_header_came(channel, linkedin, header):
    linkedin.say("/rest/posts", 201, x_restli_id=header)
    assert channel.publish(artifact(), key=KEY).remote_id == URN


def test_created_without_a_urn_is_published_and_says_what_is_missing(channel, linkedin):
    linkedin.say("/rest/posts", 201)
    receipt = channel.publish(artifact(), key=KEY)
    assert (receipt.remote_id, receipt.url) == (None, None)
    assert receipt.note.startswith("published, but LinkedIn named no URN; ")
    assert LOOK in receipt.note


ANSWERS = {
    "a hotel's page": (200, b"<html>Welcome</html>", UnconfirmedError, LOOK),
    "a failure": (500, {}, UnconfirmedError, LOOK),
    "a gateway": (504, b"", UnconfirmedError, LOOK),
    "elsewhere": (302, b"", RejectedError, "api_base"),
    "no token": (401, {"code": "REVOKED_ACCESS_TOKEN"}, NotAuthorizedError, "daycast login linkedin"),
    "no right": (403, {"code": "ACCESS_DENIED"}, NotAuthorizedError, "Share on LinkedIn"),
    "no version": (426, {"code": "NONEXISTENT_VERSION"}, NotAuthorizedError, "version 202609"),
    "too much": (429, {}, NotSentError, "no more requests"),
    "out already": (422, {"message": f"Content is a duplicate of {URN}", "code": "DUPLICATE_POST"}, DuplicateError, ""),
    "wrong": (400, {"code": "MISSING_FIELD", "message": "title"}, RejectedError, "MISSING_FIELD (title"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_an_answer_that_is_no_receipt_is_the_error_it_means(case, channel, linkedin):
    status, body, kind, words = ANSWERS[case]
    linkedin.say("/rest/posts", status, body)
    with pytest.raises(kind) as raised:
        channel.publish(artifact(), key=KEY)
    assert type(raised.value) is kind
    assert words in str(raised.value)
    assert CANARY not in str(raised.value)
    assert len(linkedin.asked) == 1


def test_a_conflict_is_tried_once_more_and_then_refused(channel, linkedin):
    linkedin.say("/rest/posts", 409)
    with pytest.raises(NotSentError):
        channel.publish(artifact(), key=KEY)
    with pytest.raises(RejectedError, match="409 twice"):
        channel.publish(artifact(), key=KEY)
    with pytest.raises(NotSentError):
        channel.publish(artifact(), key="w/day-03/linkedin")


def test_a_server_that_is_not_there_was_sent_nothing(opened):
    with pytest.raises(NotSentError, match="nothing was sent"):
        opened(author=ME, api_base="http://127.0.0.1:1").publish(artifact(), key=KEY)


def test_without_a_token_the_account_is_held_with_the_remedy(opened, linkedin):
    with pytest.raises(NotAuthorizedError, match=r"daycast login linkedin.*DAYCAST_LINKEDIN_TOKEN"):
        opened(token=None, author=ME).publish(artifact(), key=KEY)
    assert linkedin.asked == []


def test_a_token_that_others_may_read_holds_the_account(tmp_path, linkedin):
    env = {"XDG_CONFIG_HOME": str(tmp_path)}
    store("linkedin", token=CANARY, expires_at=None, author=None, scope=None, env=env)
    (tmp_path / "daycast/linkedin.json").chmod(0o644)
    table = {"api_base": linkedin.url, "author": ME}
    made = config.parse({"channels": {"linkedin": table}}, source="daycast.toml")
    reader = secret("linkedin", env=env)
    channel = LinkedInChannel(Setup(name="linkedin", root=tmp_path, config=made, options={}, secret=reader), env={})
    assert not channel.by_hand
    with pytest.raises(NotAuthorizedError, match="chmod 600"):
        channel.publish(artifact(), key=KEY)
    assert [finding.level for finding in channel.diagnose(now=NOW, last_day=None)] == ["error"]


@pytest.mark.parametrize("key", ["api_base", "oauth_base"])
def test_a_token_travels_only_encrypted(opened, key):
    with pytest.raises(ConfigError, match=rf"{key} is 'http://api\.example': a token travels only over https"):
        opened(**{key: "http://api.example"})


# ── preparing ────────────────────────────────────────────────────────────────────────────────────


def test_files_are_uploaded_and_named_in_the_body_while_the_digest_stays(channel, linkedin, tmp_path):
    file = picture(tmp_path)
    before = artifact(file, media={"id": f"urn:li:image:{file.digest}", "altText": "A picture"})
    after = channel.prepare(before, key=KEY, root=tmp_path)
    assert json.loads(after.body)["content"] == {"media": {"id": "urn:li:image:REMOTE", "altText": "A picture"}}
    assert after.digest == before.digest
    assert linkedin.paths() == ["GET /v2/userinfo", "POST /rest/images?action=initializeUpload", "PUT /upload/image"]
    whose, asked, put = linkedin.asked
    assert "linkedin-version" not in whose.headers
    assert asked.json == {"initializeUploadRequest": {"owner": ME}}
    assert put.body == PNG + b"a.png"
    assert put.headers["authorization"] == f"Bearer {CANARY}"


def test_a_document_is_uploaded_as_one(channel, linkedin, tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    file = Media(source="a.pdf", digest=digest_of(b"%PDF"), alt="Title", kind="document")
    made = channel.prepare(
        artifact(file, media={"id": f"urn:li:document:{file.digest}", "title": "Title"}), key=KEY, root=tmp_path
    )
    assert json.loads(made.body)["content"] == {"media": {"id": "urn:li:document:REMOTE", "title": "Title"}}
    assert linkedin.paths()[1:] == ["POST /rest/documents?action=initializeUpload", "PUT /upload/document"]


def test_an_address_that_is_not_linkedins_gets_neither_file_nor_token(channel, linkedin, tmp_path):
    value = {"uploadUrl": "https://evil.example/x", "image": "urn:li:image:1"}
    linkedin.say("/rest/images", 200, {"value": value})
    with pytest.raises(RejectedError, match="which is not LinkedIn"):
        channel.prepare(artifact(picture(tmp_path)), key=KEY, root=tmp_path)


def test_an_upload_that_is_sent_elsewhere_is_not_followed(channel, linkedin, tmp_path):
    linkedin.say("/upload/image", 307, Location=f"{linkedin.url}/elsewhere")
    with pytest.raises(RejectedError):
        channel.prepare(artifact(picture(tmp_path)), key=KEY, root=tmp_path)
    assert "PUT /elsewhere" not in linkedin.paths()


UPLOADS = {
    "init fails": ("/rest/images", 500, {}, NotSentError),
    "init says nonsense": ("/rest/images", 200, b"<html>", NotSentError),
    "init forbidden": ("/rest/images", 403, {"message": "partnerApiImagesExternal"}, NotAuthorizedError),
    "version gone": ("/rest/images", 426, {"code": "NONEXISTENT_VERSION"}, NotAuthorizedError),
    "wrong owner": ("/rest/images", 400, {"code": "INVALID_URN_ID"}, RejectedError),
    "upload fails": ("/upload/image", 503, b"", NotSentError),
    "upload too late": ("/upload/image", 403, b"", NotSentError),
    "upload refused": ("/upload/image", 401, b"", NotAuthorizedError),
    "too large": ("/upload/image", 413, b"", RejectedError),
    "whose fails": ("/v2/userinfo", 502, b"", NotSentError),
    "whose is expired": ("/v2/userinfo", 401, {"code": "EXPIRED_ACCESS_TOKEN"}, NotAuthorizedError),
    "whose lacks a scope": ("/v2/userinfo", 403, {}, NotAuthorizedError),
    "whose says nothing": ("/v2/userinfo", 200, {}, NotSentError),
}


@pytest.mark.parametrize("case", UPLOADS)
def test_what_fails_before_the_post_is_never_unclear(case, channel, linkedin, tmp_path):
    path, status, body, kind = UPLOADS[case]
    linkedin.say(path, status, body)
    with pytest.raises(kind) as raised:
        channel.prepare(artifact(picture(tmp_path)), key=KEY, root=tmp_path)
    assert type(raised.value) is kind
    assert "POST /rest/posts" not in linkedin.paths()


def test_a_file_that_has_changed_since_it_was_rendered_is_not_uploaded(channel, linkedin, tmp_path):
    file = picture(tmp_path)
    (tmp_path / "a.png").write_bytes(b"other")
    with pytest.raises(NotSentError, match=r"a\.png: changed"):
        channel.prepare(artifact(file), key=KEY, root=tmp_path)
    (tmp_path / "a.png").unlink()
    with pytest.raises(NotSentError, match=r"a\.png: cannot be read"):
        channel.prepare(artifact(file), key=KEY, root=tmp_path)
    assert linkedin.paths() == ["GET /v2/userinfo"]


# ── whose token it is ────────────────────────────────────────────────────────────────────────────


def test_a_token_of_somebody_else_holds_the_account(channel, linkedin, tmp_path):
    linkedin.say("/v2/userinfo", 200, {"sub": "somebody"})
    with pytest.raises(NotAuthorizedError, match=f"urn:li:person:somebody's, but .* author is {ME}"):
        channel.prepare(artifact(), key=KEY, root=tmp_path)


def test_whose_it_is_is_asked_once(channel, linkedin, tmp_path):
    for _ in range(3):
        channel.prepare(artifact(), key=KEY, root=tmp_path)
    assert linkedin.paths() == ["GET /v2/userinfo"]


def test_without_an_author_it_is_the_member(opened, tmp_path):
    made = opened().prepare(artifact(author=None), key=KEY, root=tmp_path)
    assert json.loads(made.body)["author"] == ME


def test_an_organization_is_not_asked_after(opened, linkedin, tmp_path):
    page = "urn:li:organization:7"
    file = picture(tmp_path)
    made = opened(author=page).prepare(artifact(file, author=page), key=KEY, root=tmp_path)
    assert json.loads(made.body)["author"] == page
    assert "GET /v2/userinfo" not in linkedin.paths()
    assert linkedin.asked[0].json == {"initializeUploadRequest": {"owner": page}}


def test_the_fingerprint_changes_with_what_decides_about_access_and_says_nothing_of_it(opened):
    made = opened(author=ME).fingerprint
    assert opened(author=ME).fingerprint == made
    others = [
        opened(author=ME, token="x" * 20),
        opened(author=ME, token=None),
        opened(author=ME, version="202601"),
        opened(author="urn:li:person:b"),
        opened(author=ME, env={"DAYCAST_LINKEDIN_VERSION": "202612"}),
    ]
    assert len({made, *(other.fingerprint for other in others)}) == 6
    assert CANARY not in made
    assert hashlib.sha256(CANARY.encode()).hexdigest()[:12] != made


# ── afterwards ───────────────────────────────────────────────────────────────────────────────────

RECEIPT = Receipt(remote_id=URN, url=None)
PATH = "/rest/posts/urn%3Ali%3Ashare%3A7141138937766391808"


def test_an_update_puts_the_text_in_place(channel, linkedin):
    linkedin.say(PATH, 204)
    channel.update(RECEIPT, artifact())
    (asked,) = linkedin.asked
    assert (asked.method, asked.headers["x-restli-method"]) == ("POST", "PARTIAL_UPDATE")
    assert asked.json == {"patch": {"$set": {"commentary": "Text \\(here\\)"}}}


@pytest.mark.parametrize("status", [204, 200, 404, 410])
def test_a_retraction_deletes_and_what_is_gone_is_gone(channel, linkedin, status):
    linkedin.say(PATH, status)
    channel.retract(RECEIPT)
    assert linkedin.paths() == [f"DELETE {PATH}"]


@pytest.mark.parametrize(("status", "kind"), [(500, UnconfirmedError), (403, NotAuthorizedError), (400, RejectedError)])
def test_what_cannot_be_changed_says_so(channel, linkedin, status, kind):
    linkedin.say(PATH, status)
    with pytest.raises(kind, match="update: LinkedIn answered"):
        channel.update(RECEIPT, artifact())
    with pytest.raises(kind, match="retract: LinkedIn answered"):
        channel.retract(RECEIPT)


@pytest.mark.parametrize("urn", [None, "urn:li:activity:7"])
def test_without_the_posts_own_urn_nothing_is_sent(channel, linkedin, urn):
    receipt = Receipt(remote_id=urn, url=None)
    for step in (lambda: channel.update(receipt, artifact()), lambda: channel.retract(receipt)):
        with pytest.raises(RejectedError, match="Embed code"):
            step()
    assert linkedin.asked == []


COMMENTS = "socialActions/urn%3Ali%3Ashare%3A7141138937766391808/comments"


def test_a_first_comment_is_put_below_the_post(opened, linkedin):
    linkedin.say(f"/rest/{COMMENTS}", 201)
    assert opened(author=ME, first_comment=True).comment(artifact(comment="Slides (here)"), RECEIPT) is None
    (asked,) = linkedin.asked
    assert asked.json == {"actor": ME, "object": URN, "message": {"text": "Slides (here)"}}
    assert asked.headers["linkedin-version"] == "202609"


def test_where_the_documented_way_is_closed_the_other_is_taken_without_a_version(opened, linkedin):
    linkedin.say(f"/rest/{COMMENTS}", 403, {"message": "partnerApiSocialActions.CREATE.202609"})
    linkedin.say(f"/v2/{COMMENTS}", 201)
    assert opened(author=ME, first_comment=True).comment(artifact(comment="Slides"), RECEIPT) is None
    assert linkedin.paths() == [f"POST /rest/{COMMENTS}", f"POST /v2/{COMMENTS}"]
    assert "linkedin-version" not in linkedin.asked[1].headers


@pytest.mark.parametrize(
    ("status", "words"), [(403, "paste"), (401, "paste"), (429, "paste"), (500, "look below the post"), (400, "paste")]
)
def test_a_comment_that_fails_is_a_sentence_with_its_text_and_never_an_error(opened, linkedin, status, words):
    linkedin.say(f"/rest/{COMMENTS}", status)
    linkedin.say(f"/v2/{COMMENTS}", status)
    said = opened(author=ME, first_comment=True).comment(artifact(comment="Slides"), RECEIPT)
    assert words in said
    assert said.endswith(": Slides")


def test_a_comment_is_the_persons_where_settings_do_not_ask_for_it(channel, linkedin):
    assert channel.comment(artifact(), RECEIPT) is None
    assert channel.comment(artifact(comment="Slides"), RECEIPT) == "paste the first comment below the post: Slides"
    assert linkedin.asked == []


def test_without_a_urn_a_comment_is_the_persons(opened, linkedin):
    said = opened(first_comment=True).comment(artifact(comment="Slides"), Receipt(remote_id=None, url=None))
    assert said.endswith(": Slides")
    assert linkedin.asked == []


# ── by hand ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("mode", "token", "by_hand"),
    [(None, None, True), (None, CANARY, False), ("manual", CANARY, True), ("api", None, False)],
)
def test_a_person_posts_as_set_else_without_a_token(opened, mode, token, by_hand):
    settings = {} if mode is None else {"mode": mode}
    assert opened(token=token, **settings).by_hand is by_hand


def context(
    tmp_path, settings=None, *, own=None, several: bool = False, body: str = "We walked.", **changes: Any
) -> Context:
    folder = tmp_path / "series/walks"
    folder.mkdir(parents=True, exist_ok=True)
    entry = Entry(
        **{
            "path": "series/walks/day-02.md",
            "series": "walks",
            "day": 2,
            "slug": "day-02",
            "title": "Walk two",
            "body": body,
            "overrides": {"linkedin": own or {}},
            **changes,
        }
    )

    def series(slug: str, *entries: Entry) -> Series:
        return Series(
            slug=slug, id=slug, title="Walks", length=30, path=f"series/{slug}/_index.md", entries=entries,
            cadence=Cadence(start=date(2026, 10, 19), time=time(9), zone="UTC"),
        )  # fmt: skip

    table = {"site": {"url": "https://walks.example"}, "channels": {"linkedin": settings or {}}}
    made = config.parse(table, source="daycast.toml")
    all_series = [series("walks", entry), *([series("runs")] if several else [])]
    edited = edition(all_series, made.site, datetime(2026, 10, 21, tzinfo=UTC))
    return Context(
        posted=edited.posted[entry.path],
        edition=edited,
        root=tmp_path,
        config=made,
        templates=Templates([built_in()]),
        summary="In short.",
    )


def test_a_handout_has_everything_in_the_order_of_posting(opened, tmp_path):
    (tmp_path / "series/walks").mkdir(parents=True)
    (tmp_path / "series/walks/card.png").write_bytes(PNG)
    made = context(tmp_path, own={"first_comment": "The *map*."}, image="card.png")
    channel = opened(token=None)
    artifact = channel.render(made)
    said = channel.handout(artifact, made)
    parts = [
        "#Day2/30",
        "We walked.",
        "link (paste it below the text, and LinkedIn makes a card of it): https://walks.example/walks/day-02/",
        "first comment, once it is out:\nThe map.",
        "post it at: https://www.linkedin.com/feed/",
        "then: daycast done day 2 [URL]",
    ]
    places = [said.index(part) for part in parts]
    assert places == sorted(places)
    assert "card.png" not in said


def test_a_handout_lists_images_with_what_they_show(opened, tmp_path):
    (tmp_path / "series/walks").mkdir(parents=True)
    for name in ("one.png", "two.png"):
        (tmp_path / "series/walks" / name).write_bytes(PNG + name.encode())
    own = {"images": [{"src": "two.png", "alt": "The second"}, "one.png"]}
    made = context(tmp_path, own=own, several=True)
    channel = opened(token=None)
    said = channel.handout(channel.render(made), made)
    assert said.index("image 1: series/walks/two.png\n  alternative text: The second") < said.index(
        "image 2: series/walks/one.png"
    )
    assert "link (" not in said
    assert "then: daycast done day 2 --series walks [URL]" in said


# ── rendering ────────────────────────────────────────────────────────────────────────────────────


def test_an_artifact_is_the_request_with_its_files_and_is_always_the_same(channel, tmp_path):
    (tmp_path / "series/walks").mkdir(parents=True)
    (tmp_path / "series/walks/card.png").write_bytes(PNG)
    made = channel.render(context(tmp_path, {"author": ME}, image="card.png", own={"first_comment": "Map"}))
    body = json.loads(made.body)
    article = body["content"]["article"]
    assert article["source"] == "https://walks.example/walks/day-02/"
    assert article["thumbnail"] == f"urn:li:image:{digest_of(PNG)}"
    assert [(media.source, media.digest) for media in made.media] == [("series/walks/card.png", digest_of(PNG))]
    assert (made.media_type, made.comment) == ("application/json", "Map")
    assert "We walked." in made.text
    again = channel.render(context(tmp_path, {"author": ME}, image="card.png", own={"first_comment": "Map"}))
    assert again == made


def test_another_author_is_no_other_artifact_but_another_comment_is(channel, tmp_path):
    made = channel.render(context(tmp_path, {"author": ME}))
    assert channel.render(context(tmp_path)).digest == made.digest
    assert channel.render(context(tmp_path, own={"first_comment": "Map"})).digest != made.digest


def test_a_text_that_does_not_fit_is_no_artifact(channel, tmp_path):
    with pytest.raises(RenderError, match=r"series/walks/day-02\.md"):
        channel.render(context(tmp_path, {"limit": 20}, body="We walked for a long, long time."))


def test_an_image_that_is_not_there_is_no_artifact(channel, tmp_path):
    with pytest.raises(RenderError, match=r"nowhere\.png"):
        channel.render(context(tmp_path, own={"image": "nowhere.png"}))


def test_a_carousel_is_a_document_post(channel, tmp_path):
    source = "series/walks/day-02.pdf"
    (tmp_path / source).parent.mkdir(parents=True)
    (tmp_path / source).write_bytes(b"%PDF")
    made = channel.render(context(tmp_path, own={"format": "carousel"}))
    digest = digest_of(b"%PDF")
    assert json.loads(made.body)["content"] == {"media": {"id": f"urn:li:document:{digest}", "title": "Walk two"}}
    assert made.media == (Media(source=source, digest=digest, alt="Walk two", kind="document"),)


def test_a_carousel_without_a_document_is_made_of_the_text(channel, tmp_path):
    made = channel.render(context(tmp_path, own={"format": "carousel"}))
    [document] = made.media
    assert json.loads(made.body)["content"]["media"]["id"] == f"urn:li:document:{document.digest}"
    data = (tmp_path / document.source).read_bytes()
    assert (data[:5], digest_of(data)) == (b"%PDF-", document.digest)
    assert channel.render(context(tmp_path, own={"format": "carousel"})) == made


# ── doctor ───────────────────────────────────────────────────────────────────────────────────────


def levels(channel, **given) -> dict[str, str]:
    found = channel.diagnose(**{"now": NOW, "last_day": None, **given})
    return {finding.code: finding.level for finding in found}


def test_a_good_account_is_well_and_nothing_was_published(channel, linkedin):
    assert set(levels(channel).values()) == {"ok"}
    assert linkedin.paths() == ["GET /v2/userinfo", "POST /rest/images?action=initializeUpload"]


def test_by_hand_there_is_nothing_to_examine(opened, linkedin):
    assert levels(opened(token=None)) == {"by-hand": "ok"}
    assert levels(opened(mode="manual")) == {"by-hand": "ok"}
    assert levels(opened(token=None, mode="api")) == {"token-missing": "error"}
    assert linkedin.asked == []


def test_a_token_of_another_a_closed_door_and_an_old_version_are_told(opened, linkedin):
    linkedin.say("/v2/userinfo", 200, {"sub": "somebody"})
    linkedin.say("/rest/images", 403)
    found = levels(opened(author=ME, version="202511"))
    assert (found["token-owner"], found["may-post"], found["version-ends"]) == ("error", "error", "warning")


def introspection(linkedin, **changes) -> None:
    seen = {"active": True, "scope": "openid,profile,w_member_social", "expires_at": int(NOW.timestamp()) + 86400 * 40}
    linkedin.say("/oauth/v2/introspectToken", 200, {**seen, **changes})


APP = {"DAYCAST_LINKEDIN_CLIENT_ID": "app", "DAYCAST_LINKEDIN_CLIENT_SECRET": "app-secret-1"}


def test_where_the_app_is_known_linkedin_is_asked_for_scopes_and_end(opened, linkedin):
    introspection(linkedin)
    channel = opened(author=ME, env=APP)
    assert levels(channel, last_day=NOW + timedelta(days=39))["token-life"] == "ok"
    assert levels(channel, last_day=NOW + timedelta(days=41))["token-too-short"] == "warning"
    asked = next(request for request in linkedin.asked if request.path == "/oauth/v2/introspectToken")
    form = parse_qs(asked.body.decode())
    assert form == {"token": [CANARY], "client_id": ["app"], "client_secret": ["app-secret-1"]}
    assert "authorization" not in asked.headers


def test_a_missing_scope_names_the_product(opened, linkedin):
    introspection(linkedin, scope="openid,profile")
    found = opened(author=ME, env=APP).diagnose(now=NOW, last_day=None)
    (scopes,) = [finding for finding in found if finding.code == "token-scopes"]
    assert scopes.level == "error"
    assert "w_member_social" in scopes.message
    assert "'Share on LinkedIn'" in scopes.message


def test_an_ended_token_is_told(opened, linkedin):
    introspection(linkedin, active=False, expires_at=None)
    assert levels(opened(author=ME, env=APP))["token-expired"] == "error"


def test_a_stored_end_is_known_without_the_app(tmp_path, linkedin):
    env = {"XDG_CONFIG_HOME": str(tmp_path)}
    store("linkedin", token=CANARY, expires_at=NOW + timedelta(days=6), author=ME, scope=None, env=env)
    made = config.parse({"channels": {"linkedin": {"api_base": linkedin.url}}}, source="daycast.toml")
    reader = secret("linkedin", env=env)
    channel = LinkedInChannel(Setup(name="linkedin", root=tmp_path, config=made, options={}, secret=reader), env={})
    assert levels(channel)["token-expires-7"] == "warning"


def test_without_a_network_the_rest_is_told_all_the_same(opened):
    found = levels(opened(author=ME, api_base="http://127.0.0.1:1", version="202511"))
    assert found["token-owner"] == found["may-post"] == "error"
    assert found["version-ends"] == "warning"
