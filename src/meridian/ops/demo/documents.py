"""Letters and notes: a DocumentReference each, and a Binary with a small PDF (or a text, for names PDF fonts lack)."""

import base64
import hashlib
from collections.abc import Iterator
from textwrap import wrap

from meridian.ops.demo import pdf
from meridian.ops.demo.elements import LOINC, Code, Resource, chance, concept, ident, reference
from meridian.ops.demo.problems import ILLNESSES, PROBLEMS
from meridian.ops.demo.roster import Life
from meridian.ops.demo.visits import FOLLOW_UP, Visit

CONSULT = Code(LOINC, "11488-4", "Consult note")
CARDIOGRAM = Code(LOINC, "8601-7", "EKG impression")
EPISODE = Code(LOINC, "34133-9", "Summary of episode note")
HEARTS = {"fibrillation", "heartfailure", "coronary"}
LINE = 86
"""Characters to a line of the page."""


def of(life: Life, visits: list[Visit]) -> Iterator[Resource]:
    """A note of the last follow-up, of the last illness, and a cardiogram's reading where the heart is ill."""
    follow_ups = [visit for visit in visits if visit.kind == FOLLOW_UP]
    if follow_ups:
        yield from _document(life, follow_ups[-1], CONSULT, _note(follow_ups[-1]))
    hearts = [visit for visit in follow_ups if HEARTS & {*visit.problems}]
    if hearts:
        yield from _document(life, hearts[-1], CARDIOGRAM, _reading(life, hearts[-1]))
    ill = [visit for visit in visits if visit.illness]
    if ill:
        yield from _document(life, ill[-1], EPISODE, _episode(ill[-1]))


def _note(visit: Visit) -> str:
    problem = PROBLEMS[visit.problems[0]]
    aim = f" We keep to the aim agreed before: {problem.goal}." if problem.goal else ""
    return (
        f"Seen for follow-up of {problem.name.lower()}. Feels well and takes the medicines as agreed.{aim}"
        " Measurements and laboratory results of today are in the record. No change of treatment."
        f" Next visit in {problem.visits} months, sooner if anything changes."
    )


def _reading(life: Life, visit: Visit) -> str:
    luck = chance("cardiogram", visit.id)
    rhythm = "Atrial fibrillation" if "fibrillation" in life.problems else "Sinus rhythm"
    return (
        f"{rhythm}, rate {luck.randint(62, 96)} per minute. QRS {luck.randint(84, 108)} ms,"
        f" QTc {luck.randint(402, 446)} ms. No acute ST-T changes. Compared with the last tracing: unchanged."
    )


def _episode(visit: Visit) -> str:
    illness = ILLNESSES[visit.illness]
    treated = "Antibiotic prescribed." if illness.medicine.startswith(("pen", "amo")) else "Rest and plenty to drink."
    return (
        f"Came with {illness.name.lower()} for two days. {treated}"
        f" Asked to come again if not well in {illness.days} days."
    )


def _document(life: Life, visit: Visit, kind: Code, text: str) -> Iterator[Resource]:
    title = f"{kind.display}, {visit.day:%d-%b-%Y}"
    head = [life.organisation.name, f"Patient: {life.given.written} {life.family.written}, born {life.born:%d-%b-%Y}"]
    lines = [*head, "", *wrap(text, LINE), "", f"{visit.doctor.name}, {visit.doctor.title}"]
    printable = pdf.fits("".join(lines))
    body = pdf.page(title, lines) if printable else "\n".join([title, "", *lines, ""]).encode()
    media = "application/pdf" if printable else "text/plain; charset=utf-8"
    file = ident("file", visit.id, kind.code)
    yield {
        "resourceType": "Binary",
        "id": file,
        "contentType": media,
        "securityContext": life.subject,
        "data": base64.b64encode(body).decode(),
    }
    yield {
        "resourceType": "DocumentReference",
        "id": ident("document", visit.id, kind.code),
        "status": "current",
        "docStatus": "final",
        "type": concept(kind.display, kind),
        "category": [concept("Clinical note")],
        "subject": life.subject,
        "date": visit.at,
        "author": [visit.doctor.reference],
        "custodian": life.organisation.reference,
        "description": title,
        "content": [
            {
                "attachment": {
                    "contentType": media,
                    "url": f"Binary/{file}",
                    "size": len(body),
                    "hash": base64.b64encode(hashlib.sha1(body).digest()).decode(),  # noqa: S324  # FHIR says SHA-1
                    "title": title,
                    "creation": visit.at,
                }
            }
        ],
        "context": {"encounter": [reference("Encounter", visit.id)]},
    }
