"""Read what other tools hold (exports, archives, folders of Markdown) as items for a series, and say what is lost."""

from __future__ import annotations

from pipeline.importers.formats import FORMATS, detected, read
from pipeline.importers.item import Found, Item, Loss
from pipeline.importers.placed import REPORT, Imported, placed

__all__ = ["FORMATS", "REPORT", "Found", "Imported", "Item", "Loss", "detected", "placed", "read"]
