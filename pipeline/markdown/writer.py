"""One walk over the events of one parse, from which a page's HTML and a feed's HTML are both joined.

The walk is a loop over single-key dicts and strings (see ``pyromark.event``): it runs for every entry of every
build, so the common events are handled in the loop and the rare ones in methods. No event makes it recurse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urljoin

from pipeline.markdown.addresses import IMAGE_SCHEMES, LINK_SCHEMES, ORDINARY, encoded, web_address
from pipeline.markdown.bare import bare_addresses
from pipeline.markdown.code import Colour, language_of
from pipeline.markdown.document import Document, ImageTarget, ImageUse, LinkUse, Note, Target
from pipeline.markdown.escape import attribute, escaped
from pipeline.markdown.flow import Flow
from pipeline.markdown.footnotes import append_footnotes, number_footnotes
from pipeline.markdown.headings import Heading, write_headings
from pipeline.markdown.inline import Events, alternative_text, parser, plain, rest_of_code, rest_of_html
from pipeline.markdown.text import (
    count_words,
    folded,
    one_line,
    readable,
    says_something,
    without_controls,
)

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
#: How an address begins that is the same for page and feed.
_ABSOLUTE = ("https://", "http://", "mailto:", "tel:")
_ALLOWED = "only http, https, mailto, tel and relative addresses"
#: As much of an address as a sentence can bear.
_SHOWN = 60
_ALIGNED = {"None": "", "Left": ' class="left"', "Center": ' class="center"', "Right": ' class="right"'}


#: Pictures may come when they are near: the text does not wait for them, and their size is known.
LATE = ' loading="lazy" decoding="async"'
#: How wide a picture is shown: the measure of the theme, or the screen.
SIZES = "(min-width: 40rem) 36rem, 100vw"


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
        taken: Iterable[str],
        colour: Colour,
    ) -> None:
        self.markdown, self.source = readable(markdown)
        self.page_url = page_url
        self.page_absolute = page_absolute
        self.title = title
        self.link_target = link
        self.image_target = image
        self.colour = colour

        self.body = self.flow = Flow()
        self.footnotes: dict[str, Flow] = {}
        self.footnote_lines: dict[str, int] = {}
        self.headings: list[Heading] = []
        self.links: list[LinkUse] = []
        self.images: list[ImageUse] = []
        self.notes: list[Note] = []
        self.ids = set(taken)
        #: Plain text, piece by piece; each block ends with a line feed.
        self.text: list[str] = []
        self.first_paragraph = ""
        self.tables = 0
        self.raw_html = False
        #: The element opened in a line whose content is no text to read, and where it began in flow and text.
        self.unread: tuple[str, Flow, int, int] | None = None
        #: How deep in links and code of raw HTML the walk is.
        self.quiet = 0
        self.counted_lines = 1
        self.counted_to = 0

    def document(self) -> Document:
        """Walk, then number, name and join what the walk left open."""
        self.walk()
        self.drop_title()
        # Before the headings: a footnote's id is fixed, a heading's can step aside.
        uses = number_footnotes(self.body, self.footnotes, page_absolute=self.page_absolute, ids=self.ids)
        headings = write_headings(self.headings, body=self.body, ids=self.ids)
        append_footnotes(self.body, self.footnotes, uses, page_absolute=self.page_absolute)
        for label, line in self.footnote_lines.items():
            if label not in uses:
                self.note("footnote-unused", line, f"no text refers to the footnote [^{label}]: it was left out")
        page, feed = self.body.joined()
        if self.raw_html:
            from pipeline.markdown import raw

            page, feed = raw.clean_page(page), raw.clean_feed(feed)
        text = "".join(self.text)
        return Document(
            html=page,
            feed_html=feed,
            headings=headings,
            links=tuple(self.links),
            images=tuple(self.images),
            text=text,
            words=count_words(text, self.source),
            first_paragraph=self.first_paragraph,
            raw_html=self.raw_html,
            warnings=tuple(sorted(self.notes, key=lambda note: note.line)) if self.notes else (),
        )

    def walk(self) -> None:
        """Write every event down."""
        markdown = self.markdown
        entities = "&#" in markdown
        shortened = "www." in markdown
        addresses = shortened or "://" in markdown or "@" in markdown
        stream: Events = parser().events_with_range(markdown, merge_text=True)
        text = self.text
        say = text.append
        flow = self.flow
        out = flow.out
        add = out.append

        open_tags, close_tags, inline = _OPEN, _CLOSE, _INLINE
        outer: list[Flow] = []
        paragraph = 0
        figure: tuple[int, str, str, str] | None = None
        columns: list[str] = []
        row: Iterator[str] = iter(())
        header = False
        close_link = ""
        #: Where the link that is open began, in ``text`` and in ``out``; -1 where none is.
        link_text = link_out = -1
        link_dest = ""
        link_line = link_images = 0
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
                    and ((":" in value and "://" in value) or "@" in value or (shortened and "www." in value))
                    and not self.quiet
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
                            header, row = True, iter(columns)
                        elif tag == "TableRow":
                            header, row = False, iter(columns)
                    elif tag == "TableCell":
                        add(f"<th{next(row)}>" if header else f"<td{next(row)}>")
                    elif tag == "HtmlBlock":
                        self.write_raw(rest_of_html(stream), span)
                    continue
                ((name, data),) = tag.items()
                if name == "Link":
                    link_text, link_out, link_line = len(text), len(out), self.line(span)
                    link_images = len(self.images)
                    link_dest = data["dest_url"] if data["link_type"] != "Email" else "mailto:" + data["dest_url"]
                    close_link = self.open_link(link_dest, data["title"], link_line)
                elif name == "List":
                    add("<ul>\n" if data is None else "<ol>\n" if data == 1 else f'<ol start="{data}">\n')
                elif name == "Heading":
                    heading_out, heading_text, heading = len(out), len(text), data
                    add("")
                elif name == "Image":
                    figure = self.write_image(data, span, alternative_text(stream))
                elif name == "CodeBlock":
                    self.write_code("" if data == "Indented" else data["Fenced"], rest_of_code(stream))
                elif name == "BlockQuote":
                    self.open_quote(data)
                elif name == "Table":
                    columns = [_ALIGNED[side] for side in data]
                    self.open_table()
                elif name == "FootnoteDefinition":
                    outer.append(flow)
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
                        if text and text[-1] != "\n":
                            say("\n")
                    elif tag == "Link":
                        if close_link and len(out) == link_out + 1:
                            say(link_dest)
                            add(escaped(link_dest))
                        add(close_link)
                        label = one_line("".join(text[link_text:]))
                        if not label and len(self.images) > link_images:
                            label = self.images[-1].alt
                        self.links.append(LinkUse(dest=link_dest, text=label, line=link_line))
                        link_text = -1
                    elif tag == "TableCell":
                        if not header:
                            add("</td>")
                        elif not out[-1].startswith("<th"):
                            add("</th>")
                        else:
                            # An empty header names nothing: axe wants a plain cell (empty-table-header).
                            out[-1] = "<td></td>"
                        say("\n")
                    elif tag == "FootnoteDefinition":
                        flow = self.flow = outer.pop()
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

    # Blocks

    def close_heading(self, data: dict[str, Any], start: int, words: int, span: Any) -> None:
        """Keep the heading that ends for ``write_headings``; one that says nothing leaves nothing."""
        out = self.flow.out
        if data["attrs"] and not data["id"] and not data["classes"]:
            # "## Fill in {name}": braces that name neither id nor class were meant to be read.
            written = self.source[span["start"] : span["end"]].decode()
            braces = written[written.rindex("{") : written.rindex("}") + 1]
            if len(out) > start + 1:
                braces = " " + braces
            out.append(escaped(braces))
            self.text.append(braces)
        if len(out) == start + 1:
            return
        self.headings.append(
            Heading(
                flow=self.flow,
                start=start,
                end=len(out),
                level=int(data["level"][1]),
                chosen=data["id"] or "",
                classes=data["classes"],
                text=one_line("".join(self.text[words:])),
                words=(words, len(self.text)),
            )
        )
        out.append("")

    def drop_title(self) -> None:
        """Take out a first heading that only repeats the entry's title."""
        if self.title is None or not self.headings:
            return
        first = self.headings[0]
        if first.level != 1 or first.flow is not self.body or folded(first.text) != folded(plain(self.title)):
            return
        self.body.remove(first.start, first.end)
        self.text[slice(*first.words)] = []
        del self.headings[0]

    def open_quote(self, kind: str | None) -> None:
        """Begin a quotation or, on the page, one of GitHub's alerts."""
        if kind is None:
            self.flow.out.append("<blockquote>\n")
        else:
            self.text.append(f"{kind}\n")
            self.flow.add(
                f'<div class="alert alert-{kind.lower()}" role="note">\n<p class="alert-title">{kind}</p>\n',
                f"<blockquote>\n<p><strong>{kind}</strong></p>\n",
            )

    def open_table(self) -> None:
        """Begin a table in a box that scrolls, by keyboard too; no two have the same name."""
        self.tables += 1
        number = f" {self.tables}" if self.tables > 1 else ""
        self.flow.add(
            f'<div class="table" role="region" tabindex="0" aria-label="Table{number}">\n<table>\n', "<table>\n"
        )

    def write_code(self, info: str, code: str) -> None:
        """A block of code: coloured on the page, plain in the feed."""
        language = language_of(info)
        named = f' class="language-{language}"' if language else ""
        same = escaped(code)
        coloured = self.colour(code, language) if language else None
        self.flow.add(
            f'<pre tabindex="0"><code{named}>{same if coloured is None else coloured}</code></pre>\n',
            f"<pre><code{named}>{same}</code></pre>\n",
        )
        self.text.append(one_line(code) + "\n")

    def write_task(self, *, done: bool) -> None:
        """The box of a task; many feed readers take form fields out, so a feed gets a character."""
        out = self.flow.out
        item = len(out) - 1 if out[-1] == "<li>" else len(out) - 2
        out[item] = '<li class="task">'
        if done:
            self.flow.add('<input type="checkbox" disabled checked aria-label="Completed task"> ', "☑ ")
        else:
            self.flow.add('<input type="checkbox" disabled aria-label="Incomplete task"> ', "☐ ")

    # Links, images, raw HTML

    def open_link(self, dest: str, title: str, line: int) -> str:
        """Write the start of a link; gives its end, empty where there is only a label."""
        where = self.link_to(dest, line)
        if where is None:
            self.flow.out.append("")
            return ""
        titled = f' title="{attribute(without_controls(title))}"' if title else ""
        self.flow.add(f'<a href="{where[0]}"{titled}>', f'<a href="{where[1]}"{titled}>')
        return "</a>"

    def write_text_with_addresses(self, text: str, span: Any) -> None:
        """Plain text, its bare addresses linked."""
        flow = self.flow
        at = 0
        for start, end, url in bare_addresses(text):
            line = self.line(span)
            where = self.link_to(url, line)
            if where is None:
                continue
            flow.out.append(escaped(text[at:start]))
            flow.add(f'<a href="{where[0]}">', f'<a href="{where[1]}">')
            flow.out.append(escaped(text[start:end]) + "</a>")
            self.links.append(LinkUse(dest=url, text=text[start:end], line=line))
            at = end
        flow.out.append(escaped(text[at:]))

    def write_image(self, data: dict[str, Any], span: Any, alt: str) -> tuple[int, str, str, str] | None:
        """An image; where it might become a figure, the index of its piece and what it would then be."""
        flow = self.flow
        line = self.line(span)
        dest = data["dest_url"]
        self.images.append(ImageUse(dest=dest, alt=alt, line=line))
        target, where = self.image_at(dest, line)
        if where is None:
            self.text.append(alt)
            flow.out.append(escaped(alt))
            return None
        if not alt:
            self.note("no-alt", line, f"the image {_shown(dest)} has no alternative text: say in ![…] what it shows")
        size = ""
        if target is not None and target.width and target.height:
            size = f' width="{target.width}" height="{target.height}"'
        sources = target.sources if target is not None else ()
        copies = "".join(
            f'<source type="{kind}" srcset="{attribute(found)}" sizes="{SIZES}">' for kind, found in sources
        )
        before, after = (f"<picture>{copies}", "</picture>") if copies else ("", "")
        shown = f'{before}<img src="{where[0]}" alt="{attribute(alt)}"{size}{LATE}'
        fed = f'<img src="{where[1]}" alt="{attribute(alt)}"{size}'
        title = without_controls(data["title"])
        titled = f' title="{attribute(title)}"' if title else ""
        alone = bool(title) and flow.out[-1:] == ["<p>"]
        flow.add(f"{shown}{titled}>{after}", f"{fed}{titled}>")
        return (len(flow.out) - 1, f"{shown}>{after}", f"{fed}>", title) if alone else None

    def make_figure(self, figure: tuple[int, str, str, str]) -> None:
        """Turn the paragraph just ended, an image and no more, into a figure."""
        index, page, feed, caption = figure
        self.flow.out[index - 1] = "<figure>\n"
        self.flow.change(index, page, feed)
        self.flow.out[index + 1] = f"\n<figcaption>{escaped(caption)}</figcaption>\n</figure>\n"
        self.text.append(caption)

    def swallow(self, html: str) -> bool:
        """Whether a tag in a line opens or closes an element whose content is no text to read; that content goes."""
        from pipeline.markdown import raw

        name = raw.unread(html)
        if name is None:
            return False
        flow = self.flow
        if not name.startswith("/"):
            self.unread = (name, flow, len(flow.out), len(self.text))
            return False
        if self.unread is None or self.unread[0] != name[1:] or self.unread[1] is not flow:
            return False
        _, _, out, text = self.unread
        flow.remove(out, len(flow.out) - 1)
        del self.text[text:]
        self.unread = None
        return True

    def write_raw(self, html: str, span: Any) -> None:
        """Raw HTML, as far as it is harmless; all of the document is cleaned once more when it is joined."""
        from pipeline.markdown import raw

        line = self.line(span)

        if self.swallow(html):
            return

        def resolve(tag: str, key: str, given: dict[str, str]) -> tuple[str, str] | None:
            dest = given[key]
            if tag == "img" or key == "poster":
                if tag == "img" and "alt" not in given:
                    self.note("no-alt", line, f"the image {_shown(dest)} has no alternative text: give it an alt")
                self.images.append(ImageUse(dest=dest, alt=given.get("alt", ""), line=line))
                target, where = self.image_at(dest, line)
                if tag == "img" and target is not None and target.width and not {"width", "height"} & given.keys():
                    given["width"], given["height"] = str(target.width), str(target.height)
                return where
            self.links.append(LinkUse(dest=dest, text="", line=line))
            return self.link_to(dest, line)

        made = raw.rewrite(html, resolve=resolve, ids=self.ids)
        for name in dict.fromkeys(made.removed):
            self.note("raw-html", line, f"<{name}> may not stand in an entry and was taken out: write it in Markdown")
        for name in dict.fromkeys(made.unknown):
            self.note("raw-html", line, f"<{name}> is no HTML element and is shown as text: write it as `<{name}>`")
        self.quiet = max(0, self.quiet + made.quiet)
        self.text.append(one_line(made.text))
        self.flow.add(made.page, made.feed)
        self.raw_html = self.raw_html or "<" in made.page

    def link_to(self, dest: str, line: int) -> tuple[str, str] | None:
        """Where a link leads on the page and in the feed, escaped; None, noted, where it may lead nowhere."""
        if ORDINARY.fullmatch(dest):
            target = self.link_target(dest)
            return (dest, dest) if target is None else self.placed(dest, target)
        url = web_address(dest, LINK_SCHEMES) if dest else None
        if url is None:
            if dest:
                self.note("link-scheme", line, f"the link to {_shown(dest)} was taken out: {_ALLOWED} may be linked")
            else:
                self.note("link-empty", line, "a link has no address: write one between its parentheses")
            return None
        return self.placed(url, self.link_target(dest))

    def image_at(self, dest: str, line: int) -> tuple[ImageTarget | None, tuple[str, str] | None]:
        """What is known of an image, and where it is on the page and in the feed; no place where it may have none."""
        url = web_address(dest, IMAGE_SCHEMES) if dest else None
        if url is None:
            if dest:
                sentence = f"the image {_shown(dest)} was taken out: only http, https and relative images may be shown"
                self.note("link-scheme", line, sentence)
            else:
                self.note("link-empty", line, "an image has no address: write one between its parentheses")
            return None, None
        target = self.image_target(dest)
        return target, self.placed(url, target)

    def placed(self, url: str, target: Target | None) -> tuple[str, str] | None:
        """An address for the page and for the feed, escaped: the target's, else its own made root-relative."""
        if target is not None:
            if not target.url:
                return None
            return attribute(encoded(target.url)), attribute(encoded(target.absolute))
        if url.startswith(_ABSOLUTE):
            same = attribute(url)
            return same, same
        if url.startswith("#"):
            return attribute(url), attribute(self.page_absolute + url)
        # urljoin keeps "//" in front of a path that climbs above the root: a browser would take it for a host.
        page = "/" + urljoin(self.page_url, url).lstrip("/")
        return attribute(page), attribute(urljoin(self.page_absolute, url))

    def open_footnote(self, label: str, span: Any) -> Flow:
        """A flow for the text of a footnote; of two with one label the first counts."""
        flow = Flow()
        key = label.casefold()
        if key not in self.footnotes:
            self.footnotes[key] = flow
            self.footnote_lines[key] = self.line(span)
        return flow

    # Notes

    def note(self, code: str, line: int, message: str) -> None:
        """Keep something the writer should know."""
        self.notes.append(Note(message=message, code=code, line=line))

    def line(self, span: Any) -> int:
        """The line on which a range of the source starts; cheap where ranges are asked for in order."""
        start = span["start"]
        if start < self.counted_to:
            self.counted_lines, self.counted_to = 1, 0
        self.counted_lines += self.source.count(b"\n", self.counted_to, start)
        self.counted_to = start
        return self.counted_lines


def _shown(dest: str) -> str:
    written = one_line(without_controls(dest))
    return f"'{written}'" if len(written) <= _SHOWN else f"'{written[:_SHOWN]}…'"
