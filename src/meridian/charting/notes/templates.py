"""
What a new note begins with: headings and questions, one template for each kind of visit.

An organisation's own templates are Questionnaires whose `useContext` says so: each group or text item is a heading, its
`initial` text stands below it. A Questionnaire is shared reference data, versioned, edited by administrators with the
forms builder, and never in anybody's record, which a DocumentReference would be. Ours stand here for organisations that
have none of that name.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from meridian.access.work import Plan, Resource, Work
from meridian.charting.codes import CONSULT_NOTE, HISTORY_AND_PHYSICAL, PROGRESS_NOTE, Code
from meridian.fhir import ours

LIST: Final = "notes/$templates"
SYSTEM: Final = ours.CODES + "/form"
TEMPLATE: Final = "note-template"
KINDS: Final = {code.code: code for code in (PROGRESS_NOTE, HISTORY_AND_PHYSICAL, CONSULT_NOTE)}
"""Kinds of note by LOINC code."""


class Template(NamedTuple):
    """
    What a note begins with.

    Args:
        id: Names it.
        title: As people choose it.
        kind: What the note will be.
        text: In Markdown.
        cosign: Whether notes from it are to be co-signed.
    """

    id: str
    title: str
    kind: Code
    text: str
    cosign: bool = False


def _text(*headings: str) -> str:
    return "\n".join(f"## {heading}\n\n" for heading in headings)


OURS: Final = (
    Template("soap", "Visit (SOAP)", PROGRESS_NOTE, _text("Subjective", "Objective", "Assessment", "Plan")),
    Template(
        "follow-up",
        "Follow-up",
        PROGRESS_NOTE,
        _text("Since the last visit", "Medicines and how they are taken", "Findings", "Assessment and plan"),
    ),
    Template("telephone", "Telephone call", PROGRESS_NOTE, _text("Who called and why", "Advice given", "Agreed")),
    Template("nursing", "Nurse visit", PROGRESS_NOTE, _text("Reason", "Done", "Observations", "Handed over to")),
    Template(
        "history-and-physical",
        "First visit",
        HISTORY_AND_PHYSICAL,
        _text("Reason", "History", "Medicines and allergies", "Family and social history", "Examination", "Plan"),
    ),
)


def templates(work: Work) -> Plan[list[Template]]:
    """
    The organisation's templates, then those of ours that it has not replaced by one of the same name.

    One of the organisation's that is retired keeps ours of its name away too.
    """
    found = yield from work.search("Questionnaire", [("context", f"{SYSTEM}|{TEMPLATE}")])
    taken = {template(one).id for one in found if one.get("status") in ("active", "retired")}
    own = [template(one) for one in found if one.get("status") == "active"]
    return [*own, *(one for one in OURS if one.id not in taken)]


def template(form: Resource) -> Template:
    """What a Questionnaire says of a note's beginning."""
    name = str(form.get("name") or form["id"])
    kind = next((one["code"] for one in form.get("code", ()) if one.get("code") in KINDS), PROGRESS_NOTE.code)
    text = "\n".join(_headings(form.get("item", ())))
    return Template(name, str(form.get("title") or name), KINDS[kind], text, ours.extended(form, "cosign") is not None)


def _headings(items: list[Resource], level: int = 2) -> Iterator[str]:
    for item in items:
        yield f"{'#' * level} {item.get('text', '')}\n"
        for initial in item.get("initial", ()):
            yield f"{initial.get('valueString', '')}\n"
        yield from _headings(item.get("item", []), min(level + 1, 4))
