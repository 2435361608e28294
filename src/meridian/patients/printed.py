"""
One's record on paper: what matters first, then everything by kind, newest first.

Of long lists the newest `MOST` are printed and the rest counted: the FHIR file holds all of it.

Source: 45 CFR 164.524(c)(2)(i), the form and format asked for.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from meridian import paper
from meridian.access.chart import Chart
from meridian.fhir.codec import Resource, decode
from meridian.patients.record import PAGE
from meridian.patients.words import concept, day, dosage, name, reference_range, result

MOST = 300
"""Rows of one table."""
_KINDS = (
    "Organization", "Patient", "AllergyIntolerance", "MedicationRequest", "MedicationStatement", "Condition",
    "Immunization", "Procedure", "Observation", "DiagnosticReport", "Encounter", "Appointment", "DocumentReference",
)  # fmt: skip


class Section(NamedTuple):
    """
    A table of the record.

    Args:
        title: Its heading.
        kinds: Types of what it lists.
        columns: Names of its columns.
        row: A resource as cells, the first a FHIR date by which rows are sorted.
        empty: What it says where there is nothing.
    """

    title: str
    kinds: tuple[str, ...]
    columns: tuple[str, ...]
    row: Callable[[Resource], tuple[str, ...]]
    empty: str


async def document(chart: Chart, patient: str, now: int) -> paper.Document:
    """
    The record as a document to print.

    Raises:
        NotFound: If it is not one's own.
    """
    found = await _gathered(chart, patient)
    [person] = found["Patient"] or [{}]
    blocks: list[paper.Block] = [paper.Heading("About you"), paper.Facts(_facts(person))]
    for section in SECTIONS:
        blocks += _blocks(section, [one for kind in section.kinds for one in found[kind]])
    born = day(person.get("birthDate", ""))
    return paper.Document(
        title="Health record",
        letterhead=paper.Letterhead(await _organisation(chart)),
        blocks=tuple(blocks),
        about=" · ".join(part for part in (name(person), f"born {born}" if born else "", person.get("gender")) if part),
        at=now,
    )


async def _gathered(chart: Chart, patient: str) -> dict[str, list[Resource]]:
    """The resources of the record by type; one that was entered in error is left out."""
    found: dict[str, list[Resource]] = defaultdict(list)
    asked = [("_count", PAGE), ("_type", ",".join(_KINDS[1:]))]
    page = await chart.everything(patient, asked)
    while True:
        for one in page.matches:
            resource = decode(one.body)
            if not _in_error(resource) and (one.type != "Patient" or one.id == patient):
                found[one.type].append(resource)
        if not page.next:
            return found
        page = await chart.everything(patient, [*asked, ("_cursor", page.next)])


def _in_error(resource: Resource) -> bool:
    verification = concept(resource.get("verificationStatus"))
    return "entered-in-error" in (resource.get("status"), verification)


async def _organisation(chart: Chart) -> str:
    page = await chart.search("Organization", [("_id", chart.subject.organisation)])
    return next((str(decode(one.body).get("name", "")) for one in page.matches), "")


def _facts(person: Resource) -> tuple[tuple[str, str], ...]:
    said = [
        ("Name", name(person)),
        ("Born", day(person.get("birthDate", ""))),
        ("Sex", person.get("gender", "")),
        *((one.get("system", "Contact").capitalize(), one.get("value", "")) for one in person.get("telecom", ())),
        *(("Address", _address(one)) for one in person.get("address", ())),
    ]
    return tuple((label, value) for label, value in said if value)


def _address(one: dict[str, object]) -> str:
    lines = one.get("line")
    parts = [*(lines if isinstance(lines, list) else ()), one.get("city"), one.get("state"), one.get("postalCode")]
    return ", ".join(str(part) for part in parts if part)


def _blocks(section: Section, resources: Sequence[Resource]) -> Iterable[paper.Block]:
    yield paper.Heading(section.title)
    rows = sorted((section.row(one) for one in resources), key=lambda row: row[0], reverse=True)
    if not rows:
        yield paper.Paragraph(section.empty)
        return
    shown = tuple((day(when), *cells) for when, *cells in rows[:MOST])
    yield paper.Table(section.columns, shown, caption=section.title)
    if len(rows) > MOST:
        yield paper.Paragraph(f"{len(rows) - MOST:,} older ones are in the electronic copy.", small=True)


def _started(one: Resource, *names: str) -> str:
    """The first of these elements that is there, as a date."""
    for element in names:
        value = one.get(element)
        if isinstance(value, dict):
            value = value.get("start")
        if value:
            return str(value)
    return ""


def _first(one: Resource, element: str) -> str:
    return "; ".join(filter(None, (concept(said) for said in one.get(element, ()))))


def _author(one: Resource) -> str:
    who = one.get("author") or one.get("performer") or ()
    return "; ".join(str(said.get("display", "")) for said in who if said.get("display"))


SECTIONS = (
    Section("Allergies", ("AllergyIntolerance",), ("Since", "Allergy", "State", "How bad"), lambda one: (
        _started(one, "onsetDateTime", "recordedDate"), concept(one.get("code")), concept(one.get("clinicalStatus")),
        one.get("criticality", "")), "No allergies are recorded."),
    Section("Medicines", ("MedicationRequest", "MedicationStatement"), ("From", "Medicine", "How to take it", "State"),
        lambda one: (_started(one, "authoredOn", "effectivePeriod", "effectiveDateTime", "dateAsserted"),
        concept(one.get("medicationCodeableConcept")) or one.get("medicationReference", {}).get("display", ""),
        dosage(one), one.get("status", "")), "No medicines are recorded."),
    Section("Health problems", ("Condition",), ("Since", "Problem", "State"), lambda one: (
        _started(one, "onsetDateTime", "onsetPeriod", "recordedDate"), concept(one.get("code")),
        concept(one.get("clinicalStatus"))), "No health problems are recorded."),
    Section("Immunizations", ("Immunization",), ("When", "Vaccine", "State"), lambda one: (
        _started(one, "occurrenceDateTime"), concept(one.get("vaccineCode")), one.get("status", "")),
        "No immunizations are recorded."),
    Section("Procedures", ("Procedure",), ("When", "Procedure", "State"), lambda one: (
        _started(one, "performedDateTime", "performedPeriod"), concept(one.get("code")), one.get("status", "")),
        "No procedures are recorded."),
    Section("Measurements and results", ("Observation",), ("When", "What", "Result", "Expected"), lambda one: (
        _started(one, "effectiveDateTime", "effectivePeriod", "issued"), concept(one.get("code")), result(one),
        reference_range(one)), "No results are recorded."),
    Section("Reports", ("DiagnosticReport",), ("When", "Report", "Conclusion"), lambda one: (
        _started(one, "effectiveDateTime", "effectivePeriod", "issued"), concept(one.get("code")),
        one.get("conclusion", "")), "There are no reports."),
    Section("Visits", ("Encounter",), ("When", "Visit", "Reason"), lambda one: (
        _started(one, "period"), _first(one, "type") or one.get("class", {}).get("display", ""),
        _first(one, "reasonCode")), "There were no visits."),
    Section("Appointments", ("Appointment",), ("When", "For what", "State"), lambda one: (
        _started(one, "start"), _first(one, "serviceType") or one.get("description", ""), one.get("status", "")),
        "There are no appointments."),
    Section("Notes and documents", ("DocumentReference",), ("When", "Document", "By"), lambda one: (
        _started(one, "date"), one.get("description") or concept(one.get("type")), _author(one)),
        "There are no documents."),
)  # fmt: skip
"""The tables, in their order."""
