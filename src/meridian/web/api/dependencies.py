"""Who calls, from where, and with what in hand: the arguments the routes share."""

from typing import Annotated

from fastapi import Depends, Request

from meridian.access.chart import Chart
from meridian.access.signing_in import subject_of
from meridian.faults import Unauthenticated
from meridian.identity.facts import Caller, Identity
from meridian.identity.views import Enroller
from meridian.web.api import cookies
from meridian.web.api.services import Services

LONGEST_AGENT = 200


def services(request: Request) -> Services:
    """The parts behind the routes."""
    parts: Services = request.app.state.services
    return parts


Parts = Annotated[Services, Depends(services)]


def caller(request: Request) -> Caller:
    """Address, user agent and request id; the door has already put the true address in place of a proxy's."""
    return Caller(
        address=request.client.host if request.client else "",
        agent=request.headers.get("user-agent", "")[:LONGEST_AGENT],
        request=str(request.scope.get("meridian.request") or request.headers.get("x-request-id", ""))[:64],
        device=request.cookies.get(cookies.DEVICE, ""),
    )


From = Annotated[Caller, Depends(caller)]


def access_token(request: Request) -> str:
    """
    The access token: of `Authorization: Bearer` if there is that header, else of the cookie; empty when there is none.

    Never the cookie beside the header, since the door takes a request with one for a program's.
    """
    authorization = request.headers.get("authorization")
    if authorization is None:
        return request.cookies.get(cookies.ACCESS, "")
    scheme, _, credentials = authorization.partition(" ")
    return credentials.strip() if scheme.lower() == "bearer" else ""


def refresh_token(request: Request) -> str:
    """The refresh token from its cookie; empty when there is none."""
    return request.cookies.get(cookies.REFRESH, "")


def pending_token(request: Request) -> str:
    """The secret of an unfinished sign-in from its cookie; empty when there is none."""
    return request.cookies.get(cookies.PENDING, "")


Access = Annotated[str, Depends(access_token)]
Refresh = Annotated[str, Depends(refresh_token)]
Pending = Annotated[str, Depends(pending_token)]


async def signed_in(parts: Parts, token: Access) -> Identity:
    """Whoever is signed in; else `Unauthenticated`."""
    return await parts.identity.authenticate(token)


SignedIn = Annotated[Identity, Depends(signed_in)]


async def chart(parts: Parts, identity: SignedIn, caller: From) -> Chart:
    """The caller's chart: the one door to the records."""
    return parts.chart(subject_of(identity, caller))


Own = Annotated[Chart, Depends(chart)]


async def glance(parts: Parts, token: Access, caller: From) -> Chart:
    """The caller's chart, for what a page asks by itself: it keeps no session awake."""
    return parts.chart(subject_of(await parts.identity.recognise(token), caller))


Glance = Annotated[Chart, Depends(glance)]


async def enrolling(parts: Parts, token: Access, pending: Pending) -> Enroller:
    """Whoever is signed in, or somebody who must enrol a second factor before that; else `Unauthenticated`."""
    try:
        identity = await parts.identity.authenticate(token)
    except Unauthenticated:
        return await parts.identity.signed_in.enrolling(pending)
    return Enroller(identity.account, session=identity.session, org=identity.org)


Enrolling = Annotated[Enroller, Depends(enrolling)]
