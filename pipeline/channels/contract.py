"""What a channel is: the one required contract, and the abilities that some channels have beside it.

A channel is a class found through the entry point group ``daycast.channels``. Its ``Options`` is a frozen dataclass:
the keys that ``[channels.<name>]`` may have, with their defaults; unknown keys are errors. It is made with a `Setup`,
and with an instance of its ``Options`` where it has one. Ours come in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from pipeline.cards.store import Cards
from pipeline.config import Config
from pipeline.delivery import Artifact, Receipt
from pipeline.records import dataclass
from pipeline.render.edition import Edition, Posted
from pipeline.render.templates import Templates


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    """What an instance of a channel is made from."""

    #: Of the instance: ``linkedin``, or ``acme`` for ``[channels.acme]``.
    name: str
    #: The project's root.
    root: Path
    config: Config
    #: The table ``[channels.<name>]`` as written, without ``type``.
    options: Mapping[str, object]
    #: The instance's secret, or None: environment, keyring, then file.
    secret: Callable[[], str | None]
    #: The moment, UTC; None where nothing will be sent.
    clock: Callable[[], datetime] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What an artifact is made from: an entry, out or not, within one edition."""

    posted: Posted
    edition: Edition
    #: Where sources are read.
    root: Path
    config: Config
    templates: Templates
    #: Plain text: the writer's summary, else the start of the text.
    summary: str
    #: Draws the pictures of entries without one; None where the project wants none.
    cards: Cards | None = None
    #: Whether files may be made on the way, below ``.daycast/``; not for who only looks.
    keep: bool = True


class Channel(Protocol):
    """A place where entries are published."""

    #: Of the instance.
    name: str
    #: Whether sending the same artifact under the same key again changes nothing.
    idempotent: bool

    def render(self, context: Context) -> Artifact:
        """The artifact of an entry. Pure: the same context gives the same bytes.

        Raises RenderError or ContentError where it may not be published, such as a text over the limit.
        """

    def publish(self, artifact: Artifact, *, key: str) -> Receipt:
        """Send: the only effect that cannot be taken back.

        Raises NotSentError where nothing left, RejectedError where it was read and refused, UnconfirmedError for
        everything that is not certain. Whatever else it raises counts as unconfirmed.
        """


@runtime_checkable
class Site(Protocol):
    """Published by building and deploying the site; ``publish`` is never called for it."""

    def address(self, context: Context) -> str | None:
        """Where a person sees the entry once the site is deployed; None where it has no address."""


@runtime_checkable
class ByHand(Protocol):
    """May leave the posting to a person."""

    #: True where it does: ``publish`` is never called then.
    by_hand: bool

    def handout(self, artifact: Artifact, context: Context) -> str:
        """What a person needs in order to post it: text, then link, images, first comment and where to paste."""


@runtime_checkable
class Prepares(Protocol):
    """Uploads files before the bytes to send are frozen. May be repeated without harm."""

    def prepare(self, artifact: Artifact, *, key: str, root: Path) -> Artifact:
        """The artifact with the remote names of its media in its body; ``digest`` stays. Raises as ``publish``."""


@runtime_checkable
class Finds(Protocol):
    """Can look whether something is out, and so settles what is unconfirmed by itself."""

    def find(self, artifact: Artifact, *, key: str) -> Receipt | None:
        """The receipt of what is out; None where it certainly is not. Raises ChannelError where it cannot tell."""


@runtime_checkable
class Updates(Protocol):
    """Can change the text of what is out."""

    def update(self, receipt: Receipt, artifact: Artifact) -> None:
        """Change it in place. Raises ChannelError."""


@runtime_checkable
class Retracts(Protocol):
    """Can take back what is out."""

    def retract(self, receipt: Receipt) -> None:
        """Delete it; that it is gone already is no error. Raises ChannelError."""


@runtime_checkable
class Comments(Protocol):
    """Can put a comment below what it published."""

    def comment(self, artifact: Artifact, receipt: Receipt) -> str | None:
        """Put the artifact's comment below it. Gives a sentence where a person has to do it; None where all is done.

        Never raises for what the channel answers: the post is out, whatever becomes of its comment.
        """


@runtime_checkable
class Names(Protocol):
    """Tells of people by marks, and can say who they are."""

    def whose(self, mark: str) -> tuple[str, ...]:
        """Those whose marks begin so, as they are known now; for a person's eyes, and for no file.

        Raises ChannelError where nobody can tell.
        """


@runtime_checkable
class Holds(Protocol):
    """Can be refused as an account, and be tried again once something about the account has changed."""

    @property
    def fingerprint(self) -> str:
        """A text that differs when the token or a setting that decides about access does. Holds no secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that ``doctor`` found out about a channel."""

    #: ``ok``, ``warning`` (soon) or ``error`` (now).
    level: str
    #: A short stable name, such as ``token-expires``.
    code: str
    message: str


#: Code of a finding that says that an account could not be asked: then nobody knows whether it is well again.
NOT_ASKED = "not-asked"


@runtime_checkable
class Diagnoses(Protocol):
    """Can examine its own account, without publishing anything."""

    def diagnose(self, *, now: datetime, last_day: datetime | None) -> tuple[Finding, ...]:
        """What is well and what is not; ``last_day`` is the last instant planned on this channel."""
