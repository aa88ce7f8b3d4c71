"""Number footnotes by their first reference and write them at the end, with the way back."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.markdown.escape import attribute
from pipeline.markdown.flow import Flow

#: Ids that belong to footnotes.
RESERVED = ("fn-", "fnref-")


def number_footnotes(
    body: Flow, footnotes: Mapping[str, Flow], *, page_absolute: str, ids: set[str]
) -> dict[str, list[str]]:
    """Fill in all references; gives the footnotes in order, each with the ids its references got.

    A footnote may refer to others; one that nothing in the text leads to is not in the result.
    """
    numbers: dict[str, int] = {}
    uses: dict[str, list[str]] = {}
    waiting = [body]
    for flow in waiting:
        for index, label in flow.references:
            if label not in numbers:
                numbers[label] = len(numbers) + 1
                uses[label] = []
                ids.add(f"fn-{numbers[label]}")
                waiting.append(footnotes[label])
            number = numbers[label]
            times = len(uses[label])
            name = f"fnref-{number}-{times + 1}" if times else f"fnref-{number}"
            uses[label].append(name)
            ids.add(name)
            flow.change(
                index,
                f'<sup><a id="{name}" href="#fn-{number}" role="doc-noteref">{number}</a></sup>',
                f'<sup><a href="{attribute(page_absolute)}#fn-{number}">{number}</a></sup>',
            )
    return uses


def append_footnotes(
    body: Flow, footnotes: Mapping[str, Flow], uses: Mapping[str, list[str]], *, page_absolute: str
) -> None:
    """Write the footnotes that have references as the last section of the body."""
    if not uses:
        return
    body.add(
        '<section class="footnotes" role="doc-endnotes" aria-label="Footnotes">\n<ol>\n',
        '<section class="footnotes">\n<ol>\n',
    )
    for number, (label, names) in enumerate(uses.items(), start=1):
        flow = footnotes[label]
        if flow.out[-1:] == ["</p>\n"]:
            flow.out.pop()
        else:
            flow.out.append("<p>")
        for name in names:
            reference = name.removeprefix("fnref-")
            flow.add(
                f' <a href="#{name}" role="doc-backlink" aria-label="Back to reference {reference}">↩</a>',
                f' <a href="{attribute(page_absolute)}#{name}">↩</a>',
            )
        body.add(f'<li id="fn-{number}">\n', "<li>\n")
        body.extend(flow)
        body.out.append("</p>\n</li>\n")
    body.out.append("</ol>\n</section>\n")
