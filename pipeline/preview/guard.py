"""Let in nobody but the pages of this very run: the host they name, where they come from, and their token."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

#: Bytes of a form.
LARGEST = 20_000
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
#: Of an entry's own page, in a frame: it runs nothing and asks nobody, and only the preview may frame it. Without an
#: origin of its own it could not have its style either; without scripts, the origin is no danger.
FRAMED = (
    "sandbox allow-same-origin; default-src 'none'; style-src 'self'; img-src 'self' https: http: data:; "
    "media-src 'self' https:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # "no-referrer" would have browsers send our own forms without saying where they are from.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def host_is_ours(headers: Mapping[str, str], port: int) -> bool:
    """Whether a request names this machine: another name that leads here is somebody's trick (DNS rebinding)."""
    return headers.get("host", "") in (f"127.0.0.1:{port}", f"localhost:{port}")


def may_write(headers: Mapping[str, str], port: int, given: str, token: str) -> bool:
    """Whether a request that changes something comes from a page of ours and has this run's token."""
    origin = headers.get("origin")
    ours = origin in (f"http://127.0.0.1:{port}", f"http://localhost:{port}")
    from_us = ours if origin is not None else headers.get("sec-fetch-site", "same-origin") == "same-origin"
    return from_us and hmac.compare_digest(given.encode(), token.encode())
