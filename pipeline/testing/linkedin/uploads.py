"""Images and documents: announced, uploaded, and looked at (images-api and documents-api pages, 2026-11)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from pipeline.records import replace
from pipeline.testing.linkedin.accounts import Token
from pipeline.testing.linkedin.records import Reply, Request, Upload
from pipeline.testing.linkedin.refusals import denied, json_reply, not_found, refused, wrong_field
from pipeline.testing.linkedin.shape import inner, json_object, only, urn

Kind = Literal["image", "document"]

#: Bytes of a document.
LARGEST = 100 << 20
#: An image has fewer.
PIXELS = 36_152_320
#: Of an address to upload to.
LIFE = timedelta(hours=24)
#: PDF, then the ZIP of DOCX and PPTX, then the OLE of DOC and PPT.
_DOCUMENTS = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_RESOURCES = {"image": "partnerApiImagesExternal", "document": "partnerApiDocumentsExternal"}
_AUTHORS = ("person", "organization")


class Uploads:
    """All files."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._all: dict[str, Upload] = {}

    @property
    def all(self) -> tuple[Upload, ...]:
        """Every file, oldest first."""
        return tuple(self._all.values())

    def initialize(self, request: Request, token: Token, kind: Kind, *, version: str, base: str) -> Reply:
        """An address to upload to, and the name that the file will have."""
        if request.query.get("action") != "initializeUpload":
            raise not_found(f"the action {request.query.get('action')}")
        body = json_object(request)
        only(body, "", ("initializeUploadRequest",))
        asked = inner(body, "", "initializeUploadRequest")
        only(asked, "/initializeUploadRequest", ("owner",))
        owner = urn(asked, "/initializeUploadRequest", "owner", _AUTHORS)
        if not token.writes_as(owner):
            raise denied(f"{_RESOURCES[kind]}.ACTION-initializeUpload", version)
        now = self._clock()
        name = f"C4E{len(self._all) + 1:08}"
        upload = Upload(at=now, kind=kind, urn=f"urn:li:{kind}:{name}", owner=owner)
        self._all[upload.urn] = upload
        value = {
            "uploadUrlExpiresAt": int((now + LIFE).timestamp() * 1000),
            "uploadUrl": f"{base}/dms-uploads/{kind}/{name}/0?ca=vector_ads&cn=uploads",
            kind: upload.urn,
        }
        return json_reply(200, {"value": value})

    def put(self, request: Request, token: Token, kind: str, name: str) -> Reply:
        """Take the bytes of a file."""
        upload = self._all.get(f"urn:li:{kind}:{name}")
        if upload is None:
            raise not_found("the upload")
        if not token.writes_as(upload.owner):
            raise denied("uploads.UPDATE", None)
        if self._clock() - upload.at > LIFE:
            raise refused(400, "EXPIRED_UPLOAD_URL", "The upload URL has expired")
        if len(request.body) > LARGEST:
            raise refused(413, None, "Request Entity Too Large")
        status: Literal["AVAILABLE", "PROCESSING_FAILED"] = (
            "AVAILABLE" if _readable(upload.kind, request.body) else "PROCESSING_FAILED"
        )
        self._all[upload.urn] = replace(upload, status=status, data=request.body)
        return Reply(status=201, headers={"ETag": f'"{name}"'})

    def read(self, token: Token, kind: Kind, name: str, *, version: str) -> Reply:
        """How far a file is; nothing that a self-serve token may ask."""
        upload = self._all.get(name)
        if not (upload is not None and token.reads(upload.owner)):
            raise denied(f"{_RESOURCES[kind]}.GET", version)
        return json_reply(200, {"id": upload.urn, "owner": upload.owner, "status": upload.status})

    def demand(self, name: str, kind: Kind, author: str, path: str) -> None:
        """Refuse a file that a post of this author cannot carry."""
        upload = self._all.get(name)
        if upload is None:
            raise wrong_field("INVALID_URN_ID", path, f"{name} does not exist")
        if upload.kind != kind:
            raise wrong_field("INVALID_URN_TYPE", path, f"{name} is no {kind}")
        if upload.owner != author:
            raise wrong_field("INVALID_VALUE_FOR_FIELD", path, f"{name} is owned by {upload.owner}, not by {author}")
        if upload.status == "WAITING_UPLOAD":
            raise wrong_field("MEDIA_ASSET_WAITING_UPLOAD", path, f"{name} is not uploaded")
        if upload.status == "PROCESSING_FAILED":
            raise wrong_field("MEDIA_ASSET_PROCESSING_FAILED", path, f"{name} could not be read as {kind}")


def _readable(kind: str, data: bytes) -> bool:
    if kind == "document":
        return data.startswith(_DOCUMENTS)
    width, height = _size(data)
    return 0 < width * height < PIXELS


def _size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG, GIF or JPEG; nothing of anything else."""
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            width, height = struct.unpack(">II", data[16:24])
            return width, height
        if data.startswith((b"GIF87a", b"GIF89a")):
            width, height = struct.unpack("<HH", data[6:10])
            return width, height
        at = 2 if data.startswith(b"\xff\xd8\xff") else len(data)
        while at < len(data):  # from marker to marker, up to the frame's header
            marker, length = struct.unpack(">xBH", data[at : at + 4])
            if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
                height, width = struct.unpack(">HH", data[at + 5 : at + 9])
                return width, height
            at += 2 + length
    except struct.error:
        pass
    return 0, 0
