"""Names and limits that the formats' specifications give."""

from __future__ import annotations

ATOM = "http://www.w3.org/2005/Atom"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
DC = "http://purl.org/dc/elements/1.1/"
HISTORY = "http://purl.org/syndication/history/1.0"
MEDIA = "http://search.yahoo.com/mrss/"
SPECIFICATION = "https://www.rssboard.org/rss-specification"
#: RSS 2.0 sets these limits, in pixels, for the size of a channel's image.
WIDEST, TALLEST = 144, 400
