"""What short channels share: an entry as label, hook, text, tags and address, put into order by a template, and cut."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from pipeline.channels.contract import Context
from pipeline.channels.web import address_of
from pipeline.delivery import Media
from pipeline.digests import sha256
from pipeline.errors import RenderError, remedy_of
from pipeline.linkedin_text import Image, compose, plain_of
from pipeline.records import dataclass
from pipeline.render.cards import card_of
from pipeline.render.documents import media_type
from pipeline.render.linkedin import label_line
from pipeline.render.links import Links
from pipeline.short_text import arranged, threaded

#: What short channels take as an image.
POSTABLE = ("image/png", "image/jpeg", "image/gif", "image/webp")
#: Posts of a thread.
MOST_PARTS = 25
#: Stands in a template's place for the text until it is known how much room there is.
_GAP = "\ue000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Short:
    """An entry for a short channel."""

    #: The post; of a thread, its parts in order.
    parts: tuple[str, ...]
    #: The canonical address, whether it is in the text or not; None where there is none.
    address: str | None
    #: Pictures that the channel's table asks for.
    images: tuple[Media, ...]
    #: How long it is, in words: ``287 of 300 characters``.
    measured: str
    #: What a person should know before it goes out, in sentences.
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All of it, as a person reads it."""
        return "\n\n".join(self.parts)


def graphemes(text: str) -> int:
    """How many characters a person sees (UAX 29, extended grapheme clusters). Raises RenderError without the extra."""
    if text.isascii():
        return len(text) - text.count("\r\n")
    if find_spec("regex") is None:
        raise RenderError(f"what counts characters is not installed: {remedy_of('social')}")
    import regex

    return len(regex.findall(r"\X", text))


def short_of(
    context: Context,
    name: str,
    *,
    template: str,
    limit: int,
    measure: Callable[[str], int],
    link: bool,
    most_images: int,
    fits: Callable[[str], bool] = lambda _: True,
    long: Literal["cut", "thread"] | None = None,
) -> Short:
    """An entry for the channel ``name``: at most ``limit`` as ``measure`` counts, or a thread of several such.

    ``long`` is what somebody has said that becomes of a long text; it is cut where nobody has, and a note tells.
    ``link`` puts the address into the text; ``fits`` may refuse a text that is too long in another way. The entry's
    table for the channel may give ``text``, ``hook``, ``hashtags``, ``footer``, ``image`` and ``images``.

    Raises RenderError where not even label, hook, tags and address fit, and for a picture that is not there.
    """
    entry, series = context.posted.entry, context.posted.series
    own: Mapping[str, object] = entry.overrides.get(name, {})
    links = Links(edition=context.edition, root=context.root, source=entry.path)

    def plain(markdown: str, softbreak: str) -> tuple[str, tuple[Image, ...]]:
        # Labels stay and addresses go: the one address that a short post has room for is the entry's own.
        made = compose(markdown, link=lambda _: "", base=None, softbreak=softbreak)
        return plain_of(made.marked).strip(), made.images

    given = own.get("text")
    body, in_body = plain(str(given), "\n") if given else plain(entry.body, " ")
    hook = plain(str(own["hook"]), "\n")[0] if own.get("hook") else ""
    footer = plain(str(own["footer"]), "\n")[0] if own.get("footer") else ""
    label = label_line(series, entry)
    if any(part.casefold().startswith(series.label_of(entry.day).casefold()) for part in (hook, body)):
        label = ""
    address = address_of(context)
    pieces = {
        "label": label,
        "hook": hook,
        "body": _GAP,
        "hashtags": " ".join(f"#{tag}" for tag in _tags(own.get("hashtags"))),
        "footer": footer,
        "link": address if link and address else "",
    }
    frame = context.templates.render(template, pieces).strip("\n")
    head, gap, tail = frame.partition(_GAP)
    images = _images(own, links, in_body, context.root, most_images, name, entry.path, entry.image, entry.image_alt)
    text, room = None, limit
    if gap and long == "thread":
        parts = threaded(head, body, tail, limit, measure, MOST_PARTS)
        if parts is None or not all(map(fits, parts)):
            raise RenderError(
                f"{entry.path}: would be a thread of more than {MOST_PARTS} posts on {name}; cut it there"
            )
        said = f"a thread of {len(parts)} posts" if len(parts) > 1 else _measured(parts[0], limit, measure)
        return Short(parts=parts, address=address, images=images, measured=said)
    while gap and room > 0:
        text = arranged(head, body, tail, room, measure)
        if text is None or fits(text):
            break
        room -= max(1, room // 20)
    if not gap:
        text = frame if measure(frame) <= limit and fits(frame) else None
    if text is None or room <= 0:
        raise RenderError(
            f"{entry.path}: label, hook, hashtags and address alone are longer than the {limit} characters of {name}; "
            f"shorten the hook in its {name} table"
        )
    notes: tuple[str, ...] = ()
    if gap and long is None and text != arranged(head, body, tail, sys.maxsize, measure):
        said = (
            f"the text is cut to {limit:,} characters; give it a hook or a text of its own there, or set "
            f"[channels.{name}] long to 'thread', or to 'cut' where that is meant"
        )
        notes = (said,)
    return Short(parts=(text,), address=address, images=images, measured=_measured(text, limit, measure), notes=notes)


def _measured(text: str, limit: int, measure: Callable[[str], int]) -> str:
    return f"{measure(text):,} of {limit:,} characters"


def card_picture(context: Context) -> Media | None:
    """The picture for a link's preview: the entry's own, the first of its body, or its card; None without one."""
    entry = context.posted.entry
    links = Links(edition=context.edition, root=context.root, source=entry.path)
    wanted = [(entry.image, entry.image_alt or "")] if entry.image else []
    made = compose(entry.body, link=lambda _: "", base=None)
    for src, alt in (*wanted, *((image.src, image.alt) for image in made.images)):
        if media_type(src) in POSTABLE:
            links.follow(src)
            file = links.file(src)
            if file is not None and file.is_file():
                return _media(file, context.root, alt)
    if context.cards is not None and context.posted.place is not None:
        drawn = card_of(context.cards, context.posted, context.config)
        return Media(source=drawn.source, digest=drawn.digest, alt="")
    return None


def _tags(value: object) -> list[str]:
    if isinstance(value, str):
        value = value.replace(",", " ").split()
    return [str(tag).lstrip("#＃") for tag in value] if isinstance(value, (list, tuple)) else []


def _images(
    own: Mapping[str, object],
    links: Links,
    in_body: tuple[Image, ...],
    root: Path,
    most: int,
    name: str,
    path: str,
    own_image: str | None,
    own_alt: str | None,
) -> tuple[Media, ...]:
    listed = own.get("images")
    wanted = [own["image"]] if own.get("image") else list(listed) if isinstance(listed, (list, tuple)) else []
    alts = {image.src: image.alt for image in in_body}
    if own_image and own_alt:
        alts[own_image] = own_alt
    if len(wanted) > most:
        raise RenderError(f"{path}: the {name} table lists {len(wanted)} images; a post there has {most} at most")
    found = []
    for item in wanted:
        given = item if isinstance(item, Mapping) else {"src": item}
        src = str(given.get("src", ""))
        links.follow(src)
        file = links.file(src)
        if file is None or not file.is_file() or media_type(src) not in POSTABLE:
            raise RenderError(
                f"{path}: the image '{src}' of the {name} table is no PNG, JPEG, GIF or WebP in the project"
            )
        alt = given.get("alt") or own.get("image_alt") or alts.get(src) or ""
        found.append(_media(file, root, str(alt)))
    return tuple(found)


def _media(file: Path, root: Path, alt: str) -> Media:
    return Media(source=file.relative_to(root).as_posix(), digest=sha256(file.read_bytes()), alt=alt)
