"""Medicines: what is prescribed for each problem, how it is taken, and since when."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from meridian.medications import formulary
from meridian.ops.demo.elements import RXNORM, Code, Resource, concept, ident, reference
from meridian.ops.demo.problems import ILLNESSES, PROBLEMS, onset
from meridian.ops.demo.roster import Life
from meridian.ops.demo.visits import Visit

UNFIT = {
    ("penicillin", "penicillin-v"): "azithromycin",
    ("penicillin", "amoxicillin"): "azithromycin",
    ("sulfonamide", "hydrochlorothiazide"): "lisinopril",
    ("aspirin", "ibuprofen"): "acetaminophen",
    ("aspirin", "naproxen"): "acetaminophen",
}
"""(allergy, medicine) and what is given instead: a coherent record does not hold what would harm."""


@dataclass(frozen=True)
class Medicine:
    """
    A medicine and its usual dose.

    Args:
        name: As it stands on the list, with strength and form.
        rxnorm: Code and words, where the sample sets quote one.
        dose: How it is taken, for the patient.
        count: Units taken at a time; *unit* is what one is.
        times: Times a *period*; 0 when needed.
        period: `d` for a day, `wk` for a week.
        route: Words for the way.
    """

    name: str
    rxnorm: tuple[str, str] | None
    dose: str
    count: str = "1"
    unit: str = "tablet"
    times: int = 1
    period: str = "d"
    route: str = "by mouth"

    @property
    def concept(self) -> Resource:
        """The medicine as a CodeableConcept: with the formulary's code too, where it is on it."""
        listed = _listed().get(self.name.lower())
        own = [Code(formulary.OWN, listed.id, listed.name)] if listed else []
        return concept(self.name, *([Code(RXNORM, *self.rxnorm)] if self.rxnorm else []), *own)

    @property
    def dosage(self) -> Resource:
        """The dose as a Dosage."""
        timing = {"repeat": {"frequency": self.times, "period": 1, "periodUnit": self.period}}
        dose = {"value": Decimal(self.count), "unit": self.unit}
        plain: Resource = {"text": self.dose, "route": {"text": self.route}, "doseAndRate": [{"doseQuantity": dose}]}
        return plain | ({"timing": timing} if self.times else {"asNeededBoolean": True})


MEDICINES: dict[str, Medicine] = {
    "amlodipine": Medicine(
        "Amlodipine 5 mg tablet", ("197361", "Amlodipine 5 MG Oral Tablet"), "1 tablet by mouth every morning"
    ),
    "hydrochlorothiazide": Medicine(
        "Hydrochlorothiazide 25 mg tablet", ("316049", "Hydrochlorothiazide 25 MG"), "1 tablet by mouth every morning"
    ),
    "lisinopril": Medicine(
        "Lisinopril 10 mg tablet (Prinivil)", ("206765", "Prinivil 10 MG Oral Tablet"), "1 tablet by mouth once a day"
    ),
    "metformin": Medicine(
        "Metformin 500 mg extended-release tablet",
        ("860975", "24 HR Metformin hydrochloride 500 MG Extended Release Oral Tablet"),
        "2 tablets by mouth with the evening meal", count="2",
    ),
    "simvastatin": Medicine(
        "Simvastatin 20 mg tablet", ("312961", "Simvastatin 20 MG Oral Tablet"), "1 tablet by mouth at bedtime"
    ),
    "warfarin": Medicine(
        "Warfarin 5 mg tablet", ("855332", "Warfarin Sodium 5 MG Oral Tablet"),
        "1 tablet by mouth every evening, changed by INR",
    ),
    "metoprolol": Medicine(
        "Metoprolol succinate 100 mg extended-release tablet",
        ("866414", "24 HR metoprolol succinate 100 MG Extended Release Oral Tablet [Toprol]"),
        "1 tablet by mouth every morning",
    ),
    "clopidogrel": Medicine(
        "Clopidogrel 75 mg tablet", ("309362", "Clopidogrel 75 MG Oral Tablet"), "1 tablet by mouth once a day"
    ),
    "nitroglycerin": Medicine(
        "Nitroglycerin 0.4 mg spray", ("705129", "Nitroglycerin 0.4 MG/ACTUAT Mucosal Spray"),
        "1 spray under the tongue for chest pain, again after 5 minutes if needed", unit="spray", times=0,
        route="under the tongue",
    ),
    "furosemide": Medicine(
        "Furosemide 40 mg tablet", ("315971", "Lasix 40mg"), "1 tablet by mouth every morning"
    ),
    "fluticasone": Medicine(
        "Fluticasone 44 micrograms inhaler",
        ("895994", "120 ACTUAT Fluticasone propionate 0.044 MG/ACTUAT Metered Dose Inhaler"),
        "2 puffs breathed in twice a day", count="2", unit="puff", times=2, route="breathed in",
    ),
    "fluticasone-salmeterol": Medicine(
        "Fluticasone 250 micrograms with salmeterol 50 micrograms inhaler",
        ("896209", "60 ACTUAT Fluticasone propionate 0.25 MG/ACTUAT / salmeterol 0.05 MG/ACTUAT Dry Powder Inhaler"),
        "1 puff breathed in twice a day", unit="puff", times=2, route="breathed in",
    ),
    "albuterol": Medicine(
        "Albuterol 90 micrograms inhaler",
        ("745679", "200 ACTUAT Albuterol 0.09 MG/ACTUAT Metered Dose Inhaler"),
        "2 puffs breathed in when short of breath, at most every 4 hours", count="2", unit="puff", times=0,
        route="breathed in",
    ),
    "levothyroxine": Medicine(
        "Levothyroxine 75 micrograms tablet", None, "1 tablet by mouth every morning, 30 minutes before breakfast"
    ),
    "iron": Medicine(
        "Ferrous sulfate 325 mg tablet", ("310325", "ferrous sulfate 325 MG Oral Tablet"),
        "1 tablet by mouth once a day",
    ),
    "folic-acid": Medicine("Folic acid 1 mg tablet", None, "1 tablet by mouth once a day"),
    "allopurinol": Medicine("Allopurinol 100 mg tablet", None, "2 tablets by mouth once a day", count="2"),
    "tamsulosin": Medicine(
        "Tamsulosin 0.4 mg capsule", None, "1 capsule by mouth after the same meal every day", unit="capsule"
    ),
    "acetaminophen": Medicine(
        "Acetaminophen 325 mg tablet", ("313782", "Acetaminophen 325 MG Oral Tablet"),
        "2 tablets by mouth for pain, at most 4 times a day", count="2", times=0,
    ),
    "alendronate": Medicine(
        "Alendronic acid 10 mg tablet", ("904419", "Alendronic acid 10 MG Oral Tablet"),
        "1 tablet by mouth every morning with a full glass of water, upright for 30 minutes",
    ),
    "methotrexate": Medicine(
        "Methotrexate 10 mg tablet", ("105586", "Methotrexate 10 MG Oral Tablet"),
        "1 tablet by mouth ONCE A WEEK, on Mondays", period="wk",
    ),
    "galantamine": Medicine(
        "Galantamine 4 mg tablet", ("310436", "Galantamine 4 MG Oral Tablet"), "1 tablet by mouth twice a day", times=2
    ),
    "fluoxetine": Medicine("Fluoxetine 20 mg capsule", None, "1 capsule by mouth every morning", unit="capsule"),
    "sertraline": Medicine("Sertraline 50 mg tablet", None, "1 tablet by mouth every morning"),
    "naproxen": Medicine(
        "Naproxen 500 mg tablet", ("198014", "Naproxen 500 MG Oral Tablet"),
        "1 tablet by mouth at the start of an attack, with food", times=0,
    ),
    "omeprazole": Medicine(
        "Omeprazole 20 mg capsule", None, "1 capsule by mouth before breakfast", unit="capsule"
    ),
    "loratadine": Medicine(
        "Loratadine 5 mg chewable tablet", ("665078", "Loratadine 5 MG Chewable Tablet"),
        "2 tablets by mouth once a day in the pollen season", count="2",
    ),
    "hydrocortisone": Medicine(
        "Hydrocortisone 1 % cream", None, "A thin layer on the sore places twice a day", unit="application", times=2,
        route="on the skin",
    ),
    "atomoxetine": Medicine("Atomoxetine 18 mg capsule", None, "1 capsule by mouth every morning", unit="capsule"),
    "levetiracetam": Medicine("Levetiracetam 500 mg tablet", None, "1 tablet by mouth twice a day", times=2),
    "ibuprofen": Medicine(
        "Ibuprofen 200 mg tablet", ("310965", "Ibuprofen 200 MG Oral Tablet"),
        "2 tablets by mouth for pain, at most 3 times a day, with food", count="2", times=0,
    ),
    "penicillin-v": Medicine(
        "Penicillin V 500 mg tablet", ("834102", "Penicillin V Potassium 500 MG Oral Tablet"),
        "1 tablet by mouth twice a day for 10 days", times=2,
    ),
    "amoxicillin": Medicine(
        "Amoxicillin 250 mg capsule", ("308182", "Amoxicillin 250 MG Oral Capsule"),
        "1 capsule by mouth 3 times a day for 10 days", unit="capsule", times=3,
    ),
    "azithromycin": Medicine(
        "Azithromycin 500 mg tablet", ("226827", "Azithromycin 500mg oral tablet (Zithromax)"),
        "1 tablet by mouth once a day for 3 days",
    ),
}  # fmt: skip


@cache
def _listed() -> dict[str, formulary.Medicine]:
    return {one.name.lower(): one for one in formulary.medicines()}


STEP = timedelta(days=190)
"""Between the first medicine for a problem and the one that is added when it does not suffice."""


def of(life: Life, visits: list[Visit]) -> Iterator[Resource]:
    """Prescriptions that run, and the courses that were taken for short illnesses."""
    for chosen, begun, reason in running(life):
        yield _prescription(life, chosen, begun, reason, None)
    for visit in visits:
        if visit.illness and ILLNESSES[visit.illness].medicine:
            reason = reference("Condition", visit.illness_id, ILLNESSES[visit.illness].name)
            yield _prescription(life, fitting(life, ILLNESSES[visit.illness].medicine), visit.day, reason, visit)


def running(life: Life) -> Iterator[tuple[str, date, Resource]]:
    """What somebody takes, since when and what for."""
    taken: set[str] = set()
    for problem in life.problems:
        for number, key in enumerate(PROBLEMS[problem].medicines):
            begun = min(onset(life, problem) + number * STEP, life.today)
            chosen = fitting(life, key)
            if chosen not in taken:
                taken.add(chosen)
                reason = reference("Condition", ident("problem", life.id, problem), PROBLEMS[problem].name)
                yield chosen, begun, reason


def fitting(life: Life, key: str) -> str:
    """The medicine itself, or what is given instead to somebody with their allergies."""
    return next((UNFIT[allergy, key] for allergy in life.allergies if (allergy, key) in UNFIT), key)


def _prescription(life: Life, key: str, begun: date, reason: Resource, visit: Visit | None) -> Resource:
    medicine = MEDICINES[key]
    resource: Resource = {
        "resourceType": "MedicationRequest",
        "id": ident("prescription", life.id, key, visit.id if visit else "running"),
        "status": "completed" if visit else "active",
        "intent": "order",
        "medicationCodeableConcept": medicine.concept,
        "subject": life.subject,
        "authoredOn": begun.isoformat(),
        "requester": life.doctor.reference,
        "reasonReference": [reason],
        "dosageInstruction": [medicine.dosage],
    }
    if visit:
        return resource | {"encounter": reference("Encounter", visit.id)}
    supply = {"value": 90, "unit": "days", "system": "http://unitsofmeasure.org", "code": "d"}
    return resource | {"dispenseRequest": {"numberOfRepeatsAllowed": 3, "expectedSupplyDuration": supply}}
