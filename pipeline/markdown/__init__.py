"""Turn the Markdown of an entry into HTML for its page and for feeds, in one parse and one walk.

The HTML is ours to the last tag: Markdown text can name no element, attribute or scheme that is not allowed. Where
a document has raw HTML, that is rewritten from an allow-list and the whole goes through nh3 besides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pipeline.markdown.code import Colour, Colours, highlighted, uncoloured
from pipeline.markdown.document import Document, HeadingInfo, ImageTarget, ImageUse, LinkUse, Note, Target
from pipeline.markdown.inline import plain

__all__ = [
    "Colour", "Colours", "Document", "HeadingInfo", "ImageTarget", "ImageUse", "LinkUse", "Note", "Target",
    "highlighted", "plain", "to_html", "uncoloured",
]  # fmt: skip


def to_html(
    markdown: str,
    *,
    page_url: str,
    page_absolute: str,
    title: str | None = None,
    link: Callable[[str], Target | None],
    image: Callable[[str], ImageTarget | None],
    taken: Iterable[str] = (),
    colour: Colour = highlighted,
) -> Document:
    """The HTML of a document, with what else one walk over it tells.

    ``page_url`` is the permalink from the site's root on, ``page_absolute`` the whole of it. ``link`` and ``image``
    map a destination as written to where it lives on the site; None leaves it as it is, made absolute for the feed.
    A first ``# heading`` that repeats ``title`` (Markdown itself) is left out. ``taken`` are ids that the page around
    the document has already. ``colour`` colours its code.
    """
    from pipeline.markdown.writer import Writer

    return Writer(
        markdown,
        page_url=page_url,
        page_absolute=page_absolute,
        title=title,
        link=link,
        image=image,
        taken=taken,
        colour=colour,
    ).document()
