"""Give headings their level, their id and the link to themselves, once all of them are known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pipeline.markdown.addresses import encoded
from pipeline.markdown.document import HeadingInfo
from pipeline.markdown.escape import attribute
from pipeline.markdown.flow import Flow
from pipeline.markdown.text import slug


class Heading(NamedTuple):
    """A heading whose tags are still empty pieces of its flow."""

    flow: Flow
    #: Indices of the pieces of its tags.
    start: int
    end: int
    #: As written.
    level: int
    #: The id its writer chose; empty where there is none.
    chosen: str
    classes: tuple[str, ...]
    #: Plain text.
    text: str
    #: Where its words begin and end in the document's text.
    words: tuple[int, int]


def write_headings(headings: Sequence[Heading], *, body: Flow, ids: set[str]) -> tuple[HeadingInfo, ...]:
    """Fill in the tags; gives the headings of the body. Their ids join ``ids``.

    The page's own title is the h1, and no level is skipped below it, whatever the headings begin with: HTML's
    checkers and screen readers take a page's headings for its outline.
    """
    tried: dict[str, int] = {}
    chosen: dict[int, str] = {}
    for place, heading in enumerate(headings):
        if heading.chosen:
            # An id somebody chose, and may have linked to, comes before those we make up.
            chosen[place] = _unique(heading.chosen, ids, tried)
    made = []
    above: list[int] = []
    for place, heading in enumerate(headings):
        while above and above[-1] >= heading.level:
            above.pop()
        above.append(heading.level)
        level = min(6, 1 + len(above))
        name = chosen.get(place) or _unique(slug(heading.text), ids, tried)
        href = name if name.isascii() and place not in chosen else attribute(encoded("#" + name)[1:])
        label = attribute(heading.text) or href
        classes = f' class="{attribute(" ".join(heading.classes))}"' if heading.classes else ""
        heading.flow.change(heading.start, f'<h{level} id="{attribute(name)}"{classes}>', f"<h{level}>")
        heading.flow.change(
            heading.end,
            f' <a class="anchor" href="#{href}" aria-label="Link to {label}">#</a></h{level}>\n',
            f"</h{level}>\n",
        )
        if heading.flow is body:
            made.append(HeadingInfo(level=level, id=name, text=heading.text))
    return tuple(made)


def _unique(name: str, ids: set[str], tried: dict[str, int]) -> str:
    number = tried.get(name, 1)
    candidate = name if number == 1 else f"{name}-{number}"
    while candidate in ids:
        number += 1
        candidate = f"{name}-{number}"
    tried[name] = number
    ids.add(candidate)
    return candidate
