"""Write the site and the LinkedIn texts: load, plan and render in one go, and write only what differs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from pipeline import host
from pipeline.chapters import KEPT_CLASSES, Chapters, Sheets
from pipeline.drip import next_drip
from pipeline.errors import Problem, RenderError
from pipeline.kept import Kept
from pipeline.last_good import FOLDER, LastGood
from pipeline.one_entry import elsewhere_of
from pipeline.output import BOOKS, DRAFTS, OUTPUT, SHARED, Output
from pipeline.project import Project, load
from pipeline.records import dataclass, replace
from pipeline.render.cards import cards_of, copies_of, missing_extra
from pipeline.render.chapter import Frame
from pipeline.render.edition import Edition, SeriesEdition, edition
from pipeline.render.feeds import in_site_feeds, site_feeds
from pipeline.render.lists import File, Sheet
from pipeline.render.pages import Pages
from pipeline.render.search import MOST_WITH_TEXT
from pipeline.render.templates import Templates, folders
from pipeline.render.unknown import unknown_in_templates


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build did."""

    #: Entries that are out.
    out: int
    #: Paths below ``output/`` whose bytes are new.
    changed: tuple[str, ...]
    unchanged: int
    removed: tuple[str, ...]
    problems: tuple[Problem, ...]
    #: Every path below ``output/`` that is there now by daycast's doing, with its time (nanoseconds) and size (bytes).
    files: Mapping[str, tuple[int, int]]
    #: Slugs of the series that were made anew, and of those whose pages lead to no other series.
    remade: frozenset[str]
    alone: frozenset[str]
    #: As ``since`` and ``until``, of each series by its slug.
    moments: Mapping[str, tuple[datetime | None, datetime | None]]
    #: The last moment at which something came out, and the next one at which something does; None where there is none.
    since: datetime | None
    until: datetime | None

    @property
    def failed(self) -> bool:
        """Whether something needs a person."""
        return any(problem.severity == "error" for problem in self.problems)


def build(
    project: Project,
    now: datetime,
    *,
    progress: Callable[[int, int], None] | None = None,
    processes: int = 1,
) -> BuildReport:
    """Make ``output/`` show what is out at ``now``.

    ``progress`` is told after each entry how many of how many are rendered. Where the project knows what was ``seen``
    of its sources, what has not changed since an earlier build is not made again. Up to ``processes`` work at once.

    Raises RenderError for a broken template or a disk that refuses; what was written before stays.
    """
    with host.locked(project.home / FOLDER / "build.lock"):
        return _build(project, now, progress=progress, processes=processes)


def _build(
    project: Project,
    now: datetime,
    *,
    progress: Callable[[int, int], None] | None,
    processes: int,
) -> BuildReport:
    root, home, config, seen = project.root, project.home, project.config, project.seen
    templates = Templates(folders(root, config.site.theme))
    made = edition(project.series, config.site, now)
    elsewhere = elsewhere_of(project)
    pages = Pages(made, config, templates, elsewhere=elsewhere)
    newest = in_site_feeds(made, config)
    frame = Frame(
        edition=made,
        root=root,
        config=config,
        templates=templates,
        pages=pages,
        cards=cards_of(root, config, templates),
        copies=copies_of(root, config),
        taken=frozenset(pages.static),
        in_feeds=frozenset(posted.entry.path for posted in newest),
        with_text=len(made.pages) <= MOST_WITH_TEXT,
    )
    output = Output(home / OUTPUT)
    kept = Kept(home, "chapters", KEPT_CLASSES)
    chapters = Chapters(frame=frame, output=output, kept=kept, seen=seen, elsewhere=elsewhere)
    plan = chapters.planned()
    if any(one.made.series.slug in project.partial for one in plan.wanted):
        return _build(replace(load(root, config), seen=seen), now, progress=progress, processes=processes)
    shelf = chapters.all(plan, _counted(progress, len(made.posted)), processes)
    site = Sheets(output=output, kept=None if seen is None else kept, frame_sign=chapters.frame_sign)
    for name, content in pages.static.items():
        site.write(File(path=name, content=content))
    lists = pages.lists(shelf)
    for sheet in lists.all():
        site.add(sheet)
    site.claim(shelf.sources())
    for sheet in (lists.sitemap(), lists.robots()):
        site.add(sheet)
    for file in site_feeds(made, newest, shelf.items(), config):
        site.write(file)
    for source, path in shelf.assets().items():
        site.add(_copy(root, source, path), source)
    for sheet in pages.redirects():
        site.add(sheet)
    site.finish()
    over = [part.series for part in made.series if part.recap is not None and part.recap.state == "out"]
    books: list[Problem] = []
    if over:
        from pipeline.book.finished import have_books

        books = have_books(project, over, shelf.series_sign, output)
    shared = {f"{series.slug}/{entry.key}" for series in project.series for entry in series.written}
    for path in output.owned():
        if path.startswith(f"{DRAFTS}/") and _draft_stays(path, project, made):
            output.keep(path)
        if path.startswith(f"{SHARED}/") and path[len(SHARED) + 1 :].rpartition(".")[0] in shared:
            output.keep(path)
        if path.endswith((".pdf", ".epub")) and _document_stays(path, project):
            output.keep(path)
    output.finish()
    LastGood(home).remember(project.sources, project.paths)
    moments = {part.series.slug: _around_now(part, now) for part in made.series}
    problems = {
        *project.problems,
        *made.problems,
        *missing_extra(config),
        *unknown_in_templates(root, config.site.theme),
        *pages.problems,
        *shelf.problems(),
        *site.problems,
        *books,
    }
    return BuildReport(
        out=len(made.posted),
        changed=tuple(output.changed),
        unchanged=output.unchanged,
        removed=tuple(output.removed),
        problems=tuple(sorted(problems, key=_order)),
        files=output.written,
        remade=frozenset(one.made.series.slug for one in plan.wanted),
        alone=shelf.alone(),
        moments=moments,
        since=max((since for since, _ in moments.values() if since is not None), default=None),
        until=min((until for _, until in moments.values() if until is not None), default=None),
    )


def _around_now(part: SeriesEdition, now: datetime) -> tuple[datetime | None, datetime | None]:
    """The last moment of a series' plan that has come, and the next."""
    moments = [day.due for day in part.planned_and_recap if day.due is not None]
    moments += [cohort.instants[-1] for cohort in part.cohorts]
    if (drip := next_drip(part.series, now)) is not None:
        moments.append(drip)
    since = max((moment for moment in moments if moment <= now), default=None)
    return since, min((moment for moment in moments if moment > now), default=None)


def _counted(progress: Callable[[int, int], None] | None, total: int) -> Callable[[int], None]:
    """A progress that adds up."""
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None and count:
            progress(done, total)

    return tick


def _copy(root: Path, source: str, path: str) -> Sheet:
    """A file that travels with an entry."""
    try:
        found = (root / source).stat()
    except OSError as error:
        raise RenderError(f"{source}: cannot be read: {error.strerror}") from error
    shows = (source, found.st_mtime_ns, found.st_size, found.st_ino)
    return Sheet(path=path[1:], shows=shows, make=lambda: _read(root / source, source))


def _draft_stays(path: str, project: Project, made: Edition) -> bool:
    _, _, rest = path.partition("/")
    slug, _, file = rest.partition("/")
    key = file.rpartition(".")[0]
    for series in project.series:
        for entry in series.written:
            if series.slug == slug and entry.key == key:
                return entry.path not in made.posted
    return False


def _document_stays(path: str, project: Project) -> bool:
    """Whether a document that somebody asked for is still that of an entry."""
    account, _, rest = path.partition("/")
    if account == BOOKS:
        return any(series.slug == rest.rpartition(".")[0] for series in project.series)
    slug, _, file = rest.partition("/")
    keys = {entry.key for series in project.series if series.slug == slug for entry in series.written}
    return account in project.config.accounts and file.removesuffix(".pdf") in keys


def _read(path: Path, source: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RenderError(f"{source}: cannot be read: {error.strerror}") from error


def _order(problem: Problem) -> tuple[str, int, str]:
    return (problem.path, problem.line or 0, problem.message)
