"""Every channel that speaks HTTP holds the same contract, and does what its own server wants."""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from pipeline import config
from pipeline.channels.bluesky.channel import BlueskyChannel
from pipeline.channels.contract import Channel, Diagnoses, Finds, Holds, Retracts, Setup, Updates
from pipeline.channels.forem import ForemChannel
from pipeline.channels.linkedin.channel import LinkedInChannel
from pipeline.channels.mail.channel import MailChannel
from pipeline.channels.mastodon.channel import MastodonChannel
from pipeline.channels.webhook import WebhookChannel
from pipeline.channels.wordpress import WordPressChannel
from pipeline.delivery import Receipt
from pipeline.errors import ConfigError, NotSentError, RejectedError, RenderError, UnconfirmedError
from pipeline.secrets import remember
from pipeline.testing.contract import NOW, SECRET, ChannelContract
from pipeline.testing.server import Answer, FakeServer, Request

WALKS = " ".join(f"Mile {mile} went along the river, and we saw {mile * 3} mills." for mile in range(40))
LONG = "We walked two miles along the river and back again. " * 40


def png(folder: Path, name: str = "series/walk/mill.png", size: int = 8) -> str:
    out = io.BytesIO()
    Image.new("RGB", (size, size), "green").save(out, "PNG")
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(out.getvalue())
    return name


def json_of(request: Request) -> Any:
    return json.loads(request.body)


class TestWebhook(ChannelContract):
    name = "webhook"
    kind = WebhookChannel
    place = "POST /hook"

    def well(self, server: FakeServer) -> None:
        server.on(self.place, Answer(200, {"id": 7, "url": "https://elsewhere.example/7"}))

    def options(self, server: FakeServer) -> Mapping[str, object]:
        return {"url": f"{server.url}/hook"}

    def test_it_is_signed_so_that_the_receiver_can_tell(
        self, channel: Channel, server: FakeServer, folder: Path
    ) -> None:
        receipt = self.sent(channel, folder)
        assert receipt == Receipt(remote_id="7", url="https://elsewhere.example/7")
        [request] = server.asked
        moment = str(int(NOW.timestamp()))
        assert (request.headers["webhook-id"], request.headers["webhook-timestamp"]) == (self.key, moment)
        told = f"{self.key}.{moment}.".encode() + request.body
        mark = base64.b64encode(hmac.new(SECRET.encode(), told, hashlib.sha256).digest()).decode()
        assert request.headers["webhook-signature"] == f"v1,{mark}"

    def test_a_secret_of_standard_webhooks_is_a_key_in_base64(self, server: FakeServer, folder: Path) -> None:
        key = bytes(range(24))
        secret = f"whsec_{base64.b64encode(key).decode()}"
        channel = self.make(self.options(server), folder, secret=secret)
        self.sent(channel, folder)
        [request] = server.asked
        told = f"{self.key}.{int(NOW.timestamp())}.".encode() + request.body
        mark = base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()
        assert request.headers["webhook-signature"] == f"v1,{mark}"

    def test_it_tells_all_of_the_entry(self, channel: Channel, server: FakeServer, folder: Path) -> None:
        self.sent(channel, folder)
        told = json_of(server.asked[0])
        assert told["key"] == self.key
        assert told["series"]["title"] == "Ten walks"
        entry = told["entry"]
        assert (entry["day"], entry["label"], entry["title"]) == (2, "#Day2/10", "To the mill")
        assert entry["url"] == "https://walks.example/walk/day-02/"
        assert '<a href="https://mill.example/"' in entry["html"]
        assert "[the mill](https://mill.example/)" in entry["markdown"]

    def test_what_drops_doubles_itself_is_told_again(self, server: FakeServer, folder: Path) -> None:
        assert self.make({**self.options(server), "idempotent": True}, folder).idempotent

    @pytest.mark.parametrize("url", ["http://example.org/hook", "ftp://example.org", "https://me:pw@example.org/", "x"])
    def test_an_address_that_would_give_the_signature_away_is_refused(self, folder: Path, url: str) -> None:
        with pytest.raises(ConfigError, match=r"\[channels.webhook\] url"):
            self.make({"url": url}, folder)


class TestBluesky(ChannelContract):
    name = "bluesky"
    kind = BlueskyChannel
    place = "POST /xrpc/com.atproto.repo.putRecord"
    did = "did:plc:walker"

    def well(self, server: FakeServer) -> None:
        self.records: dict[str, Any] = {}
        session = {"accessJwt": "jwt", "did": self.did}
        server.on("POST /xrpc/com.atproto.server.createSession", Answer(200, session))
        server.on(self.place, self._put)
        server.on("GET /xrpc/com.atproto.repo.getRecord", self._get)
        server.on("POST /xrpc/com.atproto.repo.deleteRecord", Answer(200, {}))
        blob = {"blob": {"$type": "blob", "ref": {"$link": "bafy"}, "mimeType": "image/png", "size": 70}}
        server.on("POST /xrpc/com.atproto.repo.uploadBlob", Answer(200, blob))
        server.on("GET /xrpc/com.atproto.identity.resolveHandle", self._resolve)

    def _put(self, request: Request) -> Answer:
        asked = json_of(request)
        uri = f"at://{asked['repo']}/{asked['collection']}/{asked['rkey']}"
        self.records[asked["rkey"]] = {"uri": uri, "value": asked["record"]}
        return Answer(200, {"uri": uri, "cid": "bafy"})

    def _get(self, request: Request) -> Answer:
        rkey = request.path.rpartition("rkey=")[2]
        found = self.records.get(rkey)
        return Answer(200, found) if found else Answer(400, {"error": "RecordNotFound", "message": "no"})

    def _resolve(self, request: Request) -> Answer:
        if "mara.example" in request.path:
            return Answer(200, {"did": "did:plc:mara"})
        return Answer(400, {"error": "InvalidRequest", "message": "Unable to resolve handle"})

    def options(self, server: FakeServer) -> Mapping[str, object]:
        return {"service": server.url, "handle": "walker.example"}

    def test_the_post_is_there_under_one_key_whatever_is_tried(self, channel: Channel, folder: Path) -> None:
        receipt = self.sent(channel, folder)
        self.sent(channel, folder)
        [rkey] = self.records
        assert len(rkey) == 13
        assert rkey[0] in "234567abcdefghij"  # atproto.com/specs/tid
        assert receipt.remote_id == f"at://{self.did}/app.bsky.feed.post/{rkey}"
        assert receipt.url == f"https://bsky.app/profile/walker.example/post/{rkey}"

    def test_the_address_travels_as_a_card(self, channel: Channel, folder: Path) -> None:
        self.sent(channel, folder)
        [record] = [one["value"] for one in self.records.values()]
        assert record["embed"]["external"]["uri"] == "https://walks.example/walk/day-02/"
        assert record["embed"]["external"]["title"] == "To the mill"
        assert "https://walks.example" not in record["text"]
        assert record["createdAt"] == "2026-11-22T09:00:00.000Z"
        assert record["langs"] == ["en"]

    def test_tags_links_and_people_are_marked_in_bytes(self, channel: Channel, folder: Path) -> None:
        body = "Grüße 🥾 an @mara.example und @nobody.example: https://mill.example/a_(b) #Mühle, #1 #walks.\n"
        artifact = channel.render(self.context(folder, body=body))
        ready = channel.prepare(artifact, key=self.key, root=folder)  # type: ignore[attr-defined]
        channel.publish(ready, key=self.key)
        [record] = [one["value"] for one in self.records.values()]
        data = record["text"].encode()
        found = {
            data[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(): facet["features"][0]
            for facet in record["facets"]
        }
        assert found["@mara.example"]["did"] == "did:plc:mara"
        assert found["https://mill.example/a_(b)"]["uri"] == "https://mill.example/a_(b)"
        assert found["#Mühle"]["tag"] == "Mühle"
        assert found["#walks"]["tag"] == "walks"
        assert found["#Day2/10"]["tag"]
        assert "@nobody.example" not in found
        assert "#1" not in found

    def test_a_long_text_is_cut_between_words_and_sentences(self, channel: Channel, folder: Path) -> None:
        artifact = channel.render(self.context(folder, body=LONG))
        assert len(artifact.text) <= 300
        assert artifact.text.endswith("back again.")
        family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"  # one character of five code points
        artifact = channel.render(self.context(folder, body=(family * 9 + " ") * 40))
        assert artifact.text.count(family) % 9 == 0
        assert 200 < artifact.text.count(family) <= 300 or len(artifact.text.encode()) <= 3000

    def test_pictures_travel_with_what_they_show(self, channel: Channel, folder: Path) -> None:
        png(folder)
        table = {"bluesky": {"images": [{"src": "mill.png", "alt": "A mill"}]}}
        artifact = channel.render(self.context(folder, overrides=table))
        ready = channel.prepare(artifact, key=self.key, root=folder)  # type: ignore[attr-defined]
        channel.publish(ready, key=self.key)
        [record] = [one["value"] for one in self.records.values()]
        [image] = record["embed"]["images"]
        assert image["alt"] == "A mill"
        assert image["image"]["ref"] == {"$link": "bafy"}

    def test_a_picture_that_is_not_there_keeps_the_post_back(self, channel: Channel, folder: Path) -> None:
        with pytest.raises(RenderError, match=r"mill\.png"):
            channel.render(self.context(folder, overrides={"bluesky": {"image": "mill.png"}}))

    @pytest.mark.parametrize("arrived", [True, False])
    def test_what_is_in_doubt_is_looked_for(
        self, channel: Channel, server: FakeServer, folder: Path, arrived: bool
    ) -> None:
        ready = self.ready(channel, folder)
        if arrived:
            server.fail(self.place, "reset")
        else:
            server.on(self.place, Answer(502))
        with pytest.raises(UnconfirmedError):
            channel.publish(ready, key=self.key)
        assert isinstance(channel, Finds)
        found = channel.find(ready, key=self.key)
        assert (found is not None) == arrived
        server.on("GET /xrpc/com.atproto.repo.getRecord", Answer(500))
        with pytest.raises(NotSentError):
            channel.find(ready, key=self.key)

    def test_it_is_taken_back(self, channel: Channel, server: FakeServer, folder: Path) -> None:
        receipt = self.sent(channel, folder)
        assert isinstance(channel, Retracts)
        channel.retract(receipt)
        [asked] = server.requests("POST /xrpc/com.atproto.repo.deleteRecord")
        assert json_of(asked)["repo"] == self.did
        with pytest.raises(RejectedError):
            channel.retract(Receipt(remote_id="7", url=None))

    def test_a_long_text_may_be_a_thread_that_is_made_once(self, server: FakeServer, folder: Path) -> None:
        channel = self.make({**self.options(server), "long": "thread"}, folder)
        artifact = channel.render(self.context(folder, body=LONG))
        ready = channel.prepare(artifact, key=self.key, root=folder)  # type: ignore[attr-defined]
        count = 0

        def third_fails(request: Request) -> Answer:
            nonlocal count
            count += 1
            return Answer(400, {"error": "no"}) if count == 3 else self._put(request)

        server.on(self.place, third_fails)
        with pytest.raises(UnconfirmedError, match="part 3 of"):
            channel.publish(ready, key=self.key)
        assert isinstance(channel, Finds)
        assert channel.find(ready, key=self.key) is None
        receipt = channel.publish(ready, key=self.key)
        uris = (receipt.remote_id or "").split()
        assert sorted(self.records) == [uri.rpartition("/")[2] for uri in uris]
        values = [self.records[rkey]["value"] for rkey in sorted(self.records)]
        assert len(values) > 3
        assert all(len(value["text"]) <= 300 for value in values)
        assert "reply" not in values[0]
        for number, value in enumerate(values[1:], 1):
            assert value["reply"]["root"]["uri"] == uris[0]
            assert value["reply"]["parent"]["uri"] == uris[number - 1]
        assert channel.find(ready, key=self.key) == receipt
        assert isinstance(channel, Retracts)
        channel.retract(receipt)
        assert len(server.requests("POST /xrpc/com.atproto.repo.deleteRecord")) == len(uris)

    def test_doctor_hears_whether_the_account_opens(self, channel: Channel, server: FakeServer) -> None:
        assert isinstance(channel, Diagnoses)
        assert isinstance(channel, Holds)
        [finding] = channel.diagnose(now=NOW, last_day=None)
        assert (finding.level, finding.message) == ("ok", "signed in as walker.example")
        server.on("POST /xrpc/com.atproto.server.createSession", Answer(401, {"error": "AuthenticationRequired"}))
        [finding] = channel.diagnose(now=NOW, last_day=None)
        assert finding.level == "error"
        assert SECRET not in channel.fingerprint


class TestMastodon(ChannelContract):
    name = "mastodon"
    kind = MastodonChannel
    place = "POST /api/v1/statuses"

    def well(self, server: FakeServer) -> None:
        self.statuses: dict[str, dict[str, Any]] = {}
        server.on(self.place, self._post)
        server.on("GET /api/v1/accounts/verify_credentials", Answer(200, {"id": "9", "acct": "walker"}))
        server.on("GET /api/v1/accounts/9/statuses", lambda _: Answer(200, list(self.statuses.values())))
        server.on("POST /api/v2/media", Answer(200, {"id": "77"}))
        server.on("GET /api/v2/instance", Answer(200, {"configuration": {"statuses": {"max_characters": 500}}}))
        server.on("PUT /api/v1/statuses/1", Answer(200, {"id": "1"}))
        server.on("DELETE /api/v1/statuses/1", Answer(200, {"id": "1"}))

    def _post(self, request: Request) -> Answer:
        mark = request.headers["idempotency-key"]
        if mark not in self.statuses:
            text = json_of(request)["status"].replace("&", "&amp;").replace("<", "&lt;")
            paragraphs = "</p><p>".join(text.split("\n\n"))
            self.statuses[mark] = {
                "id": str(len(self.statuses) + 1),
                "url": "https://m.example/@walker/1",
                "created_at": NOW.isoformat(),
                "content": f"<p>{paragraphs}</p>",
            }
        return Answer(200, self.statuses[mark])

    def options(self, server: FakeServer) -> Mapping[str, object]:
        return {"service": server.url}

    def test_a_second_try_within_the_hour_is_no_second_status(
        self, channel: Channel, server: FakeServer, folder: Path
    ) -> None:
        assert self.sent(channel, folder) == self.sent(channel, folder)
        assert len(self.statuses) == 1
        status = json_of(server.requests(self.place)[0])
        assert set(status) == {"status", "visibility", "language"}
        assert status["status"].endswith("https://walks.example/walk/day-02/")
        assert (status["visibility"], status["language"]) == ("public", "en")

    def test_addresses_count_as_23_characters(self, channel: Channel, folder: Path) -> None:
        artifact = channel.render(self.context(folder, slug="d" * 300, body=LONG))
        assert artifact.text.endswith("d" * 300 + "/")
        assert len(artifact.text) > 500
        assert "back again.\n\n" in artifact.text

    @pytest.mark.parametrize("arrived", [True, False])
    def test_what_is_in_doubt_is_looked_for_by_text_after_a_minute(
        self, server: FakeServer, folder: Path, arrived: bool
    ) -> None:
        moment = [NOW]
        channel = self.make(self.options(server), folder, lambda: moment[0])
        ready = self.ready(channel, folder)
        if arrived:
            server.fail(self.place, "reset")
        else:
            server.on(self.place, Answer(504))
        with pytest.raises(UnconfirmedError):
            channel.publish(ready, key=self.key)
        assert isinstance(channel, Finds)
        with pytest.raises(NotSentError):
            channel.find(ready, key=self.key)
        moment[0] += timedelta(seconds=61)
        found = channel.find(ready, key=self.key)
        assert (found is not None) == arrived

    def test_pictures_are_uploaded_with_what_they_show(
        self, channel: Channel, server: FakeServer, folder: Path
    ) -> None:
        png(folder)
        table = {"mastodon": {"images": [{"src": "mill.png", "alt": "Eine Mühle"}]}}
        artifact = channel.render(self.context(folder, overrides=table))
        ready = channel.prepare(artifact, key=self.key, root=folder)  # type: ignore[attr-defined]
        channel.publish(ready, key=self.key)
        [upload] = server.requests("POST /api/v2/media")
        assert "Eine Mühle".encode() in upload.body
        assert (folder / "series/walk/mill.png").read_bytes() in upload.body
        assert json_of(server.requests(self.place)[0])["media_ids"] == ["77"]

    def test_a_status_is_changed_and_taken_back(self, channel: Channel, server: FakeServer, folder: Path) -> None:
        receipt = self.sent(channel, folder)
        assert isinstance(channel, Updates)
        assert isinstance(channel, Retracts)
        channel.update(receipt, channel.render(self.context(folder, body="Other words.\n")))
        [changed] = server.requests("PUT /api/v1/statuses/1")
        assert "Other words." in json_of(changed)["status"]
        channel.retract(receipt)
        server.on("DELETE /api/v1/statuses/1", Answer(404))
        channel.retract(receipt)

    def test_a_long_text_may_be_a_thread_that_is_made_once(self, server: FakeServer, folder: Path) -> None:
        moment = [NOW]
        channel = self.make({**self.options(server), "long": "thread"}, folder, lambda: moment[0])
        artifact = channel.render(self.context(folder, body=WALKS))
        ready = channel.prepare(artifact, key=self.key, root=folder)  # type: ignore[attr-defined]
        server.on(self.place, lambda request: self._post(request) if len(self.statuses) < 2 else Answer(502))
        with pytest.raises(UnconfirmedError):
            channel.publish(ready, key=self.key)
        moment[0] += timedelta(seconds=61)
        assert isinstance(channel, Finds)
        with pytest.raises(NotSentError, match="2 of 5 parts"):
            channel.find(ready, key=self.key)
        server.on(self.place, self._post)
        receipt = channel.publish(ready, key=self.key)
        assert receipt.remote_id == "1 2 3 4 5"
        sent = [json_of(request) for request in server.requests(self.place)][-5:]
        assert [one.get("in_reply_to_id") for one in sent] == [None, "1", "2", "3", "4"]
        assert len(self.statuses) == 5
        assert channel.find(ready, key=self.key) == receipt

    def test_doctor_compares_the_limit(self, server: FakeServer, folder: Path) -> None:
        channel = self.make({**self.options(server), "limit": 1000}, folder)
        assert isinstance(channel, Diagnoses)
        levels = [finding.level for finding in channel.diagnose(now=NOW, last_day=None)]
        assert levels == ["ok", "error"]


class TestForem(ChannelContract):
    name = "forem"
    kind = ForemChannel
    place = "POST /api/articles"

    def well(self, server: FakeServer) -> None:
        self.articles: list[dict[str, Any]] = []
        server.on(self.place, self._post)
        server.on("GET /api/articles/me/all", lambda _: Answer(200, self.articles))
        server.on("GET /api/users/me", Answer(200, {"username": "walker"}))
        server.on("PUT /api/articles/1", Answer(200, {"id": 1}))

    def _post(self, request: Request) -> Answer:
        article = json_of(request)["article"]
        number = len(self.articles) + 1
        made = {"id": number, "url": f"https://dev.example/walker/{number}", "published": True, **article}
        self.articles.append(made)
        return Answer(201, made)

    def options(self, server: FakeServer) -> Mapping[str, object]:
        return {"service": server.url}

    def test_the_article_names_its_first_home_and_its_series(
        self, channel: Channel, server: FakeServer, folder: Path
    ) -> None:
        body = "See [day one](day-01.md), [the mill](https://mill.example/), `[code](day-01.md)` and ![it](mill.png).\n"
        png(folder)
        artifact = channel.render(self.context(folder, body=body, tags=("Long Walks", "C++", "a", "b", "c")))
        assert channel.publish(artifact, key=self.key).url == "https://dev.example/walker/1"
        [request] = server.requests(self.place)
        article = json_of(request)["article"]
        assert article["canonical_url"] == "https://walks.example/walk/day-02/"
        assert (article["series"], article["published"]) == ("Ten walks", True)
        assert article["tags"] == ["longwalks", "c", "a", "b"]
        assert "[the mill](https://mill.example/)" in article["body_markdown"]
        assert "`[code](day-01.md)`" in article["body_markdown"]
        assert "![it](https://walks.example/walk/mill.png)" in article["body_markdown"]
        assert request.headers["api-key"] == SECRET

    def test_what_the_account_has_already_is_not_made_again(
        self, channel: Channel, server: FakeServer, folder: Path
    ) -> None:
        first = self.sent(channel, folder)
        again = self.sent(channel, folder)
        assert (again.remote_id, again.url) == (first.remote_id, first.url)
        assert len(server.requests(self.place)) == 1

    def test_what_is_in_doubt_is_looked_for(self, channel: Channel, server: FakeServer, folder: Path) -> None:
        ready = self.ready(channel, folder)
        server.fail(self.place, "reset")
        with pytest.raises(UnconfirmedError):
            channel.publish(ready, key=self.key)
        assert isinstance(channel, Finds)
        assert channel.find(ready, key=self.key) == Receipt(remote_id="1", url="https://dev.example/walker/1")
        self.articles.clear()
        assert channel.find(ready, key=self.key) is None

    def test_an_article_is_changed_and_taken_back(self, channel: Channel, server: FakeServer, folder: Path) -> None:
        receipt = self.sent(channel, folder)
        assert isinstance(channel, Updates)
        assert isinstance(channel, Retracts)
        channel.update(receipt, channel.render(self.context(folder, body="Other words.\n")))
        channel.retract(receipt)
        changed, gone = server.requests("PUT /api/articles/1")
        assert json_of(changed)["article"]["body_markdown"] == "Other words.\n"
        assert json_of(gone) == {"article": {"published": False}}

    def test_doctor_hears_whose_key_it_is(self, channel: Channel) -> None:
        assert isinstance(channel, Diagnoses)
        [finding] = channel.diagnose(now=NOW, last_day=None)
        assert finding.message == "publishes as walker"


class TestWordPress(ChannelContract):
    name = "wordpress"
    kind = WordPressChannel
    place = "POST /wp-json/wp/v2/posts/5"

    def well(self, server: FakeServer) -> None:
        self.posts: dict[int, dict[str, Any]] = {}
        self.taken = ""
        api = "/wp-json/wp/v2"
        server.on(f"GET {api}/posts", self._search)
        server.on(f"POST {api}/posts", self._draft)
        server.on(self.place, self._change)
        server.on(f"GET {api}/posts/5", lambda _: Answer(200, self.posts[5]) if 5 in self.posts else Answer(404))
        server.on(f"DELETE {api}/posts/5", Answer(200, {}))
        for kind in ("categories", "tags"):
            server.on(
                f"GET {api}/{kind}", Answer(200, [{"id": 3, "name": "Mills &amp; more"}, {"id": 4, "name": "Walking"}])
            )
            server.on(f"POST {api}/{kind}", Answer(201, {"id": 8}))
        server.on(f"GET {api}/media", Answer(200, []))
        server.on(f"POST {api}/media", Answer(201, {"id": 9}))
        server.on(f"POST {api}/media/9", Answer(200, {"id": 9}))
        server.on(f"GET {api}/users/me", Answer(200, {"name": "Ada", "capabilities": {"publish_posts": True}}))

    def _search(self, request: Request) -> Answer:
        slug = request.path.partition("slug=")[2].partition("&")[0]
        found = [post for post in self.posts.values() if post["slug"] == slug]
        return Answer(200, found)

    def _draft(self, request: Request) -> Answer:
        asked = json_of(request)
        slug = asked["slug"] + self.taken
        self.posts[5] = {
            **asked,
            "id": 5,
            "slug": slug,
            "content": {"raw": asked["content"]},
            "link": "https://b.example/day-02/",
        }
        return Answer(201, self.posts[5])

    def _change(self, request: Request) -> Answer:
        asked = json_of(request)
        self.posts[5] |= {**asked, **({"content": {"raw": asked["content"]}} if "content" in asked else {})}
        return Answer(200, self.posts[5])

    def options(self, server: FakeServer) -> Mapping[str, object]:
        return {"url": server.url, "user": "ada", "categories": ["Series", 12]}

    def test_it_is_a_draft_first_and_published_in_a_second_step(
        self, channel: Channel, server: FakeServer, folder: Path
    ) -> None:
        png(folder)
        artifact = channel.render(
            self.context(folder, image="mill.png", image_alt="A mill", category=("Mills & more",))
        )
        ready = channel.prepare(artifact, key=self.key, root=folder)  # type: ignore[attr-defined]
        assert self.posts[5]["status"] == "draft"
        receipt = channel.publish(ready, key=self.key)
        assert receipt == Receipt(remote_id="5", url="https://b.example/day-02/")
        post = self.posts[5]
        assert (post["status"], post["slug"], post["title"]) == ("publish", "day-02", "To the mill")
        assert post["categories"] == [8, 12, 3]
        assert post["tags"] == [4, 8]
        assert post["featured_media"] == 9
        assert 'rel="canonical">walks.example/walk/day-02</a>' in post["content"]["raw"]
        [described] = server.requests("POST /wp-json/wp/v2/media/9")
        assert json_of(described) == {"alt_text": "A mill"}
        token = base64.b64encode(f"ada:{SECRET}".encode()).decode()
        assert {one.headers["authorization"] for one in server.asked} == {f"Basic {token}"}

    def test_a_tag_of_digits_is_a_name_before_it_is_a_number(
        self, channel: Channel, server: FakeServer, folder: Path
    ) -> None:
        tags = "/wp-json/wp/v2/tags"
        server.on(f"GET {tags}", Answer(200, [{"id": 3, "name": "2026"}]))
        server.on(f"GET {tags}/17", Answer(200, {"id": 17, "name": "Rain"}))
        artifact = channel.render(self.context(folder, tags=("2026", "17", "1984")))
        channel.prepare(artifact, key=self.key, root=folder)  # type: ignore[attr-defined]
        assert self.posts[5]["tags"] == [3, 17, 8]
        assert [json_of(made)["name"] for made in server.requests(f"POST {tags}")] == ["1984"]

    def test_a_lost_answer_leads_to_no_second_post(self, channel: Channel, server: FakeServer, folder: Path) -> None:
        ready = self.ready(channel, folder)
        server.fail(self.place, "reset")
        with pytest.raises(UnconfirmedError):
            channel.publish(ready, key=self.key)
        server.fail(self.place, None)
        assert channel.idempotent
        assert isinstance(channel, Finds)
        assert channel.find(ready, key=self.key) == Receipt(remote_id="5", url="https://b.example/day-02/")
        self.sent(channel, folder)
        assert len(server.requests("POST /wp-json/wp/v2/posts")) == 1

    def test_a_lost_draft_is_found_again(self, channel: Channel, server: FakeServer, folder: Path) -> None:
        server.fail("POST /wp-json/wp/v2/posts", "reset")
        with pytest.raises(NotSentError):
            self.ready(channel, folder)
        server.fail("POST /wp-json/wp/v2/posts", None)
        self.sent(channel, folder)
        assert len(server.requests("POST /wp-json/wp/v2/posts")) == 1
        assert self.posts[5]["status"] == "publish"

    def test_a_slug_that_is_somebody_elses_is_refused(self, channel: Channel, server: FakeServer, folder: Path) -> None:
        self.posts[1] = {"id": 1, "slug": "day-02", "content": {"raw": "Another"}, "link": "https://b.example/old/"}
        with pytest.raises(RejectedError, match=r"another post's there: https://b\.example/old/"):
            self.ready(channel, folder)
        assert server.requests("POST /wp-json/wp/v2/posts") == []

    def test_a_slug_that_wordpress_would_change_is_taken_back(
        self, channel: Channel, server: FakeServer, folder: Path
    ) -> None:
        self.taken = "-2"
        with pytest.raises(RejectedError, match="would make it 'day-02-2'"):
            self.ready(channel, folder)
        assert len(server.requests("DELETE /wp-json/wp/v2/posts/5")) == 1

    def test_a_post_is_changed_and_taken_back(self, channel: Channel, server: FakeServer, folder: Path) -> None:
        receipt = self.sent(channel, folder)
        assert isinstance(channel, Updates)
        assert isinstance(channel, Retracts)
        channel.update(receipt, channel.render(self.context(folder, title="Again to the mill")))
        assert self.posts[5]["title"] == "Again to the mill"
        assert self.posts[5]["status"] == "publish"
        channel.retract(receipt)
        assert len(server.requests("DELETE /wp-json/wp/v2/posts/5")) == 1

    def test_doctor_hears_whether_the_user_may_publish(self, channel: Channel, server: FakeServer) -> None:
        assert isinstance(channel, Diagnoses)
        assert [one.level for one in channel.diagnose(now=NOW, last_day=None)] == ["ok"]
        server.on("GET /wp-json/wp/v2/users/me", Answer(200, {"capabilities": {"publish_posts": False}}))
        assert [one.level for one in channel.diagnose(now=NOW, last_day=None)] == ["error"]


class TestLinkedIn(ChannelContract):
    name = "linkedin"
    kind = LinkedInChannel
    place = "POST /rest/posts"
    #: Two changes met: neither was made, and it is tried once more.
    passing = frozenset({409})

    def well(self, server: FakeServer) -> None:
        server.on("GET /v2/userinfo", Answer(200, {"sub": "me"}))
        server.on(self.place, Answer(201, b"", {"x-restli-id": "urn:li:share:7141138937766391808"}))

    def options(self, server: FakeServer) -> Mapping[str, object]:
        return {"api_base": server.url, "oauth_base": server.url}

    def make(
        self,
        options: Mapping[str, object],
        folder: Path,
        clock: Callable[[], datetime] = lambda: NOW,
        secret: str | None = SECRET,
    ) -> Channel:
        # The one channel whose table the settings themselves read.
        settings = config.parse({"channels": {"linkedin": {**options}}}, source="daycast.toml")
        if secret is not None:
            remember(secret)  # as whoever reads a token does
        setup = Setup(name=self.name, root=folder, config=settings, options={}, secret=lambda: secret, clock=clock)
        return LinkedInChannel(setup, env={})


class TestButtondown(ChannelContract):
    name = "mail"
    kind = MailChannel
    place = "POST /v1/emails"

    def well(self, server: FakeServer) -> None:
        server.on(self.place, Answer(201, {"id": "e7", "absolute_url": "https://letters.example/e7"}))

    def options(self, server: FakeServer) -> Mapping[str, object]:
        return {"via": "buttondown", "service": server.url}


class TestListmonk(ChannelContract):
    name = "mail"
    kind = MailChannel
    place = "PUT /api/campaigns/4/status"

    def well(self, server: FakeServer) -> None:
        server.on("POST /api/campaigns", Answer(200, {"data": {"id": 4}}))
        server.on(self.place, Answer(200, {"data": {}}))

    def options(self, server: FakeServer) -> Mapping[str, object]:
        return {"via": "listmonk", "service": server.url, "lists": [1]}


def test_the_contract_would_notice() -> None:
    """A channel that calls everything published holds nothing of it."""
    names = [name for name in dir(ChannelContract) if name.startswith("test_")]
    assert len(names) >= 12
