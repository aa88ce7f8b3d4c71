"""Get a token for a person who consents in the browser, and look at one (OAuth 2, code flow with state)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from pipeline.channels.linkedin.api import object_in, repeatable
from pipeline.errors import NotAuthorizedError, NotSentError
from pipeline.http import Response, send
from pipeline.records import dataclass, field
from pipeline.secrets import redact, remember

#: Whose token it is, and posting as that person; consented to together, since a later set ends the tokens of an
#: earlier one (linkedin.com authentication pages, 2026-11).
PERSON = "openid profile w_member_social"
ORGANIZATION = f"{PERSON} w_organization_social"
_LIMIT = 1 << 20
#: An answer names its errors in a word; what is to be done about each.
_REMEDIES = {
    "invalid_client": "compare client_id and DAYCAST_LINKEDIN_CLIENT_SECRET with your app's Auth tab",
    "invalid_client_id": "compare client_id with your app's Auth tab",
    "invalid_redirect_uri": "add the address that login printed to your app's Auth tab, letter for letter",
    "invalid_request": "log in again: a code serves once, for half an hour",
    "invalid_grant": "log in again: a code serves once, for half an hour",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """An app as LinkedIn knows it."""

    #: ``https://www.linkedin.com``.
    base: str
    id: str
    secret: str = field(repr=False)
    #: Seconds, of each request in total.
    timeout: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A token with its life."""

    token: str = field(repr=False)
    #: UTC; None where LinkedIn does not say.
    expires_at: datetime | None
    #: Divided by spaces.
    scope: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Introspection:
    """What LinkedIn knows of a token."""

    active: bool
    expires_at: datetime | None
    scopes: frozenset[str]


def scopes_for(author: str | None) -> str:
    """What to ask consent for in order to post as an author."""
    return ORGANIZATION if (author or "").startswith("urn:li:organization:") else PERSON


def consent_url(base: str, *, client_id: str, redirect_uri: str, state: str, scope: str) -> str:
    """Where a person consents."""
    query = urlencode(
        {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": redirect_uri,
            "state": state,
            "scope": scope,
        }
    )
    return f"{base}/oauth/v2/authorization?{query}"


def grant_for(client: Client, *, code: str, redirect_uri: str, now: datetime) -> Grant:
    """The token for a code. Raises NotAuthorizedError where LinkedIn refuses, NotSentError where it cannot be asked."""
    remember(code)
    got = _post(
        client,
        "accessToken",
        {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri},
    )
    found = object_in(got)
    token = found.get("access_token")
    if got.status != 200 or not isinstance(token, str) or not token:
        raise NotAuthorizedError(_refusal("get a token", got, found))
    remember(token)
    seconds = found.get("expires_in")
    known = isinstance(seconds, int) and not isinstance(seconds, bool) and 0 < seconds < 10**9
    scope = found.get("scope")
    return Grant(
        token=token,
        expires_at=now + timedelta(seconds=int(str(seconds))) if known else None,
        # Granted scopes come divided by commas (seen in answers, 2026-11).
        scope=" ".join(scope.replace(",", " ").split()) if isinstance(scope, str) else None,
    )


def introspect(client: Client, token: str) -> Introspection:
    """What LinkedIn knows of a token. Raises as ``grant_for``."""
    got = repeatable(lambda: _post(client, "introspectToken", {"token": token}))
    found = object_in(got)
    if got.status != 200 or not isinstance(found.get("active"), bool):
        raise NotAuthorizedError(_refusal("look at the token", got, found))
    scope, expires = found.get("scope"), found.get("expires_at")
    known = isinstance(expires, int) and 0 < expires < 10**11
    return Introspection(
        active=found["active"] is True,
        expires_at=datetime.fromtimestamp(int(str(expires)), UTC) if known else None,
        scopes=frozenset(scope.replace(",", " ").split()) if isinstance(scope, str) else frozenset(),
    )


def _post(client: Client, path: str, form: Mapping[str, str]) -> Response:
    remember(client.secret)
    body = urlencode({**form, "client_id": client.id, "client_secret": client.secret}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    got = send(
        "POST", f"{client.base}/oauth/v2/{path}", headers=headers, body=body, timeout=client.timeout, limit=_LIMIT
    )
    if got.status >= 500 or got.status == 429:
        raise NotSentError(f"LinkedIn's login answers {got.status}; try again in a while")
    return got


def _refusal(action: str, got: Response, found: Mapping[str, object]) -> str:
    error = str(found.get("error") or "no reason given")
    said = " ".join(redact(str(found.get("error_description") or "")).split())[:200]
    remedy = _REMEDIES.get(error, "look at your app at https://www.linkedin.com/developers/apps")
    return f"{action}: LinkedIn refused ({got.status} {error}{': ' if said else ''}{said}): {remedy}"
