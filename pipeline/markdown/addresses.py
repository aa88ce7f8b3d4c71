"""Decide which addresses may stand in a page, and write them so that every HTML checker accepts them."""

from __future__ import annotations

from pipeline.patterns import pattern

#: Schemes a link may have; an image may have the first two.
LINK_SCHEMES = ("http", "https", "mailto", "tel")
IMAGE_SCHEMES = LINK_SCHEMES[:2]

_URL_CHARACTER = r"[A-Za-z0-9\-._~:/?@!$()*+,;=]"
#: What most addresses look like: nothing in them to encode, escape or refuse.
ORDINARY = pattern(rf"https?://[A-Za-z0-9._-]+(?::[0-9]+)?(?:[/?]{_URL_CHARACTER}*+)?(?:#{_URL_CHARACTER}*+)?")
_AUTHORITY = pattern(r"(?P<user>[^@]*@)?(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.~-]+)(?P<port>:[0-9]*)?")
_TO_ENCODE = pattern(r"[^A-Za-z0-9\-._~:/?#@!$&'()*+,;=%]|%(?![0-9A-Fa-f]{2})")
#: Browsers drop tabs and line ends inside an address, and controls and spaces around it.
_DROPPED = pattern(r"[\x00-\x1f\x7f-\x9f]+")


def web_address(written: str, schemes: tuple[str, ...]) -> str | None:
    """The address percent-encoded as the WHATWG URL standard (2026-10) wants it, not yet escaped for HTML.

    It has one of ``schemes`` or is relative; a protocol-relative one gets ``https:``. None for all else, such as
    ``javascript:``, however disguised: whatever stands before a colon that a browser might take for a scheme
    has to be allowed by name.
    """
    if ORDINARY.fullmatch(written):
        return written
    url = _DROPPED.sub("", written).strip()
    if url.startswith("//"):
        url = "https:" + url
    colon = url.find(":")
    if colon >= 0 and not any(character in "/?#" for character in url[:colon]):
        scheme, rest = url[:colon].lower(), url[colon + 1 :]
        if scheme not in schemes:
            return None
        if scheme in ("http", "https"):
            return _with_authority(scheme, rest)
        return f"{scheme}:{encoded(rest)}" if rest else None
    return encoded(url)


def encoded(url: str) -> str:
    """The address, or a part of it, with whatever may not stand in one percent-encoded; what is encoded stays."""
    if not _TO_ENCODE.search(url) and url.count("#") < 2:
        return url
    path, hash_sign, fragment = url.partition("#")
    return _TO_ENCODE.sub(lambda found: _percent(found[0]), path + hash_sign + fragment.replace("#", "%23"))


def _percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def _with_authority(scheme: str, rest: str) -> str | None:
    if not rest.startswith("//"):
        return None
    end = min((at for character in "/?#\\" if (at := rest.find(character, 2)) >= 0), default=len(rest))
    found = _AUTHORITY.fullmatch(rest, 2, end)
    if found is None:
        return None
    host = found["host"]
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return None
    return f"{scheme}://{encoded(found['user'] or '')}{host}{found['port'] or ''}{encoded(rest[end:])}"
