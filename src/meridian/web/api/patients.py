"""Patients by name, for the search box and the registration desk; found through the caller's chart."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query

from meridian.web.api.dependencies import From, Parts, SignedIn
from meridian.web.api.models import DuplicateQuestion, PatientLine, Patients

router = APIRouter(prefix="/api/patients", tags=["patients"])

SearchText = Annotated[
    str,
    Query(min_length=1, max_length=100, description="Letters of any script, digits, space, hyphen, apostrophe"),
]


@router.get("/search")
async def search_patients(parts: Parts, identity: SignedIn, caller: From, q: SearchText) -> Patients:
    """Patients whose name begins so, or whose identifier is just that; at most 20."""
    return _patients(await parts.patients.search(identity, caller, q))


@router.get("/recent")
async def recent_patients(parts: Parts, identity: SignedIn, caller: From) -> Patients:
    """Patients whose chart one opened last, newest first."""
    return _patients(await parts.patients.recent(identity, caller))


@router.post("/duplicates")
async def find_duplicates(parts: Parts, body: DuplicateQuestion, identity: SignedIn, caller: From) -> Patients:
    """Patients who may be the one about to be registered, likeliest first."""
    found = await parts.patients.duplicates(identity, caller, body.family, body.given, body.birth_date or "")
    return _patients(found)


def _patients(found: Sequence[Mapping[str, Any]]) -> Patients:
    return Patients(patients=[PatientLine.model_validate(line) for line in found])
