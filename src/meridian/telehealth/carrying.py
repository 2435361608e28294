"""
Media after the fact: what the database says of a visit is carried out, and whoever was let in is told how to join.

The transaction is done by then. A gateway that does not answer loses nobody their place: whoever asks again is told
again, and `admission` says what is so at that moment.
"""

import logging
from typing import Final, NamedTuple

from meridian.access.video_visits import Person, Visit
from meridian.faults import Conflict, Unavailable
from meridian.telehealth import states
from meridian.telehealth.media.port import Pass, Room
from meridian.telehealth.turn import Ice
from meridian.telehealth.visits import Done
from meridian.telehealth.ways import Parts

_log = logging.getLogger("meridian.telehealth")

NO_PASS: Final = Pass()


class Admission(NamedTuple):
    """
    What somebody who was let in connects by; minted for them, now.

    Args:
        me: Their id in the visit.
        mode, epoch: As `Visit`.
        ice: Relays, with credentials that live for minutes.
        room: How to join the gateway; empty without one.
        recorded: Whether the gateway records there, and so sees the media.
    """

    me: str
    mode: str
    epoch: int
    ice: Ice
    room: Pass
    recorded: bool = False


async def admission(parts: Parts, org: int, visit: str, who: str) -> Admission:
    """
    How somebody inside connects.

    Raises:
        Conflict: If they are not inside.
        Unavailable: If the gateway does not answer.
    """
    present = await parts.calls.visit(org, visit)
    me = next((one for one in present.people if one.who == who), None) if present else None
    if present is None or me is None or not states.may_have_media(present, me.id):
        raise Conflict("You have not been let in")
    granted = NO_PASS
    if present.mode == "sfu" and parts.gateway is not None:
        room = room_of(org, present)
        await parts.gateway.open(room)
        granted = await parts.gateway.grant(room, me.id)
        if await parts.calls.state_of(org, visit, me.id) != "admitted":  # put out meanwhile: the pass came too late
            await parts.gateway.revoke(room, me.id)
            raise Conflict("You have not been let in")
    return Admission(me.id, present.mode, present.epoch, parts.relays.ice(me.id), granted, states.taped(present))


def room_of(org: int, visit: Visit) -> Room:
    """The gateway's room of a visit as it is."""
    return Room(org, visit.id, visit.room, recorded=states.taped(visit))


def _gone(visit: Visit) -> list[Person]:
    """Everybody who was inside and is not: also who went while the gateway did not answer."""
    return [one for one in visit.people if one.joined and one not in states.inside(visit)]


def _rooms(org: int, visit: Visit) -> list[Room]:
    """Every room that a visit has had."""
    numbers = range(1, visit.room + 1)
    return [Room(org, visit.id, number, recorded=recorded) for number in numbers for recorded in (False, True)]


async def carry(parts: Parts, org: int, done: Done) -> None:
    """
    Have the gateway do what a visit has become: nobody stays in a room who was put out, nothing is recorded that ended.

    A room is left open while its people go to the next one, and all are closed when the visit is over.
    """
    gateway, before, after = parts.gateway, done.before, done.after
    if gateway is None:
        return
    try:
        if states.taped(before) and not states.taped(after):
            await gateway.stop_recording(room_of(org, before))  # `recording` takes what there is, and closes the room
        if before.mode == "sfu" and states.inside(before) != states.inside(after):
            for one in _gone(after):
                await gateway.revoke(room_of(org, before), one.id)
        if after.mode == "sfu" and not after.ended and after.room != before.room:
            await gateway.open(room_of(org, after))
        if states.taped(after) and not states.taped(before):
            await gateway.start_recording(room_of(org, after))
        if after.ended and not before.ended:
            for room in _rooms(org, before):
                await gateway.close(room)
    except Unavailable:
        _log.warning("the gateway did not answer for a visit that is now %s", after.state)
