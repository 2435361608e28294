"""An organisation's people; for its administrators."""

from typing import Annotated

from fastapi import APIRouter, Path, status

from meridian.identity.invitations import NewMember
from meridian.identity.views import Member
from meridian.premises import staff
from meridian.web.api.dependencies import From, Own, Parts, SignedIn
from meridian.web.api.models import NewPerson, Person, PersonAdded, PersonChange

router = APIRouter(prefix="/api/people", tags=["people"])


@router.get("")
async def list_people(parts: Parts, identity: SignedIn, caller: From) -> list[Person]:
    """Everybody with a membership or an open invitation."""
    return [_person(member) for member in await parts.identity.people.everybody(identity, caller)]


@router.post("", status_code=status.HTTP_201_CREATED)
async def invite_person(parts: Parts, chart: Own, body: NewPerson, identity: SignedIn, caller: From) -> PersonAdded:
    """Invite somebody by mail; the link works for seven days. Staff get a Practitioner, if none is named."""
    new = NewMember(body.email, body.name, body.role, body.person or "", tuple(body.patients))
    membership = await parts.identity.people.invite(identity, new, caller)
    if not new.who and new.role in staff.EMPLOYED:
        who = await staff.employ(chart, new.name, new.role)
        await parts.identity.people.become(identity, membership, who, caller)
    return PersonAdded(membership=membership, status="invited")


@router.patch("/{membership}")
async def change_person(
    parts: Parts, body: PersonChange, identity: SignedIn, caller: From, membership: Annotated[str, Path(max_length=64)]
) -> Person:
    """Change a membership's role, or suspend it or take it up again; its sessions end."""
    return _person(await parts.identity.people.change(identity, membership, body.role, body.status, caller))


@router.delete("/{membership}", status_code=status.HTTP_204_NO_CONTENT)
async def remove_person(
    parts: Parts, identity: SignedIn, caller: From, membership: Annotated[str, Path(max_length=64)]
) -> None:
    """End a membership or withdraw an invitation."""
    await parts.identity.people.remove(identity, membership, caller)


@router.post("/{membership}/second-factor-reset", status_code=status.HTTP_204_NO_CONTENT)
async def reset_second_factor(
    parts: Parts, identity: SignedIn, caller: From, membership: Annotated[str, Path(max_length=64)]
) -> None:
    """Forget a member's second factors, who enrols anew at the next sign-in; the member is told by mail."""
    await parts.identity.people.reset_second_factor(identity, membership, caller)


def _person(member: Member) -> Person:
    return Person(
        membership=member.membership,
        account=member.account,
        name=member.name,
        email=member.email,
        role=member.role,  # type: ignore[arg-type]  # the model checks it
        person=member.who,
        status=member.status,
        last_sign_in=member.last_sign_in or None,
        second_factor=member.second_factor,
    )
