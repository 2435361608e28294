"""A patient's medicines on paper, to be taken along: what is taken, how, and since when."""

from collections.abc import Iterator

from meridian import paper
from meridian.access.work import Plan, Resource, Work
from meridian.clock import instant
from meridian.fhir.spoken import spoken
from meridian.medications import formulary
from meridian.medications.listing import Line, Listed, listed
from meridian.medications.printing import about, letterhead
from meridian.medications.question import name_of
from meridian.medications.reconciling import SNOMED
from meridian.medications.words_on_paper import CATALOGUES, Catalogue

WIDTHS = (0.36, 0.44, 0.2)
TAKEN = frozenset({"active", "on-hold"})


def medicines(work: Work, patient: str) -> Plan[paper.Document]:
    """
    The document of a patient's medicines list, in the patient's language.

    Raises:
        NotFound: If the patient is not there, or not the subject's.
    """
    whose = yield from work.read("Patient", patient)
    found = yield from listed(work, patient)
    clinic = yield from work.find("Organization", work.subject.organisation)
    allergies = yield from work.search("AllergyIntolerance", [("patient", patient)])
    language = paper.language_of(*spoken(whose))
    say = CATALOGUES[language]
    return paper.Document(
        title=say.title,
        letterhead=letterhead(clinic or {}),
        about=about(whose, language),
        blocks=tuple(_blocks(found, allergies, language)),
        language=language,
        words=paper.WORDS[language],
        at=work.now,
        made=say.printed.format(day=paper.day(instant(work.now), language)),
    )


def _blocks(found: Listed, allergies: list[Resource], language: str) -> Iterator[paper.Block]:
    say = CATALOGUES[language]
    rows = tuple(_row(line, language) for line in found.lines if line.status in TAKEN)
    if rows:
        yield paper.Table(say.columns, rows, WIDTHS, say.caption)
    else:
        yield paper.Paragraph(say.none, strong=True)
    names = ", ".join(_allergy(one.get("code", {}), say) for one in allergies)
    yield paper.Facts(((say.allergies, names or say.not_asked), *_gone_through(found, language)))


def _row(line: Line, language: str) -> tuple[str, str, str]:
    resource = line.resource
    told = CATALOGUES[language].told if resource["resourceType"] == "MedicationStatement" else ""
    since = paper.day(str(resource.get("authoredOn") or resource.get("dateAsserted") or ""), language)
    return formulary.tall_man(line.name), line.dose_line, " ".join(part for part in (since, told) if part)


def _allergy(concept: Resource, say: Catalogue) -> str:
    """What an allergy is called; that there are none in the words of the page."""
    codes = (one.get("code", "") for one in concept.get("coding", []) if one.get("system") == SNOMED)
    return next((say.none_known[code] for code in codes if code in say.none_known), name_of(concept))


def _gone_through(found: Listed, language: str) -> Iterator[tuple[str, str]]:
    """When the list was last gone through with the patient; nothing when it never was."""
    if found.reconciled:
        yield CATALOGUES[language].gone_through, paper.day(found.reconciled, language)
