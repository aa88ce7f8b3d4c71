"""Write the blog and feeds to output/site/ and the LinkedIn texts to output/linkedin/.

Only what differs is written; what nothing makes any more is removed. A broken entry stays in its last good
version and makes the exit code 1. --deploy then brings the site online, whether anything has changed or not, as
'publish' does.
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from pipeline import apart
from pipeline.build import build
from pipeline.cli import quick, say
from pipeline.cli.run import add_now, now_of, settings
from pipeline.config import Config
from pipeline.errors import ConfigError, PipelineError
from pipeline.output import OUTPUT, SITE
from pipeline.project import Project, load

#: Seconds that the deploy command may take, as when publishing.
_DEPLOY = 900.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of ``build``."""
    add_now(parser)
    parser.add_argument("--json", action="store_true", help="print what was done as JSON")
    parser.add_argument("-q", "--quiet", action="store_true", help="say only what is wrong")
    parser.add_argument(
        "--deploy", action="store_true", help="then bring the site online as [deploy] says, whatever has changed"
    )


def run(options: argparse.Namespace, here: Path) -> int:
    """Build the project."""
    root, config = settings(here)
    project, online = (
        _to_deploy(root, config) if options.deploy else (load(root, config, at=datetime.now(UTC), partly=True), False)
    )
    progress = None if options.quiet else say.progress()
    report = build(project, now_of(options), progress=progress, processes=apart.processors())
    quick.remember(project, report)
    done = ""
    if online:
        from pipeline import deploy

        done = deploy.bring_online(config.deploy, root=root, site=root / OUTPUT / SITE, timeout=_DEPLOY)
    if options.json:
        say.as_json(
            {
                "out": report.out,
                "changed": list(report.changed),
                "unchanged": report.unchanged,
                "removed": list(report.removed),
                "deployed": online,
                "problems": [say.problem_json(problem) for problem in report.problems],
            }
        )
    else:
        if not options.quiet:
            parts = [f"{say.count(len(report.changed), 'file')} written", f"{report.unchanged:,} unchanged"]
            if report.removed:
                parts.append(f"{len(report.removed):,} removed")
            print(f"{say.count(report.out, 'entry')} out; {', '.join(parts)}, in {say.path(root / 'output')}")
            if online:
                print(f"deployed: {done}" if done else "deployed")
        say.problems(report.problems, warnings=not options.quiet)
    return 1 if report.failed else 0


def _to_deploy(root: Path, config: Config) -> tuple[Project, bool]:
    """What publishing would build, and that it is to be brought online. Raises where it may not or cannot be."""
    from pipeline.cli import live
    from pipeline.publish.due import load_sources
    from pipeline.publish.stop import stopped

    if config.deploy.command is None and config.deploy.target is None:
        raise ConfigError("--deploy needs to know how output/site gets online: set [deploy] target or command")
    project = load_sources(root, config, at=datetime.now(UTC))
    reasons = stopped(project, live.runner())
    if reasons:
        raise PipelineError("\n".join(reasons))
    return project, True
