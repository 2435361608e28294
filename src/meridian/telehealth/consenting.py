"""
Recording, and who agreed to it: asked by a clinician, answered by everybody inside, ended by one no.

Off unless the organisation has turned it on (`allowing`). What the patient (or who acts for them) says is kept as a
Consent that a withdrawal makes inactive; what the others say stands beside their name in the visit, and in the log.
What is recorded becomes a document of the Encounter, with its digest, until when it is kept and by which Consent: of a
gateway by `recording`, of a browser by the way every file comes in.
"""

from dataclasses import replace
from typing import Final

from meridian.access.chart import Chart
from meridian.access.subject import Role
from meridian.access.video_visits import Visit
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.faults import Conflict, Forbidden
from meridian.fhir.ours import BASE
from meridian.telehealth import allowing, appointments, states, visits
from meridian.telehealth.visits import Done
from meridian.telehealth.ways import Parts

ASK, ANSWER, STOP = "video/$ask-recording", "video/$answer-recording", "video/$stop-recording"
PAPER: Final = f"{BASE}/papers/visit-recording/1"
"""Which words were agreed to; they are the portal's."""
_SCOPES = "http://terminology.hl7.org/CodeSystem/consentscope"


async def ask(parts: Parts, chart: Chart, visit: str) -> Done:
    """
    Ask everybody inside whether the visit may be recorded.

    Raises:
        Forbidden: If the organisation does not record, or the subject is no clinician who holds the visit.
        Conflict: If nobody is there whom to record, or it was asked already.
    """

    def plan(work: Work) -> Plan[Done]:
        appointment, _ = scene = yield from appointments.taking_part(work, visit)
        if work.subject.role is not Role.CLINICIAN:
            raise Forbidden("Only a clinician who holds the visit may ask for a recording")
        if not (yield from allowing.allowed(work)):
            raise Forbidden("Your organisation does not record visits")
        before = yield from visits.locked(work, appointment)
        if not allowing.carried(parts, before):
            raise Conflict("A visit of more than two cannot be recorded here")
        after = states.ask_to_record(before, _mine(work, before), work.now)
        return (yield from visits.kept(parts, work, scene, before, after))

    return await chart.work(ASK, plan, what=f"Appointment/{visit}")


async def answer(parts: Parts, chart: Chart, visit: str, *, yes: bool) -> Done:
    """
    Agree to the recording or not; no is also how one withdraws, and ends it at once.

    Raises:
        Conflict: If nobody asked, or the subject is not there.
    """

    def plan(work: Work) -> Plan[Done]:
        appointment, _ = scene = yield from appointments.taking_part(work, visit)
        before = yield from visits.locked(work, appointment)
        after = states.answer(before, _mine(work, before), work.now, yes=yes)
        if appointments.for_the_patient(work):
            after = yield from _consented(work, appointments.patient_of(appointment), after, yes=yes)
        return (yield from visits.kept(parts, work, scene, before, after))

    return await chart.work(ANSWER, plan, what=f"Appointment/{visit}")


async def stop(parts: Parts, chart: Chart, visit: str) -> Done:
    """
    No recording any more; anybody inside may say so.

    Raises:
        Conflict: If the subject is not inside.
    """

    def plan(work: Work) -> Plan[Done]:
        appointment, _ = scene = yield from appointments.taking_part(work, visit)
        before = yield from visits.locked(work, appointment)
        if states.person(before, _mine(work, before)).state != "admitted":
            raise Conflict("You are not in the visit")
        return (yield from visits.kept(parts, work, scene, before, states.stop_recording(before)))

    return await chart.work(STOP, plan, what=f"Appointment/{visit}")


def _mine(work: Work, visit: Visit) -> str:
    found = next((one.id for one in visit.people if one.who == appointments.me(work)), None)
    if found is None:
        raise Conflict("You are not in the visit")
    return found


def _consented(work: Work, patient: str, visit: Visit, *, yes: bool) -> Plan[Visit]:
    """The patient's answer as a Consent: one for each visit, `inactive` once it is withdrawn."""
    if visit.consent:
        said = {"status": "active" if yes else "inactive", "dateTime": instant(work.now)}
        kind = {"type": "permit" if yes else "deny"}
        yield from work.change(
            "Consent", visit.consent, lambda one: {**one, **said, "provision": {**one["provision"], **kind}}
        )
        return visit
    made = yield from work.create("Consent", consent(patient, work, visit, yes=yes))
    return replace(visit, consent=str(made["id"]))


def consent(patient: str, work: Work, visit: Visit, *, yes: bool) -> Resource:
    """The Consent in which somebody answered for a patient whether a visit may be recorded."""
    data = [{"meaning": "instance", "reference": {"reference": f"Encounter/{visit.encounter}"}}]
    provision: Resource = {"type": "permit" if yes else "deny"}
    if visit.encounter:
        provision["data"] = data
    return {
        "resourceType": "Consent",
        "status": "active" if yes else "rejected",
        "scope": {"coding": [{"system": _SCOPES, "code": "patient-privacy"}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0", "display": "Consent Document"}]}],
        "patient": {"reference": f"Patient/{patient}"},
        "dateTime": instant(work.now),
        "performer": [{"reference": work.subject.who or f"Patient/{patient}"}],
        "organization": [{"reference": f"Organization/{work.subject.organisation}"}],
        "policy": [{"uri": PAPER}],
        "provision": provision,
    }
