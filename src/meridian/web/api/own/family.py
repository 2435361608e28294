"""Whom a patient trusts."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, status

from meridian.identity.views import Trusted
from meridian.patients import family
from meridian.web.api.dependencies import From, Own, Parts, SignedIn
from meridian.web.api.own.models import PatientInvitation, TrustedPerson, TrustRequest, TrustStarted

router = APIRouter(prefix="/api/family", tags=["family"])

Patient = Annotated[str, Query(max_length=64)]


@router.get("")
async def list_family(parts: Parts, identity: SignedIn, caller: From, patient: Patient) -> list[TrustedPerson]:
    """Everybody who has or had the record, oldest first."""
    return [_person(one) for one in await parts.identity.family.of(identity, patient, caller)]


@router.post("", status_code=status.HTTP_201_CREATED)
async def entrust_record(
    parts: Parts, chart: Own, identity: SignedIn, caller: From, body: TrustRequest
) -> TrustStarted:
    """Invite somebody by mail to act for a patient, or to look after appointments."""
    request = family.Request(body.patient, body.name, body.email, body.relationship, body.role, body.until)
    return TrustStarted(membership=await family.entrust(chart, parts.identity.family, identity, caller, request))


@router.post("/patient", status_code=status.HTTP_201_CREATED)
async def invite_patient(
    parts: Parts, chart: Own, identity: SignedIn, caller: From, body: PatientInvitation
) -> TrustStarted:
    """Invite a patient by mail to their own record."""
    await chart.read("Patient", body.patient)
    membership = await parts.identity.family.invite(identity, body.patient, body.email, body.name, caller)
    return TrustStarted(membership=membership)


@router.delete("/{membership}", status_code=status.HTTP_204_NO_CONTENT)
async def end_trust(
    parts: Parts,
    chart: Own,
    identity: SignedIn,
    caller: From,
    *,
    patient: Patient,
    membership: Annotated[str, Path(max_length=64)],
) -> None:
    """Trust somebody no longer, from now on."""
    await family.end(chart, parts.identity.family, identity, caller, patient=patient, membership=membership)


def _person(one: Trusted) -> TrustedPerson:
    return TrustedPerson(
        membership=one.membership,
        name=one.name,
        email=one.email,
        role=one.role,  # type: ignore[arg-type]  # the model checks it
        person=one.who,
        status=one.status,
        starts=one.starts,
        ends=one.ends or None,
    )
