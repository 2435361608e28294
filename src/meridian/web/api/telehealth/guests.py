"""
Guests, who have no account: a code becomes a cookie, and the cookie opens one visit.

A code that is wrong, used, too old or taken back is answered alike; it has 256 bits, and an address has as many tries a
minute as for anything else without a session. The cookie is `__Host-`, HttpOnly and SameSite=Strict like a session's,
and is not one: nothing but these routes and the socket takes it.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response, status

from meridian.access.chart import Chart
from meridian.access.video_visits import Guest
from meridian.telehealth import guests, trying, visits
from meridian.web.api import cookies
from meridian.web.api.dependencies import From, Parts
from meridian.web.api.telehealth import models, shapes

router = APIRouter(prefix="/api/video-visits/guest", tags=["telehealth"])


async def guest(request: Request, parts: Parts) -> Guest:
    """Who stands behind the visit's cookie; else `Unauthenticated`."""
    return await guests.recognised(parts.telehealth.calls, request.cookies.get(cookies.VISIT, ""))


Invited = Annotated[Guest, Depends(guest)]


@router.post("")
async def redeem_guest_link(
    parts: Parts, caller: From, body: models.GuestCode, response: Response
) -> models.GuestVisit:
    """Exchange the code of a link, once, for a cookie that is good for its visit."""
    _, secret = await guests.redeem(parts.telehealth.calls, body.code)
    cookies.keep_visit(response, secret, guests.SESSION // 1000)
    invited = await guests.recognised(parts.telehealth.calls, secret)
    await guests.came(await _chart(parts, caller, invited), invited.visit)
    return await _seen(parts, caller, invited)


@router.get("")
async def read_guest_visit(parts: Parts, caller: From, invited: Invited) -> models.GuestVisit:
    """The visit of the cookie, as its bearer may see it."""
    return await _seen(parts, caller, invited)


@router.get("/ice-test")
async def read_guest_relays_to_try(parts: Parts, caller: From, invited: Invited) -> models.IceServers:
    """Relays for the device test, for a minute."""
    return shapes.ice(await trying.ice(parts.telehealth, await _chart(parts, caller, invited), invited.visit))


@router.delete("", status_code=status.HTTP_204_NO_CONTENT)
async def forget_guest_visit(response: Response) -> None:
    """Take the cookie back."""
    cookies.keep_visit(response, "", 0)


async def _chart(parts: Parts, caller: From, invited: Guest) -> Chart:
    organisation = (await parts.servant(invited.org)).subject.organisation
    return parts.chart(guests.subject_of(invited, organisation, caller))


async def _seen(parts: Parts, caller: From, invited: Guest) -> models.GuestVisit:
    chart = await _chart(parts, caller, invited)
    seen = await visits.look(parts.telehealth, chart, invited.visit)
    clinic = await guests.clinic(chart)
    return models.GuestVisit(clinic=clinic, ends=invited.ends, seen=shapes.visit(seen))
