"""Which addresses may be asked that somebody else wrote: those of the public internet, and nothing nearer.

After OWASP ASVS 5.0, V1.3.6, and the IANA registries of special addresses (2026-10).
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from pipeline.errors import NotSentError

#: IPv6 that carries an IPv4 address: NAT64 (RFC 6052, and local ones, RFC 8215), 6to4, Teredo, IPv4-compatible.
_CARRIERS = tuple(
    ipaddress.IPv6Network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96")
)


class NotPublicError(OSError):
    """A name leads to no machine of the public internet."""


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if any(found in network for network in _CARRIERS) or found.is_site_local:
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved


def refuse_private(url: str) -> None:
    """Raise NotSentError for an address that is not asked whatever its name leads to."""
    from pipeline.http import place_of

    try:
        parts = urlsplit(url)
        port = parts.port
        host = parts.hostname
    except ValueError:
        raise NotSentError("this is no web address; nothing was sent") from None
    where = place_of(url)
    if parts.scheme not in ("http", "https") or not host:
        raise NotSentError(f"{where}: this is no web address; nothing was sent")
    if parts.username is not None or parts.password is not None:
        raise NotSentError(f"{where}: names a user, which no public address does; nothing was sent")
    if port not in (None, 80 if parts.scheme == "http" else 443):
        raise NotSentError(f"{where}: is on a port of its own, which no public address needs; nothing was sent")
