"""
What a visit came to, for the patient to take along: one page in plain words, printed only once its note is signed.

Staff may look at it before; it is marked as a draft then.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from meridian import paper
from meridian.access.subject import Role
from meridian.access.work import Plan, Resource, Work
from meridian.charting.codes import HL7, LOINC, NO_KNOWN_ALLERGY, SNOMED, coded, words
from meridian.charting.notes.writing import text_of
from meridian.charting.people import name_of, patient_of
from meridian.charting.vitals.signs import BODY_MASS, PRESSURE, TAKEN
from meridian.faults import Conflict
from meridian.fhir import ours

PRINT: Final = "Encounter/$summary"
ZONE: Final = "America/New_York"
"""Where an organisation says none."""
_AGREED = re.compile(r"(?ims)^#+ +[^\n]*\b(?:plan|agreed|advice)\b[^\n]*\n(.*?)(?=^#+ |\Z)")
_MARKS = re.compile(r"[*_`>]+")


def summary(encounter: str) -> Callable[[Work], Plan[paper.Document]]:
    """
    The visit on paper.

    Raises (when driven):
        Conflict: If a patient asks and no note of the visit has been signed and released.
    """

    def plan(work: Work) -> Plan[paper.Document]:
        visit = yield from work.read("Encounter", encounter)
        patient = yield from work.read("Patient", patient_of(visit))
        notes = yield from work.search("DocumentReference", [("encounter", f"Encounter/{encounter}")])
        signed = [one for one in notes if one.get("docStatus") in {"final", "amended"} and one["status"] == "current"]
        if not signed and work.subject.role in {Role.PATIENT, Role.PROXY}:
            raise Conflict("The summary is ready once the note of this visit has been signed")
        house = yield from work.find("Organization", work.subject.organisation)
        blocks = yield from _blocks(work, visit, signed)
        zone = _zone(house)
        return paper.Document(
            title="Summary of your visit",
            letterhead=letterhead(house),
            blocks=tuple(blocks),
            at=work.now,
            about=about(patient),
            made=f"Printed {_moment(datetime.fromtimestamp(work.now / 1000, UTC).isoformat(), zone)}",
            watermark="" if signed else "DRAFT, note not signed",
        )

    return plan


def letterhead(house: Resource | None) -> paper.Letterhead:
    """The organisation's name, address and telephone."""
    if house is None:
        return paper.Letterhead("")
    address: Resource = next(iter(house.get("address", ())), {})
    lines = [", ".join([*address.get("line", ()), *filter(None, (address.get("city"), address.get("state")))])]
    lines += [one["value"] for one in house.get("telecom", ()) if one.get("system") == "phone" and one.get("value")]
    return paper.Letterhead(house.get("name", ""), tuple(line for line in lines if line))


def about(patient: Resource) -> str:
    """
    Whom the page is about, unmistakably.

    >>> about({"name": [{"family": "Müller", "given": ["Anna"]}], "birthDate": "1958-03-12"})
    'MÜLLER, Anna · born 12-Mar-1958'
    """
    name: Resource = next(iter(patient.get("name", ())), {})
    parts = [", ".join(filter(None, (name.get("family", "").upper(), " ".join(name.get("given", ())))))]
    parts[0] = parts[0] or name_of(patient)
    if patient.get("birthDate"):
        parts.append(f"born {day(patient['birthDate'])}")
    number = next((one["value"] for one in patient.get("identifier", ()) if one.get("value")), "")
    return " · ".join([*parts, *([number] if number else [])])


def day(text: str) -> str:
    """
    A FHIR date as nobody can misread it.

    >>> day("1958-03-12"), day("1958-03"), day("1958")
    ('12-Mar-1958', 'Mar-1958', '1958')
    """
    formats = {10: "%d-%b-%Y", 7: "%b-%Y"}
    shape = formats.get(len(text[:10]))
    known = {10: "%Y-%m-%d", 7: "%Y-%m"}
    return datetime.strptime(text[:10], known[len(text[:10])]).strftime(shape) if shape else text  # noqa: DTZ007  # a date


def _blocks(work: Work, visit: Resource, signed: list[Resource]) -> Plan[list[paper.Block]]:
    house = yield from work.find("Organization", work.subject.organisation)
    zone, here = _zone(house), f"Encounter/{visit['id']}"
    patient = patient_of(visit)
    blocks: list[paper.Block] = [paper.Facts(tuple(_facts(visit, zone)))]
    for note in signed:
        for part in _AGREED.findall(text_of(note) + "\n"):
            if part.strip():
                blocks += [paper.Heading("What we agreed"), paper.Paragraph(_MARKS.sub("", part).strip())]
    measured = yield from work.search("Observation", [("encounter", here), ("category", "vital-signs")])
    rows = tuple(row for one in measured if (row := _measured(one)))
    if rows:
        blocks += [paper.Heading("What we measured"), paper.Table(("Measured", "Value"), rows, widths=(2, 1))]
    for kind, title, element in _LISTS:
        found = yield from work.search(kind, [("encounter", here)]) if kind != "Immunization" else _given(work, visit)
        items = tuple(words(one.get(element)) for one in found if one.get("status") not in _WRONG and one.get(element))
        if items:
            blocks += [paper.Heading(title), paper.Points(items)]
    blocks += [paper.Heading("Your allergies"), (yield from _allergies(work, patient))]
    coming = yield from _coming(work, patient, zone)
    if coming:
        blocks += [paper.Heading("Your next appointments"), paper.Points(tuple(coming))]
    for note in signed:
        signer = note.get("authenticator", {}).get("display", "")
        if signer and not note.get("relatesTo"):
            blocks.append(paper.Signature("Note of this visit", signer, _moment(note["date"], zone)))
    return blocks


_WRONG: Final = frozenset({"entered-in-error", "cancelled", "not-done"})
_LISTS: Final = (
    ("Condition", "What it is about", "code"),
    ("MedicationRequest", "Medicines prescribed", "medicationCodeableConcept"),
    ("Immunization", "Vaccines you had", "vaccineCode"),
    ("Procedure", "What was done", "code"),
    ("ServiceRequest", "Tests and visits we asked for", "code"),
)


def _given(work: Work, visit: Resource) -> Plan[list[Resource]]:
    """Vaccines of the visit; FHIR R4 has no search for them by visit."""
    found = yield from work.search("Immunization", [("patient", patient_of(visit))])
    return [one for one in found if one.get("encounter", {}).get("reference") == f"Encounter/{visit['id']}"]


def _facts(visit: Resource, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
    if start := visit.get("period", {}).get("start"):
        yield "When", _moment(start, zone)
    seen = [one["individual"].get("display", "") for one in visit.get("participant", ()) if one.get("individual")]
    if any(seen):
        yield "Whom you saw", ", ".join(filter(None, seen))
    if reasons := [words(one) for one in visit.get("reasonCode", ())]:
        yield "Why", ", ".join(reasons)


def _measured(one: Resource) -> tuple[str, str] | None:
    code = coded(one["code"], LOINC)
    if one.get("status") in _WRONG:
        return None
    if code == PRESSURE.code:
        values = [part["valueQuantity"]["value"] for part in one.get("component", ()) if "valueQuantity" in part]
        return "Blood pressure", f"{' over '.join(f'{value:g}' for value in values)} mmHg"
    sign = TAKEN.get(code) or (BODY_MASS if code == BODY_MASS.code.code else None)
    quantity = one.get("valueQuantity")
    return (
        None if sign is None or quantity is None else (sign.name, f"{quantity['value']:g} {quantity.get('unit', '')}")
    )


def _allergies(work: Work, patient: str) -> Plan[paper.Block]:
    found = yield from work.search("AllergyIntolerance", [("patient", patient)])
    active = [
        one for one in found if coded(one.get("clinicalStatus"), HL7 + "/allergyintolerance-clinical") == "active"
    ]
    if not active:
        return paper.Paragraph("We have not asked you about allergies yet. Please tell us if you have any.")
    if all(coded(one.get("code"), SNOMED) == NO_KNOWN_ALLERGY.code for one in active):
        return paper.Paragraph("You told us that you have no allergies that you know of.")
    return paper.Points(tuple(words(one.get("code")) for one in active))


def _coming(work: Work, patient: str, zone: ZoneInfo) -> Plan[list[str]]:
    now = datetime.fromtimestamp(work.now / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = yield from work.search("Appointment", [("patient", patient), ("date", f"ge{now}"), ("status", "booked")])
    coming = sorted((one for one in found if one.get("start")), key=lambda one: datetime.fromisoformat(one["start"]))
    return [" · ".join(filter(None, (_moment(one["start"], zone), one.get("description", "")))) for one in coming[:5]]


def _zone(house: Resource | None) -> ZoneInfo:
    said = ours.extended(house, "timezone") if house else None
    try:
        return ZoneInfo((said or {}).get("valueCode", ZONE))
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(ZONE)


def _moment(text: str, zone: ZoneInfo) -> str:
    if "T" not in text:
        return day(text)
    return datetime.fromisoformat(text).astimezone(zone).strftime("%d-%b-%Y %H:%M %Z")
