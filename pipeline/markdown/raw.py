"""Let harmless raw HTML through: every tag written anew from an allow-list, then the whole cleaned by nh3."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from pipeline.markdown.addresses import LINK_SCHEMES
from pipeline.markdown.escape import attribute, escaped
from pipeline.markdown.footnotes import RESERVED
from pipeline.markdown.text import without_controls
from pipeline.patterns import pattern
from pipeline.records import dataclass

#: Page and feed form of the address that an attribute of a tag (of all its attributes) names; None where it may
#: not stay.
Resolve = Callable[[str, str, dict[str, str]], "tuple[str, str] | None"]

_GLOBAL = frozenset({"class", "dir", "id", "lang", "role", "title"})
_NONE: frozenset[str] = frozenset()
_CELL = frozenset({"colspan", "headers", "rowspan", "scope"})
_ORDINARY = (
    "abbr b bdi bdo br caption cite code dd del dfn div dl dt em figcaption figure h2 h3 h4 h5 h6 hr i ins kbd mark p"
    " pre rp rt ruby s samp section small span strong sub summary sup table tbody tfoot thead tr u ul var wbr"
)
#: Attributes, beside the global ones, of every element an entry may write.
_ELEMENTS: dict[str, frozenset[str]] = {
    **dict.fromkeys(_ORDINARY.split(), _NONE),
    "a": frozenset({"href", "hreflang", "rel"}),
    "audio": frozenset({"controls", "loop", "muted", "src"}),
    "blockquote": frozenset({"cite"}),
    "details": frozenset({"open"}),
    "img": frozenset({"alt", "height", "src", "width"}),
    "li": frozenset({"value"}),
    "ol": frozenset({"reversed", "start"}),
    "q": frozenset({"cite"}),
    "source": frozenset({"src", "type"}),
    "td": _CELL,
    "th": _CELL,
    "time": frozenset({"datetime"}),
    "video": frozenset({"controls", "height", "loop", "muted", "poster", "src", "width"}),
}
_NOT_FOR_ENTRIES = (
    "acronym address applet area article aside base basefont bgsound big blink body button canvas center col"
    " colgroup command content data datalist dialog dir element embed fencedframe fieldset font footer form frame"
    " frameset head header hgroup html iframe image input isindex keygen label legend link listing main map"
    " marquee math menu menuitem meta meter multicol nav nextid nobr noembed noframes noscript object optgroup"
    " option output param picture plaintext portal progress rb rtc script search select selectedcontent shadow"
    " slot spacer strike style svg template textarea title track tt xmp"
)
#: Elements of HTML, past and present, that may not stand in an entry. A name that is neither allowed nor one of
#: these is no element: whoever writes ``Vec<T>`` means it to be read.
_REFUSED = frozenset(_NOT_FOR_ENTRIES.split())
_ADDRESSES = frozenset({"cite", "href", "poster", "src"})
_NUMBERS = frozenset({"colspan", "height", "rowspan", "start", "value", "width"})
#: Inside these a bare address is left alone.
_QUIET = frozenset({"a", "code", "kbd", "pre", "samp"})

#: What the writer itself adds to the above.
_PAGE_ATTRIBUTES: dict[str, set[str]] = {
    "*": set(_GLOBAL),
    **{name: set(allowed) for name, allowed in _ELEMENTS.items()},
    "div": {"tabindex"},
    "img": {*_ELEMENTS["img"], "decoding", "loading"},
    "input": {"checked", "disabled"},
    "picture": set(),
    "pre": {"tabindex"},
    "source": {*_ELEMENTS["source"], "sizes", "srcset"},
}
_FEED_ATTRIBUTES: dict[str, set[str]] = {
    "*": {"class", "dir", "lang", "title"},
    **{name: set(allowed) for name, allowed in _ELEMENTS.items()},
}

_TOKEN = pattern(
    r"<!--(?:-?>|.*?(?:-->|\Z))|<\?.*?(?:\?>|\Z)|<![A-Za-z\[][^>]*+(?:>|\Z)"
    # Elements whose content is no text to read go with it.
    r"|<(?P<gone>script|style|template|title|textarea|xmp|iframe|noembed|noframes|noscript|object|svg|math|select)"
    r"(?=[\s/>])[^>]*+(?:(?<=/)>|>.*?(?:</(?P=gone)\s*+>|\Z)|\Z)"
    r"|<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*+)"
    r"(?P<attributes>(?:\s++[A-Za-z_:@][A-Za-z0-9_.:@-]*+(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'=<>`]++))?+)*+)"
    r"\s*+/?>"
    r"|<",
    re.IGNORECASE | re.DOTALL,
)
_UNREAD = pattern(
    r"<(/?)(script|style|template|title|textarea|xmp|iframe|noembed|noframes|noscript|object|svg|math|select)(?=[\s/>])",
    re.IGNORECASE,
)
_ATTRIBUTE = pattern(
    r"([A-Za-z_:@][A-Za-z0-9_.:@-]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'=<>`]++)))?+", re.DOTALL
)
_TAGS = pattern(r"<[^>]*+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """A run of raw HTML, written anew."""

    page: str
    feed: str
    #: Plain text.
    text: str
    #: By how many elements deeper in links and code the text after it stands.
    quiet: int
    #: Names of elements that had to go, and of tags that are text because there is no such element.
    removed: tuple[str, ...]
    unknown: tuple[str, ...]


def rewrite(html: str, *, resolve: Resolve, ids: set[str]) -> Raw:
    """Keep the tags of the allow-list, each with its allowed attributes; an ``<h1>`` becomes an ``<h2>``.

    Nothing in it can reach beyond it: a ``<`` that begins no whole tag is text. Ids already in ``ids`` are dropped
    and the others added to it. ``resolve(tag, attribute, attributes)`` says where an address leads.
    """
    removed: list[str] = []
    unknown: list[str] = []
    page: list[str] = []
    feed: list[str] = []
    quiet = 0
    at = 0

    for found in _TOKEN.finditer(html):
        between = html[at : found.start()]
        at = found.end()
        page.append(between)
        feed.append(between)
        name = found["name"]
        if name is None:
            if found["gone"]:
                removed.append(found["gone"].lower())
            elif found[0] == "<":
                page.append("&lt;")
                feed.append("&lt;")
            continue
        name = name.lower()
        if name == "h1":
            name = "h2"
        if name not in _ELEMENTS:
            if name in _REFUSED or "-" in name:
                if not found["end"]:
                    removed.append(name)
                continue
            if not found["end"]:
                unknown.append(found["name"])
            shown = fed = escaped(found[0])
        elif found["end"]:
            quiet -= name in _QUIET
            shown = fed = f"</{name}>"
        else:
            quiet += name in _QUIET
            shown, fed = _tag(name, found["attributes"], resolve, ids)
        page.append(shown)
        feed.append(fed)
    page.append(html[at:])
    feed.append(html[at:])
    made = "".join(page)
    return Raw(
        page=made,
        feed="".join(feed),
        text=unescape(_TAGS.sub(" ", made)),
        quiet=quiet,
        removed=tuple(removed),
        unknown=tuple(unknown),
    )


def unread(tag: str) -> str | None:
    """The name of an element whose content is no text to read, after a ``/`` where the tag closes it; else None."""
    found = _UNREAD.match(tag)
    if found is None or tag.endswith("/>"):
        return None
    return found[1] + found[2].lower()


def _tag(name: str, attributes: str, resolve: Resolve, ids: set[str]) -> tuple[str, str]:
    allowed = _ELEMENTS[name]
    given: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(attributes):
        key = found[1].lower()
        if key in allowed or key in _GLOBAL or key.startswith("aria-"):
            given.setdefault(key, without_controls(unescape(found[2] or found[3] or found[4] or "")).strip())
    page, feed = [name], [name]
    # Before the others: an image's address may tell its width and height.
    targets = {key: resolve(name, key, given) for key in [key for key in given if key in _ADDRESSES]}
    for key, value in given.items():
        if key in targets:
            target = targets[key]
            if target is not None:
                page.append(f'{key}="{target[0]}"')
                feed.append(f'{key}="{target[1]}"')
            continue
        if key in _NUMBERS and not (value.isascii() and value.isdigit()):
            continue
        if key == "id":
            if not value or value in ids or value.startswith(RESERVED) or any(map(str.isspace, value)):
                continue
            ids.add(value)
        made = f'{key}="{attribute(value)}"'
        page.append(made)
        feed.append(made)
    if name == "img":
        if not any(part.startswith("src=") for part in page):
            return "", ""
        if "alt" not in given:
            page.append('alt=""')
            feed.append('alt=""')
        page.append('loading="lazy" decoding="async"')
    return f"<{' '.join(page)}>", f"<{' '.join(feed)}>"


def clean_page(html: str) -> str:
    """A page's HTML, balanced, with nothing but what the writer makes and an entry may write."""
    import nh3

    return nh3.clean(
        html,
        tags={*_ELEMENTS, "input", "picture"},
        clean_content_tags={"script", "style"},
        attributes=_PAGE_ATTRIBUTES,
        tag_attribute_values={"input": {"type": {"checkbox"}}},
        generic_attribute_prefixes={"aria-"},
        link_rel=None,
        url_schemes=set(LINK_SCHEMES),
    )


def clean_feed(html: str) -> str:
    """A feed's HTML, as ``clean_page`` gives it, without ids, roles and relative addresses."""
    import nh3

    return nh3.clean(
        html,
        tags=set(_ELEMENTS),
        clean_content_tags={"script", "style"},
        attributes=_FEED_ATTRIBUTES,
        link_rel=None,
        url_schemes=set(LINK_SCHEMES),
        url_relative="deny",
    )
