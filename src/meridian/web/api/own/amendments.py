"""Amendments of the record: asked for by patients, decided by clinicians."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, status

from meridian.faults import NotFound
from meridian.fhir.codec import decode
from meridian.fhir.ours import TASK
from meridian.patients import amendments
from meridian.web.api.dependencies import Own
from meridian.web.api.own.models import Amendment, AmendmentRequest, Denial, Granting, Statement

router = APIRouter(prefix="/api/amendments", tags=["amendments"])

Request = Annotated[str, Path(max_length=64)]


@router.get("")
async def list_amendments(chart: Own, patient: Annotated[str, Query(max_length=64)]) -> list[Amendment]:
    """A patient's requests, newest first."""
    asked = [("patient", patient), ("code", f"{TASK}|{amendments.CODE}"), ("_sort", "-authored-on")]
    return [_amendment(decode(one.body)) for one in (await chart.search("Task", asked)).matches]


@router.get("/{request}")
async def read_amendment(chart: Own, request: Request) -> Amendment:
    """One request."""
    task = decode((await chart.read("Task", request)).body)
    if amendments.CODE not in {coding.get("code") for coding in task.get("code", {}).get("coding", ())}:
        raise NotFound("There is no such request")
    return _amendment(task)


@router.post("", status_code=status.HTTP_201_CREATED)
async def ask_amendment(chart: Own, body: AmendmentRequest) -> Amendment:
    """Say that an item of one's record is wrong."""
    return _amendment(await amendments.ask(chart, body.patient, body.item, body.wrong, body.right))


@router.post("/{request}/grant")
async def grant_amendment(chart: Own, request: Request, body: Granting) -> Amendment:
    """Grant a request; the item has been amended."""
    return _amendment(await amendments.grant(chart, request, body.amended, body.text))


@router.post("/{request}/deny")
async def deny_amendment(chart: Own, request: Request, body: Denial) -> Amendment:
    """Deny a request."""
    return _amendment(await amendments.deny(chart, request, body.ground, body.text))


@router.post("/{request}/extend")
async def extend_amendment(chart: Own, request: Request, body: Statement) -> Amendment:
    """Take thirty days more, once."""
    return _amendment(await amendments.extend(chart, request, body.text))


@router.post("/{request}/disagree")
async def disagree_amendment(chart: Own, request: Request, body: Statement) -> Amendment:
    """Add a statement of disagreement to a denial."""
    return _amendment(await amendments.disagree(chart, request, body.text))


def _amendment(task: dict[str, Any]) -> Amendment:
    output = {one["type"]["coding"][0]["code"]: one for one in task.get("output", ())}
    return Amendment(
        id=task["id"],
        patient=task["for"]["reference"].removeprefix("Patient/"),
        item=task["focus"]["reference"],
        what=task["focus"].get("display", ""),
        state="granted" if task["status"] == "completed" else "denied" if task["status"] == "rejected" else "open",
        asked_at=task["authoredOn"],
        due=task["restriction"]["period"]["end"],
        extended="businessStatus" in task,
        notes=[one["text"] for one in task.get("note", ())],
        ground=output["ground"]["valueCodeableConcept"]["coding"][0]["code"] if "ground" in output else "",
        amended=output["amended"]["valueReference"]["reference"] if "amended" in output else "",
        disagreement=output["disagreement"]["valueMarkdown"] if "disagreement" in output else "",
    )
