"""Handlers for python-frontmatter that keep line numbers, types as written, and limits."""

from __future__ import annotations

import re

import frontmatter
from frontmatter.default_handlers import BaseHandler

from pipeline.content.front import Split
from pipeline.content.notes import Notes
from pipeline.content.tree import Table


class _Handler(BaseHandler):
    """Hands python-frontmatter the split made before, which knows its lines, and keeps the lines of the keys."""

    FM_BOUNDARY = re.compile(r"\A")

    def __init__(self, parts: Split, notes: Notes) -> None:
        super().__init__()
        self._parts = parts
        self._notes = notes
        self.lines: dict[str, int] = {}

    def split(self, text: str) -> tuple[str, str]:  # noqa: ARG002 - it comes stripped, so that its lines are off
        return self._parts.head, ""

    def load(self, fm: str) -> dict[str, object]:
        table = self._read(fm)
        self.lines = table.lines
        return table.items  # type: ignore[return-value]

    def _read(self, head: str) -> Table:
        if self._parts.syntax == "yaml":
            from pipeline.content.yaml_tree import read_yaml

            return read_yaml(head, self._parts.head_line, self._notes)
        from pipeline.content.other_trees import read_json, read_toml

        read_other = read_toml if self._parts.syntax == "toml" else read_json
        return read_other(head, self._parts.head_line, self._notes)


def table_of(parts: Split, notes: Notes) -> Table:
    """The front matter of a text as a tree. Raises FrontMatterError."""
    handler = _Handler(parts, notes)
    metadata, _ = frontmatter.parse(parts.head, handler=handler)
    return Table(metadata, handler.lines, parts.head_line)  # type: ignore[arg-type]
