"""Say why nothing at all may be sent from here: a PAUSE file, or another place whose turn it is."""

from __future__ import annotations

from pathlib import Path

from pipeline.project import Project

#: A file of this name at the project's root stops every send, wherever the project is checked out.
PAUSE = "PAUSE"


def stopped(project: Project, runner: str | None) -> tuple[str, ...]:
    """The reasons, in sentences; none where sending is allowed. ``runner`` is this place's name."""
    reasons = []
    if any((root / PAUSE).exists() for root in {project.home, project.root}):
        reasons.append(f"everything is paused by the file {PAUSE}; 'daycast resume --all' takes it away")
    wanted = project.config.publish.runner
    if wanted is not None and runner != wanted:
        here = f"this is '{runner}'" if runner else "this place has no name"
        reasons.append(
            f"only the runner '{wanted}' sends ([publish] runner), and {here}; "
            f"set DAYCAST_RUNNER={wanted} where it is to happen"
        )
    return tuple(reasons)


def pause_file(root: Path) -> Path:
    """The file that stops every send."""
    return root / PAUSE
