"""Tell whose token it is."""

from __future__ import annotations

from pipeline.channels.linkedin.api import Api, object_in
from pipeline.channels.linkedin.errors import Account, error_of
from pipeline.errors import NotAuthorizedError, NotSentError

PERSON = "urn:li:person:"


def member_of(api: Api, account: Account) -> str:
    """The URN of the person a token speaks for.

    Raises NotAuthorizedError where LinkedIn does not take the token or it may not tell, NotSentError where LinkedIn
    cannot be asked.
    """
    got = api.userinfo()
    if got.status == 403:
        raise NotAuthorizedError(
            f"look whose token it is: LinkedIn answered 403: the token lacks the scopes openid and profile: add the "
            f"product 'Sign In with LinkedIn using OpenID Connect' to your app, then run 'daycast login {account.name}'"
        )
    if got.status != 200:
        raise error_of(got, action="look whose token it is", account=account, unclear="", repeatable=True)
    sub = object_in(got).get("sub")
    if not isinstance(sub, str) or not sub:
        raise NotSentError("look whose token it is: the answer is none of LinkedIn's")
    return f"{PERSON}{sub}"


def refuse_another(member: str, author: str | None, name: str) -> None:
    """Raise NotAuthorizedError where a token's member is not the person who is to be the author."""
    if author is not None and author.startswith(PERSON) and author != member:
        raise NotAuthorizedError(
            f"the token is {member}'s, but [channels.{name}] author is {author}: log in as that person with "
            f"'daycast login {name}', or change author"
        )
