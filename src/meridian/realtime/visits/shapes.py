"""From what telehealth says to what goes over the wire: as `/api` says it."""

from typing import Any

from meridian.telehealth.carrying import Admission
from meridian.telehealth.chat import Said
from meridian.telehealth.turn import Ice
from meridian.telehealth.view import Whole


def visit(one: Whole) -> dict[str, Any]:
    """A visit, as its asker may see it."""
    return {**one._asdict(), "people": [person._asdict() for person in one.people]}


def ice(one: Ice) -> dict[str, Any]:
    """Relays."""
    return {"servers": list(one.servers), "expires": one.expires}


def admission(visit_id: str, one: Admission) -> dict[str, Any]:
    """How somebody inside connects: theirs alone."""
    said = {"visit": visit_id, "me": one.me, "mode": one.mode, "epoch": one.epoch, "ice": ice(one.ice)}
    if one.room.room:
        room = one.room
        said["room"] = {
            "url": room.path,
            "id": room.room,
            "token": room.pin,
            "feed": room.feed,
            "recorded": one.recorded,
        }
        said["token"] = room.token
    return said


def line(visit_id: str, one: Said) -> dict[str, Any]:
    """A line of the chat."""
    return {"visit": visit_id, "from": one.person, "cid": one.cid, "at": one.at, "text": one.text}
