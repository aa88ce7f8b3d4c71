"""The same posts for every tool: a seed makes them, and only front matter and file names differ between layouts."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

Layout = Literal["daycast", "hugo", "pelican", "eleventy"]

#: The folder of the posts, and how many are in a series.
FOLDERS: dict[Layout, str] = {
    "daycast": "series",
    "hugo": "content/posts",
    "pelican": "content/posts",
    "eleventy": "posts",
}
LENGTH = 30
SETTINGS = """\
[site]
title = "Bench"
url = "https://example.com"
language = "en"

[channels.linkedin]
limit = 10000
"""

_TOPICS = "Python LinkedIn automation SQLite Jinja RSS testing caching Docker typing packaging logging Markdown".split()
_VERBS = "ship measure simplify document cache profile review schedule publish test refactor explain delete".split()
_NOUNS = "pipeline template feed draft release worker ledger habit checklist parser deadline audience series".split()
_LIKE = "small boring fast honest reliable tiny public simple daily careful sharp quiet useful stubborn modest".split()
_GLUE = ("because", "so that", "even when", "unless", "before", "after", "while", "until")
_WHO = ("we", "you", "I", "the team", "most people")
_AUTHORS = ("Asha Rao", "Ben Müller", "Chen Wei", "Dina Haddad", "Elif Yılmaz")
_EMOJI = "🚀✅💡📈🧪🔥"


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One day of a series."""

    number: int
    day: int
    title: str
    slug: str
    season: str
    date: datetime
    author: str
    excerpt: str
    tags: tuple[str, ...]
    body: str


def posts(count: int, seed: int = 30) -> Iterator[Post]:
    """``count`` posts of about 380 words: headings, lists, links, a quotation, a picture, some code and tables."""
    chance = random.Random(seed)
    for number in range(count):
        season, day = number // LENGTH + 1, number % LENGTH + 1
        what = f"{chance.choice(_VERBS)} the {chance.choice(_LIKE)} {chance.choice(_NOUNS)}"
        yield Post(
            number=number,
            day=day,
            title=f"Day {day}/{LENGTH}: {what} ({season:03})",
            slug=f"s{season:03}-day-{day:02}",
            season=f"season-{season:03}",
            # Ten thousand of them stay in the past.
            date=datetime(2000, 1, 1, 9, tzinfo=UTC) + timedelta(hours=18 * number),
            author=chance.choice(_AUTHORS),
            excerpt=f"{_clause(chance).capitalize()} {chance.choice(_GLUE)} {_clause(chance)}.",
            tags=tuple(sorted({chance.choice(_TOPICS) for _ in range(3)})),
            body=_body(chance, number, day),
        )


def write(count: int, root: Path, layout: Layout) -> None:
    """Lay ``count`` posts out below ``root`` as a tool wants them."""
    shutil.rmtree(root / FOLDERS[layout], ignore_errors=True)
    (root / FOLDERS[layout]).mkdir(parents=True)
    for post in posts(count):
        path = path_of(root, layout, post)
        if layout == "daycast" and post.day == 1:
            path.parent.mkdir()
            title = post.season.replace("-", " ").title()
            index = (
                f'---\ntitle: "{title}"\nlength: {LENGTH}\nhashtag: {post.season.replace("-", "")}\n---\n\nOne a day.\n'
            )
            (path.parent / "_index.md").write_text(index, encoding="utf-8")
        path.write_text(_front(post, layout) + post.body, encoding="utf-8")
    if layout == "daycast":
        (root / "daycast.toml").write_text(SETTINGS, encoding="utf-8")


def path_of(root: Path, layout: Layout, post: Post) -> Path:
    """Where a post is."""
    folder = root / FOLDERS[layout]
    return folder / post.season / f"day-{post.day:02}.md" if layout == "daycast" else folder / f"{post.slug}.md"


def middle(root: Path, layout: Layout) -> Path:
    """The post in the middle of the corpus: the one that is edited."""
    found = sorted((root / FOLDERS[layout]).glob("*/day-*.md" if layout == "daycast" else "*.md"))
    return found[len(found) // 2]


def _front(post: Post, layout: Layout) -> str:
    if layout == "pelican":
        return (
            f"Title: {post.title}\nDate: {post.date:%Y-%m-%d %H:%M}\nSlug: {post.slug}\nAuthor: {post.author}\n"
            f"Summary: {post.excerpt}\nTags: {', '.join(post.tags)}\nSeries: {post.season}\nDay: {post.day}\n\n"
        )
    tags = ", ".join(f'"{tag}"' for tag in post.tags)
    extra = "layout: post.njk\n" if layout == "eleventy" else ""
    return (
        f'---\n{extra}title: "{post.title}"\ndate: {post.date:%Y-%m-%dT%H:%M:%SZ}\nslug: {post.slug}\n'
        f'author: "{post.author}"\nexcerpt: "{post.excerpt}"\ntags: [{tags}]\nseries: "{post.season}"\n'
        f"day: {post.day}\n---\n\n"
    )


def _clause(chance: random.Random) -> str:
    return f"{chance.choice(_WHO)} {chance.choice(_VERBS)} the {chance.choice(_LIKE)} {chance.choice(_NOUNS)}"


def _sentence(chance: random.Random) -> str:
    said = f"{_clause(chance)} {chance.choice(_GLUE)} {_clause(chance)}"
    what = chance.random()
    if what < 0.10:
        said += f", and **{chance.choice(_LIKE)} {chance.choice(_NOUNS)}s** win"
    elif what < 0.18:
        said += f", which is *{chance.choice(_LIKE)}* work"
    elif what < 0.26:
        where = f"https://example.com/{chance.choice(_NOUNS)}/{chance.randint(1, 999)}"
        said += f" with [{chance.choice(_TOPICS)} notes]({where})"
    elif what < 0.32:
        said += f" using `{chance.choice(_VERBS)}_{chance.choice(_NOUNS)}()`"
    elif what < 0.35:
        said += f" {chance.choice(_EMOJI)}"
    return f"{said[0].upper()}{said[1:]}."


def _body(chance: random.Random, number: int, day: int) -> str:
    def sentences(low: int, high: int) -> str:
        return " ".join(_sentence(chance) for _ in range(chance.randint(low, high)))

    pick: Callable[[list[str]], str] = chance.choice
    mark = chance.choice(("-", "1."))
    blocks = [
        sentences(2, 3),
        f"## Why {pick(_TOPICS)} on day {day}",
        sentences(3, 4),
        sentences(2, 3),
        "\n".join(f"{mark} {_sentence(chance)}" for _ in range(chance.randint(3, 5))),
        f"### {pick(_LIKE).title()} {pick(_NOUNS)}s",
        sentences(2, 4),
        f"> {sentences(1, 2)}",
    ]
    if number % 3 == 0:
        verb, noun = pick(_VERBS), pick(_NOUNS)
        blocks.append(
            f'```python\ndef {verb}_{noun}(items):\n    """{verb.title()} each {noun} once."""\n    seen = set()\n'
            f"    for item in items:\n        if item.id not in seen:\n            seen.add(item.id)\n"
            f"            yield {verb}(item, retries={chance.randint(1, 9)})\n```"
        )
    if number % 5 == 1:
        rows = "\n".join(f"| {pick(_NOUNS)} | {chance.randint(1, 900)} | {pick(_LIKE)} |" for _ in range(4))
        blocks.append(f"| step | ms | verdict |\n|:-----|---:|:-------:|\n{rows}")
    blocks += [
        f"## What I learned about the {pick(_NOUNS)}",
        sentences(3, 5),
        f"![{pick(_LIKE)} {pick(_NOUNS)}](https://example.com/img/day-{day:02}.png)",
        "\n".join(f"- **{pick(_TOPICS)}**: {_clause(chance)}" for _ in range(3)),
        sentences(2, 3),
        f"Tomorrow: {_clause(chance)}. Which {pick(_NOUNS)} would you {pick(_VERBS)}?",
        f"#{pick(_TOPICS)} #{pick(_TOPICS)} #BuildInPublic",
    ]
    return "\n\n".join(blocks) + "\n"
