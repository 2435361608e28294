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
from meridian.fhir.spoken import spoken
from meridian.patients.printed_words import CATALOGUES, Catalogue, Table
from meridian.patients.record import PAGE
from meridian.patients.words import concept, dosage, name, reference_range, result

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
        key: Names its words in the catalogues.
        kinds: Types of what it lists.
        row: A resource as cells, the first a FHIR date by which rows are sorted.
    """

    key: str
    kinds: tuple[str, ...]
    row: Callable[[Resource, Catalogue, Table], tuple[str, ...]]


async def document(chart: Chart, patient: str, now: int) -> paper.Document:
    """
    The record as a document to print, in the patient's language.

    Raises:
        NotFound: If it is not one's own.
    """
    found = await _gathered(chart, patient)
    [person] = found["Patient"] or [{}]
    language = paper.language_of(*spoken(person))
    say = CATALOGUES[language]
    blocks: list[paper.Block] = [paper.Heading(say.you), paper.Facts(_facts(person, language))]
    for section in SECTIONS:
        blocks += _blocks(section, [one for kind in section.kinds for one in found[kind]], language)
    return paper.Document(
        title=say.title,
        letterhead=paper.Letterhead(await _organisation(chart)),
        blocks=tuple(blocks),
        about=" · ".join(part for part in _about(person, language) if part),
        language=language,
        words=paper.WORDS[language],
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


def _about(person: Resource, language: str) -> tuple[str, ...]:
    say, born = CATALOGUES[language], paper.day(person.get("birthDate", ""), language)
    return name(person), say.born.format(day=born) if born else "", _gender(person, say)


def _gender(person: Resource, say: Catalogue) -> str:
    gender = str(person.get("gender", ""))
    return say.genders.get(gender, gender)


def _facts(person: Resource, language: str) -> tuple[tuple[str, str], ...]:
    say = CATALOGUES[language]
    said = [
        (say.name, name(person)),
        (say.birth, paper.day(person.get("birthDate", ""), language)),
        (say.sex, _gender(person, say)),
        *((say.contacts.get(one.get("system", ""), say.contact), one.get("value", ""))
          for one in person.get("telecom", ())),
        *((say.address, _address(one)) for one in person.get("address", ())),
    ]  # fmt: skip
    return tuple((label, value) for label, value in said if value)


def _address(one: dict[str, object]) -> str:
    lines = one.get("line")
    parts = [*(lines if isinstance(lines, list) else ()), one.get("city"), one.get("state"), one.get("postalCode")]
    return ", ".join(str(part) for part in parts if part)


def _blocks(section: Section, resources: Sequence[Resource], language: str) -> Iterable[paper.Block]:
    say = CATALOGUES[language]
    words = say.tables[section.key]
    yield paper.Heading(words.title)
    rows = sorted((section.row(one, say, words) for one in resources), key=lambda row: row[0], reverse=True)
    if not rows:
        yield paper.Paragraph(words.empty)
        return
    shown = tuple((paper.day(when, language), *cells) for when, *cells in rows[:MOST])
    yield paper.Table(words.columns, shown, caption=words.title)
    if len(rows) > MOST:
        yield paper.Paragraph(say.older.format(count=len(rows) - MOST), small=True)


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
    Section("allergies", ("AllergyIntolerance",), lambda one, _, words: (
        _started(one, "onsetDateTime", "recordedDate"), concept(one.get("code")),
        words.state(concept(one.get("clinicalStatus"))), words.state(one.get("criticality", "")))),
    Section("medicines", ("MedicationRequest", "MedicationStatement"), lambda one, _, words: (
        _started(one, "authoredOn", "effectivePeriod", "effectiveDateTime", "dateAsserted"),
        concept(one.get("medicationCodeableConcept")) or one.get("medicationReference", {}).get("display", ""),
        dosage(one), words.state(one.get("status", "")))),
    Section("problems", ("Condition",), lambda one, _, words: (
        _started(one, "onsetDateTime", "onsetPeriod", "recordedDate"), concept(one.get("code")),
        words.state(concept(one.get("clinicalStatus"))))),
    Section("immunizations", ("Immunization",), lambda one, _, words: (
        _started(one, "occurrenceDateTime"), concept(one.get("vaccineCode")), words.state(one.get("status", "")))),
    Section("procedures", ("Procedure",), lambda one, _, words: (
        _started(one, "performedDateTime", "performedPeriod"), concept(one.get("code")),
        words.state(one.get("status", "")))),
    Section("results", ("Observation",), lambda one, say, _: (
        _started(one, "effectiveDateTime", "effectivePeriod", "issued"), concept(one.get("code")),
        result(one, say.between), reference_range(one, say.between))),
    Section("reports", ("DiagnosticReport",), lambda one, _, __: (
        _started(one, "effectiveDateTime", "effectivePeriod", "issued"), concept(one.get("code")),
        one.get("conclusion", ""))),
    Section("visits", ("Encounter",), lambda one, _, words: (
        _started(one, "period"), _first(one, "type") or words.state(one.get("class", {}).get("display", "")),
        _first(one, "reasonCode"))),
    Section("appointments", ("Appointment",), lambda one, _, words: (
        _started(one, "start"), _first(one, "serviceType") or one.get("description", ""),
        words.state(one.get("status", "")))),
    Section("documents", ("DocumentReference",), lambda one, _, __: (
        _started(one, "date"), one.get("description") or concept(one.get("type")), _author(one))),
)  # fmt: skip
"""The tables, in their order."""
