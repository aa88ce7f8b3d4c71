"""Hand mails to a server, and know of each whether it was taken: before the end of the data nothing was (RFC 5321)."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from email.utils import parseaddr
from types import TracebackType
from typing import Literal, Self

from pipeline.errors import NotAuthorizedError, NotSentError
from pipeline.patterns import pattern

Security = Literal["starttls", "tls", "none"]
#: Of any step: one has to sign in first, or differently (RFC 4954).
_SIGN_IN = (530, 534, 535, 538)
#: An enhanced status code (RFC 3463).
_MORE = pattern(r"[245]\.\d{1,3}\.\d{1,3}\b")


class TemporaryError(Exception):
    """Not taken; it may be later."""


class RefusedError(Exception):
    """Not taken, and it never will be. Its text is the server's codes alone, since its words may name the recipient."""


class SenderRefusedError(Exception):
    """No mail of ours is taken, whoever it is for: who signs in or the sender has to change. Its text is as above."""


class LostError(Exception):
    """It may have been taken."""


class Connection:
    """A connection to a server, from ``with`` until its end."""

    def __init__(
        self, place: str, *, security: Security, user: str | None, password: str | None, timeout: float
    ) -> None:
        """``place`` is ``host:port``; the port is that of the security where there is none."""
        host, _, port = place.rpartition(":") if ":" in place else (place, "", "")
        usual = {"tls": 465, "starttls": 587}.get(security, 25)
        self._host, self._port = host, int(port) if port.isdecimal() else usual
        self._security, self._user, self._password, self._timeout = security, user, password, timeout
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        """Connect and sign in. Raises NotSentError and NotAuthorizedError."""
        try:
            if self._security == "tls":
                context = ssl.create_default_context()
                self._smtp = smtplib.SMTP_SSL(self._host, self._port, timeout=self._timeout, context=context)
            else:
                self._smtp = smtplib.SMTP(self._host, self._port, timeout=self._timeout)
                if self._security == "starttls":
                    self._smtp.starttls(context=ssl.create_default_context())
            if self._user is not None:
                self._smtp.login(self._user, self._password or "")
            self._smtp.ehlo_or_helo_if_needed()
        except smtplib.SMTPAuthenticationError as error:
            self._close()
            raise NotAuthorizedError(f"the mail server does not let {self._user} in: {error.smtp_code}") from error
        except smtplib.SMTPNotSupportedError as error:
            self._close()
            hint = {
                "starttls": 'it may want security = "tls" (mostly on port 465), or have no encryption at all, as on '
                'this machine: security = "none"',
            }.get(self._security, "look at 'security' and 'user'")
            raise NotSentError(
                f"the mail server {self._host}:{self._port} cannot be used: {str(error).rstrip('.')}; {hint}"
            ) from error
        except (OSError, smtplib.SMTPException) as error:
            self._close()
            raise NotSentError(f"the mail server {self._host}:{self._port} cannot be used: {error}") from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, sender: str, to: str, data: bytes, *, begin: Callable[[], None]) -> None:
        """Hand over one mail; ``begin`` is called right before it may arrive.

        Raises TemporaryError, RefusedError, SenderRefusedError and LostError.
        """
        smtp = self._smtp
        assert smtp is not None
        try:
            try:
                _taken(*smtp.mail(parseaddr(sender)[1]))
            except RefusedError as error:
                raise SenderRefusedError(str(error)) from error
            code, said = smtp.rcpt(to)
            if code in _SIGN_IN:
                raise SenderRefusedError(_codes(code, said))
            _taken(code, said)
            code, said = smtp.docmd("DATA")
            if code != 354:
                _taken(code if code >= 400 else 451, said)
        except (OSError, smtplib.SMTPException) as error:
            raise TemporaryError(str(error)) from error
        begin()
        try:
            smtp.send(smtplib._quote_periods(data) + (b"" if data.endswith(b"\r\n") else b"\r\n") + b".\r\n")  # type: ignore[attr-defined]
            code, said = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise LostError(str(error)) from error
        _taken(code, said)

    def reset(self) -> None:
        """Begin anew after a mail that was not taken. Raises NotSentError where the connection is gone."""
        assert self._smtp is not None
        try:
            self._smtp.rset()
        except (OSError, smtplib.SMTPException) as error:
            raise NotSentError(f"the mail server ended the connection: {error}") from error

    def _close(self) -> None:
        if self._smtp is None:
            return
        try:
            self._smtp.quit()
        except (OSError, smtplib.SMTPException):
            self._smtp.close()  # it is over either way


def _taken(code: int, said: bytes) -> None:
    if 200 <= code < 300:
        return
    raise RefusedError(_codes(code, said)) if code >= 500 else TemporaryError(_codes(code, said))


def _codes(code: int, said: bytes) -> str:
    """``550 5.7.1``: what was answered, without its words."""
    more = _MORE.match(said.decode("utf-8", "replace"))
    return f"{code} {more.group()}" if more else str(code)
