"""Where a request goes, and what every request has to bring: token, version, protocol, patience."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Literal, TypeAlias

from pipeline.testing.linkedin.accounts import Accounts, Token
from pipeline.testing.linkedin.posts import Posts
from pipeline.testing.linkedin.records import Reply, Request
from pipeline.testing.linkedin.refusals import RefusedError, denied, not_found, refused
from pipeline.testing.linkedin.shape import urn_in_path
from pipeline.testing.linkedin.uploads import Kind, Uploads
from pipeline.testing.linkedin.versions import is_alive

#: What a 429 asks for: seconds, a moment (as an HTTP date), or a text as it is; None: nothing, as LinkedIn does.
RetryAfter: TypeAlias = int | datetime | str | None

_KINDS: dict[str, Kind] = {"images": "image", "documents": "document"}
_Scheme = Literal["rest", "v2", "upload"]


class Api:
    """LinkedIn."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        accounts: Accounts,
        uploads: Uploads,
        posts: Posts,
        *,
        versions: Collection[str] | None,
        daily: int | None,
        retry_after: RetryAfter,
    ) -> None:
        """``versions`` are those alive (None: by the clock), ``daily`` the requests of a member per day, in UTC."""
        self._clock = clock
        self._accounts = accounts
        self._uploads = uploads
        self._posts = posts
        self._versions = versions
        self.daily = daily
        self.retry_after = retry_after
        self._counts: Counter[tuple[str, str]] = Counter()

    def answer(self, request: Request, base: str) -> Reply:
        """Carry a request out. ``base`` is the address at which the server is reached."""
        try:
            return self._route(request, base)
        except RefusedError as error:
            return error.reply

    def _route(self, request: Request, base: str) -> Reply:
        match request.method, request.route.split("/")[1:]:
            case "GET", ["oauth", "v2", "authorization"]:
                return self._accounts.authorization(request)
            case "POST", ["oauth", "v2", "accessToken"]:
                return self._accounts.access_token(request)
            case "POST", ["oauth", "v2", "introspectToken"]:
                return self._accounts.introspection(request)
            case "GET", ["v2", "userinfo"]:
                return self._accounts.userinfo(self._admitted(request, "v2"))
            case method, ["v2", "socialActions", segment, "comments"]:
                token = self._admitted(request, "v2")
                name = urn_in_path(segment)
                if method != "POST":
                    raise denied("partnerApiSocialActions.GET_ALL", None)
                return self._posts.comment(request, token, name)
            case "PUT", ["dms-uploads", kind, name, "0"]:
                return self._uploads.put(request, self._admitted(request, "upload"), kind, name)
            case _, ["rest", *segments]:
                token = self._admitted(request, "rest")
                return self._rest(request, token, segments, request.headers["linkedin-version"], base)
            case _:
                raise not_found(f"{request.method} {request.route}")

    def _rest(self, request: Request, token: Token, segments: list[str], version: str, base: str) -> Reply:
        match request.method, segments:
            case "POST", ["posts"]:
                return self._posts.create(request, token, version=version)
            case "GET", ["posts"]:
                return self._posts.of_author(request, token, version=version)
            case "POST", ["posts", segment]:
                return self._posts.change(request, token, urn_in_path(segment), version=version)
            case "DELETE", ["posts", segment]:
                return self._posts.delete(token, urn_in_path(segment), version=version)
            case "GET", ["posts", segment]:
                return self._posts.read(token, urn_in_path(segment), version=version)
            case "POST", [("images" | "documents") as kind]:
                return self._uploads.initialize(request, token, _KINDS[kind], version=version, base=base)
            case "GET", [("images" | "documents") as kind, segment]:
                return self._uploads.read(token, _KINDS[kind], urn_in_path(segment), version=version)
            case method, ["socialActions", segment, "comments"]:
                name = urn_in_path(segment)
                if method != "POST" or not {"w_member_social_feed", "w_organization_social_feed"} & set(token.scopes):
                    raise denied(f"partnerApiSocialActions.{'CREATE' if method == 'POST' else 'GET_ALL'}", version)
                return self._posts.comment(request, token, name)
            case _:
                raise not_found(f"{request.method} {request.route}")

    def _admitted(self, request: Request, scheme: _Scheme) -> Token:
        """The token of a request that brings what all requests of its kind have to."""
        token = self._accounts.bearer(request)
        version = request.headers.get("linkedin-version")
        if scheme == "rest":
            if version is None:
                raise refused(400, "VERSION_MISSING", "A version must be present. Please specify a version")
            if not self._alive(version):
                raise refused(426, "NONEXISTENT_VERSION", f"Requested version {version}01 is not active")
            if request.headers.get("x-restli-protocol-version") != "2.0.0":
                raise refused(400, None, "X-RestLi-Protocol-Version must be 2.0.0")
        elif scheme == "v2" and version is not None:
            # Reported in yohimik/crier, 2026.
            raise refused(426, "NONEXISTENT_VERSION", f"Requested version {version}01 is not active")
        self._count(token)
        return token

    def _alive(self, version: str) -> bool:
        return is_alive(version, self._clock()) if self._versions is None else version in self._versions

    def _count(self, token: Token) -> None:
        """Refuse what is over the day's quota; the count starts anew at 00:00 UTC (rate-limits page, 2026-11)."""
        if self.daily is None:
            return
        day = self._clock().astimezone(UTC).date().isoformat()
        self._counts[token.member, day] += 1
        if self._counts[token.member, day] > self.daily:
            told = "Resource level throttle MEMBER limit for calls to this resource is reached."
            asked = self.retry_after
            if isinstance(asked, datetime):
                asked = format_datetime(asked.astimezone(UTC), usegmt=True)
            headers = {"Retry-After": str(asked)} if asked is not None else {}
            raise refused(429, "TOO_MANY_REQUESTS", told, headers=headers)
