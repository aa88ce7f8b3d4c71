"""Put one mail together: HTML and text, a way to unsubscribe, and an id that is the same for the same recipient."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from urllib.parse import quote

from pipeline.channels.mail.recipients import Recipient, mark_of
from pipeline.errors import RejectedError

#: Headers whose value is one word, which must not be encoded however long it is (RFC 2047, section 5).
_WHOLE = ("Message-ID", "List-Unsubscribe")


class _Policy(EmailPolicy):
    """Lines end by CR LF, and no word is encoded that mail programs read as it is."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """A header as it is sent."""
        if name in _WHOLE:
            return f"{name}: {value}{self.linesep}".encode("ascii")
        return super().fold_binary(name, value)


_POLICY = _Policy(linesep="\r\n")
#: Stands where a recipient's own address to unsubscribe goes.
PLACE = "https://unsubscribe.invalid/"


def way_out(pattern: str, recipient: Recipient, key: str) -> str:
    """The address at which one recipient unsubscribes: ``{token}`` and ``{address}`` are filled in."""
    token = f"{recipient.mark}-{mark_of(f'unsubscribe {recipient.address}', key)}"
    return pattern.replace("{token}", token).replace("{address}", quote(recipient.address, safe=""))


def message_of(
    *,
    sender: str,
    recipient: Recipient,
    subject: str,
    html: str,
    text: str,
    slot: str,
    key: str,
    unsubscribe: str | None,
    language: str,
    now: datetime | None,
) -> bytes:
    """A mail as it is sent, lines ended by CR LF. Raises RejectedError for a sender that is no address."""
    name, address = parseaddr(sender)
    local, _, domain = address.rpartition("@")
    if not local or not domain:
        raise RejectedError(f"the sender '{sender}' is no address: write \"Mara <mara@example.org>\"")
    made = EmailMessage(policy=_POLICY)
    made["From"] = Address(name, local, domain)
    to_local, _, to_domain = recipient.address.rpartition("@")
    made["To"] = Address(recipient.name, to_local, to_domain)
    made["Subject"] = " ".join(subject.split())
    made["Message-ID"] = f"<{mark_of(f'{slot} {recipient.address}', key)}@{domain}>"
    if now is not None:
        made["Date"] = format_datetime(now)
    made["Content-Language"] = language
    made["Auto-Submitted"] = "auto-generated"
    if unsubscribe is not None:
        way = way_out(unsubscribe, recipient, key)
        made["List-Unsubscribe"] = f"<{way}>"
        if way.startswith("https://"):
            made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
        html, text = html.replace(PLACE, way.replace("&", "&amp;")), text.replace(PLACE, way)
    made.set_content(text, cte="quoted-printable")
    made.add_alternative(html, subtype="html", cte="quoted-printable")
    return made.as_bytes()
