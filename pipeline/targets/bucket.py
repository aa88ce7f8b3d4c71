"""A bucket of a store that speaks S3. The only module that knows obstore.

Credentials and region are where its Rust library looks for them: ``AWS_ACCESS_KEY_ID`` and the others."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.errors import NotSentError, remedy_of
from pipeline.secrets import LOOPBACK, masked
from pipeline.targets import Brought
from pipeline.targets.listing import LISTING, digests_of, files_of, gone, read, written

if TYPE_CHECKING:
    from obstore.store import S3Store

_LONGEST = 300
#: Served so; of our own, since the system's table differs between machines.
_KINDS = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "xml": "application/xml",
    "txt": "text/plain; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "pdf": "application/pdf",
}


def to_bucket(bucket: str, folder: str, *, site: Path, timeout: float, endpoint: str | None) -> Brought:
    """Make a bucket, or a folder of it, hold a site."""
    store, errors = opened(bucket, folder, timeout=timeout, endpoint=endpoint)
    files = files_of(site)
    try:
        there = _listed(store)
        before = read(bytes(store.get(LISTING).bytes()) if LISTING in there else None)
        digests = digests_of(files)
        # Listed before it is there: a run that is cut off leaves nothing that the next one does not know.
        store.put(LISTING, written({**before, **digests}), attributes={"Content-Type": "application/json"})
        count = 0
        for name, path in files.items():
            data = path.read_bytes()
            if there.get(name) != hashlib.md5(data, usedforsecurity=False).hexdigest():
                store.put(name, data, attributes={"Content-Type": _kind(name)}, use_multipart=False)
                count += 1
        left = [name for name in gone(before, files) if name in there]
        for name in left:
            store.delete(name)
        store.put(LISTING, written(digests), attributes={"Content-Type": "application/json"})
    except errors as error:
        said = " ".join(str(error).split())[:_LONGEST]
        raise NotSentError(masked(f"s3:{bucket}/{folder}: {type(error).__name__}: {said}")) from error
    return Brought(written=count, removed=len(left))


def opened(
    bucket: str, folder: str, *, timeout: float, endpoint: str | None
) -> tuple[S3Store, tuple[type[Exception], ...]]:
    """A bucket, or a folder of it, with what using it may raise. Raises NotSentError where it cannot be opened."""
    if find_spec("obstore") is None:
        raise NotSentError(f"what speaks S3 is not installed: {remedy_of('s3')}")
    from obstore.exceptions import BaseError
    from obstore.store import S3Store

    errors = (BaseError, OSError, ValueError)
    try:
        store = S3Store(
            bucket,
            prefix=folder.strip("/") or None,
            client_options={
                "timeout": timedelta(seconds=min(timeout, 60)),
                "connect_timeout": timedelta(seconds=20),
                "allow_http": bool(endpoint and urlsplit(endpoint).hostname in LOOPBACK),
            },
            retry_config={"max_retries": 3, "retry_timeout": timedelta(seconds=min(timeout, 120))},
            config={"endpoint": endpoint, "virtual_hosted_style_request": False} if endpoint else None,
        )
    except errors as error:
        said = " ".join(str(error).split())[:_LONGEST]
        raise NotSentError(masked(f"s3:{bucket}/{folder}: {type(error).__name__}: {said}")) from error
    return store, errors


def _listed(store: S3Store) -> dict[str, str]:
    """What is there, with the MD5 that the store tells of a file that came in one piece."""
    return {one["path"]: (one["e_tag"] or "").strip('"') for part in store.list() for one in part}


def _kind(name: str) -> str:
    last = name.rpartition("/")[2]
    named = {"feed.xml": "application/rss+xml; charset=utf-8", "atom.xml": "application/atom+xml; charset=utf-8"}
    if last == "feed.json":
        return "application/feed+json"
    return named.get(last) or _KINDS.get(last.rpartition(".")[2].lower(), "application/octet-stream")
