"""
Routes of `/api/documents`.

A file comes in pieces: POST says what is coming, each PATCH brings the bytes at `Upload-Offset`, and the last one is
answered with the document that it became. A piece is kept whole or not at all, and what was acknowledged is on disk.
Bytes leave by a link of one minute that works in the session that asked for it and in no other.
"""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request, Response
from starlette.requests import ClientDisconnect

from meridian.documents import content, listing, revising, uploads
from meridian.documents.categories import CATEGORIES
from meridian.faults import Malformed
from meridian.web.api.dependencies import Own, Parts
from meridian.web.api.documents import serving
from meridian.web.api.documents.models import (
    ContentLink,
    DocumentCategories,
    DocumentCategory,
    DocumentChange,
    DocumentLine,
    Documents,
    NewUpload,
    Retraction,
    UnfinishedUpload,
    Upload,
)
from meridian.web.api.models import Id

router = APIRouter(prefix="/api/documents", tags=["documents"])

UploadId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]
DocumentId = Annotated[str, Path(pattern=r"^[A-Za-z0-9.-]{1,64}$")]
Offset = Annotated[int, Header(alias="Upload-Offset", ge=0, description="Where these bytes begin")]
_BYTES = {"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {
    "type": "string", "format": "binary"}}}}}  # fmt: skip


@router.get("/categories")
async def list_document_categories() -> DocumentCategories:
    """What documents are filed under."""
    return DocumentCategories(
        categories=[DocumentCategory.model_validate({"code": code, "name": name}) for code, name in CATEGORIES.items()]
    )


@router.post("/uploads", status_code=201)
async def begin_upload(parts: Parts, chart: Own, body: NewUpload) -> Upload:
    """Say what file is coming."""
    coming = uploads.Coming(**body.model_dump())
    return _upload(await uploads.begin(chart, parts.files, coming))


@router.get("/uploads")
async def list_uploads(parts: Parts, chart: Own) -> list[UnfinishedUpload]:
    """Files that one has begun to send and not finished, the oldest first."""
    return [
        UnfinishedUpload(
            id=one.progress.id,
            name=one.name,
            patient=one.patient,
            size=one.progress.size,
            offset=one.progress.offset,
            expires=one.progress.expires,
        )
        for one in await uploads.under_way(chart, parts.files)
    ]


@router.get("/uploads/{upload}")
async def read_upload(parts: Parts, chart: Own, upload: UploadId) -> Upload:
    """How far it has come."""
    return _upload(await uploads.state(chart, parts.files, upload))


@router.patch("/uploads/{upload}", openapi_extra=_BYTES)
async def append_to_upload(parts: Parts, chart: Own, upload: UploadId, offset: Offset, request: Request) -> Upload:
    """The bytes from `Upload-Offset` on; 409 names the offset that it must be. The last ones make the document."""
    return _upload(await uploads.append(chart, parts.files, upload, offset, _pieces(request)))


@router.delete("/uploads/{upload}", status_code=204)
async def abandon_upload(parts: Parts, chart: Own, upload: UploadId) -> None:
    """Throw away what has come."""
    await uploads.abandon(chart, parts.files, upload)


@router.get("/unmatched")
async def list_unmatched_documents(parts: Parts, chart: Own) -> Documents:
    """Documents of which nobody knows whose they are."""
    return _documents(await listing.unmatched(chart, parts.files))


@router.get("/content/{token}", response_class=Response, responses={200: {"content": {"*/*": {}}}})
async def read_document_content(
    parts: Parts,
    chart: Own,
    token: Annotated[str, Path(max_length=64)],
    request: Request,
    *,
    download: Annotated[bool, Query(description="As a file to keep")] = False,
) -> Response:
    """The bytes behind a link; parts of them by `Range`."""
    found = await content.opened(chart, parts.files, token)
    return await serving.response(found, request.headers.get("range", ""), download=download)


@router.get("")
async def list_documents(
    parts: Parts,
    chart: Own,
    patient: Annotated[Id, Query(description="Logical id")],
    *,
    replaced: Annotated[bool, Query(description="Earlier versions too")] = False,
) -> Documents:
    """A patient's documents, newest first."""
    return _documents(await listing.of_patient(chart, parts.files, patient, replaced=replaced))


@router.get("/{document}/versions")
async def list_document_versions(parts: Parts, chart: Own, document: DocumentId) -> Documents:
    """All versions of a document, newest first."""
    return _documents(await listing.versions(chart, parts.files, document))


@router.patch("/{document}")
async def revise_document(parts: Parts, chart: Own, document: DocumentId, body: DocumentChange) -> DocumentLine:
    """Give it another title, category or patient, or let its patient see it."""
    said = revising.Revision(**body.model_dump(exclude={"version"}))
    return _line(await revising.revise(chart, parts.files, document, said, version=body.version))


@router.post("/{document}/retract")
async def retract_document(parts: Parts, chart: Own, document: DocumentId, body: Retraction) -> DocumentLine:
    """Take it back as entered in error: it stays in the record with the reason, and its bytes are served no more."""
    return _line(await revising.retract(chart, parts.files, document, body.reason))


@router.post("/{document}/link", status_code=201)
async def link_to_document(parts: Parts, chart: Own, document: DocumentId) -> ContentLink:
    """Where its bytes are for the next minute, for this session alone."""
    link = await content.link(chart, parts.files, document)
    return ContentLink.model_validate(link._asdict())


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes."""
    try:
        async for piece in request.stream():
            yield piece
    except ClientDisconnect:
        raise Malformed("The body ended too early") from None


def _upload(found: uploads.Progress) -> Upload:
    return Upload.model_validate(found._asdict())


def _line(line: listing.Line) -> DocumentLine:
    return DocumentLine.model_validate(line._asdict())


def _documents(lines: list[listing.Line]) -> Documents:
    return Documents(documents=[_line(line) for line in lines])
