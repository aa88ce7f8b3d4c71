"""Tell all of an entry as JSON, for whoever makes something of it that daycast does not know."""

from __future__ import annotations

from pipeline.channels.contract import Context
from pipeline.channels.web import address_of, author_of, key_of, language_of
from pipeline.markdown import uncoloured
from pipeline.render.documents import render_document
from pipeline.wallclock import local

#: Raised when a field goes or changes its meaning; new ones may come.
VERSION = 1


def told(context: Context, name: str) -> dict[str, object]:
    """An entry for the channel ``name``: key, series, text as Markdown and HTML, address and picture."""
    posted = context.posted
    entry, series = posted.entry, posted.series
    rendered = render_document(posted, context.edition, context.root, None, uncoloured)
    zone = series.cadence.zone if series.cadence else context.config.site.zone
    picture = rendered.picture
    return {
        "version": VERSION,
        "type": "entry.published",
        "key": key_of(context, name),
        "series": {
            "id": series.id,
            "slug": series.slug,
            "title": series.title,
            "hashtag": series.hashtag,
            "length": series.length,
        },
        "entry": {
            "key": entry.key,
            "day": entry.day,
            "label": series.label_of(entry.day),
            "title": entry.title,
            "summary": context.summary,
            "url": address_of(context),
            "date": local(posted.due, zone).isoformat(timespec="seconds"),
            "author": author_of(context) or None,
            "language": language_of(context),
            "tags": list(entry.tags),
            "categories": list(entry.category),
            "markdown": entry.body,
            "html": rendered.document.feed_html,
            "text": rendered.document.text,
            "image": {"url": picture.absolute, "alt": picture.alt} if picture else None,
        },
    }
