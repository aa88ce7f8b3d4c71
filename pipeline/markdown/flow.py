"""A run of HTML, piece by piece, from which the page's and the feed's are both joined."""

from __future__ import annotations


class Flow:
    """The body of a document, or one of its footnotes."""

    __slots__ = ("feed", "out", "references")

    def __init__(self) -> None:
        #: What the page says.
        self.out: list[str] = []
        #: What the feed says instead of the piece at an index; the last change of a piece counts.
        self.feed: list[tuple[int, str]] = []
        #: Indices of footnote references, yet to be filled in, and their labels.
        self.references: list[tuple[int, str]] = []

    def add(self, page: str, feed: str) -> None:
        """Append a piece that the feed words in its own way."""
        if page != feed:
            self.feed.append((len(self.out), feed))
        self.out.append(page)

    def change(self, index: int, page: str, feed: str) -> None:
        """Word a piece anew."""
        self.out[index] = page
        self.feed.append((index, feed))

    def remove(self, first: int, last: int) -> None:
        """Take pieces out, both ends included."""
        for index in range(first, last + 1):
            self.out[index] = ""
        self.feed = [change for change in self.feed if not first <= change[0] <= last]
        self.references = [reference for reference in self.references if not first <= reference[0] <= last]

    def extend(self, other: Flow) -> None:
        """Append another flow, its references filled in."""
        first = len(self.out)
        self.out += other.out
        self.feed += [(first + index, piece) for index, piece in other.feed]

    def joined(self) -> tuple[str, str]:
        """The page's HTML and the feed's."""
        page = "".join(self.out)
        if not self.feed:
            return page, page
        pieces = self.out.copy()
        for index, piece in self.feed:
            pieces[index] = piece
        return page, "".join(pieces)
