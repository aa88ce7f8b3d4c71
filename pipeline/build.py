"""Write the site and the LinkedIn texts: load, plan and render in one go, and write only what differs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from pathlib import Path

from pipeline import host
from pipeline.chapters import KEPT_CLASSES, Chapters, Sheets
from pipeline.errors import Problem, RenderError
from pipeline.fresh import Seen
from pipeline.kept import Kept
from pipeline.last_good import FOLDER, LastGood
from pipeline.model import DEFAULT_CHANNELS, Entry, Series
from pipeline.output import DRAFTS, OUTPUT, Output
from pipeline.plan import due_days
from pipeline.project import Project, load
from pipeline.records import dataclass
from pipeline.render.cards import cards_of, copies_of, missing_extra, with_card
from pipeline.render.carousel import Carousel, carousel_of, drawer
from pipeline.render.chapter import Frame
from pipeline.render.context import Link, SeriesView
from pipeline.render.documents import Rendered, render_document, render_intro
from pipeline.render.edition import Edition, Posted, edition, preview
from pipeline.render.feeds import in_site_feeds, single_item, site_feeds
from pipeline.render.linkedin import LinkedInPost, linkedin_post
from pipeline.render.lists import File, Intro, Sheet
from pipeline.render.pages import Pages
from pipeline.render.search import MOST_WITH_TEXT
from pipeline.render.templates import Templates, folders


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
    #: The last moment at which something came out, and the next one at which something does; None where there is none.
    since: datetime | None
    until: datetime | None

    @property
    def failed(self) -> bool:
        """Whether something needs a person."""
        return any(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryArtifacts:
    """What one entry becomes on the channels that were asked for."""

    posted: Posted
    #: Whether it is out at the cutoff.
    out: bool
    rendered: Rendered
    #: Of the first account of LinkedIn that was asked for.
    linkedin: LinkedInPost | None
    #: HTML of its page; None where it goes to no blog, or was not asked for.
    page: str | None
    #: A one-item RSS document; None where it goes to no feed, or was not asked for.
    item: bytes | None
    problems: tuple[Problem, ...]


def build(
    project: Project,
    now: datetime,
    *,
    progress: Callable[[int, int], None] | None = None,
    seen: Seen | None = None,
    processes: int = 1,
) -> BuildReport:
    """Make ``output/`` show what is out at ``now``.

    ``progress`` is told after each entry how many of how many are rendered. ``seen`` is what was seen of the sources
    before they were loaded: then what has not changed since an earlier build is not made again. Up to ``processes``
    work side by side.

    Raises RenderError for a broken template or a disk that refuses; what was written before stays.
    """
    with host.locked(project.home / FOLDER / "build.lock"):
        return _build(project, now, progress=progress, seen=seen, processes=processes)


def _build(
    project: Project,
    now: datetime,
    *,
    progress: Callable[[int, int], None] | None,
    seen: Seen | None,
    processes: int,
) -> BuildReport:
    root, home, config = project.root, project.home, project.config
    templates = Templates(folders(root, config.site.theme))
    made = edition(project.series, config.site, now)
    elsewhere = _elsewhere(project)
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
        return _build(load(root, config), now, progress=progress, seen=seen, processes=processes)
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
    for path in output.owned():
        if path.startswith(f"{DRAFTS}/") and _draft_stays(path, project, made):
            output.keep(path)
        if path.endswith(".pdf") and _document_stays(path, project):
            output.keep(path)
    output.finish()
    LastGood(home).remember(project.sources, project.paths)
    moments = [day.due for part in made.series for day in part.planned if day.due is not None]
    problems = {
        *project.problems,
        *made.problems,
        *missing_extra(config),
        *pages.problems,
        *shelf.problems(),
        *site.problems,
    }
    return BuildReport(
        out=len(made.posted),
        changed=tuple(output.changed),
        unchanged=output.unchanged,
        removed=tuple(output.removed),
        problems=tuple(sorted(problems, key=_order)),
        files=output.written,
        since=max((moment for moment in moments if moment <= now), default=None),
        until=min((moment for moment in moments if moment > now), default=None),
    )


def render_entry(
    project: Project,
    series: Series,
    entry: Entry,
    now: datetime,
    *,
    channels: Collection[str] = DEFAULT_CHANNELS,
    pictures: bool = True,
    keep: bool = True,
) -> EntryArtifacts:
    """What one entry becomes on ``channels``, out or not, without writing anything below ``output/``.

    ``pictures=False`` draws none; ``keep=False`` keeps none that is drawn.
    """
    root, config = project.root, project.config
    templates = Templates(folders(root, config.site.theme))
    made = edition(project.series, config.site, now)
    posted = made.posted.get(entry.path)
    is_out = posted is not None
    if posted is None:
        posted = preview(made, series, entry, due_days(series).get(entry.day))
    cards = cards_of(root, config, templates, keep=keep) if pictures else None
    rendered = with_card(render_document(posted, made, root), cards, config)
    problems = [*(problem for problem in made.problems if problem.path == entry.path), *rendered.problems]
    post = None
    wanted = set(channels).intersection(series.channels_of(entry))
    account = next((name for name in config.accounts if name in wanted), None)
    if account is not None:
        post = linkedin_post(
            posted,
            edition=made,
            root=root,
            config=config,
            templates=templates,
            summary=rendered.summary,
            name=account,
            cards=cards,
        )
        problems += post.problems
    page = None
    if "blog" in wanted and posted.place is not None:
        pages = Pages(made, config, templates, elsewhere=_elsewhere(project))
        page = pages.entry(posted, rendered, _around(made, posted, rendered, pages, root), draft=not is_out)
    item = single_item(posted, rendered, made, config) if "rss" in wanted else None
    return EntryArtifacts(
        posted=posted,
        out=is_out,
        rendered=rendered,
        linkedin=post,
        page=page,
        item=item,
        problems=tuple(problems),
    )


def write_preview(project: Project, made: EntryArtifacts) -> tuple[str, ...]:
    """Write an entry that is not out under ``output/drafts/``. Gives the paths below ``output/``."""
    with host.locked(project.home / FOLDER / "build.lock"):
        output = Output(project.home / OUTPUT)
        folder = f"{DRAFTS}/{made.posted.series.slug}"
        name = made.posted.entry.key
        paths = []
        if made.page is not None:
            paths.append(f"{folder}/{name}.html")
            output.write(paths[-1], made.page.encode())
        if made.linkedin is not None and made.linkedin.fits:
            home = folder if made.posted.entry.draft else f"{made.linkedin.name}/{made.posted.series.slug}"
            paths += [f"{home}/{name}.txt", f"{home}/{name}.json"]
            output.write(paths[-2], made.linkedin.to_paste())
            output.write(paths[-1], made.linkedin.to_send())
        output.finish(remove_stale=False)
    return tuple(paths)


def write_carousel(project: Project, series: Series, entry: Entry, now: datetime) -> tuple[Carousel, str]:
    """Set an entry's document. Gives it, and its path below ``output/``. Raises RenderError."""
    root, config = project.root, project.config
    templates = Templates(folders(root, config.site.theme))
    made = edition(project.series, config.site, now)
    posted = made.posted.get(entry.path) or preview(made, series, entry, due_days(series).get(entry.day))
    cards = drawer(root, config, templates, keep=True)
    carousel = carousel_of(posted, edition=made, root=root, config=config, templates=templates, cards=cards)
    path = f"linkedin/{series.slug}/{entry.key}.pdf"
    with host.locked(project.home / FOLDER / "build.lock"):
        output = Output(project.home / OUTPUT)
        output.write(path, carousel.data)
        output.finish(remove_stale=False)
    return carousel, path


def _counted(progress: Callable[[int, int], None] | None, total: int) -> Callable[[int], None]:
    """A progress that adds up."""
    done = 0

    def tick(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None and count:
            progress(done, total)

    return tick


def _around(made: Edition, posted: Posted, rendered: Rendered, pages: Pages, root: Path) -> SeriesView:
    """The series of an entry, as the entry's page shows it."""
    part = next(part for part in made.series if part.series.slug == posted.series.slug)
    cards = {}
    for other in part.posted:
        path = other.entry.path
        known = rendered if path == posted.entry.path else render_document(other, made, root)
        cards[path] = pages.card(other, known.summary)
    intro = render_intro(part, made, root)
    return pages.series_view(
        part, cards, None if intro is None else Intro(summary=intro.summary, html=intro.document.html)
    )


def _copy(root: Path, source: str, path: str) -> Sheet:
    """A file that travels with an entry."""
    try:
        found = (root / source).stat()
    except OSError as error:
        raise RenderError(f"{source}: cannot be read: {error.strerror}") from error
    shows = (source, found.st_mtime_ns, found.st_size, found.st_ino)
    return Sheet(path=path[1:], shows=shows, make=lambda: _read(root / source, source))


def _elsewhere(project: Project) -> dict[str, tuple[Link, ...]]:
    """Where each entry is out as well, by its source path: the channel's name and the post that a receipt names."""
    found: dict[str, tuple[Link, ...]] = {}
    for series in project.series:
        for entry in series.entries if series.id in project.book.begun else ():
            links = []
            for name in series.channels_of(entry):
                standing = project.book.slots.get(f"{series.id}/{entry.key}/{name}")
                receipt = standing.receipt if standing is not None and standing.state == "published" else None
                if name in project.config.accounts and receipt is not None and receipt.url:
                    links.append(Link(url=receipt.url, title="LinkedIn"))
            if links:
                found[entry.path] = tuple(links)
    return found


def _draft_stays(path: str, project: Project, made: Edition) -> bool:
    _, _, rest = path.partition("/")
    slug, _, file = rest.partition("/")
    key = file.rpartition(".")[0]
    for series in project.series:
        for entry in series.entries:
            if series.slug == slug and entry.key == key:
                return entry.path not in made.posted
    return False


def _document_stays(path: str, project: Project) -> bool:
    """Whether a document that somebody asked for is still that of an entry."""
    account, _, rest = path.partition("/")
    slug, _, file = rest.partition("/")
    keys = {entry.key for series in project.series if series.slug == slug for entry in series.entries}
    return account in project.config.accounts and file.removesuffix(".pdf") in keys


def _read(path: Path, source: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RenderError(f"{source}: cannot be read: {error.strerror}") from error


def _order(problem: Problem) -> tuple[str, int, str]:
    return (problem.path, problem.line or 0, problem.message)
