"""Allergies, and the difference between none and not asked yet."""

from collections.abc import Iterator
from dataclasses import dataclass

from meridian.ops.demo.elements import (
    RXNORM,
    SNOMED,
    Code,
    Resource,
    chance,
    concept,
    ident,
    status,
    years_before,
)
from meridian.ops.demo.roster import Life


@dataclass(frozen=True)
class Allergy:
    """What somebody reacts to, how, and how dangerous it is."""

    name: str
    code: Code | None
    category: str
    criticality: str
    reaction: str
    severity: str


ALLERGIES: dict[str, Allergy] = {
    "penicillin": Allergy("Penicillin", Code(RXNORM, "7980", "Penicillin G"), "medication", "high", "Hives",
                          "moderate"),
    "sulfonamide": Allergy(
        "Sulfonamide antibiotics", Code(SNOMED, "763875007", "Product containing sulfonamide (product)"),
        "medication", "high", "Skin rash", "moderate",
    ),
    "aspirin": Allergy("Aspirin", None, "medication", "high", "Wheezing", "severe"),
    "latex": Allergy("Latex", Code(SNOMED, "300916003", "Latex allergy"), "environment", "low", "Hives", "mild"),
    "peanuts": Allergy(
        "Peanuts", Code(SNOMED, "91935009", "Allergy to peanuts"), "food", "high", "Anaphylactic reaction", "severe"
    ),
    "nuts": Allergy("Nuts", Code(SNOMED, "91934008", "Allergy to nut"), "food", "high", "Swelling of lips", "moderate"),
    "shellfish": Allergy(
        "Shellfish", Code(SNOMED, "300913006", "Shellfish allergy"), "food", "low", "Hives", "mild"
    ),
    "milk": Allergy("Cow's milk", None, "food", "low", "Vomiting", "mild"),
    "bees": Allergy(
        "Bee venom", Code(SNOMED, "424213003", "Allergy to bee venom"), "environment", "high",
        "Anaphylactic reaction", "severe",
    ),
    "pollen": Allergy(
        "Grass pollen", Code(SNOMED, "418689008", "Allergy to grass pollen"), "environment", "low", "Runny nose", "mild"
    ),
    "dust": Allergy(
        "House dust mite", Code(SNOMED, "232350006", "House dust mite allergy"), "environment", "low",
        "Wheezing", "mild",
    ),
    "mould": Allergy("Mould", Code(SNOMED, "419474003", "Allergy to mould"), "environment", "low", "Wheezing", "mild"),
    "cats": Allergy(
        "Cats", Code(SNOMED, "232347008", "Dander (animal) allergy"), "environment", "low", "Itching eyes", "mild"
    ),
}  # fmt: skip

NO_KNOWN = concept("No known allergies", Code(SNOMED, "716186003", "No Known Allergy (situation)"))
NOT_ASKED = "?"


def of(life: Life) -> Iterator[Resource]:
    """
    What the patient is allergic to.

    Somebody who was asked and knows of none has a statement that says so; who was not asked yet has nothing.
    """
    if life.allergies == (NOT_ASKED,):
        return
    if not life.allergies:
        yield _statement(life, "none", NO_KNOWN)
    for key in life.allergies:
        yield _allergy(life, key, ALLERGIES[key])


def _statement(life: Life, key: str, what: Resource) -> Resource:
    years = min(chance("allergy", life.key, key).uniform(1, 12), max(life.age_on(life.today) - 0.3, 0.1))
    return {
        "resourceType": "AllergyIntolerance",
        "id": ident("allergy", life.id, key),
        "clinicalStatus": status("allergyintolerance-clinical", "active"),
        "verificationStatus": status("allergyintolerance-verification", "confirmed"),
        "code": what,
        "patient": life.subject,
        "recordedDate": years_before(life.today, years).isoformat(),
        "recorder": life.doctor.reference,
    }


def _allergy(life: Life, key: str, allergy: Allergy) -> Resource:
    what = concept(allergy.name, *([allergy.code] if allergy.code else []))
    reaction = {"manifestation": [concept(allergy.reaction)], "severity": allergy.severity}
    return _statement(life, key, what) | {
        "type": "allergy",
        "category": [allergy.category],
        "criticality": allergy.criticality,
        "reaction": [reaction],
    }
