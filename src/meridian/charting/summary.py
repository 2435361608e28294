"""
What a visit came to, for the patient to take along: one page in plain words of their language.

It is printed only once its note is signed. Staff may look at it before; it is marked as a draft then.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from meridian import paper
from meridian.access.subject import Role
from meridian.access.work import Plan, Resource, Work
from meridian.charting.codes import HL7, LOINC, NO_KNOWN_ALLERGY, SNOMED, coded, words
from meridian.charting.notes.writing import text_of
from meridian.charting.people import name_of, patient_of
from meridian.charting.summary_words import CATALOGUES, Catalogue
from meridian.charting.vitals.signs import BODY_MASS, PRESSURE, TAKEN
from meridian.faults import Conflict
from meridian.fhir import ours
from meridian.fhir.spoken import spoken

PRINT: Final = "Encounter/$summary"
ZONE: Final = "America/New_York"
"""Where an organisation says none."""
_AGREED = re.compile(r"(?ims)^#+ +[^\n]*\b(?:plan|agreed|advice)\b[^\n]*\n(.*?)(?=^#+ |\Z)")
_MARKS = re.compile(r"[*_`>]+")


class Hand(NamedTuple):
    """How the page is written: in which *language*, and by the clock of which *zone*."""

    language: str
    zone: ZoneInfo

    @property
    def say(self) -> Catalogue:
        """The words of the language."""
        return CATALOGUES[self.language]

    def moment(self, text: str) -> str:
        """A FHIR date or dateTime as nobody can misread it."""
        if "T" not in text:
            return paper.day(text, self.language)
        here = datetime.fromisoformat(text).astimezone(self.zone)
        return f"{paper.day(here.date().isoformat(), self.language)} {here:%H:%M %Z}"


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
        hand = Hand(paper.language_of(*spoken(patient)), _zone(house))
        blocks = yield from _blocks(work, visit, signed, hand)
        now = datetime.fromtimestamp(work.now / 1000, UTC).isoformat()
        return paper.Document(
            title=hand.say.title,
            letterhead=letterhead(house),
            blocks=tuple(blocks),
            at=work.now,
            about=about(patient, hand.language),
            language=hand.language,
            words=paper.WORDS[hand.language],
            made=hand.say.printed.format(when=hand.moment(now)),
            watermark="" if signed else hand.say.draft,
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


def about(patient: Resource, language: str = "en") -> str:
    """
    Whom the page is about, unmistakably.

    >>> about({"name": [{"family": "Müller", "given": ["Anna"]}], "birthDate": "1958-03-12"})
    'MÜLLER, Anna · born 12-Mar-1958'
    """
    name: Resource = next(iter(patient.get("name", ())), {})
    parts = [", ".join(filter(None, (name.get("family", "").upper(), " ".join(name.get("given", ())))))]
    parts[0] = parts[0] or name_of(patient)
    if patient.get("birthDate"):
        parts.append(CATALOGUES[language].born.format(day=paper.day(patient["birthDate"], language)))
    number = next((one["value"] for one in patient.get("identifier", ()) if one.get("value")), "")
    return " · ".join([*parts, *([number] if number else [])])


def _blocks(work: Work, visit: Resource, signed: list[Resource], hand: Hand) -> Plan[list[paper.Block]]:
    here, patient, say = f"Encounter/{visit['id']}", patient_of(visit), hand.say
    blocks: list[paper.Block] = [paper.Facts(tuple(_facts(visit, hand)))]
    for note in signed:
        for part in _AGREED.findall(text_of(note) + "\n"):
            if part.strip():
                blocks += [paper.Heading(say.agreed), paper.Paragraph(_MARKS.sub("", part).strip())]
    measured = yield from work.search("Observation", [("encounter", here), ("category", "vital-signs")])
    rows = tuple(row for one in measured if (row := _measured(one, say)))
    if rows:
        blocks += [paper.Heading(say.measured), paper.Table(say.columns, rows, widths=(2, 1))]
    for kind, element in _LISTS:
        found = yield from work.search(kind, [("encounter", here)]) if kind != "Immunization" else _given(work, visit)
        items = tuple(words(one.get(element)) for one in found if one.get("status") not in _WRONG and one.get(element))
        if items:
            blocks += [paper.Heading(say.lists[kind]), paper.Points(items)]
    blocks += [paper.Heading(say.allergies), (yield from _allergies(work, patient, say))]
    coming = yield from _coming(work, patient, hand)
    if coming:
        blocks += [paper.Heading(say.coming), paper.Points(tuple(coming))]
    for note in signed:
        signer = note.get("authenticator", {}).get("display", "")
        if signer and not note.get("relatesTo"):
            blocks.append(paper.Signature(say.note, signer, hand.moment(note["date"])))
    return blocks


_WRONG: Final = frozenset({"entered-in-error", "cancelled", "not-done"})
_LISTS: Final = (
    ("Condition", "code"),
    ("MedicationRequest", "medicationCodeableConcept"),
    ("Immunization", "vaccineCode"),
    ("Procedure", "code"),
    ("ServiceRequest", "code"),
)


def _given(work: Work, visit: Resource) -> Plan[list[Resource]]:
    """Vaccines of the visit; FHIR R4 has no search for them by visit."""
    found = yield from work.search("Immunization", [("patient", patient_of(visit))])
    return [one for one in found if one.get("encounter", {}).get("reference") == f"Encounter/{visit['id']}"]


def _facts(visit: Resource, hand: Hand) -> Iterator[tuple[str, str]]:
    if start := visit.get("period", {}).get("start"):
        yield hand.say.when, hand.moment(start)
    seen = [one["individual"].get("display", "") for one in visit.get("participant", ()) if one.get("individual")]
    if any(seen):
        yield hand.say.whom, ", ".join(filter(None, seen))
    if reasons := [words(one) for one in visit.get("reasonCode", ())]:
        yield hand.say.why, ", ".join(reasons)


def _measured(one: Resource, say: Catalogue) -> tuple[str, str] | None:
    code = coded(one["code"], LOINC)
    if one.get("status") in _WRONG:
        return None
    if code == PRESSURE.code:
        values = [part["valueQuantity"]["value"] for part in one.get("component", ()) if "valueQuantity" in part]
        return say.pressure, f"{say.over.join(f'{value:g}' for value in values)} mmHg"
    sign = TAKEN.get(code) or (BODY_MASS if code == BODY_MASS.code.code else None)
    quantity = one.get("valueQuantity")
    if sign is None or quantity is None:
        return None
    unit = quantity.get("unit", "")
    return say.signs.get(sign.code.code, sign.name), f"{quantity['value']:g} {say.units.get(unit, unit)}"


def _allergies(work: Work, patient: str, say: Catalogue) -> Plan[paper.Block]:
    found = yield from work.search("AllergyIntolerance", [("patient", patient)])
    active = [
        one for one in found if coded(one.get("clinicalStatus"), HL7 + "/allergyintolerance-clinical") == "active"
    ]
    if not active:
        return paper.Paragraph(say.not_asked)
    if all(coded(one.get("code"), SNOMED) == NO_KNOWN_ALLERGY.code for one in active):
        return paper.Paragraph(say.no_allergies)
    return paper.Points(tuple(words(one.get("code")) for one in active))


def _coming(work: Work, patient: str, hand: Hand) -> Plan[list[str]]:
    now = datetime.fromtimestamp(work.now / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = yield from work.search("Appointment", [("patient", patient), ("date", f"ge{now}"), ("status", "booked")])
    coming = sorted((one for one in found if one.get("start")), key=lambda one: datetime.fromisoformat(one["start"]))
    return [" · ".join(filter(None, (hand.moment(one["start"]), one.get("description", "")))) for one in coming[:5]]


def _zone(house: Resource | None) -> ZoneInfo:
    said = ours.extended(house, "timezone") if house else None
    try:
        return ZoneInfo((said or {}).get("valueCode", ZONE))
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(ZONE)
