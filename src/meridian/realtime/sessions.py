"""`session.refresh`: a socket goes on after its token, as its session does."""

from meridian.faults import Unauthenticated
from meridian.realtime.events import Body, Call, Event


class Refresh(Body):
    """Nothing but the version."""


async def refresh(call: Call, _: Refresh) -> dict[str, int]:
    """The life of the session's present token: the browser has fetched a new one over HTTP meanwhile."""
    expires = await call.life.extended(call.connection, call.person)
    if not expires:
        raise Unauthenticated("Sign in first")
    return {"expires": expires}


EVENTS = (Event("session.refresh", Refresh, refresh),)
