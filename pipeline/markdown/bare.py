"""Find the addresses people write without any markup: GFM's extended autolinks (spec 0.29, 2019-04-06)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.markdown.addresses import LINK_SCHEMES, web_address
from pipeline.patterns import pattern

# Wider than the letter of the spec where GitHub itself is: an address may follow any character that is no part
# of a word (a quotation mark, say), and one ends at typographic quotes and at Chinese and Japanese punctuation.
_CANDIDATE = pattern(
    r"(?<![A-Za-z0-9_/.@+-])(?:https?://|www\.)[^\s<>\"“”«»‹›„\u3000-\u303f\uff00-\uff65]++"
    r"|(?<![A-Za-z0-9_/.@+-])[A-Za-z0-9][A-Za-z0-9._+-]*+@[A-Za-z0-9_-]++(?:\.[A-Za-z0-9_-]++)++",
    re.IGNORECASE,
)
_PUNCTUATION = frozenset("?!.,:*_~'’;…")
_CLOSING = {")": "(", "]": "["}


def bare_addresses(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and address of each bare URL and e-mail in plain text."""
    for found in _CANDIDATE.finditer(text):
        written = found[0]
        head = written[:8].lower()
        if head.startswith(("http://", "https://", "www.")):
            written = _without_trailing_punctuation(written)
            url = "https://" + written if head.startswith("www.") else written
        elif written[-1] in "-_":
            continue
        else:
            url = "mailto:" + written
        if web_address(url, LINK_SCHEMES) is not None:
            yield found.start(), found.start() + len(written), url


def _without_trailing_punctuation(url: str) -> str:
    unbalanced = {close: url.count(close) - url.count(opening) for close, opening in _CLOSING.items()}
    end = len(url)
    while end:
        last = url[end - 1]
        if last in _CLOSING and unbalanced[last] > 0:
            unbalanced[last] -= 1
        elif last not in _PUNCTUATION:
            break
        end -= 1
    return url[:end]
