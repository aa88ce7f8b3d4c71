"""Tell a person what needs them: by a command, a webhook or a mail, each with a time limit, none in the way."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import asdict
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline import host, http
from pipeline.errors import NotSentError, UnconfirmedError
from pipeline.patterns import pattern
from pipeline.records import dataclass
from pipeline.secrets import masked, remember

if TYPE_CHECKING:
    import smtplib
    from email.message import EmailMessage

    from pipeline.config import Command, Notify

_SECONDS = 15.0
#: An address in a sentence, with the host apart from the rest, which may be a secret.
_ADDRESS = pattern(r"\bhttps?://(\[[^\]\s]*\]|[^\s/:?#]*)[^\s]*?(?=:?(?:\s|$))")


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

    Secrets come from the environment: ``DAYCAST_NOTIFY_SECRET`` signs for the webhook, ``DAYCAST_SMTP_USER`` and
    ``DAYCAST_SMTP_PASSWORD`` sign in to the mail server. Gives what failed, in sentences; never raises for it.
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

    user, password = os.environ.get("DAYCAST_SMTP_USER"), os.environ.get("DAYCAST_SMTP_PASSWORD")
    link = smtplib.SMTP(timeout=timeout)
    done = threading.Event()
    # A socket's own timeout starts anew with each byte that drips in.
    threading.Thread(target=_cut_after, args=(timeout, link, done), daemon=True).start()
    try:
        mail = _mail(event, address)
        place = urlsplit(f"//{server}")
        host = place.hostname or "localhost"
        # A password is told to this machine, or to a host that has proved to be the one that was meant.
        guarded = bool(user and password) and not _is_here(host)
        with link:
            link.connect(host, place.port or 25)
            link.ehlo_or_helo_if_needed()
            if link.has_extn("starttls"):
                _encrypt(link, host, proved=guarded)
            elif guarded:
                return f"[notify] email: {host} offers no STARTTLS, and the password was not sent in the clear"
            if user and password:
                remember(password)
                link.login(user, password)
            link.send_message(mail)
    except (OSError, ValueError, smtplib.SMTPException) as error:
        return f"[notify] email: {type(error).__name__}: {masked(str(error))[:200]}"
    finally:
        done.set()
    return None


def _encrypt(link: smtplib.SMTP, host: str, *, proved: bool) -> None:
    """Go on in TLS; ``proved`` asks for a certificate that can be trusted.

    Not by ``link.starttls``, which knows the host only of a link that was connected as it was made.
    """
    import smtplib
    import ssl

    code, said = link.docmd("STARTTLS")
    if code != 220:
        raise smtplib.SMTPResponseException(code, said)
    context = ssl.create_default_context()
    if not proved:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    assert link.sock is not None
    link.sock = context.wrap_socket(link.sock, server_hostname=host)
    link.file = None  # what came before does not count (RFC 3207, 4.2)
    link.ehlo()


def _is_here(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _cut_after(timeout: float, link: smtplib.SMTP, done: threading.Event) -> None:
    """Cut a link that is not done in time; once more while it goes on, since connecting and TLS bring a new socket."""
    while not done.wait(timeout):
        handle, timeout = link.sock, 0.1
        if handle is not None:
            with suppress(OSError):
                # Not the method of a TLS socket: that one first lets what follows pass in the clear.
                socket.socket.shutdown(handle, socket.SHUT_RDWR)


def _mail(event: Event, address: str) -> EmailMessage:
    from email.message import EmailMessage
    from email.policy import SMTP

    # Not every server says that it takes eight bits (RFC 6152).
    mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
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
