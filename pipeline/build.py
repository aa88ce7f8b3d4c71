"""Write the site and the LinkedIn texts: load, plan and render in one go, and write only what differs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from pipeline import host
from pipeline.cards.store import Cards
from pipeline.config import Config
from pipeline.errors import Problem, RenderError
from pipeline.images import Copies
from pipeline.last_good import FOLDER, LastGood
from pipeline.model import DEFAULT_CHANNELS, Entry, Series
from pipeline.output import Output
from pipeline.plan import due_days
from pipeline.project import Project
from pipeline.records import dataclass
from pipeline.render.cards import cards_of, copies_of, missing_extra, with_card
from pipeline.render.carousel import Carousel, carousel_of, drawer
from pipeline.render.context import Link
from pipeline.render.documents import Rendered, render_document, render_intro
from pipeline.render.edition import Edition, Posted, edition, preview
from pipeline.render.feeds import feed_files, single_item
from pipeline.render.linkedin import LinkedInPost, linkedin_post
from pipeline.render.lists import File
from pipeline.render.pages import Pages
from pipeline.render.templates import Templates, folders

OUTPUT = "output"
SITE, DRAFTS = "site", "drafts"


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
    #: Every path below ``output/`` that is there now by daycast's doing.
    files: tuple[str, ...]
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


def build(project: Project, now: datetime, *, progress: Callable[[int, int], None] | None = None) -> BuildReport:
    """Make ``output/`` show what is out at ``now``.

    ``progress`` is told after each entry how many of how many are rendered.

    Raises RenderError for a broken template or a disk that refuses; what was written before stays.
    """
    root, home, config = project.root, project.home, project.config
    with host.locked(home / FOLDER / "build.lock"):
        templates = Templates(folders(root, config.site.theme))
        made = edition(project.series, config.site, now)
        problems = [*project.problems, *made.problems]
        cards = cards_of(root, config, templates)
        copies = copies_of(root, config)
        rendered = _render_all(made, root, problems, progress, config=config, cards=cards, copies=copies)
        problems += missing_extra(config)
        output = Output(home / OUTPUT)
        claimed: dict[str, str] = {}
        pages = Pages(made, rendered, config, templates, elsewhere=_elsewhere(project))
        problems += pages.problems
        for file in _site_files(pages, made, rendered, config, root):
            if file.path in claimed:
                problems.append(_taken(file, claimed[file.path]))
                continue
            claimed[file.path] = file.source
            output.write(f"{SITE}/{file.path}", file.content)
        for path, data in _linkedin_files(project, made, rendered, templates, problems, cards):
            output.write(path, data)
        for path in output.owned():
            if path.startswith(f"{DRAFTS}/") and _draft_stays(path, project, made):
                output.keep(path)
            if path.endswith(".pdf") and _document_stays(path, project):
                output.keep(path)
        output.finish()
        LastGood(home).remember(project.sources, project.paths)
    moments = [day.due for part in made.series for day in part.planned if day.due is not None]
    return BuildReport(
        out=len(made.posted),
        changed=tuple(output.changed),
        unchanged=output.unchanged,
        removed=tuple(output.removed),
        problems=tuple(sorted(set(problems), key=_order)),
        files=tuple(output.owned()),
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
        shown = {entry.path: rendered, **_around(made, posted, root)}
        pages = Pages(made, shown, config, templates, elsewhere=_elsewhere(project))
        page = pages.entry(posted, rendered, draft=not is_out)
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


def _render_all(
    made: Edition,
    root: Path,
    problems: list[Problem],
    progress: Callable[[int, int], None] | None,
    *,
    config: Config,
    cards: Cards | None,
    copies: Copies | None,
) -> dict[str, Rendered]:
    rendered: dict[str, Rendered] = {}
    for path, posted in made.posted.items():
        rendered[path] = with_card(render_document(posted, made, root, copies), cards, config)
        if progress is not None:
            progress(len(rendered), len(made.posted))
    for part in made.series:
        intro = render_intro(part, made, root, copies)
        if intro is not None:
            rendered[part.series.path] = intro
    for item in rendered.values():
        problems += item.problems
    return rendered


def _around(made: Edition, posted: Posted, root: Path) -> dict[str, Rendered]:
    """What an entry's page shows of others: the cards and the intro of its own series."""
    shown = {
        path: render_document(other, made, root)
        for path, other in made.posted.items()
        if other.series.slug == posted.series.slug and path != posted.entry.path
    }
    for part in made.series:
        if part.series.slug == posted.series.slug and (intro := render_intro(part, made, root)) is not None:
            shown[part.series.path] = intro
    return shown


def _site_files(
    pages: Pages, made: Edition, rendered: Mapping[str, Rendered], config: Config, root: Path
) -> Iterator[File]:
    yield from pages.all()
    yield from feed_files(made, rendered, config)
    copied: set[str] = set()
    for item in rendered.values():
        for source, path in item.assets.items():
            if source not in copied:
                copied.add(source)
                yield File(path=path[1:], content=_read(root / source, source), source=source)
    yield from pages.redirects()


def _linkedin_files(
    project: Project,
    made: Edition,
    rendered: Mapping[str, Rendered],
    templates: Templates,
    problems: list[Problem],
    cards: Cards | None,
) -> Iterator[tuple[str, bytes]]:
    accounts = project.config.accounts
    for part in made.series:
        for day in part.planned:
            entry = day.entry
            if entry is None or entry.draft or entry.path in made.refused:
                continue
            names = [name for name in part.series.channels_of(entry) if name in accounts]
            if not names:
                continue
            posted = made.posted.get(entry.path) or preview(made, part.series, entry, day.due)
            known = rendered.get(entry.path) or render_document(posted, made, project.root)
            for name in names:
                post = linkedin_post(
                    posted,
                    edition=made,
                    root=project.root,
                    config=project.config,
                    templates=templates,
                    summary=known.summary,
                    name=name,
                    cards=cards,
                )
                problems += post.problems
                if post.fits:
                    base = f"{name}/{part.series.slug}/{entry.key}"
                    yield f"{base}.txt", post.to_paste()
                    yield f"{base}.json", post.to_send()


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


def _taken(file: File, owner: str) -> Problem:
    return Problem(
        path=file.source or "templates/static",
        line=None,
        severity="error",
        code="address-taken",
        message=f"/{file.path} is already made from {owner or 'the theme'}; rename one of them",
    )


def _order(problem: Problem) -> tuple[str, int, str]:
    return (problem.path, problem.line or 0, problem.message)
