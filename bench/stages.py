"""Time each stage of a build in one process: microseconds an entry, the least of several rounds.

``python -m bench.stages --size 300``; ``--profile`` prints where a whole build spends its time instead.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from bench import corpus
from bench.build import PLACE
from pipeline import config
from pipeline.build import build
from pipeline.markdown import Colours
from pipeline.one_entry import elsewhere_of
from pipeline.output import Output
from pipeline.project import Project, load
from pipeline.render.documents import render_document
from pipeline.render.edition import edition
from pipeline.render.feeds import feed_item, series_feeds
from pipeline.render.linkedin import linkedin_post
from pipeline.render.pages import Pages
from pipeline.render.templates import Templates, built_in


def stages(root: Path, project: Project, now: datetime) -> dict[str, Callable[[], object]]:
    """Each stage over every entry, by its name."""
    made = edition(project.series, project.config.site, now)
    templates = Templates((built_in(),))
    pages = Pages(made, project.config, templates, elsewhere=elsewhere_of(project))
    colours = Colours({})
    documents = {path: render_document(posted, made, root, None, colours) for path, posted in made.posted.items()}
    cards = {path: pages.card(posted, documents[path].summary) for path, posted in made.posted.items()}
    views = {part.series.slug: pages.series_view(part, cards, None) for part in made.series}
    words = templates.languages.of("en")
    items = {
        posted.entry.path: feed_item(posted, documents[posted.entry.path], part, project.config, words)
        for part in made.series
        for posted in part.posted
    }
    every = [(posted, documents[path]) for path, posted in made.posted.items()]

    def linkedin() -> None:
        for posted, document in every:
            post = linkedin_post(
                posted,
                edition=made,
                root=root,
                config=project.config,
                templates=templates,
                summary=document.summary,
            )
            post.to_paste()
            post.to_send()

    def written() -> None:
        shutil.rmtree(root / "written", ignore_errors=True)
        output = Output(root / "written")
        output.announce(f"{path}/index.html" for path in documents)
        for path, document in documents.items():
            output.write(f"{path}/index.html", document.document.html.encode())
        output.finish()

    return {
        "load": lambda: load(root, project.config),
        "plan and addresses": lambda: edition(project.series, project.config.site, now),
        "Markdown, code coloured before": lambda: [
            render_document(posted, made, root, None, colours) for posted, _ in every
        ],
        "Markdown, code coloured now": lambda: [render_document(posted, made, root) for posted, _ in every],
        "LinkedIn text and request": linkedin,
        "page": lambda: [pages.entry(posted, document, views[posted.series.slug]) for posted, document in every],
        "feeds, three formats": lambda: [list(series_feeds(part, made, items, project.config)) for part in made.series],
        "write one file": written,
    }


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    root = PLACE / "stages"
    corpus.write(options.size, root, "daycast")
    now = datetime.now(UTC)
    settings = config.load(root)
    if options.profile:
        shutil.rmtree(root / "output", ignore_errors=True)
        shutil.rmtree(root / ".daycast", ignore_errors=True)
        profile = cProfile.Profile()
        profile.runcall(lambda: build(load(root, settings, at=now, partly=True), now))
        pstats.Stats(profile).sort_stats("cumulative").print_stats(40).sort_stats("tottime").print_stats(40)
        return
    print("| stage | µs an entry |\n|---|---:|")
    for name, stage in stages(root, load(root, settings), now).items():
        least = min(_seconds(stage) for _ in range(options.rounds))
        print(f"| {name} | {least / options.size * 1e6:.0f} |")
    shutil.rmtree(root)


def _seconds(stage: Callable[[], object]) -> float:
    begun = time.process_time()
    stage()
    return time.process_time() - begun


if __name__ == "__main__":
    main()
