"""Every document keeps to its format's grammar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from pipeline.feed import Feed, FeedImage, atom, item_document, rss
from tests.feed_samples import feed, full, item

GRAMMARS = Path(__file__).parents[1] / "feed_grammar"

FEEDS = {
    "full": full(),
    "empty": feed(),
    "bare": feed(item(author="", summary="", html=""), author="", language="", description=""),
    "beyond ascii": feed(item(url="https://bücher.example/größe?q=a b#ü"), home_url="https://bücher.example/"),
    "large logo": feed(image=FeedImage(url="https://example.org/l.png", width=512, height=512)),
}


def faults(document: bytes, grammar: str) -> list[str]:
    relax = etree.RelaxNG(etree.parse(GRAMMARS / grammar))
    relax.validate(etree.fromstring(document))
    return [str(error) for error in relax.error_log]


@pytest.mark.parametrize("made", FEEDS.values(), ids=FEEDS.keys())
def test_rss_keeps_to_its_grammar(made: Feed) -> None:
    assert faults(rss(made), "rss.rng") == []


@pytest.mark.parametrize("made", FEEDS.values(), ids=FEEDS.keys())
def test_atom_keeps_to_its_grammar(made: Feed) -> None:
    assert faults(atom(made), "atom.rng") == []


def test_a_single_item_keeps_to_the_grammar_of_rss() -> None:
    made = full()
    assert faults(item_document(made, made.items[1]), "rss.rng") == []


@pytest.mark.parametrize(
    ("write", "grammar", "right", "wrong"),
    [
        pytest.param(rss, "rss.rng", b'rel="hub"', b'rel="nub"', id="rss: rel"),
        pytest.param(rss, "rss.rng", b"<lastBuildDate>Wed, ", b"<lastBuildDate>Mi, ", id="rss: weekday"),
        pytest.param(rss, "rss.rng", b"<link>https://example.org", b"<link>", id="rss: relative link"),
        pytest.param(rss, "rss.rng", b'"true">https:', b'"true">tag:', id="rss: permalink that is none"),
        pytest.param(rss, "rss.rng", b"<ttl>60</ttl>", b"", id="rss: missing element"),
        pytest.param(atom, "atom.rng", b'type="html"', b'type="CDATA"', id="atom: type of content"),
        pytest.param(atom, "atom.rng", b"<published>", b"<published> ", id="atom: date"),
        pytest.param(atom, "atom.rng", b'xml:lang="ar"', b'xml:lang="ar_EG"', id="atom: language"),
    ],
)
def test_the_grammars_find_what_is_wrong(
    write: Callable[[Feed], bytes], grammar: str, right: bytes, wrong: bytes
) -> None:
    document = write(full())
    assert right in document
    assert faults(document.replace(right, wrong), grammar) != []
