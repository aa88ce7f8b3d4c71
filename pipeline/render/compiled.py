"""The templates of ``templates/`` as functions. Written by ``make templates``: change those, not this."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.render.escape import escaped as e


def at_parts_html_feeds(out: list[str], t: Any, links: Any) -> None:
    out.extend(('<p class="follow">', e(t.follow), '<span class="vh"> ', e(links.title), '</span>:\n<a href="', e(links.rss), '" type="application/rss+xml">RSS</a>,\n<a href="', e(links.atom), '" type="application/atom+xml">Atom</a>,\n<a href="', e(links.json), '" type="application/feed+json">JSON&nbsp;Feed</a></p>\n'))


def at_parts_html_count(out: list[str], t: Any, day: Any, length: Any, noun: Any) -> None:
    out.extend(('<p class="count"><span>', e(noun), '</span> <b>', e(day), '</b>'))
    if length:
        out.extend((' <span>', e(t.of.format(length=length)), '</span>'))
    out.append('</p>\n')


def at_parts_html_days(out: list[str], t: Any, series: Any, here: Any = '') -> None:
    out.append('<nav')
    if (len(series.days) > 60):
        out.append(' class="many"')
    out.extend((' aria-label="', e(t.days_of.format(series=series.title)), '">\n<ol class="days">\n'))
    for cell_1 in series.days:
        if cell_1.url:
            out.append('<li')
            if cell_1.today:
                out.append(' class="today"')
            out.extend(('><a href="', e(cell_1.url), '"'))
            if (cell_1.url == here):
                out.append(' aria-current="page"')
            elif cell_1.today:
                out.append(' aria-current="date"')
            out.extend(('>', e(cell_1.day), ' <span dir="auto">', e(cell_1.title), '</span></a></li>\n'))
        elif (cell_1.state == 'out'):
            out.extend(('<li class="bare">', e(cell_1.day), ' <span dir="auto">', e(cell_1.title), '</span></li>\n'))
        else:
            out.extend(('<li class="ahead">', e(cell_1.day)))
            if (cell_1.state == 'to come'):
                out.extend((' <i>', e(t.to_come), '</i>'))
            out.append('</li>\n')
    out.append('</ol>\n</nav>\n')


def at_parts_html_calendar(out: list[str], t: Any, series: Any) -> None:
    out.append('<ol class="days large">\n')
    for cell_1 in series.days:
        if cell_1.url:
            out.append('<li')
            if cell_1.today:
                out.append(' class="today"')
            out.extend(('><a href="', e(cell_1.url), '"'))
            if cell_1.today:
                out.append(' aria-current="date"')
            out.extend(('><b>', e(cell_1.day), '</b> <span dir="auto">', e(cell_1.title), '</span></a></li>\n'))
        elif (cell_1.state == 'out'):
            out.extend(('<li class="bare"><b>', e(cell_1.day), '</b> <span dir="auto">', e(cell_1.title), '</span></li>\n'))
        else:
            out.extend(('<li class="ahead"><b aria-hidden="true">', e(cell_1.day), '</b> <i>', e(cell_1.label)))
            if (cell_1.state == 'to come'):
                out.extend((', ', e(t.to_come)))
            out.append('</i>')
            if cell_1.date:
                out.extend((' <time datetime="', e(cell_1.date.iso), '">', e(cell_1.date.human), '</time>'))
            out.append('</li>\n')
    out.append('</ol>\n')


def at_parts_html_card(out: list[str], t: Any, entry: Any, level: Any, series: Any = True) -> None:
    out.extend(('<article class="card h-entry">\n<p class="when"><span class="label">', e(entry.label), '</span> <time class="dt-published" datetime="', e(entry.date.iso), '">', e(entry.date.human), '</time></p>\n<', e(level), ' dir="auto"><a class="u-url p-name" href="', e(entry.url), '">', e(entry.title), '</a></', e(level), '>\n'))
    if entry.summary:
        out.extend(('<p class="p-summary" dir="auto">', e(entry.summary), '</p>\n'))
    if series:
        out.extend(('<p class="in">', e(t.in_series), ' <a href="', e(entry.series.url), '" dir="auto">', e(entry.series.title), '</a></p>\n'))
    out.append('</article>\n')


def at_parts_html_turn(out: list[str], t: Any, paging: Any) -> None:
    if (paging.total > 1):
        out.extend(('<nav class="pages" aria-label="', e(t.pages), '">\n'))
        if paging.newer:
            out.extend(('<a href="', e(paging.newer), '" rel="prev">← ', e(t.newer), '</a>\n'))
        out.extend(('<span>', e(t.page_of.format(number=paging.number, total=paging.total)), '</span>\n'))
        if paging.older:
            out.extend(('<a href="', e(paging.older), '" rel="next">', e(t.older), ' →</a>\n'))
        out.append('</nav>\n')


def at_parts_html_cloud(out: list[str], views: Any, rel: Any = '', here: Any = '') -> None:
    out.append('<ul class="cloud">\n')
    for view_1 in views:
        out.extend(('<li><a href="', e(view_1.url), '"'))
        if rel:
            out.extend((' rel="', e(rel), '"'))
        if (view_1.name == here):
            out.append(' aria-current="page"')
        out.extend(('><span dir="auto">', e(view_1.name), '</span> <b>', e(view_1.count), '</b></a></li>\n'))
    out.append('</ul>\n')


def at_parts_html_crumbs(out: list[str], t: Any, home: Any, above: Any = None, title: Any = '') -> None:
    out.extend(('<nav class="crumbs" aria-label="', e(t.breadcrumb), '">\n<ol>\n<li><a href="', e(home), '">', e(t.home), '</a></li>\n'))
    if above:
        out.extend(('<li><a href="', e(above), '" dir="auto">', e(title), '</a></li>\n'))
    out.append('</ol>\n</nav>\n')


def at_parts_html_number(out: list[str], t: Any, count: Any) -> None:
    out.append(e((t.entry if (count == 1) else t.entries).format(count=count)))


def at_404_html(context: Mapping[str, Any]) -> str:
    page = context['page']
    site = context['site']
    t = context['t']
    out: list[str] = []
    out.extend(('<!doctype html>\n<html lang="', e(page.language), '"'))
    if (page.language.partition('-')[0] in ('ar', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi',)):
        out.append(' dir="rtl"')
    out.extend(('>\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>', e(page.title), ' — ', e(site.title), '</title>\n'))
    if page.description:
        out.extend(('<meta name="description" content="', e(page.description), '">\n'))
    out.extend(('<meta name="robots" content="noindex">\n', '<link rel="canonical" href="', e(page.canonical), '">\n'))
    if page.previous:
        out.extend(('<link rel="prev" href="', e(page.previous.url), '" title="', e(page.previous.title), '">\n'))
    if page.next:
        out.extend(('<link rel="next" href="', e(page.next.url), '" title="', e(page.next.title), '">\n'))
    for feed_1 in page.feeds:
        out.extend(('<link rel="alternate" type="application/rss+xml" title="', e(feed_1.title), '" href="', e(feed_1.rss), '">\n<link rel="alternate" type="application/atom+xml" title="', e(feed_1.title), ' (Atom)" href="', e(feed_1.atom), '">\n<link rel="alternate" type="application/feed+json" title="', e(feed_1.title), ' (JSON Feed)" href="', e(feed_1.json), '">\n'))
    out.extend(('<meta name="color-scheme" content="light dark">\n<meta name="theme-color" content="#fbfaf7" media="(prefers-color-scheme: light)">\n<meta name="theme-color" content="#171512" media="(prefers-color-scheme: dark)">\n<meta name="generator" content="daycast">\n<link rel="icon" href="', e(site.assets['favicon.svg']), '" type="image/svg+xml">\n'))
    if ('site.js' in site.assets):
        out.extend(('<script src="', e(site.assets['site.js']), '" data-toggle="', e(t.toggle), '" data-copy="', e(t.copy), '" data-copied="', e(t.copied), '" data-search="', e(site.search_url), '"></script>\n'))
    out.extend(('<link rel="stylesheet" href="', e(site.assets['style.css']), '">\n'))
    if ('highlight.css' in site.assets):
        out.extend(('<link rel="stylesheet" href="', e(site.assets['highlight.css']), '">\n'))
    out.extend(('</head>\n<body>\n<a class="skip" href="#main">', e(t.skip), '</a>\n<header class="top">\n', '<p class="site"><a href="', e(site.url), '" rel="home">', e(site.title), '</a></p>\n', '<nav aria-label="', e(t.site), '">\n<ul>\n'))
    for series_2 in site.series[:3]:
        out.extend(('<li><a href="', e(series_2.url), '" dir="auto">', e(series_2.title), '</a></li>\n'))
    if site.archive_url:
        out.extend(('<li><a href="', e(site.archive_url), '">', e(t.archive), '</a></li>\n'))
    if site.search_url:
        out.extend(('<li><a href="', e(site.search_url), '" rel="search">', e(t.search), '</a></li>\n'))
    out.extend(('<li><a href="', e((site.subscribe_url or site.feeds.rss)), '">', e(t.subscribe), '</a></li>\n</ul>\n</nav>\n</header>\n<main id="main" tabindex="-1">\n', '<header class="plain">\n<p class="label">404</p>\n<h1>', e(t.nothing_here), '</h1>\n<p>', e(t.why_nothing), '</p>\n</header>\n<ul class="cloud">\n<li><a href="', e(site.url), '">', e(t.home), '</a></li>\n'))
    for series_3 in site.series[:12]:
        out.extend(('<li><a href="', e(series_3.url), '" dir="auto">', e(series_3.title), '</a></li>\n'))
    if site.tags_url:
        out.extend(('<li><a href="', e(site.tags_url), '">', e(t.tags), '</a></li>\n'))
    out.extend(('</ul>\n', '</main>\n<footer class="bottom">\n', '<p><a href="', e(site.url), '">', e(site.title), '</a>'))
    if site.author:
        out.extend((' ', e(t.by.format(name=site.author))))
    out.append('</p>\n<ul>\n')
    if site.tags_url:
        out.extend(('<li><a href="', e(site.tags_url), '">', e(t.tags), '</a></li>\n'))
    if site.authors_url:
        out.extend(('<li><a href="', e(site.authors_url), '">', e(t.authors), '</a></li>\n'))
    out.append('</ul>\n')
    at_parts_html_feeds(out, t, site.feeds)
    out.extend(('\n', '</footer>\n</body>\n</html>\n'))
    return ''.join(out)


def at_archive_html(context: Mapping[str, Any]) -> str:
    months = context['months']
    page = context['page']
    site = context['site']
    t = context['t']
    year = context['year']
    years = context['years']
    out: list[str] = []
    out.extend(('<!doctype html>\n<html lang="', e(page.language), '"'))
    if (page.language.partition('-')[0] in ('ar', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi',)):
        out.append(' dir="rtl"')
    out.extend(('>\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>', e(page.title), ' — ', e(site.title), '</title>\n'))
    if page.description:
        out.extend(('<meta name="description" content="', e(page.description), '">\n'))
    out.extend(('<link rel="canonical" href="', e(page.canonical), '">\n'))
    if page.previous:
        out.extend(('<link rel="prev" href="', e(page.previous.url), '" title="', e(page.previous.title), '">\n'))
    if page.next:
        out.extend(('<link rel="next" href="', e(page.next.url), '" title="', e(page.next.title), '">\n'))
    out.extend(('<meta property="og:type" content="', e(page.kind), '">\n<meta property="og:site_name" content="', e(site.title), '">\n<meta property="og:title" content="', e(page.title), '">\n'))
    if page.description:
        out.extend(('<meta property="og:description" content="', e(page.description), '">\n'))
    out.extend(('<meta property="og:url" content="', e(page.canonical), '">\n'))
    if ('-' in page.language):
        out.extend(('<meta property="og:locale" content="', e(page.language.replace('-', '_')), '">\n'))
    if page.image:
        out.extend(('<meta property="og:image" content="', e(page.image.absolute), '">\n'))
        if page.image.media_type:
            out.extend(('<meta property="og:image:type" content="', e(page.image.media_type), '">\n'))
        if (page.image.width and page.image.height):
            out.extend(('<meta property="og:image:width" content="', e(page.image.width), '">\n<meta property="og:image:height" content="', e(page.image.height), '">\n'))
        if page.image.alt:
            out.extend(('<meta property="og:image:alt" content="', e(page.image.alt), '">\n'))
        out.append('<meta name="twitter:card" content="summary_large_image">\n')
    else:
        out.append('<meta name="twitter:card" content="summary">\n')
    for feed_1 in page.feeds:
        out.extend(('<link rel="alternate" type="application/rss+xml" title="', e(feed_1.title), '" href="', e(feed_1.rss), '">\n<link rel="alternate" type="application/atom+xml" title="', e(feed_1.title), ' (Atom)" href="', e(feed_1.atom), '">\n<link rel="alternate" type="application/feed+json" title="', e(feed_1.title), ' (JSON Feed)" href="', e(feed_1.json), '">\n'))
    out.extend(('<meta name="color-scheme" content="light dark">\n<meta name="theme-color" content="#fbfaf7" media="(prefers-color-scheme: light)">\n<meta name="theme-color" content="#171512" media="(prefers-color-scheme: dark)">\n<meta name="generator" content="daycast">\n<link rel="icon" href="', e(site.assets['favicon.svg']), '" type="image/svg+xml">\n'))
    if ('site.js' in site.assets):
        out.extend(('<script src="', e(site.assets['site.js']), '" data-toggle="', e(t.toggle), '" data-copy="', e(t.copy), '" data-copied="', e(t.copied), '" data-search="', e(site.search_url), '"></script>\n'))
    out.extend(('<link rel="stylesheet" href="', e(site.assets['style.css']), '">\n'))
    if ('highlight.css' in site.assets):
        out.extend(('<link rel="stylesheet" href="', e(site.assets['highlight.css']), '">\n'))
    out.extend(('</head>\n<body>\n<a class="skip" href="#main">', e(t.skip), '</a>\n<header class="top">\n', '<p class="site"><a href="', e(site.url), '" rel="home">', e(site.title), '</a></p>\n', '<nav aria-label="', e(t.site), '">\n<ul>\n'))
    for series_2 in site.series[:3]:
        out.extend(('<li><a href="', e(series_2.url), '" dir="auto">', e(series_2.title), '</a></li>\n'))
    if site.archive_url:
        out.extend(('<li><a href="', e(site.archive_url), '">', e(t.archive), '</a></li>\n'))
    if site.search_url:
        out.extend(('<li><a href="', e(site.search_url), '" rel="search">', e(t.search), '</a></li>\n'))
    out.extend(('<li><a href="', e((site.subscribe_url or site.feeds.rss)), '">', e(t.subscribe), '</a></li>\n</ul>\n</nav>\n</header>\n<main id="main" tabindex="-1">\n', '<header class="plain">\n'))
    at_parts_html_crumbs(out, t, site.url, (site.archive_url if year else None), t.archive)
    out.extend(('\n<h1>', e((year or t.archive)), '</h1>\n'))
    at_parts_html_cloud(out, years, here=year)
    out.append('\n</header>\n')
    if (not years):
        out.extend(('<p>', e(t.no_entry), '</p>\n'))
    for month_3 in months:
        out.extend(('<section class="month">\n<h2>', e(month_3.title), '</h2>\n<ol>\n'))
        for entry_4 in month_3.cards:
            out.extend(('<li><time datetime="', e(entry_4.date.iso), '">', e(entry_4.date.human), '</time> <span class="label">', e(entry_4.label), '</span> <a href="', e(entry_4.url), '" dir="auto">', e(entry_4.title), '</a></li>\n'))
        out.append('</ol>\n</section>\n')
    out.extend(('</main>\n<footer class="bottom">\n', '<p><a href="', e(site.url), '">', e(site.title), '</a>'))
    if site.author:
        out.extend((' ', e(t.by.format(name=site.author))))
    out.append('</p>\n<ul>\n')
    if site.tags_url:
        out.extend(('<li><a href="', e(site.tags_url), '">', e(t.tags), '</a></li>\n'))
    if site.authors_url:
        out.extend(('<li><a href="', e(site.authors_url), '">', e(t.authors), '</a></li>\n'))
    out.append('</ul>\n')
    at_parts_html_feeds(out, t, site.feeds)
    out.extend(('\n', '</footer>\n</body>\n</html>\n'))
    return ''.join(out)


def at_author_html(context: Mapping[str, Any]) -> str:
    cards = context['cards']
    page = context['page']
    paging = context['paging']
    site = context['site']
    t = context['t']
    tag = context['tag']
    title = context['title']
    out: list[str] = []
    out.extend(('<!doctype html>\n<html lang="', e(page.language), '"'))
    if (page.language.partition('-')[0] in ('ar', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi',)):
        out.append(' dir="rtl"')
    out.extend(('>\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>', e(page.title), ' — ', e(site.title), '</title>\n'))
    if page.description:
        out.extend(('<meta name="description" content="', e(page.description), '">\n'))
    out.extend(('<link rel="canonical" href="', e(page.canonical), '">\n'))
    if page.previous:
        out.extend(('<link rel="prev" href="', e(page.previous.url), '" title="', e(page.previous.title), '">\n'))
    if page.next:
        out.extend(('<link rel="next" href="', e(page.next.url), '" title="', e(page.next.title), '">\n'))
    out.extend(('<meta property="og:type" content="', e(page.kind), '">\n<meta property="og:site_name" content="', e(site.title), '">\n<meta property="og:title" content="', e(page.title), '">\n'))
    if page.description:
        out.extend(('<meta property="og:description" content="', e(page.description), '">\n'))
    out.extend(('<meta property="og:url" content="', e(page.canonical), '">\n'))
    if ('-' in page.language):
        out.extend(('<meta property="og:locale" content="', e(page.language.replace('-', '_')), '">\n'))
    if page.image:
        out.extend(('<meta property="og:image" content="', e(page.image.absolute), '">\n'))
        if page.image.media_type:
            out.extend(('<meta property="og:image:type" content="', e(page.image.media_type), '">\n'))
        if (page.image.width and page.image.height):
            out.extend(('<meta property="og:image:width" content="', e(page.image.width), '">\n<meta property="og:image:height" content="', e(page.image.height), '">\n'))
        if page.image.alt:
            out.extend(('<meta property="og:image:alt" content="', e(page.image.alt), '">\n'))
        out.append('<meta name="twitter:card" content="summary_large_image">\n')
    else:
        out.append('<meta name="twitter:card" content="summary">\n')
    for feed_1 in page.feeds:
        out.extend(('<link rel="alternate" type="application/rss+xml" title="', e(feed_1.title), '" href="', e(feed_1.rss), '">\n<link rel="alternate" type="application/atom+xml" title="', e(feed_1.title), ' (Atom)" href="', e(feed_1.atom), '">\n<link rel="alternate" type="application/feed+json" title="', e(feed_1.title), ' (JSON Feed)" href="', e(feed_1.json), '">\n'))
    out.extend(('<meta name="color-scheme" content="light dark">\n<meta name="theme-color" content="#fbfaf7" media="(prefers-color-scheme: light)">\n<meta name="theme-color" content="#171512" media="(prefers-color-scheme: dark)">\n<meta name="generator" content="daycast">\n<link rel="icon" href="', e(site.assets['favicon.svg']), '" type="image/svg+xml">\n'))
    if ('site.js' in site.assets):
        out.extend(('<script src="', e(site.assets['site.js']), '" data-toggle="', e(t.toggle), '" data-copy="', e(t.copy), '" data-copied="', e(t.copied), '" data-search="', e(site.search_url), '"></script>\n'))
    out.extend(('<link rel="stylesheet" href="', e(site.assets['style.css']), '">\n'))
    if ('highlight.css' in site.assets):
        out.extend(('<link rel="stylesheet" href="', e(site.assets['highlight.css']), '">\n'))
    out.extend(('</head>\n<body>\n<a class="skip" href="#main">', e(t.skip), '</a>\n<header class="top">\n', '<p class="site"><a href="', e(site.url), '" rel="home">', e(site.title), '</a></p>\n', '<nav aria-label="', e(t.site), '">\n<ul>\n'))
    for series_2 in site.series[:3]:
        out.extend(('<li><a href="', e(series_2.url), '" dir="auto">', e(series_2.title), '</a></li>\n'))
    if site.archive_url:
        out.extend(('<li><a href="', e(site.archive_url), '">', e(t.archive), '</a></li>\n'))
    if site.search_url:
        out.extend(('<li><a href="', e(site.search_url), '" rel="search">', e(t.search), '</a></li>\n'))
    out.extend(('<li><a href="', e((site.subscribe_url or site.feeds.rss)), '">', e(t.subscribe), '</a></li>\n</ul>\n</nav>\n</header>\n<main id="main" tabindex="-1">\n', '<header class="plain h-card">\n'))
    at_parts_html_crumbs(out, t, site.url, site.authors_url, title)
    out.extend(('\n<h1 class="p-name" dir="auto">', e(tag.name), '</h1>\n<p class="meta"><span>'))
    at_parts_html_number(out, t, tag.count)
    out.append('</span></p>\n</header>\n<div class="list h-feed">\n')
    for entry_3 in cards:
        at_parts_html_card(out, t, entry_3, 'h2')
        out.append('\n')
    at_parts_html_turn(out, t, paging)
    out.extend(('\n</div>\n', '</main>\n<footer class="bottom">\n', '<p><a href="', e(site.url), '">', e(site.title), '</a>'))
    if site.author:
        out.extend((' ', e(t.by.format(name=site.author))))
    out.append('</p>\n<ul>\n')
    if site.tags_url:
        out.extend(('<li><a href="', e(site.tags_url), '">', e(t.tags), '</a></li>\n'))
    if site.authors_url:
        out.extend(('<li><a href="', e(site.authors_url), '">', e(t.authors), '</a></li>\n'))
    out.append('</ul>\n')
    at_parts_html_feeds(out, t, site.feeds)
    out.extend(('\n', '</footer>\n</body>\n</html>\n'))
    return ''.join(out)


def at_authors_html(context: Mapping[str, Any]) -> str:
    authors = context['authors']
    page = context['page']
    site = context['site']
    t = context['t']
    out: list[str] = []
    out.extend(('<!doctype html>\n<html lang="', e(page.language), '"'))
    if (page.language.partition('-')[0] in ('ar', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi',)):
        out.append(' dir="rtl"')
    out.extend(('>\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>', e(page.title), ' — ', e(site.title), '</title>\n'))
    if page.description:
        out.extend(('<meta name="description" content="', e(page.description), '">\n'))
    out.extend(('<link rel="canonical" href="', e(page.canonical), '">\n'))
    if page.previous:
        out.extend(('<link rel="prev" href="', e(page.previous.url), '" title="', e(page.previous.title), '">\n'))
    if page.next:
        out.extend(('<link rel="next" href="', e(page.next.url), '" title="', e(page.next.title), '">\n'))
    out.extend(('<meta property="og:type" content="', e(page.kind), '">\n<meta property="og:site_name" content="', e(site.title), '">\n<meta property="og:title" content="', e(page.title), '">\n'))
    if page.description:
        out.extend(('<meta property="og:description" content="', e(page.description), '">\n'))
    out.extend(('<meta property="og:url" content="', e(page.canonical), '">\n'))
    if ('-' in page.language):
        out.extend(('<meta property="og:locale" content="', e(page.language.replace('-', '_')), '">\n'))
    if page.image:
        out.extend(('<meta property="og:image" content="', e(page.image.absolute), '">\n'))
        if page.image.media_type:
            out.extend(('<meta property="og:image:type" content="', e(page.image.media_type), '">\n'))
        if (page.image.width and page.image.height):
            out.extend(('<meta property="og:image:width" content="', e(page.image.width), '">\n<meta property="og:image:height" content="', e(page.image.height), '">\n'))
        if page.image.alt:
            out.extend(('<meta property="og:image:alt" content="', e(page.image.alt), '">\n'))
        out.append('<meta name="twitter:card" content="summary_large_image">\n')
    else:
        out.append('<meta name="twitter:card" content="summary">\n')
    for feed_1 in page.feeds:
        out.extend(('<link rel="alternate" type="application/rss+xml" title="', e(feed_1.title), '" href="', e(feed_1.rss), '">\n<link rel="alternate" type="application/atom+xml" title="', e(feed_1.title), ' (Atom)" href="', e(feed_1.atom), '">\n<link rel="alternate" type="application/feed+json" title="', e(feed_1.title), ' (JSON Feed)" href="', e(feed_1.json), '">\n'))
    out.extend(('<meta name="color-scheme" content="light dark">\n<meta name="theme-color" content="#fbfaf7" media="(prefers-color-scheme: light)">\n<meta name="theme-color" content="#171512" media="(prefers-color-scheme: dark)">\n<meta name="generator" content="daycast">\n<link rel="icon" href="', e(site.assets['favicon.svg']), '" type="image/svg+xml">\n'))
    if ('site.js' in site.assets):
        out.extend(('<script src="', e(site.assets['site.js']), '" data-toggle="', e(t.toggle), '" data-copy="', e(t.copy), '" data-copied="', e(t.copied), '" data-search="', e(site.search_url), '"></script>\n'))
    out.extend(('<link rel="stylesheet" href="', e(site.assets['style.css']), '">\n'))
    if ('highlight.css' in site.assets):
        out.extend(('<link rel="stylesheet" href="', e(site.assets['highlight.css']), '">\n'))
    out.extend(('</head>\n<body>\n<a class="skip" href="#main">', e(t.skip), '</a>\n<header class="top">\n', '<p class="site"><a href="', e(site.url), '" rel="home">', e(site.title), '</a></p>\n', '<nav aria-label="', e(t.site), '">\n<ul>\n'))
    for series_2 in site.series[:3]:
        out.extend(('<li><a href="', e(series_2.url), '" dir="auto">', e(series_2.title), '</a></li>\n'))
    if site.archive_url:
        out.extend(('<li><a href="', e(site.archive_url), '">', e(t.archive), '</a></li>\n'))
    if site.search_url:
        out.extend(('<li><a href="', e(site.search_url), '" rel="search">', e(t.search), '</a></li>\n'))
    out.extend(('<li><a href="', e((site.subscribe_url or site.feeds.rss)), '">', e(t.subscribe), '</a></li>\n</ul>\n</nav>\n</header>\n<main id="main" tabindex="-1">\n', '<header class="plain">\n'))
    at_parts_html_crumbs(out, t, site.url)
    out.extend(('\n<h1>', e(t.authors), '</h1>\n</header>\n'))
    at_parts_html_cloud(out, authors, rel='author')
    out.extend(('\n', '</main>\n<footer class="bottom">\n', '<p><a href="', e(site.url), '">', e(site.title), '</a>'))
    if site.author:
        out.extend((' ', e(t.by.format(name=site.author))))
    out.append('</p>\n<ul>\n')
    if site.tags_url:
        out.extend(('<li><a href="', e(site.tags_url), '">', e(t.tags), '</a></li>\n'))
    if site.authors_url:
        out.extend(('<li><a href="', e(site.authors_url), '">', e(t.authors), '</a></li>\n'))
    out.append('</ul>\n')
    at_parts_html_feeds(out, t, site.feeds)
    out.extend(('\n', '</footer>\n</body>\n</html>\n'))
    return ''.join(out)


def at_bluesky_txt(context: Mapping[str, Any]) -> str:
    body = context['body']
    footer = context['footer']
    hashtags = context['hashtags']
    hook = context['hook']
    label = context['label']
    link = context['link']
    out: list[str] = []
    out.append(str('\n\n'.join([item for item in (label, hook, body, hashtags, footer, link,) if item])))
    return ''.join(out)


def at_drip_html(context: Mapping[str, Any]) -> str:
    page = context['page']
    series = context['series']
    site = context['site']
    starts = context['starts']
    t = context['t']
    out: list[str] = []
    out.extend(('<!doctype html>\n<html lang="', e(page.language), '"'))
    if (page.language.partition('-')[0] in ('ar', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi',)):
        out.append(' dir="rtl"')
    out.extend(('>\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>', e(page.title), ' — ', e(site.title), '</title>\n'))
    if page.description:
        out.extend(('<meta name="description" content="', e(page.description), '">\n'))
    out.extend(('<meta name="robots" content="noindex">\n', '<link rel="canonical" href="', e(page.canonical), '">\n'))
    if page.previous:
        out.extend(('<link rel="prev" href="', e(page.previous.url), '" title="', e(page.previous.title), '">\n'))
    if page.next:
        out.extend(('<link rel="next" href="', e(page.next.url), '" title="', e(page.next.title), '">\n'))
    out.extend(('<meta property="og:type" content="', e(page.kind), '">\n<meta property="og:site_name" content="', e(site.title), '">\n<meta property="og:title" content="', e(page.title), '">\n'))
    if page.description:
        out.extend(('<meta property="og:description" content="', e(page.description), '">\n'))
    out.extend(('<meta property="og:url" content="', e(page.canonical), '">\n'))
    if ('-' in page.language):
        out.extend(('<meta property="og:locale" content="', e(page.language.replace('-', '_')), '">\n'))
    if page.image:
        out.extend(('<meta property="og:image" content="', e(page.image.absolute), '">\n'))
        if page.image.media_type:
            out.extend(('<meta property="og:image:type" content="', e(page.image.media_type), '">\n'))
        if (page.image.width and page.image.height):
            out.extend(('<meta property="og:image:width" content="', e(page.image.width), '">\n<meta property="og:image:height" content="', e(page.image.height), '">\n'))
        if page.image.alt:
            out.extend(('<meta property="og:image:alt" content="', e(page.image.alt), '">\n'))
        out.append('<meta name="twitter:card" content="summary_large_image">\n')
    else:
        out.append('<meta name="twitter:card" content="summary">\n')
    for feed_1 in page.feeds:
        out.extend(('<link rel="alternate" type="application/rss+xml" title="', e(feed_1.title), '" href="', e(feed_1.rss), '">\n<link rel="alternate" type="application/atom+xml" title="', e(feed_1.title), ' (Atom)" href="', e(feed_1.atom), '">\n<link rel="alternate" type="application/feed+json" title="', e(feed_1.title), ' (JSON Feed)" href="', e(feed_1.json), '">\n'))
    out.extend(('<meta name="color-scheme" content="light dark">\n<meta name="theme-color" content="#fbfaf7" media="(prefers-color-scheme: light)">\n<meta name="theme-color" content="#171512" media="(prefers-color-scheme: dark)">\n<meta name="generator" content="daycast">\n<link rel="icon" href="', e(site.assets['favicon.svg']), '" type="image/svg+xml">\n'))
    if ('site.js' in site.assets):
        out.extend(('<script src="', e(site.assets['site.js']), '" data-toggle="', e(t.toggle), '" data-copy="', e(t.copy), '" data-copied="', e(t.copied), '" data-search="', e(site.search_url), '"></script>\n'))
    out.extend(('<link rel="stylesheet" href="', e(site.assets['style.css']), '">\n'))
    if ('highlight.css' in site.assets):
        out.extend(('<link rel="stylesheet" href="', e(site.assets['highlight.css']), '">\n'))
    out.extend(('</head>\n<body>\n<a class="skip" href="#main">', e(t.skip), '</a>\n<header class="top">\n', '<p class="site"><a href="', e(site.url), '" rel="home">', e(site.title), '</a></p>\n', '<nav aria-label="', e(t.site), '">\n<ul>\n'))
    for series_2 in site.series[:3]:
        out.extend(('<li><a href="', e(series_2.url), '" dir="auto">', e(series_2.title), '</a></li>\n'))
    if site.archive_url:
        out.extend(('<li><a href="', e(site.archive_url), '">', e(t.archive), '</a></li>\n'))
    if site.search_url:
        out.extend(('<li><a href="', e(site.search_url), '" rel="search">', e(t.search), '</a></li>\n'))
    out.extend(('<li><a href="', e((site.subscribe_url or site.feeds.rss)), '">', e(t.subscribe), '</a></li>\n</ul>\n</nav>\n</header>\n<main id="main" tabindex="-1">\n', '<header class="plain">\n'))
    at_parts_html_crumbs(out, t, site.url, series.url, series.title)
    out.extend(('\n<h1>', e(t.drip), '</h1>\n<p class="lede">', e(t.drip_what), '</p>\n</header>\n'))
    if starts:
        out.append('<dl class="addresses">\n')
        for start_3 in starts:
            out.extend(('<dt>', e(start_3.title), '</dt><dd><a href="', e(start_3.url), '" type="application/rss+xml">', e(start_3.url), '</a></dd>\n'))
        out.append('</dl>\n')
    else:
        out.extend(('<p>', e(t.no_day), '</p>\n'))
    out.extend(('</main>\n<footer class="bottom">\n', '<p><a href="', e(site.url), '">', e(site.title), '</a>'))
    if site.author:
        out.extend((' ', e(t.by.format(name=site.author))))
    out.append('</p>\n<ul>\n')
    if site.tags_url:
        out.extend(('<li><a href="', e(site.tags_url), '">', e(t.tags), '</a></li>\n'))
    if site.authors_url:
        out.extend(('<li><a href="', e(site.authors_url), '">', e(t.authors), '</a></li>\n'))
    out.append('</ul>\n')
    at_parts_html_feeds(out, t, site.feeds)
    out.extend(('\n', '</footer>\n</body>\n</html>\n'))
    return ''.join(out)


def at_email_html(context: Mapping[str, Any]) -> str:
    accent = context['accent']
    address = context['address']
    html = context['html']
    label = context['label']
    language = context['language']
    rtl = context['rtl']
    t = context['t']
    title = context['title']
    unsubscribe = context['unsubscribe']
    out: list[str] = []
    out.extend(('<!doctype html>\n<html lang="', e(language), '"'))
    if rtl:
        out.append(' dir="rtl"')
    out.extend(('>\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>', e(title), '</title>\n<style>\nbody { margin: 0; padding: 24px 12px; background: #fbfaf7; color: #1d1a16; font-family: Georgia, "Times New Roman", serif; font-size: 18px; line-height: 1.6; }\n.mail { max-width: 600px; margin: 0 auto; }\n.label { margin: 0 0 4px; color: ', e(accent), '; font-family: Menlo, Consolas, monospace; font-size: 15px; }\nh1 { margin: 0 0 20px; font-family: Arial, Helvetica, sans-serif; font-size: 28px; line-height: 1.2; }\nh2, h3, h4 { margin: 28px 0 8px; font-family: Arial, Helvetica, sans-serif; font-size: 21px; line-height: 1.3; }\np { margin: 0 0 16px; }\na { color: ', e(accent), '; }\nimg { max-width: 100%; height: auto; }\nfigure { margin: 0 0 16px; }\nfigcaption { color: #5f584e; font-size: 15px; }\npre { margin: 0 0 16px; padding: 12px; background: #f3f1ec; font-family: Menlo, Consolas, monospace; font-size: 14px; white-space: pre-wrap; }\nblockquote { margin: 0 0 16px; padding: 0 0 0 16px; border-left: 3px solid ', e(accent), '; }\ntable { margin: 0 0 16px; border-collapse: collapse; font-size: 16px; }\nth, td { padding: 4px 12px 4px 0; border-bottom: 1px solid #ddd6c8; text-align: left; }\n.foot { margin: 32px 0 0; padding: 16px 0 0; border-top: 1px solid #ddd6c8; color: #5f584e; font-family: Arial, Helvetica, sans-serif; font-size: 14px; }\n</style>\n</head>\n<body>\n<div class="mail">\n<p class="label">', e(label), '</p>\n<h1>', e(title), '</h1>\n', html, '\n<p class="foot">\n'))
    if address:
        out.extend(('<a href="', e(address), '">', e(t.read_there), '</a>\n'))
    if unsubscribe:
        out.extend(('· <a href="', e(unsubscribe), '">', e(t.unsubscribe), '</a>\n'))
    out.append('</p>\n</div>\n</body>\n</html>\n')
    return ''.join(out)


def at_email_txt(context: Mapping[str, Any]) -> str:
    address = context['address']
    label = context['label']
    t = context['t']
    text = context['text']
    title = context['title']
    unsubscribe = context['unsubscribe']
    out: list[str] = []
    out.extend((str(label), '\n', str(title), '\n\n', str(text), '\n\n-- \n'))
    if address:
        out.extend((str(t.read_there), ': ', str(address), '\n'))
    if unsubscribe:
        out.extend((str(t.unsubscribe), ': ', str(unsubscribe), '\n'))
    return ''.join(out)


def at_entry_html(context: Mapping[str, Any]) -> str:
    entry = context['entry']
    page = context['page']
    series = context['series']
    site = context['site']
    t = context['t']
    out: list[str] = []
    out.extend(('<!doctype html>\n<html lang="', e(page.language), '"'))
    if (page.language.partition('-')[0] in ('ar', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi',)):
        out.append(' dir="rtl"')
    out.extend(('>\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>', e(page.title), ' — ', e(site.title), '</title>\n'))
    if page.description:
        out.extend(('<meta name="description" content="', e(page.description), '">\n'))
    if entry.draft:
        out.append('<meta name="robots" content="noindex">\n')
    out.extend(('<link rel="canonical" href="', e(page.canonical), '">\n'))
    if page.previous:
        out.extend(('<link rel="prev" href="', e(page.previous.url), '" title="', e(page.previous.title), '">\n'))
    if page.next:
        out.extend(('<link rel="next" href="', e(page.next.url), '" title="', e(page.next.title), '">\n'))
    out.extend(('<meta property="og:type" content="', e(page.kind), '">\n<meta property="og:site_name" content="', e(site.title), '">\n<meta property="og:title" content="', e(page.title), '">\n'))
    if page.description:
        out.extend(('<meta property="og:description" content="', e(page.description), '">\n'))
    out.extend(('<meta property="og:url" content="', e(page.canonical), '">\n'))
    if ('-' in page.language):
        out.extend(('<meta property="og:locale" content="', e(page.language.replace('-', '_')), '">\n'))
    if page.image:
        out.extend(('<meta property="og:image" content="', e(page.image.absolute), '">\n'))
        if page.image.media_type:
            out.extend(('<meta property="og:image:type" content="', e(page.image.media_type), '">\n'))
        if (page.image.width and page.image.height):
            out.extend(('<meta property="og:image:width" content="', e(page.image.width), '">\n<meta property="og:image:height" content="', e(page.image.height), '">\n'))
        if page.image.alt:
            out.extend(('<meta property="og:image:alt" content="', e(page.image.alt), '">\n'))
        out.append('<meta name="twitter:card" content="summary_large_image">\n')
    else:
        out.append('<meta name="twitter:card" content="summary">\n')
    out.extend(('<meta property="article:published_time" content="', e(entry.date.iso), '">\n'))
    if entry.updated:
        out.extend(('<meta property="article:modified_time" content="', e(entry.updated.iso), '">\n'))
    out.extend(('<meta property="article:section" content="', e(series.title), '">\n'))
    for tag_1 in entry.tags:
        out.extend(('<meta property="article:tag" content="', e(tag_1.title), '">\n'))
    if entry.author:
        out.extend(('<meta name="author" content="', e(entry.author), '">\n'))
    out.extend(('<script type="application/ld+json">', entry.json_ld, '</script>\n'))
    for feed_2 in page.feeds:
        out.extend(('<link rel="alternate" type="application/rss+xml" title="', e(feed_2.title), '" href="', e(feed_2.rss), '">\n<link rel="alternate" type="application/atom+xml" title="', e(feed_2.title), ' (Atom)" href="', e(feed_2.atom), '">\n<link rel="alternate" type="application/feed+json" title="', e(feed_2.title), ' (JSON Feed)" href="', e(feed_2.json), '">\n'))
    out.extend(('<meta name="color-scheme" content="light dark">\n<meta name="theme-color" content="#fbfaf7" media="(prefers-color-scheme: light)">\n<meta name="theme-color" content="#171512" media="(prefers-color-scheme: dark)">\n<meta name="generator" content="daycast">\n<link rel="icon" href="', e(site.assets['favicon.svg']), '" type="image/svg+xml">\n'))
    if ('site.js' in site.assets):
        out.extend(('<script src="', e(site.assets['site.js']), '" data-toggle="', e(t.toggle), '" data-copy="', e(t.copy), '" data-copied="', e(t.copied), '" data-search="', e(site.search_url), '"></script>\n'))
    out.extend(('<link rel="stylesheet" href="', e(site.assets['style.css']), '">\n'))
    if ('highlight.css' in site.assets):
        out.extend(('<link rel="stylesheet" href="', e(site.assets['highlight.css']), '">\n'))
    out.extend(('</head>\n<body>\n<a class="skip" href="#main">', e(t.skip), '</a>\n<header class="top">\n', '<p class="site"><a href="', e(site.url), '" rel="home">', e(site.title), '</a></p>\n', '<nav aria-label="', e(t.site), '">\n<ul>\n'))
    for series_3 in site.series[:3]:
        out.extend(('<li><a href="', e(series_3.url), '" dir="auto">', e(series_3.title), '</a></li>\n'))
    if site.archive_url:
        out.extend(('<li><a href="', e(site.archive_url), '">', e(t.archive), '</a></li>\n'))
    if site.search_url:
        out.extend(('<li><a href="', e(site.search_url), '" rel="search">', e(t.search), '</a></li>\n'))
    out.extend(('<li><a href="', e((site.subscribe_url or site.feeds.rss)), '">', e(t.subscribe), '</a></li>\n</ul>\n</nav>\n</header>\n<main id="main" tabindex="-1">\n'))
    if entry.draft:
        out.extend(('<p class="draft" role="note"><strong>', e(t.draft), '</strong> ', e(t.draft_note), '</p>\n'))
    out.append('<div class="sheet">\n<article class="h-entry">\n<header>\n')
    at_parts_html_crumbs(out, t, site.url, series.url, series.title)
    out.extend(('\n<p class="label">', e(entry.label), '</p>\n<h1 class="p-name" dir="auto">', e(entry.title), '</h1>\n<p class="meta"><time class="dt-published" datetime="', e(entry.date.iso), '">', e(entry.date.human), '</time>\n'))
    if entry.author:
        out.append('<span>')
        name_out: list[str] = []
        if entry.author_url:
            name_out.extend(('<a class="p-author h-card" rel="author" href="', e(entry.author_url), '">', e(entry.author), '</a>'))
        else:
            name_out.extend(('<span class="p-author h-card">', e(entry.author), '</span>'))
        name = ''.join(name_out)
        out.extend((e(t.by).format(name=name), '</span>\n'))
    out.extend(('<span>', e(t.reading_time.format(minutes=entry.reading_time)), '</span>\n'))
    if entry.updated:
        out.extend(('<span>', e(t.updated), ' <time class="dt-updated" datetime="', e(entry.updated.iso), '">', e(entry.updated.human), '</time></span>\n'))
    out.extend(('</p>\n<data class="u-url" value="', e(entry.absolute), '"></data>\n</header>\n'))
    if entry.image:
        out.append('<picture>\n')
        for type_4, srcset_4 in entry.image.sources:
            out.extend(('<source type="', e(type_4), '" srcset="', e(srcset_4), '" sizes="(min-width: 40rem) 36rem, 100vw">\n'))
        out.extend(('<img class="lead u-photo" src="', e(entry.image.url), '" alt="', e(entry.image.alt), '"'))
        if (entry.image.width and entry.image.height):
            out.extend((' width="', e(entry.image.width), '" height="', e(entry.image.height), '"'))
        out.append(' fetchpriority="high">\n</picture>\n')
    if (len(entry.headings) >= 3):
        out.extend(('<nav class="toc" aria-labelledby="toc">\n<details>\n<summary id="toc">', e(t.contents), '</summary>\n<ol>\n'))
        for heading_5 in entry.headings:
            out.extend(('<li class="h', e(heading_5.level), '"><a href="#', e(heading_5.id), '" dir="auto">', e(heading_5.text), '</a></li>\n'))
        out.append('</ol>\n</details>\n</nav>\n')
    out.extend(('<div class="prose e-content">\n', entry.html, '\n</div>\n'))
    if entry.elsewhere:
        out.append('<p class="discuss">\n')
        for post_6 in entry.elsewhere:
            out.extend(('<a class="u-syndication" href="', e(post_6.url), '" rel="syndication">', e(t.discuss.format(channel=post_6.title)), ' <span aria-hidden="true">→</span></a>\n'))
        out.append('</p>\n')
    if (entry.tags or entry.categories):
        out.extend(('<footer class="tags">\n<ul aria-label="', e(t.labels), '">\n'))
        for tag_7 in entry.tags:
            out.extend(('<li><a class="p-category" href="', e(tag_7.url), '" rel="tag" dir="auto">', e(tag_7.title), '</a></li>\n'))
        for name_8 in entry.categories:
            out.extend(('<li><span class="p-category" dir="auto">', e(name_8), '</span></li>\n'))
        out.append('</ul>\n</footer>\n')
    out.extend(('</article>\n', '<nav class="turn" aria-label="', e(t.days), '">\n'))
    if page.previous:
        out.extend(('<a href="', e(page.previous.url), '" rel="prev"><span><span class="arrow" aria-hidden="true">←</span> ', e(t.previous_day), '</span> <b dir="auto">', e(page.previous.title), '</b></a>\n'))
    if page.next:
        out.extend(('<a class="next" href="', e(page.next.url), '" rel="next"><span>', e(t.next_day), ' <span class="arrow" aria-hidden="true">→</span></span> <b dir="auto">', e(page.next.title), '</b></a>\n'))
    elif (series.days and (series.days[-1].state == 'to come')):
        out.extend(('<p class="next"><span>', e(t.next_day), ' <span class="arrow" aria-hidden="true">→</span></span> <b>', e(t.still_to_come), '</b></p>\n'))
    out.append('</nav>\n<aside class="rail" aria-labelledby="rail">\n')
    at_parts_html_count(out, t, entry.day, series.length, series.noun)
    out.extend(('\n<h2 id="rail" dir="auto"><a href="', e(series.url), '">', e(series.title), '</a></h2>\n'))
    if (len(series.days) <= 60):
        at_parts_html_days(out, t, series, entry.url)
        out.append('\n')
    else:
        out.extend(('<p><a href="', e(series.url), '">', e(t.all_days), '</a></p>\n'))
    at_parts_html_feeds(out, t, series.feeds)
    out.extend(('\n</aside>\n</div>\n', '</main>\n<footer class="bottom">\n', '<p><a href="', e(site.url), '">', e(site.title), '</a>'))
    if site.author:
        out.extend((' ', e(t.by.format(name=site.author))))
    out.append('</p>\n<ul>\n')
    if site.tags_url:
        out.extend(('<li><a href="', e(site.tags_url), '">', e(t.tags), '</a></li>\n'))
    if site.authors_url:
        out.extend(('<li><a href="', e(site.authors_url), '">', e(t.authors), '</a></li>\n'))
    out.append('</ul>\n')
    at_parts_html_feeds(out, t, site.feeds)
    out.extend(('\n', '</footer>\n</body>\n</html>\n'))
    return ''.join(out)


def at_home_html(context: Mapping[str, Any]) -> str:
    cards = context['cards']
    hero = context['hero']
    page = context['page']
    paging = context['paging']
    site = context['site']
    t = context['t']
    out: list[str] = []
    out.extend(('<!doctype html>\n<html lang="', e(page.language), '"'))
    if (page.language.partition('-')[0] in ('ar', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi',)):
        out.append(' dir="rtl"')
    out.extend(('>\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>', e(page.title), '</title>\n'))
    if page.description:
        out.extend(('<meta name="description" content="', e(page.description), '">\n'))
    out.extend(('<link rel="canonical" href="', e(page.canonical), '">\n'))
    if page.previous:
        out.extend(('<link rel="prev" href="', e(page.previous.url), '" title="', e(page.previous.title), '">\n'))
    if page.next:
        out.extend(('<link rel="next" href="', e(page.next.url), '" title="', e(page.next.title), '">\n'))
    out.extend(('<meta property="og:type" content="', e(page.kind), '">\n<meta property="og:site_name" content="', e(site.title), '">\n<meta property="og:title" content="', e(page.title), '">\n'))
    if page.description:
        out.extend(('<meta property="og:description" content="', e(page.description), '">\n'))
    out.extend(('<meta property="og:url" content="', e(page.canonical), '">\n'))
    if ('-' in page.language):
        out.extend(('<meta property="og:locale" content="', e(page.language.replace('-', '_')), '">\n'))
    if page.image:
        out.extend(('<meta property="og:image" content="', e(page.image.absolute), '">\n'))
        if page.image.media_type:
            out.extend(('<meta property="og:image:type" content="', e(page.image.media_type), '">\n'))
        if (page.image.width and page.image.height):
            out.extend(('<meta property="og:image:width" content="', e(page.image.width), '">\n<meta property="og:image:height" content="', e(page.image.height), '">\n'))
        if page.image.alt:
            out.extend(('<meta property="og:image:alt" content="', e(page.image.alt), '">\n'))
        out.append('<meta name="twitter:card" content="summary_large_image">\n')
    else:
        out.append('<meta name="twitter:card" content="summary">\n')
    for feed_1 in page.feeds:
        out.extend(('<link rel="alternate" type="application/rss+xml" title="', e(feed_1.title), '" href="', e(feed_1.rss), '">\n<link rel="alternate" type="application/atom+xml" title="', e(feed_1.title), ' (Atom)" href="', e(feed_1.atom), '">\n<link rel="alternate" type="application/feed+json" title="', e(feed_1.title), ' (JSON Feed)" href="', e(feed_1.json), '">\n'))
    out.extend(('<meta name="color-scheme" content="light dark">\n<meta name="theme-color" content="#fbfaf7" media="(prefers-color-scheme: light)">\n<meta name="theme-color" content="#171512" media="(prefers-color-scheme: dark)">\n<meta name="generator" content="daycast">\n<link rel="icon" href="', e(site.assets['favicon.svg']), '" type="image/svg+xml">\n'))
    if ('site.js' in site.assets):
        out.extend(('<script src="', e(site.assets['site.js']), '" data-toggle="', e(t.toggle), '" data-copy="', e(t.copy), '" data-copied="', e(t.copied), '" data-search="', e(site.search_url), '"></script>\n'))
    out.extend(('<link rel="stylesheet" href="', e(site.assets['style.css']), '">\n'))
    if ('highlight.css' in site.assets):
        out.extend(('<link rel="stylesheet" href="', e(site.assets['highlight.css']), '">\n'))
    out.extend(('</head>\n<body>\n<a class="skip" href="#main">', e(t.skip), '</a>\n<header class="top">\n', '<h1 class="site"><a href="', e(site.url), '" rel="home">', e(site.title), '</a></h1>\n', '<nav aria-label="', e(t.site), '">\n<ul>\n'))
    for series_2 in site.series[:3]:
        out.extend(('<li><a href="', e(series_2.url), '" dir="auto">', e(series_2.title), '</a></li>\n'))
    if site.archive_url:
        out.extend(('<li><a href="', e(site.archive_url), '">', e(t.archive), '</a></li>\n'))
    if site.search_url:
        out.extend(('<li><a href="', e(site.search_url), '" rel="search">', e(t.search), '</a></li>\n'))
    out.extend(('<li><a href="', e((site.subscribe_url or site.feeds.rss)), '">', e(t.subscribe), '</a></li>\n</ul>\n</nav>\n</header>\n<main id="main" tabindex="-1">\n'))
    if (site.description and (paging.number == 1)):
        out.extend(('<p class="lede" dir="auto">', e(site.description), '</p>\n'))
    if hero:
        out.append('<section class="hero" aria-labelledby="hero"')
        if (hero.language != page.language):
            out.extend((' lang="', e(hero.language), '"'))
        out.append('>\n<div>\n')
        if hero.entries:
            at_parts_html_count(out, t, hero.entries[0].day, hero.length, hero.noun)
            out.append('\n')
        out.extend(('<h2 id="hero" dir="auto"><a href="', e(hero.url), '">', e(hero.title), '</a></h2>\n'))
        if hero.description:
            out.extend(('<p dir="auto">', e(hero.description), '</p>\n'))
        if hero.entries:
            out.extend(('<p class="door"><span>', e(t.newest), '</span> <a href="', e(hero.entries[0].url), '" dir="auto">', e(hero.entries[0].title), '</a></p>\n'))
        at_parts_html_feeds(out, t, hero.feeds)
        out.append('\n</div>\n')
        at_parts_html_days(out, t, hero)
        out.append('\n</section>\n')
    out.extend(('<section class="list h-feed" aria-labelledby="entries">\n<h2 id="entries" class="p-name">', e((t.earlier if (paging.number > 1) else t.latest)), '</h2>\n'))
    for entry_3 in cards:
        at_parts_html_card(out, t, entry_3, 'h3')
        out.append('\n')
    if not cards:
        out.extend(('<p>', e(t.no_entry), '</p>\n'))
    at_parts_html_turn(out, t, paging)
    out.append('\n</section>\n')
    if ((len(site.series) > 1) and (paging.number == 1)):
        out.extend(('<section aria-labelledby="series">\n<h2 id="series">', e(t.all_series), '</h2>\n<ul class="cloud">\n'))
        for series_4 in site.series:
            out.extend(('<li><a href="', e(series_4.url), '" dir="auto">', e(series_4.title), '</a></li>\n'))
        out.append('</ul>\n</section>\n')
    out.extend(('</main>\n<footer class="bottom">\n', '<p><a href="', e(site.url), '">', e(site.title), '</a>'))
    if site.author:
        out.extend((' ', e(t.by.format(name=site.author))))
    out.append('</p>\n<ul>\n')
    if site.tags_url:
        out.extend(('<li><a href="', e(site.tags_url), '">', e(t.tags), '</a></li>\n'))
    if site.authors_url:
        out.extend(('<li><a href="', e(site.authors_url), '">', e(t.authors), '</a></li>\n'))
    out.append('</ul>\n')
    at_parts_html_feeds(out, t, site.feeds)
    out.extend(('\n', '</footer>\n</body>\n</html>\n'))
    return ''.join(out)


def at_linkedin_txt(context: Mapping[str, Any]) -> str:
    body = context['body']
    footer = context['footer']
    hashtags = context['hashtags']
    hook = context['hook']
    label = context['label']
    link = context['link']
    out: list[str] = []
    out.append(str('\n\n'.join([item for item in (label, hook, body, hashtags, footer, link,) if item])))
    return ''.join(out)


def at_mastodon_txt(context: Mapping[str, Any]) -> str:
    body = context['body']
    footer = context['footer']
    hashtags = context['hashtags']
    hook = context['hook']
    label = context['label']
    link = context['link']
    out: list[str] = []
    out.append(str('\n\n'.join([item for item in (label, hook, body, hashtags, footer, link,) if item])))
    return ''.join(out)


def at_redirect_html(context: Mapping[str, Any]) -> str:
    site = context['site']
    t = context['t']
    target = context['target']
    target_absolute = context['target_absolute']
    out: list[str] = []
    out.extend(('<!doctype html>\n<html lang="', e(site.language), '">\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>', e(target.title), '</title>\n<meta name="robots" content="noindex">\n<meta http-equiv="refresh" content="0; url=', e(target_absolute), '">\n<link rel="canonical" href="', e(target_absolute), '">\n<main>\n<h1>', e(t.moved), '</h1>\n<p><a href="', e(target.url), '">', e(target.title), '</a></p>\n</main>\n</html>\n'))
    return ''.join(out)


def at_robots_txt(context: Mapping[str, Any]) -> str:
    sitemap = context['sitemap']
    out: list[str] = []
    out.extend(('User-agent: *\nDisallow:\n\nSitemap: ', str(sitemap), '\n'))
    return ''.join(out)


def at_search_html(context: Mapping[str, Any]) -> str:
    page = context['page']
    site = context['site']
    t = context['t']
    out: list[str] = []
    out.extend(('<!doctype html>\n<html lang="', e(page.language), '"'))
    if (page.language.partition('-')[0] in ('ar', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi',)):
        out.append(' dir="rtl"')
    out.extend(('>\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>', e(page.title), ' — ', e(site.title), '</title>\n'))
    if page.description:
        out.extend(('<meta name="description" content="', e(page.description), '">\n'))
    out.extend(('<meta name="robots" content="noindex">\n', '<link rel="canonical" href="', e(page.canonical), '">\n'))
    if page.previous:
        out.extend(('<link rel="prev" href="', e(page.previous.url), '" title="', e(page.previous.title), '">\n'))
    if page.next:
        out.extend(('<link rel="next" href="', e(page.next.url), '" title="', e(page.next.title), '">\n'))
    out.extend(('<meta property="og:type" content="', e(page.kind), '">\n<meta property="og:site_name" content="', e(site.title), '">\n<meta property="og:title" content="', e(page.title), '">\n'))
    if page.description:
        out.extend(('<meta property="og:description" content="', e(page.description), '">\n'))
    out.extend(('<meta property="og:url" content="', e(page.canonical), '">\n'))
    if ('-' in page.language):
        out.extend(('<meta property="og:locale" content="', e(page.language.replace('-', '_')), '">\n'))
    if page.image:
        out.extend(('<meta property="og:image" content="', e(page.image.absolute), '">\n'))
        if page.image.media_type:
            out.extend(('<meta property="og:image:type" content="', e(page.image.media_type), '">\n'))
        if (page.image.width and page.image.height):
            out.extend(('<meta property="og:image:width" content="', e(page.image.width), '">\n<meta property="og:image:height" content="', e(page.image.height), '">\n'))
        if page.image.alt:
            out.extend(('<meta property="og:image:alt" content="', e(page.image.alt), '">\n'))
        out.append('<meta name="twitter:card" content="summary_large_image">\n')
    else:
        out.append('<meta name="twitter:card" content="summary">\n')
    for feed_1 in page.feeds:
        out.extend(('<link rel="alternate" type="application/rss+xml" title="', e(feed_1.title), '" href="', e(feed_1.rss), '">\n<link rel="alternate" type="application/atom+xml" title="', e(feed_1.title), ' (Atom)" href="', e(feed_1.atom), '">\n<link rel="alternate" type="application/feed+json" title="', e(feed_1.title), ' (JSON Feed)" href="', e(feed_1.json), '">\n'))
    out.extend(('<meta name="color-scheme" content="light dark">\n<meta name="theme-color" content="#fbfaf7" media="(prefers-color-scheme: light)">\n<meta name="theme-color" content="#171512" media="(prefers-color-scheme: dark)">\n<meta name="generator" content="daycast">\n<link rel="icon" href="', e(site.assets['favicon.svg']), '" type="image/svg+xml">\n'))
    if ('site.js' in site.assets):
        out.extend(('<script src="', e(site.assets['site.js']), '" data-toggle="', e(t.toggle), '" data-copy="', e(t.copy), '" data-copied="', e(t.copied), '" data-search="', e(site.search_url), '"></script>\n'))
    out.extend(('<link rel="stylesheet" href="', e(site.assets['style.css']), '">\n'))
    if ('highlight.css' in site.assets):
        out.extend(('<link rel="stylesheet" href="', e(site.assets['highlight.css']), '">\n'))
    out.extend(('</head>\n<body>\n<a class="skip" href="#main">', e(t.skip), '</a>\n<header class="top">\n', '<p class="site"><a href="', e(site.url), '" rel="home">', e(site.title), '</a></p>\n', '<nav aria-label="', e(t.site), '">\n<ul>\n'))
    for series_2 in site.series[:3]:
        out.extend(('<li><a href="', e(series_2.url), '" dir="auto">', e(series_2.title), '</a></li>\n'))
    if site.archive_url:
        out.extend(('<li><a href="', e(site.archive_url), '">', e(t.archive), '</a></li>\n'))
    if site.search_url:
        out.extend(('<li><a href="', e(site.search_url), '" rel="search">', e(t.search), '</a></li>\n'))
    out.extend(('<li><a href="', e((site.subscribe_url or site.feeds.rss)), '">', e(t.subscribe), '</a></li>\n</ul>\n</nav>\n</header>\n<main id="main" tabindex="-1">\n', '<header class="plain">\n'))
    at_parts_html_crumbs(out, t, site.url)
    out.extend(('\n<h1>', e(t.search), '</h1>\n</header>\n<form class="search" role="search" action="', e(site.search_url), '" data-index="', e(site.search_index), '" data-found="', e(t.search_found), '" data-none="', e(t.search_none), '" hidden>\n<label for="q">', e(t.search_for), '</label>\n<input id="q" name="q" type="search" autocomplete="off" spellcheck="false">\n</form>\n<p id="found" role="status"></p>\n<ol id="results" class="list"></ol>\n<noscript><p>', e(t.search_script), ' <a href="', e(site.archive_url), '">', e(t.archive), '</a></p></noscript>\n', '</main>\n<footer class="bottom">\n', '<p><a href="', e(site.url), '">', e(site.title), '</a>'))
    if site.author:
        out.extend((' ', e(t.by.format(name=site.author))))
    out.append('</p>\n<ul>\n')
    if site.tags_url:
        out.extend(('<li><a href="', e(site.tags_url), '">', e(t.tags), '</a></li>\n'))
    if site.authors_url:
        out.extend(('<li><a href="', e(site.authors_url), '">', e(t.authors), '</a></li>\n'))
    out.append('</ul>\n')
    at_parts_html_feeds(out, t, site.feeds)
    out.extend(('\n', '</footer>\n</body>\n</html>\n'))
    return ''.join(out)


def at_series_html(context: Mapping[str, Any]) -> str:
    page = context['page']
    series = context['series']
    site = context['site']
    t = context['t']
    out: list[str] = []
    out.extend(('<!doctype html>\n<html lang="', e(page.language), '"'))
    if (page.language.partition('-')[0] in ('ar', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi',)):
        out.append(' dir="rtl"')
    out.extend(('>\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>', e(page.title), ' — ', e(site.title), '</title>\n'))
    if page.description:
        out.extend(('<meta name="description" content="', e(page.description), '">\n'))
    out.extend(('<link rel="canonical" href="', e(page.canonical), '">\n'))
    if page.previous:
        out.extend(('<link rel="prev" href="', e(page.previous.url), '" title="', e(page.previous.title), '">\n'))
    if page.next:
        out.extend(('<link rel="next" href="', e(page.next.url), '" title="', e(page.next.title), '">\n'))
    out.extend(('<meta property="og:type" content="', e(page.kind), '">\n<meta property="og:site_name" content="', e(site.title), '">\n<meta property="og:title" content="', e(page.title), '">\n'))
    if page.description:
        out.extend(('<meta property="og:description" content="', e(page.description), '">\n'))
    out.extend(('<meta property="og:url" content="', e(page.canonical), '">\n'))
    if ('-' in page.language):
        out.extend(('<meta property="og:locale" content="', e(page.language.replace('-', '_')), '">\n'))
    if page.image:
        out.extend(('<meta property="og:image" content="', e(page.image.absolute), '">\n'))
        if page.image.media_type:
            out.extend(('<meta property="og:image:type" content="', e(page.image.media_type), '">\n'))
        if (page.image.width and page.image.height):
            out.extend(('<meta property="og:image:width" content="', e(page.image.width), '">\n<meta property="og:image:height" content="', e(page.image.height), '">\n'))
        if page.image.alt:
            out.extend(('<meta property="og:image:alt" content="', e(page.image.alt), '">\n'))
        out.append('<meta name="twitter:card" content="summary_large_image">\n')
    else:
        out.append('<meta name="twitter:card" content="summary">\n')
    for feed_1 in page.feeds:
        out.extend(('<link rel="alternate" type="application/rss+xml" title="', e(feed_1.title), '" href="', e(feed_1.rss), '">\n<link rel="alternate" type="application/atom+xml" title="', e(feed_1.title), ' (Atom)" href="', e(feed_1.atom), '">\n<link rel="alternate" type="application/feed+json" title="', e(feed_1.title), ' (JSON Feed)" href="', e(feed_1.json), '">\n'))
    out.extend(('<meta name="color-scheme" content="light dark">\n<meta name="theme-color" content="#fbfaf7" media="(prefers-color-scheme: light)">\n<meta name="theme-color" content="#171512" media="(prefers-color-scheme: dark)">\n<meta name="generator" content="daycast">\n<link rel="icon" href="', e(site.assets['favicon.svg']), '" type="image/svg+xml">\n'))
    if ('site.js' in site.assets):
        out.extend(('<script src="', e(site.assets['site.js']), '" data-toggle="', e(t.toggle), '" data-copy="', e(t.copy), '" data-copied="', e(t.copied), '" data-search="', e(site.search_url), '"></script>\n'))
    out.extend(('<link rel="stylesheet" href="', e(site.assets['style.css']), '">\n'))
    if ('highlight.css' in site.assets):
        out.extend(('<link rel="stylesheet" href="', e(site.assets['highlight.css']), '">\n'))
    out.extend(('</head>\n<body>\n<a class="skip" href="#main">', e(t.skip), '</a>\n<header class="top">\n', '<p class="site"><a href="', e(site.url), '" rel="home">', e(site.title), '</a></p>\n', '<nav aria-label="', e(t.site), '">\n<ul>\n'))
    for series_2 in site.series[:3]:
        out.extend(('<li><a href="', e(series_2.url), '" dir="auto">', e(series_2.title), '</a></li>\n'))
    if site.archive_url:
        out.extend(('<li><a href="', e(site.archive_url), '">', e(t.archive), '</a></li>\n'))
    if site.search_url:
        out.extend(('<li><a href="', e(site.search_url), '" rel="search">', e(t.search), '</a></li>\n'))
    out.extend(('<li><a href="', e((site.subscribe_url or site.feeds.rss)), '">', e(t.subscribe), '</a></li>\n</ul>\n</nav>\n</header>\n<main id="main" tabindex="-1">\n', '<header class="hero">\n<div>\n'))
    if series.entries:
        at_parts_html_count(out, t, series.entries[0].day, series.length, series.noun)
        out.append('\n')
    out.extend(('<h1 dir="auto">', e(series.title), '</h1>\n'))
    if series.description:
        out.extend(('<p dir="auto">', e(series.description), '</p>\n'))
    out.append('<p class="meta">')
    if series.hashtag:
        out.extend(('<span class="label">', e(series.hashtag), '</span>'))
    if series.author:
        out.extend((' <span>', e(t.by.format(name=series.author)), '</span>'))
    out.append(' <span>')
    if series.length:
        out.append(e(t.out_of.format(count=series.out, length=series.length)))
    else:
        out.append(e(t.out.format(count=series.out)))
    out.append('</span></p>\n')
    at_parts_html_feeds(out, t, series.feeds)
    out.append('\n</div>\n')
    if series.entries:
        out.append('<div>\n')
        if series.days[0].url:
            out.extend(('<p class="door"><span>', e(t.start_with.format(label=series.days[0].label)), '</span> <a href="', e(series.days[0].url), '" dir="auto">', e(series.days[0].title), '</a></p>\n'))
        out.extend(('<p class="door"><span>', e(t.newest_label.format(label=series.entries[0].label)), '</span> <a href="', e(series.entries[0].url), '" dir="auto">', e(series.entries[0].title), '</a></p>\n</div>\n'))
    out.extend(('</header>\n<nav aria-labelledby="calendar">\n<h2 id="calendar">', e((t.all_of_days.format(length=series.length) if series.length else t.all_days)), '</h2>\n'))
    at_parts_html_calendar(out, t, series)
    out.append('\n')
    if series.calendar_url:
        out.extend(('<p class="follow"><a href="', e(series.calendar_url), '" type="text/calendar">', e(t.calendar_file), '</a></p>\n'))
    out.append('</nav>\n')
    if (series.html and (not series.html_repeats)):
        out.extend(('<section class="prose intro" aria-label="', e(t.about_series), '">\n', series.html, '\n</section>\n'))
    out.extend(('<section class="list h-feed" aria-labelledby="entries">\n<h2 id="entries">', e(t.newest_first), '</h2>\n'))
    for entry_3 in series.entries:
        at_parts_html_card(out, t, entry_3, 'h3', series=False)
        out.append('\n')
    if not series.entries:
        out.extend(('<p>', e(t.no_day), '</p>\n'))
    out.extend(('</section>\n', '</main>\n<footer class="bottom">\n', '<p><a href="', e(site.url), '">', e(site.title), '</a>'))
    if site.author:
        out.extend((' ', e(t.by.format(name=site.author))))
    out.append('</p>\n<ul>\n')
    if site.tags_url:
        out.extend(('<li><a href="', e(site.tags_url), '">', e(t.tags), '</a></li>\n'))
    if site.authors_url:
        out.extend(('<li><a href="', e(site.authors_url), '">', e(t.authors), '</a></li>\n'))
    out.append('</ul>\n')
    at_parts_html_feeds(out, t, site.feeds)
    out.extend(('\n', '</footer>\n</body>\n</html>\n'))
    return ''.join(out)


def at_sitemap_xml(context: Mapping[str, Any]) -> str:
    urls = context['urls']
    out: list[str] = []
    out.append('<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n')
    for address_1, changed_1 in urls:
        out.extend(('<url><loc>', e(address_1), '</loc>'))
        if changed_1:
            out.extend(('<lastmod>', e(changed_1), '</lastmod>'))
        out.append('</url>\n')
    out.append('</urlset>\n')
    return ''.join(out)


def at_subscribe_html_addresses(out: list[str], links: Any) -> None:
    out.append('<dl class="addresses">\n')
    for name_1, url_1, type_1 in (('RSS', links.rss, 'rss+xml',), ('Atom', links.atom, 'atom+xml',), ('JSON Feed', links.json, 'feed+json',),):
        out.extend(('<dt>', e(name_1), '</dt><dd><a href="', e(url_1), '" type="application/', e(type_1), '">', e(url_1), '</a></dd>\n'))
    out.append('</dl>\n')


def at_subscribe_html(context: Mapping[str, Any]) -> str:
    page = context['page']
    series_feeds = context['series_feeds']
    site = context['site']
    t = context['t']
    out: list[str] = []
    out.extend(('<!doctype html>\n<html lang="', e(page.language), '"'))
    if (page.language.partition('-')[0] in ('ar', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi',)):
        out.append(' dir="rtl"')
    out.extend(('>\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>', e(page.title), ' — ', e(site.title), '</title>\n'))
    if page.description:
        out.extend(('<meta name="description" content="', e(page.description), '">\n'))
    out.extend(('<link rel="canonical" href="', e(page.canonical), '">\n'))
    if page.previous:
        out.extend(('<link rel="prev" href="', e(page.previous.url), '" title="', e(page.previous.title), '">\n'))
    if page.next:
        out.extend(('<link rel="next" href="', e(page.next.url), '" title="', e(page.next.title), '">\n'))
    out.extend(('<meta property="og:type" content="', e(page.kind), '">\n<meta property="og:site_name" content="', e(site.title), '">\n<meta property="og:title" content="', e(page.title), '">\n'))
    if page.description:
        out.extend(('<meta property="og:description" content="', e(page.description), '">\n'))
    out.extend(('<meta property="og:url" content="', e(page.canonical), '">\n'))
    if ('-' in page.language):
        out.extend(('<meta property="og:locale" content="', e(page.language.replace('-', '_')), '">\n'))
    if page.image:
        out.extend(('<meta property="og:image" content="', e(page.image.absolute), '">\n'))
        if page.image.media_type:
            out.extend(('<meta property="og:image:type" content="', e(page.image.media_type), '">\n'))
        if (page.image.width and page.image.height):
            out.extend(('<meta property="og:image:width" content="', e(page.image.width), '">\n<meta property="og:image:height" content="', e(page.image.height), '">\n'))
        if page.image.alt:
            out.extend(('<meta property="og:image:alt" content="', e(page.image.alt), '">\n'))
        out.append('<meta name="twitter:card" content="summary_large_image">\n')
    else:
        out.append('<meta name="twitter:card" content="summary">\n')
    for feed_1 in page.feeds:
        out.extend(('<link rel="alternate" type="application/rss+xml" title="', e(feed_1.title), '" href="', e(feed_1.rss), '">\n<link rel="alternate" type="application/atom+xml" title="', e(feed_1.title), ' (Atom)" href="', e(feed_1.atom), '">\n<link rel="alternate" type="application/feed+json" title="', e(feed_1.title), ' (JSON Feed)" href="', e(feed_1.json), '">\n'))
    out.extend(('<meta name="color-scheme" content="light dark">\n<meta name="theme-color" content="#fbfaf7" media="(prefers-color-scheme: light)">\n<meta name="theme-color" content="#171512" media="(prefers-color-scheme: dark)">\n<meta name="generator" content="daycast">\n<link rel="icon" href="', e(site.assets['favicon.svg']), '" type="image/svg+xml">\n'))
    if ('site.js' in site.assets):
        out.extend(('<script src="', e(site.assets['site.js']), '" data-toggle="', e(t.toggle), '" data-copy="', e(t.copy), '" data-copied="', e(t.copied), '" data-search="', e(site.search_url), '"></script>\n'))
    out.extend(('<link rel="stylesheet" href="', e(site.assets['style.css']), '">\n'))
    if ('highlight.css' in site.assets):
        out.extend(('<link rel="stylesheet" href="', e(site.assets['highlight.css']), '">\n'))
    out.extend(('</head>\n<body>\n<a class="skip" href="#main">', e(t.skip), '</a>\n<header class="top">\n', '<p class="site"><a href="', e(site.url), '" rel="home">', e(site.title), '</a></p>\n', '<nav aria-label="', e(t.site), '">\n<ul>\n'))
    for series_2 in site.series[:3]:
        out.extend(('<li><a href="', e(series_2.url), '" dir="auto">', e(series_2.title), '</a></li>\n'))
    if site.archive_url:
        out.extend(('<li><a href="', e(site.archive_url), '">', e(t.archive), '</a></li>\n'))
    if site.search_url:
        out.extend(('<li><a href="', e(site.search_url), '" rel="search">', e(t.search), '</a></li>\n'))
    out.extend(('<li><a href="', e((site.subscribe_url or site.feeds.rss)), '">', e(t.subscribe), '</a></li>\n</ul>\n</nav>\n</header>\n<main id="main" tabindex="-1">\n', '<header class="plain">\n'))
    at_parts_html_crumbs(out, t, site.url)
    out.extend(('\n<h1>', e(t.subscribe), '</h1>\n<p class="lede">', e(t.feeds_what), '</p>\n<p>', e(t.feeds_how), '</p>\n</header>\n', '<section aria-labelledby="whole">\n<h2 id="whole">', e(t.feeds_whole), ': <span dir="auto">', e(site.title), '</span></h2>\n'))
    at_subscribe_html_addresses(out, site.feeds)
    out.append('\n</section>\n')
    for loop_3, feed_3 in enumerate(series_feeds, 1):
        out.extend(('<section aria-labelledby="series-', e(loop_3), '">\n<h2 id="series-', e(loop_3), '">', e(t.feeds_series), ': <span dir="auto">', e(feed_3.title), '</span></h2>\n'))
        at_subscribe_html_addresses(out, feed_3)
        out.append('\n')
        if feed_3.drip_url:
            out.extend(('<p><a href="', e(feed_3.drip_url), '">', e(t.drip), '</a>: ', e(t.drip_what), '</p>\n'))
        out.append('</section>\n')
    out.extend(('</main>\n<footer class="bottom">\n', '<p><a href="', e(site.url), '">', e(site.title), '</a>'))
    if site.author:
        out.extend((' ', e(t.by.format(name=site.author))))
    out.append('</p>\n<ul>\n')
    if site.tags_url:
        out.extend(('<li><a href="', e(site.tags_url), '">', e(t.tags), '</a></li>\n'))
    if site.authors_url:
        out.extend(('<li><a href="', e(site.authors_url), '">', e(t.authors), '</a></li>\n'))
    out.append('</ul>\n')
    at_parts_html_feeds(out, t, site.feeds)
    out.extend(('\n', '</footer>\n</body>\n</html>\n'))
    return ''.join(out)


def at_tag_html(context: Mapping[str, Any]) -> str:
    cards = context['cards']
    page = context['page']
    paging = context['paging']
    site = context['site']
    t = context['t']
    tag = context['tag']
    title = context['title']
    out: list[str] = []
    out.extend(('<!doctype html>\n<html lang="', e(page.language), '"'))
    if (page.language.partition('-')[0] in ('ar', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi',)):
        out.append(' dir="rtl"')
    out.extend(('>\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>', e(page.title), ' — ', e(site.title), '</title>\n'))
    if page.description:
        out.extend(('<meta name="description" content="', e(page.description), '">\n'))
    out.extend(('<link rel="canonical" href="', e(page.canonical), '">\n'))
    if page.previous:
        out.extend(('<link rel="prev" href="', e(page.previous.url), '" title="', e(page.previous.title), '">\n'))
    if page.next:
        out.extend(('<link rel="next" href="', e(page.next.url), '" title="', e(page.next.title), '">\n'))
    out.extend(('<meta property="og:type" content="', e(page.kind), '">\n<meta property="og:site_name" content="', e(site.title), '">\n<meta property="og:title" content="', e(page.title), '">\n'))
    if page.description:
        out.extend(('<meta property="og:description" content="', e(page.description), '">\n'))
    out.extend(('<meta property="og:url" content="', e(page.canonical), '">\n'))
    if ('-' in page.language):
        out.extend(('<meta property="og:locale" content="', e(page.language.replace('-', '_')), '">\n'))
    if page.image:
        out.extend(('<meta property="og:image" content="', e(page.image.absolute), '">\n'))
        if page.image.media_type:
            out.extend(('<meta property="og:image:type" content="', e(page.image.media_type), '">\n'))
        if (page.image.width and page.image.height):
            out.extend(('<meta property="og:image:width" content="', e(page.image.width), '">\n<meta property="og:image:height" content="', e(page.image.height), '">\n'))
        if page.image.alt:
            out.extend(('<meta property="og:image:alt" content="', e(page.image.alt), '">\n'))
        out.append('<meta name="twitter:card" content="summary_large_image">\n')
    else:
        out.append('<meta name="twitter:card" content="summary">\n')
    for feed_1 in page.feeds:
        out.extend(('<link rel="alternate" type="application/rss+xml" title="', e(feed_1.title), '" href="', e(feed_1.rss), '">\n<link rel="alternate" type="application/atom+xml" title="', e(feed_1.title), ' (Atom)" href="', e(feed_1.atom), '">\n<link rel="alternate" type="application/feed+json" title="', e(feed_1.title), ' (JSON Feed)" href="', e(feed_1.json), '">\n'))
    out.extend(('<meta name="color-scheme" content="light dark">\n<meta name="theme-color" content="#fbfaf7" media="(prefers-color-scheme: light)">\n<meta name="theme-color" content="#171512" media="(prefers-color-scheme: dark)">\n<meta name="generator" content="daycast">\n<link rel="icon" href="', e(site.assets['favicon.svg']), '" type="image/svg+xml">\n'))
    if ('site.js' in site.assets):
        out.extend(('<script src="', e(site.assets['site.js']), '" data-toggle="', e(t.toggle), '" data-copy="', e(t.copy), '" data-copied="', e(t.copied), '" data-search="', e(site.search_url), '"></script>\n'))
    out.extend(('<link rel="stylesheet" href="', e(site.assets['style.css']), '">\n'))
    if ('highlight.css' in site.assets):
        out.extend(('<link rel="stylesheet" href="', e(site.assets['highlight.css']), '">\n'))
    out.extend(('</head>\n<body>\n<a class="skip" href="#main">', e(t.skip), '</a>\n<header class="top">\n', '<p class="site"><a href="', e(site.url), '" rel="home">', e(site.title), '</a></p>\n', '<nav aria-label="', e(t.site), '">\n<ul>\n'))
    for series_2 in site.series[:3]:
        out.extend(('<li><a href="', e(series_2.url), '" dir="auto">', e(series_2.title), '</a></li>\n'))
    if site.archive_url:
        out.extend(('<li><a href="', e(site.archive_url), '">', e(t.archive), '</a></li>\n'))
    if site.search_url:
        out.extend(('<li><a href="', e(site.search_url), '" rel="search">', e(t.search), '</a></li>\n'))
    out.extend(('<li><a href="', e((site.subscribe_url or site.feeds.rss)), '">', e(t.subscribe), '</a></li>\n</ul>\n</nav>\n</header>\n<main id="main" tabindex="-1">\n', '<header class="plain">\n'))
    at_parts_html_crumbs(out, t, site.url, site.tags_url, title)
    out.extend(('\n<h1 dir="auto">', e(tag.name), '</h1>\n<p class="meta"><span>'))
    at_parts_html_number(out, t, tag.count)
    out.append('</span></p>\n</header>\n<div class="list h-feed">\n')
    for entry_3 in cards:
        at_parts_html_card(out, t, entry_3, 'h2')
        out.append('\n')
    at_parts_html_turn(out, t, paging)
    out.extend(('\n</div>\n', '</main>\n<footer class="bottom">\n', '<p><a href="', e(site.url), '">', e(site.title), '</a>'))
    if site.author:
        out.extend((' ', e(t.by.format(name=site.author))))
    out.append('</p>\n<ul>\n')
    if site.tags_url:
        out.extend(('<li><a href="', e(site.tags_url), '">', e(t.tags), '</a></li>\n'))
    if site.authors_url:
        out.extend(('<li><a href="', e(site.authors_url), '">', e(t.authors), '</a></li>\n'))
    out.append('</ul>\n')
    at_parts_html_feeds(out, t, site.feeds)
    out.extend(('\n', '</footer>\n</body>\n</html>\n'))
    return ''.join(out)


def at_tags_html(context: Mapping[str, Any]) -> str:
    page = context['page']
    site = context['site']
    t = context['t']
    tags = context['tags']
    out: list[str] = []
    out.extend(('<!doctype html>\n<html lang="', e(page.language), '"'))
    if (page.language.partition('-')[0] in ('ar', 'ckb', 'dv', 'fa', 'he', 'ps', 'sd', 'ug', 'ur', 'yi',)):
        out.append(' dir="rtl"')
    out.extend(('>\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>', e(page.title), ' — ', e(site.title), '</title>\n'))
    if page.description:
        out.extend(('<meta name="description" content="', e(page.description), '">\n'))
    out.extend(('<link rel="canonical" href="', e(page.canonical), '">\n'))
    if page.previous:
        out.extend(('<link rel="prev" href="', e(page.previous.url), '" title="', e(page.previous.title), '">\n'))
    if page.next:
        out.extend(('<link rel="next" href="', e(page.next.url), '" title="', e(page.next.title), '">\n'))
    out.extend(('<meta property="og:type" content="', e(page.kind), '">\n<meta property="og:site_name" content="', e(site.title), '">\n<meta property="og:title" content="', e(page.title), '">\n'))
    if page.description:
        out.extend(('<meta property="og:description" content="', e(page.description), '">\n'))
    out.extend(('<meta property="og:url" content="', e(page.canonical), '">\n'))
    if ('-' in page.language):
        out.extend(('<meta property="og:locale" content="', e(page.language.replace('-', '_')), '">\n'))
    if page.image:
        out.extend(('<meta property="og:image" content="', e(page.image.absolute), '">\n'))
        if page.image.media_type:
            out.extend(('<meta property="og:image:type" content="', e(page.image.media_type), '">\n'))
        if (page.image.width and page.image.height):
            out.extend(('<meta property="og:image:width" content="', e(page.image.width), '">\n<meta property="og:image:height" content="', e(page.image.height), '">\n'))
        if page.image.alt:
            out.extend(('<meta property="og:image:alt" content="', e(page.image.alt), '">\n'))
        out.append('<meta name="twitter:card" content="summary_large_image">\n')
    else:
        out.append('<meta name="twitter:card" content="summary">\n')
    for feed_1 in page.feeds:
        out.extend(('<link rel="alternate" type="application/rss+xml" title="', e(feed_1.title), '" href="', e(feed_1.rss), '">\n<link rel="alternate" type="application/atom+xml" title="', e(feed_1.title), ' (Atom)" href="', e(feed_1.atom), '">\n<link rel="alternate" type="application/feed+json" title="', e(feed_1.title), ' (JSON Feed)" href="', e(feed_1.json), '">\n'))
    out.extend(('<meta name="color-scheme" content="light dark">\n<meta name="theme-color" content="#fbfaf7" media="(prefers-color-scheme: light)">\n<meta name="theme-color" content="#171512" media="(prefers-color-scheme: dark)">\n<meta name="generator" content="daycast">\n<link rel="icon" href="', e(site.assets['favicon.svg']), '" type="image/svg+xml">\n'))
    if ('site.js' in site.assets):
        out.extend(('<script src="', e(site.assets['site.js']), '" data-toggle="', e(t.toggle), '" data-copy="', e(t.copy), '" data-copied="', e(t.copied), '" data-search="', e(site.search_url), '"></script>\n'))
    out.extend(('<link rel="stylesheet" href="', e(site.assets['style.css']), '">\n'))
    if ('highlight.css' in site.assets):
        out.extend(('<link rel="stylesheet" href="', e(site.assets['highlight.css']), '">\n'))
    out.extend(('</head>\n<body>\n<a class="skip" href="#main">', e(t.skip), '</a>\n<header class="top">\n', '<p class="site"><a href="', e(site.url), '" rel="home">', e(site.title), '</a></p>\n', '<nav aria-label="', e(t.site), '">\n<ul>\n'))
    for series_2 in site.series[:3]:
        out.extend(('<li><a href="', e(series_2.url), '" dir="auto">', e(series_2.title), '</a></li>\n'))
    if site.archive_url:
        out.extend(('<li><a href="', e(site.archive_url), '">', e(t.archive), '</a></li>\n'))
    if site.search_url:
        out.extend(('<li><a href="', e(site.search_url), '" rel="search">', e(t.search), '</a></li>\n'))
    out.extend(('<li><a href="', e((site.subscribe_url or site.feeds.rss)), '">', e(t.subscribe), '</a></li>\n</ul>\n</nav>\n</header>\n<main id="main" tabindex="-1">\n', '<header class="plain">\n'))
    at_parts_html_crumbs(out, t, site.url)
    out.extend(('\n<h1>', e(t.tags), '</h1>\n</header>\n'))
    if tags:
        at_parts_html_cloud(out, tags, rel='tag')
        out.append('\n')
    else:
        out.extend(('<p>', e(t.no_tag), '</p>\n'))
    out.extend(('</main>\n<footer class="bottom">\n', '<p><a href="', e(site.url), '">', e(site.title), '</a>'))
    if site.author:
        out.extend((' ', e(t.by.format(name=site.author))))
    out.append('</p>\n<ul>\n')
    if site.tags_url:
        out.extend(('<li><a href="', e(site.tags_url), '">', e(t.tags), '</a></li>\n'))
    if site.authors_url:
        out.extend(('<li><a href="', e(site.authors_url), '">', e(t.authors), '</a></li>\n'))
    out.append('</ul>\n')
    at_parts_html_feeds(out, t, site.feeds)
    out.extend(('\n', '</footer>\n</body>\n</html>\n'))
    return ''.join(out)


#: A digest of each file that went in here.
DIGESTS: Mapping[str, str] = {
    '404.html.j2': 'c55b606f75fdf09c',
    'archive.html.j2': '9333139780fbb617',
    'author.html.j2': 'd063a243f3bd6336',
    'authors.html.j2': '78aacfeb45f15754',
    'base.html.j2': 'c4814b2802692c3f',
    'bluesky.txt.j2': '8d19c59d78d22014',
    'drip.html.j2': 'fb2ae410b0d4c36b',
    'email.html.j2': '150c0d840c1c875a',
    'email.txt.j2': 'c9622f1c0fd0aa36',
    'entry.html.j2': 'cc44bd0f19423e5f',
    'home.html.j2': '942c2ff33a76464b',
    'linkedin.txt.j2': '90d717d4b5ae1093',
    'mastodon.txt.j2': '484fa2f93c5c521f',
    'parts.html.j2': '9e409ddcecf9c9de',
    'redirect.html.j2': 'f4cc8c521d3c9814',
    'robots.txt.j2': 'de9c59edd4920c95',
    'search.html.j2': '20754b2acde37a6c',
    'series.html.j2': 'a0431d72c36d1d2f',
    'sitemap.xml.j2': 'dd813eb2f02c5c09',
    'subscribe.html.j2': 'cfd5988535fc9f0a',
    'tag.html.j2': 'd13becb20330e839',
    'tags.html.j2': '9aa6d8fee145f2f8',
}

#: Each template: its function, and the files it was made from.
TEMPLATES: Mapping[str, tuple[Callable[[Mapping[str, Any]], str], tuple[str, ...]]] = {
    '404.html.j2': (at_404_html, ('404.html.j2', 'base.html.j2', 'parts.html.j2')),
    'archive.html.j2': (at_archive_html, ('archive.html.j2', 'base.html.j2', 'parts.html.j2')),
    'author.html.j2': (at_author_html, ('author.html.j2', 'base.html.j2', 'parts.html.j2')),
    'authors.html.j2': (at_authors_html, ('authors.html.j2', 'base.html.j2', 'parts.html.j2')),
    'bluesky.txt.j2': (at_bluesky_txt, ('bluesky.txt.j2',)),
    'drip.html.j2': (at_drip_html, ('drip.html.j2', 'base.html.j2', 'parts.html.j2')),
    'email.html.j2': (at_email_html, ('email.html.j2',)),
    'email.txt.j2': (at_email_txt, ('email.txt.j2',)),
    'entry.html.j2': (at_entry_html, ('entry.html.j2', 'base.html.j2', 'parts.html.j2')),
    'home.html.j2': (at_home_html, ('home.html.j2', 'base.html.j2', 'parts.html.j2')),
    'linkedin.txt.j2': (at_linkedin_txt, ('linkedin.txt.j2',)),
    'mastodon.txt.j2': (at_mastodon_txt, ('mastodon.txt.j2',)),
    'redirect.html.j2': (at_redirect_html, ('redirect.html.j2',)),
    'robots.txt.j2': (at_robots_txt, ('robots.txt.j2',)),
    'search.html.j2': (at_search_html, ('search.html.j2', 'base.html.j2', 'parts.html.j2')),
    'series.html.j2': (at_series_html, ('series.html.j2', 'base.html.j2', 'parts.html.j2')),
    'sitemap.xml.j2': (at_sitemap_xml, ('sitemap.xml.j2',)),
    'subscribe.html.j2': (at_subscribe_html, ('subscribe.html.j2', 'base.html.j2', 'parts.html.j2')),
    'tag.html.j2': (at_tag_html, ('tag.html.j2', 'base.html.j2', 'parts.html.j2')),
    'tags.html.j2': (at_tags_html, ('tags.html.j2', 'base.html.j2', 'parts.html.j2')),
}
