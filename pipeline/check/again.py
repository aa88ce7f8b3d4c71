"""Advice on a series that runs again: what may be out of date in it, and posts that everybody has read already."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from pipeline.errors import Problem
from pipeline.model import Entry, Series
from pipeline.patterns import pattern
from pipeline.project import Project, spans

#: Words that were true on the day they were written, by language.
_WORDS: Mapping[str, str] = {
    "en": "today|yesterday|this (?:week|month|year|morning)|last (?:week|month|year)|next (?:month|year)|currently|"
    "recently|nowadays|latest|newest|right now|as of",
    "de": "heute|gestern|diese[rns]? (?:Woche|Monat|Jahr)|letzte[rns]? (?:Woche|Monat|Jahr)|derzeit|zurzeit|aktuell|"
    "neuerdings|kürzlich|neuste[rns]?|neueste[rns]?",
    "fr": "aujourd['’]hui|hier|cette (?:semaine|année)|ce mois|la semaine dernière|l['’]an dernier|actuellement|"
    "récemment|de nos jours",
    "es": "hoy|ayer|esta semana|este (?:mes|año)|la semana pasada|el año pasado|actualmente|recientemente",
    "pt": "hoje|ontem|esta semana|este (?:mês|ano)|na semana passada|no ano passado|atualmente|recentemente",
    "he": "היום|אתמול|השבוע|השנה|לאחרונה|כיום",
    "ar": "اليوم|أمس|هذا الأسبوع|هذا العام|مؤخرا|حاليا",
    "ja": "今日|昨日|今週|今月|今年|去年|最近|現在|最新",
}
#: What is said of a post that has been there before.
READ = "LinkedIn refuses a text that it has seen lately, and readers know it: write another opening line"
_CODE = pattern(r"[ ]{0,3}(`{3,}|~{3,})")
#: Addresses, and code inside a line.
_ASIDE = pattern(r"`[^`]*`|\]\([^)]*\)|https?://\S+")
_YEAR = pattern(r"(?<![\w.,/-])(?:19|20)\d\d(?![\w/-]|[.,]\d)")
#: An address with the space before it and the brackets around it, without what ends a sentence behind it.
_ADDRESS = pattern(r"\s*(?:\(https?://[^\s()]*(?:\([^\s()]*\)[^\s()]*)*\)|https?://\S*[^\s.,;:!?…])")


def stale(entry: Entry, language: str, year: int) -> Iterator[Problem]:
    """What a text that was written in ``year`` says of its own time, by line."""
    words = _WORDS.get(language.partition("-")[0].lower())
    told = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) if words else None
    if language.partition("-")[0].lower() == "ja" and words:
        told = re.compile(words)
    fence = ""
    for number, line in enumerate(entry.body.split("\n"), entry.body_line):
        found = _CODE.match(line)
        if found and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else found[1]
            continue
        if fence:
            continue
        prose = _ASIDE.sub(" ", line)
        years = [one for one in _YEAR.findall(prose) if year - 1 <= int(one) <= year + 1]
        said = [*dict.fromkeys(years), *(dict.fromkeys(one.lower() for one in told.findall(prose)) if told else ())]
        if said:
            yield Problem(
                path=entry.path,
                line=number,
                severity="warning",
                code="stale-fact",
                message=f"says {_quoted(said)}, and was written in {year}; see that it still holds",
            )


def again_advice(project: Project, posts: Mapping[tuple[str, int, str], str]) -> Iterator[Problem]:
    """What is to be looked at in the series that run again.

    ``posts`` are the LinkedIn texts by series id, day and account. Facts are told of drafts: who takes ``draft: true``
    out has looked. Posts are told until they read otherwise.
    """
    by_id = {series.id: series for series in project.series}
    for series in project.series:
        first = by_id.get(series.rerun_of or "")
        if series.rerun_of is None or first is series:
            continue
        if first is None:
            yield Problem(
                path=series.path,
                line=series.lines.get("rerun_of"),
                severity="warning",
                code="rerun-unknown",
                message=f"rerun_of is '{series.rerun_of}', and no series has this id; their posts are not compared",
            )
            continue
        year = year_of(first)
        for entry in series.entries if year else ():
            if entry.draft:
                yield from stale(entry, series.language or project.config.site.language, year or 0)
        yield from _repeated(series, first, posts)


def days_in(entries: Iterable[Entry]) -> str:
    """``day 2``, ``days 1, 7-10``: entries in words."""
    days = [entry.day for entry in entries]
    return f"day{'' if len(days) == 1 else 's'} {spans(days)}"


def year_of(series: Series) -> int | None:
    """The year a series began in."""
    return series.cadence.start.year if series.cadence is not None else None


def _repeated(series: Series, first: Series, posts: Mapping[tuple[str, int, str], str]) -> Iterator[Problem]:
    days = []
    for entry in series.entries:
        mine = {text for (id_, day, _), text in posts.items() if (id_, day) == (series.id, entry.day)}
        theirs = {text for (id_, day, _), text in posts.items() if (id_, day) == (first.id, entry.day)}
        if {_bare(text) for text in mine} & {_bare(text) for text in theirs}:
            days.append(entry)
    if len(days) > 3:
        yield Problem(
            path=series.path,
            line=None,
            severity="warning",
            code="post-repeated",
            message=f"the posts of {days_in(days)} are word for word those of {first.slug}; {READ}",
        )
        return
    for entry in days:
        yield Problem(
            path=entry.path,
            line=entry.body_line,
            severity="warning",
            code="post-repeated",
            message=f"the post is word for word that of {first.slug}, day {entry.day}; {READ}",
        )


def _bare(text: str) -> str:
    """A text without its addresses, which differ by themselves."""
    return " ".join(_ADDRESS.sub("", text).split())


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)
