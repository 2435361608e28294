"""Bringing records in, by an administrator: a dry run, then the same file in earnest."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from meridian.faults import Invalid, Issue
from meridian.fhir.codec import encode
from meridian.web.api.dependencies import Own, Parts
from meridian.web.api.models import ImportProgress

router = APIRouter(prefix="/api/imports", tags=["imports"])

ENDINGS = (".csv", ".json", ".ndjson", ".jsonl")
Name = Annotated[str, Query(max_length=200, pattern=r"^[^/\\\x00-\x1f]+$", description="The file's name")]


@router.post("", response_class=StreamingResponse, responses={200: {"model": ImportProgress}})
async def run_import(
    parts: Parts, chart: Own, request: Request, name: Name, *, dry_run: Annotated[bool, Query(alias="dryRun")] = True
) -> StreamingResponse:
    """Import a file of patients (CSV) or of resources (FHIR); lines of progress, the last of which is `done`."""
    if not name.lower().endswith(ENDINGS):
        text = f"must end in one of: {', '.join(ENDINGS)}"
        raise Invalid("Files of this kind are not imported", issues=(Issue("value", text, "name"),))
    reports = parts.importing(chart, name, await request.body(), dry_run=dry_run)
    first = await anext(reports)  # so that a refusal is one

    async def lines() -> AsyncIterator[bytes]:
        yield _line(first)
        async for report in reports:
            yield _line(report)

    return StreamingResponse(lines(), media_type="application/x-ndjson")


def _line(report: object) -> bytes:
    return encode(ImportProgress.model_validate(report, from_attributes=True).model_dump(by_alias=True)) + b"\n"
