"""Follow the links of an entry: to another entry's page, to a file that travels with it, or to nowhere."""

from __future__ import annotations

import os
import posixpath
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.render.edition import Edition, Place, place

#: Everything that may be copied to the site lives below this folder.
CONTENT = "series"


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

    def follow(self, dest: str) -> Place | None:
        """The place a destination leads to.

        None where it is not the project's (another site, a fragment, a path from the site's root) or not
        there; a Place without a url where it is an entry that is not out yet.
        """
        try:
            parts = urlsplit(dest)
        except ValueError:
            return None
        if parts.scheme or parts.netloc or not parts.path or dest.startswith("/") or "\0" in unquote(parts.path):
            return None
        target = posixpath.normpath(posixpath.join(posixpath.dirname(self.source), unquote(parts.path)))
        entry = self._entry(target)
        if entry is not None:
            posted = self.edition.posted.get(entry)
            if posted is None or posted.place is None:
                self.ahead.append(dest)
                return Place(path="", url="", absolute="")
            return _with_rest(posted.place, parts.query, parts.fragment)
        for made in self.edition.series:
            if made.place is not None and target in (made.series.path, made.series.folder):
                return _with_rest(made.place, parts.query, parts.fragment)
        asset = self._asset(target, dest)
        return None if asset is None else _with_rest(asset, parts.query, parts.fragment)

    def file(self, dest: str) -> Path | None:
        """The local file behind a destination that ``follow`` placed as an asset."""
        parts = urlsplit(dest)
        target = posixpath.normpath(posixpath.join(posixpath.dirname(self.source), unquote(parts.path)))
        return self.root / target if target in self.assets else None

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
