"""Upload the files of a post, and put LinkedIn's names for them into its body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.delivery import Media, digest_of
from pipeline.errors import NotSentError, RejectedError
from pipeline.http import place_of
from pipeline.patterns import pattern

#: Bytes of a document, and so of any file (documents-api, 2026-11).
LARGEST = 100 << 20
_HOST = pattern(r"[a-z0-9-]+(\.[a-z0-9-]+)*")


def placeholder(media: Media) -> str:
    """What stands for a file in a body until it is uploaded: ``urn:li:image:<sha256>``."""
    return f"urn:li:{media.kind}:{media.digest}"


def read(media: Media, root: Path) -> bytes:
    """The bytes of a file, the same that the post was rendered with. Raises NotSentError or RejectedError."""
    try:
        data = (root / media.source).read_bytes()
    except OSError as error:
        raise NotSentError(f"{media.source}: cannot be read: {error.strerror}") from error
    if digest_of(data) != media.digest:
        raise NotSentError(f"{media.source}: changed while its post was being made")
    if len(data) > LARGEST:
        raise RejectedError(f"{media.source}: has {len(data):,} bytes, more than the {LARGEST:,} LinkedIn takes")
    return data


def upload_of(answer: Mapping[str, object], kind: str, api_base: str) -> tuple[str, str]:
    """The address to upload to and the name of the file in an answer to ``initialize_upload``.

    Raises NotSentError for an answer without them, RejectedError for an address that must not get the token.
    """
    value = answer.get("value")
    found = value if isinstance(value, dict) else {}
    address, urn = found.get("uploadUrl"), found.get(kind)
    if not isinstance(address, str) or not isinstance(urn, str) or not urn.startswith("urn:li:"):
        raise NotSentError("prepare an upload: the answer is none of LinkedIn's")
    if not is_ours(address, api_base):
        raise RejectedError(
            f"prepare an upload: the answer names {place_of(address)} to upload to, which is not LinkedIn; "
            "nothing was sent there"
        )
    return address, urn


def is_ours(address: str, api_base: str) -> bool:
    """Whether an address may get the token: https at LinkedIn, or scheme, host and port of ``api_base``."""
    try:
        parts, base = urlsplit(address), urlsplit(api_base)
        port, base_port = parts.port, base.port
    except ValueError:
        return False
    host = parts.hostname or ""
    # Strictly a host's name: parsers differ on what else stands there, and would differ on where the token goes.
    if "@" in parts.netloc or "\\" in address or _HOST.fullmatch(host) is None or not address.isprintable():
        return False
    if (parts.scheme, host, port) == (base.scheme, base.hostname, base_port):
        return True
    return (
        parts.scheme == "https" and port in (None, 443) and (host == "linkedin.com" or host.endswith(".linkedin.com"))
    )


def named(body: Mapping[str, object], names: Mapping[str, str]) -> dict[str, object]:
    """A body in which every value that is a placeholder is what it stands for."""

    def walk(value: object) -> object:
        match value:
            case str():
                return names.get(value, value)
            case dict():
                return {key: walk(item) for key, item in value.items()}
            case list():
                return [walk(item) for item in value]
            case _:
                return value

    return {key: walk(value) for key, value in body.items()}


def written(body: Mapping[str, object]) -> bytes:
    """A body as JSON, readable and always the same."""
    return (json.dumps(body, ensure_ascii=False, indent=2) + "\n").encode()
