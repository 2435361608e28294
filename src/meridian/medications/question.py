"""
What a check is about: the draft, what else is taken, what is not tolerated; made from resources by a plan.

`Picture` is what of the chart matters, as it was when it was looked at. Its `fingerprint` binds an answer to the draft
and to that state: when either changes, the answer is of something else.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from meridian.access.subject import Role
from meridian.access.work import Plan, Resource, Work
from meridian.faults import Invalid, Issue
from meridian.medications import formulary, substances
from meridian.medications.dosage.forms import Form

LOOK: Final = "medication/$picture"
"""The step of a check that looks at what its asker may not see; see the policy's row `check-looks-further`."""
RUNNING: Final = ("active", "on-hold")
"""`MedicationRequest.status` of what is taken. Source: hl7.org/fhir/R4/valueset-medicationrequest-status.html."""
TAKEN: Final = ("active", "intended", "on-hold")
"""`MedicationStatement.status` of the same."""
NO_KNOWN: Final = frozenset({"716186003", "409137002"})
"""No known allergy; no known drug allergy (SNOMED CT, as US Core's examples quote them)."""
PUBLISHED: Final = frozenset({formulary.RXNORM, "http://snomed.info/sct"})
"""Systems whose codes may leave the house; a clinic's own could say more than a substance."""
_NUMBER: Final = re.compile(r"[0-9]{1,18}")
ELSEWHERE: Final = frozenset({"food", "environment"})
"""Categories of allergies that no medicine is about."""


@dataclass(frozen=True, slots=True)
class Drug:
    """
    A medicine as a check sees it.

    Args:
        name: As the chart calls it.
        rxnorm: Its RxNorm code, if it has one.
        ingredients: Its substances, as far as known.
        reference: Where it is from; empty for the draft.
        formulary: Whether it was chosen from the formulary, so that its substances are certain.
        local: Whether it acts where it is put: a cream, drops.
    """

    name: str
    rxnorm: str = ""
    ingredients: tuple[str, ...] = ()
    reference: str = ""
    formulary: bool = False
    local: bool = False

    @property
    def coded(self) -> bool:
        """Whether anything but words says what it is."""
        return bool(self.rxnorm) or self.formulary


@dataclass(frozen=True, slots=True)
class Allergy:
    """What is not tolerated; *classes* are ids of `substances.classes`."""

    name: str
    codes: tuple[tuple[str, str], ...] = ()
    ingredients: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    reference: str = ""

    @property
    def known(self) -> bool:
        """Whether anything but words nobody knows says what it is."""
        return bool(self.codes or self.ingredients or self.classes)


@dataclass(frozen=True, slots=True)
class Question:
    """All that sources are asked by; partners are sent a small part of it (`partners.port`)."""

    draft: Drug
    taking: tuple[Drug, ...] = ()
    allergies: tuple[Allergy, ...] = ()
    asked: bool = True
    """Whether somebody asked the patient about allergies."""


@dataclass(frozen=True, slots=True)
class Picture:
    """
    A question, and what it was made from.

    Args:
        question: What sources are asked by.
        fingerprint: Of the draft and of what it was checked against.
        labels: Security labels of what it was checked against; an answer names those things, so it bears them too.
        whole: The question with what the asker may not see, where there is such; its answer is not theirs to read.
    """

    question: Question
    fingerprint: str
    labels: tuple[Resource, ...] = ()
    whole: Question | None = None


def picture(work: Work, patient: str, request: Resource, *, replaces: str = "") -> Plan[Picture]:
    """
    Look at what matters for *request*.

    Args:
        work: The steps.
        patient: Logical id.
        request: A MedicationRequest that need not be whole; only its medication and dosage count.
        replaces: Logical id of the prescription that it takes the place of, which then does not count as taken.

    Raises:
        Invalid: If it names no medicine.
        NotFound: If the patient is not there, or not the subject's.
    """
    yield from work.read("Patient", patient)
    draft = yield from drug(work, request, reference="")
    own = yield from _state(work, patient, replaces)
    further = own if work.subject.role is Role.SERVICE else (yield from _state(work.within(LOOK), patient, replaces))
    question = yield from _question(work, draft, own)
    whole = (yield from _question(work, draft, further)) if _names(own) != _names(further) else None
    return Picture(question, _fingerprint(patient, request, replaces, further), tuple(_labels(own)), whole)


def _state(work: Work, patient: str, replaces: str) -> Plan[tuple[Resource, ...]]:
    """What is taken and not tolerated, as far as *work* sees."""
    requests = yield from work.search("MedicationRequest", [("patient", patient), ("status", ",".join(RUNNING))])
    statements = yield from work.search("MedicationStatement", [("patient", patient), ("status", ",".join(TAKEN))])
    found = yield from work.search("AllergyIntolerance", [("patient", patient)])
    taken = (one for one in (*requests, *statements) if _taken(one, replaces))
    return (*taken, *(one for one in found if _counts(one)))


def _question(work: Work, draft: Drug, state: tuple[Resource, ...]) -> Plan[Question]:
    allergies = [one for one in state if one["resourceType"] == "AllergyIntolerance"]
    drugs = []
    for one in state:
        if one["resourceType"] != "AllergyIntolerance":
            drugs.append((yield from drug(work, one)))  # noqa: PERF401  # a comprehension cannot yield
    return Question(draft, tuple(drugs), tuple(_drug_allergies(allergies)), bool(allergies))


def _names(state: tuple[Resource, ...]) -> set[tuple[str, str]]:
    return {(one["resourceType"], one["id"]) for one in state}


def _labels(state: tuple[Resource, ...]) -> Iterator[Resource]:
    """Each label that something bears, once."""
    found: set[tuple[str, str]] = set()
    for label in (one for resource in state for one in resource.get("meta", {}).get("security", ())):
        name = (str(label.get("system", "")), str(label.get("code", "")))
        if name not in found:
            found.add(name)
            yield {"system": name[0], "code": name[1]}


def drug(work: Work, resource: Resource, *, reference: str | None = None) -> Plan[Drug]:
    """The medicine of a request or statement."""
    concept = yield from medication(work, resource)
    line = formulary.of_concept(concept)
    here = f"{resource['resourceType']}/{resource.get('id', '')}" if reference is None else reference
    return Drug(
        name=name_of(concept),
        rxnorm=next((code for system, code in _published(concept) if system == formulary.RXNORM), ""),
        ingredients=substances.of_concept(concept),
        reference=here,
        formulary=line is not None,
        local=line is not None and line.form in (Form.CREAM, Form.DROPS),
    )


def medication(work: Work, resource: Resource) -> Plan[Resource]:
    """
    The CodeableConcept of what a request or statement is about.

    Raises:
        Invalid: If it names nothing.
    """
    concept: Resource | None = resource.get("medicationCodeableConcept")
    kind, _, logical_id = resource.get("medicationReference", {}).get("reference", "").partition("/")
    if concept is None and kind == "Medication" and logical_id:
        found = yield from work.find("Medication", logical_id)
        concept = (found or {}).get("code") or {"text": resource["medicationReference"].get("display", "")}
    if not concept or not name_of(concept):
        issue = Issue("required", "is missing", "MedicationRequest.medication")
        raise Invalid("The request names no medicine", issues=(issue,))
    return concept


def name_of(concept: Resource) -> str:
    """What a medicine or allergy is called."""
    shown = (one.get("display", "") for one in concept.get("coding", []))
    return str(concept.get("text") or next((one for one in shown if one), "")).strip()


def _taken(resource: Resource, replaces: str) -> bool:
    if resource["resourceType"] == "MedicationRequest":
        return resource["id"] != replaces and resource.get("intent") not in ("proposal", "plan")
    derived = {one.get("reference", "") for one in resource.get("derivedFrom", [])}
    return not any(one.startswith("MedicationRequest/") for one in derived)  # the request itself counts


def _counts(allergy: Resource) -> bool:
    clinical = _codes(allergy.get("clinicalStatus", {}))
    verified = _codes(allergy.get("verificationStatus", {}))
    return not clinical & {"inactive", "resolved"} and not verified & {"refuted", "entered-in-error"}


def _drug_allergies(allergies: list[Resource]) -> Iterator[Allergy]:
    for one in allergies:
        concept = one.get("code", {})
        categories = set(one.get("category", []))
        if _codes(concept) & NO_KNOWN or (categories and categories <= ELSEWHERE):
            continue
        yield Allergy(
            name=name_of(concept),
            codes=_published(concept),
            ingredients=substances.of_concept(concept),
            classes=tuple(each.id for each in substances.classes_named(concept)),
            reference=f"AllergyIntolerance/{one['id']}",
        )


def _published(concept: Resource) -> tuple[tuple[str, str], ...]:
    """Codes that mean the same to everybody: of published systems, and shaped as theirs are."""
    pairs = ((str(one.get("system", "")), str(one.get("code", ""))) for one in concept.get("coding", []))
    return tuple((system, code) for system, code in pairs if system in PUBLISHED and _NUMBER.fullmatch(code))


def _codes(concept: Resource) -> set[str]:
    return {str(one.get("code", "")) for one in concept.get("coding", [])}


def _fingerprint(patient: str, request: Resource, replaces: str, state: tuple[Resource, ...]) -> str:
    """SHA-256 of the draft and of the versions of what it was checked against."""
    draft = [request.get(name) for name in _MATTERS]
    versions = sorted(f"{one['resourceType']}/{one['id']}/{one['meta']['versionId']}" for one in state)
    text = json.dumps([patient, _even(draft), replaces, versions], sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


_MATTERS = ("medicationCodeableConcept", "medicationReference", "dosageInstruction")


def _even(value: Any) -> Any:
    """With numbers as they mean, however they came: 1 is 1.0."""
    if isinstance(value, dict):
        return {key: _even(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_even(inner) for inner in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    return f"{Decimal(str(value)).normalize():f}"
