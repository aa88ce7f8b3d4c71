"""Members, apps and tokens, and the requests by which one becomes the other (OAuth 2, code flow).

Rules: authorization-code-flow, token-introspection and share-on-linkedin pages, 2026-11: a token lives for 60 days, a
code serves once within 30 minutes, and consent to another set of scopes ends an app's earlier tokens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from pipeline.records import dataclass, field, replace
from pipeline.testing.linkedin.records import Reply, Request
from pipeline.testing.linkedin.refusals import denied, json_reply, refused

#: What an app may ask for that nobody at LinkedIn has reviewed.
SELF_SERVE = ("openid", "profile", "w_member_social")
#: What one may that has been: pages, comments, and reading what was posted.
REVIEWED = (
    *SELF_SERVE,
    "w_member_social_feed",
    "w_organization_social",
    "w_organization_social_feed",
    "r_member_social",
    "r_organization_social",
)
TOKEN_LIFE = timedelta(days=60)
CODE_LIFE = timedelta(minutes=30)
_PERSON = "urn:li:person:"
_HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A key to one member's account."""

    value: str = field(repr=False)
    #: The ``sub`` of userinfo: ``abc`` of ``urn:li:person:abc``.
    member: str
    scopes: tuple[str, ...]
    #: URNs of pages on which the member has a role that may post.
    organizations: frozenset[str]
    authorized_at: datetime
    expires_at: datetime
    revoked: bool
    #: The app it was given to; None where it does not matter.
    client: str | None

    @property
    def person(self) -> str:
        """The member's URN."""
        return f"{_PERSON}{self.member}"

    def writes_as(self, author: str, *, suffix: str = "") -> bool:
        """Whether it may post as an author; with the suffix ``_feed``, comment as one."""
        if author == self.person:
            return f"w_member_social{suffix}" in self.scopes
        return author in self.organizations and f"w_organization_social{suffix}" in self.scopes

    def reads(self, author: str) -> bool:
        """Whether it may read what an author posted and uploaded."""
        scope = "r_member_social" if author == self.person else "r_organization_social"
        return scope in self.scopes and (author == self.person or author in self.organizations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """An app in the developers' portal."""

    id: str
    secret: str = field(repr=False)
    #: Where a code may be sent; None: anywhere on the loopback.
    redirect_uris: tuple[str, ...] | None
    #: Who consents in the browser.
    member: str
    #: What its products allow.
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Code:
    client: str
    redirect_uri: str
    scopes: tuple[str, ...]
    at: datetime


class Accounts:
    """All tokens and apps."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._tokens: dict[str, Token] = {}
        self._clients: dict[str, Client] = {}
        self._codes: dict[str, _Code] = {}
        self._issued = 0
        #: Whether the person in the browser consents.
        self.consents = True

    def add_token(
        self,
        value: str,
        *,
        member: str,
        scopes: Iterable[str],
        organizations: Iterable[str],
        expires_at: datetime | None,
        revoked: bool,
        client: str | None,
    ) -> Token:
        """Make a token known; without an end it lives for 60 days from now."""
        now = self._clock()
        token = Token(
            value=value,
            member=member,
            scopes=tuple(scopes),
            organizations=frozenset(organizations),
            authorized_at=now,
            expires_at=expires_at or now + TOKEN_LIFE,
            revoked=revoked,
            client=client,
        )
        self._tokens[value] = token
        return token

    def revoke(self, value: str) -> None:
        """End a token."""
        self._tokens[value] = replace(self._tokens[value], revoked=True)

    def add_client(self, client: Client) -> None:
        """Make an app known."""
        self._clients[client.id] = client

    def bearer(self, request: Request) -> Token:
        """The token that came with a request."""
        kind, _, value = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not value.strip():
            raise refused(401, "EMPTY_ACCESS_TOKEN", "Empty oauth2 access token")
        token = self._tokens.get(value.strip())
        if token is None:
            raise refused(401, "INVALID_ACCESS_TOKEN", "Invalid access token")
        if token.revoked:
            raise refused(401, "REVOKED_ACCESS_TOKEN", "The token used in the request has been revoked by the user")
        if token.expires_at <= self._clock():
            raise refused(401, "EXPIRED_ACCESS_TOKEN", "The token used in the request has expired")
        return token

    def userinfo(self, token: Token) -> Reply:
        """Whose token it is."""
        if not {"openid", "profile"} <= set(token.scopes):
            raise denied("userinfo.GET", None)
        names = {"name": f"Member {token.member}", "given_name": "Member", "family_name": token.member}
        return json_reply(200, {"sub": token.member, **names, "locale": {"country": "US", "language": "en"}})

    # ── OAuth ────────────────────────────────────────────────────────────────────────────────────

    def authorization(self, request: Request) -> Reply:
        """The page of consent, on which the member decides at once: a redirect with code and state."""
        asked = request.query
        client = self._clients.get(asked.get("client_id", ""))
        if client is None:
            return _page("The passed in client_id is invalid")
        target = asked.get("redirect_uri", "")
        if not _may_redirect(client, target):
            return _page("The redirect_uri does not match the registered value")
        state = {"state": asked["state"]} if "state" in asked else {}
        scopes = tuple(asked.get("scope", "").split())
        if asked.get("response_type") != "code":
            return _redirect(target, {"error": "unsupported_response_type", **state})
        wrong = [scope for scope in scopes if scope not in client.scopes]
        if wrong or not scopes:
            told = f'Scope "{wrong[0] if wrong else ""}" is not authorized for your application'
            return _redirect(target, {"error": "unauthorized_scope_error", "error_description": told, **state})
        if not self.consents:
            told = "The user cancelled the authorization"
            return _redirect(target, {"error": "user_cancelled_authorize", "error_description": told, **state})
        self._issued += 1
        code = f"code-{self._issued}"
        self._codes[code] = _Code(client=client.id, redirect_uri=target, scopes=scopes, at=self._clock())
        return _redirect(target, {"code": code, **state})

    def access_token(self, request: Request) -> Reply:
        """A token for a code."""
        form = request.form
        client = self._client(form)
        if client is None:
            return _oauth_error(401, "invalid_client", "Client authentication failed")
        if form.get("grant_type") != "authorization_code":
            return _oauth_error(400, "unsupported_grant_type", "grant_type is not supported")
        code = self._codes.pop(form.get("code", ""), None)
        now = self._clock()
        if (
            code is None
            or now - code.at > CODE_LIFE
            or (code.client, code.redirect_uri) != (client.id, form.get("redirect_uri"))
        ):
            told = (
                "Unable to retrieve access token: appid/redirect uri/code verifier does not match authorization code. "
                "Or authorization code expired. Or external member binding exists"
            )
            return _oauth_error(400, "invalid_request", told)
        for value, old in self._tokens.items():
            same = (old.client, old.member) == (client.id, client.member)
            if same and set(old.scopes) != set(code.scopes):
                self._tokens[value] = replace(old, revoked=True)
        self._issued += 1
        token = self.add_token(
            f"issued-token-{self._issued}",
            member=client.member,
            scopes=code.scopes,
            organizations=(),
            expires_at=None,
            revoked=False,
            client=client.id,
        )
        answer = {
            "access_token": token.value,
            "expires_in": int(TOKEN_LIFE.total_seconds()),
            "scope": ",".join(token.scopes),
            "token_type": "Bearer",
        }
        return json_reply(200, answer)

    def introspection(self, request: Request) -> Reply:
        """What is known of a token, told to the app that it was given to."""
        client = self._client(request.form)
        if client is None:
            return _oauth_error(401, "invalid_client", "Client authentication failed")
        token = self._tokens.get(request.form.get("token", ""))
        if token is None or token.client not in (None, client.id):
            return json_reply(200, {"active": False})
        expired = token.expires_at <= self._clock()
        status = "revoked" if token.revoked else "expired" if expired else "active"
        answer = {
            "active": status == "active",
            "auth_type": "3L",
            "authorized_at": int(token.authorized_at.timestamp()),
            "client_id": client.id,
            "created_at": int(token.authorized_at.timestamp()),
            "expires_at": int(token.expires_at.timestamp()),
            "scope": ",".join(token.scopes),
            "status": status,
        }
        return json_reply(200, answer)

    def _client(self, form: dict[str, str]) -> Client | None:
        client = self._clients.get(form.get("client_id", ""))
        return client if client is not None and client.secret == form.get("client_secret") else None


def _may_redirect(client: Client, target: str) -> bool:
    if client.redirect_uris is not None:
        return target in client.redirect_uris
    return urlsplit(target).hostname in ("localhost", "127.0.0.1", "::1")


def _redirect(target: str, fields: dict[str, str]) -> Reply:
    return Reply(status=302, headers={"Location": f"{target}{'&' if '?' in target else '?'}{urlencode(fields)}"})


def _page(told: str) -> Reply:
    return Reply(status=400, headers=_HTML, body=f"<!doctype html><title>LinkedIn</title><p>{told}".encode())


def _oauth_error(status: int, error: str, description: str) -> Reply:
    return json_reply(status, {"error": error, "error_description": description}, code=error)
