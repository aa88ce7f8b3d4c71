"""Say what publishing an entry now will do on each of its channels, before anybody says yes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pipeline.channels.contract import Site
from pipeline.config import PLACEHOLDER_URL, Config
from pipeline.errors import PipelineError
from pipeline.model import Entry, Series
from pipeline.preview.views import Seen, channels_of
from pipeline.publish.peek import peeked
from pipeline.publish.rehearse import Rehearsed, rehearse_day
from pipeline.records import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One channel, or all of them."""

    #: Empty where the sentence is about all.
    channel: str
    sentence: str
    #: ``done``: something is done. ``out``: it is out already. ``refused``: nothing will be done.
    kind: Literal["done", "out", "refused"]


def promises(seen: Seen, series: Series, entry: Entry, channel: str | None) -> tuple[Promise, ...]:
    """What publishing an entry does on ``channel`` (None: on all of its channels), and on the site in any case."""
    if seen.stopped:
        return tuple(Promise(channel="", sentence=sentence, kind="refused") for sentence in seen.stopped)
    try:
        channels = channels_of(seen.project)
        with peeked(seen.project, seen.now) as ledger:
            found = rehearse_day(seen.project, ledger, channels, series, entry, seen.now, channel=None)
    except PipelineError as error:
        return (Promise(channel="", sentence=str(error), kind="refused"),)
    coming = {one.key.rpartition("/")[2]: one for one in found}
    names = [name for name in series.channels_of(entry) if channel in (None, name) or isinstance(channels[name], Site)]
    return tuple(_promises(seen.project.config, names, coming, blog="blog" in series.channels_of(entry)))


def _promises(config: Config, names: list[str], coming: dict[str, Rehearsed], *, blog: bool) -> Iterator[Promise]:
    placeholder = config.site.url == PLACEHOLDER_URL
    live = " once its page answers" if blog and not placeholder else ""
    for name in names:
        one = coming.get(name)
        if one is None:
            yield Promise(channel=name, sentence="is out already; nothing is sent again", kind="out")
            continue
        match one.kind:
            case "none":
                yield Promise(channel=name, sentence=one.reason, kind="refused")
            case "site":
                sentence = f"is built into output/site{online(config)}"
                if placeholder:
                    sentence += f"; its addresses begin with {PLACEHOLDER_URL}, since [site] url is not set"
                yield Promise(channel=name, sentence=sentence, kind="done")
            case "handout":
                account = config.accounts.get(name)
                by_choice = account is not None and account.mode is not None
                why = "as its mode says" if by_choice else f"since there is no token ('daycast login {name}' gets one)"
                sentence = f"is not sent: its text is put into output/handouts/ for you to post{live}, {why}"
                yield Promise(channel=name, sentence=sentence, kind="done")
            case _:
                sentence = f"is posted by its API{live}; that cannot be undone unseen"
                yield Promise(channel=name, sentence=sentence, kind="done")


def online(config: Config) -> str:
    """What brings a site online once it is built, as the end of a sentence."""
    if config.deploy.command is not None:
        return ", and [deploy] command brings it online"
    if config.deploy.target is not None:
        return f", and [deploy] brings it to {config.deploy.target}"
    return " and stays there: no [deploy] brings it online"
