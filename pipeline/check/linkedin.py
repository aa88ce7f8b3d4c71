"""Advice on an entry's LinkedIn text: what LinkedIn and its readers will make of it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.errors import Problem
from pipeline.model import Entry, Series
from pipeline.patterns import pattern
from pipeline.render.linkedin import LinkedInPost

#: A hashtag of this many letters without a capital is read as one word by a screen reader.
_LONG_TAG = 15
_LEFTOVERS = (
    (re.compile(r"\*\*|__(?=\w)"), "'**'"),
    (re.compile(r"\]\("), "'](' of a link"),
    (re.compile(r"^#{1,6} ", re.MULTILINE), "'#' of a heading"),
    (re.compile(r"^(```|~~~)", re.MULTILINE), "the fence of a code block"),
    (re.compile(r"<!--"), "an HTML comment"),
)
#: Of WordPress, Hugo, and Jekyll, Eleventy or dev.to.
_SHORTCODE = pattern(
    r"\[/?(?:caption|gallery|embed|video|audio|playlist)\b[^\]]*\]|\{\{[<%].*?[%>]\}\}|\{%.*?%\}"
    r"|\{\{-?\s*(?:site|page|post|layout|include)\.[^{}]*\}\}",
    re.DOTALL,
)
_STAR_ROW = pattern(r"^[ *]*\*{5,}[ *]*$", re.MULTILINE)


def text_advice(series: Series, entry: Entry, post: LinkedInPost) -> Iterator[Problem]:
    """What could be better in the text as it would be pasted."""
    text = post.text.plain
    if not entry.body.strip() and not entry.overrides.get(post.name, {}).get("text"):
        yield Problem(
            path=entry.path, line=None, severity="warning", code="empty", message="has no text below its front matter"
        )
    yield from _label(series, entry, text)
    yield from _hashtags(series, entry, post)
    if _STAR_ROW.search(text):
        yield _advice(
            entry,
            "star-row",
            "a row of '*' is read out star by star by screen readers; a '---' makes a rule in every channel",
            "\\*",
        )
    without_rows = _STAR_ROW.sub("", post.prose)
    for leftover, what in _LEFTOVERS:
        found = leftover.search(without_rows)
        if found:
            yield _advice(
                entry, "leftover-markdown", f"{what} is left in the text; LinkedIn shows it as it is", found.group()
            )
    if shortcode := _SHORTCODE.search(post.prose):
        shown = shortcode.group()[:40]
        yield _advice(
            entry, "shortcode", f"'{shown}' is another tool's shortcode and stays text; write it in Markdown", shown[:9]
        )
    yield from _fold(entry, post)


def _label(series: Series, entry: Entry, text: str) -> Iterator[Problem]:
    before, _, after = series.label.partition("{n}")
    pattern = re.escape(before) + r"(?P<space>\s?)(?P<day>\d+)"
    if "{length}" in after:
        middle, _, end = after.partition("{length}")
        pattern += re.escape(middle) + r"(?P<length>\d+)" + re.escape(end)
    expected = series.label_of(entry.day)
    for found in re.finditer(pattern, text, re.IGNORECASE):
        parts = found.groupdict()
        if parts["space"]:
            tag = found.group().split()[0]
            yield _advice(
                entry,
                "label-space",
                f"'{found.group()}' has a space: LinkedIn makes the hashtag {tag} of it; write {expected}",
                found.group(),
            )
        elif int(parts["day"]) != entry.day and _opens_a_line(text, found.start()):
            yield _advice(entry, "label-day", f"opens with '{found.group()}' but is {entry.called}", found.group())
        elif parts.get("length") is not None and series.length and int(parts["length"]) != series.length:
            yield _advice(
                entry, "label-length", f"'{found.group()}' but the series has {series.length} days", found.group()
            )


def _opens_a_line(text: str, start: int) -> bool:
    """Whether a place begins one of the first lines of a text: later ones may well speak of other days."""
    return (start == 0 or text[start - 1] == "\n") and text.count("\n", 0, start) <= 2


def _hashtags(series: Series, entry: Entry, post: LinkedInPost) -> Iterator[Problem]:
    own, hashtags = series.hashtag, post.text.hashtags
    if own and own.casefold() not in (tag.casefold() for tag in hashtags):
        yield _advice(entry, "no-hashtag", f"the series' hashtag #{own} is nowhere in the text; add it", "#")
    listed = entry.overrides.get(post.name, {}).get("hashtags")
    for tag in listed if isinstance(listed, (list, tuple)) else ():
        if len(str(tag).split()) > 1:
            first = str(tag).split()[0].lstrip("#")
            yield Problem(
                path=entry.path,
                line=entry.lines.get(post.name),
                severity="warning",
                code="hashtag-cut",
                message=f"the hashtag '{tag}' has a space: LinkedIn makes #{first} of it; write it as one word",
            )
    for tag in hashtags:
        if series.hashtag and tag != series.hashtag and tag.casefold() == series.hashtag.casefold():
            yield _advice(
                entry, "hashtag-spelling", f"#{tag} is spelled otherwise than the series' #{series.hashtag}", tag
            )
        elif len(tag) >= _LONG_TAG and tag == tag.lower() and tag.isalpha():
            yield _advice(
                entry,
                "long-hashtag",
                f"#{tag} is one long word to a screen reader; begin each of its words with a capital",
                tag,
            )


def _fold(entry: Entry, post: LinkedInPost) -> Iterator[Problem]:
    end = post.text.fold["mobile"][1]
    if end >= post.text.units:
        return
    label, _, rest = post.text.plain.partition("\n\n")
    opening = (rest if label.startswith("#") and "\n" not in label else post.text.plain).partition("\n")[0]
    start = post.text.plain.find(opening)
    shown = post.text.plain.encode("utf-16-le")[: end * 2].decode("utf-16-le", "ignore")
    if opening and len(shown) < start + min(len(opening), 40):
        yield _advice(
            entry,
            "fold",
            "a phone hides almost all of the opening line behind '…more' (an estimate); begin with a shorter one",
            opening[:20],
        )


def _advice(entry: Entry, code: str, message: str, near: str) -> Problem:
    line = None
    for number, text in enumerate(entry.body.splitlines()):
        if near in text:
            line = entry.body_line + number
            break
    return Problem(path=entry.path, line=line, severity="warning", code=code, message=message)
