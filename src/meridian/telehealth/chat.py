"""
What is written in a visit: Communications of its Encounter, which stay in the patient's record as its transcript.

Only who is inside writes, and the key that they choose makes what is sent twice one line. The patient and whoever
treats them read it afterwards; a guest reads what was written since they were let in, and only while they are inside.
"""

from datetime import datetime
from typing import Final, NamedTuple

from meridian.access import video_visits
from meridian.access.chart import Chart
from meridian.access.subject import Role
from meridian.access.video_visits import Person, Visit
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Conflict, Forbidden, Invalid, Issue
from meridian.fhir.ours import BASE, CODES
from meridian.telehealth import appointments, states, view, visits

SAY, TRANSCRIPT = "video/$chat", "video/$transcript"
LONGEST: Final = 2000
CATEGORY: Final = {"system": f"{CODES}/message-category", "code": "visit-chat", "display": "Chat of a video visit"}
KEYS: Final = f"{BASE}/visit-chat"
"""System of a line's identifier: person and key."""


class Said(NamedTuple):
    """
    A line of the chat.

    Args:
        id: The Communication's.
        person: By which the others in the visit know whoever wrote; empty if they are not of it.
        name: What they were called.
        at: When, as an instant.
        text: What.
        cid: The key its writer chose.
    """

    id: str
    person: str
    name: str
    at: str
    text: str
    cid: str


async def say(chart: Chart, visit: str, cid: str, text: str) -> Said:
    """
    Write a line.

    Raises:
        NotFound: If the visit is none of the subject's.
        Conflict: If they are not inside, or the visit has not begun.
        Invalid: If there is nothing in it, or too much.
    """
    words = text.strip()
    if not words or len(words) > LONGEST or not 0 < len(cid) <= 64:  # noqa: PLR2004  # of a key
        raise Invalid("A line has 1 to 2,000 characters", issues=(Issue("value", "is empty or too long", "text"),))

    def plan(work: Work) -> Plan[Said]:
        appointment, _ = yield from appointments.taking_part(work, visit)
        present = yield from visits.locked(work, appointment)  # or two servers would each keep the line
        me = _inside(work, present)
        if not present.encounter:
            raise Conflict("The visit has not begun")
        key = f"{me.id}.{cid}"
        sent = yield from work.search("Communication", [("identifier", f"{KEYS}|{key}")])
        if sent:
            return _said(sent[0], present)
        sender = yield from view.individual(work, present, me)
        made = {
            "resourceType": "Communication",
            "status": "completed",
            "identifier": [{"system": KEYS, "value": key}],
            "category": [{"coding": [CATEGORY]}],
            "subject": {"reference": f"Patient/{appointments.patient_of(appointment)}"},
            "encounter": {"reference": f"Encounter/{present.encounter}"},
            "sent": instant(work.now),
            **({"sender": sender} if sender else {}),
            "payload": [{"contentString": words}],
        }
        kept = yield from work.create("Communication", made)
        said = {"person": me.id}
        yield from work.tell(f"visit:{visit}", "visit-chat", f"Communication/{kept['id']}", said)
        return _said(kept, present)

    return await chart.work(SAY, plan, what=f"Appointment/{visit}")


async def transcript(chart: Chart, visit: str) -> list[Said]:
    """
    What was written, oldest first.

    Raises:
        NotFound: If the visit is none of the subject's.
        Forbidden: If they are a guest who is not inside.
    """

    def plan(work: Work) -> Plan[list[Said]]:
        yield from appointments.taking_part(work, visit)
        present = yield from video_visits.find(work, visit)
        since = 0
        if work.subject.role is Role.GUEST:
            since = _inside(work, present).joined
        if present is None or not present.encounter:
            return []
        found = yield from work.search("Communication", [("encounter", f"Encounter/{present.encounter}")])
        ours = [one for one in found if _ours(one) and _at(one) >= since]
        return [_said(one, present) for one in sorted(ours, key=lambda one: (_at(one), one["id"]))]

    return await chart.consult(TRANSCRIPT, plan, what=f"Appointment/{visit}")


def _inside(work: Work, present: Visit | None) -> Person:
    if present is not None:
        for one in states.inside(present):
            if one.who == appointments.me(work):
                return one
    if work.subject.role is Role.GUEST:
        raise Forbidden("You are not in the visit")
    raise Conflict("You are not in the visit")


def _ours(line: Resource) -> bool:
    return any(one.get("system") == KEYS for one in line.get("identifier", ()))


def _at(line: Resource) -> float:
    return datetime.fromisoformat(line["sent"]).timestamp() * 1000


def _said(line: Resource, visit: Visit) -> Said:
    key = next(one["value"] for one in line["identifier"] if one.get("system") == KEYS)
    person, _, cid = key.partition(".")
    known = person if any(one.id == person for one in visit.people) else ""
    name = str(line.get("sender", {}).get("display", ""))
    return Said(line["id"], known, name, line["sent"], line["payload"][0]["contentString"], cid)
