"""Read folders of Markdown that other tools build sites from: Hugo, Jekyll, Zola, Astro, dev.to, and plain ones.

daycast reads their files as they are. An import adds what only the tool knew: old addresses, dates in file names.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from datetime import time
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from pipeline.content import front
from pipeline.content.days import label_of, leading_date
from pipeline.content.draft import Draft, Setting, draft_of
from pipeline.content.naming import claim_of
from pipeline.content.notes import Notes
from pipeline.content.tree import value_of
from pipeline.errors import ContentError
from pipeline.importers.box import Box
from pipeline.importers.item import PICTURES, Found, Item, Loss
from pipeline.model import DEFAULT_CHANNELS, DEFAULT_LABEL
from pipeline.patterns import pattern

#: Where each tool keeps its posts, from a site's root.
_CONTENT: Mapping[str, tuple[str, ...]] = {
    "hugo": ("content/",),
    "jekyll": ("_posts/", "_drafts/"),
    "zola": ("content/",),
    "astro": ("src/content/", "src/pages/", "src/data/"),
    "devto": ("",),
    "markdown": ("",),
}
#: Where each keeps files whose addresses begin at the site's root.
_STATIC: Mapping[str, tuple[str, ...]] = {
    "hugo": ("static/", "assets/"),
    "jekyll": ("",),
    "zola": ("static/",),
    "astro": ("public/",),
}
_ENDINGS = (".md", ".markdown", ".mdx")
#: Another tool's programs in a text: what stays of them is text.
_PROGRAMS = (
    (pattern(r"\{\{[<%].*?[%>]\}\}", 16), "the shortcode"),
    (pattern(r"\{%.*?%\}", 16), "the tag"),
    (pattern(r"\{\{(?![<%]).*?\}\}", 16), "the variable"),
    (pattern(r"^(?:import|export) .*$", 8), "the line"),
    (pattern(r"<[A-Z]\w*[^>]*/?>", 16), "the component"),
)
_IMAGE = pattern(r"(!\[[^\]]*\]\(\s*<?)([^)\s>]+)")
_FENCE = pattern(r"^ {0,3}(`{3,}|~{3,}).*?^ {0,3}\1[`~]*\s*$", 24)


def format_of(box: Box) -> str:
    """Which tool a folder belongs to, by what lies in it; ``markdown`` where nothing tells."""
    paths = set(box.paths)
    if any(path.startswith("src/content/") for path in paths) or any("astro.config" in path for path in paths):
        return "astro"
    if any(f"/{path}".find("/_posts/") >= 0 for path in paths) or "_config.yml" in paths:
        return "jekyll"
    if {"hugo.toml", "hugo.yaml", "hugo.json"} & paths or any(path.startswith("archetypes/") for path in paths):
        return "hugo"
    if "config.toml" in paths:
        text = box.read("config.toml").decode("utf-8", "replace")
        return "zola" if "base_url" in text else "hugo"
    entries = [path for path in box.paths if path.endswith(_ENDINGS)][:20]
    fronts = [box.read(path)[:2000] for path in entries]
    if entries and all(b"\npublished:" in one or b"\ncover_image:" in one for one in fronts):
        return "devto"
    if entries and all(leading_date(PurePosixPath(path).stem) for path in entries):
        return "jekyll"
    return "markdown"


def read(box: Box, form: str, zone: str, host: str) -> Found:
    """The posts of a folder, of a site or of its posts alone. Raises ContentError where there are none."""
    items: list[Item] = []
    losses: list[Loss] = []
    for path in _posts(box, form):
        item = _item(box, path, form, zone, host, losses)
        if item is not None:
            items.append(item)
    if not items and not losses:
        raise ContentError(f"{box.name}: has no posts; name the folder that holds the .md files")
    return Found(items=tuple(items), losses=tuple(losses))


def _posts(box: Box, form: str) -> Iterator[str]:
    places = [place for place in _CONTENT[form] if any(f"/{path}".find(f"/{place}") >= 0 for path in box.paths)]
    for path in box.paths:
        name = PurePosixPath(path).name.lower()
        if not name.endswith(_ENDINGS) or name.startswith("_") or name in ("readme.md", "changelog.md", "license.md"):
            continue
        if places and places != [""] and not any(f"/{path}".find(f"/{place}") >= 0 for place in places):
            continue
        yield path


def _item(box: Box, path: str, form: str, zone: str, host: str, losses: list[Loss]) -> Item | None:
    raw = box.read(path)
    notes = Notes(path)
    setting = Setting(time=time(9), zone=zone, categories={}, channels=DEFAULT_CHANNELS, host=host)
    draft = draft_of(path, raw, setting, notes)
    errors = [problem for problem in notes.found if problem.severity == "error"]
    if errors:
        losses += [Loss(source=path, what=f"is left out: {problem.message}") for problem in errors]
        return None
    claim = claim_of(draft, label_of(DEFAULT_LABEL))
    losses += _programs(path, draft.body)
    if path.endswith(".mdx"):
        losses.append(Loss(source=path, what="is MDX; it is read as Markdown"))
    text = raw
    raw, files = _with_pictures(box, path, form, raw, losses)
    got = draft.values
    own = got.get("aliases") or ()
    settled = _says_its_address(text, path)
    if settled and not own:
        losses.append(
            Loss(
                source=path,
                what=f"has its address from '{settled}'; write its old one into 'aliases' if it had another",
            )
        )
    addresses = () if settled else tuple(one for one in _addresses(path, form, draft) if one not in own)
    return Item(
        source=path,
        title=got.get("title", ""),
        body=draft.body,
        day=claim.day if claim is not None else None,
        at=got.get("date"),
        slug=draft.slug or "",
        addresses=addresses,
        known=own,
        guid=got.get("guid") or "",
        tags=tuple(got.get("tags") or ()),
        category=tuple(got.get("category") or ()),
        image=got.get("image") or "",
        draft=got.get("draft") is True or "_drafts/" in path,
        raw=raw,
        files=files,
    )


def _says_its_address(raw: bytes, path: str) -> str:
    """What a file's ``permalink`` or ``url`` says, which takes the place of the tool's own rule; empty without one."""
    found = front.read(raw.decode("utf-8-sig", "surrogateescape").replace("\r\n", "\n"), Notes(path))
    table = {} if found is None else {key.lower(): value_of(node) for key, node in found.table.items.items()}
    return next((str(table[key]) for key in ("permalink", "url") if table.get(key)), "")


def _programs(path: str, body: str) -> Iterator[Loss]:
    prose = _FENCE.sub("", body)
    for shape, what in _PROGRAMS:
        for found in dict.fromkeys(shape.findall(prose)):
            yield Loss(
                source=path, what=f"{what} {' '.join(found.split())[:80]} is a program of that tool, and stays text"
            )


def _addresses(path: str, form: str, draft: Draft) -> Iterator[str]:
    """Where the tool puts a page, unless its settings say otherwise."""
    below = path
    for place in _CONTENT[form]:
        if place and f"/{path}".find(f"/{place}") >= 0:
            below = path[f"/{path}".find(f"/{place}") + len(place) :]
            break
    folder = str(PurePosixPath(below).parent)
    folder = "" if folder == "." else f"{folder}/"
    name = draft.name
    if PurePosixPath(path).stem.lower() == "index":
        folder = posixpath.dirname(folder.rstrip("/"))
        folder = f"{folder}/" if folder else ""
    dated = leading_date(name)
    title = name[11:] if dated and len(name) > 11 else name
    slug = draft.slug or title
    if form in ("hugo", "zola"):
        yield f"/{folder}{slug if form == 'zola' or draft.slug else name}/".replace(" ", "-").lower()
    elif form == "jekyll" and dated and "_drafts/" not in path:
        yield f"/{folder}{dated.replace('-', '/')}/{slug}.html"
    elif form == "astro":
        yield f"/{folder}{slug}/"


def _with_pictures(box: Box, path: str, form: str, raw: bytes, losses: list[Loss]) -> tuple[bytes, Mapping[str, bytes]]:
    """A file whose pictures lie beside it, and these pictures by their name there."""
    files: dict[str, bytes] = {}
    there = frozenset(box.paths)

    def moved(found: re.Match[str]) -> str:
        name = _taken(found[2])
        return found[0] if name is None else f"{found[1]}{name}"

    def _taken(written: str) -> str | None:
        try:
            parts = urlsplit(written)
        except ValueError:
            return None
        if parts.scheme or parts.netloc or not parts.path.lower().endswith(PICTURES):
            return None
        wanted = unquote(parts.path)
        tries = [posixpath.normpath(f"{posixpath.dirname(path)}/{wanted}").lstrip("/")]
        if wanted.startswith("/"):
            tries = [f"{place}{wanted[1:]}" for place in _STATIC.get(form, ("",))]
        for one in tries:
            if one in there:
                data = box.read(one)
                name = re.sub(r"[^\w.-]+", "-", PurePosixPath(one).name)
                while name in files and files[name] != data:
                    name = f"x-{name}"
                files[name] = data
                return name
        losses.append(Loss(source=path, what=f"the picture {written} is not in what was given"))
        return None

    text = raw.decode("utf-8", "surrogateescape")
    text = _IMAGE.sub(moved, text)
    return text.encode("utf-8", "surrogateescape"), files
