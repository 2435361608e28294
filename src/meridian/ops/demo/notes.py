"""
Notes as clinicians write them: signed, one of them with an addendum, one waiting for a co-signature, one half written.

The signed ones are resources of each record. The one that is half written is a draft of its author's alone, saved
through her own door.
"""

import base64
import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from meridian.access.rules import PURPOSE_OF
from meridian.access.subject import Role, Subject
from meridian.charting.codes import AUTHORS_SIGNATURE, CLINICAL_NOTE, PROGRESS_NOTE
from meridian.fhir import ours
from meridian.ops.demo.elements import Resource, chance, ident, moment, reference
from meridian.ops.demo.messages import ChartOf
from meridian.ops.demo.organisations import HARBOR, STAFF, Member
from meridian.ops.demo.problems import ILLNESSES, PROBLEMS
from meridian.ops.demo.roster import Life, roster
from meridian.ops.demo.visits import CHECK_UP, FOLLOW_UP, Visit, timeline

RECENT = 3
"""Visits of each patient that have a note."""
WITH_ADDENDUM = "margaret-obrien"
HALF_WRITTEN = "margaret-obrien"
DRAFT = """## Subjective

Feels better since the dose was changed. Sleeps through most nights. No chest pain.

## Objective

Blood pressure as measured. Heart sounds regular, lungs clear.

## Assessment

"""


def of(life: Life, visits: list[Visit]) -> Iterator[Resource]:
    """Signed notes of the last visits, and an addendum to one of them."""
    for at, visit in enumerate(visits[-RECENT:]):
        text = _text(life, visit)
        signed = visit.begin + timedelta(minutes=visit.minutes + 12)
        identity = ident("note", visit.id)
        amended = life.key == WITH_ADDENDUM and at == len(visits[-RECENT:]) - 1
        yield _note(life, visit, identity, text, signed) | ({"docStatus": "amended"} if amended else {})
        yield _provenance(life, visit, identity, signed)
        if amended:
            more = ident("addendum", visit.id)
            later = signed + timedelta(hours=3)
            added = _note(life, visit, more, "Laboratory called: all results of today are within range.", later)
            appends = [{"code": "appends", "target": {"reference": f"DocumentReference/{identity}"}}]
            yield added | {"relatesTo": appends, "description": "Addendum: Progress note"}
            yield _provenance(life, visit, more, later)


async def begin_a_draft(chart_of: ChartOf, org: int, account: str, now: datetime) -> None:
    """The note that Dr Okafor has begun of a patient's last visit and not finished; *account* is hers."""
    doctor = next(one for one in STAFF if one.organisation is HARBOR and one.seat == "okafor")
    life = next(one for one in roster(now.date()) if one.organisation is HARBOR and one.key == HALF_WRITTEN)
    assert now.tzinfo is not None  # noqa: S101  # as for the clinic
    visit = timeline(life, now.tzinfo)[-1]
    subject = Subject(
        account, org, HARBOR.id, Role.CLINICIAN, f"Practitioner/{doctor.id}", purpose=PURPOSE_OF[Role.CLINICIAN]
    )
    await chart_of(subject).save_draft(f"note:Encounter/{visit.id}", DRAFT, patient=life.id)


def _text(life: Life, visit: Visit) -> str:
    if visit.kind == FOLLOW_UP and visit.problems:
        problem = PROBLEMS[visit.problems[0]]
        return (
            f"## Since the last visit\n\nNo new complaints about {problem.name.lower()}."
            f" Takes the medicines as agreed.\n\n"
            f"## Findings\n\nMeasurements of today are in the record.\n\n"
            f"## Assessment and plan\n\n{problem.name}, stable. No change of treatment."
            f" Next visit in {problem.visits} months, sooner if anything changes.\n"
        )
    if visit.illness:
        illness = ILLNESSES[visit.illness]
        return (
            f"## Subjective\n\nCame with {illness.name.lower()} for two days.\n\n## Objective\n\n"
            f"Alert, not in distress.\n\n## Assessment\n\n{illness.name}, no warning signs.\n\n"
            f"## Plan\n\nRest and plenty to drink. Come again if not well in {illness.days} days.\n"
        )
    if visit.kind == CHECK_UP:
        word = "Growing and developing as expected" if life.is_child else "Feels well"
        walks = chance("note", visit.id).choice(("walks most days", "cycles to work", "swims twice a week"))
        extra = "" if life.is_child else f" {walks.capitalize()}."
        return (
            f"## Subjective\n\n{word}.{extra}\n\n## Objective\n\nExamination without findings.\n\n"
            f"## Assessment\n\nHealthy.\n\n## Plan\n\nVaccines are up to date. Next check-up in a year.\n"
        )
    named = ", ".join(PROBLEMS[key].name.lower() for key in visit.problems) or "a new complaint"
    return f"## Subjective\n\nFirst visit for {named}.\n\n## Plan\n\nTreatment begun and explained. Follow-up agreed.\n"


def _note(life: Life, visit: Visit, identity: str, text: str, signed: datetime) -> Resource:
    body = text.encode()
    doctor = _named(visit.doctor)
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return {
        "resourceType": "DocumentReference",
        "id": identity,
        "status": "current",
        "docStatus": "final",
        "type": PROGRESS_NOTE.concept("Progress note"),
        "category": [CLINICAL_NOTE.concept()],
        "subject": life.subject,
        "date": moment(signed),
        "author": [doctor],
        "authenticator": doctor,
        "custodian": life.organisation.reference,
        "description": "Progress note",
        "content": [
            {
                "attachment": {
                    "extension": [ours.extension("sha256", valueBase64Binary=digest)],
                    "contentType": "text/markdown; charset=utf-8",
                    "data": base64.b64encode(body).decode(),
                    "size": len(body),
                    "hash": base64.b64encode(hashlib.sha1(body).digest()).decode(),  # noqa: S324  # FHIR says SHA-1
                    "title": "Progress note",
                    "creation": moment(signed),
                }
            }
        ],
        "context": {"encounter": [reference("Encounter", visit.id)]},
    }


def _provenance(life: Life, visit: Visit, note: str, signed: datetime) -> Resource:
    doctor, at = _named(visit.doctor), moment(signed)
    return {
        "resourceType": "Provenance",
        "id": ident("signature", note),
        "target": [{"reference": f"DocumentReference/{note}"}, life.subject],
        "recorded": at,
        "agent": [{"who": doctor}],
        "signature": [{"type": [AUTHORS_SIGNATURE.coding()], "when": at, "who": doctor}],
    }


def _named(member: Member) -> dict[str, Any]:
    return {**member.reference, "display": member.name}
