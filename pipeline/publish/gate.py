"""The live gate: nothing points at a page before the page is there."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from pipeline import deploy
from pipeline.config import PLACEHOLDER_URL
from pipeline.ledger.moments import moment_of, stamp
from pipeline.ledger.store import Ledger
from pipeline.model import Entry, Series
from pipeline.publish.run import Run
from pipeline.publish.slots import Planned


def address(run: Run, series: Series, entry: Entry) -> str | None:
    """The entry's canonical URL, which a post will point at; None where there is none to wait for."""
    if "blog" not in series.channels_of(entry) or run.project.config.site.url == PLACEHOLDER_URL:
        return None
    place = run.context(series, entry.path).posted.place
    return entry.canonical_url or (place.absolute if place else None)


def closed(run: Run, one: Planned, *, patient: bool) -> str | None:
    """Why the entry's page keeps its posts back; None where it is live or the policy says to post all the same.

    ``patient`` waits here until the page answers or ``live_timeout`` is over; otherwise one probe is made, and the time
    counts from the first one.
    """
    url = address(run, one.series, one.entry)
    if url is None:
        return None
    settings = run.project.config.deploy
    name = f"gate:{one.slot.series}/{one.slot.entry}"
    seen = run.ledger.mark(name)
    if seen == f"live {url}":
        return None
    since = _since(run.ledger, name, seen, run.clock())
    left = settings.live_timeout - (run.clock() - since)
    if patient and left.total_seconds() > 0:
        reason = deploy.wait_live(url, one.entry.title, timeout=left, clock=run.clock, wait=run.wait)
    else:
        reason = deploy.probe(url, one.entry.title)
    if reason is None:
        run.ledger.put_mark(name, f"live {url}", now=run.clock())
        run.tell("live", one.key, url)
        return None
    run.tell("gate", one.key, reason)
    if settings.live_policy == "post" and run.clock() - since >= settings.live_timeout:
        return None
    return f"its page is not live: {reason}"


def _since(ledger: Ledger, name: str, seen: str | None, now: datetime) -> datetime:
    """When the page was first looked for."""
    word, _, moment = (seen or "").partition(" ")
    if word == "since":
        with suppress(ValueError):
            return moment_of(moment)
    ledger.put_mark(name, f"since {stamp(now)}", now=now)
    return now
