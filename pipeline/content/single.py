"""Read one text by itself, as ``load`` would read it as a file."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.content import front
from pipeline.content.days import label_of
from pipeline.content.derive import announced, series_of
from pipeline.content.draft import Setting, draft_of
from pipeline.content.head import DEFAULT_TIME, head_of
from pipeline.content.naming import Naming, entry_of
from pipeline.content.notes import Notes
from pipeline.content.slug import slugified
from pipeline.errors import Problem
from pipeline.model import DEFAULT_CHANNELS, Entry, Series

_NO_CATEGORIES: Mapping[str, str] = {}


def parse_entry(
    source: bytes,
    *,
    path: str,
    series: Series,
    zone: str = "UTC",
    categories: Mapping[str, str] = _NO_CATEGORIES,
    host: str = "",
) -> tuple[Entry | None, tuple[Problem, ...]]:
    """The entry in a text, None where it is broken, and what is wrong with it.

    ``series`` gives label, length and cadence; an entry that names no day keeps the place it has there. ``zone`` is
    the site's, for a series without a cadence; ``categories`` name numeric ones; ``host`` is the site's.
    """
    cadence = series.cadence
    setting = Setting(
        time=cadence.time if cadence else DEFAULT_TIME,
        zone=cadence.zone if cadence else zone,
        categories=categories,
        channels=tuple(dict.fromkeys((*DEFAULT_CHANNELS, *series.channels))),
        host=host,
    )
    notes = Notes(path)
    draft = draft_of(path, source, setting, notes)
    places = {entry.path: entry.day for entry in series.entries if not entry.names_day}
    naming = Naming(label=label_of(series.label), length=series.length, leading=False, places=places)
    entry = entry_of(draft, naming, series.slug)
    return entry, tuple(notes.found)


def parse_series(source: bytes, *, path: str, zone: str = "UTC") -> tuple[Series | None, tuple[Problem, ...]]:
    """The series in the text of an ``_index.md``, without entries; None where it is broken; and what is wrong with it.

    ``path`` is ``series/<slug>/_index.md``; ``zone`` is the site's.
    """
    notes = Notes(path)
    slug = slugified(path.rpartition("/")[0].rpartition("/")[2])
    head = head_of(path, source, slug or "series", zone, notes)
    series = series_of(head, announced(head, ()), ())
    return None if notes.broken else series, tuple(notes.found)


def body_of(text: str) -> str:
    """The Markdown of a text without its front matter; all of it where what looks like some cannot be read as keys.

    A text may begin with a rule, ``---``: there only keys and their values make it front matter.
    """
    text = text.replace("\r\n", "\n")
    read = front.read(text, Notes(""))
    return read.body if read is not None and (read.table.items or not text.startswith("---")) else text
