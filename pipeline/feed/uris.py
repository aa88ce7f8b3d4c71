"""URIs as feeds need them: addresses in plain ASCII, and ``tag:`` ids that outlive every address."""

from __future__ import annotations

from unicodedata import normalize
from urllib.parse import quote

from pipeline.feed.characters import text
from pipeline.patterns import pattern

_URI = pattern(r"(?:[A-Za-z0-9\-._~:/?#@!$&'()*+,;=]++|%[0-9A-Fa-f]{2})*+")
_STRAY_PERCENT = pattern(r"%(?![0-9A-Fa-f]{2})")
_END_OF_HOST = pattern(r"(?=[/?#])")
#: RFC 3986's reserved characters but for brackets, which only a host may hold; ``%`` since it is written already.
_KEPT = "%:/?#@!$&'()*+,;="
#: RFC 4151 §2.1: ``specific`` is ``pchar``, ``/`` and ``?``; ``/`` is ours, between the series and the key.
_KEPT_IN_TAG = "!$&'()*+,;=:@"
_PLAIN = pattern(r"[A-Za-z0-9\-._~]*+")


def uri(address: str) -> str:
    """The address with everything percent-encoded that RFC 3986 wants so; one that is right stays as it is."""
    if _URI.fullmatch(address):
        return address
    scheme, separator, rest = text(address).strip().partition("://")
    if not separator:
        return _quoted(scheme)
    host, *tail = _END_OF_HOST.split(rest, maxsplit=1)
    return scheme + separator + _host(host) + _quoted("".join(tail))


def guid(authority: str, series_id: str, key: str) -> str:
    """``tag:example.org,2026:series-id/day-02`` (RFC 4151): an entry's identity in every feed, for ever.

    ``authority`` is a host and a date on which it was the writer's. Different series and keys give different
    ids; a name stored in decomposed form, as some file systems do, gives the same id as the composed one.
    """
    name, comma, date = authority.partition(",")
    return f"tag:{_in_tag(_host(name))}{comma}{_in_tag(date)}:{_in_tag(series_id)}/{_in_tag(key)}"


def _in_tag(part: str) -> str:
    if _PLAIN.fullmatch(part):
        return part
    return quote(normalize("NFC", part).encode("utf-8", "surrogatepass"), safe=_KEPT_IN_TAG)


def _quoted(part: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", part), safe=_KEPT)


def _host(host: str) -> str:
    """The host as DNS has it: ``xn--bcher-kva.example`` for ``bücher.example``; other parts as they are."""
    if host.isascii():
        return host
    name, colon, port = host.partition(":")
    try:
        return name.encode("idna").decode("ascii") + colon + port
    except UnicodeError:
        return quote(text(host), safe=_KEPT)
