"""
What may follow what in a video visit: one machine, without a database and without a clock.

    scheduled → lobby → admitted → in-call ⇄ hold → ended
            ↘ no-show

A visit's state is what its people make of it (`_settled`), but for hold, no-show and ended, which somebody says. Each
person goes `expected → lobby → admitted → left`, may be denied or removed and knock again, and is let in by a host
only; a host lets themselves in. Nobody who is not admitted is given media (`may_have_media`). Ended is final.

A recording is `off`, `asked` for, and `on` once everybody inside has said yes; one no ends it, whoever comes later says
yes before they are let in, and a host, who lets themselves in, ends it by coming.

Every step gives a new `Visit` or raises `Conflict` in words for whoever asked.
"""

from dataclasses import replace
from typing import Final, Literal, TypeAlias

from meridian.access.video_visits import Person, Visit
from meridian.faults import Conflict, NotFound
from meridian.telehealth.media.port import Mode

Part: TypeAlias = Literal["host", "patient", "family", "interpreter", "captioner", "guest"]

HOST: Final = "host"
PATIENT_SIDE: Final = frozenset({"patient", "family"})
"""Who is there for the patient, or is the patient."""
WAY_IN: Final = frozenset({"expected", "left", "removed", "denied"})
"""From here one goes to the lobby."""
INSIDE: Final = frozenset({"admitted", "in-call", "hold"})
"""States of a visit in which somebody is inside."""
PAIR: Final = 2
"""People who need nobody between them."""
MESH_MOST: Final = 4
SFU_MOST: Final = 6
"""realtime.md section 4."""


def inside(visit: Visit) -> tuple[Person, ...]:
    """Who has been let in and is there."""
    return tuple(one for one in visit.people if one.state == "admitted")


def speaks_for_the_patient(person: Person) -> bool:
    """Whether it is the patient, or who acts for them: family that comes by a link is entrusted with nothing."""
    return person.part in PATIENT_SIDE and not person.who.startswith("Guest/")


def person(visit: Visit, person_id: str) -> Person:
    """
    One of the visit's people.

    Raises:
        NotFound: If there is none of that id.
    """
    found = next((one for one in visit.people if one.id == person_id), None)
    if found is None:
        raise NotFound("Nobody of that id is in this visit")
    return found


def may_have_media(visit: Visit, person_id: str) -> bool:
    """Whether somebody may be given what they need to hear and see the others."""
    return visit.state in INSIDE and any(one.id == person_id for one in inside(visit))


def mode_for(people: int, *, gateway: bool) -> Mode:
    """
    How that many hear each other.

    Raises:
        Conflict: If they are too many.
    """
    if people <= PAIR:
        return "p2p"
    if gateway and people <= SFU_MOST:
        return "sfu"
    if not gateway and people <= MESH_MOST:
        return "mesh"
    raise Conflict(f"The visit is full: {SFU_MOST if gateway else MESH_MOST} people at most can take part")


def enter(visit: Visit, comer: Person, now: int, *, gateway: bool) -> Visit:
    """
    *comer* is there: in the lobby, or inside if they are a host; whoever is there already stays where they are.

    Raises:
        Conflict: If the visit has ended, is locked and they are new to it, or is full.
    """
    _not_ended(visit)
    known = next((one for one in visit.people if one.id == comer.id), None)
    before = known or comer
    present = replace(before, agreed=before.agreed or comer.agreed, name=comer.name or before.name, seen=now)
    if before.state in WAY_IN:
        if visit.locked and before.part != HOST and (known is None or before.state != "left"):
            raise Conflict("The visit is locked: nobody new can come in")
        present = replace(present, state="lobby", waited=now, answer="")
    visit = _with(visit, present) if known else replace(visit, people=(*visit.people, present))
    if visit.state == "no-show":
        visit = replace(visit, state="scheduled")
    visit = _settled(visit, now)
    return _let_in(visit, present, now, gateway=gateway) if present.part == HOST else visit


def admit(visit: Visit, person_id: str, now: int, *, gateway: bool) -> Visit:
    """
    Let somebody in who waits.

    Raises:
        Conflict: If they do not wait, the visit is full, or they have not agreed to the recording that goes on.
    """
    _not_ended(visit)
    present = person(visit, person_id)
    if present.state == "admitted":
        return visit
    if present.state != "lobby":
        raise Conflict("They are not waiting any more")
    return _let_in(visit, present, now, gateway=gateway)


def _let_in(visit: Visit, present: Person, now: int, *, gateway: bool) -> Visit:
    if present.state == "admitted":
        return visit
    if present.part != HOST and not present.agreed:
        raise Conflict("They have not agreed to be seen by video")
    if visit.recording != "off" and present.answer != "yes":
        if present.part != HOST:
            raise Conflict("The visit is being recorded: they are to agree to that before they are let in")
        visit = stop_recording(visit)
    mode_for(len(inside(visit)) + 1, gateway=gateway)
    here = replace(present, state="admitted", joined=present.joined or now, seen=now, media=0)
    return _moved(_with(visit, here), now, gateway=gateway)


def deny(visit: Visit, person_id: str, now: int) -> Visit:
    """Do not let somebody in who waits; they may knock again."""
    _not_ended(visit)
    present = person(visit, person_id)
    if present.state != "lobby":
        raise Conflict("They are not waiting any more")
    return _settled(_with(visit, replace(present, state="denied", answer="", gone=now)), now)


def remove(visit: Visit, person_id: str, now: int, *, gateway: bool) -> Visit:
    """Put somebody out who is inside."""
    _not_ended(visit)
    present = person(visit, person_id)
    if present.state != "admitted":
        raise Conflict("They are not in the visit")
    return _moved(_with(visit, _out(present, "removed", now)), now, gateway=gateway)


def leave(visit: Visit, person_id: str, now: int, *, gateway: bool) -> Visit:
    """Somebody goes; that ends nothing, and going twice is going."""
    present = person(visit, person_id)
    if visit.ended or present.state not in {"lobby", "admitted"}:
        return visit
    was_inside = present.state == "admitted"
    visit = _with(visit, _out(present, "left", now))
    return _moved(visit, now, gateway=gateway) if was_inside else _settled(visit, now)


def _out(present: Person, state: str, now: int) -> Person:
    return replace(present, state=state, answer="", media=0, gone=now)


def lock(visit: Visit, *, on: bool) -> Visit:
    """Let nobody new come, or let them again."""
    _not_ended(visit)
    return replace(visit, locked=on)


def hold(visit: Visit, now: int, *, on: bool) -> Visit:
    """
    Interrupt the call, or go on with it.

    Raises:
        Conflict: If there is no call to interrupt.
    """
    _not_ended(visit)
    if not on:
        return _settled(replace(visit, state="admitted"), now) if visit.state == "hold" else visit
    if visit.state not in {"in-call", "hold"}:
        raise Conflict("There is no call to put on hold")
    return replace(visit, state="hold")


def end(visit: Visit, now: int) -> Visit:
    """It is over, for everybody and for good; ending it twice is ending it."""
    if visit.ended:
        return visit
    people = tuple(_out(one, "left", now) if one.state in {"lobby", "admitted"} else one for one in visit.people)
    return replace(
        visit, state="ended", ended=now, recording="off", people=people, epoch=visit.epoch + bool(inside(visit))
    )


def close(visit: Visit, now: int) -> Visit:
    """Its doors have closed: it is over, and one to which nobody came stays that."""
    over = end(visit, now)
    return replace(over, state="no-show") if visit.state == "no-show" else over


def miss(visit: Visit) -> Visit:
    """
    Nobody came for the patient.

    Raises:
        Conflict: If somebody did, or it is over.
    """
    _not_ended(visit)
    if visit.begun or any(one.part in PATIENT_SIDE and one.state in {"lobby", "admitted"} for one in visit.people):
        raise Conflict("Somebody is there")
    return replace(visit, state="no-show")


def ask_to_record(visit: Visit, person_id: str, now: int) -> Visit:
    """
    Ask everybody inside whether they agree to be recorded; whoever asks does.

    Raises:
        Conflict: If it was asked already, or nobody is there whom to record.
    """
    _not_ended(visit)
    if visit.recording != "off":
        raise Conflict("A recording was asked for already")
    if visit.state != "in-call" or not any(map(speaks_for_the_patient, inside(visit))):
        raise Conflict("Nobody is in the call who could agree for the patient")
    cleared = replace(visit, recording="asked", people=tuple(replace(one, answer="") for one in visit.people))
    return answer(cleared, person_id, now, yes=True)


def answer(visit: Visit, person_id: str, now: int, *, yes: bool) -> Visit:
    """
    What somebody says to being recorded: one no ends it at once, the last yes starts it.

    Raises:
        Conflict: If nobody asked, or they are neither inside nor waiting.
    """
    _not_ended(visit)
    present = person(visit, person_id)
    if visit.recording == "off":
        raise Conflict("Nobody asked for a recording")
    if present.state not in {"lobby", "admitted"}:
        raise Conflict("You are not in the visit")
    if not yes and present.state == "admitted":
        return stop_recording(visit)
    return _settled(_with(visit, replace(present, answer="yes" if yes else "no")), now)


def stop_recording(visit: Visit) -> Visit:
    """No recording any more; what was answered is forgotten."""
    cleared = tuple(replace(one, answer="") for one in visit.people)
    return replace(visit, recording="off", people=cleared, room=visit.room + taped(visit))


def taped(visit: Visit) -> bool:
    """Whether the gateway records, in a room in which it sees the media."""
    return visit.recording == "on" and visit.recorder == "gateway"


def _with(visit: Visit, changed: Person) -> Visit:
    return replace(visit, people=tuple(changed if one.id == changed.id else one for one in visit.people))


def _moved(visit: Visit, now: int, *, gateway: bool) -> Visit:
    """
    Somebody came in or went out: there is a new epoch of keys, and there may be another way to hear each other.

    What the gateway records goes on through it, however few are left.
    """
    mode = "sfu" if taped(visit) else mode_for(len(inside(visit)), gateway=gateway)
    room = visit.room + (mode != visit.mode and mode == "sfu")
    return _settled(replace(visit, epoch=visit.epoch + 1, mode=mode, room=room), now)


def _settled(visit: Visit, now: int) -> Visit:
    """*visit* in the state that its people make of it."""
    visit = _recorded(visit, now)
    there = inside(visit)
    talking = len(there) >= PAIR and any(one.part == HOST for one in there)
    if visit.state == "hold" and talking:
        return visit
    if talking:
        return replace(visit, state="in-call", begun=visit.begun or now)
    if there:
        return replace(visit, state="admitted")
    if visit.begun or any(one.state == "lobby" for one in visit.people):
        return replace(visit, state="lobby")
    return visit if visit.state == "no-show" else replace(visit, state="scheduled")


def _recorded(visit: Visit, now: int) -> Visit:
    """A recording starts when all inside said yes, and ends when nobody is left for the patient or as host."""
    if visit.recording == "off":
        return visit
    there = inside(visit)
    both = any(map(speaks_for_the_patient, there)) and any(one.part == HOST for one in there)
    if not both:
        return stop_recording(visit)
    if visit.recording == "asked" and all(one.answer == "yes" for one in there):
        by_gateway = visit.mode == "sfu"
        recorder = "gateway" if by_gateway else "browser"
        return replace(visit, recording="on", recorder=recorder, recorded=now, room=visit.room + by_gateway)
    return visit


def _not_ended(visit: Visit) -> None:
    if visit.ended:
        raise Conflict("The visit is over")
