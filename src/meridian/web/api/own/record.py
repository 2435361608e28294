"""One's record, to take along."""

from collections.abc import AsyncIterator
from typing import Annotated

import anyio
from fastapi import APIRouter, Path
from fastapi.responses import Response, StreamingResponse

from meridian import clock, paper
from meridian.patients import printed, record
from meridian.web.api.dependencies import Own, Parts

router = APIRouter(prefix="/api/own/{patient}/record", tags=["own"])


@router.get("", response_class=StreamingResponse)
async def download_record(parts: Parts, chart: Own, patient: Annotated[str, Path(max_length=64)]) -> StreamingResponse:
    """All of the record as a FHIR Bundle."""
    await record.given(chart, patient, record.COPY)
    base = f"{parts.settings.public_origin}/fhir/R4"
    pieces = record.bundle(chart, patient, clock.now(), base)
    first = await anext(pieces)  # so that a refusal is one

    async def stream() -> AsyncIterator[bytes]:
        yield first
        async for piece in pieces:
            yield piece

    headers = {"Content-Disposition": 'attachment; filename="record.json"', "Cache-Control": "no-store"}
    return StreamingResponse(stream(), media_type="application/fhir+json", headers=headers)


@router.get("/print", response_class=Response)
async def print_record(chart: Own, patient: Annotated[str, Path(max_length=64)]) -> Response:
    """All of the record on paper, as PDF."""
    await record.given(chart, patient, record.PRINT)
    document = await printed.document(chart, patient, clock.now())
    body = await anyio.to_thread.run_sync(paper.pdf, document)  # a long record takes seconds
    headers = {"Content-Disposition": 'attachment; filename="record.pdf"', "Cache-Control": "no-store"}
    return Response(body, media_type="application/pdf", headers=headers)
