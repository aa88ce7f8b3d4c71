"""Tell a person what needs them: by a command, a webhook or a mail, each with a time limit, none in the way."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline import host, http
from pipeline.errors import NotSentError, UnconfirmedError
from pipeline.secrets import masked

if TYPE_CHECKING:
    import smtplib
    from email.message import EmailMessage

    from pipeline.config import Command, Notify

_SECONDS = 15.0
#: An address in a sentence, with the host apart from the rest, which may be a secret.
_ADDRESS = re.compile(r"\bhttps?://(\[[^\]\s]*\]|[^\s/:?#]*)[^\s]*?(?=:?(?:\s|$))")


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
    #: What makes it another event than the last one of its kind; it is told once for each.
    occasion: str = ""


def send(event: Event, settings: Notify, *, root: Path, timeout: float = _SECONDS) -> tuple[str, ...]:
    """Tell of an event in every way that settings name, each within ``timeout`` seconds; a command runs at ``root``.

    Gives what failed, in sentences; never raises for it.
    """
    failures = []
    if settings.command is not None:
        failures.append(_by_command(event, settings.command, root, timeout))
    if settings.webhook is not None:
        failures.append(_by_webhook(event, settings.webhook, timeout))
    if settings.email is not None:
        failures.append(_by_mail(event, settings.email, settings.smtp or "localhost:25", timeout))
    return tuple(failure for failure in failures if failure is not None)


def beat(url: str) -> str | None:
    """Call a heartbeat address. Gives why it failed; None where it did not."""
    try:
        got = http.send("GET", url, timeout=_SECONDS, follow=True)
    except (NotSentError, UnconfirmedError, ValueError) as error:
        return f"the heartbeat was not taken: {_without_paths(error)}"
    return None if 200 <= got.status < 300 else f"the heartbeat address answers {got.status}"


def _by_command(event: Event, command: Command, root: Path, timeout: float) -> str | None:
    env = {
        **os.environ,
        "DAYCAST_EVENT": event.kind,
        "DAYCAST_KEY": event.key,
        "DAYCAST_SUBJECT": event.subject,
    }
    try:
        with subprocess.Popen(
            command if isinstance(command, str) else list(command),
            shell=isinstance(command, str),
            cwd=root,
            env=env,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=sys.platform != "win32",
        ) as child:
            try:
                _, said = child.communicate(_json(event), timeout=timeout)
            except subprocess.TimeoutExpired as error:
                if child.poll() is None:
                    return f"[notify] command: ended after {timeout:g} s"
                said = error.stderr or b""  # it is done, and has left something running that holds the pipe
            finally:
                host.end_group(child)
    except (OSError, ValueError) as error:
        return f"[notify] command: {type(error).__name__}"
    if child.returncode != 0:
        lines = masked(said.decode("utf-8", "replace")).strip().splitlines()
        return f"[notify] command: exit code {child.returncode}" + (f": {lines[-1][:200]}" if lines else "")
    return None


def _by_webhook(event: Event, url: str, timeout: float) -> str | None:
    headers = {"Content-Type": "application/json"}
    secret = os.environ.get("DAYCAST_NOTIFY_SECRET")
    try:
        body = _json(event)
        if secret:
            headers["X-Daycast-Signature"] = f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"
        got = http.send("POST", url, headers=headers, body=body, timeout=timeout)
    except (NotSentError, UnconfirmedError, ValueError) as error:
        return f"[notify] webhook: {_without_paths(error)}"
    return None if 200 <= got.status < 300 else f"[notify] webhook: answers {got.status}"


def _by_mail(event: Event, address: str, server: str, timeout: float) -> str | None:
    import smtplib

    link = smtplib.SMTP(timeout=timeout)
    # A socket's own timeout starts anew with each byte that drips in.
    watch = threading.Timer(timeout, _cut, (link,))
    watch.daemon = True
    watch.start()
    try:
        mail = _mail(event, address)
        place = urlsplit(f"//{server}")
        with link:
            link.connect(place.hostname or "localhost", place.port or 25)
            link.ehlo()
            if link.has_extn("starttls"):
                link.starttls()
                link.ehlo()
            user, password = os.environ.get("DAYCAST_SMTP_USER"), os.environ.get("DAYCAST_SMTP_PASSWORD")
            if user and password:
                link.login(user, password)
            link.send_message(mail)
    except (OSError, ValueError, smtplib.SMTPException) as error:
        return f"[notify] email: {type(error).__name__}: {masked(str(error))[:200]}"
    finally:
        watch.cancel()
    return None


def _cut(link: smtplib.SMTP) -> None:
    with suppress(OSError):
        if link.sock is not None:
            link.sock.shutdown(socket.SHUT_RDWR)


def _mail(event: Event, address: str) -> EmailMessage:
    from email.message import EmailMessage
    from email.policy import SMTP

    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = f"daycast: {' '.join(event.subject.split())}"
    mail["To"] = mail["From"] = address
    mail.set_content(event.text if event.url is None else f"{event.text}\n\n{event.url}")
    return mail


def _without_paths(error: Exception) -> str:
    """What went wrong, with no more of an address than its host: the rest may be a secret."""
    return _ADDRESS.sub(lambda found: found[1] or "the address", str(error))


def _json(event: Event) -> bytes:
    told = {name: value for name, value in asdict(event).items() if name != "occasion"}
    return json.dumps(told, ensure_ascii=False).encode()
