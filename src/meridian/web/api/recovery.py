"""A forgotten password."""

from fastapi import APIRouter, status

from meridian.web.api.dependencies import From, Parts
from meridian.web.api.models import RecoveryConfirmation, RecoveryRequest

router = APIRouter(prefix="/api/recovery", tags=["recovery"])


@router.post("", status_code=status.HTTP_202_ACCEPTED)
async def request_recovery(parts: Parts, body: RecoveryRequest, caller: From) -> None:
    """Mail a one-time link to the address if it has an account; the answer is the same if not."""
    await parts.identity.recovery.request(body.email, caller)


@router.post("/confirm", status_code=status.HTTP_204_NO_CONTENT)
async def confirm_recovery(parts: Parts, body: RecoveryConfirmation, caller: From) -> None:
    """Set a new password by the link's secret; all sessions end, second factors stay."""
    await parts.identity.recovery.confirm(body.token, body.password, caller)
