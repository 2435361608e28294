"""
An organisation's own note templates: listed with those of ours, written, and put out of use.

A template is written as the note will begin: Markdown whose lines with `#` are headings. It is kept as the items of a
Questionnaire (`templates`), so that whoever reads Questionnaires reads it, and one that came as such is shown likewise.
A template of ours is changed by one of the organisation's with its name; where that one is retired, ours stays away.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from meridian.access.work import Plan, Resource, Work
from meridian.charting.forms.keeping import is_template
from meridian.charting.notes.templates import KINDS, OURS, SYSTEM, TEMPLATE, Template, template
from meridian.faults import Conflict, Invalid, Issue, NotFound
from meridian.fhir import ours

KEEP: Final = "notes/$template"
MOST_HEADINGS: Final = 60
LOINC: Final = "http://loinc.org"
USAGE: Final = "http://terminology.hl7.org/CodeSystem/usage-context-type"
_HEADING: Final = re.compile(r"(#{1,6})\s+(.*)")


class Listed(NamedTuple):
    """
    A template as its keepers see it.

    Args:
        template: What it says.
        form: Logical id of the Questionnaire; empty for one of ours.
        version: Of the Questionnaire; 0 for one of ours.
        active: Whether notes can begin with it.
    """

    template: Template
    form: str = ""
    version: int = 0
    active: bool = True


class Wanted(NamedTuple):
    """
    What a template is to be.

    Args:
        title: As people choose it.
        kind: LOINC code of what the note will be.
        text: In Markdown.
        cosign: Whether notes from it are to be co-signed.
        active: Whether notes can begin with it.
        name: Of the template of ours that it takes the place of; empty for none.
    """

    title: str
    kind: str
    text: str
    cosign: bool = False
    active: bool = True
    name: str = ""


def listed(work: Work) -> Plan[list[Listed]]:
    """The organisation's templates, those out of use too, and those of ours that it has not replaced; by title."""
    found = yield from work.search("Questionnaire", [("context", f"{SYSTEM}|{TEMPLATE}")])
    own = [_listed(one) for one in found]
    taken = {one.template.id for one in own}
    every = [*own, *(Listed(one) for one in OURS if one.id not in taken)]
    return sorted(every, key=lambda one: one.template.title.casefold())


def _listed(form: Resource) -> Listed:
    return Listed(template(form), form["id"], int(form["meta"]["versionId"]), form.get("status") == "active")


def added(wanted: Wanted) -> Callable[[Work], Plan[Listed]]:
    """
    One more template.

    Raises (when driven):
        Conflict: If the organisation has replaced that one of ours already.
        Invalid: If it has no headings, or is of no kind that notes are.
    """

    def plan(work: Work) -> Plan[Listed]:
        blank: Resource = {"resourceType": "Questionnaire"}
        if wanted.name:
            if wanted.name not in {one.id for one in OURS}:
                raise NotFound("There is no such template to replace")
            if wanted.name in {one.template.id for one in (yield from listed(work)) if one.form}:
                raise Conflict("This template was changed already. Load the list again")
            blank["name"] = wanted.name
        return _listed((yield from work.create("Questionnaire", _written(blank, wanted))))

    return plan


def changed(form: str, wanted: Wanted, base: int) -> Callable[[Work], Plan[Listed]]:
    """
    Another version of a template that is at *base*; notes that began with it stay as they are.

    Raises (when driven):
        NotFound: If it is a form, which is not for clinicians to change, or not there.
    """

    def written(present: Resource) -> Resource:
        if not is_template(present):
            raise NotFound("No template with that id")
        return _written(present, wanted)

    def plan(work: Work) -> Plan[Listed]:
        return _listed((yield from work.change("Questionnaire", form, written, if_match=base)))

    return plan


def _written(form: Resource, wanted: Wanted) -> Resource:
    if wanted.kind not in KINDS:
        raise Invalid("Notes are of other kinds", issues=(Issue("value", "is no kind of note", "kind"),))
    others = [one for one in form.get("extension", ()) if one.get("url") != f"{ours.EXTENSIONS}/cosign"]
    extensions = [*others, *([ours.extension("cosign", valueBoolean=True)] if wanted.cosign else [])]
    made = {name: value for name, value in form.items() if name != "extension"}
    if extensions:
        made["extension"] = extensions
    return {
        **made,
        "status": "active" if wanted.active else "retired",
        "title": wanted.title,
        "code": [{"system": LOINC, "code": wanted.kind}],
        "useContext": [
            {
                "code": {"system": USAGE, "code": "workflow"},
                "valueCodeableConcept": {"coding": [{"system": SYSTEM, "code": TEMPLATE}]},
            }
        ],
        "item": items(wanted.text),
    }


def items(text: str) -> list[Resource]:
    r"""
    Markdown as items of a Questionnaire: headings, what stands below each, and headings within headings.

    >>> items("## Plan\n\nRest\n### Later")[0]["item"][0]["text"]
    'Later'

    Raises:
        Invalid: If it has no heading, something before the first, or more than `MOST_HEADINGS`.
    """
    before, sections = _sections(text)
    said = ""
    if before.strip() or not sections:
        said = "is to begin with a heading (a line with ##)"
    elif len(sections) > MOST_HEADINGS:
        said = f"has more than {MOST_HEADINGS} headings"
    if said:
        raise Invalid(f"The text {said}", issues=(Issue("value", said, "text"),))
    top: list[Resource] = []
    open_: list[tuple[int, Resource]] = []
    for number, (level, heading, below) in enumerate(sections, start=1):
        item: Resource = {"linkId": str(number), "type": "text", "text": heading}
        if below.strip():
            item["initial"] = [{"valueString": below.strip("\n")}]
        while open_ and open_[-1][0] >= level:
            open_.pop()
        (open_[-1][1].setdefault("item", []) if open_ else top).append(item)
        open_.append((level, item))
    return top


def _sections(text: str) -> tuple[str, list[tuple[int, str, str]]]:
    """What stands before the first heading; level, heading and what is below of each."""
    parts: list[tuple[int, str, list[str]]] = []
    before: list[str] = []
    for line in text.splitlines():
        heading = _HEADING.fullmatch(line.strip())
        if heading and heading[2].strip():
            parts.append((len(heading[1]), heading[2].strip(), []))
        else:
            (parts[-1][2] if parts else before).append(line.rstrip())
    return "\n".join(before), [(level, heading, "\n".join(below)) for level, heading, below in parts]
