"""
Routes of `/api/results`.

A result waits in somebody's inbox until it is signed, and there is no other way out. Whether its patient sees it at
once, after a while or after that is the organisation's policy.
"""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request

from meridian.documents import catalogue, inbox, intake, orders, release, signing
from meridian.fhir.codec import decode
from meridian.web.api.dependencies import Own
from meridian.web.api.models import Id
from meridian.web.api.results.models import (
    Catalogue,
    Hold,
    LabPanel,
    LabTest,
    Match,
    NewOrder,
    OrderLine,
    Orders,
    Receipt,
    ReleasePolicy,
    ResultLine,
    Results,
    SignOff,
    Taken,
)

router = APIRouter(prefix="/api/results", tags=["results"])

_BUNDLE = {
    "requestBody": {
        "required": True,
        "description": "A FHIR Bundle with one DiagnosticReport or several, and their Observations",
        "content": {"application/fhir+json": {"schema": {"type": "object"}}},
    }
}
"""FHIR is read by our own codec, which keeps the digits of a number as they were sent."""

ReportId = Annotated[str, Path(pattern=r"^[A-Za-z0-9.-]{1,64}$")]


@router.get("/catalogue")
async def list_lab_tests() -> Catalogue:
    """Tests and panels that can be ordered."""
    return Catalogue(
        tests=[LabTest.model_validate(one) for one in catalogue.tests()],
        panels=[LabPanel.model_validate(one) for one in catalogue.panels()],
    )


@router.post("/orders", status_code=201)
async def order_tests(chart: Own, body: NewOrder) -> Orders:
    """Order tests for a patient."""
    return _orders(await orders.place(chart, orders.Wanted(**body.model_dump())))


@router.get("/orders")
async def list_orders(chart: Own, patient: Annotated[Id, Query(description="Logical id")]) -> Orders:
    """A patient's orders, newest first."""
    return _orders(await orders.of_patient(chart, patient))


@router.get("/inbox")
async def list_results_to_sign(
    chart: Own, *, everybody: Annotated[bool, Query(description="Everybody's, not just one's own and nobody's")] = False
) -> Results:
    """Results that wait for a signature: critical first, then abnormal, then by age."""
    return _results(await inbox.waiting(chart, everybody=everybody))


@router.get("/unmatched")
async def list_unmatched_results(chart: Own) -> Results:
    """Results of which nobody knows whose they are."""
    return _results(await inbox.unmatched(chart))


@router.get("/patients/{patient}")
async def list_results_of_patient(chart: Own, patient: Annotated[Id, Path()]) -> Results:
    """A patient's results, newest first, as far as one may see them."""
    return _results(await inbox.of_patient(chart, patient))


@router.post("/intake", status_code=201, openapi_extra=_BUNDLE)
async def take_results(chart: Own, request: Request) -> Receipt:
    """Take in a Bundle of reports; what cannot be matched becomes a task, and the same report again changes it."""
    taken = await intake.take(chart, decode(await request.body()))
    return Receipt(reports=[Taken.model_validate(one._asdict()) for one in taken])


@router.get("/policy")
async def read_release_policy(chart: Own) -> ReleasePolicy:
    """When patients see results."""
    return ReleasePolicy.model_validate((await release.policy(chart))._asdict())


@router.put("/policy")
async def set_release_policy(chart: Own, body: ReleasePolicy) -> ReleasePolicy:
    """Set when patients see results that come from now on."""
    said = release.Policy(body.release, body.hours)
    return ReleasePolicy.model_validate((await release.set_policy(chart, said))._asdict())


@router.post("/{report}/sign")
async def sign_result(chart: Own, report: ReportId, body: SignOff) -> ResultLine:
    """Say that one has looked at it; it leaves the inbox, and its patient sees it now, later or not yet."""
    return _line(await signing.sign(chart, report, signing.SignOff(**body.model_dump())))


@router.post("/{report}/match")
async def match_result(chart: Own, report: ReportId, body: Match) -> ResultLine:
    """Say whose it is; it goes to whoever is to sign it."""
    return _line(await signing.match(chart, report, body.patient))


@router.post("/{report}/release")
async def release_result(chart: Own, report: ReportId) -> ResultLine:
    """Let its patient see it now."""
    return _line(await release.now(chart, report))


@router.post("/{report}/hold")
async def hold_result(chart: Own, report: ReportId, body: Hold) -> ResultLine:
    """Keep it from its patient, for a reason that stays in the record."""
    return _line(await release.hold(chart, report, body.reason))


def _line(line: inbox.Line) -> ResultLine:
    return ResultLine.model_validate(line.dump())


def _results(lines: list[inbox.Line]) -> Results:
    return Results(results=[_line(line) for line in lines])


def _orders(lines: list[orders.Line]) -> Orders:
    return Orders(orders=[OrderLine.model_validate(line._asdict()) for line in lines])
