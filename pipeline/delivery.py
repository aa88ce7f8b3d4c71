"""The nouns of publishing: slots, artifacts, receipts and what may become of a send. Inert."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from pipeline.digests import sha256
from pipeline.records import dataclass

#: Where a delivery stands. ``planned``: not begun. ``claimed``: a process has it, nothing has left. ``sending``: the
#: exact bytes are stored and may have left. ``published``: out, with a receipt. ``retry``: not out, tried again by
#: itself. ``rejected``: read and refused. ``unconfirmed``: it may be out. ``late``: its instant passed too long ago.
#: ``held``: waits for a person. ``skipped``: will not go out. ``withdrawn``: was out, taken back.
DeliveryState = Literal[
    "planned",
    "claimed",
    "sending",
    "published",
    "retry",
    "rejected",
    "unconfirmed",
    "late",
    "held",
    "skipped",
    "withdrawn",
]
#: Nothing is ever sent again from these.
FINAL: frozenset[DeliveryState] = frozenset(("published", "skipped", "withdrawn"))
#: A person has to look at these.
NEEDS_A_PERSON: frozenset[DeliveryState] = frozenset(("rejected", "unconfirmed", "late", "held"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One entry on one channel: what is published once."""

    #: The series' id.
    series: str
    #: The entry's part of the key: ``day-02``.
    entry: str
    #: Name of the channel's instance in the settings: ``linkedin``.
    channel: str
    #: UTC.
    due: datetime

    @property
    def key(self) -> str:
        """``<series id>/day-02/linkedin``: the identity of a publication for ever."""
        return f"{self.series}/{self.entry}/{self.channel}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A file that travels with an artifact and is uploaded before it."""

    #: POSIX path below the project's root.
    source: str
    #: SHA-256 of the file, as hex.
    digest: str
    #: What it shows; for a document its title.
    alt: str
    kind: Literal["image", "document"] = "image"


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """What one slot becomes: the exact bytes to send, and the files that go with them."""

    media_type: str
    body: bytes
    #: As a person reads it.
    text: str
    #: Identity of what was rendered, before uploads gave media their remote ids: SHA-256 as hex.
    digest: str
    media: tuple[Media, ...] = ()
    #: A comment to put below the post once it is out; plain text.
    comment: str | None = None
    #: How long it is where that is limited, in words: ``287 of 300 characters``.
    measured: str = ""
    #: What a person should know before it goes out, in sentences; mostly empty.
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Proof that something is out."""

    #: The channel's own name for it, such as ``urn:li:share:7141138937766391808``; None where it gave none.
    remote_id: str | None
    #: Where a person sees it.
    url: str | None
    #: What a person should know about it, in a sentence; mostly empty.
    note: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """It is out."""

    receipt: Receipt


@dataclass(frozen=True, slots=True)
class Retry:
    """It is not out and will be tried again at ``at`` (UTC)."""

    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rejected:
    """It is not out, and a person must change something."""

    reason: str


@dataclass(frozen=True, slots=True)
class Held:
    """It is not out, and waits until a person has done something about the account."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """It may be out."""

    reason: str


Outcome: TypeAlias = Published | Retry | Rejected | Held | Unconfirmed


def words_of(outcome: Outcome) -> str:
    """What came of a send, in a line."""
    match outcome:
        case Published(receipt):
            where = receipt.url or receipt.remote_id
            return " ".join(part for part in ("published", where, receipt.note and f"({receipt.note})") if part)
        case Retry(reason, at):
            return f"not sent, again at {at:%Y-%m-%d %H:%M:%S} UTC: {reason}"
        case Rejected(reason):
            return f"rejected: {reason}"
        case Held(reason):
            return f"held: {reason}"
        case Unconfirmed(reason):
            return f"unconfirmed, it may be out: {reason}"


def digest_of(data: bytes) -> str:
    """SHA-256 as hex."""
    return sha256(data)
