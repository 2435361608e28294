"""One's record, to take along."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Path
from fastapi.responses import StreamingResponse

from meridian import clock
from meridian.patients import record
from meridian.web.api.dependencies import Own, Parts

router = APIRouter(prefix="/api/own/{patient}/record", tags=["own"])


@router.get("", response_class=StreamingResponse)
async def download_record(parts: Parts, chart: Own, patient: Annotated[str, Path(max_length=64)]) -> StreamingResponse:
    """All of the record as a FHIR Bundle."""
    base = f"{parts.settings.public_origin}/fhir/R4"
    pieces = record.bundle(chart, patient, clock.now(), base)
    first = await anext(pieces)  # so that a refusal is one

    async def stream() -> AsyncIterator[bytes]:
        yield first
        async for piece in pieces:
            yield piece

    headers = {"Content-Disposition": 'attachment; filename="record.json"', "Cache-Control": "no-store"}
    return StreamingResponse(stream(), media_type="application/fhir+json", headers=headers)
