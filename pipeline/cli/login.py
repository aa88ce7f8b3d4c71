"""Log in to a channel: consent in the browser, and the token is kept where only you can read it.

Your app's id comes from the setting client_id or from DAYCAST_LINKEDIN_CLIENT_ID, its secret from
DAYCAST_LINKEDIN_CLIENT_SECRET. The app must name http://localhost:PORT/callback as a redirect address, letter for
letter. With --token, a token that you made by hand is read from standard input instead.
"""

from __future__ import annotations

import argparse
import os
import sys
import webbrowser
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe

from pipeline import secrets
from pipeline.channels.linkedin.api import Api
from pipeline.channels.linkedin.callback import listening
from pipeline.channels.linkedin.channel import VERSION, client_of
from pipeline.channels.linkedin.errors import Account
from pipeline.channels.linkedin.oauth import Client, Grant, consent_url, grant_for, introspect, scopes_for
from pipeline.channels.linkedin.person import member_of, refuse_another
from pipeline.cli.run import settings
from pipeline.config import LinkedIn
from pipeline.errors import ConfigError, NotAuthorizedError

PORT = 8910
#: Seconds to come back from the browser in.
PATIENCE = 300.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``login``."""
    parser.add_argument(
        "channel",
        nargs="?",
        default="linkedin",
        metavar="CHANNEL",
        help="the account's name in the settings (linkedin)",
    )
    parser.add_argument(
        "--port", type=int, default=PORT, metavar="N", help=f"the port the browser comes back to ({PORT})"
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address instead of opening it")
    parser.add_argument("--token", action="store_true", help="read a token you made by hand from standard input")


def run(options: argparse.Namespace, here: Path) -> int:
    """Get a token, see whose it is, and keep it."""
    _, config = settings(here)
    account = config.accounts.get(options.channel)
    if account is None:
        raise ConfigError(
            f"no account named '{options.channel}' is in the settings; there are: {', '.join(config.accounts)}"
        )
    now = datetime.now(UTC)
    client = _client(options.channel, account)
    grant = _given(client) if options.token else _consented(options, account, client, now)
    member = _owner(options.channel, account, grant.token)
    where = secrets.store(
        options.channel, token=grant.token, expires_at=grant.expires_at, author=member, scope=grant.scope
    )
    ends = (
        f"it ends on {grant.expires_at:%Y-%m-%d}" if grant.expires_at else "LinkedIn's end 60 days after they are made"
    )
    print(f"the token of {member} is in {where}; {ends}")
    if account.author is None:
        print(f'to post as nobody else: [channels.{options.channel}] author = "{member}"')
    shadow = secrets.variable(options.channel)
    if os.environ.get(shadow, "").strip():
        print(f"{shadow} is set, and is used in place of it", file=sys.stderr)
    return 0


def _client(name: str, account: LinkedIn) -> Client | None:
    identity, secret = client_of(name, account.client_id, os.environ)
    if not identity or not secret:
        return None
    return Client(base=account.oauth_base, id=identity, secret=secret, timeout=account.timeout)


def _given(client: Client | None) -> Grant:
    """A token made by hand, with what LinkedIn tells of it where the app is known."""
    if sys.stdin.isatty():
        from getpass import getpass

        token = getpass("token: ").strip()
    else:
        token = sys.stdin.readline().strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise ConfigError(
            "standard input holds no token; make one at https://www.linkedin.com/developers/tools/oauth/token-generator"
        )
    secrets.remember(token)
    if client is None:
        return Grant(token=token, expires_at=None, scope=None)
    seen = introspect(client, token)
    if not seen.active:
        raise NotAuthorizedError("log in: LinkedIn says that this token has ended; make another")
    return Grant(token=token, expires_at=seen.expires_at, scope=" ".join(sorted(seen.scopes)) or None)


def _consented(options: argparse.Namespace, account: LinkedIn, client: Client | None, now: datetime) -> Grant:
    if client is None:
        raise ConfigError(
            f"the app is not known: set [channels.{options.channel}] client_id, and DAYCAST_LINKEDIN_CLIENT_SECRET in "
            "the environment, both from your app's Auth tab at https://www.linkedin.com/developers/apps; "
            "or give a token made there with --token"
        )
    if not 0 <= options.port <= 65535:
        raise ConfigError(f"--port is {options.port}, expected a number up to 65535")
    with listening(options.port, token_urlsafe(32)) as callback:
        url = consent_url(
            client.base,
            client_id=client.id,
            redirect_uri=callback.redirect_uri,
            state=callback.state,
            scope=scopes_for(account.author),
        )
        print(f"your app must name {callback.redirect_uri} as a redirect address", file=sys.stderr)
        if options.no_browser or not webbrowser.open(url):
            print(f"open this address in a browser on this machine:\n{url}", flush=True)
        else:
            print("waiting for you in the browser (Ctrl-C ends it)", file=sys.stderr)
        code = callback.code(PATIENCE)
    return grant_for(client, code=code, redirect_uri=callback.redirect_uri, now=now)


def _owner(name: str, account: LinkedIn, token: str) -> str:
    """The person a token speaks for, who must be the author where that is a person."""
    version = os.environ.get(VERSION, "").strip() or account.version
    api = Api(base=account.api_base.rstrip("/"), token=token, version=version, timeout=account.timeout)
    member = member_of(api, Account(name=name, version=version, author=account.author))
    refuse_another(member, account.author, name)
    return member
