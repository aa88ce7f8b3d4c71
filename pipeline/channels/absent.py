"""Stands in for a channel that cannot be had: its slots are held with the reason, and no other channel's."""

from __future__ import annotations

from pipeline.channels.contract import Context
from pipeline.delivery import Artifact, Receipt
from pipeline.errors import NotSentError, RenderError


class Absent:
    """A channel that is not installed, or whose settings cannot be used."""

    idempotent = False

    def __init__(self, name: str, reason: str) -> None:
        self.name = name
        #: Why, in a sentence that names the remedy.
        self.reason = reason

    def render(self, context: Context) -> Artifact:  # noqa: ARG002 (whatever the entry is)
        """Raises RenderError with the reason."""
        raise RenderError(self.reason)

    def publish(self, artifact: Artifact, *, key: str) -> Receipt:  # noqa: ARG002 (whatever it is)
        """Raises NotSentError with the reason."""
        raise NotSentError(self.reason)
