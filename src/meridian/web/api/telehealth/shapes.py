"""From what telehealth says to what `/api` and the socket say."""

from meridian.access.video_visits import Guest
from meridian.telehealth.chat import Said
from meridian.telehealth.guests import Invited
from meridian.telehealth.listing import Listed
from meridian.telehealth.turn import Ice
from meridian.telehealth.view import Whole
from meridian.web.api.telehealth import models


def visit(one: Whole) -> models.VideoVisit:
    """A visit."""
    people = [person._asdict() for person in one.people]
    return models.VideoVisit.model_validate({**one._asdict(), "people": people})


def listed(one: Listed) -> models.ListedVisit:
    """A line of a list."""
    return models.ListedVisit.model_validate(one._asdict())


def guest(one: Guest, path: str = "") -> models.VisitGuest:
    """A link; its address is nobody's to see again."""
    return models.VisitGuest.model_validate(
        {
            "id": one.id,
            "part": one.part,
            "way": one.way,
            "created": one.created,
            "expires": one.expires,
            "used": one.used,
            "cancelled": one.cancelled,
            "path": path,
        }
    )


def invited(one: Invited) -> models.VisitGuest:
    """A link as it was made."""
    return guest(one.guest, one.path)


def ice(one: Ice) -> models.IceServers:
    """Relays."""
    return models.IceServers(servers=list(one.servers), expires=one.expires)


def line(one: Said) -> models.ChatLine:
    """A line of the chat."""
    return models.ChatLine.model_validate(one._asdict())
