"""Posts and their comments: created, changed, deleted, read.

Rules: posts-api, multiimage-post-api and comments-api pages; lengths, duplicates and ghosts as measured in n8n #22899,
Arisamiga/Linkedin-RSS #5 and composio #2710; all as of 2026-11.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from pipeline.records import replace
from pipeline.testing.linkedin.accounts import Token
from pipeline.testing.linkedin.little_text import shown
from pipeline.testing.linkedin.records import Comment, Edit, Post, Reply, Request
from pipeline.testing.linkedin.refusals import (
    denied,
    json_reply,
    not_found,
    refused,
    too_long,
    wrong_field,
    wrong_input,
)
from pipeline.testing.linkedin.shape import (
    Object,
    inner,
    items,
    json_object,
    one_of,
    only,
    short_text,
    text,
    units,
    urn,
)
from pipeline.testing.linkedin.uploads import Uploads

#: What the header ``x-restli-id`` of a new post holds.
Ids = Literal["share", "ugcPost", "number", "missing"]

_FIRST = 7_400_000_000_000_000_000
_AUTHORS = ("person", "organization")
_FIELDS = (
    "author",
    "commentary",
    "visibility",
    "distribution",
    "content",
    "lifecycleState",
    "isReshareDisabledByAuthor",
)
_VISIBILITIES = ("PUBLIC", "CONNECTIONS", "LOGGED_IN", "CONTAINER")
_DISTRIBUTION = ("feedDistribution", "targetEntities", "thirdPartyDistributionChannels")
_CONTENT = ("article", "media", "multiImage")
_CHANGEABLE = ("commentary", "contentCallToActionLabel", "contentLandingPage", "lifecycleState", "adContext")
#: Units.
_TITLE, _DESCRIPTION, _ALT, _COMMENT = 400, 4000, 4086, 1250
_IMAGES = range(2, 21)


class Posts:
    """All posts."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        uploads: Uploads,
        *,
        limit: int,
        duplicate_window: timedelta,
        ghosts: timedelta,
        ids: Ids,
    ) -> None:
        """``limit``: units of a commentary as sent. ``ghosts``: for how long a deleted post forbids its text."""
        self._clock = clock
        self._uploads = uploads
        self._limit = limit
        self._duplicate_window = duplicate_window
        self._ghosts = ghosts
        self.ids = ids
        self._all: dict[str, Post] = {}
        self._deleted_at: dict[str, datetime] = {}
        #: URNs of posts that are duplicates of each other.
        self._texts: dict[str, list[str]] = {}

    @property
    def all(self) -> tuple[Post, ...]:
        """Every post that was created, oldest first."""
        return tuple(self._all.values())

    def create(self, request: Request, token: Token, *, version: str) -> Reply:
        """Publish."""
        body = json_object(request)
        only(body, "", _FIELDS)
        author = urn(body, "", "author", _AUTHORS)
        commentary = text(body, "", "commentary", empty=True)
        visibility = one_of(body, "", "visibility", _VISIBILITIES)
        one_of(body, "", "lifecycleState", ("PUBLISHED",))
        _distribution(inner(body, "", "distribution"))
        if not isinstance(body.get("isReshareDisabledByAuthor", False), bool):
            raise wrong_field("INVALID_VALUE_FOR_FIELD", "/isReshareDisabledByAuthor", "is no boolean")
        if not token.writes_as(author):
            raise denied("posts.CREATE", version)
        self._demand_length(commentary)
        content = inner(body, "", "content") if body.get("content") is not None else None
        if content is not None:
            self._demand_content(content, author)
        elif not commentary:
            raise wrong_field("MISSING_FIELD", "/commentary", "a post without content needs a text")
        self._demand_new(author, commentary, content)
        kind = "ugcPost" if self.ids == "ugcPost" else "share"
        number = str(_FIRST + len(self._all) + 1)
        seen = shown(commentary)
        post = Post(
            at=self._clock(),
            urn=f"urn:li:{kind}:{number}",
            author=author,
            commentary=commentary,
            visible=seen.visible,
            cut=seen.cut,
            hashtags=seen.hashtags,
            mentions=seen.mentions,
            content=content,
            visibility=visibility,
            body=request.body,
        )
        self._all[post.urn] = post
        self._texts.setdefault(_same(author, commentary, content), []).append(post.urn)
        named = {"missing": {}, "number": {"x-restli-id": number}}.get(self.ids, {"x-restli-id": post.urn})
        return Reply(status=201, headers=named, post=post)

    def change(self, request: Request, token: Token, name: str, *, version: str) -> Reply:
        """Change a post's text in place."""
        if request.headers.get("x-restli-method", "").upper() != "PARTIAL_UPDATE":
            raise refused(400, None, "POST on a post needs the header X-RestLi-Method: PARTIAL_UPDATE")
        body = json_object(request)
        only(body, "", ("patch",))
        patch = inner(body, "", "patch")
        only(patch, "/patch", ("$set",))
        changes = inner(patch, "/patch", "$set")
        only(changes, "/patch/$set", _CHANGEABLE)
        post = self._found(name)
        if not token.writes_as(post.author):
            raise denied("posts.PARTIAL_UPDATE", version)
        if "commentary" in changes:
            commentary = text(changes, "/patch/$set", "commentary", empty=True)
            self._demand_length(commentary)
            seen = shown(commentary)
            self._all[post.urn] = replace(
                post,
                commentary=commentary,
                visible=seen.visible,
                cut=seen.cut,
                hashtags=seen.hashtags,
                mentions=seen.mentions,
                edits=(*post.edits, Edit(at=self._clock(), commentary=commentary, visible=seen.visible)),
            )
        return Reply(status=204)

    def delete(self, token: Token, name: str, *, version: str) -> Reply:
        """Take a post back; one that is not there is no error."""
        post = self._all.get(name)
        if post is None or post.deleted:
            return Reply(status=204)
        if not token.writes_as(post.author):
            raise denied("posts.DELETE", version)
        self._all[name] = replace(post, deleted=True)
        self._deleted_at[name] = self._clock()
        return Reply(status=204)

    def read(self, token: Token, name: str, *, version: str) -> Reply:
        """One post; nothing that a self-serve token may ask."""
        post = self._all.get(name)
        if not token.reads(post.author if post is not None else token.person):
            raise denied("posts.GET", version)
        return json_reply(200, _answer(self._found(name)))

    def of_author(self, request: Request, token: Token, *, version: str) -> Reply:
        """An author's posts, newest first; nothing that a self-serve token may ask."""
        author = request.query.get("author", "")
        if request.query.get("q") != "author" or not token.reads(author):
            raise denied("posts.FINDER-author", version)
        found = [post for post in reversed(self.all) if post.author == author and not post.deleted]
        return json_reply(200, {"elements": [_answer(post) for post in found]})

    def comment(self, request: Request, token: Token, name: str) -> Reply:
        """Put a comment below a post: plain text."""
        body = json_object(request)
        only(body, "", ("actor", "object", "message"))
        actor = urn(body, "", "actor", _AUTHORS)
        target = text(body, "", "object")
        message = inner(body, "", "message")
        only(message, "/message", ("text", "attributes"))
        said = text(message, "/message", "text")
        if not token.writes_as(actor):
            raise denied("partnerApiSocialActions.CREATE", None)
        if target != name:
            raise wrong_field("INVALID_VALUE_FOR_FIELD", "/object", f"{target} is not the {name} of the path")
        if units(said) > _COMMENT:
            raise too_long("Comment", units(said), _COMMENT)
        post = self._found(name)
        number = str(_FIRST + len(post.comments) + 1)
        made = Comment(at=self._clock(), urn=f"urn:li:comment:({name},{number})", actor=actor, text=said)
        self._all[name] = replace(post, comments=(*post.comments, made))
        answer = {"actor": actor, "object": name, "message": {"text": said}, "id": number, "commentUrn": made.urn}
        return json_reply(201, answer, headers={"x-restli-id": number})

    def _found(self, name: str) -> Post:
        post = self._all.get(name)
        if post is None or post.deleted:
            raise not_found(name)
        return post

    def _demand_length(self, commentary: str) -> None:
        """As sent: of the two lengths that may be meant, the greater."""
        if units(commentary) > self._limit:
            raise too_long("ShareCommentary", units(commentary), self._limit)

    def _demand_content(self, content: Object, author: str) -> None:
        only(content, "/content", _CONTENT)
        if len(content) != 1:
            raise wrong_field("INVALID_VALUE_FOR_FIELD", "/content", "holds not exactly one of its kinds")
        (kind,) = content
        found = inner(content, "/content", kind)
        match kind:
            case "article":
                self._demand_article(found, author)
            case "media":
                self._demand_media(found, author)
            case _:
                self._demand_images(found, author)

    def _demand_article(self, article: Object, author: str) -> None:
        path = "/content/article"
        only(article, path, ("source", "title", "description", "thumbnail"))
        source = urlsplit(text(article, path, "source"))
        if source.scheme not in ("http", "https") or not source.netloc:
            raise wrong_field("INVALID_VALUE_FOR_FIELD", f"{path}/source", "is no web address")
        text(article, path, "title")
        short_text(article, path, "title", _TITLE)
        short_text(article, path, "description", _DESCRIPTION)
        if "thumbnail" in article:
            self._uploads.demand(urn(article, path, "thumbnail", ("image",)), "image", author, f"{path}/thumbnail")

    def _demand_media(self, media: Object, author: str) -> None:
        path = "/content/media"
        name = urn(media, path, "id", ("image", "document"))
        if name.startswith("urn:li:document:"):
            only(media, path, ("id", "title"))
            text(media, path, "title")
            short_text(media, path, "title", _TITLE)
            self._uploads.demand(name, "document", author, f"{path}/id")
        else:
            only(media, path, ("id", "altText", "title"))
            short_text(media, path, "altText", _ALT)
            short_text(media, path, "title", _TITLE)
            self._uploads.demand(name, "image", author, f"{path}/id")

    def _demand_images(self, several: Object, author: str) -> None:
        path = "/content/multiImage"
        only(several, path, ("images",))
        images = items(several, path, "images")
        if len(images) not in _IMAGES:
            code = "FIELD_ARRAY_SIZE_TOO_HIGH" if len(images) >= _IMAGES.stop else "FIELD_ARRAY_SIZE_TOO_LOW"
            raise wrong_field(code, f"{path}/images", f"has {len(images)}, expected 2 to 20")
        for index, image in enumerate(images):
            place = f"{path}/images/{index}"
            if not isinstance(image, dict):
                raise wrong_field("INVALID_VALUE_FOR_FIELD", place, "is no record")
            only(image, place, ("id", "altText"))
            short_text(image, place, "altText", _ALT)
            self._uploads.demand(urn(image, place, "id", ("image",)), "image", author, f"{place}/id")

    def _demand_new(self, author: str, commentary: str, content: Mapping[str, object] | None) -> None:
        """Refuse what the author posted lately, and what the author deleted not long ago: a ghost."""
        now = self._clock()
        for name in self._texts.get(_same(author, commentary, content), ()):
            post = self._all[name]
            recent = now - post.at < self._duplicate_window
            if recent or (post.deleted and now - self._deleted_at[name] < self._ghosts):
                told = (
                    "com.linkedin.content.common.exception.BadRequestResponseException: "
                    f"Content is a duplicate of {name}"
                )
                raise wrong_input(422, "DUPLICATE_POST", "Duplicate post is detected", message=told)


def _same(author: str, commentary: str, content: Mapping[str, object] | None) -> str:
    """What two posts that are duplicates have in common."""
    return json.dumps([author, commentary, content], sort_keys=True)


def _distribution(found: Object) -> None:
    path = "/distribution"
    only(found, path, _DISTRIBUTION)
    one_of(found, path, "feedDistribution", ("MAIN_FEED", "NONE"))
    for name in _DISTRIBUTION[1:]:
        if name in found and not isinstance(found[name], list):
            raise wrong_field("INVALID_VALUE_FOR_FIELD", f"{path}/{name}", "is no array")


def _answer(post: Post) -> dict[str, object]:
    answer: dict[str, object] = {
        "id": post.urn,
        "author": post.author,
        "commentary": post.commentary,
        "visibility": post.visibility,
        "lifecycleState": "PUBLISHED",
        "publishedAt": int(post.at.timestamp() * 1000),
    }
    return {**answer, "content": post.content} if post.content is not None else answer
