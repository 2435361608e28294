"""Codes that charting writes; each was found in US Core's package, HL7's examples or Synthea's records."""

from typing import Any, Final, NamedTuple

LOINC: Final = "http://loinc.org"
SNOMED: Final = "http://snomed.info/sct"
CVX: Final = "http://hl7.org/fhir/sid/cvx"
RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD10CM: Final = "http://hl7.org/fhir/sid/icd-10-cm"
UCUM: Final = "http://unitsofmeasure.org"
HL7: Final = "http://terminology.hl7.org/CodeSystem"
ACT_CODE: Final = HL7 + "/v3-ActCode"
NOTE_CATEGORY: Final = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"
SIGNATURES: Final = "urn:iso-astm:E1762-95:2013"


class Code(NamedTuple):
    """A code with the words of its system."""

    system: str
    code: str
    display: str

    def coding(self) -> dict[str, str]:
        """As a Coding."""
        return {"system": self.system, "code": self.code, "display": self.display}

    def concept(self, text: str = "") -> dict[str, Any]:
        """As a CodeableConcept."""
        return {"coding": [self.coding()], "text": text or self.display}


PROGRESS_NOTE: Final = Code(LOINC, "11506-3", "Progress note")
HISTORY_AND_PHYSICAL: Final = Code(LOINC, "34117-2", "History and physical note")
CONSULT_NOTE: Final = Code(LOINC, "11488-4", "Consult note")
CLINICAL_NOTE: Final = Code(NOTE_CATEGORY, "clinical-note", "Clinical Note")

AMBULATORY: Final = Code(ACT_CODE, "AMB", "ambulatory")
VIRTUAL: Final = Code(ACT_CODE, "VR", "virtual")
ATTENDER: Final = Code(HL7 + "/v3-ParticipationType", "ATND", "attender")

AUTHORS_SIGNATURE: Final = Code(SIGNATURES, "1.2.840.10065.1.12.1.1", "Author's Signature")
VERIFICATION_SIGNATURE: Final = Code(SIGNATURES, "1.2.840.10065.1.12.1.5", "Verification Signature")

NO_KNOWN_ALLERGY: Final = Code(SNOMED, "716186003", "No Known Allergy (situation)")

WITHHELD: Final = {"system": ACT_CODE, "code": "NOPAT"}
"""Label of what the patient is not to see yet."""


def label(resource: dict[str, Any], *, withheld: bool) -> dict[str, Any]:
    """*resource* with or without the label that withholds it from its patient."""
    meta = dict(resource.get("meta", {}))
    others = [one for one in meta.get("security", ()) if one.get("code") != WITHHELD["code"]]
    security = [*others, WITHHELD] if withheld else others
    meta = {name: value for name, value in meta.items() if name != "security"} | (
        {"security": security} if security else {}
    )
    changed = {name: value for name, value in resource.items() if name != "meta"}
    return changed | ({"meta": meta} if meta else {})


def coded(concept: dict[str, Any] | None, system: str) -> str:
    """The code of *concept* in *system*; empty where there is none."""
    codings = (concept or {}).get("coding", ())
    return next((str(one.get("code", "")) for one in codings if one.get("system") == system), "")


def words(concept: dict[str, Any] | None) -> str:
    """What *concept* is called."""
    said = concept or {}
    displays = (one.get("display", "") or one.get("code", "") for one in said.get("coding", ()))
    return str(said.get("text") or next(displays, ""))
