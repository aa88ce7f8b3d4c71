"""Run every check over a project. Reads what a build would read; writes nothing."""

from __future__ import annotations

from datetime import datetime

from pipeline.check.again import again_advice
from pipeline.check.blog import blog_advice
from pipeline.check.linkedin import text_advice
from pipeline.check.links import SiteLinks
from pipeline.check.series import series_advice
from pipeline.check.settings import settings_advice
from pipeline.errors import Problem
from pipeline.project import Project
from pipeline.records import dataclass, replace
from pipeline.render.cards import cards_of, missing_extra, with_card
from pipeline.render.documents import Rendered, render_document
from pipeline.render.edition import edition, preview, redirects
from pipeline.render.linkedin import linkedin_post
from pipeline.render.templates import Templates, folders
from pipeline.render.unknown import unknown_in_templates


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What the checks found, and over how much."""

    series: int
    entries: int
    drafts: int
    #: Those that wait until somebody approves them.
    unapproved: int
    #: By path and line.
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What a person must change."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """Advice."""
        return tuple(problem for problem in self.problems if problem.severity == "warning")


def check(project: Project, now: datetime) -> Checked:
    """Check every entry of every series, out or not, as it would be rendered at ``now``."""
    templates = Templates(folders(project.root, project.config.site.theme))
    made = edition(project.series, project.config.site, now)
    static = templates.static()
    _, aliases = redirects(made, static)
    cards = cards_of(project.root, project.config, templates, keep=False)
    documents: dict[str, Rendered] = {}
    posts: dict[tuple[str, int, str], str] = {}
    problems = [*project.problems, *made.problems, *aliases, *missing_extra(project.config)]
    problems += unknown_in_templates(project.root, project.config.site.theme)
    problems += settings_advice(project.config, project.series)
    for part in made.series:
        broken = any(p.severity == "error" and p.path.startswith(part.series.folder) for p in project.problems)
        problems += series_advice(part.series, part.planned, broken=broken)
        for day in part.planned_and_recap:
            if day.entry is None:
                continue
            posted = made.posted.get(day.entry.path) or preview(made, part.series, day.entry, day.due)
            rendered = with_card(render_document(posted, made, project.root), cards, project.config)
            documents[day.entry.path] = rendered
            problems += rendered.problems
            problems += blog_advice(posted, rendered)
            accounts = [name for name in part.series.channels_of(day.entry) if name in project.config.accounts]
            for name in accounts:
                post = linkedin_post(
                    posted,
                    edition=made,
                    root=project.root,
                    config=project.config,
                    templates=templates,
                    summary=rendered.summary,
                    name=name,
                    cards=cards,
                )
                problems += post.problems
                problems += text_advice(part.series, day.entry, post)
                posts[part.series.id, day.entry.day, name] = post.text.plain
    problems += again_advice(project, posts)
    links = SiteLinks(made, documents, static)
    problems += [problem for rendered in documents.values() for problem in links.advice(rendered, project.root)]
    entries = [entry for series in project.series for entry in series.entries]
    problems = [_within(problem, project) for problem in problems]
    unique = {(p.path, p.line, p.message): p for p in problems}
    return Checked(
        series=len(project.series),
        entries=len(entries),
        drafts=sum(entry.draft and not entry.held for entry in entries),
        unapproved=sum(bool(entry.held) for entry in entries),
        problems=tuple(sorted(unique.values(), key=lambda p: (p.path, p.line or 0, p.severity, p.message))),
    )


def _within(problem: Problem, project: Project) -> Problem:
    """A problem without a line that its file does not have: a recap's text goes on with the list of its days."""
    source = project.sources.get(problem.path)
    if source is None or problem.line is None or problem.line <= source.count(b"\n") + 1:
        return problem
    return replace(problem, line=None)
