"""One walk over the events of one parse, from which a page's HTML and a feed's HTML are both joined.

The walk is a loop over single-key dicts and strings (see ``pyromark.event``): it runs for every entry of every
build, so the common events are handled in the loop and the rare ones in methods. No event makes it recurse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from pipeline.markdown import raw
from pipeline.markdown.addresses import IMAGE_SCHEMES, LINK_SCHEMES, attribute, web_address
from pipeline.markdown.bare import bare_addresses
from pipeline.markdown.code import escaped, highlighted, language_of
from pipeline.markdown.document import Document, HeadingInfo, ImageTarget, ImageUse, LinkUse, Note, Target
from pipeline.markdown.text import (
    count_words,
    folded,
    one_line,
    readable,
    says_something,
    slug,
    without_controls,
)

if TYPE_CHECKING:
    from pyromark import Markdown

#: An event of pyromark and its range; a union of some fifty TypedDicts tells a reader less.
_Events = Iterator[tuple[Any, Any]]

_OPEN = {
    "Paragraph": "<p>",
    "Item": "<li>",
    "Strong": "<strong>",
    "Emphasis": "<em>",
    "Strikethrough": "<del>",
    "TableHead": "<thead>\n<tr>",
    "TableRow": "<tr>",
}
_CLOSE = {
    "Paragraph": "</p>\n",
    "Item": "</li>\n",
    "Strong": "</strong>",
    "Emphasis": "</em>",
    "Strikethrough": "</del>",
    "TableHead": "</tr>\n</thead>\n<tbody>\n",
    "TableRow": "</tr>\n",
    "Table": "</tbody>\n</table>\n</div>\n",
}
_INLINE = frozenset({"Strong", "Emphasis", "Strikethrough"})
_ALIGNED = {"None": "", "Left": ' class="left"', "Center": ' class="center"', "Right": ' class="right"'}


@cache
def parser() -> Markdown:
    """The dialect: CommonMark with GitHub's extensions, footnotes and heading attributes."""
    from pyromark import Markdown, Options

    return Markdown(
        options=Options.ENABLE_TABLES
        | Options.ENABLE_FOOTNOTES
        | Options.ENABLE_STRIKETHROUGH
        | Options.ENABLE_TASKLISTS
        | Options.ENABLE_GFM
        | Options.ENABLE_HEADING_ATTRIBUTES
    )


class _Flow:
    """A run of HTML, piece by piece: the body, or one footnote."""

    __slots__ = ("feed", "out", "references")

    def __init__(self) -> None:
        self.out: list[str] = []
        #: What stands in the feed instead of the piece at an index.
        self.feed: list[tuple[int, str]] = []
        #: Index of the piece to fill in, and the label it refers to.
        self.references: list[tuple[int, str]] = []

    def add(self, page: str, feed: str) -> None:
        if page != feed:
            self.feed.append((len(self.out), feed))
        self.out.append(page)

    def joined(self) -> tuple[str, str]:
        page = "".join(self.out)
        if not self.feed:
            return page, page
        pieces = self.out.copy()
        for index, piece in self.feed:
            pieces[index] = piece
        return page, "".join(pieces)


class _Heading:
    """A heading whose tags are written when all headings are known."""

    __slots__ = ("classes", "end", "flow", "level", "start", "text", "wanted_id", "words")

    def __init__(
        self,
        *,
        flow: _Flow,
        start: int,
        end: int,
        level: int,
        wanted_id: str,
        classes: tuple[str, ...],
        text: str,
        words: tuple[int, int],
    ) -> None:
        self.flow = flow
        #: Indices of the pieces of its tags.
        self.start = start
        self.end = end
        self.level = level
        self.wanted_id = wanted_id
        self.classes = classes
        self.text = text
        #: Its slice of the text.
        self.words = words


class Writer:
    """Writes one document; made for it and used once."""

    def __init__(
        self,
        markdown: str,
        *,
        page_url: str,
        page_absolute: str,
        title: str | None,
        link: Callable[[str], Target | None],
        image: Callable[[str], ImageTarget | None],
    ) -> None:
        self.markdown, self.source = readable(markdown)
        self.page_url = page_url
        self.page_absolute = page_absolute
        self.title = title
        self.link_target = link
        self.image_target = image

        self.body = _Flow()
        self.flow = self.body
        self.footnotes: dict[str, tuple[_Flow, int]] = {}
        self.headings: list[_Heading] = []
        self.links: list[LinkUse] = []
        self.images: list[ImageUse] = []
        self.notes: list[Note] = []
        self.ids: set[str] = set()
        #: Plain text, piece by piece; each block ends with a line feed.
        self.text: list[str] = []
        self.first_paragraph = ""
        self.tables = 0
        self.raw_html = False
        #: How deep in links and code of raw HTML the walk is.
        self.quiet = 0
        self.line_of_last = 1
        self.byte_of_last = 0

    def document(self) -> Document:
        """Walk, then number, name and join what the walk left open."""
        self.walk()
        self.drop_title()
        # Before the headings: a footnote's id is fixed, a heading's can step aside.
        self.write_footnotes()
        headings = self.write_headings()
        text = "".join(self.text)
        page, feed = self.body.joined()
        if self.raw_html:
            page, feed = raw.clean_page(page), raw.clean_feed(feed)
        return Document(
            html=page,
            feed_html=feed,
            headings=headings,
            links=tuple(self.links),
            images=tuple(self.images),
            words=count_words(text, self.source),
            first_paragraph=self.first_paragraph,
            raw_html=self.raw_html,
            warnings=tuple(self.notes),
        )

    def walk(self) -> None:
        """Write every event down."""
        markdown = self.markdown
        entities = "&#" in markdown
        addresses = "://" in markdown or "www." in markdown or "@" in markdown
        stream: _Events = parser().events_with_range(markdown, merge_text=True)
        text = self.text
        say = text.append
        flow = self.flow
        out = flow.out
        add = out.append

        open_tags, close_tags, inline = _OPEN, _CLOSE, _INLINE
        paragraph = 0
        figure: tuple[int, str, str, str] | None = None
        columns: tuple[str, ...] = ()
        column = 0
        cell = "td"
        close_link = ""
        #: Where the text of the link that is open began, in ``text`` and in ``out``.
        link_text = link_out = -1
        link_open: tuple[str, Any] = ("", None)
        heading_out = heading_text = 0
        heading: dict[str, Any] = {}

        for event, span in stream:
            if "Text" in event:
                value = event["Text"]
                if entities:
                    value = without_controls(value)
                say(value)
                if (
                    addresses
                    and link_text < 0
                    and not self.quiet
                    and ("://" in value or "www." in value or "@" in value)
                ):
                    self.write_text_with_addresses(value, span)
                elif "&" in value or "<" in value or ">" in value:
                    add(escaped(value))
                else:
                    add(value)

            elif "Start" in event:
                tag = event["Start"]
                if type(tag) is str:
                    opening = open_tags.get(tag)
                    if opening is not None:
                        add(opening)
                        if tag == "Paragraph":
                            paragraph = len(text)
                        elif tag == "TableHead":
                            cell, column = "th", 0
                        elif tag == "TableRow":
                            cell, column = "td", 0
                    elif tag == "TableCell":
                        add(f"<{cell}{columns[column]}>")
                        column += 1
                    elif tag == "HtmlBlock":
                        self.write_raw(_rest_of_block(stream), span)
                    continue
                ((name, data),) = tag.items()
                if name == "Link":
                    link_text, link_out = len(text), len(out)
                    link_open = (data["dest_url"], span)
                    if data["link_type"] == "Email":
                        link_open = ("mailto:" + data["dest_url"], span)
                    close_link = self.open_link(link_open[0], data["title"], span)
                elif name == "List":
                    add("<ul>\n" if data is None else "<ol>\n" if data == 1 else f'<ol start="{data}">\n')
                elif name == "Heading":
                    heading_out, heading_text, heading = len(out), len(text), data
                    add("")
                elif name == "Image":
                    figure = self.write_image(data, span, _alt(stream))
                elif name == "CodeBlock":
                    self.write_code("" if data == "Indented" else data["Fenced"], _rest_of_code(stream))
                elif name == "BlockQuote":
                    self.open_quote(data)
                elif name == "Table":
                    columns = tuple(_ALIGNED[side] for side in data)
                    self.open_table()
                elif name == "FootnoteDefinition":
                    flow = self.flow = self.open_footnote(data, span)
                    out = flow.out
                    add = out.append

            elif "End" in event:
                tag = event["End"]
                if type(tag) is str:
                    closing = close_tags.get(tag)
                    if closing is not None:
                        add(closing)
                        if tag in inline:
                            continue
                        if tag == "Paragraph":
                            if figure is not None:
                                if figure[0] == len(out) - 2:
                                    self.make_figure(figure)
                                figure = None
                            if not self.first_paragraph and flow is self.body:
                                said = "".join(text[paragraph:])
                                if says_something(said):
                                    self.first_paragraph = one_line(said)
                        elif tag == "Table":
                            flow.feed.append((len(out) - 1, "</tbody>\n</table>\n"))
                        say("\n")
                    elif tag == "Link":
                        self.close_link(link_open, close_link, text[link_text:], empty=len(out) == link_out + 1)
                        link_text = -1
                    elif tag == "TableCell":
                        if cell == "th" and out[-1].startswith("<th"):
                            # An empty header names nothing: axe wants a plain cell (empty-table-header).
                            out[-1] = "<td></td>"
                        else:
                            add(f"</{cell}>")
                        say("\n")
                    elif tag == "FootnoteDefinition":
                        flow = self.flow = self.body
                        out = flow.out
                        add = out.append
                    continue
                ((name, data),) = tag.items()
                if name == "List":
                    add("</ol>\n" if data else "</ul>\n")
                elif name == "Heading":
                    self.close_heading(heading, heading_out, heading_text, span)
                    say("\n")
                elif name == "BlockQuote":
                    if data is None:
                        add("</blockquote>\n")
                    else:
                        flow.add("</div>\n", "</blockquote>\n")

            elif event == "SoftBreak":
                add("\n")
                say("\n")
            elif "Code" in event:
                value = event["Code"]
                say(value)
                add(f"<code>{escaped(value)}</code>")
            elif event == "HardBreak":
                add("<br>\n")
                say("\n")
            elif event == "Rule":
                add("<hr>\n")
            elif "InlineHtml" in event:
                self.write_raw(event["InlineHtml"], span)
            elif "Html" in event:
                self.write_raw(event["Html"], span)
            elif "FootnoteReference" in event:
                flow.references.append((len(out), event["FootnoteReference"].casefold()))
                add("")
            elif "TaskListMarker" in event:
                self.write_task(done=event["TaskListMarker"])

    # Addresses

    def resolved(self, dest: str, target: Target | None, schemes: tuple[str, ...]) -> tuple[str, str] | None:
        """What the page and the feed say for a destination, escaped; None where it may not be said."""
        if target is not None:
            return attribute(target.url), attribute(target.absolute)
        url = web_address(dest, schemes)
        if url is None:
            return None
        if ":" not in url and not url.startswith("#"):
            page, feed = urljoin(self.page_url, url), urljoin(self.page_absolute, url)
        elif url.startswith("#"):
            page, feed = url, self.page_absolute + url
        else:
            return (attribute(url),) * 2
        return attribute(page), attribute(feed)
