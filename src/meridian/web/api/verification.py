"""The last attacks on this deployment and the last twins, for security officers."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path
from fastapi.responses import Response

from meridian.faults import NotFound
from meridian.web.api.dependencies import Own, Parts
from meridian.web.api.models import Body

router = APIRouter(prefix="/api/verification", tags=["verification"])

Standing = Literal["signed", "not signed", "altered"]
Result = Literal["refused", "succeeded", "not run"]


class Counted(Body):
    """How many attacks were tried (refused, or not) and how many could not be; `result` is all of it in a word."""

    tried: int
    refused: int
    succeeded: int
    not_run: int
    result: Result


class ThreatTried(Counted):
    """What came of the attacks on one threat; `implied`: it is not in the threat models."""

    id: str
    threat: str
    component: str
    risk: Literal["Low", "Medium", "High"]
    implied: bool


class VerificationRun(Counted):
    """A run: when (ms since the epoch), on what, what its signature says; `left_out` are threats nobody tried."""

    at: int
    standing: Standing
    target: str
    edition: str
    version: str
    began: int
    ended: int
    left_out: list[str]
    threats: list[ThreatTried]
    has_report: bool


class TwinTried(Body):
    """A control that was taken out of a twin, and the attack that saw it; `said` is what that got, or why none did."""

    weakness: str
    threat: str
    caught: bool
    attack: str
    said: str


class Twins(Body):
    """All twins of one proof; `unproved` are threats that none was caught at."""

    at: int
    standing: Standing
    caught: int
    unproved: list[str]
    twins: list[TwinTried]


class Verification(Body):
    """The last of each; null where there never was one."""

    run: VerificationRun | None
    twins: Twins | None


class ExchangeSeen(Body):
    """What was asked and answered, without secrets; `entry` is the one of the audit log about it, if it is known."""

    asked: str
    answered: str
    request: str
    entry: str


class AttackTried(Body):
    """An attack and what came of it; milliseconds."""

    name: str
    title: str
    result: Result
    said: str
    milliseconds: int
    evidence: list[ExchangeSeen]


@router.get("")
async def read_verification(parts: Parts, chart: Own) -> Verification:
    """The last attacks on this deployment, by threat, and the last twins."""
    await chart.oversee("verification-read")
    return Verification.model_validate(await parts.evidence.verification())


@router.get("/report", response_class=Response)
async def download_verification_report(parts: Parts, chart: Own) -> Response:
    """The last run's report with its signatures, as one ZIP file."""
    await chart.oversee("verification-report-taken")
    body = await parts.evidence.report()
    if body is None:
        raise NotFound("No report was kept of the last run")
    headers = {"Content-Disposition": 'attachment; filename="verification.zip"', "Cache-Control": "no-store"}
    return Response(body, media_type="application/zip", headers=headers)


@router.get("/threats/{threat}")
async def list_attacks(
    parts: Parts, chart: Own, threat: Annotated[str, Path(pattern=r"^[A-Z]{1,10}-[0-9]{2}$")]
) -> list[AttackTried]:
    """The attacks on one threat in the last run, with their evidence."""
    await chart.oversee("verification-read")
    return [AttackTried.model_validate(one) for one in await parts.evidence.attacks(threat)]
