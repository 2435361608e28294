"""What one is told about by mail and text message."""

from fastapi import APIRouter, status

from meridian.messaging import settings
from meridian.messaging.settings import Choice
from meridian.web.api.dependencies import Own
from meridian.web.api.messaging.models import Notification, Notifications

router = APIRouter(prefix="/api/notifications", tags=["notifications"])


@router.get("/settings")
async def read_notification_settings(chart: Own) -> Notifications:
    """Each kind of thing one is told about, and how."""
    return Notifications(kinds=[Notification(**one._asdict()) for one in await settings.read(chart)])


@router.put("/settings", status_code=status.HTTP_204_NO_CONTENT)
async def choose_notifications(chart: Own, body: Notifications) -> None:
    """Keep what one wants; kinds that are not named stay as they are."""
    await settings.choose(chart, [Choice(one.kind, one.mail, one.sms) for one in body.kinds])
