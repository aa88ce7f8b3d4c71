"""Make what one entry becomes, out or not, and write what was asked for."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import host
from pipeline.errors import Problem
from pipeline.last_good import FOLDER
from pipeline.markdown import highlighted, uncoloured
from pipeline.model import DEFAULT_CHANNELS, Entry, Series
from pipeline.output import DRAFTS, OUTPUT, Output
from pipeline.plan import due_of
from pipeline.project import Project
from pipeline.records import dataclass
from pipeline.render.cards import cards_of, with_card
from pipeline.render.context import Link
from pipeline.render.documents import Rendered, render_document, render_intro
from pipeline.render.edition import Edition, Posted, edition, preview
from pipeline.render.linkedin import LinkedInPost, linkedin_post
from pipeline.render.templates import Templates, folders

if TYPE_CHECKING:
    from pipeline.render.carousel import Carousel
    from pipeline.render.context import SeriesView
    from pipeline.render.pages import Pages


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


def render_entry(
    project: Project,
    series: Series,
    entry: Entry,
    now: datetime,
    *,
    channels: Collection[str] = DEFAULT_CHANNELS,
    pictures: bool = True,
    keep: bool = True,
    on_its_day: bool = False,
) -> EntryArtifacts:
    """What one entry becomes on ``channels``, out or not, without writing anything below ``output/``.

    ``pictures=False`` draws none; ``keep=False`` keeps none that is drawn. ``on_its_day`` makes a page that is to come
    as it is on its day, and not as a preview; that of a draft says all the same that it is one.
    """
    root, config = project.root, project.config
    templates = Templates(folders(root, config.site.theme))
    made = edition(project.series, config.site, now)
    posted = made.posted.get(entry.path)
    is_out = posted is not None
    if posted is None:
        posted = preview(made, series, entry, due_of(series, entry))
    cards = cards_of(root, config, templates, keep=keep) if pictures else None
    # Only a page shows code in colours, and loading what colours it takes as long as all the rest.
    colour = highlighted if "blog" in channels else uncoloured
    rendered = with_card(render_document(posted, made, root, None, colour), cards, config)
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
        # A text for LinkedIn is often wanted at once: what makes pages and feeds waits until they are wanted.
        from pipeline.render.pages import Pages

        pages = Pages(made, config, templates, elsewhere=elsewhere_of(project))
        is_ready = on_its_day and (bool(entry.held) or not entry.draft)
        around = _around(made, posted, rendered, pages, root)
        page = pages.entry(posted, rendered, around, draft=not (is_out or is_ready))
    item = None
    if "rss" in wanted:
        from pipeline.render.feeds import single_item

        words = templates.languages.of(series.language or config.site.language)
        item = single_item(posted, rendered, made, config, words)
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
    from pipeline.render.carousel import carousel_of, drawer

    root, config = project.root, project.config
    templates = Templates(folders(root, config.site.theme))
    made = edition(project.series, config.site, now)
    posted = made.posted.get(entry.path) or preview(made, series, entry, due_of(series, entry))
    cards = drawer(root, config, templates, keep=True)
    carousel = carousel_of(posted, edition=made, root=root, config=config, templates=templates, cards=cards)
    path = f"linkedin/{series.slug}/{entry.key}.pdf"
    with host.locked(project.home / FOLDER / "build.lock"):
        output = Output(project.home / OUTPUT)
        output.write(path, carousel.data)
        output.finish(remove_stale=False)
    return carousel, path


def elsewhere_of(project: Project) -> dict[str, tuple[Link, ...]]:
    """Where each entry is out as well, by its source path: the channel's name and the post that a receipt names."""
    found: dict[str, tuple[Link, ...]] = {}
    for series in project.series:
        for entry in series.written if series.id in project.book.begun else ():
            links = []
            for name in series.channels_of(entry):
                standing = project.book.slots.get(f"{series.id}/{entry.key}/{name}")
                receipt = standing.receipt if standing is not None and standing.state == "published" else None
                if name in project.config.accounts and receipt is not None and receipt.url:
                    links.append(Link(url=receipt.url, title="LinkedIn"))
            if links:
                found[entry.path] = tuple(links)
    return found


def _around(made: Edition, posted: Posted, rendered: Rendered, pages: Pages, root: Path) -> SeriesView:
    """The series of an entry, as the entry's page shows it."""
    from pipeline.render.lists import Intro

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
