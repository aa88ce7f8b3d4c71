"""Examine an account without publishing anything: token, scopes, days left, version, and whether it may post."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from pipeline.channels.contract import Finding
from pipeline.channels.linkedin.api import Api
from pipeline.channels.linkedin.errors import Account, error_of
from pipeline.channels.linkedin.oauth import Client, introspect
from pipeline.channels.linkedin.person import PERSON, member_of, refuse_another
from pipeline.errors import ChannelError
from pipeline.records import replace
from pipeline.secrets import Kept

#: Days before its end at which a token's life is spoken of, nearest first.
STEPS = (1, 7, 14)
#: A version lives for a year at least, and ended in the middle of its month so far (migrations page, spring 2026).
_MONTHS, _LAST_DAY = 12, 15


def findings(
    api: Api, account: Account, kept: Kept, client: Client | None, *, now: datetime, last_day: datetime | None
) -> Iterator[Finding]:
    """What is well and what is not. ``client`` is None where the app's id or secret is not known."""
    yield well("token-found", f"the token comes from the {kept.source}")
    whose, member = _owner(api, account)
    yield whose
    account = replace(account, author=account.author or member)
    expires = kept.expires_at
    if client is not None:
        try:
            seen = introspect(client, api.token)
        except ChannelError as error:
            yield soon("token-unseen", str(error))
        else:
            expires = seen.expires_at or expires
            yield from _scopes(seen.scopes, account) if seen.active else (_ended(account),)
    yield from life(expires, account.name, now=now, last_day=last_day)
    yield age(api.version, account.name, now=now)
    yield _may_post(api, account)


def life(expires: datetime | None, name: str, *, now: datetime, last_day: datetime | None) -> Iterator[Finding]:
    """How long a token lives, against today and against the last day it is needed for."""
    if expires is None:
        yield well("token-life", "when the token ends is not known; LinkedIn's end 60 days after login")
        return
    left = expires - now
    login = f"run 'daycast login {name}'"
    if left <= timedelta():
        yield broken("token-expired", f"the token ended on {_date(expires)}: {login}")
        return
    days = f"{left.days} day{'' if left.days == 1 else 's'}" if left.days else f"{left.seconds // 3600} h"
    step = next((step for step in STEPS if left <= timedelta(days=step)), None)
    if step is not None:
        yield soon(f"token-expires-{step}", f"the token ends in {days}, on {_date(expires)}: {login}")
    elif last_day is not None and last_day > expires:
        yield soon(
            "token-too-short",
            f"the token ends on {_date(expires)}, before the last day that is planned, {_date(last_day)}: {login} "
            "once more until then",
        )
    else:
        yield well("token-life", f"the token has {days} left, until {_date(expires)}")


def age(version: str, name: str, *, now: datetime) -> Finding:
    """A version of the API against its expected end; it is spoken of from a month before on."""
    if len(version) != 6 or not version.isdigit() or not 1 <= int(version[4:]) <= 12:
        return broken("version-odd", f"version is '{version}': set [channels.{name}] version to a year and month")
    months = int(version[:4]) * 12 + int(version[4:]) - 1 + _MONTHS
    end = datetime(months // 12, months % 12 + 1, _LAST_DAY, tzinfo=UTC)
    told = f"version {version} of LinkedIn's API is expected to end about {_date(end)}"
    before = months - 1
    if now < datetime(before // 12, before % 12 + 1, 1, tzinfo=UTC):
        return well("version-age", told)
    return soon(
        "version-ends", f"{told}: set [channels.{name}] version to a newer one, or upgrade daycast for its default"
    )


def _owner(api: Api, account: Account) -> tuple[Finding, str | None]:
    """Whose token it is: a finding, and the person where that is known."""
    if account.author is not None and not account.author.startswith(PERSON):
        told = f"posts as {account.author}; LinkedIn does not tell whose page a token may use"
        return well("token-owner", told), None
    try:
        member = member_of(api, account)
        refuse_another(member, account.author, account.name)
    except ChannelError as error:
        return broken("token-owner", str(error)), None
    return well("token-owner", f"posts as {member}"), member


def _scopes(scopes: frozenset[str], account: Account) -> Iterator[Finding]:
    organization = (account.author or "").startswith("urn:li:organization:")
    needed = "w_organization_social" if organization else "w_member_social"
    if needed in scopes:
        yield well("token-scopes", f"the token may: {', '.join(sorted(scopes))}")
    else:
        yield broken(
            "token-scopes",
            f"the token lacks the scope {needed}: add the product {account.product} to your app, "
            f"then run 'daycast login {account.name}'",
        )


def _may_post(api: Api, account: Account) -> Finding:
    """Ask for an upload and never make it: what may not post is refused here as well, and nothing becomes visible."""
    if account.author is None:
        return well("may-post", "not tried, since the author is not known")
    try:
        got = api.initialize_upload("image", account.author)
    except ChannelError as error:
        return broken("may-post", str(error))
    if got.status == 200:
        return well("may-post", f"LinkedIn takes uploads with this token, as version {api.version}")
    return broken(
        "may-post", str(error_of(got, action="ask for an upload", account=account, unclear="", repeatable=True))
    )


def _ended(account: Account) -> Finding:
    return broken("token-expired", f"LinkedIn says that the token has ended: run 'daycast login {account.name}'")


def _date(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def well(code: str, message: str) -> Finding:
    """A finding that all is well."""
    return Finding(level="ok", code=code, message=message)


def soon(code: str, message: str) -> Finding:
    """A finding of what will need a person."""
    return Finding(level="warning", code=code, message=message)


def broken(code: str, message: str) -> Finding:
    """A finding of what needs a person now."""
    return Finding(level="error", code=code, message=message)
