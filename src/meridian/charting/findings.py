"""
What is found, given and done at a visit: problems, allergies, immunizations and procedures, each one form.

Every entry is a FHIR resource as US Core shapes it, with who wrote it down and at which visit. "No known allergies" is
a resource that somebody recorded; where there is none, nobody has asked. An allergy that is recorded later ends it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from meridian.access.work import Plan, Resource, Work
from meridian.charting.codes import CVX, HL7, ICD10CM, NO_KNOWN_ALLERGY, RXNORM, SNOMED, Code, coded
from meridian.charting.diagnoses import Diagnosis
from meridian.charting.people import myself
from meridian.clock import instant
from meridian.faults import Conflict, Invalid, Issue

PROBLEM: Final = "Condition/$record"
ALLERGY: Final = "AllergyIntolerance/$record"
IMMUNIZATION: Final = "Immunization/$record"
PROCEDURE: Final = "Procedure/$record"
RESOLVE: Final = "Condition/$resolve"

SUBSTANCES: Final[Mapping[str, Code]] = {
    code.code: code
    for code in (
        Code(RXNORM, "7980", "Penicillin G"),
        Code(SNOMED, "763875007", "Product containing sulfonamide (product)"),
        Code(SNOMED, "300916003", "Latex allergy"),
        Code(SNOMED, "91935009", "Allergy to peanuts"),
        Code(SNOMED, "91934008", "Allergy to nut"),
        Code(SNOMED, "227493005", "Cashew nuts"),
        Code(SNOMED, "300913006", "Shellfish allergy"),
        Code(SNOMED, "227037002", "Fish - dietary (substance)"),
        Code(SNOMED, "420174000", "Allergy to wheat"),
        Code(SNOMED, "424213003", "Allergy to bee venom"),
        Code(SNOMED, "418689008", "Allergy to grass pollen"),
        Code(SNOMED, "419263009", "Allergy to tree pollen"),
        Code(SNOMED, "232350006", "House dust mite allergy"),
        Code(SNOMED, "419474003", "Allergy to mould"),
        Code(SNOMED, "232347008", "Dander (animal) allergy"),
    )
}
"""What people are most often allergic to; anything else is written as text."""

VACCINES: Final[Mapping[str, Code]] = {
    code: Code(CVX, code, display)
    for code, display in (
        ("140", "Influenza, seasonal, injectable, preservative free"),
        ("197", "influenza, high-dose, quadrivalent"),
        ("113", "Td (adult) preservative free"),
        ("115", "Tdap"),
        ("20", "DTaP"),
        ("10", "IPV"),
        ("49", "Hib (PRP-OMP)"),
        ("03", "MMR"),
        ("21", "varicella"),
        ("121", "zoster"),
        ("133", "Pneumococcal conjugate PCV 13"),
        ("33", "pneumococcal polysaccharide vaccine, 23 valent"),
        ("08", "Hep B, adolescent or pediatric"),
        ("43", "Hep B, adult"),
        ("83", "Hep A, ped/adol, 2 dose"),
        ("52", "Hep A, adult"),
        ("62", "HPV, quadrivalent"),
        ("114", "meningococcal MCV4P"),
        ("119", "rotavirus, monovalent"),
    )
}
"""CVX codes with their short descriptions, as Synthea's and US Core's records have them."""

PROCEDURES: Final[Mapping[str, Code]] = {
    code: Code(SNOMED, code, display)
    for code, display in (
        ("29303009", "Electrocardiographic procedure"),
        ("127783003", "Spirometry (procedure)"),
        ("23426006", "Measurement of respiratory function (procedure)"),
        ("117015009", "Throat culture (procedure)"),
        ("117010004", "Urine culture"),
        ("252160004", "Standard pregnancy test"),
        ("171207006", "Depression screening"),
        ("28163009", "Skin test for tuberculosis"),
        ("76601001", "Intramuscular injection"),
        ("180256009", "Subcutaneous immunotherapy"),
        ("288086009", "Suture open wound"),
        ("410006001", "Digital examination of rectum"),
        ("90226004", "Cytopathology procedure, preparation of smear, genital source"),
        ("65200003", "Insertion of intrauterine contraceptive device"),
        ("73761001", "Colonoscopy"),
    )
}
"""What is done in a practice, as Synthea's records code it; anything else is written as text."""


@dataclass(frozen=True, slots=True)
class About:
    """Whom it is about, and at which visit (empty outside one); both by logical id."""

    patient: str
    encounter: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem: its diagnosis, or (without a code) what it is called; *onset* as a FHIR date."""

    about: About
    diagnosis: Diagnosis | None = None
    text: str = ""
    onset: str = ""
    confirmed: bool = True
    at_visit_only: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Allergy:
    """An allergy; with *none* the statement that there are none known."""

    about: About
    none: bool = False
    substance: str = ""
    text: str = ""
    category: str = ""
    criticality: str = ""
    kind: str = "allergy"
    reaction: str = ""
    severity: str = ""
    onset: str = ""


@dataclass(frozen=True, slots=True)
class Immunization:
    """A vaccine that was given; *reported* when somebody only told of it."""

    about: About
    vaccine: str
    at: str = ""
    lot: str = ""
    expires: str = ""
    site: str = ""
    reported: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Procedure:
    """Something that was done."""

    about: About
    code: str = ""
    text: str = ""
    at: str = ""
    note: str = ""


def problem(given: Problem) -> Callable[[Work], Plan[Resource]]:
    """
    The Condition.

    Raises (when driven):
        Conflict: If the same diagnosis is on the list and active.
        Invalid: If it has neither a code nor words.
    """

    def plan(work: Work) -> Plan[Resource]:
        whose = yield from _whose(work, given.about, "recorder")
        concept = _named(given.diagnosis and Code(ICD10CM, *given.diagnosis), given.text, "problem")
        if given.diagnosis and not given.at_visit_only:
            yield from _not_active(work, given.about.patient, given.diagnosis.code)
        category = "encounter-diagnosis" if given.at_visit_only else "problem-list-item"
        made = {
            "resourceType": "Condition",
            "clinicalStatus": _status("condition-clinical", "active"),
            "verificationStatus": _status("condition-ver-status", "confirmed" if given.confirmed else "provisional"),
            "category": [_status("condition-category", category)],
            "code": concept,
            "recordedDate": instant(work.now),
            **whose,
            **({"onsetDateTime": given.onset} if given.onset else {}),
            **_notes(given.note),
        }
        return (yield from work.create("Condition", made))

    return plan


def resolved(logical_id: str, status: str, at: str = "") -> Callable[[Work], Plan[Resource]]:
    """The problem, `active`, `inactive` or `resolved` (since *at*, a FHIR date)."""

    def plan(work: Work) -> Plan[Resource]:
        def changed(condition: Resource) -> Resource:
            condition["clinicalStatus"] = _status("condition-clinical", status)
            condition.pop("abatementDateTime", None)
            if status != "active":
                condition["abatementDateTime"] = at or instant(work.now)
            return condition

        return (yield from work.change("Condition", logical_id, changed))

    return plan


def allergy(given: Allergy) -> Callable[[Work], Plan[Resource]]:
    """
    The AllergyIntolerance; it ends a statement that there are none, or (that statement) needs that there are none.

    Raises (when driven):
        Conflict: If there are none to be known, and one is; or the same is on the list.
        Invalid: If it has neither a substance nor words, or a substance that we do not list.
    """

    def plan(work: Work) -> Plan[Resource]:
        whose = yield from _whose(work, given.about, "recorder", subject="patient")
        listed = yield from work.search("AllergyIntolerance", [("patient", given.about.patient)])
        active = [one for one in listed if coded(one.get("clinicalStatus"), _ALLERGY_STATUS) == "active"]
        none = [one for one in active if coded(one.get("code"), SNOMED) == NO_KNOWN_ALLERGY.code]
        if given.none:
            if len(active) > len(none):
                raise Conflict("Allergies are on the list; end those first")
            if none:
                return (yield from _asked_again(work, none[0], whose["recorder"]))
            return (yield from work.create("AllergyIntolerance", _allergy(given, whose, work.now)))
        made = _allergy(given, whose, work.now)
        if any(one.get("code") == made["code"] for one in active):
            raise Conflict("This allergy is on the list already")
        for one in none:
            yield from work.change("AllergyIntolerance", one["id"], _ended)
        return (yield from work.create("AllergyIntolerance", made))

    return plan


def immunization(given: Immunization) -> Callable[[Work], Plan[Resource]]:
    """
    The Immunization.

    Raises (when driven):
        Invalid: If the vaccine is none that we list.
    """

    def plan(work: Work) -> Plan[Resource]:
        code = VACCINES.get(given.vaccine)
        if code is None:
            raise _wrong("is no vaccine that is listed", "vaccine")
        whose = yield from _whose(work, given.about, "", subject="patient")
        me = yield from myself(work)
        made = {
            "resourceType": "Immunization",
            "status": "completed",
            "vaccineCode": code.concept(),
            "occurrenceDateTime": given.at or instant(work.now),
            "recorded": instant(work.now),
            "primarySource": not given.reported,
            "performer": [{"actor": me}],
            **whose,
            **({"lotNumber": given.lot} if given.lot else {}),
            **({"expirationDate": given.expires} if given.expires else {}),
            **({"site": {"text": given.site}} if given.site else {}),
            **_notes(given.note),
        }
        if given.reported:
            del made["performer"]
        return (yield from work.create("Immunization", made))

    return plan


def procedure(given: Procedure) -> Callable[[Work], Plan[Resource]]:
    """
    The Procedure, done.

    Raises (when driven):
        Invalid: If it has neither a code nor words, or a code that we do not list.
    """

    def plan(work: Work) -> Plan[Resource]:
        if given.code and given.code not in PROCEDURES:
            raise _wrong("is no procedure that is listed", "code")
        whose = yield from _whose(work, given.about, "recorder")
        made = {
            "resourceType": "Procedure",
            "status": "completed",
            "code": _named(PROCEDURES.get(given.code), given.text, "procedure"),
            "performedDateTime": given.at or instant(work.now),
            "performer": [{"actor": whose["recorder"]}],
            **whose,
            **_notes(given.note),
        }
        return (yield from work.create("Procedure", made))

    return plan


# --- parts

_ALLERGY_STATUS: Final = HL7 + "/allergyintolerance-clinical"


def _whose(work: Work, about: About, recorder: str, subject: str = "subject") -> Plan[dict[str, Any]]:
    """Patient, visit and recorder; the visit must be the patient's."""
    me = yield from myself(work)
    yield from work.read("Patient", about.patient)
    found: dict[str, Any] = {subject: {"reference": f"Patient/{about.patient}"}}
    if recorder:
        found[recorder] = me
    if about.encounter:
        encounter = yield from work.read("Encounter", about.encounter)
        if encounter.get("subject", {}).get("reference") != f"Patient/{about.patient}":
            raise _wrong("is of another patient", "encounter")
        found["encounter"] = {"reference": f"Encounter/{about.encounter}"}
    return found


def _not_active(work: Work, patient: str, code: str) -> Plan[None]:
    there = yield from work.search("Condition", [("patient", patient), ("code", f"{ICD10CM}|{code}")])
    for one in there:
        listed = any(
            coded(each, HL7 + "/condition-category") == "problem-list-item" for each in one.get("category", ())
        )
        if listed and coded(one.get("clinicalStatus"), HL7 + "/condition-clinical") == "active":
            raise Conflict("This problem is on the list already", issues=(Issue("duplicate", "is listed", "code"),))


def _allergy(given: Allergy, whose: dict[str, Any], now: int) -> Resource:
    substance = SUBSTANCES.get(given.substance)
    if given.substance and substance is None and not given.none:
        raise _wrong("is no substance that is listed", "substance")
    code = NO_KNOWN_ALLERGY.concept("No known allergies") if given.none else _named(substance, given.text, "allergy")
    made: Resource = {
        "resourceType": "AllergyIntolerance",
        "clinicalStatus": _status("allergyintolerance-clinical", "active"),
        "verificationStatus": _status("allergyintolerance-verification", "confirmed"),
        "code": code,
        "recordedDate": instant(now),
        **whose,
    }
    if given.none:
        return made
    made["type"] = given.kind
    optional = {"category": [given.category], "criticality": given.criticality, "onsetDateTime": given.onset}
    made |= {name: value for name, value in optional.items() if value not in ("", [""])}
    if given.reaction:
        severity = {"severity": given.severity} if given.severity else {}
        made["reaction"] = [{"manifestation": [{"text": given.reaction}], **severity}]
    return made


def _asked_again(work: Work, none: Resource, me: Resource) -> Plan[Resource]:
    said = {"recorder": me, "recordedDate": instant(work.now)}
    return (yield from work.change("AllergyIntolerance", none["id"], lambda one: one | said))


def _ended(allergy: Resource) -> Resource:
    return allergy | {
        "clinicalStatus": _status("allergyintolerance-clinical", "inactive"),
        "verificationStatus": _status("allergyintolerance-verification", "refuted"),
    }


def _named(code: Code | None, text: str, what: str) -> Resource:
    if code is None and not text.strip():
        raise _wrong("needs a code or words", what)
    return code.concept(text) if code is not None else {"text": text}


def _status(system: str, code: str) -> Resource:
    return {"coding": [{"system": f"{HL7}/{system}", "code": code}]}


def _notes(text: str) -> dict[str, Any]:
    return {"note": [{"text": text}]} if text else {}


def _wrong(text: str, place: str) -> Invalid:
    return Invalid(f"The {place} {text}", issues=(Issue("value", text, place),))
