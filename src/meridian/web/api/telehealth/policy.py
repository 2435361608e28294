"""What the organisation says of video visits: everybody here may know it, administrators set it."""

from fastapi import APIRouter

from meridian.telehealth import allowing
from meridian.web.api.dependencies import Own
from meridian.web.api.telehealth import models

router = APIRouter(prefix="/api/video-visits/policy", tags=["telehealth"])


@router.get("")
async def read_video_policy(chart: Own) -> models.VideoPolicy:
    """Whether visits may be recorded."""
    return models.VideoPolicy(recording=await allowing.policy(chart))


@router.put("")
async def set_video_policy(chart: Own, body: models.VideoPolicy) -> models.VideoPolicy:
    """Set whether visits may be recorded from now on; administrators."""
    return models.VideoPolicy(recording=await allowing.set_policy(chart, on=body.recording))
