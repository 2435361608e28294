"""
Links of reminders, for whoever has one: no session, no name, each of the two actions once.

The token comes in the path of the request, which is not logged; in the link itself it stands after the `#`, so that
neither a proxy nor a referrer sees it. Guessing is held off by its length, and by the limit on each address.
"""

from typing import Annotated

from fastapi import APIRouter, Path

from meridian.scheduling import links
from meridian.web.api.dependencies import Parts
from meridian.web.api.scheduling import models, shapes

router = APIRouter(prefix="/api/appointment-links", tags=["scheduling"])

Token = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{16,64}$")]


@router.get("/{token}")
async def look_at_link(parts: Parts, token: Token) -> models.LinkSeen:
    """When the visit is, at which clinic, and what the link can still do."""
    link = await links.find(parts.diary, token)
    return shapes.link(await links.look(await parts.servant(link.org), link))


@router.post("/{token}")
async def act_by_link(parts: Parts, token: Token, body: models.LinkAction) -> models.LinkSeen:
    """Confirm, or cancel; 409 when the link was used for that already."""
    link = await links.find(parts.diary, token)
    return shapes.link(await links.act(await parts.servant(link.org), link, token, body.action))
