"""LinkedIn's API, a function for each request that daycast makes. Knows headers and paths, decides nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from urllib.parse import quote, unquote

from pipeline.errors import NotSentError, UnconfirmedError
from pipeline.http import Response, send
from pipeline.patterns import pattern
from pipeline.records import dataclass, field

#: Of an answer.
_LIMIT = 1 << 20
_POST = pattern(r"urn:li:(?:share|ugcPost):\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """An account's way in."""

    #: ``https://api.linkedin.com``.
    base: str
    token: str = field(repr=False)
    #: ``202609``.
    version: str
    #: Seconds, of each request in total.
    timeout: float

    def create_post(self, body: bytes) -> Response:
        """Publish. The one request that must not be made twice."""
        return self._rest("POST", "/rest/posts", body)

    def change_post(self, urn: str, commentary: str) -> Response:
        """Change a post's text in place (posts-api: PARTIAL_UPDATE)."""
        patch = _json({"patch": {"$set": {"commentary": commentary}}})
        return self._rest("POST", f"/rest/posts/{in_path(urn)}", patch, {"X-RestLi-Method": "PARTIAL_UPDATE"})

    def delete_post(self, urn: str) -> Response:
        """Take a post back; one that is gone is no error to LinkedIn (posts-api)."""
        return self._rest("DELETE", f"/rest/posts/{in_path(urn)}", None, {"X-RestLi-Method": "DELETE"})

    def initialize_upload(self, kind: str, owner: str) -> Response:
        """Ask where to upload an ``image`` or ``document``. Nothing becomes visible, even if it is never uploaded."""
        body = _json({"initializeUploadRequest": {"owner": owner}})
        return repeatable(lambda: self._rest("POST", f"/rest/{kind}s?action=initializeUpload", body))

    def upload(self, url: str, data: bytes) -> Response:
        """Put a file where ``initialize_upload`` said, after a look at the address: the token goes with it."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/octet-stream"}
        return repeatable(lambda: send("PUT", url, headers=headers, body=data, timeout=self.timeout, limit=_LIMIT))

    def comment(self, urn: str, author: str, text: str, *, documented: bool) -> Response:
        """Put a comment below a post: plain text, no little text.

        LinkedIn documents ``/rest/socialActions`` and refuses it to apps that nobody has reviewed; ``/v2`` takes the
        same request from those, if it has no LinkedIn-Version (seen in 2026-08 and 2026-09, documented nowhere).
        """
        body = _json({"actor": author, "object": urn, "message": {"text": text}})
        path = f"socialActions/{in_path(urn)}/comments"
        return self._rest("POST", f"/rest/{path}", body) if documented else self._v2("POST", f"/v2/{path}", body)

    def userinfo(self) -> Response:
        """Whose token it is (OpenID Connect)."""
        return repeatable(lambda: self._v2("GET", "/v2/userinfo", None))

    def _rest(self, method: str, path: str, body: bytes | None, more: Mapping[str, str] | None = None) -> Response:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "LinkedIn-Version": self.version,
            "X-Restli-Protocol-Version": "2.0.0",
            "Content-Type": "application/json",
            **(more or {}),
        }
        return send(method, self.base + path, headers=headers, body=body, timeout=self.timeout, limit=_LIMIT)

    def _v2(self, method: str, path: str, body: bytes | None) -> Response:
        headers = {
            "Authorization": f"Bearer {self.token}",
            "X-Restli-Protocol-Version": "2.0.0",
            "Content-Type": "application/json",
        }
        return send(method, self.base + path, headers=headers, body=body, timeout=self.timeout, limit=_LIMIT)


def repeatable(request: Callable[[], Response]) -> Response:
    """The answer to a request that may be made again: where it is unclear whether it arrived, it counts as not sent."""
    try:
        return request()
    except UnconfirmedError as error:
        raise NotSentError(f"{error}; tried again, which does no harm") from error


def object_in(response: Response) -> Mapping[str, object]:
    """The JSON object in an answer; an empty one where it holds none."""
    try:
        found = json.loads(response.body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def in_path(urn: str) -> str:
    """A URN as part of a path: its colons are refused there as they are."""
    return quote(urn, safe="")


def post_urn(header: str | None) -> str | None:
    """The URN in ``x-restli-id``, which has come as ``urn:li:share:1``, quoted, doubled and as a bare number."""
    text = unquote((header or "").strip())
    if text.isascii() and text.isdigit():
        return f"urn:li:share:{text}"
    found = _POST.findall(text)
    return found[-1] if found else None


def permalink(urn: str) -> str:
    """Where a person sees a post."""
    return f"https://www.linkedin.com/feed/update/{urn}/"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
