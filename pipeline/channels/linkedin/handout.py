"""Write what a person needs in order to post by hand, in the order of posting."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.channels.linkedin.media import placeholder
from pipeline.delivery import Artifact

#: LinkedIn's page with its composer open. LinkedIn documents no such address; without the part after the question
#: mark it is the feed, one click away from the composer.
COMPOSER = "https://www.linkedin.com/feed/?shareActive=true"


def handout(artifact: Artifact, body: Mapping[str, object], done: str) -> str:
    """The text itself, then link, files with what they show, first comment, where to paste, and what to type then.

    ``done`` is that command.
    """
    link, thumbnail = _card(body)
    parts = [artifact.text, "—"]
    if link:
        parts.append(f"link (paste it below the text, and LinkedIn makes a card of it): {link}")
    # A card's thumbnail is no image to attach: LinkedIn takes it from the page.
    files = [media for media in artifact.media if placeholder(media) != thumbnail]
    for number, media in enumerate(files, 1):
        what = "document" if media.kind == "document" else "image" if len(files) == 1 else f"image {number}"
        shown = f"\n  {'title' if media.kind == 'document' else 'alternative text'}: {media.alt}" if media.alt else ""
        parts.append(f"{what}: {media.source}{shown}")
    if artifact.comment:
        parts.append(f"first comment, once it is out:\n{artifact.comment}")
    parts.append(f"post it at: {COMPOSER}")
    parts.append(f"then: {done}")
    return "\n\n".join(parts) + "\n"


def _card(body: Mapping[str, object]) -> tuple[str | None, str | None]:
    content = body.get("content")
    article = content.get("article") if isinstance(content, dict) else None
    if not isinstance(article, dict):
        return None, None
    source, thumbnail = article.get("source"), article.get("thumbnail")
    return (source if isinstance(source, str) else None, thumbnail if isinstance(thumbnail, str) else None)
