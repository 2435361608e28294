"""A patient's medicines on paper, to be taken along: what is taken, how, and since when."""

from collections.abc import Iterator

from meridian import paper
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.medications import formulary
from meridian.medications.listing import Line, Listed, listed
from meridian.medications.printing import about, day, letterhead
from meridian.medications.question import name_of

COLUMNS = ("Medicine", "How it is taken", "Since")
WIDTHS = (0.36, 0.44, 0.2)
TAKEN = frozenset({"active", "on-hold"})


def medicines(work: Work, patient: str) -> Plan[paper.Document]:
    """
    The document of a patient's medicines list.

    Raises:
        NotFound: If the patient is not there, or not the subject's.
    """
    whose = yield from work.read("Patient", patient)
    found = yield from listed(work, patient)
    clinic = yield from work.find("Organization", work.subject.organisation)
    allergies = yield from work.search("AllergyIntolerance", [("patient", patient)])
    return paper.Document(
        title="Medicines",
        letterhead=letterhead(clinic or {}),
        about=about(whose),
        blocks=tuple(_blocks(found, allergies)),
        at=work.now,
        made=f"Printed {day(instant(work.now))} UTC",
    )


def _blocks(found: Listed, allergies: list[Resource]) -> Iterator[paper.Block]:
    rows = tuple(_row(line) for line in found.lines if line.status in TAKEN)
    if rows:
        yield paper.Table(COLUMNS, rows, WIDTHS, "Medicines that are taken")
    else:
        yield paper.Paragraph("No current medicines are recorded.", strong=True)
    names = ", ".join(name_of(one.get("code", {})) for one in allergies)
    yield paper.Facts((("Allergies", names or "Not asked yet"), *_gone_through(found)))


def _row(line: Line) -> tuple[str, str, str]:
    resource = line.resource
    told = "told by the patient" if resource["resourceType"] == "MedicationStatement" else ""
    since = str(resource.get("authoredOn") or resource.get("dateAsserted") or "")
    return formulary.tall_man(line.name), line.dose_line, " ".join(part for part in (day(since), told) if part)


def _gone_through(found: Listed) -> Iterator[tuple[str, str]]:
    """When the list was last gone through with the patient; nothing when it never was."""
    if found.reconciled:
        yield "Gone through with the patient", day(found.reconciled)
