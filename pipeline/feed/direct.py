"""Write RSS and Atom byte for byte as feedgen and lxml do, without them: most of a small build was their import.

`pipeline.feed.as_rss` and `pipeline.feed.as_atom` stay what is right: a test compares whatever a `Feed` with its
addresses can say.
"""

from __future__ import annotations

from html import escape

from pipeline.feed.dates import rfc822
from pipeline.feed.model import GENERATOR, TTL, Feed, FeedImage, FeedItem
from pipeline.feed.names import ATOM, CONTENT, DC, HISTORY, MEDIA, SPECIFICATION, TALLEST, WIDEST

_DECLARED = "<?xml version='1.0' encoding='UTF-8'?>\n"


def rss(feed: Feed) -> bytes:
    """The RSS 2.0 document of a feed."""
    names = f'xmlns:dc="{DC}" xmlns:fh="{HISTORY}" xmlns:media="{MEDIA}" xmlns:atom="{ATOM}" xmlns:content="{CONTENT}"'
    parts = [
        f'{_DECLARED}<rss {names} version="2.0">\n  <channel>\n',
        _element("title", feed.title),
        _element("link", feed.home_url),
        _element("description", feed.description),
        f'    <atom:link href="{_quoted(feed.rss_url)}" rel="self" type="application/rss+xml"/>\n',
        _element("docs", SPECIFICATION),
        _element("generator", GENERATOR),
    ]
    if feed.image:
        parts += _channel_image(feed, feed.image)
    if feed.language:
        parts.append(_element("language", feed.language))
    parts.append(_element("ttl", str(TTL)))
    if feed.hub:
        parts.append(f'    <atom:link href="{_quoted(feed.hub)}" rel="hub"/>\n')
    if feed.items:
        parts.append(_element("lastBuildDate", rfc822(feed.changed)))
    if feed.complete:
        parts.append("    <fh:complete/>\n")
    for item in feed.items:
        parts += _rss_item(item, feed.language)
    parts.append("  </channel>\n</rss>\n")
    return "".join(parts).encode()


def atom(feed: Feed) -> bytes:
    """The Atom document of a feed."""
    language = f' xml:lang="{_quoted(feed.language)}"' if feed.language else ""
    hub = f'  <link href="{_quoted(feed.hub)}" rel="hub"/>\n' if feed.hub else ""
    parts = [
        f'{_DECLARED}<feed xmlns:fh="{HISTORY}" xmlns:media="{MEDIA}" xmlns="{ATOM}"{language}>\n',
        f"  <id>{_text(feed.id)}</id>\n  <title>{_text(feed.title)}</title>\n",
        f"  <updated>{feed.changed.isoformat()}</updated>\n",
        f"  <author>\n    <name>{_text(feed.author or feed.title)}</name>\n  </author>\n",
        f'  <link href="{_quoted(feed.atom_url)}" rel="self" type="application/atom+xml"/>\n{hub}',
        f'  <link href="{_quoted(feed.home_url)}" rel="alternate" type="text/html"/>\n',
        f"  <generator>{GENERATOR}</generator>\n",
        f"  <logo>{_text(feed.image.url)}</logo>\n" if feed.image else "",
        f"  <subtitle>{_text(feed.description)}</subtitle>\n",
        "  <fh:complete/>\n" if feed.complete else "",
    ]
    for item in feed.items:
        parts += _atom_entry(item, feed.language)
    parts.append("</feed>\n")
    return "".join(parts).encode()


def _channel_image(feed: Feed, image: FeedImage) -> list[str]:
    width, height = image.width, image.height
    size = ""
    if width and height and width <= WIDEST and height <= TALLEST:
        size = f"      <width>{width}</width>\n      <height>{height}</height>\n"
    return [
        f"    <image>\n      <url>{_text(image.url)}</url>\n      <title>{_text(feed.title)}</title>\n",
        f"      <link>{_text(feed.home_url)}</link>\n{size}    </image>\n",
    ]


def _rss_item(item: FeedItem, feed_language: str) -> list[str]:
    permalink = "true" if item.guid == item.url else "false"
    html = item.html.replace("]]>", "]]]]><![CDATA[>")
    parts = [
        f"    <item>\n      <title>{_text(item.title)}</title>\n      <link>{_text(item.url)}</link>\n",
        f"      <description>{_text(escape(item.summary, quote=False))}</description>\n",
        f"      <content:encoded><![CDATA[{html}]]></content:encoded>\n",
        f'      <guid isPermaLink="{permalink}">{_text(item.guid)}</guid>\n',
        *(f"      <category>{_text(category)}</category>\n" for category in item.categories),
        f"      <pubDate>{rfc822(item.published)}</pubDate>\n",
    ]
    if item.updated:
        parts.append(f"      <atom:updated>{item.updated.isoformat()}</atom:updated>\n")
    if item.author:
        parts.append(f"      <dc:creator>{_text(item.author)}</dc:creator>\n")
    if item.language and item.language != feed_language:
        parts.append(f"      <dc:language>{_text(item.language)}</dc:language>\n")
    if item.image:
        parts.append(_media("      ", item.image))
    parts.append("    </item>\n")
    return parts


def _atom_entry(item: FeedItem, feed_language: str) -> list[str]:
    other = item.language and item.language != feed_language
    language = f' xml:lang="{_quoted(item.language or "")}"' if other else ""
    author = f"    <author>\n      <name>{_text(item.author)}</name>\n    </author>\n" if item.author else ""
    content = f">{_text(item.html)}</content>" if item.html else "/>"
    return [
        f"  <entry{language}>\n    <id>{_text(item.guid)}</id>\n    <title>{_text(item.title)}</title>\n",
        f"    <updated>{item.changed.isoformat()}</updated>\n{author}",
        f'    <content type="html"{content}\n    <link href="{_quoted(item.url)}"/>\n',
        f"    <summary>{_text(item.summary)}</summary>\n",
        *(f'    <category term="{_quoted(category)}"/>\n' for category in item.categories),
        f"    <published>{item.published.isoformat()}</published>\n",
        _media("    ", item.image) if item.image else "",
        "  </entry>\n",
    ]


def _media(indent: str, image: FeedImage) -> str:
    attributes = f'url="{_quoted(image.url)}" medium="image"'
    if image.media_type:
        attributes += f' type="{_quoted(image.media_type)}"'
    if image.width is not None:
        attributes += f' width="{image.width}"'
    if image.height is not None:
        attributes += f' height="{image.height}"'
    if not image.alt:
        return f"{indent}<media:content {attributes}/>\n"
    described = f'<media:description type="plain">{_text(image.alt)}</media:description>'
    return f"{indent}<media:content {attributes}>\n{indent}  {described}\n{indent}</media:content>\n"


def _element(name: str, content: str) -> str:
    return f"    <{name}>{_text(content)}</{name}>\n"


def _text(content: str) -> str:
    """Text of an element."""
    return content.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _quoted(value: str) -> str:
    """Text of an attribute. What is clean has no line break and no tab on one line."""
    return _text(value).replace('"', "&quot;")
