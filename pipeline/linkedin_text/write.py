"""Write a Markdown document's events down as marked text, one after the other, however deep they are nested."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from pipeline.linkedin_text.code import code_lines
from pipeline.linkedin_text.links import Links
from pipeline.linkedin_text.marks import ALL, NBSP, edged, mark_literal, plain_of
from pipeline.model import Mention

RULE: Final = "———"
BULLETS: Final = ("•", "◦", "▪")
#: Levels of indentation shown; deeper ones would leave no room for text on a phone.
DEEPEST: Final = 10
#: Characters of a column's head that bear to be repeated in each row; a longer head stands once, above the rows.
LONGEST_HEAD: Final = 80

#: What names a heading for the page's links; CommonMark takes it for text, the blog does not show it either.
_HEADING_ID = r"(?<! ) ++\{(?: *+[#.][^\s{}#.]++)++ *+\}\Z"
_STRUCK = "LinkedIn has no strikethrough, so the struck text reads as if it stood; say it in words"
_BROKEN_ADDRESS = "emphasis marks break the address before them; write it as <https://…>"


def footnote_name(label: str) -> str:
    """What two labels of one footnote have in common."""
    return " ".join(label.casefold().split())


class _List:
    """A list that is being written."""

    __slots__ = ("count", "loose", "number")

    def __init__(self, number: int | None) -> None:
        #: Of the next item; None for bullets.
        self.number = number
        self.count = 0
        self.loose = False


class Writer:
    """What is written so far, and what is owed before the next character.

    A block asks for a gap and a container for its marker; both are written only when text follows, so that what turns
    out empty (an image, a comment) leaves nothing behind.
    """

    def __init__(
        self,
        *,
        link: Callable[[str], str | None] | None,
        base: str | None,
        mentions: Mapping[str, Mention],
        softbreak: str,
    ) -> None:
        self._links = Links(link=link, base=base, mentions=mentions, note=self.note)
        self._softbreak = softbreak
        #: Place of the event at hand.
        self.at = 0
        #: Place, code and sentence.
        self.notes: list[tuple[int, str, str]] = []
        #: Place, source and alternative text.
        self.images: list[tuple[int, str, str]] = []
        #: Numbers of footnotes by `footnote_name`.
        self.references: dict[str, int] = {}
        self._order: list[str] = []
        self._out: list[str] = []
        #: Newlines owed; 0 within a line.
        self._gap = 2
        #: Markers owed, and the depth at which the first of them stands.
        self._lead: list[str] = []
        self._lead_depth = 0
        self._depth = 0
        #: Newlines between blocks of the container at hand.
        self._between = 2
        #: The list whose item is the container at hand.
        self._item: _List | None = None
        self._lists: list[_List] = []
        self._containers: list[tuple[int, int, int, _List | None]] = []
        #: What ends each quotation that is open.
        self._closing: list[str] = []
        #: Outputs that wait for a link, a cell or an image's text to end, with their gaps.
        self._waiting: list[tuple[list[str], int]] = []
        self._targets: list[Mapping[str, str]] = []
        #: Images around the event at hand: of these only the outermost counts, and all within is its text.
        self._in_images = 0
        #: Something before the event at hand left no text, so spaces on both of its sides are one.
        self._glue = False
        #: The raw HTML element whose content is dropped.
        self._mute = ""
        self._html: list[str] = []
        self._header: list[str] = []
        self._cells: list[str] = []
        self._rows = 0
        #: Where the last rule is in the output.
        self._rule_at = -1

    def walk(self, events: Iterable[Any], places: Iterable[int]) -> None:
        """Write events whose places in the document are ``places``."""
        for at, event in zip(places, events, strict=True):
            if event.__class__ is str:
                self.at = at
                _BREAKS[event](self)
                continue
            [(kind, value)] = event.items()
            if kind == "Text":
                if self._gap or self._glue:
                    self._text(value)
                elif value:
                    self._out.append(value)
                continue
            self.at = at
            if kind == "Start":
                if value.__class__ is str:
                    _START[value](self, None)
                else:
                    [(name, detail)] = value.items()
                    _START[name](self, detail)
            elif kind == "End":
                _END[value if value.__class__ is str else next(iter(value))](self)
            else:
                _LEAF[kind](self, value)

    def close(self) -> str:
        """The marked text, without a rule at its end."""
        at = self._rule_at
        if 0 < at == len(self._out) - 1 and not self._out[at - 1].strip("\n"):
            del self._out[at:]
        return edged("".join(self._out))

    @property
    def links(self) -> list[str]:
        """Addresses of the links, in order."""
        return self._links.written

    def note(self, code: str, message: str) -> None:
        """Tell the writer of the Markdown something about the event at hand."""
        self.notes.append((self.at, code, message))

    def footnotes(self) -> Iterator[tuple[int, str]]:
        """Numbers and names in the order of first reference, those included that are referred to meanwhile."""
        yield from enumerate(self._order, start=1)

    def open_footnote(self, number: int) -> None:
        """What is walked next is the text of a footnote."""
        self._gap = 2 if number == 1 else 1
        self._enter(f"{mark_literal(f'[{number}]')} ", between=1, depth=1, item=None)

    def close_footnote(self) -> None:
        """The footnote's text is complete."""
        self._leave()

    # Text and what is owed before it.

    def _text(self, text: str) -> None:
        if self._glue:
            text = self._glued(text)
        if text:
            if self._gap:
                self._open_line()
            self._out.append(text)

    def _glued(self, text: str) -> str:
        if self._mute:
            return ""
        if self._gap or not self._out or self._out[-1][-1] in f" \n{NBSP}":
            text = text.lstrip(" ")
        self._glue = not text
        return text

    def _put(self, piece: str) -> None:
        if self._mute or not piece:
            return
        self._glue = False
        if self._gap:
            self._open_line()
        self._out.append(piece)

    def _open_line(self) -> None:
        opening = "\n" * self._gap if self._out else ""
        if self._lead:
            opening += _indent(self._lead_depth) + "".join(self._lead)
            self._lead.clear()
        elif self._depth:
            opening += _indent(self._depth)
        if opening:
            self._out.append(opening)
        self._gap = 0

    def _break(self) -> None:
        if self._gap or self._mute:
            return
        if self._at_break():
            self._out[-1] = "\n"
        self._out.append("\n" + _indent(self._depth))
        self._glue = True

    def _at_break(self) -> bool:
        last = self._out[-1] if self._out else ""
        return last[:1] == "\n" and not last[1:].strip(NBSP)

    def _hold(self) -> None:
        self._waiting.append((self._out, self._gap))
        self._out, self._gap = [], 0

    def _release(self) -> str:
        held = "".join(self._out)
        self._out, self._gap = self._waiting.pop()
        return held

    # Blocks and containers.

    def _block(self, _: object = None) -> None:
        if self._gap < self._between:
            self._gap = self._between
        self._glue = False

    def _end_block(self) -> None:
        self._mute = ""
        if self._glue:
            self._glue = False
            while self._out and not self._gap and not (kept := self._out[-1].rstrip(f" \n{NBSP}")):
                self._out.pop()
            if self._out and not self._gap:
                self._out[-1] = kept
        if not self._gap:
            self._gap = 1

    def _end_heading(self) -> None:
        if self._out and self._out[-1][-1] == "}" and (kept := re.sub(_HEADING_ID, "", self._out[-1])):
            self._out[-1] = kept
        self._end_block()

    def _paragraph(self, _: object) -> None:
        self._block()
        if self._item is not None:
            self._item.loose = True
            if self._lead and self._item.count > 1:
                self._gap = 2

    def _enter(self, marker: str, *, between: int, depth: int, item: _List | None) -> None:
        self._containers.append((self._between, self._depth, len(self._lead), self._item))
        if not self._lead:
            self._lead_depth = self._depth
        self._lead.append(marker)
        self._between, self._depth, self._item = between, depth, item

    def _leave(self) -> None:
        self._between, self._depth, owed, self._item = self._containers.pop()
        del self._lead[owed:]
        if not self._gap:
            self._gap = 1

    def _quote(self, alert: str | None) -> None:
        """A quotation; of an alert (``> [!NOTE]``) the writer's own words, with what they are before them."""
        self._block()
        self._closing.append("" if alert else "”")
        self._enter(f"{alert}: " if alert else "“", between=2, depth=self._depth, item=None)

    def _end_quote(self) -> None:
        self._end_block()
        closing = self._closing.pop()
        if len(self._lead) <= self._containers[-1][2]:
            self._out.append(closing)
        self._leave()

    def _list(self, number: int | None) -> None:
        self._block()
        self._lists.append(_List(number))

    def _end_list(self) -> None:
        self._lists.pop()

    def _list_item(self, _: object) -> None:
        within = self._lists[-1]
        within.count += 1
        if within.number is None:
            marker = BULLETS[min(len(self._lists) - 1, 2)]
        else:
            marker = f"{within.number}."
            within.number += 1
        self._gap = max(self._gap, 2 if within.loose and within.count > 1 else 1)
        self._enter(f"{marker} ", between=1, depth=self._depth + 1, item=within)

    def _end_item(self) -> None:
        self._end_block()
        self._leave()

    def _task(self, done: bool) -> None:
        box = "☑ " if done else "☐ "
        if self._item is not None and self._item.number is None and self._lead:
            self._lead[-1] = box
        else:
            self._put(box)

    def _rule(self) -> None:
        self._block()
        if self._out and self._rule_at != len(self._out) - 1:
            self._put(RULE)
            self._rule_at = len(self._out) - 1
        self._end_block()

    def _end_code(self) -> None:
        code = self._release().rstrip(" \n\t")
        lines = code_lines(code.expandtabs(4))
        while lines and not lines[0]:
            del lines[0]
        indent = _indent(self._depth)
        self._put(mark_literal("\n".join([*lines[:1], *(f"{indent}{line}" if line else "" for line in lines[1:])])))
        self._end_block()

    def _start_code(self, _: object) -> None:
        self._block()
        self._hold()

    # Tables: a bullet a row, since columns do not line up in LinkedIn's font.

    def _table(self, _: object) -> None:
        self._block()
        self._header, self._cells, self._rows = [], [], 0
        self._depth += 1

    def _end_table(self) -> None:
        if not self._rows:
            self._row([cell for cell in self._header if cell])
        self._depth -= 1

    def _cell(self, _: object) -> None:
        self._hold()

    def _end_cell(self) -> None:
        self._mute, self._glue = "", False
        self._cells.append(edged(self._release()))

    def _end_head(self) -> None:
        header, self._cells = [cell.rstrip(" :") for cell in self._cells], []
        if max(map(len, header), default=0) > LONGEST_HEAD:
            self._row([cell for cell in header if cell])
            header = [""] * len(header)
        self._header = header

    def _end_row(self) -> None:
        named = zip(self._header, self._cells, strict=False)
        self._row([f"{head}: {cell}" if head else cell for head, cell in named if cell])
        self._cells = []

    def _row(self, cells: list[str]) -> None:
        if cells:
            self._depth -= 1
            self._put(f"• {' · '.join(cells)}")
            self._depth += 1
            self._rows += 1
            self._end_block()

    # Pieces of a line.

    def _soft(self) -> None:
        if self._gap or self._mute or (self._glue and self._out and self._out[-1][-1] in f" \n{NBSP}"):
            return
        if self._softbreak:
            self._out.append("\n" + _indent(self._depth) if self._softbreak == "\n" else self._softbreak)

    def _emphasis(self, _: object) -> None:
        if self._gap or not self._out:
            return
        before = self._out[-1]
        if before[-1] in " \n(":
            return
        before = before[-300:]
        address = before.rfind("://")
        if address >= 0 and not any(map(str.isspace, before[address:])) and before[-1] not in ALL:
            self.note("address-broken", _BROKEN_ADDRESS)

    def _strike(self, _: object) -> None:
        self._emphasis(None)
        self.note("strikethrough", _STRUCK)

    def _nothing(self, _: object = None) -> None:
        pass

    def _code(self, code: str) -> None:
        self._put(mark_literal(code))

    def _reference(self, name: str) -> None:
        key = footnote_name(name)
        if key not in self.references:
            self._order.append(key)
            self.references[key] = len(self._order)
        self._put(mark_literal(f"[{self.references[key]}]"))

    def _start_image(self, detail: Mapping[str, str]) -> None:
        self._in_images += 1
        if self._in_images == 1:
            self._hold()
            self._targets.append(detail)

    def _end_image(self) -> None:
        self._in_images -= 1
        if not self._in_images:
            source = self._targets.pop()["dest_url"]
            alt = " ".join(plain_of(self._release()).split())
            if not self._mute:
                self.images.append((self.at, source, alt))
            self._glue = True

    def _start_link(self, detail: Mapping[str, str]) -> None:
        if not self._in_images:
            self._hold()
            self._targets.append(detail)

    def _end_link(self) -> None:
        if not self._in_images:
            detail = self._targets.pop()
            text = self._links.text(self._release(), dest=detail["dest_url"], kind=detail["link_type"])
            self._put(text)
            self._glue = self._glue or not text

    # Raw HTML.

    def _inline_html(self, html: str) -> None:
        from pipeline.linkedin_text import rawhtml

        tag = rawhtml.tag_of(html)
        if tag is not None:
            if self._mute:
                if tag.closes and tag.name == self._mute:
                    self._mute = ""
            elif tag.name in rawhtml.MUTE:
                self._mute = "" if tag.closes else tag.name
            elif tag.name == "br" or (tag.name in rawhtml.BREAKING and self._out and not self._at_break()):
                self._break()
            if tag.lost and not self._mute:
                self.note("html-lost", tag.lost)
        self._glue = True

    def _start_html(self, _: object) -> None:
        self._block()
        self._html = []

    def _html_piece(self, html: str) -> None:
        self._html.append(html)

    def _end_html(self) -> None:
        from pipeline.linkedin_text import rawhtml

        lines = rawhtml.lines_of(
            "".join(self._html), softbreak=self._softbreak, lose=lambda sentence: self.note("html-lost", sentence)
        )
        for line in lines:
            self._break()
            self._put(line)
        self._end_block()


def _indent(depth: int) -> str:
    return NBSP * (2 * min(depth, DEEPEST))


_BREAKS: dict[str, Callable[[Writer], None]] = {
    "SoftBreak": Writer._soft,
    "HardBreak": Writer._break,
    "Rule": Writer._rule,
}
_START: dict[str, Callable[[Writer, Any], None]] = {
    "Paragraph": Writer._paragraph,
    "Heading": Writer._block,
    "BlockQuote": Writer._quote,
    "CodeBlock": Writer._start_code,
    "HtmlBlock": Writer._start_html,
    "List": Writer._list,
    "Item": Writer._list_item,
    "Table": Writer._table,
    "TableHead": Writer._nothing,
    "TableRow": Writer._nothing,
    "TableCell": Writer._cell,
    "Emphasis": Writer._emphasis,
    "Strong": Writer._emphasis,
    "Strikethrough": Writer._strike,
    "Link": Writer._start_link,
    "Image": Writer._start_image,
}
_END: dict[str, Callable[[Writer], None]] = {
    "Paragraph": Writer._end_block,
    "Heading": Writer._end_heading,
    "BlockQuote": Writer._end_quote,
    "CodeBlock": Writer._end_code,
    "HtmlBlock": Writer._end_html,
    "List": Writer._end_list,
    "Item": Writer._end_item,
    "Table": Writer._end_table,
    "TableHead": Writer._end_head,
    "TableRow": Writer._end_row,
    "TableCell": Writer._end_cell,
    "Emphasis": Writer._nothing,
    "Strong": Writer._nothing,
    "Strikethrough": Writer._nothing,
    "Link": Writer._end_link,
    "Image": Writer._end_image,
}
_LEAF: dict[str, Callable[[Writer, Any], None]] = {
    "Code": Writer._code,
    "Html": Writer._html_piece,
    "InlineHtml": Writer._inline_html,
    "FootnoteReference": Writer._reference,
    "TaskListMarker": Writer._task,
}
