"""One's own profile."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from meridian.fhir.codec import decode
from meridian.patients import profile
from meridian.web.api.dependencies import Own
from meridian.web.api.own.models import Address, ContactPoint, Profile, ProfileChange, address_of

router = APIRouter(prefix="/api/own/{patient}/profile", tags=["own"])

Patient = Annotated[str, Path(max_length=64)]


@router.get("")
async def read_profile(chart: Own, patient: Patient) -> Profile:
    """How the patient is reached, and in which language."""
    return _profile(decode((await chart.read("Patient", patient)).body))


@router.put("")
async def change_profile(chart: Own, patient: Patient, body: ProfileChange) -> Profile:
    """Another telephone, address or language."""
    said = profile.Profile(
        telecom=None if body.telecom is None else [one.model_dump(exclude_none=True) for one in body.telecom],
        address=None if body.address is None else [address_of(one) for one in body.address],
        language=body.language,
    )
    return _profile(await profile.change(chart, patient, said))


def _profile(patient: dict[str, Any]) -> Profile:
    reached = [one for one in patient.get("telecom", ()) if one.get("system") in {"phone", "email", "sms"}]
    return Profile(
        telecom=[ContactPoint.model_validate({name: one[name] for name in _CONTACT if name in one})
                 for one in reached if one.get("value")],
        address=[_address(one) for one in patient.get("address", ())],
        language=profile.language(patient),
    )  # fmt: skip


_CONTACT = ("system", "value", "use", "rank")


def _address(one: dict[str, Any]) -> Address:
    return Address(
        use=one["use"] if one.get("use") in {"home", "work", "temp"} else None,
        line=one.get("line", []),
        city=one.get("city", ""),
        state=one.get("state", ""),
        postal_code=one.get("postalCode", ""),
        country=one.get("country", ""),
    )
