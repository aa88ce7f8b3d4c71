"""Write the first files of a project, and the next entry of a series. Never over a file that is there."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.config import FILE
from pipeline.errors import ConfigError, ContentError
from pipeline.model import DEFAULT_LABEL, Series, day_key
from pipeline.patterns import pattern
from pipeline.records import dataclass
from pipeline.render.templates import Templates, built_in
from pipeline.scaffold.github import SYNC

#: Files that a repository may have already; they are left as they are.
SHARED = (".gitignore", ".gitattributes")
#: What slugs of folders and files look like.
SLUG = pattern(r"[a-z0-9][a-z0-9-]{0,79}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a new project is about."""

    #: Of the blog.
    title: str
    series_title: str
    #: Folder below ``series/``.
    series: str
    #: None for an endless series.
    length: int | None
    start: date
    #: ``09:00``.
    time: str
    zone: str
    url: str
    author: str = ""
    language: str = "en"
    #: GitHub Actions publishes it: what is committed goes out, and receipts are pushed.
    github: bool = False


def slug_of(text: str) -> str:
    """A folder or file name for a title: ``30 Days of Tests!`` → ``30-days-of-tests``; empty where nothing is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:80].strip("-")


def hashtag_of(text: str) -> str:
    """A hashtag for a title, each word with a capital so that screen readers find them: ``30DaysOfTests``."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", text))
    return "".join(word[:1].upper() + word[1:] for word in words)


def authority_of(url: str, start: date) -> str | None:
    """What ``[feed] authority`` is set to: ``example.org,2026``; None where no address is known yet."""
    host = urlsplit(url).hostname or ""
    return f"{host},{start.year}" if "." in host and not host.startswith("127.") else None


def make_project(folder: Path, plan: Plan) -> tuple[Path, ...]:
    """Write configuration, series, first entry and what git must know into a folder. Gives the files made.

    Raises ConfigError where one of them is there already; then nothing is written.
    """
    templates = Templates((built_in(),))
    label = DEFAULT_LABEL if plan.length else "#Day{n}"
    context = {
        "title": plan.title,
        "url": plan.url,
        "authority": authority_of(plan.url, plan.start),
        "series_title": plan.series_title,
        "series_id": plan.series,
        "hashtag": hashtag_of(plan.series_title),
        "label": label,
        "length": plan.length,
        "start": plan.start.isoformat(),
        "time": plan.time,
        "zone": plan.zone,
        "author": plan.author,
        "language": plan.language,
        "github": plan.github,
        "sync": SYNC,
    }
    first = {"day": 1, "title": "What this series is about", "draft": False}
    first["label"] = label.replace("{n}", "1").replace("{length}", str(plan.length or ""))
    home = f"series/{plan.series}"
    wanted = {
        FILE: templates.render("scaffold/daycast.toml.j2", context),
        f"{home}/_index.md": templates.render("scaffold/_index.md.j2", context),
        f"{home}/day-01.md": templates.render("scaffold/day.md.j2", first),
        **{name: templates.render(f"scaffold/{name[1:]}.j2", context) for name in SHARED},
    }
    there = [name for name in wanted if (folder / name).exists() and name not in SHARED]
    if there:
        raise ConfigError(f"{folder / there[0]} is there already; init makes new projects, 'daycast new' adds entries")
    made = []
    for name, text in wanted.items():
        path = folder / name
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        made.append(path)
    return tuple(made)


def make_entry(root: Path, series: Series, title: str, *, day: int | None) -> Path:
    """Write the next entry of a series (or the given day) as a draft. Gives its file.

    Raises ContentError where the day is written already or beyond the series' length.
    """
    written = {entry.day for entry in series.entries}
    number = day if day is not None else max(written, default=0) + 1
    if series.length is not None and number > series.length:
        gap = next((n for n in range(1, series.length + 1) if n not in written), None)
        hint = f"; day {gap} is not written yet: --day {gap}" if gap else ""
        raise ContentError(f"{series.path}: the series has {series.length} days, day {number} would be beyond it{hint}")
    taken = next((entry for entry in series.entries if entry.day == number), None)
    if taken is not None:
        raise ContentError(f"{taken.path}: day {number} is written already ('{taken.title}')")
    path = root / series.folder / f"{day_key(number)}.md"
    if path.exists():
        raise ContentError(f"{path.relative_to(root)}: is there already; daycast does not write over it")
    path.write_bytes(entry_text(series, title, number))
    return path


def entry_text(series: Series, title: str, day: int) -> bytes:
    """The file of a new entry, a draft."""
    context = {"day": day, "title": title, "draft": True, "label": series.label_of(day)}
    return Templates((built_in(),)).render("scaffold/day.md.j2", context).encode()
