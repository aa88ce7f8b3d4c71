"""Tell a person what needs them: by a command, a webhook or a mail, each with a time limit, none in the way."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline import http
from pipeline.errors import NotSentError, UnconfirmedError

if TYPE_CHECKING:
    from pipeline.config import Command, Notify

_SECONDS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that a person should know."""

    #: ``rejected``, ``unconfirmed``, ``overdue``, ``late``, ``held``, ``handout`` or ``account``.
    kind: str
    #: Of the slot, or the channel's name.
    key: str
    #: A line.
    subject: str
    #: What to do, and for a handout everything to post.
    text: str
    url: str | None


def send(event: Event, settings: Notify, *, root: Path) -> tuple[str, ...]:
    """Tell of an event in every way that settings name; a command runs at ``root``.

    Gives what failed, in sentences; never raises for it.
    """
    failures = []
    if settings.command is not None:
        failures.append(_by_command(event, settings.command, root))
    if settings.webhook is not None:
        failures.append(_by_webhook(event, settings.webhook))
    if settings.email is not None:
        failures.append(_by_mail(event, settings.email, settings.smtp or "localhost:25"))
    return tuple(failure for failure in failures if failure is not None)


def beat(url: str) -> str | None:
    """Call a heartbeat address. Gives why it failed; None where it did not."""
    try:
        got = http.send("GET", url, timeout=_SECONDS, follow=True)
    except (NotSentError, UnconfirmedError) as error:
        return f"the heartbeat was not taken: {_without_path(error, url)}"
    return None if 200 <= got.status < 300 else f"the heartbeat address answers {got.status}"


def _by_command(event: Event, command: Command, root: Path) -> str | None:
    env = {
        **os.environ,
        "DAYCAST_EVENT": event.kind,
        "DAYCAST_KEY": event.key,
        "DAYCAST_SUBJECT": event.subject,
    }
    try:
        done = subprocess.run(
            command if isinstance(command, str) else list(command),
            shell=isinstance(command, str),
            input=_json(event),
            cwd=root,
            env=env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"[notify] command: {type(error).__name__}"
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return f"[notify] command: exit code {done.returncode}" + (f": {lines[-1][:200]}" if lines else "")
    return None


def _by_webhook(event: Event, url: str) -> str | None:
    body = _json(event)
    headers = {"Content-Type": "application/json"}
    secret = os.environ.get("DAYCAST_NOTIFY_SECRET")
    if secret:
        headers["X-Daycast-Signature"] = f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
    try:
        got = http.send("POST", url, headers=headers, body=body, timeout=_SECONDS)
    except (NotSentError, UnconfirmedError) as error:
        return f"[notify] webhook: {_without_path(error, url)}"
    return None if 200 <= got.status < 300 else f"[notify] webhook: answers {got.status}"


def _by_mail(event: Event, address: str, server: str) -> str | None:
    import smtplib
    from email.message import EmailMessage
    from email.policy import SMTP

    host, _, port = server.partition(":")
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = f"daycast: {' '.join(event.subject.split())}"
    mail["To"] = mail["From"] = address
    mail.set_content(event.text if event.url is None else f"{event.text}\n\n{event.url}")
    user, password = os.environ.get("DAYCAST_SMTP_USER"), os.environ.get("DAYCAST_SMTP_PASSWORD")
    try:
        with smtplib.SMTP(host, int(port or 25), timeout=_SECONDS) as link:
            link.ehlo()
            if link.has_extn("starttls"):
                link.starttls()
                link.ehlo()
            if user and password:
                link.login(user, password)
            link.send_message(mail)
    except (OSError, smtplib.SMTPException) as error:
        return f"[notify] email: {type(error).__name__}: {str(error)[:200]}"
    return None


def _without_path(error: Exception, url: str) -> str:
    """What went wrong, without the address's path: it may be a secret."""
    return str(error).replace(http.place_of(url), urlsplit(url).hostname or "the address")


def _json(event: Event) -> bytes:
    return json.dumps(asdict(event), ensure_ascii=False).encode()
