"""What becomes of prescriptions: fills, refills that are asked for, a check with an override; and the formulary."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from meridian.fhir import ours
from meridian.medications import formulary, issues
from meridian.medications.findings import Alert, Kind, Override, Severity, Source, State, judge
from meridian.ops.demo.elements import UCUM, Resource, ident, moment, reference
from meridian.ops.demo.medicines import MEDICINES, running
from meridian.ops.demo.organisations import Organisation
from meridian.ops.demo.roster import Life

DAYS: Final = 90
"""Of one fill."""
FILLS: Final = 2
"""The last so many are on record."""
ASKING: Final = {
    "margaret-obrien": "I am going away for three weeks on Saturday.",
    "robert-macdonald": "",
    "fatima-alsayed": "The pharmacy says there are none left.",
}
"""Who asks for more, with a note."""
COURSE: Final = "ida-bergstrom"
"""Takes a course of an antibiotic beside a blood thinner: ordered over an alert."""


def of(life: Life, now: datetime) -> Iterator[Resource]:
    """Everything about one patient's prescriptions but themselves."""
    for key, begun, _ in running(life):
        since = datetime.combine(begun, now.timetz())
        last = int((now - since).days // DAYS)
        for number in range(max(last - FILLS + 1, 0), last + 1):
            if MEDICINES[key].times:
                yield _fill(life, key, since + timedelta(days=number * DAYS), number)
    if life.key in ASKING:
        yield _asked(life, now)
    if life.key == COURSE:
        yield from _course(life, now)


def listed(organisation: Organisation) -> Iterator[Resource]:
    """The formulary as Medication resources."""
    for medicine in formulary.medicines():
        yield {
            "resourceType": "Medication",
            "id": ident("formulary", organisation.key, medicine.id),
            "status": "active",
            "code": medicine.concept,
            "form": {"text": medicine.form.value},
            "ingredient": [{"itemCodeableConcept": {"text": one}} for one in medicine.ingredients],
        }


def prescription_id(life: Life, key: str) -> str:
    """Logical id of a prescription that runs."""
    return ident("prescription", life.id, key, "running")


def _fill(life: Life, key: str, at: datetime, number: int) -> Resource:
    medicine = MEDICINES[key]
    per_day = Decimal(medicine.count) * medicine.times / (7 if medicine.period == "wk" else 1)
    units = int((per_day * DAYS).to_integral_value())
    return {
        "resourceType": "MedicationDispense",
        "id": ident("fill", life.id, key, number),
        "status": "completed",
        "medicationCodeableConcept": medicine.concept,
        "subject": life.subject,
        "authorizingPrescription": [reference("MedicationRequest", prescription_id(life, key))],
        "quantity": {"value": units, "unit": medicine.unit},
        "daysSupply": {"value": DAYS, "unit": "days", "system": UCUM, "code": "d"},
        "whenHandedOver": moment(at),
    }


def _asked(life: Life, now: datetime) -> Resource:
    key, _, _ = next(iter(running(life)))
    task = ours.task(
        "refill-request",
        patient=f"Patient/{life.id}",
        focus=f"MedicationRequest/{prescription_id(life, key)}",
        requester=f"Patient/{life.id}",
        owner=str(life.doctor.reference["reference"]),
        now=moment(now - timedelta(hours=20)),
        role="nurse",
        note=ASKING[life.key],
    )
    return {**task, "id": ident("refill", life.id, key)}


def _course(life: Life, now: datetime) -> Iterator[Resource]:
    """Azithromycin since yesterday, beside warfarin."""
    line = formulary.search("azithromycin")[0]
    course, at = ident("prescription", life.id, "azithromycin", "course"), now - timedelta(hours=26)
    repeat = {
        "frequency": 1,
        "period": 1,
        "periodUnit": "d",
        "boundsDuration": {"value": 3, "unit": "days", "system": UCUM, "code": "d"},
    }
    dosage = {
        "text": "Take 1 tablet by mouth once a day for 3 days",
        "route": {"text": line.way},
        "timing": {"repeat": repeat},
        "doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}],
    }
    yield {
        "resourceType": "MedicationRequest",
        "id": course,
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": line.concept,
        "subject": life.subject,
        "authoredOn": moment(at),
        "requester": life.doctor.reference,
        "dosageInstruction": [dosage],
        "dispenseRequest": {
            "numberOfRepeatsAllowed": 0,
            "quantity": {"value": 3, "unit": "tablet"},
            "expectedSupplyDuration": {"value": 3, "unit": "days", "system": UCUM, "code": "d"},
        },
    }
    yield _check(life, course, at)


def _check(life: Life, course: str, at: datetime) -> Resource:
    alert = Alert(
        source="scriptguard",
        kind=Kind.INTERACTION,
        severity=Severity.MAJOR,
        title="Bleeding: warfarin is broken down more slowly",
        text="INR rises within days. Choose another medicine, or lower the dose and measure INR in three to five days.",
        concerns=(MEDICINES["warfarin"].name,),
        about=(f"MedicationRequest/{prescription_id(life, 'warfarin')}",),
    )
    when = int(at.timestamp() * 1000)
    asked = [
        Source("scriptguard", "ScriptGuard", State.ANSWERED, "SG 2026.10", when),
        Source("medtrack", "MedTrack Pro", State.NOT_ASKED),
        Source("local", "Meridian's own rules", State.LOCAL, "2012-15.1", when),
    ]
    issue = issues.resource(judge(asked, [alert], []), life.id, "made up", when, order=course)
    override = Override(alert.key, "will-monitor", "INR on the third and on the seventh day")
    done = issues.overridden(issue, [override], str(life.doctor.reference["reference"]), when)
    return {**done, "id": ident("check", life.id, course)}
