"""A prescription on paper: who, for whom, what, how, how much; and whether it was checked."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from meridian import paper
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.medications import formulary, issues
from meridian.medications.dosage import words
from meridian.medications.dosage.forms import counted, plain
from meridian.medications.findings import Outcome
from meridian.medications.prescribers import named
from meridian.medications.prescribing import patient_of
from meridian.medications.question import medication, name_of
from meridian.medications.words_on_paper import CATALOGUES


def prescription(work: Work, logical_id: str) -> Plan[paper.Document]:
    """
    The document of a prescription.

    Raises:
        NotFound: If it is not there, or not the subject's.
    """
    request = yield from work.read("MedicationRequest", logical_id)
    patient = yield from work.read("Patient", patient_of(request))
    concept = yield from medication(work, request)
    prescriber = yield from named(work, request.get("requester", {}))
    clinic = yield from work.find("Organization", work.subject.organisation)
    allergies = yield from work.search("AllergyIntolerance", [("patient", patient["id"])])
    checked = yield from _checked(work, request)
    return paper.Document(
        title="Prescription",
        letterhead=letterhead(clinic or {}),
        about=about(patient),
        blocks=tuple(_blocks(request, concept, prescriber, allergies, checked)),
        at=work.now,
        made=f"Printed {day(instant(work.now))} UTC",
        watermark="" if request["status"] == "active" else request["status"].upper(),
    )


def letterhead(clinic: Resource) -> paper.Letterhead:
    """An organisation's name, address and telephone."""
    lines = []
    for address in clinic.get("address", [])[:1]:
        town = " ".join(str(address[part]) for part in ("city", "state", "postalCode") if address.get(part))
        lines += [*map(str, address.get("line", [])), town]
    lines += [
        str(one["value"]) for one in clinic.get("telecom", []) if one.get("system") == "phone" and one.get("value")
    ]
    return paper.Letterhead(str(clinic.get("name", "")), tuple(line for line in lines if line))


def about(patient: Resource, language: str = "en") -> str:
    """Whom it is about, as the patient banner says it: FAMILY, Given; born; sex; identifier."""
    say, gender = CATALOGUES[language], str(patient.get("gender", ""))
    name: dict[str, Any] = next(iter(patient.get("name", [])), {})
    who = ", ".join(part for part in (str(name.get("family", "")).upper(), " ".join(name.get("given", []))) if part)
    birth = paper.day(str(patient.get("birthDate", "")), language)
    born = say.born.format(day=birth) if birth else ""
    number = next((str(one["value"]) for one in patient.get("identifier", []) if one.get("value")), "")
    return " · ".join(
        part for part in (who or str(name.get("text", "")), born, say.genders.get(gender, gender), number) if part
    )


def day(text: str) -> str:
    """
    A date that nobody misreads.

    >>> day("2026-03-12T10:42:00Z"), day("1958-03")
    ('12-Mar-2026', '1958-03')
    """
    if len(text) < len("2026-03-12"):
        return text
    return datetime.fromisoformat(text[:10]).replace(tzinfo=UTC).strftime("%d-%b-%Y")


def _checked(work: Work, request: Resource) -> Plan[str]:
    """What the check that the order rests on said, by whom and when; for the pharmacist."""
    for link in request.get("detectedIssue", []):
        issue = yield from work.find("DetectedIssue", link.get("reference", "").removeprefix("DetectedIssue/"))
        if issue:
            kept = issues.of(issue)
            by = issue.get("author", {}).get("display", "")
            who = f" ({by}, {day(instant(kept.at))})" if kept.result.outcome is not Outcome.UNAVAILABLE else ""
            return issues.SAID[kept.result.outcome] + who
    return ""


def _blocks(
    request: Resource, concept: Resource, prescriber: str, allergies: list[Resource], checked: str
) -> Iterator[paper.Block]:
    yield paper.Heading(formulary.tall_man(name_of(concept)))
    yield paper.Paragraph(words.lines(request), strong=True)
    facts = _facts(request, concept, allergies)
    yield paper.Facts((*facts, ("Safety check", checked)) if checked else tuple(facts))
    if request.get("note"):
        yield paper.Paragraph("\n".join(str(one.get("text", "")) for one in request["note"]))
    yield paper.Signature("Prescriber", prescriber)


def _facts(request: Resource, concept: Resource, allergies: list[Resource]) -> Iterator[tuple[str, str]]:
    given = request.get("dispenseRequest", {})
    if quantity := given.get("quantity"):
        yield "Quantity", counted(exact_value(quantity), words.unit(quantity))
    if days := given.get("expectedSupplyDuration", {}).get("value"):
        yield "Days' supply", str(days)
    yield "Refills", plain(exact_value({"value": given.get("numberOfRepeatsAllowed", 0)}))
    yield "Written", day(str(request.get("authoredOn", "")))
    codes = [f"{one['code']} (RxNorm)" for one in concept.get("coding", []) if one.get("system") == formulary.RXNORM]
    if codes:
        yield "Code", codes[0]
    yield "Allergies", ", ".join(name_of(one.get("code", {})) for one in allergies) or "Not asked yet"


def exact_value(quantity: Resource) -> Any:
    """The value of a Quantity as a decimal."""
    return Decimal(str(quantity["value"]))
