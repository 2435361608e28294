"""Becoming a member of an organisation by invitation."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from meridian.web.api import cookies
from meridian.web.api.dependencies import From, Parts
from meridian.web.api.models import Acceptance, Invitation, Organisation, SignInStep

router = APIRouter(prefix="/api/invitations", tags=["invitations"])


@router.get("/{token}")
async def read_invitation(parts: Parts, token: Annotated[str, Path(max_length=128)]) -> Invitation:
    """What the invitation is for."""
    found = await parts.identity.invitations.look(token)
    return Invitation(
        email=found.email,
        name=found.name,
        organisation=Organisation(id=found.organisation, name=found.organisation_name),
        role=found.role,  # type: ignore[arg-type]  # the model checks it
        minimum_length=found.minimum_length,
        known=found.known,
    )


@router.post("/{token}")
async def accept_invitation(
    parts: Parts, body: Acceptance, caller: From, response: Response, token: Annotated[str, Path(max_length=128)]
) -> SignInStep:
    """Accept it: a new account with that password, or the account one has, proved by its present password."""
    stage = await parts.identity.invitations.accept(token, body.name, body.password, caller)
    if stage.grant is not None:
        cookies.keep_signed_in(response, stage.grant)
    elif stage.pending:
        cookies.keep_pending(response, stage.pending)
    return SignInStep.model_validate({"step": stage.step, "methods": list(stage.methods)})
