"""Cut Markdown into slides, as plain data that a document is set from. No HTML, no addresses resolved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.records import dataclass, field

#: A piece of text: ``text``, and whether it is ``bold``, ``italic``, ``struck``, ``code``.
Run = Mapping[str, Any]
#: What a slide is made of, by its ``kind``: ``text`` (``runs``), ``list`` (``start``: None without numbers; ``items``:
#: blocks each; ``marks``: ``✓`` or ``○`` before a task, else empty), ``code`` (``text``), ``quote`` (``blocks``),
#: ``image`` (``src``, ``alt``), ``table`` (``rows`` of cells of runs).
Block = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """A heading, which may be empty, and what stands below it."""

    heading: tuple[Run, ...]
    blocks: tuple[Block, ...]


@dataclass
class _Open:
    """An element whose end has not come yet."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)


def slides_of(markdown: str) -> tuple[Slide, ...]:
    """One slide for each heading, and one after each ``---``; what comes first needs no heading."""
    import pyromark

    options = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH | pyromark.Options.ENABLE_TASKLISTS
    reader = _Reader()
    for event in pyromark.events(markdown, options=options):
        reader.take(event)
    return reader.slides()


class _Reader:
    def __init__(self) -> None:
        self._made: list[tuple[tuple[Run, ...], list[Block]]] = [((), [])]
        self._stack: list[_Open] = [_Open("slide")]
        self._bold = self._italic = self._struck = 0

    def take(self, event: object) -> None:
        match event:
            case "Rule" if len(self._stack) == 1:
                self._new(())
            case "SoftBreak":
                self._text(" ")
            case "HardBreak":
                self._text("\n")
            case {"Text": str(text)}:
                self._text(text)
            case {"Code": str(text)}:
                self._text(text, literal=True)
            case {"TaskListMarker": bool(done)}:
                self._stack[-1].data["mark"] = "✓" if done else "○"
            case {"Start": start}:
                self._start(start)
            case {"End": end}:
                self._end(end)
            case _:
                pass  # HTML and marks that a slide does not show

    def slides(self) -> tuple[Slide, ...]:
        self._flush()
        return tuple(
            Slide(heading=heading, blocks=tuple(blocks)) for heading, blocks in self._made if heading or blocks
        )

    def _text(self, text: str, *, literal: bool = False) -> None:
        top = self._stack[-1]
        style = {"bold": self._bold > 0, "italic": self._italic > 0, "struck": self._struck > 0, "code": literal}
        run = {"text": text, **style}
        if top.runs and {**top.runs[-1], "text": ""} == {**run, "text": ""}:
            top.runs[-1] = {**run, "text": f"{top.runs[-1]['text']}{text}"}
        else:
            top.runs.append(run)

    def _start(self, start: object) -> None:
        match start:
            case "Strong":
                self._bold += 1
            case "Emphasis":
                self._italic += 1
            case "Strikethrough":
                self._struck += 1
            case {"Link": _}:
                pass
            case {"Image": {"dest_url": str(src)}}:
                self._stack.append(_Open("image", {"src": src}))
            case {"Heading": _}:
                self._stack.append(_Open("heading"))
            case {"CodeBlock": _}:
                self._stack.append(_Open("code"))
            case {"List": number}:
                self._flush()
                self._stack.append(_Open("list", {"start": number, "items": [], "marks": []}))
            case {"Table": _}:
                self._stack.append(_Open("table", {"rows": []}))
            case "TableHead" | "TableRow":
                self._stack.append(_Open("row", {"cells": []}))
            case "TableCell":
                self._stack.append(_Open("cell"))
            case "Item":
                self._stack.append(_Open("item"))
            case {"BlockQuote": _}:
                self._stack.append(_Open("quote"))
            case "Paragraph":
                self._flush()
            case {"FootnoteDefinition": _} | {"HtmlBlock": _} | "HtmlBlock" | {"MetadataBlock": _}:
                self._stack.append(_Open("left out"))
            case _:
                self._stack.append(_Open("other"))

    def _end(self, end: object) -> None:
        name = end if isinstance(end, str) else next(iter(end)) if isinstance(end, Mapping) else ""
        if name == "Strong":
            self._bold -= 1
            return
        if name == "Emphasis":
            self._italic -= 1
            return
        if name == "Strikethrough":
            self._struck -= 1
            return
        if name == "Link":
            return
        if name == "Paragraph":
            self._flush()
            return
        if len(self._stack) == 1:
            return
        if self._stack[-1].kind not in ("heading", "code", "cell", "image"):
            self._flush()
        done = self._stack.pop()
        over = self._stack[-1]
        match done.kind:
            case "heading" if len(self._stack) == 1:
                self._new(tuple(done.runs))
            case "heading":
                over.blocks.append({"kind": "text", "runs": [{**run, "bold": True} for run in done.runs]})
            case "image":
                alt = "".join(str(run["text"]) for run in done.runs)
                self._flush()
                self._put({"kind": "image", "src": done.data["src"], "alt": alt})
            case "code":
                self._put({"kind": "code", "text": "".join(str(run["text"]) for run in done.runs).rstrip("\n")})
            case "item":
                over.data["items"].append(done.blocks)
                over.data["marks"].append(done.data.get("mark", ""))
            case "list":
                self._put({"kind": "list", **done.data})
            case "quote":
                self._put({"kind": "quote", "blocks": done.blocks})
            case "cell":
                over.data["cells"].append(done.runs)
            case "row":
                over.data["rows"].append(done.data["cells"])
            case "table":
                self._put({"kind": "table", "rows": done.data["rows"]})
            case "left out":
                pass
            case _:
                for block in done.blocks:
                    self._put(block)

    def _put(self, block: Block) -> None:
        if len(self._stack) == 1:
            self._made[-1][1].append(block)
        else:
            self._stack[-1].blocks.append(block)

    def _flush(self) -> None:
        """Make a paragraph of the text that has come."""
        top = self._stack[-1]
        runs, top.runs = top.runs, []
        if any(str(run["text"]).strip() for run in runs):
            self._put({"kind": "text", "runs": runs})

    def _new(self, heading: tuple[Run, ...]) -> None:
        self._flush()
        self._made.append((heading, []))
