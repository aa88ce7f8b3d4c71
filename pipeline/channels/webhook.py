"""A channel that tells a server of one's own: a signed POST, for anything that daycast does not know.

Signed as Standard Webhooks has it (standardwebhooks.com, 1.0.0): the same ``webhook-id`` at each try, so that the
receiver can drop what comes twice.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from pipeline.channels.contract import NOT_ASKED, Context, Finding, Setup
from pipeline.channels.told import told
from pipeline.channels.web import (
    Server,
    base_of,
    fingerprint_of,
    needed,
    object_in,
    password_of,
    sent_again,
    text_in,
    written,
)
from pipeline.delivery import Artifact, Receipt, digest_of
from pipeline.errors import NotAuthorizedError
from pipeline.records import dataclass

_PREFIX = "whsec_"


class WebhookChannel:
    """An instance of the channel: one receiver."""

    #: Unless its settings say otherwise.
    idempotent = False

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Options:
        """The keys of ``[channels.webhook]``."""

        url: str
        #: Whether the receiver drops what comes twice under one ``webhook-id``: then what is unclear is sent again.
        idempotent: bool = False
        #: Seconds for one request.
        timeout: int = 30

    def __init__(self, setup: Setup, options: Options) -> None:
        """Raises ConfigError where the address is none that may be told anything."""
        self.name = setup.name
        self.idempotent = options.idempotent
        self._setup = setup
        self._url = base_of(setup, "url", options.url) + ("/" if options.url.endswith("/") else "")
        self._timeout = options.timeout

    def render(self, context: Context) -> Artifact:
        """The entry as JSON."""
        value = told(context, self.name)
        body = written(value)
        return Artifact(media_type="application/json", body=body, text=body.decode(), digest=digest_of(body))

    def publish(self, artifact: Artifact, *, key: str) -> Receipt:
        """Post it, signed. What the receiver answers as ``id`` and ``url`` is the receipt."""
        secret = needed(self._setup, what="secret")
        headers = {
            "Content-Type": artifact.media_type,
            **signed(secret, key, self._now(), artifact.body),
        }
        unclear = sent_again(key, harmless=self.idempotent, out="have arrived")
        got = self._server().ask("POST", "", action="publish", body=artifact.body, headers=headers, unclear=unclear)
        found = object_in(got)
        return Receipt(remote_id=text_in(found, "id"), url=text_in(found, "url") or got.headers.get("location"))

    @property
    def fingerprint(self) -> str:
        """Differs when the secret or the address does."""
        return fingerprint_of(password_of(self._setup), self._url)

    def diagnose(self, *, now: datetime, last_day: datetime | None) -> tuple[Finding, ...]:  # noqa: ARG002 (asks nobody)
        """Whether there is a secret; the receiver is not asked, since asking is telling."""
        try:
            needed(self._setup, what="secret")
        except NotAuthorizedError as error:
            return (Finding(level="error", code="secret-missing", message=str(error)),)
        return (
            Finding(
                level="ok", code=NOT_ASKED, message=f"tells {urlsplit(self._url).hostname}, signed; it is not asked"
            ),
        )

    def _server(self) -> Server:
        return Server(called="the receiver", base=self._url, timeout=self._timeout, clock=self._setup.clock)

    def _now(self) -> int:
        # Without a clock nothing is sent, but for a test that does not mind the moment.
        return int(self._setup.clock().timestamp()) if self._setup.clock is not None else 0


def signed(secret: str, identity: str, moment: int, body: bytes) -> Mapping[str, str]:
    """The headers that sign a message; ``moment`` is in seconds since 1970. Any other secret is taken as text."""
    key = secret.encode()
    if secret.startswith(_PREFIX):
        try:
            key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except binascii.Error:
            key = secret.encode()
    mark = hmac.new(key, f"{identity}.{moment}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": identity,
        "webhook-timestamp": str(moment),
        "webhook-signature": f"v1,{base64.b64encode(mark).decode()}",
    }
