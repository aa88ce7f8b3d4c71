"""The channel: post an entry as a member or an organization, or leave it to a person."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.channels.contract import Context, Finding, Setup
from pipeline.channels.linkedin import diagnose, document, media
from pipeline.channels.linkedin.api import Api, object_in, permalink, post_urn
from pipeline.channels.linkedin.errors import Account, error_of
from pipeline.channels.linkedin.handout import handout
from pipeline.channels.linkedin.oauth import Client
from pipeline.channels.linkedin.person import member_of, refuse_another
from pipeline.channels.web import fingerprint_of
from pipeline.config import LinkedIn
from pipeline.delivery import Artifact, Receipt, digest_of
from pipeline.errors import (
    ChannelError,
    ConfigError,
    NotAuthorizedError,
    NotSentError,
    RejectedError,
    RenderError,
    UnconfirmedError,
)
from pipeline.http import Response
from pipeline.records import replace
from pipeline.render.linkedin import linkedin_post
from pipeline.secrets import LOOPBACK, Kept, Secret, variable

#: Read from the environment in place of the setting ``version``.
VERSION = "DAYCAST_LINKEDIN_VERSION"


class LinkedInChannel:
    """An instance of the channel: one account."""

    #: LinkedIn takes no key by which it would know a second try.
    idempotent = False

    def __init__(self, setup: Setup, *, env: Mapping[str, str] = os.environ) -> None:
        """From the setup's clock a wait that LinkedIn asks for counts; without it, from the answer's own date.

        Raises ConfigError where a token would travel unencrypted.
        """
        self.name = setup.name
        self._settings: LinkedIn = setup.config.accounts[setup.name]
        self._secret = setup.secret
        self._env = env
        self._clock = setup.clock
        #: Fingerprint → the member it was found to be.
        self._members: dict[str, str] = {}
        #: Keys of slots that LinkedIn answered 409 once.
        self._conflicts: set[str] = set()
        for key in ("api_base", "oauth_base"):
            parts = urlsplit(getattr(self._settings, key))
            if parts.scheme != "https" and parts.hostname not in LOOPBACK:
                raise ConfigError(
                    f"[channels.{self.name}] {key} is '{getattr(self._settings, key)}': a token travels only over https"
                )

    # ── making ───────────────────────────────────────────────────────────────────────────────────

    def render(self, context: Context) -> Artifact:
        """The post of an entry, with a name made of its digest in place of each file that is not uploaded yet.

        Raises RenderError that lists what keeps it from being posted.
        """
        post = linkedin_post(
            context.posted,
            edition=context.edition,
            root=context.root,
            config=context.config,
            templates=context.templates,
            summary=context.summary,
            name=self.name,
            cards=context.cards,
        )
        wrong = [str(problem) for problem in post.problems if problem.severity == "error"]
        if wrong or not post.fits:
            raise RenderError("\n".join(wrong or map(str, post.text.errors)))
        body, files = dict(post.body), post.images
        own = context.posted.entry.overrides.get(self.name, {})
        if str(own.get("format", "")).lower() == document.FORMAT:
            pdf = document.document_of(context)
            body["content"], files = document.content_of(pdf), (pdf,)
        # Whose account it is makes no other post of it: drift is about what people see.
        seen = {key: value for key, value in body.items() if key != "author"}
        return Artifact(
            media_type="application/json",
            body=media.written(body),
            text=post.text.plain,
            digest=digest_of(media.written({**seen, "comment": post.comment})),
            media=files,
            comment=post.comment,
        )

    # ── by hand ──────────────────────────────────────────────────────────────────────────────────

    @property
    def by_hand(self) -> bool:
        """Whether a person posts: as set, else where there is no token. One that cannot be read is not none."""
        if self._settings.mode is not None:
            return self._settings.mode == "manual"
        try:
            return self._secret() is None
        except ConfigError:
            return False

    def handout(self, artifact: Artifact, context: Context) -> str:
        """The text, then link, files, first comment, where to paste them and what to type then."""
        series = f" --series {context.posted.series.slug}" if len(context.edition.series) > 1 else ""
        channel = f" --channel {self.name}" if self.name != "linkedin" else ""
        done = f"daycast done {context.posted.entry.called}{series}{channel} [URL]"
        return handout(artifact, json.loads(artifact.body), done)

    # ── sending ──────────────────────────────────────────────────────────────────────────────────

    def prepare(self, artifact: Artifact, *, key: str, root: Path) -> Artifact:  # noqa: ARG002 (uploads have no key)
        """See that the token is the author's, upload the files, and put author and LinkedIn's names into the body."""
        api = self._api()
        author = self._author(api)
        names = {}
        for file in artifact.media:
            data = media.read(file, root)
            got = self._good(api.initialize_upload(file.kind, author), "prepare an upload", author)
            address, urn = media.upload_of(object_in(got), file.kind, api.base)
            put = api.upload(address, data)
            if put.status == 403:  # of this address, which lives shortly; the account was let in a moment ago
                raise NotSentError(f"upload {file.source}: LinkedIn answered 403: tried again with a new address")
            self._good(put, f"upload {file.source}", author)
            names[media.placeholder(file)] = urn
        body = media.named(json.loads(artifact.body), names)
        return replace(artifact, body=media.written({**body, "author": author}))

    def publish(self, artifact: Artifact, *, key: str) -> Receipt:
        """Post it, once."""
        unclear = f"it may be out: look at LinkedIn, then 'daycast resolve {key} --published URL' or '--retry'"
        got = _once(lambda: self._api().create_post(artifact.body), unclear)
        urn = post_urn(got.headers.get("x-restli-id"))
        if 200 <= got.status < 300 and urn is not None:
            return Receipt(remote_id=urn, url=permalink(urn))
        if got.status == 201:
            note = (
                "published, but LinkedIn named no URN; find the post there, and tell its address with "
                f"'daycast resolve {key} --published URL'"
            )
            return Receipt(remote_id=None, url=None, note=note)
        if got.status == 409 and key in self._conflicts:
            raise RejectedError("publish: LinkedIn answered 409 twice: look at LinkedIn, then try the slot again")
        if got.status == 409:
            self._conflicts.add(key)
        raise self._error(got, "publish", self._settings.author, unclear=unclear)

    # ── afterwards ───────────────────────────────────────────────────────────────────────────────

    def update(self, receipt: Receipt, artifact: Artifact) -> None:
        """Put the artifact's text in place of the post's; nothing else of a post can be changed."""
        urn = _changeable(receipt)
        unclear = "its text may have been changed: run 'daycast update' again, which does no harm"
        commentary = str(json.loads(artifact.body)["commentary"])
        got = _once(lambda: self._api().change_post(urn, commentary), unclear)
        if not 200 <= got.status < 300:
            raise self._error(got, "update", self._settings.author, unclear=unclear)

    def retract(self, receipt: Receipt) -> None:
        """Delete the post. The same text is refused by LinkedIn as a duplicate for a while afterwards."""
        urn = _changeable(receipt)
        unclear = "it may be gone: run 'daycast retract' again, which does no harm"
        got = _once(lambda: self._api().delete_post(urn), unclear)
        if not 200 <= got.status < 300 and got.status not in (404, 410):
            raise self._error(got, "retract", self._settings.author, unclear=unclear)

    def comment(self, artifact: Artifact, receipt: Receipt) -> str | None:
        """Put the first comment below the post, where settings say so; a sentence where a person has to do it."""
        text = artifact.comment
        if not text:
            return None
        if not self._settings.first_comment:
            return f"paste the first comment below the post: {text}"
        if receipt.remote_id is None:
            return f"LinkedIn named no URN to comment on: paste the first comment below the post: {text}"
        author = str(json.loads(artifact.body).get("author") or self._settings.author or "")
        try:
            api = self._api()
            got = api.comment(receipt.remote_id, author, text, documented=True)
            if got.status == 403:
                got = api.comment(receipt.remote_id, author, text, documented=False)
            if not 200 <= got.status < 300:
                raise self._error(got, "comment", author, unclear="it may be there")
        except UnconfirmedError as error:
            return f"{error}: look below the post, and paste the first comment if it is not there: {text}"
        except ChannelError as error:
            return f"{error}: paste the first comment below the post: {text}"
        return None

    # ── the account ──────────────────────────────────────────────────────────────────────────────

    @property
    def fingerprint(self) -> str:
        """Differs when token, version or author does; says nothing of the token."""
        try:
            token = self._secret() or ""
        except ConfigError:
            token = ""
        return self._fingerprint(token)

    def diagnose(self, *, now: datetime, last_day: datetime | None) -> tuple[Finding, ...]:
        """What is well with the account and what is not; publishes nothing."""
        try:
            kept = self._kept()
        except ConfigError as error:
            return (diagnose.broken("token-unreadable", str(error)),)
        if self._settings.mode == "manual" or (kept is None and self._settings.mode is None):
            why = "since settings say so" if self._settings.mode == "manual" else "since there is no token"
            return (diagnose.well("by-hand", f"a person posts, {why}"),)
        if kept is None:
            return (diagnose.broken("token-missing", self._no_token()),)
        api = self._api(kept.token)
        author = self._settings.author or kept.author
        found = diagnose.findings(api, self._account(author), kept, self._client(), now=now, last_day=last_day)
        return tuple(found)

    def _kept(self) -> Kept | None:
        if isinstance(self._secret, Secret):
            return self._secret.read()
        token = self._secret()
        return Kept(token=token) if token is not None else None

    def _client(self) -> Client | None:
        identity, secret = client_of(self.name, self._settings.client_id, self._env)
        if not identity or not secret:
            return None
        return Client(base=self._settings.oauth_base, id=identity, secret=secret, timeout=self._settings.timeout)

    def _api(self, token: str | None = None) -> Api:
        if token is None:
            try:
                token = self._secret()
            except ConfigError as error:
                raise NotAuthorizedError(str(error)) from error
        if token is None:
            raise NotAuthorizedError(self._no_token())
        settings = self._settings
        return Api(base=settings.api_base.rstrip("/"), token=token, version=self._version, timeout=settings.timeout)

    @property
    def _version(self) -> str:
        return self._env.get(VERSION, "").strip() or self._settings.version

    def _no_token(self) -> str:
        return (
            f"there is no token for {self.name}: run 'daycast login {self.name}', or set {variable(self.name)}, "
            f'or post by hand with [channels.{self.name}] mode = "manual"'
        )

    def _fingerprint(self, token: str) -> str:
        return fingerprint_of(token, self._version, self._settings.author, self._settings.api_base)

    def _author(self, api: Api) -> str:
        """The author, after a look whose token it is: once a process for each token and setting."""
        author = self._settings.author
        if author is not None and author.startswith("urn:li:organization:"):
            return author
        mark = self._fingerprint(api.token)
        member = self._members.get(mark)
        if member is None:
            member = member_of(api, self._account(author))
            refuse_another(member, author, self.name)
            self._members[mark] = member
        return member

    def _account(self, author: str | None) -> Account:
        return Account(name=self.name, version=self._version, author=author)

    def _good(self, got: Response, action: str, author: str) -> Response:
        if got.status not in (200, 201):
            raise self._error(got, action, author, unclear="", repeatable=True)
        return got

    def _error(
        self, got: Response, action: str, author: str | None, *, unclear: str, repeatable: bool = False
    ) -> ChannelError:
        return error_of(
            got,
            action=action,
            account=self._account(author),
            unclear=unclear,
            repeatable=repeatable,
            clock=self._clock,
        )


def client_of(name: str, client_id: str | None, env: Mapping[str, str]) -> tuple[str | None, str | None]:
    """An app's id and secret: an instance's own variables, else those of ``linkedin``; the id also from settings."""

    def given(what: str) -> str | None:
        return env.get(variable(name, what)) or env.get(variable("linkedin", what)) or None

    return client_id or given("CLIENT_ID"), given("CLIENT_SECRET")


def _once(request: Callable[[], Response], unclear: str) -> Response:
    """Make a request that says what to do where nobody knows whether it arrived."""
    try:
        return request()
    except UnconfirmedError as error:
        raise UnconfirmedError(f"{error}; {unclear}") from error


def _changeable(receipt: Receipt) -> str:
    urn = receipt.remote_id
    if urn is None or post_urn(urn) is None:
        what = f"{urn}, which is no post's" if urn else "no URN"
        raise RejectedError(
            f"the receipt holds {what}: change the post by hand, or find its share's URN in its Embed code on LinkedIn "
            "(the address of Copy link names another) and tell it to 'daycast resolve'"
        )
    return urn
