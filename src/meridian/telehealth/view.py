"""A visit as one of its people may see it: who waits sees themselves and the hosts, who is inside sees everybody."""

from typing import NamedTuple

from meridian.access import video_visits
from meridian.access.video_visits import Person, Visit
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Forbidden
from meridian.telehealth import appointments
from meridian.telehealth.appointments import CLOSES, OPENS
from meridian.telehealth.states import HOST

SOUND, PICTURE, SCREEN = 1, 2, 4
"""`Person.media`, added up."""


class Line(NamedTuple):
    """
    Somebody in a visit.

    Args:
        id: By which events name them.
        name: What they are called; empty where the asker may not know it.
        part, state: As `Person`.
        audio, video, screen: What they send.
        answer: To the recording: empty, `yes` or `no`.
        waited: When they came to the lobby; ms since the epoch.
    """

    id: str
    name: str
    part: str
    state: str
    audio: bool
    video: bool
    screen: bool
    answer: str
    waited: int


class Whole(NamedTuple):
    """
    A visit for one asker.

    Args:
        visit: Its id.
        start, end: Of the appointment, as its record says.
        opens, closes: When it can be entered, as instants.
        state, mode, epoch, locked, recording, recorder: As `Visit`.
        room: Which of the gateway's rooms.
        part: As what the asker takes part.
        me: The asker's id in it; empty before they came.
        hosts: Names of those who are to see the patient.
        people: Whom the asker may see.
        encounter: Logical id, for those who write in it; empty for others.
        patient: Logical id, likewise.
        consented: Whether the patient has agreed to be seen by video.
        recordable: Whether the asker may ask for a recording.
    """

    visit: str
    start: str
    end: str
    opens: str
    closes: str
    state: str
    mode: str
    epoch: int
    room: int
    locked: bool
    recording: str
    recorder: str
    part: str
    me: str
    hosts: tuple[str, ...]
    people: tuple[Line, ...]
    encounter: str = ""
    patient: str = ""
    consented: bool = False
    recordable: bool = False


def whole(
    work: Work, appointment: Resource, visit: Visit, part: str, *, consented: bool, recordable: bool
) -> Plan[Whole]:
    """The visit for the subject, who takes part in it as *part*."""
    who, start = appointments.me(work), appointments.starts(appointment)
    mine = next((one for one in visit.people if one.who == who), None)
    seen = [one for one in visit.people if visible(mine, one, part)]
    lines, hosts = [], []
    for one in seen:
        named = yield from name(work, visit, one)
        lines.append(line(one, named))
    for reference in appointments.practitioners(appointment):
        host = yield from called(work, reference)
        hosts.append(host)
    staff = part == HOST
    return Whole(
        visit.id, appointment["start"], appointment.get("end", ""), instant(start - OPENS), instant(start + CLOSES),
        visit.state, visit.mode, visit.epoch, visit.room, visit.locked, visit.recording, visit.recorder, part,
        mine.id if mine else "", tuple(filter(None, hosts)), tuple(lines), visit.encounter if staff else "",
        appointments.patient_of(appointment) if staff else "", consented, recordable,
    )  # fmt: skip


def visible(mine: Person | None, other: Person, part: str) -> bool:
    """Hosts and those inside see all; whoever waits sees themselves and the hosts who are there."""
    if part == HOST or (mine is not None and (mine.state == "admitted" or mine.id == other.id)):
        return True
    return mine is not None and other.part == HOST and other.state == "admitted"


def line(person: Person, name: str) -> Line:
    """A person with what they are called."""
    audio, video, screen = (bool(person.media & what) for what in (SOUND, PICTURE, SCREEN))
    return Line(person.id, name, person.part, person.state, audio, video, screen, person.answer, person.waited)


def name(work: Work, visit: Visit, person: Person) -> Plan[str]:
    """What somebody is called: a guest what they chose, others by their record."""
    if person.name is not None:
        return (yield from video_visits.opened(work, visit, person.id, person.name))
    return (yield from called(work, person.who))


def individual(work: Work, visit: Visit, person: Person) -> Plan[Resource]:
    """Somebody as a Reference; empty where they have neither a record nor a name."""
    found: Resource = {}
    if person.who.startswith(("Practitioner/", "RelatedPerson/", "Patient/")):
        found["reference"] = person.who
    if said := (yield from name(work, visit, person)):
        found["display"] = said
    return found


def called(work: Work, reference: str) -> Plan[str]:
    """What the record behind *reference* is called, as it is said aloud; empty where the subject may not know."""
    kind, _, logical_id = reference.partition("/")
    if kind not in {"Practitioner", "Patient", "RelatedPerson"}:
        return ""
    try:
        found = yield from work.find(kind, logical_id)
    except Forbidden:
        return ""
    return spoken_name(found) if found else ""


def spoken_name(person: Resource) -> str:
    """
    A name as it is said aloud.

    >>> spoken_name({"name": [{"use": "old", "text": "A"}, {"prefix": ["Dr"], "given": ["Ada"], "family": "Okafor"}]})
    'Dr Ada Okafor'
    """
    names = person.get("name", ())
    best: Resource = min(names, key=lambda one: _PREFERENCE.get(one.get("use", ""), 2), default={})
    parts = [*best.get("prefix", ()), *best.get("given", ()), best.get("family", "")]
    return " ".join(part for part in parts if part) or str(best.get("text", ""))


_PREFERENCE = {"official": 0, "usual": 1, "old": 4, "maiden": 4}
