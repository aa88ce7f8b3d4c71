"""Follow the links of an entry: to another entry's page, to a file that travels with it, or to nowhere."""

from __future__ import annotations

import os
import posixpath
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.records import dataclass, field
from pipeline.render.edition import Edition, Place, place

_NOWHERE = Place(path="", url="", absolute="")
#: Everything that may be copied to the site lives below this folder.
CONTENT = "series"


def is_source(dest: str) -> bool:
    """Whether a destination is a relative path to a Markdown file: a source, not an address."""
    try:
        parts = urlsplit(dest)
    except ValueError:
        return False
    return not parts.scheme and not parts.netloc and parts.path.lower().endswith((".md", ".markdown"))


@dataclass(slots=True)
class Links:
    """Where the links of one source file lead. Collects the files to copy and what is not there."""

    edition: Edition
    #: The project's root.
    root: Path
    #: POSIX path of the file that links, relative to the root.
    source: str
    #: Source path → place of every local file that a page needs.
    assets: dict[str, Place] = field(default_factory=dict)
    #: Destinations as written that lead nowhere, with the reason.
    missing: dict[str, str] = field(default_factory=dict)
    #: Destinations that lead to an entry that is not out.
    ahead: list[str] = field(default_factory=list)
    #: Every path in the project that a destination names, there or not.
    leads_to: set[str] = field(default_factory=set)

    def follow(self, dest: str) -> Place | None:
        """The place a destination leads to.

        None where it is not the project's (another site, a fragment, a path from the site's root); a Place
        without a url where it is an entry that is not out yet, or not there at all.
        """
        found = self._target(dest)
        if found is None:
            return None
        target, query, fragment = found
        entry = self._entry(target)
        if entry is not None:
            posted = self.edition.posted.get(entry)
            if posted is None:
                self.ahead.append(dest)
                return _NOWHERE
            if posted.place is None:
                first = posted.entry.canonical_url
                if first is None:
                    self.missing[dest] = "leads to an entry that goes to no blog, so there is no page of it"
                    return _NOWHERE
                return Place(path="", url=first, absolute=first)
            return _with_rest(posted.place, query, fragment)
        for made in self.edition.series:
            if made.place is not None and target in (made.series.path, made.series.folder):
                return _with_rest(made.place, query, fragment)
        asset = self._asset(target, dest)
        return _NOWHERE if asset is None else _with_rest(asset, query, fragment)

    def file(self, dest: str) -> Path | None:
        """The local file behind a destination that ``follow`` placed as an asset."""
        found = self._target(dest)
        return self.root / found[0] if found is not None and found[0] in self.assets else None

    def picture(self, src: str) -> Place | None:
        """The place of a picture, as ``follow`` gives it. An entry is none, out or not."""
        found = self._target(src)
        if found is not None and self._entry(found[0]) is not None:
            self.missing[src] = "is an entry, not a picture"
            return _NOWHERE
        return self.follow(src)

    def _target(self, dest: str) -> tuple[str, str, str] | None:
        """The path in the project that a destination names, its query and its fragment; None where it names none."""
        try:
            parts = urlsplit(dest)
        except ValueError:
            return None
        path = unquote(parts.path)
        if parts.scheme or parts.netloc or not path or "\0" in path:
            return None
        if path.startswith("/"):
            # From the project's root, as editors and code hosts resolve it; else it is a place on the site.
            target = posixpath.normpath(path[1:])
            self.leads_to.add(target)
            if not target.startswith(f"{CONTENT}/") or not os.path.exists(self.root / target):
                return None
        else:
            target = posixpath.normpath(posixpath.join(posixpath.dirname(self.source), path))
        self.leads_to.add(target)
        return target, parts.query, parts.fragment

    def _entry(self, target: str) -> str | None:
        known = self.edition.known
        for candidate in (target, f"{target}.md", f"{target}/index.md"):
            if candidate in known:
                return candidate
        return None

    def _asset(self, target: str, dest: str) -> Place | None:
        if target in self.assets:
            return self.assets[target]
        inside = target.startswith(f"{CONTENT}/")
        if not inside:
            self.missing[dest] = f"leads out of {CONTENT}/; move the file beside the entry"
            return None
        real = os.path.realpath(self.root / target)
        if not real.startswith(os.path.realpath(self.root / CONTENT) + os.sep):
            self.missing[dest] = f"is a link that leads out of {CONTENT}/; copy the file beside the entry"
            return None
        if not os.path.isfile(real):
            self.missing[dest] = f"is not there (looked for {target})"
            return None
        if any(part.startswith((".", "_")) for part in target.split("/")) or target.endswith(".md"):
            self.missing[dest] = "is not a file that may be published; rename it or link to an entry"
            return None
        where = place(self.edition.site, "/" + target.removeprefix(f"{CONTENT}/"))
        self.assets[target] = where
        return where


def _with_rest(where: Place, query: str, fragment: str) -> Place:
    rest = (f"?{query}" if query else "") + (f"#{fragment}" if fragment else "")
    if not rest:
        return where
    return Place(path=where.path, url=where.url + rest, absolute=where.absolute + rest)
