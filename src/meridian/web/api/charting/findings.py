"""Problems, allergies, immunizations and procedures, and the codes for them."""

from collections.abc import Iterable
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, status

from meridian.charting import diagnoses, findings
from meridian.charting.codes import Code
from meridian.faults import Invalid, Issue
from meridian.web.api.charting import models
from meridian.web.api.dependencies import Own

router = APIRouter(prefix="/api/charting", tags=["charting"])

Identifier = Annotated[str, Path(pattern=r"^[A-Za-z0-9.-]{1,64}$")]
Question = Annotated[str, Query(min_length=1, max_length=100, description="The beginning of a code, or words")]


@router.get("/conditions/codes")
async def diagnosis_codes(chart: Own, q: Question) -> models.Choices:  # noqa: ARG001  # only for who is signed in
    """ICD-10-CM codes that begin with *q*, or whose words begin with each of its words; at most 25."""
    found = await diagnoses.search(q)
    return models.Choices(choices=[models.Choice(code=one.code, display=one.display) for one in found])


@router.get("/allergies/codes")
async def substance_codes(chart: Own) -> models.Choices:  # noqa: ARG001  # likewise
    """What people are most often allergic to."""
    return _choices(findings.SUBSTANCES.values())


@router.get("/immunizations/codes")
async def vaccine_codes(chart: Own) -> models.Choices:  # noqa: ARG001  # likewise
    """Vaccines, by CVX code."""
    return _choices(findings.VACCINES.values())


@router.get("/procedures/codes")
async def procedure_codes(chart: Own) -> models.Choices:  # noqa: ARG001  # likewise
    """What is done in a practice."""
    return _choices(findings.PROCEDURES.values())


@router.post("/problems", status_code=status.HTTP_201_CREATED)
async def add_problem(chart: Own, body: models.NewProblem) -> models.Written:
    """Write down a problem; 409 when it is on the list."""
    diagnosis = None
    if body.code:
        diagnosis = await diagnoses.known(body.code)
        if diagnosis is None:
            text = "is no code that may be used"
            raise Invalid(f"The diagnosis {text}", issues=(Issue("code-invalid", text, "code"),))
    given = findings.Problem(
        _about(body), diagnosis, body.text, body.onset or "", body.confirmed, body.at_visit_only, body.note
    )
    return _written(await chart.work(findings.PROBLEM, findings.problem(given), what=f"Patient/{body.patient}"))


@router.post("/problems/{problem}/status")
async def change_problem(chart: Own, problem: Identifier, body: models.ProblemStatus) -> models.Written:
    """Say whether a problem still is one."""
    plan = findings.resolved(problem, body.status, body.at or "")
    return _written(await chart.work(findings.RESOLVE, plan, what=f"Condition/{problem}"))


@router.post("/allergies", status_code=status.HTTP_201_CREATED)
async def add_allergy(chart: Own, body: models.NewAllergy) -> models.Written:
    """Write down an allergy, or that none is known; 409 when the list says otherwise."""
    said = body.model_dump(exclude={"patient", "encounter", "onset"})
    given = findings.Allergy(_about(body), **said, onset=body.onset or "")
    return _written(await chart.work(findings.ALLERGY, findings.allergy(given), what=f"Patient/{body.patient}"))


@router.post("/immunizations", status_code=status.HTTP_201_CREATED)
async def add_immunization(chart: Own, body: models.NewImmunization) -> models.Written:
    """Write down a vaccine."""
    said = body.model_dump(exclude={"patient", "encounter", "at", "expires"})
    given = findings.Immunization(_about(body), **said, at=body.at or "", expires=body.expires or "")
    plan = findings.immunization(given)
    return _written(await chart.work(findings.IMMUNIZATION, plan, what=f"Patient/{body.patient}"))


@router.post("/procedures", status_code=status.HTTP_201_CREATED)
async def add_procedure(chart: Own, body: models.NewProcedure) -> models.Written:
    """Write down something that was done."""
    given = findings.Procedure(_about(body), body.code, body.text, body.at or "", body.note)
    return _written(await chart.work(findings.PROCEDURE, findings.procedure(given), what=f"Patient/{body.patient}"))


def _about(body: Any) -> findings.About:
    return findings.About(body.patient, body.encounter or "")


def _choices(codes: Iterable[Code]) -> models.Choices:
    return models.Choices(choices=[models.Choice(code=one.code, display=one.display) for one in codes])


def _written(resource: dict[str, Any]) -> models.Written:
    return models.Written(id=resource["id"], version=int(resource["meta"]["versionId"]))
