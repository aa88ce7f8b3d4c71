"""Advice on links within the site: places on a page, and addresses from the site's root."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pipeline.errors import Problem
from pipeline.patterns import pattern
from pipeline.render.documents import PAGE_IDS, Rendered
from pipeline.render.edition import RESERVED, Edition, site_files
from pipeline.render.links import Links

_ID = pattern(r'\sid="([^"]*)"')


class SiteLinks:
    """What the links of an edition's pages may lead to."""

    def __init__(self, edition: Edition, rendered: Mapping[str, Rendered], static: Mapping[str, bytes]) -> None:
        """``rendered`` holds the documents by source path, ``static`` the theme's own files."""
        self._edition = edition
        self._base = edition.site.base_path
        self._ids = {item.posted.place.url: _ids(item) for item in rendered.values() if item.posted.place is not None}
        assets = {path[1:] for item in rendered.values() for path in item.assets.values()}
        self._files = {*site_files(edition), *assets, *static}

    def advice(self, item: Rendered, root: Path) -> Iterator[Problem]:
        """Links of one document that lead nowhere on the site."""
        links = Links(edition=self._edition, root=root, source=item.posted.entry.path)
        for use in item.document.links:
            reason = self._reason(use.dest, item, links)
            if reason:
                line = item.posted.entry.body_line + use.line - 1
                yield Problem(
                    path=item.posted.entry.path,
                    line=line,
                    severity="warning",
                    code="link-nowhere",
                    message=f"the link '{use.dest}' {reason}",
                )

    def _reason(self, dest: str, item: Rendered, links: Links) -> str:
        try:
            parts = urlsplit(dest)
        except ValueError:
            return ""
        if parts.scheme or parts.netloc:
            return ""
        if not parts.path:
            return _missing_id(parts.fragment, _ids(item))
        where = links.follow(dest)
        if where is not None:
            ids = self._ids.get(where.url.partition("#")[0].partition("?")[0])
            return "" if ids is None else _missing_id(parts.fragment, ids)
        if not parts.path.startswith("/"):
            return ""
        path = unquote(parts.path)
        if not f"{path}/".startswith(f"{self._base}/"):
            return f"leads out of the site, which lives below {self._base}/"
        file = path.removeprefix(self._base)[1:]
        file = f"{file}index.html" if not file or file.endswith("/") else file
        listed = file.split("/")[0] in RESERVED
        known = listed or file in self._files or f"{file}/index.html" in self._files
        return "" if known else "leads to no page or file that daycast makes"


def _ids(item: Rendered) -> frozenset[str]:
    return frozenset((*PAGE_IDS, *_ID.findall(item.document.html)))


def _missing_id(fragment: str, ids: frozenset[str]) -> str:
    name = unquote(fragment)
    known = not name or name in ids or name == "top" or name.startswith(":~:")
    return "" if known else f"leads to '#{name}', and there is no such place on that page"
