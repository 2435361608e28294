"""
What people do in a visit, each as one transaction: enter, let in, turn away, hold, leave, end.

The Appointment says who may come and when, `states` what may follow, the Encounter what took place: it is begun where
scheduling and charting begin every other, goes on leave while the call is on hold, and keeps who took part from when
till when. Ending the call does not finish it: that is its note's to do, as after any visit.

Whoever takes part hears that something has changed by the visit's feed; whoever is to let somebody in, by their own.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from meridian.access import video_visits
from meridian.access.chart import Chart
from meridian.access.subject import Role
from meridian.access.video_visits import Person, Visit
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Conflict, Forbidden, Invalid, Issue
from meridian.identity.opaque import new_id
from meridian.telehealth import allowing, appointments, states, view
from meridian.telehealth.appointments import Scene
from meridian.telehealth.states import HOST, PATIENT_SIDE, inside
from meridian.telehealth.view import Whole
from meridian.telehealth.ways import Parts

PREFIX: Final = "video/$"
ENTER, LOOK, LEAVE, AGREE = (f"{PREFIX}{name}" for name in ("enter", "look", "leave", "agree"))
ADMIT, DENY, REMOVE, LOCK, HOLD, END = (
    f"{PREFIX}{name}" for name in ("admit", "deny", "remove", "lock", "hold", "end")
)
LONGEST_NAME: Final = 60
_ENCOUNTER_OPEN = frozenset({"planned", "arrived", "triaged", "in-progress", "onleave"})


@dataclass(frozen=True, slots=True)
class Coming:
    """
    What somebody says who enters.

    Args:
        consent: Whether they agree to be seen by video; minded until they have said so once.
        name: What a guest wants to be called.
    """

    consent: bool = False
    name: str = ""


class Done(NamedTuple):
    """What an operation made of a visit, for its asker and for whoever carries the media."""

    before: Visit
    after: Visit
    whole: Whole


async def enter(parts: Parts, chart: Chart, visit: str, coming: Coming) -> Done:
    """
    Be there: in the lobby, or inside for a host; again after a lost connection changes nothing.

    Raises:
        NotFound: If the visit is none of the subject's.
        Conflict: If its doors are closed, it is over, locked or full.
        Invalid: If a guest has no name, or somebody has not agreed to be seen by video.
    """
    _sensible(coming)
    return await chart.work(ENTER, lambda work: _entered(parts, work, visit, coming), what=f"Appointment/{visit}")


def _entered(parts: Parts, work: Work, visit: str, coming: Coming) -> Plan[Done]:
    appointment, part = scene = yield from appointments.taking_part(work, visit)
    appointments.refuse_closed(appointment, work.now)
    patient, who = appointments.patient_of(appointment), appointments.me(work)
    before = yield from locked(work, appointment)
    known = next((one for one in before.people if one.who == who), None)
    comer = Person(known.id if known else new_id(), who, part)
    own = appointments.for_the_patient(work)
    if own or (part != HOST and not (known and known.agreed)):
        yield from _agreed(parts, work, patient, coming)
        comer = replace(comer, agreed=work.now)
    if work.subject.role is Role.GUEST and coming.name.strip():
        sealed = yield from video_visits.sealed(work, before, comer.id, coming.name.strip())
        comer = replace(comer, name=sealed)
    if work.subject.role is Role.GUEST and comer.name is None and not (known and known.name):
        raise _wrong("Say what you want to be called", "name")
    after = states.enter(before, comer, work.now, gateway=parts.gateway is not None)
    if own and appointment["status"] in {"booked", "noshow"}:
        yield from _arrived(parts, work, visit)
    done = yield from kept(parts, work, scene, before, after)
    if part != HOST and states.person(after, comer.id).state == "lobby" and (known is None or known.state != "lobby"):
        yield from _ring(work, appointment, after)
    if part == HOST and (known is None or known.state != "admitted"):
        yield from _call(work, patient, after)
    return done


def _agreed(parts: Parts, work: Work, patient: str, coming: Coming) -> Plan[None]:
    """Agreed to be seen by video, now or before; of the patient it is kept as their Consent."""
    if appointments.for_the_patient(work):
        consents = work.within("Consent/$answer")
        yield from work.hold(patient)  # or two pages at two servers would each make a Consent
        if (yield from parts.ways.agreed(consents, patient)):
            return
        if coming.consent:
            yield from parts.ways.agree(consents, patient)
            return
    elif coming.consent:
        return
    raise _wrong("A visit by video needs your consent to it", "consent")


def _arrived(parts: Parts, work: Work, visit: str) -> Plan[None]:
    """The patient is there, as at the desk; just after midnight it is the host's letting in that says so."""
    try:
        yield from parts.ways.arrive(work.within("Appointment/$check-in"), visit)
    except Conflict:  # the clinic's clock has another day than the visit begins on
        return


def _ring(work: Work, appointment: Resource, visit: Visit) -> Plan[None]:
    """Tell those who can let somebody in that one waits."""
    hosts = [one.who for one in visit.people if one.part == HOST]
    for who in dict.fromkeys([*appointments.practitioners(appointment), *hosts]):
        yield from work.tell(f"person:{who}", "visit-waiting", f"Appointment/{visit.id}")
    yield from work.tell("board", "visit-waiting", f"Appointment/{visit.id}")


def _call(work: Work, patient: str, visit: Visit) -> Plan[None]:
    """Tell the patient, and who acts for them, that somebody is there to see them; unless they have come."""
    if not any(one.part in PATIENT_SIDE and one.state in {"lobby", "admitted"} for one in visit.people):
        yield from work.tell(f"patient:{patient}", "visit-ready", f"Appointment/{visit.id}")


async def look(parts: Parts, chart: Chart, visit: str) -> Whole:
    """
    The visit as the subject may see it, whether or not somebody has come.

    Raises:
        NotFound: If it is none of theirs.
    """

    def plan(work: Work) -> Plan[Whole]:
        appointment, _ = scene = yield from appointments.taking_part(work, visit)
        present = yield from video_visits.find(work, visit)
        return (yield from _whole(parts, work, scene, present or blank(appointment)))

    return await chart.consult(LOOK, plan, what=f"Appointment/{visit}")


async def agree(parts: Parts, chart: Chart, visit: str) -> Whole:
    """The patient agrees to be seen by video, before they enter."""

    def plan(work: Work) -> Plan[Whole]:
        appointment, _ = scene = yield from appointments.taking_part(work, visit)
        if not appointments.for_the_patient(work):
            raise Forbidden("The patient, or somebody who acts for them, agrees to a visit by video")
        patient, consents = appointments.patient_of(appointment), work.within("Consent/$answer")
        yield from work.hold(patient)
        if not (yield from parts.ways.agreed(consents, patient)):
            yield from parts.ways.agree(consents, patient)
        present = yield from video_visits.find(work, visit)
        return (yield from _whole(parts, work, scene, present or blank(appointment)))

    return await chart.work(AGREE, plan, what=f"Appointment/{visit}")


async def admit(parts: Parts, chart: Chart, visit: str, person: str) -> Done:
    """Let somebody in who waits; the visit begins when it is the patient, or who comes for them."""
    gateway = parts.gateway is not None
    return await hosted(parts, chart, ADMIT, visit, lambda v, now: states.admit(v, person, now, gateway=gateway))


async def deny(parts: Parts, chart: Chart, visit: str, person: str) -> Done:
    """Do not let somebody in who waits; they may ask again."""
    return await hosted(parts, chart, DENY, visit, lambda v, now: states.deny(v, person, now))


async def remove(parts: Parts, chart: Chart, visit: str, person: str) -> Done:
    """Put somebody out; a guest's link ends with it."""
    gateway = parts.gateway is not None
    return await hosted(
        parts, chart, REMOVE, visit, lambda v, now: states.remove(v, person, now, gateway=gateway), out=person
    )


async def lock(parts: Parts, chart: Chart, visit: str, *, on: bool) -> Done:
    """Let nobody new come, or let them again."""
    return await hosted(parts, chart, LOCK, visit, lambda v, _: states.lock(v, on=on))


async def hold(parts: Parts, chart: Chart, visit: str, *, on: bool) -> Done:
    """Interrupt the call, or go on with it; the Encounter is on leave meanwhile."""
    return await hosted(parts, chart, HOLD, visit, lambda v, now: states.hold(v, now, on=on))


async def end(parts: Parts, chart: Chart, visit: str) -> Done:
    """It is over for everybody. The Encounter goes on until its note is written and signed."""
    return await hosted(parts, chart, END, visit, states.end)


async def leave(parts: Parts, chart: Chart, visit: str) -> Done:
    """Go, which ends nothing."""

    def plan(work: Work) -> Plan[Done]:
        appointment, _ = scene = yield from appointments.taking_part(work, visit)
        before = yield from locked(work, appointment)
        mine = next((one for one in before.people if one.who == appointments.me(work)), None)
        if mine is None:
            raise appointments.nowhere()
        after = states.leave(before, mine.id, work.now, gateway=parts.gateway is not None)
        return (yield from kept(parts, work, scene, before, after))

    return await chart.work(LEAVE, plan, what=f"Appointment/{visit}")


async def hosted(
    parts: Parts, chart: Chart, action: str, visit: str, step: Callable[[Visit, int], Visit], *, out: str = ""
) -> Done:
    """
    One step of the machine by a host.

    Args:
        parts: What visits are made of.
        chart: The host's.
        action: Its name in the policy and the log.
        visit: Which.
        step: Of the machine.
        out: Whose guest link ends, by their id in the visit.

    Raises:
        NotFound: If the visit is none of theirs.
        Forbidden: If they take part, and not as host.
    """

    def plan(work: Work) -> Plan[Done]:
        appointment, part = scene = yield from appointments.taking_part(work, visit)
        if part != HOST:
            raise Forbidden("Only a host of the visit may do this")
        before = yield from locked(work, appointment)
        after = step(before, work.now)
        if out:
            yield from _link_ends(work, states.person(before, out))
        return (yield from kept(parts, work, scene, before, after))

    return await chart.work(action, plan, what=f"Appointment/{visit}")


def _link_ends(work: Work, person: Person) -> Plan[None]:
    kind, _, guest = person.who.partition("/")
    if kind == "Guest":
        yield from video_visits.cancel_guest(work, guest)


def blank(appointment: Resource) -> Visit:
    """A visit to which nobody has come."""
    return Visit(appointment["id"], starts=appointments.starts(appointment))


def locked(work: Work, appointment: Resource) -> Plan[Visit]:
    """The visit of an Appointment that was read, kept from others until this is done."""
    return (yield from video_visits.lock(work, blank(appointment), appointments.patient_of(appointment)))


def kept(parts: Parts, work: Work, scene: Scene, before: Visit, after: Visit) -> Plan[Done]:
    """Keep what became of the visit, in its Encounter too, and tell those who take part."""
    appointment, part = scene
    after = replace(after, starts=appointments.starts(appointment))
    if states.taped(after) and not (parts.gateway and parts.gateway.records):
        after = states.stop_recording(after)
    if part == HOST or work.subject.role is Role.SERVICE:
        after = yield from _took_place(parts, work, appointment, before, after)
    yield from video_visits.keep(work, before, after)
    if _told(before) != _told(after):
        said = {"state": after.state, "epoch": after.epoch}
        yield from work.tell(f"visit:{after.id}", "visit-state", f"Appointment/{after.id}", said)
        if before.state != after.state:
            yield from work.tell("board", "visit-state", f"Appointment/{after.id}", {"state": after.state})
    return Done(before, after, (yield from _whole(parts, work, scene, after)))


def _told(visit: Visit) -> object:
    """What of a visit others have to hear of when it changes."""
    people = [replace(one, seen=0) for one in visit.people]
    return replace(visit, people=tuple(people), pat=0, consent="", encounter="")


def _took_place(parts: Parts, work: Work, appointment: Resource, before: Visit, after: Visit) -> Plan[Visit]:
    """
    The Encounter follows the visit: begun with the patient inside, on leave, and its people's times.

    Who may not write in it leaves that to the next who may: a host, or the platform when it tidies.
    """
    encounter = after.encounter or (yield from encounter_of(work, after.id))
    present = (yield from work.find("Encounter", encounter)) if encounter else None
    over = present is not None and present["status"] not in _ENCOUNTER_OPEN
    if over or appointment["status"] not in appointments.COMING:
        return replace(after, encounter=encounter)
    if after.state == "in-call" and _joined(before, after) and any(one.part in PATIENT_SIDE for one in inside(after)):
        begun = yield from parts.ways.begin(work, after.id)
        encounter = str(begun["id"])
    elif present is not None and (present["status"] == "onleave") != (after.state == "hold"):
        status = "onleave" if after.state == "hold" else "in-progress"
        yield from work.change("Encounter", encounter, lambda one: parts.ways.moved(one, status, work.now))
    if encounter and after.ended and not before.ended:
        people = yield from _participants(work, after)
        yield from work.change("Encounter", encounter, lambda one: _with_times(one, people))
    return replace(after, encounter=encounter)


def _joined(before: Visit, after: Visit) -> bool:
    """Whether somebody is inside who was not before."""
    return bool({one.id for one in inside(after)} - {one.id for one in inside(before)})


def _participants(work: Work, visit: Visit) -> Plan[list[Resource]]:
    """Everybody but the patient who was inside, with from when till when, as an Encounter says it."""
    found = []
    for one in visit.people:
        individual = yield from view.individual(work, visit, one)
        if one.joined and individual and not one.who.startswith("Patient/"):
            period = {"start": instant(one.joined), "end": instant(max(one.gone, one.joined))}
            found.append({"type": [{"text": one.part}], "period": period, "individual": individual})
    return found


def _with_times(encounter: Resource, people: list[Resource]) -> Resource:
    """*encounter* with the times of its participants, and with those who are none yet."""
    known = {one.get("individual", {}).get("reference"): one for one in encounter.get("participant", ())}
    for one in people:
        before = known.get(one["individual"].get("reference"))
        if before is not None and "reference" in one["individual"]:
            before["period"] = one["period"]
        else:
            encounter.setdefault("participant", []).append(one)
    return encounter


def encounter_of(work: Work, visit: str) -> Plan[str]:
    """Logical id of the Appointment's Encounter; empty where there is none that counts."""
    found = yield from work.search("Encounter", [("appointment", f"Appointment/{visit}")])
    return next((str(one["id"]) for one in found if one["status"] not in {"cancelled", "entered-in-error"}), "")


def _whole(parts: Parts, work: Work, scene: Scene, visit: Visit) -> Plan[Whole]:
    appointment, part = scene
    consented = appointments.for_the_patient(work) and (
        yield from parts.ways.agreed(work.within("Consent/$standing"), appointments.patient_of(appointment))
    )
    recordable = yield from allowing.recordable(parts, work, visit)
    return (yield from view.whole(work, appointment, visit, part, consented=consented, recordable=recordable))


def _sensible(coming: Coming) -> None:
    if len(coming.name) > LONGEST_NAME or any(not one.isprintable() for one in coming.name):
        raise _wrong(f"A name has at most {LONGEST_NAME} characters", "name")


def _wrong(text: str, place: str) -> Invalid:
    return Invalid(text, issues=(Issue("required", text, place),))
