"""Share the journals with other places: run the project's own command, which commits and pushes."""

from __future__ import annotations

from collections.abc import Callable

from pipeline import deploy
from pipeline.errors import NotSentError
from pipeline.output import OUTPUT, SITE
from pipeline.project import Project

_TIMEOUT = 120.0


def sharer(project: Project) -> Callable[[], None] | None:
    """What shares the journals, or raises NotSentError; None where ``[journal] sync`` is not set."""
    command = project.config.journal.sync
    if command is None:
        return None

    def share() -> None:
        try:
            deploy.run(command, root=project.home, site=project.home / OUTPUT / SITE, timeout=_TIMEOUT)
        except NotSentError as error:
            raise NotSentError(f"the journal could not be shared: {error}") from error

    return share
